"""Which buildings are homes, how much home is in each, and which are workplaces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc
import shapely

from stadslab.build.projection import Shapes, metric_geometries

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.core.city import City

UNKNOWN = "unknown"
HOME = "residential"


@dataclass(frozen=True, slots=True, eq=False)
class Homes:
    """Buildings as points in metres of the city's projection, sorted by id.

    points: object[n] shapely points inside each footprint. xy: float64[n, 2]. floor: float64[n], footprint times
    storeys in square metres. dwellings: float64[n], NaN where not known. home, untagged: bool[n]; a building that is
    neither is a workplace or something else.
    """

    points: Shapes
    xy: NDArray[np.float64]
    floor: NDArray[np.float64]
    dwellings: NDArray[np.float64]
    home: NDArray[np.bool_]
    untagged: NDArray[np.bool_]

    def __len__(self) -> int:
        """Number of buildings."""
        return len(self.floor)

    @property
    def weight(self) -> NDArray[np.float64]:
        """How much home is in each: dwellings where known, else floor space at 80 m² a dwelling; at least a trace."""
        known = np.where(np.isnan(self.dwellings), self.floor / 80.0, self.dwellings)
        return np.where(known > 0, known, 1e-9)

    def only(self, chosen: NDArray[np.bool_]) -> Homes:
        """These buildings."""
        return Homes(
            self.points[chosen],
            self.xy[chosen],
            self.floor[chosen],
            self.dwellings[chosen],
            self.home[chosen],
            self.untagged[chosen],
        )


def buildings_of(city: City) -> Homes:
    """All buildings of a city. Storeys not known count as the median of those known for the same use, else as one."""
    if "buildings" not in city or not city["buildings"].rows:
        none = np.zeros(0)
        return Homes(np.zeros(0, object), np.zeros((0, 2)), none, none, none.astype(bool), none.astype(bool))
    table = city["buildings"].scan("use", "geometry", "levels", "dwellings")
    shapes = metric_geometries(table["geometry"], city.crs)
    use = np.asarray(table["use"].to_pylist(), object)
    levels = _floats(table["levels"])
    for one in np.unique(use).tolist():
        same = use == one
        known = levels[same & (levels > 0)]
        levels[same & ~(levels > 0)] = np.median(known) if len(known) else 1.0
    points = np.asarray(shapely.point_on_surface(shapes), object)
    return Homes(
        points,
        shapely.get_coordinates(points),
        np.round(shapely.area(shapes) * levels, 2),  # projection leaves noise: equal houses stay equal
        _floats(table["dwellings"]),
        use == HOME,
        use == UNKNOWN,
    )


def homes_of(city: City) -> Homes:
    """Buildings people live in: those with dwellings or tagged residential; all untagged ones where none is."""
    every = buildings_of(city)
    lived_in = every.home | (every.dwellings > 0)
    return every.only(lived_in if lived_in.any() else every.untagged)


def _floats(column: object) -> NDArray[np.float64]:
    values: NDArray[np.float64] = pc.fill_null(column, float("nan")).to_numpy().astype(np.float64)
    return values.copy()
