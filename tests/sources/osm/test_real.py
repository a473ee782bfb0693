"""Real extracts, beside a second reader: GDAL's OpenStreetMap driver, which shares no code with ours."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pyproj import Geod

from stadslab.core.layer import Layer
from stadslab.sources.osm.places import closed_to_the_public, kind_of
from tests.sources.osm.maps import load, raw_of

pytestmark = pytest.mark.real

# Rings that GDAL refuses and we read.
GDAL_LACKS = {"osm:way/300089873", "osm:way/125685954"}
# Relations without tags of their own around one whole way: GDAL calls the area by the relation, we by the way.
SAME_AREA = {
    "osm:relation/3636149": "osm:way/272649791",
    "osm:relation/3636151": "osm:way/272649803",
    "osm:relation/3768867": "osm:way/284115741",
    "osm:relation/2124512": "osm:way/158670769",
}


@dataclass(frozen=True)
class Second:
    """What GDAL finds in a file: tags by id, and the length of every line that is a street."""

    points: dict[str, dict[str, str]]
    lines: dict[str, dict[str, str]]
    areas: dict[str, dict[str, str]]
    length_m: dict[str, float]


def _tags(row: dict[str, Any]) -> dict[str, str]:
    packed = row.pop("other_tags", None) or ""
    plain = {k: v for k, v in row.items() if isinstance(v, str) and k not in ("osm_id", "osm_way_id")}
    return plain | dict(re.findall(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"', packed))


def second_reader(path: Path) -> Second:
    import pyogrio
    import shapely

    geod = Geod(ellps="WGS84")
    found = Second({}, {}, {}, {})
    for name, into in (("points", found.points), ("lines", found.lines), ("multipolygons", found.areas)):
        _, table = pyogrio.read_arrow(path, layer=name)
        for row in table.to_pylist():
            shape = row.pop("wkb_geometry")
            kind = "node" if name == "points" else "way" if row.get("osm_way_id") or name == "lines" else "relation"
            key = f"osm:{kind}/{row.get('osm_way_id') or row['osm_id']}"
            key = SAME_AREA.get(key, key)
            tags = _tags(row)
            into[key] = tags
            if name == "lines" and "highway" in tags:
                found.length_m[key] = geod.geometry_length(shapely.from_wkb(shape))
    return found


@pytest.fixture(scope="module", params=["liechtenstein", "andorra"])
def country(request: pytest.FixtureRequest, real_data: Path) -> tuple[str, dict[str, Layer], Second]:
    path = real_data / "osm" / f"{request.param}.osm.pbf"
    return request.param, load(path), second_reader(path)


def kinds(layer: Layer) -> dict[str, str]:
    table = layer.scan("id", "kind")
    return dict(zip(table["id"].to_pylist(), table["kind"].to_pylist(), strict=True))


def test_buildings_are_the_same_ones(country: tuple[str, dict[str, Layer], Second]) -> None:
    name, layers, second = country
    ours = set(layers["buildings"].scan("id")["id"].to_pylist())
    theirs = {key for key, tags in second.areas.items() if tags.get("building", "no") != "no"}
    assert ours - GDAL_LACKS == theirs
    assert len(ours) == {"liechtenstein": 8994, "andorra": 4352}[name]


def test_places_are_the_same_ones_of_the_same_kind(country: tuple[str, dict[str, Layer], Second]) -> None:
    _, layers, second = country
    theirs = {}
    for key, tags in (second.points | second.areas | second.lines).items():
        kind = kind_of(tags)
        if kind and not closed_to_the_public(tags, kind):
            theirs[key] = kind
    ours = kinds(layers["places"])
    assert {key: kind for key, kind in ours.items() if key not in GDAL_LACKS} == theirs


@pytest.mark.parametrize("key", ["shop", "amenity"])
def test_every_shop_and_amenity_of_the_table_is_there_by_category(
    country: tuple[str, dict[str, Layer], Second], key: str
) -> None:
    """Counted without our mapping: by the raw value of the tag, in GDAL's rows and in ours."""
    _, layers, second = country
    mapped = {tag_id: tags for tag_id, tags in (second.points | second.areas).items() if key in tags and kind_of(tags)}
    theirs = Counter(tags[key] for tags in mapped.values() if not closed_to_the_public(tags, kind_of(tags) or ""))
    ours = Counter(mapped[place][key] for place in kinds(layers["places"]) if place in mapped)
    assert ours == theirs
    assert sum(theirs.values()) > 50


