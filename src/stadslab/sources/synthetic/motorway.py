"""A motorway past the town on its inland side, with interchanges: for cars only."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Point

from stadslab.sources.synthetic.districts import Districts
from stadslab.sources.synthetic.noise import Floats
from stadslab.sources.synthetic.plan import Plan
from stadslab.sources.synthetic.streets import Streets

SMALLEST_TOWN = 10_000
HALF_WIDTH_M = 9.0
RAMP_M = 210.0
NAME = "Ytterleden"


@dataclass(frozen=True)
class Road:
    """One way of the motorway: plane points, tags, and the street junction that its first point is (-1: none)."""

    points: tuple[tuple[float, float], ...]
    tags: dict[str, str]
    junction: int = -1

    @property
    def line(self) -> LineString:
        """Its course."""
        return LineString(self.points)


@dataclass(frozen=True)
class Motorway:
    """All its ways; none where the town is small or nothing fits."""

    roads: tuple[Road, ...] = field(default=())

    def lines(self, *highways: str) -> list[LineString]:
        """Courses of the ways with one of these highway values (all, if none is named)."""
        return [road.line for road in self.roads if not highways or road.tags["highway"] in highways]


def draw_motorway(plan: Plan, districts: Districts, streets: Streets) -> Motorway:
    """The course that meets the fewest homes and least water, tied to main streets at one or two interchanges."""
    if plan.people < SMALLEST_TOWN:
        return Motorway()
    built = shapely.union_all(districts.faces[~np.isin(districts.use, ["wood", "park"])])
    land = shapely.union_all(list(plan.land))
    best: tuple[LineString, list[_Tie]] | None = None
    for number, course in enumerate(_courses(plan, built, land)):
        ties = _interchanges(plan, streets, course, land)
        if ties and (best is None or len(ties) > len(best[1])):
            best = course, ties
        if number >= 40 or (best is not None and (len(best[1]) > 1 or number >= 8)):
            break
    if best is None:
        return Motorway()
    return Motorway((*_carriageways(*best, streets, land), *_ties(*best)))


def _courses(plan: Plan, built: shapely.Geometry, land: shapely.Geometry) -> list[LineString]:
    """Gently bent lines across the map on the inland side, best first."""
    inland = plan.sea_direction + math.pi
    lone = plan.land[plan.lone].buffer(60)
    shapely.prepare(built)
    shapely.prepare(land)
    t = np.linspace(-2.2, 2.2, 120) * plan.radius_m
    found: list[tuple[float, LineString]] = []
    for away in np.linspace(0.5, 1.25, 11):
        for tilt in (-0.35, -0.17, 0.0, 0.17, 0.35):
            for swing in (-0.07, 0.07):
                out = np.array([math.cos(inland + tilt), math.sin(inland + tilt)])
                along = np.array([-out[1], out[0]])
                bow = away * plan.radius_m + swing * plan.radius_m * np.sin(2.2 * t / plan.radius_m)
                line = LineString(np.outer(t, along) + np.outer(bow, out)).intersection(plan.frame)
                if line.geom_type != "LineString" or line.intersects(lone):
                    continue
                cost = 4 * line.intersection(built).length + 1.2 * line.difference(land).length
                found.append((cost + 0.5 * away * plan.radius_m, line))
    return [line for _, line in sorted(found, key=lambda item: item[0])]


@dataclass(frozen=True)
class _Tie:
    """An interchange: the street junction, how far along the course, and the town's side (1 left, -1 right)."""

    junction: int
    spot: tuple[float, float]
    along: float
    side: float


def _interchanges(plan: Plan, streets: Streets, course: LineString, land: shapely.Geometry) -> list[_Tie]:
    """Where a straight road from a main street reaches the motorway without crossing another street or water."""
    large = np.isin(streets.rank, ["primary", "secondary", "tertiary"]) & ~streets.bridge & ~streets.tunnel
    nodes = np.unique(np.concatenate([streets.tail[large], streets.head[large]]))
    away = shapely.distance(course, shapely.points(streets.xy[nodes]))
    order = np.argsort(away, kind="stable")
    tree = shapely.STRtree(streets.line)
    found: list[_Tie] = []
    for index in order[:250].tolist():
        if away[index] > 0.45 * plan.radius_m or len(found) == 2:
            break
        x, y = streets.xy[nodes[index]].tolist()
        along = course.project(Point(x, y))
        if away[index] < 75 or not RAMP_M + 60 < along < course.length - RAMP_M - 60:
            continue
        if any(abs(along - tie.along) < max(900.0, 0.5 * plan.radius_m) for tie in found):
            continue
        here, ahead = course.interpolate(along), course.interpolate(along + 1)
        u = (ahead.x - here.x, ahead.y - here.y)
        side = math.copysign(1.0, u[0] * (y - here.y) - u[1] * (x - here.x))
        tie = _Tie(int(nodes[index]), (x, y), along, side)
        direct = LineString([(x, y), (here.x, here.y)])
        if not land.contains(direct) or len(tree.query(direct.difference(Point(x, y).buffer(2)), "intersects")):
            continue
        lines = [road.line for road in _ties(course, [tie])]
        start = Point(x, y).buffer(2)
        trimmed = [line.difference(start) for line in lines]
        if all(land.contains(line.buffer(4)) for line in lines) and not any(
            len(tree.query(line, predicate="dwithin", distance=9.0 if number else 0.0))
            for number, line in enumerate(trimmed)
        ):
            found.append(tie)
    return found


