"""New lines: run times from distance and speed, along streets where buses run, composed with edits of streets."""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
import pytest

from stadslab.build.timetable import build_timetable
from stadslab.core.city import City
from stadslab.core.edit import Edit
from stadslab.core.scenario import Scenario
from stadslab.edits._ground import geodesic_m
from stadslab.edits.add_route import AddRoute
from stadslab.edits.add_street import AddStreet
from stadslab.edits.change_headway import ChangeHeadway
from stadslab.edits.change_route_speed import ChangeRouteSpeed
from stadslab.edits.close_stop import CloseStop
from stadslab.edits.close_street import CloseStreet
from stadslab.edits.remove_route import RemoveRoute
from tests.edits.village import MONDAY, SATURDAY, TUESDAY, at, line, row, stop


def text(x: float, y: float) -> str:
    """A stop given by its place, metres in the village."""
    lon, lat = at(x, y)
    return f"{lon},{lat}"


def after(city: City, *edits: Edit) -> City:
    return city.under(Scenario("test", edits))


def trips(city: City, edit: AddRoute) -> list[dict[str, Any]]:
    return [r for r in city["trips"].scan().to_pylist() if r["route"] == edit.id]


def hops(city: City, edit: AddRoute, direction: int = 0) -> list[int]:
    """Run times between the stops of one of its trips, seconds."""
    first = next(r for r in trips(city, edit) if r["direction"] == direction)
    return [a - d for a, d in zip(first["arrive_s"][1:], first["depart_s"], strict=False)]


def test_a_metro_runs_straight_at_its_speed(city: City) -> None:
    stops = (stop("t1"), stop("t3"), text(300, 360))
    metro = AddRoute("Blå", stops, "metro", 6, 36, dwell_s=30, first="07:00", last="08:00")
    now = after(city, metro)
    assert hops(now, metro) == pytest.approx([30, 30], abs=1)  # 300 m at 10 m/s
    assert len(trips(now, metro)) == 2 * 11
    back = [r for r in trips(now, metro) if r["direction"] == 1]
    assert sorted(r["depart_s"][0] for r in back) == list(range(25200, 28801, 360))
    there = next(r for r in trips(now, metro) if r["direction"] == 0)
    assert back[0]["stops"] == there["stops"][::-1]
    assert [b - a for a, b in zip(there["arrive_s"], there["depart_s"], strict=True)] == [0, 30, 0]
    assert row(now, metro.id, "routes")["mode"] == "metro"
    assert row(now, metro.id, "routes")["timezone"] == "Europe/Stockholm"


def test_it_runs_on_every_day_of_the_timetable(city: City) -> None:
    metro = AddRoute("Blå", (stop("t1"), stop("t3")), "metro")
    days = build_timetable(after(city, metro)).days
    assert {d for d, services in days.items() if f"{metro.id}/service" in services} == {MONDAY, TUESDAY, SATURDAY}


def test_new_stops_stand_where_they_were_put_and_old_ones_are_used(city: City) -> None:
    lon, lat = at(200, 180)
    now = after(city, AddRoute("4X", (stop("s1"), text(200, 180)), along_streets=False, both_ways=False))
    assert now["stops"].rows == city["stops"].rows + 1
    new = row(now, f"new:stop@{lon:.7f},{lat:.7f}", "stops")
    assert (new["kind"], new["name"]) == ("stop", None)
    shared = after(now, AddRoute("5X", (text(200, 180), stop("s4")), along_streets=False))
    assert shared["stops"].digest == now["stops"].digest


def test_a_bus_follows_the_streets(city: City) -> None:
    """From junction 1 to 6 there are 200 m of street and 141 m of air."""
    bus = AddRoute("9", (text(0, 0), text(100, 100)), speed_kmh=18)
    assert hops(after(city, bus), bus) == pytest.approx([200 / 5], abs=1)
    air = AddRoute("9", bus.stops, speed_kmh=18, along_streets=False)
    assert hops(after(city, air), air) == [ceil(geodesic_m(np.array([at(0, 0), at(100, 100)])) / 5)]


def test_add_a_street_and_run_the_bus_along_it(city: City) -> None:
    """From junction 3 to 7 a bus goes round by Kyrkogatan (300 m) until a street of 100 m joins them."""
    bus = AddRoute("9", (text(200, 0), text(200, 100)), speed_kmh=18)
    assert hops(after(city, bus), bus) == pytest.approx([60], abs=1)
    street = AddStreet(line((200, 0), (200, 100)), "Nygatan")
    assert hops(after(city, street, bus), bus) == pytest.approx([20], abs=1)
    path = AddStreet(line((200, 0), (200, 100)), "Nygatan", ("walk", "cycle"))
    assert hops(after(city, path, bus), bus) == pytest.approx([60], abs=1)  # no cars, so no bus


