"""Rulers: which units, where, in which order."""

from __future__ import annotations

from pathlib import Path

import h3
import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from stadslab.build import supports
from stadslab.build.projection import metric_geometries, to_metres
from stadslab.build.supports import make_support
from stadslab.core.city import City
from stadslab.core.errors import InputError, NotFoundError
from stadslab.core.support import Support
from stadslab.testing.gridcity import grid
from tests.build.towns import (
    CRS,
    EAST,
    NORTH,
    area_layer,
    building_layer,
    outline,
    people_layer,
    spot,
    street_layer,
    town,
)

SPECS = ["h3:9", "h3:12", "square:100", "square:1000", "areas"]


def busy_town() -> City:
    return town(
        area_layer({"west": outline(0, 0, 1000, 1000), "east": outline(1000, 0, 1000, 1000)}),
        street_layer([([(10, 10), (990, 10)], "residential", True)]),
        building_layer([(outline(100, 500, 20, 20), "residential", 2, None)]),
        people_layer([(spot(310, 310), "total", "all", 4)]),
    )


def shapes(support: Support) -> np.ndarray:
    return metric_geometries(support.geometry, CRS)


@pytest.mark.parametrize("spec", SPECS)
def test_ids_are_sorted_and_each_unit_holds_its_point(spec: str) -> None:
    support = make_support(spec, busy_town())
    assert list(support.ids) == sorted(set(support.ids))
    assert support.kind == spec
    outlines = shapely.from_wkb(support.geometry.to_pylist())
    assert shapely.is_valid(outlines).all()
    assert shapely.contains_xy(outlines, support.points[:, 0], support.points[:, 1]).all()
    assert make_support(spec, busy_town()).digest == support.digest


@pytest.mark.parametrize("spec", ["h3:10", "square:100"])
def test_every_place_of_the_city_lies_in_a_cell(spec: str) -> None:
    city = busy_town()
    tree = shapely.STRtree(shapes(make_support(spec, city)))
    east = [outline(1000, 0, 1000, 1000).point_on_surface()]
    for point in (spot(10, 10), spot(990, 10), spot(110, 510), spot(310, 310), *east):
        assert len(tree.query(point, predicate="intersects"))


def test_an_area_nothing_was_seen_in_is_filled() -> None:
    city = busy_town()
    support = make_support("square:100", city)
    xy = to_metres(CRS, support.points) - [EAST, NORTH]
    east = xy[:, 0] > 1000
    assert east.sum() == 100  # the whole square kilometre
    assert (~east).sum() == 13  # ten along the street, a building, a person, the area's own point
    bare = City("bare", CRS).with_layer(city["areas"])
    assert len(make_support("square:100", bare)) == 200


def test_squares_tile_and_are_named_by_their_corner() -> None:
    support = make_support("square:250", City("bare", CRS).with_layer(area_layer({"a": outline(0, 0, 1000, 1000)})))
    assert len(support) == 16
    assert support.ids[0] == "sq250:E500000N6575000"
    squares = shapes(support)
    assert shapely.area(squares) == pytest.approx(np.full(16, 250.0**2), rel=1e-6)
    assert shapely.area(shapely.union_all(shapely.set_precision(squares, 0.001))) == pytest.approx(1e6, rel=1e-6)
    assert to_metres(CRS, support.points)[0] == pytest.approx([EAST + 125, NORTH + 125], abs=1e-5)


def test_h3_cells_are_those_of_the_library() -> None:
    support = make_support("h3:9", busy_town())
    for name, (lon, lat) in zip(support.ids, support.points.tolist(), strict=True):
        assert h3.get_resolution(name) == 9
        assert h3.latlng_to_cell(lat, lon, 9) == name
    ring = h3.cell_to_boundary(support.ids[0])
    assert shapely.get_coordinates(shapely.from_wkb(support.geometry[0].as_py()))[0] == pytest.approx(ring[0][::-1])


def test_areas_start_at_the_median_home() -> None:
    homes = [(outline(x, 100, 10, 10), "residential", 1.0, n) for x, n in [(100, 1.0), (200, 1.0), (900, 5.0)]]
    west = area_layer({"west": outline(0, 0, 1000, 1000), "none": outline(1000, 0, 1000, 1000)})
    support = make_support(
        "areas", town(west, building_layer([*homes, (outline(500, 500, 300, 300), "office", 9, None)]))
    )
    start = to_metres(CRS, support.points)
    assert start[support.ids.index("west")] == pytest.approx([EAST + 905, NORTH + 105], abs=0.01)
    inside = outline(1000, 0, 1000, 1000)
    assert shapely.contains_xy(inside, *start[support.ids.index("none")])


def test_cells_start_at_the_median_home_and_else_at_their_centre() -> None:
    homes = [(outline(x, 100, 10, 10), "residential", 1.0, n) for x, n in [(100, 1.0), (200, 4.0), (900, 1.0)]]
    city = town(area_layer({"a": outline(0, 0, 2000, 1000)}), building_layer(homes))
    support = make_support("square:1000", city)
    start = to_metres(CRS, support.points) - [EAST, NORTH]
    assert start[0] == pytest.approx([205, 105], abs=0.01)
    assert start[1] == pytest.approx([1500, 500], abs=0.01)


