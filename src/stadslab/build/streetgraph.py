"""Streets as arrays: nodes, edges and one network a mode, with whole-number costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from stadslab.build.projection import metric_geometries
from stadslab.build.searchable import Searchable, searchable
from stadslab.core.errors import InputError, Problem
from stadslab.core.layer import Layer
from stadslab.kernels import csr, shortest

Mode = Literal["walk", "cycle", "drive"]
MODES: tuple[Mode, ...] = get_args(Mode)
Flags = NDArray[np.bool_]
# way of moving along (forward) and against (backward) a piece of street -> the column that permits it
WAYS = {
    "walk_forward": "walk",
    "walk_backward": "walk",
    "cycle_forward": "cycle_forward",
    "cycle_backward": "cycle_backward",
    "drive_forward": "drive_forward",
    "drive_backward": "drive_backward",
}

# Fragments of network that hang on nothing are mapping leftovers; nobody's home is linked to one when a street is near.
# They are told by what is open *or closed by an edit*, so that closing a bridge never turns an island into a leftover.
STRAY_NODES = 40  # as R5 prunes (TransportNetwork islands)
STRAY_METRES = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """The streets open to one mode, as a directed graph.

    Costs are whole centimetres (`cm`: walk, cycle) or milliseconds (`ms`: drive), so sums never depend on their order.
    edge_forward, edge_backward: int32[m] cost along and against each edge, -1 where that way is shut.
    linkable: bool[m], edges a home or place may be linked to (open, at ground or on stairs, not a stray fragment).
    closed: bool[m], edges an edit has shut altogether, which else would be linkable.
    component: int32[n], which nodes hang together, one-way streets taken both ways. node_xy: float64[n, 2] metres.
    """

    mode: Mode
    unit: Literal["cm", "ms"]
    graph: csr.Graph
    edge_forward: NDArray[np.int32]
    edge_backward: NDArray[np.int32]
    linkable: NDArray[np.bool_]
    closed: NDArray[np.bool_]
    component: NDArray[np.int32]
    node_xy: NDArray[np.float64]
    _made: list[Searchable] = field(default_factory=list, repr=False)

    @property
    def searchable(self) -> Searchable:
        """The same network made ready for fast searches; made once and kept."""
        if not self._made:
            self._made.append(searchable(self.graph, self.node_xy))
        return self._made[0]


@dataclass(frozen=True, eq=False)
class StreetGraph:
    """Junctions and pieces of street as arrays, in the order of their ids.

    node_ids: n junction ids, sorted. node_xy: float64[n, 2] metres. edge_ids: m piece ids. tail, head: int32[m] node
    positions.
    length_cm: int32[m]. lines: m shapely lines in metres, from tail to head. open_ways, shut_ways: bool[m] by name in
    `WAYS`, open now and shut by an edit. off_ground: bool[m], on a bridge or in a tunnel.
    """

    crs: str
    node_ids: NDArray[np.object_]
    node_xy: NDArray[np.float64]
    edge_ids: NDArray[np.object_]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    length_cm: NDArray[np.int32]
    drive_ms: NDArray[np.int32]
    lines: NDArray[np.object_]
    open_ways: dict[str, Flags]
    shut_ways: dict[str, Flags]
    off_ground: Flags
    _networks: dict[Mode, Network] = field(default_factory=dict, repr=False)
    _linkable: dict[Mode, tuple[NDArray[np.int64], shapely.STRtree]] = field(default_factory=dict, repr=False)

    @property
    def n_nodes(self) -> int:
        """Number of junctions."""
        return len(self.node_ids)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Spatial index of all lines."""
        return shapely.STRtree(self.lines)

    def linkable(self, mode: Mode) -> tuple[NDArray[np.int64], shapely.STRtree]:
        """Pieces that points may be linked to, int64[k], and a spatial index of their lines; made once and kept."""
        if mode not in self._linkable:
            which = np.flatnonzero(self.network(mode).linkable)
            self._linkable[mode] = which, shapely.STRtree(self.lines[which])
        return self._linkable[mode]

    def network(self, mode: Mode) -> Network:
        """The streets open to this mode; made once and kept."""
        if mode not in MODES:
            raise InputError(Problem("mode", f"no way of moving is called {mode!r}", f"one of {', '.join(MODES)}"))
        if mode not in self._networks:
            self._networks[mode] = self._make(mode)
        return self._networks[mode]

    def _make(self, mode: Mode) -> Network:
        forward_open, backward_open = self._ways(mode)
        cost = self.drive_ms if mode == "drive" else self.length_cm
        forward = np.where(forward_open, cost, -1).astype(np.int32)
        backward = np.where(backward_open, cost, -1).astype(np.int32)
        tails = np.concatenate([self.tail[forward_open], self.head[backward_open]])
        heads = np.concatenate([self.head[forward_open], self.tail[backward_open]])
        costs = np.concatenate([cost[forward_open], cost[backward_open]])
        order = _arc_order(self.n_nodes, tails, heads, costs)
        graph = csr.build(self.n_nodes, tails[order], heads[order], costs[order])
        component = shortest.components(graph.indptr, graph.indices)
        is_open = forward_open | backward_open
        usable = ~self.off_ground & ~self._stray(mode)
        shut = self.shut_ways[f"{mode}_forward"] | self.shut_ways[f"{mode}_backward"]
        linkable, closed = is_open & usable, ~is_open & shut & usable
        unit: Literal["cm", "ms"] = "ms" if mode == "drive" else "cm"
        return Network(mode, unit, graph, forward, backward, linkable, closed, component, self.node_xy)

    def _ways(self, mode: Mode) -> tuple[Flags, Flags]:
        return self.open_ways[f"{mode}_forward"], self.open_ways[f"{mode}_backward"]

    def _stray(self, mode: Mode) -> Flags:
        """Edges of small fragments that no closure made, and one-way stubs nobody returns from, bool[m]."""
        forward, backward = (
            self.open_ways[way] | self.shut_ways[way] for way in (f"{mode}_forward", f"{mode}_backward")
        )
        return stray(self.tail, self.head, self.length_cm, forward, backward, self.node_ids)


