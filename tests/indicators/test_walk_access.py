"""Places within a walk: what theory says on a chessboard, along a street, and after a change."""

from __future__ import annotations

import numpy as np
import pytest

from stadslab.build.named import BUILDS
from stadslab.core.city import City
from stadslab.core.errors import InputError
from stadslab.core.scenario import Scenario
from stadslab.core.support import Support
from stadslab.core.values import Measured, Reason
from stadslab.indicators.walk_access import walk_access
from stadslab.lab import catalog
from stadslab.testing import gridcity
from tests.build import sketch
from tests.build.sketch import street
from tests.truth_plugin import Checker


def asked(city: City, support: Support, **params: object) -> Measured:
    found = walk_access(BUILDS["streetgraph"].make(city), city["places"], support, **params)
    assert isinstance(found, Measured)
    return found


def closed(city: City, *streets: str) -> City:
    close = catalog.edit("close_street")
    return city.under(Scenario("closed", tuple(close(street=s) for s in streets)))  # type: ignore[call-arg]


def reached(k: int, block_m: float, speed: float, spare_minutes: float = 0.0) -> float:
    """Junctions reached from the centre by who may walk k blocks."""
    n = 2 * k + 5
    city, support = gridcity.grid(n, block_m=block_m), gridcity.grid_support(n, block_m=block_m)
    found = asked(city, support, minutes=max(0.0, k * block_m / speed / 60 + spare_minutes), speed_m_s=speed)
    return float(found.values[gridcity.unit_at(n, "centre")])


@pytest.mark.truth(
    id="k = 1",
    what="Places within 1 block on a chessboard, one at every corner",
    source="closed form 2k(k+1)+1",
    expected=5,
)
@pytest.mark.truth(
    id="k = 6",
    what="Places within 6 blocks on a chessboard (ten minutes of 130 m blocks at 1.3 m/s)",
    source="closed form 2k(k+1)+1",
    expected=85,
)
@pytest.mark.truth(
    id="k = 10", what="Places within 10 blocks on a chessboard", source="closed form 2k(k+1)+1", expected=221
)
def test_the_diamond(truth: Checker) -> None:
    for k in (1, 6, 10):
        truth.check(reached(k, 130.0, 1.3), id=f"k = {k}")


@pytest.mark.parametrize("k", [0, 1, 2, 3, 7, 10])
@pytest.mark.parametrize(("block_m", "speed"), [(130.0, 1.3), (100.0, 1.25), (77.0, 0.7), (50.0, 2.0)])
def test_within_k_blocks(k: int, block_m: float, speed: float) -> None:
    assert reached(k, block_m, speed, 1e-9) == gridcity.reach(k)
    assert reached(k, block_m, speed, -0.001) == (gridcity.reach(k - 1) if k else 1)


def test_from_the_corner_a_quarter_is_reached() -> None:
    n, k = 15, 6
    found = asked(gridcity.grid(n), gridcity.grid_support(n), minutes=k * 130 / 1.3 / 60)
    assert found.values[gridcity.unit_at(n, "corner")] == (k + 1) * (k + 2) / 2


@pytest.mark.parametrize("k", [0, 1, 2, 5])
@pytest.mark.parametrize("away_m", [0.0, 7.5])
def test_from_the_middle_of_a_block(k: int, away_m: float) -> None:
    """Half a block to either end, then k blocks: 2(k+1)^2 junctions, and the way from door to street counts."""
    n = 15
    at = (7 * 100 + 50.0, 7 * 100 + away_m)
    seconds = away_m + 50 + k * 100
    for more, expected in ((0.02, 2 * (k + 1) ** 2), (-0.02, 2 * k**2)):
        found = asked(gridcity.grid(n, block_m=100.0), sketch.support(at), minutes=(seconds + more) / 60, speed_m_s=1.0)
        assert found.values.tolist() == [expected]


STREET = sketch.streets(street("long", "a b", (0, 0), (1000, 0)))


