"""Minutes to one place on foot, by bicycle and by car."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stadslab.build.named import BUILDS
from stadslab.core.city import City
from stadslab.core.errors import InputError, NotFoundError
from stadslab.core.scenario import Scenario
from stadslab.core.support import Support
from stadslab.core.values import Measured, Reason
from stadslab.indicators.travel_time_to import travel_time_to
from stadslab.lab import catalog
from stadslab.testing import gridcity
from tests.build import sketch
from tests.build.sketch import street
from tests.truth_plugin import Checker

MODES = ("walk", "cycle", "drive")


def asked(city: City, support: Support, **params: Any) -> Measured:
    places = city.layers.get("places")
    found = travel_time_to(BUILDS["streetgraph"].make(city), support, places, **params)
    assert isinstance(found, Measured)
    return found


@pytest.mark.truth(
    id="walk",
    what="Minutes on foot across 20 blocks of 130 m at 1.3 m/s",
    source="2,600 m / 1.3 m/s",
    expected=2600 / 1.3 / 60,
    unit="min",
    tolerance=1e-9,
)
@pytest.mark.truth(
    id="cycle",
    what="Minutes by bicycle across 20 blocks of 130 m at 4.2 m/s",
    source="2,600 m / 4.2 m/s",
    expected=2600 / 4.2 / 60,
    unit="min",
    tolerance=1e-9,
)
@pytest.mark.truth(
    id="drive",
    what="Minutes by car across 20 blocks of 130 m at 30 km/h",
    source="2.6 km / 30 km/h",
    expected=2.6 / 30 * 60,
    unit="min",
    tolerance=1e-9,
)
def test_across_the_chessboard(truth: Checker) -> None:
    n = 11
    for mode in MODES:
        found = asked(gridcity.grid(n), gridcity.grid_support(n), to="grid:place/0,0", mode=mode, cycle_speed_m_s=4.2)
        truth.check(found.values[gridcity.unit_at(n, "10,10")], id=mode)
        one = {"walk": 130 / 1.3, "cycle": 130 / 4.2, "drive": 130 * 3.6 / 30}[mode] / 60
        i, j = np.indices((n, n))
        assert found.values.reshape(n, n) == pytest.approx((i + j) * one, abs=1e-9)


ONE_WAY = sketch.streets(
    street("out", "a b", (0, 0), (600, 0), can="wc>d>", kmh=36),
    street("back", "b a", (600, 0), (600, 600), (0, 600), (0, 0), can="wc>d>", kmh=36),
)


@pytest.mark.parametrize(
    ("mode", "there", "home"),
    [("walk", 300.0, 300.0), ("cycle", 300 / 5, (300 + 1800) / 5), ("drive", 300 / 10, (300 + 1800) / 10)],
)
def test_one_way_streets(mode: str, there: float, home: float) -> None:
    city, ends = sketch.city(ONE_WAY), sketch.support((0, 0), (300, 0), (600, 0))
    lon, lat = ends.points[2]
    found = asked(city, ends, to=f"{lon},{lat}", mode=mode, walk_speed_m_s=1.0, cycle_speed_m_s=5.0)
    assert 60 * found.values[1:] == pytest.approx([there, 0.0], abs=0.01)
    lon, lat = ends.points[0]
    found = asked(city, ends, to=f"{lon},{lat}", mode=mode, walk_speed_m_s=1.0, cycle_speed_m_s=5.0)
    assert 60 * found.values[1] == pytest.approx(home, abs=0.01)


def test_against_the_traffic_on_the_same_piece_is_the_whole_way_round() -> None:
    city, ends = sketch.city(ONE_WAY), sketch.support((100, 0), (500, 0))
    lon, lat = ends.points[0]
    found = asked(city, ends, to=f"{lon},{lat}", mode="drive")
    assert 60 * found.values == pytest.approx([0.0, (100 + 1800 + 100) / 10], abs=0.01)


def test_cars_need_a_street_of_their_own_near_the_door() -> None:
    rows = [
        street("road", "a b", (0, 0), (1000, 0), can="wd", kmh=36),
        street("path", "b c", (1000, 0), (1000, 400), can="w"),
    ]
    city = sketch.city(sketch.streets(*rows), sketch.places(shop=(0, 0)))
    found = asked(city, sketch.support((1000, 400), (1000, 501)), to="shop", mode="drive", walk_speed_m_s=1.0)
    assert 60 * found.values[0] == pytest.approx(400 + 100, abs=0.01)
    assert found.reason.tolist() == [Reason.KNOWN, Reason.NO_STREET_NEAR]
    assert np.isnan(found.values[1])


def test_a_bridge_closed_to_cars_alone() -> None:
    rows = [
        street("main", "a b", (0, 0), (1000, 0), kmh=36),
        street("bridge", "b c", (1000, 0), (1100, 0), bridge=True, kmh=36),
        street("quay", "c d", (1100, 0), (1200, 0), kmh=36),
    ]
    city = sketch.city(sketch.streets(*rows), sketch.places(shop=(900, 0)))
    shut = catalog.edit("close_street")(street="bridge", modes=("drive",))  # type: ignore[call-arg]
    after, support = city.under(Scenario("cars out", (shut,))), sketch.support((1150, 0))
    for mode in MODES:
        before = asked(city, support, to="shop", mode=mode)
        found = asked(after, support, to="shop", mode=mode)
        if mode == "drive":
            assert np.isinf(found.values).all()
            assert found.reason.tolist() == [Reason.NOT_CONNECTED]
        else:
            assert found.values.tobytes() == before.values.tobytes()


def test_too_far() -> None:
    city, support = sketch.city(ONE_WAY, sketch.places(x=(0, 0))), sketch.support((300, 0))
    assert asked(city, support, to="x", max_minutes=3.0).reason.tolist() == [Reason.BEYOND_LIMIT]
    assert asked(city, support, to="x", max_minutes=5.0).reason.tolist() == [Reason.KNOWN]


def test_where_to() -> None:
    city, support = sketch.city(ONE_WAY, sketch.places(school=(0, 0))), sketch.support((0, 0))
    with pytest.raises(NotFoundError, match=r"to: there is no place 'scool' \(nearest: school\)"):
        asked(city, support, to="scool")
    with pytest.raises(InputError, match=r"'500,59' is not on the globe"):
        asked(city, support, to="500,59")
    with pytest.raises(InputError, match=r"'nan,59' is not on the globe"):
        asked(city, support, to="nan,59")
    with pytest.raises(NotFoundError, match="the city has no places"):
        asked(sketch.city(ONE_WAY), support, to="school")
    lon, lat = sketch.lonlat([(0, 0)])[0]
    assert asked(sketch.city(ONE_WAY), support, to=f" {lon} , {lat} ").values == pytest.approx([0.0], abs=1e-6)


def test_a_place_far_from_any_street_is_reached_by_nobody() -> None:
    city = sketch.city(ONE_WAY, sketch.places(hut=(5_000, 5_000)))
    found = asked(city, sketch.support((0, 0)), to="hut")
    assert np.isinf(found.values).all()
    assert found.reason.tolist() == [Reason.NOT_CONNECTED]
