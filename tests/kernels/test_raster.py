"""Points found in a raster are where exact arithmetic has them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadslab.kernels import raster, rasterize, tally
from stadslab.kernels.raster import ASK, NOWHERE
from stadslab.testing import oracles_points
from tests.kernels.test_jit import run

INT_MIN = -(2**63)


def borders(areas, margin=0.0, boxes=()):
    """The rings of these areas as pieces."""
    pieces = [
        (*a, *b, number)
        for number, area in enumerate(areas)
        for ring in area
        for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)
    ]
    columns = np.array(pieces, np.float64).reshape(-1, 5).T.copy()
    return rasterize.Borders(*columns[:4], columns[4].astype(np.int32), margin, np.array(boxes, float).reshape(-1, 4))


def asking(areas):
    """Exact, and slow."""

    def ask(x, y):
        points = zip(x.tolist(), y.tolist(), strict=True)
        return np.array([oracles_points.area_of(areas, *point) for point in points], np.int32)

    return ask


def found(areas, x, y, ask=None, **how):
    """Where the raster has the points, those left over asked; and how many those were."""
    ask = ask or asking(areas)
    made = rasterize.rasterize(borders(areas), ask, **how)
    area, rest = raster.locate(made, x, y)
    assert np.array_equal(np.flatnonzero(area == ASK), rest)
    area[rest] = ask(x[rest], y[rest])
    return area, len(rest)


corner = st.tuples(st.integers(0, 5), st.integers(0, 5)).map(lambda p: (float(p[0]), float(p[1])))
ring = st.lists(corner, min_size=3, max_size=7)  # crossing itself, touching itself, or nothing but a line
area = st.lists(ring, min_size=1, max_size=2)
steps = st.sampled_from([0.0, 1e-12, -1e-12, 1e-7, -1e-7, 1e-3, -1e-3, 0.02, 0.3])
point = st.tuples(st.integers(-1, 12), st.integers(-1, 12), steps, steps).map(
    lambda p: (p[0] / 2 + p[2], p[1] / 2 + p[3])
)


@settings(max_examples=40)
@given(st.lists(area, min_size=1, max_size=5), st.lists(point, min_size=1, max_size=60), st.sampled_from([16, 900]))
def test_every_point_is_where_fractions_have_it(areas, points, pixels):
    x, y = np.array(points).T.copy()
    expected = asking(areas)(x, y)
    assert np.array_equal(found(areas, x, y, pixels=pixels)[0], expected)


@settings(max_examples=20)
@given(
    st.lists(area, min_size=1, max_size=4),
    st.sampled_from([(1e6, 6.5e6, 300.0), (18.0, 59.0, 1e-3), (-1e-3, 0.0, 1e-7)]),
)
def test_wherever_the_areas_lie_and_however_large_they_are(areas, frame):
    east, north, size = frame
    moved = [[[(east + u * size, north + v * size) for u, v in ring] for ring in area] for area in areas]
    rng = np.random.default_rng(3)
    x, y = (at + size * rng.uniform(-0.5, 5.5, 200) for at in (east, north))
    assert np.array_equal(found(moved, x, y, pixels=900)[0], asking(moved)(x, y))


def squares(n):
    """A chessboard of areas that share their borders."""
    return [[[(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]] for j in range(n) for i in range(n)]


def on_squares(n):
    """Exact for a chessboard, and fast."""

    def ask(x, y):
        on = (x >= 0) & (x <= n) & (y >= 0) & (y <= n)
        lower = np.maximum(np.ceil(np.stack([x, y])) - 1, 0)
        return np.where(on, lower[1] * n + lower[0], NOWHERE).astype(np.int32)

    return ask


def test_hardly_any_point_has_to_be_asked():
    rng = np.random.default_rng(1)
    x, y = rng.uniform(-1, 21, (2, 20_000))
    area, asked = found(squares(20), x, y, on_squares(20))
    assert np.array_equal(area, on_squares(20)(x, y))
    assert asked < 20


def test_a_point_on_a_border_is_in_the_first_of_its_areas():
    areas = squares(3)
    x = np.array([1.0, 1.0, 2.0, 0.5, 3.0, 3.0])
    y = np.array([0.5, 1.0, 2.0, 1.0, 3.0, 0.0])
    assert found(areas, x, y)[0].tolist() == [0, 0, 4, 0, 8, 2]


def test_the_first_of_areas_that_overlap_and_what_a_hole_shows():
    big = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]
    hole = [(4.0, 4.0), (6.0, 4.0), (6.0, 6.0), (4.0, 6.0)]
    areas = [[[(1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 2.0)]], [big, hole], [hole[::-1]], [big]]
    x = np.array([1.5, 5.0, 4.0, 9.0, 2.0, 11.0])
    y = np.array([1.5, 5.0, 5.0, 9.0, 1.5, 5.0])
    assert found(areas, x, y)[0].tolist() == [0, 2, 1, 1, 0, NOWHERE]


def test_slivers_thinner_than_a_pixel_are_not_lost():
    thin = 1e-5
    areas = [
        [[(0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (0.0, 0.5)]],
        [[(0.0, 0.5 + thin), (1.0, 0.5 + thin), (1.0, 1.0), (0.0, 1.0)]],
        [[(0.0, 0.5), (1.0, 0.5), (1.0, 0.5 + thin / 2), (0.0, 0.5 + thin / 2)]],
    ]
    y = 0.5 + thin * np.array([-0.1, 0.0, 0.1, 0.5, 0.7, 1.0, 1.1])
    assert found(areas, np.full(len(y), 0.3), y, pixels=400)[0].tolist() == [0, 0, 2, 2, NOWHERE, 1, 1]


def test_what_is_no_point_is_nowhere():
    x = np.array([np.nan, 0.5, np.inf, -np.inf, 1e300, 0.5])
    y = np.array([0.5, np.nan, 0.5, 0.5, 0.5, 0.5])
    assert found(squares(2), x, y)[0].tolist() == [NOWHERE] * 5 + [0]


def test_no_areas_and_no_points():
    nothing = np.empty(0)
    assert found([], np.array([0.0, 1.0]), np.array([0.0, 1.0]))[0].tolist() == [NOWHERE, NOWHERE]
    assert found(squares(2), nothing, nothing)[0].tolist() == []


def test_areas_without_a_surface():
    areas = [[[(1.0, 1.0), (1.0, 1.0), (1.0, 1.0)]], [[(0.0, 0.0), (2.0, 2.0), (0.0, 0.0)]]]
    x, y = np.array([1.0, 0.5, 0.5, 2.0]), np.array([1.0, 0.5, 0.6, 2.0])
    assert found(areas, x, y)[0].tolist() == [0, 1, NOWHERE, 1]


def test_more_areas_than_sixteen_bits_name():
    n = 300  # 90,000 areas
    x, y = np.random.default_rng(2).uniform(0, n, (2, 5_000))
    area, _ = found(squares(n), x, y, on_squares(n), pixels=1 << 20)
    assert np.array_equal(area, on_squares(n)(x, y))
    assert area.max() > 65_535


def test_a_raster_that_may_not_grow_asks_more_and_is_right(monkeypatch):
    monkeypatch.setattr(rasterize, "BLOCKS", 10)
    x, y = np.random.default_rng(4).uniform(-1, 7, (2, 2_000))
    area, asked = found(squares(6), x, y, on_squares(6), pixels=100)
    assert np.array_equal(area, asking(squares(6))(x, y))
    assert asked > 200


def test_boxes_are_left_to_be_asked():
    made = rasterize.rasterize(borders(squares(4), boxes=[(0.0, 0.0, 1.5, 4.0)]), on_squares(4))
    x = np.array([0.5, 1.4, 3.5])
    assert raster.locate(made, x, np.full(3, 2.5))[0].tolist() == [ASK, ASK, 11]


def test_a_margin_keeps_away_from_borders():
    made = rasterize.rasterize(borders(squares(2), margin=0.01), on_squares(2))
    x = 1 + np.array([-0.02, -0.009, 0.009, 0.02])
    assert raster.locate(made, x, np.full(4, 0.5))[0].tolist() == [0, ASK, ASK, 1]


def test_columns_that_do_not_fit_are_refused():
    made = rasterize.rasterize(borders(squares(2)), on_squares(2))
    with pytest.raises(TypeError, match="x: a numpy array of float64, one axis; got float32"):
        raster.locate(made, np.zeros(1, np.float32), np.zeros(1))
    with pytest.raises(ValueError, match="equally long; got x 1, y 2"):
        raster.locate(made, np.zeros(1), np.zeros(2))
    ends = borders(squares(1))
    with pytest.raises(ValueError, match="finite"):
        rasterize.rasterize(rasterize.Borders(*[np.full(1, np.nan)] * 4, ends.area[:1], 0.0, ends.boxes), asking([]))
    with pytest.raises(ValueError, match="area: no value under 0"):
        rasterize.rasterize(
            rasterize.Borders(ends.x0, ends.y0, ends.x1, ends.y1, ends.area - 1, 0.0, ends.boxes), asking([])
        )


@given(
    st.lists(st.tuples(st.integers(-2, 3), st.one_of(st.integers(-40, 140), st.integers(INT_MIN, -INT_MIN - 1)))),
    st.integers(-20, 20),
    st.integers(1, 30),
    st.lists(st.integers(-1, 4), min_size=1, max_size=6),
)
def test_points_are_tallied_as_one_by_one(points, start, step, bins):
    where, when = np.array([p[0] for p in points], np.int32), np.array([p[1] for p in points], np.int64)
    cells, cell = np.zeros(4 * 5, np.uint32), np.empty(len(points), np.int64)
    far = np.abs(when.astype(float)) > 2**62  # start is subtracted in 64 bits
    when[far] = 2**62
    counts = tally.tally_by_time(where, when, start, step, np.array(bins, np.int32), 5, cells, cell)
    expected, *rest = oracles_points.tallied(where.tolist(), when.tolist(), start, step, bins)
    assert list(counts) == rest
    assert {divmod(k, 5): cells[k] for k in np.flatnonzero(cells)} == dict(expected)
    sums = np.zeros(4 * 5, np.int64)
    tally.add_up(cell, np.arange(len(points)), sums)
    assert sums.sum() == sum(k for k, c in enumerate(cell) if c >= 0)


def test_tables_that_do_not_fit_are_refused():
    one, cells = np.zeros(1, np.int32), np.zeros(2, np.uint32)
    with pytest.raises(ValueError, match="every number under 2; got 2"):
        tally.tally(one + np.int32(2), cells)
    with pytest.raises(ValueError, match="every number under 1; got 1"):
        tally.tally_by_time(one, np.zeros(1, np.int64), 0, 1, one + np.int32(1), 1, cells, np.zeros(1, np.int64))
    with pytest.raises(ValueError, match="equally long; got 1, 2, 1"):
        tally.tally_by_time(one, np.zeros(2, np.int64), 0, 1, one, 1, cells, np.zeros(1, np.int64))
    with pytest.raises(ValueError, match="at least one slot"):
        tally.tally_by_time(one, np.zeros(1, np.int64), 0, 1, one[:0], 1, cells, np.zeros(1, np.int64))
    with pytest.raises(ValueError, match="equally long; got 1, 2"):
        tally.add_up(one, np.zeros(2, np.int64), np.zeros(2, np.int64))
    made = rasterize.rasterize(borders(squares(1)), on_squares(1))
    with pytest.raises(ValueError, match="rest one longer; got 2, 2, 2, 2"):
        raster.find(made, np.zeros(2), np.zeros(2), np.zeros(2, np.int32), np.zeros(2, np.int64))


def test_points_are_tallied_without_time():
    cells = np.zeros(3, np.uint32)
    assert tally.tally(np.array([2, -1, 0, 2, -2], np.int32), cells) == 3
    assert cells.tolist() == [1, 0, 2]


def test_all_this_runs_with_the_compiler_off():
    code = """
