"""Rows of layers on disk say the same as in memory, and damage does not stay unseen."""

from __future__ import annotations

import json
import pickle
import tempfile
from pathlib import Path

import geopandas
import numpy as np
import pandas
import pyarrow as pa
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from stadslab.core import digest as digests
from stadslab.core.errors import StoreError
from stadslab.core.layer import Layer, Overlay
from stadslab.core.schema import SCHEMAS, LayerSchema, list_of
from stadslab.store.folder import LabFolder
from stadslab.store.geoparquet import shapes_of
from stadslab.store.objects import ParquetHandle, damage, object_path, write_layer
from tests.store import made

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_CELLS = {
    pa.string(): _TEXT,
    pa.bool_(): st.booleans(),
    pa.float64(): st.floats(),
    pa.int16(): st.integers(-(2**15), 2**15 - 1),
    pa.int32(): st.integers(-(2**31), 2**31 - 1),
    pa.binary(): st.binary(max_size=30) | st.builds(made.point, st.floats(-180, 180), st.floats(-90, 90)),
}
_CELLS |= {
    list_of(kind): st.lists(st.none() | _CELLS[kind], max_size=4) for kind in (pa.string(), pa.bool_(), pa.int32())
}


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    """Any layer that conforms to a schema, geometry that is no geometry, NaN, infinity and -0.0 included."""
    schema: LayerSchema = SCHEMAS[draw(st.sampled_from(sorted(SCHEMAS)))]
    ids = draw(st.lists(_TEXT, unique=True, max_size=12))
    columns: dict[str, pa.Array] = {"id": pa.array(ids, pa.string())}
    for column in schema.columns[1:]:
        cell = _CELLS[column.type]
        cells = st.lists(st.none() | cell if column.nullable else cell, min_size=len(ids), max_size=len(ids))
        columns[column.name] = pa.array(draw(cells), column.type)
    return Layer.of("any", pa.table(columns), made.stamp(len(ids)), schema.name)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(layers())
def test_any_layer_says_the_same_after_a_round_trip(layer: Layer) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = LabFolder.open(place)
        write_layer(folder, layer)
        back = ParquetHandle(object_path(folder, layer.digest), layer.digest).read()
        assert digests.of_table(back) == layer.digest
        assert back.schema.equals(layer.schema.arrow, check_metadata=True)
        # equals() calls NaN unequal; bits do not
        for name in back.column_names:
            ours, theirs = back[name].combine_chunks(), layer.scan()[name].combine_chunks()
            assert ours.is_valid().equals(theirs.is_valid())
            if pa.types.is_floating(back[name].type):
                assert np.array_equal(
                    ours.fill_null(0).to_numpy().view("i8"), theirs.fill_null(0).to_numpy().view("i8")
                )
            else:
                assert ours.equals(theirs)
        assert damage(folder, layer.digest) is None


@pytest.fixture
def folder(tmp_path: Path) -> LabFolder:
    return LabFolder.open(tmp_path / "a.lab")


def test_lists_come_back_as_they_were(folder: LabFolder) -> None:
    """A trip is one row: its stops and times are lists, read back whole, and by others without our help."""
    table = pa.table(
        {
            "id": ["gtfs:a/trip/1", "gtfs:a/trip/2"],
            "route": ["gtfs:a/route/1"] * 2,
            "service": ["gtfs:a/service/1"] * 2,
            "stops": [["gtfs:a/stop/å", "gtfs:a/stop/b"], []],
            "arrive_s": [[0, 90000], []],
            "depart_s": [[1, 90001], []],
            "pickup": [[True, False], None],
        }
    )
    layer = Layer.of("trips", table, made.stamp(2))
    write_layer(folder, layer)
    path = object_path(folder, layer.digest)
    assert ParquetHandle(path, layer.digest).read().to_pylist() == layer.scan().to_pylist()
    some = ParquetHandle(path, layer.digest).read(["depart_s", "id"])
    assert some.to_pylist()[0] == {"depart_s": [1, 90001], "id": "gtfs:a/trip/1"}
    frame = pandas.read_parquet(path)
    assert frame["stops"][0].tolist() == ["gtfs:a/stop/å", "gtfs:a/stop/b"]
    assert frame["pickup"][1] is None


def test_others_read_it_as_a_map(folder: LabFolder) -> None:
    layer = made.water(7)
    write_layer(folder, layer)
    frame = geopandas.read_parquet(object_path(folder, layer.digest))
    assert frame.crs == "OGC:CRS84"
    assert len(frame) == 7
    assert frame.geometry.geom_type.unique().tolist() == ["Polygon"]
    assert frame.total_bounds == pytest.approx([18, 59, 18.0106, 59.01])
    assert frame["name"].unique().tolist() == ["generation 0"]


