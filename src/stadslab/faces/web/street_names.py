"""Which named street is near? What to call a unit that has no name of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stadslab.lab.once import Once

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.core.city import City
    from stadslab.faces.web.desk import Desk

MOST_CITIES = 4
NEAR_DEGREES = 0.01  # about a kilometre: farther away a street says nothing


class StreetNames:
    """The streets of a city that have a name."""

    def __init__(self, city: City) -> None:
        """Read them once; none where the city has no streets."""
        import shapely

        self._names: list[str] = []
        outlines: list[bytes] = []
        if "streets" in city:
            table = city["streets"].scan("name", "geometry")
            named = [i for i, name in enumerate(table["name"].to_pylist()) if name]
            table = table.take(named)
            self._names, outlines = table["name"].to_pylist(), table["geometry"].to_pylist()
        self._tree = shapely.STRtree(shapely.from_wkb(np.asarray(outlines, object)))

    def near(self, points: NDArray[np.float64]) -> list[str | None]:
        """The nearest named street of each point (longitude, latitude; as the map shows it, not to the metre)."""
        import shapely

        found: list[str | None] = [None] * len(points)
        if not self._names or not len(points):
            return found
        pairs = self._tree.query_nearest(shapely.points(points), max_distance=NEAR_DEGREES, all_matches=False)
        for point, street in pairs.T.tolist():
            found[point] = self._names[street]
        return found


def street_names(desk: Desk, city: City) -> StreetNames:
    """The named streets of this city, read once."""
    held: Once[StreetNames] = desk.keep("names of streets", lambda: Once(MOST_CITIES))
    return held.get(city.key(["streets"]), lambda: StreetNames(city))
