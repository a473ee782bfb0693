"""Points are in the units that h3 and shapely put them in, one by one."""

from __future__ import annotations

import h3
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from stadslab.build.pointunits import finder_of, finder_of_areas, finder_of_h3
from stadslab.core.errors import InputError
from stadslab.kernels import raster
from stadslab.testing.gridcity import grid_support

PLACES = {
    "Stockholm": (59.33, 18.07),
    "the equator": (0.1, 0.1),
    "Sydney": (-33.9, 151.2),
    "the antimeridian": (52.0, 179.999),
    "Fiji": (-17.0, 180.0),
    "the north pole": (89.99, 10.0),
    "the south pole": (-89.9, 0.0),
    "Svalbard": (78.2, 15.6),
}


def as_h3_says(cells, x, y):
    unit = {cell: number for number, cell in enumerate(cells)}
    resolution = h3.get_resolution(cells[0])
    said = (h3.latlng_to_cell(lat, lon, resolution) for lon, lat in zip(x.tolist(), y.tolist(), strict=True))
    return np.array([unit.get(cell, -1) for cell in said], np.int32)


def near_borders(start, end, rng, count, scale=1.0):
    """Points at corners, along edges, and off them by anything from next to nothing to an edge's length."""
    k = rng.integers(0, len(start), count)
    along = start[k] + rng.random((count, 1)) * (end[k] - start[k])
    length = np.median(np.hypot(*(end - start).T))
    points = [
        base + rng.normal(0, size, (count, 2)) / [scale, 1]
        for base in (start[k], along)
        for size in (0, 1e-13, 1e-9, 1e-8, 1e-6, length * 1e-3, length * 0.03, length)
    ]
    return np.ascontiguousarray(np.concatenate(points).T)


def check_h3(cells, seed, count=60):
    cells = sorted(cells)
    rings = [h3.cell_to_boundary(cell) for cell in cells]
    start = np.array([corner[::-1] for ring in rings for corner in ring])
    end = np.array([corner[::-1] for ring in rings for corner in (*ring[1:], ring[0])])
    scale = max(np.cos(np.radians(start[:, 1].mean())), 0.01)
    x, y = near_borders(start, end, np.random.default_rng(seed), count, scale)
    there = (np.abs(x) <= 180) & (np.abs(y) <= 90)
    x, y = x[there], y[there]
    assert np.array_equal(finder_of_h3(cells).find(x, y), as_h3_says(cells, x, y))


@pytest.mark.parametrize("resolution", [0, 1, 4, 5, 8, 9, 12, 15])
@pytest.mark.parametrize("place", PLACES)
def test_h3_cells_anywhere(place, resolution):
    centre = h3.latlng_to_cell(*PLACES[place], resolution)
    check_h3(h3.grid_disk(centre, 2 if resolution < 2 else 4), resolution)


@pytest.mark.parametrize("resolution", [0, 1, 2, 3, 6, 9, 15])
def test_pentagons_and_where_faces_of_the_icosahedron_meet(resolution):
    for number, pentagon in enumerate(h3.get_pentagons(resolution)[::4]):
        check_h3(h3.grid_disk(pentagon, 1 if resolution == 0 else 2), number)


@settings(max_examples=25)
@given(st.floats(-90, 90), st.floats(-180, 180), st.integers(0, 15), st.integers(0, 3))
def test_h3_cells_at_random(latitude, longitude, resolution, rings):
    check_h3(h3.grid_disk(h3.latlng_to_cell(latitude, longitude, resolution), rings if resolution else 1), 1, 30)


def test_a_whole_city_of_cells_hardly_asks_the_library():
    cells = sorted(h3.grid_disk(h3.latlng_to_cell(59.33, 18.07, 9), 40))
    finder = finder_of_h3(cells)
    rng = np.random.default_rng(3)
    x, y = rng.uniform(17.9, 18.3, 20_000), rng.uniform(59.25, 59.4, 20_000)
    assert np.array_equal(finder.find(x, y), as_h3_says(cells, x, y))
    assert len(raster.locate(finder.raster, x, y)[1]) < 60


