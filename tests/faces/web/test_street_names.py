"""The nearest named street."""

from __future__ import annotations

import numpy as np
import shapely

from stadslab.core.city import City
from stadslab.faces.web.desk import Desk
from stadslab.faces.web.street_names import StreetNames, street_names
from tests.faces.web.conftest import TOWN


def test_a_point_on_a_street_gets_its_name(town_lab):
    city = town_lab.city(TOWN)
    rows = [row for row in city["streets"].scan("name", "geometry").to_pylist() if row["name"]]
    middles = [shapely.from_wkb(row["geometry"]).interpolate(0.5, normalized=True) for row in rows[:20]]
    names = StreetNames(city).near(np.array([[p.x, p.y] for p in middles]))
    assert sum(name == row["name"] for name, row in zip(names, rows, strict=False)) >= 18  # streets may share a point


def test_far_away_there_is_no_name(town_lab):
    assert StreetNames(town_lab.city(TOWN)).near(np.array([[0.0, 0.0]])) == [None]


def test_without_streets_there_are_no_names():
    names = StreetNames(City("bare", "EPSG:3006", {}))
    assert names.near(np.array([[18.0, 59.0]])) == [None]
    assert names.near(np.zeros((0, 2))) == []


def test_streets_are_read_once(town_lab):
    desk = Desk(town_lab)
    city = town_lab.city(TOWN)
    assert street_names(desk, city) is street_names(desk, city)
