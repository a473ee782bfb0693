"""From the drawing plane (metres east and north of the centre, SWEREF 99 TM) to longitude and latitude."""

from __future__ import annotations

from functools import cache

import numpy as np
from pyproj import Transformer

from stadslab.sources.synthetic.noise import Floats
from stadslab.sources.synthetic.plan import ORIGIN_LAT, ORIGIN_LON

METRIC_CRS = "EPSG:3006"


@cache
def origin_m() -> tuple[float, float]:
    """East and north of the town's centre in SWEREF 99 TM, whole metres."""
    east, north = Transformer.from_crs("OGC:CRS84", METRIC_CRS, always_xy=True).transform(ORIGIN_LON, ORIGIN_LAT)
    return float(round(east)), float(round(north))


@cache
def _to_degrees() -> Transformer:
    return Transformer.from_crs(METRIC_CRS, "OGC:CRS84", always_xy=True)


def lonlat(xy: Floats) -> Floats:
    """Longitude and latitude (degrees, 7 decimals, about a centimetre) of plane points, shape (n, 2) to (n, 2)."""
    east, north = origin_m()
    flat = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    lon, lat = _to_degrees().transform(flat[:, 0] + east, flat[:, 1] + north)
    result: Floats = np.round(np.column_stack([lon, lat]), 7)
    return result
