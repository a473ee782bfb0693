"""Dead ends and bends set apart: the same distances, fewer nodes to stop at."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from numpy.testing import assert_array_equal

from stadslab.kernels import UNREACHABLE, contraction, csr, shortest
from stadslab.testing import oracles
from tests.kernels.graphs import Arcs, arcs, grid, int32, line
from tests.kernels.streets import streets


def late_distances(graph: contraction.Contracted, source: int) -> list[int]:
    """Costs from a core node by the core, then one step to each late node."""
    spent = oracles.from_seeds(
        np.append(graph.core_start, graph.core_stop[-1:]),
        graph.core_to,
        graph.core_cost,
        int32([source]),
        int32([0]),
        UNREACHABLE,
    )
    answer = spent.astype(np.int64)
    for node in np.flatnonzero(graph.is_core):
        for way in range(graph.late_ptr[node], graph.late_ptr[node + 1]):
            late = graph.late_node[way]
            if spent[node] != UNREACHABLE:
                answer[late] = min(answer[late], int(spent[node]) + int(graph.late_cost[way]))
    return np.minimum(answer, UNREACHABLE).tolist()


def check(drawn: Arcs) -> contraction.Contracted:
    network = drawn.graph()
    graph = contraction.contract(network.indptr, network.indices, network.cost)
    ways = np.bincount(graph.late_node, minlength=drawn.nodes)
    assert (ways[graph.is_core == 1] == 0).all()
    assert ((ways[graph.is_core == 0] >= 1) & (ways[graph.is_core == 0] <= 2)).all()
    for source in np.flatnonzero(graph.is_core).tolist():
        whole = shortest.from_seeds(
            network.indptr, network.indices, network.cost, int32([source]), int32([0]), UNREACHABLE - 1
        )
        assert_array_equal(late_distances(graph, source), whole)
    return graph


@given(arcs())
def test_no_distance_changes_on_any_graph(drawn):
    check(drawn)


@given(streets())
def test_no_distance_changes_on_streets(drawn):
    check(drawn)


@given(streets())
def test_what_is_late_hangs_together_as_trees(drawn):
    network = drawn.graph()
    graph = contraction.contract(network.indptr, network.indices, network.cost)
    late = graph.is_core == 0
    tail = csr.tails(graph.ptr)
    inside = late[tail] & late[graph.to]
    part = shortest.components(*csr.build(drawn.nodes, tail[inside], graph.to[inside], graph.cost[inside])[:2])
    nodes, streets_inside = np.bincount(part[late]), np.bincount(part[tail[inside]], minlength=part.max(initial=0) + 1)
    for number, count in enumerate(nodes.tolist()):
        assert not count or streets_inside[number] == 2 * (count - 1)  # each street is two arcs


def test_a_street_of_bends_is_one_arc():
    # a square of four junctions with a bend in one side and dead ends on the corners
    sides = [(0, 1, 5), (1, 2, 7), (2, 3, 9), (3, 4, 2), (4, 0, 3), (0, 2, 50)]
    hanging = [(1, 5, 4), (5, 6, 1)]
    both = [*sides, *hanging]
    drawn = Arcs(
        7, int32([a for a, _, _ in both] + [b for _, b, _ in both]),
        int32([b for _, b, _ in both] + [a for a, _, _ in both]), int32([c for _, _, c in both] * 2),
    )  # fmt: skip
    graph = check(drawn)
    assert_array_equal(np.flatnonzero(graph.is_core), [0, 2])
    assert sorted(graph.core_cost[graph.core_start[0] : graph.core_stop[0]].tolist()) == [12, 14, 50]
    ways = list(zip(graph.late_node.tolist(), graph.late_cost.tolist(), strict=True))
    assert ways[: graph.late_ptr[1]] == [(4, 3), (1, 5), (3, 5), (5, 9), (6, 10)]
    assert ways[graph.late_ptr[2] :] == [(1, 7), (3, 9), (4, 11), (5, 11), (6, 12)]


def test_a_ring_keeps_one_node_and_a_line_too():
    ring = Arcs(5, int32([0, 1, 2, 3, 4, 1, 2, 3, 4, 0]), int32([1, 2, 3, 4, 0, 0, 1, 2, 3, 4]), int32([1] * 10))
    assert check(ring).is_core.sum() == 1
    assert check(line(9, 3)).is_core.sum() == 1


def test_a_chessboard_has_only_corners_to_pass():
    graph = check(grid(5, 10))
    assert_array_equal(np.flatnonzero(graph.is_core == 0), [0, 4, 20, 24])


def test_one_way_streets_stay():
    drawn = Arcs(3, int32([0, 1, 2]), int32([1, 2, 0]), int32([1, 1, 1]))
    assert check(drawn).is_core.all()


def test_long_dead_ends_are_searched():
    graph = check(line(400, 1))
    assert graph.is_core.sum() > 1  # a tree of hundreds of nodes is not done node by node


@given(arcs())
def test_uncontracted_is_the_graph_itself(drawn):
    network = drawn.graph()
    graph = contraction.uncontracted(network.indptr, network.indices, network.cost)
    assert graph.is_core.all()
    assert_array_equal(graph.core_to, network.indices)
    assert graph.late_node.size == 0


@given(arcs())
def test_simplified_keeps_the_cheapest_of_parallel_arcs(drawn):
    network = drawn.graph()
    ptr, to, cost = contraction.simplified(network.indptr, network.indices, network.cost)
    tail = csr.tails(ptr)
    pairs = set(zip(tail.tolist(), to.tolist(), strict=True))
    assert len(pairs) == to.size
    for a, b, c in zip(tail.tolist(), to.tolist(), cost.tolist(), strict=True):
        assert a != b
        assert c == min(drawn.cost[(drawn.tail == a) & (drawn.head == b)])
