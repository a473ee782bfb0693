"""Betweenness over all of a two-way network: dead ends off, chains answered for from their ends, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stadslab.kernels import _bags, _brandes, _chains, csr
from stadslab.kernels._arrays import Int32, Int64
from stadslab.kernels._blocks import in_blocks

if TYPE_CHECKING:
    from collections.abc import Callable

_FEW = 48  # parts of so many nodes are searched as they are
_BYTES = 24 * 2**20  # for the rows of one thread
_MOST_ROWS = 160


def reaches_all(indptr: Int64, indices: Int32, cost: Int32, part: Int32, limit: int) -> bool:
    """Is the cheapest way between any two nodes of a part sure to be within the limit?

    part: int32[n], as from `shortest.components`. Sure, when half the limit reaches all of the part from one node.
    """
    network = _brandes.streets(indptr, indices, cost)
    size = np.bincount(part)
    half = np.uint64(limit // 2)
    own = _brandes.scratch(network, int(half))
    lowest = np.unique(part, return_index=True)[1]
    for number in np.argsort(-size, kind="stable").tolist():
        if size[number] == 1:
            break
        count, _ = _brandes.spread(
            network, np.uint64(lowest[number]), half, own.label, own.before, own.settled, own.filled, own.waiting,
            own.heap,
        )  # fmt: skip
        if count < size[number]:
            return False
    return True


def betweenness(
    indptr: Int64, indices: Int32, cost: Int32, part: Int32, limit: int, shift: int, threads: int | None
) -> Int64:
    """Ordered pairs through each node, int64[n] with `shift` binary places. All ways are within the limit."""
    nodes = indptr.size - 1
    bags = _bags.take_off(indptr, indices, cost, nodes)
    everybody = np.bincount(part)
    flow = _on_trees(bags, everybody[part]) << shift
    mass = bags.below[bags.kept]
    core_part = part[bags.kept]
    size = np.bincount(core_part, minlength=everybody.size)
    few = np.flatnonzero((size[core_part] > 1) & (size[core_part] <= _FEW)).astype(np.uint32)
    if few.size:
        alone, none = np.arange(mass.size + 1, dtype=np.int64), np.zeros(mass.size, np.int64)
        network = _brandes.streets(bags.indptr, bags.indices, bags.cost)
        flow[bags.kept] += _brandes.summed(
            network, limit, few, mass, mass, alone, none, shift, np.zeros(mass.size, np.int64), threads
        )
    by_part = np.argsort(core_part, kind="stable")
    first = np.cumsum(size) - size
    position = np.empty(mass.size, np.int32)  # within the part
    position[by_part] = np.arange(mass.size) - np.repeat(first, size)
    tail = csr.tails(bags.indptr)
    arc_by_part = np.argsort(core_part[tail], kind="stable")
    arcs_of = np.bincount(core_part[tail], minlength=size.size)
    first_arc = np.cumsum(arcs_of) - arcs_of
    for number in np.flatnonzero(size > _FEW).tolist():
        inside = by_part[first[number] : first[number] + size[number]]
        arcs = arc_by_part[first_arc[number] : first_arc[number] + arcs_of[number]]
        graph = csr.build(inside.size, position[tail[arcs]], position[bags.indices[arcs]], bags.cost[arcs])
        chains = _chains.chained(graph.indptr, graph.indices, graph.cost)
        flow[bags.kept[inside]] += _in_part(chains, mass[inside], limit, shift, threads)
    return flow


def _on_trees(bags: _bags.Bags, everybody: Int64) -> Int64:
    """Ordered pairs that pass each node from one of the trees on it to another, or to the rest of the part, int64[n].

    everybody: int64[n], nodes of each node's part. Pairs between two branches at a node pass it.
    """
    squares = np.zeros(everybody.size, np.int64)
    np.add.at(squares, bags.above[bags.off], bags.below[bags.off] ** 2)
    return np.asarray((everybody - 1) ** 2 - squares - (everybody - bags.below) ** 2, np.int64)


def _in_part(chains: _chains.Chains, mass: Int64, limit: int, shift: int, threads: int | None) -> Int64:
    """Ordered pairs that pass each node of one part without dead ends on its way between others, int64[n].

    mass: int64[n], how many stand at each node.
    """
    hubs = chains.hub.size
    masses = _chains.Masses(mass[chains.hub], _upto(chains, mass))
    useful = np.flatnonzero((chains.one != chains.other) & (chains.length <= limit)).astype(np.int32)
    graph = csr.build(
        hubs,
        np.concatenate([chains.one[useful], chains.other[useful]]),
        np.concatenate([chains.other[useful], chains.one[useful]]),
        np.tile(chains.length[useful], 2).astype(np.int32),
    )
    network = _brandes.streets(graph.indptr, graph.indices, graph.cost)
    of_arc = np.tile(useful, 2)[graph.order]
    peopled = np.flatnonzero(np.diff(chains.ptr)).astype(np.int32)
    one, other = chains.one[peopled], chains.other[peopled]
    at_once = int(np.clip(_BYTES // (28 * hubs + 8 * peopled.size), 16, _MOST_ROWS))
    threads_sums: list[_chains.Sums] = []

    def prepare() -> Callable[[int, int], None]:
        own, sums = _brandes.scratch(network, limit), _chains.sums_for(chains)
        row_of = np.full(hubs, -1, np.int32)
        rows = _chains.rows_for(0, hubs, peopled.size)
        threads_sums.append(sums)

        def work(start: int, stop: int) -> None:
            nonlocal rows
            for low in range(start, stop, at_once):
                high = min(low + at_once, stop)
                at_one, at_other = (one >= low) & (one < high), (other >= low) & (other < high)
                beside = np.unique(np.concatenate([other[at_one & ~at_other], one[at_other & ~at_one]]))
                if high - low + beside.size > rows.label.shape[0]:
                    rows = _chains.rows_for(high - low + beside.size, hubs, peopled.size)
                _chains.block(
                    network, of_arc, chains, peopled, masses, np.uint64(limit), low, high, beside, row_of, shift, own,
                    rows, sums,
                )  # fmt: skip

        return work

    in_blocks(hubs, prepare, threads)
    sums = _chains.Sums(*(np.asarray(sum(column), np.int64) for column in zip(*threads_sums, strict=True)))
    flow = np.empty(mass.size, np.int64)
    ends_there = masses.hub * (int(mass.sum()) - masses.hub)
    flow[chains.hub] = sums.hub - (ends_there << shift)
    flow[chains.node] = _chains.along(chains, masses, sums)
    return flow


def _upto(chains: _chains.Chains, mass: Int64) -> Int64:
    """`Masses.upto` of chains whose passing nodes have these masses."""
    count = chains.length.size
    each = np.zeros(chains.node.size + count, np.int64)
    within = np.arange(chains.node.size) + np.repeat(np.arange(count), np.diff(chains.ptr)) + 1
    each[within] = mass[chains.node]
    running = np.cumsum(each)
    starts = chains.ptr[:-1] + np.arange(count)
    return np.asarray(running - np.repeat(running[starts], np.diff(chains.ptr) + 1), np.int64)
