"""The wave behind `nearest`: lists of the k nearest places at every node, and labels that spread from list to list.

A label is one whole number, (cost << 32) | place, so lists are ordered by cost and, among equals, by place. With that
order the list of a node does not depend on the order in which labels came, and whatever is in it is in the lists of
all nodes before it on the way to that place: lists can be repaired where streets changed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from stadslab.kernels._arrays import Int32, Int64, UInt8
from stadslab.kernels._jit import inner, njit

NONE = 2**63 - 1
"""No label: above all labels."""
PLACE = 2**32 - 1
_BUCKETS = 1024


@inner
def keep(keys: Int64, new: Any) -> bool:
    """Put a label into an ascending list, int64[k], one label a place, filled up with NONE; whether it belonged."""
    k = keys.size
    if new >= keys[k - 1]:
        return False
    place = new & PLACE
    slot = k - 1
    for i in range(k):
        if keys[i] == NONE or (keys[i] & PLACE) == place:
            if keys[i] <= new:
                return False
            slot = i
            break
    while slot > 0 and keys[slot - 1] > new:
        keys[slot] = keys[slot - 1]
        slot -= 1
    keys[slot] = new
    return True


@inner
def merged(keys: Int64, node: Int32, cost: Int32, limit: int, own: Int64) -> int:
    """Fill own[:count], int64[k], from the lists of up to two nodes a point is entered from; the count.

    keys: int64[n, k]. node, cost: int32[2], node -1 for none. Both lists ascend and hold a place once, so of a place in
    both the cheaper way comes first.
    """
    k = own.size
    at = np.zeros(2, np.int64)
    count = 0
    while count < k:
        best: Any = NONE
        side = 0
        for entry in range(2):
            if node[entry] >= 0 and at[entry] < k and keys[node[entry], at[entry]] != NONE:
                key = keys[node[entry], at[entry]]
                total = (key >> 32) + np.int64(cost[entry])
                if total <= limit and ((total << 32) | (key & PLACE)) < best:
                    best = (total << 32) | (key & PLACE)
                    side = entry
        if best == NONE:
            break
        at[side] += 1
        known = False
        for slot in range(count):
            known = known or (own[slot] ^ best) & PLACE == 0
        if not known:
            own[count] = best
            count += 1
    return count


@inner
def drop(keys: Int64, old: Any) -> bool:
    """Take exactly this label out of a list; whether it was there."""
    k = keys.size
    for i in range(k):
        if keys[i] == old:
            for slot in range(i, k - 1):
                keys[slot] = keys[slot + 1]
            keys[k - 1] = NONE
            return True
        if keys[i] > old:
            return False
    return False


@inner
def pushed(labels: Int64, size: int, node: Any, key: Any) -> Int64:
    """The list of (node, key), int64[room, 2], with one more, in a larger array where it is full."""
    if size == labels.shape[0]:
        more = np.empty((2 * size, 2), np.int64)
        more[:size] = labels
        labels = more
    labels[size, 0] = node
    labels[size, 1] = key
    return labels


@njit
def spread(
    start: Int64, stop: Int64, to: Int32, cost: Int32, keys: Int64, limit: int, labels: Int64, size: int, mark: UInt8,
    changed: Int32, count: int,
) -> int:  # fmt: skip
    """Let labels spread along the arcs until every list holds the k nearest within the limit.

    labels: int64[size, 2], (node, key) already in the lists and not passed on yet. mark: uint8[n], 1 for the nodes in
    changed[:count]; nodes whose list changes join them. Returns their number.
    """
    shift = 0
    while (limit >> shift) >= _BUCKETS:
        shift += 1
    first = np.full((limit >> shift) + 1, -1, np.int64)
    room = max(64, 2 * size)
    held = np.empty((room, 3), np.int64)  # node, key, next in the bucket
    free = np.int64(-1)
    used = np.int64(0)
    for i in range(size):
        bucket = (labels[i, 1] >> 32) >> shift
        held[used, 0] = labels[i, 0]
        held[used, 1] = labels[i, 1]
        held[used, 2] = first[bucket]
        first[bucket] = used
        used += 1
    k = keys.shape[1]
    for bucket in range(first.size):
        while first[bucket] >= 0:
            label = first[bucket]
            node = held[label, 0]
            key = held[label, 1]
            first[bucket] = held[label, 2]
            held[label, 2] = free
            free = label
            known = False
            for slot in range(k):
                if keys[node, slot] >= key:
                    known = keys[node, slot] == key
                    break
            if not known:
                continue  # overtaken
            so_far = key >> 32
            place = key & PLACE
            for arc in range(start[node], stop[node]):
                total = so_far + np.int64(cost[arc])
                if total > limit:
                    continue
                there = np.int64(to[arc])
                new = (total << 32) | place
                if not keep(keys[there], new):
                    continue
                if mark[there] == 0:
                    mark[there] = 1
                    changed[count] = there
                    count += 1
                if free >= 0:
                    label = free
                    free = held[free, 2]
                else:
                    if used == held.shape[0]:
                        more = np.empty((2 * used, 3), np.int64)
                        more[:used] = held
                        held = more
                    label = used
                    used += 1
                held[label, 0] = there
                held[label, 1] = new
                held[label, 2] = first[total >> shift]
                first[total >> shift] = label
    return count
