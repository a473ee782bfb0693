"""The order of nodes in memory: every node once, and neighbours beside each other."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_array_equal

from stadslab.kernels import _hilbert


def test_every_step_of_the_curve_leads_to_a_neighbour():
    side = 16
    xy = np.stack(np.divmod(np.arange(side * side), side), axis=1).astype(float) * (side - 1) / side
    xy = np.random.default_rng(1).permutation(xy)
    walk = xy[_hilbert.along_curve(xy)]
    steps = np.abs(np.diff(walk, axis=0)).sum(axis=1) * side / (side - 1)
    assert np.allclose(steps, 1)


def test_points_of_one_place_keep_their_order():
    for xy in (np.zeros((5, 2)), np.full((5, 2), -1e7), np.zeros((0, 2))):
        assert_array_equal(_hilbert.along_curve(xy), np.arange(len(xy)))
