"""The chessboard is what it says it is."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from stadslab.build.projection import to_metres
from stadslab.testing import gridcity


@pytest.mark.parametrize("n", [2, 3, 7])
@pytest.mark.parametrize("block", [50.0, 130.0])
def test_streets_places_and_people(n: int, block: float) -> None:
    city = gridcity.grid(n, block_m=block)
    assert city["streets"].rows == 2 * n * (n - 1)
    assert city["places"].rows == n * n
    lines = shapely.from_wkb(np.asarray(city["streets"].scan("geometry")["geometry"].to_pylist(), object))
    drawn = [shapely.LineString(to_metres(city.crs, shapely.get_coordinates(line))).length for line in lines]
    assert drawn == pytest.approx(city["streets"].scan("length_m")["length_m"].to_pylist(), abs=1e-3)
    assert sum(city["people"].scan("value")["value"].to_pylist()) == gridcity.PEOPLE_PER_UNIT * n * n


def test_places_of_choice() -> None:
    assert gridcity.grid(5, places="centre")["places"].scan("id")["id"].to_pylist() == ["grid:place/2,2"]
    assert "places" not in gridcity.grid(5, places="none")


def test_units_stand_on_the_junctions_in_the_order_of_their_ids() -> None:
    n = 12
    support = gridcity.grid_support(n)
    assert list(support.ids) == sorted(support.ids)
    for at, (i, j) in {"corner": (0, 0), "centre": (6, 6), "3,11": (3, 11)}.items():
        unit = gridcity.unit_at(n, at)
        assert support.ids[unit] == f"{i:03d},{j:03d}"
        place = to_metres(gridcity.CRS, support.points[unit : unit + 1])[0]
        assert place == pytest.approx([gridcity.WEST + 130 * i, gridcity.SOUTH + 130 * j], abs=1e-3)
    outlines = shapely.from_wkb(np.asarray(support.geometry.to_pylist(), object))
    assert shapely.contains(outlines, shapely.points(support.points)).all()


def test_reach_counts_junctions() -> None:
    for k in range(6):
        counted = sum(abs(i) + abs(j) <= k for i in range(-k, k + 1) for j in range(-k, k + 1))
        assert gridcity.reach(k) == counted


def test_population_adds_up() -> None:
    found = gridcity.grid_population(gridcity.grid_support(3))
    assert (found.counts["age", "old"] + found.counts["age", "young"] == found.total).all()
