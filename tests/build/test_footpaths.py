"""A way through the streets: as long as the search says, unbroken, and along the streets there are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from stadslab.build.footpaths import Around, around
from stadslab.build.places import xy_of
from stadslab.build.projection import to_metres
from stadslab.build.streetgraph import StreetGraph, build_streetgraph
from stadslab.build.traveltimes import Travel, nearest, trips
from stadslab.kernels import UNREACHABLE
from stadslab.testing import gridcity

N = 11
BLOCK_M, BLOCK_MIN = 130.0, 130 / 1.3 / 60


@pytest.fixture(scope="module")
def streets() -> StreetGraph:
    city = gridcity.grid(N)
    return build_streetgraph(city["streets"], city.crs)


@pytest.fixture(scope="module")
def corners(streets: StreetGraph) -> np.ndarray[Any, Any]:
    return np.asarray(to_metres(streets.crs, gridcity.grid_support(N).points))


def metres(streets: StreetGraph, lonlat: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.asarray(to_metres(streets.crs, lonlat))


def asked(streets: StreetGraph, start: np.ndarray[Any, Any], places: np.ndarray[Any, Any], minutes: float) -> Around:
    return around(streets, Travel("walk"), start, places, minutes)


def test_between_corners_it_is_as_many_blocks_as_theory_says(
    streets: StreetGraph, corners: np.ndarray[Any, Any]
) -> None:
    found = asked(streets, corners[2 * N + 3], corners, 60)
    for a, b in ((7, 5), (2, 3), (0, 10), (3, 3)):
        blocks = abs(a - 2) + abs(b - 3)
        path = found.path(a * N + b)
        assert path is not None
        assert path.minutes == pytest.approx(blocks * BLOCK_MIN)
        assert path.along_m == pytest.approx(blocks * BLOCK_M, abs=0.5)
        assert path.to_street_m + path.from_street_m == pytest.approx(0, abs=0.05)


def test_anywhere_its_line_is_unbroken_and_as_long_as_the_search_says(
    streets: StreetGraph, corners: np.ndarray[Any, Any]
) -> None:
    dice = np.random.default_rng(4)
    low, high = corners.min(axis=0), corners.max(axis=0)
    starts, places = (low + dice.random((n, 2)) * (high - low) for n in (12, 9))
    streets_drawn = shapely.union_all(streets.lines)
    trip = trips(streets, Travel("walk"), starts, places)
    best = nearest(trip, Travel("walk").cost(60), 1)[:, 0, 0]
    for row, start in enumerate(starts):
        found = asked(streets, start, places, 60)
        assert found.cost.min() == best[row]
        for place in range(len(places)):
            path = found.path(place)
            assert path is not None
            first, middle, last = (metres(streets, line) for line in path.lines)
            assert first[0] == pytest.approx(start, abs=0.01)
            assert last[-1] == pytest.approx(places[place], abs=0.01)
            assert first[-1] == pytest.approx(middle[0], abs=0.01)
            assert middle[-1] == pytest.approx(last[0], abs=0.01)
            drawn = shapely.LineString(middle)
            assert drawn.length == pytest.approx(path.along_m, abs=0.5)
            assert streets_drawn.buffer(0.1).covers(drawn)
            whole = path.to_street_m + path.along_m + path.from_street_m
            assert path.minutes == pytest.approx(whole / 1.3 / 60, rel=1e-3)


def test_beyond_the_limit_there_is_no_way(streets: StreetGraph, corners: np.ndarray[Any, Any]) -> None:
    found = asked(streets, corners[0], corners, 3 * BLOCK_MIN + 0.001)
    assert int((found.cost < UNREACHABLE).sum()) == 10  # a corner sees a quarter of the blocks
    assert found.path(N * N - 1) is None
    assert np.isinf(found.minutes[-1])
    assert found.nearest(4).tolist()[0] == 0
    assert len(found.nearest(99)) == 10


def test_on_one_street_it_goes_straight_along(streets: StreetGraph, corners: np.ndarray[Any, Any]) -> None:
    start, place = corners[0] + [30.0, 4.0], corners[0] + [100.0, -5.0]
    if not np.isclose(np.abs(corners[N] - corners[0])[0], BLOCK_M, atol=1):
        start, place = corners[0] + [4.0, 30.0], corners[0] + [-5.0, 100.0]
    path = asked(streets, start, place[None], 10).path(0)
    assert path is not None
    assert path.along_m == pytest.approx(70, abs=0.2)
    assert (path.to_street_m, path.from_street_m) == (pytest.approx(4, abs=0.1), pytest.approx(5, abs=0.1))


def test_a_bicycle_is_walked_to_and_from_the_street(streets: StreetGraph, corners: np.ndarray[Any, Any]) -> None:
    travel = Travel("cycle")
    start = (corners[0] + corners[N + 1]) / 2  # in the middle of a block
    path = around(streets, travel, start, corners[[5 * N + 5]], 60).path(0)
    assert path is not None
    walked = path.to_street_m / travel.walk_speed_m_s
    assert path.minutes == pytest.approx((walked + path.along_m / travel.cycle_speed_m_s) / 60, rel=1e-3)


def test_places_are_found_as_the_indicator_finds_them(streets: StreetGraph) -> None:
    city = gridcity.grid(N)
    table = city["places"].scan("id", "kind", "geometry")
    found = asked(streets, xy_of(table, streets.crs)[0], xy_of(table, streets.crs), 60)
    assert found.nearest(1).tolist() == [0]
    assert found.minutes[0] == 0
