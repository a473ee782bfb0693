"""The slow twins of the public transport kernels, on timetables small enough to check by hand."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_array_equal

from stadslab.testing import oracles_transit
from tests.kernels.graphs import int32, rows
from tests.kernels.timetables import Line, day

FAR = oracles_transit.UNREACHABLE

# A bus 0 - 1 at 10 and 40, ten seconds under way; a tram 2 - 3 at 25; five seconds on foot from 1 to 2.
TOWN = day(
    4,
    [Line([0, 1], [[(10, 10), (20, 20)], [(40, 40), (50, 50)]]), Line([2, 3], [[(25, 25), (30, 30)]])],
    [(1, 2, 5)],
)


def test_all_that_can_become_of_a_rider():
    found = oracles_transit.states(TOWN, [(0, 3)], 0, max_rides=2, slack_s=0)
    assert found == {
        (0, 3, 0, "access"),
        (1, 20, 1, "ride"),
        (1, 50, 1, "ride"),
        (2, 25, 1, "foot"),
        (2, 55, 1, "foot"),
        (3, 30, 2, "ride"),
    }


def test_earliest_arrivals():
    asked = TOWN, int32([0]), int32([3]), int32([0, 8])
    terms = {"max_rides": 2, "slack_s": 0, "limit_s": 100}
    assert_array_equal(oracles_transit.profile(*asked, **terms), [[3, 20, 25, 30], [11, 50, 55, FAR]])
    assert_array_equal(oracles_transit.profile(*asked, **terms | {"max_rides": 1})[0], [3, 20, 25, FAR])
    assert_array_equal(oracles_transit.profile(*asked, **terms | {"slack_s": 1})[0], [3, 20, 25, FAR])
    assert_array_equal(oracles_transit.profile(*asked, **terms | {"limit_s": 24})[0], [3, 20, FAR, FAR])
    assert_array_equal(oracles_transit.profile(*asked, **terms | {"end_on_foot": False})[0], [3, 20, FAR, 30])


def test_doors_and_percentiles():
    arrival = int32([[3, 20, 25, 30], [11, 50, 55, FAR]])
    travel = oracles_transit.egress(arrival, *rows([[(1, 4), (3, 1)], [(3, 0)]]), int32([60, 90]), int32([0, 8]))
    assert_array_equal(travel, [[24, 30], [46, 90]])
    assert_array_equal(oracles_transit.percentiles(travel, [50, 51]), [[24, 46], [30, 90]])
    assert oracles_transit.percentiles(np.empty((3, 0), np.int32), [50]).shape == (0, 1)
