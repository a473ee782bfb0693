"""In which reporting unit does each of many points lie? As the library would say, point by point, but faster.

H3 cells: the answer is that of `h3.latlng_to_cell`. Areas: a point on a border counts in the unit that comes first, one
in a gap in none, as shapely's `intersects` decides. Most points are answered by a raster of borders
(`kernels.rasterize`); those too close to a border for arithmetic are asked of the library itself.

H3 cells are cut by great circles, which are drawn here as short straight pieces in longitude and latitude. How far the
two lie apart is computed for every piece, and no point within one and a half times the largest gap of a border is
decided without the library. Cells at a pole or across the antimeridian are left to the library whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from stadslab.build.projection import Shapes, shapes_of
from stadslab.core.errors import InputError, Problem
from stadslab.kernels import raster, rasterize
from stadslab.kernels.raster import NOWHERE, Raster
from stadslab.kernels.rasterize import Borders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stadslab.core.support import Support

H3_ROUNDING = 2e-9  # degrees (0.2 mm): what H3's own arithmetic may be off by, many times over
MOST_PIECES = 64  # straight pieces an edge of a cell is drawn with


@dataclass(frozen=True, slots=True, eq=False)
class UnitFinder:
    """Finds the units of points; safe to use from several threads.

    raster: over all units. ask: the exact answer, x and y float64[n] to int32[n], NOWHERE for no unit; slow. units: how
    many there are.
    """

    raster: Raster
    ask: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.int32]]
    units: int

    def find(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int32]:
        """The unit of each point, int32[n], NOWHERE (-1) for none.

        x, y: float64[n], longitude and latitude (or metres, where the finder was made for outlines in metres). Points
        that are no numbers or off the globe are in no unit.
        """
        unit, rest = raster.locate(self.raster, x, y)
        unit[rest] = self.ask(x[rest], y[rest])
        return unit


def finder_of(support: Support) -> UnitFinder:
    """A finder of the units of a support; points are given in longitude and latitude."""
    kind, _, _ = support.kind.partition(":")
    if kind == "h3":
        return finder_of_h3(support.ids)
    return finder_of_areas(shapes_of(support.geometry))


def finder_of_h3(cells: Sequence[str]) -> UnitFinder:
    """A finder of these H3 cells, all of one resolution; unit k is `cells[k]`. A point in another cell is in none.

    Raises `InputError` for what is no cell, for several resolutions and for a cell given twice.
    """
    import h3
    import h3.api.basic_int as fast

    wrong = [cell for cell in cells if not h3.is_valid_cell(cell)]
    if wrong:
        raise InputError(
            Problem("H3 cells", f"{len(wrong)} are no cells, the first {wrong[0]!r}", "such as 8908866...")
        )
    numbers = [h3.str_to_int(cell) for cell in cells]
    resolutions = sorted({fast.get_resolution(number) for number in numbers})
    unit = {number: k for k, number in enumerate(numbers)}
    if len(resolutions) > 1 or len(unit) < len(numbers):
        what = f"resolutions {resolutions}" if len(resolutions) > 1 else "a cell is given twice"
        raise InputError(Problem("H3 cells", what, "give cells of one resolution, each once"))

    def ask(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int32]:
        found = np.full(len(x), NOWHERE, np.int32)
        (on_globe,) = np.nonzero((np.abs(x) <= 180) & (np.abs(y) <= 90))
        at = zip(y[on_globe].tolist(), x[on_globe].tolist(), strict=True)
        resolution, cell_of = resolutions[0], fast.latlng_to_cell
        found[on_globe] = [unit.get(cell_of(lat, lon, resolution), NOWHERE) for lat, lon in at]
        return found

    if not numbers:
        return UnitFinder(_nothing(), _nowhere, 0)
    borders, x_scale = _h3_borders([fast.cell_to_boundary(number) for number in numbers])
    return UnitFinder(rasterize.rasterize(borders, ask, x_scale), ask, len(numbers))


def finder_of_areas(shapes: Shapes, metres: bool = False) -> UnitFinder:
    """A finder of these polygons or multipolygons, which may overlap, leave gaps, have holes or be blank.

    Unit k is `shapes[k]`. metres: the outlines, and so the points, are in metres; else in degrees. Raises `InputError`
    for other shapes and for outlines without finite coordinates.
    """
    kinds = shapely.get_type_id(shapes)
    (wrong,) = np.nonzero(~np.isin(kinds, [-1, 3, 6]))
    if len(wrong):
        what = f"{len(wrong)} are no areas, the first is number {wrong[0]}, a {shapes[wrong[0]].geom_type}"
        raise InputError(Problem("outlines", what, "give polygons or multipolygons"))
    there = shapely.force_2d(shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))])
    number = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    if not np.isfinite(shapely.get_coordinates(there)).all():
        raise InputError(Problem("outlines", "a coordinate is not a finite number", "repair the outlines first"))
    tree = shapely.STRtree(there)
    shapely.prepare(there)
    # what is prepared is made at the first question, which must not come from two threads at once
    corner = shapely.get_point(shapely.get_exterior_ring(_first(there)), 0)
    shapely.intersects_xy(there, shapely.get_x(corner), shapely.get_y(corner))

    def ask(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int32]:
        near, area = tree.query(shapely.points(x, y))  # leaves out points that are not finite
        held = shapely.intersects_xy(there[area], x[near], y[near])
        found = np.full(len(x), len(shapes), np.int32)
        np.minimum.at(found, near[held], number[area[held]].astype(np.int32))
        found[found == len(shapes)] = NOWHERE
        return found

    if not len(there):
        return UnitFinder(_nothing(), _nowhere, len(shapes))
    south, north = shapely.total_bounds(there)[[1, 3]]
    x_scale = 1.0 if metres else max(float(np.cos(np.radians(np.clip((south + north) / 2, -89, 89)))), 0.01)
    return UnitFinder(rasterize.rasterize(_area_borders(there, number), ask, x_scale), ask, len(shapes))


def _first(shapes: Shapes) -> Shapes:
    """The first polygon of each multipolygon, and polygons as they are."""
    return np.asarray(np.where(shapely.get_type_id(shapes) == 6, shapely.get_geometry(shapes, 0), shapes), object)


def _area_borders(shapes: Shapes, number: NDArray[np.int64]) -> Borders:
    parts, of_part = shapely.get_parts(shapes, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    along = ring[1:] == ring[:-1]
    area = number[of_part[of_ring[ring[1:][along]]]].astype(np.int32)
    start, end = np.ascontiguousarray(xy[:-1][along].T), np.ascontiguousarray(xy[1:][along].T)
    return Borders(start[0], start[1], end[0], end[1], area, 0.0, np.empty((0, 4)))


def _h3_borders(rings: list[tuple[tuple[float, float], ...]]) -> tuple[Borders, float]:
    """The edges of cells in pieces that are straight in longitude and latitude; and how long a degree east is."""
    length = np.array([len(ring) for ring in rings])
    start = np.array([corner for ring in rings for corner in ring], np.float64)[:, ::-1]
    cell = np.repeat(np.arange(len(rings), dtype=np.int32), length)
    after = np.arange(1, len(start) + 1)
    last = np.cumsum(length) - 1
    after[last] = last - length + 1
    end = start[after]
    scale = max(float(np.cos(np.radians((start[:, 1].min() + start[:, 1].max()) / 2))), 0.01)

    def apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.hypot((one[:, 0] - other[:, 0]) * scale, one[:, 1] - other[:, 1]))

    long = apart(start, end)
    bend = apart(_Arcs(start, end).at(0.5), (start + end) / 2)
    pieces = np.clip(np.ceil(np.sqrt(bend / np.maximum(long / 4096, H3_ROUNDING))), 1, MOST_PIECES).astype(np.int64)
    edge = np.repeat(np.arange(len(start)), pieces)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    arcs = _Arcs(start[edge], end[edge])
    one, other = start[edge], end[edge]
    begun, unfinished = step > 0, step < pieces[edge] - 1
    one[begun] = arcs.at(step / pieces[edge])[begun]
    other[unfinished] = arcs.at((step + 1) / pieces[edge])[unfinished]
    gap = np.zeros(len(edge))
    for part in (0.25, 0.5, 0.75):
        gap = np.maximum(gap, apart(arcs.at((step + part) / pieces[edge]), one + part * (other - one)))
    first = last - length + 1
    (west, south), (east, north) = np.minimum.reduceat(start, first).T, np.maximum.reduceat(start, first).T
    odd = east - west > 180
    np.logical_or.at(odd, cell[edge], gap > ((north - south) / 256)[cell[edge]])
    plain = ~odd[cell[edge]]
    margin = 1.5 * float(gap[plain].max(initial=0.0)) + H3_ROUNDING
    boxes = [box for k in np.flatnonzero(odd).tolist() for box in _boxes(start[cell == k], end[cell == k])]
    x0, y0, x1, y1 = (np.ascontiguousarray(side[plain][:, axis]) for side in (one, other) for axis in (0, 1))
    return Borders(x0, y0, x1, y1, cell[edge][plain], margin, np.array(boxes, np.float64).reshape(-1, 4)), scale


class _Arcs:
    """Great circle arcs from start to end, longitude and latitude float64[n, 2]."""

    def __init__(self, start: NDArray[np.float64], end: NDArray[np.float64]) -> None:
        self.start, self.end = _on_sphere(start), _on_sphere(end)
        chord = np.sqrt(((self.end - self.start) ** 2).sum(axis=0))
        self.angle = 2 * np.arcsin(np.minimum(chord / 2, 1.0))

    def at(self, share: float | NDArray[np.float64]) -> NDArray[np.float64]:
        """The points at these shares of the arcs, float64[n, 2]."""
        short = self.angle < 1e-9
        whole = np.where(short, 1.0, np.sin(self.angle))
        first = np.where(short, 1 - np.asarray(share), np.sin((1 - share) * self.angle) / whole)
        second = np.where(short, share, np.sin(share * self.angle) / whole)
        x, y, z = first * self.start + second * self.end
        return np.column_stack([np.degrees(np.arctan2(y, x)), np.degrees(np.arctan2(z, np.hypot(x, y)))])


def _on_sphere(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """On the unit sphere, float64[3, n]."""
    lon, lat = np.radians(lonlat).T
    level = np.cos(lat)
    return np.stack([level * np.cos(lon), level * np.sin(lon), np.sin(lat)])


def _boxes(start: NDArray[np.float64], end: NDArray[np.float64]) -> list[tuple[float, float, float, float]]:
    """Boxes that hold a cell which is no plain shape in longitude and latitude: round a pole, or across 180 degrees."""
    arcs = _Arcs(start, end)
    lonlat = np.concatenate([arcs.at(share) for share in np.linspace(0, 1, 17)])
    (west, south), (east, north) = lonlat.min(axis=0), lonlat.max(axis=0)
    spare = (north - south) / 10
    south, north = max(south - spare, -90.0), min(north + spare, 90.0)
    turn = float(np.abs(np.diff(np.unwrap(np.r_[start[:, 0], start[0, 0]], period=360)[[0, -1]]))[0])
    if turn > 180:  # once round a pole
        pole = 90.0 if lonlat[:, 1].mean() > 0 else -90.0
        return [(-180.0, min(south, pole), 180.0, max(north, pole))]
    if east - west <= 180:
        return [(west - spare, south, east + spare, north)]
    back = np.where(lonlat[:, 0] < 0, lonlat[:, 0] + 360, lonlat[:, 0])
    spare = (back.max() - back.min()) / 10
    return [(back.min() - spare, south, 180.0, north), (-180.0, south, back.max() + spare - 360, north)]


def _nothing() -> Raster:
    none = np.empty(0)
    return rasterize.rasterize(Borders(none, none, none, none, np.empty(0, np.int32), 0.0, np.empty((0, 4))), _nowhere)


def _nowhere(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int32]:  # noqa: ARG001 (as every `ask`)
    return np.full(len(x), NOWHERE, np.int32)
