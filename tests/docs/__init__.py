"""The documentation is run, so that it says what the software does."""
