"""One file for each kind of change to a city."""
