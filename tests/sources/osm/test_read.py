"""Whole maps, a few streets large."""

from __future__ import annotations

import bz2
import gzip
import random
from pathlib import Path

import pytest
import shapely
from pyproj import Geod

from tests.sources.osm.maps import Map, load, rows


def crossing() -> Map:
    """Two streets that cross at node 3, a shop, a school in its grounds, a park with a pond, a gate, a door."""
    town = Map(bounds='<bounds minlon="9.99" minlat="49.99" maxlon="10.02" maxlat="50.02"/>')
    for number, lon, lat in [(1, 10.0, 50.0), (2, 10.001, 50.0), (3, 10.002, 50.0), (4, 10.003, 50.0)]:
        town.node(number, lon, lat)
    town.node(5, 10.002, 50.001).node(6, 10.002, 49.999, {"barrier": "bollard"}).node(7, 10.002, 49.998)
    town.node(20, 10.0005, 50.0005, {"shop": "bakery", "name": "Brod"})
    town.node(21, 10.0006, 50.0005, {"entrance": "main"})
    town.node(22, 10.0106, 50.0005, {"barrier": "gate"})
    main_street = {"highway": "residential", "name": "Storgatan", "maxspeed": "30", "surface": "asphalt"}
    town.way(100, [1, 2, 3, 4], main_street)
    town.way(101, [5, 3, 6, 7], {"highway": "footway"})
    town.square(200, 30, 10.004, 50.0, 0.001, {"amenity": "school", "name": "Norra skolan", "capacity": "300"})
    town.square(201, 40, 10.006, 50.0, 0.002, {"leisure": "park", "name": "Parken"})
    town.square(202, 50, 10.0065, 50.0005, 0.0005, {"natural": "water", "water": "pond"})
    town.square(
        203, 60, 10.0001, 50.0001, 0.0002, {"building": "apartments", "building:levels": "4", "building:flats": "12"}
    )
    return town


def test_streets_are_cut_where_they_cross(tmp_path: Path) -> None:
    streets = rows(load(crossing().write(tmp_path / "town.osm"))["streets"])
    assert sorted(streets) == ["osm:way/100#1-3", "osm:way/100#3-4", "osm:way/101#3-7", "osm:way/101#5-3"]
    first = streets["osm:way/100#1-3"]
    assert (first["from_node"], first["to_node"]) == ("osm:node/1", "osm:node/3")
    assert (first["highway"], first["name"], first["speed_kmh"], first["surface"]) == (
        "residential",
        "Storgatan",
        30.0,
        "asphalt",
    )
    line = shapely.from_wkb(first["geometry"])
    assert list(line.coords) == [(10.0, 50.0), (10.001, 50.0), (10.002, 50.0)]
    assert first["length_m"] == pytest.approx(Geod(ellps="WGS84").geometry_length(line), rel=1e-12)


def test_the_other_layers(tmp_path: Path) -> None:
    layers = load(crossing().write(tmp_path / "town.osm"))
    places = rows(layers["places"])
    assert {name: row["kind"] for name, row in places.items()} == {
        "osm:node/20": "bakery",
        "osm:way/200": "school",
        "osm:way/201": "park",
    }
    assert places["osm:way/200"]["capacity"] == 300
    assert shapely.from_wkb(places["osm:way/200"]["geometry"]).within(shapely.box(10.004, 50.0, 10.005, 50.001))
    assert [(r["kind"], r["public"]) for r in rows(layers["green"]).values()] == [("park", True)]
    assert [r["kind"] for r in rows(layers["water"]).values()] == ["pond"]
    (building,) = rows(layers["buildings"]).values()
    assert (building["use"], building["levels"], building["dwellings"]) == ("residential", 4, 12)
    assert [r["kind"] for r in rows(layers["entrances"]).values()] == ["main"]
    (bollard,) = rows(layers["barriers"]).values()
    assert (bollard["id"], bollard["walk"], bollard["cycle"], bollard["drive"]) == ("osm:node/6", True, True, False)
    assert layers["barriers"].stamp.verdict.dropped == {"not on a street": 1}


def test_every_verdict_adds_up_to_its_rows(tmp_path: Path) -> None:
    for layer in load(crossing().write(tmp_path / "town.osm")).values():
        verdict = layer.stamp.verdict
        assert verdict.rows_kept == layer.rows
        assert verdict.rows_in == verdict.rows_kept + sum(verdict.dropped.values())


def test_the_stamp_names_the_map_makers(tmp_path: Path) -> None:
    stamp = load(crossing().write(tmp_path / "town.osm"))["streets"].stamp
    assert (stamp.licence, stamp.attribution) == ("ODbL-1.0", "© OpenStreetMap contributors")
    assert stamp.vintage == "2021-03-04"
    assert not stamp.synthetic
    assert stamp.inputs[0][0] == "town.osm"
    assert len(stamp.inputs[0][1]) == 64


