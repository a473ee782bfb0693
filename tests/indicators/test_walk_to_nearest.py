"""Minutes to the nearest place: ranks, ways round, and why there is none."""

from __future__ import annotations

import numpy as np
import pytest

from stadslab.build.named import BUILDS
from stadslab.core.city import City
from stadslab.core.scenario import Scenario
from stadslab.core.support import Support
from stadslab.core.values import Measured, Reason
from stadslab.indicators.walk_to_nearest import walk_to_nearest
from stadslab.lab import catalog
from stadslab.testing import gridcity
from tests.build import sketch
from tests.build.sketch import street
from tests.truth_plugin import Checker

BLOCK_MIN = 130 / 1.3 / 60


def asked(city: City, support: Support, **params: object) -> Measured:
    found = walk_to_nearest(BUILDS["streetgraph"].make(city), city["places"], support, **params)
    assert isinstance(found, Measured)
    return found


def closed(city: City, *streets: str) -> City:
    close = catalog.edit("close_street")
    return city.under(Scenario("closed", tuple(close(street=s) for s in streets)))  # type: ignore[call-arg]


def ring_of(rank: int) -> int:
    """On how many blocks' distance does the rank-th nearest of all junctions lie?"""
    return next(k for k in range(rank + 1) if gridcity.reach(k) >= rank)


@pytest.mark.truth(
    id="6th",
    what="Minutes to the 6th nearest corner of a chessboard (130 m blocks, 1.3 m/s)",
    source="2 blocks: 260 m / 1.3 m/s",
    expected=260 / 1.3 / 60,
    unit="min",
    tolerance=1e-9,
)
@pytest.mark.truth(
    id="50th",
    what="Minutes to the 50th nearest corner of a chessboard",
    source="5 blocks: 650 m / 1.3 m/s",
    expected=650 / 1.3 / 60,
    unit="min",
    tolerance=1e-9,
)
def test_the_rings_of_the_diamond(truth: Checker) -> None:
    n = 15
    city, support = gridcity.grid(n), gridcity.grid_support(n)
    for rank in (1, 2, 5, 6, 13, 14, 25, 26, 50, 61):
        found = asked(city, support, rank=rank).values[gridcity.unit_at(n, "centre")]
        assert found == pytest.approx(ring_of(rank) * BLOCK_MIN, abs=1e-9)
        if rank in (6, 50):
            truth.check(found, id=f"{rank}th")


@pytest.mark.parametrize("speed", [0.7, 1.3, 2.0])
def test_every_junction_counts_its_blocks(speed: float) -> None:
    n = 11
    found = asked(gridcity.grid(n, places="centre"), gridcity.grid_support(n), speed_m_s=speed).values.reshape(n, n)
    i, j = np.indices((n, n))
    assert found == pytest.approx((abs(i - 5) + abs(j - 5)) * 130 / speed / 60, abs=1e-9)


def test_a_closed_street_costs_the_way_round() -> None:
    n = 9
    city, support = gridcity.grid(n, places="centre"), gridcity.grid_support(n)
    before = asked(city, support).values.reshape(n, n)
    after = asked(closed(city, gridcity.street_id((4, 4), (5, 4))), support).values.reshape(n, n)
    change = np.rint((after - before) / BLOCK_MIN).astype(int)
    # only the row straight ahead has no other way of the same length: two blocks more
    expected = np.zeros((n, n), int)
    expected[5:, 4] = 2
    assert change.tolist() == expected.tolist()


def test_out_of_reach_is_infinite_and_says_why() -> None:
    n = 5
    city, support = gridcity.grid(n, places="centre"), gridcity.grid_support(n)
    corner = gridcity.unit_at(n, "corner")
    near = asked(city, support, max_minutes=3 * BLOCK_MIN)
    assert np.isinf(near.values[corner])
    assert near.reason[corner] == Reason.BEYOND_LIMIT
    assert near.reason[gridcity.unit_at(n, "centre")] == Reason.KNOWN
    assert asked(city, support, max_minutes=4 * BLOCK_MIN + 1e-9).values[corner] == pytest.approx(4 * BLOCK_MIN)
    for params in ({"kind": "museum"}, {"rank": 2}):
        none = asked(city, support, **params)
        assert np.isinf(none.values).all()
        assert (none.reason == Reason.NO_SUCH_PLACE).all()


def test_closing_the_only_bridge_cuts_the_island_off() -> None:
    rows = [
        street("main", "a b", (0, 0), (1000, 0)),
        street("bridge", "b c", (1000, 0), (1100, 0), bridge=True),
        street("quay", "c d", (1100, 0), (1200, 0)),
    ]
    city = sketch.city(sketch.streets(*rows), sketch.places(school=(990, 0)))
    support = sketch.support((900, 0), (1150, 0), (1150, 9_000))
    before, after = asked(city, support, speed_m_s=1.0), asked(closed(city, "bridge"), support, speed_m_s=1.0)
    assert before.values[:2] == pytest.approx([90 / 60, 160 / 60])
    assert after.values[0] == before.values[0]
    assert np.isinf(after.values[1])
    assert after.reason.tolist() == [Reason.KNOWN, Reason.NOT_CONNECTED, Reason.NO_STREET_NEAR]
    assert np.isnan(after.values[2])
    # closed to cars alone, nothing changes for walkers
    shut = catalog.edit("close_street")(street="bridge", modes=("drive",))  # type: ignore[call-arg]
    same = asked(city.under(Scenario("cars", (shut,))), support, speed_m_s=1.0)
    assert same.values.tobytes() == before.values.tobytes()


def test_the_way_to_both_doors_counts() -> None:
    city = sketch.city(sketch.streets(street("s", "a b", (0, 0), (1000, 0))), sketch.places(x=(700, 30)))
    found = asked(city, sketch.support((100, 40), (700, -10), (1000, 30)), speed_m_s=1.0)
    assert 60 * found.values == pytest.approx([40 + 600 + 30, 10 + 30, 30 + 300 + 30])