def test_streets_are_the_same_ones_and_as_long(country: tuple[str, dict[str, Layer], Second]) -> None:
    _, layers, second = country
    table = layers["streets"].scan("id", "length_m")
    length: Counter[str] = Counter()
    for piece, metres in zip(table["id"].to_pylist(), table["length_m"].to_pylist(), strict=True):
        length[piece.partition("#")[0]] += metres
    dropped = sum(layers["streets"].stamp.verdict.dropped.values())
    drawn = {key for key, tags in (second.lines | second.areas).items() if "highway" in tags and "way/" in key}
    assert len(drawn - set(length)) == dropped
    shared = set(length) & set(second.length_m)
    assert len(shared) > 4000
    for way in shared:
        assert length[way] == pytest.approx(second.length_m[way], abs=1e-6)


def test_every_verdict_adds_up(country: tuple[str, dict[str, Layer], Second]) -> None:
    _, layers, _ = country
    for layer in layers.values():
        verdict = layer.stamp.verdict
        assert verdict.rows_kept == layer.rows
        assert verdict.rows_in == verdict.rows_kept + sum(verdict.dropped.values())


def test_areas_are_whole_and_sound(country: tuple[str, dict[str, Layer], Second]) -> None:
    import numpy as np
    import shapely

    _, layers, _ = country
    for name in ("green", "water", "buildings"):
        shapes = shapely.from_wkb(np.array(layers[name].scan("geometry")["geometry"].to_pylist(), dtype=object))
        assert shapely.is_valid(shapes).all()
        assert set(np.unique(shapely.get_type_id(shapes))) <= {3, 6}


DRIVER = "GDAL's OSM driver on the same extract"


@pytest.mark.truth(id="li", what="Buildings in Liechtenstein (2015)", source=DRIVER, expected=8993, tolerance=1)
@pytest.mark.truth(id="ad", what="Buildings in Andorra (2020)", source=DRIVER, expected=4352)
@pytest.mark.truth(
    id="m", what="Length of Andorra's streets and paths", source=DRIVER, expected=1661724.813, tolerance=0.001, unit="m"
)
def test_numbers_a_second_reader_finds(real_data: Path, truth: Any) -> None:
    andorra = load(real_data / "osm" / "andorra.osm.pbf", layers=("streets", "buildings"))
    truth.check(
        load(real_data / "osm" / "liechtenstein.osm.pbf", layers=("streets", "buildings"))["buildings"].rows, id="li"
    )
    truth.check(andorra["buildings"].rows, id="ad")
    second = second_reader(real_data / "osm" / "andorra.osm.pbf")
    table = andorra["streets"].scan("id", "length_m").to_pylist()
    truth.check(sum(row["length_m"] for row in table if row["id"].partition("#")[0] in second.lines), id="m")


def test_a_small_export_of_ostermalm_tells_what_is_torn(real_data: Path) -> None:
    layers = load(real_data / "osm" / "stockholm_ostermalm_2020.osm.pbf")
    dropped = layers["buildings"].stamp.verdict.dropped
    assert dropped == {"relation incomplete: member ways are missing from the file": 15}
    assert any("145 ways leave the file's box" in note for note in layers["streets"].stamp.verdict.notes)
    found = Counter(kinds(layers["places"]).values())
    assert found["restaurant"] > 100
    assert layers["streets"].stamp.vintage == "2020-12-14"


def test_the_network_written_back_as_a_map_loads(real_data: Path) -> None:
    layer = load(real_data / "osm" / "stockholm_drive_2020_rebuilt.osm.pbf", layers=("streets",))["streets"]
    assert layer.stamp.verdict.dropped == {}
    raw = raw_of(real_data / "osm" / "stockholm_drive_2020_rebuilt.osm.pbf")
    assert layer.stamp.inputs == raw.inputs