@pytest.mark.parametrize(("minutes", "expected"), [(1.0, 0), (4.49, 0), (4.51, 1), (5.51, 2), (10.0, 3)])
def test_along_one_street_without_passing_a_junction(minutes: float, expected: int) -> None:
    places = sketch.places(a=(400, 10), b=(600, -10), c=(100, 10))
    city = sketch.city(STREET, places)
    # 60 m a minute: 10 m to the street, 250, 300 or 250 along it, 10 m to the door
    found = asked(city, sketch.support((150, 0)), minutes=minutes, speed_m_s=1.0)
    near = sorted(sum(w) / 60 for w in ((0, 250, 10), (0, 450, 10), (0, 50, 10)))
    assert found.values.tolist() == [sum(w <= minutes for w in near)]


def test_home_and_place_at_one_spot() -> None:
    city = sketch.city(STREET, sketch.places(here=(500, 0), junction=(0, 0)))
    found = asked(city, sketch.support((500, 0), (0, 0), (1000, 0)), minutes=0.0)
    assert found.values.tolist() == [1, 1, 0]
    assert [Reason(r) for r in found.reason] == [Reason.KNOWN, Reason.KNOWN, Reason.BEYOND_LIMIT]


def test_one_way_streets_are_both_ways_on_foot() -> None:
    ring = sketch.streets(
        street("r", "a b", (0, 0), (500, 0), can="wc>d>"), street("s", "b a", (500, 0), (250, 900), (0, 0), can="wc>d>")
    )
    city = sketch.city(ring, sketch.places(x=(0, 0)))
    assert asked(city, sketch.support((500, 0)), minutes=10.0, speed_m_s=1.0).values.tolist() == [1]


def test_unknown_is_not_zero() -> None:
    city = sketch.city(STREET, sketch.places(x=(10, 0)))
    found = asked(city, sketch.support((500, 501), (990, 0)), minutes=1.0)
    assert np.isnan(found.values[0])
    assert found.values[1] == 0
    assert [Reason(r) for r in found.reason] == [Reason.NO_STREET_NEAR, Reason.BEYOND_LIMIT]


def test_kinds_and_groups() -> None:
    places = sketch.kinds(("a", "school", (10, 0)), ("b", "preschool", (20, 0)), ("c", "pharmacy", (30, 0)))
    city, support = sketch.city(STREET, places), sketch.support((0, 0))
    for kind, expected in {"school": 1, "education": 2, "any": 3, "health": 1, "museum": 0}.items():
        found = asked(city, support, minutes=5, kind=kind)
        assert found.values.tolist() == [expected]
        assert found.reason.tolist() == [Reason.KNOWN if expected else Reason.NO_SUCH_PLACE]
    with pytest.raises(InputError, match=r"no kind of place is called 'scool' \(did you mean school"):
        asked(city, support, kind="scool")


def test_closing_the_four_streets_of_a_junction_takes_it_from_everybody() -> None:
    n = 7
    city, support = gridcity.grid(n), gridcity.grid_support(n)
    around = [
        gridcity.street_id(*pair) for pair in (((2, 3), (3, 3)), ((3, 3), (4, 3)), ((3, 2), (3, 3)), ((3, 3), (3, 4)))
    ]
    before, after = (asked(c, support, minutes=60.0) for c in (city, closed(city, *around)))
    assert set(before.values) == {49.0}
    # the places of the middle are linked to a street that is open: nobody stands on a closed one
    assert set(after.values) == {49.0}
    shut = closed(city, *around)["streets"].scan("id", "walk").to_pylist()
    assert sum(not r["walk"] for r in shut) == 4


def test_closing_a_street_costs_the_way_round() -> None:
    n, k = 9, 2
    support = gridcity.grid_support(n)
    east = gridcity.street_id((4, 4), (5, 4))
    found = asked(closed(gridcity.grid(n), east), support, minutes=k * 130 / 1.3 / 60)
    # of the 13 junctions within two blocks of the centre, the two straight ahead are now four blocks away
    assert found.values[gridcity.unit_at(n, "centre")] == gridcity.reach(k) - 2


def test_the_farthest_walk_there_can_be_is_still_a_walk():
    city, support = gridcity.grid(3), gridcity.grid_support(3)
    streets = BUILDS["streetgraph"].make(city)
    found = walk_access(streets, city["places"], support, minutes=1440.0, speed_m_s=130.0)  # drawn speeds may be higher
    assert (found.values == 9).all()
