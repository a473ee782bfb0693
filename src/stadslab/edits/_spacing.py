"""Departures of a line set anew at even intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from stadslab.core import digest as digests
from stadslab.core.city import City
from stadslab.edits._lines import Row, dates_of, directions, kinds_of_day, spelt_out, trips_of, usual_stops

ODD_SHARE = 0.1  # ways of fewer than this share of the trips, to the depot for instance, stay as they are


@dataclass(frozen=True, slots=True)
class Lot:
    """Trips that share a direction, a stop and a kind of day, in order of time.

    trips: (seconds of the day at that stop, trip). days: when they run. whole: their service runs on these days alone.
    """

    anchor: str
    trips: tuple[tuple[int, Row], ...]
    days: tuple[str, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Spaced:
    """What changes: trips that go, trips that come, and the days of their services."""

    gone: frozenset[str]
    trips: list[Row]
    days: list[Row]


def lots(city: City, route: str, start_s: int | None, end_s: int | None) -> list[Lot]:
    """The trips of a route between two times, by direction and kind of day."""
    dates = dates_of(city)
    found = []
    runs = [run for same in spelt_out(city, trips_of(city, route)).values() for run in same]
    for group in directions(runs):
        if len(group) < ODD_SHARE * len(runs):
            continue
        anchor = _shared_stop(group)
        timed = [(r["depart_s"][r["stops"].index(anchor)], r) for r in group if anchor in r["stops"][:-1]]
        inside = [
            (t, row)
            for t, row in timed
            if (start_s is None or t >= start_s) and (end_s is None or t < end_s) and row["service"] in dates
        ]
        inside.sort(key=lambda pair: (pair[0], pair[1]["id"]))
        for services, days in kinds_of_day((row["service"] for _, row in inside), dates):
            trips = tuple((t, row) for t, row in inside if row["service"] in services)
            whole = len(services) == 1 and len(dates[next(iter(services))]) == len(days)
            found.append(Lot(anchor, trips, tuple(days), whole))
    return found


def _shared_stop(rows: Sequence[Row]) -> str:
    """The stop that most trips call at, the first such along the usual way."""
    counts: Counter[str] = Counter(stop for row in rows for stop in set(row["stops"][:-1]))
    usual = usual_stops(rows)
    order = {stop: k for k, stop in reversed(list(enumerate(usual)))}
    return min(counts, key=lambda stop: (-counts[stop], order.get(stop, len(usual)), stop))


def times(lot: Lot, headway_s: int, end_s: int | None) -> range:
    """New departures: from the first there is to the last, or to the end of the hours given."""
    first, last = lot.trips[0][0], lot.trips[-1][0]
    return range(first, last + 1 if end_s is None else end_s, headway_s)


def spaced(city: City, route: str, given: Sequence[Lot], headway_s: int, end_s: int | None) -> Spaced:
    """The trips of these lots at even intervals."""
    replaced = {row["id"] for lot in given for _, row in lot.trips}
    explicit = spelt_out(city, trips_of(city, route))
    gone = {i for i, runs in explicit.items() if any(run["id"] in replaced for run in runs)}
    # of a trip told by an interval, the departures outside the hours stay, each as a trip of its own
    trips = [run for i in sorted(gone) for run in explicit[i] if run["id"] not in replaced]
    days: dict[str, Row] = {}
    for lot in given:
        service = lot.trips[0][1]["service"]
        if not lot.whole:
            service = f"new:service/{digests.of_json([route, list(lot.days)])[:10]}"
            days.update(
                {f"{service}@{day}": {"id": f"{service}@{day}", "service": service, "date": day} for day in lot.days}
            )
        trips += _evenly(lot, service, times(lot, headway_s, end_s))
    return Spaced(frozenset(gone), trips, list(days.values()))


def _evenly(lot: Lot, service: str, departures: range) -> list[Row]:
    """One trip a departure; each stands for the old trip at the same place in the row, so branches keep their share."""
    usual = {key: _usual_times(lot, key) for key in dict.fromkeys(_way(row) for _, row in lot.trips)}
    rows = []
    for k, t in enumerate(departures):
        row = lot.trips[(2 * k + 1) * len(lot.trips) // (2 * len(departures))][1]
        arrive, depart = usual[_way(row)]
        name = digests.of_json([row["route"], service, row["direction"], lot.anchor, row["stops"]])[:10]
        moments = {"arrive_s": [t + s for s in arrive], "depart_s": [t + s for s in depart]}
        rows.append({**row, **moments, "service": service, "id": f"new:trip/{name}@{t}"})
    return rows


def _way(row: Row) -> tuple[tuple[str, ...], str]:
    """Trips with the same stops where people may get on and off."""
    return tuple(row["stops"]), f"{row['pickup']} {row['dropoff']}"


def _usual_times(lot: Lot, way: tuple[tuple[str, ...], str]) -> tuple[list[int], list[int]]:
    """Median arrival and departure at each stop of this way, seconds after the departure from the shared stop."""
    alike = [(t, row) for t, row in lot.trips if _way(row) == way]
    found = []
    for name in ("arrive_s", "depart_s"):
        after = np.array([[s - t for s in row[name]] for t, row in alike])
        found.append([int(s) for s in np.floor(np.median(after, axis=0) + 0.5)])
    return found[0], found[1]


def gaps(lot: Lot) -> set[int]:
    """Seconds between departures."""
    return {b - a for (a, _), (b, _) in pairwise(lot.trips)}


def usual_gap_s(given: Sequence[Lot]) -> tuple[int | None, bool]:
    """Median seconds between departures on the busiest kind of day in the busiest direction, and whether all are so.

    None for a single trip.
    """
    busiest = max(given, key=lambda lot: len(lot.trips))
    between = [b - a for (a, _), (b, _) in pairwise(busiest.trips)]
    return (int(np.median(between)) if between else None), len(set(between)) == 1


def trips_on_busiest_day(given: Sequence[Lot], headway_s: int, end_s: int | None) -> tuple[int, int]:
    """Trips in all directions on the day with most of them: now, and at this headway."""
    now: Counter[str] = Counter()
    then: Counter[str] = Counter()
    for lot in given:
        for day in lot.days:
            now[day] += len(lot.trips)
            then[day] += len(times(lot, headway_s, end_s))
    day = max(sorted(now), key=lambda d: now[d])
    return now[day], then[day]
