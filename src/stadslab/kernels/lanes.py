"""One search for sixteen neighbours at once.

Homes near each other ask nearly the same question. A search here carries a *lane* for each of up to sixteen *seekers*
and keeps at every node a row of sixteen labels, relaxed together as one vector; nodes wait in buckets by the smallest
label that was improved, and are taken again when a lane improves later (about two and a half times a node). That is a
label-correcting search (Bellman 1958; Dial 1969), not Dijkstra's, and ends at the same labels.

What seekers are after are *items*, entered from one or two nodes. For every item that some lane reaches, `search`
leaves one row of sixteen costs, whichever way is cheapest: through one entry, through the other, or straight along the
street that both stand on. Whoever calls adds the rows up (`access`). Costs are whole numbers and every row is a
minimum, so no order of anything can change a bit.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stadslab.kernels import _arrays
from stadslab.kernels._arrays import Int32, Int64
from stadslab.kernels._jit import inner
from stadslab.kernels.contraction import Contracted

LANES = 16  # int32 lanes of one cache line
MOST = 2**30 - 2  # largest limit: twice the cost "beyond the limit" stays within int32
_UNTOUCHED, _IDLE = -2, -1  # of a node's place in the queue; else the bucket it waits in
_BUCKETS = 32


class Seekers(NamedTuple):
    """Where searches set out: `s` points with up to two ways onto the network each."""

    node: Int32
    """int32[s, 2]: a node, -1 for none."""
    cost: Int32
    """int32[s, 2]: cost to get there."""
    direct_ptr: Int64
    """int64[s + 1]: items on the same street as seeker i are at ptr[i]:ptr[i + 1]."""
    direct_item: Int32
    direct_cost: Int32


class Items(NamedTuple):
    """What is looked for: `size` items, listed at each node they are entered from."""

    size: int
    start: Int64
    """int64[n]: the items entered from node v are at start[v]:stop[v]."""
    stop: Int64
    item: Int32
    cost: Int32
    """int32: cost from the node to the item."""
    other: Int32
    """int32: the other node the item is entered from, -1 for none."""
    other_cost: Int32


class Scratch(NamedTuple):
    """What one thread needs; clean between searches, so that a search costs what it touches."""

    label: Int32
    """int32[n, LANES]: `far` everywhere."""
    where: Int32
    """int32[n]: untouched everywhere."""
    first: Int32
    """int32[b]: -1 everywhere; the first node that waits in each bucket."""
    following: Int32
    before: Int32
    touched: Int32
    row_item: Int32
    row: Int32
    """int32[items, LANES]: the answer."""
    aside: Int32
    """int32[items]: -1 everywhere; where an item on a seeker's own street is kept."""
    aside_item: Int32
    aside_row: Int32


def seekers(
    node: npt.NDArray[Any],
    cost: npt.NDArray[Any],
    direct_ptr: npt.NDArray[Any],
    direct_item: npt.NDArray[Any],
    direct_cost: npt.NDArray[Any],
    *,
    nodes: int,
    items: int,
) -> Seekers:
    """The same seekers as read-only arrays in range; TypeError or ValueError says which array is wrong."""
    node, cost = _arrays.table("node", node, np.int32), _arrays.table("cost", cost, np.int32)
    count = node.shape[0]
    if node.shape != (count, 2) or cost.shape != (count, 2):
        raise ValueError(f"node, cost: two entries a seeker; got {node.shape} and {cost.shape}")
    if node.size and (node.min() < -1 or node.max() >= nodes or cost.min() < 0):
        raise ValueError(f"node: from -1 to {nodes - 1}, cost: none under 0")
    item = _arrays.int32("direct_item", direct_item, least=0, below=items)
    along = _arrays.int32("direct_cost", direct_cost, least=0)
    _arrays.same_length(direct_item=item, direct_cost=along)
    return Seekers(node, cost, _arrays.pointers("direct_ptr", direct_ptr, rows=count, entries=item.size), item, along)


