"""The quiet background of a map: water, green and streets of the city, projected flat around its middle."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stadslab.core.city import City
from stadslab.core.said import Said

if TYPE_CHECKING:
    from numpy.typing import NDArray

EARTH_M = 6_371_008.8  # mean radius (IUGG)
MAIN = ("motorway", "trunk", "primary", "secondary", "tertiary")
OSM_CREDIT = "© OpenStreetMap contributors"


@dataclass(frozen=True, slots=True)
class Flat:
    """Longitude and latitude to metres around one point (equirectangular); true to about 1 in 1,000 within a city."""

    longitude: float
    latitude: float

    def __call__(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Project float64[n, 2] degrees to float64[n, 2] metres."""
        scale = np.array([np.cos(np.radians(self.latitude)), 1.0]) * np.radians(1.0) * EARTH_M
        return np.asarray((lonlat - np.array([self.longitude, self.latitude])) * scale, np.float64)


@dataclass(frozen=True, slots=True)
class Basemap:
    """WKB shapes (longitude and latitude) that lie under and over the values of a map, and who is to be credited.

    water, green: areas. main, minor: streets. Empty arrays where the city has no such layer. sign: what is written on
    the map of a city that is made up.
    """

    water: pa.Array = field(default_factory=lambda: pa.array([], pa.binary()))
    green: pa.Array = field(default_factory=lambda: pa.array([], pa.binary()))
    main: pa.Array = field(default_factory=lambda: pa.array([], pa.binary()))
    minor: pa.Array = field(default_factory=lambda: pa.array([], pa.binary()))
    credit: str = ""
    synthetic: bool = False
    sign: str = Said("SYNTHETIC CITY")
    _drawn: dict[Hashable, list[Any]] = field(default_factory=dict, repr=False, compare=False)  # the maps of one brief

    @staticmethod
    def of(city: City | None) -> Basemap:
        """The background a city's own layers give; empty without a city."""
        if city is None:
            return Basemap()
        shapes: dict[str, pa.Array] = {
            name: _column(city[name].scan("geometry"), "geometry") for name in ("water", "green") if name in city
        }
        if "streets" in city:
            streets = city["streets"].scan("geometry", "highway")
            kind = pc.replace_substring(streets["highway"], "_link", "")
            is_main = pc.is_in(kind, pa.array(MAIN))
            shapes["main"] = _column(streets.filter(is_main), "geometry")
            shapes["minor"] = _column(streets.filter(pc.invert(is_main)), "geometry")
        return Basemap(**shapes, credit=credit_of(city), synthetic=is_synthetic(city))

    def flat(self, name: str, flat: Flat, box: tuple[float, float, float, float], tolerance_m: float) -> list[Any]:
        """The shapes of one sort that meet the box (metres), clipped and simplified; kept for the next map."""
        key = (name, flat, box, tolerance_m)
        if key not in self._drawn:
            self._drawn[key] = self._flat(name, flat, box, tolerance_m)
        return self._drawn[key]

    def _flat(self, name: str, flat: Flat, box: tuple[float, float, float, float], tolerance_m: float) -> list[Any]:
        import shapely

        shapes = shapely.from_wkb(np.asarray(getattr(self, name).to_pylist(), object))
        if not len(shapes):
            return []
        shapes = shapely.transform(shapes, flat)
        frame = shapely.box(*box)
        shapes = shapes[shapely.intersects(shapely.box(*shapely.bounds(shapes).T), frame)]
        shapes = shapely.simplify(shapes, tolerance_m, preserve_topology=False)
        shapes = shapes[~shapely.is_empty(shapes) & ~shapely.is_missing(shapes)]
        if name in ("water", "green"):
            shapes = shapes[shapely.area(shapes) > (3 * tolerance_m) ** 2]
            shapes = shapely.normalize(
                shapely.clip_by_rect(shapely.make_valid(shapes), *box)
            )  # islands wind the other way
        return [shape for shape in shapes if not shape.is_empty]


def is_synthetic(city: City) -> bool:
    """Is any layer of the city made up rather than surveyed?"""
    return any(layer.stamp.synthetic for layer in city.layers.values())


def credit_of(city: City) -> str:
    """The line of thanks a map of this city owes, each attribution once."""
    drawn = ("streets", "water", "green", "places", "areas", "people")
    lines = dict.fromkeys(
        city[name].stamp.attribution for name in drawn if name in city and city[name].stamp.attribution
    )
    return " · ".join(lines)


def _column(table: pa.Table, name: str) -> pa.Array:
    column = table[name].combine_chunks()
    return (
        pa.concat_arrays(column.chunks)
        if isinstance(column, pa.ChunkedArray) and column.num_chunks
        else pa.array(column.to_pylist(), pa.binary())
    )
