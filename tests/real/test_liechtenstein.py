"""Two whole countries in the mountains: everyday errands on foot.

Most cells are forest and rock, where nothing is within the hour; most houses stand in the valleys, where it is.
The shares were counted by this code on these two files: they hold it to itself, the straight lines hold it to the map.
"""

from __future__ import annotations

from pathlib import Path

import h3
import numpy as np
import pytest

from stadslab.brief.asked import BASKET
from stadslab.core.values import Values
from tests.real import towns

LIMIT_MIN = 60  # of walk_to_nearest, unless told otherwise

# Shares of the cells and of the buildings; Andorra's map of 2020 has one kindergarten, Liechtenstein's of 2015 four
# places of health.
WITHIN_THE_HOUR = {
    ("liechtenstein", "preschool"): (0.47, 0.88),
    ("liechtenstein", "school"): (0.46, 0.80),
    ("liechtenstein", "health"): (0.19, 0.34),
    ("liechtenstein", "food_shop"): (0.51, 0.92),
    ("andorra", "preschool"): (0.05, 0.16),
    ("andorra", "school"): (0.17, 0.70),
    ("andorra", "health"): (0.28, 0.77),
    ("andorra", "food_shop"): (0.28, 0.87),
}


@pytest.fixture(scope="module", params=["liechtenstein", "andorra"])
def town(request: pytest.FixtureRequest, real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> towns.Town:
    name = request.param
    return towns.load(real_data / "osm" / f"{name}.osm.pbf", name, tmp_path_factory.mktemp(name) / "a.lab")


def buildings_within_the_hour(town: towns.Town, values: Values) -> float:
    """Share of the buildings whose cell has minutes."""
    middles = towns.points(town.city["buildings"].scan("geometry")["geometry"].to_pylist())
    reached = {cell for cell, m in zip(values.support.ids, values.mean(), strict=True) if np.isfinite(m)}
    return float(np.mean([h3.latlng_to_cell(lat, lon, 8) in reached for lon, lat in middles]))


@pytest.mark.parametrize("kind", BASKET)
def test_errands_on_foot(town: towns.Town, kind: str) -> None:
    values = town.lab.measure(town.name, "walk_to_nearest", kind=kind, support="h3:8")
    towns.minutes_say_why(values)
    assert values.coverage > 0.98  # a number, or known to be out of reach
    minutes = values.mean()
    known = np.isfinite(minutes)
    assert minutes[known].max() <= LIMIT_MIN
    walked, straight = minutes[known] * 60 * towns.WALK_M_S, town.straight(values, kind)[known]
    assert (walked * towns.SCALE + 1 >= straight).all()
    assert 1.1 < np.median(walked / straight) < 2.1  # mountain roads wind
    cells, buildings = WITHIN_THE_HOUR[town.name, kind]
    assert known.mean() == pytest.approx(cells, abs=0.03)
    assert buildings_within_the_hour(town, values) == pytest.approx(buildings, abs=0.03)


def test_the_map_draws(town: towns.Town) -> None:
    towns.map_draws(town, town.lab.measure(town.name, "walk_to_nearest", kind="food_shop", support="h3:8"))
