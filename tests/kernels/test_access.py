"""Sums and lists over searches in lanes, against tables of every pair."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from numpy.testing import assert_array_equal

from stadslab.kernels import access, contraction, csr, lanes, nearest
from stadslab.testing import oracles, oracles_access
from tests.kernels.graphs import Array, grid, int32, rows
from tests.kernels.streets import CATEGORIES, Points, Town, towns

NO_DIRECT = (int32([]), int32([]))


def table(town: Town) -> Array:
    """What it costs from every home to every place, int32[homes, places]."""
    graph = town.arcs.graph()
    at_node = [
        [(p, c) for p, row in enumerate(town.places.rows()) for n, c in row if n == v] for v in range(town.arcs.nodes)
    ]
    direct = [[(p, c) for h, p, c in town.direct if h == home] for home in range(len(town.homes.node))]
    return oracles.cost_table(
        graph.indptr, graph.indices, graph.cost, *rows(town.homes.rows()), *rows(at_node), len(town.places.node),
        *rows(direct), town.limit,
    )  # fmt: skip


def sides(town: Town) -> tuple[contraction.Contracted, contraction.Contracted, lanes.Items, lanes.Items]:
    """The graph as homes and as places search it, and homes and places as what is found."""
    graph = town.arcs.graph()
    back = csr.transpose(graph.indptr, graph.indices, graph.cost)
    nodes = town.arcs.nodes
    return (
        contraction.contract(graph.indptr, graph.indices, graph.cost),
        contraction.contract(back.indptr, back.indices, back.cost),
        lanes.items(town.homes.node, town.homes.cost, nodes=nodes),
        lanes.items(town.places.node, town.places.cost, nodes=nodes),
    )


@given(towns())
def test_sums_equal_those_of_every_pair_from_both_sides(town: Town):
    costs = table(town)
    forward, backward, homes, places = sides(town)
    limits = int32([town.limit, town.limit // 2, -1])
    expected = oracles_access.sums_for_items(costs.T, town.brings, CATEGORIES, limits.tolist())
    load = town.load()
    from_places = access.sums_for_items(backward, town.seekers(of_places=True), homes, load, limits, 1)
    assert_array_equal(from_places, expected)
    from_homes = access.sums_for_seekers(forward, town.seekers(of_places=False), places, load, limits, 2)
    assert_array_equal(from_homes, expected)


@given(towns())
def test_the_nearest_equal_those_of_every_pair_by_three_ways(town: Town):
    costs = table(town)
    forward, backward, homes, places = sides(town)
    load = town.load()
    for k in (1, 3):
        expected = oracles_access.nearest_for_items(costs.T, town.brings, CATEGORIES, town.limit, k)
        seek = town.seekers(of_places=True)
        assert_array_equal(access.nearest_for_items(backward, seek, homes, load, town.limit, k, 2), expected)
        wave = nearest.nearest(backward, seek, town.homes.node, town.homes.cost, load, town.limit, k, 2)
        assert_array_equal(wave, expected)
        back = town.seekers(of_places=False)
        assert_array_equal(access.nearest_for_seekers(forward, back, places, load, town.limit, k, 1), expected)


@given(towns())
def test_decayed_sums_equal_those_of_every_pair_from_both_sides(town: Town):
    if town.limit < 0:
        return
    town.brings = [[(category, min(amount, 1000)) for category, amount in row] for row in town.brings]
    costs = table(town)
    forward, backward, homes, places = sides(town)
    decay = access.decay_table(lambda cost: np.exp(-0.2 * cost), town.limit)
    load = town.load()
    expected = oracles_access.decayed_for_items(
        costs.T, town.brings, CATEGORIES, town.limit, lambda cost: round(float(np.exp(-0.2 * cost)) * 2**24)
    )
    seek = town.seekers(of_places=True)
    assert_array_equal(access.decayed_for_items(backward, seek, homes, load, decay, town.limit, 1), expected)
    seek = town.seekers(of_places=False)
    assert_array_equal(access.decayed_for_seekers(forward, seek, places, load, decay, town.limit, 1), expected)


@given(towns())
def test_uncontracted_gives_the_same(town: Town):
    graph = town.arcs.graph()
    homes = town.seekers(of_places=False)
    places = lanes.items(town.places.node, town.places.cost, nodes=town.arcs.nodes)
    limits = int32([town.limit])
    answers = [
        access.sums_for_seekers(make(graph.indptr, graph.indices, graph.cost), homes, places, town.load(), limits, 1)
        for make in (contraction.contract, contraction.uncontracted)
    ]
    assert_array_equal(*answers)


def board(side: int, block: int) -> tuple[contraction.Contracted, lanes.Seekers, lanes.Items, access.Load, Points]:
    """A home and a place at every corner of a chessboard."""
    drawn = grid(side, block)
    corners = np.arange(side * side)
    points = Points(
        np.stack([corners, np.full_like(corners, -1)], axis=1).astype(np.int32), np.zeros((side * side, 2), np.int32)
    )
    graph = drawn.graph()
    seek = lanes.seekers(
        points.node, points.cost, np.zeros(corners.size + 1, np.int64), *NO_DIRECT, nodes=drawn.nodes, items=drawn.nodes
    )
    load = access.load(1, np.arange(corners.size + 1), int32(corners * 0), np.ones(corners.size, np.int64))
    return (
        contraction.contract(graph.indptr, graph.indices, graph.cost), seek,
        lanes.items(points.node, points.cost, nodes=drawn.nodes), load, points,
    )  # fmt: skip


@pytest.mark.truth(
    what="Places within 6 blocks of the middle of a chessboard, searched in lanes",
    source="closed form 2k(k+1)+1",
    expected=85,
)
def test_places_within_k_blocks(truth):
    side, block, k = 41, 13_000, 6
    graph, seek, found, load, _ = board(side, block)
    limits = int32([k * block, 2 * block - 1, 0])
    sums = access.sums_for_items(graph, seek, found, load, limits)
    centre = side * side // 2
    truth.check(int(sums[centre, 0, 0]))
    assert sums[centre, 1:, 0].tolist() == [5, 1]
    x, y = np.divmod(np.arange(side * side), side)
    apart = np.abs(x[:, None] - x) + np.abs(y[:, None] - y)
    assert_array_equal(sums[:, 0, 0], (apart <= k).sum(axis=1))


def test_threads_and_runs_give_the_same_bytes():
    graph, seek, found, load, points = board(60, 100)
    limits = int32([700])
    sums = access.sums_for_items(graph, seek, found, load, limits, 1)
    near = access.nearest_for_items(graph, seek, found, load, 700, 7, 1)
    for threads in (2, 5):
        assert_array_equal(access.sums_for_items(graph, seek, found, load, limits, threads), sums)
        assert_array_equal(access.nearest_for_items(graph, seek, found, load, 700, 7, threads), near)
        assert_array_equal(nearest.nearest(graph, seek, points.node, points.cost, load, 700, 7, threads), near)


def test_a_decay_of_long_costs_is_read_in_steps():
    table = access.decay_table(lambda cost: 1 - cost / 4e6, 4_000_000)
    assert table.size == 1_000_001  # four costs a step
    assert table[0] == round((1 - 1.5 / 4e6) * access.FIXED_POINT)
    with pytest.raises(ValueError, match="weight: one finite number"):
        access.decay_table(lambda cost: -cost, 10)
    graph, seek, found, load, _ = board(2, 1)
    heavy, flat = load._replace(amount=np.full(4, 2**40)), access.decay_table(np.ones_like, 1)
    with pytest.raises(ValueError, match="amount: too large"):
        access.decayed_for_items(graph, seek, found, heavy, flat, 1)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"limits": int32([2**30])}, "limits: every value under"),
        ({"category": int32([1])}, "category: every value under 1"),
        ({"node": int32([[5, -1]])}, "node: from -1 to 3"),
        ({"item": int32([9])}, "direct_item: every value under 4"),
    ],
)
def test_what_would_read_foreign_memory_is_refused(change: dict[str, Any], says: str):
    graph, _, found, _, _ = board(2, 1)

    def ask() -> None:
        seek = lanes.seekers(
            change.get("node", int32([[0, -1]])), int32([[0, 0]]), np.array([0, 1]), change.get("item", int32([0])),
            int32([1]), nodes=4, items=4,
        )  # fmt: skip
        load = access.load(1, np.array([0, 1]), change.get("category", int32([0])), np.ones(1, np.int64))
        access.sums_for_items(graph, seek, found, load, change.get("limits", int32([1])))

    with pytest.raises(ValueError, match=says):
        ask()


def test_a_load_of_other_points_is_refused():
    graph, seek, found, load, points = board(3, 1)
    short, limits = access.load(1, np.array([0, 1]), int32([0]), np.ones(1, np.int64)), int32([1])
    decay = access.decay_table(np.ones_like, 1)
    for ask in (
        lambda: access.sums_for_items(graph, seek, found, short, limits),
        lambda: access.sums_for_seekers(graph, seek, found, short, limits),
        lambda: access.decayed_for_items(graph, seek, found, short, decay, 1),
        lambda: access.decayed_for_seekers(graph, seek, found, short, decay, 1),
        lambda: access.nearest_for_items(graph, seek, found, short, 1, 1),
        lambda: access.nearest_for_seekers(graph, seek, found, short, 1, 1),
        lambda: nearest.nearest(graph, seek, points.node, points.cost, short, 1, 1),
    ):
        with pytest.raises(ValueError, match="what each of 9 points brings; got 1"):
            ask()
    with pytest.raises(ValueError, match="k: none or more; got -1"):
        access.nearest_for_items(graph, seek, found, load, 1, -1)
