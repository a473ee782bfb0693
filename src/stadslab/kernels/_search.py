"""The bounded Dijkstra search that every walking kernel shares.

A search owns four scratch arrays, sized once for the graph and left clean, so
that a search costs what it touches and never a pass over the whole city:

    label    int32[n]  UNREACHABLE everywhere between searches
    touched  int32[n]  the nodes given a label, in the order they were first reached
    heap     int64[m + seeds]  binary heap of (cost << 32) | node

The heap never runs over: a node is settled once, so each arc is relaxed at
most once and each seed pushed at most once. Costs are added as int64 and
compared with a limit below UNREACHABLE, so no sum can wrap.

Source: Dijkstra (1959), "A note on two problems in connexion with graphs",
with lazy deletion: a node whose label improves is pushed again and the older
copy is skipped when it surfaces.
"""

from __future__ import annotations

import numpy as np

from stadslab.kernels import UNREACHABLE
from stadslab.kernels._arrays import Int32, Int64
from stadslab.kernels._jit import njit


def scratch(n_nodes: int, n_arcs: int, seeds: int) -> tuple[Int32, Int32, Int64]:
    """Clean (label, touched, heap) for searches of at most `seeds` seeds each."""
    return (
        np.full(n_nodes, UNREACHABLE, np.int32),
        np.empty(n_nodes, np.int32),
        np.empty(n_arcs + seeds, np.int64),
    )


def within(limit: int) -> int:
    """The limit as kernels use it: below the sentinel, so that "reached" is never ambiguous."""
    return min(int(limit), UNREACHABLE - 1)


@njit
def _push(heap: Int64, size: int, key: np.int64) -> int:
    """Add a key to a heap of `size` keys; the new size."""
    hole = size
    while hole > 0:
        parent = (hole - 1) >> 1
        if heap[parent] <= key:
            break
        heap[hole] = heap[parent]
        hole = parent
    heap[hole] = key
    return size + 1


@njit
def _pop(heap: Int64, size: int) -> int:
    """Drop the smallest key, heap[0]; the new size."""
    size -= 1
    key = heap[size]
    hole = 0
    child = 1
    while child < size:
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= key:
            break
        heap[hole] = heap[child]
        hole = child
        child = 2 * hole + 1
    heap[hole] = key
    return size


@njit
def search(
    indptr: Int64,
    indices: Int32,
    cost: Int32,
    seed_node: Int32,
    seed_cost: Int32,
    first: int,
    last: int,
    limit: int,
    label: Int32,
    touched: Int32,
    heap: Int64,
) -> int:
    """Label every node within `limit` of the seeds first:last; how many were touched.

    Leaves the labels in place: the caller reads label[touched[:count]] and
    sets those back to UNREACHABLE.
    """
    size = 0
    count = 0
    for seed in range(first, last):
        node = np.int64(seed_node[seed])
        reached = np.int64(seed_cost[seed])
        if reached <= limit and reached < label[node]:
            if label[node] == UNREACHABLE:
                touched[count] = node
                count += 1
            label[node] = reached
            size = _push(heap, size, (reached << 32) | node)
    while size > 0:
        key = heap[0]
        size = _pop(heap, size)
        here = key & 0xFFFFFFFF
        so_far = key >> 32
        if so_far != label[here]:
            continue
        for arc in range(indptr[here], indptr[here + 1]):
            there = np.int64(indices[arc])
            reached = so_far + np.int64(cost[arc])
            if reached <= limit and reached < label[there]:
                if label[there] == UNREACHABLE:
                    touched[count] = there
                    count += 1
                label[there] = reached
                size = _push(heap, size, (reached << 32) | there)
    return count
