"""Walks of stops that stay, and those of stops that come, are the walks of all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from stadslab.build.projection import to_metres
from stadslab.build.stopchange import StopChange
from stadslab.build.streetgraph import build_streetgraph
from stadslab.build.timetable import build_timetable
from stadslab.build.transit import Outing, doors, service
from stadslab.core.city import City
from stadslab.core.scenario import Scenario
from stadslab.edits.add_route import AddRoute
from stadslab.testing.gridcity import CRS, WEEK, grid, grid_support
from tests.edits.village import MONDAY, at, village

CITIES = {
    "grid": (grid(6, lines=[("row", 2, 10)]), "grid:stop/0,2", WEEK[1]),
    "village": (village(), "gtfs:v/stop/s2", MONDAY),
}


def longer(city: City, old: str) -> City:
    """The city with a line to two new stops, one of them by ids before all others."""
    spots = grid_support(6).points[[3, 27]].tolist() if city.name == "grid" else [at(160, 95), at(40, 0)]
    stops = (old, *("{:.6f},{:.6f}".format(*spot) for spot in spots))
    return city.under(Scenario("s", (AddRoute("new", stops, "tram", 10),)))


@pytest.mark.parametrize("name", sorted(CITIES))
@pytest.mark.parametrize("back", [False, True])
def test_walks_that_are_kept_and_new_ones_are_all_walks(name: str, back: bool) -> None:
    city, old, day = CITIES[name]
    cities = (city, longer(city, old))
    streets, outing = build_streetgraph(city["streets"], CRS), Outing(day, max_walk_minutes=3.0)
    tables = [build_timetable(one) for one in (cities[::-1] if back else cities)]
    runs = [service(streets, table, outing) for table in tables]
    spots = to_metres(CRS, grid_support(6).points) if name == "grid" else runs[0].stop_xy + np.array([3.0, 4.0])
    ways = [doors(streets, run, outing, spots, spots[::3]) for run in runs]
    stops = StopChange.between(*tables)
    assert stops is not None
    assert not stops.none
    assert abs(len(stops.old) - len(stops.new)) == 2
    feet, expected = stops.feet(runs[0], streets, outing), runs[1].day
    assert_array_equal(feet.ptr, expected.foot_ptr)
    assert_array_equal(feet.to, expected.foot_to)
    assert_array_equal(feet.seconds, expected.foot_s)
    found = stops.doors(ways[0], streets, outing, spots, spots[::3])
    for mine, theirs in zip(found, ways[1], strict=True):
        assert_array_equal(mine, theirs)


def test_two_days_get_the_same_numbers_and_lend_each_other_walks_to_stops_only_one_has() -> None:
    city, old, day = CITIES["village"]
    streets, outing = build_streetgraph(city["streets"], CRS), Outing(day, max_walk_minutes=3.0)
    tables = [build_timetable(one) for one in (city, longer(city, old))]
    runs = [service(streets, table, outing) for table in tables]
    ways = [doors(streets, run, outing, runs[0].stop_xy, runs[0].stop_xy) for run in runs]
    stops = StopChange.between(*tables)
    assert stops is not None
    (before, access), (after, _) = stops.both(runs[0].day, ways[0], runs[1].day, ways[1])
    assert before.n_stops == after.n_stops == len(tables[1].stop_ids)
    assert_array_equal(before.foot_ptr, after.foot_ptr)
    assert_array_equal(before.foot_to, after.foot_to)
    either = np.array(tables[1].stop_ids)
    was = np.array(tables[0].stop_ids)
    assert_array_equal(either[before.pattern_stop], was[runs[0].day.pattern_stop])
    assert_array_equal(either[access.access_stop], was[ways[0].access_stop])
    shared = [stops.shared(one) for one in ways_numbered(stops, runs, ways)]
    for mine, theirs in zip(*shared, strict=True):
        assert_array_equal(mine, theirs)


def ways_numbered(stops: StopChange, runs: list, ways: list) -> list:
    return [doors for _, doors in stops.both(runs[0].day, ways[0], runs[1].day, ways[1])]


def test_a_stop_that_has_moved_is_no_such_change() -> None:
    table = build_timetable(CITIES["grid"][0])
    assert StopChange.between(table, replace(table, stop_lonlat=table.stop_lonlat + 1e-4)) is None
    same = StopChange.between(table, replace(table))
    assert same is not None
    assert same.none
