"""What edits of lines do to people's minutes on the grid city, as theory has it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stadslab.core.city import City
from stadslab.core.edit import Edit
from stadslab.core.scenario import Scenario
from stadslab.edits.add_route import AddRoute
from stadslab.edits.change_headway import ChangeHeadway
from stadslab.edits.change_route_speed import ChangeRouteSpeed
from stadslab.edits.close_stop import CloseStop
from stadslab.edits.remove_route import RemoveRoute
from stadslab.lab import catalog
from stadslab.testing import gridcity
from stadslab.testing.contract_indicator import measured

N = 11
ROUTE = "grid:route/row-5"
RIDE_MIN, WALK_MIN = 10 / 60, 100 / 60  # one block
TO = {"to": "grid:place/10,5", "date": gridcity.WEEK[1], "window_minutes": 60, "max_walk_minutes": 3.0}


def minutes(city: City, *edits: Edit) -> list[float]:
    """From one end of the row to the other, at percentiles 5, 50 and 95 of 60 departures: the 3rd, 30th and 57th."""
    after, to = city.under(Scenario("test", edits)), catalog.indicator("transit_time_to")
    support, unit = gridcity.grid_support(N), gridcity.unit_at(N, "0,5")
    found: list[Any] = [measured(to, after, support, TO | {"percentile": share})[unit] for share in (5, 50, 95)]
    return [float(v) for v in found]


def plus(values: list[float], more: float) -> Any:
    return pytest.approx((np.array(values) + more).tolist())


@pytest.fixture(scope="module")
def grid() -> City:
    """One line with a vehicle every 20 minutes."""
    return gridcity.grid(N, lines=[("row", 5, 20)])


def test_half_the_headway_is_half_the_wait(grid: City) -> None:
    """Waits are 0, 1, ... 19 minutes three times each; at half the headway 0, 1, ... 9 six times each."""
    assert minutes(grid) == plus([0, 9, 18], 10 * RIDE_MIN)
    assert minutes(grid, ChangeHeadway(ROUTE, 10)) == plus([0, 4, 9], 10 * RIDE_MIN)


def test_twice_the_speed_is_half_the_ride(grid: City) -> None:
    assert minutes(grid, ChangeRouteSpeed(ROUTE, 100)) == plus([0, 9, 18], 5 * RIDE_MIN)


def test_a_removed_line_cannot_be_ridden_and_a_shortened_one_only_so_far(grid: City) -> None:
    assert minutes(grid, RemoveRoute(ROUTE)) == [np.inf] * 3
    short = minutes(grid, RemoveRoute(ROUTE, "grid:stop/9,5"))
    assert short == plus([0, 9, 18], 9 * RIDE_MIN + WALK_MIN)  # the last block on foot


def test_a_closed_stop_is_passed(grid: City) -> None:
    assert minutes(grid, CloseStop("grid:stop/10,5")) == plus([0, 9, 18], 9 * RIDE_MIN + WALK_MIN)
    assert minutes(grid, CloseStop("grid:stop/5,5")) == minutes(grid)


def test_a_second_line_half_a_headway_later_is_half_the_headway(grid: City) -> None:
    stops = tuple(f"grid:stop/{i},5" for i in range(N))
    more = AddRoute("more", stops, "tram", 20, 46.8, dwell_s=0, first="05:10", last="24:00")
    # its run times come from geodesic metres, in whole seconds rounded up, at each of ten hops
    found, expected = minutes(grid, more), minutes(grid, ChangeHeadway(ROUTE, 10))
    assert all(0 <= a - b <= 10 / 60 + 1e-9 for a, b in zip(found, expected, strict=True))
