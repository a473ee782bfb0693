"""What a timetable says, whatever form it comes in."""

from __future__ import annotations

import datetime as dt
import random
import tempfile
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from stadslab.core.layer import Layer
from stadslab.sources.gtfs.opening import feed_name
from tests.sources.gtfs.feeds import (
    EAST,
    LAT,
    calls,
    folder,
    load,
    load_tiny,
    notes,
    rows,
    stops,
    text_of,
    tiny,
    trips,
    weekdays,
    zipped,
)


def digests(layers: dict[str, Layer]) -> dict[str, str]:
    return {name: layer.digest for name, layer in layers.items()}


def trip(layers: dict[str, Layer], name: str = "t") -> dict[str, Any]:
    return next(row for row in rows(layers["trips"]) if row["id"].endswith(f"/{name}"))


def test_a_timetable_is_what_was_written(tmp_path: Path) -> None:
    found = load_tiny(tmp_path)
    assert list(found) == ["stops", "routes", "trips", "service_days"]
    assert rows(found["trips"]) == [
        {
            "id": "gtfs:town/trip/t",
            "route": "gtfs:town/route/R",
            "service": "gtfs:town/service/W",
            "direction": None,
            "headsign": None,
            "stops": ["gtfs:town/stop/A", "gtfs:town/stop/B", "gtfs:town/stop/C"],
            "arrive_s": [28800, 28920, 29040],
            "depart_s": [28800, 28920, 29040],
            "pickup": None,
            "dropoff": None,
        }
    ]
    (route,) = rows(found["routes"])
    assert route == {
        "id": "gtfs:town/route/R",
        "name": "1",
        "long_name": "A to C",
        "mode": "bus",
        "agency": "Town buses",
        "timezone": "Europe/Stockholm",
    }
    second = rows(found["stops"])[1]
    assert shapely.from_wkb(second.pop("geometry")) == shapely.Point(18 + EAST, LAT)
    assert second == {"id": "gtfs:town/stop/B", "name": "Stop B", "parent": None, "kind": "stop", "wheelchair": None}
    assert [row["date"] for row in rows(found["service_days"])] == [
        f"2026-01-{day:02d}" for day in (5, 6, 7, 8, 9, 12, 13, 14, 15, 16)
    ]
    stamp = found["trips"].stamp
    assert (stamp.source, stamp.attribution) == ("gtfs", "Town buses")
    assert stamp.vintage == "2026-01-05 to 2026-01-16"
    assert stamp.verdict.sentence() == "1 read, 1 kept"


def test_zip_folder_and_loose_files_say_the_same(tmp_path: Path) -> None:
    files = tiny()
    wanted = digests(load(zipped(tmp_path / "town.zip", files)))
    (tmp_path / "deep").mkdir()
    assert digests(load(zipped(tmp_path / "deep" / "town.gtfs.zip", files, inside="export/2026/"))) == wanted
    whole = folder(tmp_path / "town", files)
    (whole / "readme.md").write_text("not a part of it", encoding="utf-8")
    assert digests(load(whole)) == wanted
    assert digests(load(*sorted(whole.glob("*.txt")))) == wanted


@pytest.mark.parametrize("how", ["bom", "utf-16", "blanks", "crlf", "semicolon", "quotes", "empty lines", "short rows"])
def test_dialects_of_text_do_not_count(tmp_path: Path, how: str) -> None:
    files = tiny(stops=stops("A", "B", "C", zone="å"))
    files["stops"][0]["stop_name"] = "Åkerö, norra"
    texts = {name: text_of(table) for name, table in files.items()}
    wanted = digests(load(zipped(tmp_path / "town.zip", {n: t.encode() for n, t in texts.items()})))
    changed = {
        "bom": lambda t: t.encode("utf-8-sig"),
        "utf-16": lambda t: t.encode("utf-16"),
        "blanks": lambda t: t.replace(", norra", "# norra").replace(",", " , ").replace("#", ",").encode(),
        "crlf": lambda t: t.replace("\n", "\r\n").encode(),
        "semicolon": lambda t: t.replace(", norra", "# norra").replace(",", ";").replace("#", ",").encode(),
        "quotes": lambda t: "\n".join('"' + line.replace(",", '","') + '"' for line in t.splitlines()).encode(),
        "empty lines": lambda t: ("\n" + t.replace("\n", "\n\n")).encode(),
        "short rows": lambda t: t.encode(),
    }[how]
    if how == "quotes":  # the one comma inside a name
        texts["stops"] = texts["stops"].replace('"Åkerö, norra"', "Åkerö; norra")
        wanted = digests(load(zipped(tmp_path / "town.zip", {n: t.encode() for n, t in texts.items()})))
    if how == "short rows":
        texts["stop_times"] = texts["stop_times"].replace("\n", ",\n")  # a comma more at every end
        texts["trips"] = texts["trips"].replace("service_id\n", "service_id,trip_headsign,direction_id\n")
    (tmp_path / "as").mkdir()
    other = zipped(tmp_path / "as" / "town.zip", {n: changed(t) for n, t in texts.items()})
    assert digests(load(other)) == wanted


