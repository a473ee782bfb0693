"""How many points lie in each area at each time? Counting into a dense table."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stadslab.kernels._jit import njit

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
UInt32 = npt.NDArray[np.uint32]

MOST = 2**32 - 1
"""Points one table can take: a cell holds 32 bits."""


def tally(area: Int32, cells: UInt32) -> int:
    """Add the points to cells[area]; returns how many were in one.

    area: int32[n], points with a negative area are left out. cells: uint32[areas]. ValueError for an area there is not.
    """
    _fits(area, cells.size)
    return int(_tally(area, cells))


def tally_by_time(
    area: Int32, time: Int64, start: int, step: int, bins: Int32, per_area: int, cells: UInt32, cell: Int64
) -> tuple[int, int]:
    """Add the points to cells[area * per_area + bin]; returns how many were in an area, and how many of these counted.

    area: int32[n], points with a negative area are left out. time: int64[n]; the point's slot is
    (time - start) // step, its bin bins[slot], int32; a slot there is not, or a negative bin, is outside the time asked
    for. cells: uint32[areas * per_area]. cell: int64[n], scratch; afterwards the place of each point in `cells`, or -1.
    ValueError for an area or a bin there is not, no slots, and columns of unequal length.
    """
    _fits(area, cells.size // per_area)
    _fits(bins, per_area)
    if not bins.size:
        raise ValueError("bins: at least one slot; got none")
    if not area.size == time.size == cell.size:
        raise ValueError(f"area, time and cell: equally long; got {area.size}, {time.size}, {cell.size}")
    inside, counted = _tally_by_time(area, time, start, step, 1.0 / step, bins, per_area, cells, cell)
    return int(inside), int(counted)


def add_up(cell: npt.NDArray[np.signedinteger], weight: Int64, sums: Int64) -> None:
    """sums[cell] += weight, for each point whose cell is not negative; the caller sees to it that nothing overflows.

    cell: int32[n] or int64[n]. weight: int64[n]. sums: int64[cells]. ValueError for a cell there is not, and columns of
    unequal length.
    """
    _fits(cell, sums.size)
    if cell.size != weight.size:
        raise ValueError(f"cell and weight: equally long; got {cell.size}, {weight.size}")
    _add_up(cell, weight, sums)


def _fits(number: npt.NDArray[np.signedinteger], below: int) -> None:
    """Compiled loops do not look where they write."""
    if number.size and int(number.max()) >= below:
        raise ValueError(f"every number under {below}; got {int(number.max())}")


@njit
def _tally(area: Int32, cells: UInt32) -> int:
    inside = 0
    for i in range(area.size):
        if area[i] >= 0:
            cells[area[i]] += np.uint32(1)
            inside += 1
    return inside


@njit
def _tally_by_time(
    area: Int32,
    time: Int64,
    start: int,
    step: int,
    per_step: float,
    bins: Int32,
    per_area: int,
    cells: UInt32,
    cell: Int64,
) -> tuple[int, int]:
    inside = 0
    for i in range(area.size):
        since = time[i] - start
        slot = np.int64(since * per_step)  # off by one at most, put right by the exact rest
        left = since - slot * step
        slot += np.int64(left >= step) - np.int64(left < 0)
        on = (slot >= 0) & (slot < bins.size)
        when = bins[slot if on else 0]
        there = area[i] >= 0
        inside += there
        on = on & (when >= 0) & there
        cell[i] = np.int64(area[i]) * per_area + when if on else -1
    counted = 0
    for i in range(area.size):
        if cell[i] >= 0:
            cells[cell[i]] += np.uint32(1)
            counted += 1
    return inside, counted


@njit
def _add_up(cell: npt.NDArray[np.signedinteger], weight: Int64, sums: Int64) -> None:
    for i in range(cell.size):
        if cell[i] >= 0:
            sums[cell[i]] += weight[i]
