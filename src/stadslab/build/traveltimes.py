"""From homes to places through one network: counts, nearest and door-to-door tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stadslab.build.linkage import (
    MAX_ACCESS_M,
    Direct,
    Entries,
    Links,
    by_node,
    direct_pairs,
    link,
    near_closed,
    origin_entries,
    place_entries,
)
from stadslab.build.streetgraph import Mode, Network, StreetGraph
from stadslab.core.values import Reason
from stadslab.kernels import UNREACHABLE, csr, reach, shortest

if TYPE_CHECKING:
    from numpy.typing import NDArray

WALK_SPEED_M_S = 1.3  # the pace used where none is given; mean comfortable walking speed (Bohannon & Andrews 2011)
CYCLE_SPEED_M_S = 4.2  # 15 km/h


@dataclass(frozen=True, slots=True)
class Travel:
    """How somebody moves: mode and speeds in metres a second. From door to street and back everybody walks."""

    mode: Mode = "walk"
    walk_speed_m_s: float = WALK_SPEED_M_S
    cycle_speed_m_s: float = CYCLE_SPEED_M_S
    max_access_m: float = MAX_ACCESS_M

    @property
    def units_per_second(self) -> float:
        """Network cost of one second of moving: centimetres on foot or bicycle, milliseconds by car."""
        return {"walk": 100 * self.walk_speed_m_s, "cycle": 100 * self.cycle_speed_m_s, "drive": 1000.0}[self.mode]

    def cost(self, minutes: float) -> int:
        """Whole network cost that fits in this time."""
        return int(min(round(minutes * 60 * self.units_per_second, 6), UNREACHABLE - 1))

    def minutes(self, cost: NDArray[np.int32]) -> NDArray[np.float64]:
        """Minutes of a network cost, float64; infinite where unreachable."""
        return np.where(cost == UNREACHABLE, np.inf, cost / (60 * self.units_per_second))

    def access(self, links: Links) -> NDArray[np.int32]:
        """Network cost of walking from door to street, int32[p]."""
        seconds = links.access_cm / (100 * self.walk_speed_m_s)
        return links.access_cm if self.mode == "walk" else np.rint(seconds * self.units_per_second).astype(np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Trips:
    """Everything the kernels need to go from these origins to these places by this way of moving.

    shut_in: bool[o], origins left without a street because an edit closed it: they reach nothing, and that is known.
    """

    network: Network
    origins: Links
    places: Links
    leave: Entries
    arrive: Entries
    direct: Direct
    shut_in: NDArray[np.bool_]

    @property
    def n_nodes(self) -> int:
        """Junctions of the network."""
        return len(self.network.component)

    def why_not(self, unreached: NDArray[np.bool_], rank: int = 1) -> NDArray[np.int8]:
        """A `Reason` per origin, int8[o], for those that reach nothing (bool[o]): no street, no way, or too far.

        rank: so many places are needed; fewer in the city, or in the part of the network that hangs together, are none.
        """
        reason = np.zeros(len(unreached), np.int8)
        reason[~self.origins.linked] = Reason.NO_STREET_NEAR
        reason[self.shut_in] = Reason.NOT_CONNECTED
        todo = unreached & self.origins.linked
        if not todo.any():
            return reason
        if len(self.places.edge) < rank:
            reason[todo] = Reason.NO_SUCH_PLACE
            return reason
        connected = cost_to_one(self, UNREACHABLE - 1) != UNREACHABLE
        if rank > 1:
            part = self.network.component
            there = np.bincount(_part_of(self.arrive, part), minlength=len(part) + 1)
            connected &= there[_part_of(self.leave, part)] >= rank
        reason[todo] = np.where(connected[todo], Reason.BEYOND_LIMIT, Reason.NOT_CONNECTED)
        return reason


def trips(streets: StreetGraph, travel: Travel, origin_xy: NDArray[np.float64], place_xy: NDArray[np.float64]) -> Trips:
    """Link origins (float64[o, 2]) and places (float64[p, 2], both metres) to the network of this way of moving."""
    network = streets.network(travel.mode)
    origins = link(streets, network, origin_xy, travel.max_access_m)
    places = link(streets, network, place_xy, travel.max_access_m)
    shut_in = ~origins.linked & near_closed(streets, network, origin_xy, travel.max_access_m)
    return trips_between(streets, travel, origins, places, shut_in)


def trips_between(
    streets: StreetGraph, travel: Travel, origins: Links, places: Links, shut_in: NDArray[np.bool_]
) -> Trips:
    """The same for points that are linked already; shut_in: see `Trips`."""
    network, out, back = streets.network(travel.mode), travel.access(origins), travel.access(places)
    return Trips(
        network,
        origins,
        places,
        origin_entries(streets, network, origins, out),
        place_entries(streets, network, places, back),
        direct_pairs(network, origins, places, out, back),
        shut_in,
    )


def _part_of(entries: Entries, component: NDArray[np.int32]) -> NDArray[np.int64]:
    """In which part of the network does each point lie? int64[p]; the number of junctions for a point in none."""
    found = np.full(len(entries.ptr) - 1, len(component), np.int64)
    some = np.diff(entries.ptr) > 0
    found[some] = component[entries.node[entries.ptr[:-1][some]]]
    return found


def count_and_nearest(
    trip: Trips,
    limit: int,
    category: NDArray[np.int32],
    n_categories: int,
    k: int,
    weight: NDArray[np.int64] | None = None,
) -> reach.Reach:
    """How many places of each category lie within the limit of each origin, and how near are the k nearest?

    category: int32[p], -1: ignore. weight: int64[p], 1 each when left out.
    """
    graph, (ptr, place, cost) = trip.network.graph, by_node(trip.arrive, trip.n_nodes)
    weights = np.ones(len(category), np.int64) if weight is None else weight
    return reach.count_and_nearest(
        graph.indptr, graph.indices, graph.cost, trip.leave.ptr, trip.leave.node, trip.leave.cost, ptr, place, cost,
        category.astype(np.int32), weights, n_categories,
        trip.direct.ptr, trip.direct.place, trip.direct.cost, limit, k,
    )  # fmt: skip


def cost_table(trip: Trips, limit: int) -> NDArray[np.int32]:
    """What does it cost from every origin to every place? int32[o, p], UNREACHABLE beyond the limit; 4 bytes a pair."""
    graph, (ptr, place, cost) = trip.network.graph, by_node(trip.arrive, trip.n_nodes)
    return reach.cost_table(
        graph.indptr, graph.indices, graph.cost, trip.leave.ptr, trip.leave.node, trip.leave.cost, ptr, place, cost,
        len(trip.places.edge), trip.direct.ptr, trip.direct.place, trip.direct.cost, limit,
    )  # fmt: skip


def cost_to_one(trip: Trips, limit: int) -> NDArray[np.int32]:
    """What does it cost from every origin to the cheapest of the places? int32[o]; one search against the arrows."""
    graph = trip.network.graph
    back = csr.transpose(graph.indptr, graph.indices, graph.cost)
    label = shortest.from_seeds(back.indptr, back.indices, back.cost, trip.arrive.node, trip.arrive.cost, limit)
    best = shortest.at_points(label, trip.leave.ptr, trip.leave.node, trip.leave.cost, limit)
    origin = np.repeat(np.arange(len(best)), np.diff(trip.direct.ptr))
    within = trip.direct.cost <= limit
    np.minimum.at(best, origin[within], trip.direct.cost[within])
    return best
