"""What do the numbers say about people? Averages weigh people, not cells."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stadslab.core.disclosure import SMALL_COUNT, published
from stadslab.core.support import Population
from stadslab.core.values import Reason, Values

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNKNOWN = (Reason.NO_STREET_NEAR, Reason.NO_DATA)  # the others are known: nothing is reached


@dataclass(frozen=True, slots=True)
class Summary:
    """One answer in a few numbers: per person where people are known, per unit otherwise.

    tenth, median, ninetieth: quantiles over people with an answer. none: people who reach nothing (zero or out of
    reach).
    reasons: reason in words to people without a finite answer.
    covered: counts are left out (None) although they are not small, since what is left of everybody would be.
    """

    unit: str
    units: int
    people: int | None
    mean: float | None
    tenth: float | None
    median: float | None
    ninetieth: float | None
    none: int | None
    unknown: int | None
    reasons: dict[str, int | None]
    covered: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        found = asdict(self)
        del found["covered"]  # null says enough
        return {**found, **{name: plain(found[name]) for name in ("mean", "tenth", "median", "ninetieth")}}


def summarise(values: Values, people: Population | None) -> Summary:
    """Averages and quantiles of the mean draw, weighted by people (by unit when no people are loaded)."""
    mean = values.mean()
    counted = people is not None and bool(people.total.any())
    weight = people.total.astype(float) if people is not None and counted else np.ones(len(values))
    finite, unknown = np.isfinite(mean), np.isnan(mean)
    nothing = np.isinf(mean) | (mean == 0) if values.direction == "benefit" else np.isinf(mean)

    def people_in(mask: NDArray[np.bool_]) -> int:
        return round(weight[mask].sum()) if counted else int(mask.sum())

    rest = people_in(~nothing & ~unknown)
    covered = counted and 0 < rest < SMALL_COUNT

    def count(number: int) -> int | None:
        return (published(number) if not (covered and number) else None) if counted else number

    held = finite & (weight > 0)
    reached = ~unknown & (weight > 0)
    quantiles = [weighted_quantile(mean[reached], weight[reached], q) for q in (0.1, 0.5, 0.9)]
    present = [Reason(r) for r in sorted(set(values.reason.tolist())) if r != Reason.KNOWN]
    by_reason: dict[tuple[Reason, ...], int] = {(r,): people_in(values.reason == r) for r in present}
    reasons = {
        " or ".join(r.words for r in some): count(number)
        for some, number in (_none_by_subtraction(by_reason) if counted else by_reason).items()
    }
    return Summary(
        unit=values.unit,
        units=len(values),
        people=int(weight.sum()) if counted else None,
        mean=float(np.average(mean[held], weights=weight[held])) if held.any() else None,
        tenth=quantiles[0],
        median=quantiles[1],
        ninetieth=quantiles[2],
        none=count(people_in(nothing)),
        unknown=count(people_in(unknown)),
        reasons=reasons,
        covered=covered,
    )


def _none_by_subtraction(counts: dict[tuple[Reason, ...], int]) -> dict[tuple[Reason, ...], int]:
    """The counts with small ones joined to the next larger: `none` and `unknown` less the others would tell them."""
    found = dict(counts)
    for unknown in (False, True):
        while True:
            same = [some for some in found if (some[0] in UNKNOWN) == unknown and found[some]]
            same.sort(key=lambda some: (found[some], some))
            if len(same) < 2 or found[same[0]] >= SMALL_COUNT:
                break
            joined = tuple(sorted(same[0] + same[1]))
            found[joined] = found.pop(same[0]) + found.pop(same[1])
    return dict(sorted(found.items()))


def weighted_quantile(values: NDArray[np.float64], weight: NDArray[np.float64], q: float) -> float | None:
    """The value that a share q of the weight does not exceed; None where there is nothing."""
    if not len(values):
        return None
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(total, q * total[-1], "left")])


def plain(value: float | None) -> float | str | None:
    """A number as JSON can say it: null for unknown, `unreachable` for infinite."""
    if value is None:
        return None
    if math.isnan(value):
        return None
    return "unreachable" if math.isinf(value) else round(float(value), 6)
