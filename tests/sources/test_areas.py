"""Areas from any vector file, and every way such a file can be wrong."""

from __future__ import annotations

import math
import re
from pathlib import Path

import geopandas
import numpy as np
import pyarrow as pa
import pytest
import shapely

from stadslab.build.projection import reprojected
from stadslab.core.city import City
from stadslab.core.errors import InputError
from stadslab.core.layer import Layer, Stamp, Verdict
from stadslab.core.source import Raw, RawFile
from stadslab.sources import areas
from tests.sources.tables import SOUTH, STEP, WEST, area_file, city_of, raw, squares

BOW = shapely.Polygon([(18.0, 59.3), (18.01, 59.31), (18.01, 59.3), (18.0, 59.31)])


def refusal(path: Path, city: City | None = None, **params: object) -> str:
    with pytest.raises(InputError) as caught:
        areas.read(raw(path), city, **params)
    return str(caught.value)


def with_streets(west: float, south: float) -> City:
    line = shapely.to_wkb(shapely.LineString([(west, south), (west + 0.02, south + 0.01)]))
    row = {
        "id": ["s"],
        "from_node": ["a"],
        "to_node": ["b"],
        "geometry": [line],
        "length_m": [1.0],
        "highway": ["path"],
    }
    flags = {n: [True] for n in ("walk", "cycle_forward", "cycle_backward", "drive_forward", "drive_backward")}
    rest = {n: [False] for n in ("bridge", "tunnel", "steps")}
    table = pa.table({**row, **flags, **rest, "speed_kmh": [30.0], "level": pa.array([0], pa.int16())})
    stamp = Stamp("test", "", "", "", "", (), {}, Verdict(1, 1))
    return City("town", "EPSG:32633").with_layer(Layer.of("streets", table, stamp))


def haversine_km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    a, b = math.radians(lat), math.radians(other_lat)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(half))


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp", "a.fgb", "a.parquet"])
def test_every_format_says_the_same(tmp_path: Path, name: str) -> None:
    layer = areas.read(raw(area_file(tmp_path / name, ["02", "01"])), None, vintage="v1")[0]
    table = layer.scan()
    assert table["id"].to_pylist() == ["01", "02"]
    assert table["vintage"].to_pylist() == ["v1", "v1"]
    assert layer.stamp.verdict.rows_in == layer.stamp.verdict.rows_kept == 2
    assert any("'code'" in note for note in layer.stamp.verdict.notes)
    first, second = shapely.from_wkb(table["geometry"].to_pylist())
    assert shapely.equals_exact(shapely.normalize(second), shapely.normalize(squares(2)[0]), 1e-9)
    assert shapely.equals_exact(shapely.normalize(first), shapely.normalize(squares(2)[1]), 1e-9)


def test_row_order_never_matters(tmp_path: Path) -> None:
    shapes = squares(3)
    one = area_file(tmp_path / "one.gpkg", ["a", "b", "c"], shapes=shapes)
    other = area_file(tmp_path / "two.gpkg", ["c", "a", "b"], shapes=[shapes[2], shapes[0], shapes[1]])
    digests = {areas.read(raw(p), None)[0].digest for p in (one, other, one)}
    assert len(digests) == 1


def test_metres_become_degrees(tmp_path: Path) -> None:
    flat = reprojected(np.array(squares(2), object), "OGC:CRS84", "EPSG:3006")
    path = area_file(tmp_path / "a.gpkg", ["1", "2"], shapes=list(flat), crs="EPSG:3006")
    box = shapely.total_bounds(shapely.from_wkb(areas.read(raw(path), None)[0].scan()["geometry"].to_pylist()))
    assert box == pytest.approx([WEST, SOUTH, WEST + 2 * STEP, SOUTH + STEP], abs=1e-7)


