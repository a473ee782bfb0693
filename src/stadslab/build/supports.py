"""The rulers: H3 cells, squares of a metric grid, or areas with borders, laid over one city.

Cells are taken where the city is: where a street runs, a building or a person stands, and where an area has its
representative point; an area that none of these reach is filled with the cells whose centre lies in it. The same city
and specification give the same units in the same order, whatever the order of the rows.

Blind spots: outlines of H3 cells are straight in longitude and latitude; cells at the antimeridian are not cut.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from stadslab.build.homes import homes_of
from stadslab.build.projection import LON_LAT, Shapes, reprojected, shapes_of, to_lonlat, to_metres, wkb_of
from stadslab.build.wkb import coordinates_of
from stadslab.core.errors import InputError, NotFoundError, Problem
from stadslab.core.said import Said
from stadslab.core.support import Support

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.core.city import City

METRES_A_DEGREE = 111_320.0  # of latitude; a degree of longitude is shorter, so points only get closer
MOST_CELLS = 5_000_000
POSSIBLE = "h3:0 to h3:15, square:<metres>, areas, or areas:<layer>"


def make_support(spec: str, city: City) -> Support:
    """Reporting units of a kind over a city: `h3:9`, `square:250`, `areas` or `areas:<layer>`.

    Units are sorted by id. Trips start at the median home where buildings are known; else at the centre of a cell, or
    at a point on land inside an area. Raises `InputError` for another specification, for a city without anything to
    cover, and for more than five million cells; `NotFoundError` for areas the city does not have.
    """
    check_support(spec, city)
    kind, _, detail = spec.strip().partition(":")
    if kind == "areas":
        return _of_areas(spec.strip(), detail or "areas", city)
    return _of_h3(int(detail), city) if kind == "h3" else _of_squares(int(detail), city)


def check_support(spec: str, city: City) -> None:
    """Could there be such reporting units? Raises what `make_support` raises for a specification of no use."""
    kind, _, detail = spec.strip().partition(":")
    if kind == "areas":
        name = detail or "areas"
        sets = sorted(n for n, layer in city.layers.items() if layer.schema.name == "areas")
        if name not in sets:
            have = ", ".join(sets) or "none: load areas first"
            what = Said("the city has no areas called {name!r}", name=name)
            raise NotFoundError(Problem("reporting units", what, Said("it has: {have}", have=have)))
        return
    whole = int(detail) if detail.isascii() and detail.isdigit() else -1
    if not ((kind == "h3" and 0 <= whole <= 15) or (kind == "square" and 1 <= whole <= 1_000_000)):
        hint = Said("possible: {what}", what=POSSIBLE)
        raise InputError(Problem("reporting units", Said("{spec!r} is not understood", spec=spec), hint))


def cell_m2(spec: str) -> float:
    """About how large is one cell of such reporting units (that could be)? Infinite for areas."""
    import h3

    kind, _, detail = spec.strip().partition(":")
    if kind == "areas":
        return math.inf
    return float(h3.average_hexagon_area(int(detail), unit="m^2") if kind == "h3" else int(detail) ** 2)


# H3


def _of_h3(resolution: int, city: City) -> Support:
    """Cells of Uber's hexagonal hierarchy (Brodsky 2018), named by their index in hexadecimal."""
    import h3

    seen = _Evidence(city, h3.average_hexagon_edge_length(resolution, unit="m"))
    points = _distinct(seen.points)
    cells = {h3.latlng_to_cell(lat, lon, resolution) for lon, lat in points.tolist()}
    size = h3.average_hexagon_area(resolution, unit="m^2")

    def filled(shape: Any) -> list[str]:
        return list(h3.geo_to_cells(shape, resolution))

    def centres_of(ids: list[str]) -> NDArray[np.float64]:
        return np.array([h3.cell_to_latlng(c)[::-1] for c in ids], np.float64).reshape(-1, 2)

    cells |= _filling(seen, len(cells), filled, size, f"h3:{resolution}")
    ids = sorted(cells)
    rings = [h3.cell_to_boundary(c) for c in ids]
    length = np.array([len(ring) for ring in rings])
    corners = np.array([corner[::-1] for ring in rings for corner in ring], np.float64)
    outlines = _polygons(corners, length)
    return _support(f"h3:{resolution}", ids, outlines, _starts(outlines, to_metres(city.crs, centres_of(ids)), city))


# squares


