"""Which bridges tie the islands together: one to the lone island, at least two ways to every other inhabited one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely.geometry import LineString, Point, Polygon

from stadslab.sources.synthetic.noise import Floats
from stadslab.sources.synthetic.plan import Plan


@dataclass(frozen=True)
class Crossing:
    """A straight line from shore street to shore street.

    `parts` are the two inland parts it joins, `lone` marks the one bridge of the lone island. A `tunnel` is for cars
    only and never the only way.
    """

    line: LineString
    parts: tuple[int, int]
    lone: bool = False
    tunnel: bool = False


def tie_islands(
    plan: Plan,
    inland: tuple[Polygon, ...],
    inland_piece: tuple[int, ...],
    faces: NDArray[np.object_],
    built: NDArray[np.bool_],
) -> tuple[list[Crossing], set[int]] | None:
    """Crossings, and the inland parts they join to the centre; None where the lone island cannot be reached.

    `faces` are the quarters, `built` says which are lived on. Parts that only one crossing could reach are left out.
    """
    lived = shapely.union_all(faces[built])
    live = [index for index, part in enumerate(inland) if part.intersection(lived).area > 5000]
    home = next((index for index in live if inland[index].contains(Point(0, 0))), None)
    lone = next((index for index in live if inland_piece[index] == plan.lone), None)
    if home is None or lone is None:
        return None
    shores = {index: _landings(inland[index], lived, 0.14 * plan.radius_m + 60) for index in live}
    options = {
        (a, b): _options(plan, inland, shores[a], shores[b], lone in (a, b))
        for position, a in enumerate(live)
        for b in live[position + 1 :]
    }
    built_so_far: list[Crossing] = []
    spare: list[Crossing] = []
    apart = float(np.clip(0.2 * plan.radius_m, 110, 480))
    for pair in sorted(
        (pair for pair, found in options.items() if found and lone not in pair),
        key=lambda pair: (options[pair][0].length, pair),
    ):
        near: list[LineString] = []
        for number, line in enumerate(options[pair]):
            crossing = Crossing(line, pair)
            crowded = any(line.distance(other.line) < 14 for other in built_so_far)
            if not crowded and (number == 0 or all(line.distance(other) > apart for other in near)):
                built_so_far.append(crossing)
                near.append(line)
            else:
                spare.append(crossing)
    kept = _doubled(built_so_far, spare, home)
    joined = _joined(kept, home)
    last = sorted(
        (
            Crossing(found[0], pair, lone=True)
            for pair, found in options.items()
            if found and lone in pair and (pair[0] if pair[1] == lone else pair[1]) in joined
        ),
        key=lambda crossing: (crossing.line.length, crossing.parts),
    )
    if not last:
        return None
    kept = [crossing for crossing in kept if crossing.parts[0] in joined]
    return [*kept, *_tunnel(plan, kept, spare), last[0]], joined | {lone}


def _tunnel(plan: Plan, kept: list[Crossing], spare: list[Crossing]) -> list[Crossing]:
    """One more crossing, below the water and for cars only, beside the busiest bridges of a larger town."""
    if plan.people < 10_000:
        return []
    fits = [
        other
        for other in spare
        if any(other.parts == crossing.parts for crossing in kept)
        and all(other.line.distance(crossing.line) > 55 for crossing in kept)
    ]
    best = min(fits, key=lambda other: (math.hypot(*other.line.centroid.coords[0]), other.parts), default=None)
    return [] if best is None else [Crossing(best.line, best.parts, tunnel=True)]


def _landings(part: Polygon, lived: shapely.Geometry, reach_m: float) -> Floats:
    """Points of the shore street from which somebody's home is not far, shape (n, 2)."""
    points = shapely.get_coordinates(shapely.segmentize(part.exterior, 24.0))[:-1]
    result: Floats = points[shapely.dwithin(lived, shapely.points(points), reach_m)]
    return result


def _options(plan: Plan, inland: tuple[Polygon, ...], one: Floats, other: Floats, to_lone: bool) -> list[LineString]:
    """Possible crossings between two shores, shortest first, none closer than 60 m to a shorter one."""
    longest = float(np.clip(0.2 * plan.radius_m, 170, 480)) * (1.6 if to_lone else 1.0)
    if not len(one) or not len(other):
        return []
    length, where = cKDTree(other).query(one)
    if length.min() > longest:
        return []
    tree = shapely.STRtree(list(inland))
    found: list[LineString] = []
    for index in np.argsort(length, kind="stable")[:400].tolist():
        if length[index] > longest or len(found) >= (1 if to_lone else 7):
            break
        line = LineString([one[index], other[where[index]]])
        if any(line.distance(shorter) < 60 for shorter in found):
            continue
        over = LineString(list(shapely.line_interpolate_point(line, [1.5, line.length - 1.5])))
        if not len(tree.query(over, predicate="intersects")):
            found.append(line)
    return found


def _joined(crossings: list[Crossing], home: int) -> set[int]:
    """The parts that the crossings join to the centre."""
    seen, grew = {home}, True
    while grew:
        grew = False
        for crossing in crossings:
            if (crossing.parts[0] in seen) != (crossing.parts[1] in seen):
                seen |= set(crossing.parts)
                grew = True
    return seen


def _doubled(crossings: list[Crossing], spare: list[Crossing], home: int) -> list[Crossing]:
    """Crossings of which none is the only way to anywhere: spare ones are added, else what lies behind is given up."""
    kept, spare = list(crossings), list(spare)
    while True:
        everywhere = _joined(kept, home)
        kept = [crossing for crossing in kept if crossing.parts[0] in everywhere]
        for crossing in kept:
            rest = [other for other in kept if other is not crossing]
            behind = everywhere - _joined(rest, home)
            if not behind:
                continue
            # A second way in, well apart if there is one.
            ways = [
                other
                for other in spare
                if set(other.parts) <= everywhere
                and len(behind & set(other.parts)) == 1
                and all(other.line.distance(built.line) > 25 for built in kept)
            ]
            if ways:
                far = max(ways, key=lambda other: (min(other.line.distance(crossing.line), 300), -other.line.length))
                kept.append(far)
                spare.remove(far)
            else:
                kept = [other for other in kept if not behind & set(other.parts)]
            break
        else:
            return kept