def test_cells_with_gaps_between_them():
    cells = sorted(h3.grid_disk(h3.latlng_to_cell(59.33, 18.07, 9), 12))[::3]
    x, y = np.random.default_rng(4).uniform([[18.03], [59.31]], [[18.11], [59.35]], (2, 5_000))
    assert np.array_equal(finder_of_h3(cells).find(x, y), as_h3_says(cells, x, y))


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["nonsense"], "1 are no cells, the first 'nonsense'"),
        (["89088663617ffff", "8908866361bffff", "8808866361fffff"], "resolutions"),
        (["8908866361bffff", "8908866361bffff"], "a cell is given twice"),
    ],
)
def test_what_are_no_cells(cells, why):
    with pytest.raises(InputError, match=why):
        finder_of_h3(cells)


def as_shapely_says(shapes, x, y):
    point, area = shapely.STRtree(shapes).query(shapely.points(x, y), predicate="intersects")
    found = np.full(len(x), len(shapes))
    np.minimum.at(found, point, area)
    return np.where(found == len(shapes), -1, found)


def check_areas(shapes, seed=0, count=300, metres=False):
    shapes = np.asarray(shapes, object)
    rings = shapely.get_rings(shapely.get_parts(shapes))
    lines = [shapely.get_coordinates(ring) for ring in rings]
    start, end = np.concatenate([c[:-1] for c in lines]), np.concatenate([c[1:] for c in lines])
    x, y = near_borders(start, end, np.random.default_rng(seed), count)
    assert np.array_equal(finder_of_areas(shapes, metres).find(x, y), as_shapely_says(shapes, x, y))


def test_areas_that_overlap_with_holes_and_in_parts():
    rng = np.random.default_rng(6)
    blobs = shapely.buffer(shapely.points(rng.random((80, 2))), rng.uniform(0.01, 0.2, 80))
    holed = shapely.difference(blobs, shapely.buffer(shapely.points(rng.random((80, 2))), 0.08))
    check_areas(holed[~shapely.is_empty(holed)])
    check_areas([shapely.union_all(holed[k : k + 3]) for k in range(0, 40, 3)])


def test_areas_that_share_borders_in_degrees_and_in_metres():
    points = shapely.multipoints(np.random.default_rng(7).random((200, 2)))
    cells = np.array(shapely.voronoi_polygons(points).geoms)
    check_areas(cells)
    check_areas(shapely.transform(cells, lambda xy: 674_000 + 5_000 * xy), metres=True)
    # the other one's corners lie in the middle of a border
    check_areas([shapely.box(0, 0, 1, 2), shapely.box(1, 0.3, 2, 0.7), shapely.box(1, 0.7, 2, 1.9)])


def test_blank_and_empty_outlines_hold_nothing():
    shapes = np.array([None, shapely.Polygon(), shapely.box(0, 0, 1, 1)], object)
    x, y = np.array([0.5, 1.0, 1.1]), np.array([0.5, 1.0, 1.0])
    assert finder_of_areas(shapes).find(x, y).tolist() == [2, 2, -1]
    part = shapely.from_wkt(["MULTIPOLYGON (EMPTY, ((0 0, 1 0, 1 1, 0 0)))"])
    assert finder_of_areas(part).find(x, y).tolist() == [0, 0, -1]
    assert finder_of_areas(shapes[:2]).find(x, y).tolist() == [-1, -1, -1]
    assert finder_of_h3([]).find(x, y).tolist() == [-1, -1, -1]
    assert finder_of_areas(shapes).find(x[:0], y[:0]).tolist() == []


def test_what_are_no_areas():
    with pytest.raises(InputError, match="1 are no areas, the first is number 1, a LineString"):
        finder_of_areas(np.array([shapely.box(0, 0, 1, 1), shapely.LineString([(0, 0), (1, 1)])], object))
    with pytest.raises(InputError, match="not a finite number"):
        finder_of_areas(np.array([shapely.Polygon([(0, 0), (1, 0), (np.inf, 1)])], object))


def test_off_the_globe_and_no_numbers():
    cells = sorted(h3.grid_disk(h3.latlng_to_cell(0.0, 180.0, 5), 3))
    x, y = np.array([180.0, -180.0, 180.01, np.nan, 0.0, np.inf]), np.array([0.0, 0.0, 0.0, 0.0, 90.5, 0.0])
    found = finder_of_h3(cells).find(x, y)
    assert found[0] == found[1] == as_h3_says(cells, x[:1], y[:1])[0]
    assert found[2:].tolist() == [-1] * 4


def test_units_of_a_support():
    support = grid_support(4)
    shapes = shapely.from_wkb(np.asarray(support.geometry.to_pylist(), object))
    inside = shapely.get_coordinates(shapely.point_on_surface(shapes)).T.copy()
    assert finder_of(support).find(*inside).tolist() == list(range(len(support)))
