"""A journey's parts follow each other and add up to what the searches over windows found."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from stadslab.build.journeys import ON_FOOT, Way, ways_between
from stadslab.build.projection import to_metres
from stadslab.build.streetgraph import StreetGraph, build_streetgraph
from stadslab.build.timetable import Timetable, build_timetable
from stadslab.build.transit import Outing, by_departure, doors, minutes_to, service
from stadslab.core.city import City
from stadslab.core.errors import InputError
from stadslab.kernels import UNREACHABLE
from stadslab.testing import gridcity

N = 11
BLOCK_WALK_S, HOP_S = 100, 10  # 130 m at 1.3 m/s, and at 46.8 km/h
HOUR = Outing(gridcity.WEEK[1], "08:00", 60)
SEATED = dataclasses.replace(HOUR, max_walk_minutes=3.0)  # one block on foot at most
LINES = [("row", 5, 10), ("column", 5, 15)]


def grid_point(streets: StreetGraph, at: tuple[int, int]) -> np.ndarray[Any, Any]:
    points = gridcity.grid_support(N).points[[at[0] * N + at[1]]]
    return np.asarray(to_metres(streets.crs, points)[0])


def made(city: City) -> tuple[StreetGraph, Timetable]:
    return build_streetgraph(city["streets"], city.crs), build_timetable(city)


def asked(
    city: City, outing: Outing, start: tuple[int, int], end: tuple[int, int]
) -> tuple[tuple[Way, ...], np.ndarray[Any, Any]]:
    """The ways, and what the search over the window says of the same question."""
    streets, timetable = made(city)
    a, b = grid_point(streets, start), grid_point(streets, end)
    return ways_between(streets, timetable, outing, a, b), totals(streets, timetable, outing, a, b)


def totals(
    streets: StreetGraph, timetable: Timetable, outing: Outing, a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Seconds by departure; the same question to `minutes_to` must agree."""
    run = service(streets, timetable, outing)
    found = doors(streets, run, outing, a[None], b[None])
    seconds = by_departure(run, found, outing, 0)[:, 0]
    slowest = minutes_to(run, found, outing, 100)[0, 0]
    assert slowest == (np.inf if seconds.max() == UNREACHABLE else seconds.max() / 60)
    return np.asarray(seconds)


def check_whole(way: Way) -> None:
    """No gap, no overlap, nothing but these kinds, and rides call where they say."""
    now = way.depart_s
    for part in way.parts:
        assert part.start_s == now
        assert part.seconds > 0 or part.kind == "ride"
        now = part.end_s
        if part.kind == "ride":
            assert part.calls[0][0] == part.from_stop
            assert part.calls[0][2] == part.start_s
            assert part.calls[-1][:2] == (part.to_stop, part.end_s)
            times = [t for _, arrive, depart in part.calls for t in (arrive, depart)]
            assert times == sorted(times)
    assert now == way.depart_s + way.total_s
    assert way.spent(*ON_FOOT) + way.spent("wait") + way.spent("ride") == way.total_s
    for one, following in zip(way.parts, way.parts[1:], strict=False):
        assert one.to_stop == following.from_stop, "each part begins where the last one ended"


@pytest.mark.parametrize("outing", [HOUR, SEATED, dataclasses.replace(HOUR, slack_s=60, max_rides=1)])
@pytest.mark.parametrize("ends", [((0, 5), (10, 5)), ((0, 5), (5, 10)), ((1, 4), (6, 9)), ((2, 2), (2, 3))])
def test_parts_add_up_to_the_total_of_the_searches(outing: Outing, ends: tuple[tuple[int, int], ...]) -> None:
    ways, seconds = asked(gridcity.grid(N, lines=LINES), outing, *ends)
    assert [way.total_s for way in ways] == seconds.tolist()
    assert [way.depart_s for way in ways] == outing.departures.tolist()
    for way in ways:
        check_whole(way) if way.found else None
    assert any(way.found for way in ways) or outing is not HOUR


def test_a_wait_and_a_ride() -> None:
    """A vehicle passes the first stop every ten minutes, ten hops of ten seconds lie ahead."""
    ways, _ = asked(gridcity.grid(N, lines=[("row", 5, 10)]), SEATED, (0, 5), (10, 5))
    first = (gridcity.FIRST_S - ways[1].depart_s) % 600
    (wait, ride) = ways[1].parts
    assert (wait.kind, wait.seconds) == ("wait", first)
    assert (ride.kind, ride.seconds, len(ride.calls)) == ("ride", 10 * HOP_S, 11)


def test_a_change_with_a_walk_between_two_lines() -> None:
    """Two lines that end a block apart: walk a block between them, and one at the end."""
    city = gridcity.grid(N, lines=[("row", 5, 10, 46.8, 4), ("column", 5, 15)])  # row stops at 0, 4, 8; column at 5
    ways, _ = asked(city, dataclasses.replace(SEATED, max_walk_minutes=2.0), (0, 5), (5, 10))
    for way in ways:
        kinds = [part.kind for part in way.parts if part.kind != "wait"]
        assert kinds == ["ride", "transfer", "ride"]
        (change,) = [part for part in way.parts if part.kind == "transfer"]
        assert change.seconds == BLOCK_WALK_S
        assert change.metres == pytest.approx(130, abs=1.5)


def test_walking_all_the_way_where_it_is_faster() -> None:
    ways, _ = asked(gridcity.grid(N, lines=LINES), HOUR, (2, 2), (2, 3))
    for way in ways:
        (walk,) = way.parts
        assert (walk.kind, walk.seconds, way.rides) == ("walk", BLOCK_WALK_S, 0)


def test_from_a_point_to_itself_takes_no_time() -> None:
    (way,) = asked(gridcity.grid(N, lines=LINES), dataclasses.replace(HOUR, window_minutes=1), (2, 2), (2, 2))[0]
    assert way.found
    assert (way.total_s, way.parts) == (0, ())


def test_reasons_in_words() -> None:
    city = gridcity.grid(N, lines=[("row", 5, 10)])
    streets, timetable = made(city)
    once = dataclasses.replace(SEATED, window_minutes=1, max_walk_minutes=2.0)
    corner = grid_point(streets, (0, 0))
    stop, far_stop = grid_point(streets, (0, 5)), grid_point(streets, (10, 5))

    def why(outing: Outing, a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> str:
        (way,) = ways_between(streets, timetable, outing, a, b)
        assert way.total_s == UNREACHABLE
        return way.reason

    assert why(once, stop - 5000.0, stop) == "no street to walk on within 500 m of the start"
    assert why(once, stop, stop - 5000.0) == "no street to walk on within 500 m of the destination"
    assert why(once, corner, stop).startswith("no stop within 2 min on foot of the start")
    assert why(once, stop, corner).startswith("no stop within 2 min on foot of the destination")
    short = dataclasses.replace(once, max_minutes=1.0, max_walk_minutes=1.0, max_rides=1)
    assert why(short, stop, far_stop) == "no connection within 1 min and 1 ride"


def test_a_day_without_service_names_those_with_it() -> None:
    with pytest.raises(InputError, match="no trip runs on 2024-01-08"):
        asked(gridcity.grid(N, lines=LINES), Outing("2024-01-08"), (0, 5), (10, 5))
