"""From tables to arrays: projection, reporting units, people on units, street graphs. Pure; keyed and cached by the lab."""
