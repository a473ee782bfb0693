"""Shortest ways and components, against closed forms, networkx and the oracles."""

from __future__ import annotations

import networkx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from stadslab.kernels import UNREACHABLE, csr, shortest
from stadslab.testing import oracles
from tests.kernels.graphs import LARGEST, LIMITS, Arcs, arcs, columns, grid, int32, line, rows, seeds


def as_networkx(drawn: Arcs) -> networkx.MultiDiGraph:
    graph = networkx.MultiDiGraph()
    graph.add_nodes_from(range(drawn.nodes))
    for tail, head, cost in zip(drawn.tail.tolist(), drawn.head.tolist(), drawn.cost.tolist(), strict=True):
        graph.add_edge(tail, head, cost=cost)
    return graph


@st.composite
def questions(draw: st.DrawFn, least_nodes: int = 0):
    drawn = draw(arcs(least_nodes))
    return drawn, draw(seeds(drawn.nodes)), draw(seeds(drawn.nodes)), draw(LIMITS)


def test_costs_along_a_line():
    graph = line(50, cost=700).graph()
    cost = shortest.from_seeds(*graph[:3], int32([10]), int32([25]), 700 * 20 + 25)
    blocks = np.abs(np.arange(50) - 10)
    assert_array_equal(cost, np.where(blocks <= 20, 700 * blocks + 25, UNREACHABLE))
    assert cost.dtype == np.int32


def test_the_limit_is_inclusive():
    graph = line(3, cost=100).graph()
    assert_array_equal(shortest.from_seeds(*graph[:3], int32([0]), int32([0]), 200), [0, 100, 200])
    assert_array_equal(shortest.from_seeds(*graph[:3], int32([0]), int32([0]), 199), [0, 100, UNREACHABLE])
    assert_array_equal(shortest.from_seeds(*graph[:3], int32([0]), int32([0]), -1), [UNREACHABLE] * 3)


@pytest.mark.truth(
    what="Corners of a chessboard within 7 blocks of the centre",
    source="closed form 2k(k+1)+1",
    expected=113,
)
def test_corners_within_k_blocks(truth):
    side, block = 21, 13_000
    graph = grid(side, block).graph()
    centre = int32([side * side // 2])
    for k in range(11):
        cost = shortest.from_seeds(*graph[:3], centre, int32([0]), k * block)
        assert np.sum(cost != UNREACHABLE) == 2 * k * (k + 1) + 1
        if k == 7:
            truth.check(int(np.sum(cost != UNREACHABLE)))


def test_sums_past_int32_are_unreachable_and_never_wrap():
    drawn = Arcs(4, int32([0, 1, 2]), int32([1, 2, 3]), int32([LARGEST - 1, 1, LARGEST]))
    graph = drawn.graph()
    cost = shortest.from_seeds(*graph[:3], int32([0]), int32([0]), LARGEST)
    assert_array_equal(cost, [0, LARGEST - 1, UNREACHABLE, UNREACHABLE])
    late = shortest.from_seeds(*graph[:3], int32([0, 1]), int32([LARGEST, LARGEST - 1]), LARGEST)
    assert_array_equal(late, [UNREACHABLE, LARGEST - 1, UNREACHABLE, UNREACHABLE])
    way = shortest.path(*graph[:3], int32([0]), int32([1]), int32([1]), int32([LARGEST]), LARGEST)
    assert way.cost == UNREACHABLE


@given(questions())
def test_from_seeds_equals_its_oracle(question):
    drawn, starts, _, limit = question
    graph = drawn.graph()
    assert_array_equal(
        shortest.from_seeds(*graph[:3], *columns(starts), limit),
        oracles.from_seeds(*graph[:3], *columns(starts), limit),
    )


@given(questions(least_nodes=1))
def test_from_seeds_equals_networkx(question):
    drawn, starts, _, limit = question
    network = as_networkx(drawn)
    for node, spent in starts:  # a super-source, as networkx has no seeds with a cost
        network.add_edge("start", node, cost=spent)
    network.add_node("start")
    theirs = networkx.single_source_dijkstra_path_length(
        network, "start", cutoff=min(limit, UNREACHABLE - 1), weight="cost"
    )
    ours = shortest.from_seeds(*drawn.graph()[:3], *columns(starts), limit)
    assert_array_equal(ours, [theirs.get(node, UNREACHABLE) for node in range(drawn.nodes)])


@given(questions(least_nodes=1), st.randoms())
def test_neither_node_numbers_nor_arc_order_matter(question, random):
    drawn, starts, _, limit = question
    number = np.array(random.sample(range(drawn.nodes), drawn.nodes))
    order = np.array(random.sample(range(drawn.tail.size), drawn.tail.size), np.int64)
    other = drawn.renumbered(number).reordered(order).graph()
    moved = [(int(number[node]), spent) for node, spent in reversed(starts)]
    ours = shortest.from_seeds(*drawn.graph()[:3], *columns(starts), limit)
    assert_array_equal(shortest.from_seeds(*other[:3], *columns(moved), limit)[number], ours)


@given(questions())
def test_to_the_seeds_is_from_the_seeds_on_the_turned_graph(question):
    drawn, _, ends, limit = question
    graph = drawn.graph()
    there = shortest.from_seeds(*csr.transpose(*graph[:3])[:3], *columns(ends), limit)
    for node in range(drawn.nodes):
        way = shortest.path(*graph[:3], int32([node]), int32([0]), *columns(ends), limit)
        assert way.cost == there[node]


@given(questions(), st.lists(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 9)), max_size=3), max_size=4))
def test_costs_at_points_equal_their_oracle(question, points):
    drawn, starts, _, limit = question
    points = [[(node, spent) for node, spent in entries if node < drawn.nodes] for entries in points]
    label = shortest.from_seeds(*drawn.graph()[:3], *columns(starts), limit)
    ours = shortest.at_points(label, *rows(points), limit)
    assert_array_equal(ours, oracles.at_points(label, *rows(points), limit))
    assert ours.dtype == np.int32


