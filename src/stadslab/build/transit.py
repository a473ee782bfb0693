"""Door to door on foot and by public transport, for every minute of a departure window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stadslab.build.projection import to_metres
from stadslab.build.stopwalks import Walks, between_stops, walks
from stadslab.build.streetgraph import StreetGraph
from stadslab.build.timetable import DAY_S, Patterns, Timetable
from stadslab.core.errors import InputError, Problem
from stadslab.kernels import UNREACHABLE, raptor
from stadslab.kernels.timetable import Day

MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Outing:
    """When somebody sets out, and how far they walk and ride.

    date: day of travel. depart: earliest time out of the door. window_minutes: how many minutes, one departure each.
    max_walk_minutes: to a stop, between stops and from a stop. max_minutes: the whole journey. slack_s: least time at a
    stop before boarding.
    """

    date: str
    depart: str = "08:00"
    window_minutes: int = 60
    max_minutes: float = 120.0
    max_walk_minutes: float = 20.0
    max_rides: int = 4
    walk_speed_m_s: float = 1.3
    slack_s: int = 0
    seed: int = 1

    @property
    def start_s(self) -> int:
        """First departure, seconds of the day; raises `InputError` for a time that is none."""
        found = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", self.depart.strip())
        if found is None or int(found[2]) > 59 or int(found[1]) > 47:
            raise InputError(
                Problem("depart", f"{self.depart!r} is not a time of day", "write it as 08:00 (or 25:10 past midnight)")
            )
        return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0)

    @property
    def departures(self) -> NDArray[np.int32]:
        """One departure a minute, int32[m] seconds of the day."""
        return (self.start_s + MINUTE_S * np.arange(self.window_minutes)).astype(np.int32)

    @property
    def limit_s(self) -> int:
        """Longest journey, seconds."""
        return int(self.max_minutes * MINUTE_S)


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """The timetable of an outing with the walks between its stops, ready for the kernels."""

    day: Day
    patterns: Patterns
    stop_xy: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Doors:
    """Walks of origins to stops, of stops to places, and straight to places."""

    access: Walks
    egress: Walks
    direct: Walks
    n_places: int


def service(streets: StreetGraph, timetable: Timetable, outing: Outing) -> Service:
    """What runs during this outing, and between which stops can one change on foot?"""
    end = outing.start_s + MINUTE_S * outing.window_minutes + outing.limit_s
    patterns = timetable.on(outing.date, outing.start_s, min(end, 3 * DAY_S), outing.seed)
    foot = between_stops(streets, timetable, outing.walk_speed_m_s, outing.max_walk_minutes)
    day = Day(
        len(timetable.stop_ids),
        patterns.stop_ptr,
        patterns.stop,
        patterns.trip_ptr,
        patterns.time_ptr,
        patterns.arrive,
        patterns.depart,
        patterns.board,
        patterns.alight,
        foot.ptr,
        foot.to,
        foot.seconds,
    )
    return Service(day, patterns, to_metres(streets.crs, timetable.stop_lonlat))


def doors(
    streets: StreetGraph, run: Service, outing: Outing, origin: NDArray[np.float64], place: NDArray[np.float64]
) -> Doors:
    """Walks at both ends (origins float64[o, 2], places float64[p, 2], metres)."""
    speed, most = outing.walk_speed_m_s, outing.max_walk_minutes
    return Doors(
        access=walks(streets, speed, origin, run.stop_xy, most),
        egress=walks(streets, speed, place, run.stop_xy, most).turned(len(run.stop_xy)),
        direct=walks(streets, speed, origin, place, min(outing.max_minutes, most)),
        n_places=len(place),
    )


def journeys(run: Service, ways: Doors, outing: Outing) -> Iterator[NDArray[np.int32]]:
    """Seconds from one origin after the other to every place, int32[m, p] for every departure; UNREACHABLE beyond the limit.

    Whatever is faster counts: riding, or walking all the way.
    """
    depart = outing.departures
    stops = np.repeat(np.arange(len(ways.egress.ptr) - 1), np.diff(ways.egress.ptr))
    order = np.lexsort((stops, ways.egress.to))
    stop, walk, place = stops[order], ways.egress.seconds[order].astype(np.int64), ways.egress.to[order]
    first = np.flatnonzero(np.r_[True, place[1:] != place[:-1]]) if len(place) else np.zeros(0, np.int64)
    for origin in range(len(ways.access.ptr) - 1):
        part = slice(ways.access.ptr[origin], ways.access.ptr[origin + 1])
        seconds = np.full((len(depart), ways.n_places), UNREACHABLE, np.int32)
        if part.stop > part.start and len(place):
            arrival = raptor.profile(
                run.day,
                ways.access.to[part],
                ways.access.seconds[part],
                depart,
                max_rides=outing.max_rides,
                slack_s=outing.slack_s,
                limit_s=outing.limit_s,
                end_on_foot=False,
            )
            there = arrival[:, stop].astype(np.int64) + walk - depart[:, None]
            best = np.minimum.reduceat(there, first, axis=1)
            seconds[:, place[first]] = np.where(best <= outing.limit_s, best, UNREACHABLE)
        near = slice(ways.direct.ptr[origin], ways.direct.ptr[origin + 1])
        on_foot = ways.direct.to[near]
        seconds[:, on_foot] = np.minimum(seconds[:, on_foot], ways.direct.seconds[near])
        yield seconds


def percentile(seconds: NDArray[np.int32], share: float) -> NDArray[np.float64]:
    """Minutes that so large a share of the departures (int32[m, p]) does not exceed, float64[p]; infinite if too few arrive.

    Nearest rank: the smallest whole number of departures that makes the share.
    """
    rank = max(int(np.ceil(share / 100 * len(seconds))) - 1, 0)
    chosen = np.partition(seconds, rank, axis=0)[rank]
    return np.where(chosen == UNREACHABLE, np.inf, chosen / MINUTE_S)