def items(node: npt.NDArray[Any], cost: npt.NDArray[Any], *, nodes: int) -> Items:
    """List items by the nodes they are entered from.

    node, cost: int32[i, 2], as in `Seekers`. An item entered twice from one node is entered by the cheaper way.
    """
    node, cost = _arrays.table("node", node, np.int32), _arrays.table("cost", cost, np.int32)
    count = node.shape[0]
    if node.shape != (count, 2) or cost.shape != (count, 2):
        raise ValueError(f"node, cost: two entries an item; got {node.shape} and {cost.shape}")
    if node.size and (node.min() < -1 or node.max() >= nodes or cost.min() < 0):
        raise ValueError(f"node: from -1 to {nodes - 1}, cost: none under 0")
    same = node[:, 0] == node[:, 1]
    first = np.where(same, cost.min(axis=1, initial=np.iinfo(np.int32).max), cost[:, 0]).astype(np.int32)
    second = np.where(same, -1, node[:, 1]).astype(np.int32)
    item = np.arange(count, dtype=np.int32)
    at = np.concatenate([node[:, 0], second])
    use = np.flatnonzero(at >= 0)
    order = use[np.lexsort((np.concatenate([item, item])[use], at[use]))]
    ptr = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(at[order], minlength=nodes), out=ptr[1:])
    both = np.concatenate([first, cost[:, 1]])
    columns = (
        ptr[:-1], ptr[1:], np.concatenate([item, item])[order], both[order],
        np.concatenate([second, node[:, 0]])[order].astype(np.int32), np.concatenate([cost[:, 1], first])[order],
    )  # fmt: skip
    return Items(count, *(_arrays.frozen(column) for column in columns))


def scratch(nodes: int, count: int, pairs: int, limit: int) -> Scratch:
    """Clean scratch for searches within this limit, for at most so many items.

    pairs: at most so many items on the streets of the seekers of one search.
    """
    own = min(count, pairs)
    return Scratch(
        np.full((nodes, LANES), limit + 1, np.int32), np.full(nodes, _UNTOUCHED, np.int32),
        np.full(_BUCKETS, -1, np.int32), np.empty(nodes, np.int32), np.empty(nodes, np.int32),
        np.empty(nodes, np.int32), np.empty(count, np.int32), np.empty((count, LANES), np.int32),
        np.full(count if pairs else 0, -1, np.int32), np.empty(own, np.int32), np.empty((own, LANES), np.int32),
    )  # fmt: skip


@inner
def search(graph: Contracted, seek: Seekers, found: Items, own: Scratch, start: int, stop: int, limit: int) -> int:
    """What do the seekers start:stop (at most LANES) pay to every item within the limit? Returns the number of rows.

    Row r is for item row_item[r]; lane l of it for seeker start + l. A cost above the limit, or in a lane without a
    seeker, means out of reach.
    """
    label, where, touched = own.label, own.where, own.touched
    far: Any = np.int32(limit + 1)
    shift = 0
    while (limit >> shift) >= own.first.size:
        shift += 1
    count = 0
    for lane in range(stop - start):
        count = _set_out(graph, seek, own, start + lane, lane, far, shift, count)
    count = _spread(graph, own, far, shift, count)
    count = _finish(graph, own, far, count)
    aside = _along_streets(seek, own, start, stop, far)
    rows = _collect(found, own, far, count, aside)
    for i in range(count):
        node = touched[i]
        where[node] = _UNTOUCHED
        for lane in range(label.shape[1]):
            label[node, lane] = far
    return rows


@inner
def _queue(own: Scratch, node: int, bucket: int) -> None:
    """Put a node that waits nowhere in front of a bucket."""
    head = own.first[bucket]
    own.where[node] = bucket
    own.following[node] = head
    own.before[node] = -1
    if head >= 0:
        own.before[head] = node
    own.first[bucket] = node