def test_text_that_is_not_utf8_is_read_as_latin_and_said(tmp_path: Path) -> None:
    files = {n: text_of(t).encode() for n, t in tiny().items()}
    files["stops"] = files["stops"].replace(b"Stop A", "Åkerö".encode("latin-1"))
    found = load(zipped(tmp_path / "town.zip", files))
    assert rows(found["stops"])[0]["name"] == "Åkerö"
    assert "stops.txt: not UTF-8, read as latin-1" in notes(found["stops"])


def test_row_order_never_matters(tmp_path: Path) -> None:
    files = tiny(
        trips=trips("t", "u"),
        stop_times=calls("t", "A 08:00:00", "B", "C 08:04:00") + calls("u", "C 09:00:00", "B 09:01:00", "A 09:09:00"),
        frequencies=[{"trip_id": "u", "start_time": "09:00:00", "end_time": "10:00:00", "headway_secs": 600}],
    )
    wanted = digests(load(zipped(tmp_path / "town.zip", files)))
    shuffle = random.Random(7)
    for _ in range(3):
        for table in files.values():
            shuffle.shuffle(table)
        assert digests(load(zipped(tmp_path / "town.zip", files))) == wanted


def test_times_count_on_after_midnight_and_from_noon_minus_twelve(tmp_path: Path) -> None:
    found = load_tiny(tmp_path, stop_times=calls("t", "A 23:59:30", "B 24:00:00 24:01:00", "C 27:10:05"))
    assert trip(found)["arrive_s"] == [86370, 86400, 97805]
    assert trip(found)["depart_s"] == [86370, 86460, 97805]


def test_one_time_of_the_two_is_enough(tmp_path: Path) -> None:
    times = calls("t", "A 08:00:00", "B 08:02:00", "C 08:04:00")
    times[0]["arrival_time"] = times[2]["departure_time"] = ""
    assert trip(load_tiny(tmp_path, stop_times=times))["arrive_s"] == [28800, 28920, 29040]


def test_stop_sequence_orders_whatever_its_gaps(tmp_path: Path) -> None:
    times = calls("t", "A 08:00:00", "B 08:02:00", "C 08:04:00")
    for row, sequence in zip(times, (0, 9, 100), strict=True):
        row["stop_sequence"] = sequence
    assert trip(load_tiny(tmp_path, stop_times=times[::-1]))["stops"][1] == "gtfs:town/stop/B"


# untimed stops


def at(*degrees: float) -> list[dict[str, Any]]:
    """Stops A, B, ... on one parallel, this far east of 18 degrees."""
    table = stops(*"ABCDEF"[: len(degrees)])
    for row, east in zip(table, degrees, strict=True):
        row["stop_lon"] = 18 + east
    return table


def test_untimed_stops_by_straight_lines(tmp_path: Path) -> None:
    """Distances 1, 3, 2 and 4 of 10 parts; ten minutes."""
    found = load_tiny(
        tmp_path,
        stops=at(0, 0.01, 0.04, 0.06, 0.1),
        stop_times=calls("t", "A 08:00:00", "B", "C", "D", "E 08:10:00"),
    )
    assert trip(found)["arrive_s"] == [28800 + s for s in (0, 60, 240, 360, 600)]
    assert trip(found)["depart_s"] == trip(found)["arrive_s"]
    assert "3 of them are untimed and were interpolated by distance" in notes(found["trips"])


def test_untimed_stops_by_the_distance_the_publisher_tells(tmp_path: Path) -> None:
    times = calls("t", "A 08:00:00 08:01:00", "B", "C 08:11:00")
    for row, metres in zip(times, (7.0, 8.5, 12.0), strict=True):
        row["shape_dist_traveled"] = metres
    assert trip(load_tiny(tmp_path, stop_times=times))["arrive_s"] == [28800, 28860 + 180, 29460]


