"""One timetable from its files to the rows of every layer, with verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from stadslab.core.errors import InputError, Problem, raise_errors
from stadslab.sources.gtfs import calendar as calendars
from stadslab.sources.gtfs import extras, health, stop_times
from stadslab.sources.gtfs import routes as lines
from stadslab.sources.gtfs import stops as places
from stadslab.sources.gtfs import trips as journeys
from stadslab.sources.gtfs.opening import CALENDARS, Feed
from stadslab.sources.gtfs.stop_times import Broken, StopTimes
from stadslab.sources.gtfs.tables import Sheet, read_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from stadslab.core.city import City

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "agency.txt": lines.AGENCY_COLUMNS,
    "feed_info.txt": ("feed_publisher_name", "feed_publisher_url", "feed_version"),
    "stops.txt": places.COLUMNS,
    "routes.txt": lines.COLUMNS,
    "trips.txt": journeys.COLUMNS,
    "stop_times.txt": stop_times.COLUMNS,
    "calendar.txt": calendars.COLUMNS,
    "calendar_dates.txt": calendars.DATES_COLUMNS,
    "frequencies.txt": extras.FREQUENCIES_COLUMNS,
    "transfers.txt": extras.TRANSFERS_COLUMNS,
    "pathways.txt": extras.PATHWAYS_COLUMNS,
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    "agency.txt": ("agency_timezone",),
    "stops.txt": ("stop_id", "stop_lat", "stop_lon"),
    "routes.txt": ("route_id", "route_type"),
    "trips.txt": ("trip_id", "route_id", "service_id"),
    "stop_times.txt": ("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence"),
    "calendar.txt": calendars.COLUMNS,
    "calendar_dates.txt": calendars.DATES_COLUMNS,
    "frequencies.txt": ("trip_id", "start_time", "end_time", "headway_secs"),
    "transfers.txt": ("from_stop_id", "to_stop_id"),
    "pathways.txt": ("pathway_id", "from_stop_id", "to_stop_id", "pathway_mode", "is_bidirectional"),
}
MAY_BE_EMPTY = ("frequencies.txt", "transfers.txt", "pathways.txt", "feed_info.txt", *CALENDARS)
SYNTHETIC = "stadslab synthetic"


@dataclass(frozen=True, slots=True)
class Told:
    """Rows and verdict (rows_in, rows_kept, dropped, notes) of one layer of one feed."""

    table: pa.Table
    verdict: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Timetable:
    """One feed as layers (name to rows and verdict), and what it says of itself."""

    layers: dict[str, Told]
    timezone: str
    publisher: str
    vintage: str
    homepage: str
    synthetic: bool


def read_feed(feed: Feed, city: City | None, timezone: str, drop_broken: bool) -> Timetable:
    """All layers of one feed. Raises `InputError` with every problem in its files.

    In two steps: where a file or column is missing, cells are not looked at; streets are looked at last.
    """
    problems: list[Problem] = []
    sheets = _sheets(feed, problems)
    raise_errors(problems)
    at = places.read_stops(sheets["stops.txt"], problems)
    routes = lines.read_routes(sheets["routes.txt"], problems)
    zone, zone_notes = lines.timezone_of(sheets.get("agency.txt"), feed.label, timezone, problems)
    calendar = calendars.read_calendar(sheets.get("calendar.txt"), sheets.get("calendar_dates.txt"), problems)
    broken = Broken(len(sheets["trips.txt"]))
    trips = journeys.read_trips(sheets["trips.txt"], routes.ids, calendar.ids, broken, problems)
    times = stop_times.read_stop_times(
        sheets["stop_times.txt"], trips.ids, at.ids, at.lon, at.lat, broken, problems, drop_broken
    )
    if not drop_broken:
        problems += broken.problems
    journeys.mark_short(times, broken)
    kept = ~broken.mask
    times = times.only(kept)
    prefix = f"gtfs:{feed.name}/"
    layers: dict[str, Told] = {}
    repeats = np.zeros(len(kept), np.int64)
    if "frequencies.txt" in sheets:
        extra, repeats = extras.read_frequencies(sheets["frequencies.txt"], trips.ids, kept, prefix, problems)
        layers["frequencies"] = _extra(sheets["frequencies.txt"], extra)
    if "transfers.txt" in sheets:
        layers["transfers"] = _extra(
            sheets["transfers.txt"], extras.read_transfers(sheets["transfers.txt"], at.ids, prefix, problems)
        )
    if "pathways.txt" in sheets:
        layers["pathways"] = _extra(
            sheets["pathways.txt"], extras.read_pathways(sheets["pathways.txt"], at.ids, prefix, problems)
        )
    served = _flagged(len(calendar.ids), trips.service[kept])
    runs = np.zeros(len(calendar.ids), np.int64)
    fine = kept & (trips.service >= 0)
    np.add.at(runs, trips.service[fine], np.where(repeats > 0, repeats, 1)[fine])
    if not (served[calendar.service]).any() and not problems:
        problems.append(_no_day(feed, calendar, kept))
    raise_errors(problems)
    used = _flagged(len(at.ids), times.stop)
    found, far = health.beside_streets(at, used, city, feed.label)
    raise_errors(found)
    notes = {file: list(sheet.notes) for file, sheet in sheets.items()}
    layers |= {
        "stops": _told(
            sheets["stops.txt"], places.stops_table(at, f"{prefix}stop/"),
            {"without coordinates, and used by no trip": int((~at.placed).sum())},
            [*notes["stops.txt"], *places.stops_notes(at, used), *health.spread(at, used), *far],
        ),
        "routes": _told(
            sheets["routes.txt"], lines.routes_table(routes, sheets.get("agency.txt"), zone, f"{prefix}route/"), {},
            [*notes["routes.txt"], *lines.routes_notes(routes, _flagged(len(routes.ids), trips.route[kept])),
             f"times are told in {zone}", *zone_notes],
        ),
        "trips": _told(
            sheets["trips.txt"], journeys.trips_table(trips, times, kept, at.ids, prefix), broken.counts(),
            [*notes["trips.txt"], *notes["stop_times.txt"], *_stray(times),
             *health.trips_notes(trips, times, routes, at), *_idle(trips, kept, calendar)],
        ),
        "service_days": _days(sheets, calendar, served, runs, prefix),
    }  # fmt: skip
    return _about(sheets, layers, zone, calendar, served)


def _sheets(feed: Feed, problems: list[Problem]) -> dict[str, Sheet]:
    sheets: dict[str, Sheet] = {}
    for file, columns in COLUMNS.items():
        if file not in feed.files:
            continue
        where = feed.where(file)
        if file in MAY_BE_EMPTY and not feed.files[file].strip():
            continue
        try:
            sheet = read_sheet(where, feed.files[file], columns)
        except InputError as error:
            problems += error.problems
            continue
        missing = [name for name in NEEDED.get(file, ()) if name not in sheet]
        if file in ("feed_info.txt", "agency.txt") and missing:
            missing = [] if file == "feed_info.txt" else missing
        have = ", ".join(sheet.columns) or "none that a timetable has"
        problems += [
            Problem(where, f"column {name!r} is missing", f"of the known columns it has: {have}") for name in missing
        ]
        if not len(sheet) and file not in MAY_BE_EMPTY and not missing:
            problems.append(Problem(where, "the file holds no rows", "is it the right file, and a whole one?"))
        sheets[file] = sheet
    if not problems and not any(len(sheets[name]) for name in CALENDARS if name in sheets):
        there = " and ".join(name for name in CALENDARS if name in feed.files)
        problems.append(Problem(feed.where(there), "no row, so no day has service", "is it the right file?"))
    return sheets


def _flagged(count: int, rows: NDArray[np.int32]) -> NDArray[np.bool_]:
    flags = np.zeros(count, np.bool_)
    flags[rows[rows >= 0]] = True
    return flags


def _no_day(feed: Feed, calendar: calendars.Calendar, kept: NDArray[np.bool_]) -> Problem:
    if not kept.any():
        hint = "look at what is said of its trips without drop_broken"
        return Problem(feed.label, f"none of its {len(kept):,} trips can run", hint)
    what = "no trip runs on any day"
    if len(calendar.day):
        what += f"; the calendar has days from {calendar.day.min()} to {calendar.day.max()}, of services without trips"
    else:
        what += "; the calendar is empty: every day is taken away, or no weekday is set"
    return Problem(feed.label, what, "look at calendar.txt and calendar_dates.txt")


def _told(sheet: Sheet, table: pa.Table, dropped: dict[str, int], notes: list[str]) -> Told:
    reasons = {reason: count for reason, count in dropped.items() if count}
    verdict = {"rows_in": len(sheet), "rows_kept": table.num_rows, "dropped": reasons, "notes": notes}
    return Told(table, verdict)


def _extra(sheet: Sheet, extra: extras.Extra) -> Told:
    table, dropped, notes = extra
    return _told(sheet, table, dropped, [*sheet.notes, *notes])


def _days(
    sheets: dict[str, Sheet],
    calendar: calendars.Calendar,
    served: NDArray[np.bool_],
    runs: NDArray[np.int64],
    prefix: str,
) -> Told:
    table = calendars.days_table(calendar, served, f"{prefix}service/")
    notes = [note for name in CALENDARS if name in sheets for note in sheets[name].notes]
    idle = len(calendar.day) - table.num_rows
    dropped = {"of services no trip has": idle} if idle else {}
    verdict = {
        "rows_in": len(calendar.day),
        "rows_kept": table.num_rows,
        "dropped": dropped,
        "notes": [*notes, *calendars.days_notes(calendar, runs)],
    }
    return Told(table, verdict)


def _stray(times: StopTimes) -> list[str]:
    return [f"{times.stray:,} rows of stop_times.txt name trips that are not there"] if times.stray else []


def _idle(trips: journeys.Trips, kept: NDArray[np.bool_], calendar: calendars.Calendar) -> list[str]:
    """Trips of services without a day."""
    runs = _flagged(len(calendar.ids), calendar.service)
    idle = int((kept & (trips.service >= 0) & ~runs[trips.service]).sum())
    return [f"{idle:,} trips run on no day"] if idle else []


def _about(
    sheets: dict[str, Sheet],
    layers: dict[str, Told],
    zone: str,
    calendar: calendars.Calendar,
    served: NDArray[np.bool_],
) -> Timetable:
    publisher = homepage = version = ""
    if "feed_info.txt" in sheets and len(sheets["feed_info.txt"]):
        info = sheets["feed_info.txt"]
        publisher, homepage, version = (
            info.cell(name, 0) for name in ("feed_publisher_name", "feed_publisher_url", "feed_version")
        )
    synthetic = publisher == SYNTHETIC
    if not publisher and "agency.txt" in sheets:
        names = dict.fromkeys(n for n in sheets["agency.txt"]["agency_name"].to_pylist() if n)
        publisher = ", ".join(names)
    day = calendar.day[served[calendar.service]]
    span = f"{day.min()} to {day.max()}" if len(day) else ""
    vintage = f"{span} (version {version})" if version and span else span
    return Timetable(layers, zone, publisher, vintage, homepage, synthetic)
