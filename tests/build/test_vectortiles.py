"""Any square of the map as bytes: another library reads back what was meant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import mapbox_vector_tile
import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from stadslab.build.vectortiles import (
    LINES,
    MARGIN,
    POINTS,
    POLYGONS,
    Wanted,
    check_place,
    mercator,
    prepared,
    tile_of,
)
from stadslab.core.errors import InputError

TILE = shapely.box(-MARGIN, -MARGIN, 4096 + MARGIN, 4096 + MARGIN)


def _wkb(*shapes) -> pa.Array:
    return pa.array([None if s is None else shapely.to_wkb(s) for s in shapes], pa.binary())


def _decoded(layer, z=0, x=0, y=0, **how):
    tile = tile_of([Wanted(layer, **how)], z, x, y)
    return mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})[layer.name] if tile else None


def _on_grid(shape, z, x, y):
    """The shape in steps of the tile's grid."""

    def move(lonlat):
        return (np.column_stack(mercator(lonlat)) * 2**z - [x, y]) * 4096

    return shapely.transform(shape, move)


def test_words_of_all_sorts_and_blanks_come_back():
    words = {
        "text": pa.array(["å", "å", None, ""]),
        "flag": pa.array([True, False, None, True]),
        "whole": pa.array([-5, 2**40, 0, None]),
        "real": pa.array([0.5, None, -1e300, 2.0]),
        "same": pa.chunked_array([pa.array(["å", "b"]), pa.array(["å", None])]),
    }
    layer = prepared("things", POINTS, _wkb(*[shapely.Point(1, 1)] * 4), words)
    found = _decoded(layer)
    assert found["version"] == 2
    assert found["extent"] == 4096
    assert [f["id"] for f in found["features"]] == [0, 1, 2, 3]
    assert [f["properties"] for f in found["features"]] == [
        {"text": "å", "flag": True, "whole": -5, "real": 0.5, "same": "å"},
        {"text": "å", "flag": False, "whole": 2**40, "same": "b"},
        {"whole": 0, "real": -1e300, "same": "å"},
        {"text": "", "flag": True, "real": 2.0},
    ]


def test_a_value_is_told_once_however_many_share_it():
    many = prepared("m", POINTS, _wkb(*[shapely.Point(1, 1)] * 50), {"name": pa.array(["Storgatan"] * 50)})
    assert tile_of([Wanted(many)], 0, 0, 0).count(b"Storgatan") == 1


def test_words_of_what_is_not_drawn_do_not_travel():
    layer = prepared("m", POINTS, _wkb(shapely.Point(1, 1), shapely.Point(-170, 1)), {"name": pa.array(["in", "out"])})
    assert b"out" not in tile_of([Wanted(layer)], 1, 1, 0)
    assert [f["properties"]["name"] for f in _decoded(layer, 1, 1, 0)["features"]] == ["in"]


def test_rows_and_ids_may_be_chosen():
    layer = prepared("m", POINTS, _wkb(*[shapely.Point(1, 1)] * 3), ids=np.array([7, 8, 2**40]))
    found = _decoded(layer, rows=np.array([False, True, True]))
    assert [f["id"] for f in found["features"]] == [8, 2**40]


def test_mixed_collections_give_the_parts_that_fit():
    mixed = shapely.GeometryCollection(
        [shapely.Point(1, 1), shapely.GeometryCollection([shapely.box(0, 0, 9, 9), shapely.MultiPoint([(1, 1)])])]
    )
    found = _decoded(prepared("m", POLYGONS, _wkb(mixed, shapely.LineString([(0, 0), (9, 9)]))))
    assert [(f["id"], f["geometry"]["type"]) for f in found["features"]] == [(0, "Polygon")]
    found = _decoded(prepared("m", POINTS, _wkb(mixed)))
    assert [f["geometry"]["type"] for f in found["features"]] == ["MultiPoint"]


