"""The timetable is sound GTFS: times rise, references hold, stops lie where the line runs."""

import zipfile
from collections import Counter, defaultdict
from itertools import pairwise

from stadslab.sources.synthetic.generate import SyntheticCity
from tests.sources.synthetic.reading import gtfs_table


def seconds(clock: str) -> int:
    hours, minutes, rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


def test_references_hold(city: SyntheticCity) -> None:
    ids = {
        name: {row[key] for row in gtfs_table(city.gtfs, f"{name}.txt")}
        for name, key in (("stops", "stop_id"), ("routes", "route_id"), ("trips", "trip_id"),
                          ("calendar", "service_id"), ("agency", "agency_id"), ("shapes", "shape_id"))
    }  # fmt: skip
    for row in gtfs_table(city.gtfs, "trips.txt"):
        assert row["route_id"] in ids["routes"]
        assert row["service_id"] in ids["calendar"]
        assert row["shape_id"] in ids["shapes"]
    for row in gtfs_table(city.gtfs, "stop_times.txt"):
        assert row["trip_id"] in ids["trips"]
        assert row["stop_id"] in ids["stops"]
    for row in gtfs_table(city.gtfs, "stops.txt"):
        assert row["parent_station"] in {"", *ids["stops"]}
    for row in gtfs_table(city.gtfs, "routes.txt"):
        assert row["agency_id"] in ids["agency"]
    for name, key in (("frequencies", "trip_id"), ("calendar_dates", "service_id")):
        assert all(row[key] in ids["trips"] | ids["calendar"] for row in gtfs_table(city.gtfs, f"{name}.txt"))


def test_times_rise_along_every_trip(city: SyntheticCity) -> None:
    trips = defaultdict(list)
    for row in gtfs_table(city.gtfs, "stop_times.txt"):
        trips[row["trip_id"]].append(row)
    for rows in trips.values():
        assert [int(row["stop_sequence"]) for row in rows] == list(range(1, len(rows) + 1))
        assert len({row["stop_id"] for row in rows}) == len(rows) >= 2
        for row in rows:
            assert seconds(row["arrival_time"]) <= seconds(row["departure_time"])
        for before, after in pairwise(rows):
            assert seconds(before["departure_time"]) < seconds(after["arrival_time"])
            assert float(before["shape_dist_traveled"]) < float(after["shape_dist_traveled"])
    assert max(seconds(rows[-1]["arrival_time"]) for rows in trips.values()) > 24 * 3600


def test_a_town_has_metro_lines_in_a_cross_buses_and_a_ferry(town: SyntheticCity) -> None:
    kinds = Counter(row["route_type"] for row in gtfs_table(town.gtfs, "routes.txt"))
    assert kinds["1"] >= 2
    assert kinds["3"] >= 1
    assert kinds["4"] == 1
    stops = gtfs_table(town.gtfs, "stops.txt")
    hub = next(row["stop_id"] for row in stops if row["location_type"] == "1" and row["stop_name"] == "Centralen")
    centre = [row for row in stops if row["parent_station"] == hub]
    assert len(centre) == kinds["1"]
    trips = {row["trip_id"]: row["route_id"] for row in gtfs_table(town.gtfs, "trips.txt")}
    assert {trips[row["trip_id"]] for row in gtfs_table(town.gtfs, "frequencies.txt")} == {"metro-2"}


def test_a_village_has_a_bus_and_a_ferry(village: SyntheticCity) -> None:
    kinds = {row["route_type"] for row in gtfs_table(village.gtfs, "routes.txt")}
    assert kinds == {"3", "4"}


def test_rows_are_as_many_as_stated_and_entries_carry_one_date(city: SyntheticCity) -> None:
    for name, rows in city.truths["timetable"]["rows"].items():
        assert len(gtfs_table(city.gtfs, name)) == rows
    with zipfile.ZipFile(city.gtfs) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 1, 1, 0, 0, 0)}
