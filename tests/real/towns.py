"""What a real town's answers must keep to, whatever the town: reasons, straight lines, maps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.spatial import KDTree

from stadslab.core.city import City
from stadslab.core.kinds import kinds_named
from stadslab.core.values import Reason, Values
from stadslab.faces import notebook
from stadslab.lab.lab import Lab

WALK_M_S = 1.3  # the default of both walking indicators
SCALE = 1.002  # metres of the projection beside those along the ellipsoid, generously
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Town:
    """A lab with one city in it."""

    lab: Lab
    name: str
    city: City

    def xy(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Metres of the city's projection, by pyproj alone."""
        onto = Transformer.from_crs("OGC:CRS84", self.city.crs, always_xy=True)
        return np.column_stack(onto.transform(*lonlat.T))

    def places(self, kind: str) -> KDTree:
        """Where the places of a kind are, in metres."""
        table = self.city["places"].scan("kind", "geometry")
        wanted = np.isin(table["kind"].to_pylist(), kinds_named(kind))
        return KDTree(self.xy(points(table["geometry"].to_pylist())[wanted]))

    def within(self, values: Values, kind: str, metres: float) -> NDArray[np.int64]:
        """Places of a kind within this straight line of where each unit's walks start."""
        found = self.places(kind).query_ball_point(self.xy(values.support.points), metres, return_length=True)
        return np.asarray(found, np.int64)

    def straight(self, values: Values, kind: str) -> NDArray[np.float64]:
        """Metres in a straight line to the nearest place of a kind."""
        return np.asarray(self.places(kind).query(self.xy(values.support.points))[0])


def load(extract: Path, name: str, at: Path) -> Town:
    """Load an extract, whole."""
    lab = Lab(at)
    lab.load(name, extract)
    return Town(lab, name, lab.city(name))


def points(shapes: list[bytes]) -> NDArray[np.float64]:
    """Longitude and latitude of the middle of each shape."""
    middles = shapely.centroid(shapely.from_wkb(np.asarray(shapes, object)))
    return np.asarray(shapely.get_coordinates(middles), np.float64)


def counts_say_why(values: Values) -> None:
    """Every zero and every unknown has its reason; nothing else has one."""
    counts = values.mean()
    assert np.array_equal(np.isnan(counts), values.reason == Reason.NO_STREET_NEAR)
    assert np.array_equal(counts > 0, values.reason == Reason.KNOWN)
    assert np.array_equal(counts[np.isfinite(counts)] % 1, np.zeros(np.isfinite(counts).sum()))


def minutes_say_why(values: Values) -> None:
    """Every unit has minutes, or the reason why it has none."""
    minutes = values.mean()
    assert np.array_equal(np.isnan(minutes), values.reason == Reason.NO_STREET_NEAR)
    assert np.array_equal(np.isfinite(minutes), values.reason == Reason.KNOWN)
    assert minutes[np.isfinite(minutes)].min() > 0


def map_draws(town: Town, values: Values) -> None:
    """The map is a picture, and not an empty one."""
    png = notebook.show(values, town.city).png
    assert png.startswith(PNG)
    assert len(png) > 20_000
