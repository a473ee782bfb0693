"""Measures of inequality in plain words: each number with one clause that says what it means."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from stadslab.lab.equity import Asked, Equity, Figure, GroupShare
from stadslab.lab.plain import number

NAMES = {
    "gini": "Gini",
    "palma": "Palma ratio",
    "concentration": "concentration index",
    "corrected": "concentration index, corrected",
    "theil": "Theil T",
    "fgt0": "poverty, share of people",
    "fgt1": "poverty, mean gap",
    "fgt2": "poverty, squared gap",
}
RATIOS = ("palma",)  # equal at 1, not at 0


@dataclass(frozen=True, slots=True)
class Wording:
    """What the answer is called in sentences. cost: less is better (minutes)."""

    unit: str
    cost: bool

    @property
    def have(self) -> str:
        """What people do with it."""
        return "need" if self.cost else "have"


def told(found: Equity, asked: Asked, wording: Wording) -> Iterator[tuple[str, str]]:
    """Every measure that has a meaning here, and its clause."""
    for name in NAMES:
        if name in found.figures:
            yield name, _clause(name, found, asked, wording)


def measure_line(name: str, clause: str, now: Figure, after: Figure | None) -> str:
    """One measure: number, number after the plan, what it means."""
    text = f"{NAMES[name]} {_ranged(now)}"
    if after is not None:
        text += f", after the plan {_ranged(after)}{_direction(name, now.value, after.value)}"
    return f"{text}: {clause}"


def group_line(row: GroupShare, after: GroupShare | None, wording: Wording, asked: Asked) -> str:
    """What one group has."""
    name = "all" if row.dimension == "total" else row.group
    mean = "not shown" if row.mean is None else number(row.mean, wording.unit)
    text = f"{name} ({row.people.text} people): mean {mean}"
    if after is not None:
        text += f", after the plan {'not shown' if after.mean is None else number(after.mean)}"
    if row.gini is not None:
        text += f"; Gini {row.gini:.3f}"
    if asked.line is not None:
        text += f"; {'not shown' if row.below is None else percent(row.below)} {_beyond(wording)} the line"
        if after is not None and after.below is not None:
            text += f", after the plan {percent(after.below)}"
    return text


def percent(share: float) -> str:
    """A share in per cent, with a digit where it matters."""
    return f"{100 * share:.1f} %" if 0 < share < 0.995 else f"{100 * share:.0f} %"


def index(value: float) -> str:
    """A measure with three digits."""
    if math.isnan(value):
        return "not told"
    return "without limit" if math.isinf(value) else f"{value:.3f}"


def _clause(name: str, found: Equity, asked: Asked, wording: Wording) -> str:
    value = found.figures[name].value
    if math.isnan(value):
        return _why_not(name, found)
    if name == "palma":
        return _palma(found, asked, wording)
    if name in ("concentration", "corrected"):
        return _concentration(name, value, asked, wording)
    if name == "gini":
        return f"two people taken at random differ by {percent(2 * value)} of the mean; 0 is equal"
    if name == "theil":
        return _theil(found)
    line = number(asked.line or 0.0, wording.unit)
    if name == "fgt0":
        return f"{percent(value)} of people {wording.have} {'more' if wording.cost else 'less'} than the line of {line}"
    if name == "fgt1":
        return f"spread over everybody, {_beyond(wording)} the line by {percent(value)} of it"
    return "the same with large gaps counting more"


def _theil(found: Equity) -> str:
    shares = [(d, between / (between + within)) for d, (between, within) in found.theil.items() if between + within > 0]
    if not shares:
        return "0 is equal; it adds up over groups, of which none are known"
    parts = ", ".join(f"{percent(share)} of it by {dimension}" for dimension, share in shares)
    return f"between groups lie {parts}; the rest is inside them; 0 is equal"


def _palma(found: Equity, asked: Asked, wording: Wording) -> str:
    rich, poor = ("richest tenth", "poorest 40 %") if asked.ranking else ("best-off tenth", "worst-off 40 %")
    means = found.figures["rich_mean"].value, found.figures["poor_mean"].value
    both = f"({number(means[0])} against {number(means[1], wording.unit)})"
    if math.isinf(found.figures["palma"].value):
        return f"the {poor} have nothing {both}"
    times = found.figures["palma"].value
    return f"the {rich} {wording.have} {number(times)} times what the {poor} {wording.have} {both}"


def _concentration(name: str, value: float, asked: Asked, wording: Wording) -> str:
    if name == "corrected" and asked.bounds is not None:
        low, high = asked.bounds
        return f"the same for numbers from {number(low)} to {number(high)}, where lacking counts like having (-1 to 1)"
    if abs(value) < 0.0005:
        return "it does not follow who is rich and who is poor"
    who = "richer" if value > 0 else "poorer"
    return (
        f"the {who} people are, the more they {wording.have} (0: no pattern, {'1' if value > 0 else '-1'}: one has all)"
    )


def _why_not(name: str, found: Equity) -> str:
    if not found.counts["counted"].visible or (name.startswith("fgt") and not _line_told(found)):
        return "so few people that a number would tell who they are"
    if name in ("fgt1", "fgt2") and found.counts["out of reach"].number:
        return "people out of reach have no gap to count; say what to count them as with unreachable"
    return "nobody has anything, or there are too few people on one side"


def _line_told(found: Equity) -> bool:
    return all(found.counts[name].visible for name in ("below", "above") if name in found.counts)


def _beyond(wording: Wording) -> str:
    return "above" if wording.cost else "below"


def _ranged(figure: Figure) -> str:
    if figure.low is None or figure.high is None or math.isnan(figure.value):
        return index(figure.value)
    return f"{index(figure.value)} ({index(figure.low)} to {index(figure.high)} in nine of ten draws)"


def _direction(name: str, before: float, after: float) -> str:
    if math.isnan(before) or math.isnan(after) or index(before) == index(after):
        return ""
    equal = 1.0 if name in RATIOS else 0.0
    if name.startswith("fgt"):
        return " (less poverty)" if after < before else " (more poverty)"
    closer = abs(after - equal) < abs(before - equal)
    if name in ("concentration", "corrected"):
        return " (a weaker pattern)" if closer else " (a stronger pattern)"
    return " (more equal)" if closer else " (less equal)"
