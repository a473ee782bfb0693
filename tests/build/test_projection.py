"""Degrees and metres."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from stadslab.build.projection import (
    metric,
    metric_geometries,
    reprojected,
    shapes_of,
    to_lonlat,
    to_metres,
    utm_for,
    wkb_of,
)
from stadslab.core.errors import InputError
from stadslab.core.source import Box


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (18.07, 59.33, "EPSG:32634"),  # Stockholm
        (-51.2, -30.03, "EPSG:32722"),  # Porto Alegre
        (24.94, 60.17, "EPSG:32635"),  # Helsinki
        (9.55, 47.16, "EPSG:32632"),  # Liechtenstein
        (-180.0, 10.0, "EPSG:32601"),
        (180.0, 10.0, "EPSG:32660"),
        (179.9, -10.0, "EPSG:32760"),
    ],
)
def test_zone_of_a_place(lon: float, lat: float, code: str) -> None:
    assert utm_for(np.array([[lon, lat]])) == code
    assert utm_for(Box(lon, lat, lon, lat)) == code


def test_no_zone() -> None:
    for points in (
        np.zeros((0, 2)),
        np.array([[18.0, np.nan]]),
        np.array([[674032.0, 6580822.0]]),
        np.array([[0, 89.0]]),
    ):
        with pytest.raises(InputError):
            utm_for(points)


def test_known_coordinates() -> None:
    """On the central meridian east is 500,000 m exactly; north of one degree is 0.9996 times the meridian arc."""
    assert to_metres("EPSG:32633", np.array([[15.0, 0.0]]))[0] == pytest.approx([500_000, 0], abs=1e-6)
    arc_m = 110_574.38855779878  # meridian arc from the equator to 1 degree on WGS 84 (Karney 2011, series)
    assert to_metres("EPSG:32633", np.array([[15.0, 1.0]]))[0] == pytest.approx([500_000, 0.9996 * arc_m], abs=1e-3)


def test_there_and_back() -> None:
    lonlat = np.random.default_rng(1).uniform([17, 58], [19, 60], (500, 2))
    assert np.abs(to_lonlat("EPSG:3006", to_metres("EPSG:3006", lonlat)) - lonlat).max() < 1e-9
    assert to_metres("EPSG:3006", np.zeros((0, 2))).shape == (0, 2)


def test_shapes_move_and_blanks_stay() -> None:
    shapes = np.array([shapely.box(18, 59, 18.1, 59.1), None], object)
    flat = metric_geometries([shapely.to_wkb(shapes[0]), None], "EPSG:32634")
    assert flat[1] is None
    assert flat[0].area == pytest.approx(5_733 * 11_140, rel=0.01)
    back = shapes_of(wkb_of(reprojected(flat, "EPSG:32634")))
    assert shapely.equals_exact(back[0], shapes[0], 1e-9)
    assert back[1] is None


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:2263", "nonsense"])  # degrees, feet, nothing
def test_only_metres_are_metric(crs: str) -> None:
    with pytest.raises(InputError):
        metric(crs)
    assert metric("EPSG:32633") == "EPSG:32633"


def test_coordinates_without_a_place() -> None:
    with pytest.raises(InputError, match="1 coordinates have no place"):
        to_metres("EPSG:32633", np.array([[18.0, 59.0], [18.0, 6_580_822.0]]))
