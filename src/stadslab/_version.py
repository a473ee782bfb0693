"""The version, read by the build and by receipts."""

__version__ = "0.1.0"
