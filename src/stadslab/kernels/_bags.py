"""Trees that hang on a network, taken off and remembered.

Every way out of a dead end leads through the node it hangs on. A search from that node with a bag of
origins answers for all of them, and reaches the bags of other nodes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from stadslab.kernels._arrays import Int32, Int64
from stadslab.kernels._jit import njit

SMALL = 24  # nodes in a bag where pairs of its nodes are looked at one by one


class Bags(NamedTuple):
    """What is left of a two-way graph of n nodes, and what hangs on each of the c nodes left."""

    kept: Int32
    """int32[c]: the nodes that are left."""
    indptr: Int64
    indices: Int32
    cost: Int32
    """The graph of those, in CSR: int64[c + 1], int32[k], int32[k]."""
    ptr: Int64
    """int64[c + 1]: the bag of kept[i] is at ptr[i]:ptr[i + 1] of node and offset."""
    node: Int32
    """int32[n]: nearest first, so the kept node itself comes first; of equally near ones the lowest."""
    offset: Int64
    """int64[n]: cost between each and its kept node."""
    above: Int32
    """int32[n], by node: the next node on the way to the kept one; a kept node itself."""
    below: Int64
    """int64[n], by node: nodes of the tree that hangs here, the node itself included."""
    off: Int32
    """int32[n - c]: the nodes taken off, each before the one it hung on."""


@njit
def take_off(indptr: Int64, indices: Int32, cost: Int32, most: int) -> Bags:
    """Take off dead ends, and what then becomes one, as long as no more than `most` nodes hang on one.

    The graph: two-way, simple. `most` of n: all of them, and of a tree the last node is left.
    """
    nodes = indptr.size - 1
    degree = np.empty(nodes, np.int64)
    above = np.arange(nodes).astype(np.int32)
    step = np.zeros(nodes, np.int64)
    below = np.ones(nodes, np.int64)
    off = np.empty(nodes, np.int32)
    queue = np.empty(nodes, np.int32)
    ends = 0
    for node in range(nodes):
        degree[node] = indptr[node + 1] - indptr[node]
        if degree[node] == 1:
            queue[ends] = node
            ends += 1
    taken = 0
    gone = 0
    while taken < ends:
        node = queue[taken]
        taken += 1
        if degree[node] != 1:  # its last neighbour hung itself on it meanwhile
            continue
        arc = indptr[node]
        while above[indices[arc]] != indices[arc]:
            arc += 1
        next_one = indices[arc]
        if below[node] + below[next_one] > most:
            continue
        above[node] = next_one
        step[node] = cost[arc]
        below[next_one] += below[node]
        off[gone] = node
        gone += 1
        degree[node] = 0
        degree[next_one] -= 1
        if degree[next_one] == 1:
            queue[ends] = next_one
            ends += 1
    number = np.full(nodes, -1, np.int32)
    kept = np.empty(nodes - gone, np.int32)
    left = 0
    for node in range(nodes):
        if above[node] == node:
            number[node] = left
            kept[left] = node
            left += 1
    ptr = np.zeros(left + 1, np.int64)
    row = np.zeros(left + 1, np.int64)
    for i in range(left):
        ptr[i + 1] = ptr[i] + below[kept[i]]
        for arc in range(indptr[kept[i]], indptr[kept[i] + 1]):
            row[i + 1] += number[indices[arc]] >= 0
        row[i + 1] += row[i]
    heads = np.empty(row[left], np.int32)
    costs = np.empty(row[left], np.int32)
    filled = 0
    for i in range(left):
        for arc in range(indptr[kept[i]], indptr[kept[i] + 1]):
            if number[indices[arc]] >= 0:
                heads[filled] = number[indices[arc]]
                costs[filled] = cost[arc]
                filled += 1
    for i in range(gone - 1, -1, -1):  # what a node hangs on is settled before it
        step[off[i]] += step[above[off[i]]]
        number[off[i]] = number[above[off[i]]]
    bag_node = np.empty(nodes, np.int32)
    offset = np.empty(nodes, np.int64)
    full = ptr[:-1].copy()
    for i in range(left):
        bag_node[ptr[i]] = kept[i]
        offset[ptr[i]] = 0
        full[i] += 1
    for node in range(nodes):
        if above[node] == node:
            continue
        i = number[node]
        at = full[i]
        if most <= SMALL:
            while offset[at - 1] > step[node]:
                offset[at] = offset[at - 1]
                bag_node[at] = bag_node[at - 1]
                at -= 1
        offset[at] = step[node]
        bag_node[at] = node
        full[i] += 1
    return Bags(kept, row, heads, costs, ptr, bag_node, offset, above, below, off[:gone].copy())


@njit
def pairs_inside(bags: Bags, limit: int, flow: Int64, counts: Int64, total: Int64) -> None:
    """Add what happens within each bag: pairs that pass each node, nodes within the limit and their cost.

    flow, counts, total: int64[n] by node. Both directions of a pair count. Bags are small.
    """
    nodes = bags.node.size
    place = np.empty(nodes, np.int64)
    for k in range(nodes):
        place[bags.node[k]] = k
    deep = np.zeros(nodes, np.int32)
    for i in range(bags.off.size - 1, -1, -1):
        deep[bags.off[i]] = deep[bags.above[bags.off[i]]] + 1
    for i in range(bags.kept.size):
        for k in range(bags.ptr[i], bags.ptr[i + 1]):
            for other in range(k + 1, bags.ptr[i + 1]):
                a = bags.node[k]
                b = bags.node[other]
                spent = np.int64(0)
                while a != b:  # up to where both ways meet
                    if deep[a] >= deep[b]:
                        spent += bags.offset[place[a]] - bags.offset[place[bags.above[a]]]
                        a = bags.above[a]
                    else:
                        spent += bags.offset[place[b]] - bags.offset[place[bags.above[b]]]
                        b = bags.above[b]
                if spent > limit:
                    continue
                one = bags.node[k]
                two = bags.node[other]
                counts[one] += 1
                counts[two] += 1
                total[one] += spent
                total[two] += spent
                meeting = a
                a = one
                while a != meeting:
                    if a != one:
                        flow[a] += 2
                    a = bags.above[a]
                b = two
                while b != meeting:
                    if b != two:
                        flow[b] += 2
                    b = bags.above[b]
                if meeting not in (one, two):
                    flow[meeting] += 2


@njit
def pairs_leaving(bags: Bags, outside: Int64, flow: Int64) -> None:
    """Add the pairs between a bag node and other bags to the nodes on its way out, the kept one left out.

    outside: int64[n], by bag place: destinations in other bags within the limit. Both directions count.
    """
    passing = np.zeros(bags.node.size, np.int64)
    by_node = np.zeros(bags.node.size, np.int64)
    for k in range(bags.node.size):
        by_node[bags.node[k]] = outside[k]
    for i in range(bags.off.size):
        node = bags.off[i]
        flow[node] += 2 * passing[node]
        passing[bags.above[node]] += passing[node] + by_node[node]
