"""Small graphs for the kernel tests, drawn at random or built by hand."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from stadslab.kernels import csr

LARGEST = 2**31 - 1
Array = npt.NDArray[Any]

# Mostly ties and zeros, sometimes costs whose sums pass int32.
COSTS = st.one_of(st.integers(0, 6), st.sampled_from([LARGEST // 2, LARGEST - 3, LARGEST]))
LIMITS = st.one_of(st.integers(-1, 25), st.sampled_from([LARGEST - 1, LARGEST]))


def int32(values: Any) -> Array:
    return np.array(values, np.int32)


@dataclass
class Arcs:
    """Arcs in the order they were drawn: parallel arcs, self loops and isolated nodes included."""

    nodes: int
    tail: Array
    head: Array
    cost: Array

    def graph(self) -> csr.Graph:
        return csr.build(self.nodes, self.tail, self.head, self.cost)

    def renumbered(self, number: Array) -> Arcs:
        """The same graph with node v called number[v]."""
        return Arcs(self.nodes, int32(number[self.tail]), int32(number[self.head]), self.cost)

    def reordered(self, order: Array) -> Arcs:
        return Arcs(self.nodes, self.tail[order], self.head[order], self.cost[order])


@dataclass
class City:
    """Arcs with origins and places on them, as lists so that they can be put in any order."""

    arcs: Arcs
    entries: list[list[tuple[int, int]]]  # of each origin: (node, cost)
    places: list[tuple[int, int, int]]  # (node, place, cost)
    category: list[int]
    weight: list[int]
    direct: list[list[tuple[int, int]]]  # of each origin: (place, cost)
    limit: int

    def network(self) -> dict[str, Any]:
        """The arguments every reach kernel shares."""
        graph = self.arcs.graph()
        at_node = [[(p, c) for node, p, c in self.places if node == v] for v in range(self.arcs.nodes)]
        origin_ptr, origin_node, origin_cost = rows(self.entries)
        place_ptr, place_id, place_cost = rows(at_node)
        direct_ptr, direct_place, direct_cost = rows(self.direct)
        return {
            "indptr": graph.indptr,
            "indices": graph.indices,
            "cost": graph.cost,
            "origin_entry_ptr": origin_ptr,
            "origin_entry_node": origin_node,
            "origin_entry_cost": origin_cost,
            "place_ptr": place_ptr,
            "place_id": place_id,
            "place_entry_cost": place_cost,
            "direct_ptr": direct_ptr,
            "direct_place": direct_place,
            "direct_cost": direct_cost,
            "limit": self.limit,
        }

    def counting(self) -> dict[str, Any]:
        """The arguments of count_and_nearest, for three categories and the two nearest."""
        return self.network() | {
            "place_category": int32(self.category),
            "weight": np.array(self.weight, np.int64),
            "n_categories": 3,
            "k": 2,
        }

    def table(self) -> dict[str, Any]:
        """The arguments of cost_table."""
        return self.network() | {"n_places": len(self.category)}


def rows(lists: list[list[tuple[int, int]]]) -> tuple[Array, Array, Array]:
    """Lists of pairs as (pointers, first of each pair, second of each pair)."""
    ptr = np.cumsum([0] + [len(row) for row in lists]).astype(np.int64)
    flat = [pair for row in lists for pair in row]
    return ptr, int32([pair[0] for pair in flat]), int32([pair[1] for pair in flat])


@st.composite
def arcs(draw: st.DrawFn, least_nodes: int = 0) -> Arcs:
    nodes = draw(st.integers(least_nodes, 9))
    node = st.integers(0, nodes - 1)
    drawn = draw(st.lists(st.tuples(node, node, COSTS), max_size=24)) if nodes else []
    return Arcs(nodes, *(int32([arc[i] for arc in drawn]) for i in range(3)))


@st.composite
def cities(draw: st.DrawFn) -> City:
    drawn = draw(arcs(least_nodes=1))
    node = st.integers(0, drawn.nodes - 1)
    n_places, n_origins = draw(st.integers(0, 6)), draw(st.integers(0, 5))
    place = st.integers(0, n_places - 1)
    each_place = {"min_size": n_places, "max_size": n_places}
    each_origin = {"min_size": n_origins, "max_size": n_origins}
    pairs = st.lists(st.tuples(place, COSTS), max_size=3) if n_places else st.just([])
    return City(
        arcs=drawn,
        entries=draw(st.lists(st.lists(st.tuples(node, COSTS), max_size=3), **each_origin)),
        places=draw(st.lists(st.tuples(node, place, COSTS), max_size=12)) if n_places else [],
        category=draw(st.lists(st.integers(-1, 2), **each_place)),
        weight=draw(st.lists(st.integers(0, 2**40), **each_place)),
        direct=draw(st.lists(pairs, **each_origin)),
        limit=draw(LIMITS),
    )


def seeds(nodes: int, most: int = 3) -> st.SearchStrategy[list[tuple[int, int]]]:
    """Seeds or targets: (node, cost)."""
    return st.lists(st.tuples(st.integers(0, nodes - 1), COSTS), max_size=most) if nodes else st.just([])


def columns(pairs: list[tuple[int, int]]) -> tuple[Array, Array]:
    return int32([pair[0] for pair in pairs]), int32([pair[1] for pair in pairs])


def line(nodes: int, cost: int) -> Arcs:
    """A street of `nodes` corners, walkable both ways."""
    here = np.arange(nodes - 1)
    return Arcs(
        nodes, int32([*here, *(here + 1)]), int32([*(here + 1), *here]), np.full(2 * (nodes - 1), cost, np.int32)
    )


def grid(side: int, cost: int) -> Arcs:
    """A chessboard of side x side corners, walkable both ways."""
    corner = np.arange(side * side).reshape(side, side)
    one = np.concatenate([corner[:, :-1].ravel(), corner[:-1].ravel()])
    other = np.concatenate([corner[:, 1:].ravel(), corner[1:].ravel()])
    return Arcs(
        side * side,
        int32(np.concatenate([one, other])),
        int32(np.concatenate([other, one])),
        np.full(2 * one.size, cost, np.int32),
    )


def chessboard(side: int, block: int, limit: int) -> City:
    """A home and a place of weight one at every corner."""
    corners = side * side
    return City(
        arcs=grid(side, block),
        entries=[[(node, 0)] for node in range(corners)],
        places=[(node, node, 0) for node in range(corners)],
        category=[0] * corners,
        weight=[1] * corners,
        direct=[[] for _ in range(corners)],
        limit=limit,
    )


def shuffled(city: City, random: Random) -> tuple[City, list[int], list[int]]:
    """The same city with everything in another order; which origins and places stand where now."""
    number = np.array(random.sample(range(city.arcs.nodes), city.arcs.nodes))
    arc_order = np.array(random.sample(range(city.arcs.tail.size), city.arcs.tail.size), np.int64)
    origin = random.sample(range(len(city.entries)), len(city.entries))
    place = random.sample(range(len(city.category)), len(city.category))
    called = {old: new for new, old in enumerate(place)}

    def mixed(items: list[Any]) -> list[Any]:
        return random.sample(items, len(items))

    other = City(
        arcs=city.arcs.renumbered(number).reordered(arc_order),
        entries=[mixed([(int(number[v]), c) for v, c in city.entries[o]]) for o in origin],
        places=mixed([(int(number[v]), called[p], c) for v, p, c in city.places]),
        category=[city.category[p] for p in place],
        weight=[city.weight[p] for p in place],
        direct=[mixed([(called[p], c) for p, c in city.direct[o]]) for o in origin],
        limit=city.limit,
    )
    return other, origin, place
