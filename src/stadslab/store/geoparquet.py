"""The "geo" metadata that makes a Parquet file readable as a map (GeoParquet 1.1, https://geoparquet.org/releases/v1.1.0/)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

_SHAPES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection")
_HEAD = 5  # bytes of WKB that say byte order and shape


def geo_metadata(geometry: pa.ChunkedArray, column: str = "geometry") -> bytes:
    """The metadata for one WKB column in longitude and latitude; by the standard, no "crs" key means OGC:CRS84."""
    about = {"encoding": "WKB", "geometry_types": shapes_of(geometry)}
    return json.dumps(
        {"version": "1.1.0", "primary_column": column, "columns": {column: about}}, sort_keys=True
    ).encode()


def shapes_of(geometry: pa.ChunkedArray) -> list[str]:
    """Which shapes occur among these WKB values? GeoParquet names, sorted; none (not known) if any is not WKB."""
    found: set[tuple[int, int]] = set()
    for chunk in geometry.chunks:
        heads = _heads(chunk.drop_null())
        if heads is None:
            return []
        little = heads[:, 0] == 1
        codes = np.where(little, heads[:, 1:].copy().view("<u4")[:, 0], heads[:, 1:].copy().view(">u4")[:, 0])
        found |= {divmod(int(code), 1000) for code in np.unique(codes)}
    if any(depth not in (0, 1) or not 1 <= shape <= len(_SHAPES) for depth, shape in found):
        return []
    return sorted(_SHAPES[shape - 1] + (" Z" if depth else "") for depth, shape in found)


def _heads(values: pa.BinaryArray) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]] | None:
    """The first five bytes of every value, uint8[n, 5]; None when one is shorter."""
    if not len(values):
        return np.empty((0, _HEAD), np.uint8)
    _, offsets, data = values.buffers()
    at = np.frombuffer(offsets, np.int32)[values.offset : values.offset + len(values) + 1].astype(np.int64)
    if np.diff(at).min() < _HEAD or data is None:
        return None
    return np.asarray(np.frombuffer(data, np.uint8)[at[:-1, None] + np.arange(_HEAD)], np.uint8)