def test_a_made_up_city_says_so(tmp_path: Path) -> None:
    town = crossing()
    town.generator = "stadslab synthetic 0.1"
    stamp = load(town.write(tmp_path / "town.osm"))["streets"].stamp
    assert stamp.synthetic
    assert stamp.licence == "CC0-1.0 (synthetic)"


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_the_file_does_not_matter(tmp_path: Path, seed: int) -> None:
    town = crossing().relation(
        9, [("way", 201, "outer"), ("way", 202, "inner")], {"type": "multipolygon", "landuse": "grass"}
    )
    expected = {name: layer.digest for name, layer in load(town.write(tmp_path / "town.osm")).items()}
    order = list(range(len(town.parts)))
    random.Random(seed).shuffle(order)
    found = load(town.write(tmp_path / "mixed.osm", order))
    assert {name: layer.digest for name, layer in found.items()} == expected
    assert any("put in order first" in note for note in found["streets"].stamp.verdict.notes)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress], ids=["gz", "bz2"])
def test_packed_files_say_the_same(tmp_path: Path, pack: object) -> None:
    plain = crossing().write(tmp_path / "town.osm")
    packed = tmp_path / f"town.osm.{'gz' if pack is gzip.compress else 'bz2'}"
    packed.write_bytes(pack(plain.read_bytes()))
    assert load(packed)["streets"].digest == load(plain)["streets"].digest


def test_a_binary_extract_says_the_same(tmp_path: Path) -> None:
    import osmium

    plain = crossing().write(tmp_path / "town.osm")
    packed = tmp_path / "town.osm.pbf"
    with osmium.SimpleWriter(str(packed)) as writer:
        for item in osmium.FileProcessor(str(plain)):
            writer.add(item)
    assert {n: layer.digest for n, layer in load(packed).items()} == {
        n: layer.digest for n, layer in load(plain).items()
    }


def test_only_some_layers(tmp_path: Path) -> None:
    town = crossing().write(tmp_path / "town.osm")
    everything = load(town)
    assert list(load(town, layers=("streets",))) == ["streets"]
    assert load(town, layers=("streets",))["streets"].digest == everything["streets"].digest
    assert set(load(town, layers=("places", "barriers"))) == {"places", "barriers"}
    assert load(town, layers=("barriers",))["barriers"].digest == everything["barriers"].digest


def test_a_box_keeps_whole_rows_that_touch_it_under_the_same_ids(tmp_path: Path) -> None:
    layers = load(crossing().write(tmp_path / "town.osm"), box=(9.9995, 49.9995, 10.0015, 50.0008))
    assert sorted(rows(layers["streets"])) == ["osm:way/100#1-3"]
    assert layers["streets"].stamp.verdict.dropped["outside the box asked for"] == 3
    assert sorted(rows(layers["places"])) == ["osm:node/20"]
    assert layers["green"].rows == 0


def test_ways_cut_short_by_the_extract_keep_what_is_there(tmp_path: Path) -> None:
    town = crossing().way(102, [4, 900, 901], {"highway": "residential"}).way(103, [1, 7, 902], {"highway": "path"})
    layer = load(town.write(tmp_path / "town.osm"))["streets"]
    assert "osm:way/103#1-7" in rows(layer)
    assert layer.stamp.verdict.dropped == {"fewer than two of the way's nodes are in the file": 1}
    assert "1 ways are cut short: 1 of their nodes are not in the file" in layer.stamp.verdict.notes
    assert any("osm:way/102" in note for note in layer.stamp.verdict.notes)


def test_ways_that_leave_the_box_of_the_file_are_told(tmp_path: Path) -> None:
    town = crossing().node(8, 10.5, 50.0).way(104, [4, 8], {"highway": "residential"})
    notes = load(town.write(tmp_path / "town.osm"))["streets"].stamp.verdict.notes
    assert "1 ways leave the file's box" in notes


def test_what_is_no_street_is_counted(tmp_path: Path) -> None:
    town = crossing().way(105, [1, 7], {"highway": "construction"}).way(106, [4, 7], {"highway": "trail"})
    layer = load(town.write(tmp_path / "town.osm"))["streets"]
    assert layer.stamp.verdict.dropped == {"under construction or proposed": 1}
    assert rows(layer)["osm:way/106#4-7"]["walk"]
    assert any("trail (1)" in note for note in layer.stamp.verdict.notes)


def test_a_square_is_walked_around_whether_way_or_relation(tmp_path: Path) -> None:
    town = crossing().square(300, 70, 10.01, 50.0, 0.001, {"highway": "pedestrian", "area": "yes"})
    town.square(301, 80, 10.012, 50.0, 0.001, {})
    town.relation(8, [("way", 301, "outer")], {"type": "multipolygon", "highway": "pedestrian"})
    streets = rows(load(town.write(tmp_path / "town.osm"))["streets"])
    for name in ("osm:way/300#70-70", "osm:way/301#80-80"):
        assert streets[name]["walk"]
        assert streets[name]["highway"] == "pedestrian"
        assert not streets[name]["drive_forward"]


def test_an_old_version_in_the_same_file_gives_way_to_the_newest(tmp_path: Path) -> None:
    town = crossing().way(100, [1, 4], {"highway": "primary"}, version=3)
    layer = load(town.write(tmp_path / "town.osm"))["streets"]
    assert [row["highway"] for name, row in rows(layer).items() if "way/100" in name] == ["primary"]
    assert any("put in order first" in note for note in layer.stamp.verdict.notes)
    alone = load(town.write(tmp_path / "town.osm"), layers=("streets",))["streets"]
    assert alone.digest == layer.digest
    assert "1 older versions of ways were passed over" in alone.stamp.verdict.notes
