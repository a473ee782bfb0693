"""The simple engine that the fast one is held to: against closed forms and the oracles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from stadslab.kernels import UNREACHABLE
from stadslab.testing import oracles, simple_engine
from tests.kernels.graphs import LARGEST, Arcs, City, chessboard, cities, int32, line, shuffled


def equal(ours: simple_engine.Reach, theirs: tuple) -> None:
    assert_array_equal(ours.counts, theirs[0])
    assert_array_equal(ours.nearest, theirs[1])


def test_places_within_k_blocks_are_those_of_the_closed_form():
    side, block, k = 21, 13_000, 6
    found = simple_engine.count_and_nearest(**chessboard(side, block, k * block).counting() | {"k": 6})
    centre = side * side // 2
    assert found.counts[centre, 0] == 2 * k * (k + 1) + 1
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
    found = simple_engine.count_and_nearest(**city.counting())
    assert_array_equal(found.counts, [[0, 43, 0]])
    assert_array_equal(found.nearest[0, 1], [90, 160])
    city.limit = 159
    assert_array_equal(simple_engine.count_and_nearest(**city.counting()).counts, [[0, 3, 0]])


def test_a_place_on_the_same_edge_is_counted_once_though_there_are_three_ways():
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
    found = simple_engine.count_and_nearest(**city.counting())
    assert_array_equal(found.counts[:, 0], [1, 1])
    assert_array_equal(found.nearest[:, 0], [[60, UNREACHABLE], [5, UNREACHABLE]])


def test_capacity_beyond_int32_is_summed():
    city = City(line(2, 1), [[(0, 0)]], [(0, 0, 0), (1, 1, 0)], [0, 0], [2**40, 2**40], [[]], 10)
    assert simple_engine.count_and_nearest(**city.counting()).counts[0, 0] == 2**41


@given(cities())
def test_it_equals_its_oracle(city: City):
    equal(simple_engine.count_and_nearest(**city.counting()), oracles.count_and_nearest(**city.counting()))


@given(cities(), st.randoms())
def test_no_order_matters(city: City, random):
    """Nodes, arcs, origins, places, entries and pairs in any order; any number of threads."""
    base = simple_engine.count_and_nearest(**city.counting())
    other, origin, _ = shuffled(city, random)
    equal(simple_engine.count_and_nearest(**other.counting(), threads=3), (base.counts[origin], base.nearest[origin]))


@given(cities(), st.integers(0, 5))
def test_a_higher_limit_never_loses_a_place(city: City, more: int):
    less = simple_engine.count_and_nearest(**city.counting())
    city.limit = min(city.limit + more, LARGEST)
    after = simple_engine.count_and_nearest(**city.counting())
    assert (after.counts >= less.counts).all()
    assert (after.nearest <= less.nearest).all()


def test_threads_and_runs_give_the_same_bytes():
    question = chessboard(30, 100, 700).counting()
    base = simple_engine.count_and_nearest(**question, threads=1)
    for threads in (2, 5):
        equal(simple_engine.count_and_nearest(**question, threads=threads), base)


def test_nothing_to_count():
    city = City(line(2, 1), [], [], [], [], [], 5)
    found = simple_engine.count_and_nearest(**city.counting() | {"k": 0, "n_categories": 0})
    assert found.counts.shape == (0, 0)
    assert found.nearest.shape == (0, 0, 0)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"place_category": int32([3] * 25)}, "place_category: every value under 3; got 3 at 0"),
        ({"weight": np.ones(24, np.int64)}, "place_category 25, weight 24"),
        ({"k": -1}, "n_categories and k: none or more; got 3 and -1"),
    ],
)
def test_what_would_read_foreign_memory_is_refused(change, says):
    question = chessboard(5, 100, 200).counting() | change
    with pytest.raises(ValueError, match=says):
        simple_engine.count_and_nearest(**question)
