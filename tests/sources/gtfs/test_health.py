"""What the verdict says of a timetable that can be read but should be looked at."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from tests.sources.gtfs.feeds import (
    EAST,
    LAT,
    calls,
    in_city,
    load,
    load_tiny,
    notes,
    stops,
    tiny,
    trips,
    weekdays,
    with_streets,
    zipped,
)

HOP_M = 6_371_008.8 * math.radians(EAST) * math.cos(math.radians(LAT))


def of_trips(at: Path, **changed: Any) -> str:
    return notes(load_tiny(at, **changed)["trips"])


def test_a_fit_timetable_has_nothing_to_say_but_its_size(tmp_path: Path) -> None:
    found = load_tiny(tmp_path, city=with_streets())
    assert notes(found["trips"]) == "3 stop times"
    assert notes(found["stops"]) == "every stop that is used lies within 500 m of a street"
    assert notes(found["routes"]) == "1 by bus\ntimes are told in Europe/Stockholm"


# days


def test_days_covered_weekdays_gaps_busiest_and_quietest(tmp_path: Path) -> None:
    days = [
        {"service_id": "W", "date": "20260107", "exception_type": 2},
        {"service_id": "X", "date": "20260112", "exception_type": 1},
    ]
    times = [row for name in ("t", "u", "v") for row in calls(name, "A 08:00:00", "B 08:02:00")]
    found = load_tiny(
        tmp_path,
        trips=trips("t", "u") + trips("v", service="X"),
        stop_times=times,
        calendar=weekdays() + weekdays("X", on="0000010"),
        calendar_dates=days,
    )
    assert notes(found["service_days"]).splitlines() == [
        "service from 2026-01-05 to 2026-01-17, on 11 days",
        "journeys a day (median): Monday 2.5, Tuesday to Friday 2, Saturday 1",
        "no service on any Sunday",
        "no service on 2026-01-07",
        "busiest day 2026-01-12 with 3 journeys, quietest with service 2026-01-10 with 1",
    ]


def test_trips_that_never_run_are_said(tmp_path: Path) -> None:
    times = calls("t", "A 08:00:00", "B 08:02:00") + calls("u", "A 08:00:00", "B 08:02:00")
    found = load_tiny(
        tmp_path,
        trips=trips("t") + trips("u", service="never"),
        stop_times=times,
        calendar=weekdays() + weekdays("never", on="0000000"),
    )
    assert "1 trips run on no day" in notes(found["trips"])


# speed


def timed(minutes: float, hops: int = 1) -> list[dict[str, Any]]:
    second = round(8 * 3600 + 60 * minutes)
    return calls("t", "A 08:00:00", f"{'ABC'[hops]} {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}")


@pytest.mark.parametrize(("mode", "limit"), [(3, 130), (0, 130), (1, 150), (2, 350), (4, 130)])
def test_hops_faster_than_the_mode_allows(tmp_path: Path, mode: int, limit: int) -> None:
    """Stop C is 2 hops away; a second more and a second less than the limit (one second is granted for rounding)."""
    routes = [{"route_id": "R", "route_short_name": "7", "route_type": mode}]
    table = stops("A", "B", "C")
    table[2]["stop_lon"] = 18 + 40 * EAST  # 22.7 km, so that one second is little
    seconds = 40 * HOP_M / (limit / 3.6)
    slow, fast = math.floor(seconds) + 1, math.floor(seconds) - 2
    assert 0 not in (slow % 60, fast % 60), "whole minutes are granted more"
    assert "faster" not in of_trips(tmp_path, routes=routes, stops=table, stop_times=timed(slow / 60, 2))
    said = of_trips(tmp_path, routes=routes, stops=table, stop_times=timed(fast / 60, 2))
    assert "1 hops of 1 trips are faster than any such vehicle; the worst Stop A to Stop C, 22.7 km in" in said
    assert "at 08:00:00 by" in said
    assert "7 (trip t)" in said


def test_times_in_whole_minutes_hide_up_to_a_minute(tmp_path: Path) -> None:
    """1.1 km in 0 minutes may have taken nearly one: 68 km/h. Said to the second, it is too fast."""
    assert "faster" not in of_trips(tmp_path, stop_times=timed(0, 2))
    assert "faster" in of_trips(tmp_path, stop_times=timed(1 / 60, 2))


def test_interpolated_stops_do_not_count_as_fast(tmp_path: Path) -> None:
    """The hop to B is as fast as the whole way, which is told in whole minutes."""
    assert "faster" not in of_trips(tmp_path, stop_times=calls("t", "A 08:00:00", "B", "C 08:00:00"))


# odd trips


def test_hops_without_time_loops_and_twins_are_counted_and_kept(tmp_path: Path) -> None:
    times = (
        calls("t", "A 08:00:00", "B 08:00:00", "C 08:05:00")
        + calls("u", "A 08:00:00", "B 08:00:00", "C 08:05:00")
        + calls("v", "A 08:00:00", "B 08:00:00", "C 08:06:00")
        + calls("loop", "A 08:00:00", "B 08:02:00", "A 08:04:00", "B 08:06:00")
    )
    found = load_tiny(tmp_path, trips=trips("t", "u", "v", "loop"), stop_times=times)["trips"]
    assert found.rows == 4
    assert notes(found).splitlines() == [
        "13 stop times",
        "3 hops take no time at all; they are kept",
        "1 trips call at a stop more than once",
        "1 trips say the same as another trip (route, days, stops and times)",
    ]


def test_equal_trips_on_other_days_or_routes_are_no_twins(tmp_path: Path) -> None:
    times = [row for name in "tuv" for row in calls(name, "A 08:00:00", "B 08:02:00")]
    every = trips("t") + trips("u", service="X") + trips("v", route="Q")
    routes = [{"route_id": r, "route_type": 3} for r in "RQ"]
    calendar = weekdays() + weekdays("X", on="0000011")
    assert "say the same" not in of_trips(tmp_path, trips=every, stop_times=times, routes=routes, calendar=calendar)


# stops


def test_stops_far_from_any_street_are_counted_and_the_farthest_named(tmp_path: Path) -> None:
    """The street runs from 18 to 18.02; C and D lie 1 and 3 hundredths of a degree beyond its end."""
    table = stops("A", "B", "C", "D", "E")
    table[2]["stop_lon"], table[3]["stop_lon"], table[4]["stop_lat"] = 18.03, 18.05, LAT + 0.01
    table[4]["stop_lon"] = 18.01
    times = calls("t", "A 08:00:00", "B 08:02:00", "C 08:09:00", "D 08:20:00")
    city = with_streets()
    found = load(zipped(tmp_path / "town.zip", tiny(stops=table, stop_times=times)), city=city)["stops"]
    far = "more than 500 m from any street, beyond the edge of the map, so nobody walks to them"
    far += "; the farthest Stop D, 1.7 km"
    assert notes(found).splitlines() == [
        "1 stops are used by no trip",  # E, which is far away too, matters to nobody
        f"2 of 4 stops that are used lie {far}",
    ]


def test_a_mistyped_coordinate(tmp_path: Path) -> None:
    table = stops("A", "B", "C", "D")
    table[3]["stop_lat"] = -LAT
    times = calls("t", "A 08:00:00", "B 08:02:00", "C 08:04:00", "D 08:20:00")
    found = load_tiny(tmp_path, stops=table, stop_times=times)["stops"]
    assert "1 stops lie very far from all others: Stop D" in notes(found)


# several timetables


def test_feeds_live_side_by_side_and_each_is_replaced_by_its_name(tmp_path: Path) -> None:
    both = load(
        zipped(tmp_path / "bus.zip", tiny()), zipped(tmp_path / "rail.zip", tiny(stops=stops("A", "B", "C", "D")))
    )
    assert both["stops"].rows == 7
    assert {row.partition("/")[0] for row in both["stops"].scan("id")["id"].to_pylist()} == {"gtfs:bus", "gtfs:rail"}
    assert both["stops"].stamp.verdict.sentence() == "7 read, 7 kept"
    assert "rail: 1 stops are used by no trip" in notes(both["stops"])
    assert [name for name, _ in both["stops"].stamp.inputs] == ["bus.zip", "rail.zip"]

    city = in_city(None, load(tmp_path / "bus.zip"))
    city = in_city(city, load(tmp_path / "rail.zip", city=city))
    assert {n: x.digest for n, x in city.layers.items()} == {n: x.digest for n, x in both.items()}

    changed = zipped(
        tmp_path / "newer.zip", tiny(trips=trips("t2"), stop_times=calls("t2", "A 09:00:00", "C 09:09:00"))
    )
    city = in_city(city, load(changed, city=city, feed="bus"))
    assert city["trips"].scan("id")["id"].to_pylist() == ["gtfs:bus/trip/t2", "gtfs:rail/trip/t"]
    assert [name for name, _ in city["trips"].stamp.inputs] == ["newer.zip", "rail.zip"]
    assert city["stops"].rows == 7


def test_what_the_newer_feed_no_longer_has_is_gone(tmp_path: Path) -> None:
    repeats = [{"trip_id": "t", "start_time": "06:00:00", "end_time": "07:00:00", "headway_secs": 600}]
    city = in_city(None, load_tiny(tmp_path, frequencies=repeats))
    (tmp_path / "new").mkdir()
    city = in_city(city, load_tiny(tmp_path / "new", city=city))
    assert city["frequencies"].rows == 0


def test_terms_of_all_publishers_are_told(tmp_path: Path) -> None:
    city = in_city(None, load(zipped(tmp_path / "bus.zip", tiny()), licence="CC0-1.0", attribution="Town"))
    rail = zipped(tmp_path / "rail.zip", tiny(stops=stops("A", "B", "C", "D")))
    found = load(rail, city=city, licence="CC-BY-4.0", attribution="Rail", title="Rails")
    stamp = found["trips"].stamp
    assert (stamp.licence, stamp.attribution, stamp.title) == (
        "CC0-1.0; CC-BY-4.0",
        "Town; Rail",
        "Timetable (GTFS); Rails",
    )


def test_an_older_edition_under_another_name_is_noticed(tmp_path: Path) -> None:
    city = in_city(None, load(zipped(tmp_path / "bus2025.zip", tiny())))
    found = load(
        zipped(tmp_path / "bus2026.zip", tiny(trips=trips("u"), stop_times=calls("u", "A 08:00:00", "B 08:01:00"))),
        city=city,
    )
    said = "bus2026: 3 of its 3 stop ids are in feed bus2025 as well: if it is another edition of that"
    assert said in notes(found["stops"])
    with pytest.raises(ValueError, match="this very file is in the city already, as feed 'bus2025'"):
        load(tmp_path / "bus2025.zip", city=city, feed="again")


def test_timetables_of_one_city_need_one_clock(tmp_path: Path) -> None:
    city = in_city(None, load(zipped(tmp_path / "bus.zip", tiny())))
    other = [{"agency_id": "1", "agency_timezone": "Europe/Oslo"}]
    path = zipped(tmp_path / "rail.zip", tiny(agency=other))
    with pytest.raises(
        ValueError, match="feed rail in Europe/Oslo; the timetable town already has in Europe/Stockholm"
    ):
        load(path, city=city)
    load(path, city=city, timezone="Europe/Stockholm")
    load(zipped(tmp_path / "bus.zip", tiny(agency=other)), city=city)  # the only feed there is replaced