def _of_squares(metres: int, city: City) -> Support:
    """Squares of the city's projection, named by their south-west corner: `sq250:E674250N6580500`."""
    seen = _Evidence(city, metres / 2)
    # whole centimetres: what was drawn along a border stays on one side of it after projection
    seen_m = np.round(to_metres(city.crs, seen.points), 2)
    corner = _distinct(np.floor(seen_m / metres))
    cells = {(int(x), int(y)) for x, y in corner.tolist()}

    def filled(shape: Any) -> list[tuple[int, int]]:
        flat = reprojected(np.array([shape], object), LON_LAT, city.crs)[0]
        west, south, east, north = (int(v) for v in np.floor(np.array(flat.bounds) / metres))
        x, y = np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1))
        inside = shapely.contains_xy(flat, (x + 0.5) * metres, (y + 0.5) * metres)
        return list(zip(x[inside].tolist(), y[inside].tolist(), strict=True))

    def centres_of(ids: list[tuple[int, int]]) -> NDArray[np.float64]:
        return to_lonlat(city.crs, (np.array(ids, np.float64).reshape(-1, 2) + 0.5) * metres)

    cells |= _filling(seen, len(cells), filled, float(metres * metres), f"square:{metres}")
    named = sorted((f"sq{metres}:E{x * metres}N{y * metres}", (x, y)) for x, y in cells)
    keys = [key for _, key in named]
    low = np.array(keys, np.float64).reshape(-1, 2)
    round_the_square = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], np.float64)
    corners = to_lonlat(city.crs, ((low[:, None, :] + round_the_square) * metres).reshape(-1, 2))
    ids = [name for name, _ in named]
    outlines = _polygons(corners, np.full(len(ids), 5))
    return _support(f"square:{metres}", ids, outlines, _starts(outlines, (low + 0.5) * metres, city))


# areas


def _of_areas(spec: str, name: str, city: City) -> Support:
    """The areas of a layer, as they are."""
    table = city[name].scan("id", "geometry")
    shapes = shapes_of(table["geometry"])
    inside = shapely.get_coordinates(shapely.point_on_surface(_land(reprojected(shapes, LON_LAT, city.crs), city)))
    return _support(spec, table["id"].to_pylist(), shapes, _starts(shapes, inside, city))


def _starts(outlines: Shapes, otherwise: NDArray[np.float64], city: City) -> NDArray[np.float64]:
    """Where trips from each unit start: its median home, or the point given (metres) where no home is known."""
    flat = reprojected(outlines, LON_LAT, city.crs)
    points = otherwise.copy()
    homes = homes_of(city)
    if len(homes):
        weight = homes.weight
        area, home = shapely.STRtree(homes.points).query(flat, predicate="intersects")
        order = np.lexsort((home, area))
        area, home = area[order], home[order]
        units, first = np.unique(area, return_index=True)
        ends = np.append(first, len(home))[1:]
        for unit, start, end in zip(units.tolist(), first.tolist(), ends.tolist(), strict=True):
            inside = home[start:end]
            points[unit] = _median_home(homes.xy[inside], weight[inside])
    return to_lonlat(city.crs, points)


