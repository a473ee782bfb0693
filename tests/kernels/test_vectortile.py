"""Shapes as the bytes of a vector tile, against the specification read slowly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadslab.kernels import vectortile as vt
from stadslab.testing import oracles_tiles

ONE = np.array([0])


def _shapes(kind, *parts, outer=None):
    """One feature of these parts, in steps of the grid of the tile 0/0/0."""
    corners = np.array([c for part in parts for c in part], float).reshape(-1, 2) / vt.EXTENT
    ends = np.cumsum([0, *(len(part) for part in parts)])
    flags = np.ones(len(parts), np.uint8) if outer is None else np.array(outer, np.uint8)
    return vt.shapes(kind, corners[:, 0], corners[:, 1], ends, flags, np.array([0, len(parts)]))


def _said(kind, *parts, outer=None, margin=0, **how):
    window = vt.window(0, 0, 0, margin=margin)
    content, _ = vt.geometries(_shapes(kind, *parts, outer=outer), ONE, window, **how)
    return oracles_tiles.geometry(content.tobytes())


def test_the_examples_of_the_specification():
    def content(kind, *parts, outer=None):
        return vt.geometries(_shapes(kind, *parts, outer=outer), ONE, vt.window(0, 0, 0, margin=0))[0].tolist()

    assert content(vt.POINTS, [(25, 17)]) == [9, 50, 34]
    assert content(vt.POINTS, [(5, 7), (3, 2)]) == [17, 10, 14, 3, 9]
    assert content(vt.LINES, [(2, 2), (2, 10), (10, 10)]) == [9, 4, 4, 18, 0, 16, 16, 0]
    assert content(vt.LINES, [(2, 2), (2, 10), (10, 10)], [(1, 1), (3, 5)]) == [
        9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8,
    ]  # fmt: skip
    assert content(vt.POLYGONS, [(3, 6), (8, 12), (20, 34)]) == [9, 6, 12, 18, 10, 12, 24, 44, 15]
    assert content(
        vt.POLYGONS,
        [(0, 0), (10, 0), (10, 10), (0, 10)],
        [(11, 11), (20, 11), (20, 20), (11, 20)],
        [(13, 13), (13, 17), (17, 17), (17, 13)],
        outer=[1, 1, 0],
    ) == [
        9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15,
        9, 22, 2, 26, 18, 0, 0, 18, 17, 0, 15,
        9, 4, 13, 26, 0, 8, 8, 0, 0, 7, 15,
    ]  # fmt: skip


@pytest.mark.parametrize("turn", [1, -1])
def test_rings_are_wound_as_asked_whichever_way_they_came(turn):
    outside, hole = [(0, 0), (90, 0), (90, 90), (0, 90)][::turn], [(9, 9), (9, 20), (20, 20)][::turn]
    said = _said(vt.POLYGONS, outside, hole, outer=[1, 0])
    rings = [[*said[i][1], *said[i + 1][1]] for i in (0, 3)]
    for ring, sign in zip(rings, (1, -1), strict=True):
        x, y = np.array(ring).T
        assert np.sign((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) == sign


def test_without_its_ring_a_hole_is_not_drawn():
    thin, hole = [(0, 0), (9, 0), (9, 0.2), (0, 0.2)], [(1, 1), (1, 5), (5, 5)]
    assert _said(vt.POLYGONS, thin, hole, outer=[1, 0]) == []
    drawn = _said(vt.POLYGONS, thin, hole, [(50, 50), (60, 50), (60, 60)], outer=[1, 0, 1])
    assert [name for name, _ in drawn] == ["move", "line", "close"]


def test_what_has_no_length_or_area_is_left_out():
    assert _said(vt.LINES, [(1, 1), (1.2, 1.1)], [(3, 3)], []) == []
    assert _said(vt.POLYGONS, [(1, 1), (5, 5), (9, 9)], [(1, 1)], []) == []
    assert _said(vt.POLYGONS, [(0, 0), (4, 0), (4, 4), (0, 4)], least_area=16.1) == []
    assert _said(vt.POLYGONS, [(0, 0), (4, 0), (4, 4), (0, 4)], least_area=15.9) != []


def test_a_line_that_leaves_and_comes_back_is_two():
    said = _said(vt.LINES, [(10, 10), (10, -50), (30, -50), (30, 10)])
    assert said == [("move", [(10, 10)]), ("line", [(10, 0)]), ("move", [(30, 0)]), ("line", [(30, 10)])]


def test_a_line_across_a_corner_or_outside():
    assert _said(vt.LINES, [(-10, 20), (20, -10)]) == [("move", [(0, 10)]), ("line", [(10, 0)])]
    assert _said(vt.LINES, [(-10, 5), (5, -10)]) == []
    assert _said(vt.LINES, [(-5, -5), (-5, 5000), (5000, 5000)]) == []


def test_an_area_is_cut_at_the_margin_and_one_around_the_tile_fills_it():
    said = _said(vt.POLYGONS, [(-9000, -9000), (9000, -9000), (9000, 9000), (-9000, 9000)], margin=64)
    corners = {*said[0][1], *said[1][1]}
    assert corners == {(-64, -64), (4160, -64), (4160, 4160), (-64, 4160)}


def test_points_outside_are_left_out():
    assert _said(vt.POINTS, [(-1, 5), (5, 5), (5, 4097)]) == [("move", [(5, 5)])]
    assert _said(vt.POINTS, [(-1, 5)]) == []


corners = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=12)


@settings(max_examples=100, deadline=None)
@given(corners, st.booleans())
def test_weights_are_the_twins(points, closed):
    x, y = np.array(points, float).T / 64
    kind = vt.POLYGONS if closed else vt.LINES
    given_ = vt.shapes(kind, x, y, np.array([0, len(x)]), np.ones(1, np.uint8), np.array([0, 1]))
    np.testing.assert_allclose(np.sort(given_.weight), np.sort(oracles_tiles.weights(x, y, closed)), atol=1e-12)


def test_a_tolerance_leaves_out_what_moves_the_line_by_less():
    points = [(0, 0), (100, 3), (200, 0), (300, 30), (400, 0)]
    assert len(_said(vt.LINES, points, tolerance=4.0)[1][1]) == 3
    assert len(_said(vt.LINES, points, tolerance=2.0)[1][1]) == 4
    assert len(_said(vt.LINES, points, tolerance=50.0)[1][1]) == 1


def test_features_without_geometry_are_not_told():
    ids, tags = np.array([5, 6]), np.array([[0, -1], [1, 300]], np.int32)
    told = vt.features(vt.POINTS, np.array([9, 2, 2], np.uint8), np.array([0, 3]), ids, tags).tolist()
    assert told == [0x12, 2 + 2 + 5 + 2 + 2 + 3, 0x08, 6, 0x12, 5, 0, 1, 1, 172, 2, 0x18, 1, 0x22, 3, 9, 2, 2]


def test_arrays_that_do_not_fit_are_refused():
    x, ends, flags, whole = np.zeros(3), np.array([0, 3]), np.ones(1, np.uint8), np.array([0, 1])
    for wrong in ((x[:2], ends, flags, whole), (x * np.nan, ends, flags, whole), (x, ends[:1], flags, whole),
                  (x, ends, np.ones(2, np.uint8), whole), (x, ends, flags, np.array([0, 2]))):  # fmt: skip
        with pytest.raises(ValueError, match=r".+"):
            vt.shapes(vt.LINES, wrong[0], x, *wrong[1:])
    made = vt.shapes(vt.LINES, x, x, ends, flags, whole)
    with pytest.raises(ValueError, match="chosen"):
        vt.geometries(made, np.array([1]), vt.window(0, 0, 0, margin=0))
    with pytest.raises(ValueError, match="as many"):
        vt.features(vt.LINES, np.zeros(1, np.uint8), np.array([1]), np.array([1, 2]), np.zeros((1, 0), np.int32))


def test_many_crossings_have_room():
    n = 3000
    x = np.where(np.arange(n) % 2, -9000.0, 9000.0)
    points = list(zip(x.tolist(), np.linspace(-8000, 8000, n).tolist(), strict=True))
    for kind in (vt.LINES, vt.POLYGONS):
        assert _said(kind, points, margin=64)
