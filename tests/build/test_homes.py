"""Which buildings are homes, and how much home is in each."""

from __future__ import annotations

import numpy as np
import pytest

from stadslab.build.homes import buildings_of, homes_of
from stadslab.core.city import City
from tests.build.towns import CRS, area_layer, building_layer, outline, town


def test_storeys_not_known_are_the_median_of_the_same_use() -> None:
    house = outline(0, 0, 10, 10)
    rows = [(house, "residential", levels, None) for levels in (2.0, 4.0, 6.0, None)]
    found = buildings_of(town(building_layer([*rows, (house, "office", None, None)])))
    assert found.floor.tolist() == pytest.approx([200, 400, 600, 400, 100], abs=0.05)


def test_homes_are_residential_or_have_dwellings_else_all_untagged() -> None:
    house = outline(0, 0, 10, 10)
    rows = [
        (house, "residential", 1.0, None),
        (house, "retail", 1.0, 3.0),
        (house, "office", 1.0, 0.0),
        (house, "unknown", 1.0, None),
    ]
    assert homes_of(town(building_layer(rows))).weight.tolist() == pytest.approx([100 / 80, 3.0], abs=0.01)
    assert len(homes_of(town(building_layer(rows[2:])))) == 1  # the untagged one
    assert not len(homes_of(town(building_layer(rows[2:3]))))


def test_a_city_without_buildings_has_no_homes() -> None:
    assert len(buildings_of(City("bare", CRS))) == 0
    assert len(homes_of(town(area_layer({"a": outline(0, 0, 9, 9)})))) == 0


def test_weight_is_never_zero() -> None:
    found = homes_of(town(building_layer([(outline(0, 0, 10, 10), "residential", 1.0, 0.0)])))
    assert (found.weight > 0).all()
    assert np.isfinite(found.weight).all()
