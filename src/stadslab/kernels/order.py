"""Order of points in the plane, so that what is near in the city is near in memory.

A search touches nodes of one neighbourhood; numbered along a space-filling
curve they share cache lines. Answers never depend on it.

Source: Hilbert (1891), "Über die stetige Abbildung einer Linie auf ein Flächenstück".
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from stadslab.kernels._arrays import Int64
from stadslab.kernels._jit import njit

_LEVELS = 16  # 65,536 squares a side: under a metre in a city


def along_curve(xy: npt.NDArray[Any]) -> Int64:
    """In which order does a Hilbert curve over their bounding box meet these points?

    xy: float64[n, 2], finite. Returns int64[n], positions; points of one square keep their order.
    Raises ValueError for another shape or a coordinate that is no number.
    """
    xy = np.asarray(xy, np.float64)
    if xy.ndim != 2 or xy.shape[1] != 2 or not np.isfinite(xy).all():
        raise ValueError(f"xy: one finite pair a node, float64[n, 2]; got shape {xy.shape}")
    if not len(xy):
        return np.empty(0, np.int64)
    low = xy.min(axis=0)
    side = float((xy.max(axis=0) - low).max()) or 1.0
    most = (1 << _LEVELS) - 1
    x, y = (np.minimum(((xy[:, axis] - low[axis]) / side) * (most + 1), most).astype(np.int64) for axis in (0, 1))
    place = _places(x, y)
    return np.argsort(place, kind="stable").astype(np.int64, copy=False)


@njit
def _places(x: Int64, y: Int64) -> Int64:
    """How far along the curve is each square?"""
    place = np.empty(x.size, np.int64)
    for i in range(x.size):
        a = x[i]
        b = y[i]
        so_far = np.int64(0)
        for level in range(_LEVELS - 1, -1, -1):
            right = (a >> level) & 1
            up = (b >> level) & 1
            so_far = (so_far << 2) | ((3 * right) ^ up)
            if up == 0:
                if right == 1:
                    a = (1 << _LEVELS) - 1 - a
                    b = (1 << _LEVELS) - 1 - b
                a, b = b, a
        place[i] = so_far
    return place
