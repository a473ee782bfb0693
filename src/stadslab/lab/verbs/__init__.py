"""What a person can ask of the lab: one file a verb, each a typed request and a typed reply. Faces loop over them."""
