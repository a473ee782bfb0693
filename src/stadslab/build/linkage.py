"""Points to streets: where does a trip from here start, and what does it cost to get there?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from stadslab.build.streetgraph import Network, StreetGraph

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_ACCESS_M = 500.0
NO_EDGE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Each point on the nearest piece of street (not only at junctions).

    edge: int32[p], position of the piece, -1 when none is near enough. along: float64[p], share of the piece from its
    tail.
    access_cm: int32[p], straight line from the point to the street.
    """

    edge: NDArray[np.int32]
    along: NDArray[np.float64]
    access_cm: NDArray[np.int32]

    def only(self, rows: NDArray[np.int64]) -> Links:
        """The links of these points."""
        return Links(self.edge[rows], self.along[rows], self.access_cm[rows])

    @property
    def linked(self) -> NDArray[np.bool_]:
        """Points that found a street, bool[p]."""
        return np.asarray(self.edge != NO_EDGE, bool)


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Where points enter (or are entered from) the graph: at ptr[i]:ptr[i + 1] of node and cost.

    ptr: int64[p + 1]. node, cost: int32.
    """

    ptr: NDArray[np.int64]
    node: NDArray[np.int32]
    cost: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Direct:
    """Places on the same piece of street as an origin, reached without passing a junction."""

    ptr: NDArray[np.int64]
    place: NDArray[np.int32]
    cost: NDArray[np.int32]


def link(streets: StreetGraph, network: Network, xy: NDArray[np.float64], max_access_m: float = MAX_ACCESS_M) -> Links:
    """Which piece of street is nearest to each point (float64[p, 2], metres) within `max_access_m`?

    Bridges, tunnels and stray fragments are never linked to. Of equally near pieces the first by id is taken.
    """
    candidates, tree = streets.linkable(network.mode)
    return link_among(streets.lines, candidates, tree, xy, max_access_m)


def link_among(
    lines: NDArray[np.object_],
    candidates: NDArray[np.int64],
    tree: shapely.STRtree,
    xy: NDArray[np.float64],
    max_access_m: float = MAX_ACCESS_M,
) -> Links:
    """The same among some lines, int64[k] positions, the first by id first; tree: the index of just these."""
    count = len(xy)
    edge = np.full(count, NO_EDGE, np.int32)
    along, access = np.zeros(count), np.zeros(count)
    if count and len(candidates):
        points = shapely.points(xy)
        (which, found), distance = tree.query_nearest(points, max_distance=max_access_m, return_distance=True)
        best = np.lexsort((candidates[found], distance, which))
        which, found, distance = which[best], candidates[found[best]], distance[best]
        first = np.ones(len(which), bool)
        first[1:] = which[1:] != which[:-1]
        which, found = which[first], found[first]
        edge[which] = found
        access[which] = distance[first]
        along[which] = shapely.line_locate_point(lines[found], points[which], normalized=True)
    return Links(edge, np.nan_to_num(along), np.rint(access * 100).astype(np.int32))


def near_closed(
    streets: StreetGraph, network: Network, xy: NDArray[np.float64], max_access_m: float = MAX_ACCESS_M
) -> NDArray[np.bool_]:
    """Points (float64[p, 2], metres) with a street near enough that an edit has closed, bool[p]."""
    found = np.zeros(len(xy), bool)
    lines = streets.lines[network.closed]
    if len(xy) and len(lines):
        near, _ = shapely.STRtree(lines).query(shapely.points(xy), predicate="dwithin", distance=max_access_m)
        found[near] = True
    return found


def origin_entries(streets: StreetGraph, network: Network, links: Links, access: NDArray[np.int32]) -> Entries:
    """Which nodes can be reached first from each point, and at what cost? `access`: int32[p] in the network's unit."""
    return _entries_of(streets, network, links, access, leaving=True)


def place_entries(streets: StreetGraph, network: Network, links: Links, access: NDArray[np.int32]) -> Entries:
    """From which nodes is each point reached last, and at what cost? `access`: int32[p] in the network's unit."""
    return _entries_of(streets, network, links, access, leaving=False)