def test_whole_number_ids_become_text_and_names_are_found(tmp_path: Path) -> None:
    path = area_file(tmp_path / "a.gpkg", [10, 9], namn=["Ten", "Ten"])
    assert areas.read(raw(path), None)[0].scan("id", "name").to_pylist() == [
        {"id": "10", "name": "Ten"},
        {"id": "9", "name": "Ten"},
    ]
    assert "no column" in refusal(path, id_column="deso")
    assert "namn (1 different)" in refusal(area_file(tmp_path / "b.gpkg", [1, 1], namn=["x", "x"]))


def test_second_set_has_its_own_name(tmp_path: Path) -> None:
    path = area_file(tmp_path / "a.gpkg", ["1"])
    layer = areas.read(raw(path), None, called="areas_schools")[0]
    assert (layer.name, layer.schema.name) == ("areas_schools", "areas")
    assert "cannot be called" in refusal(path, called="streets")
    assert "cannot be called" in refusal(path, called="../x")


def test_no_coordinate_system(tmp_path: Path) -> None:
    path = area_file(tmp_path / "a.parquet", ["1"], crs=None)
    message = refusal(path)
    assert "states no coordinate system" in message
    assert "18 59.3 to 18.01 59.31" in message
    assert "crs=OGC:CRS84" in message
    assert areas.read(raw(path), None, crs="OGC:CRS84")[0].rows == 1
    assert "no known coordinate system" in refusal(path, crs="EPSG:nonsense")


def test_swedish_metres_without_system_are_recognised(tmp_path: Path) -> None:
    flat = reprojected(np.array(squares(1), object), "OGC:CRS84", "EPSG:3006")
    path = area_file(tmp_path / "a.parquet", ["1"], shapes=list(flat), crs=None)
    assert "EPSG:3006" in refusal(path)


def test_degrees_declared_as_metres_and_the_reverse(tmp_path: Path) -> None:
    message = refusal(area_file(tmp_path / "a.gpkg", ["1"], crs="EPSG:3006"))
    assert "declared as EPSG:3006 (metres)" in message
    assert "longitude and latitude: say crs=OGC:CRS84" in message
    flat = reprojected(np.array(squares(1), object), "OGC:CRS84", "EPSG:3006")
    message = refusal(area_file(tmp_path / "b.gpkg", ["1"], shapes=list(flat), crs="EPSG:4326"))
    assert "(degrees)" in message
    assert "look like metres" in message
    path = area_file(tmp_path / "c.gpkg", ["1"], crs="EPSG:3006")
    layer = areas.read(raw(path), None, crs="OGC:CRS84")[0]
    assert any("as you said" in note for note in layer.stamp.verdict.notes)


def test_far_from_the_streets(tmp_path: Path) -> None:
    path = area_file(tmp_path / "a.gpkg", ["1"])
    assert areas.read(raw(path), with_streets(WEST, SOUTH))[0].rows == 1
    message = refusal(path, with_streets(24.9, 60.1))
    assert "from the city's streets" in message
    apart = re.search(r", (\d+) km from", message)
    assert apart is not None
    assert int(apart[1]) == pytest.approx(haversine_km(18.01, 59.31, 24.9, 60.1), rel=0.005)
    swapped = [shapely.box(59.3, 18.0, 59.31, 18.01)]
    message = refusal(area_file(tmp_path / "b.gpkg", ["1"], shapes=swapped), with_streets(WEST, SOUTH))
    assert "swapped" in message


def test_outside_the_area_of_use_without_streets(tmp_path: Path) -> None:
    flat = reprojected(np.array(squares(1), object), "OGC:CRS84", "EPSG:3006")
    path = area_file(tmp_path / "a.gpkg", ["1"], shapes=list(flat), crs="EPSG:31370")  # Belgium
    assert "Belgium" in refusal(path)


