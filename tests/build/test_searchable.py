"""Networks made ready for searches: whichever side is searched from, and by whichever way, the answer is one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from stadslab.build import searchable as ready
from stadslab.kernels import csr
from stadslab.testing import oracles, oracles_access
from tests.kernels.graphs import int32, rows
from tests.kernels.streets import CATEGORIES, Points, Town, towns


def network_of(town: Town) -> ready.Searchable:
    spots = np.random.default_rng(1).uniform(0, 100, (town.arcs.nodes, 2))
    return ready.searchable(town.arcs.graph(), spots)


def ends(points: Points, network: ready.Searchable) -> ready.Ends:
    ptr, node, cost = rows(points.rows())
    return ready.ends_of(ptr, node, cost, network.number)


def pairs(town: Town) -> ready.Pairs:
    return ready.Pairs(*(int32([pair[i] for pair in town.direct]) for i in range(3)))


def table(town: Town) -> np.ndarray:
    graph = town.arcs.graph()
    at_node = [
        [(p, c) for p, row in enumerate(town.places.rows()) for n, c in row if n == v] for v in range(town.arcs.nodes)
    ]
    direct = [[(p, c) for h, p, c in town.direct if h == home] for home in range(len(town.homes.node))]
    return oracles.cost_table(
        graph.indptr, graph.indices, graph.cost, *rows(town.homes.rows()), *rows(at_node), len(town.places.node),
        *rows(direct), town.limit,
    )  # fmt: skip


@given(towns(), st.integers(0, 3))
def test_sums_and_nearest_equal_those_of_every_pair(town: Town, k: int):
    network = network_of(town)
    given_ = network, ends(town.homes, network), ends(town.places, network), pairs(town), town.load()
    costs = table(town).T
    limits = int32([town.limit, 3])
    expected = oracles_access.sums_for_items(costs, town.brings, CATEGORIES, [town.limit])
    assert_array_equal(ready.sums(*given_, limits)[:, 0], expected[:, 0])
    expected_near = oracles_access.nearest_for_items(costs, town.brings, CATEGORIES, town.limit, k)
    assert_array_equal(ready.nearest_of(*given_, town.limit, k), expected_near)


@pytest.mark.parametrize(("homes", "places", "limit"), [(3, 400, 50), (400, 3, 50), (300, 300, 100_000)])
def test_few_homes_few_places_and_long_walks_are_searched_alike(homes: int, places: int, limit: int):
    random = np.random.default_rng(5)
    side = 30
    corner = np.arange(side * side).reshape(side, side)
    one = np.concatenate([corner[:, :-1].ravel(), corner[:-1].ravel()]).astype(np.int32)
    two = np.concatenate([corner[:, 1:].ravel(), corner[1:].ravel()]).astype(np.int32)
    cost = random.integers(5, 20, one.size).astype(np.int32)
    graph = csr.build(side * side, np.append(one, two), np.append(two, one), np.append(cost, cost))
    xy = np.stack(np.divmod(np.arange(side * side), side), axis=1).astype(float)
    network = ready.searchable(graph, xy)
    assert network.forward is network.backward

    def some(count: int) -> Points:
        node = np.full((count, 2), -1, np.int32)
        node[:, 0] = random.integers(0, side * side, count)
        return Points(node, random.integers(0, 9, (count, 2)).astype(np.int32))

    town = Town(
        None, some(homes), some(places), [[(p % CATEGORIES, 1 + p % 2)] for p in range(places)], [], limit,  # type: ignore[arg-type]
    )  # fmt: skip
    given_ = network, ends(town.homes, network), ends(town.places, network), pairs(town), town.load()
    each = [
        oracles.from_seeds(graph.indptr, graph.indices, graph.cost, node[:1], price[:1], limit)
        for node, price in zip(town.homes.node, town.homes.cost, strict=True)
    ]
    at = town.places.node[:, 0]
    whole = np.array([spent[at].astype(np.int64) + town.places.cost[:, 0] for spent in each])
    costs = np.where(whole <= limit, whole, oracles.UNREACHABLE).T
    assert_array_equal(
        ready.sums(*given_, int32([limit])), oracles_access.sums_for_items(costs, town.brings, CATEGORIES, [limit])
    )
    assert_array_equal(
        ready.nearest_of(*given_, limit, 2), oracles_access.nearest_for_items(costs, town.brings, CATEGORIES, limit, 2)
    )


def test_one_way_streets_are_turned_round_for_places():
    graph = csr.build(3, int32([0, 1, 2]), int32([1, 2, 0]), int32([1, 2, 3]))
    network = ready.searchable(graph, np.array([[0.0, 0], [1, 0], [0, 1]]))
    assert network.forward is not network.backward
    assert sorted(network.number.tolist()) == [0, 1, 2]