@pytest.mark.parametrize("kind", [POINTS, LINES, POLYGONS])
def test_what_is_no_shape_harms_nothing(kind):
    nan = float("nan")
    odd = [
        None, shapely.Point(), shapely.Point(nan, nan), shapely.LineString(), shapely.Polygon(),
        shapely.LineString([(1, 1), (1, 1)]), shapely.Polygon([(1, 1), (2, 2), (1, 1)]),
        shapely.linestrings([[0, 0], [float("inf"), 1]]), shapely.GeometryCollection(), shapely.MultiPolygon(),
    ]  # fmt: skip
    with np.errstate(invalid="ignore"):
        odd += [shapely.linestrings([[0, 0], [nan, 1], [2, 2]]), shapely.polygons([[0, 0], [nan, 1], [2, 2], [0, 0]])]
    good = {POINTS: shapely.Point(5, 5), LINES: shapely.LineString([(1, 1), (9, 9)]), POLYGONS: shapely.box(1, 1, 9, 9)}
    wkb = pa.concat_arrays([_wkb(*odd, good[kind]), pa.array([b"", b"\x01\x02", b"\x01\xff\x00\x00\x00"], pa.binary())])
    found = _decoded(prepared("m", kind, wkb), 2, 2, 1)
    assert [f["id"] for f in found["features"]] == [len(odd)]


def test_a_hole_stays_a_hole_and_goes_with_its_polygon():
    nan_hole = shapely.polygons(
        shapely.linearrings([(0, 0), (40, 0), (40, 40), (0, 40)]),
        [shapely.linearrings([(10, 10), (20, 10), (20, 20), (10, 20)])],
    )
    shape = shapely.geometry.shape(_decoded(prepared("m", POLYGONS, _wkb(nan_hole)))["features"][0]["geometry"])
    assert len(shape.interiors) == 1
    assert not shape.contains(_on_grid(shapely.Point(15, 15), 0, 0, 0))
    assert _decoded(prepared("m", POLYGONS, _wkb(nan_hole)), least_area=1e9) is None


def test_winding_is_what_the_format_asks_for():
    for ring in ([(0, 0), (40, 0), (40, 40)], [(0, 0), (40, 40), (40, 0)]):
        shape = _decoded(prepared("m", POLYGONS, _wkb(shapely.Polygon(ring))))["features"][0]["geometry"]
        corners = np.array(shape["coordinates"][0])
        x, y = corners[:, 0], corners[:, 1]  # y downwards: an outer ring has a positive area by the surveyor's formula
        assert (x * np.roll(y, -1) - np.roll(x, -1) * y).sum() > 0


def test_the_edge_of_the_world_is_drawn_on_the_edge():
    found = _decoded(prepared("m", POINTS, _wkb(shapely.Point(180, 90), shapely.Point(-180, -90))))
    assert [f["geometry"]["coordinates"] for f in found["features"]] == [[4096, 0], [0, 4096]]


@pytest.mark.parametrize("place", [(-1, 0, 0), (23, 0, 0), (0, 1, 0), (3, 0, 8), (3, -1, 0)])
def test_places_that_are_none_are_refused(place):
    with pytest.raises(InputError, match="there is no"):
        check_place(*place)


def test_nothing_anywhere_is_an_empty_tile():
    assert tile_of([Wanted(prepared("m", LINES, pa.array([], pa.binary())))], 0, 0, 0) == b""


def test_tiles_cut_side_by_side_are_the_ones_cut_alone():
    rng = np.random.default_rng(1)
    shapes = [shapely.Point(*at).buffer(0.01) for at in rng.uniform([17.9, 59.2], [18.3, 59.5], (400, 2))]
    layer = prepared("m", POLYGONS, _wkb(*shapes), {"name": pa.array([f"n{i % 7}" for i in range(400)])})
    places = [(12, x, y) for x in range(2250, 2256) for y in range(1200, 1206)]
    alone = [tile_of([Wanted(layer, tolerance=1.0)], *place) for place in places]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda place: tile_of([Wanted(layer, tolerance=1.0)], *place), places * 3, timeout=60))
    assert together == alone * 3
    assert sum(map(bool, alone)) > 10


