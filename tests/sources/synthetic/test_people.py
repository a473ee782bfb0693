"""People add up in every direction, areas tile the land, and the planted dissimilarity is in the file."""

import geopandas
import numpy as np
import pytest
import shapely

from stadslab.sources.synthetic.generate import SyntheticCity
from stadslab.sources.synthetic.people import AGES, INCOMES, ORIGINS, dissimilarity
from tests.sources.synthetic.reading import OsmFile, table
from tests.sources.synthetic.test_map import water


def test_people_add_up(city: SyntheticCity) -> None:
    rows = table(city.people_table)
    withheld = {(cell["area_code"], cell["column"]): cell["true_value"] for cell in city.truths["suppressed"]["cells"]}
    seen = set()

    def value(row: dict[str, str], name: str) -> int:
        if row[name] == "..":
            seen.add((row["area_code"], name))
            return int(withheld[row["area_code"], name])
        return int(row[name])

    for row in rows:
        for names in (AGES, INCOMES, ORIGINS):
            numbers = [value(row, name) for name in names]
            assert min(numbers) >= 0
            assert sum(numbers) == int(row["total"])
    assert seen == set(withheld)
    assert len(withheld) >= 2
    assert sum(int(row["total"]) for row in rows) == city.people
    assert {row["area_code"]: int(row["total"]) for row in rows} == city.truths["people"]["by_area"]
    assert sum(int(row["jobs"]) for row in rows) == city.truths["people"]["totals"]["jobs"]


def test_no_withheld_cell_can_be_told_from_its_sum(city: SyntheticCity) -> None:
    for row in table(city.people_table):
        for names in (AGES, INCOMES, ORIGINS):
            assert sum(row[name] == ".." for name in names) != 1


def test_every_area_is_lived_in_and_of_a_plausible_size(city: SyntheticCity) -> None:
    totals = np.array(list(city.truths["people"]["by_area"].values()))
    assert totals.min() > 0
    # A small town has few street blocks, and no block is cut.
    assert totals.max() < (4 if city.people >= 4000 else 7) * totals.mean()
    assert len(totals) >= 6


def test_areas_tile_the_land(city: SyntheticCity, osm: OsmFile) -> None:
    frame = geopandas.read_file(city.areas)
    assert frame.crs.to_epsg() == 3006
    assert list(frame["area_code"]) == sorted({row["area_code"] for row in table(city.people_table)})
    assert frame.geometry.is_valid.all()
    assert shapely.coverage_is_valid(frame.geometry.to_numpy())
    whole = frame.geometry.union_all()
    assert whole.area == pytest.approx(frame.geometry.area.sum(), rel=1e-9)
    wet = shapely.union_all(water(osm))
    # Land and water together are the frame of the map, to the tenth of a metre that degrees are rounded to.
    assert shapely.intersection(whole, wet).area < 1e-3 * whole.area
    assert shapely.union(whole, wet.buffer(0.5)).buffer(-0.5).area == pytest.approx(
        whole.envelope.union(wet.envelope).area, rel=0.02
    )


def test_the_planted_dissimilarity_is_in_the_file(city: SyntheticCity) -> None:
    rows = table(city.people_table)
    native, foreign = (np.array([int(row[name]) for row in rows]) for name in ORIGINS)
    truth = city.truths["dissimilarity_of_origin"]
    by_hand = 0.5 * np.abs(native / native.sum() - foreign / foreign.sum()).sum()
    assert by_hand == pytest.approx(truth["of_the_written_integers"], abs=1e-9)
    assert by_hand == pytest.approx(truth["planted"], abs=truth["tolerance"])


def test_dissimilarity_of_textbook_cases() -> None:
    assert dissimilarity(np.array([10, 0]), np.array([0, 30])) == 1.0
    assert dissimilarity(np.array([10, 20]), np.array([1, 2])) == 0.0
    assert dissimilarity(np.array([3, 1]), np.array([1, 3])) == 0.5


def test_the_lone_island_is_the_sum_of_its_areas(city: SyntheticCity) -> None:
    truth = city.truths["lone_island"]
    by_area = city.truths["people"]["by_area"]
    assert truth["people"] == sum(by_area[code] for code in truth["area_codes"]) > 0
    assert 0.02 < truth["people"] / city.people < 0.25


def test_homes_hold_the_people(city: SyntheticCity, osm: OsmFile) -> None:
    flats = sum(
        int(tags.get("building:flats", 1))
        for _, tags in osm.ways.values()
        if tags.get("building") in ("apartments", "house")
    )
    assert 1.2 < city.people / flats < 3.5
    levels = [int(tags["building:levels"]) for _, tags in osm.ways.values() if "building" in tags]
    assert max(levels) <= 24