def _median_home(xy: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """The home nearest to the weighted median of east and of north: half of all homes lie on either side."""
    middle = np.empty(2)
    for axis in (0, 1):
        order = np.argsort(xy[:, axis], kind="stable")
        reached = np.cumsum(weight[order])
        middle[axis] = xy[order[np.searchsorted(reached, reached[-1] / 2)], axis]
    nearest: NDArray[np.float64] = xy[int(np.argmin(np.hypot(*(xy - middle).T)))]
    return nearest


def _land(flat: Shapes, city: City) -> Shapes:
    """Areas without the city's water; as they are where nothing else would be left."""
    if "water" not in city or not city["water"].rows:
        return flat
    water = shapely.make_valid(reprojected(shapes_of(city["water"].scan("geometry")["geometry"]), LON_LAT, city.crs))
    area, lake = shapely.STRtree(water).query(flat, predicate="intersects")
    land = flat.copy()
    for a in np.unique(area).tolist():
        dry = shapely.difference(shapely.make_valid(flat[a]), shapely.union_all(water[np.sort(lake[area == a])]))
        if shapely.area(dry) > 0:
            land[a] = dry
    return land


# shared


class _Evidence:
    """Where the city is: points of streets, buildings and people, and outlines to be filled. Longitude and latitude.

    Points stand along every street no farther than `apart_m` metres apart, so that no cell a street crosses is missed
    but by a corner.
    """

    def __init__(self, city: City, apart_m: float) -> None:
        points = [np.zeros((0, 2))]
        outlines: list[Shapes] = [np.zeros(0, object)]
        if "streets" in city:
            points.append(_along(city["streets"].scan("geometry")["geometry"], apart_m / METRES_A_DEGREE))
        if "buildings" in city:
            points.append(_inside(shapes_of(city["buildings"].scan("geometry")["geometry"])))
        if "people" in city:
            own = city["people"].scan("geometry")["geometry"].combine_chunks().drop_null().unique()
            shapes = shapes_of(own)
            flat = shapely.get_dimensions(shapes) == 2
            points.append(shapely.get_coordinates(shapes[~flat]))
            outlines.append(shapes[flat])
        if "areas" in city:
            outlines.append(shapes_of(city["areas"].scan("geometry")["geometry"]))
        self.outlines: Shapes = np.concatenate(outlines)
        self.points: NDArray[np.float64] = np.concatenate([*points, _inside(self.outlines)])
        self.places: NDArray[np.float64] = np.concatenate(points)
        if not len(self.points):
            raise InputError(Problem("reporting units", "the city is empty", "load streets, areas or people first"))


def _along(wkb: pa.ChunkedArray, apart: float) -> NDArray[np.float64]:
    """Corners of lines, and points between them where they are farther than this apart, float64[k, 2]."""
    xy, size = coordinates_of(wkb)
    line = np.repeat(np.arange(len(size)), size)
    far = np.hypot(*np.diff(xy, axis=0).T) >= 0.999 * apart
    long = np.unique(line[1:][far & (line[1:] == line[:-1])])
    between = shapely.segmentize(shapes_of(wkb.take(pa.array(long))), apart)
    return np.concatenate([xy, shapely.get_coordinates(between)])


def _distinct(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each point once, float64[k, 2]; sorting pairs as complex numbers is several times faster than as rows."""
    return np.unique(np.ascontiguousarray(xy, np.float64).view(np.complex128)).view(np.float64).reshape(-1, 2)


def _inside(shapes: Shapes) -> NDArray[np.float64]:
    points: NDArray[np.float64] = shapely.get_coordinates(shapely.point_on_surface(shapes))
    return points


def _filling(seen: _Evidence, count: int, filled: Callable[[Any], list[Any]], cell_m2: float, spec: str) -> set[Any]:
    """Cells whose centre lies in an outline in which no street, building or person was seen."""
    _check_number(count, spec)
    if not len(seen.outlines):
        return set()
    touched = np.zeros(len(seen.outlines), bool)
    if len(seen.places):
        tree = shapely.STRtree(shapely.points(_distinct(seen.places)))
        touched[np.unique(tree.query(seen.outlines, predicate="intersects")[0])] = True
    bare = seen.outlines[~touched]
    _check_number(count + int(_square_metres(bare).sum() / cell_m2), spec)
    found: set[Any] = set()
    for shape in bare:
        for part in shapely.get_parts(shape):
            found.update(filled(part))
    return found


def _square_metres(shapes: Shapes) -> NDArray[np.float64]:
    """Area on the sphere, good enough to count cells: degrees scaled by the cosine of the latitude."""
    if not len(shapes):
        return np.zeros(0)
    middle = shapely.bounds(shapes)[:, [1, 3]].mean(axis=1)
    metres_per_degree = 111_195.0
    return np.asarray(shapely.area(shapes) * metres_per_degree**2 * np.cos(np.radians(middle)), np.float64)


def _check_number(count: int, spec: str) -> None:
    if count > MOST_CELLS:
        many = "{spec} would take about {count:,} cells, more than {most:,}"
        what = Said(many, spec=spec, count=count, most=MOST_CELLS)
        raise InputError(Problem("reporting units", what, Said("take larger cells, or load a smaller area")))


def _polygons(corners: NDArray[np.float64], length: NDArray[np.int64]) -> Shapes:
    rings = shapely.linearrings(corners, indices=np.repeat(np.arange(len(length)), length))
    return np.asarray(shapely.polygons(rings), object)


def _support(kind: str, ids: list[str], shapes: Shapes, points: NDArray[np.float64]) -> Support:
    wkb = wkb_of(shapes) if len(ids) else pa.array([], pa.binary())
    return Support(kind, tuple(ids), wkb, np.ascontiguousarray(points, np.float64))
