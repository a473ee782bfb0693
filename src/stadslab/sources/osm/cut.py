"""Where do ways meet, and which pieces lie between the junctions? Whole arrays at once, no loop over nodes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of ways between junctions, in order of way id and along each way.

    way: position of the way in the input (pieces,); from_node, to_node: node ids (pieces,);
    starts, stops: first and last vertex of each piece in `lon`, `lat` (pieces,), both inclusive;
    nth: how many earlier pieces of the same way join the same two nodes in the same direction (pieces,).
    lost_nodes, lost_ways: how much of each way (ways,) was not in the file: nodes, and whether nothing is left of it.
    """

    way: Ints
    from_node: Ints
    to_node: Ints
    starts: Ints
    stops: Ints
    nth: Ints
    lon: Reals
    lat: Reals
    lost_nodes: Ints
    lost_ways: NDArray[np.bool_]


def cut(offsets: Ints, nodes: Ints, lon: Reals, lat: Reals) -> Pieces:
    """Cut ways into pieces at the nodes they share.

    offsets (ways + 1,): where each way begins in `nodes`, `lon`, `lat`; degrees, NaN where the node is not in the file.
    A node is a junction when it ends a way, belongs to two ways, or is passed twice by one way. A way with missing
    nodes is kept as the runs of two or more nodes that exist; a node repeated at once counts once.
    """
    ways = len(offsets) - 1
    way = np.repeat(np.arange(ways, dtype=np.int64), np.diff(offsets))
    place = np.arange(len(nodes), dtype=np.int64)
    there = ~np.isnan(lon)
    lost_nodes = np.bincount(way[~there], minlength=ways).astype(np.int64)

    way, place, nodes, lon, lat = way[there], place[there], nodes[there], lon[there], lat[there]
    run = _runs(way, place)
    fresh = np.ones(len(nodes), dtype=bool)
    fresh[1:] = (nodes[1:] != nodes[:-1]) | (run[1:] != run[:-1])
    way, nodes, lon, lat, run = way[fresh], nodes[fresh], lon[fresh], lat[fresh], run[fresh]
    if len(run):
        whole = np.bincount(run)[run] >= 2
        way, nodes, lon, lat, run = way[whole], nodes[whole], lon[whole], lat[whole], run[whole]
    lost_ways = np.bincount(way, minlength=ways) == 0

    if not len(nodes):
        none = np.empty(0, dtype=np.int64)
        return Pieces(none, none, none, none, none, none, lon, lat, lost_nodes, lost_ways)
    _, which, uses = np.unique(nodes, return_inverse=True, return_counts=True)
    first = np.ones(len(nodes), dtype=bool)
    first[1:] = run[1:] != run[:-1]
    last = np.ones(len(nodes), dtype=bool)
    last[:-1] = first[1:]
    junctions = np.flatnonzero((uses[which] > 1) | first | last)
    same_run = run[junctions[:-1]] == run[junctions[1:]]
    starts, stops = junctions[:-1][same_run], junctions[1:][same_run]
    nth = _repeats(way[starts], nodes[starts], nodes[stops])
    return Pieces(way[starts], nodes[starts], nodes[stops], starts, stops, nth, lon, lat, lost_nodes, lost_ways)


def _runs(way: Ints, place: Ints) -> Ints:
    breaks = np.zeros(len(way), dtype=bool)
    breaks[1:] = (way[1:] != way[:-1]) | (place[1:] != place[:-1] + 1)
    return np.cumsum(breaks).astype(np.int64)


def _repeats(way: Ints, start: Ints, stop: Ints) -> Ints:
    """How many earlier pieces have the same way, start and stop? Shape (pieces,)."""
    order = np.lexsort((np.arange(len(way)), stop, start, way))
    w, a, b = way[order], start[order], stop[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (w[1:] != w[:-1]) | (a[1:] != a[:-1]) | (b[1:] != b[:-1])
    position = np.arange(len(order))
    nth = np.empty(len(order), dtype=np.int64)
    nth[order] = position - np.maximum.accumulate(np.where(new, position, 0))
    return nth


def lengths_m(pieces: Pieces) -> Reals:
    """How long is each piece along the WGS 84 ellipsoid, in metres? Shape (pieces,)."""
    from pyproj import Geod

    if not len(pieces.starts):
        return np.empty(0)
    _, _, steps = Geod(ellps="WGS84").inv(pieces.lon[:-1], pieces.lat[:-1], pieces.lon[1:], pieces.lat[1:])
    steps = np.append(steps, 0.0)  # so that the last stop is a valid index
    bounds = np.stack([pieces.starts, pieces.stops], axis=1).ravel()
    total: Reals = np.add.reduceat(steps, bounds)[::2]
    return total


def corners(pieces: Pieces) -> tuple[Reals, Ints]:
    """Corners of the pieces in degrees, from from_node to to_node: shape (corners, 2), and how many each has."""
    counts = pieces.stops - pieces.starts + 1
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    vertex = np.repeat(pieces.starts, counts) + within
    return np.column_stack([pieces.lon[vertex], pieces.lat[vertex]]), counts
