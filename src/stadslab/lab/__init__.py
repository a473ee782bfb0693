"""The only room with a state: catalogue, cache, running, comparing, and the verbs."""
