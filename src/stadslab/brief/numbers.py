"""Numbers as a reader meets them: thousand separators, no more digits than needed, units in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from stadslab.core.said import Digits, Said

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNIT_WORDS = {
    "": "",
    "1": "",
    "min": "minutes",
    "s": "seconds",
    "h": "hours",
    "m": "metres",
    "km": "kilometres",
    "m2": "square metres",
    "m/s": "metres a second",
    "km/h": "kilometres an hour",
    "%": "per cent",
}


def unit_words(unit: str) -> str:
    """The unit in words; nothing for plain counts and shares."""
    words = UNIT_WORDS.get(unit, unit)
    return Said(words) if words else ""


def with_unit(text: str, unit: str) -> str:
    """A number that is already text, followed by its unit in words (singular after exactly one)."""
    words = unit_words(unit)
    if text in ("1", "−1") and words.split(" ")[0].endswith("s"):
        first, *rest = words.split(" ")
        words = Said(" ".join([first[:-1], *rest]))
    return Said("{number} {unit}", number=text, unit=words) if words else text


def plain(value: float, digits: int = 3) -> str:
    """A measured number with about three digits that count: 12.4, 0.062, 1,240."""
    if math.isnan(value):
        return Said("not known")
    if math.isinf(value):
        return Said("unreachable") if value > 0 else Said("minus infinity")
    if value == 0:
        return Digits("0")
    decimals = max(0, min(6, digits - 1 - math.floor(math.log10(abs(value)))))
    text = f"{value:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return Digits(text.replace("-", "−"))


def pair(before: float, after: float) -> tuple[str, str]:
    """Two numbers with as many decimals as show the difference between them."""
    gap = abs(after - before)
    least = 0 if max(abs(before), abs(after)) >= 100 else 1
    finer = -math.floor(math.log10(gap)) if 0 < gap < math.inf else 0
    digits = max(least, min(6, finer))
    texts = [f"{value:,.{digits}f}" for value in (before, after)]
    if all("." in text and text.endswith("0" * digits) for text in texts):
        texts = [text.split(".")[0] for text in texts]
    first, second = (Digits(text.replace("-", "−")) for text in texts)
    return first, second


def percent(share: float) -> str:
    """A share in whole per cents, and never a zero that is none."""
    number = 100 * share
    if 0 < number < 1:
        return Said("under 1%")
    return Said("over 99%") if 99 < number < 100 else Said("{number:.0f}%", number=number)


def told_apart(value: float, among: NDArray[np.float64] | None = None) -> str:
    """A number with thousand separators and the fewest decimals that keep it from looking like one of the others."""
    digits = 0
    for digits in range(7):
        near = abs(round(value, digits) - value) <= 1e-9 * max(1.0, abs(value))
        apart = among is not None and _apart(among, digits) and abs(round(value, digits) - value) < 0.005 * _span(among)
        if near or apart:
            break
    return Digits(f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", "−"))


def listed(words: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def _span(values: NDArray[np.float64]) -> float:
    return float(values.max() - values.min()) or 1.0


def _apart(values: NDArray[np.float64], digits: int) -> bool:
    return len(np.unique(np.round(values, digits))) == len(values)
