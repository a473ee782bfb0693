"""From homes to places through one network: counts, nearest and door-to-door tables."""

from __future__ import annotations

from collections.abc import Callable
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
from stadslab.build.searchable import Ends, Pairs, Searchable, decayed, ends_of, nearest_of, sums
from stadslab.build.streetgraph import Mode, Network, StreetGraph
from stadslab.core.values import Reason
from stadslab.kernels import UNREACHABLE, access, csr, lanes, reach, shortest

if TYPE_CHECKING:
    from numpy.typing import NDArray

WALK_SPEED_M_S = 1.3  # the pace used where none is given; mean comfortable walking speed (Bohannon & Andrews 2011)
CYCLE_SPEED_M_S = 4.2  # 15 km/h

Decay = Callable[["NDArray[np.float64]"], "NDArray[np.float64]"]


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

        def connected() -> NDArray[np.bool_]:
            some = self._some_way()
            return some & enough_there(self.network.component, self.leave, self.arrive, rank) if rank > 1 else some

        return reasons(unreached, self.origins.linked, self.shut_in, len(self.places.edge), rank, connected)

    def _some_way(self) -> NDArray[np.bool_]:
        """Origins with any way to any place, however far, bool[o]."""
        graph = self.network.graph
        back = csr.transpose(graph.indptr, graph.indices, graph.cost)
        met = shortest.met(back.indptr, back.indices, self.arrive.node)
        found = np.diff(self.direct.ptr) > 0
        origin = np.repeat(np.arange(len(found)), np.diff(self.leave.ptr))
        found[origin[met[self.leave.node]]] = True
        return found


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


def reasons(
    unreached: NDArray[np.bool_],
    linked: NDArray[np.bool_],
    shut_in: NDArray[np.bool_],
    places: int,
    rank: int,
    connected: Callable[[], NDArray[np.bool_]],
) -> NDArray[np.int8]:
    """A `Reason` per origin, int8[o], for those that reach nothing (bool[o]).

    linked, shut_in: bool[o], origins with a street, and those left without one by an edit. places: how many there are,
    of which `rank` are needed. connected: asked only when it matters, bool[o] origins with a way to so many.
    """
    reason = np.zeros(len(unreached), np.int8)
    reason[~linked] = Reason.NO_STREET_NEAR
    reason[shut_in] = Reason.NOT_CONNECTED
    todo = unreached & linked
    if not todo.any():
        return reason
    if places < rank:
        reason[todo] = Reason.NO_SUCH_PLACE
    else:
        reason[todo] = np.where(connected()[todo], Reason.BEYOND_LIMIT, Reason.NOT_CONNECTED)
    return reason


def enough_there(component: NDArray[np.int32], leave: Entries, arrive: Entries, rank: int) -> NDArray[np.bool_]:
    """Origins in a part of the network (int32[n], which nodes hang together) that holds so many places, bool[o]."""
    there = np.bincount(_part_of(arrive, component), minlength=len(component) + 1)
    return np.asarray(there[_part_of(leave, component)] >= rank, bool)


def _part_of(entries: Entries, component: NDArray[np.int32]) -> NDArray[np.int64]:
    """In which part of the network does each point lie? int64[p]; the number of junctions for a point in none."""
    found = np.full(len(entries.ptr) - 1, len(component), np.int64)
    some = np.diff(entries.ptr) > 0
    found[some] = component[entries.node[entries.ptr[:-1][some]]]
    return found


