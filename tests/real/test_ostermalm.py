"""Östermalm: shops, restaurants and education within a walk, on the finest cells.

No network is shorter than the straight line, so the places within the straight line bound every count from above. In
the middle of the extract, where no street is cut off, a grid of streets is at most 1.8 times as long as the straight
line (doors and crossings included), which bounds the counts from below.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.real import towns

DETOUR = 1.8
RESTAURANTS = ("restaurant", "food_court")  # values of amenity
MIDDLE, MIDDLE_SIZE = (18.0705, 59.3383), (0.004, 0.0015)  # of the extract; half a width and half a height
AT_LEAST = {("food_shop", 10): 20, ("shop", 5): 20, ("shop", 10): 200, ("eating", 5): 20, ("eating", 10): 150}


@pytest.fixture(scope="module")
def town(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> towns.Town:
    extract = real_data / "osm" / "stockholm_ostermalm_2020.osm.pbf"
    return towns.load(extract, "ostermalm", tmp_path_factory.mktemp("ostermalm") / "a.lab")


def test_every_restaurant_drawn_as_a_point_is_there(town: towns.Town, real_data: Path) -> None:
    """Or the counts below would be held against a list that is short itself."""
    import osmium

    nodes = osmium.FileProcessor(str(real_data / "osm" / "stockholm_ostermalm_2020.osm.pbf"), osmium.osm.NODE)
    drawn = {f"osm:node/{node.id}" for node in nodes if node.tags.get("amenity") in RESTAURANTS}
    table = town.city["places"].scan("id", "kind").to_pylist()
    assert len(drawn) > 100
    assert {row["id"] for row in table if row["kind"] == "restaurant" and "node" in row["id"]} == drawn


@pytest.mark.parametrize("minutes", [5, 10])
@pytest.mark.parametrize("kind", ["food_shop", "shop", "eating", "education"])
def test_places_within_a_walk(town: towns.Town, kind: str, minutes: int) -> None:
    values = town.lab.measure(town.name, "walk_access", kind=kind, minutes=minutes, support="h3:11")
    assert len(values) > 800
    towns.counts_say_why(values)
    counts, metres = values.mean(), minutes * 60 * towns.WALK_M_S
    assert (counts <= town.within(values, kind, metres * towns.SCALE)).all()
    middle = (np.abs(values.support.points - MIDDLE) < MIDDLE_SIZE).all(axis=1)
    assert middle.sum() > 50
    assert (counts >= town.within(values, kind, metres / DETOUR))[middle].all()
    assert counts[middle].min() >= AT_LEAST.get((kind, minutes), 1)


def test_a_longer_walk_reaches_no_fewer_and_two_groups_are_the_sum_of_their_kinds(town: towns.Town) -> None:
    def counts(kind: str, minutes: int) -> np.ndarray:
        return town.lab.measure(town.name, "walk_access", kind=kind, minutes=minutes, support="h3:11").mean()

    assert (counts("eating", 5) <= counts("eating", 10)).all()
    parts = sum(counts(kind, 10) for kind in ("restaurant", "cafe", "fast_food", "bar"))
    assert np.array_equal(parts, counts("eating", 10))


def test_the_map_draws(town: towns.Town) -> None:
    towns.map_draws(town, town.lab.measure(town.name, "walk_access", kind="eating", minutes=10, support="h3:11"))
