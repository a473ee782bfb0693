"""An answer summarised for areas: what the people of each area have, not what its middle has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from stadslab.core.unit_counts import told_mean
from stadslab.lab.summary import weighted_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.core.support import Population, Support
    from stadslab.core.values import Values


@dataclass(frozen=True, slots=True, eq=False)
class AreaFigures:
    """Figures by area, in the order of the areas, each array of length a.

    counted: whether people are counted; else units are. mean: of those with a finite answer, as may be told; NaN where
    nobody has one.
    tenth, median, ninetieth: over everybody with an answer; infinite is out of reach, NaN where nobody has an answer.
    people, none, unknown: int64, people (or units): all, those who reach nothing, those of whom it is not known.
    units: int64, reporting units whose point lies in the area.
    """

    counted: bool
    mean: NDArray[np.float64]
    tenth: NDArray[np.float64]
    median: NDArray[np.float64]
    ninetieth: NDArray[np.float64]
    people: NDArray[np.int64]
    none: NDArray[np.int64]
    unknown: NDArray[np.int64]
    units: NDArray[np.int64]


def by_area(values: Values, people: Population | None, areas: Support) -> AreaFigures:
    """Averages and quantiles of the mean draw in each area, weighted by people (by unit where none are loaded)."""
    mean = values.mean()
    counted = people is not None and bool(people.total.any())
    weight = people.total.astype(np.float64) if people is not None and counted else np.ones(len(values))
    nothing = np.isinf(mean) | (mean == 0) if values.direction == "benefit" else np.isinf(mean)
    area = area_of(values.support, areas)
    count = len(areas)
    means, tenth, median, ninetieth = (np.full(count, np.nan) for _ in range(4))
    inhabitants, none, unknown, units = (np.zeros(count, np.int64) for _ in range(4))
    for at in range(count):
        inside = area == at
        some, weights = mean[inside], weight[inside]
        held, known = weights > 0, ~np.isnan(some)
        units[at] = int(inside.sum())
        inhabitants[at], unknown[at] = round(weights.sum()), round(weights[~known].sum())
        none[at] = round(weights[nothing[inside]].sum())
        finite = np.isfinite(some) & held
        if finite.any():
            means[at] = _mean(some[finite], weights[finite], counted)
        for found, q in ((tenth, 0.1), (median, 0.5), (ninetieth, 0.9)):
            quantile = weighted_quantile(some[known & held], weights[known & held], q)
            found[at] = np.nan if quantile is None else quantile
    return AreaFigures(counted, means, tenth, median, ninetieth, inhabitants, none, unknown, units)


def _mean(values: NDArray[np.float64], weight: NDArray[np.float64], counted: bool) -> float:
    """The mean; over people so rounded that a map of the units beside it gives nobody away."""
    mean = float(np.average(values, weights=weight))
    if not counted:
        return mean
    told = told_mean(mean, float(np.abs(values - mean).max()), round(weight.sum()))
    return np.nan if told is None else told


def area_of(support: Support, areas: Support) -> NDArray[np.int64]:
    """The area each unit's point lies in, int64[n]; -1 where none. Of overlapping areas the first."""
    shapes = shapely.from_wkb(np.asarray(areas.geometry.to_pylist(), object))
    found = np.full(len(support), -1, np.int64)
    unit, area = shapely.STRtree(shapes).query(shapely.points(support.points), predicate="intersects")
    order = np.lexsort((-area, unit))  # the first area is written last
    found[unit[order]] = area[order]
    return found
