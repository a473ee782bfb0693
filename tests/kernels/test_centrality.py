"""Betweenness and closeness, against closed forms, networkx and the oracle."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import networkx
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from stadslab.kernels import UNREACHABLE, _whole, centrality
from stadslab.testing import oracles_centrality as oracles
from tests.kernels.graphs import LARGEST, LIMITS, Arcs, arcs, grid, int32, line
from tests.kernels.test_jit import run

WHOLE = UNREACHABLE


def two_way(nodes: int, edges: list[tuple[int, int, int]]) -> Arcs:
    """The same cost both ways."""
    a, b, cost = ([edge[i] for edge in edges] for i in range(3))
    return Arcs(nodes, int32([*a, *b]), int32([*b, *a]), int32([*cost, *cost]))


@st.composite
def towns(draw: st.DrawFn, most: int = 14) -> Arcs:
    """Two-way streets: a few rings, chains of passing nodes, trees with dead ends, loose parts, ties."""
    costs = st.sampled_from(draw(st.sampled_from([(1,), (1, 2), (0, 1, 3), tuple(range(1, 60)), (LARGEST // 3, 5)])))
    edges: list[tuple[int, int, int]] = []
    nodes = draw(st.integers(1, 4))
    node = st.integers(0, nodes - 1)
    ends = draw(st.lists(st.tuples(node, node, st.integers(0, 4)), max_size=6))
    for one, other, between in ends:  # a street of `between` passing nodes, perhaps back to where it began
        new = list(range(nodes, nodes + between))
        nodes += between
        edges += [(a, b, draw(costs)) for a, b in pairwise([one, *new, other])]
        if nodes > most:
            break
    for _ in range(draw(st.integers(0, 6))):  # dead ends, also on dead ends
        edges.append((draw(st.integers(0, nodes - 1)), nodes, draw(costs)))
        nodes += 1
    number = draw(st.permutations(range(nodes)))
    return two_way(nodes, [(number[a], number[b], cost) for a, b, cost in edges])


def as_networkx(drawn: Arcs, *, directed: bool) -> networkx.Graph:
    graph = networkx.DiGraph() if directed else networkx.Graph()
    graph.add_nodes_from(range(drawn.nodes))
    for tail, head, cost in zip(drawn.tail.tolist(), drawn.head.tolist(), drawn.cost.tolist(), strict=True):
        if tail != head:
            known = graph.edges[tail, head]["cost"] if graph.has_edge(tail, head) else LARGEST
            graph.add_edge(tail, head, cost=min(max(cost, 1), known))
    return graph


def between(drawn: Arcs, limit: int = WHOLE, **more: object) -> np.ndarray:
    return centrality.betweenness(*drawn.graph()[:3], limit, **more)


def test_along_a_line():
    """Left nodes times right nodes, both ways."""
    for nodes in (1, 2, 3, 10, 70):
        at = np.arange(nodes)
        assert_array_equal(between(line(nodes, 5)), 2 * at * (nodes - 1 - at))


@pytest.mark.parametrize("leaves", [1, 2, 5, 100])
def test_in_the_middle_of_a_star(leaves):
    star = two_way(leaves + 1, [(0, leaf, leaf) for leaf in range(1, leaves + 1)])
    assert_array_equal(between(star), [leaves * (leaves - 1), *[0] * leaves])


@pytest.mark.parametrize("nodes", [3, 4, 5, 8, 31])
def test_round_a_ring(nodes):
    """Each pair takes the shorter side; opposite nodes of an even ring take both, half each."""
    ring = two_way(nodes, [(a, (a + 1) % nodes, 7) for a in range(nodes)])
    each = sum(min(k, nodes - k) - 1 for k in range(1, nodes))
    assert_allclose(between(ring), np.full(nodes, each), atol=1e-6)


@pytest.mark.truth(
    what="Pairs within 4 blocks passing a corner far inside a chessboard, both directions",
    source="closed form 4k(k+1)(k-1)/3: of 4d corners d blocks away, each pair passes d - 1 others",
    expected=80,
)
def test_inside_a_chessboard(truth):
    side, block = 25, 10_000
    board = grid(side, block)
    for k in (1, 2, 3, 4, 7):
        found = between(board, k * block)[side * side // 2]
        assert found == pytest.approx(4 * k * (k + 1) * (k - 1) / 3, abs=1e-6)
        if k == 4:
            truth.check(found)


def test_closeness_inside_a_chessboard():
    side, block = 25, 10_000
    for k in (1, 3, 7):
        found = centrality.closeness(*grid(side, block).graph()[:3], k * block)
        centre = side * side // 2
        assert found.nodes[centre] == 2 * k * (k + 1)
        assert found.total[centre] == block * 4 * sum(d * d for d in range(1, k + 1))


@pytest.fixture(params=[0, 48], ids=["chains everywhere", "chains in large parts"])
def fewest(request, monkeypatch):
    """From how many nodes on are chains answered for from their ends?"""
    monkeypatch.setattr(_whole, "_FEW", request.param)


@given(towns(), st.one_of(LIMITS, st.integers(0, 200)))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_two_way_equals_the_oracle(fewest, drawn, limit):
    graph = drawn.graph()[:3]
    assert_allclose(centrality.betweenness(*graph, limit), oracles.betweenness(*graph, limit), atol=1e-6)
    for ours, theirs in zip(centrality.closeness(*graph, limit), oracles.closeness(*graph, limit), strict=True):
        assert_array_equal(ours, theirs)


@given(towns(most=30))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_whole_of_a_two_way_network_equals_networkx(fewest, drawn):
    theirs = networkx.betweenness_centrality(as_networkx(drawn, directed=False), normalized=False, weight="cost")
    assume(drawn.cost.max(initial=0) <= 1000)  # else sums may pass what we call unreachable
    assert_allclose(between(drawn), [2 * theirs[v] for v in range(drawn.nodes)], atol=1e-6)


@given(arcs(), LIMITS)
def test_one_way_equals_the_oracle(drawn, limit):
    graph = drawn.graph()[:3]
    assert_allclose(centrality.betweenness(*graph, limit), oracles.betweenness(*graph, limit), atol=1e-6)
    for ours, theirs in zip(centrality.closeness(*graph, limit), oracles.closeness(*graph, limit), strict=True):
        assert_array_equal(ours, theirs)


@given(arcs())
def test_the_whole_of_a_one_way_network_equals_networkx(drawn):
    assume(drawn.cost.max(initial=0) <= 1000)
    theirs = networkx.betweenness_centrality(as_networkx(drawn, directed=True), normalized=False, weight="cost")
    assert_allclose(between(drawn), [theirs[v] for v in range(drawn.nodes)], atol=1e-6)


@given(st.one_of(arcs(), towns()), LIMITS, st.data())
def test_weights_equal_the_oracle(drawn, limit, data):
    graph = drawn.graph()[:3]
    each = st.lists(st.integers(0, 5), min_size=drawn.nodes, max_size=drawn.nodes)
    origins, destinations = (np.array(data.draw(each), np.int64) for _ in range(2))
    ours = centrality.betweenness(*graph, limit, origins=origins, destinations=destinations)
    assert_allclose(ours, oracles.betweenness(*graph, limit, origins, destinations), atol=1e-6)
    reached = centrality.closeness(*graph, limit, destinations=destinations)
    for one, other in zip(reached, oracles.closeness(*graph, limit, destinations), strict=True):
        assert_array_equal(one, other)


def town(side: int = 30, seed: int = 7, highest: int = 40) -> tuple[Arcs, np.ndarray]:
    """A grid with a third of its streets gone, chains, dead ends, equal costs; and where its nodes are."""
    random = np.random.default_rng(seed)
    corner = np.arange(side * side).reshape(side, side)
    ends = np.concatenate(
        [np.stack([corner[:, :-1], corner[:, 1:]], -1), np.stack([corner[:-1], corner[1:]], -1).transpose(1, 0, 2)]
    ).reshape(-1, 2)
    ends = ends[random.random(len(ends)) < 0.66]
    cost = random.integers(1, highest, len(ends))
    edges = list(zip(*ends.T.tolist(), cost.tolist(), strict=True))
    return two_way(side * side, edges), np.stack(np.divmod(corner.ravel(), side), 1).astype(float)


@pytest.mark.parametrize("limit", [100, WHOLE])
@pytest.mark.parametrize("highest", [4, 4000])
def test_threads_never_change_a_bit(limit, highest):
    drawn, xy = town(highest=highest)
    graph = drawn.graph()[:3]
    limit = min(limit * highest // 4, WHOLE)
    for where in (None, xy):
        one, *others = (centrality.betweenness(*graph, limit, where, threads=t) for t in (1, 2, 3, 5))
        assert all(other.tobytes() == one.tobytes() for other in others)
        near, *rest = (centrality.closeness(*graph, limit, where, threads=t) for t in (1, 2, 3))
        assert all(a.tobytes() == b.tobytes() for other in rest for a, b in zip(near, other, strict=True))


def forest(nodes: int, seed: int) -> Arcs:
    """One tree of all sorts of branches, with two rings in it: more hangs on one node than is looked at by pairs."""
    random = np.random.default_rng(seed)
    edges = [(int(random.integers(max(0, v - 40), v)), v, int(random.integers(1, 9))) for v in range(1, nodes)]
    return two_way(nodes, [*edges, (3, nodes // 2, 5), (nodes // 3, nodes - 1, 2)])


@pytest.mark.parametrize("limit", [0, 7, 30, 200, WHOLE])
@pytest.mark.parametrize("drawn", [town(20, highest=5)[0], town(20, highest=90)[0], forest(300, 1), line(150, 3)])
def test_what_is_taken_off_is_put_back(drawn, limit):
    """Weights of one are searched as they are, from every node; nothing is taken off for them."""
    graph, ones = drawn.graph()[:3], np.ones(drawn.nodes, np.int64)
    plain = centrality.betweenness(*graph, limit, origins=ones)
    assert_allclose(centrality.betweenness(*graph, limit), plain, rtol=1e-9, atol=1e-5)
    near = centrality.closeness(*graph, limit, destinations=ones)
    for one, other in zip(centrality.closeness(*graph, limit), near, strict=True):
        assert_array_equal(one, other)


def test_many_parts_of_many_sizes():
    """Each part by itself gives what it gives among others."""
    parts = [town(side, seed, 6)[0] for side, seed in ((12, 1), (1, 2), (9, 3), (3, 4), (10, 5))]
    starts = np.cumsum([0, *(part.nodes for part in parts)])
    shifted = [(p.tail + s, p.head + s, p.cost) for p, s in zip(parts, starts, strict=False)]
    whole = Arcs(int(starts[-1]), *(int32(np.concatenate([s[i] for s in shifted])) for i in range(3)))
    number = np.random.default_rng(1).permutation(whole.nodes)
    found = between(whole.renumbered(number))[number]
    assert_allclose(found, np.concatenate([between(part) for part in parts]), rtol=1e-9, atol=1e-5)


@pytest.mark.parametrize("limit", [60, WHOLE])
def test_neither_place_nor_order_of_arcs_matters(limit):
    drawn, xy = town(12)
    graph = drawn.graph()[:3]
    plain = centrality.betweenness(*graph, limit)
    assert plain.max() > 100
    assert_allclose(centrality.betweenness(*graph, limit, xy), plain, rtol=1e-9, atol=1e-6)
    shuffled = drawn.reordered(np.random.default_rng(1).permutation(drawn.tail.size)).graph()[:3]
    assert centrality.betweenness(*shuffled, limit).tobytes() == plain.tobytes()
    assert_allclose(plain, oracles.betweenness(*graph, limit), rtol=1e-9, atol=1e-6)


def test_long_edges_and_full_buckets():
    """A ferry of a day beside lanes of a metre, and a square with a thousand streets."""
    random = np.random.default_rng(3)
    leaves = [(0, leaf, int(random.integers(1, 4))) for leaf in range(1, 1001)]
    rim = [(leaf, leaf % 1000 + 1, int(random.choice([2, 10**7]))) for leaf in range(1, 1001)]
    drawn = two_way(1001, leaves + rim)
    theirs = networkx.betweenness_centrality(as_networkx(drawn, directed=False), normalized=False, weight="cost")
    assert_allclose(between(drawn), [2 * theirs[v] for v in range(1001)], rtol=1e-9, atol=1e-5)


@pytest.mark.parametrize("nodes", [0, 1, 3])
def test_nodes_without_streets(nodes):
    graph = Arcs(nodes, int32([]), int32([]), int32([])).graph()[:3]
    assert_array_equal(centrality.betweenness(*graph, 5, np.zeros((nodes, 2))), np.zeros(nodes))
    assert_array_equal(centrality.closeness(*graph, WHOLE), np.zeros((2, nodes)))


def test_what_is_refused():
    graph = line(3, 1).graph()[:3]
    with pytest.raises(ValueError, match=r"xy: one pair for each of 3 nodes; got 2"):
        centrality.betweenness(*graph, 5, np.zeros((2, 2)))
    with pytest.raises(ValueError, match=r"xy: one finite pair"):
        centrality.betweenness(*graph, 5, np.full((3, 2), np.nan))
    with pytest.raises(ValueError, match=r"origins: one for each of 3 nodes; got 1"):
        centrality.betweenness(*graph, 5, origins=np.ones(1, np.int64))
    with pytest.raises(ValueError, match=r"destinations: no value under 0"):
        centrality.closeness(*graph, 5, destinations=np.full(3, -1))
    with pytest.raises(ValueError, match=r"scale them down"):
        centrality.betweenness(*graph, 5, origins=np.full(3, 2**40), destinations=np.full(3, 2**40))
    with pytest.raises(ValueError, match=r"overflow a sum of costs"):
        centrality.closeness(*graph, WHOLE, destinations=np.full(3, 2**40))
    with pytest.raises(TypeError, match="cost"):
        centrality.betweenness(graph[0], graph[1], graph[2].astype(float), 5)


def test_a_sample_keeps_its_promise():
    """At most one in ten seeds may miss the bound somewhere; on a street network none comes near it."""
    drawn, xy = town(18)
    graph = drawn.graph()[:3]
    pairs = drawn.nodes * (drawn.nodes - 1)
    exact = centrality.betweenness(*graph, WHOLE)
    worst = []
    for seed in range(20):
        found = centrality.sampled_betweenness(*graph, WHOLE, 0.1, 0.1, seed, xy)
        assert found.sources == centrality.sample_size(drawn.nodes, 0.1, 0.1) < drawn.nodes
        worst.append(np.abs(found.values - exact).max() / pairs)
    assert 0 < max(worst) <= 0.1
    again = centrality.sampled_betweenness(*graph, WHOLE, 0.1, 0.1, 19, xy, threads=3)
    assert again.values.tobytes() == found.values.tobytes()


def test_all_sources_are_no_sample():
    drawn, _ = town(6)
    graph = drawn.graph()[:3]
    found = centrality.sampled_betweenness(*graph, 50, 0.001, 0.05, 1)
    assert found.sources == drawn.nodes
    assert found.values.tobytes() == centrality.betweenness(*graph, 50).tobytes()


@pytest.mark.parametrize("nodes", [1, 2, 10, 1000, 100_000])
@pytest.mark.parametrize("error", [0.5, 0.05, 0.01])
def test_the_smallest_sample_that_suffices(nodes, error):
    def doubt(k: int) -> float:
        return 2 * nodes * np.exp(-2 * k * error**2 / (1 - (k - 1) / nodes))

    size = centrality.sample_size(nodes, error, 0.1)
    assert size == nodes or doubt(size) <= 0.1 * (1 + 1e-9)
    assert size == 1 or doubt(size - 1) > 0.1 * (1 - 1e-9)


@pytest.mark.parametrize(("error", "risk"), [(0.0, 0.1), (1.0, 0.1), (0.1, 0.0), (0.1, 1.0), (float("nan"), 0.1)])
def test_a_sample_needs_room_for_doubt(error, risk):
    with pytest.raises(ValueError, match="error and risk"):
        centrality.sampled_betweenness(*line(3, 1).graph()[:3], 5, error, risk, 1)


def test_the_compiler_may_be_off():
    """The same answers as plain Python, unsigned numbers and all."""
    code = """
import numpy as np
from stadslab.kernels import centrality, csr
a, b, cost = (np.array(x, np.int32) for x in ([0, 1, 2, 3, 0, 4, 1], [1, 2, 3, 0, 4, 5, 6], [2, 1, 2, 1, 4, 0, 9]))
graph = csr.build(7, np.concatenate([a, b]), np.concatenate([b, a]), np.concatenate([cost, cost]))[:3]
for limit in (4, 2**31 - 1):
    print(centrality.betweenness(*graph, limit).tolist())
    print(centrality.closeness(*graph, limit).total.tolist())
"""
    source = Path(centrality.__file__).parents[2]
    assert run(code, source, NUMBA_DISABLE_JIT="1") == run(code, source)
