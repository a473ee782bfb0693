"""Closing stops, removing lines, running them more often or faster: trips counted and timed by hand."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest

from stadslab.build.timetable import build_timetable
from stadslab.core.city import City
from stadslab.core.edit import Edit
from stadslab.core.scenario import Scenario, scenario_from_json
from stadslab.edits.change_headway import ChangeHeadway
from stadslab.edits.change_route_speed import ChangeRouteSpeed, faster
from stadslab.edits.close_stop import CloseStop
from stadslab.edits.remove_route import RemoveRoute
from tests.edits.village import MONDAY, SATURDAY, TUESDAY, layer, stop, trip, trip_rows

BUS, METRO = "gtfs:v/route/55", "gtfs:v/route/red"
SEVEN, EIGHT, NINE = 7 * 3600, 8 * 3600, 9 * 3600


def after(city: City, *edits: Edit) -> City:
    return city.under(Scenario("test", edits))


def trips(city: City, route: str = BUS) -> list[dict[str, Any]]:
    return [row for row in city["trips"].scan().to_pylist() if row["route"] == route]


def departures(city: City, route: str, day: str, first_stop: str) -> list[int]:
    """When do trips of the route leave this stop, if it is their first, on this day?"""
    days = city["service_days"].scan().to_pylist()
    running = {row["service"] for row in days if row["date"] == day}
    rows = [row for row in trips(city, route) if row["service"] in running and row["stops"][0] == stop(first_stop)]
    return sorted(row["depart_s"][0] for row in rows)


def replaced(city: City, rows: list[dict[str, Any]], **more: list[dict[str, Any]]) -> City:
    return city.with_layer(layer("trips", rows), *(layer(name, some) for name, some in more.items()))


# stops


def test_nobody_gets_on_or_off_at_a_closed_stop_and_the_trip_stays_on_time(city: City) -> None:
    closed = after(city, CloseStop(stop("s2")))
    before = {row["id"]: row for row in trips(city)}
    for row in trips(closed):
        old = before.pop(row["id"])
        assert (row["stops"], row["arrive_s"], row["depart_s"]) == (old["stops"], old["arrive_s"], old["depart_s"])
        here = [s != stop("s2") for s in row["stops"]]
        expected = None if all(here) else here
        assert (row["pickup"], row["dropoff"]) == (expected, expected)
    assert not before
    assert trips(closed, METRO) == trips(city, METRO)


def test_a_station_closes_with_its_platforms_in_both_directions(city: City) -> None:
    closed = after(city, CloseStop(stop("T2")))
    assert {tuple(row["pickup"]) for row in trips(closed, METRO)} == {(True, False, True)}
    assert {row["stops"][1] for row in trips(closed, METRO)} == {stop("t2a"), stop("t2b")}
    one = after(city, CloseStop(stop("t2a")))
    assert {row["direction"] for row in trips(one, METRO) if row["pickup"]} == {0}


def test_what_was_forbidden_at_other_stops_stays_forbidden(city: City) -> None:
    rows = [row | {"pickup": [True, True, False, True], "dropoff": None} for row in trip_rows()[:1]]
    closed = after(replaced(city, rows), CloseStop(stop("s2")))
    [row] = trips(closed)
    assert row["pickup"] == [True, False, False, True]
    assert row["dropoff"] == [True, False, True, True]


def test_closing_twice_is_closing_once(city: City) -> None:
    once = after(city, CloseStop(stop("s2")))
    assert after(once, CloseStop(stop("s2"))).key() == once.key()
    assert [str(p) for p in CloseStop(stop("s2")).problems(once)] == [
        "stop: gtfs:v/stop/s2 is closed already (leave the edit out)"
    ]


# removal


def test_a_removed_line_is_gone_and_nothing_else(city: City) -> None:
    without = after(city, RemoveRoute(BUS))
    assert not trips(without)
    assert trips(without, METRO) == trips(city, METRO)
    assert [row["id"] for row in without["routes"].scan().to_pylist()] == [METRO]
    assert [str(p) for p in RemoveRoute(BUS).problems(without)] == [
        f"route: there is no route {BUS!r} (did you mean {METRO} (Röd)?)"
    ]


def test_a_closed_branch_ends_trips_at_its_fork_both_ways(city: City) -> None:
    cut = after(city, RemoveRoute(METRO, stop("T2"), stop("t4")))
    old = {row["id"]: row for row in trips(city, METRO)}
    ways: Counter[tuple[str, ...]] = Counter()
    for row in trips(cut, METRO):
        ways[tuple(row["stops"])] += 1
        before = dict(zip(old[row["id"]]["stops"], old[row["id"]]["arrive_s"], strict=True))
        assert row["arrive_s"] == [before[s] for s in row["stops"]]  # what is left keeps its times
    assert ways == {
        (stop("t1"), stop("t2a")): 6,
        (stop("t2b"), stop("t1")): 6,
        (stop("t1"), stop("t2a"), stop("t3")): 6,
        (stop("t3"), stop("t2b"), stop("t1")): 6,
    }
    assert trips(cut) == trips(city)


def test_beyond_a_stop_the_other_side_of_the_street_closes_too(city: City) -> None:
    cut = after(city, RemoveRoute(BUS, stop("s3")))
    ways = {tuple(row["stops"]) for row in trips(cut)}
    assert ways == {(stop("s1"), stop("s2"), stop("s3")), (stop("n3"), stop("n2"), stop("n1"))}
    west = after(city, RemoveRoute(BUS, stop("s3"), stop("n1")))
    assert {tuple(row["stops"]) for row in trips(west)} == {(stop("s3"), stop("s4")), (stop("n4"), stop("n3"))}


def test_a_trip_cut_in_the_middle_becomes_two(city: City) -> None:
    """The ring s1 s2 s3 t4 s2' goes out to t4 and back: without t4 both ends are left."""
    ring = trip("ring", "55", "week", 0, ["s1", "s2", "t4", "n3", "n4"], SEVEN, 60)
    long = [trip(f"long-{k}", "55", "week", 0, ["s1", "s2", "t4"], SEVEN + k, 60) for k in range(2)]
    cut = after(replaced(city, [ring, *long]), RemoveRoute(BUS, stop("s2"), stop("t4")))
    left = {row["id"]: (row["stops"], row["depart_s"]) for row in trips(cut)}
    assert left["gtfs:v/trip/ring"] == ([stop("s1"), stop("s2")], [SEVEN, SEVEN + 60])
    assert left["gtfs:v/trip/ring/2"] == ([stop("n3"), stop("n4")], [SEVEN + 180, SEVEN + 240])
    assert len(left) == 4


