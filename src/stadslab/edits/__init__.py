"""Verbs on a city. One edit, one file: its class is the only subclass of `Edit` defined there.

Files whose name starts with an underscore hold what several edits share.
"""