def within(
    trip: Trips, limits: NDArray[np.int32], category: NDArray[np.int32], n_categories: int, amount: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How much lies within each limit of each origin? int64[o, limits, categories].

    limits: int32[t] network costs, inclusive. category: int32[p], -1: ignore. amount: int64[p], what each place counts.
    """
    asked = _Asked.of(trip, category, n_categories)
    limits = np.minimum(limits, np.int32(lanes.MOST))
    return sums(asked.network, asked.homes, asked.places, asked.pairs, asked.load(amount), limits)


def within_decayed(
    trip: Trips, decay: Decay, limit: int, category: NDArray[np.int32], n_categories: int, amount: NDArray[np.int64]
) -> NDArray[np.float64]:
    """How much lies around each origin, what is farther away counting less? float64[o, categories].

    decay: network costs, float64, to weights from 0 on; nothing counts beyond the limit. Sums are made in whole
    numbers, 2^24 to one, so they too never depend on an order.
    """
    asked = _Asked.of(trip, category, n_categories)
    limit = min(limit, lanes.MOST)
    found = decayed(asked.network, asked.homes, asked.places, asked.pairs, asked.load(amount), decay, limit)
    return found / access.FIXED_POINT


def nearest(
    trip: Trips, limit: int, k: int, category: NDArray[np.int32] | None = None, n_categories: int = 1
) -> NDArray[np.int32]:
    """What do the k nearest places of each category cost from each origin? int32[o, categories, k], ascending.

    UNREACHABLE where there are fewer within the limit. category: int32[p], -1: ignore; one category when left out.
    """
    count = len(trip.places.edge)
    asked = _Asked.of(trip, np.zeros(count, np.int32) if category is None else category, n_categories)
    load = asked.load(np.ones(count, np.int64))
    return nearest_of(asked.network, asked.homes, asked.places, asked.pairs, load, min(limit, lanes.MOST), k)


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """Homes and places as searches take them. Places at one spot are searched from once.

    spot: int32[p], which spot each place stands at, -1 for those to leave out. category: int32[p].
    """

    network: Searchable
    homes: Ends
    places: Ends
    pairs: Pairs
    spot: NDArray[np.int32]
    category: NDArray[np.int32]
    categories: int

    @staticmethod
    def of(trip: Trips, category: NDArray[np.int32], n_categories: int) -> _Asked:
        network = trip.network.searchable
        homes = ends_of(trip.leave.ptr, trip.leave.node, trip.leave.cost, network.number)
        places = ends_of(trip.arrive.ptr, trip.arrive.node, trip.arrive.cost, network.number)
        spot, first = _spots(trip.places, (category >= 0) & trip.places.linked)
        home = np.repeat(np.arange(len(homes.node), dtype=np.int32), np.diff(trip.direct.ptr))
        place = trip.direct.place
        one = np.zeros(len(spot), bool)
        one[first] = True
        use = one[place]
        pairs = Pairs(home[use], spot[place[use]], trip.direct.cost[use])
        return _Asked(
            network, homes, Ends(places.node[first], places.cost[first]), pairs, spot, category.astype(np.int32),
            n_categories,
        )  # fmt: skip

    def load(self, amount: NDArray[np.int64]) -> access.Load:
        """What stands at each spot, summed by category."""
        use = np.flatnonzero(self.spot >= 0)
        spot, category = self.spot[use].astype(np.int64), self.category[use]
        key = spot * self.categories + category
        order = np.argsort(key, kind="stable")
        key, first = np.unique(key[order], return_index=True)
        summed = np.add.reduceat(amount[use][order], first) if len(first) else np.zeros(0, np.int64)
        spots = len(self.places.node)
        ptr = np.zeros(spots + 1, np.int64)
        np.cumsum(np.bincount(key // max(self.categories, 1), minlength=spots), out=ptr[1:])
        return access.load(self.categories, ptr, (key % max(self.categories, 1)).astype(np.int32), summed)


def _spots(places: Links, use: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """Number of the spot each place stands at, int32[p], -1 where it is not used; one place of each spot."""
    spot = np.full(len(use), -1, np.int32)
    on = np.flatnonzero(use)
    order = on[np.lexsort((places.access_cm[on], places.along[on], places.edge[on]))]
    fresh = np.ones(len(order), bool)
    for column in (places.edge, places.along, places.access_cm):
        same = column[order][1:] == column[order][:-1]
        fresh[1:] = ~same if column is places.edge else fresh[1:] | ~same
    spot[order] = np.cumsum(fresh) - 1
    return spot, order[fresh]


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
