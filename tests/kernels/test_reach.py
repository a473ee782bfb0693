"""Places within a limit, against closed forms and the oracles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from stadslab.kernels import UNREACHABLE, reach
from stadslab.testing import oracles
from tests.kernels.graphs import LARGEST, Arcs, City, cities, grid, int32, line


def equal(ours: reach.Reach, theirs: tuple) -> None:
    assert_array_equal(ours.counts, theirs[0])
    assert_array_equal(ours.nearest, theirs[1])


def chessboard(side: int, block: int, limit: int) -> City:
    """A home and a place of weight one at every corner; every third place is of another kind."""
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


@pytest.mark.truth(
    what="Places within 6 blocks, one at each corner of a chessboard",
    source="closed form 2k(k+1)+1",
    expected=85,
)
def test_places_within_k_blocks(truth):
    side, block, k = 21, 13_000, 6
    found = reach.count_and_nearest(**chessboard(side, block, k * block).counting() | {"k": 6})
    centre = side * side // 2
    truth.check(int(found.counts[centre, 0]))
    assert_array_equal(found.nearest[centre, 0], [0] + [block] * 4 + [2 * block])
    x, y = np.divmod(np.arange(side * side), side)
    apart = np.abs(x[:, None] - x) + np.abs(y[:, None] - y)
    assert_array_equal(found.counts[:, 0], (apart <= k).sum(axis=1))  # corners and edges of the board too
    assert not found.counts[:, 1:].any()


def test_a_place_along_a_street_is_entered_from_its_cheaper_end():
    # corners 0 - 1 - 2, 100 apart; home 30 along the first block, places 20 and 90 along the second
    city = City(
        arcs=line(3, cost=100),
        entries=[[(0, 30), (1, 70)]],
        places=[(1, 0, 20), (2, 0, 80), (1, 1, 90), (2, 1, 10)],
        category=[1, 1],
        weight=[3, 40],
        direct=[[]],
        limit=160,
    )
    found = reach.count_and_nearest(**city.counting())
    assert_array_equal(found.counts, [[0, 43, 0]])
    assert_array_equal(found.nearest[0, 1], [90, 160])
    assert_array_equal(reach.cost_table(**city.table()), [[90, 160]])
    city.limit = 159
    assert_array_equal(reach.count_and_nearest(**city.counting()).counts, [[0, 3, 0]])
    assert_array_equal(reach.cost_table(**city.table()), [[90, UNREACHABLE]])


def test_a_place_on_the_same_edge_is_reached_along_it_or_round_the_block_if_that_is_nearer():
    # both on one street of 1000 with ends 10 apart by another way: 950 along it, 60 round
    city = City(
        arcs=Arcs(2, int32([0, 1]), int32([1, 0]), int32([10, 10])),
        entries=[[(0, 20), (1, 980)], [(0, 20), (1, 980)]],
        places=[(0, 0, 970), (1, 0, 30)],
        category=[0],
        weight=[1],
        direct=[[(0, 950)], [(0, 5)]],
        limit=2000,
    )
    assert_array_equal(reach.cost_table(**city.table()), [[60], [5]])
    found = reach.count_and_nearest(**city.counting())
    assert_array_equal(found.counts[:, 0], [1, 1])  # once, though there are three ways
    assert_array_equal(found.nearest[:, 0], [[60, UNREACHABLE], [5, UNREACHABLE]])


def test_capacity_beyond_int32_is_summed():
    city = City(line(2, 1), [[(0, 0)]], [(0, 0, 0), (1, 1, 0)], [0, 0], [2**40, 2**40], [[]], 10)
    assert reach.count_and_nearest(**city.counting()).counts[0, 0] == 2**41


def test_costs_near_the_largest_never_wrap():
    city = City(
        arcs=Arcs(2, int32([0]), int32([1]), int32([LARGEST - 10])),
        entries=[[(0, 5)], [(0, 20)], [(0, LARGEST)]],
        places=[(1, 0, 4), (1, 1, 5), (1, 1, LARGEST)],
        category=[0, 0],
        weight=[1, 1],
        direct=[[], [], [(0, LARGEST)]],
        limit=LARGEST,
    )
    assert_array_equal(reach.cost_table(**city.table()), [[LARGEST - 1, UNREACHABLE]] + [[UNREACHABLE] * 2] * 2)
    assert_array_equal(reach.count_and_nearest(**city.counting()).counts[:, 0], [1, 0, 0])


@given(cities())
def test_count_and_nearest_equals_its_oracle(city: City):
    equal(reach.count_and_nearest(**city.counting()), oracles.count_and_nearest(**city.counting()))


@given(cities())
def test_cost_table_equals_its_oracle(city: City):
    ours = reach.cost_table(**city.table())
    assert ours.dtype == np.int32
    assert_array_equal(ours, oracles.cost_table(**city.table()))


@given(cities(), st.randoms())
def test_no_order_matters(city: City, random):
    """Nodes, arcs, origins, places, entries and pairs in any order; any number of threads."""
    base = reach.count_and_nearest(**city.counting())
    number = np.array(random.sample(range(city.arcs.nodes), city.arcs.nodes))
    arc_order = np.array(random.sample(range(city.arcs.tail.size), city.arcs.tail.size), np.int64)
    origin = random.sample(range(len(city.entries)), len(city.entries))
    place = random.sample(range(len(city.category)), len(city.category))
    called = {old: new for new, old in enumerate(place)}

    def shuffled(items: list) -> list:
        return random.sample(items, len(items))

    other = City(
        arcs=city.arcs.renumbered(number).reordered(arc_order),
        entries=[shuffled([(int(number[v]), c) for v, c in city.entries[o]]) for o in origin],
        places=shuffled([(int(number[v]), called[p], c) for v, p, c in city.places]),
        category=[city.category[p] for p in place],
        weight=[city.weight[p] for p in place],
        direct=[shuffled([(called[p], c) for p, c in city.direct[o]]) for o in origin],
        limit=city.limit,
    )
    equal(reach.count_and_nearest(**other.counting(), threads=3), (base.counts[origin], base.nearest[origin]))
    table = reach.cost_table(**city.table())
    assert_array_equal(reach.cost_table(**other.table()), table[origin][:, place])


@given(cities(), st.integers(0, 5))
def test_a_higher_limit_never_loses_a_place(city: City, more: int):
    less = reach.count_and_nearest(**city.counting())
    city.limit = min(city.limit + more, LARGEST)
    after = reach.count_and_nearest(**city.counting())
    assert (after.counts >= less.counts).all()
    assert (after.nearest <= less.nearest).all()


def test_threads_and_runs_give_the_same_bytes():
    question = chessboard(30, 100, 700).counting()
    base = reach.count_and_nearest(**question, threads=1)
    for threads in (2, 5):
        equal(reach.count_and_nearest(**question, threads=threads), base)


def test_read_only_and_strided_columns_are_taken_as_they_are():
    question = chessboard(5, 100, 200).counting()
    base = reach.count_and_nearest(**question)
    for name, value in question.items():
        if isinstance(value, np.ndarray):
            wide = np.repeat(value, 2)[::2]
            wide.flags.writeable = False
            question[name] = wide
    equal(reach.count_and_nearest(**question), base)
    assert all(not v.flags.writeable for v in question.values() if isinstance(v, np.ndarray))


def test_nothing_to_count():
    city = City(line(2, 1), [], [], [], [], [], 5)
    found = reach.count_and_nearest(**city.counting() | {"k": 0, "n_categories": 0})
    assert found.counts.shape == (0, 0)
    assert found.nearest.shape == (0, 0, 0)
    assert reach.cost_table(**city.table()).shape == (0, 0)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"place_id": int32([25] * 25)}, "place_id: every value under 25; got 25 at 0"),
        ({"place_category": int32([3] * 25)}, "place_category: every value under 3; got 3 at 0"),
        ({"weight": np.ones(24, np.int64)}, "place_category 25, weight 24"),
        ({"origin_entry_node": int32([25] * 25)}, "origin_entry_node: every value under 25; got 25 at 0"),
        ({"direct_ptr": np.zeros(3, np.int64)}, "direct_ptr: one more than 25 rows, so 26 values; got 3"),
        ({"k": -1}, "n_categories and k: none or more; got 3 and -1"),
        ({"threads": 0}, "threads: at least 1, got 0"),
    ],
)
def test_what_would_read_foreign_memory_is_refused(change, says):
    question = chessboard(5, 100, 200).counting() | change
    with pytest.raises(ValueError, match=says):
        reach.count_and_nearest(**question)
