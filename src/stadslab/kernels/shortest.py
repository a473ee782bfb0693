"""Shortest ways from a few seeds, and what hangs together."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stadslab.kernels import UNREACHABLE, _arrays
from stadslab.kernels._arrays import Int32, Int64, UInt8
from stadslab.kernels._jit import njit
from stadslab.kernels._search import scratch, search, within


class Path(NamedTuple):
    """One shortest way."""

    cost: int
    """Whole cost, entries at both ends included; UNREACHABLE if there is none within the limit."""
    nodes: Int32
    """int32[k]: nodes in order of travel; empty if there is none."""
    arcs: Int64
    """int64[k - 1]: the arc position taken between each two nodes; empty if there is none."""


def from_seeds(
    indptr: npt.NDArray[Any],
    indices: npt.NDArray[Any],
    cost: npt.NDArray[Any],
    seed_node: npt.NDArray[Any],
    seed_cost: npt.NDArray[Any],
    limit: int,
) -> Int32:
    """What does it cost to get to every node from the cheapest of some seeds?

    Graph: int64[n + 1], int32[m], int32[m] as in `csr.Graph`. seed_node,
    seed_cost: int32[s], a node and what has been spent on getting there; a node
    may be given twice. limit: in the unit of cost, inclusive.
    Returns int32[n], UNREACHABLE where the limit is passed. On the transposed
    graph the answer is the cost *from* every node *to* the seeds.
    """
    indptr, indices, cost = _arrays.graph(indptr, indices, cost)
    nodes = indptr.size - 1
    seed_node = _arrays.int32("seed_node", seed_node, least=0, below=nodes)
    seed_cost = _arrays.int32("seed_cost", seed_cost, least=0)
    _arrays.same_length(seed_node=seed_node, seed_cost=seed_cost)
    label, touched, heap = scratch(nodes, indices.size, seed_node.size)
    search(indptr, indices, cost, seed_node, seed_cost, 0, seed_node.size, within(limit), label, touched, heap)
    return label


def met(indptr: npt.NDArray[Any], indices: npt.NDArray[Any], seed_node: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which nodes can be got to from any of the seeds, however far? Returns bool[n]; graph and seeds as above."""
    indptr, indices = _arrays.structure(indptr, indices)
    return met_in_rows(indptr[:-1], indptr[1:], indices, seed_node)


