"""When each trip is at each of its stops: times parsed, trips put in order, untimed stops given a time.

A stop without a time gets one between the timed stops around it, in proportion to the distance along the way: by
shape_dist_traveled where the publisher tells it, else by straight lines from stop to stop, else evenly; rounded down to
whole seconds, so that nobody who is there in time is late. (R5 interpolates along straight lines, too.)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stadslab.core.errors import Problem
from stadslab.sources.gtfs.tables import Sheet, places_in, real, seconds, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

COLUMNS = (
    "trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence", "pickup_type", "drop_off_type",
    "shape_dist_traveled", "location_id", "location_group_id", "timepoint",
)  # fmt: skip
EARTH_M = 6_371_008.8
MEND = "mend the feed, or say drop_broken=true to leave such trips out"
FLEXIBLE = "trips that run on demand, without fixed stops"
ONE_STOP = "trips with fewer than two stops"


@dataclass(slots=True, eq=False)
class Broken:
    """Trips that cannot run as written: the first reason for each, and the problems to complain of."""

    trips: int
    reasons: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    why: NDArray[np.int16] = field(default_factory=lambda: np.empty(0, np.int16))

    def __post_init__(self) -> None:
        """No trip is broken yet."""
        self.why = np.full(self.trips, -1, np.int16)

    def mark(self, trips: NDArray[np.int32], reason: str, problems: list[Problem] | None = None) -> None:
        """These trips (row numbers, repeats allowed) are broken for this reason."""
        if not len(trips):
            return
        if reason not in self.reasons:
            self.reasons.append(reason)
        fresh = trips[self.why[trips] < 0]
        self.why[fresh] = self.reasons.index(reason)
        self.problems += problems or []

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Which trips are broken, bool[trips]."""
        return self.why >= 0

    def counts(self) -> dict[str, int]:
        """Reason to number of trips."""
        return {r: n for i, r in enumerate(self.reasons) if (n := int((self.why == i).sum()))}


@dataclass(slots=True, eq=False)
class StopTimes:
    """All stop times of a feed, in the order of trips and within a trip of its stops.

    start: int64[trips + 1] into the other arrays. trip, stop: rows of trips and stops. arrive, depart: seconds. timed:
    the publisher tells the time. along: metres from stop to stop, summed over the whole array (differences count).
    row: row in the file.
    """

    sheet: Sheet
    start: NDArray[np.int64]
    trip: NDArray[np.int32]
    stop: NDArray[np.int32]
    arrive: NDArray[np.int32]
    depart: NDArray[np.int32]
    timed: NDArray[np.bool_]
    board: NDArray[np.bool_]
    alight: NDArray[np.bool_]
    along: NDArray[np.float64]
    row: NDArray[np.int64]
    by_phone: int = 0
    stray: int = 0

    @property
    def same_trip(self) -> NDArray[np.bool_]:
        """Whether an entry and the next one belong to one trip, bool[n - 1]."""
        return np.asarray(self.trip[1:] == self.trip[:-1])

    def only(self, trips: NDArray[np.bool_]) -> StopTimes:
        """Those of the chosen trips; the other trips keep their row numbers and have no entries."""
        from dataclasses import replace

        keep = trips[self.trip]
        start = np.zeros(len(self.start), np.int64)
        np.cumsum(np.where(trips, np.diff(self.start), 0), out=start[1:])
        names = ("trip", "stop", "arrive", "depart", "timed", "board", "alight", "along", "row")
        return replace(self, start=start, **{name: getattr(self, name)[keep] for name in names})


