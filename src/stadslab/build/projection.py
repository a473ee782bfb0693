"""Where degrees become metres: longitude and latitude at rest, a metric projection while building.

Projected coordinates are good to a few parts in ten thousand inside the projection's own zone; distances that must be
exact are stored with the layer (`length_m`). The antimeridian is not handled: a city that crosses it needs a projection
of its own and areas cut at 180 degrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyproj
import shapely
from numpy.typing import NDArray

from stadslab.build.wkb import plain_lines
from stadslab.core.errors import InputError, Problem
from stadslab.core.source import Box

LON_LAT = "OGC:CRS84"

Shapes = NDArray[np.object_]  # shapely geometries


def utm_for(where: Box | NDArray[np.float64]) -> str:
    """Which UTM zone fits this box, or these points (float64[n, 2], longitude and latitude)? Such as `EPSG:32634`.

    The widened zones of western Norway and Svalbard are not followed: any zone works there, a little less exactly.
    Raises `InputError` for nothing, for numbers that are not degrees, and near the poles.
    """
    if isinstance(where, Box):
        corners = np.array([[where.west, where.south], [where.east, where.north]], np.float64)
    else:
        corners = np.asarray(where, np.float64).reshape(-1, 2)
    if not len(corners):
        raise InputError(Problem("projection", "no coordinates to choose by", "load streets or areas first"))
    low, high = corners.min(axis=0), corners.max(axis=0)
    longitude, latitude = (low + high) / 2
    if not (np.isfinite(corners).all() and abs(longitude) <= 180 and abs(latitude) <= 84):
        seen = f"{low[0]:.6g} {low[1]:.6g} to {high[0]:.6g} {high[1]:.6g}"
        hint = "longitude and latitude in degrees, below 84"
        raise InputError(Problem("projection", f"no UTM zone for the box {seen}", hint))
    zone = min(int((longitude + 180) // 6) + 1, 60)
    return f"EPSG:{326 if latitude >= 0 else 327}{zone:02d}"


def to_metres(crs: str, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Longitude and latitude float64[n, 2] as metres east and north in the projection, float64[n, 2]."""
    return _moved(_transformer(LON_LAT, metric(crs)), lonlat, crs)


def to_lonlat(crs: str, metres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres east and north in the projection, float64[n, 2], as longitude and latitude."""
    return _moved(_transformer(metric(crs), LON_LAT), metres, crs)


def shapes_of(wkb: pa.Array | pa.ChunkedArray | Sequence[bytes | None]) -> Shapes:
    """WKB as shapely geometries, object[n]; blank stays None."""
    values = wkb if isinstance(wkb, Sequence) else wkb.to_numpy(zero_copy_only=False)
    return np.asarray(shapely.from_wkb(np.asarray(values, object)), object)


def metric_geometries(wkb: pa.Array | pa.ChunkedArray | Sequence[bytes | None], crs: str) -> Shapes:
    """WKB in longitude and latitude as shapely geometries in metres, object[n]; blank stays None."""
    plain = None if isinstance(wkb, Sequence) else plain_lines(wkb)
    if plain is not None:
        lonlat, size = plain
        lines = shapely.linestrings(to_metres(crs, lonlat), indices=np.repeat(np.arange(len(size)), size))
        return np.asarray(lines, object)
    return np.asarray(shapely.transform(shapes_of(wkb), lambda lonlat: to_metres(crs, lonlat)), object)


def reprojected(shapes: Shapes, from_crs: str, to_crs: str = LON_LAT) -> Shapes:
    """Geometries in another coordinate system, x before y in both. Coordinates that cannot be moved become infinite."""
    transformer = _transformer(from_crs, to_crs)

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    return np.asarray(shapely.transform(shapes, move), object)


def reprojected_xy(
    x: NDArray[np.float64], y: NDArray[np.float64], from_crs: str, to_crs: str = LON_LAT
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Many points in another coordinate system, x before y in both; those that cannot be moved become infinite."""
    moved = _transformer(from_crs, to_crs).transform(x, y)
    return np.ascontiguousarray(moved[0], np.float64), np.ascontiguousarray(moved[1], np.float64)


def wkb_of(shapes: Shapes) -> pa.Array:
    """Geometries as a WKB array, little endian, without z."""
    return pa.array(shapely.to_wkb(shapely.force_2d(shapes), byte_order=1), pa.binary())


@lru_cache(maxsize=64)
def metric(crs: str) -> str:
    """The projection itself when it is in metres; raises `InputError` when it is unknown or in something else."""
    try:
        system = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        raise InputError(Problem("projection", f"{crs!r} is no known coordinate system", "try EPSG:32633")) from None
    if not system.is_projected or any(axis.unit_name not in ("metre", "meter") for axis in system.axis_info[:2]):
        hint = "such as EPSG:32633 (UTM zone 33 north)"
        raise InputError(Problem("projection", f"{crs} ({system.name}) is not in metres", hint))
    return crs


def known(crs: str) -> str:
    """The coordinate system itself, metric or not; raises `InputError` when there is none of that name."""
    try:
        pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        raise InputError(Problem("crs", f"{crs!r} is no known coordinate system", "such as EPSG:3006")) from None
    return crs


@lru_cache(maxsize=64)
def _transformer(from_crs: str, to_crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(from_crs, to_crs, always_xy=True)


def _moved(transformer: pyproj.Transformer, xy: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
    xy = np.asarray(xy, np.float64).reshape(-1, 2)
    moved = np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])).astype(np.float64, copy=False)
    lost = ~np.isfinite(moved).all(axis=1) & np.isfinite(xy).all(axis=1)
    if lost.any():
        first = xy[int(np.argmax(lost))]
        what = f"{int(lost.sum())} coordinates have no place in {crs}, the first {first[0]:.6g} {first[1]:.6g}"
        raise InputError(Problem("projection", what, "check that the layer is in longitude and latitude"))
    return moved