def test_crossing_outlines_are_named_and_repaired_only_when_asked(tmp_path: Path) -> None:
    path = area_file(tmp_path / "a.gpkg", ["ok", "bow"], shapes=[squares(1)[0], BOW])
    message = refusal(path)
    assert "row 2, area 'bow'" in message
    assert "Self-intersection" in message
    assert "repair=true" in message
    layer = areas.read(raw(path), None, repair=True)[0]
    assert shapely.is_valid(shapely.from_wkb(layer.scan()["geometry"].to_pylist())).all()
    assert any("1 outlines" in note and "bow" in note for note in layer.stamp.verdict.notes)


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    shapes = [None, shapely.Point(18, 59.3), BOW, squares(1)[0], squares(1)[0], squares(1)[0]]
    path = area_file(tmp_path / "a.parquet", ["none", "dot", "bow", "twice", "twice", ""], shapes=shapes)
    message = refusal(path, id_column="code")
    for part in (
        "'none': the outline is missing",
        "is a Point",
        "crosses itself",
        "'twice' occurs 2 times",
        "id is blank",
    ):
        assert part in message


def test_empty_file_and_files_that_are_something_else(tmp_path: Path) -> None:
    assert "0 rows" in refusal(area_file(tmp_path / "a.gpkg", []))
    for name, content in [
        ("b.gpkg", b"hello"),
        ("c.geojson", b"<html>"),
        ("d.parquet", b"PAR1 not"),
        ("e.fgb", b"nothing of the sort"),
        ("f.geojson", b'{"type": "FeatureCollection", "features": ['),
        ("g.gpkg", b""),
        ("h.docx", b"x"),
    ]:
        (tmp_path / name).write_bytes(content)
        assert name in refusal(tmp_path / name)
    with pytest.raises(InputError, match="no such file"):
        areas.read(Raw((RawFile(tmp_path / "gone.gpkg", ""),)), None)


def test_truncated_parquet(tmp_path: Path) -> None:
    path = area_file(tmp_path / "a.parquet", ["1", "2"])
    path.write_bytes(path.read_bytes()[:-40])
    assert "not a whole Parquet file" in refusal(path)


def test_several_layers_need_a_choice(tmp_path: Path) -> None:
    for name in ("north", "south"):
        frame = geopandas.GeoDataFrame({"code": ["1"]}, geometry=squares(1), crs="EPSG:4326")
        frame.to_file(tmp_path / "a.gpkg", layer=name)
    assert "north, south" in refusal(tmp_path / "a.gpkg")
    assert "no layer 'east'" in refusal(tmp_path / "a.gpkg", layer="east")
    assert areas.read(raw(tmp_path / "a.gpkg"), None, layer="south")[0].rows == 1


def test_sniff_tells_areas_from_people(tmp_path: Path) -> None:
    assert areas.sniff(area_file(tmp_path / "a.gpkg", ["1"]))
    assert not areas.sniff(area_file(tmp_path / "b.gpkg", ["1"], population=[3]))
    (tmp_path / "c.gpkg").write_bytes(b"x")
    assert not areas.sniff(tmp_path / "c.gpkg")


def test_areas_keep_their_stamp(tmp_path: Path) -> None:
    layer = city_of(tmp_path, ["1"], "DeSO 2018")["areas"]
    assert layer.stamp.vintage == "DeSO 2018"
    assert layer.stamp.inputs[0][0] == "areas_of_the_city.gpkg"


@pytest.mark.parametrize(
    ("name", "rows", "column"),
    [
        ("deso2018_stockholm_county.parquet", 1287, "deso"),
        ("stockholm_stadsdelar_2021.parquet", 117, "name"),
        ("stockholm_stadsdelar_land_2021.parquet", 117, "name"),
        ("sweden_kommun.parquet", 290, "kommun_kod"),
        ("sweden_lan.parquet", 21, "lan_kod"),
    ],
)
def test_published_areas_load(real_data: Path, name: str, rows: int, column: str) -> None:
    layer = areas.read(raw(real_data / "areas" / name), None)[0]
    assert layer.rows == rows
    assert f"column {column!r}" in layer.stamp.verdict.notes[0]
