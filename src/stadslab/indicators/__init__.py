"""Questions about the city, one a file. The catalog finds every `Indicator` here by its file name."""
