"""From tables to arrays: projection, reporting units, people on units, street graphs. Pure; cached by the lab."""