def read_stop_times(
    sheet: Sheet,
    trips: pa.Array,
    stops: pa.Array,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    broken: Broken,
    problems: list[Problem],
    drop_broken: bool,
) -> StopTimes:
    """Stop times in order, with times for untimed stops. Trips that cannot run are marked in `broken`.

    trips, stops: ids in the order of their files. lon, lat: of stops, NaN where nowhere.
    """
    names, places = sheet["trip_id"], sheet["stop_id"]
    trip, stop = places_in(names, trips), places_in(places, stops)
    flexible = np.asarray(pc.equal(places, "")) & np.asarray(
        pc.or_(pc.not_equal(sheet["location_id"], ""), pc.not_equal(sheet["location_group_id"], ""))
    )
    stray = trip < 0
    if not drop_broken:
        hint = "add it to trips.txt, or say drop_broken=true to leave such rows out"
        problems += sheet.complain(stray, lambda row: f"trip_id {names[row].as_py()!r} is not in trips.txt", hint)
    broken.mark(trip[flexible & ~stray], FLEXIBLE)
    _mark(sheet, broken, ~stray & ~flexible & (stop < 0), trip, "trips that call at a stop that is not in stops.txt",
          lambda row: f"stop_id {places[row].as_py()!r} is not in stops.txt", MEND)  # fmt: skip
    known = ~stray & (stop >= 0)
    _mark(sheet, broken, known & ~np.isfinite(lon[stop]) if len(stops) else known, trip,
          "trips that call at a stop without coordinates",
          lambda row: f"stop {places[row].as_py()!r} has no coordinates in stops.txt", MEND)  # fmt: skip
    times = {}
    for name in ("arrival_time", "departure_time"):
        times[name], bad = seconds(sheet[name])
        _mark(sheet, broken, bad & ~stray, trip, "trips with a time that cannot be read",
              _shown(sheet, name, "no time"), "times are written HH:MM:SS, such as 25:10:00 for ten past one at night; "
              "or say drop_broken=true")  # fmt: skip
        known &= ~bad
    sequence, bad = whole(sheet["stop_sequence"], -1)
    bad |= sequence < 0
    _mark(sheet, broken, bad & ~stray, trip, "trips whose stops have no order",
          _shown(sheet, "stop_sequence", "no whole number"), MEND)  # fmt: skip
    known &= ~bad
    order = np.flatnonzero(known)
    order = order[np.lexsort((order, sequence[order], trip[order]))]
    return _ordered(
        sheet, order, trip[order], stop[order], sequence[order], times, (lon, lat), broken, int(stray.sum())
    )


def _shown(sheet: Sheet, name: str, what: str) -> Callable[[int], str]:
    return lambda row: f"{name} {sheet.cell(name, row)!r} is {what}"


def _mark(
    sheet: Sheet,
    broken: Broken,
    rows: NDArray[np.bool_],
    trip: NDArray[np.int32],
    reason: str,
    what: Callable[[int], str],
    hint: str,
) -> None:
    if rows.any():
        broken.mark(trip[rows], reason, sheet.complain(rows, what, hint))


def _ordered(
    sheet: Sheet,
    order: NDArray[np.int64],
    trip: NDArray[np.int32],
    stop: NDArray[np.int32],
    sequence: NDArray[np.int64],
    times: dict[str, NDArray[np.int32]],
    lonlat: tuple[NDArray[np.float64], NDArray[np.float64]],
    broken: Broken,
    stray: int,
) -> StopTimes:
    arrive, depart = times["arrival_time"][order], times["departure_time"][order]
    arrive, depart = np.where(arrive < 0, depart, arrive), np.where(depart < 0, arrive, depart)
    timed = arrive >= 0
    same = trip[1:] == trip[:-1]
    start = np.zeros(broken.trips + 1, np.int64)
    np.cumsum(np.bincount(trip, minlength=broken.trips), out=start[1:])
    trips = sheet["trip_id"]

    def name(at: int) -> str:
        return f"trip {trips[int(order[at])].as_py()!r}"

    twice = np.flatnonzero(same & (sequence[1:] == sequence[:-1])) + 1
    _mark_at(sheet, broken, twice, order, trip, "trips with a stop_sequence that occurs twice",
             lambda at: f"{name(at)}: stop_sequence {sequence[at]} occurs twice", MEND)  # fmt: skip
    filled = np.flatnonzero(np.diff(start) > 0)
    ends = np.concatenate([start[:-1][filled], start[1:][filled] - 1])
    fine = ~broken.mask[trip[ends]]  # a row that was left out may have been the first or last
    untimed = np.unique(ends[fine & ~timed[ends]])
    _mark_at(sheet, broken, untimed, order, trip, "trips whose first or last stop has no time",
             lambda at: f"{name(at)} has no time at its first or last stop", MEND)  # fmt: skip
    _mark_backwards(sheet, broken, order, trip, arrive, depart, timed, name)
    along = _along(stop, same, *lonlat)
    arrive, depart = _interpolated(arrive, depart, timed, trip, along, _told_metres(sheet, order, same), broken)
    types, by_phone = {}, np.zeros(len(order), np.bool_)
    for column in ("pickup_type", "drop_off_type"):
        value, _ = whole(sheet[column])
        types[column] = value[order] != 1
        by_phone |= (value[order] == 2) | (value[order] == 3)
    return StopTimes(sheet, start, trip, stop, arrive, depart, timed, types["pickup_type"], types["drop_off_type"],
                     along, order, int(by_phone.sum()), stray)  # fmt: skip


