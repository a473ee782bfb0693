"""Searches that count shortest ways, and what each node carries of them.

One search from a source settles nodes in order of cost and keeps for each the one before it. Where no
two ways are equally cheap that is all there is to know, and everything after is whole numbers. Where some are, the
numbers of ways are counted in the order of settling, and the sums backwards are float64.

Nodes wait in buckets of equal width, mostly one in each and never more than four; what finds its bucket full or is
too far ahead waits in a binary heap. So the usual step costs a few loads, the worst that of a heap.

Sums over sources are kept in int64 with `shift` binary places: each source's part is rounded once, and from
there on no order of adding and no number of threads changes a bit.

Nodes and positions are unsigned here: numba would guard a signed index against counting from the end.

Sources: Brandes (2001), "A faster algorithm for betweenness centrality"; Brandes (2008), "On variants of
shortest-path betweenness centrality" (bounded distance); Dial (1969), "Algorithm 360" (buckets).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from stadslab.kernels._arrays import Int32, Int64
from stadslab.kernels._blocks import in_blocks
from stadslab.kernels._jit import njit

if TYPE_CHECKING:
    from collections.abc import Callable

UInt32 = npt.NDArray[np.uint32]
UInt64 = npt.NDArray[np.uint64]
Float64 = npt.NDArray[np.float64]

_NODE = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_ZERO, _ONE = np.uint64(0), np.uint64(1)
_SLOTS = 2048
_HELD = np.uint64(4)


class Streets(NamedTuple):
    """A graph as the searches read it."""

    row: UInt32
    """uint32[n + 1]: arcs leaving node v are at row[v]:row[v + 1]."""
    arc: UInt64
    """uint64[m]: cost << 32 | head. No loops; costs of one or more; costs and sums within the limit fit 31 bits."""
    width: np.uint64
    """A bucket holds costs that agree but for so many low bits."""


class Scratch(NamedTuple):
    """What a search owns. Between searches `label` is limit + 1 everywhere, and what is summed up in is zero."""

    label: UInt32
    before: UInt32
    settled: UInt32
    filled: UInt32
    waiting: UInt64
    heap: UInt64
    ways: Float64
    carried: Int64
    share: Float64


def streets(indptr: Int64, indices: Int32, cost: npt.NDArray[np.int64] | Int32) -> Streets:
    """A simple graph in CSR, packed."""
    arc = (cost.astype(np.uint64) << _HALF) | indices.astype(np.uint64)
    usual = int(np.median(cost)) if cost.size else 1
    return Streets(indptr.astype(np.uint32), arc, np.uint64(max(0, usual.bit_length() - 6)))


def scratch(network: Streets, limit: int) -> Scratch:
    """Clean scratch for searches on this graph within this limit."""
    nodes, arcs = network.row.size - 1, network.arc.size
    return Scratch(
        np.full(nodes, limit + 1, np.uint32),
        np.empty(nodes, np.uint32),
        np.empty(nodes, np.uint32),
        np.zeros(_SLOTS, np.uint32),
        np.empty(_SLOTS * int(_HELD), np.uint64),
        np.empty(arcs + 1, np.uint64),
        np.zeros(nodes, np.float64),
        np.zeros(nodes, np.int64),
        np.zeros(nodes, np.float64),
    )


@njit
def _pushed(heap: UInt64, size: np.uint64, key: np.uint64) -> np.uint64:
    """Add a key to a heap of `size` keys; the new size."""
    hole = size
    while hole > _ZERO:
        parent = (hole - _ONE) >> _ONE
        if heap[parent] <= key:
            break
        heap[hole] = heap[parent]
        hole = parent
    heap[hole] = key
    return size + _ONE


@njit
def _popped(heap: UInt64, size: np.uint64) -> np.uint64:
    """Drop the smallest key, heap[0]; the new size."""
    size = size - _ONE
    key = heap[size]
    hole = _ZERO
    child = _ONE
    while child < size:
        if child + _ONE < size and heap[child + _ONE] < heap[child]:
            child = child + _ONE
        if heap[child] >= key:
            break
        heap[hole] = heap[child]
        hole = child
        child = (hole << _ONE) + _ONE
    heap[hole] = key
    return size


@njit
def spread(
    network: Streets,
    source: np.uint64,
    limit: np.uint64,
    label: UInt32,
    before: UInt32,
    settled: UInt32,
    filled: UInt32,
    waiting: UInt64,
    heap: UInt64,
) -> tuple[int, bool]:
    """Settle every node within the limit; how many, and whether two ways to one node were ever equally cheap.

    label: limit + 1 everywhere before.
    """
    row, arcs, width = network
    last_slot = np.uint64(filled.size - 1)
    bucket = width + _HALF
    label[source] = _ZERO
    near = 0  # keys in buckets, from `now` on
    far = _ZERO  # keys in the heap
    now = _ZERO
    count = 0
    equal = False
    key = source
    while True:
        here = key & _NODE
        if key >> _HALF == label[here]:  # else a cheaper way was found after this one
            settled[count] = here
            count += 1
            so_far = key - here
            for position in range(np.uint64(row[here]), np.uint64(row[here + _ONE])):
                fresh = so_far + arcs[position]
                there = fresh & _NODE
                reached = fresh >> _HALF
                known = np.uint64(label[there])
                if reached < known:
                    label[there] = reached
                    before[there] = here
                    place = fresh >> bucket
                    slot = place & last_slot
                    held = np.uint64(filled[slot])
                    if place - now <= last_slot and held < _HELD:
                        waiting[slot * _HELD + held] = fresh
                        filled[slot] = held + _ONE
                        near += 1
                    else:
                        far = _pushed(heap, far, fresh)
                elif reached == known and reached <= limit:
                    equal = True
        if near == 0:
            if far == _ZERO:
                return count, equal
            key = heap[0]
            now = key >> bucket
            far = _popped(heap, far)
            continue
        slot = now & last_slot
        held = np.uint64(filled[slot])
        if far == _ZERO:
            while held == _ZERO:
                now = now + _ONE
                slot = now & last_slot
                held = np.uint64(filled[slot])
        else:
            stop = heap[0] >> bucket
            while held == _ZERO and now < stop:
                now = now + _ONE
                slot = now & last_slot
                held = np.uint64(filled[slot])
            if held == _ZERO:
                key = heap[0]
                far = _popped(heap, far)
                continue
        held = held - _ONE
        base = slot * _HELD
        key = waiting[base + held]
        for i in range(held):  # the smallest of the bucket; the others stay
            other = waiting[base + i]
            if other < key:
                waiting[base + i] = key
                key = other
        if far > _ZERO and heap[0] < key:
            waiting[base + held] = key
            key = heap[0]
            far = _popped(heap, far)
        else:
            filled[slot] = held
            near -= 1


@njit
def count_ways(network: Streets, limit: np.uint64, label: UInt32, settled: UInt32, count: int, ways: Float64) -> None:
    """How many shortest ways lead to each settled node? One to the first, which is the source. ways: zeros."""
    row, arcs, _ = network
    ways[settled[0]] = 1.0
    for i in range(count):
        here = np.uint64(settled[i])
        so_far = np.uint64(label[here])
        for position in range(np.uint64(row[here]), np.uint64(row[here + _ONE])):
            there = arcs[position] & _NODE
            reached = so_far + (arcs[position] >> _HALF)
            if reached == np.uint64(label[there]) and reached <= limit:
                ways[there] += ways[here]


@njit
def pairs_through(
    network: Streets,
    limit: np.uint64,
    sources: UInt32,
    start: int,
    stop: int,
    origins: Int64,
    destinations: Int64,
    bag_ptr: Int64,
    bag_offset: Int64,
    shift: int,
    own: Scratch,
    flow: Int64,
    outside: Int64,
) -> None:
    """Add to flow[v] the pairs from sources[start:stop] to anywhere that pass v, v being neither end.

    What hangs on node v by a tree is at bag_ptr[v]:bag_ptr[v + 1] of bag_offset, nearest first, v itself at offset 0;
    each of them is an origin and a destination. outside[k] counts the destinations within the limit of bag node k that
    lie in other bags. Where every bag holds its node alone, origins and destinations are weights.
    """
    row, arcs, _ = network
    label, before, settled, filled, waiting, heap, ways, carried, share = own
    unit = float(np.int64(1) << shift)
    for i in range(start, stop):
        source = np.uint64(sources[i])
        count, equal = spread(network, source, limit, label, before, settled, filled, waiting, heap)
        if equal:
            count_ways(network, limit, label, settled, count, ways)
        first = bag_ptr[source]
        behind = bag_ptr[source + _ONE]
        alone = behind - first == 1
        for j in range(count - 1, 0, -1):
            node = np.uint64(settled[j])
            mine = bag_ptr[node]
            last = bag_ptr[node + _ONE] - 1
            if alone and mine == last:
                ending = origins[source] * destinations[node]
                to_node = ending
            else:
                room = np.int64(limit) - np.int64(label[node])
                ending = np.int64(0)
                to_node = np.int64(0)
                for k in range(first, behind):
                    left = room - bag_offset[k]
                    if left < 0:
                        break
                    found = last
                    while bag_offset[found] > left:
                        found -= 1
                    ending += found - mine + 1
                    to_node += 1
                    outside[k] += found - mine + 1
            if equal:
                beyond = 0.0
                so_far = np.uint64(label[node])
                for position in range(np.uint64(row[node]), np.uint64(row[node + _ONE])):
                    there = arcs[position] & _NODE
                    reached = so_far + (arcs[position] >> _HALF)
                    if reached == np.uint64(label[there]) and reached <= limit:
                        beyond += share[there]
                beyond *= ways[node]
                share[node] = (ending + beyond) / ways[node]
                flow[node] += np.int64((ending - to_node + beyond) * unit + 0.5)
            else:
                passing = carried[node]
                carried[before[node]] += ending + passing
                flow[node] += (ending - to_node + passing) << shift
                carried[node] = 0
                label[node] = limit + _ONE
        if equal:
            for j in range(count):
                node = np.uint64(settled[j])
                label[node] = limit + _ONE
                ways[node] = 0.0
                share[node] = 0.0
        carried[source] = 0
        label[source] = limit + _ONE
        leaving = np.int64(0)
        for k in range(first + 1, behind):
            leaving += outside[k]
        flow[source] += leaving << shift


@njit
def ways_out(
    network: Streets,
    limit: np.uint64,
    start: int,
    stop: int,
    destinations: Int64,
    bag_ptr: Int64,
    bag_offset: Int64,
    own: Scratch,
    counts: Int64,
    total: Int64,
) -> None:
    """Destinations in other bags within the limit of every bag node of start:stop, and the cost to all of them.

    counts, total: int64 by bag place. Bags and destinations as in `pairs_through`.
    """
    label, before, settled, filled, waiting, heap, _, _, _ = own
    for i in range(start, stop):
        source = np.uint64(i)
        count, _ = spread(network, source, limit, label, before, settled, filled, waiting, heap)
        first = bag_ptr[i]
        behind = bag_ptr[i + 1]
        for j in range(1, count):
            node = np.uint64(settled[j])
            so_far = np.int64(label[node])
            label[node] = limit + _ONE
            mine = bag_ptr[node]
            last = bag_ptr[node + _ONE] - 1
            if behind - first == 1 and mine == last:
                counts[first] += destinations[node]
                total[first] += destinations[node] * so_far
                continue
            for k in range(first, behind):
                for found in range(mine, last + 1):
                    spent = bag_offset[k] + so_far + bag_offset[found]
                    if spent > np.int64(limit):
                        break
                    counts[k] += 1
                    total[k] += spent
        label[source] = limit + _ONE


def summed(
    network: Streets,
    limit: int,
    sources: npt.NDArray[np.uint32],
    origins: Int64,
    destinations: Int64,
    bag_ptr: Int64,
    bag_offset: Int64,
    shift: int,
    outside: Int64,
    threads: int | None,
) -> Int64:
    """`pairs_through` over all sources, each thread with sums of its own: int64[n], `shift` binary places."""
    flows: list[Int64] = []

    def prepare() -> Callable[[int, int], None]:
        own = scratch(network, limit)
        flow = np.zeros(network.row.size - 1, np.int64)
        flows.append(flow)
        return lambda start, stop: pairs_through(
            network, np.uint64(limit), sources, start, stop, origins, destinations, bag_ptr, bag_offset, shift, own,
            flow, outside,
        )  # fmt: skip

    in_blocks(sources.size, prepare, threads)
    return np.sum(flows, axis=0, dtype=np.int64) if flows else np.zeros(network.row.size - 1, np.int64)
