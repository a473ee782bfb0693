"""Slow twins of `kernels.centrality`: pair by pair, from the definition.

v lies on j of k cheapest ways from s to t when the cost to v and on to t is the whole cost; j is then ways to v
times ways from v. Nothing is shared with the kernels.
"""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
import numpy.typing as npt

from stadslab.testing.oracles import UNREACHABLE

Array = npt.NDArray[Any]


def betweenness(
    indptr: Array,
    indices: Array,
    cost: Array,
    limit: int,
    origins: Array | None = None,
    destinations: Array | None = None,
) -> npt.NDArray[np.float64]:
    """Twin of `centrality.betweenness`."""
    nodes = len(indptr) - 1
    leaving = _arcs(indptr, indices, cost)
    searched = [_search(leaving, source) for source in range(nodes)]
    found = np.zeros(nodes)
    for source, (spent, ways) in enumerate(searched):
        for target, whole in spent.items():
            if target == source or whole > _bound(limit):
                continue
            pairs = (1 if origins is None else int(origins[source])) * (
                1 if destinations is None else int(destinations[target])
            )
            for node in spent:
                onward, more = searched[node]
                if node not in (source, target) and spent[node] + onward.get(target, UNREACHABLE) == whole:
                    found[node] += pairs * (ways[node] * more[target] / ways[target])
    return found


def closeness(
    indptr: Array, indices: Array, cost: Array, limit: int, destinations: Array | None = None
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Twin of `centrality.closeness`."""
    nodes = len(indptr) - 1
    leaving = _arcs(indptr, indices, cost)
    count, total = np.zeros((2, nodes), np.int64)
    for source in range(nodes):
        for target, whole in _search(leaving, source)[0].items():
            if target != source and whole <= _bound(limit):
                each = 1 if destinations is None else int(destinations[target])
                count[source] += each
                total[source] += each * whole
    return count, total


def _bound(limit: int) -> int:
    return min(limit, UNREACHABLE - 1)


def _arcs(indptr: Array, indices: Array, cost: Array) -> list[dict[int, int]]:
    """Head to cost of each node's arcs: no loops, the cheapest of parallel ones, none for less than one."""
    leaving: list[dict[int, int]] = [{} for _ in range(len(indptr) - 1)]
    for tail, arcs in enumerate(leaving):
        for arc in range(int(indptr[tail]), int(indptr[tail + 1])):
            head = int(indices[arc])
            if head != tail:
                arcs[head] = min(max(1, int(cost[arc])), arcs.get(head, UNREACHABLE))
    return leaving


def _search(leaving: list[dict[int, int]], source: int) -> tuple[dict[int, int], dict[int, int]]:
    """Cost of and number of cheapest ways to every node."""
    spent: dict[int, int] = {}
    ways = {source: 1}
    queue = [(0, source)]
    while queue:
        so_far, here = heapq.heappop(queue)
        if here in spent:
            continue
        spent[here] = so_far
        if here != source:
            ways[here] = sum(ways[b] for b in spent if here in leaving[b] and spent[b] + leaving[b][here] == so_far)
        for there, more in leaving[here].items():
            heapq.heappush(queue, (so_far + more, there))
    return spent, ways
