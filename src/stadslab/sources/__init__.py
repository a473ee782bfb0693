"""One file for each kind of open data: fetch it, read it, say what was kept."""
