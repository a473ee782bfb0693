"""Neighbours in the city, neighbours in memory: nodes in the order of a space-filling curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from stadslab.kernels._arrays import Int64

BITS = 20  # a million steps a side: about 10 cm on the longest side of a metropolis


def along_curve(x: npt.NDArray[Any], y: npt.NDArray[Any]) -> Int64:
    """In which order does a Hilbert curve meet these points? Returns int64[n], positions in the order of the curve.

    x, y: float64[n] in any one unit. Points on one step of the curve keep their order. Searches touch nodes that lie
    near each other, so this order keeps what they touch in the nearest cache; it never changes an answer.

    Raises ValueError for points of different number or that are not finite. Source: Hilbert (1891), Über die stetige
    Abbildung einer Linie auf ein Flächenstück, Mathematische Annalen 38.
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"x and y: one axis, equally long; got {x.shape} and {y.shape}")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("x and y: finite numbers only")
    return np.argsort(_steps(x, y), kind="stable").astype(np.int64, copy=False)


def _steps(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> Int64:
    """How far along the curve each point lies, int64[n]."""
    if not len(x):
        return np.zeros(0, np.int64)
    side = max(float(np.ptp(x)), float(np.ptp(y)), np.finfo(np.float64).tiny)
    most = 2**BITS - 1
    across = ((x - x.min()) / side * most).astype(np.int32)
    up = ((y - y.min()) / side * most).astype(np.int32)
    along = np.zeros(len(x), np.int64)
    for bit in range(BITS - 1, -1, -1):
        right, above = (across >> bit) & 1, (up >> bit) & 1
        along <<= 2
        along |= (3 * right) ^ above
        # The curve enters the lower quarters turned: swap the axes there, and mirror them in the right one. A row of
        # ones (-1) or none (0) says where.
        lower = above - 1
        mirrored = lower & -right
        across ^= mirrored
        up ^= mirrored
        swapped = (across ^ up) & lower
        across ^= swapped
        up ^= swapped
    return along