import numpy as np
from stadslab.kernels import raster, rasterize, tally
ends = np.array([[0, 0, 4, 0], [4, 0, 4, 4], [4, 4, 0, 0]], float).T.copy()
ask = lambda x, y: np.where((y <= x) & (x <= 4) & (y >= 0), 0, -1).astype(np.int32)
made = rasterize.rasterize(rasterize.Borders(*ends, np.zeros(3, np.int32), 0.0, np.empty((0, 4))), ask, pixels=100)
x, y = np.array([3.0, 1.0, 9.0, np.nan, 2.0]), np.array([1.0, 3.0, 9.0, 0.0, 2.0])
area, rest = raster.locate(made, x, y)
cells, cell = np.zeros(2, np.uint32), np.empty(5, np.int64)
counts = tally.tally_by_time(area, np.arange(5), 0, 1, np.array([1], np.int32), 2, cells, cell)
print(area.tolist(), rest.tolist(), counts, cells.tolist(), hasattr(raster._find, "signatures"))
"""
    from pathlib import Path

    import stadslab.kernels

    source = Path(stadslab.kernels.__file__).parents[2]
    expected = "[0, -1, -1, -1, -2] [4] (1, 1) [0, 1]"
    assert run(code, source, NUMBA_DISABLE_JIT="1") == f"{expected} False"
    assert run(code, source) == f"{expected} True"


def test_what_is_counted_adds_up():
    x, y = np.random.default_rng(5).uniform(-1, 5, (2, 3_000))
    area, _ = found(squares(4), x, y, on_squares(4))
    cells = np.zeros(16, np.uint32)
    inside = tally.tally(area, cells)
    assert inside + Counter(area.tolist())[NOWHERE] == len(x)
    assert cells.sum() == inside
