"""One way through the streets taken apart: from a door to a place, with its line on the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.ops import substring

from stadslab.build.linkage import Links
from stadslab.build.projection import to_lonlat
from stadslab.build.streetgraph import StreetGraph
from stadslab.build.traveltimes import Travel, Trips, trips
from stadslab.kernels import UNREACHABLE, shortest

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Footpath:
    """The shortest way to one place. Everybody walks from door to street and from street to place.

    minutes: door to door. to_street_m, along_m, from_street_m: its three parts, metres. lines: their lines, longitude
    and latitude, in the order of travel.
    """

    minutes: float
    to_street_m: float
    along_m: float
    from_street_m: float
    lines: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """Everything within reach of one point: what it costs to get to each place, and how to get there.

    cost: int32[p], in the network's unit, UNREACHABLE beyond the limit.
    """

    streets: StreetGraph
    travel: Travel
    trip: Trips
    start_xy: NDArray[np.float64]
    place_xy: NDArray[np.float64]
    cost: NDArray[np.int32]

    @property
    def minutes(self) -> NDArray[np.float64]:
        """Minutes to each place, float64[p]; infinite beyond the limit."""
        return self.travel.minutes(self.cost)

    def nearest(self, number: int) -> NDArray[np.int64]:
        """The nearest places, nearest first; of those equally near the first."""
        order = np.argsort(self.cost, kind="stable")[:number]
        return np.asarray(order[self.cost[order] < UNREACHABLE], np.int64)

    def path(self, place: int) -> Footpath | None:
        """The way to a place; None when it is out of reach."""
        if self.cost[place] == UNREACHABLE:
            return None
        line = self._direct(place) if self._is_direct(place) else self._through(place)
        ends = self.trip.origins.access_cm[0] / 100, self.trip.places.access_cm[place] / 100
        on_network = self._on_network_cost(place) / self.travel.units_per_second  # seconds
        along_m = line.length if self.travel.mode == "drive" else on_network * self._metres_a_second
        whole = float(self.travel.minutes(self.cost[place : place + 1])[0])
        way = shapely.get_coordinates(line)
        start, end = np.stack([self.start_xy, way[0]]), np.stack([way[-1], self.place_xy[place]])
        crs = self.streets.crs
        lines = (to_lonlat(crs, start), to_lonlat(crs, way), to_lonlat(crs, end))
        return Footpath(whole, float(ends[0]), float(along_m), float(ends[1]), lines)

    @property
    def _metres_a_second(self) -> float:
        return self.travel.walk_speed_m_s if self.travel.mode == "walk" else self.travel.cycle_speed_m_s

    def _on_network_cost(self, place: int) -> int:
        out, back = self.travel.access(self.trip.origins)[0], self.travel.access(self.trip.places)[place]
        return int(self.cost[place]) - int(out) - int(back)

    def _is_direct(self, place: int) -> bool:
        direct = self.trip.direct
        return bool(np.any((direct.place == place) & (direct.cost == self.cost[place])))

    def _direct(self, place: int) -> shapely.LineString:
        """Along the one piece both ends lie on."""
        links, places = self.trip.origins, self.trip.places
        return _piece(self.streets.lines[links.edge[0]], float(links.along[0]), float(places.along[place]))

    def _through(self, place: int) -> shapely.LineString:
        leave, arrive = self.trip.leave, self.trip.arrive
        into = slice(int(arrive.ptr[place]), int(arrive.ptr[place + 1]))
        graph = self.trip.network.graph
        way = shortest.path(
            graph.indptr, graph.indices, graph.cost, leave.node, leave.cost, arrive.node[into], arrive.cost[into],
            int(self.cost[place]),
        )  # fmt: skip
        pieces = [self._end(self.trip.origins, 0, int(way.nodes[0]), leaving=True)]
        pieces += [
            self._between(int(a), int(b), int(graph.cost[arc]))
            for a, b, arc in zip(way.nodes[:-1], way.nodes[1:], way.arcs, strict=True)
        ]
        pieces.append(self._end(self.trip.places, place, int(way.nodes[-1]), leaving=False))
        return shapely.LineString(np.concatenate([shapely.get_coordinates(piece) for piece in pieces]))

    def _end(self, links: Links, row: int, node: int, *, leaving: bool) -> shapely.LineString:
        """The part of a point's piece of street between the point and a junction."""
        edge, along = int(links.edge[row]), float(links.along[row])
        far = 1.0 if int(self.streets.head[edge]) == node else 0.0
        if int(self.streets.tail[edge]) == int(self.streets.head[edge]):
            far = 1.0 if along >= 0.5 else 0.0  # a loop: the nearer end
        line = self.streets.lines[edge]
        return _piece(line, along, far) if leaving else _piece(line, far, along)

    def _between(self, a: int, b: int, cost: int) -> shapely.LineString:
        """The piece of street of an arc, in the direction of travel."""
        streets, network = self.streets, self.trip.network
        forward = (streets.tail == a) & (streets.head == b) & (network.edge_forward == cost)
        found = np.flatnonzero(forward)
        if len(found):
            line: shapely.LineString = streets.lines[found[0]]
            return line
        backward = (streets.tail == b) & (streets.head == a) & (network.edge_backward == cost)
        turned: shapely.LineString = shapely.reverse(streets.lines[np.flatnonzero(backward)[0]])
        return turned


def around(
    streets: StreetGraph, travel: Travel, start_xy: NDArray[np.float64], place_xy: NDArray[np.float64], minutes: float
) -> Around:
    """What lies within so many minutes of a point (float64[2], metres)? place_xy: float64[p, 2], metres."""
    trip = trips(streets, travel, start_xy[None], place_xy)
    limit = travel.cost(minutes)
    graph = trip.network.graph
    label = shortest.from_seeds(graph.indptr, graph.indices, graph.cost, trip.leave.node, trip.leave.cost, limit)
    cost = shortest.at_points(label, trip.arrive.ptr, trip.arrive.node, trip.arrive.cost, limit)
    near = trip.direct.cost <= limit
    np.minimum.at(cost, trip.direct.place[near], trip.direct.cost[near])
    return Around(streets, travel, trip, start_xy, place_xy, cost)


def _piece(line: shapely.LineString, start: float, end: float) -> shapely.LineString:
    """The part of a line between two shares of it, in that direction; a point stays a line of no length."""
    part = substring(line, start, end, normalized=True)
    if part.geom_type == "Point":
        return shapely.LineString([part.coords[0], part.coords[0]])
    found: shapely.LineString = part
    return found
