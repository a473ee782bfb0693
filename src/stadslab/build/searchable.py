"""A street network as the fast searches take it: nodes along a curve, dead ends and bends set apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stadslab.kernels import access, contraction, csr, lanes, nearest, order
from stadslab.kernels.contraction import Contracted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.kernels.access import Load
    from stadslab.kernels.lanes import Items, Seekers


LARGEST_LISTS = 10**9  # bytes of lists of the nearest at all nodes, for each thread


@dataclass(frozen=True, slots=True, eq=False)
class Searchable:
    """A network made ready to be searched.

    number: int32[n], place of each junction along the curve: searches know it by that number. forward, backward: the
    streets as they are passed, and turned round; one object where every street costs the same both ways. arc_cost: mean
    cost of a street, by which the cheapest way to search is guessed.
    """

    number: NDArray[np.int32]
    forward: Contracted
    backward: Contracted
    arc_cost: float


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Points as searches take them: up to two ways onto the network each. node, cost: int32[p, 2]; node -1 for none."""

    node: NDArray[np.int32]
    cost: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Homes and places on one street, and the cost straight along it: int32[q] each."""

    home: NDArray[np.int32]
    place: NDArray[np.int32]
    cost: NDArray[np.int32]


def searchable(graph: csr.Graph, node_xy: NDArray[np.float64]) -> Searchable:
    """Make a network ready: int64[n + 1], int32[m], int32[m] arcs of junctions at node_xy, float64[n, 2] metres."""
    nodes = len(node_xy)
    along = order.along_curve(node_xy)
    number = np.empty(nodes, np.int32)
    number[along] = np.arange(nodes, dtype=np.int32)
    tail, head = number[csr.tails(graph.indptr)], number[graph.indices]
    there = csr.build(nodes, tail, head, graph.cost)
    forward = contraction.contract(there.indptr, there.indices, there.cost)
    backward = forward
    if not contraction.is_even(forward):
        back = csr.build(nodes, head, tail, graph.cost)
        backward = contraction.contract(back.indptr, back.indices, back.cost)
    return Searchable(number, forward, backward, float(graph.cost.mean()) if graph.cost.size else 1.0)


def ends_of(
    ptr: NDArray[np.int64], node: NDArray[np.int32], cost: NDArray[np.int32], number: NDArray[np.int32] | None = None
) -> Ends:
    """Entries listed by point (at most two each) as `Ends`; number: int32[n], what each node is called there."""
    count = len(ptr) - 1
    point = np.repeat(np.arange(count), np.diff(ptr))
    slot = np.arange(len(node)) - ptr[point]
    nodes, costs = np.full((count, 2), -1, np.int32), np.zeros((count, 2), np.int32)
    nodes[point, slot] = node if number is None else number[node]
    costs[point, slot] = cost
    return Ends(nodes, costs)


def sums(
    network: Searchable, homes: Ends, places: Ends, pairs: Pairs, brought: Load, limits: NDArray[np.int32]
) -> NDArray[np.int64]:
    """How much do the places within each limit of every home bring? int64[homes, limits, categories]."""
    if len(places.node) <= len(homes.node):
        rows, seek = _from_places(network, homes, places, pairs)
        return access.sums_for_items(network.backward, seek, _found(network, homes), _of(brought, rows), limits)
    rows, seek = _from_homes(network, homes, places, pairs)
    answer = np.empty((len(rows), limits.size, brought.categories), np.int64)
    answer[rows] = access.sums_for_seekers(network.forward, seek, _found(network, places), brought, limits)
    return answer


def decayed(
    network: Searchable,
    homes: Ends,
    places: Ends,
    pairs: Pairs,
    brought: Load,
    weight: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    limit: int,
) -> NDArray[np.int64]:
    """How much do the places around every home bring, those farther away counting less? int64[homes, categories].

    In units of 1 / `access.FIXED_POINT`; weight as `access.decay_table` takes it.
    """
    table = access.decay_table(weight, limit)
    if len(places.node) <= len(homes.node):
        rows, seek = _from_places(network, homes, places, pairs)
        return access.decayed_for_items(
            network.backward, seek, _found(network, homes), _of(brought, rows), table, limit
        )
    rows, seek = _from_homes(network, homes, places, pairs)
    answer = np.empty((len(rows), brought.categories), np.int64)
    answer[rows] = access.decayed_for_seekers(network.forward, seek, _found(network, places), brought, table, limit)
    return answer


def nearest_of(
    network: Searchable, homes: Ends, places: Ends, pairs: Pairs, brought: Load, limit: int, k: int
) -> NDArray[np.int32]:
    """How near are the k nearest of each category to every home? int32[homes, categories, k], UNREACHABLE where fewer.

    Three ways lead to the same numbers; a rough guess at their work chooses one.
    """
    nodes, n_homes, n_places = len(network.number), len(homes.node), len(places.node)
    ball = min(nodes, 2.0 * (limit / max(network.arc_cost, 1.0)) ** 2)
    lane, pair, label = 8.0, 12.0, 180.0  # nanoseconds, measured on street networks
    pairs_ns = pair * n_homes * n_places * ball / max(nodes, 1)
    wave_ns = label * min(brought.category.size, k * brought.categories) * nodes
    if 8 * k * nodes > LARGEST_LISTS:
        wave_ns = np.inf
    from_places_ns, from_homes_ns = lane * n_places * ball + pairs_ns, lane * n_homes * ball + pairs_ns
    if from_homes_ns < min(from_places_ns, wave_ns):
        rows, seek = _from_homes(network, homes, places, pairs)
        answer = np.empty((n_homes, brought.categories, k), np.int32)
        answer[rows] = access.nearest_for_seekers(network.forward, seek, _found(network, places), brought, limit, k)
        return answer
    rows, seek = _from_places(network, homes, places, pairs)
    load = _of(brought, rows)
    if wave_ns < from_places_ns:
        return nearest.nearest(network.backward, seek, homes.node, homes.cost, load, limit, k)
    return access.nearest_for_items(network.backward, seek, _found(network, homes), load, limit, k)


def _from_places(network: Searchable, homes: Ends, places: Ends, pairs: Pairs) -> tuple[NDArray[np.intp], Seekers]:
    """Which place each seeker is, and places as seekers of homes."""
    rows = _along(places)
    return rows, _seekers(network, places, rows, pairs.place, pairs.home, pairs.cost, len(homes.node))


def _from_homes(network: Searchable, homes: Ends, places: Ends, pairs: Pairs) -> tuple[NDArray[np.intp], Seekers]:
    """Which home each seeker is, and homes as seekers of places."""
    return _from_places(network, places, homes, Pairs(pairs.place, pairs.home, pairs.cost))


def _found(network: Searchable, points: Ends) -> Items:
    """Points as what is found."""
    return lanes.items(points.node, points.cost, nodes=len(network.number))


def _along(points: Ends) -> NDArray[np.intp]:
    """Points in the order of the curve, so that those searched together are neighbours."""
    return np.argsort(points.node.max(axis=1, initial=-1), kind="stable")


def _seekers(
    network: Searchable,
    points: Ends,
    rows: NDArray[np.intp],
    own: NDArray[np.int32],
    other: NDArray[np.int32],
    cost: NDArray[np.int32],
    others: int,
) -> Seekers:
    """These points as seekers, in the order of `rows`; own, other, cost: the pairs on one street."""
    place = np.empty(len(rows), np.int32)
    place[rows] = np.arange(len(rows), dtype=np.int32)
    order = np.lexsort((other, place[own]))
    ptr = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(np.bincount(own, minlength=len(rows))[rows], out=ptr[1:])
    return lanes.seekers(
        points.node[rows], points.cost[rows], ptr, other[order], cost[order], nodes=len(network.number), items=others
    )


def _of(brought: Load, rows: NDArray[np.intp]) -> Load:
    """What the points bring, in the order of `rows`."""
    size = np.diff(brought.ptr)[rows]
    ptr = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(size, out=ptr[1:])
    at = np.repeat(brought.ptr[:-1][rows] - ptr[:-1], size) + np.arange(int(ptr[-1]))
    return access.load(brought.categories, ptr, brought.category[at], brought.amount[at])