# headway


def test_departures_are_even_within_the_hours_and_untouched_outside(city: City) -> None:
    more = after(city, ChangeHeadway(BUS, 6, "07:00", "08:00"))
    for day in (MONDAY, TUESDAY):
        for first in ("s1", "n4"):
            expected = [*range(SEVEN, EIGHT, 360), *range(EIGHT, NINE, 600)]
            assert departures(more, BUS, day, first) == expected
    assert departures(more, BUS, SATURDAY, "s1") == [*range(SEVEN, EIGHT, 360), EIGHT, EIGHT + 1800]
    assert trips(more, METRO) == trips(city, METRO)


def test_all_day_the_first_departure_stays_and_none_is_later_than_the_last(city: City) -> None:
    fewer = after(city, ChangeHeadway(BUS, 25))
    assert departures(fewer, BUS, MONDAY, "s1") == list(range(SEVEN, SEVEN + 110 * 60 + 1, 1500))
    assert departures(fewer, BUS, SATURDAY, "n4") == list(range(SEVEN, SEVEN + 90 * 60 + 1, 1500))


def test_new_trips_take_the_times_of_the_old(city: City) -> None:
    more = after(city, ChangeHeadway(BUS, 6))
    shapes = {
        (tuple(t - row["depart_s"][0] for t in row["arrive_s"]), tuple(t - row["depart_s"][0] for t in row["depart_s"]))
        for row in trips(more)
    }
    assert shapes == {((0, 60, 140, 220), (0, 80, 160, 220))}


def test_run_times_are_the_median_of_the_trips(city: City) -> None:
    rows = [trip(f"m{k}", "55", "week", 0, ["s1", "s2"], SEVEN + 600 * k, hop) for k, hop in enumerate((60, 70, 200))]
    more = after(replaced(city, rows), ChangeHeadway(BUS, 5))
    assert {row["arrive_s"][1] - row["depart_s"][0] for row in trips(more)} == {70}
    assert len(trips(more)) == 5


