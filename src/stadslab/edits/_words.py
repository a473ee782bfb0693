"""Numbers and lists as a person would read them aloud."""

from __future__ import annotations

from collections.abc import Sequence


def listed(words: Sequence[str], last: str = "and") -> str:
    """The words as a list that ends in `and`: `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""


def metres(value: float) -> str:
    """Below a kilometre whole metres, above it kilometres with one decimal."""
    return f"{value:.0f} m" if value < 999.5 else f"{value / 1000:,.1f} km"


def counted(number: float, one: str, many: str) -> str:
    """A number with its noun, as in 1 person or 1,200 people."""
    return f"{number:,.0f} {one if number == 1 else many}"
