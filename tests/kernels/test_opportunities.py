"""What can be reached from a table of journeys: small tables by hand, and what must hold for any."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadslab.kernels import opportunities
from stadslab.kernels.opportunities import Matrix, gravity, to_closest, within

# three places; 2 reaches nothing, not even itself
LINE = Matrix.of([0, 0, 1, 1], [0, 1, 0, 1], [0.0, 10.0, 12.0, 1.0], 3, 3)


@st.composite
def matrices(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, int, np.ndarray]:
    n = draw(st.integers(1, 6))
    pairs = [(a, b) for a in range(n) for b in range(n) if draw(st.booleans())]
    cost = [float(draw(st.integers(0, 60))) for _ in pairs]
    there = np.array([float(draw(st.integers(0, 3))) for _ in range(n)])
    return np.array([a for a, _ in pairs], int), np.array([b for _, b in pairs], int), np.array(cost), n, there


def test_a_cutoff_is_inclusive_and_absent_pairs_are_out_of_reach() -> None:
    jobs = [5.0, 7.0, 100.0]
    assert within(LINE, jobs, 10).tolist() == [12.0, 7.0, 0.0]
    assert within(LINE, jobs, 9.999).tolist() == [5.0, 7.0, 0.0]
    assert within(LINE, jobs, 12).tolist() == [12.0, 12.0, 0.0]


def test_the_second_closest_may_stand_beside_the_first() -> None:
    assert to_closest(LINE, [0.0, 2.0, 0.0]).tolist() == [10.0, 1.0, math.inf]
    assert to_closest(LINE, [0.0, 2.0, 0.0], 2).tolist() == [10.0, 1.0, math.inf]
    assert to_closest(LINE, [1.0, 2.0, 0.0], 3).tolist() == [10.0, 12.0, math.inf]
    assert to_closest(LINE, [1.0, 2.0, 9.0], 4).tolist() == [math.inf] * 3
    assert to_closest(LINE, [0.0, 0.0, 9.0]).tolist() == [math.inf] * 3


def test_decay_functions_at_known_points() -> None:
    cost = np.array([0.0, 10.0, 20.0, 40.0])
    assert opportunities.step(20)(cost).tolist() == [1, 1, 1, 0]
    assert opportunities.linear(20)(cost).tolist() == [1, 0.5, 0, 0]
    assert opportunities.exponential(0.1)(cost) == pytest.approx([1, math.exp(-1), math.exp(-2), math.exp(-4)])
    assert opportunities.gaussian(20)(cost) == pytest.approx([1, math.exp(-1 / 8), math.exp(-1 / 2), math.exp(-2)])
    weight = opportunities.logistic(20, 5)(cost)
    assert weight[0] == 1
    assert weight[2] == pytest.approx((1 + math.exp(-4 * math.pi / math.sqrt(3))) / 2)
    assert opportunities.logistic(20, 0.001)(np.array([1e6])).tolist() == [0]


@given(matrices(), st.randoms(use_true_random=False), st.integers(0, 60), st.integers(1, 4))
def test_counted_one_by_one(table: Any, random: Any, cutoff: int, count: int) -> None:
    origin, destination, cost, n, there = table
    shuffled = list(range(len(cost)))
    random.shuffle(shuffled)
    matrix = Matrix.of(origin[shuffled], destination[shuffled], cost[shuffled], n, n)
    near, nearest, weighted = (
        within(matrix, there, cutoff),
        to_closest(matrix, there, count),
        gravity(matrix, there, opportunities.exponential(0.2)),
    )
    for place in range(n):
        ways = [(c, there[d]) for o, d, c in zip(origin, destination, cost, strict=True) if o == place]
        assert near[place] == sum(m for c, m in ways if c <= cutoff)
        assert weighted[place] == pytest.approx(sum(m * math.exp(-0.2 * c) for c, m in ways))
        ranked = sorted(c for c, m in ways for _ in range(int(m)))
        assert nearest[place] == (ranked[count - 1] if len(ranked) >= count else math.inf)


@given(matrices(), st.integers(0, 60), st.integers(0, 20))
def test_more_time_never_reaches_less(table: Any, cutoff: int, more: int) -> None:
    origin, destination, cost, n, there = table
    matrix = Matrix.of(origin, destination, cost, n, n)
    assert (within(matrix, there, cutoff + more) >= within(matrix, there, cutoff)).all()
    assert (to_closest(matrix, there, 2) >= to_closest(matrix, there, 1)).all()


@given(matrices(), st.randoms(use_true_random=False))
def test_order_of_rows_never_matters(table: Any, random: Any) -> None:
    origin, destination, cost, n, there = table
    shuffled = list(range(len(cost)))
    random.shuffle(shuffled)
    decay = opportunities.gaussian(13)
    one = gravity(Matrix.of(origin, destination, cost, n, n), there, decay)
    other = gravity(Matrix.of(origin[shuffled], destination[shuffled], cost[shuffled], n, n), there, decay)
    assert one.tobytes() == other.tobytes()


def test_what_cannot_be_a_matrix_is_refused() -> None:
    with pytest.raises(ValueError, match="equally long"):
        Matrix.of([0], [0, 1], [1.0], 2, 2)
    with pytest.raises(ValueError, match="destination"):
        Matrix.of([0], [2], [1.0], 2, 2)
    for bad in (-1.0, math.nan):
        with pytest.raises(ValueError, match="cost"):
            Matrix.of([0], [1], [bad], 2, 2)
    with pytest.raises(ValueError, match="opportunities"):
        within(LINE, [1.0, 2.0], 10)
    with pytest.raises(ValueError, match="opportunities"):
        within(LINE, [1.0, math.inf, 0.0], 10)
    with pytest.raises(ValueError, match="count"):
        to_closest(LINE, [1.0, 1.0, 1.0], 0)
    for decay in (opportunities.linear, opportunities.exponential, opportunities.gaussian):
        with pytest.raises(ValueError, match="above 0"):
            decay(0.0)
