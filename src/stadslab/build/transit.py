"""Door to door on foot and by public transport, for every minute of a departure window."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stadslab.build.projection import to_metres
from stadslab.build.stopwalks import Walks, between_stops, walks, walks_of
from stadslab.build.streetgraph import StreetGraph
from stadslab.build.timetable import DAY_S, Patterns, Timetable
from stadslab.core.errors import InputError, Problem
from stadslab.kernels import UNREACHABLE, egress, raptor
from stadslab.kernels.doors import Doors, count_many, profile_many
from stadslab.kernels.timetable import Day, reverse

if TYPE_CHECKING:
    from numpy.typing import NDArray

MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Outing:
    """When somebody sets out, and how far they walk and ride.

    date: day of travel. depart: earliest time out of the door. window_minutes: how many minutes, one departure each.
    max_walk_minutes: to a stop, between stops and from a stop. max_minutes: the whole journey. slack_s: least time at a
    stop before boarding. seed: see `Timetable.on`. arrive: be there by this time instead of setting out
    at `depart`; the window is the minutes before it.
    """

    date: str
    depart: str = "08:00"
    window_minutes: int = 60
    max_minutes: float = 120.0
    max_walk_minutes: float = 20.0
    max_rides: int = 4
    walk_speed_m_s: float = 1.3
    slack_s: int = 0
    seed: int = 0
    arrive: str = ""

    @property
    def start_s(self) -> int:
        """First departure, seconds of the day; raises `InputError` for a time that is none."""
        return _seconds(self.depart, "depart")

    @property
    def arrivals(self) -> NDArray[np.int32]:
        """One arrival a minute, the last at `arrive`, int32[m] seconds of the day."""
        before = MINUTE_S * np.arange(self.window_minutes - 1, -1, -1)
        return (_seconds(self.arrive, "arrive") - before).astype(np.int32)

    @property
    def span(self) -> tuple[int, int]:
        """From when to when vehicles may matter, seconds of the day."""
        if self.arrive:
            return int(self.arrivals[0]) - self.limit_s, int(self.arrivals[-1])
        return self.start_s, int(self.departures[-1]) + self.limit_s

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


def service(streets: StreetGraph, timetable: Timetable, outing: Outing, foot: Walks | None = None) -> Service:
    """What runs during this outing, and between which stops can one change on foot?

    foot: the walks between stops, where they are known already.
    """
    start, end = outing.span
    patterns = timetable.on(outing.date, start, min(end, 3 * DAY_S), outing.seed)
    if foot is None:
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
    """Walks at both ends and all the way (origins float64[o, 2], places float64[p, 2], metres)."""
    speed, most = outing.walk_speed_m_s, outing.max_walk_minutes
    points, which = np.unique(np.concatenate([origin, place]), axis=0, return_inverse=True)
    to_stops = walks(streets, speed, points, run.stop_xy, most)  # places often are homes as well
    access, egress = to_stops.of(which.ravel()[: len(origin)]), to_stops.of(which.ravel()[len(origin) :])
    direct = walks(streets, speed, origin, place, min(outing.max_minutes, most))
    return Doors(
        access.ptr, access.to, access.seconds, egress.ptr, egress.to, egress.seconds,
        direct.ptr, direct.to, direct.seconds,
    )  # fmt: skip


def to_any(ways: Doors, n_stops: int) -> Doors:
    """The same doors with all places taken for one: what is reached is the nearest of them, whichever it is by then."""
    stop = np.unique(ways.egress_stop)
    least = np.full(n_stops, UNREACHABLE, np.int32)
    np.minimum.at(least, ways.egress_stop, ways.egress_s)
    origin = np.repeat(np.arange(ways.origins, dtype=np.int32), np.diff(ways.direct_ptr))
    direct = walks_of(ways.origins, origin, np.zeros(len(origin), np.int32), ways.direct_s)
    return ways._replace(
        egress_ptr=np.array([0, len(stop)], np.int64),
        egress_stop=stop.astype(np.int32),
        egress_s=least[stop],
        direct_ptr=direct.ptr,
        direct_place=direct.to,
        direct_s=direct.seconds,
    )


def minutes_to(run: Service, ways: Doors, outing: Outing, percent: float) -> NDArray[np.float64]:
    """Minutes from every origin to every place at a percentile of the departures, float64[o, p]; infinite out of reach.

    Whatever is faster counts: riding, or walking all the way. Percentiles are by nearest rank.
    """
    seconds = profile_many(
        run.day, ways, outing.departures, (percent,),
        max_rides=outing.max_rides, slack_s=outing.slack_s, limit_s=outing.limit_s, end_on_foot=False,
    )[:, :, 0]  # fmt: skip
    return np.where(seconds == UNREACHABLE, np.inf, seconds / MINUTE_S)


def minutes_by(run: Service, ways: Doors, outing: Outing, percent: float) -> NDArray[np.float64]:
    """Minutes before each arrival that one has to leave every origin at the latest, at a percentile, float64[o, p].

    The timetable is run backwards from the places (`kernels.timetable.reverse`); the least time before the first
    boarding moves to the other end with everything else.
    """
    slack = outing.slack_s
    origin = np.repeat(np.arange(ways.origins, dtype=np.int32), np.diff(ways.direct_ptr))
    direct = walks_of(ways.places, ways.direct_place, origin, ways.direct_s)
    mirrored = Doors(
        ways.egress_ptr, ways.egress_stop, ways.egress_s, ways.access_ptr, ways.access_stop, ways.access_s + slack,
        direct.ptr, direct.to, direct.seconds + slack,
    )  # fmt: skip
    seconds = profile_many(
        reverse(run.day), mirrored, -outing.arrivals[::-1] - slack, (percent,),
        max_rides=outing.max_rides, slack_s=slack, limit_s=outing.limit_s + slack, end_on_foot=False,
    )[:, :, 0].T  # fmt: skip
    return np.where(seconds == UNREACHABLE, np.inf, (seconds - slack) / MINUTE_S)


def minutes_until(
    run: Service, ways: Doors, outing: Outing, percent: float, weight: NDArray[np.int64], enough: int
) -> NDArray[np.float64]:
    """Whole minutes in which every origin reaches so much (weight int64[p]), float64[o]; infinite beyond the limit."""
    cutoffs = MINUTE_S * np.arange(1, outing.limit_s // MINUTE_S + 1, dtype=np.int32)
    found = count_many(
        run.day, ways, outing.departures, (percent,), weight[:, None], cutoffs,
        max_rides=outing.max_rides, slack_s=outing.slack_s, limit_s=outing.limit_s, end_on_foot=False,
    )[:, 0, :, 0]  # fmt: skip
    made = found >= enough
    return np.where(made.any(axis=1), made.argmax(axis=1) + 1.0, np.inf)


def reached(run: Service, ways: Doors, outing: Outing, percent: float, weight: NDArray[np.int64]) -> NDArray[np.int64]:
    """How much (weight int64[p]) every origin reaches within the outing's limit at a percentile of the departures."""
    cutoff = np.array([outing.limit_s], np.int32)
    return count_many(
        run.day, ways, outing.departures, (percent,), weight[:, None], cutoff,
        max_rides=outing.max_rides, slack_s=outing.slack_s, limit_s=outing.limit_s, end_on_foot=False,
    )[:, 0, 0, 0]  # fmt: skip


