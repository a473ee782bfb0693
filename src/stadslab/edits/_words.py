"""Numbers and lists as a person would read them aloud."""

from __future__ import annotations

from collections.abc import Sequence

from stadslab.core.said import Said


def listed(words: Sequence[str], last: str = "and") -> str:
    """The words as a list that ends in `and` or `or`: `a, b and c`."""
    if len(words) < 2:
        return words[0] if words else ""
    text: str = Said("{first} or {last}" if last == "or" else "{first} and {last}", first=words[-2], last=words[-1])
    for word in reversed(words[:-2]):
        text = Said("{first}, {rest}", first=word, rest=text)
    return text


def commas(words: Sequence[str]) -> str:
    """The words with commas between them."""
    text = words[-1] if words else ""
    for word in reversed(words[:-1]):
        text = Said("{first}, {rest}", first=word, rest=text)
    return text


def word(text: str) -> Said:
    """A word of the data (a kind of place, a class of street), which other languages may know."""
    return Said(text.replace("_", " "))


def metres(value: float) -> Said:
    """Below a kilometre whole metres, above it kilometres with one decimal."""
    return Said("{metres:.0f} m", metres=value) if value < 999.5 else Said("{km:,.1f} km", km=value / 1000)


def counted(number: float, one: str, many: str) -> Said:
    """A number with its noun, as in 1 person or 1,200 people."""
    return Said(f"{{number:,.0f}} {one if number == 1 else many}", number=number)


def minutes(value: float) -> Said:
    """What comes after `every`: minute, or 7.5 minutes."""
    return Said("minute") if value == 1 else Said("{minutes:g} minutes", minutes=value)
