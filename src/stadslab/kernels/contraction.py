"""A street network without what a search need not stop at: dead ends and the bends between two junctions.

Of a drawn street network three quarters of the nodes are bends, and a fifth of the rest are dead ends. A search gains
nothing by queueing them: nothing leads on from a dead end, and a bend is passed on the way from one junction to the
next. Here a node is *late* when it lies in a hanging tree or in a chain between two core nodes: it has at most two ways
in, each from a core node at a cost that never changes. The others are *core*. A search settles the core; the late nodes
follow in one pass, each in one step. No distance changes, so no answer does.

Only streets passable both ways are contracted (the two ways may differ in cost, as they do uphill). Nodes keep their
numbers: what hangs on a bend still hangs there.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stadslab.kernels import UNREACHABLE, _arrays
from stadslab.kernels._arrays import Int32, Int64, UInt8
from stadslab.kernels._jit import njit

LARGEST_TREE = 64  # nodes behind one node of a dead end: a search inside is done node by node


class Contracted(NamedTuple):
    """A graph of `n` nodes as searches take it."""

    core_start: Int64
    """int64[n]: core arcs leaving core node v are at start[v]:stop[v]; a graph that changes has room between rows."""
    core_stop: Int64
    core_to: Int32
    core_cost: Int32
    late_ptr: Int64
    """int64[n + 1]: late nodes entered from core node v are at ptr[v]:ptr[v + 1], the cheapest first."""
    late_node: Int32
    late_cost: Int32
    ptr: Int64
    """int64[n + 1]: the whole graph, without loops and with the cheapest only of parallel arcs."""
    to: Int32
    cost: Int32
    is_core: UInt8
    """uint8[n]: 1 for a core node."""

    @property
    def nodes(self) -> int:
        """How many nodes there are, late ones included."""
        return self.is_core.size


def contract(indptr: npt.NDArray[Any], indices: npt.NDArray[Any], cost: npt.NDArray[Any]) -> Contracted:
    """The same graph with dead ends and bends set apart; arrays as in `csr.Graph`."""
    ptr, to, price = simplified(indptr, indices, cost)
    back = _back(ptr, to)
    nodes = ptr.size - 1
    fixed = np.zeros(nodes, np.uint8)
    one_way = np.flatnonzero(back < 0)
    fixed[to[one_way]] = 1
    fixed[np.repeat(np.arange(nodes, dtype=np.int32), np.diff(ptr))[one_way]] = 1
    state, parent_arc, peeled = _peel(ptr, to, fixed, LARGEST_TREE)
    tail, head, along, late, near, spent = _chains(ptr, to, price, state)
    late, near, spent = _trees(ptr, to, price, back, state, parent_arc, peeled, late, near, spent)
    by_core = np.lexsort((late, (near.astype(np.int64) << 31) | spent))
    arcs = _pointers(tail, nodes)
    return _frozen(
        arcs[:-1], arcs[1:], head, along, _pointers(near, nodes), late[by_core], spent[by_core],
        ptr, to, price, (state == _CORE).astype(np.uint8),
    )  # fmt: skip


def uncontracted(indptr: npt.NDArray[Any], indices: npt.NDArray[Any], cost: npt.NDArray[Any]) -> Contracted:
    """The graph as it is, every node core: for graphs that change."""
    ptr, to, price = _arrays.graph(indptr, indices, cost)
    none = np.zeros(0, np.int32)
    nodes = ptr.size - 1
    return _frozen(
        ptr[:-1],
        ptr[1:],
        to,
        price,
        np.zeros(nodes + 1, np.int64),
        none,
        none,
        ptr,
        to,
        price,
        np.ones(nodes, np.uint8),
    )


def simplified(
    indptr: npt.NDArray[Any], indices: npt.NDArray[Any], cost: npt.NDArray[Any]
) -> tuple[Int64, Int32, Int32]:
    """The graph without loops, with the cheapest only of parallel arcs, each node's arcs by head."""
    ptr, to, price = _arrays.graph(indptr, indices, cost)
    nodes = ptr.size - 1
    tail = np.repeat(np.arange(nodes, dtype=np.int64), np.diff(ptr))
    key = tail * nodes + to
    order = np.argsort(key)  # equal keys in any order: the cheapest of them is taken
    order = order[tail[order] != to[order]]
    key = key[order]
    fresh = np.ones(key.size, bool)
    np.not_equal(key[1:], key[:-1], out=fresh[1:])
    first = np.flatnonzero(fresh)
    least = np.minimum.reduceat(price[order], first) if first.size else np.zeros(0, np.int32)
    kept = order[first]
    return _pointers(tail[kept], nodes), to[kept], least