def by_departure(run: Service, ways: Doors, outing: Outing, origin: int) -> NDArray[np.int32]:
    """Seconds from one origin to every place for each departure, int32[m, p]; UNREACHABLE beyond the limit."""
    part = slice(ways.access_ptr[origin], ways.access_ptr[origin + 1])
    arrival = raptor.profile(
        run.day, ways.access_stop[part], ways.access_s[part], outing.departures,
        max_rides=outing.max_rides, slack_s=outing.slack_s, limit_s=outing.limit_s, end_on_foot=False,
    )  # fmt: skip
    near = slice(ways.direct_ptr[origin], ways.direct_ptr[origin + 1])
    direct = np.full(ways.places, UNREACHABLE, np.int32)
    np.minimum.at(direct, ways.direct_place[near], ways.direct_s[near])
    return egress.best(
        arrival, ways.egress_ptr, ways.egress_stop, ways.egress_s, direct, outing.departures, limit_s=outing.limit_s
    )


def _seconds(text: str, what: str) -> int:
    """A time of day in seconds; raises `InputError` for one that is none."""
    found = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", text.strip())
    if found is None or int(found[2]) > 59 or int(found[3] or 0) > 59 or int(found[1]) > 47:
        raise InputError(Problem(what, f"{text!r} is not a time of day", "write it as 08:00 (or 25:10 past midnight)"))
    return int(found[1]) * 3600 + int(found[2]) * MINUTE_S + int(found[3] or 0)
