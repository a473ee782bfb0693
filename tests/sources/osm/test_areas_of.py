"""Green, water and buildings: what they are, and what becomes of torn ones."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from stadslab.sources.osm.areas_of import building_use, green_kind, is_public, number, water_kind
from tests.sources.osm.maps import Map, load, rows


def tags(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


@pytest.mark.parametrize(
    ("text", "kind", "public"),
    [
        ("leisure=park", "park", True),
        ("leisure=park access=private", "park", False),
        ("leisure=garden", "garden", True),
        ("leisure=garden garden:type=residential", "garden", False),
        ("leisure=nature_reserve", "nature_reserve", True),
        ("leisure=golf_course", "golf_course", False),
        ("landuse=forest", "forest", True),
        ("natural=wood", "forest", True),
        ("landuse=allotments", "allotments", False),
        ("landuse=allotments access=yes", "allotments", False),
        ("landuse=cemetery", "cemetery", True),
        ("landuse=meadow access=no", "meadow", False),
        ("landuse=grass leisure=park", "park", True),
        ("natural=scrub", "scrub", True),
        ("natural=heath", "heath", True),
    ],
)
def test_green(text: str, kind: str, public: bool) -> None:
    assert green_kind(tags(text)) == kind
    assert is_public(tags(text), kind) is public


@pytest.mark.parametrize("text", ["landuse=farmland", "landuse=residential", "leisure=pitch", "natural=water"])
def test_not_green(text: str) -> None:
    assert green_kind(tags(text)) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("natural=water", "water"),
        ("natural=water water=lake", "lake"),
        ("natural=water water=unheard_of", "water"),
        ("waterway=riverbank", "river"),
        ("landuse=basin", "basin"),
        ("natural=bay", "sea"),
        ("waterway=river", None),
        ("leisure=swimming_pool", None),
    ],
)
def test_water(text: str, kind: str | None) -> None:
    assert water_kind(tags(text)) == kind


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("building=yes", "unknown"),
        ("building=no", None),
        ("building:part=yes", None),
        ("building=apartments", "residential"),
        ("building=House", "residential"),
        ("building=school", "school"),
        ("building=yes amenity=kindergarten", "school"),
        ("building=yes amenity=place_of_worship", "religious"),
        ("building=yes shop=books", "retail"),
        ("building=yes office=lawyer", "office"),
        ("building=yes building:use=residential", "residential"),
        ("building=apartments shop=books", "residential"),
        ("building=Borda", "other"),
    ],
)
def test_building_use(text: str, use: str | None) -> None:
    assert building_use(tags(text)) == use


@pytest.mark.parametrize(
    ("text", "expected"),
    [("4", 4.0), ("3.5", 3.5), ("3,5", 3.5), ("2;4", 4.0), ("-1", None), ("9999", None), ("many", None), (None, None)],
)
def test_levels(text: str | None, expected: float | None) -> None:
    assert number(text, 200) == expected


def town() -> Map:
    return Map().node(1, 10.0, 50.0).node(2, 10.001, 50.0).way(1, [1, 2], {"highway": "residential"})


def test_a_courtyard_is_a_hole_and_a_single_part_is_a_plain_polygon(tmp_path: Path) -> None:
    drawn = town().square(10, 20, 10.0, 50.0, 0.003, {}).square(11, 30, 10.001, 50.001, 0.001, {})
    drawn.relation(5, [("way", 10, "outer"), ("way", 11, "inner")], {"type": "multipolygon", "building": "office"})
    (row,) = rows(load(drawn.write(tmp_path / "t.osm"))["buildings"]).values()
    shape = shapely.from_wkb(row["geometry"])
    assert row["id"] == "osm:relation/5"
    assert shape.geom_type == "Polygon"
    assert shape.area == pytest.approx(0.003**2 - 0.001**2)


def test_tags_on_the_outer_way_belong_to_the_multipolygon(tmp_path: Path) -> None:
    """The style before 2017: one forest with a clearing, not a forest without one."""
    drawn = town().square(10, 20, 10.0, 50.0, 0.003, {"landuse": "forest"}).square(11, 30, 10.001, 50.001, 0.001, {})
    drawn.relation(5, [("way", 10, "outer"), ("way", 11, "inner")], {"type": "multipolygon"})
    (row,) = rows(load(drawn.write(tmp_path / "t.osm"))["green"]).values()
    assert row["id"] == "osm:relation/5"
    assert shapely.from_wkb(row["geometry"]).area == pytest.approx(0.003**2 - 0.001**2)


def test_a_ring_in_two_halves_has_the_tags_of_its_halves(tmp_path: Path) -> None:
    drawn = town().square(10, 20, 10.0, 50.0, 0.003, {})
    drawn.way(15, [20, 21, 22], {"landuse": "forest"}).way(16, [22, 23, 20], {"landuse": "forest"})
    drawn.relation(5, [("way", 15, "outer"), ("way", 16, "outer")], {"type": "multipolygon"})
    layer = load(drawn.write(tmp_path / "t.osm"))["green"]
    assert {name: row["kind"] for name, row in rows(layer).items()} == {"osm:relation/5": "forest"}
    assert layer.stamp.verdict.dropped == {}


def test_a_group_of_whole_buildings_stays_several(tmp_path: Path) -> None:
    drawn = town().square(10, 20, 10.0, 50.0, 0.003, {"building": "yes"})
    drawn.square(11, 30, 10.01, 50.0, 0.003, {"building": "yes"})
    drawn.relation(5, [("way", 10, "outer"), ("way", 11, "outer")], {"type": "multipolygon", "name": "Twins"})
    assert sorted(rows(load(drawn.write(tmp_path / "t.osm"))["buildings"])) == ["osm:way/10", "osm:way/11"]


def test_torn_areas_are_dropped_each_for_its_reason(tmp_path: Path) -> None:
    drawn = town().square(10, 20, 10.0, 50.0, 0.003, {})
    drawn.relation(5, [("way", 10, "outer"), ("way", 99, "outer")], {"type": "multipolygon", "building": "yes"})
    drawn.way(12, [20, 21, 22], {"building": "yes"})
    drawn.way(13, [20, 21, 888, 22, 20], {"building": "yes"})
    drawn.way(14, [20, 22, 21, 23, 20], {"building": "yes"})  # a bow tie
    drawn.relation(6, [("way", 12, "outer")], {"type": "multipolygon", "building": "yes"})
    layer = load(drawn.write(tmp_path / "t.osm"))["buildings"]
    assert layer.rows == 0
    assert layer.stamp.verdict.rows_in == 5
    assert layer.stamp.verdict.dropped == {
        "relation incomplete: member ways are missing from the file": 1,
        "line, not an area": 1,
        "area with nodes missing from the file": 1,
        "ring that crosses itself": 1,
        "relation whose rings do not close or cross": 1,
    }


def test_the_sea_is_told_to_be_missing(tmp_path: Path) -> None:
    layer = load(town().way(9, [1, 2], {"natural": "coastline"}).write(tmp_path / "t.osm"))["water"]
    assert layer.stamp.verdict.notes == ("the sea is missing: it is drawn as 1 coastline ways, not as an area",)
