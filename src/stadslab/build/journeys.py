"""One journey taken apart: walks, waits and rides between two points, leaving at a given second."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from stadslab.build.linkage import MAX_ACCESS_M, link
from stadslab.build.stopwalks import TIMED
from stadslab.build.streetgraph import StreetGraph
from stadslab.build.timetable import Timetable
from stadslab.build.transit import Outing, Service, doors, service
from stadslab.kernels import UNREACHABLE, raptor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.kernels.doors import Doors

Kind = Literal["access", "wait", "ride", "transfer", "egress", "walk"]
OWN_WORDS: dict[str, Kind] = {
    "foot": "transfer",
    "access": "access",
    "ride": "ride",
    "egress": "egress",
    "walk": "walk",
}
ON_FOOT = ("access", "transfer", "egress", "walk")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a journey.

    kind: `access` (to the first stop), `wait`, `ride`, `transfer` (on foot between stops), `egress` (from the last
    stop) or `walk` (all the way). start_s, end_s: seconds of the day. from_stop, to_stop: positions in the timetable,
    -1 for a point that is no stop. metres: length of a walk, None where nobody walks or the feed alone tells the time.
    trip: row of the trip in the timetable, -1 off board. calls: (stop, arrival, departure) of every stop of a ride,
    from boarding to alighting.
    """

    kind: Kind
    start_s: int
    end_s: int
    from_stop: int = -1
    to_stop: int = -1
    metres: float | None = None
    trip: int = -1
    calls: tuple[tuple[int, int, int], ...] = ()

    @property
    def seconds(self) -> int:
        """How long it takes."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Way:
    """The way found for one departure; its parts follow each other without a gap. reason: why there is none."""

    depart_s: int
    parts: tuple[Part, ...] = ()
    reason: str = ""

    @property
    def found(self) -> bool:
        """Is there a way?"""
        return not self.reason

    @property
    def total_s(self) -> int:
        """Door to door, seconds; UNREACHABLE where there is no way."""
        return sum(part.seconds for part in self.parts) if self.found else UNREACHABLE

    @property
    def rides(self) -> int:
        """How many vehicles are boarded."""
        return sum(part.kind == "ride" for part in self.parts)

    def spent(self, *kinds: str) -> int:
        """Seconds in parts of these kinds."""
        return sum(part.seconds for part in self.parts if part.kind in kinds)


def ways_between(
    streets: StreetGraph, timetable: Timetable, outing: Outing, start: NDArray[np.float64], end: NDArray[np.float64]
) -> tuple[Way, ...]:
    """How does one get from start to end (float64[2], metres), leaving at every minute of the outing?

    The earliest arrival counts; of ways equally early the one with the fewest rides, then the shortest last walk. The
    rider leaves at once and waits at stops. Totals are those of `transit.by_departure`, to the second.

    Raises `InputError` for a day without service. Source: see `kernels.raptor`. Blind spots: those of the timetable
    (no delays, no crowding), and that a traveller who knows it would leave later and wait at home.
    """
    run = service(streets, timetable, outing)
    ways = doors(streets, run, outing, start[None], end[None])
    network = raptor.prepare(run.day)
    direct_s = int(ways.direct_s.min()) if len(ways.direct_s) else UNREACHABLE
    timed = frozenset((a, b) for a, b, kind, least in timetable.transfers if kind == TIMED and least >= 0)
    found, reason = [], ""
    for depart_s in outing.departures.tolist():
        journey = raptor.journey(
            network, ways.access_stop, ways.access_s, ways.egress_stop, ways.egress_s, depart_s,
            max_rides=outing.max_rides, slack_s=outing.slack_s, limit_s=outing.limit_s, direct_s=direct_s,
        )  # fmt: skip
        if journey.arrive_s == UNREACHABLE:
            reason = reason or _why_not(streets, outing, start, end, ways)
            found.append(Way(depart_s, reason=reason))
        else:
            parts = [_part(leg, run, outing, timed) for leg in journey.legs]
            found.append(Way(depart_s, tuple(p for p in _with_waits(parts) if p.seconds or p.kind == "ride")))
    return tuple(found)


def _part(leg: raptor.Leg, run: Service, outing: Outing, timed: frozenset[tuple[int, int]]) -> Part:
    kind = OWN_WORDS[leg.kind]
    if kind != "ride":
        known = (leg.from_stop, leg.to_stop) not in timed
        metres = (leg.end_s - leg.start_s) * outing.walk_speed_m_s if known else None
        return Part(kind, leg.start_s, leg.end_s, leg.from_stop, leg.to_stop, metres)
    day = run.day
    pattern = int(np.searchsorted(day.pattern_trip_ptr, leg.trip, side="right")) - 1
    stop_at, time_at = int(day.pattern_ptr[pattern]), int(day.time_ptr[leg.trip])
    calls = tuple(
        (int(day.pattern_stop[stop_at + k]), int(day.arrive[time_at + k]), int(day.depart[time_at + k]))
        for k in range(leg.board_position, leg.alight_position + 1)
    )
    row = int(run.patterns.trip_row[leg.trip])
    return Part("ride", leg.start_s, leg.end_s, leg.from_stop, leg.to_stop, None, row, calls)


def _with_waits(parts: list[Part]) -> tuple[Part, ...]:
    """The parts of a journey (an access or walk first) with what lies between them, which is waiting at a stop."""
    filled: list[Part] = []
    for one, following in pairwise(parts):
        filled.append(one)
        if following.start_s > one.end_s:
            filled.append(Part("wait", one.end_s, following.start_s, following.from_stop, following.from_stop))
    return (*filled, parts[-1])


def _why_not(
    streets: StreetGraph, outing: Outing, start: NDArray[np.float64], end: NDArray[np.float64], ways: Doors
) -> str:
    """Why is there no way? The first of the things that must be there and is not."""
    linked = link(streets, streets.network("walk"), np.stack([start, end])).linked
    ends = ("start", "destination")
    for point, near in zip(ends, linked.tolist(), strict=True):
        if not near:
            return f"no street to walk on within {MAX_ACCESS_M:g} m of the {point}"
    for point, stops in zip(ends, (ways.access_stop, ways.egress_stop), strict=True):
        if not len(stops):
            return f"no stop within {outing.max_walk_minutes:g} min on foot of the {point}, which is too far to walk"
    rides = "1 ride" if outing.max_rides == 1 else f"{outing.max_rides} rides"
    return f"no connection within {outing.max_minutes:g} min and {rides}"
