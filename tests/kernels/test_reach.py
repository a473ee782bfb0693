"""Whole tables of costs, against closed forms and the oracles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from stadslab.kernels import UNREACHABLE, reach
from stadslab.testing import oracles
from tests.kernels.graphs import LARGEST, Arcs, City, chessboard, cities, int32, line, shuffled


def test_costs_across_a_chessboard_are_those_of_the_closed_form():
    side, block, k = 11, 13_000, 6
    table = reach.cost_table(**chessboard(side, block, k * block).table())
    x, y = np.divmod(np.arange(side * side), side)
    apart = np.abs(x[:, None] - x) + np.abs(y[:, None] - y)
    assert_array_equal(table, np.where(apart <= k, apart * block, UNREACHABLE))


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
    assert_array_equal(reach.cost_table(**city.table()), [[90, 160]])
    city.limit = 159
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


@given(cities())
def test_cost_table_equals_its_oracle(city: City):
    ours = reach.cost_table(**city.table())
    assert ours.dtype == np.int32
    assert_array_equal(ours, oracles.cost_table(**city.table()))


@given(cities(), st.randoms())
def test_no_order_matters(city: City, random):
    """Nodes, arcs, origins, places, entries and pairs in any order; any number of threads."""
    other, origin, place = shuffled(city, random)
    table = reach.cost_table(**city.table())
    assert_array_equal(reach.cost_table(**other.table(), threads=3), table[origin][:, place])


def test_read_only_and_strided_columns_are_taken_as_they_are():
    question = chessboard(5, 100, 200).table()
    base = reach.cost_table(**question)
    for name, value in question.items():
        if isinstance(value, np.ndarray):
            wide = np.repeat(value, 2)[::2]
            wide.flags.writeable = False
            question[name] = wide
    assert_array_equal(reach.cost_table(**question), base)
    assert all(not v.flags.writeable for v in question.values() if isinstance(v, np.ndarray))


def test_nothing_to_reach():
    assert reach.cost_table(**City(line(2, 1), [], [], [], [], [], 5).table()).shape == (0, 0)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"place_id": int32([25] * 25)}, "place_id: every value under 25; got 25 at 0"),
        ({"origin_entry_node": int32([25] * 25)}, "origin_entry_node: every value under 25; got 25 at 0"),
        ({"direct_ptr": np.zeros(3, np.int64)}, "direct_ptr: one more than 25 rows, so 26 values; got 3"),
        ({"n_places": -1}, "n_places: none or more; got -1"),
        ({"threads": 0}, "threads: at least 1, got 0"),
    ],
)
def test_what_would_read_foreign_memory_is_refused(change, says):
    question = chessboard(5, 100, 200).table() | change
    with pytest.raises(ValueError, match=says):
        reach.cost_table(**question)
