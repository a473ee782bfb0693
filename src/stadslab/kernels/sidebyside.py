"""Which of many points should go side by side, and in which order?

Origins side by side share their work the more, the more stops they share; so
each group is grown from one point by taking the points that have most stops in
common with it. No coordinates are needed.
"""

from __future__ import annotations

import numpy as np

from stadslab.kernels._arrays import Int32, Int64
from stadslab.kernels._jit import njit


def groups(ptr: Int64, stop: Int32, n_stops: int, size: int) -> Int32:
    """An order of the points in which each `size` that follow one another are near each other, int32[n].

    ptr, stop: the stops near each point, in rows. Points without stops come last.
    """
    points = ptr.size - 1
    point = np.repeat(np.arange(points, dtype=np.int32), np.diff(ptr))
    back_ptr = np.zeros(n_stops + 1, np.int64)
    np.cumsum(np.bincount(stop, minlength=n_stops), out=back_ptr[1:])
    back = point[np.argsort(stop, kind="stable")]
    order = np.empty(points, np.int32)
    _grow(ptr, stop, back_ptr, back, size, order, np.zeros(points, np.int32), np.zeros(points, np.int32))
    return order


@njit
def _grow(
    ptr: Int64, stop: Int32, back_ptr: Int64, back: Int32, size: int, order: Int32, shared: Int32, waiting: Int32
) -> None:
    """Fill order. shared: -1 for points taken, else the walks they have in common with the group."""
    points = ptr.size - 1
    taken = 0
    seed = 0
    n_waiting = 0
    in_group = 0
    lonely = np.int64(points)  # points without stops go to the end
    for point in range(points):
        if ptr[point + 1] == ptr[point]:
            shared[point] = -1
    for point in range(points - 1, -1, -1):
        if ptr[point + 1] == ptr[point]:
            lonely -= 1
            order[lonely] = point
    while taken < lonely:
        best = np.int64(-1)
        if in_group == size:
            # the next group starts beside this one, where least is shared
            for i in range(n_waiting):
                point = waiting[i]
                if best < 0 or shared[point] < shared[best]:
                    best = np.int64(point)
            for i in range(n_waiting):
                shared[waiting[i]] = 0
            n_waiting = 0
            in_group = 0
        else:
            at = np.int64(-1)
            for i in range(n_waiting):
                point = waiting[i]
                if best < 0 or shared[point] > shared[best]:
                    best = np.int64(point)
                    at = np.int64(i)
            if at >= 0:
                n_waiting -= 1
                waiting[at] = waiting[n_waiting]
        if best < 0:
            while shared[seed] < 0:
                seed += 1
            best = np.int64(seed)
        shared[best] = -1
        order[taken] = best
        taken += 1
        in_group += 1
        for walk in range(ptr[best], ptr[best + 1]):
            here = stop[walk]
            for beside in range(back_ptr[here], back_ptr[here + 1]):
                point = back[beside]
                if shared[point] == 0:
                    waiting[n_waiting] = point
                    n_waiting += 1
                if shared[point] >= 0:
                    shared[point] += np.int32(1)
