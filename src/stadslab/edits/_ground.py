"""Where on the ground: checks of coordinates, distances, and a flat plane around an edit.

The plane is a linear map of longitude and latitude, so that a line that is straight at rest stays straight in it. It is
true to a few parts in a million over the few kilometres of one edit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from stadslab.core.city import City
from stadslab.core.errors import Problem
from stadslab.core.said import Said
from stadslab.edits._near import Box, box_of

FAR_M = 50_000.0
DIGITS = 7  # about a centimetre
_EQUATOR_M, _FLATTENING = 6_378_137.0, 1 / 298.257223563  # WGS 84

LonLat = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Plane:
    """Metres east and north of a point."""

    lon: float
    lat: float

    @property
    def scale(self) -> NDArray[np.float64]:
        """Metres to a degree, east and north, on the ellipsoid at this latitude."""
        e2 = _FLATTENING * (2 - _FLATTENING)
        sin = math.sin(math.radians(self.lat))
        across = _EQUATOR_M / math.sqrt(1 - e2 * sin**2)
        along = across * (1 - e2) / (1 - e2 * sin**2)
        return float(np.radians(1.0)) * np.array([across * math.cos(math.radians(self.lat)), along])

    def around(self, lonlat: NDArray[np.float64], metres: float) -> Box:
        """A box (longitude and latitude) that holds everything within so many metres of these points."""
        reach = metres * 1.001 / self.scale
        (west, south), (east, north) = lonlat.min(axis=0) - reach, lonlat.max(axis=0) + reach
        return float(west), float(south), float(east), float(north)

    def flat(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Degrees to metres."""
        return np.asarray((lonlat - (self.lon, self.lat)) * self.scale)

    def lonlat(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        """Metres to degrees."""
        return np.asarray(metres / self.scale + (self.lon, self.lat))


def rounded(point: Sequence[float]) -> LonLat:
    """The point to the centimetre; two edits that mean the same place then say the same."""
    return round(float(point[0]), DIGITS) + 0.0, round(float(point[1]), DIGITS) + 0.0


def at_text(point: Sequence[float]) -> str:
    """A point as it stands in ids: longitude and latitude with seven decimals."""
    lon, lat = rounded(point)
    return f"{lon:.{DIGITS}f},{lat:.{DIGITS}f}"


def at_words(point: Sequence[float]) -> Said:
    """A point as it stands in sentences."""
    return Said("at longitude {lon:.5f}, latitude {lat:.5f}", lon=point[0], lat=point[1])


def point_wkb(point: LonLat) -> bytes:
    """The point as it stands in a geometry column."""
    import shapely

    return bytes(shapely.to_wkb(shapely.Point(*point)))


def geodesic_m(lonlat: NDArray[np.float64]) -> float:
    """Length of a line along the ellipsoid."""
    from pyproj import Geod

    return float(Geod(ellps="WGS84").line_length(lonlat[:, 0], lonlat[:, 1]))


def point_problems(city: City, point: Sequence[float], where: str) -> list[Problem]:
    """What is wrong with a longitude and latitude for this city: not on Earth, or far from everything it has."""
    return points_problems(city, [(where, point)])


def points_problems(city: City, points: Iterable[tuple[str, Sequence[float]]]) -> list[Problem]:
    """What is wrong with any of these points, each with the words for where it stands."""
    box = extent(city)
    return [problem for where, point in points for problem in problems_of(box, point, where)]


def problems_of(box: Box | None, point: Sequence[float], where: str) -> list[Problem]:
    """What is wrong with a longitude and latitude where the city lies in this box (None: anywhere)."""
    lon, lat = point
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return [
            Problem(
                where,
                Said("({lon:g}, {lat:g}) is no place", lon=lon, lat=lat),
                Said("give longitude and latitude in degrees"),
            )
        ]
    hint = Said("longitude comes first")
    if abs(lon) > 180 or abs(lat) > 90:
        what = Said("({lon:g}, {lat:g}) is outside longitude ±180 or latitude ±90", lon=lon, lat=lat)
        return [Problem(where, what, hint)]
    if box is None or (away := _distance_to_box(point, box)) <= FAR_M:
        return []
    if abs(lon) <= 90 and _distance_to_box((lat, lon), box) <= FAR_M:
        hint = Said("longitude comes first: ({lat:g}, {lon:g}) would lie in it", lat=lat, lon=lon)
    else:
        west, south, east, north = box
        hint = Said(
            "longitude comes first; the city is between {west:.3f}, {south:.3f} and {east:.3f}, {north:.3f}",
            west=west, south=south, east=east, north=north,
        )  # fmt: skip
    what = Said("({lon:g}, {lat:g}) is {away:,.0f} km from the city", lon=lon, lat=lat, away=away / 1000)
    return [Problem(where, what, hint)]


def extent(city: City) -> Box | None:
    """West, south, east, north of what the city has (of the first of these layers that has rows); None if empty."""
    for name in ("streets", "areas", "places", "buildings", "people"):
        if name in city and city[name].rows:
            box = box_of(city[name])
            if box is not None:
                return box
    return None


def geometries(table: pa.Table) -> NDArray[np.object_]:
    """The geometry column as shapely objects; None where blank."""
    import shapely

    return np.asarray(shapely.from_wkb(np.asarray(table["geometry"].to_pylist(), dtype=object)))


def _distance_to_box(point: Sequence[float], box: tuple[float, float, float, float]) -> float:
    from pyproj import Geod

    west, south, east, north = box
    nearest = min(max(point[0], west), east), min(max(point[1], south), north)
    return float(Geod(ellps="WGS84").inv(point[0], point[1], *nearest)[2])
