"""Which things are places: the table, and what becomes of awkward ones."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from stadslab.core.kinds import GROUP_OF
from stadslab.sources.osm.places import OPEN_TO_ALL, RULES, SOCIAL_FACILITY, capacity_of, kind_of
from tests.sources.osm.maps import Map, load, rows


def test_the_table_speaks_only_words_of_the_house() -> None:
    kinds = (
        {kind for _, values in RULES for kind in values.values() if kind} | set(SOCIAL_FACILITY.values()) | OPEN_TO_ALL
    )
    assert kinds <= set(GROUP_OF)


def test_every_kind_of_the_house_can_be_found_in_a_map() -> None:
    kinds = {kind for _, values in RULES for kind in values.values()} | set(SOCIAL_FACILITY.values())
    assert set(GROUP_OF) - kinds == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("amenity=kindergarten", "preschool"),
        ("amenity=school", "school"),
        ("amenity=doctors", "doctor"),
        ("healthcare=doctor", "doctor"),
        ("amenity=clinic healthcare=hospital", "clinic"),
        ("amenity=social_facility social_facility=nursing_home", "care_home"),
        ("amenity=social_facility social_facility=outreach", "social_service"),
        ("amenity=social_facility", "social_service"),
        ("emergency=ambulance_station", "ambulance_station"),
        ("emergency=fire_hydrant", None),
        ("shop=supermarket", "supermarket"),
        ("shop=wool", "other_shop"),
        ("shop=vacant", None),
        ("shop=no", None),
        ("shop=bakery;convenience", "bakery"),
        ("amenity=bench", None),
        ("amenity=bench shop=kiosk", "convenience"),
        ("amenity=school leisure=pitch", "school"),
        ("leisure=pitch", "pitch"),
        ("amenity=cafe shop=books", "cafe"),
        ("tourism=hotel amenity=restaurant", "restaurant"),
        ("office=lawyer", "office"),
        ("office=government", "townhall"),
        ("craft=shoemaker", "other"),
        ("highway=bus_stop", "bus_stop"),
        ("highway=residential", None),
        ("railway=halt", "station"),
        ("railway=rail", None),
        ("building=school", None),
    ],
)
def test_kind(text: str, kind: str | None) -> None:
    assert kind_of(dict(pair.split("=") for pair in text.split())) == kind


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"capacity": "120"}, 120.0),
        ({"capacity": "40", "beds": "35"}, 35.0),
        ({"capacity": "yes"}, None),
        ({"capacity": "10-20"}, None),
        ({"capacity": "0"}, None),
        ({}, None),
    ],
)
def test_capacity(tags: dict[str, str], expected: float | None) -> None:
    assert capacity_of(tags) == expected


@given(st.dictionaries(st.sampled_from([key for key, _ in RULES]), st.text(max_size=8)))
def test_any_tags_give_a_known_kind_or_none(tags: dict[str, str]) -> None:
    assert kind_of(tags) is None or kind_of(tags) in GROUP_OF


def town() -> Map:
    return Map().node(1, 10.0, 50.0).node(2, 10.001, 50.0).way(1, [1, 2], {"highway": "residential"})


def test_what_is_private_or_closed_down_is_dropped_and_named(tmp_path: Path) -> None:
    drawn = town().node(10, 10.0, 50.001, {"leisure": "swimming_pool", "access": "private"})
    drawn.node(11, 10.0, 50.001, {"shop": "books", "disused": "yes"})
    drawn.node(12, 10.0, 50.001, {"amenity": "school", "access": "private"})  # pupils may come
    layer = load(drawn.write(tmp_path / "t.osm"))["places"]
    assert sorted(rows(layer)) == ["osm:node/12"]
    assert layer.stamp.verdict.dropped == {"private": 1, "disused or abandoned": 1}
    assert "private: osm:node/10" in layer.stamp.verdict.notes


def test_node_and_area_of_one_school_both_stay_and_are_noted(tmp_path: Path) -> None:
    drawn = town().square(20, 30, 10.0, 50.0, 0.001, {"amenity": "school", "name": "Norra"})
    drawn.node(40, 10.0005, 50.0005, {"amenity": "school", "name": "Norra"})
    drawn.node(41, 10.0005, 50.0005, {"amenity": "school", "name": "Södra"})
    layer = load(drawn.write(tmp_path / "t.osm"))["places"]
    assert sorted(rows(layer)) == ["osm:node/40", "osm:node/41", "osm:way/20"]
    assert any(note.startswith("1 places are nodes inside an area") for note in layer.stamp.verdict.notes)


def test_the_point_of_a_bent_area_lies_inside_it(tmp_path: Path) -> None:
    corners = [(0, 0), (10, 0), (10, 1), (1, 1), (1, 10), (0, 10)]  # an L whose centre of mass is outside
    drawn = town()
    for i, (x, y) in enumerate(corners):
        drawn.node(50 + i, 10 + x / 1e4, 50 + y / 1e4)
    drawn.way(21, [50, 51, 52, 53, 54, 55, 50], {"amenity": "library"})
    (row,) = rows(load(drawn.write(tmp_path / "t.osm"))["places"]).values()
    shape = shapely.Polygon([(10 + x / 1e4, 50 + y / 1e4) for x, y in corners])
    assert not shape.centroid.within(shape)
    assert shapely.from_wkb(row["geometry"]).within(shape)


def test_an_open_line_stands_at_its_middle_and_a_torn_area_is_not_lost(tmp_path: Path) -> None:
    drawn = town().way(22, [1, 2], {"leisure": "track"}).node(60, 10.0, 50.001)
    drawn.way(23, [1, 2, 999, 60, 1], {"amenity": "school"})  # node 999 is not in the file
    layer = load(drawn.write(tmp_path / "t.osm"))["places"]
    found = rows(layer)
    assert shapely.from_wkb(found["osm:way/22"]["geometry"]).x == pytest.approx(10.0005, abs=1e-9)
    assert found["osm:way/23"]["kind"] == "school"
    assert "2 places are lines or broken areas and stand at their middle" in layer.stamp.verdict.notes


def test_a_school_of_several_grounds_is_one_place(tmp_path: Path) -> None:
    drawn = town().square(24, 70, 10.0, 50.0, 0.001, {}).square(25, 80, 10.01, 50.0, 0.002, {})
    drawn.relation(7, [("way", 24, "outer"), ("way", 25, "outer")], {"type": "multipolygon", "amenity": "school"})
    drawn.relation(8, [("way", 24, "outer"), ("way", 777, "outer")], {"type": "multipolygon", "amenity": "college"})
    drawn.relation(9, [("way", 24, "perimeter")], {"type": "site", "amenity": "university"})
    layer = load(drawn.write(tmp_path / "t.osm"))["places"]
    assert {name: row["kind"] for name, row in rows(layer).items()} == {"osm:relation/7": "school"}
    assert layer.stamp.verdict.dropped == {
        "relation incomplete: member ways are missing from the file": 1,
        "relation that describes no area": 1,
    }
