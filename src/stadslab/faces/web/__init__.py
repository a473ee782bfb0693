"""The web face: verbs and answers over HTTP, and the map in a browser."""