@pytest.mark.parametrize("told", [("", 8, 12), (7, 6, 12), (7, 7, 7)])
def test_distances_that_cannot_be_are_not_believed(tmp_path: Path, told: tuple[object, ...]) -> None:
    times = calls("t", "A 08:00:00", "B", "C 08:04:00")
    for row, metres in zip(times, told, strict=True):
        row["shape_dist_traveled"] = metres
    assert trip(load_tiny(tmp_path, stop_times=times))["arrive_s"][1] == 28920  # B is half way


def test_untimed_stops_in_one_place_are_spread_evenly_and_rounded_down(tmp_path: Path) -> None:
    found = load_tiny(tmp_path, stops=at(0, 0, 0, 0), stop_times=calls("t", "A 08:00:00", "B", "C", "D 08:00:05"))
    assert trip(found)["arrive_s"] == [28800, 28801, 28803, 28805]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 900), st.floats(0, 0.1)), min_size=2, max_size=8))
def test_interpolation_keeps_order_and_what_is_told(parts: list[tuple[bool, int, float]]) -> None:
    names = [chr(65 + i) for i in range(len(parts))]
    clock, words, told = 8 * 3600, [], {}
    for i, (timed, gap, _) in enumerate(parts):
        clock += gap
        if timed or i in (0, len(parts) - 1):
            told[i] = clock
            words.append(f"{names[i]} {clock // 3600:02d}:{clock // 60 % 60:02d}:{clock % 60:02d}")
        else:
            words.append(names[i])
    table = stops(*names)
    for row, (_, _, east) in zip(table, parts, strict=True):
        row["stop_lon"] = round(18 + east, 6)
    with tempfile.TemporaryDirectory() as place:
        found = trip(load_tiny(Path(place), stops=table, stop_times=calls("t", *words)))
    assert all(found["arrive_s"][i] == second for i, second in told.items())
    assert found["arrive_s"] == sorted(found["arrive_s"])


# who may board


def test_where_people_may_board_and_alight(tmp_path: Path) -> None:
    times = calls("t", "A 08:00:00", "B 08:02:00", "C 08:04:00")
    for row, (board, alight) in zip(times, ((0, 1), (2, 3), (1, "")), strict=True):
        row |= {"pickup_type": board, "drop_off_type": alight}
    found = load_tiny(tmp_path, trips=trips("t", "u"), stop_times=times + calls("u", "A 09:00:00", "C 09:04:00"))
    assert trip(found)["pickup"] == [True, True, False]
    assert trip(found)["dropoff"] == [False, True, True]
    assert trip(found, "u")["pickup"] is None
    assert "1 stop times are to be arranged by telephone" in notes(found["trips"])


# days


def test_a_feed_of_single_days(tmp_path: Path) -> None:
    days = [{"service_id": "W", "date": d, "exception_type": 1} for d in ("20260620", "20260621")]
    found = load_tiny(tmp_path, calendar=None, calendar_dates=days)
    assert [(r["id"], r["service"], r["date"]) for r in rows(found["service_days"])] == [
        ("gtfs:town/service/W@2026-06-20", "gtfs:town/service/W", "2026-06-20"),
        ("gtfs:town/service/W@2026-06-21", "gtfs:town/service/W", "2026-06-21"),
    ]