def _mark_at(
    sheet: Sheet,
    broken: Broken,
    at: NDArray[Any],
    order: NDArray[np.int64],
    trip: NDArray[np.int32],
    reason: str,
    what: Callable[[int], str],
    hint: str,
) -> None:
    """Like `_mark`, for places in the ordered arrays."""
    if len(at):
        by_row = {int(order[i]): int(i) for i in at.tolist()}
        rows = np.array(sorted(by_row), np.int64)
        broken.mark(trip[at], reason, sheet.complain(rows, lambda row: what(by_row[row]), hint))


def _mark_backwards(
    sheet: Sheet,
    broken: Broken,
    order: NDArray[np.int64],
    trip: NDArray[np.int32],
    arrive: NDArray[np.int32],
    depart: NDArray[np.int32],
    timed: NDArray[np.bool_],
    name: Callable[[int], str],
) -> None:
    reason = "trips whose times go backwards"
    inside = np.flatnonzero(timed & (depart < arrive))

    def waits(at: int) -> str:
        return f"{name(at)} leaves at {clock(depart[at])}, before it arrives at {clock(arrive[at])}"

    _mark_at(sheet, broken, inside, order, trip, reason, waits, MEND)
    at = np.flatnonzero(timed)
    hop = (trip[at[1:]] == trip[at[:-1]]) & (arrive[at[1:]] < depart[at[:-1]])
    before = dict(zip(at[1:][hop].tolist(), at[:-1][hop].tolist(), strict=True))

    def arrives(here: int) -> str:
        seen = f"arrives at {clock(arrive[here])}, before it left the stop before at {clock(depart[before[here]])}"
        return f"{name(here)} goes back in time: it {seen}"

    _mark_at(sheet, broken, at[1:][hop], order, trip, reason, arrives, MEND)


def clock(value: Any) -> str:
    """Seconds (any whole number) as HH:MM:SS."""
    return f"{value // 3600:02d}:{value // 60 % 60:02d}:{value % 60:02d}"


def metres_between(
    lon: NDArray[np.float64], lat: NDArray[np.float64], lon2: NDArray[np.float64], lat2: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Metres on a sphere between points in degrees (haversine); good to 0.5 %."""
    a, b = np.radians(lat), np.radians(lat2)
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(lon2 - lon) / 2) ** 2
    return np.asarray(2 * EARTH_M * np.arcsin(np.sqrt(np.minimum(half, 1.0))))


def _along(
    stop: NDArray[np.int32], same: NDArray[np.bool_], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Metres from stop to stop, summed; the way from one trip to the next counts nothing."""
    if not len(stop):
        return np.empty(0)
    x, y = lon[stop], lat[stop]
    hops = np.where(same, np.nan_to_num(metres_between(x[:-1], y[:-1], x[1:], y[1:])), 0.0)
    return np.concatenate([[0.0], np.cumsum(hops)])


def _told_metres(sheet: Sheet, order: NDArray[np.int64], same: NDArray[np.bool_]) -> Any:
    """shape_dist_traveled in order, and how often it fails to grow so far; None when the file does not tell it."""
    if "shape_dist_traveled" not in sheet:
        return None
    told = real(sheet["shape_dist_traveled"])[0][order]
    with np.errstate(invalid="ignore"):
        fails = same & ~(told[1:] >= told[:-1])
    return told, np.concatenate([[0], np.cumsum(fails)])


def _interpolated(
    arrive: NDArray[np.int32],
    depart: NDArray[np.int32],
    timed: NDArray[np.bool_],
    trip: NDArray[np.int32],
    along: NDArray[np.float64],
    told: Any,
    broken: Broken,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Times for stops without one. Trips that are broken anyway are left as they are."""
    at = np.flatnonzero(~timed & ~broken.mask[trip])
    if not len(at):
        return arrive, depart
    every = np.arange(len(timed))
    a = np.maximum.accumulate(np.where(timed, every, -1))[at]
    b = np.minimum.accumulate(np.where(timed, every, len(timed))[::-1])[::-1][at]
    straight = along[b] - along[a]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(straight > 0, (along[at] - along[a]) / straight, (at - a) / (b - a))
        if told is not None:
            metres, fails = told
            use = (fails[b] == fails[a]) & (metres[b] > metres[a])
            share = np.where(use, (metres[at] - metres[a]) / (metres[b] - metres[a]), share)
    time = np.floor(depart[a] + share * (arrive[b] - depart[a]) + 1e-6).astype(np.int32)
    arrive, depart = arrive.copy(), depart.copy()
    arrive[at] = depart[at] = time
    return arrive, depart