def test_branches_keep_their_share_and_their_turn(city: City) -> None:
    """Every second train turns off: at half the headway twice as many trains do, in pairs, and none is lost."""
    more = after(city, ChangeHeadway(METRO, 5))
    out = sorted((row["depart_s"][0], row["stops"][-1]) for row in trips(more, METRO) if row["direction"] == 0)
    assert [b[0] - a[0] for a, b in pairwise(out)] == [300] * 22
    ends = Counter(end for _, end in out)
    assert sorted(ends.values()) == [11, 12]
    fewer = after(city, ChangeHeadway(METRO, 10))
    assert sorted((r["stops"], r["depart_s"]) for r in trips(fewer, METRO)) == sorted(
        (r["stops"], r["depart_s"]) for r in trips(city, METRO)
    )


def test_services_that_share_a_day_are_spaced_together(city: City) -> None:
    """Half of the trips run under a service of their own, on Monday only: Monday is even, Tuesday is even."""
    own = "gtfs:v/service/extra"
    rows = [trip(f"a{k}", "55", "week", 0, ["s1", "s2"], SEVEN + 1200 * k, 60) for k in range(4)] + [
        trip(f"b{k}", "55", "extra", 0, ["s1", "s2"], SEVEN + 600 + 1200 * k, 60) for k in range(3)
    ]
    days = [*city["service_days"].scan().to_pylist(), {"id": f"{own}@{MONDAY}", "service": own, "date": MONDAY}]
    mixed = replaced(city, rows, service_days=days)
    more = after(mixed, ChangeHeadway(BUS, 5))
    for day in (MONDAY, TUESDAY):
        assert departures(more, BUS, day, "s1") == list(range(SEVEN, SEVEN + 3601, 300))
    for day, count in ((MONDAY, 13), (TUESDAY, 13), (SATURDAY, 0)):
        assert len(departures(more, BUS, day, "s1")) == count
    build_timetable(more)


def test_a_line_told_by_an_interval_gets_fixed_times_and_keeps_its_other_hours(city: City) -> None:
    rows = [trip("f", "55", "week", 0, ["s1", "s2"], 0, 60)]
    told = {"trip": "gtfs:v/trip/f", "start_s": SEVEN, "end_s": NINE, "headway_s": 900, "exact": False}
    often = replaced(city, rows, frequencies=[told | {"id": f"gtfs:v/trip/f@{SEVEN}"}])
    more = after(often, ChangeHeadway(BUS, 5, "08:00"))
    assert departures(more, BUS, MONDAY, "s1") == [*range(SEVEN, EIGHT, 900), *range(EIGHT, NINE - 900 + 1, 300)]
    assert len(build_timetable(more).on(MONDAY, 0, 86_400).trip_row) == len(trips(more)) == 4 + 10


def test_hours_without_a_direction_number_are_told_by_the_way_trips_run(city: City) -> None:
    rows = [row | {"direction": None} for row in trip_rows()]
    more = after(replaced(city, rows), ChangeHeadway(BUS, 6, "07:00", "08:00"))
    for first in ("s1", "n4"):
        assert departures(more, BUS, MONDAY, first) == [*range(SEVEN, EIGHT, 360), *range(EIGHT, NINE, 600)]


def test_both_ways_over_the_same_stops_and_a_rare_trip_that_turns_back(city: City) -> None:
    """Neither way is taken for the other, and the two trips to the depot do not become a line of their own."""
    rows = [trip(f"out-{t}", "55", "week", None, ["s1", "s2", "s3"], t, 60) for t in range(SEVEN, NINE, 600)]
    rows += [trip(f"back-{t}", "55", "week", None, ["s3", "s2", "s1"], t, 60) for t in range(SEVEN, NINE, 600)]
    odd = [trip(f"odd-{t}", "55", "week", None, ["s2", "s3", "s2", "t4"], t, 60) for t in (SEVEN - 3600, NINE + 3600)]
    more = after(replaced(city, rows + odd), ChangeHeadway(BUS, 5))
    assert (
        departures(more, BUS, MONDAY, "s1")
        == departures(more, BUS, MONDAY, "s3")
        == list(range(SEVEN, NINE - 599, 300))
    )
    assert departures(more, BUS, MONDAY, "s2") == [SEVEN - 3600, NINE + 3600]