@inner
def _leave(own: Scratch, node: int) -> None:
    """Take a waiting node out of its bucket."""
    ahead = own.before[node]
    behind = own.following[node]
    if ahead >= 0:
        own.following[ahead] = behind
    else:
        own.first[own.where[node]] = behind
    if behind >= 0:
        own.before[behind] = ahead
    own.where[node] = _IDLE


@inner
def _set_out(
    graph: Contracted, seek: Seekers, own: Scratch, seeker: int, lane: int, far: int, shift: int, count: int
) -> int:
    """Label what one seeker meets first: core nodes, and the late nodes of the dead end or chain it stands in."""
    label, where, touched = own.label, own.where, own.touched
    for entry in range(2):
        node = np.int64(seek.node[seeker, entry])
        if node < 0:
            continue
        spent = np.int64(seek.cost[seeker, entry])
        if spent >= far or spent >= label[node, lane]:
            continue
        # Late nodes make a tree, so each is met once from here; `following` chains those still to leave from.
        label[node, lane] = spent
        if where[node] == _UNTOUCHED:
            touched[count] = node
            count += 1
            where[node] = _IDLE
        if graph.is_core[node]:
            _sooner(own, node, spent >> shift)
            continue
        own.following[node] = -1
        own.before[node] = -1
        waiting = node
        while waiting >= 0:
            here = waiting
            waiting = np.int64(own.following[here])
            so_far = np.int64(label[here, lane])
            for arc in range(graph.ptr[here], graph.ptr[here + 1]):
                there = np.int64(graph.to[arc])
                total = so_far + np.int64(graph.cost[arc])
                if total >= far or total >= label[there, lane]:
                    continue
                label[there, lane] = total
                if where[there] == _UNTOUCHED:
                    touched[count] = there
                    count += 1
                    where[there] = _IDLE
                if graph.is_core[there]:
                    _sooner(own, there, total >> shift)
                else:
                    own.following[there] = waiting
                    waiting = there
    return count


@inner
def _sooner(own: Scratch, node: Any, bucket: Any) -> None:
    """Let a node wait in this bucket, or in the earlier one it waits in already."""
    if own.where[node] >= 0:
        if own.where[node] <= bucket:
            return
        _leave(own, node)
    _queue(own, node, bucket)


@inner
def _spread(graph: Contracted, own: Scratch, far: int, shift: int, count: int) -> int:
    """Label every core node within the limit in all lanes."""
    start, stop, to, cost = graph.core_start, graph.core_stop, graph.core_to, graph.core_cost
    label, where, first, following, before, touched = (
        own.label, own.where, own.first, own.following, own.before, own.touched,
    )  # fmt: skip
    # A count of lanes the compiler does not know keeps it from unrolling the loops instead of making vectors of them.
    lanes = label.shape[1]
    for bucket in range(first.size):
        while first[bucket] >= 0:
            here = first[bucket]
            behind = following[here]
            first[bucket] = behind
            if behind >= 0:
                before[behind] = -1
            where[here] = _IDLE
            for arc in range(start[here], stop[here]):
                there = to[arc]
                step = min(cost[arc], far)
                best: Any = far
                for lane in range(lanes):
                    total = np.int32(label[here, lane] + step)
                    old = label[there, lane]
                    label[there, lane] = total if total < old else old
                    won = total if total < old else far
                    best = won if won < best else best
                if best < far:
                    sooner: Any = max(np.int64(best) >> shift, bucket)
                    at = where[there]
                    if at < 0:
                        if at == _UNTOUCHED:
                            touched[count] = there
                            count += 1
                    elif sooner < at:
                        ahead = before[there]
                        behind = following[there]
                        if ahead >= 0:
                            following[ahead] = behind
                        else:
                            first[at] = behind
                        if behind >= 0:
                            before[behind] = ahead
                    else:
                        continue
                    head = first[sooner]
                    where[there] = sooner
                    following[there] = head
                    before[there] = -1
                    if head >= 0:
                        before[head] = there
                    first[sooner] = there
    return count


