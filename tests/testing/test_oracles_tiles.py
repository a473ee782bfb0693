"""The slow twins know the examples of the specification."""

from __future__ import annotations

import numpy as np
import pytest

from stadslab.testing.oracles_tiles import geometry, weights


def test_commands_are_read_as_the_specification_shows():
    assert geometry(bytes([9, 50, 34])) == [("move", [(25, 17)])]
    assert geometry(bytes([9, 6, 12, 18, 10, 12, 24, 44, 15])) == [
        ("move", [(3, 6)]), ("line", [(8, 12), (20, 34)]), ("close", []),
    ]  # fmt: skip
    assert geometry(bytes([17, 10, 14, 3, 9])) == [("move", [(5, 7), (3, 2)])]


@pytest.mark.parametrize("nonsense", [[11, 1], [1, 1, 1], [23], [128]])
def test_nonsense_is_refused(nonsense):
    with pytest.raises(ValueError, match=r".+"):
        geometry(bytes(nonsense))


def test_a_corner_weighs_what_the_line_would_move():
    found = weights(np.array([0.0, 1.0, 2.0]), np.array([0.0, 3.0, 0.0]), closed=False)
    assert found.tolist() == [np.inf, 3.0, np.inf]
    ring = weights(np.array([0.0, 4.0, 4.0, 0.0]), np.array([0.0, 0.0, 3.0, 3.0]), closed=True)
    assert np.isinf(ring[[0, 2]]).all()
    assert ring[[1, 3]] == pytest.approx([2.4, 2.4])
