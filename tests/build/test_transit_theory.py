"""Lines on the grid city: waits, changes and percentiles as theory has them."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from stadslab.build.named import BUILDS
from stadslab.build.projection import to_metres
from stadslab.build.streetgraph import StreetGraph, build_streetgraph
from stadslab.build.timetable import Timetable, build_timetable
from stadslab.build.transit import Outing, by_departure, doors, minutes_to, service
from stadslab.core.city import City
from stadslab.core.errors import InputError
from stadslab.kernels import UNREACHABLE, raptor
from stadslab.kernels.percentiles import of_minutes
from stadslab.kernels.timetable import reverse
from stadslab.testing import gridcity

N = 11
BLOCK_WALK_S, HOP_S = 100, 10  # 130 m at 1.3 m/s, and at 46.8 km/h
TUESDAY = gridcity.WEEK[1]
HOUR = Outing(TUESDAY, "08:00", 60, max_minutes=120, max_walk_minutes=20)
SEATED = dataclasses.replace(HOUR, max_walk_minutes=3.0)  # one block on foot at most, which never beats a vehicle


def seconds(city: City, outing: Outing, start: tuple[int, int], end: tuple[int, int]) -> np.ndarray[Any, Any]:
    """Door to door for every departure, int32[m]."""
    streets, timetable = build_streetgraph(city["streets"], city.crs), build_timetable(city)
    return _between(streets, timetable, outing, start, end)


def _between(
    streets: StreetGraph, timetable: Timetable, outing: Outing, start: tuple[int, int], end: tuple[int, int]
) -> np.ndarray[Any, Any]:
    support = gridcity.grid_support(N)
    at = to_metres(streets.crs, support.points[[start[0] * N + start[1], end[0] * N + end[1]]])
    run = service(streets, timetable, outing)
    ways = doors(streets, run, outing, at[:1], at[1:])
    found = by_departure(run, ways, outing, 0)
    middle = of_minutes(found, (50,))[0, 0]
    fast = minutes_to(run, ways, outing, 50)[0, 0]
    assert fast == (np.inf if middle == UNREACHABLE else middle / 60), "minute by minute or all at once: the same"
    return np.asarray(found[:, 0])


def wait(headway_s: int, position: int, departs: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Seconds until a vehicle leaves the stop at this position of the line, for one at the stop at these times."""
    return (position * HOP_S + gridcity.FIRST_S - departs) % headway_s