@st.composite
def calendars(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    first = dt.date(2026, 2, 20)  # over the end of a month
    service = st.sampled_from("WXY")
    weekly = []
    for name in draw(st.lists(service, unique=True, max_size=3)):
        start, length = draw(st.integers(0, 20)), draw(st.integers(0, 20))
        on = "".join(draw(st.lists(st.sampled_from("01"), min_size=7, max_size=7)))
        span = [f"{first + dt.timedelta(d):%Y%m%d}" for d in (start, start + length)]
        weekly += weekdays(name, *span, on)
    pairs = draw(st.lists(st.tuples(service, st.integers(0, 40)), unique=True, max_size=8))
    exceptions = [
        {"service_id": s, "date": f"{first + dt.timedelta(d):%Y%m%d}", "exception_type": draw(st.sampled_from([1, 2]))}
        for s, d in pairs
    ]
    return weekly, exceptions


@given(calendars())
def test_days_of_service_are_those_found_day_by_day(given_: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> None:
    weekly, exceptions = given_
    weekly = [*weekly, *weekdays("V")]  # so that some day always has service
    wanted = set()
    for row in weekly:
        day, last = (dt.date.fromisoformat(row[k]) for k in ("start_date", "end_date"))
        while day <= last:
            if row[f"{day:%A}".lower()] == "1":
                wanted.add((row["service_id"], day.isoformat()))
            day += dt.timedelta(1)
    for row in exceptions:
        pair = (row["service_id"], dt.date.fromisoformat(row["date"]).isoformat())
        (wanted.add if row["exception_type"] == 1 else wanted.discard)(pair)
    services = {row["service_id"] for row in [*weekly, *exceptions]}
    journeys = [row for s in sorted(services) for row in trips(s, service=s)]
    times = [row for s in sorted(services) for row in calls(s, "A 08:00:00", "B 08:02:00")]
    files = tiny(trips=journeys, stop_times=times, calendar=weekly, calendar_dates=exceptions or None)
    with tempfile.TemporaryDirectory() as place:
        found = load(zipped(Path(place) / "town.zip", files))
    assert {(r["service"].rpartition("/")[2], r["date"]) for r in rows(found["service_days"])} == wanted


def test_days_of_services_without_trips_are_not_days_with_service(tmp_path: Path) -> None:
    found = load_tiny(tmp_path, calendar=weekdays() + weekdays("empty", on="0000011"))
    assert {row["service"] for row in rows(found["service_days"])} == {"gtfs:town/service/W"}
    assert found["service_days"].stamp.verdict.dropped == {"of services no trip has": 4}


# what repeats, changes, leads


def test_trips_that_repeat_exactly_or_about(tmp_path: Path) -> None:
    repeats = [
        {"trip_id": "t", "start_time": "06:00:00", "end_time": "07:00:00", "headway_secs": 700, "exact_times": 1},
        {"trip_id": "t", "start_time": "23:30:00", "end_time": "25:30:00", "headway_secs": 1200, "exact_times": ""},
    ]
    found = load_tiny(tmp_path, frequencies=repeats)
    assert rows(found["frequencies"])[0] == {
        "id": "gtfs:town/trip/t@21600",
        "trip": "gtfs:town/trip/t",
        "start_s": 21600,
        "end_s": 25200,
        "headway_s": 700,
        "exact": True,
    }
    assert rows(found["frequencies"])[1]["end_s"] == 91800
    assert not rows(found["frequencies"])[1]["exact"]
    assert "1 trips repeat, 12 journeys" in notes(
        found["frequencies"]
    )  # 6 from six o'clock (the end is not one), 6 later
    assert "Monday to Friday 12" in notes(found["service_days"])


def test_changes_between_stops(tmp_path: Path) -> None:
    told = [
        {"from_stop_id": "A", "to_stop_id": "B", "transfer_type": 2, "min_transfer_time": 180},
        {"from_stop_id": "A", "to_stop_id": "B", "transfer_type": 2, "min_transfer_time": 240},
        {"from_stop_id": "B", "to_stop_id": "B", "transfer_type": "", "min_transfer_time": ""},
        {"from_stop_id": "B", "to_stop_id": "C", "transfer_type": 3, "from_route_id": "R"},
        {"from_stop_id": "C", "to_stop_id": "gone", "transfer_type": 0},
        {"from_stop_id": "", "to_stop_id": "", "transfer_type": 4, "from_trip_id": "t", "to_trip_id": "t"},
    ]
    found = load_tiny(tmp_path, transfers=told)["transfers"]
    assert [tuple(r.values()) for r in rows(found)] == [
        ("gtfs:town/stop/A>gtfs:town/stop/B", "gtfs:town/stop/A", "gtfs:town/stop/B", 2, 240),
        ("gtfs:town/stop/B>gtfs:town/stop/B", "gtfs:town/stop/B", "gtfs:town/stop/B", 0, None),
    ]
    assert found.stamp.verdict.dropped == {
        "for single routes or trips only": 2,
        "between stops that are not in stops.txt": 1,
        "of a pair that is told twice": 1,
    }


def test_ways_inside_stations(tmp_path: Path) -> None:
    ways = [
        {"pathway_id": "p", "from_stop_id": "A", "to_stop_id": "B", "pathway_mode": 2, "is_bidirectional": 1,
         "traversal_time": 40, "length": ""},
        {"pathway_id": "q", "from_stop_id": "B", "to_stop_id": "C", "pathway_mode": 5, "is_bidirectional": 0,
         "traversal_time": "", "length": 12.5},
    ]  # fmt: skip
    found = load_tiny(tmp_path, pathways=ways)["pathways"]
    assert [tuple(r.values())[3:] for r in rows(found)] == [("stairs", 40, None, True), ("elevator", None, 12.5, False)]


def test_stations_entrances_and_places_inside(tmp_path: Path) -> None:
    table = stops("A", "B", "C")
    table += [
        {"stop_id": "S", "stop_name": "Station", "stop_lat": LAT, "stop_lon": 18.5, "location_type": 1},
        {"stop_id": "E", "stop_lat": LAT, "stop_lon": 18.501, "location_type": 2, "parent_station": "S"},
        {"stop_id": "N", "location_type": 3, "parent_station": "S"},
        {"stop_id": "P", "location_type": 4, "parent_station": "A"},
    ]
    table[0] |= {"parent_station": "S", "wheelchair_boarding": 1}
    table[1] |= {"wheelchair_boarding": 2, "parent_station": "nowhere"}
    found = load_tiny(tmp_path, stops=table)["stops"]
    by_id = {r["id"].rpartition("/")[2]: r for r in rows(found)}
    assert {n: r["kind"] for n, r in by_id.items()} == {
        "A": "stop", "B": "stop", "C": "stop", "S": "station", "E": "entrance", "N": "node", "P": "boarding"
    }  # fmt: skip
    assert by_id["A"]["parent"] == by_id["E"]["parent"] == "gtfs:town/stop/S"
    assert [by_id[n]["wheelchair"] for n in "ABC"] == ["yes", "no", None]
    assert shapely.from_wkb(by_id["N"]["geometry"]) == shapely.Point(18.5, LAT)
    assert shapely.from_wkb(by_id["P"]["geometry"]) == shapely.Point(18, LAT)
    assert "2 places inside stations have no coordinates" in notes(found)
    assert "1 stops name a parent_station that is not in the file" in notes(found)


def test_stops_that_are_nowhere_and_unused_are_left_out(tmp_path: Path) -> None:
    table = [*stops("A", "B", "C"), {"stop_id": "X"}, {"stop_id": "Y", "stop_lat": 0, "stop_lon": 0}]
    found = load_tiny(tmp_path, stops=table)["stops"]
    assert found.stamp.verdict.dropped == {"without coordinates, and used by no trip": 2}
    assert found.rows == 3


# modes and names


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        (0, "tram"), (1, "metro"), (2, "rail"), (3, "bus"), (4, "ferry"), (5, "cable"), (6, "gondola"),
        (7, "funicular"), (11, "trolleybus"), (12, "monorail"), (100, "rail"), (109, "rail"), (117, "rail"),
        (200, "coach"), (401, "metro"), (402, "metro"), (405, "monorail"), (500, "metro"), (600, "metro"),
        (700, "bus"), (704, "bus"), (717, "bus"), (800, "trolleybus"), (900, "tram"), (1000, "ferry"),
        (1100, "air"), (1200, "ferry"), (1300, "gondola"), (1400, "funicular"), (1501, "taxi"), (1700, "other"),
    ],
)  # fmt: skip
def test_route_types_basic_and_extended(tmp_path: Path, kind: int, mode: str) -> None:
    found = load_tiny(tmp_path, routes=[{"route_id": "R", "route_type": kind}])["routes"]
    assert rows(found)[0]["mode"] == mode
    assert "is in no table" not in notes(found)


