"""The ferry: from a quay near the centre over open water to a quay far off, never to the lone island."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import dijkstra
from shapely.geometry import LineString

from stadslab.sources.synthetic.names import NameGiver
from stadslab.sources.synthetic.noise import Floats
from stadslab.sources.synthetic.plan import Plan
from stadslab.sources.synthetic.streets import Streets
from stadslab.sources.synthetic.timetable import FERRY_M_S, Route, Stop, Transit, running_times

Ints = NDArray[np.int64]

CELLS = 150


@dataclass(frozen=True)
class _Sea:
    """Open water as a grid: cell centres (shape (cells, 2)), the wet ones, links between them, cell size in metres."""

    xy: Floats
    wet: Ints
    links: csr_matrix
    step: float

    def nearest(self, spot: Floats) -> tuple[int, float]:
        """The wet cell nearest to a spot and how far off it is."""
        away = np.hypot(*(self.xy[self.wet] - spot).T)
        best = int(np.argmin(away))
        return int(self.wet[best]), float(away[best])


def draw_ferry(plan: Plan, streets: Streets, transit: Transit, giver: NameGiver) -> None:
    """Adds the line, its quays and its course; nothing where no two quays share open water."""
    sea = _open_water(plan)
    junction, landing = _quays(plan, streets)
    dry = shapely.union_all([piece.buffer(-4) for piece in plan.land])
    order = np.argsort(np.hypot(*landing.T), kind="stable")
    for start in order[:40].tolist():
        course = _course(plan, sea, landing, start, order, dry)
        if course is not None:
            end, line = course
            _add_line(transit, line, (int(junction[start]), int(junction[end])), giver)
            return


def _open_water(plan: Plan) -> _Sea:
    ticks = np.linspace(-1.4 * plan.radius_m, 1.4 * plan.radius_m, CELLS)
    step = float(ticks[1] - ticks[0])
    gx, gy = np.meshgrid(ticks, ticks)
    solid = shapely.union_all([*(piece.buffer(min(10.0, 0.3 * step)) for piece in plan.land), plan.lake.buffer(step)])
    shapely.prepare(solid)
    wet = ~shapely.contains_xy(solid, gx, gy)
    cell = np.arange(CELLS * CELLS).reshape(CELLS, CELLS)
    tails, heads, costs = [], [], []
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        here = (slice(0, CELLS - dy), slice(max(0, -dx), CELLS - max(0, dx)))
        there = (slice(dy, CELLS), slice(max(0, dx), CELLS + min(0, dx)))
        both = wet[here] & wet[there]
        tails.append(cell[here][both])
        heads.append(cell[there][both])
        costs.append(np.full(int(both.sum()), np.hypot(dx, dy) * step))
    links = coo_matrix(
        (np.concatenate(costs), (np.concatenate(tails), np.concatenate(heads))), shape=(CELLS**2, CELLS**2)
    ).tocsr()
    return _Sea(np.column_stack([gx.ravel(), gy.ravel()]), np.flatnonzero(wet.ravel()), links, step)


def _quays(plan: Plan, streets: Streets) -> tuple[Ints, Floats]:
    """Street junctions by the water and the point of the waterline next to each, shapes (n,) and (n, 2)."""
    coasts = np.array([piece.exterior for index, piece in enumerate(plan.land) if index != plan.lone], dtype=object)
    walked = ~streets.bridge & ~streets.tunnel & (streets.rank != "path")
    nodes = np.unique(np.concatenate([streets.tail[walked], streets.head[walked]]))
    points = shapely.points(streets.xy[nodes])
    node_of, coast_of = shapely.STRtree(coasts).query(points, predicate="dwithin", distance=34)
    away = ~shapely.dwithin(plan.land[plan.lone], points[node_of], 40)
    node_of, coast_of = node_of[away], coast_of[away]
    along = shapely.line_locate_point(coasts[coast_of], points[node_of])
    landing: Floats = shapely.get_coordinates(shapely.line_interpolate_point(coasts[coast_of], along))
    return nodes[node_of], landing


def _course(
    plan: Plan, sea: _Sea, landing: Floats, start: int, order: Ints, dry: shapely.Geometry
) -> tuple[int, LineString] | None:
    """The quay most worth a boat from this one, and the course there over open water."""
    first, off = sea.nearest(landing[start])
    if off > 2 * sea.step:
        return None
    reach, previous = dijkstra(sea.links, directed=False, indices=first, return_predecessors=True)
    best: tuple[float, int, int] | None = None
    for end in order[::-1].tolist():
        away = float(np.hypot(*(landing[end] - landing[start])))
        if away < 0.35 * plan.radius_m or np.hypot(*landing[end]) > 1.02 * plan.radius_m:
            continue
        last, off = sea.nearest(landing[end])
        if off > 1.5 * sea.step or reach[last] > 2.2 * plan.radius_m:
            continue
        # Far, but not around half the archipelago.
        worth = away - 0.5 * (float(reach[last]) - away)
        if best is None or worth > best[0]:
            best = (worth, end, last)
    if best is None:
        return None
    trail = [best[2]]
    while trail[-1] != first:
        trail.append(int(previous[trail[-1]]))
    line = LineString(np.concatenate([landing[[best[1]]], sea.xy[trail], landing[[start]]])[::-1])
    for tolerance in (0.75, 0.4, 0.15):
        smooth = LineString(np.round(shapely.get_coordinates(line.simplify(tolerance * sea.step)), 2))
        if not smooth.intersects(dry):
            return best[1], smooth
    return None


def _add_line(transit: Transit, line: LineString, junctions: tuple[int, int], giver: NameGiver) -> None:
    transit.ferry, transit.ferry_name = line, giver.island() + "s färja"
    for number, (junction, spot) in enumerate(zip(junctions, (line.coords[0], line.coords[-1]), strict=True), start=1):
        place = (float(spot[0]), float(spot[1]))
        transit.quays.append((junction, place))
        transit.stops.append(Stop(f"quay-{number}", giver.district() + "s brygga", place))
    at = [0.0, line.length]
    seconds = running_times(at, FERRY_M_S, "ferry")
    ids = ("quay-1", "quay-2")
    transit.routes.append(
        Route("ferry-1", "F1", transit.ferry_name, "ferry", line, ids, tuple(at), seconds, (1800, 2400, 3600))
    )