@inner
def _finish(graph: Contracted, own: Scratch, far: int, count: int) -> int:
    """Label the late nodes that are entered from labelled core nodes."""
    label, where, touched = own.label, own.where, own.touched
    late_ptr, late_node, late_cost = graph.late_ptr, graph.late_node, graph.late_cost
    lanes = label.shape[1]
    for i in range(count):
        here = touched[i]
        if late_ptr[here] == late_ptr[here + 1]:
            continue
        best: Any = far
        for lane in range(lanes):
            best = label[here, lane] if label[here, lane] < best else best
        for way in range(late_ptr[here], late_ptr[here + 1]):
            step = min(late_cost[way], far)
            if np.int64(best) + np.int64(step) >= far:
                break  # ways come cheapest first
            there = late_node[way]
            if where[there] == _UNTOUCHED:
                where[there] = _IDLE
                touched[count] = there
                count += 1
            for lane in range(lanes):
                total = np.int32(label[here, lane] + step)
                old = label[there, lane]
                label[there, lane] = total if total < old else old
    return count


@inner
def _along_streets(seek: Seekers, own: Scratch, start: int, stop: int, far: int) -> int:
    """Put aside what lies on the seekers' own streets; how many items."""
    aside = 0
    for lane in range(stop - start):
        for pair in range(seek.direct_ptr[start + lane], seek.direct_ptr[start + lane + 1]):
            if seek.direct_cost[pair] >= far:
                continue
            item = seek.direct_item[pair]
            if own.aside[item] < 0:
                own.aside[item] = aside
                own.aside_item[aside] = item
                for other in range(own.aside_row.shape[1]):
                    own.aside_row[aside, other] = far
                aside += 1
            row = own.aside[item]
            own.aside_row[row, lane] = min(own.aside_row[row, lane], seek.direct_cost[pair])
    return aside


@inner
def _collect(found: Items, own: Scratch, far: int, count: int, aside: int) -> int:
    """One row for each item that some lane reaches."""
    label, where, touched, row, row_item = own.label, own.where, own.touched, own.row, own.row_item
    start, stop, items, costs = found.start, found.stop, found.item, found.cost
    others, other_costs = found.other, found.other_cost
    kept_at, kept_item, kept_row = own.aside, own.aside_item, own.aside_row
    lanes = label.shape[1]
    rows = 0
    for i in range(count):
        node = touched[i]
        for entry in range(start[node], stop[node]):
            item = items[entry]
            step = min(costs[entry], far)
            other = others[entry]
            best: Any = far
            if other >= 0 and where[other] != _UNTOUCHED:
                if other < node:
                    continue  # met, or to be met, at its other entry
                second = min(other_costs[entry], far)
                for lane in range(lanes):
                    one = np.int32(label[node, lane] + step)
                    two = np.int32(label[other, lane] + second)
                    less = one if one < two else two
                    row[rows, lane] = less
                    best = less if less < best else best
            else:
                for lane in range(lanes):
                    one = np.int32(label[node, lane] + step)
                    row[rows, lane] = one
                    best = one if one < best else best
            if aside > 0 and kept_at[item] >= 0:
                kept = kept_at[item]
                kept_item[kept] = -1 - item  # done
                for lane in range(lanes):
                    one = kept_row[kept, lane]
                    less = one if one < row[rows, lane] else row[rows, lane]
                    row[rows, lane] = less
                    best = less if less < best else best
            if best < far:
                row_item[rows] = item
                rows += 1
    for kept in range(aside):
        item = kept_item[kept]
        if item < 0:
            kept_at[-1 - item] = -1
            continue
        kept_at[item] = -1
        row_item[rows] = item
        for lane in range(lanes):
            row[rows, lane] = kept_row[kept, lane]
        rows += 1
    return rows
