"""The map of a city from its own layers."""

from __future__ import annotations

import mapbox_vector_tile
import numpy as np
import pyarrow as pa
import pytest
import shapely

from stadslab.build.citytiles import STREETS_FROM, WHOLE, city_tiles
from stadslab.core.city import City
from stadslab.core.layer import Layer, Stamp, Verdict

STAMP = Stamp("test", "Test", "CC0", "", "", (), {}, Verdict(1, 1))


def _layer(name: str, rows: dict, geometry) -> Layer:
    table = pa.table(rows | {"geometry": pa.array(shapely.to_wkb(geometry), pa.binary())})
    return Layer.of(name, table, STAMP)


def _street(highway, closed=None):
    flags = {k: [True] for k in ("cycle_forward", "cycle_backward", "drive_forward", "drive_backward")}
    return {
        "id": [f"osm:way/1{highway}#1-2"], "from_node": ["1"], "to_node": ["2"], "length_m": [1.0],
        "highway": [highway], "name": ["Långgatan"], "walk": [True], **flags,
        "speed_kmh": [50.0], "bridge": [highway == "primary"],
        "tunnel": [False], "level": [0], "steps": [False], "closed": pa.array([closed], pa.string()),
    }  # fmt: skip


LINE = [shapely.LineString([(0.001, 0.001), (0.02, 0.015)])]


def _decoded(city, z, x=None, y=None):
    middle = 2 ** max(z - 1, 0)  # the tile north east of the point 0, 0
    tile = city_tiles(city).tile(z, middle if z else 0, middle - 1 if z else 0)
    return mapbox_vector_tile.decode(tile) if tile else {}


@pytest.fixture
def city():
    box = [shapely.box(0.001, 0.001, 0.01, 0.01)]
    return City("t", "EPSG:32631").with_layer(
        _layer("streets", _street("primary_link", "walk drive_forward"), LINE),
        _layer("water", {"id": ["w"], "kind": ["lake"], "name": ["Sjön"]}, box),
        _layer("green", {"id": ["g"], "kind": ["park"], "name": [""], "public": [True]}, box),
        _layer("buildings", {"id": ["b"], "use": ["school"]}, box),
        _layer("places", {"id": ["p"], "kind": ["school"], "name": ["Ärlan"]}, [shapely.Point(0.002, 0.003)]),
        _layer(
            "stops",
            {"id": ["s", "n"], "kind": ["stop", "node"], "name": ["Öst", "inside"]},
            [shapely.Point(0.002, 0.003)] * 2,
        ),
        _layer("areas", {"id": ["a"], "name": ["Åsen"], "vintage": ["2020"]}, box),
    )


def test_every_layer_says_what_a_click_asks_about(city):
    found = _decoded(city, WHOLE)
    words = {name: [f["properties"] for f in layer["features"]] for name, layer in found.items()}
    assert words.pop("streets") == [
        {
            "id": "osm:way/1primary_link", "name": "Långgatan", "class": "primary", "walk": True,
            "closed": "walk drive_forward",
        }
    ]  # fmt: skip
    assert words.pop("water") == [{"id": "w", "kind": "lake"}]
    assert words.pop("green") == [{"id": "g", "kind": "park", "public": True}]
    assert words.pop("buildings") == [{"id": "b", "use": "school"}]
    assert words.pop("places") == [{"id": "p", "kind": "school", "name": "Ärlan"}]
    assert words.pop("stops") == [{"id": "s", "kind": "stop", "name": "Öst"}]
    assert words.pop("areas") == [{"id": "a", "name": "Åsen"}]
    names = words.pop("names")
    assert {(n["id"], n["kind"], n["name"]) for n in names} == {
        ("w", "water", "Sjön"), ("p", "places", "Ärlan"), ("s", "stops", "Öst"), ("a", "areas", "Åsen"),
    }  # fmt: skip
    assert {n["rank"] for n in names if n["kind"] in ("water", "areas")} == {12}  # 74 pixels across at zoom 12
    assert not words


@pytest.mark.parametrize("highway", ["motorway", "secondary", "tertiary", "residential", "footway", "never_heard_of"])
def test_small_streets_wait_for_deeper_zooms(highway):
    city = City("t", "EPSG:32631").with_layer(_layer("streets", _street(highway), LINE))
    first = STREETS_FROM.get(highway, 13)
    for z in (first - 1, first) if first else (8,):
        assert bool(_decoded(city, z)) == (z >= first)


def test_what_is_smaller_than_a_pixel_is_not_told(city):
    assert "buildings" not in _decoded(city, 12)
    assert "water" not in _decoded(city, 4)
    assert "water" in _decoded(city, 10)


def test_a_city_without_layers_is_an_empty_map():
    assert city_tiles(City("t", "EPSG:32631")).tile(3, 1, 1) == b""


def test_broken_and_empty_shapes_harm_nothing():
    shapes = [
        shapely.Polygon(), shapely.Polygon([(0, 0), (0.01, 0.01), (0.01, 0), (0, 0.01)]),
        shapely.Polygon([(0, 0), (0, 0), (0, 0)]), shapely.box(0.001, 0.001, 0.01, 0.01),
    ]  # fmt: skip
    rows = {"id": list("abcd"), "kind": ["lake"] * 4, "name": list("ABCD")}
    city = City("t", "EPSG:32631").with_layer(_layer("water", rows, np.array(shapes, object)))
    found = _decoded(city, WHOLE)
    assert {"d"} <= {f["properties"]["id"] for f in found["water"]["features"]} <= {"b", "d"}