def test_the_file_says_what_it_is(folder: LabFolder) -> None:
    layer = made.places(4)
    write_layer(folder, layer)
    metadata = parquet.read_metadata(object_path(folder, layer.digest)).metadata
    geo = json.loads(metadata[b"geo"])
    column = {"encoding": "WKB", "geometry_types": ["Point"]}
    assert geo == {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    about = json.loads(metadata[b"stadslab"])
    assert about["digest"] == layer.digest
    assert (about["sort"], about["rows"], about["licence"], about["synthetic"]) == ("places", 4, "CC0-1.0", True)


def test_the_same_rows_give_the_same_bytes(folder: LabFolder, tmp_path: Path) -> None:
    other = LabFolder.open(tmp_path / "b.lab")
    layer = made.places(50)
    write_layer(folder, layer)
    write_layer(other, layer)
    first, second = (object_path(f, layer.digest).read_bytes() for f in (folder, other))
    assert first == second


def test_shapes_agree_with_shapely() -> None:
    texts = [
        "POINT (1 2)",
        "LINESTRING (0 0, 1 1)",
        "POLYGON ((0 0, 1 0, 1 1, 0 0))",
        "MULTIPOINT (1 1)",
        "POINT Z (1 2 3)",
    ]
    texts += [
        "MULTILINESTRING ((0 0, 1 1))",
        "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))",
        "GEOMETRYCOLLECTION (POINT (1 1))",
    ]
    shapes = shapely.from_wkt(texts)
    expected = sorted({s.geom_type + (" Z" if s.has_z else "") for s in shapes})
    for order in (0, 1):
        blobs = [None, *shapely.to_wkb(shapes, byte_order=order, flavor="iso").tolist(), None]
        whole = pa.chunked_array([pa.array(blobs, pa.binary())])
        assert shapes_of(whole) == expected
        assert shapes_of(whole.slice(3, 2)) == ["MultiPoint", "Polygon"]
        assert shapes_of(pa.chunked_array([whole.chunk(0).slice(1, 1), whole.chunk(0).slice(5, 1)])) == [
            "Point",
            "Point Z",
        ]
    for bad in ([b""], [b"1234"], [b"12345"], [made.point(1, 2), b"\x01\x63\x00\x00\x00"]):
        assert shapes_of(pa.chunked_array([pa.array(bad, pa.binary())])) == []
    assert shapes_of(pa.chunked_array([], pa.binary())) == []


def test_rows_are_read_when_needed_and_kept_once_whole(folder: LabFolder) -> None:
    layer = made.places(30)
    write_layer(folder, layer)
    path = object_path(folder, layer.digest)
    handle = ParquetHandle(path, layer.digest)
    part = handle.read(["capacity", "id"])
    assert part.column_names == ["capacity", "id"]
    assert part.equals(layer.scan("capacity", "id"))
    whole = handle.read()
    path.unlink()
    assert handle.read() is whole
    assert handle.read(["name"]).equals(layer.scan("name"))
    travelled = pickle.loads(pickle.dumps(handle))
    with pytest.raises(StoreError, match=r"is missing \(load the layer again\)"):
        travelled.read()


def test_a_column_that_is_not_there_is_an_error_as_in_memory(folder: LabFolder) -> None:
    layer = made.places(3)
    write_layer(folder, layer)
    for handle in (ParquetHandle(object_path(folder, layer.digest), layer.digest), layer.handle):
        with pytest.raises(KeyError):
            handle.read(["id", "colour"])


def test_every_flipped_byte_is_noticed_or_harmless(folder: LabFolder) -> None:
    """No damaged file ever gives other rows: it is refused on reading, or found by the check of digests."""
    layer = made.places(40)
    write_layer(folder, layer)
    path = object_path(folder, layer.digest)
    good = path.read_bytes()
    noticed_on_reading = noticed = 0
    rng = np.random.default_rng(7)
    spots = rng.choice(len(good), 250, replace=False)
    for spot in spots:
        path.write_bytes(good[:spot] + bytes([good[spot] ^ (1 << int(rng.integers(8)))]) + good[spot + 1 :])
        found = damage(folder, layer.digest)
        if found is None:
            assert ParquetHandle(path, layer.digest).read().equals(layer.scan())
            continue
        noticed += 1
        assert str(path) in found.where
        assert found.hint == "load the layer again"
        try:
            ParquetHandle(path, layer.digest).read()
        except StoreError:
            noticed_on_reading += 1
    assert noticed > len(spots) / 3
    assert noticed_on_reading > 0.9 * noticed


@pytest.mark.parametrize("keep", [0, 3, 100, 0.5, -1])
def test_a_cut_file_is_refused_and_mended_by_loading_again(folder: LabFolder, keep: float) -> None:
    layer = made.places(40)
    write_layer(folder, layer)
    path = object_path(folder, layer.digest)
    good = path.read_bytes()
    path.write_bytes(good[: int(keep * len(good)) if isinstance(keep, float) else keep])
    with pytest.raises(StoreError, match=rf"{layer.digest}\.parquet: is damaged.*load the layer again"):
        ParquetHandle(path, layer.digest).read()
    assert damage(folder, layer.digest)
    write_layer(folder, layer)
    assert damage(folder, layer.digest) is None


def test_an_object_under_another_name_is_refused(folder: LabFolder) -> None:
    first, second = made.places(5), made.places(6)
    write_layer(folder, first)
    write_layer(folder, second)
    object_path(folder, first.digest).replace(object_path(folder, second.digest))
    with pytest.raises(StoreError, match="holds other rows"):
        ParquetHandle(object_path(folder, second.digest), second.digest).read(["id"])


def test_rows_that_do_not_say_what_the_name_says_are_found(folder: LabFolder) -> None:
    layer = made.places(5)
    write_layer(folder, Layer("places", layer.schema, made.places(5, 1).handle, layer.digest, layer.stamp, 5))
    found = damage(folder, layer.digest)
    assert found is not None
    assert "rows have digest" in found.what


def test_a_layer_changed_by_a_scenario_is_not_kept_as_data(folder: LabFolder) -> None:
    layer = made.places(5)
    changed = layer.overlaid(frozenset(["test:000001"]), None)
    assert isinstance(changed.handle, Overlay)
    with pytest.raises(StoreError, match="changed by a scenario"):
        write_layer(folder, changed)
    write_layer(folder, Layer.of("places", changed.scan(), layer.stamp))
    assert len(list(folder.objects.iterdir())) == 1
