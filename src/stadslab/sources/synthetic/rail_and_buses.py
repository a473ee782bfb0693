"""Metro, buses and a ferry: where they run, where they stop and when.

Nothing but plain rows; `write_gtfs` puts them into a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra
from shapely.geometry import LineString

from stadslab.sources.synthetic.districts import HOMES, Districts
from stadslab.sources.synthetic.graph import cheapest
from stadslab.sources.synthetic.names import NameGiver
from stadslab.sources.synthetic.noise import Floats
from stadslab.sources.synthetic.plan import Plan
from stadslab.sources.synthetic.streets import CARS, Streets

Ints = NDArray[np.int64]

METRO_M_S, BUS_M_S, FERRY_M_S = 11.5, 5.6, 4.4
DWELL_S = {"metro": 25, "bus": 12, "ferry": 120}


@dataclass(frozen=True)
class Stop:
    """A stop, a station (`location_type` 1) or a platform of one. `xy` in metres."""

    id: str
    name: str
    xy: tuple[float, float]
    location_type: int = 0
    parent: str = ""


@dataclass(frozen=True)
class Route:
    """A line with its stops in order, how far along its shape each lies (metres) and the seconds after departure of each stop."""

    id: str
    short_name: str
    long_name: str
    mode: str
    shape: LineString
    stops: tuple[str, ...]
    at_m: tuple[float, ...]
    arrive_s: tuple[int, ...]
    headway_s: tuple[int, int, int]
    """Seconds between departures: rush hours, day, evening."""
    by_frequency: bool = False


@dataclass
class Transit:
    """All stops and routes, the metro's tunnel lines and the ferry's course with its two quays (street node, point on the shore)."""

    stops: list[Stop] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    ferry: LineString | None = None
    ferry_name: str = ""
    quays: list[tuple[int, tuple[float, float]]] = field(default_factory=list)


def draw_transit(
    plan: Plan, districts: Districts, streets: Streets, giver: NameGiver, random: np.random.Generator
) -> Transit:
    """Metro lines through the stations of the plan, buses along main streets between quarters, one ferry across the water."""
    transit = Transit()
    _metro(plan, transit, giver)
    _buses(plan, districts, streets, transit)
    _ferry(plan, streets, transit, giver)
    return transit


def _metro(plan: Plan, transit: Transit, giver: NameGiver) -> None:
    names: dict[tuple[float, float], tuple[str, str]] = {}
    for line in plan.lines:
        for spot in line:
            if spot not in names:
                number = len(names) + 1
                name = "Centralen" if spot == (0.0, 0.0) else giver.district()
                names[spot] = (f"station-{number:02d}", name)
                transit.stops.append(Stop(f"station-{number:02d}", name, spot, 1))
    for number, line in enumerate(plan.lines, start=1):
        ids = []
        for spot in line:
            station, name = names[spot]
            platform = f"{station}-m{number}"
            # Platforms of different lines lie a few metres apart.
            transit.stops.append(Stop(platform, name, (spot[0] + 9.0 * (number - 2), spot[1] + 6.0), 0, station))
            ids.append(platform)
        shape = LineString(line)
        at = [0.0, *np.cumsum(np.hypot(*np.diff(np.array(line), axis=0).T)).tolist()]
        long_name = f"{names[line[0]][1]} - {names[line[-1]][1]}"
        transit.routes.append(
            Route(f"metro-{number}", f"M{number}", long_name, "metro", shape, tuple(ids), tuple(at),
                  _times(at, METRO_M_S, "metro"), (300, 480, 720), by_frequency=number == 2)
        )  # fmt: skip


def _times(at: list[float], speed: float, mode: str) -> tuple[int, ...]:
    """Whole seconds after the first departure; always later than the stop before."""
    seconds = [0]
    for before, here in zip(at, at[1:], strict=False):
        seconds.append(seconds[-1] + max(30, round((here - before) / speed) + DWELL_S[mode]))
    return tuple(seconds)


def _buses(plan: Plan, districts: Districts, streets: Streets, transit: Transit) -> None:
    cars = np.isin(streets.rank, CARS)
    preference = np.select(
        [np.isin(streets.rank, ["primary", "secondary"]), streets.rank == "tertiary"], [0.7, 0.85], 1.25
    )
    cost = np.where(cars, streets.length_m * preference, np.inf)
    index_of: dict[tuple[int, int], int] = {}
    for index in np.argsort(-cost, kind="stable").tolist():
        if cars[index]:
            a, b = int(streets.tail[index]), int(streets.head[index])
            index_of[(min(a, b), max(a, b))] = index
    graph = cheapest(streets.tail[cars], streets.head[cars], cost[cars], len(streets.xy))
    nodes = np.unique(np.concatenate([streets.tail[cars], streets.head[cars]]))
    xy = streets.xy[nodes]
    heart = int(nodes[np.argmin(np.hypot(xy[:, 0], xy[:, 1]))])
    reach, previous = dijkstra(graph, directed=False, indices=heart, return_predecessors=True)

    homes = np.flatnonzero(np.isin(districts.use, HOMES))
    middle = shapely.get_coordinates(shapely.point_on_surface(districts.faces[homes]))
    lone = districts.piece[homes] == plan.lone
    # Termini: the lone island first, then each time the quarter farthest from all termini so far.
    tips: list[int] = []

    def add_tip(quarter: int) -> None:
        away = np.hypot(*(xy - middle[quarter]).T)
        away[~np.isfinite(reach[nodes])] = np.inf
        tips.append(int(nodes[np.argmin(away)]))

    if lone.any():
        far = np.where(lone, np.hypot(middle[:, 0], middle[:, 1]), -1)
        add_tip(int(np.argmax(far)))
    else:
        add_tip(int(np.argmax(np.hypot(middle[:, 0], middle[:, 1]))))
    wanted = int(np.clip(round(plan.people / 9000), 1, 14)) * 2
    while len(tips) < min(wanted, len(homes)):
        away = np.min(np.hypot(*(middle[:, None] - streets.xy[tips][None]).transpose(2, 0, 1)), axis=1)
        add_tip(int(np.argmax(away + 0.25 * np.hypot(middle[:, 0], middle[:, 1]))))
    if len(tips) % 2:
        tips.append(heart)

    def to_heart(node: int) -> list[int]:
        path = [node]
        while node != heart and previous[node] >= 0:
            node = int(previous[node])
            path.append(node)
        return path

    angle = np.arctan2(streets.xy[tips, 1], streets.xy[tips, 0])
    ordered = [tips[index] for index in np.argsort(angle, kind="stable")]
    half = len(ordered) // 2
    for number, (one, other) in enumerate(zip(ordered[:half], ordered[half:], strict=True), start=1):
        inbound, outbound = to_heart(one), to_heart(other)[::-1]
        while len(inbound) > 1 and len(outbound) > 1 and inbound[-2] == outbound[1]:
            # Both halves share the last stretch to the centre: turn off where they meet.
            inbound, outbound = inbound[:-1], outbound[1:]
        path = inbound + outbound[1:]
        points: list[Floats] = []
        for a, b in zip(path, path[1:], strict=False):
            coords = shapely.get_coordinates(streets.line[index_of[(min(a, b), max(a, b))]])
            points.append(coords if np.allclose(coords[0], streets.xy[a], atol=0.5) else coords[::-1])
        if not points:
            continue
        shape = LineString(np.concatenate(points)).simplify(0.8)
        if shape.length < 300:
            continue
        _bus_route(number, shape, streets, transit)


def _bus_route(number: int, shape: LineString, streets: Streets, transit: Transit) -> None:
    count = max(2, round(shape.length / 420) + 1)
    ids: list[str] = []
    at: list[float] = []
    names = shapely.STRtree(streets.line)
    for along in np.linspace(0, shape.length, count).tolist():
        spot = shape.interpolate(along)
        known = [
            stop for stop in transit.stops
            if stop.id.startswith("bus-") and np.hypot(stop.xy[0] - spot.x, stop.xy[1] - spot.y) < 70 and stop.id not in ids
        ]  # fmt: skip
        if known:
            stop = known[0]
        else:
            ahead, behind = shape.interpolate(min(along + 5, shape.length)), shape.interpolate(max(along - 5, 0))
            run = max(np.hypot(ahead.x - behind.x, ahead.y - behind.y), 1e-6)
            x = spot.x + 5 * (ahead.y - behind.y) / run
            y = spot.y - 5 * (ahead.x - behind.x) / run
            name = str(streets.name[int(names.nearest(spot))]) or "Hållplatsen"
            same = sum(stop.name.split(" (")[0] == name for stop in transit.stops)
            if same:
                name = f"{name} ({same + 1})"
            stop = Stop(
                f"bus-{sum(s.id.startswith('bus-') for s in transit.stops) + 1:03d}", name, (round(x, 2), round(y, 2))
            )
            transit.stops.append(stop)
        ids.append(stop.id)
        at.append(along)
    first = next(stop.name for stop in transit.stops if stop.id == ids[0])
    last = next(stop.name for stop in transit.stops if stop.id == ids[-1])
    transit.routes.append(
        Route(f"bus-{number}", str(number), f"{first} - {last}", "bus", shape, tuple(ids), tuple(at),
              _times(at, BUS_M_S, "bus"), (600, 900, 1800))
    )  # fmt: skip


def _ferry(plan: Plan, streets: Streets, transit: Transit, giver: NameGiver) -> None:
    """From a quay near the centre to the farthest quay that open water leads to; never to the lone island."""
    half = 1.4 * plan.radius_m
    size = 150
    ticks = np.linspace(-half, half, size)
    step = float(ticks[1] - ticks[0])
    gx, gy = np.meshgrid(ticks, ticks)
    land = shapely.union_all([piece.buffer(min(10.0, 0.3 * step)) for piece in plan.land])
    shapely.prepare(land)
    wet = ~shapely.contains_xy(land, gx, gy)
    lake = shapely.contains_xy(plan.lake.buffer(step), gx, gy)
    wet &= ~lake
    cell = np.arange(size * size).reshape(size, size)
    tails, heads, costs = [], [], []
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        here = (slice(0, size - dy), slice(max(0, -dx), size - max(0, dx)))
        there = (slice(dy, size), slice(max(0, dx), size + min(0, dx)))
        both = wet[here] & wet[there]
        tails.append(cell[here][both])
        heads.append(cell[there][both])
        costs.append(np.full(int(both.sum()), np.hypot(dx, dy) * step))
    graph = coo_matrix(
        (np.concatenate(costs), (np.concatenate(tails), np.concatenate(heads))), shape=(size * size, size * size)
    ).tocsr()
    coasts = [(index, piece.exterior) for index, piece in enumerate(plan.land) if index != plan.lone]
    coast_tree = shapely.STRtree([coast for _, coast in coasts])
    used = np.zeros(len(streets.xy), dtype=bool)
    walk = ~streets.bridge & (streets.rank != "path")
    used[streets.tail[walk]] = used[streets.head[walk]] = True
    nodes = np.flatnonzero(used)
    points = shapely.points(streets.xy[nodes])
    node_of, coast_of = coast_tree.query(points, predicate="dwithin", distance=34)
    lone_near = shapely.dwithin(plan.land[plan.lone], points[node_of], 40)
    node_of, coast_of = node_of[~lone_near], coast_of[~lone_near]
    if not len(node_of):
        return
    landing = shapely.get_coordinates(
        shapely.line_interpolate_point(
            np.array([coasts[item][1] for item in coast_of]),
            shapely.line_locate_point(np.array([coasts[item][1] for item in coast_of]), points[node_of]),
        )
    )
    wet_cells = np.flatnonzero(wet.ravel())
    wet_xy = np.column_stack([gx.ravel()[wet_cells], gy.ravel()[wet_cells]])
    order = np.argsort(np.hypot(*landing.T), kind="stable")
    for start in order[:40].tolist():
        first = int(wet_cells[np.argmin(np.hypot(*(wet_xy - landing[start]).T))])
        if np.hypot(*(np.array([gx.ravel()[first], gy.ravel()[first]]) - landing[start])) > 2 * step:
            continue
        reach, previous = dijkstra(graph, directed=False, indices=first, return_predecessors=True)
        best: tuple[float, int, int] | None = None
        for end in order[::-1].tolist():
            away = np.hypot(*(landing[end] - landing[start]))
            if away < 0.35 * plan.radius_m or np.hypot(*landing[end]) > 1.02 * plan.radius_m:
                continue
            last = int(wet_cells[np.argmin(np.hypot(*(wet_xy - landing[end]).T))])
            if not np.isfinite(reach[last]) or reach[last] > 2.2 * plan.radius_m:
                continue
            if np.hypot(*(np.array([gx.ravel()[last], gy.ravel()[last]]) - landing[end])) > 1.5 * step:
                continue
            # Worth the boat: far, and not around half the archipelago.
            worth = away - 0.5 * (reach[last] - away)
            if best is None or worth > best[0]:
                best = (worth, end, last)
        if best is None:
            continue
        _, end, cell_now = best
        trail = [cell_now]
        while cell_now != first:
            cell_now = int(previous[cell_now])
            trail.append(cell_now)
        course = [tuple(landing[end]), *((gx.ravel()[c], gy.ravel()[c]) for c in trail), tuple(landing[start])]
        line = LineString(course[::-1])
        dry = shapely.union_all([piece.buffer(-4) for piece in plan.land])
        smooth = line.simplify(0.75 * step)
        for tolerance in (0.75, 0.4, 0.15):
            smooth = line.simplify(tolerance * step)
            if not smooth.intersects(dry):
                break
        if smooth.intersects(dry):
            continue
        transit.ferry = LineString(np.round(shapely.get_coordinates(smooth), 2))
        transit.ferry_name = giver.island() + "s färja"
        ends = [
            (int(nodes[node_of[start]]), transit.ferry.coords[0]),
            (int(nodes[node_of[end]]), transit.ferry.coords[-1]),
        ]
        transit.quays = [(node, (float(spot[0]), float(spot[1]))) for node, spot in ends]
        ids = []
        for number, (_, spot) in enumerate(transit.quays, start=1):
            transit.stops.append(Stop(f"quay-{number}", giver.district() + "s brygga", spot))
            ids.append(f"quay-{number}")
        at = [0.0, transit.ferry.length]
        transit.routes.append(
            Route("ferry-1", "F1", transit.ferry_name, "ferry", transit.ferry, tuple(ids), tuple(at),
                  _times(at, FERRY_M_S, "ferry"), (1800, 2400, 3600))
        )  # fmt: skip
        return
