"""How much is within reach, and how near is the nearest: sums and lists over searches in lanes.

Two sides meet here. *Seekers* are searched from and *items* are found (see `lanes`); which of homes and places are
which is for whoever calls to choose: the fewer are cheaper to search from, and where homes are found from places the
graph must be turned round. Sums are asked for either side:

    for items     each item gets what the seekers that reach it bring (homes found from places)
    for seekers   each seeker gets what the items it reaches bring (places found from homes)

What a point brings is a `Load`: amounts in categories. Amounts are int64, and so are decayed amounts (fixed point), so
no answer depends on threads, on the order of rows or on how often a city was changed and changed back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stadslab.kernels import UNREACHABLE, _arrays, lanes
from stadslab.kernels._arrays import Int32, Int64
from stadslab.kernels._blocks import in_blocks
from stadslab.kernels._jit import inner, njit
from stadslab.kernels.contraction import Contracted
from stadslab.kernels.lanes import LANES, Items, Scratch, Seekers, search

if TYPE_CHECKING:
    from collections.abc import Callable

FIXED_POINT = 2**24
"""A decayed amount of 1 at no distance, as kernels count it."""
_FINEST = 2**20  # steps of a decay table: a centimetre on foot up to ten kilometres


class Load(NamedTuple):
    """What each of `s` points brings, by category."""

    categories: int
    ptr: Int64
    """int64[s + 1]: the categories point i brings something to are at ptr[i]:ptr[i + 1]."""
    category: Int32
    amount: Int64


def load(categories: int, ptr: npt.NDArray[Any], category: npt.NDArray[Any], amount: npt.NDArray[Any]) -> Load:
    """The same load as read-only arrays in range; TypeError or ValueError says which array is wrong.

    A category may be told twice for a point: then both amounts count.
    """
    if categories < 0:
        raise ValueError(f"categories: none or more; got {categories}")
    category = _arrays.int32("category", category, least=0, below=categories)
    amount = _arrays.int64("amount", amount)
    _arrays.same_length(category=category, amount=amount)
    return Load(
        categories, _arrays.pointers("ptr", ptr, rows=len(ptr) - 1, entries=category.size), category, amount
    )  # fmt: skip


def sums_for_items(
    graph: Contracted, seek: Seekers, found: Items, brought: Load, limits: npt.NDArray[Any], threads: int | None = None
) -> Int64:
    """How much do the seekers within each limit of every item bring? Returns int64[items, limits, categories].

    limits: int32[t], whole costs, inclusive. brought: what each seeker brings.
    """
    check(brought, len(seek.node))
    limits = bounds(limits)
    parts: list[Int64] = []

    def prepare() -> Callable[[int, int], None]:
        own, total = _own(graph, seek, found, limits), _sums(found.size, limits.size, brought)
        parts.append(total)

        def work(start: int, stop: int) -> None:
            _add_to_items(graph, seek, found, brought, limits, own, start, stop, total)

        return work

    in_blocks(_groups(seek), prepare, threads)
    return _whole(parts, (found.size, limits.size, brought.categories))


def sums_for_seekers(
    graph: Contracted, seek: Seekers, found: Items, brought: Load, limits: npt.NDArray[Any], threads: int | None = None
) -> Int64:
    """How much do the items within each limit of every seeker bring? Returns int64[seekers, limits, categories]."""
    check(brought, found.size)
    limits = bounds(limits)
    total = _sums(seek.node.shape[0], limits.size, brought)

    def prepare() -> Callable[[int, int], None]:
        own = _own(graph, seek, found, limits)
        return lambda start, stop: _add_to_seekers(graph, seek, found, brought, limits, own, start, stop, total)

    in_blocks(_groups(seek), prepare, threads)
    return total


def add_to_items(
    graph: Contracted, seek: Seekers, found: Items, brought: Load, limits: Int32, own: Scratch, total: Int64
) -> Int32:
    """Add what these seekers bring to sums that are there already, int64[items, limits, categories]; the items reached.

    For a few seekers, again and again: on this thread, with scratch that is kept, at least as large as `lanes.scratch`
    makes it for the largest limit, and limits from `bounds`. An item may be told once for each sixteen seekers.
    """
    check(brought, len(seek.node))
    reached = []
    for group in range(_groups(seek)):
        rows = _add_to_items(graph, seek, found, brought, limits, own, group, group + 1, total)
        reached.append(own.row_item[:rows].copy())
    return np.concatenate(reached) if reached else np.zeros(0, np.int32)


def sums_again(graph: Contracted, seek: Seekers, found: Items, brought: Load, limits: Int32, own: Scratch) -> Int64:
    """As `sums_for_seekers`, for a few seekers: scratch and limits as in `add_to_items`."""
    check(brought, found.size)
    total = _sums(seek.node.shape[0], limits.size, brought)
    _add_to_seekers(graph, seek, found, brought, limits, own, 0, _groups(seek), total)
    return total


def decayed_for_items(
    graph: Contracted, seek: Seekers, found: Items, brought: Load, decay: npt.NDArray[Any], limit: int,
    threads: int | None = None,
) -> Int64:  # fmt: skip
    """How much do the seekers of every item bring, those farther away counting less? int64[items, categories].

    decay: int64[d] from `decay_table`; the sums are amounts times FIXED_POINT.
    """
    check(brought, len(seek.node))
    bound, step, table = _decay(decay, limit, brought)
    parts: list[Int64] = []

    def prepare() -> Callable[[int, int], None]:
        own, total = _own(graph, seek, found, bound), _sums(found.size, 1, brought)
        parts.append(total)
        return lambda start, stop: _decay_to_items(
            graph, seek, found, brought, table, step, int(bound[0]), own, start, stop, total
        )

    in_blocks(_groups(seek), prepare, threads)
    return _whole(parts, (found.size, 1, brought.categories))[:, 0]


def decayed_for_seekers(
    graph: Contracted, seek: Seekers, found: Items, brought: Load, decay: npt.NDArray[Any], limit: int,
    threads: int | None = None,
) -> Int64:  # fmt: skip
    """How much do the items of every seeker bring, those farther away counting less? int64[seekers, categories]."""
    check(brought, found.size)
    bound, step, table = _decay(decay, limit, brought)
    total = _sums(seek.node.shape[0], 1, brought)

    def prepare() -> Callable[[int, int], None]:
        own = _own(graph, seek, found, bound)
        return lambda start, stop: _decay_to_seekers(
            graph, seek, found, brought, table, step, int(bound[0]), own, start, stop, total
        )

    in_blocks(_groups(seek), prepare, threads)
    return total[:, 0]


def decay_table(weight: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]], limit: int) -> Int64:
    """A decay as whole numbers, one for each step of cost up to the limit: int64[d].

    weight: costs float64[d] to weights, 1 for no loss. Beyond about a million steps one number serves several costs,
    the weight in their middle.
    """
    step = _step(limit)
    middle = (step - 1) / 2
    costs = np.minimum(np.arange(0, limit + 1, step) + middle, limit)
    weights = np.asarray(weight(costs.astype(np.float64)), np.float64)
    if weights.shape != costs.shape or not (np.isfinite(weights) & (weights >= 0) & (weights <= 2**20)).all():
        raise ValueError("weight: one finite number from 0 on for each cost")
    return np.rint(weights * FIXED_POINT).astype(np.int64)


def nearest_for_items(
    graph: Contracted, seek: Seekers, found: Items, brought: Load, limit: int, k: int, threads: int | None = None
) -> Int32:
    """How near are the k nearest of each category to every item? int32[items, categories, k], UNREACHABLE where fewer.

    brought: how many each seeker stands for; a seeker that stands for three is the first, second and third nearest.
    """
    check(brought, len(seek.node), k)
    bound = bounds(np.array([limit], np.int32))
    parts: list[Int32] = []

    def prepare() -> Callable[[int, int], None]:
        own = _own(graph, seek, found, bound)
        near = np.full((found.size, brought.categories, k), UNREACHABLE, np.int32)
        parts.append(near)
        return lambda start, stop: _near_items(graph, seek, found, brought, int(bound[0]), own, start, stop, near)

    if k > 0 and brought.categories > 0:
        in_blocks(_groups(seek), prepare, threads)
    if not parts:
        return np.full((found.size, brought.categories, k), UNREACHABLE, np.int32)
    for more in parts[1:]:
        _merge(parts[0].reshape(-1, k), more.reshape(-1, k))
    return parts[0]


def nearest_for_seekers(
    graph: Contracted, seek: Seekers, found: Items, brought: Load, limit: int, k: int, threads: int | None = None
) -> Int32:
    """How near are the k nearest items of each category to every seeker? int32[seekers, categories, k]."""
    check(brought, found.size, k)
    bound = bounds(np.array([limit], np.int32))
    near = np.full((seek.node.shape[0], brought.categories, k), UNREACHABLE, np.int32)

    def prepare() -> Callable[[int, int], None]:
        own = _own(graph, seek, found, bound)
        return lambda start, stop: _near_seekers(graph, seek, found, brought, int(bound[0]), own, start, stop, near)

    if near.size:
        in_blocks(_groups(seek), prepare, threads)
    return near


def check(brought: Load, points: int, k: int = 0) -> None:
    """Refuse a load of fewer points than those that bring it: compiled code would read foreign memory."""
    if brought.ptr.size <= points:
        raise ValueError(f"brought: what each of {points} points brings; got {brought.ptr.size - 1}")
    if k < 0:
        raise ValueError(f"k: none or more; got {k}")


def _groups(seek: Seekers) -> int:
    return -(-len(seek.node) // LANES)


def _own(graph: Contracted, seek: Seekers, found: Items, limits: Int32) -> Scratch:
    return lanes.scratch(graph.nodes, found.size, seek.direct_item.size, int(limits.max(initial=-1)))


def _sums(points: int, limits: int, brought: Load) -> Int64:
    return np.zeros((points, limits, brought.categories), np.int64)


def _whole(parts: list[Int64], shape: tuple[int, int, int]) -> Int64:
    if not parts:
        return np.zeros(shape, np.int64)
    for more in parts[1:]:
        parts[0] += more
    return parts[0]


def bounds(limits: npt.NDArray[Any]) -> Int32:
    """Limits, int32[t], as searches take them: ValueError above what a lane can hold, -1 for "nothing"."""
    return np.maximum(_arrays.int32("limits", limits, below=lanes.MOST + 1), -1).astype(np.int32)


def _step(limit: int) -> int:
    return -(-(limit + 1) // _FINEST)


def _decay(decay: npt.NDArray[Any], limit: int, brought: Load) -> tuple[Int32, int, Int64]:
    table = _arrays.int64("decay", decay, least=0)
    if int(table.max(initial=0)) * float(np.abs(brought.amount.astype(np.float64)).sum()) >= 2**62:
        raise ValueError("amount: too large to be summed as whole numbers with this decay")
    bound = bounds(np.array([limit], np.int32))
    step = _step(int(bound[0])) if bound[0] >= 0 else 1
    if bound[0] >= 0 and table.size * step <= bound[0]:
        raise ValueError(f"decay: a table for costs up to {limit}; got {table.size} numbers of {step} each")
    return bound, step, table


@inner
def _largest(limits: Int32) -> int:
    """The largest limit, -1 for none; `limits.max()` would make each new process import much of scipy."""
    most: Any = np.int32(-1)
    for limit in limits:
        most = max(most, limit)
    return most  # type: ignore[no-any-return]


@njit
def _add_to_items(
    graph: Contracted, seek: Seekers, found: Items, brought: Load, limits: Int32, own: Scratch, start: int, stop: int,
    total: Int64,
) -> int:  # fmt: skip
    """Add what groups start:stop of seekers bring to total[items, limits, categories]; rows of the last group."""
    most = _largest(limits)
    categories = total.shape[2]
    amount = np.zeros((LANES, categories), np.int64)
    row_item, row_cost = own.row_item, own.row
    rows = 0
    for group in range(start, stop):
        first = group * LANES
        last = min(first + LANES, seek.node.shape[0])
        rows = search(graph, seek, found, own, first, last, most)
        amount[:] = 0
        for lane in range(last - first):
            for i in range(brought.ptr[first + lane], brought.ptr[first + lane + 1]):
                amount[lane, brought.category[i]] += brought.amount[i]
        for row in range(rows):
            item = row_item[row]
            for lane in range(last - first):
                cost = row_cost[row, lane]
                if cost > most:
                    continue
                for t in range(limits.size):
                    if cost <= limits[t]:
                        for category in range(categories):
                            total[item, t, category] += amount[lane, category]
    return rows


@njit
def _add_to_seekers(
    graph: Contracted, seek: Seekers, found: Items, brought: Load, limits: Int32, own: Scratch, start: int, stop: int,
    total: Int64,
) -> None:  # fmt: skip
    """Add what the items bring to the rows of groups start:stop in total[seekers, limits, categories]."""
    most = _largest(limits)
    for group in range(start, stop):
        first = group * LANES
        last = min(first + LANES, seek.node.shape[0])
        rows = search(graph, seek, found, own, first, last, most)
        for row in range(rows):
            item = own.row_item[row]
            for i in range(brought.ptr[item], brought.ptr[item + 1]):
                for lane in range(last - first):
                    cost = own.row[row, lane]
                    for t in range(limits.size):
                        if cost <= limits[t]:
                            total[first + lane, t, brought.category[i]] += brought.amount[i]


@njit
def _decay_to_items(
    graph: Contracted, seek: Seekers, found: Items, brought: Load, table: Int64, step: int, limit: int, own: Scratch,
    start: int, stop: int, total: Int64,
) -> None:  # fmt: skip
    """As `_add_to_items`, times what the table says of the cost."""
    for group in range(start, stop):
        first = group * LANES
        last = min(first + LANES, seek.node.shape[0])
        rows = search(graph, seek, found, own, first, last, limit)
        for row in range(rows):
            item = own.row_item[row]
            for lane in range(last - first):
                cost = own.row[row, lane]
                if cost > limit:
                    continue
                weight = table[cost // step]
                for i in range(brought.ptr[first + lane], brought.ptr[first + lane + 1]):
                    total[item, 0, brought.category[i]] += brought.amount[i] * weight


@njit
def _decay_to_seekers(
    graph: Contracted, seek: Seekers, found: Items, brought: Load, table: Int64, step: int, limit: int, own: Scratch,
    start: int, stop: int, total: Int64,
) -> None:  # fmt: skip
    """As `_add_to_seekers`, times what the table says of the cost."""
    for group in range(start, stop):
        first = group * LANES
        last = min(first + LANES, seek.node.shape[0])
        rows = search(graph, seek, found, own, first, last, limit)
        for row in range(rows):
            item = own.row_item[row]
            for i in range(brought.ptr[item], brought.ptr[item + 1]):
                for lane in range(last - first):
                    cost = own.row[row, lane]
                    if cost <= limit:
                        total[first + lane, 0, brought.category[i]] += brought.amount[i] * table[cost // step]


@inner
def _insert(near: Int32, cost: np.int32, times: int) -> None:
    """Insert a cost so many times into an ascending list, int32[k]."""
    k = near.size
    for _ in range(min(times, k)):
        if cost >= near[k - 1]:
            return
        slot = k - 1
        while slot > 0 and near[slot - 1] > cost:
            near[slot] = near[slot - 1]
            slot -= 1
        near[slot] = cost


@njit
def _near_items(
    graph: Contracted, seek: Seekers, found: Items, brought: Load, limit: int, own: Scratch, start: int, stop: int,
    near: Int32,
) -> None:  # fmt: skip
    """Insert groups start:stop of seekers into near[items, categories, k]."""
    k = near.shape[2]
    for group in range(start, stop):
        first = group * LANES
        last = min(first + LANES, seek.node.shape[0])
        rows = search(graph, seek, found, own, first, last, limit)
        for row in range(rows):
            item = own.row_item[row]
            for lane in range(last - first):
                cost = own.row[row, lane]
                if cost > limit:
                    continue
                for i in range(brought.ptr[first + lane], brought.ptr[first + lane + 1]):
                    if cost < near[item, brought.category[i], k - 1]:
                        _insert(near[item, brought.category[i]], cost, brought.amount[i])


@njit
def _near_seekers(
    graph: Contracted, seek: Seekers, found: Items, brought: Load, limit: int, own: Scratch, start: int, stop: int,
    near: Int32,
) -> None:  # fmt: skip
    """Insert items into the lists of groups start:stop in near[seekers, categories, k]."""
    k = near.shape[2]
    for group in range(start, stop):
        first = group * LANES
        last = min(first + LANES, seek.node.shape[0])
        rows = search(graph, seek, found, own, first, last, limit)
        for row in range(rows):
            item = own.row_item[row]
            for i in range(brought.ptr[item], brought.ptr[item + 1]):
                for lane in range(last - first):
                    cost = own.row[row, lane]
                    if cost <= limit and cost < near[first + lane, brought.category[i], k - 1]:
                        _insert(near[first + lane, brought.category[i]], cost, brought.amount[i])


@njit
def _merge(near: Int32, more: Int32) -> None:
    """Merge ascending lists more[n, k] into near[n, k]."""
    for row in range(near.shape[0]):
        for slot in range(near.shape[1]):
            if more[row, slot] >= near[row, near.shape[1] - 1]:
                break
            _insert(near[row], more[row, slot], 1)