def test_a_route_type_of_no_table_is_other_and_said(tmp_path: Path) -> None:
    found = load_tiny(tmp_path, routes=[{"route_id": "R", "route_type": 42}])["routes"]
    assert rows(found)[0]["mode"] == "other"
    assert "route_type 42 is in no table: 1 routes are of mode other" in notes(found)


def test_a_route_is_called_by_its_short_name_else_its_long_one_else_its_id(tmp_path: Path) -> None:
    routes = [
        {"route_id": "R", "route_short_name": "", "route_long_name": "Blue line", "route_type": 1},
        {"route_id": "Q", "route_short_name": "", "route_long_name": "", "route_type": 1},
    ]
    found = load_tiny(tmp_path, routes=routes)["routes"]
    assert [r["name"] for r in rows(found)] == ["Q", "Blue line"]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("poa_eptc.gtfs.zip", "poa-eptc"), ("HSL 2022-02-22.ZIP", "hsl-2022-02-22"), ("sl-gtfs.zip", "sl"),
        ("gtfs.zip", "gtfs"), ("Åre_buss.zip", "are-buss"), ("時刻表.zip", "feed"),
    ],
)  # fmt: skip
def test_a_feed_is_called_by_its_file(file: str, name: str) -> None:
    assert feed_name(file) == name


def test_the_demonstration_city_has_a_timetable_like_any_other(tmp_path: Path) -> None:
    info = [{"feed_publisher_name": "stadslab synthetic", "feed_publisher_url": "https://example.org/"}]
    stamp = load_tiny(tmp_path, feed_info=info)["stops"].stamp
    assert stamp.synthetic
    assert stamp.licence == "CC0-1.0"
    assert not load_tiny(tmp_path)["stops"].stamp.synthetic