@pytest.mark.parametrize("headway_min", [4, 10, 15, 30])
def test_the_wait_is_uniform_on_the_headway(headway_min: int) -> None:
    """Departures every minute over whole headways meet every phase once: the mean is half of it, less half a minute."""
    city = gridcity.grid(N, lines=[("row", 5, headway_min)])
    took = seconds(city, SEATED, (0, 5), (10, 5)) - 10 * HOP_S
    assert took.tolist() == wait(headway_min * 60, 0, HOUR.departures).tolist()
    values, counts = np.unique(took, return_counts=True)
    assert values.tolist() == list(range(0, headway_min * 60, 60))  # in [0, h), each as often as the others
    assert set(counts.tolist()) == {60 // headway_min}
    assert took.mean() == (headway_min * 60 - 60) / 2


def test_every_stop_has_its_own_phase() -> None:
    city = gridcity.grid(N, lines=[("row", 5, 10)])
    for start in (1, 4, 5):
        took = seconds(city, HOUR, (start, 5), (10, 5))
        expected = wait(600, start, HOUR.departures) + (10 - start) * HOP_S
        assert took.tolist() == np.minimum(expected, (10 - start) * BLOCK_WALK_S).tolist()


def test_two_lines_convolve() -> None:
    """The second wait starts where the first ride ends; a change at the same stop takes no time."""
    city = gridcity.grid(N, lines=[("row", 5, 6), ("column", 5, 10)])
    took = seconds(city, SEATED, (0, 5), (5, 10))
    at_corner = HOUR.departures + wait(360, 0, HOUR.departures) + 5 * HOP_S
    expected = at_corner + wait(600, 5, at_corner) + 5 * HOP_S - HOUR.departures
    assert took.tolist() == expected.tolist()


def test_waits_of_two_lines_without_a_common_phase_add_up_on_average() -> None:
    """Over all phases the mean of the sum is the sum of the means: 7 and 11 minutes have no common divisor.

    77 minutes meet every pair of phases once, so the sum of both waits is exactly the convolution of two uniforms.
    """
    outing = dataclasses.replace(SEATED, window_minutes=77)
    city = gridcity.grid(N, lines=[("row", 5, 7), ("column", 5, 11)])
    waits = seconds(city, outing, (0, 5), (5, 10)) - 10 * HOP_S
    first, second = np.arange(0, 420, 60), np.arange(0, 660, 60)
    # vehicles meet at the corner at whole minutes of each other, so both waits are whole minutes
    assert sorted(waits.tolist()) == sorted((first[:, None] + second[None, :]).ravel().tolist())


def test_a_change_needs_its_slack() -> None:
    """With no slack a vehicle of the other line that leaves in the very second is caught; with a minute it is not."""
    city = gridcity.grid(N, lines=[("row", 5, 10), ("column", 5, 10)])
    took = seconds(city, SEATED, (0, 5), (5, 10))
    assert set((took - wait(600, 0, SEATED.departures)).tolist()) == {10 * HOP_S}
    slow = dataclasses.replace(SEATED, slack_s=60)
    took = seconds(city, slow, (0, 5), (5, 10))
    assert set((took - 60 - wait(600, 0, slow.departures + 60)).tolist()) == {10 * HOP_S + 600}


def test_walking_counts_only_where_riding_is_slower() -> None:
    city = gridcity.grid(N, lines=[("row", 5, 10)])
    for end in [(1, 5), (3, 5), (6, 5), (3, 8), (10, 5)]:
        took = seconds(city, HOUR, (0, 5), end)
        walk = BLOCK_WALK_S * (end[0] + abs(end[1] - 5))
        ride = wait(600, 0, HOUR.departures) + end[0] * HOP_S + BLOCK_WALK_S * abs(end[1] - 5)
        assert took.tolist() == np.minimum(walk, ride).tolist()
        assert (took == walk).any() == (ride >= walk).any()


def test_one_ride_is_not_two() -> None:
    """With one vehicle the rest is walked; with none allowed to help, the whole way is."""
    city = gridcity.grid(N, lines=[("row", 5, 10), ("column", 5, 10)])
    one = seconds(city, dataclasses.replace(HOUR, max_rides=1), (0, 5), (5, 10))
    two = seconds(city, HOUR, (0, 5), (5, 10))
    waits = wait(600, 0, HOUR.departures)
    walk_after = waits + 5 * HOP_S + 5 * BLOCK_WALK_S
    walk_before = 5 * BLOCK_WALK_S + wait(600, 5, HOUR.departures + 5 * BLOCK_WALK_S) + 5 * HOP_S
    expected = np.minimum(np.minimum(walk_after, walk_before), 10 * BLOCK_WALK_S)
    assert one.tolist() == expected.tolist()
    assert (two <= one).all()
    assert (two < one).any()


def test_a_trip_more_hurts_nobody() -> None:
    """Any trip may be taken away: nobody is ever earlier without it, at any minute, and some are later."""
    city = gridcity.grid(N, lines=[("row", 5, 10), ("column", 3, 15), ("column", 8, 20)])
    streets = build_streetgraph(city["streets"], city.crs)
    pairs = [((0, 5), (8, 10)), ((3, 0), (8, 9)), ((1, 4), (9, 6)), ((3, 10), (10, 5))]
    whole = [_between(streets, build_timetable(city), HOUR, *pair) for pair in pairs]
    ids = [i for i in city["trips"].scan("id")["id"].to_pylist() if 7.5 * 3600 <= int(i.split("@")[1]) <= 9.5 * 3600]
    later = 0
    for gone in np.random.default_rng(1).choice(ids, 12, replace=False):
        fewer = build_timetable(city.with_layer(city["trips"].overlaid(frozenset([str(gone)]), None)))
        for pair, before in zip(pairs, whole, strict=True):
            after = _between(streets, fewer, HOUR, *pair)
            assert (after >= before).all()
            later += int((after > before).sum())
    assert later


def test_arriving_by_mirrors_departing_at() -> None:
    """The latest vehicle that is there in time, on the mirrored timetable, is the one that depart-at finds last."""
    city = gridcity.grid(N, lines=[("row", 5, 10), ("column", 5, 15)])
    streets, timetable = build_streetgraph(city["streets"], city.crs), build_timetable(city)
    day = service(streets, timetable, SEATED).day
    start, end = (timetable.stop_ids.index(gridcity.stop_id(a)) for a in ((0, 5), (5, 10)))
    limits: dict[str, Any] = {"max_rides": 4, "slack_s": 0, "limit_s": 7200}
    at, no_walk = np.arange(8 * 3600, 9 * 3600, 60, dtype=np.int32), np.zeros(1, np.int32)
    there = raptor.profile(day, np.array([start], np.int32), no_walk, at, **limits)[:, end]
    by = np.arange(8 * 3600 + 1800, 9 * 3600, 60, dtype=np.int32)
    mirrored = raptor.profile(reverse(day), np.array([end], np.int32), no_walk, -by[::-1], **limits)[::-1, start]
    leave = -mirrored.astype(np.int64)
    second = by - 5 * HOP_S  # at the corner; the column passes it at 50 s after every quarter
    second -= (second - 5 * HOP_S - gridcity.FIRST_S) % 900
    first = second - 5 * HOP_S
    first -= (first - gridcity.FIRST_S) % 600
    assert leave.tolist() == first.tolist()
    for deadline, latest in zip(by.tolist(), leave.tolist(), strict=True):
        in_time = at[there <= deadline]
        assert in_time.max() == latest  # vehicles leave at whole minutes, so does the last who is in time


def test_percentiles_never_fall() -> None:
    city = gridcity.grid(N, lines=[("row", 5, 10), ("column", 5, 15)])
    took = seconds(city, HOUR, (0, 5), (5, 10))[:, None]
    minutes = (of_minutes(took, range(1, 101))[0] / 60).tolist()
    assert minutes == sorted(minutes)
    assert (minutes[0], minutes[-1]) == (took.min() / 60, took.max() / 60)
    assert minutes[49] == np.sort(took[:, 0])[29] / 60  # the 30th of 60 departures


def test_a_percentile_that_too_few_departures_reach_is_infinite() -> None:
    some = np.array([[60], [120], [UNREACHABLE], [UNREACHABLE]], np.int32)
    assert of_minutes(some, (50, 51)).tolist() == [[120, UNREACHABLE]]


def test_the_limit_cuts_exactly() -> None:
    """A journey of just the limit counts, one second more does not."""
    city = gridcity.grid(N, lines=[("row", 5, 10)])
    outing = dataclasses.replace(HOUR, max_minutes=400 / 60, max_walk_minutes=2.0)
    took = seconds(city, outing, (0, 5), (10, 5))
    expected = wait(600, 0, HOUR.departures) + 10 * HOP_S
    assert took.tolist() == np.where(expected <= 400, expected, UNREACHABLE).tolist()
    assert 400 in took.tolist()


def test_yesterdays_trips_run_past_midnight() -> None:
    """The last vehicles leave at 24:00, which is 00:00 of the next day, a Sunday; after it nothing until 05:00."""
    city = gridcity.grid(N, lines=[("row", 5, 10)])
    night = Outing(gridcity.WEEK[6], "00:00", 2, max_minutes=30, max_walk_minutes=2)
    assert seconds(city, night, (0, 5), (10, 5)).tolist() == [10 * HOP_S, UNREACHABLE]
    first = Outing(gridcity.WEEK[0], "00:00", 2, max_minutes=30, max_walk_minutes=2)  # no Sunday before this Monday
    assert (seconds(city, first, (0, 5), (10, 5)) == UNREACHABLE).all()


def test_a_day_without_service_names_those_with_it() -> None:
    city = gridcity.grid(N, lines=[("row", 5)])
    with pytest.raises(InputError, match=r"no trip runs on 2024-01-08 .*7 days from 2024-01-01 to 2024-01-07"):
        seconds(city, Outing("2024-01-08"), (0, 5), (10, 5))


def test_only_every_second_corner_has_a_stop() -> None:
    city = gridcity.grid(N, lines=[("row", 5, 10, 46.8, 2)])
    assert city["stops"].rows == 6
    took = seconds(city, HOUR, (0, 5), (9, 5))
    ride = wait(600, 0, HOUR.departures) + 8 * HOP_S + BLOCK_WALK_S  # off at 8 or 10, and a block on foot
    assert took.tolist() == np.minimum(ride, 9 * BLOCK_WALK_S).tolist()


def test_a_city_without_lines_has_no_timetable() -> None:
    assert "trips" not in gridcity.grid(3)
    assert set(BUILDS["timetable"].reads) & set(gridcity.grid(3, lines=[("column", 1)]).layers) == {
        "stops",
        "trips",
        "service_days",
    }
