"""Walks to, from and between stops: over the streets, with what the feed says about changing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stadslab.build.linkage import Entries, Links, link, origin_entries, place_entries
from stadslab.build.projection import to_metres
from stadslab.build.streetgraph import StreetGraph
from stadslab.build.timetable import Timetable
from stadslab.build.traveltimes import Travel, cost_table, trips_between
from stadslab.kernels import UNREACHABLE, shortest

if TYPE_CHECKING:
    from numpy.typing import NDArray

PAIRS_AT_ONCE = 4_000_000  # int32 each: 16 MB
TOGETHER = 512  # neighbours whose walks are looked for together, where all pairs would be too many
NOT_POSSIBLE, TIMED = 3, 2  # GTFS transfer types


@dataclass(frozen=True, slots=True, eq=False)
class Walks:
    """Walks from each of some points, in rows: at ptr[i]:ptr[i + 1] of to (int32) and seconds (int32)."""

    ptr: NDArray[np.int64]
    to: NDArray[np.int32]
    seconds: NDArray[np.int32]

    def replaced(self, rows: NDArray[np.bool_], fresh: Walks) -> Walks:
        """These walks, with other ones in some rows (bool[n]), one row of `fresh` each."""
        size = np.diff(self.ptr)
        size[rows] = np.diff(fresh.ptr)
        ptr = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
        new, old = np.repeat(rows, size), np.repeat(~rows, np.diff(self.ptr))
        to, seconds = np.empty(int(ptr[-1]), np.int32), np.empty(int(ptr[-1]), np.int32)
        to[new], seconds[new] = fresh.to, fresh.seconds
        to[~new], seconds[~new] = self.to[old], self.seconds[old]
        return Walks(ptr, to, seconds)

    def of(self, points: NDArray[np.int64]) -> Walks:
        """The walks of these points, in their order."""
        size = np.diff(self.ptr)[points]
        ptr = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
        at = np.repeat(self.ptr[:-1][points] - ptr[:-1], size) + np.arange(int(ptr[-1]))
        return Walks(ptr, self.to[at], self.seconds[at])

    @property
    def found(self) -> NDArray[np.bool_]:
        """Points with at least one walk, bool[n]."""
        return np.diff(self.ptr) > 0


def walks_of(n: int, tail: NDArray[np.int32], head: NDArray[np.int32], seconds: NDArray[np.int32]) -> Walks:
    """Rows of walks from single ones; the shortest of several between the same two points."""
    order = np.lexsort((seconds, head, tail))
    tail, head, seconds = tail[order], head[order], seconds[order]
    first = np.ones(len(tail), bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    tail, head, seconds = tail[first], head[first], seconds[first]
    ptr = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=n), out=ptr[1:])
    return Walks(ptr, head.astype(np.int32), seconds.astype(np.int32))


def walks(
    streets: StreetGraph, walk_speed_m_s: float, start: NDArray[np.float64], end: NDArray[np.float64], minutes: float
) -> Walks:
    """Which ends (float64[m, 2] metres) lie within so many minutes on foot of each start (float64[n, 2] metres)?

    Door to door, over the streets, in whole seconds, rounded up so that nobody is early.
    """
    network = streets.network("walk")
    origins, places = (link(streets, network, xy) for xy in (start, end))
    return walks_between(streets, walk_speed_m_s, start, origins, places, minutes)


def walks_between(
    streets: StreetGraph,
    walk_speed_m_s: float,
    start: NDArray[np.float64],
    origins: Links,
    places: Links,
    minutes: float,
) -> Walks:
    """The same for points that are linked already: origins (at start, float64[n, 2] metres) to places."""
    travel = Travel("walk", walk_speed_m_s=walk_speed_m_s)
    limit = travel.cost(minutes)
    network = streets.network(travel.mode)
    count = len(places.edge)
    few = len(start) * count <= PAIRS_AT_ONCE
    arrive = place_entries(streets, network, places, travel.access(places))
    tails: list[NDArray[np.int32]] = []
    heads: list[NDArray[np.int32]] = []
    costs: list[NDArray[np.int32]] = []
    for rows in [np.arange(len(start))] if few else _neighbours(start):
        own = origins.only(rows)
        near = np.arange(count) if few else _near(streets, travel, own, places, arrive, limit)
        # who has no street left is of no interest here: there is no walk
        trip = trips_between(streets, travel, own, places.only(near), np.zeros(len(rows), bool))
        part = cost_table(trip, limit)
        row, column = np.nonzero(part != UNREACHABLE)
        tails.append(rows[row].astype(np.int32))
        heads.append(near[column].astype(np.int32))
        costs.append(part[row, column])
    none = [np.zeros(0, np.int32)]
    tail, head, cost = np.concatenate(none + tails), np.concatenate(none + heads), np.concatenate(none + costs)
    seconds = np.ceil(cost / travel.units_per_second - 1e-9).astype(np.int32)
    return walks_of(len(start), tail, head, seconds)


def _neighbours(xy: NDArray[np.float64]) -> list[NDArray[np.int64]]:
    """Points (float64[n, 2]) in groups that lie close together: strips from south to north, each cut from west on."""
    wide, high = np.maximum(np.ptp(xy, axis=0), 1.0)
    strip = np.sqrt(wide * high * TOGETHER / len(xy))
    order = np.lexsort((xy[:, 0], np.floor((xy[:, 1] - xy[:, 1].min()) / strip)))
    return [order[low : low + TOGETHER] for low in range(0, len(order), TOGETHER)]


def _near(
    streets: StreetGraph, travel: Travel, origins: Links, places: Links, arrive: Entries, limit: int
) -> NDArray[np.int64]:
    """Places that any of these origins can reach: by one search from all of them, or on a street they share."""
    network = streets.network(travel.mode)
    leave = origin_entries(streets, network, origins, travel.access(origins))
    graph = network.graph
    label = shortest.from_seeds(graph.indptr, graph.indices, graph.cost, leave.node, leave.cost, limit)
    reached = shortest.at_points(label, arrive.ptr, arrive.node, arrive.cost, limit) != UNREACHABLE
    return np.flatnonzero(reached | (places.linked & np.isin(places.edge, origins.edge)))


def between_stops(streets: StreetGraph, timetable: Timetable, walk_speed_m_s: float, minutes: float) -> Walks:
    """Which stops can one change between on foot, and how long does it take?

    Over the streets within the limit; a feed's own least time for a change counts instead where it states one, and a
    change it rules out is left out. The stop itself is not listed.
    """
    xy = to_metres(streets.crs, timetable.stop_lonlat)
    found = walks(streets, walk_speed_m_s, xy, xy, minutes)
    n = len(xy)
    tail = np.repeat(np.arange(n, dtype=np.int32), np.diff(found.ptr))
    if not timetable.transfers:
        other = tail != found.to
        return walks_of(n, tail[other], found.to[other], found.seconds[other])
    walked = {
        (a, b): s for a, b, s in zip(tail.tolist(), found.to.tolist(), found.seconds.tolist(), strict=True) if a != b
    }
    for a, b, kind, least in timetable.transfers:
        if a == b:
            continue
        if kind == NOT_POSSIBLE:
            walked.pop((a, b), None)
        elif kind == TIMED and least >= 0:
            walked[a, b] = least
        else:  # a change the feed recommends is there, even where no street leads
            straight = int(np.ceil(np.hypot(*(xy[a] - xy[b])) / walk_speed_m_s))
            walked.setdefault((a, b), straight)
    rows = np.array([(a, b, s) for (a, b), s in walked.items()], np.int32).reshape(-1, 3)
    return walks_of(n, rows[:, 0], rows[:, 1], rows[:, 2])