def stray(
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    length_cm: NDArray[np.int32],
    forward: Flags,
    backward: Flags,
    node_ids: NDArray[np.object_],
) -> Flags:
    """Edges of small fragments, and one-way stubs nobody returns from, bool[m]; forward, backward: bool[m] passable."""
    count = len(node_ids)
    tails = np.concatenate([tail[forward], head[backward]])
    heads = np.concatenate([head[forward], tail[backward]])
    whole = csr.build(count, tails, heads, np.zeros(len(tails), np.int32))
    label = shortest.strong_components(whole.indptr, whole.indices)
    inside = (forward | backward) & (label[tail] == label[head])
    centimetres = np.bincount(label[tail[inside]], weights=length_cm[inside], minlength=count)
    small = (np.bincount(label, minlength=count) < STRAY_NODES) & (centimetres < 100 * STRAY_METRES)
    if not inside.any():  # one-way streets without a way back: where all are so, none is a leftover
        return np.zeros(len(inside), bool)
    largest: NDArray[Any] = np.flatnonzero(centimetres == centimetres.max())
    if len(largest) > 1:  # as large: the one with the first junction by id
        largest = label[[min(np.flatnonzero(np.isin(label, largest)), key=lambda node: str(node_ids[node]))]]
    small[largest] = False  # the largest piece is the city, however small
    return np.asarray(~inside | small[label[tail]], bool)


def build_streetgraph(streets: Layer, crs: str) -> StreetGraph:
    """Which junctions and pieces of street are there, and what does each cost to pass?

    Raises `InputError` when no street is left, one has no shape, or a length or speed is not a positive number.
    """
    table = streets.scan()
    if not table.num_rows:
        raise InputError(Problem(f"layer {streets.name}", "there is no street in it", "load a street network first"))
    return graph_of_rows(table, crs)


