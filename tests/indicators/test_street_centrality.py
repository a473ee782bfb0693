"""How central streets are: closed forms on a chessboard and along a street, edits, reasons."""

from __future__ import annotations

import numpy as np
import pytest

from stadslab.build.named import BUILDS
from stadslab.core.city import City
from stadslab.core.scenario import Scenario
from stadslab.core.support import Support
from stadslab.core.values import Measured, Reason
from stadslab.indicators.street_centrality import street_centrality
from stadslab.lab import catalog
from stadslab.testing import gridcity
from tests.build import sketch
from tests.build.sketch import street
from tests.truth_plugin import Checker


def asked(city: City, support: Support, **params: object) -> Measured:
    found = street_centrality(BUILDS["streetgraph"].make(city), support, **params)
    assert isinstance(found, Measured)
    return found


def closed(city: City, *streets: str) -> City:
    close = catalog.edit("close_street")
    return city.under(Scenario("closed", tuple(close(street=s) for s in streets)))  # type: ignore[call-arg]


def at_centre(k: int, n: int = 25, **params: object) -> float:
    city, support = gridcity.grid(n), gridcity.grid_support(n)
    return float(asked(city, support, **params).values[gridcity.unit_at(n, "centre")])


@pytest.mark.truth(
    id="k = 2",
    what="Through movement within 2 blocks on a chessboard, trips there and back",
    source="closed form 4k(k+1)(k-1)/3",
    expected=8,
    tolerance=1e-6,
)
@pytest.mark.truth(
    id="k = 6",
    what="Through movement within 6 blocks on a chessboard",
    source="closed form 4k(k+1)(k-1)/3",
    expected=280,
    tolerance=1e-6,
)
def test_through_movement_on_a_chessboard(truth: Checker) -> None:
    for k in (2, 6):
        truth.check(at_centre(k, radius_m=130.0 * k), id=f"k = {k}")
    assert at_centre(4, radius_m=130.0 * 4 - 0.02) == pytest.approx(4 * 3 * 4 * 2 / 3)
    assert at_centre(4, radius_m=0.005) == 0


@pytest.mark.parametrize("mode", ["walk", "cycle", "drive"])
def test_nearness_on_a_chessboard(mode: str) -> None:
    k = 4
    block = 130 / (30 / 3.6) / 60 if mode == "drive" else 0.13  # minutes or km
    count, total = 2 * k * (k + 1), 4 * sum(d * d for d in range(1, k + 1)) * block
    found = at_centre(k, measure="closeness", mode=mode, radius_m=130.0 * k, drive_minutes=k * 130 / (30 / 3.6) / 60)
    assert found == pytest.approx(count**2 / total, rel=1e-6)


def test_along_one_street_left_times_right() -> None:
    n = 9
    names = [f"{i}" for i in range(n)]
    row = sketch.streets(*(street(f"s{i}", f"{i} {i + 1}", (i * 100, 0), (i * 100 + 100, 0)) for i in range(n - 1)))
    support = sketch.support(*((i * 100, 0) for i in range(n)))
    found = asked(sketch.city(row), support, radius_m=0.0)
    assert found.values.tolist() == [2 * i * (n - 1 - i) for i in range(len(names))]
    near = asked(sketch.city(row), support, radius_m=0.0, measure="closeness").values
    assert near[0] == pytest.approx((n - 1) ** 2 / (0.1 * sum(range(n))))


def test_one_way_streets_are_obeyed_by_car_and_not_on_foot() -> None:
    ring = sketch.streets(
        street("ab", "a b", (0, 0), (300, 0), can="wc>d>"),
        street("bc", "b c", (300, 0), (0, 300), can="wc>d>"),
        street("ca", "c a", (0, 300), (0, 0), can="wc>d>"),
    )
    support = sketch.support((0, 0), (300, 0), (0, 300))
    assert asked(sketch.city(ring), support, radius_m=0.0).values.tolist() == [0, 0, 0]
    driving = asked(sketch.city(ring), support, mode="drive", drive_minutes=0.0).values
    assert driving.tolist() == [1, 1, 1]  # from b to a by c, and so on round


def test_closing_a_bridge_moves_the_trips_to_the_other_one() -> None:
    """Two banks of three corners, joined at both ends."""
    banks = [
        street(f"{bank}{i}", f"{bank}{i} {bank}{i + 1}", (i * 100, y), (i * 100 + 100, y))
        for bank, y in (("n", 100), ("s", 0))
        for i in range(3)
    ]
    bridges = [street(f"b{i}", f"n{i} s{i}", (i * 100, 100), (i * 100, 0)) for i in (0, 3)]
    city = sketch.city(sketch.streets(*banks, *bridges))
    support = sketch.support((0, 100), (300, 100))
    before, after = (asked(c, support, radius_m=0.0).values for c in (city, closed(city, "b0")))
    assert before[0] == before[1]
    assert after[0] == 0
    assert after[1] > 2 * before[1]


def test_units_without_streets_and_units_cut_off() -> None:
    city, n = gridcity.grid(5), 5
    support = gridcity.grid_support(n)
    around = [gridcity.street_id(*pair) for pair in (((0, 0), (1, 0)), ((0, 0), (0, 1)))]
    found = asked(closed(city, *around), support)
    corner = gridcity.unit_at(n, "corner")
    assert (found.values[corner], Reason(found.reason[corner])) == (0, Reason.NOT_CONNECTED)
    assert set(found.reason.tolist()) == {Reason.KNOWN, Reason.NOT_CONNECTED}
    far = asked(sketch.city(sketch.streets(street("s", "a b", (0, 0), (100, 0)))), sketch.support((0, 600), (50, 20)))
    assert np.isnan(far.values[0])
    assert [Reason(r) for r in far.reason] == [Reason.NO_STREET_NEAR, Reason.KNOWN]


def test_a_sample_is_near_enough_and_the_seed_decides() -> None:
    city, support = gridcity.grid(21), gridcity.grid_support(21)
    exact = asked(city, support, radius_m=0.0).values
    one, same, other = (asked(city, support, radius_m=0.0, sample_error=0.1, sample_seed=s).values for s in (1, 1, 2))
    assert one.tobytes() == same.tobytes() != other.tobytes()
    assert np.abs(one - exact).max() <= 0.1 * 441 * 440


def test_people_are_not_needed() -> None:
    city = gridcity.grid(5, places="none")
    assert set(street_centrality.reads) == {"streetgraph", "support"}
    assert np.isfinite(asked(city, gridcity.grid_support(5)).values).all()
