"""Bus lines: from edge to edge through the centre along main streets, a stop every few hundred metres."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra
from shapely.geometry import LineString

from stadslab.sources.synthetic.districts import HOMES, Districts
from stadslab.sources.synthetic.graph import cheapest
from stadslab.sources.synthetic.noise import Floats
from stadslab.sources.synthetic.plan import Plan
from stadslab.sources.synthetic.streets import CARS, Streets
from stadslab.sources.synthetic.timetable import BUS_M_S, Route, Stop, Transit, running_times

Ints = NDArray[np.int64]


def draw_buses(plan: Plan, districts: Districts, streets: Streets, transit: Transit) -> None:
    """Adds the lines and their stops; the first terminus is on the lone island."""
    cars = np.isin(streets.rank, CARS)
    large, middling = np.isin(streets.rank, ["primary", "secondary"]), streets.rank == "tertiary"
    cost = streets.length_m * np.select([large, middling], [0.7, 0.85], 1.25)
    edge_of: dict[tuple[int, int], int] = {}
    for edge in np.flatnonzero(cars)[np.argsort(-cost[cars], kind="stable")].tolist():
        a, b = int(streets.tail[edge]), int(streets.head[edge])
        edge_of[(min(a, b), max(a, b))] = edge
    nodes = np.unique(np.concatenate([streets.tail[cars], streets.head[cars]]))
    heart = int(nodes[np.argmin(np.hypot(*streets.xy[nodes].T))])
    graph = cheapest(streets.tail[cars], streets.head[cars], cost[cars], len(streets.xy))
    previous = dijkstra(graph, directed=False, indices=heart, return_predecessors=True)[1]

    def to_heart(node: int) -> list[int]:
        path = [node]
        while node != heart and previous[node] >= 0:
            node = int(previous[node])
            path.append(node)
        return path

    ends = _termini(plan, districts, streets.xy, nodes)
    if len(ends) % 2:
        ends.append(heart)
    angle = np.arctan2(streets.xy[ends, 1], streets.xy[ends, 0])
    around = [ends[index] for index in np.argsort(angle, kind="stable")]
    half = len(around) // 2
    for number, (one, other) in enumerate(zip(around[:half], around[half:], strict=True), start=1):
        inbound, outbound = to_heart(one), to_heart(other)[::-1]
        while len(inbound) > 1 and len(outbound) > 1 and inbound[-2] == outbound[1]:
            # Both halves share the last stretch to the centre: turn off where they meet.
            inbound, outbound = inbound[:-1], outbound[1:]
        points: list[Floats] = []
        for a, b in pairwise(inbound + outbound[1:]):
            coords = shapely.get_coordinates(streets.line[edge_of[(min(a, b), max(a, b))]])
            points.append(coords if np.allclose(coords[0], streets.xy[a], atol=0.5) else coords[::-1])
        if points:
            shape = LineString(np.concatenate(points)).simplify(0.8)
            if shape.length > 300:
                _add_line(number, shape, streets, transit)


def _termini(plan: Plan, districts: Districts, xy: Floats, nodes: Ints) -> list[int]:
    """Street junctions to begin at: one on the lone island, then each time in the quarter farthest from all so far."""
    homes = np.flatnonzero(np.isin(districts.use, HOMES))
    middle = shapely.get_coordinates(shapely.point_on_surface(districts.faces[homes]))
    out = np.hypot(middle[:, 0], middle[:, 1])
    quarter = int(np.argmax(np.where(districts.piece[homes] == plan.lone, out, -1)))
    wanted = min(2 * int(np.clip(round(plan.people / 8000), 1, 15)), len(homes))
    found: list[int] = []
    while True:
        found.append(int(nodes[np.argmin(np.hypot(*(xy[nodes] - middle[quarter]).T))]))
        if len(found) >= wanted:
            return found
        away = np.min(np.hypot(*(middle[:, None] - xy[found][None]).transpose(2, 0, 1)), axis=1)
        quarter = int(np.argmax(away + 0.25 * out))


def _add_line(number: int, shape: LineString, streets: Streets, transit: Transit) -> None:
    """One line with its stops; where another line has one already, it is shared."""
    tree = shapely.STRtree(streets.line)
    stops: list[Stop] = []
    at = np.linspace(0, shape.length, max(2, round(shape.length / 420) + 1)).tolist()
    for along in at:
        spot = shape.interpolate(along)
        shared = [
            stop
            for stop in transit.stops
            if stop.id.startswith("bus-")
            and np.hypot(stop.xy[0] - spot.x, stop.xy[1] - spot.y) < 70
            and stop not in stops
        ]
        stops.append(shared[0] if shared else _new_stop(along, shape, streets, tree, transit))
    name = f"{stops[0].name} - {stops[-1].name}"
    seconds = running_times(at, BUS_M_S, "bus")
    ids = tuple(stop.id for stop in stops)
    transit.routes.append(
        Route(f"bus-{number}", str(number), name, "bus", shape, ids, tuple(at), seconds, (600, 900, 1800))
    )


def _new_stop(along: float, shape: LineString, streets: Streets, tree: shapely.STRtree, transit: Transit) -> Stop:
    """A stop on the right-hand kerb, named after its street."""
    spot = shape.interpolate(along)
    ahead, behind = shape.interpolate(min(along + 5, shape.length)), shape.interpolate(max(along - 5, 0))
    run = max(np.hypot(ahead.x - behind.x, ahead.y - behind.y), 1e-6)
    kerb = (round(spot.x + 5 * (ahead.y - behind.y) / run, 2), round(spot.y - 5 * (ahead.x - behind.x) / run, 2))
    name = str(streets.name[int(tree.nearest(spot))]) or "Vändplan"
    same = sum(stop.name.split(" (")[0] == name for stop in transit.stops)
    count = sum(stop.id.startswith("bus-") for stop in transit.stops)
    stop = Stop(f"bus-{count + 1:03d}", f"{name} ({same + 1})" if same else name, kerb)
    transit.stops.append(stop)
    return stop