def graph_of_rows(table: pa.Table, crs: str) -> StreetGraph:
    """The same for rows of a street layer in hand, at least one."""
    length = table["length_m"].to_numpy()
    speed = table["speed_kmh"].to_numpy()
    lines = metric_geometries(table["geometry"], crs)
    xy, corners = shapely.get_coordinates(lines), shapely.get_num_coordinates(lines)
    _check(table, length, speed, lines)
    node_ids, tail, head = _nodes(table["from_node"], table["to_node"])
    behind = np.cumsum(corners)
    node_xy = np.empty((len(node_ids), 2))
    node_xy[head] = xy[behind - 1]
    node_xy[tail] = xy[behind - corners]
    closed = table["closed"].fill_null("").combine_chunks().dictionary_encode()
    words, said = [text.split() for text in closed.dictionary.to_pylist()], np.asarray(closed.indices)
    return StreetGraph(
        crs=crs,
        node_ids=node_ids,
        node_xy=node_xy,
        edge_ids=table["id"].to_numpy(),
        tail=tail,
        head=head,
        length_cm=np.rint(length * 100).astype(np.int32),
        drive_ms=np.rint(length / (speed / 3.6) * 1000).astype(np.int32),
        lines=lines,
        open_ways={way: table[column].to_numpy() for way, column in WAYS.items()},
        shut_ways={way: np.array([column in text for text in words], bool)[said] for way, column in WAYS.items()},
        off_ground=table["bridge"].to_numpy() | table["tunnel"].to_numpy(),
    )


def _arc_order(
    n_nodes: int, tail: NDArray[np.int32], head: NDArray[np.int32], cost: NDArray[np.int32]
) -> NDArray[np.int64]:
    """Positions of arcs by tail, head and cost: one sort of pairs, and another of the few arcs that share theirs."""
    pair = tail.astype(np.int64) * n_nodes + head
    order = np.argsort(pair)
    same = np.diff(pair[order]) == 0
    beside = np.flatnonzero(np.append(same, False) | np.append(False, same))
    arcs = order[beside]
    order[beside] = arcs[np.lexsort((cost[arcs], pair[arcs]))]
    return order


def _nodes(
    start: pa.ChunkedArray, stop: pa.ChunkedArray
) -> tuple[NDArray[np.object_], NDArray[np.int32], NDArray[np.int32]]:
    """Ids of all junctions, sorted, and the positions in them where each piece starts and stops."""
    named = pa.concat_arrays([start.combine_chunks(), stop.combine_chunks()]).dictionary_encode()
    order = pc.array_sort_indices(named.dictionary)  # by bytes of UTF-8, which is the order of Python's text
    rank = np.empty(len(order), np.int32)
    rank[np.asarray(order)] = np.arange(len(order), dtype=np.int32)
    tail, head = np.split(rank[np.asarray(named.indices)], 2)
    return named.dictionary.take(order).to_numpy(zero_copy_only=False), tail, head


def _check(
    table: pa.Table, length: NDArray[np.float64], speed: NDArray[np.float64], lines: NDArray[np.object_]
) -> None:
    shapeless = (shapely.get_type_id(lines) != shapely.GeometryType.LINESTRING) | shapely.is_empty(lines)
    problems = [
        Problem(f"street {table['id'][row].as_py()}", "its shape is no line", "a line of two points or more")
        for row in np.flatnonzero(shapeless)[:10].tolist()
    ]
    for name, column, unit, most in (("length_m", length, "m", 1e6), ("speed_kmh", speed, "km/h", 500.0)):
        wrong = ~(np.isfinite(column) & (column >= 0) & (column <= most)) | ((column == 0) & (name == "speed_kmh"))
        hint = f"between 0 and {most:g} {unit}"
        problems += [
            Problem(f"street {table['id'][row].as_py()}", f"{name} is {column[row]:g} {unit}", hint)
            for row in np.flatnonzero(wrong)[:10].tolist()
        ]
    if problems:
        raise InputError(*problems)
