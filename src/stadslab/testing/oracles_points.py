"""Slow twins of `kernels.raster`, `kernels.rasterize` and `kernels.tally`: exact fractions, one point at a time.

Areas are lists of rings, rings lists of corners; what an odd number of rings surrounds is inside, and so is what lies
on a ring.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import isfinite

Ring = Sequence[tuple[float, float]]
Area = Sequence[Ring]

NOWHERE = -1


def area_of(areas: Sequence[Area], x: float, y: float) -> int:
    """The first area that holds the point; NOWHERE (-1) for none, and for what is no point."""
    if not (isfinite(x) and isfinite(y)):
        return NOWHERE
    return next((number for number, area in enumerate(areas) if holds(area, x, y)), NOWHERE)


def holds(area: Area, x: float, y: float) -> bool:
    """Does the area hold the point, borders included?"""
    px, py = Fraction(x), Fraction(y)
    inside = False
    for ring in area:
        corners = [(Fraction(u), Fraction(v)) for u, v in ring]
        for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
            turn = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
            if turn == 0 and min(ax, bx) <= px <= max(ax, bx) and min(ay, by) <= py <= max(ay, by):
                return True
            if (ay > py) != (by > py) and (turn > 0) == (by > ay):
                inside = not inside
    return inside


def tallied(
    area: Iterable[int], time: Iterable[int], start: int, step: int, bins: Sequence[int]
) -> tuple[Counter[tuple[int, int]], int, int]:
    """Twin of `tally.tally_by_time`: points by area and bin, then how many were in an area and how many counted."""
    found: Counter[tuple[int, int]] = Counter()
    inside = 0
    for where, when in zip(area, time, strict=True):
        if where < 0:
            continue
        inside += 1
        slot = (when - start) // step
        if 0 <= slot < len(bins) and bins[slot] >= 0:
            found[where, bins[slot]] += 1
    return found, inside, sum(found.values())
