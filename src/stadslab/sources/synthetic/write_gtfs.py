"""The timetable as a GTFS zip: same rows, same bytes (every entry carries one fixed date)."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import shapely

from stadslab.sources.synthetic.frame import lonlat
from stadslab.sources.synthetic.timetable import Route, Transit

START_DATE, END_DATE = "20260105", "20261213"
HOLIDAY = "20260619"
SERVICES = (("weekday", 1, 1, 1, 1, 1, 0, 0), ("saturday", 0, 0, 0, 0, 0, 1, 0), ("sunday", 0, 0, 0, 0, 0, 0, 1))
ROUTE_TYPE = {"metro": 1, "bus": 3, "ferry": 4}
COLOUR = {"metro": ("0A6EB4", "C8442A", "2E8B57"), "bus": ("7A7A7A",), "ferry": ("1B9AAA",)}
WAIT_S = {"metro": 20, "bus": 0, "ferry": 0}
"""Seconds between arrival and departure at a stop on the way."""

FIXED_DATE = (2026, 1, 1, 0, 0, 0)


def write_gtfs(path: Path, transit: Transit, town: str) -> dict[str, int]:
    """Write the feed; the reply counts rows per file.

    Times run past 24:00:00 for trips that began the evening before.
    """
    tables = _tables(transit, town)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (header, rows) in tables.items():
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)
            entry = zipfile.ZipInfo(name, FIXED_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, text.getvalue())
    return {name: len(rows) for name, (_, rows) in tables.items()}


Table = tuple[list[str], list[tuple[object, ...]]]


def _tables(transit: Transit, town: str) -> dict[str, Table]:
    at = lonlat(np.array([stop.xy for stop in transit.stops]))
    stops = [
        (stop.id, stop.name, f"{lat:.6f}", f"{lon:.6f}", stop.location_type, stop.parent)
        for stop, (lon, lat) in zip(transit.stops, at.tolist(), strict=True)
    ]
    routes, shapes = [], []
    for number, route in enumerate(transit.routes):
        colours = COLOUR[route.mode]
        routes.append((route.id, "synthetic", route.short_name, route.long_name, ROUTE_TYPE[route.mode],
                       colours[number % len(colours)], "FFFFFF"))  # fmt: skip
        for direction in (0, 1):
            shape = route.shape if direction == 0 else shapely.reverse(route.shape)
            points = shapely.get_coordinates(shape)
            along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
            for sequence, ((lon, lat), distance) in enumerate(
                zip(lonlat(points).tolist(), along.tolist(), strict=True)
            ):
                shapes.append((f"{route.id}-{direction}", f"{lat:.6f}", f"{lon:.6f}", sequence, f"{distance:.1f}"))
    trips: list[tuple[object, ...]] = []
    times: list[tuple[object, ...]] = []
    frequencies: list[tuple[object, ...]] = []
    for route in transit.routes:
        for service, *_ in SERVICES:
            for direction in (0, 1):
                _trips(route, service, direction, transit, trips, times, frequencies)
    return {
        "agency.txt": (
            ["agency_id", "agency_name", "agency_url", "agency_timezone", "agency_lang"],
            [("synthetic", f"{town} transit (synthetic)", "https://example.org/", "Europe/Stockholm", "sv")],
        ),
        "feed_info.txt": (
            [
                "feed_publisher_name",
                "feed_publisher_url",
                "feed_lang",
                "feed_start_date",
                "feed_end_date",
                "feed_version",
            ],
            [("stadslab synthetic", "https://example.org/", "sv", START_DATE, END_DATE, "synthetic-1")],
        ),
        "stops.txt": (["stop_id", "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station"], list(stops)),
        "routes.txt": (
            [
                "route_id",
                "agency_id",
                "route_short_name",
                "route_long_name",
                "route_type",
                "route_color",
                "route_text_color",
            ],
            list(routes),
        ),
        "trips.txt": (["route_id", "service_id", "trip_id", "trip_headsign", "direction_id", "shape_id"], trips),
        "stop_times.txt": (
            ["trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence", "shape_dist_traveled"],
            times,
        ),
        "frequencies.txt": (["trip_id", "start_time", "end_time", "headway_secs", "exact_times"], frequencies),
        "calendar.txt": (
            [
                "service_id",
                "monday",
                "tuesday",
                "wednesday",
                "thursday",
                "friday",
                "saturday",
                "sunday",
                "start_date",
                "end_date",
            ],
            [(*service, START_DATE, END_DATE) for service in SERVICES],
        ),
        "calendar_dates.txt": (
            ["service_id", "date", "exception_type"],
            [("weekday", HOLIDAY, 2), ("sunday", HOLIDAY, 1)],
        ),
        "shapes.txt": (
            ["shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence", "shape_dist_traveled"],
            list(shapes),
        ),
    }


def _trips(
    route: Route,
    service: str,
    direction: int,
    transit: Transit,
    trips: list[tuple[object, ...]],
    times: list[tuple[object, ...]],
    frequencies: list[tuple[object, ...]],
) -> None:
    """All departures of one line, one way, on one kind of day."""
    names = {stop.id: stop.name for stop in transit.stops}
    order = range(len(route.stops)) if direction == 0 else range(len(route.stops) - 1, -1, -1)
    stops = [route.stops[index] for index in order]
    total_m, total_s = route.at_m[-1], route.arrive_s[-1]
    at_m = [route.at_m[index] if direction == 0 else total_m - route.at_m[index] for index in order]
    at_s = [route.arrive_s[index] if direction == 0 else total_s - route.arrive_s[index] for index in order]
    spans = periods(route, service)

    def write(trip: str, leave: int) -> None:
        trips.append((route.id, service, trip, names[stops[-1]], direction, f"{route.id}-{direction}"))
        for sequence, (stop, metres, seconds) in enumerate(zip(stops, at_m, at_s, strict=True), start=1):
            arrive = leave + seconds
            wait = WAIT_S[route.mode] if 1 < sequence < len(stops) else 0
            times.append((trip, _clock(arrive), _clock(arrive + wait), stop, sequence, f"{metres:.1f}"))

    if route.by_frequency:
        trip = f"{route.id}-{service}-{direction}"
        write(trip, int(spans[0][0] * 3600))
        for start, stop_hour, headway in spans:
            frequencies.append((trip, _clock(int(start * 3600)), _clock(int(stop_hour * 3600)), headway, 0))
        return
    number = 0
    for start, stop_hour, headway in spans:
        leave = int(start * 3600) + (headway // 2 if direction else 0)
        while leave < stop_hour * 3600:
            number += 1
            write(f"{route.id}-{service}-{direction}-{number:03d}", leave)
            leave += headway


def periods(route: Route, service: str) -> list[tuple[float, float, int]]:
    """From and until which hour does a line run every how many seconds on this kind of day?"""
    rush, day, evening = route.headway_s
    if route.mode == "ferry":
        return [(6, 9, rush), (9, 18, day), (18, 23, evening)]
    if service == "weekday":
        return [(5, 7, evening), (7, 9, rush), (9, 15, day), (15, 18, rush), (18, 22, day), (22, 25, evening)]
    return [(6, 9, evening), (9, 19, day), (19, 26, evening)]


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