def _entries_of(
    streets: StreetGraph, network: Network, links: Links, access: NDArray[np.int32], *, leaving: bool
) -> Entries:
    """Both ends of each point's piece as far as its direction allows; at a junction, the junction in any case."""
    on = np.flatnonzero(links.linked)
    edge = links.edge[on]
    with_it, against_it = (network.edge_forward[edge], network.edge_backward[edge])
    if leaving:  # along the piece to its head, against it to its tail
        (_, to_head), (to_tail, _) = _parts(with_it, links.along[on]), _parts(against_it, links.along[on])
        head_open, tail_open = with_it >= 0, against_it >= 0
    else:  # along the piece from its tail, against it from its head
        (to_tail, _), (_, to_head) = _parts(with_it, links.along[on]), _parts(against_it, links.along[on])
        head_open, tail_open = against_it >= 0, with_it >= 0
    before, behind = _parts(streets.length_cm[edge], links.along[on])
    points, nodes, costs = [], [], []
    for is_open, cost, node, near in (
        (head_open, to_head, streets.head[edge], behind == 0),
        (tail_open, to_tail, streets.tail[edge], before == 0),
    ):
        use = is_open | near
        points.append(on[use])
        nodes.append(node[use])
        costs.append(np.where(is_open, cost, 0)[use] + access[on[use]])
    return _entries(len(links.edge), np.concatenate(points), np.concatenate(nodes), np.concatenate(costs))


def _parts(whole: NDArray[np.int32], along: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cost from the tail to the point and from the point to the head, adding up to the whole piece exactly."""
    first = np.rint(whole * along).astype(np.int64)
    return first, whole - first


def by_node(entries: Entries, n_nodes: int) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """The same entries listed by node: ptr int64[n + 1], point int32, cost int32."""
    point = np.repeat(np.arange(len(entries.ptr) - 1, dtype=np.int32), np.diff(entries.ptr))
    order = np.lexsort((point, entries.node))
    ptr = np.zeros(n_nodes + 1, np.int64)
    np.cumsum(np.bincount(entries.node, minlength=n_nodes), out=ptr[1:])
    return ptr, point[order], entries.cost[order]


def direct_pairs(
    network: Network, origins: Links, places: Links, origin_access: NDArray[np.int32], place_access: NDArray[np.int32]
) -> Direct:
    """Which places lie on the same piece of street as each origin, and what does it cost to go straight along it?"""
    on = np.flatnonzero(places.linked)
    order = on[np.argsort(places.edge[on], kind="stable")]
    sorted_edges = places.edge[order]
    start = np.searchsorted(sorted_edges, origins.edge, "left")
    stop = np.searchsorted(sorted_edges, origins.edge, "right")
    stop = np.where(origins.linked, stop, start)
    sizes = stop - start
    origin = np.repeat(np.arange(len(origins.edge)), sizes)
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    place = order[np.repeat(start, sizes) + within]
    edge = origins.edge[origin]
    a, b = origins.along[origin], places.along[place]
    ways = []
    for costs, ahead in ((network.edge_forward, b >= a), (network.edge_backward, b <= a)):
        whole = costs[edge].astype(np.int64)
        part = np.abs(np.rint(whole * b).astype(np.int64) - np.rint(whole * a).astype(np.int64))
        ways.append(np.where(ahead & (whole >= 0), part, np.iinfo(np.int32).max))
    cost = np.minimum(*ways)
    usable = cost < np.iinfo(np.int32).max
    total = cost[usable] + origin_access[origin[usable]] + place_access[place[usable]]
    ptr = np.zeros(len(origins.edge) + 1, np.int64)
    np.cumsum(np.bincount(origin[usable], minlength=len(origins.edge)), out=ptr[1:])
    return Direct(ptr, place[usable].astype(np.int32), total.astype(np.int32))


def _entries(count: int, point: NDArray[np.intp], node: NDArray[np.int32], cost: NDArray[np.int64]) -> Entries:
    order = np.lexsort((cost, node, point))
    ptr = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(point, minlength=count), out=ptr[1:])
    return Entries(ptr, node[order].astype(np.int32), cost[order].astype(np.int32))
