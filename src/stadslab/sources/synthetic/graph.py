"""Small questions about drawn networks: cheapest links between nodes, and what it takes to make one network of many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from stadslab.sources.synthetic.noise import Floats

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def cheapest(tail: Ints, head: Ints, cost: Floats, count: int) -> csr_matrix:
    """The cheapest edge of each pair of nodes, as a sparse matrix of shape (count, count)."""
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    order = np.lexsort((cost, high, low))
    low, high, cost = low[order], high[order], cost[order]
    first = np.ones(len(low), dtype=bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    return coo_matrix((cost[first], (low[first], high[first])), shape=(count, count)).tocsr()


def parts(tail: Ints, head: Ints, count: int) -> Ints:
    """The number of the connected part each node lies in, shape (count,)."""
    joined = coo_matrix((np.ones(len(tail)), (tail, head)), shape=(count, count))
    return np.asarray(connected_components(joined, directed=False)[1], dtype=np.int64)


def join_up(tail: Ints, head: Ints, weight: Floats, free: Flags, count: int) -> Flags:
    """Which edges must be added to the `free` ones so that all which can hang together do?

    The cheapest paths, greedily. Edges have shape (m,); the reply marks the added ones. Parts between which no edge
    leads stay apart.
    """
    added = np.zeros(len(tail), dtype=bool)
    could = parts(tail, head, count)
    edge_of = _edge_of_pair(tail, head, weight)
    while True:
        have = free | added
        label = parts(tail[have], head[have], count)
        size = np.bincount(label[tail[have]], weights=weight[have], minlength=label.max() + 1)
        members = np.unique(np.concatenate([tail[have], head[have]]))
        # In every part that could be one, everything is tied to its largest piece.
        best = np.zeros(could.max() + 1)
        np.maximum.at(best, could[members], size[label[members]])
        loose = members[size[label[members]] < best[could[members]] - 1e-9]
        if not len(loose):
            return added
        main = members[size[label[members]] >= best[could[members]] - 1e-9]
        origins = main[np.unique(could[main], return_index=True)[1]]
        graph = cheapest(tail, head, np.where(have, 1e-6, weight), count)
        reach, previous, _ = dijkstra(graph, directed=False, indices=origins, return_predecessors=True, min_only=True)
        node = int(loose[np.argmin(reach[loose])])
        while previous[node] >= 0:
            before = int(previous[node])
            edge = edge_of[(min(before, node), max(before, node))]
            added[edge] |= not free[edge]
            node = before


def _edge_of_pair(tail: Ints, head: Ints, weight: Floats) -> dict[tuple[int, int], int]:
    """The cheapest edge of each pair of nodes."""
    found: dict[tuple[int, int], int] = {}
    for edge in np.argsort(-weight, kind="stable").tolist():
        a, b = int(tail[edge]), int(head[edge])
        found[(min(a, b), max(a, b))] = edge
    return found
