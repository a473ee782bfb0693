"""Nobody is lost, nobody is invented, and everybody is put where homes are."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from stadslab.build import allocate
from stadslab.build.allocate import populate
from stadslab.build.supports import make_support
from stadslab.core.city import City
from stadslab.core.errors import InputError
from stadslab.core.support import Population, Support
from stadslab.testing.gridcity import grid, grid_support
from tests.build.towns import (
    CRS,
    area_layer,
    building_layer,
    lonlat,
    outline,
    people_layer,
    spot,
    street_layer,
    town,
)

NAN = float("nan")
BLOCK = {"a": outline(0, 0, 1000, 1000)}


def ruler(*shapes: Any) -> Support:
    """Units u0, u1, ... of these outlines in metres."""
    points = shapely.get_coordinates(shapely.from_wkb([w.as_py() for w in lonlat([s.centroid for s in shapes])]))
    return Support("test", tuple(f"u{i}" for i in range(len(shapes))), lonlat(shapes), points)


def halves() -> Support:
    """The block cut into west and east."""
    return ruler(outline(0, 0, 500, 1000), outline(500, 0, 500, 1000))


def total(population: Population) -> list[int]:
    return population.total.tolist()


# ways of spreading, from the best to the last


def test_by_area() -> None:
    found = populate(ruler(outline(0, 0, 250, 1000), outline(250, 0, 750, 1000)), town(area_layer(BLOCK), crowd(100)))
    assert total(found) == [25, 75]
    assert found.method == "people were spread: 1 area by area"


def crowd(count: float, *more: tuple[Any, str, str, float | None]) -> Any:
    return people_layer([("a", "total", "all", count), *more])


def test_by_street_frontage() -> None:
    west = ([(100, 100), (100, 400)], "residential", True)  # 300 m
    east = ([(600, 100), (600, 200)], "residential", True)  # 100 m
    path = ([(700, 0), (700, 900)], "footway", True)  # nobody lives on a path where streets are
    motorway = ([(800, 0), (800, 900)], "primary", False)
    found = populate(halves(), town(area_layer(BLOCK), street_layer([west, east, path, motorway]), crowd(100)))
    assert total(found) == [75, 25]
    assert "1 area by street frontage" in found.method
    only_paths = populate(halves(), town(area_layer(BLOCK), street_layer([path, motorway]), crowd(100)))
    assert total(only_paths) == [0, 100]


def test_by_buildings() -> None:
    west = (outline(100, 100, 10, 10), "residential", 4.0, None)  # 400 m²
    east = (outline(600, 100, 20, 10), "residential", 3.0, None)  # 600 m²
    office = (outline(700, 100, 200, 200), "office", 9.0, None)
    shed = (outline(700, 500, 10, 10), "unknown", None, None)
    found = populate(halves(), town(area_layer(BLOCK), building_layer([west, east, office, shed]), crowd(100)))
    assert total(found) == [40, 60]
    assert "1 area by buildings" in found.method


def test_untagged_buildings_count_where_they_are_most() -> None:
    tagged = (outline(100, 100, 10, 10), "residential", 1.0, None)
    untagged = [(outline(600 + 20 * i, 100, 10, 10), "unknown", None, None) for i in range(9)]
    found = populate(halves(), town(area_layer(BLOCK), building_layer([tagged, *untagged]), crowd(100)))
    assert total(found) == [10, 90]
    shed = (outline(600, 100, 9, 9), "unknown", None, None)
    few = populate(halves(), town(area_layer(BLOCK), building_layer([tagged, shed]), crowd(100)))
    assert total(few) == [100, 0]


def test_by_dwellings_with_gaps_filled_at_the_areas_own_rate() -> None:
    west = (outline(100, 100, 10, 10), "residential", 10.0, 30.0)  # 1000 m², 30 homes
    east = (outline(600, 100, 10, 10), "residential", 5.0, None)  # 500 m², so 15 homes
    found = populate(halves(), town(area_layer(BLOCK), building_layer([west, east]), crowd(90)))
    assert total(found) == [60, 30]
    assert "1 area by dwellings" in found.method
    # known for a third of the floor space only: not believed
    other = (outline(600, 100, 10, 10), "residential", 20.0, None)
    found = populate(halves(), town(area_layer(BLOCK), building_layer([west, other]), crowd(90)))
    assert "1 area by buildings" in found.method
    assert total(found) == [30, 60]


def test_a_building_with_homes_counts_whatever_its_use() -> None:
    shop = (outline(600, 100, 10, 10), "retail", 2.0, 6.0)
    house = (outline(100, 100, 10, 10), "residential", 1.0, 3.0)
    assert total(populate(halves(), town(area_layer(BLOCK), building_layer([shop, house]), crowd(90)))) == [30, 60]


def test_the_choice_is_made_area_by_area() -> None:
    areas = area_layer({"a": outline(0, 0, 1000, 1000), "b": outline(1000, 0, 1000, 1000), "c": outline(2000, 0, 9, 9)})
    city = town(
        areas,
        building_layer([(outline(100, 100, 10, 10), "residential", 1.0, 5.0)]),
        street_layer([([(1100, 100), (1100, 400)], "residential", True)]),
        people_layer([("a", "total", "all", 7), ("b", "total", "all", 8), ("c", "total", "all", 9)]),
    )
    found = populate(ruler(outline(0, 0, 1000, 900), outline(1000, 0, 2000, 1000)), city)
    assert total(found) == [7, 17]
    assert "1 area by dwellings, 1 area by street frontage, 1 area by area" in found.method


def test_jobs_go_to_workplaces() -> None:
    home = (outline(100, 100, 10, 10), "residential", 4.0, None)
    office = (outline(700, 100, 20, 20), "office", 9.0, None)
    city = town(area_layer(BLOCK), building_layer([home, office]), crowd(100, ("a", "jobs", "all", 50)))
    found = populate(halves(), city)
    assert total(found) == [100, 0]
    assert found.counts["jobs", "all"].tolist() == [0, 50]
    assert "jobs were spread" in found.method


def test_points_go_to_the_unit_they_stand_in_or_to_the_nearest() -> None:
    layer = people_layer(
        [(spot(10, 10), "total", "all", 3), (spot(990, 10), "total", "all", 4), (spot(1500, 10), "total", "all", 5)]
    )
    found = populate(halves(), town(layer))
    assert total(found) == [3, 9]
    assert "2 points to the unit they stand in, 1 point to the nearest unit" in found.method
    assert found.notes == ("5 people in 1 places that touch no unit are counted at the nearest unit",)


def test_areas_outside_all_units_are_told() -> None:
    areas = area_layer({"in": outline(0, 0, 1000, 1000), "out": outline(5000, 0, 10, 10)})
    found = populate(halves(), town(areas, people_layer([("in", "total", "all", 10), ("out", "total", "all", 7)])))
    assert total(found) == [5, 12]
    assert "7 people in 1 places" in found.notes[0]


def test_areas_mostly_outside_other_areas_are_told() -> None:
    city = town(
        area_layer({"in": outline(0, 0, 1000, 1000), "edge": outline(900, 0, 1000, 1000)}),
        area_layer({"d": outline(0, 0, 1000, 1000)}, name="areas_districts"),
        people_layer([("in", "total", "all", 10), ("edge", "total", "all", 7)]),
    )
    found = populate(make_support("areas:areas_districts", city), city)
    assert total(found) == [17]
    assert "7 people in 1 areas that lie mostly outside the units are counted inside" in found.notes


def test_an_area_that_is_a_unit_keeps_its_people() -> None:
    """Even where outlines overlap, as those of simplified borders do."""
    areas = {"a": outline(0, 0, 1000, 1000), "b": outline(900, 0, 1000, 1000)}
    rows = [("a", "total", "all", 10.0), ("b", "total", "all", 20.0)]
    city = town(area_layer(areas), people_layer(rows))
    found = populate(make_support("areas", city), city)
    assert total(found) == [10, 20]
    assert "2 areas are units themselves" in found.method


def test_shapes_of_their_own() -> None:
    square = outline(250, 0, 500, 1000)
    found = populate(halves(), town(people_layer([(square, "total", "all", 10), (square, "age", "old", 5)])))
    assert total(found) == [5, 5]
    assert found.counts["age", "old"].tolist() == [3, 2]


# exactness


def cells(count: int) -> Support:
    return ruler(
        *(
            outline(i * 1000 / count, j * 1000 / count, 1000 / count, 1000 / count)
            for i in range(count)
            for j in range(count)
        )
    )


@given(
    st.lists(st.lists(st.integers(0, 90), min_size=3, max_size=3), min_size=1, max_size=3),
    st.integers(1, 4),
)
def test_every_person_is_counted_once_and_groups_sum_to_the_total(groups: list[list[int]], side: int) -> None:
    areas = {f"a{i}": outline(i * 300, i * 50, 400, 700) for i in range(len(groups))}
    rows: list[tuple[Any, str, str, float | None]] = []
    for i, sizes in enumerate(groups):
        rows += [(f"a{i}", "age", name, float(n)) for name, n in zip("xyz", sizes, strict=True)]
        rows.append((f"a{i}", "total", "all", float(sum(sizes))))
    found = populate(cells(side), town(area_layer(areas), people_layer(rows)))
    assert int(found.total.sum()) == sum(map(sum, groups))
    for g, name in enumerate("xyz"):
        assert int(found.counts["age", name].sum()) == sum(sizes[g] for sizes in groups)
    assert (sum(found.counts["age", name] for name in "xyz") == found.total).all()
    assert all((count >= 0).all() for count in found.counts.values())


def test_every_unit_gets_a_fair_mix() -> None:
    rows = [("a", "total", "all", 1000.0), ("a", "origin", "here", 750.0), ("a", "origin", "there", 250.0)]
    found = populate(cells(5), town(area_layer(BLOCK), people_layer(rows)))
    assert found.counts["origin", "there"].tolist() == [10] * 25
    assert found.counts["origin", "here"].tolist() == [30] * 25


def test_row_order_and_calls_never_matter() -> None:
    areas = {f"a{i}": outline(i * 300, i * 50, 400, 700) for i in range(4)}
    rows: list[tuple[Any, str, str, float | None]] = [
        (f"a{i}", d, g, float(7 * i + len(g)))
        for i in range(4)
        for d, g in [("total", "all"), ("age", "old"), ("age", "young")]
    ]
    buildings = [(outline(37 * i, 41 * i, 9, 9), "residential", 1.0 + i % 3, None) for i in range(20)]
    results = []
    for seed in range(3):
        rng = random.Random(seed)
        names, shuffled, houses = list(areas), list(rows), list(buildings)
        for items in (names, shuffled, houses):
            rng.shuffle(items)
        city = town(area_layer({n: areas[n] for n in names}), people_layer(shuffled), building_layer(houses))
        for _ in range(2):
            found = populate(cells(6), city)
            results.append({key: count.tolist() for key, count in found.counts.items()})
    assert all(result == results[0] for result in results)


def test_a_layer_that_is_not_read_changes_nothing() -> None:
    city = town(area_layer(BLOCK), crowd(100))
    more = city.with_layer(area_layer({"z": outline(0, 0, 10, 10)}, name="areas_other"))
    assert total(populate(halves(), city)) == total(populate(halves(), more))


def test_losing_people_is_an_error_of_ours() -> None:
    with pytest.raises(AssertionError, match="age, old: 5 in, 4 out"):
        allocate._check_conserved(5, np.array([1, 3]), "age", "old")
    with pytest.raises(AssertionError):
        allocate._check_conserved(5, np.array([6, -1]), "age", "old")


# withheld, blank, means


def test_withheld_numbers_mark_units_and_add_nobody() -> None:
    areas = area_layer({"a": outline(0, 0, 500, 1000), "b": outline(500, 0, 500, 1000)})
    rows = [("a", "age", "old", None), ("a", "age", "young", 4.0), ("b", "age", "old", 6.0), ("b", "age", "young", 2.0)]
    found = populate(halves(), town(areas, people_layer(rows)))
    assert found.counts["age", "old"].tolist() == [0, 6]
    assert found.suppressed["age", "old"].tolist() == [True, False]
    assert found.counts["age", "young"].tolist() == [4, 2]
    assert ("age", "young") not in found.suppressed


def test_blank_numbers_are_told_and_mark_nothing() -> None:
    found = populate(halves(), town(area_layer(BLOCK), people_layer([("a", "jobs", "all", NAN)])))
    assert found.counts["jobs", "all"].tolist() == [0, 0]
    assert found.suppressed == {}
    assert found.notes == ("jobs, all: 1 number is blank and adds nobody",)


def test_means_are_weighted_by_people_and_never_summed() -> None:
    areas = area_layer({"a": outline(0, 0, 500, 1000), "b": outline(500, 0, 500, 1000), "c": outline(2000, 0, 9, 9)})
    rows = [
        ("a", "total", "all", 30.0),
        ("b", "total", "all", 10.0),
        ("c", "total", "all", 5.0),
        ("a", "income", "mean", 100.0),
        ("b", "income", "mean", 300.0),
        ("c", "income", "mean", None),
    ]
    units = ruler(outline(0, 0, 1000, 1000), outline(1900, 0, 500, 500), outline(3000, 0, 9, 9))
    found = populate(units, town(areas, people_layer(rows)))
    mean = found.means["income", "mean"]
    assert mean[0] == pytest.approx((30 * 100 + 10 * 300) / 40)
    assert np.isnan(mean[1:]).all()
    assert found.suppressed["income", "mean"].tolist() == [False, True, False]
    assert "income" not in found.dimensions
    assert any("medians are treated alike" in note for note in found.notes)


def test_several_rows_of_one_area_are_summed() -> None:
    rows = [("a", "age", "old", 3.0), ("a", "age", "old", 4.0), ("a", "age", "old", None)]
    found = populate(halves(), town(area_layer(BLOCK), people_layer(rows)))
    assert int(found.counts["age", "old"].sum()) == 7
    assert found.suppressed["age", "old"].all()


# what cannot be done


def test_no_people_and_no_units() -> None:
    found = populate(halves(), town(area_layer(BLOCK)))
    assert (found.counts, found.dimensions, found.method) == ({}, [], "no people are known")
    empty = Support("test", (), lonlat([]), np.zeros((0, 2)))
    with pytest.raises(InputError, match="no reporting units"):
        populate(empty, town(area_layer(BLOCK), crowd(3)))


def test_people_and_areas_that_do_not_belong_together() -> None:
    with pytest.raises(InputError, match="the first 'q'"):
        populate(halves(), town(area_layer(BLOCK), people_layer([("q", "total", "all", 1)])))
    with pytest.raises(InputError, match="load areas"):
        populate(halves(), town(people_layer([("a", "total", "all", 1)])))
    with pytest.raises(InputError, match="keyed to 2025, the city's areas are 2018"):
        populate(halves(), town(area_layer(BLOCK, "2018"), people_layer([("a", "total", "all", 1)], "2025")))


def test_the_grid_city_has_ten_people_everywhere() -> None:
    support = grid_support(7)
    assert populate(support, grid(7)).total.tolist() == [10] * 49


# published numbers


DESO = "statistics/scb_deso_{}_stockholm_county.csv"


@pytest.fixture(scope="module")
def county(real_data: Path) -> City:
    from stadslab.sources import areas
    from tests.sources.tables import load, raw

    city = City("county", CRS)
    for name, called in [("deso2018_stockholm_county", "areas"), ("stockholm_stadsdelar_2021", "areas_districts")]:
        vintage = "DeSO 2018" if called == "areas" else ""
        file = real_data / "areas" / f"{name}.parquet"
        city = city.with_layer(*areas.read(raw(file), city, vintage=vintage, called=called))
    for name, params in [
        ("age", {}),
        ("foreignborn", {"dimension": "origin"}),
        ("education", {"dimension": "education"}),
        ("income", {}),
    ]:
        city = city.with_layer(load(real_data / DESO.format(name), city, vintage="DeSO 2018", **params))
    return city


SCB = "Statistics Sweden, population by DeSO 2022-12-31"


@pytest.mark.parametrize("spec", ["areas", "areas:areas_districts", "h3:8", "square:1000"])
def test_the_county_is_conserved_to_the_person(county: City, real_data: Path, spec: str) -> None:
    import csv

    found = populate(make_support(spec, county), county)
    for name, dimension in [("age", "age"), ("foreignborn", "origin"), ("education", "education")]:
        with (real_data / DESO.format(name)).open(encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        published = sorted(sum(int(r[c]) for r in rows) for c in rows[0] if c not in ("deso", "total"))
        ours = sorted(int(found.counts[dimension, g].sum()) for g in found.groups(dimension))
        assert ours == published
    for dimension in ("age", "origin"):
        assert (sum(found.counts[dimension, g] for g in found.groups(dimension)) == found.total).all()
    income = found.means["income", "median"]
    assert np.nanmin(income) >= 33.7
    assert np.nanmax(income) <= 647.0


@pytest.mark.truth(
    id="all", what="People of Stockholm County spread onto H3 cells", source=SCB, expected=2_440_027, unit="people"
)
@pytest.mark.truth(
    id="foreign",
    what="People of foreign background, the same",
    source="the same table",
    expected=883_208,
    unit="people",
)
@pytest.mark.truth(
    id="education", what="People aged 25 to 65 by education, the same", source="the same", expected=1_335_514
)
@pytest.mark.long
def test_the_county_on_hexagons(county: City, truth: Any) -> None:
    found = populate(make_support("h3:9", county), county)
    truth.check(int(found.total.sum()), id="all")
    truth.check(int(found.counts["origin", "foreign"].sum()), id="foreign")
    truth.check(sum(int(found.counts["education", g].sum()) for g in found.groups("education")), id="education")
    assert (sum(found.counts["age", g] for g in found.groups("age")) == found.total).all()


@pytest.mark.truth(
    what="People of the City of Stockholm, from areas that lie mostly inside the 117 districts",
    source="Statistics Sweden, population of the municipality 2022-12-31",
    expected=984_748,
    unit="people",
)
def test_the_city_of_stockholm(county: City, truth: Any) -> None:
    found = populate(make_support("areas:areas_districts", county), county)
    outside = [int(note.split()[0].replace(",", "")) for note in found.notes if " people in " in note]
    truth.check(int(found.total.sum()) - sum(outside))


@pytest.mark.truth(
    id="people", what="People of Porto Alegre on H3 cells", source="r5r sample data (IBGE 2010)", expected=812_935
)
@pytest.mark.truth(id="jobs", what="Jobs of Porto Alegre on H3 cells", source="r5r sample data", expected=337_921)
def test_porto_alegre(real_data: Path, truth: Any) -> None:
    from tests.sources.tables import load

    path = real_data / "peer_porto_alegre" / "poa_hexgrid.csv"
    city = City("poa", "EPSG:32722").with_layer(load(path))
    support = make_support("h3:9", city)
    found = populate(support, city)
    truth.check(int(found.total.sum()), id="people")
    truth.check(int(found.counts["jobs", "all"].sum()), id="jobs")
    written = dict(zip(*_columns(path, "id", "population"), strict=True))
    assert dict(zip(support.ids, found.total.tolist(), strict=True)) == {i: int(n) for i, n in written.items()}
    assert "jobs, all: 5 numbers are blank and add nobody" in found.notes


def _columns(path: Path, *names: str) -> list[list[str]]:
    import csv

    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return [[row[name] for row in rows] for name in names]


@pytest.mark.truth(what="People of 92 Helsinki squares on H3 cells", source="HSY population grid 2020", expected=71_724)
def test_helsinki(real_data: Path, truth: Any) -> None:
    from tests.sources.tables import load

    city = City("helsinki", "EPSG:32635").with_layer(load(real_data / "peer_helsinki" / "population_grid_2020.gpkg"))
    truth.check(int(populate(make_support("h3:9", city), city).total.sum()))
