"""The graph that centrality looks at: no loops, one arc between two nodes, no arc for nothing."""

from __future__ import annotations

import numpy as np

from stadslab.kernels._arrays import Int32, Int64
from stadslab.kernels._jit import njit


@njit
def simplified(indptr: Int64, indices: Int32, cost: Int32, order: Int64) -> tuple[Int64, Int32, Int32, bool]:
    """The same ways with nodes numbered anew; and whether every arc has its like the other way.

    order: int64[n], the old number of each new node. Loops go; of parallel arcs the cheapest stays; an arc that costs
    nothing costs one. Heads are in order within each row. Two counting sorts, so that a square with a
    thousand streets costs no more than a thousand squares.
    """
    nodes = indptr.size - 1
    arcs = indices.size
    rank = np.empty(nodes, np.int32)
    for new in range(nodes):
        rank[order[new]] = new
    by_head = np.zeros(nodes + 1, np.int64)
    for arc in range(arcs):
        by_head[rank[indices[arc]] + 1] += 1
    for node in range(nodes):
        by_head[node + 1] += by_head[node]
    tail_of = np.empty(arcs, np.int32)
    cost_of = np.empty(arcs, np.int32)
    filled = by_head[:-1].copy()
    for new in range(nodes):
        old = order[new]
        for arc in range(indptr[old], indptr[old + 1]):
            head = rank[indices[arc]]
            tail_of[filled[head]] = new
            cost_of[filled[head]] = max(cost[arc], np.int32(1))
            filled[head] += 1
    row = np.zeros(nodes + 1, np.int64)
    for head in range(nodes):
        before = np.int32(-1)
        for at in range(by_head[head], by_head[head + 1]):
            if tail_of[at] != head and tail_of[at] != before:
                row[tail_of[at] + 1] += 1
            before = tail_of[at]
    for node in range(nodes):
        row[node + 1] += row[node]
    heads = np.empty(row[nodes], np.int32)
    costs = np.empty(row[nodes], np.int32)
    filled = row[:-1].copy()
    for head in range(nodes):
        before = np.int32(-1)
        for at in range(by_head[head], by_head[head + 1]):
            tail = tail_of[at]
            if tail == head:
                continue
            if tail == before:
                costs[filled[tail] - 1] = min(costs[filled[tail] - 1], cost_of[at])
            else:
                heads[filled[tail]] = head
                costs[filled[tail]] = cost_of[at]
                filled[tail] += 1
            before = tail
    both_ways = True
    filled = row[:-1].copy()  # rows are in order, so the arcs back to the next tails lie next in each row
    for tail in range(nodes):
        for arc in range(row[tail], row[tail + 1]):
            head = heads[arc]
            back = filled[head]
            if back >= row[head + 1] or heads[back] != tail or costs[back] != costs[arc]:
                both_ways = False
            filled[head] = back + 1
    return row, heads, costs, both_ways
