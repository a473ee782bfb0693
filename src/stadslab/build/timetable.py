"""The timetable of one day as arrays: which trips run, in patterns where nobody overtakes."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stadslab.core.city import City
from stadslab.core.errors import InputError, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

DAY_S = 86_400
NEIGHBOURS = (-1, 0, 1)  # trips of yesterday run past midnight, trips of tomorrow start before a long journey ends
SHOWN_DAYS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """Trips of one day in patterns: the same stops in the same order, sorted so that no trip overtakes another.

    stop_ptr: int64[p + 1] into stop, board, alight (int32, uint8, uint8). trip_ptr: int64[p + 1], trips of a pattern
    are consecutive. time_ptr: int64[t + 1] into arrive, depart (int32, seconds of the day asked for; may be negative or
    exceed 86,400). trip_row: int64[t], row of the trip in the layer (a repeated trip of a frequency has the same row).
    """

    stop_ptr: NDArray[np.int64]
    stop: NDArray[np.int32]
    board: NDArray[np.uint8]
    alight: NDArray[np.uint8]
    trip_ptr: NDArray[np.int64]
    time_ptr: NDArray[np.int64]
    arrive: NDArray[np.int32]
    depart: NDArray[np.int32]
    trip_row: NDArray[np.int64]

    @property
    def n_trips(self) -> int:
        """Number of runs."""
        return len(self.trip_row)


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """One run of a trip on the day: row of the trip, seconds to add to its times."""

    row: int
    shift: int


@dataclass(frozen=True, eq=False)
class Timetable:
    """Every trip of every feed, before a day is chosen.

    stop_ids: s ids, sorted; all else refers to positions in it. routes: route id of each trip. offsets: int64[t + 1]
    into stops, arrive, depart, board, alight of all trips after each other.
    """

    stop_ids: tuple[str, ...]
    stop_names: tuple[str, ...]
    stop_lonlat: NDArray[np.float64]
    trip_ids: tuple[str, ...]
    routes: tuple[str, ...]
    services: tuple[str, ...]
    offsets: NDArray[np.int64]
    stops: NDArray[np.int32]
    arrive: NDArray[np.int32]
    depart: NDArray[np.int32]
    board: NDArray[np.uint8]
    alight: NDArray[np.uint8]
    days: dict[str, frozenset[str]]
    repeats: dict[int, tuple[tuple[int, int, int, bool], ...]]
    transfers: tuple[tuple[int, int, int, int], ...] = ()
    _kept: dict[tuple[str, int, int, int], Patterns] = field(default_factory=dict, repr=False)

    def on(self, date: str, start_s: int, end_s: int, seed: int = 0) -> Patterns:
        """The patterns that run on a date between two times (seconds of the day); made once and kept.

        Where a feed states only an interval, the first vehicle leaves at its start (seed 0, as edits spell it out) or
        at a moment within the first interval drawn from the seed and the trip.
        Raises `InputError` for a date that is none and for one without service, naming the days that have it.
        """
        key = (date, start_s, end_s, seed)
        if key not in self._kept:
            self._kept[key] = self._make(date, start_s, end_s, seed)
        return self._kept[key]

    def _make(self, date: str, start_s: int, end_s: int, seed: int) -> Patterns:
        try:
            day = datetime.date.fromisoformat(date)
        except ValueError:
            raise InputError(Problem("date", f"{date!r} is not a date", "write it as 2019-05-13")) from None
        if not self.days.get(date):
            raise InputError(Problem("date", f"no trip runs on {date}", self._when(date)))
        runs: list[_Run] = []
        for away in NEIGHBOURS:
            services = self.days.get((day + datetime.timedelta(days=away)).isoformat(), frozenset())
            runs += self._runs(services, away * DAY_S, start_s, end_s, seed)
        return self._patterns(runs)

    def _when(self, date: str) -> str:
        """Days with service, those nearest to the date that was asked for."""
        known = sorted(d for d, services in self.days.items() if services)
        if not known:
            return "the timetable has no day with service at all"
        near = sorted(sorted(known, key=lambda d: (abs(_ordinal(d) - _ordinal(date)), d))[:SHOWN_DAYS])
        return f"service runs on {len(known):,} days from {known[0]} to {known[-1]}; nearest: {', '.join(near)}"

    def _runs(self, services: frozenset[str], shift: int, start_s: int, end_s: int, seed: int) -> list[_Run]:
        found = []
        for row in range(len(self.trip_ids)):
            if self.services[row] not in services:
                continue
            a, b = self.offsets[row], self.offsets[row + 1]
            first, last = int(self.depart[a]), int(self.arrive[b - 1])
            moves = [shift + t - first for t in self._starts(row, seed)] if row in self.repeats else [shift]
            found += [_Run(row, move) for move in moves if last + move >= start_s and first + move <= end_s]
        return found

    def _starts(self, row: int, seed: int) -> list[int]:
        """Departures of a trip that is given by headways, seconds."""
        times: list[int] = []
        for start, end, headway, exact in self.repeats[row]:
            phase = 0 if exact or not seed else _phase(seed, self.trip_ids[row], start, headway)
            times += range(start + phase, end, headway)
        return times

    def _patterns(self, runs: list[_Run]) -> Patterns:
        groups: dict[bytes, list[_Run]] = {}
        for run in runs:
            part = slice(self.offsets[run.row], self.offsets[run.row + 1])
            key = self.stops[part].tobytes() + b"|" + self.board[part].tobytes() + self.alight[part].tobytes()
            groups.setdefault(key, []).append(run)
        chains = [chain for key in sorted(groups) for chain in self._chains(groups[key])]
        first = [chain[0].row for chain in chains]
        ordered = [run for chain in chains for run in chain]
        rows = np.array([run.row for run in ordered], np.int64)
        sizes = (self.offsets[rows + 1] - self.offsets[rows]) if len(rows) else np.zeros(0, np.int64)
        at = _ranges(self.offsets[rows], sizes)
        moved = np.repeat(np.array([run.shift for run in ordered], np.int64), sizes)
        pattern_rows = np.array(first, np.int64)
        pattern_sizes = (
            (self.offsets[pattern_rows + 1] - self.offsets[pattern_rows]) if first else np.zeros(0, np.int64)
        )
        pattern_at = _ranges(self.offsets[pattern_rows], pattern_sizes)
        return Patterns(
            stop_ptr=_pointers(pattern_sizes),
            stop=self.stops[pattern_at],
            board=self.board[pattern_at],
            alight=self.alight[pattern_at],
            trip_ptr=_pointers(np.array([len(chain) for chain in chains], np.int64)),
            time_ptr=_pointers(sizes),
            arrive=(self.arrive[at] + moved).astype(np.int32),
            depart=(self.depart[at] + moved).astype(np.int32),
            trip_row=rows,
        )

    def _chains(self, runs: list[_Run]) -> list[list[_Run]]:
        """Runs over the same stops, split so that within each part nobody overtakes (Delling et al. 2015, sec. 2)."""

        def times(run: _Run) -> NDArray[np.int64]:
            part = slice(self.offsets[run.row], self.offsets[run.row + 1])
            both = np.stack([self.arrive[part], self.depart[part]], axis=1).astype(np.int64)
            return both.ravel() + run.shift

        timed = sorted(((tuple(times(run)), run.row, run) for run in runs), key=lambda item: item[:2])
        chains: list[tuple[list[_Run], NDArray[np.int64]]] = []
        for moments, _, run in timed:
            now = np.array(moments, np.int64)
            for number, (chain, latest) in enumerate(chains):
                if (now >= latest).all():
                    chain.append(run)
                    chains[number] = (chain, now)
                    break
            else:
                chains.append(([run], now))
        return [chain for chain, _ in chains]


def build_timetable(city: City) -> Timetable:
    """All trips of the city's feeds as arrays. Needs the layers stops, trips and service_days.

    Raises `InputError` when a trip names a stop the city does not have (after an edit, for instance).
    """
    stops = city["stops"].scan("id", "name", "geometry")
    trips = city["trips"].scan()
    lists = {name: trips[name].combine_chunks() for name in ("stops", "arrive_s", "depart_s", "pickup", "dropoff")}
    lengths = np.asarray(pc.list_value_length(lists["stops"]).fill_null(0), np.int64)
    flat = lists["stops"].flatten()
    position = pc.index_in(flat, stops["id"].combine_chunks())
    if position.null_count:
        lost = sorted(set(flat.filter(pc.is_null(position)).to_pylist()))
        what = f"trips call at {len(lost)} stops that are not there, the first {lost[0]}"
        raise InputError(Problem("timetable", what, "load the feed again"))
    from stadslab.build.places import lonlat_of

    return Timetable(
        stop_ids=tuple(stops["id"].to_pylist()),
        stop_names=tuple(name or "" for name in stops["name"].to_pylist()),
        stop_lonlat=lonlat_of(stops),
        trip_ids=tuple(trips["id"].to_pylist()),
        routes=tuple(trips["route"].to_pylist()),
        services=tuple(trips["service"].to_pylist()),
        offsets=_pointers(lengths),
        stops=np.asarray(position, np.int32),
        arrive=np.asarray(lists["arrive_s"].flatten(), np.int32),
        depart=np.asarray(lists["depart_s"].flatten(), np.int32),
        board=_flags(lists["pickup"], lengths),
        alight=_flags(lists["dropoff"], lengths),
        days=_days(city),
        repeats=_repeats(city, trips["id"].combine_chunks()),
        transfers=_transfers(city, stops["id"].combine_chunks()),
    )


def _flags(column: pa.Array, lengths: NDArray[np.int64]) -> NDArray[np.uint8]:
    """May one board (alight) at each stop of each trip? A blank list means everywhere."""
    known = np.asarray(pc.is_valid(column))
    flags = np.ones(int(lengths.sum()), np.uint8)
    if known.any():
        flags[np.repeat(known, lengths)] = np.asarray(column.drop_null().flatten(), np.uint8)
    return flags


def _days(city: City) -> dict[str, frozenset[str]]:
    """Services by day. A day stays a day with service when a plan removes its last trip: people walk then."""
    table = city["service_days"].scan("service", "date")
    days: dict[str, set[str]] = {}
    for service, date in zip(table["service"].to_pylist(), table["date"].to_pylist(), strict=True):
        days.setdefault(date, set()).add(service)
    return {date: frozenset(services) for date, services in days.items()}


def _repeats(city: City, trip_ids: pa.Array) -> dict[int, tuple[tuple[int, int, int, bool], ...]]:
    if "frequencies" not in city:
        return {}
    table = city["frequencies"].scan()
    found: dict[int, list[tuple[int, int, int, bool]]] = {}
    for row, at in zip(table.to_pylist(), pc.index_in(table["trip"], trip_ids).to_pylist(), strict=True):
        if at is not None:
            found.setdefault(at, []).append((row["start_s"], row["end_s"], row["headway_s"], row["exact"]))
    return {at: tuple(sorted(rows)) for at, rows in found.items()}


def _transfers(city: City, stop_ids: pa.Array) -> tuple[tuple[int, int, int, int], ...]:
    """(from, to, GTFS transfer type, least seconds or -1) by stop position."""
    if "transfers" not in city:
        return ()
    table = city["transfers"].scan("from_stop", "to_stop", "kind", "min_s")
    ends = [pc.index_in(table[name], stop_ids).to_pylist() for name in ("from_stop", "to_stop")]
    rest = (table["kind"].to_pylist(), table["min_s"].fill_null(-1).to_pylist())
    return tuple(row for row in zip(*ends, *rest, strict=True) if row[0] is not None and row[1] is not None)


def _phase(seed: int, trip: str, start: int, headway: int) -> int:
    """A whole second in [0, headway) that depends on nothing but its arguments."""
    digest = hashlib.sha256(f"{seed}/{trip}/{start}".encode()).digest()
    return int.from_bytes(digest[:8], "little") % headway


def _ordinal(date: str) -> int:
    return datetime.date.fromisoformat(date).toordinal()


def _pointers(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    ptr = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=ptr[1:])
    return ptr


def _ranges(start: NDArray[np.int64], size: NDArray[np.int64]) -> NDArray[np.int64]:
    """start[0], start[0] + 1, ..., start[1], ...: the positions of all parts after each other."""
    within = np.arange(int(size.sum()), dtype=np.int64) - np.repeat(np.cumsum(size) - size, size)
    return np.repeat(start, size) + within
