"""Coordinates read from the bytes are those shapely tells."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from stadslab.build import wkb as wkb_module
from stadslab.build.wkb import _plain, bounds_of, coordinates_of, lines_of, plain_lines

number = st.floats(-180, 180, width=64)
corner = st.tuples(number, number)
point = corner.map(shapely.Point)
line = st.lists(corner, min_size=2, max_size=5).map(shapely.LineString)
other = st.sampled_from(
    [
        shapely.Point(),
        shapely.LineString(),
        shapely.LineString([(0, 0, 5), (1, 1, 6)]),
        shapely.box(0, 0, 1, 2),
        shapely.MultiPoint([(0, 0), (3, 4)]),
        None,
    ]
)


def told(shapes: list[shapely.Geometry | None]) -> tuple[np.ndarray, np.ndarray]:
    rows = np.array([*shapes, None], object)[:-1]
    return shapely.get_coordinates(rows), shapely.get_num_coordinates(rows)


@given(
    st.one_of(st.lists(point), st.lists(line), st.lists(st.one_of(point, line, other))),
    st.integers(0, 3),
    st.booleans(),
)
def test_any_mixture_says_what_shapely_says(shapes: list[shapely.Geometry | None], skip: int, large: bool) -> None:
    array = pa.array([None if s is None else shapely.to_wkb(s) for s in shapes], pa.binary())
    array = (array.cast(pa.large_binary()) if large else array)[skip:]
    for wkb in (array, pa.chunked_array([array[:2], array[2:]])):
        xy, size = coordinates_of(wkb)
        expected_xy, expected_size = told(shapes[skip:])
        np.testing.assert_array_equal(xy, expected_xy)
        np.testing.assert_array_equal(size, expected_size)
        box = shapely.total_bounds(np.array([*shapes[skip:], None], object))
        np.testing.assert_array_equal(bounds_of(wkb), box)


@pytest.mark.parametrize("shapes", [[shapely.Point(1, 2)] * 3, [shapely.LineString([(0, 1), (2, 3), (4, 5)])] * 2])
def test_plain_points_and_lines_are_read_from_the_bytes(shapes: list[shapely.Geometry]) -> None:
    plain = _plain(pa.array(shapely.to_wkb(np.array(shapes, object), byte_order=1), pa.binary()))
    assert plain is not None
    np.testing.assert_array_equal(plain[0], shapely.get_coordinates(shapes))


@pytest.mark.parametrize("how", [{"byte_order": 0}, {"flavor": "iso", "output_dimension": 3}])
def test_other_spellings_of_a_line_go_the_long_way(how: dict[str, int | str]) -> None:
    shape = shapely.LineString([(0, 1, 9), (2, 3, 9)])
    wkb = pa.array([shapely.to_wkb(shape, **how)], pa.binary())  # type: ignore[arg-type]
    assert _plain(wkb) is None
    assert coordinates_of(wkb)[0].tolist() == [[0, 1], [2, 3]]


def test_bytes_that_lie_about_their_length_are_no_geometry() -> None:
    whole = shapely.to_wkb(shapely.LineString([(0, 1), (2, 3)]), byte_order=1)
    with pytest.raises(shapely.errors.GEOSException):
        coordinates_of(pa.array([whole[:-8]], pa.binary()))


def test_only_lines_are_plain_lines() -> None:
    line, point = (shapely.to_wkb(shapely.from_wkt(t), byte_order=1) for t in ("LINESTRING (0 1, 2 3)", "POINT (5 6)"))
    plain = plain_lines(pa.chunked_array([[line], [], [line, line]], pa.binary()))
    assert plain is not None
    assert plain[1].tolist() == [2, 2, 2]
    for other in ([line, point], [point], [line, None], []):
        assert plain_lines(pa.array(other, pa.binary())) is None


@given(st.lists(line), st.integers(30, 120))
def test_lines_are_written_as_shapely_writes_them(shapes: list[shapely.LineString], most: int) -> None:
    rows = np.array([*shapes, None], object)[:-1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wkb_module, "MOST_BYTES", most)  # so that there are several arrays
        written = lines_of(shapely.get_coordinates(rows), shapely.get_num_coordinates(rows).astype(np.int64))
    written.validate(full=True)
    assert written.to_pylist() == [shapely.to_wkb(shape, byte_order=1) for shape in shapes]
