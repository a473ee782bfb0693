"""Adapters: verbs in, pixels out. Each face renders the same requests and replies its own way."""
