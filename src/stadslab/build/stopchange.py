"""Stops that come and go: walks of those that stay are kept, and two timetables get the same numbers of stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stadslab.build.projection import to_metres
from stadslab.build.stopwalks import Walks, walks, walks_of
from stadslab.build.streetgraph import StreetGraph
from stadslab.build.timetable import Timetable
from stadslab.build.transit import Outing, Service
from stadslab.kernels.doors import Doors
from stadslab.kernels.timetable import Day

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class StopChange:
    """Which stops come and go between two timetables.

    old, new: int32 for each stop before and after, its number among the stops of either. place: int32 for each stop
    before, its number after, -1 for one that goes. come: int64, stops (numbers after) that are new. lonlat: float64
    of the stops after. size: how many there are in either.
    """

    old: NDArray[np.int32]
    new: NDArray[np.int32]
    place: NDArray[np.int32]
    come: NDArray[np.int64]
    lonlat: NDArray[np.float64]
    size: int

    @staticmethod
    def between(before: Timetable, after: Timetable) -> StopChange | None:
        """What changes; None where a stop that stays has moved."""
        if before.stop_ids == after.stop_ids:
            every = np.arange(len(before.stop_ids), dtype=np.int32)
            if not np.array_equal(before.stop_lonlat, after.stop_lonlat):
                return None
            return StopChange(every, every, every, np.zeros(0, np.int64), after.stop_lonlat, len(every))
        either = sorted({*before.stop_ids, *after.stop_ids})
        number = {stop: at for at, stop in enumerate(either)}
        old, new = (np.array([number[s] for s in one.stop_ids], np.int32) for one in (before, after))
        there = np.full(len(either), -1, np.int32)
        there[new] = np.arange(len(new), dtype=np.int32)
        place = there[old]
        stay = place >= 0
        if not np.array_equal(before.stop_lonlat[stay], after.stop_lonlat[place[stay]]):
            return None
        come = np.flatnonzero(~np.isin(new, old))
        return StopChange(old, new, place, come, after.stop_lonlat, len(either))

    @property
    def none(self) -> bool:
        """Whether no stop comes or goes."""
        return len(self.old) == len(self.new) == self.size

    def feet(self, before: Service, streets: StreetGraph, outing: Outing) -> Walks:
        """Walks between the stops after, where the feed says nothing of them."""
        day = before.day
        if self.none:
            return Walks(day.foot_ptr, day.foot_to, day.foot_s)
        tail, head, seconds = _single(day.foot_ptr, day.foot_to, day.foot_s)
        tail, head = self.place[tail], self.place[head]
        stay = (tail >= 0) & (head >= 0)
        xy = to_metres(streets.crs, self.lonlat)
        more = []
        if len(self.come):
            own, speed, most = xy[self.come], outing.walk_speed_m_s, outing.max_walk_minutes
            a, b, s = _single(*_columns(walks(streets, speed, own, xy, most)))
            more.append((self.come[a], b, s))
            a, b, s = _single(*_columns(walks(streets, speed, xy, own, most)))
            more.append((a, self.come[b], s))
        rows = [np.concatenate(part) for part in zip((tail[stay], head[stay], seconds[stay]), *more, strict=True)]
        other = rows[0] != rows[1]
        return walks_of(len(self.new), *(part[other].astype(np.int32) for part in rows))

    def doors(
        self, before: Doors, streets: StreetGraph, outing: Outing, origin: NDArray[Any], place: NDArray[Any]
    ) -> Doors:
        """The same doors (origins float64[o, 2], places float64[p, 2], metres) with walks to the stops after."""
        if self.none:
            return before
        own = to_metres(streets.crs, self.lonlat)[self.come]
        points, which = np.unique(np.concatenate([origin, place]), axis=0, return_inverse=True)
        fresh = walks(streets, outing.walk_speed_m_s, points, own, outing.max_walk_minutes)
        sides: list[NDArray[Any]] = []
        for rows, at in ((before[:3], which.ravel()[: len(origin)]), (before[3:6], which.ravel()[len(origin) :])):
            tail, stop, seconds = _single(*rows)
            stop = self.place[stop]
            a, b, s = _single(*_columns(fresh.of(at)))
            kept = stop >= 0
            parts = ((tail[kept], a), (stop[kept], self.come[b]), (seconds[kept], s))
            sides += _columns(walks_of(len(at), *(np.concatenate(part).astype(np.int32) for part in parts)))
        return before._replace(
            access_ptr=sides[0], access_stop=sides[1], access_s=sides[2],
            egress_ptr=sides[3], egress_stop=sides[4], egress_s=sides[5],
        )  # fmt: skip

    def both(self, day: Day, ways: Doors, day_after: Day, ways_after: Doors) -> tuple[tuple[Day, Doors], ...]:
        """Both days and doors with the numbers of either's stops.

        Walks to and from stops that are there on one of the days only are there on both: no trip calls there on the
        other, so they lead nowhere. Access and egress walks stay as they are.
        """
        if self.none:
            return (day, ways), (day_after, ways_after)
        feet = []
        for one, number in ((day, self.old), (day_after, self.new)):
            tail, head, seconds = _single(one.foot_ptr, one.foot_to, one.foot_s)
            feet.append((number[tail], number[head], seconds))
        found = []
        for one, doors, number, own, other in (
            (day, ways, self.old, feet[0], feet[1]),
            (day_after, ways_after, self.new, feet[1], feet[0]),
        ):
            there = np.zeros(self.size, bool)
            there[number] = True
            lent = ~(there[other[0]] & there[other[1]])
            foot = walks_of(self.size, *(np.concatenate([a, b[lent]]) for a, b in zip(own, other, strict=True)))
            numbered = one._replace(
                n_stops=self.size, pattern_stop=number[one.pattern_stop],
                foot_ptr=foot.ptr, foot_to=foot.to, foot_s=foot.seconds,
            )  # fmt: skip
            found.append(
                (
                    numbered,
                    doors._replace(access_stop=number[doors.access_stop], egress_stop=number[doors.egress_stop]),
                )
            )
        return tuple(found)

    def shared(self, ways: Doors) -> Sequence[NDArray[Any]]:
        """Egress walks (numbers of either's stops) from stops that are there before and after."""
        if self.none:
            return ways[3:6]
        there = np.zeros(self.size, bool)
        there[self.old[self.place >= 0]] = True
        tail, stop, seconds = _single(*ways[3:6])
        kept = there[stop]
        return tail[kept], stop[kept], seconds[kept]


def _single(ptr: NDArray[Any], to: NDArray[Any], seconds: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Rows of walks as single ones: from, to, seconds."""
    return np.repeat(np.arange(len(ptr) - 1, dtype=np.int32), np.diff(ptr)), to, seconds


def _columns(found: Walks) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    return found.ptr, found.to, found.seconds