# -------------------------------------------------------------------- the way itself


@given(questions())
def test_path_equals_its_oracle(question):
    drawn, starts, ends, limit = question
    graph = drawn.graph()
    ours = shortest.path(*graph[:3], *columns(starts), *columns(ends), limit)
    cost, nodes, taken = oracles.path(*graph[:3], *columns(starts), *columns(ends), limit)
    assert ours.cost == cost
    assert_array_equal(ours.nodes, nodes)
    assert_array_equal(ours.arcs, taken)


@given(questions())
def test_a_path_is_a_way_and_costs_what_it_says(question):
    drawn, starts, ends, limit = question
    graph = drawn.graph()
    cost, nodes, taken = shortest.path(*graph[:3], *columns(starts), *columns(ends), limit)
    if cost == UNREACHABLE:
        assert nodes.size == taken.size == 0
        return
    assert_array_equal(csr.tails(graph.indptr)[taken], nodes[:-1])
    assert_array_equal(graph.indices[taken], nodes[1:])
    first = min(spent for node, spent in starts if node == nodes[0])
    last = min(spent for node, spent in ends if node == nodes[-1])
    assert cost == first + int(graph.cost[taken].astype(np.int64).sum()) + last <= limit


@given(questions(), st.randoms())
def test_the_nodes_of_a_path_do_not_depend_on_arc_order(question, random):
    drawn, starts, ends, limit = question
    order = np.array(random.sample(range(drawn.tail.size), drawn.tail.size), np.int64)
    ours = shortest.path(*drawn.graph()[:3], *columns(starts), *columns(ends), limit)
    other = shortest.path(*drawn.reordered(order).graph()[:3], *columns(starts[::-1]), *columns(ends[::-1]), limit)
    assert ours.cost == other.cost
    assert_array_equal(ours.nodes, other.nodes)


def test_ties_go_to_fewest_arcs_then_lowest_nodes():
    #  0 -> 3 -> 4, 0 -> 2 -> 4 and 0 -> 1 -> 5 -> 4 all cost 4
    drawn = Arcs(6, int32([0, 3, 0, 2, 0, 1, 5]), int32([3, 4, 2, 4, 1, 5, 4]), int32([1, 3, 2, 2, 1, 1, 2]))
    graph = drawn.graph()
    way = shortest.path(*graph[:3], int32([0]), int32([0]), int32([4]), int32([0]), 100)
    assert way.cost == 4
    assert_array_equal(way.nodes, [0, 2, 4])
    assert_array_equal(graph.order[way.arcs], [2, 3])


def test_a_seed_that_is_cheaper_to_reach_from_another_is_no_start():
    graph = line(3, cost=1).graph()
    way = shortest.path(*graph[:3], int32([0, 1]), int32([0, 5]), int32([2]), int32([0]), 9)
    assert way.cost == 2
    assert_array_equal(way.nodes, [0, 1, 2])


def test_a_loop_that_costs_nothing_is_not_walked():
    drawn = Arcs(3, int32([0, 1, 1, 2]), int32([1, 0, 2, 1]), int32([0, 0, 0, 0]))
    way = shortest.path(*drawn.graph()[:3], int32([2]), int32([5]), int32([0]), int32([6]), 11)
    assert way.cost == 11
    assert_array_equal(way.nodes, [2, 1, 0])


# -------------------------------------------------------------------- what hangs together


@given(arcs())
def test_components_equal_networkx_and_their_oracle(drawn: Arcs):
    graph = drawn.graph()
    for ours, theirs, oracle in [
        (shortest.components, networkx.weakly_connected_components, oracles.components),
        (shortest.strong_components, networkx.strongly_connected_components, oracles.strong_components),
    ]:
        component = ours(graph.indptr, graph.indices)
        assert component.dtype == np.int32
        assert_array_equal(component, oracle(graph.indptr, graph.indices))
        found = {frozenset(np.flatnonzero(component == number).tolist()) for number in np.unique(component)}
        assert found == {frozenset(group) for group in theirs(as_networkx(drawn))}


def test_a_one_way_street_connects_weakly_but_not_strongly():
    graph = Arcs(4, int32([0, 1, 2]), int32([1, 2, 1]), int32([1, 1, 1])).graph()
    assert_array_equal(shortest.components(graph.indptr, graph.indices), [0, 0, 0, 1])
    assert_array_equal(shortest.strong_components(graph.indptr, graph.indices), [0, 1, 1, 2])


def test_long_chains_need_no_recursion():
    graph = line(50_000, cost=1).graph()
    assert shortest.components(graph.indptr, graph.indices).max() == 0
    assert shortest.strong_components(graph.indptr, graph.indices).max() == 0


def test_seeds_off_the_graph_are_refused():
    graph = line(3, cost=1).graph()
    with pytest.raises(ValueError, match="seed_node: every value under 3; got 3 at 0"):
        shortest.from_seeds(*graph[:3], int32([3]), int32([0]), 9)
    with pytest.raises(ValueError, match="seed_cost: no value under 0; got -1 at 0"):
        shortest.from_seeds(*graph[:3], int32([0]), int32([-1]), 9)
    with pytest.raises(ValueError, match="target_node: every value under 3; got 7 at 0"):
        shortest.path(*graph[:3], int32([0]), int32([0]), int32([7]), int32([0]), 9)
