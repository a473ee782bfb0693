"""Coordinates straight from WKB, without a geometry object for each row.

A city's streets are millions of short lines; most questions about them (which box holds them, where are they in metres)
need their corners only. Plain points and lines are read in one piece from the bytes; everything else goes through
shapely, with the same answers.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

LITTLE_ENDIAN, POINT, LINE = 1, 1, 2
HEAD = {POINT: 5, LINE: 9}  # bytes before the first coordinate
CORNER = 16  # bytes
MOST_BYTES = 1 << 30  # of an array; Arrow's borders are int32

Wkb: TypeAlias = "pa.Array | pa.ChunkedArray"


def coordinates_of(wkb: Wkb) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Which corners have these geometries? All of them in order, float64[k, 2], and how many each has, int64[n].

    Blank and empty geometries have none; heights are left out. Raises `shapely.errors.GEOSException` for bytes that are
    no geometry.
    """
    return _joined([_plain(part) or _by_shapely(part) for part in _parts(wkb)])


def plain_lines(wkb: Wkb) -> tuple[NDArray[np.float64], NDArray[np.int64]] | None:
    """The same where all are lines, flat, little endian and not empty; None where any is something else."""
    parts = [_plain(part, LINE) for part in _parts(wkb)]
    known = [part for part in parts if part is not None]
    return _joined(known) if parts and len(known) == len(parts) else None


def bounds_of(wkb: Wkb) -> NDArray[np.float64]:
    """The box around these geometries, float64[4]: west, south, east, north; NaN where there is nothing."""
    xy, _ = coordinates_of(wkb)
    xy = xy[~np.isnan(xy).any(axis=1)]
    return np.concatenate([xy.min(axis=0), xy.max(axis=0)]) if len(xy) else np.full(4, np.nan)


Corners: TypeAlias = "tuple[NDArray[np.float64], NDArray[np.int64]]"


def lines_of(xy: NDArray[np.float64], size: NDArray[np.int64]) -> pa.ChunkedArray:
    """Lines as WKB, little endian: corners float64[k, 2] one line after the other, int64[n] of them in each."""
    parts = []
    first = np.concatenate([[0], np.cumsum(size)])
    part = np.cumsum(HEAD[LINE] + CORNER * size) // MOST_BYTES
    for low, high in pairwise([*np.flatnonzero(np.diff(part, prepend=-1)).tolist(), len(size)]):
        parts.append(_written(xy[first[low] : first[high]], size[low:high]))
    return pa.chunked_array(parts, pa.binary())


def _written(xy: NDArray[np.float64], size: NDArray[np.int64]) -> pa.Array:
    borders = np.zeros(len(size) + 1, np.int32)
    np.cumsum(HEAD[LINE] + CORNER * size, out=borders[1:])
    start = borders[:-1].astype(np.int64)
    head = np.tile(np.array([LITTLE_ENDIAN, LINE, 0, 0, 0, 0, 0, 0, 0], np.uint8), (len(size), 1))
    head[:, 5:] = size.astype("<u4")[:, None].view(np.uint8)
    content, corners = np.empty(int(borders[-1]), np.uint8), np.ones(int(borders[-1]), bool)
    for byte in range(HEAD[LINE]):
        content[start + byte] = head[:, byte]
        corners[start + byte] = False
    content[corners] = np.ascontiguousarray(xy, "<f8").view(np.uint8).ravel()
    return pa.Array.from_buffers(pa.binary(), len(size), [None, pa.py_buffer(borders), pa.py_buffer(content)])


def _parts(wkb: Wkb) -> list[pa.Array]:
    return [part for part in (wkb.chunks if isinstance(wkb, pa.ChunkedArray) else [wkb]) if len(part)]


def _joined(parts: list[Corners]) -> Corners:
    none: list[Corners] = [(np.zeros((0, 2)), np.zeros(0, np.int64))]
    xy, size = zip(*(parts or none), strict=True)
    return np.concatenate(xy), np.concatenate(size)


def _by_shapely(wkb: pa.Array) -> Corners:
    shapes = shapely.from_wkb(wkb.to_numpy(zero_copy_only=False))
    return shapely.get_coordinates(shapes), shapely.get_num_coordinates(shapes).astype(np.int64)


def _plain(wkb: pa.Array, wanted: int | None = None) -> Corners | None:
    """Corners of nothing but points, or nothing but lines, flat, little endian and not empty; None for all else."""
    kind = np.int64 if pa.types.is_large_binary(wkb.type) else np.int32
    _, borders, data = wkb.buffers()
    if wkb.null_count or data is None:
        return None
    at = np.frombuffer(borders, kind)[wkb.offset : wkb.offset + len(wkb) + 1].astype(np.int64)
    content = np.frombuffer(data, np.uint8)[at[0] : at[-1]]
    start, length = at[:-1] - at[0], np.diff(at)
    if length.min() < HEAD[POINT] + CORNER:
        return None
    sort = int(content[start[0] + 1])
    if sort not in HEAD or (wanted or sort) != sort:
        return None
    if (_bytes(content, start, 0, 5) != [LITTLE_ENDIAN, sort, 0, 0, 0]).any():
        return None
    size = np.ones(len(wkb), np.int64)
    if sort == LINE:
        size = np.ascontiguousarray(_bytes(content, start, 5, 9)).view("<u4")[:, 0].astype(np.int64)
    if (length != HEAD[sort] + CORNER * size).any() or (sort == LINE and size.min() < 2):
        return None
    corners = np.ones(len(content), bool)
    for byte in range(HEAD[sort]):
        corners[start + byte] = False
    xy = content[corners].view("<f8").astype(np.float64, copy=False).reshape(-1, 2)
    if sort == POINT and np.isnan(xy).any():  # how an empty point is spelt
        return None
    return xy, size


def _bytes(content: NDArray[np.uint8], start: NDArray[np.int64], first: int, last: int) -> NDArray[np.uint8]:
    """Bytes first:last of every geometry, uint8[n, last - first]."""
    found: NDArray[np.uint8] = content[start[:, None] + np.arange(first, last)]
    return found
