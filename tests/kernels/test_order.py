"""The order of a space-filling curve."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from stadslab.kernels import order


def test_the_curve_of_four_by_four_never_leaves_the_board():
    x, y = (a.ravel().astype(float) for a in np.meshgrid(np.arange(16), np.arange(16)))
    along = order.along_curve(np.stack([x, y], axis=1))
    assert sorted(along.tolist()) == list(range(256))
    steps = np.abs(np.diff(x[along])) + np.abs(np.diff(y[along]))
    assert_array_equal(steps, 1)  # a Hilbert curve only steps to a neighbour


@given(st.lists(st.tuples(st.floats(-1e7, 1e7), st.floats(-1e7, 1e7)), max_size=40))
def test_every_point_is_met_once(points):
    xy = np.array(points, float).reshape(-1, 2)
    assert sorted(order.along_curve(xy).tolist()) == list(range(len(points)))


def test_points_in_one_place_keep_their_order():
    assert_array_equal(order.along_curve(np.ones((5, 2))), np.arange(5))


def test_what_is_no_point_is_refused():
    with pytest.raises(ValueError, match=r"one finite pair a node, float64\[n, 2\]; got shape \(3,\)"):
        order.along_curve(np.ones(3))
    with pytest.raises(ValueError, match="one finite pair a node"):
        order.along_curve(np.array([[np.nan, 0.0]]))
