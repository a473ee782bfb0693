"""Slow twins of the kernels: the same arguments, the same answers, no tricks.

Each is written from the definition of its answer, with dictionaries and a heap
from the standard library, and shares nothing with the kernels. They take
seconds where kernels take milliseconds; use them on cities of a few hundred nodes.
Answers come as tuples in the order of the kernel's named tuple.
"""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Arcs = list[tuple[int, int, int]]

UNREACHABLE = 2**31 - 1


def build(n_nodes: int, tail: Array, head: Array, cost: Array) -> tuple[Array, Array, Array, Array]:
    """Twin of `csr.build`: one bucket a node."""
    rows: list[list[int]] = [[] for _ in range(n_nodes)]
    for arc, node in enumerate(tail.tolist()):
        rows[node].append(arc)
    order = np.array([arc for row in rows for arc in row], np.int64)
    indptr = np.array([sum(len(row) for row in rows[:node]) for node in range(n_nodes + 1)], np.int64)
    return indptr, head[order], cost[order], order


def transpose(indptr: Array, indices: Array, cost: Array) -> tuple[Array, Array, Array, Array]:
    """Twin of `csr.transpose`."""
    arcs = _arcs(indptr, indices, cost)
    tail = np.array([arc[0] for arc in arcs], np.int32)
    return build(len(indptr) - 1, indices, tail, cost)


def from_seeds(
    indptr: Array, indices: Array, cost: Array, seed_node: Array, seed_cost: Array, limit: int
) -> npt.NDArray[np.int32]:
    """Twin of `shortest.from_seeds`."""
    spent = _spread(_arcs(indptr, indices, cost), _pairs(seed_node, seed_cost))
    return np.array([_capped(spent.get(node), limit) for node in range(len(indptr) - 1)], np.int32)


def at_points(
    label: Array, entry_ptr: Array, entry_node: Array, entry_cost: Array, limit: int
) -> npt.NDArray[np.int32]:
    """Twin of `shortest.at_points`."""
    answers = []
    for point in range(len(entry_ptr) - 1):
        ways = [
            int(label[node]) + extra
            for node, extra in _rows(entry_ptr, point, entry_node, entry_cost)
            if label[node] != UNREACHABLE
        ]
        answers.append(_capped(min(ways, default=None), limit))
    return np.array(answers, np.int32)


