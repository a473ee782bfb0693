"""What is said about the timetable is what the feed says, read with nothing of ours."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from stadslab.sources.synthetic.generate import SyntheticCity, generate
from tests.sources.synthetic.reading import gtfs_table
from tests.sources.synthetic.test_timetable import seconds

Call = tuple[str, int, int]


@pytest.fixture(scope="module", params=[(5_000, 1), (5_000, 2), (2_000, 4), (12_000, 1)])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SyntheticCity:
    people, seed = request.param
    return generate(tmp_path_factory.mktemp("place"), people=people, seed=seed)


def runs(place: SyntheticCity, route: str, direction: int) -> list[list[Call]]:
    """Weekday trips of a line, one way, in order of time: (stop, arrival, departure) of each call."""
    trips = {
        row["trip_id"]
        for row in gtfs_table(place.gtfs, "trips.txt")
        if (row["route_id"], row["service_id"], row["direction_id"]) == (route, "weekday", str(direction))
    }
    found: dict[str, list[Call]] = defaultdict(list)
    for row in gtfs_table(place.gtfs, "stop_times.txt"):
        if row["trip_id"] in trips:
            call = row["stop_id"], seconds(row["arrival_time"]), seconds(row["departure_time"])
            found[row["trip_id"]].append(call)
    return sorted(found.values(), key=lambda calls: calls[0][2])


def run_s(calls: list[Call], start: str, end: str) -> int:
    arrive, depart = {stop: s for stop, s, _ in calls}, {stop: s for stop, _, s in calls}
    return arrive[end] - depart[start]


def test_run_times_and_intervals_are_those_of_the_feed(place: SyntheticCity) -> None:
    truth: dict[str, Any] = place.truths["transit"]
    lines = {line["route_id"]: line for line in truth["lines"]} | {"ferry-1": truth["ferry"]}
    told = {row["trip_id"] for row in gtfs_table(place.gtfs, "frequencies.txt")}
    for name, line in lines.items():
        there, back = runs(place, name, 0), runs(place, name, 1)
        for meet in line.get("interchanges", ()):
            first, last = line["termini"]
            stop = meet["stop_id"]
            assert all(run_s(calls, first, stop) == meet["seconds_from_first_terminus"] for calls in there)
            assert all(run_s(calls, last, stop) == meet["seconds_from_last_terminus"] for calls in back)
        stated = [(p["from_hour"] * 3600, p["until_hour"] * 3600, p["headway_s"]) for p in line["headways"]["weekday"]]
        if f"{name}-weekday-0" in told:
            rows = [r for r in gtfs_table(place.gtfs, "frequencies.txt") if r["trip_id"] == f"{name}-weekday-0"]
            found = [(seconds(r["start_time"]), seconds(r["end_time"]), int(r["headway_secs"])) for r in rows]
            assert found == stated
        else:
            assert [calls[0][2] for calls in there] == [
                t for start, end, every in stated for t in range(start, end, every)
            ]
    ferry = truth["ferry"]
    quays = [quay["stop_id"] for quay in ferry["quays"]]
    assert {run_s(calls, *quays) for calls in runs(place, "ferry-1", 0)} == {ferry["crossing_s"]}


def test_the_branch_and_the_change_lie_on_their_lines(place: SyntheticCity) -> None:
    truth = place.truths["transit"]
    for leg in truth["change"]["legs"]:
        (took,) = {run_s(calls, leg["from"], leg["to"]) for calls in runs(place, leg["route_id"], leg["direction_id"])}
        assert took == leg["run_s"]
    branch = truth["branch"]
    if branch is None:
        return
    ways = (runs(place, branch["route_id"], direction)[0] for direction in (0, 1))
    out = next(stops for stops in ([stop for stop, *_ in way] for way in ways) if stops[-1] == branch["terminus"])
    assert out[out.index(branch["interchange"]) + 1 :] == branch["stops_lost"]
    by_area = place.truths["people"]["by_area"]
    assert branch["people"] == sum(by_area[code] for code in branch["area_codes"])


def test_a_village_has_none_of_it(village: SyntheticCity) -> None:
    assert village.truths["transit"] == {}
