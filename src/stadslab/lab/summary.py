"""What do the numbers say about people? Averages weigh people, not cells."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stadslab.core.disclosure import published
from stadslab.core.support import Population
from stadslab.core.values import Reason, Values

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Summary:
    """One answer in a few numbers: per person where people are known, per unit otherwise.

    tenth, median, ninetieth: quantiles over people with an answer. none: people who reach nothing (zero or out of
    reach).
    reasons: reason in words to people without a finite answer.
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

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        found = asdict(self)
        return {**found, **{name: plain(found[name]) for name in ("mean", "tenth", "median", "ninetieth")}}


def summarise(values: Values, people: Population | None) -> Summary:
    """Averages and quantiles of the mean draw, weighted by people (by unit when no people are loaded)."""
    mean = values.mean()
    counted = people is not None and bool(people.total.any())
    weight = people.total.astype(float) if people is not None and counted else np.ones(len(values))
    finite, unknown = np.isfinite(mean), np.isnan(mean)
    nothing = np.isinf(mean) | (mean == 0) if values.direction == "benefit" else np.isinf(mean)

    def count(mask: NDArray[np.bool_]) -> int | None:
        return published(float(weight[mask].sum())) if counted else int(mask.sum())

    held = finite & (weight > 0)
    reached = ~unknown & (weight > 0)
    quantiles = [_quantile(mean[reached], weight[reached], q) for q in (0.1, 0.5, 0.9)]
    reasons = {
        Reason(r).words: count(values.reason == r) for r in sorted(set(values.reason.tolist())) if r != Reason.KNOWN
    }
    return Summary(
        unit=values.unit,
        units=len(values),
        people=int(weight.sum()) if counted else None,
        mean=float(np.average(mean[held], weights=weight[held])) if held.any() else None,
        tenth=quantiles[0],
        median=quantiles[1],
        ninetieth=quantiles[2],
        none=count(nothing),
        unknown=count(unknown),
        reasons=reasons,
    )


def _quantile(values: NDArray[np.float64], weight: NDArray[np.float64], q: float) -> float | None:
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
