"""Places around, nearer ones counting more."""

from __future__ import annotations

import numpy as np
import pytest

from stadslab.build.streetgraph import build_streetgraph
from stadslab.indicators.walk_access import walk_access
from stadslab.indicators.walk_gravity import last_minute, walk_gravity
from stadslab.testing.contract_indicator import check_indicator
from stadslab.testing.gridcity import CRS, grid, grid_support


def test_contract():
    check_indicator(walk_gravity)


def test_beyond_the_last_minute_nothing_counts():
    assert last_minute("linear", 15.0, 0.1) == 15.0
    for decay, weight in (
        ("exponential", lambda m: np.exp(-0.1 * m)),
        ("gaussian", lambda m: np.exp(-0.5 * (m / 15.0) ** 2)),
    ):
        assert weight(last_minute(decay, 15.0, 0.1)) * 2**24 == pytest.approx(0.5)


@pytest.mark.parametrize("decay", ["linear", "exponential", "gaussian"])
def test_it_is_the_sum_of_rings_of_walk_access(decay: str):
    city, support = grid(9), grid_support(9)
    streets = build_streetgraph(city["streets"], CRS)
    found = walk_gravity(streets, city["places"], support, decay=decay, minutes=8.0, rate=0.3, speed_m_s=1.3)
    expected, before = np.zeros(len(support)), np.zeros(len(support))
    for blocks in range(18):
        minutes = blocks * 100 / 60
        within = walk_access(streets, city["places"], support, minutes=minutes + 0.01, speed_m_s=1.3).values
        weight = {
            "linear": max(0.0, 1 - minutes / 8), "exponential": np.exp(-0.3 * minutes),
            "gaussian": np.exp(-0.5 * (minutes / 8) ** 2),
        }[decay]  # fmt: skip
        expected += weight * (within - before)
        before = within
    assert np.abs(found.values - expected).max() < 0.01  # whole centimetres round