def _offset(course: LineString, along: float, side_m: float) -> tuple[float, float]:
    """The point at this distance along the course, `side_m` to its left."""
    here, before, after = (course.interpolate(min(max(along + d, 0), course.length)) for d in (0, -3, 3))
    ux, uy = after.x - before.x, after.y - before.y
    length = math.hypot(ux, uy)
    return round(here.x - uy / length * side_m, 2), round(here.y + ux / length * side_m, 2)


def _ties(course: LineString, ties: list[_Tie]) -> list[Road]:
    """The road from the town, its bridge across, and the four ramps of every interchange."""
    roads: list[Road] = []
    link = {
        "highway": "motorway_link",
        "oneway": "yes",
        "maxspeed": "60",
        "surface": "asphalt",
        "foot": "no",
        "bicycle": "no",
    }
    road = {"highway": "secondary", "name": f"{NAME}s tillfart", "maxspeed": "50", "surface": "asphalt", "lit": "yes",
            "foot": "no", "bicycle": "no"}  # fmt: skip
    for tie in ties:
        near, far = _offset(course, tie.along, 42 * tie.side), _offset(course, tie.along, -42 * tie.side)
        roads.append(Road((tie.spot, near), road, tie.junction))
        roads.append(Road((near, far), {**road, "bridge": "yes", "layer": "2"}))
        left, right = (near, far) if tie.side > 0 else (far, near)
        # Traffic keeps right: the right carriageway runs with the course, the left one against it.
        back, ahead = tie.along - RAMP_M, tie.along + RAMP_M
        for hub, leave, enter, side in ((right, back, ahead, -1.0), (left, ahead, back, 1.0)):
            off, on = _offset(course, leave, side * HALF_WIDTH_M), _offset(course, enter, side * HALF_WIDTH_M)
            bend_off = _offset(course, (leave + 2 * tie.along) / 3, side * 30)
            bend_on = _offset(course, (enter + 2 * tie.along) / 3, side * 30)
            roads.append(Road((off, bend_off, hub), link))
            roads.append(Road((hub, bend_on, on), link))
    return roads


def _carriageways(course: LineString, ties: list[_Tie], streets: Streets, land: shapely.Geometry) -> list[Road]:
    """Both directions, cut where ramps begin and where the ground gives way to a bridge over water or streets."""
    ramps = [at for tie in ties for at in (tie.along - RAMP_M, tie.along + RAMP_M)]
    met = streets.line[shapely.STRtree(streets.line).query(course, predicate="dwithin", distance=HALF_WIDTH_M + 16)]
    high = shapely.union_all([*shapely.buffer(met, HALF_WIDTH_M + 16), course.difference(land.buffer(-12))]).buffer(9)
    high = high.intersection(course.buffer(1))
    shapely.prepare(high)
    stations = sorted({*np.arange(0, course.length, 40.0).tolist(), course.length, *ramps})
    stations = [at for at in stations if at in ramps or all(abs(at - ramp) > 15 for ramp in ramps)]
    on_bridge = [high.intersects(course.interpolate((a + b) / 2).buffer((b - a) / 2)) for a, b in pairwise(stations)]
    roads: list[Road] = []
    tags = {"highway": "motorway", "name": NAME, "oneway": "yes", "maxspeed": "90", "surface": "asphalt", "lanes": "2",
            "foot": "no", "bicycle": "no"}  # fmt: skip
    for side in (-1.0, 1.0):
        start = 0
        for index in range(1, len(stations)):
            last = index == len(stations) - 1
            if last or on_bridge[index] != on_bridge[start] or stations[index] in ramps:
                points = tuple(_offset(course, at, side * HALF_WIDTH_M) for at in stations[start : index + 1])
                extra = {"bridge": "viaduct", "layer": "1"} if on_bridge[start] else {}
                roads.append(Road(points if side < 0 else points[::-1], {**tags, **extra}))
                start = index
    return roads


def clear_of(motorway: Motorway, outlines: NDArray[np.object_], metres: float) -> NDArray[np.bool_]:
    """Which outlines stay at least this far from the motorway and its ramps? Shape (n,)."""
    far = np.ones(len(outlines), dtype=bool)
    for line in motorway.lines():
        far &= ~shapely.dwithin(outlines, line, metres)
    return far


def to_roads(motorway: Motorway, streets: Streets, ranks: tuple[str, ...], xy: Floats) -> Floats:
    """Metres from points (n, 2) to the nearest street or motorway with one of these highway values, shape (n,)."""
    lines = [*streets.line[np.isin(streets.rank, ranks)], *motorway.lines(*ranks)]
    points = shapely.points(xy)
    distance: Floats = np.empty(len(points))
    pair, found = shapely.STRtree(lines).query_nearest(points, return_distance=True, all_matches=False)
    distance[pair[0]] = found
    return distance
