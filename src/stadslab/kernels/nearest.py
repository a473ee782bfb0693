"""The k nearest of many, for every point at once: one wave from all places.

All places of a category set out together. A node keeps the k nearest it has heard of, each from another place, and
passes on only what it kept; so the work is at most k labels a node, however far the limit reaches and however many
places there are. Labels wait in buckets and may be overtaken by better ones, and end at the same lists.

Use it where many places lie within the limit; where there are few, `access.nearest_for_items` is faster.
Source: Erwig (2000), The graph Voronoi diagram with applications, Networks 36, for k = 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from stadslab.kernels import UNREACHABLE, _arrays, lanes
from stadslab.kernels._arrays import Int32, Int64
from stadslab.kernels._blocks import in_blocks
from stadslab.kernels._jit import njit
from stadslab.kernels._wave import NONE, PLACE, keep, merged, pushed, spread
from stadslab.kernels.access import Load, check
from stadslab.kernels.contraction import Contracted
from stadslab.kernels.lanes import Seekers

if TYPE_CHECKING:
    from collections.abc import Callable


def nearest(
    graph: Contracted,
    seek: Seekers,
    item_node: npt.NDArray[Any],
    item_cost: npt.NDArray[Any],
    brought: Load,
    limit: int,
    k: int,
    threads: int | None = None,
) -> Int32:
    """How near are the k nearest of each category to every item? int32[items, categories, k], UNREACHABLE where fewer.

    Arguments and answer as in `access.nearest_for_items`; item_node, item_cost: int32[i, 2] as in `lanes.items`. Takes
    8 bytes for each node and each of the k, once a thread (of which there are at most as many as categories).
    """
    item_node = _arrays.table("item_node", item_node, np.int32)
    item_cost = _arrays.table("item_cost", item_cost, np.int32)
    if item_node.size and (item_node.min() < -1 or item_node.max() >= graph.nodes or item_cost.min() < 0):
        raise ValueError(f"item_node: from -1 to {graph.nodes - 1}, item_cost: none under 0")
    items = item_node.shape[0]
    check(brought, len(seek.node), k)
    answer = np.full((items, brought.categories, k), UNREACHABLE, np.int32)
    if k < 1 or limit < 0 or not items:
        return answer
    direct = direct_by_item(seek, items)
    every = np.arange(items, dtype=np.int32)
    point = np.repeat(np.arange(brought.ptr.size - 1), np.diff(brought.ptr))
    there = np.flatnonzero(brought.amount > 0)
    key, which = np.unique(
        brought.category[there].astype(np.int64) * len(seek.node) + point[there], return_inverse=True
    )
    number = np.bincount(which, weights=np.minimum(brought.amount[there], k), minlength=len(key))
    number = np.minimum(number, k).astype(np.int32)
    sources = (key % max(len(seek.node), 1)).astype(np.int32)
    ptr = np.searchsorted(key, np.arange(brought.categories + 1) * len(seek.node)).astype(np.int64)

    def prepare() -> Callable[[int, int], None]:
        keys = np.empty((graph.nodes, k), np.int64)
        times = np.zeros(seek.node.shape[0], np.int32)

        def work(start: int, stop: int) -> None:
            for category in range(start, stop):
                mine = sources[ptr[category] : ptr[category + 1]]
                times[mine] = number[ptr[category] : ptr[category + 1]]
                fill(graph, seek, mine, limit, keys)
                to_items(item_node, item_cost, direct, times, limit, keys, every, answer[:, category])
                times[mine] = 0

        return work

    in_blocks(brought.categories, prepare, threads, block=1)
    return answer


def fill(graph: Contracted, seek: Seekers, sources: Int32, limit: int, keys: Int64) -> None:
    """Fill keys, int64[n, k]: the labels of the k nearest of these seekers at every node (see `_wave`)."""
    if limit > lanes.MOST:
        raise ValueError(f"limit: at most {lanes.MOST}; got {limit}")
    keys[:] = NONE
    labels, size = _set_out(graph, seek, sources, limit, keys)
    mark, changed = np.zeros(graph.nodes, np.uint8), np.empty(graph.nodes, np.int32)
    arcs = graph.core_start, graph.core_stop, graph.core_to, graph.core_cost
    spread(*arcs, keys, limit, labels, size, mark, changed, 0)
    _finish(graph, limit, keys)


def direct_by_item(seek: Seekers, items: int) -> tuple[Int64, Int32, Int32]:
    """Seekers on the same street as each item, with the cost along it: int64[items + 1], int32, int32."""
    source = np.repeat(np.arange(seek.direct_ptr.size - 1, dtype=np.int32), np.diff(seek.direct_ptr))
    order = np.lexsort((source, seek.direct_item))
    ptr = np.zeros(items + 1, np.int64)
    np.cumsum(np.bincount(seek.direct_item, minlength=items), out=ptr[1:])
    return ptr, source[order], seek.direct_cost[order]


def to_items(
    item_node: Int32,
    item_cost: Int32,
    direct: tuple[Int64, Int32, Int32],
    times: Int32,
    limit: int,
    keys: Int64,
    which: Int32,
    near: Int32,
) -> None:
    """Fill near[i] for the items i in `which` from the lists of the nodes they are entered from and their own street.

    times: int32[seekers], how many each stands for; 0 for a seeker of another category.
    """
    _to_items(item_node, item_cost, *direct, times, limit, keys, which, near)


@njit
def _set_out(graph: Contracted, seek: Seekers, sources: Int32, limit: int, keys: Int64) -> tuple[Int64, int]:
    """Put the places into the lists of what they meet first; the labels of core nodes, int64[size, 2]."""
    ptr, to, cost, is_core = graph.ptr, graph.to, graph.cost, graph.is_core
    labels = np.empty((max(16, 2 * sources.size), 2), np.int64)
    size = 0
    inside = np.empty((16, 2), np.int64)  # late nodes are trees: each is met once from here
    for place in sources:
        for entry in range(2):
            node = np.int64(seek.node[place, entry])
            key = (np.int64(seek.cost[place, entry]) << 32) | np.int64(place)
            if node < 0 or seek.cost[place, entry] > limit or not keep(keys[node], key):
                continue
            inside = pushed(inside, 0, node, key)
            waiting = 1
            while waiting > 0:
                waiting -= 1
                here = inside[waiting, 0]
                key = inside[waiting, 1]
                if is_core[here]:
                    labels = pushed(labels, size, here, key)
                    size += 1
                    continue
                for arc in range(ptr[here], ptr[here + 1]):
                    total = (key >> 32) + np.int64(cost[arc])
                    new = (total << 32) | np.int64(place)
                    if total <= limit and keep(keys[to[arc]], new):
                        inside = pushed(inside, waiting, to[arc], new)
                        waiting += 1
    return labels, size


@njit
def _finish(graph: Contracted, limit: int, keys: Int64) -> None:
    """Fill the lists of late nodes from those of core nodes."""
    late_ptr, late_node, late_cost = graph.late_ptr, graph.late_node, graph.late_cost
    for node in range(graph.is_core.size):
        for way in range(late_ptr[node], late_ptr[node + 1]):
            there = late_node[way]
            for slot in range(keys.shape[1]):
                key = keys[node, slot]
                if key == NONE:
                    break
                total = (key >> 32) + np.int64(late_cost[way])
                if total > limit:
                    break
                keep(keys[there], (total << 32) | (key & PLACE))


@njit
def _to_items(
    item_node: Int32,
    item_cost: Int32,
    direct_ptr: Int64,
    direct_source: Int32,
    direct_cost: Int32,
    times: Int32,
    limit: int,
    keys: Int64,
    which: Int32,
    near: Int32,
) -> None:
    k = keys.shape[1]
    own = np.empty(k, np.int64)
    for item in which:
        own[merged(keys, item_node[item], item_cost[item], limit, own) :] = NONE
        for pair in range(direct_ptr[item], direct_ptr[item + 1]):
            if times[direct_source[pair]] > 0 and direct_cost[pair] <= limit:
                keep(own, (np.int64(direct_cost[pair]) << 32) | np.int64(direct_source[pair]))
        filled = 0
        for slot in range(k):
            if own[slot] == NONE:
                break
            for _ in range(times[own[slot] & PLACE]):
                if filled < k:
                    near[item, filled] = own[slot] >> 32
                    filled += 1
        for slot in range(filled, k):
            near[item, slot] = UNREACHABLE