def path(
    indptr: Array,
    indices: Array,
    cost: Array,
    seed_node: Array,
    seed_cost: Array,
    target_node: Array,
    target_cost: Array,
    limit: int,
) -> tuple[int, npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Twin of `shortest.path`: labels are (cost, arcs travelled), and the way is read off from its end."""
    arcs = _arcs(indptr, indices, cost)
    labels: dict[int, tuple[int, int]] = {}
    queue = [(spent, 0, node) for node, spent in _pairs(seed_node, seed_cost)]
    heapq.heapify(queue)
    leaving = _by_tail(arcs)
    while queue:
        spent, hops, node = heapq.heappop(queue)
        if node in labels:
            continue
        labels[node] = (spent, hops)
        for _, head, extra in leaving.get(node, []):
            heapq.heappush(queue, (spent + extra, hops + 1, head))
    ends = [
        (labels[node][0] + extra, labels[node][1], node)
        for node, extra in _pairs(target_node, target_cost)
        if node in labels
    ]
    whole, hops, node = min(ends, default=(UNREACHABLE, 0, -1))
    if whole > min(limit, UNREACHABLE - 1):
        return UNREACHABLE, np.empty(0, np.int32), np.empty(0, np.int64)
    nodes = [node]
    taken: list[int] = []
    while labels[nodes[0]][1] > 0:
        spent, hops = labels[nodes[0]]
        before, arc = min(
            (tail, position)
            for position, (tail, head, extra) in enumerate(arcs)
            if head == nodes[0] and labels.get(tail) == (spent - extra, hops - 1)
        )
        nodes.insert(0, before)
        taken.insert(0, arc)
    return whole, np.array(nodes, np.int32), np.array(taken, np.int64)


def components(indptr: Array, indices: Array) -> npt.NDArray[np.int32]:
    """Twin of `shortest.components`: flood each node's surroundings."""
    both_ways = _by_tail(
        [(a, b, 0) for a, b, _ in _arcs(indptr, indices, indices)]
        + [(b, a, 0) for a, b, _ in _arcs(indptr, indices, indices)]
    )
    return _numbered([min(_flood(both_ways, node)) for node in range(len(indptr) - 1)])


def strong_components(indptr: Array, indices: Array) -> npt.NDArray[np.int32]:
    """Twin of `shortest.strong_components`: the nodes one reaches that reach one back."""
    leaving = _by_tail(_arcs(indptr, indices, indices))
    reached = [_flood(leaving, node) for node in range(len(indptr) - 1)]
    return _numbered([min(other for other in mine if node in reached[other]) for node, mine in enumerate(reached)])


def count_and_nearest(
    indptr: Array,
    indices: Array,
    cost: Array,
    origin_entry_ptr: Array,
    origin_entry_node: Array,
    origin_entry_cost: Array,
    place_ptr: Array,
    place_id: Array,
    place_entry_cost: Array,
    place_category: Array,
    weight: Array,
    n_categories: int,
    direct_ptr: Array,
    direct_place: Array,
    direct_cost: Array,
    limit: int,
    k: int,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Twin of `simple_engine.count_and_nearest`: read off the whole table of costs."""
    table = cost_table(
        indptr, indices, cost, origin_entry_ptr, origin_entry_node, origin_entry_cost, place_ptr, place_id,
        place_entry_cost, len(place_category), direct_ptr, direct_place, direct_cost, limit,
    )  # fmt: skip
    counts = np.zeros((len(table), n_categories), np.int64)
    nearest = np.full((len(table), n_categories, k), UNREACHABLE, np.int32)
    for origin, row in enumerate(table.tolist()):
        for kind in range(n_categories):
            near = [p for p in range(len(row)) if place_category[p] == kind and row[p] != UNREACHABLE]
            counts[origin, kind] = sum(int(weight[p]) for p in near)
            costs = sorted(row[p] for p in near)[:k]
            nearest[origin, kind, : len(costs)] = costs
    return counts, nearest


def cost_table(
    indptr: Array,
    indices: Array,
    cost: Array,
    origin_entry_ptr: Array,
    origin_entry_node: Array,
    origin_entry_cost: Array,
    place_ptr: Array,
    place_id: Array,
    place_entry_cost: Array,
    n_places: int,
    direct_ptr: Array,
    direct_place: Array,
    direct_cost: Array,
    limit: int,
) -> npt.NDArray[np.int32]:
    """Twin of `reach.cost_table`: every place is a node of its own, one arc beyond each of its entries."""
    nodes = len(indptr) - 1
    arcs = _arcs(indptr, indices, cost)
    for node in range(nodes):
        arcs += [(node, nodes + p, extra) for p, extra in _rows(place_ptr, node, place_id, place_entry_cost)]
    table = np.full((len(origin_entry_ptr) - 1, n_places), UNREACHABLE, np.int32)
    for origin in range(len(table)):
        seeds = _rows(origin_entry_ptr, origin, origin_entry_node, origin_entry_cost)
        seeds += [(nodes + p, extra) for p, extra in _rows(direct_ptr, origin, direct_place, direct_cost)]
        spent = _spread(arcs, seeds)
        table[origin] = [_capped(spent.get(nodes + p), limit) for p in range(n_places)]
    return table


def _arcs(indptr: Array, indices: Array, cost: Array) -> Arcs:
    """(tail, head, cost) in order of position."""
    return [(node, *arc) for node in range(len(indptr) - 1) for arc in _rows(indptr, node, indices, cost)]


def _rows(ptr: Array, row: int, *columns: Array) -> list[Any]:
    return list(zip(*(column[ptr[row] : ptr[row + 1]].tolist() for column in columns), strict=True))


def _pairs(left: Array, right: Array) -> list[tuple[int, int]]:
    return list(zip(left.tolist(), right.tolist(), strict=True))


def _by_tail(arcs: Arcs) -> dict[int, Arcs]:
    leaving: dict[int, Arcs] = {}
    for arc in arcs:
        leaving.setdefault(arc[0], []).append(arc)
    return leaving


def _spread(arcs: Arcs, seeds: list[tuple[int, int]]) -> dict[int, int]:
    """Cost of getting to each node that can be reached at all."""
    leaving = _by_tail(arcs)
    queue = [(spent, node) for node, spent in seeds]
    heapq.heapify(queue)
    settled: dict[int, int] = {}
    while queue:
        spent, node = heapq.heappop(queue)
        if node in settled:
            continue
        settled[node] = spent
        for _, head, extra in leaving.get(node, []):
            heapq.heappush(queue, (spent + extra, head))
    return settled


def _capped(spent: int | None, limit: int) -> int:
    return UNREACHABLE if spent is None or spent > min(limit, UNREACHABLE - 1) else spent


def _flood(leaving: dict[int, Arcs], start: int) -> set[int]:
    seen, front = {start}, [start]
    while front:
        for _, head, _ in leaving.get(front.pop(), []):
            if head not in seen:
                seen.add(head)
                front.append(head)
    return seen


def _numbered(lowest: list[int]) -> npt.NDArray[np.int32]:
    number = {node: i for i, node in enumerate(sorted(set(lowest)))}
    return np.array([number[node] for node in lowest], np.int32)
