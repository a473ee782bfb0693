"""Both ends of journeys: homes, and what people want to reach."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stadslab.build.transitends import ends, toward
from stadslab.testing import gridcity

N = 5


def test_ends_are_counts_or_places() -> None:
    city, support = gridcity.grid(N), gridcity.grid_support(N)
    people = gridcity.grid_population(support)
    assert ends("people", gridcity.CRS, support, people, None).weight.sum() == 10 * N * N
    assert ends("age", gridcity.CRS, support, people, None).weight.sum() == 10 * N * N
    assert len(ends("school", gridcity.CRS, support, people, city["places"]).xy) == N * N
    assert len(toward("grid:place/0,0", gridcity.CRS, support, city["places"]).xy) == 1


def test_how_many_live_in_a_small_unit_cannot_be_asked() -> None:
    support = gridcity.grid_support(N)
    few = [number % 5 for number in range(N * N)]
    people = replace(gridcity.grid_population(support), counts={("total", "all"): np.array(few)})
    weight = ends("people", gridcity.CRS, support, people, None).weight
    assert len(weight) == sum(number > 0 for number in few)
    assert set(weight.tolist()) == {2}  # one, two, three and four alike
