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
from stadslab.kernels._jit import inner, njit
from stadslab.kernels.access import Load
from stadslab.kernels.contraction import Contracted
from stadslab.kernels.lanes import Seekers

if TYPE_CHECKING:
    from collections.abc import Callable

_BUCKETS = 1024


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
    8 bytes for each node and each of the k, once a thread.
    """
    item_node = _arrays.table("item_node", item_node, np.int32)
    item_cost = _arrays.table("item_cost", item_cost, np.int32)
    if item_node.size and (item_node.min() < -1 or item_node.max() >= graph.nodes or item_cost.min() < 0):
        raise ValueError(f"item_node: from -1 to {graph.nodes - 1}, item_cost: none under 0")
    if limit > lanes.MOST:
        raise ValueError(f"limit: at most {lanes.MOST}; got {limit}")
    items = item_node.shape[0]
    answer = np.full((items, brought.categories, k), UNREACHABLE, np.int32)
    if k < 1 or limit < 0 or not items:
        return answer
    direct = _direct_by_item(seek, items)
    point = np.repeat(np.arange(brought.ptr.size - 1, dtype=np.int32), np.diff(brought.ptr))
    order = np.lexsort((point, brought.category))
    ptr = np.searchsorted(brought.category[order], np.arange(brought.categories + 1)).astype(np.int64)
    sources, number = point[order], np.clip(brought.amount[order], 0, k).astype(np.int32)

    def prepare() -> Callable[[int, int], None]:
        cost, source = np.empty((graph.nodes, k), np.int32), np.empty((graph.nodes, k), np.int32)
        times = np.zeros(seek.node.shape[0], np.int32)

        def work(start: int, stop: int) -> None:
            for category in range(start, stop):
                mine = sources[ptr[category] : ptr[category + 1]]
                times[mine] = number[ptr[category] : ptr[category + 1]]
                _wave(graph, seek, mine, limit, cost, source)
                near = answer[:, category]
                _to_items(item_node, item_cost, *direct, times, limit, cost, source, near)
                times[mine] = 0

        return work

    in_blocks(brought.categories, prepare, threads, smallest=1)
    return answer


def _direct_by_item(seek: Seekers, items: int) -> tuple[Int64, Int32, Int32]:
    """Seekers on the same street as each item, with the cost along it."""
    source = np.repeat(np.arange(seek.direct_ptr.size - 1, dtype=np.int32), np.diff(seek.direct_ptr))
    order = np.lexsort((source, seek.direct_item))
    ptr = np.zeros(items + 1, np.int64)
    np.cumsum(np.bincount(seek.direct_item, minlength=items), out=ptr[1:])
    return ptr, source[order], seek.direct_cost[order]


@inner
def _keep(cost: Int32, source: Int32, new: Any, place: int) -> bool:
    """Put a place at this cost into an ascending list of k places, ended by source -1; whether it belonged there."""
    k = cost.size
    if source[k - 1] >= 0 and new >= cost[k - 1]:
        return False
    slot = 0
    while slot < k and source[slot] >= 0 and source[slot] != place:
        slot += 1
    if slot == k:
        slot = k - 1  # the last one goes
    elif source[slot] == place and cost[slot] <= new:
        return False
    while slot > 0 and cost[slot - 1] > new:
        cost[slot] = cost[slot - 1]
        source[slot] = source[slot - 1]
        slot -= 1
    cost[slot] = new
    source[slot] = place
    return True


@njit
def _wave(graph: Contracted, seek: Seekers, sources: Int32, limit: int, cost: Int32, source: Int32) -> None:
    """Fill cost and source, int32[n, k]: the k nearest of these places for every node, ended by source -1."""
    ptr, to, price, is_core = graph.ptr, graph.to, graph.cost, graph.is_core
    core_ptr, core_to, core_cost = graph.core_ptr, graph.core_to, graph.core_cost
    late_ptr, late_node, late_cost = graph.late_ptr, graph.late_node, graph.late_cost
    source[:] = -1
    shift = 0
    while (limit >> shift) >= _BUCKETS:
        shift += 1
    first = np.full((limit >> shift) + 1, -1, np.int64)
    room = max(1024, 4 * sources.size)
    at = np.empty(room, np.int32)
    whose = np.empty(room, np.int32)
    spent = np.empty(room, np.int32)
    following = np.empty(room, np.int64)
    free: Any = np.int64(-1)
    label: Any = np.int64(-1)
    used = 0
    inside = np.empty(16, np.int32)  # nodes of a dead end or chain still to leave from
    inside_cost = np.empty(16, np.int32)
    for bucket in range(-1, first.size):
        turn = 0
        while True:
            # Arcs from here on: what one place meets first, then what every waiting label leads to.
            if bucket < 0:
                if turn == 2 * sources.size:
                    break
                place = sources[turn >> 1]
                node = seek.node[place, turn & 1]
                so_far = seek.cost[place, turn & 1]
                turn += 1
                if node < 0 or so_far > limit or not _keep(cost[node], source[node], so_far, place):
                    continue
                inside[0] = node
                inside_cost[0] = so_far
                waiting = 1
                while waiting > 0:
                    waiting -= 1
                    node = inside[waiting]
                    so_far = inside_cost[waiting]
                    if is_core[node]:
                        if free >= 0:
                            label = free
                            free = following[free]
                        else:
                            if used == at.size:
                                at, whose, spent = _twice(at), _twice(whose), _twice(spent)
                                following = _twice64(following)
                            label = used
                            used += 1
                        at[label] = node
                        whose[label] = place
                        spent[label] = so_far
                        following[label] = first[so_far >> shift]
                        first[so_far >> shift] = label
                        continue
                    for arc in range(ptr[node], ptr[node + 1]):
                        there = to[arc]
                        total = np.int64(so_far) + np.int64(price[arc])
                        if total > limit or not _keep(cost[there], source[there], total, place):
                            continue
                        if waiting == inside.size:
                            inside, inside_cost = _twice(inside), _twice(inside_cost)
                        inside[waiting] = there
                        inside_cost[waiting] = total
                        waiting += 1
                continue
            if first[bucket] < 0:
                break
            label = first[bucket]
            first[bucket] = following[label]
            following[label] = free
            free = label
            node = at[label]
            place = whose[label]
            so_far = spent[label]
            slot = 0
            while slot < cost.shape[1] and source[node, slot] >= 0 and source[node, slot] != place:
                slot += 1
            if slot == cost.shape[1] or source[node, slot] != place or cost[node, slot] != so_far:
                continue  # overtaken
            for arc in range(core_ptr[node], core_ptr[node + 1]):
                there = core_to[arc]
                total = np.int64(so_far) + np.int64(core_cost[arc])
                if total > limit or not _keep(cost[there], source[there], total, place):
                    continue
                if free >= 0:
                    label = free
                    free = following[free]
                else:
                    if used == at.size:
                        at, whose, spent = _twice(at), _twice(whose), _twice(spent)
                        following = _twice64(following)
                    label = used
                    used += 1
                at[label] = there
                whose[label] = place
                spent[label] = total
                following[label] = first[total >> shift]
                first[total >> shift] = label
    for node in range(is_core.size):
        if source[node, 0] < 0 or not is_core[node]:
            continue
        for way in range(late_ptr[node], late_ptr[node + 1]):
            there = late_node[way]
            if np.int64(cost[node, 0]) + np.int64(late_cost[way]) > limit:
                break  # ways come cheapest first
            for slot in range(cost.shape[1]):
                if source[node, slot] < 0:
                    break
                total = np.int64(cost[node, slot]) + np.int64(late_cost[way])
                if total > limit:
                    break
                _keep(cost[there], source[there], total, source[node, slot])


@inner
def _twice(array: Int32) -> Int32:
    more = np.empty(2 * array.size, np.int32)
    more[: array.size] = array
    return more


@inner
def _twice64(array: Int64) -> Int64:
    more = np.empty(2 * array.size, np.int64)
    more[: array.size] = array
    return more


@njit
def _to_items(
    item_node: Int32,
    item_cost: Int32,
    direct_ptr: Int64,
    direct_source: Int32,
    direct_cost: Int32,
    times: Int32,
    limit: int,
    cost: Int32,
    source: Int32,
    near: Int32,
) -> None:
    """Fill near[items, k] from the lists of the nodes each item is entered from and from its own street.

    times: int32[seekers], how many each stands for; none for a seeker of another category.
    """
    k = cost.shape[1]
    kept_cost = np.empty(k, np.int32)
    kept_source = np.empty(k, np.int32)
    for item in range(item_node.shape[0]):
        kept_source[:] = -1
        for entry in range(2):
            node = item_node[item, entry]
            if node < 0:
                continue
            for slot in range(k):
                if source[node, slot] < 0:
                    break
                total = np.int64(cost[node, slot]) + np.int64(item_cost[item, entry])
                if total > limit:
                    break
                _keep(kept_cost, kept_source, total, source[node, slot])
        for pair in range(direct_ptr[item], direct_ptr[item + 1]):
            if times[direct_source[pair]] > 0 and direct_cost[pair] <= limit:
                _keep(kept_cost, kept_source, direct_cost[pair], direct_source[pair])
        filled = 0
        for slot in range(k):
            if kept_source[slot] < 0:
                break
            for _ in range(times[kept_source[slot]]):
                if filled < k:
                    near[item, filled] = kept_cost[slot]
                    filled += 1
