"""Unknown is never zero, and what is out of reach says why."""

from __future__ import annotations

import numpy as np

from stadslab.build.projection import to_metres
from stadslab.build.streetgraph import build_streetgraph
from stadslab.build.traveltimes import Travel, nearest, trips, within
from stadslab.build.unknown import counted, timed
from stadslab.core.values import Reason
from stadslab.testing.gridcity import CRS, grid, grid_support


def test_three_homes_three_answers() -> None:
    city, support = grid(3), grid_support(3)
    streets = build_streetgraph(city["streets"], CRS)
    at = to_metres(CRS, support.points)
    homes = np.array([at[0], at[8], at[0] + [0, -5_000]])  # beside the place, a walk away, in the wilderness
    trip = trips(streets, Travel(), homes, at[:1])
    limit = Travel().cost(1)
    limits = np.array([limit], np.int32)
    counts = counted(trip, within(trip, limits, np.zeros(1, np.int32), 1, np.ones(1, np.int64))[:, 0, 0])
    assert counts.values[:2].tolist() == [1, 0]
    assert np.isnan(counts.values[2])
    assert counts.reason.tolist() == [Reason.KNOWN, Reason.BEYOND_LIMIT, Reason.NO_STREET_NEAR]
    minutes = timed(trip, Travel().minutes(nearest(trip, limit, 1)[:, 0, 0]))
    assert minutes.values[0] == 0
    assert np.isinf(minutes.values[1])
    assert np.isnan(minutes.values[2])
    assert minutes.reason.tolist() == counts.reason.tolist()