def test_a_bus_that_can_get_nowhere_is_refused(city: City) -> None:
    shut = after(city, CloseStreet("osm:way/3", ("drive",)), CloseStreet("osm:way/4", ("drive",)))
    bus = AddRoute("9", (stop("s1"), text(100, 100)))
    told = [str(p) for p in bus.problems(shut)]
    assert len(told) == 2  # there and back
    assert told[0].startswith("stops: no street open to cars leads from gtfs:v/stop/s1 to new:stop@")
    assert not AddRoute("9", bus.stops, along_streets=False).problems(shut)
    bare = City(city.name, city.crs, {k: v for k, v in city.layers.items() if k != "streets"})
    assert [str(p) for p in bus.problems(bare)] == [
        "along_streets: the city has no streets to follow (load streets, or give along_streets false)"
    ]


def test_a_new_line_can_be_changed_like_any_other(city: City) -> None:
    metro = AddRoute("Blå", (stop("t1"), stop("t3")), "metro", 10, 36, first="07:00", last="08:00")
    now = after(city, metro, ChangeHeadway(metro.id, 5), ChangeRouteSpeed(metro.id, 50), CloseStop(stop("t3")))
    assert len(trips(now, metro)) == 26
    assert hops(now, metro) == pytest.approx([20], abs=1)
    assert {tuple(r["pickup"]) for r in trips(now, metro)} == {(True, False), (False, True)}
    assert not trips(after(now, RemoveRoute(metro.id)), metro)


def test_what_is_added_and_removed_leaves_routes_and_trips_as_they_were(city: City) -> None:
    metro = AddRoute("Blå", (stop("t1"), stop("t3")), "metro")
    back = after(city, metro, RemoveRoute(metro.id))
    assert {name: back[name].digest for name in ("routes", "trips", "stops")} == {
        name: city[name].digest for name in ("routes", "trips", "stops")
    }


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (
            AddRoute("4X", (stop("s1"), text(100, 100), stop("n4"))),
            (
                "Add bus 4X from Hamnen to Bron, both ways, with 3 stops, 1 of them new, every 10 minutes "
                "from 06:00 to 23:00 at 20 km/h along the streets."
            ),
        ),
        (
            AddRoute("Blå", (stop("t1"), text(100, 190)), "metro", 1, 40, both_ways=False, last="25:30"),
            (
                "Add metro Blå from Väst to a new stop by Motorleden with 2 stops, 1 of them new, every minute "
                "from 06:00 to 25:30 at 40 km/h."
            ),
        ),
    ],
    ids=["bus", "metro"],
)
def test_sentences(city: City, edit: AddRoute, sentence: str) -> None:
    assert edit.sentence(city) == sentence
    assert edit.sentence().startswith("Add ")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": " - "}, "name: ' - ' is no name for a line (give letters or digits)"),
        ({"stops": (stop("s1"),)}, "stops: 1 stop cannot make a line (a line needs two or more)"),
        ({"stops": ()}, "stops: 0 stops cannot make a line (a line needs two or more)"),
        ({"stops": (stop("s1"), stop("s1"))}, "stops: stops 1 and 2 are the same (leave one out)"),
        (
            {"stops": (stop("s1"), "bron")},
            "stops, number 2: there is no stop 'bron' (did you mean gtfs:v/stop/n4 (Bron) or gtfs:v/stop/s4 (Bron)?)",
        ),
        ({"stops": (stop("s1"), "59.0,18.0")}, "stops, number 2: (59, 18) is "),
        ({"stops": (stop("s1"), "18.0,99")}, "stops, number 2: (18, 99) is outside longitude ±180 or latitude ±90"),
        ({"first": "6"}, "first: '6' is not a time of day"),
        ({"first": "09:00", "last": "08:00"}, "last: 08:00 is not after 09:00 (past midnight, count on from 24:00)"),
        ({"headway_min": 0}, "headway_min: 0 min is out of range (between 0.5 and 1440 min)"),
        ({"speed_kmh": float("nan")}, "speed_kmh: nan is not a number"),
        ({"mode": "teleport"}, "mode: 'teleport' is not one of the choices"),
    ],
)
def test_bad_input_is_told_with_value_and_remedy(city: City, fields: dict[str, Any], told: str) -> None:
    edit = AddRoute(**({"name": "4X", "stops": (stop("s1"), stop("s4"))} | fields))
    problems = edit.problems(city)
    assert [p.severity for p in problems] == ["error"]
    assert str(problems[0]).startswith(told)


def test_a_name_is_given_once(city: City) -> None:
    now = after(city, AddRoute("Blå", (stop("t1"), stop("t3")), "metro"))
    again = AddRoute("blå", (stop("t1"), stop("t4")), "metro")
    assert [str(p) for p in again.problems(now)] == ["name: metro blå was added already (give another name)"]
    assert not AddRoute("blå", (stop("t1"), stop("t4")), "tram").problems(now)


def test_a_timetable_without_days(city: City) -> None:
    days = frozenset(city["service_days"].scan("id")["id"].to_pylist())
    empty = city.with_layer(city["service_days"].overlaid(days, None))
    told = [str(p) for p in AddRoute("Blå", (stop("t1"), stop("t3")), "metro").problems(empty)]
    assert told == ["the timetable has no day with service (load a feed that has)"]
