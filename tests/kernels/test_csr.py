"""Arcs into rows and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from numpy.testing import assert_array_equal

from stadslab.kernels import csr
from stadslab.testing import oracles
from tests.kernels.graphs import Arcs, arcs, int32


def test_arcs_are_grouped_by_tail_and_otherwise_stay_in_order():
    graph = csr.build(4, int32([2, 0, 2, 0]), int32([1, 3, 0, 3]), int32([7, 8, 9, 5]))
    assert_array_equal(graph.indptr, [0, 2, 2, 4, 4])
    assert_array_equal(graph.indices, [3, 3, 1, 0])
    assert_array_equal(graph.cost, [8, 5, 7, 9])
    assert_array_equal(graph.order, [1, 3, 0, 2])
    assert [column.dtype.name for column in graph] == ["int64", "int32", "int32", "int64"]


@given(arcs())
def test_build_and_transpose_equal_their_oracles(drawn: Arcs):
    graph = drawn.graph()
    for ours, theirs in zip(graph, oracles.build(drawn.nodes, drawn.tail, drawn.head, drawn.cost), strict=True):
        assert_array_equal(ours, theirs)
    for ours, theirs in zip(csr.transpose(*graph[:3]), oracles.transpose(*graph[:3]), strict=True):
        assert_array_equal(ours, theirs)


@given(arcs())
def test_turning_round_twice_gives_the_same_arcs(drawn: Arcs):
    graph = drawn.graph()
    once = csr.transpose(*graph[:3])
    twice = csr.transpose(*once[:3])
    assert_array_equal(twice.indptr, graph.indptr)
    position = once.order[twice.order]
    assert_array_equal(csr.tails(graph.indptr)[position], csr.tails(twice.indptr))
    assert_array_equal(graph.indices[position], twice.indices)
    assert_array_equal(graph.cost[position], twice.cost)


@pytest.mark.parametrize(
    ("tail", "head", "cost", "error", "says"),
    [
        (int32([0]), int32([2]), int32([1]), ValueError, r"head: every value under 2; got 2 at 0"),
        (int32([0, -1]), int32([1, 1]), int32([1, 1]), ValueError, r"tail: no value under 0; got -1 at 1"),
        (int32([0]), int32([1]), int32([-4]), ValueError, r"cost: no value under 0; got -4 at 0"),
        (int32([0]), int32([1, 1]), int32([1]), ValueError, r"tail 1, head 2, cost 1"),
        (
            np.array([0]),
            int32([1]),
            int32([1]),
            TypeError,
            r"tail: a numpy array of int32, one axis; got int64, 1 axes",
        ),
        ([0], int32([1]), int32([1]), TypeError, r"tail: a numpy array of int32, one axis; got list"),
    ],
)
def test_what_is_not_a_graph_is_refused(tail, head, cost, error, says):
    with pytest.raises(error, match=says):
        csr.build(2, tail, head, cost)


def test_arcs_of_a_broken_graph_are_refused():
    with pytest.raises(ValueError, match="indptr: must not fall; row 1 runs from 2 to 1"):
        csr.transpose(np.array([0, 2, 1, 2]), int32([0, 1]), int32([1, 1]))
    with pytest.raises(ValueError, match="indptr: runs from 0 to 2, the entries it cuts; got 0 to 3"):
        csr.transpose(np.array([0, 3]), int32([0, 0]), int32([1, 1]))
    with pytest.raises(ValueError, match="indptr: at least one value"):
        csr.transpose(np.array([], np.int64), int32([]), int32([]))
