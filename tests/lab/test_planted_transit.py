"""Waits, run times, a change, a ferry and a metro branch, as planted, come out of the lab again."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from stadslab.build.places import lonlat_of
from stadslab.build.projection import to_metres
from stadslab.build.stopwalks import walks
from stadslab.build.streetgraph import StreetGraph, build_streetgraph
from stadslab.build.timetable import build_timetable
from stadslab.build.transit import Outing, by_departure, doors, service
from stadslab.core.city import City
from stadslab.core.scenario import Scenario
from stadslab.edits.change_headway import ChangeHeadway
from stadslab.edits.remove_route import RemoveRoute
from stadslab.kernels import UNREACHABLE
from stadslab.lab.lab import Lab
from stadslab.sources.synthetic.generate import generate
from tests.truth_plugin import Checker

PLANTED = "planted in the timetable of the demonstration city (5,000 people, seed 1)"
PEOPLE = 5_000
DATE = "2026-06-16"
RUSH = Outing(DATE, "07:30", 60, max_minutes=60, max_walk_minutes=15)  # twelve whole headways of five minutes
NOON = dataclasses.replace(RUSH, depart="10:00", window_minutes=48)  # six of eight minutes
JOBS: dict[str, Any] = {"what": "jobs", "minutes": 30, "date": DATE, "max_walk_minutes": 10}

Seconds = NDArray[np.int32]


class Town(NamedTuple):
    """A lab, the city in it, its streets, and what was planted."""

    lab: Lab
    city: City
    streets: StreetGraph
    planted: dict[str, Any]

    def point(self, stop: str) -> NDArray[np.float64]:
        """Longitude and latitude of a stop of the feed, float64[2]."""
        return np.asarray(lonlat_of(self.city["stops"].find([stop_id(stop)]))[0])


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder: Path = tmp_path_factory.mktemp("transit")
    made = generate(folder / "files", people=PEOPLE, seed=1, name="town")
    lab = Lab(folder / "town.lab")
    lab.load("town", made.osm, made.areas, made.people_table, made.gtfs, source="synthetic")
    city = lab.city("town")
    return Town(lab, city, build_streetgraph(city["streets"], city.crs), made.truths["transit"])


@pytest.fixture(scope="module")
def works(town: Town) -> Scenario:
    branch = town.planted["branch"]
    stops = stop_id(branch["last_stop_served"]), stop_id(branch["terminus"])
    return Scenario("works", (RemoveRoute(route_id(branch["route_id"]), beyond=stops[0], toward=stops[1]),))


def stop_id(stop: str) -> str:
    return f"gtfs:town/stop/{stop}"


def route_id(route: str) -> str:
    return f"gtfs:town/route/{route}"


def door_to_door(
    town: Town, city: City, outing: Outing, start: NDArray[np.float64], end: NDArray[np.float64]
) -> Seconds:
    """Seconds for every departure, int32[m]."""
    at = to_metres(town.streets.crs, np.array([start, end]))
    run = service(town.streets, build_timetable(city), outing)
    return np.asarray(by_departure(run, doors(town.streets, run, outing, at[:1], at[1:]), outing, 0)[:, 0])


def on_foot(town: Town, start: NDArray[np.float64], end: NDArray[np.float64]) -> int:
    """Seconds of the walk alone; more than any journey here where none leads there within the hour."""
    at = to_metres(town.streets.crs, np.array([start, end]))
    found = walks(town.streets, RUSH.walk_speed_m_s, at[:1], at[1:], 60.0)
    return int(found.seconds[0]) if found.found[0] else UNREACHABLE


def home_by(town: Town, stop: str) -> NDArray[np.float64]:
    """The inhabited unit nearest to a stop whose people do not stand right on it."""
    support = town.lab.builds.support("h3:10", town.city)
    people = town.lab.people("h3:10", town.city).total
    xy, here = to_metres(town.streets.crs, support.points), to_metres(town.streets.crs, town.point(stop)[None])
    away = np.where(people > 0, np.hypot(*(xy - here).T), np.inf)
    return np.asarray(support.points[int(np.argmin(away))])


def headway(lines: list[dict[str, Any]], route: str, hour: float) -> dict[str, Any]:
    """The planted period of a weekday that an hour lies in."""
    (line,) = (line for line in lines if line["route_id"] == route)
    (period,) = (p for p in line["headways"]["weekday"] if p["from_hour"] <= hour < p["until_hour"])
    return dict(period)


def every_second(town: Town, city: City, outing: Outing, start: NDArray[np.float64], end: NDArray[np.float64]) -> Any:
    """Door to door for someone who sets out in each second of the window, int32[60 m]."""
    clock = (f"{outing.depart}:{second:02d}" for second in range(60))
    return np.concatenate(
        [door_to_door(town, city, dataclasses.replace(outing, depart=at), start, end) for at in clock]
    )


def next_metro(planted: dict[str, Any], at_stop: Seconds, hour: int) -> Seconds:
    """Seconds until M1 leaves the terminus of the branch, half a headway after the full hour and every headway then."""
    every = headway(planted["lines"], planted["branch"]["route_id"], hour)["headway_s"]
    return np.asarray((every // 2 - (at_stop - hour * 3600)) % every)


@pytest.mark.parametrize(("outing", "hour"), [(RUSH, 7), (NOON, 9)])
def test_from_home_it_is_the_walk_the_wait_and_the_run_in_every_minute(town: Town, outing: Outing, hour: int) -> None:
    branch = town.planted["branch"]
    terminus, middle = town.point(branch["terminus"]), town.point(branch["interchange"])
    home = home_by(town, branch["terminus"])
    walk, last = on_foot(town, home, terminus), on_foot(town, middle, middle)
    expected = walk + next_metro(town.planted, outing.departures + walk, hour) + branch["seconds_from_terminus"] + last
    assert walk > 0
    took = door_to_door(town, town.city, outing, home, middle)
    assert took.tolist() == np.minimum(expected, on_foot(town, home, middle)).tolist()


@pytest.mark.truth(what="Mean wait for the metro in the rush hour", source=PLANTED, expected=150, tolerance=0.5,
                   unit="s", id="rush")  # fmt: skip
@pytest.mark.truth(what="Mean wait for the metro at noon", source=PLANTED, expected=240, tolerance=0.5,
                   unit="s", id="noon")  # fmt: skip
@pytest.mark.truth(what="Mean wait for the metro in the rush hour at twice the headway", source=PLANTED, expected=300,
                   tolerance=0.5, unit="s", id="doubled")  # fmt: skip
def test_the_mean_wait_is_half_the_headway(town: Town, truth: Checker) -> None:
    """Whole seconds fall short of half the headway by half a second."""
    branch = town.planted["branch"]
    ends = town.point(branch["terminus"]), town.point(branch["interchange"])
    still = sum(on_foot(town, end, end) for end in ends)  # between the platforms and the street
    doubled = Scenario("doubled", (ChangeHeadway(route_id(branch["route_id"]), 10.0, "07:00", "09:00"),))
    for name, outing, hour, city, times in (
        ("rush", RUSH, 7, town.city, 1), ("noon", NOON, 10, town.city, 1),
        ("doubled", RUSH, 7, town.city.under(doubled), 2),
    ):  # fmt: skip
        took = every_second(town, city, outing, *ends)
        wait = took.mean() - branch["seconds_from_terminus"] - still
        stated = headway(town.planted["lines"], branch["route_id"], hour)["mean_wait_s"]
        assert wait == pytest.approx(times * stated, abs=0.5)
        truth.check(wait, id=name)


def test_the_indicator_tells_the_median_of_those_minutes(town: Town) -> None:
    branch = town.planted["branch"]
    terminus, middle = town.point(branch["terminus"]), town.point(branch["interchange"])
    home, walk = home_by(town, branch["terminus"]), on_foot(town, home_by(town, branch["terminus"]), terminus)
    expected = walk + next_metro(town.planted, RUSH.departures + walk, 7) + branch["seconds_from_terminus"]
    told = town.lab.measure(
        "town", "transit_time_to", support="h3:10", to=f"{middle[0]:.9f},{middle[1]:.9f}", date=DATE, depart="07:30",
        window_minutes=60, max_minutes=60, max_walk_minutes=15,
    )  # fmt: skip
    unit = told.support.points.tolist().index(home.tolist())
    assert round(told.mean()[unit] * 60) == np.sort(expected)[29] + on_foot(town, middle, middle)


@pytest.mark.parametrize(("outing", "hour"), [(RUSH, 7), (NOON, 9)])
def test_a_change_adds_a_walk_a_second_wait_and_a_second_run(town: Town, outing: Outing, hour: int) -> None:
    """The second line is told by an interval alone: its first vehicle leaves on the full hour."""
    first, second = town.planted["change"]["legs"]
    start, end = town.point(first["from"]), town.point(second["to"])
    here, there = town.point(first["to"]), town.point(second["from"])
    at_stop = outing.departures + on_foot(town, start, start)
    across = at_stop + next_metro(town.planted, at_stop, hour) + first["run_s"] + on_foot(town, here, there)
    every = headway(town.planted["lines"], second["route_id"], hour)["headway_s"]
    expected = across + (hour * 3600 - across) % every + second["run_s"] + on_foot(town, end, end)
    took = door_to_door(town, town.city, outing, start, end)
    assert took.tolist() == (expected - outing.departures).tolist()


def test_the_ferry_crosses_as_planned(town: Town) -> None:
    ferry = town.planted["ferry"]
    assert not any(quay["only_public_transport_of_this_land"] for quay in ferry["quays"])
    start, end = (town.point(quay["stop_id"]) for quay in ferry["quays"])
    short = dataclasses.replace(NOON, max_walk_minutes=2)  # to the quay, and to no other stop
    (noon,) = (period for period in ferry["headways"]["weekday"] if period["from_hour"] <= 10 < period["until_hour"])
    at_quay = short.departures + on_foot(town, start, start)
    wait = (noon["from_hour"] * 3600 - at_quay) % noon["headway_s"]
    expected = at_quay + wait + ferry["crossing_s"] + on_foot(town, end, end) - short.departures
    assert door_to_door(town, town.city, short, start, end).tolist() == expected.tolist()


def calls(city: City) -> set[tuple[str, str]]:
    """Which line calls at which stop?"""
    rows = city["trips"].scan("route", "stops").to_pylist()
    return {(row["route"], stop) for row in rows for stop in row["stops"]}


def test_the_branch_loses_its_line_and_nobody_else_does(town: Town, works: Scenario) -> None:
    branch = town.planted["branch"]
    before, after = calls(town.city), calls(town.city.under(works))
    assert not after - before
    assert before - after == {(route_id(branch["route_id"]), stop_id(stop)) for stop in branch["stops_lost"]}


@pytest.mark.truth(what="People whose nearest metro stop is on the branch that closes", source=PLANTED, expected=1929,
                   unit="people")  # fmt: skip
def test_the_people_of_the_branch(town: Town, works: Scenario, truth: Checker) -> None:
    import shapely

    areas = town.city["areas"].scan("id", "geometry")
    metro = {row["id"] for row in town.city["routes"].scan("id", "mode").to_pylist() if row["mode"] == "metro"}
    served = sorted({stop for route, stop in calls(town.city) if route in metro})
    left = {stop for route, stop in calls(town.city.under(works)) if route in metro}
    outlines = shapely.from_wkb(np.array(areas["geometry"].to_pylist(), object))
    middle = to_metres(town.streets.crs, shapely.get_coordinates(shapely.centroid(outlines)))
    spots = to_metres(town.streets.crs, lonlat_of(town.city["stops"].find(served)))
    order = town.city["stops"].find(served)["id"].to_pylist()
    nearest = np.argmin(np.hypot(*(middle[:, None] - spots[None]).transpose(2, 0, 1)), axis=1)
    hit = {code for code, stop in zip(areas["id"].to_pylist(), nearest, strict=True) if order[stop] not in left}
    assert sorted(hit) == sorted(town.planted["branch"]["area_codes"])
    support = town.lab.builds.support("areas", town.city)
    total = town.lab.people("areas", town.city).total
    lost = float(sum(count for code, count in zip(support.ids, total, strict=True) if code in hit))
    assert lost == town.planted["branch"]["people"]
    truth.check(lost)


@pytest.mark.parametrize("support", ["areas", "h3:9"])
def test_closing_the_branch_takes_jobs_from_some_and_gives_none(town: Town, works: Scenario, support: str) -> None:
    comparison = town.lab.compare("town", "transit_access", works, support=support, **JOBS)
    assert comparison.change().max() == 0
    (everybody,) = comparison.by("total")
    assert everybody.gain == 0
    assert everybody.lose > 0


def test_the_same_headway_again_changes_nothing(town: Town) -> None:
    """Every trip of the line is made anew, each at the time of an old one."""
    branch = town.planted["branch"]
    ends = town.point(branch["terminus"]), town.point(branch["interchange"])
    again = Scenario("again", (ChangeHeadway(route_id(branch["route_id"]), 5.0, "07:00", "09:00"),))
    city = town.city.under(again)
    assert city["trips"].digest != town.city["trips"].digest
    before = door_to_door(town, town.city, RUSH, *ends)
    assert door_to_door(town, city, RUSH, *ends).tolist() == before.tolist()
    nothing = town.lab.compare("town", "transit_access", Scenario("nothing", ()), support="areas", **JOBS)
    assert not nothing.change().any()
