"""Every way a timetable can be wrong, and what is said of it: file, row, value, remedy."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.sources.gtfs.feeds import (
    LAT,
    calls,
    load,
    notes,
    refusal,
    rows,
    stops,
    text_of,
    tiny,
    trips,
    weekdays,
    with_streets,
    zipped,
)


def refused(at: Path, **changed: Any) -> str:
    return refusal(zipped(at / "town.zip", tiny(**changed)))


# files


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "town.zip: the file is empty (0 bytes) (fetch it again)"),
        (b"<html><body>Not found</body>", "this is not a zip; it begins with '<html><body>Not found</body>'"),
        (b"stop_id,stop_name\n", "this is not a zip, whatever its name says"),
        (b"PK\x03\x04 and then nothing", "the zip is broken or cut off"),
    ],
)
def test_what_is_no_zip(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "town.zip"
    path.write_bytes(data)
    assert says in refusal(path)


def test_a_zip_whose_bytes_are_damaged(tmp_path: Path) -> None:
    path = zipped(tmp_path / "town.zip", tiny())
    data = bytearray(path.read_bytes())
    data[data.index(b"stop_sequence") + 2] ^= 1  # stored, so only the checksum tells
    path.write_bytes(bytes(data))
    assert "the zip is broken or cut off (Bad CRC-32 for file 'stop_times.txt')" in refusal(path)


def test_a_zip_with_a_password(tmp_path: Path) -> None:
    path = zipped(tmp_path / "town.zip", tiny())
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        where = data.find(mark)
        while where >= 0:
            flags = struct.unpack_from("<H", data, where + at)[0]
            struct.pack_into("<H", data, where + at, flags | 1)
            where = data.find(mark, where + 4)
    path.write_bytes(bytes(data))
    assert "the zip cannot be read: File" in refusal(path)
    assert "password" in refusal(path)


def test_a_zip_of_something_else_says_what_is_in_it(tmp_path: Path) -> None:
    path = zipped(tmp_path / "town.zip", {"areas.shp": b"x", "areas.dbf": b"y"})
    said = refusal(path)
    assert "town.zip: no timetable (GTFS); in it: areas.dbf.txt, areas.shp.txt" in said
    assert "stops.txt, routes.txt, trips.txt, stop_times.txt and a calendar" in said


def test_a_zip_of_zips_and_one_of_two_timetables(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", tiny())
    outer = tmp_path / "outer.zip"
    with zipfile.ZipFile(outer, "w") as archive:
        archive.write(inner, "2026/inner.zip")
    assert "unpack it and load the zip files in it" in refusal(outer)
    two = tmp_path / "two.zip"
    with zipfile.ZipFile(two, "w") as archive:
        for place in ("bus", "rail"):
            for name, table in tiny().items():
                archive.writestr(f"{place}/{name}.txt", text_of(table))
    assert "it holds 2 timetables, in bus, rail" in refusal(two)


def test_a_folder_of_something_else(tmp_path: Path) -> None:
    (tmp_path / "town").mkdir()
    (tmp_path / "town" / "notes.md").write_text("x", encoding="utf-8")
    assert "town: no timetable (GTFS); in it: notes.md" in refusal(tmp_path / "town")


def test_every_missing_file_is_told(tmp_path: Path) -> None:
    said = refusal(zipped(tmp_path / "town.zip", tiny(stops=None, trips=None, calendar=None)))
    assert "town.zip/stops.txt: this file is missing (there: agency.txt, routes.txt, stop_times.txt)" in said
    assert "town.zip/trips.txt: this file is missing" in said
    assert "calendar.txt and calendar_dates.txt are both missing" in said
    assert len(said.splitlines()) == 3


def test_the_problems_of_all_files_are_told(tmp_path: Path) -> None:
    one = zipped(tmp_path / "one.zip", tiny(stop_times=calls("t", "A 8:00", "B 08:02:00")))
    two = zipped(tmp_path / "two.zip", tiny(routes=[{"route_id": "R", "route_type": "bus"}]))
    said = refusal(one, two)
    assert "one.zip/stop_times.txt, row 2: arrival_time '8:00' is no time" in said
    assert "two.zip/routes.txt, row 2: route_type 'bus' is no route type" in said


def test_one_name_for_two_timetables(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    one, two = zipped(tmp_path / "town.zip", tiny()), zipped(tmp_path / "b" / "Town.gtfs.zip", tiny())
    assert "town.zip and Town.gtfs.zip would both be called 'town'" in refusal(one, two)
    assert "one name 'x' for 2 timetables" in refusal(one, two, feed="x")


def test_no_file_at_all() -> None:
    assert "no file was given" in refusal()


# columns


def test_every_missing_column_is_told(tmp_path: Path) -> None:
    table = [{"stop_id": "A", "name": "A", "stop_lat": 1}]
    said = refused(tmp_path, stops=table, trips=[{"trip_id": "t"}])
    assert "town.zip/stops.txt: column 'stop_lon' is missing (of the known columns it has: stop_id, stop_lat)" in said
    assert "town.zip/trips.txt: column 'route_id' is missing" in said
    assert "town.zip/trips.txt: column 'service_id' is missing" in said


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the file is empty"),
        (b"stop_id,stop_lat,stop_lon\n", "the file holds no rows"),
        (b"stop_id,stop_lat,stop_lat,stop_lon\nA,1,1,1\n", "two columns are called 'stop_lat'"),
        (b"stop_id,stop_lat,stop_lon\nA,59,18,Main Street, north\n", "row 2: 5 cells, but the header has 3"),
        (b"stop_id\0", "this is no text"),
    ],
)
def test_files_that_are_no_tables(tmp_path: Path, data: bytes, says: str) -> None:
    files = {name: text_of(table).encode() for name, table in tiny().items()} | {"stops": data}
    assert says in refusal(zipped(tmp_path / "town.zip", files))


def test_a_row_is_called_by_its_line_though_cells_span_lines(tmp_path: Path) -> None:
    table = stops("A", "B", "C")
    table[0]["stop_name"] = "two\nlines"
    table[2]["stop_lat"] = "north"
    said = refused(tmp_path, stops=table)
    assert "stops.txt, row 5: stop_lat 'north', stop_lon '18.02' are no coordinates" in said


# values


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"stops": stops("A", "B", "A", "C")}, "stops.txt, row 4: stop_id 'A' occurs again"),
        ({"stops": stops("A", "B", "C", "")}, "stops.txt, row 5: stop_id is blank (every row needs an id)"),
        ({"stops": stops("A", "B", "C", location_type=9)}, "location_type '9' is not known (0 to 4, or blank)"),
        ({"trips": trips("t", "t")}, "trips.txt, row 3: trip_id 't' occurs again"),
        ({"trips": trips("t", route="Q")}, "trips.txt, row 2: trip 't': route_id 'Q' is not in routes.txt"),
        ({"trips": trips("t", service="Q")}, "service_id 'Q' is not in calendar.txt and calendar_dates.txt"),
        ({"stop_times": calls("u", "A 08:00:00", "B 08:01:00")}, "row 2: trip_id 'u' is not in trips.txt"),
        ({"stop_times": calls("t", "A 08:00:00", "Z 08:01:00")}, "row 3: stop_id 'Z' is not in stops.txt"),
        ({"stop_times": calls("t", "A 08:00:00", "B 25:61:00")}, "row 3: arrival_time '25:61:00' is no time"),
        ({"stop_times": calls("t", "A 08:00:00", "B 8.05")}, "times are written HH:MM:SS"),
        ({"stop_times": calls("t", "A", "B 08:00:00")}, "row 2: trip 't' has no time at its first or last stop"),
        ({"stop_times": calls("t", "A 08:00:00", "B")}, "row 3: trip 't' has no time at its first or last stop"),
        (
            {"stop_times": calls("t", "A 08:00:00", "B 07:59:59")},
            "row 3: trip 't' goes back in time: it arrives at 07:59:59, before it left the stop before at 08:00:00",
        ),
        (
            {"stop_times": calls("t", "A 08:00:00", "B", "C 07:00:00")},
            "row 4: trip 't' goes back in time: it arrives at 07:00:00",
        ),
        (
            {"stop_times": calls("t", "A 08:00:00", "B 08:05:00 08:04:00", "C 08:09:00")},
            "row 3: trip 't' leaves at 08:04:00, before it arrives at 08:05:00",
        ),
        ({"calendar": weekdays(first="20260230")}, "calendar.txt, row 2: start_date '20260230' is no day"),
        ({"calendar": weekdays(last="2026-01-18")}, "a day is written YYYYMMDD, such as 20190513"),
        ({"calendar": weekdays(last="20250118")}, "service 'W' runs from 2026-01-05 to 2025-01-18"),
        ({"calendar": weekdays(last="20990101")}, "service 'W' runs from 2026-01-05 to 2099-01-01"),
        ({"calendar": weekdays(on="1111x00")}, "friday is 'x' (1 for yes, 0 for no)"),
        ({"calendar": weekdays() * 2}, "calendar.txt, row 3: service_id 'W' occurs again"),
        ({"calendar": weekdays(on="0000000")}, "no trip runs on any day; the calendar is empty"),
        ({"calendar": weekdays() + weekdays("X"), "trips": trips("t")}, None),
        (
            {"calendar_dates": [{"service_id": "W", "date": "20260105", "exception_type": 3}]},
            "calendar_dates.txt, row 2: exception_type is '3' (1 for a day added, 2 for a day taken away)",
        ),
        ({"calendar_dates": [{"service_id": "W", "date": "", "exception_type": 1}]}, "date '' is no day"),
        ({"routes": [{"route_id": "R", "route_type": ""}]}, "route_type '' is no route type"),
    ],
)
def test_what_cannot_be_is_told_with_file_row_value_and_remedy(
    tmp_path: Path, changed: dict[str, Any], says: str | None
) -> None:
    if says is None:
        load(zipped(tmp_path / "town.zip", tiny(**changed)))
    else:
        assert says in refused(tmp_path, **changed)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"headway_secs": 0}, "frequencies.txt, row 2: headway_secs is '0' (whole seconds between departures"),
        ({"headway_secs": -60}, "headway_secs is '-60'"),
        ({"end_time": "05:00:00"}, "it runs from 06:00:00 to 05:00:00 (the end must be later than the start"),
        ({"start_time": "six"}, "start_time 'six' is no time"),
        ({"trip_id": "u"}, "trip_id 'u' is not in trips.txt"),
        ({"exact_times": 2}, "exact_times is '2'"),
    ],
)
def test_trips_that_cannot_repeat(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    row = {"trip_id": "t", "start_time": "06:00:00", "end_time": "07:00:00", "headway_secs": 600, **change}
    assert says in refused(tmp_path, frequencies=[row])


def test_a_trip_that_repeats_twice_from_one_time(tmp_path: Path) -> None:
    row = {"trip_id": "t", "start_time": "06:00:00", "end_time": "07:00:00", "headway_secs": 600}
    assert "frequencies.txt, row 3: trip 't' starts twice at the same time" in refused(tmp_path, frequencies=[row, row])


def test_stop_without_coordinates_matters_when_a_trip_calls_there(tmp_path: Path) -> None:
    table = stops("A", "B", "C")
    table[1] |= {"stop_lat": "", "stop_lon": ""}
    said = refused(tmp_path, stops=table)
    assert "stop_times.txt, row 3: stop 'B' has no coordinates in stops.txt (mend the feed, or say drop_broken" in said


def test_a_sequence_that_occurs_twice(tmp_path: Path) -> None:
    times = calls("t", "A 08:00:00", "B 08:02:00", "C 08:04:00")
    times[2]["stop_sequence"] = 2
    assert "row 4: trip 't': stop_sequence 2 occurs twice" in refused(tmp_path, stop_times=times)


def test_the_first_twenty_of_a_sort_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    times = [row for n in range(30) for row in calls("t", f"Z{n} 08:00:00")]
    said = refused(tmp_path, stop_times=times).splitlines()
    assert len(said) == 21
    assert "row 21: stop_id 'Z19'" in said[19]
    assert said[20].startswith("town.zip/stop_times.txt: and 10 more rows like these")


def test_broken_trips_are_left_out_when_asked_and_counted_by_reason(tmp_path: Path) -> None:
    table = [*stops("A", "B", "C"), {"stop_id": "X", "stop_lat": "", "stop_lon": ""}]
    times = [
        *calls("fine", "A 08:00:00", "B 08:02:00"),
        *calls("back", "A 08:00:00", "B 07:00:00"),
        *calls("late", "A 08:00:00", "B 08:00"),
        *calls("open", "A 08:00:00", "B 08:02:00", "C"),
        *calls("void", "A 08:00:00", "Z 08:02:00"),
        *calls("nowhere", "A 08:00:00", "X 08:02:00"),
        *calls("single", "A 08:00:00"),
        *calls("stray", "A 08:00:00"),
    ]
    names = ("fine", "back", "late", "open", "void", "nowhere", "single", "empty")
    every = [*trips(*names), *trips("lost", route="Q")]
    repeats = [{"trip_id": "back", "start_time": "06:00:00", "end_time": "07:00:00", "headway_secs": 600}]
    path = zipped(tmp_path / "town.zip", tiny(stops=table, trips=every, stop_times=times, frequencies=repeats))
    found = load(path, drop_broken=True)
    assert [row["id"] for row in rows(found["trips"])] == ["gtfs:town/trip/fine"]
    verdict = found["trips"].stamp.verdict
    assert verdict.dropped == {
        "trips whose times go backwards": 1,
        "trips with a time that cannot be read": 1,
        "trips whose first or last stop has no time": 1,
        "trips that call at a stop that is not in stops.txt": 1,
        "trips that call at a stop without coordinates": 1,
        "trips with fewer than two stops": 2,
        "trips whose route is not in the feed": 1,
    }
    assert verdict.rows_in == verdict.rows_kept + sum(verdict.dropped.values())
    assert "1 rows of stop_times.txt name trips that are not there" in notes(found["trips"])
    assert found["frequencies"].rows == 0
    assert found["frequencies"].stamp.verdict.dropped == {"of trips that were left out": 1}
    said = refusal(path)
    for name in ("'back'", "'08:00'", "'open'", "'Z'", "'X'", "'stray'", "'Q'"):
        assert name in said
    assert "single" not in said


def test_no_trip_left_is_no_timetable(tmp_path: Path) -> None:
    path = zipped(tmp_path / "town.zip", tiny(stop_times=calls("t", "A 08:00:00", "B 07:00:00")))
    assert "none of its 1 trips can run" in refusal(path, drop_broken=True)


def test_service_on_demand_is_left_out_without_being_asked(tmp_path: Path) -> None:
    flexible = [{**row, "stop_id": "", "location_id": "zone"} for row in calls("u", "A", "B")]
    times = calls("t", "A 08:00:00", "B 08:02:00") + flexible
    found = load(zipped(tmp_path / "town.zip", tiny(trips=trips("t", "u"), stop_times=times)))
    assert found["trips"].stamp.verdict.dropped == {"trips that run on demand, without fixed stops": 1}


# clocks


def agency(*zones: str) -> list[dict[str, str]]:
    return [{"agency_id": z, "agency_name": f"Line {i}", "agency_timezone": z} for i, z in enumerate(zones, 1)]


def test_a_clock_nobody_knows(tmp_path: Path) -> None:
    said = refused(tmp_path, agency=agency("Europe/Stokholm"))
    assert "agency.txt, row 2: 'Europe/Stokholm' is no known timezone (did you mean Europe/Stockholm" in said
    assert "'GMT plus one' is no known" in refusal(zipped(tmp_path / "b.zip", tiny()), timezone="GMT plus one")


def test_two_clocks(tmp_path: Path) -> None:
    path = zipped(tmp_path / "town.zip", tiny(agency=agency("Europe/Stockholm", "Europe/Helsinki")))
    said = refusal(path)
    assert "2 timezones: Europe/Stockholm (Line 1); Europe/Helsinki (Line 2)" in said
    found = load(path, timezone="Europe/Stockholm")["routes"]
    assert rows(found)[0]["timezone"] == "Europe/Stockholm"
    assert "read as Europe/Stockholm as you said" in notes(found)


@pytest.mark.parametrize("table", [None, [{"agency_id": "1", "agency_timezone": ""}]])
def test_no_clock(tmp_path: Path, table: Any) -> None:
    path = zipped(tmp_path / "town.zip", tiny(agency=table))
    assert "say timezone=, such as timezone=Europe/Stockholm" in refusal(path)
    assert rows(load(path, timezone="Europe/Oslo")["routes"])[0]["timezone"] == "Europe/Oslo"


def test_a_machine_without_a_timezone_database_says_that_it_could_not_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zoneinfo.available_timezones", set)
    found = load(zipped(tmp_path / "town.zip", tiny(agency=agency("Europe/Stokholm"))))["routes"]
    assert "this machine has no timezone database" in notes(found)


# beside the streets


def test_the_timetable_of_another_city(tmp_path: Path) -> None:
    """One degree of latitude is 111.2 km on the sphere; the stops lie 2 degrees north of the street."""
    said = refusal(zipped(tmp_path / "town.zip", tiny()), city=with_streets(south=LAT - 2))
    assert "its nearest stop is 223 km from the streets of town" in said
    assert "the streets at 18 57.3 to 18.02 57.3" in said


def test_swapped_coordinates(tmp_path: Path) -> None:
    table = [{**row, "stop_lat": row["stop_lon"], "stop_lon": row["stop_lat"]} for row in stops("A", "B", "C")]
    path = zipped(tmp_path / "town.zip", tiny(stops=table))
    assert "stop_lat and stop_lon are swapped" in refusal(path, city=with_streets())


def test_a_hole_in_a_wide_timetable_is_another_city(tmp_path: Path) -> None:
    """The stops surround the streets, but none is near."""
    table = stops("A", "B")
    table[0] |= {"stop_lon": 16}
    table[1] |= {"stop_lon": 20}
    path = zipped(tmp_path / "town.zip", tiny(stops=table, stop_times=calls("t", "A 08:00:00", "B 12:00:00")))
    assert "its nearest stop is 113 km from the streets" in refusal(path, city=with_streets())