def is_even(graph: Contracted) -> bool:
    """Does every street cost the same both ways?"""
    back = _back(graph.ptr, graph.to)
    return bool((back >= 0).all() and np.array_equal(graph.cost[back], graph.cost))


_CORE, _CHAIN, _TREE = 0, 1, 2


def _frozen(*columns: npt.NDArray[Any]) -> Contracted:
    return Contracted(*(_arrays.frozen(column) for column in columns))


def _pointers(row: npt.NDArray[Any], rows: int) -> Int64:
    ptr = np.zeros(rows + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=rows), out=ptr[1:])
    return ptr


def _back(ptr: Int64, to: Int32) -> Int64:
    """For every arc the arc the other way, int64[m], -1 where there is none; arcs are sorted by tail and head."""
    nodes = ptr.size - 1
    tail = np.repeat(np.arange(nodes, dtype=np.int64), np.diff(ptr))
    key = tail * nodes + to
    turned = to.astype(np.int64) * nodes + tail
    order = np.argsort(turned)
    if np.array_equal(turned[order], key):  # every street goes both ways
        back = np.empty(key.size, np.int64)
        back[order] = np.arange(key.size)
        return back
    at = np.minimum(np.searchsorted(key, turned), max(key.size - 1, 0))
    return np.where(key[at] == turned, at, -1) if key.size else np.zeros(0, np.int64)


@njit
def _peel(
    ptr: Int64, to: Int32, fixed: UInt8, largest: int
) -> tuple[Int32, Int64, Int32]:  # fmt: skip
    """State of every node, int32[n]; of tree nodes the arc to what they hang on; tree nodes in the order they fell."""
    nodes = ptr.size - 1
    degree = np.empty(nodes, np.int32)
    size = np.ones(nodes, np.int32)
    state = np.zeros(nodes, np.int32)
    parent_arc = np.full(nodes, -1, np.int64)
    waiting = np.empty(nodes, np.int32)
    fallen = np.empty(nodes, np.int32)
    last = 0
    for node in range(nodes):
        degree[node] = ptr[node + 1] - ptr[node]
        if degree[node] == 1 and fixed[node] == 0:
            waiting[last] = node
            last += 1
    first = 0
    count = 0
    while first < last:  # each node's degree falls to one at most once, so the queue holds every node at most once
        node = waiting[first]
        first += 1
        if degree[node] != 1 or size[node] > largest:
            continue
        for arc in range(ptr[node], ptr[node + 1]):
            there = to[arc]
            if state[there] != _TREE:
                state[node] = _TREE
                parent_arc[node] = arc
                degree[there] -= 1
                size[there] += size[node]
                if degree[there] == 1 and fixed[there] == 0:
                    waiting[last] = there
                    last += 1
        fallen[count] = node
        count += 1
    # What is left with two neighbours is a bend, unless all of a ring is: then its first node stays.
    for node in range(nodes):
        if state[node] == _CORE and degree[node] == 2 and fixed[node] == 0:
            state[node] = _CHAIN
    seen = np.zeros(nodes, np.uint8)
    for node in range(nodes):
        if state[node] == _CORE:
            _follow(ptr, to, state, node, seen)
    for node in range(nodes):
        if state[node] == _CHAIN and seen[node] == 0:
            state[node] = _CORE
            _follow(ptr, to, state, node, seen)
    return state, parent_arc, fallen[:count]