def test_areas_without_homes_start_on_land() -> None:
    import pyarrow as pa

    from stadslab.core.layer import Layer
    from tests.build.towns import lonlat, stamp

    lake = pa.table({"id": ["lake"], "kind": ["lake"], "geometry": lonlat([outline(-10, -10, 900, 1100)])})
    city = town(
        area_layer({"a": outline(0, 0, 1000, 1000), "wet": outline(0, 0, 500, 500)}), Layer.of("water", lake, stamp(1))
    )
    support = make_support("areas", city)
    start = to_metres(CRS, support.points) - [EAST, NORTH]
    assert start[0][0] > 890
    assert (start[1] < 500).all()  # all water: a point inside is all there is


def test_other_sets_of_areas() -> None:
    city = busy_town().with_layer(area_layer({"school": outline(0, 0, 500, 500)}, name="areas_schools"))
    assert make_support("areas:areas_schools", city).ids == ("school",)
    with pytest.raises(NotFoundError, match="areas, areas_schools"):
        make_support("areas:deso", city)
    with pytest.raises(NotFoundError, match="load areas first"):
        make_support("areas", City("bare", CRS))
    with pytest.raises(NotFoundError):
        make_support("areas:streets", city)


@pytest.mark.parametrize(
    "spec", ["", "h3", "h3:16", "h3:-1", "h3:x", "square:", "square:0", "square:1.5", "hex:9", "h3:9:1"]
)
def test_specifications_that_mean_nothing(spec: str) -> None:
    with pytest.raises(InputError, match="h3:0 to h3:15, square:<metres>, areas"):
        make_support(spec, busy_town())


def test_an_empty_city_and_too_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="the city is empty"):
        make_support("h3:9", City("bare", CRS))
    country = City("wide", CRS).with_layer(area_layer({"wide": outline(0, 0, 300_000, 300_000)}))
    with pytest.raises(InputError, match="take larger cells"):
        make_support("h3:12", country)
    with pytest.raises(InputError, match="take larger cells"):
        make_support("square:10", country)
    monkeypatch.setattr(supports, "MOST_CELLS", 3)
    with pytest.raises(InputError, match="more than 3"):
        make_support("square:100", busy_town())


def test_the_grid_city_has_a_cell_for_every_junction() -> None:
    """Blocks of 130 m on squares of 130 m: one square for each junction."""
    support = make_support("square:130", grid(5))
    corners = to_metres(CRS, support.points)
    assert len(support) == len(np.unique(np.round(corners), axis=0)) == 25


def test_the_ruler_does_not_depend_on_what_is_measured() -> None:
    """Groups and numbers of people change nothing; only places do."""
    one = busy_town()
    other = one.with_layer(people_layer([(spot(310, 310), "age", "old", 9), (spot(310, 310), "age", "young", 1)]))
    assert make_support("h3:10", one).digest == make_support("h3:10", other).digest


def test_stockholm_county_has_a_cell_in_every_area(real_data: Path) -> None:
    from stadslab.sources import areas
    from tests.sources.tables import raw

    path = real_data / "areas" / "deso2018_stockholm_county.parquet"
    city = City("county", "EPSG:32634").with_layer(*areas.read(raw(path), None))
    support = make_support("h3:8", city)
    assert make_support("areas", city).ids == tuple(city["areas"].scan("id")["id"].to_pylist())
    tree = shapely.STRtree(shapely.from_wkb(support.geometry.to_pylist()))
    outlines = shapely.from_wkb(city["areas"].scan("geometry")["geometry"].to_pylist())
    assert len(np.unique(tree.query(outlines, predicate="intersects")[0])) == 1287


NEAR = st.floats(-0.02, 0.02)


@given(st.lists(st.lists(st.tuples(NEAR, NEAR), min_size=2, max_size=5), max_size=6))
def test_points_along_streets_are_those_of_cutting_every_street(corners: list[list[tuple[float, float]]]) -> None:
    lines = np.array([shapely.LineString(c) for c in corners] + [None], object)[:-1]
    wkb = pa.chunked_array([pa.array([shapely.to_wkb(line) for line in lines], pa.binary())])
    cut = shapely.get_coordinates(shapely.segmentize(lines[shapely.length(lines) > 0], 0.005))
    found = supports._along(wkb, 0.005)
    assert {*map(tuple, cut.tolist())} <= {*map(tuple, found.tolist())}
    own = {*map(tuple, shapely.get_coordinates(lines).tolist())}
    assert {*map(tuple, found.tolist())} == {*map(tuple, cut.tolist())} | own


@given(st.lists(st.tuples(NEAR, NEAR)))
def test_each_point_once(points: list[tuple[float, float]]) -> None:
    xy = np.array(points, np.float64).reshape(-1, 2)
    np.testing.assert_array_equal(supports._distinct(xy), np.unique(xy, axis=0))


def test_how_large_a_cell_is() -> None:
    assert supports.cell_m2("square:250") == 62_500
    assert supports.cell_m2("h3:9") == pytest.approx(105_333, rel=0.001)
    assert supports.cell_m2("areas:deso") == np.inf