# any shape: what is read back is what was meant, to the grid

place = st.tuples(st.integers(0, 4096), st.integers(0, 4096))
around = st.tuples(st.integers(-6000, 10000), st.integers(-6000, 10000))
Z, X, Y = 12, 2253, 1203


def _lonlat(points):
    x, y = (np.asarray(points, float) / 4096 + [X, Y]).T / 2**Z
    return np.column_stack([x * 360 - 180, np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y))))])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(around, min_size=1, max_size=6), min_size=1, max_size=4))
def test_points_come_back(features):
    layer = prepared("m", POINTS, _wkb(*[shapely.MultiPoint(_lonlat(f)) for f in features]))
    found = _decoded(layer, Z, X, Y)
    got = {f["id"]: np.atleast_2d(f["geometry"]["coordinates"]).tolist() for f in found["features"]} if found else {}
    low, high = -MARGIN, 4096 + MARGIN
    meant = {
        at: inside
        for at, f in enumerate(features)
        if (inside := [list(p) for p in f if low < p[0] < high and low < p[1] < high])
    }
    border = {at for at, f in enumerate(features) if any(v in (low, high) for p in f for v in p)}
    assert {k: v for k, v in got.items() if k not in border} == {k: v for k, v in meant.items() if k not in border}


@settings(max_examples=100, deadline=None)
@given(st.lists(around, min_size=2, max_size=12, unique=True))
def test_lines_come_back(points):
    found = _decoded(prepared("m", LINES, _wkb(shapely.LineString(_lonlat(points)))), Z, X, Y)
    meant = shapely.intersection(shapely.LineString(points), TILE)
    if meant.length < 8:
        return
    got = shapely.geometry.shape(found["features"][0]["geometry"])
    # each corner lies on the line to the grid, and nothing of the line is missing
    assert shapely.covers(shapely.buffer(meant, 1.5), got)
    long = [part for part in shapely.get_parts(meant) if part.length > 2]  # shorter ones may fall on one corner
    assert shapely.covers(shapely.buffer(got, 1.5), shapely.MultiLineString(long))


@settings(max_examples=100, deadline=None)
@given(st.lists(around, min_size=3, max_size=9, unique=True), st.booleans())
def test_areas_come_back(points, hole):
    shape = shapely.convex_hull(shapely.MultiPoint(points))
    if shape.area < 1000:
        return
    if hole:
        shape = shape.difference(shapely.affinity.scale(shape, 0.5, 0.5))
    lonlat = shapely.transform(shape, _lonlat)
    found = _decoded(prepared("m", POLYGONS, _wkb(lonlat)), Z, X, Y)
    meant = shapely.intersection(shape, TILE)
    if shapely.buffer(meant, -2).is_empty:
        return
    drawn = shapely.geometry.shape(found["features"][0]["geometry"])
    outer, *inner = (shapely.make_valid(shapely.Polygon(ring)) for ring in shapely.get_rings(drawn))
    got = shapely.difference(outer, shapely.union_all(inner))  # where both are cut at the border they touch
    assert shapely.symmetric_difference(got, meant).area <= 1.0 * shape.length + 10


@settings(max_examples=100, deadline=None)
@given(st.lists(around, min_size=3, max_size=30))
def test_any_scrawl_can_be_an_area(points):
    ring = shapely.Polygon(_lonlat(points))
    tile = tile_of([Wanted(prepared("m", POLYGONS, _wkb(ring)), tolerance=2.0)], Z, X, Y)
    found = mapbox_vector_tile.decode(tile)
    for feature in found["m"]["features"] if found else ():
        corners = shapely.get_coordinates(shapely.geometry.shape(feature["geometry"]))
        assert (corners >= -MARGIN).all()
        assert (corners <= 4096 + MARGIN).all()
