"""Streets of one way of moving that open, close, come and go, and what points are linked to by then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import shapely

from stadslab.build.linkage import MAX_ACCESS_M, NO_EDGE, Links, link_among
from stadslab.build.streetgraph import Mode, Network, StreetGraph, graph_of_rows, stray
from stadslab.core.errors import InputError, Problem
from stadslab.kernels import csr

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from stadslab.build.interactive import Arc

SPARE = 4096  # junctions that may come in all
SLACK_M = 1e-6  # two ways to measure a distance differ by less
NEAR_M = (60.0, 200.0)  # streets are looked for within these distances before the whole way


@dataclass(slots=True)
class Difference:
    """What a change of streets means. gone, come: arcs. lost: streets that points hung on and cannot, or not as before.

    opened: streets that points may newly hang on.
    """

    gone: list[Arc] = field(default_factory=list)
    come: list[Arc] = field(default_factory=list)
    lost: set[int] = field(default_factory=set)
    opened: set[int] = field(default_factory=set)


class LiveStreets:
    """The network of one mode, changed in place. Streets and junctions keep their numbers; new ones take the next.

    Stands in for a `StreetGraph` and its `Network` where points are linked and entries are made: tail, head, length_cm,
    edge_forward, edge_backward, linkable, lines as there, junctions numbered along the curve.
    """

    def __init__(self, streets: StreetGraph, mode: Mode) -> None:
        network = streets.network(mode)
        self.crs, self.mode = streets.crs, mode
        number = network.searchable.number
        self._node = dict(zip(streets.node_ids.tolist(), number.tolist(), strict=True))
        self.n_nodes = len(number) + SPARE
        self._edge = {name: edge for edge, name in enumerate(streets.edge_ids.tolist())}
        self.ids = list(streets.edge_ids)
        self.tail, self.head = number[streets.tail], number[streets.head]
        self.length_cm = streets.length_cm.copy()
        self.edge_forward, self.edge_backward = network.edge_forward.copy(), network.edge_backward.copy()
        self.linkable, self.closed = network.linkable.copy(), network.closed.copy()
        self.lines = streets.lines.copy()
        self._off_ground = streets.off_ground.copy()
        self._passable = [  # with what edits have shut: by this leftovers are told
            streets.open_ways[way] | streets.shut_ways[way] for way in (f"{mode}_forward", f"{mode}_backward")
        ]
        self._shut = streets.shut_ways[f"{mode}_forward"] | streets.shut_ways[f"{mode}_backward"]
        self._there = np.ones(len(self.tail), bool)
        self._usable: NDArray[np.bool_] | None = None
        self._tree, self._in_tree = streets.tree, len(self.tail)
        tails = csr.tails(network.graph.indptr)
        self.graph = csr.build(self.n_nodes, number[tails], number[network.graph.indices], network.graph.cost)

    def become(self, gone: Iterable[str], rows: pa.Table) -> Difference:
        """Let streets go (by id), come and change (rows of the layer); what that means.

        Raises `InputError` as `build_streetgraph` does; then nothing has changed.
        """
        found = Difference()
        fresh = graph_of_rows(rows, self.crs) if rows.num_rows else None
        gone = set(gone)
        if fresh is None and gone >= self._edge.keys():
            raise InputError(Problem("layer streets", "there is no street in it", "load a street network first"))
        new = set() if fresh is None else set(fresh.node_ids.tolist()) - self._node.keys()
        if len(self._node) + len(new) > self.n_nodes:
            raise OverflowError(f"more than {SPARE:,} new junctions: begin again from the changed city")
        before = [self._edge[name] for name in gone if name in self._edge]
        structure = bool(before)
        for edge in before:
            self._leave(edge, found)
        if fresh is not None:
            self._make_room(sum(not self._same(fresh, row) for row in range(len(fresh.edge_ids))))
            for row in range(len(fresh.edge_ids)):
                structure |= self._set(fresh, row, found)
        self._judge(structure, found)
        return found

    def linked(self, xy: NDArray[np.float64]) -> Links:
        """Which piece of street is nearest to each point (float64[p, 2], metres)? The same, quicker for few points."""
        count = len(xy)
        answer = Links(np.full(count, NO_EDGE, np.int32), np.zeros(count), np.zeros(count, np.int32))
        left = np.arange(count)
        for reach in (*NEAR_M, MAX_ACCESS_M):
            if not len(left):
                break
            found = self._nearest(xy[left], self._around(xy[left], reach), reach)
            done = found.linked
            for mine, theirs in zip(columns_of(answer), columns_of(found), strict=True):
                mine[left[done]] = theirs[done]
            left = left[~done]
        return answer

    def nearer(self, xy: NDArray[np.float64], now: NDArray[np.int32], opened: set[int]) -> NDArray[np.int64]:
        """Points (float64[p, 2]) not linked, or no nearer to their street (int32[p], -1 for none) than to these."""
        new = np.array([edge for edge in sorted(opened) if self.linkable[edge]], np.int64)
        if not len(new):
            return np.zeros(0, np.int64)
        west, south, east, north = shapely.total_bounds(self.lines[new])
        inside = (xy[:, 0] >= west - MAX_ACCESS_M) & (xy[:, 0] <= east + MAX_ACCESS_M)
        inside &= (xy[:, 1] >= south - MAX_ACCESS_M) & (xy[:, 1] <= north + MAX_ACCESS_M)
        which = np.flatnonzero(inside)
        points = shapely.points(xy[which])
        (at, _), away = shapely.STRtree(self.lines[new]).query_nearest(
            points, max_distance=MAX_ACCESS_M, return_distance=True, all_matches=False
        )
        which, points = which[at], points[at]
        own = np.full(len(which), np.inf)
        hung = now[which] >= 0
        own[hung] = shapely.distance(points[hung], self.lines[now[which[hung]]])
        return np.asarray(which[away <= own + SLACK_M], np.int64)

    def shut_lines(self) -> NDArray[np.object_]:
        """Streets an edit has shut altogether, which points could else hang on."""
        return np.asarray(self.lines[self.closed], object)

    def as_network(self) -> Network:
        """Itself, where a network is asked for."""
        return cast("Network", self)

    def as_streets(self) -> StreetGraph:
        """Itself, where a street graph is asked for."""
        return cast("StreetGraph", self)

    def _around(self, xy: NDArray[np.float64], reach: float) -> NDArray[np.int64]:
        """Streets that may be within reach of some of the points."""
        boxes = shapely.box(xy[:, 0] - reach, xy[:, 1] - reach, xy[:, 0] + reach, xy[:, 1] + reach)
        _, old = self._tree.query(boxes)
        later = np.arange(self._in_tree, len(self.ids))
        return np.union1d(old, later).astype(np.int64)

    def _nearest(self, xy: NDArray[np.float64], edges: NDArray[np.int64], reach: float) -> Links:
        """`linkage.link` among some streets; of equally near ones the first by id, as there."""
        usable = edges[self.linkable[edges]]
        order = np.array(sorted(usable.tolist(), key=lambda edge: str(self.ids[edge])), np.int64)
        lines = self.lines[order]
        found = link_among(lines, np.arange(len(order)), shapely.STRtree(lines), xy, reach)
        edge = np.where(found.linked, order[found.edge] if len(order) else NO_EDGE, NO_EDGE).astype(np.int32)
        return Links(edge, found.along, found.access_cm)

    def _leave(self, edge: int, found: Difference) -> None:
        """A street is no longer there."""
        found.gone += self._arcs(edge)
        if self.linkable[edge]:
            found.lost.add(edge)
        self._there[edge] = False
        self.linkable[edge] = self.closed[edge] = self._shut[edge] = False
        self.edge_forward[edge] = self.edge_backward[edge] = -1
        for way in self._passable:
            way[edge] = False
        del self._edge[self.ids[edge]]

    def _set(self, fresh: StreetGraph, row: int, found: Difference) -> bool:
        """A street comes, or changes; whether the shape of the network does."""
        name = fresh.edge_ids[row]
        tail, head = (self._number(fresh.node_ids[at[row]]) for at in (fresh.tail, fresh.head))
        ways = [f"{self.mode}_forward", f"{self.mode}_backward"]
        passable = [bool(fresh.open_ways[way][row] | fresh.shut_ways[way][row]) for way in ways]
        edge = self._edge.get(name, -1)
        same = self._same(fresh, row)
        if not same:  # another line is another street: what hung on the old one looks around anew
            if edge >= 0:
                self._leave(edge, found)
            edge = self._append(name, tail, head, int(fresh.length_cm[row]), fresh.lines[row])
        shape = not same or [bool(way[edge]) for way in self._passable] != passable
        shape |= self._off_ground[edge] != fresh.off_ground[row]
        before = self._arcs(edge)
        cost = (fresh.drive_ms if self.mode == "drive" else fresh.length_cm)[row]
        for costs, way in zip((self.edge_forward, self.edge_backward), ways, strict=True):
            costs[edge] = cost if fresh.open_ways[way][row] else -1
        for flags, value in zip(self._passable, passable, strict=True):
            flags[edge] = value
        self._shut[edge] = any(fresh.shut_ways[way][row] for way in ways)
        self._off_ground[edge] = fresh.off_ground[row]
        after = self._arcs(edge)
        if before != after:
            found.gone += before
            found.come += after
            found.lost.add(edge)  # what hangs on it pays another price, or hangs on it no longer
        return bool(shape)

    def _judge(self, structure: bool, found: Difference) -> None:
        """Decide anew which streets points may hang on; only changed ones unless the shape of the network changed."""
        if structure or self._usable is None:
            self._usable = ~self._off_ground & self._there & ~self._leftovers()
        is_open = (self.edge_forward >= 0) | (self.edge_backward >= 0)
        linkable, closed = is_open & self._usable, ~is_open & self._shut & self._usable
        found.lost |= set(np.flatnonzero(self.linkable & ~linkable).tolist())
        found.opened |= set(np.flatnonzero(linkable & ~self.linkable).tolist())
        self.linkable, self.closed = linkable, closed

    def _leftovers(self) -> NDArray[np.bool_]:
        """Edges of small fragments (`streetgraph.stray`), bool[m]."""
        names = np.empty(len(self._node), object)
        names[list(self._node.values())] = list(self._node)
        forward, backward = self._passable
        return stray(self.tail, self.head, self.length_cm, forward, backward, names)

    def _number(self, node: str) -> int:
        return int(self._node.setdefault(node, len(self._node)))

    def _same(self, fresh: StreetGraph, row: int) -> bool:
        """Whether there is a street of this id between the same junctions along the same line."""
        edge = self._edge.get(fresh.edge_ids[row], -1)
        ends = [self._node.get(fresh.node_ids[at[row]], -1) for at in (fresh.tail, fresh.head)]
        same = edge >= 0 and [self.tail[edge], self.head[edge]] == ends
        same = same and bool(self.length_cm[edge] == fresh.length_cm[row])
        return same and bool(shapely.equals_exact(self.lines[edge], fresh.lines[row]))

    def _make_room(self, count: int) -> None:
        """Lengthen all columns at once for so many streets that are about to come."""
        if not count:
            return
        for column, value in (("tail", 0), ("head", 0), ("length_cm", 0), ("edge_forward", -1), ("edge_backward", -1)):
            setattr(self, column, np.append(getattr(self, column), np.full(count, value, np.int32)))
        none = np.zeros(count, bool)
        for column in ("linkable", "closed", "_off_ground", "_shut", "_there"):
            setattr(self, column, np.append(getattr(self, column), none))
        self._passable = [np.append(way, none) for way in self._passable]
        self.lines = np.append(self.lines, np.full(count, None, object))

    def _append(self, name: str, tail: int, head: int, length_cm: int, line: Any) -> int:
        """A street that was not there, in the room that was made for it."""
        edge = len(self.ids)
        self._edge[name] = edge
        self.ids.append(name)
        self.tail[edge], self.head[edge], self.length_cm[edge] = tail, head, length_cm
        self._there[edge] = True
        self.lines[edge] = line
        return edge

    def _arcs(self, edge: int) -> list[Arc]:
        tail, head = int(self.tail[edge]), int(self.head[edge])
        forward, backward = int(self.edge_forward[edge]), int(self.edge_backward[edge])
        return [
            *([(tail, head, forward)] if forward >= 0 else []), *([(head, tail, backward)] if backward >= 0 else []),
        ]  # fmt: skip


def columns_of(links: Links) -> tuple[NDArray[Any], ...]:
    """Edge, place along it and access of each point."""
    return links.edge, links.along, links.access_cm
