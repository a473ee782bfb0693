"""Both ends of journeys: homes, and what people want to reach."""

from __future__ import annotations

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