@njit
def _follow(ptr: Int64, to: Int32, state: Int32, node: int, seen: UInt8) -> None:
    """Mark the bends between one core node and the next ones."""
    for arc in range(ptr[node], ptr[node + 1]):
        before: Any = node
        here: Any = np.int64(to[arc])
        while state[here] == _CHAIN and seen[here] == 0:
            seen[here] = 1
            onward = here
            for step in range(ptr[here], ptr[here + 1]):
                if to[step] != before and state[to[step]] != _TREE:
                    onward = np.int64(to[step])
            before = here
            here = onward


@njit
def _chains(
    ptr: Int64, to: Int32, cost: Int32, state: Int32
) -> tuple[Int32, Int32, Int32, Int32, Int32, Int32]:  # fmt: skip
    """Core arcs (tail, head, cost) by tail, and ways into the bends (node, core node, cost)."""
    nodes = ptr.size - 1
    arcs = 0
    for node in range(nodes):
        if state[node] == _CORE:
            arcs += ptr[node + 1] - ptr[node]
    tail = np.empty(arcs, np.int32)
    head = np.empty(arcs, np.int32)
    along = np.empty(arcs, np.int32)
    bends = 0
    for node in range(nodes):
        bends += state[node] == _CHAIN
    late = np.empty(2 * bends, np.int32)
    near = np.empty(2 * bends, np.int32)
    spent = np.empty(2 * bends, np.int32)
    count = 0
    ways = 0
    for node in range(nodes):
        if state[node] != _CORE:
            continue
        for arc in range(ptr[node], ptr[node + 1]):
            here = to[arc]
            if state[here] == _TREE:
                continue
            total: Any = np.int64(cost[arc])
            before = node
            while state[here] == _CHAIN:
                late[ways] = here
                near[ways] = node
                spent[ways] = min(total, UNREACHABLE)
                ways += 1
                onward = -1
                for step in range(ptr[here], ptr[here + 1]):
                    if to[step] != before and state[to[step]] != _TREE:
                        onward = step
                before = here
                here = to[onward]
                total += np.int64(cost[onward])
            if here != node:
                tail[count] = node
                head[count] = here
                along[count] = min(total, UNREACHABLE)
                count += 1
    return tail[:count], head[:count], along[:count], late[:ways], near[:ways], spent[:ways]


@njit
def _trees(
    ptr: Int64,
    to: Int32,
    cost: Int32,
    back: Int64,
    state: Int32,
    parent_arc: Int64,
    fallen: Int32,
    late: Int32,
    near: Int32,
    spent: Int32,
) -> tuple[Int32, Int32, Int32]:
    """The ways into late nodes with those into trees: what a tree hangs on, and the way on from there."""
    nodes = ptr.size - 1
    entry = np.full((nodes, 2), -1, np.int32)
    price = np.zeros((nodes, 2), np.int64)
    for way in range(late.size):
        slot = 0 if entry[late[way], 0] < 0 else 1
        entry[late[way], slot] = near[way]
        price[late[way], slot] = spent[way]
    more = 0
    # What fell last hangs nearest to the rest.
    for i in range(fallen.size - 1, -1, -1):
        node = fallen[i]
        root = to[parent_arc[node]]
        extra = np.int64(cost[back[parent_arc[node]]])
        if state[root] == _CORE:
            entry[node, 0] = root
            price[node, 0] = extra
            more += 1
        else:
            for slot in range(2):
                entry[node, slot] = entry[root, slot]
                price[node, slot] = price[root, slot] + extra
                more += entry[root, slot] >= 0
    first = late.size
    all_late = np.empty(first + more, np.int32)
    all_near = np.empty(first + more, np.int32)
    all_spent = np.empty(first + more, np.int32)
    all_late[:first] = late
    all_near[:first] = near
    all_spent[:first] = spent
    at = first
    for node in fallen:
        for slot in range(2):
            if entry[node, slot] >= 0:
                all_late[at] = node
                all_near[at] = entry[node, slot]
                all_spent[at] = min(price[node, slot], UNREACHABLE)
                at += 1
    return all_late, all_near, all_spent