def test_a_change_of_headway_can_be_changed_again(city: City) -> None:
    often = after(city, ChangeHeadway(BUS, 6, "07:00", "08:00"))
    twice = after(often, ChangeHeadway(BUS, 4, "08:00", "09:00"), ChangeHeadway(BUS, 10, "07:00", "08:00"))
    expected = [*range(SEVEN, EIGHT, 600), *range(EIGHT, NINE, 240)]
    assert departures(twice, BUS, MONDAY, "s1") == expected


# speed


def test_every_hop_is_scaled_and_stops_are_not(city: City) -> None:
    fast = after(city, ChangeRouteSpeed(BUS, 100))
    for row in trips(fast):
        assert [t - row["depart_s"][0] for t in row["arrive_s"]] == [0, 30, 80, 130]
        assert [d - a for a, d in zip(row["arrive_s"], row["depart_s"], strict=True)] == [0, 20, 20, 0]
    assert [row["depart_s"][0] for row in trips(fast)] == [row["depart_s"][0] for row in trips(city)]
    assert trips(fast, METRO) == trips(city, METRO)


def test_half_as_fast_takes_twice_as_long(city: City) -> None:
    for row in trips(after(city, ChangeRouteSpeed(BUS, -50))):
        assert [t - row["depart_s"][0] for t in row["arrive_s"]] == [0, 120, 260, 400]


@pytest.mark.parametrize("factor", [0.1, 0.37, 0.999, 1.2, 3.0, 10.0])
@pytest.mark.parametrize(("hop", "dwell"), [(0, 0), (0, 1), (1, 0), (1, 1), (7, 3), (95, 20)])
def test_rounding_never_adds_up_nor_goes_back(factor: float, hop: int, dwell: int) -> None:
    row = trip("x", "55", "week", 0, ["s1"] * 60, SEVEN, hop, dwell)
    new = faster(row, factor)
    moments = [t for both in zip(new["arrive_s"], new["depart_s"], strict=True) for t in both]
    assert moments == sorted(moments)
    assert abs(new["arrive_s"][-1] - (SEVEN + 59 * hop / factor + 58 * dwell)) <= 0.5 + 1e-6


def test_faster_and_back_is_no_change(city: City) -> None:
    assert after(city, ChangeRouteSpeed(BUS, 100), ChangeRouteSpeed(BUS, -50)).key() == city.key()


# words