def met_in_rows(start: Int64, stop: Int64, indices: Int32, seed_node: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """The same for rows that have room between them: the arcs leaving node v are at start[v]:stop[v] of indices."""
    seed_node = _arrays.int32("seed_node", seed_node, least=0, below=start.size)
    return _met(_arrays.frozen(start), _arrays.frozen(stop), _arrays.frozen(indices), seed_node).astype(bool)


def at_points(
    label: npt.NDArray[Any],
    entry_ptr: npt.NDArray[Any],
    entry_node: npt.NDArray[Any],
    entry_cost: npt.NDArray[Any],
    limit: int,
) -> Int32:
    """What does it cost at every point, given the cost at every node?

    label: int32[n] from `from_seeds`. Entries of point o: entry_ptr[o]:entry_ptr[o + 1]
    (int64[o + 1]) of entry_node, entry_cost (int32). Returns int32[o]: the
    cheapest of label + entry cost; UNREACHABLE beyond the limit. Points that share an edge
    with a seed still need their direct cost: take the smaller.
    """
    label = _arrays.int32("label", label, least=0)
    entry_node = _arrays.int32("entry_node", entry_node, least=0, below=label.size)
    entry_cost = _arrays.int32("entry_cost", entry_cost, least=0)
    _arrays.same_length(entry_node=entry_node, entry_cost=entry_cost)
    entry_ptr = _arrays.pointers("entry_ptr", entry_ptr, rows=len(entry_ptr) - 1, entries=entry_node.size)
    total = label[entry_node].astype(np.int64) + entry_cost
    total[total > within(limit)] = UNREACHABLE
    best = np.full(entry_ptr.size - 1, UNREACHABLE, np.int64)
    np.minimum.at(best, np.repeat(np.arange(best.size), np.diff(entry_ptr)), total)
    return best.astype(np.int32)


def path(
    indptr: npt.NDArray[Any],
    indices: npt.NDArray[Any],
    cost: npt.NDArray[Any],
    seed_node: npt.NDArray[Any],
    seed_cost: npt.NDArray[Any],
    target_node: npt.NDArray[Any],
    target_cost: npt.NDArray[Any],
    limit: int,
) -> Path:
    """Which way is the shortest from the seeds to the targets?

    Seeds and targets: int32 nodes and costs, as for `from_seeds`; a target's
    cost is what is still to spend after that node.

    Among equally cheap ways the one with fewest arcs is taken, then the one
    whose nodes, read from the target backwards, have the lowest numbers; of
    parallel arcs the first. The nodes never depend on the order of arcs.
    """
    indptr, indices, cost = _arrays.graph(indptr, indices, cost)
    nodes = indptr.size - 1
    label = from_seeds(indptr, indices, cost, seed_node, seed_cost, limit)
    target_node = _arrays.int32("target_node", target_node, least=0, below=nodes)
    target_cost = _arrays.int32("target_cost", target_cost, least=0)
    _arrays.same_length(target_node=target_node, target_cost=target_cost)

    total = label[target_node].astype(np.int64) + target_cost
    whole = int(total.min(initial=UNREACHABLE))
    if whole > within(limit):
        return Path(UNREACHABLE, np.empty(0, np.int32), np.empty(0, np.int64))
    starts = _arrays.int32("starts", np.unique(seed_node[seed_cost == label[seed_node]]))
    hops, before, by = _fewest_arcs(indptr, indices, cost, starts, _arrays.int32("label", label))

    ends = np.unique(target_node[total == whole])
    here = int(ends[np.argmin(hops[ends])])  # argmin takes the first: the lowest node among equals
    way, taken = [here], []
    while hops[here] > 0:
        taken.append(int(by[here]))
        here = int(before[here])
        way.append(here)
    return Path(whole, np.array(way[::-1], np.int32), np.array(taken[::-1], np.int64))


@njit
def _met(start: Int64, stop: Int64, indices: Int32, seed_node: Int32) -> UInt8:
    """uint8[n]: 1 for a node that the seeds lead to."""
    nodes = start.size
    reached = np.zeros(nodes, np.uint8)
    waiting = np.empty(nodes, np.int32)
    count = 0
    for node in seed_node:
        if reached[node] == 0:
            reached[node] = 1
            waiting[count] = node
            count += 1
    while count > 0:
        count -= 1
        here = waiting[count]
        for arc in range(start[here], stop[here]):
            there = indices[arc]
            if reached[there] == 0:
                reached[there] = 1
                waiting[count] = there
                count += 1
    return reached


@njit
def _fewest_arcs(indptr: Int64, indices: Int32, cost: Int32, starts: Int32, label: Int32) -> tuple[Int32, Int32, Int64]:
    """Breadth-first over the arcs that lie on shortest ways.

    -> arcs from a start (UNREACHABLE if none), lowest node before, first arc from it. Counting arcs is
    what keeps a loop of zero-cost arcs from being walked for ever.
    """
    nodes = indptr.size - 1
    hops = np.full(nodes, UNREACHABLE, np.int32)
    before = np.full(nodes, -1, np.int32)
    by = np.full(nodes, -1, np.int64)
    queue = np.empty(nodes, np.int32)
    filled = 0
    for node in starts:
        hops[node] = 0
        queue[filled] = node
        filled += 1
    taken = 0
    while taken < filled:
        here = queue[taken]
        taken += 1
        for arc in range(indptr[here], indptr[here + 1]):
            there = indices[arc]
            if np.int64(label[here]) + np.int64(cost[arc]) != np.int64(label[there]):
                continue
            if hops[there] == UNREACHABLE:
                hops[there] = hops[here] + 1
                before[there] = here
                by[there] = arc
                queue[filled] = there
                filled += 1
            elif hops[there] == hops[here] + 1 and here < before[there]:
                before[there] = here
                by[there] = arc
    return hops, before, by


def components(indptr: npt.NDArray[Any], indices: npt.NDArray[Any]) -> Int32:
    """Which nodes hang together at all, one-way streets taken both ways?

    Returns int32[n]: weakly connected component of each node, numbered in order
    of their lowest node. Tells "not connected" from "beyond the limit".
    """
    indptr, indices = _arrays.structure(indptr, indices)
    return _weak(indptr, indices)


def strong_components(indptr: npt.NDArray[Any], indices: npt.NDArray[Any]) -> Int32:
    """Between which nodes can one go there *and* back, one-way streets obeyed?

    Returns int32[n]: strongly connected component of each node, numbered in
    order of their lowest node.
    Source: Tarjan (1972), "Depth-first search and linear graph algorithms".
    """
    indptr, indices = _arrays.structure(indptr, indices)
    return _strong(indptr, indices)


@njit
def _weak(indptr: Int64, indices: Int32) -> Int32:
    nodes = indptr.size - 1
    lowest = np.arange(nodes).astype(np.int32)  # union-find; a root is the lowest node of its set
    for tail in range(nodes):
        for arc in range(indptr[tail], indptr[tail + 1]):
            a = tail
            while lowest[a] != a:
                lowest[a] = lowest[lowest[a]]
                a = lowest[a]
            b = np.int64(indices[arc])
            while lowest[b] != b:
                lowest[b] = lowest[lowest[b]]
                b = lowest[b]
            if a < b:
                lowest[b] = a
            elif b < a:
                lowest[a] = b
    component = np.empty(nodes, np.int32)
    found = 0
    for node in range(nodes):  # a parent is always lower, so it is numbered already
        if lowest[node] == node:
            component[node] = found
            found += 1
        else:
            component[node] = component[lowest[node]]
    return component


@njit
def _strong(indptr: Int64, indices: Int32) -> Int32:
    nodes = indptr.size - 1
    entered = np.full(nodes, -1, np.int32)  # when a node was first seen
    low = np.empty(nodes, np.int32)  # earliest node still open that it can get back to
    following = indptr[:-1].copy()  # next arc to look at
    above = np.empty(nodes, np.int32)  # the chain of nodes from the root of this walk
    unassigned = np.empty(nodes, np.int32)  # nodes seen whose component is still open
    raw = np.full(nodes, -1, np.int32)
    clock = 0
    waiting = 0
    found = 0
    for root in range(nodes):
        if entered[root] >= 0:
            continue
        depth = 0
        above[0] = root
        entered[root] = clock
        low[root] = clock
        clock += 1
        unassigned[waiting] = root
        waiting += 1
        while depth >= 0:
            here = above[depth]
            if following[here] < indptr[here + 1]:
                there = indices[following[here]]
                following[here] += 1
                if entered[there] < 0:
                    entered[there] = clock
                    low[there] = clock
                    clock += 1
                    unassigned[waiting] = there
                    waiting += 1
                    depth += 1
                    above[depth] = there
                elif raw[there] < 0:
                    low[here] = min(low[here], entered[there])
                continue
            if low[here] == entered[here]:
                member = -1
                while member != here:
                    waiting -= 1
                    member = unassigned[waiting]
                    raw[member] = found
                found += 1
            depth -= 1
            if depth >= 0:
                low[above[depth]] = min(low[above[depth]], low[here])
    number = np.full(found, -1, np.int32)
    component = np.empty(nodes, np.int32)
    used = 0
    for node in range(nodes):
        if number[raw[node]] < 0:
            number[raw[node]] = used
            used += 1
        component[node] = number[raw[node]]
    return component
