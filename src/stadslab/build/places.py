"""Places of a kind, and where they are."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from stadslab.build.projection import to_metres
from stadslab.core.errors import InputError, NotFoundError, Problem
from stadslab.core.kinds import kinds_named
from stadslab.core.layer import Layer

if TYPE_CHECKING:
    from numpy.typing import NDArray


def of_kind(places: Layer, kind: str) -> pa.Table:
    """The places of this kind or group of kinds, by id; raises `InputError` for a word nobody knows."""
    table = places.scan("id", "kind", "geometry")
    return table.filter(pc.is_in(table["kind"], pa.array(kinds_named(kind), pa.string())))


def lonlat_of(table: pa.Table) -> NDArray[np.float64]:
    """Longitude and latitude of point rows, float64[p, 2]."""
    points = shapely.from_wkb(np.asarray(table["geometry"].to_pylist(), object))
    return np.asarray(shapely.get_coordinates(points).reshape(-1, 2), np.float64)


def xy_of(table: pa.Table, crs: str) -> NDArray[np.float64]:
    """Metric coordinates of point rows, float64[p, 2]."""
    return to_metres(crs, lonlat_of(table))


def located(to: str, places: Layer | None) -> NDArray[np.float64]:
    """Longitude and latitude, float64[1, 2], of a place given by id or as `lon,lat`.

    Raises `NotFoundError` with the nearest ids, `InputError` for coordinates off the globe.
    """
    parts = to.split(",")
    if len(parts) == 2:
        try:
            lon, lat = float(parts[0]), float(parts[1])
        except ValueError:
            pass
        else:
            if not (-180 <= lon <= 180 and -90 <= lat <= 90):
                raise InputError(
                    Problem("to", f"{to!r} is not on the globe", "longitude,latitude in degrees, such as 18.06,59.33")
                )
            return np.array([[lon, lat]])
    if places is None:
        raise NotFoundError(
            Problem(
                "to",
                f"{to!r} is not a pair of coordinates and the city has no places",
                "give longitude,latitude or load places",
            )
        )
    row = places.find([to])
    if not row.num_rows:
        ids = places.scan("id")["id"].to_pylist()
        near = difflib.get_close_matches(to, ids[:20000], n=3, cutoff=0.5)
        raise NotFoundError(
            Problem(
                "to",
                f"there is no place {to!r}",
                f"nearest: {', '.join(near)}" if near else "list places, or give longitude,latitude",
            )
        )
    return lonlat_of(row)