@pytest.mark.parametrize(
    ("edit", "sentence", "without"),
    [
        (
            ChangeHeadway(BUS, 6, "07:00", "08:00"),
            (
                "Run bus 55 every 6 minutes between 07:00 and 08:00 instead of every 10: "
                "20 trips on its busiest day instead of 12."
            ),
            "Run route gtfs:v/route/55 every 6 minutes between 07:00 and 08:00.",
        ),
        (
            ChangeHeadway(METRO, 1, "08:00"),
            "Run metro Röd every minute from 08:00 instead of every 10: 102 trips on its busiest day instead of 12.",
            "Run route gtfs:v/route/red every minute from 08:00.",
        ),
        (
            ChangeRouteSpeed(BUS, -20),
            "Run bus 55 20 % slower: from Hamnen to Bron in 4.4 instead of 3.7 minutes.",
            "Run route gtfs:v/route/55 20 % slower.",
        ),
        (CloseStop(stop("s3")), "Close the stop Torget, where bus 55 stops.", "Close stop gtfs:v/stop/s3."),
        (
            CloseStop(stop("T2")),
            "Close the station Mitten with its 2 platforms, where metro Röd stops.",
            "Close stop gtfs:v/stop/T2.",
        ),
        (
            RemoveRoute(BUS),
            "Remove bus 55, which runs from Hamnen to Bron.",
            "Remove route gtfs:v/route/55.",
        ),
        (
            RemoveRoute(METRO, stop("T2"), stop("t4")),
            "Close metro Röd beyond Mitten, towards Norr: 1 stop loses it.",
            "Close route gtfs:v/route/red beyond gtfs:v/stop/T2, towards gtfs:v/stop/t4.",
        ),
    ],
    ids=lambda v: v.kind if isinstance(v, Edit) else "",
)
def test_sentences(city: City, edit: Edit, sentence: str, without: str) -> None:
    assert edit.sentence(city) == sentence
    assert edit.sentence() == without


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (RemoveRoute("55"), "route: there is no route '55' (did you mean gtfs:v/route/55 (55)?)"),
        (RemoveRoute("röd"), "route: there is no route 'röd' (did you mean gtfs:v/route/red (Röd)?)"),
        (
            RemoveRoute("hamnen - bron"),
            "route: there is no route 'hamnen - bron' (did you mean gtfs:v/route/55 (Hamnen - Bron)?)",
        ),
        (
            RemoveRoute("gtfs:v/route/56"),
            "route: there is no route 'gtfs:v/route/56' (did you mean gtfs:v/route/55 (55)?)",
        ),
        (
            CloseStop("torget"),
            "stop: there is no stop 'torget' (did you mean gtfs:v/stop/n3 (Torget) or gtfs:v/stop/s3 (Torget)?)",
        ),
        (
            RemoveRoute(BUS, stop("s4")),
            "beyond: bus 55 ends at Bron; nothing is beyond it (name a stop before the last, or `toward` which side)",
        ),
        (RemoveRoute(BUS, stop("t1")), "beyond: bus 55 does not call at Väst (it runs from Hamnen (gtfs:v/stop/s1)"),
        (RemoveRoute(METRO, stop("t3"), stop("t4")), "toward: no trip calls at both Öst and Norr"),
        (RemoveRoute(BUS, toward=stop("s1")), "beyond: the stop where the line is to end is missing"),
        (RemoveRoute(BUS, "s3"), "beyond: there is no stop 's3'"),
        (ChangeHeadway(BUS, 6, "7"), "start: '7' is not a time of day (write it as 07:00"),
        (ChangeHeadway(BUS, 6, "09:00", "07:00"), "end: 07:00 is not after 09:00"),
        (ChangeHeadway(BUS, 6, "10:00", "12:00"), "start: no trip of bus 55 departs between 10:00 and 12:00"),
        (ChangeHeadway(BUS, 0), "headway_min: 0 min is out of range (between 0.5 and 1440 min)"),
        (ChangeHeadway("gtfs:v", 6), "route: there is no route 'gtfs:v'"),
        (ChangeRouteSpeed(BUS, -100), "percent: -100 % is out of range (between -90 and 900 %)"),
        (ChangeRouteSpeed("", 10), "route: there is no route ''"),
    ],
)
def test_bad_input_is_told_with_value_and_remedy(city: City, edit: Edit, told: str) -> None:
    problems = edit.problems(city)
    assert [p.severity for p in problems] == ["error"]
    assert str(problems[0]).startswith(told)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (ChangeRouteSpeed(BUS, 0), "percent: 0 % faster is no change (leave the edit out)"),
        (ChangeHeadway(METRO, 10), "headway_min: metro Röd runs every 10 minutes already (leave the edit out)"),
    ],
)
def test_edits_without_effect_are_warned_about(city: City, edit: Edit, told: str) -> None:
    assert [(p.severity, str(p)) for p in edit.problems(city)] == [("warning", told)]


def test_a_stop_where_nothing_stops(city: City) -> None:
    bare = replaced(city, [])
    told = [(p.severity, str(p)) for p in CloseStop(stop("s1")).problems(bare)]
    assert told == [
        (
            "warning",
            "stop: no trip calls at gtfs:v/stop/s1, so closing it changes nothing (name a stop that trips call at)",
        )
    ]
    assert after(bare, CloseStop(stop("s1"))).key() == bare.key()
    assert isinstance(CloseStop(stop("s1")).deltas(bare)[0].upsert, pa.Table)


def test_a_plan_of_lines_goes_through_a_file(city: City) -> None:
    edits = (ChangeHeadway(BUS, 6, "07:00", "08:00"), RemoveRoute(METRO, stop("T2")), CloseStop(stop("s2")))
    plan = Scenario("plan", edits)
    kinds: dict[str, type[Edit]] = {e.kind: e for e in (ChangeHeadway, RemoveRoute, CloseStop)}
    again = scenario_from_json(plan.pinned(city).to_json(), kinds)
    assert again.edits == plan.edits
    assert not again.check(city)
    assert city.under(again).key() == city.under(plan).key()
