"""Small towns for the tests of reporting units and of spreading people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from stadslab.build.projection import reprojected, wkb_of
from stadslab.core.city import City
from stadslab.core.layer import Layer, Stamp, Verdict

CRS = "EPSG:32633"
EAST, NORTH = 500_000.0, 6_575_000.0  # on the central meridian, so that a square stays a square


def stamp(rows: int) -> Stamp:
    return Stamp("test", "", "", "", "", (), {}, Verdict(rows, rows))


def outline(x: float, y: float, width: float, height: float) -> shapely.Polygon:
    """A rectangle in metres from the town's corner."""
    return shapely.box(EAST + x, NORTH + y, EAST + x + width, NORTH + y + height)


def spot(x: float, y: float) -> shapely.Point:
    return shapely.Point(EAST + x, NORTH + y)


def lonlat(shapes: Sequence[Any]) -> pa.Array:
    return wkb_of(reprojected(np.array(shapes, object), CRS, "OGC:CRS84"))


def town(*layers: Layer) -> City:
    return City("town", CRS).with_layer(*layers)


def area_layer(areas: dict[str, Any], vintage: str = "", name: str = "areas") -> Layer:
    """Areas by id, outlines in metres."""
    table = pa.table({"id": list(areas), "vintage": [vintage] * len(areas), "geometry": lonlat(list(areas.values()))})
    return Layer.of(name, table, stamp(len(areas)), sort="areas")


def people_layer(rows: Sequence[tuple[Any, str, str, float | None]], vintage: str | None = None) -> Layer:
    """Rows of (area id or shape in metres, dimension, group, number); None is withheld, NaN blank."""
    table = pa.table(
        {
            "id": [f"{i:05d}" for i in range(len(rows))],
            "area": pa.array([place if isinstance(place, str) else None for place, *_ in rows], pa.string()),
            "vintage": pa.array([vintage if isinstance(place, str) else None for place, *_ in rows], pa.string()),
            "geometry": pa.array(
                [None if isinstance(p, str) else lonlat([p])[0].as_py() for p, *_ in rows], pa.binary()
            ),
            "dimension": [dimension for _, dimension, _, _ in rows],
            "group": [group for _, _, group, _ in rows],
            "measure": ["mean" if group == "mean" else "count" for _, _, group, _ in rows],
            "value": pa.array([None if v is None or math.isnan(v) else v for *_, v in rows], pa.float64()),
            "suppressed": [v is None for *_, v in rows],
        }
    )
    return Layer.of("people", table, stamp(len(rows)))


def building_layer(buildings: Sequence[tuple[Any, str, float | None, float | None]]) -> Layer:
    """Buildings as (outline in metres, use, levels, dwellings)."""
    table = pa.table(
        {
            "id": [f"b{i:04d}" for i in range(len(buildings))],
            "use": [use for _, use, _, _ in buildings],
            "geometry": lonlat([shape for shape, *_ in buildings]),
            "levels": pa.array([levels for _, _, levels, _ in buildings], pa.float64()),
            "dwellings": pa.array([homes for *_, homes in buildings], pa.float64()),
        }
    )
    return Layer.of("buildings", table, stamp(len(buildings)))


def street_layer(lines: Sequence[tuple[Sequence[tuple[float, float]], str, bool]]) -> Layer:
    """Streets as (corners in metres from the town's corner, class, walkable)."""
    count = len(lines)
    shapes = [shapely.LineString([(EAST + x, NORTH + y) for x, y in corners]) for corners, _, _ in lines]
    flags = {n: [True] * count for n in ("cycle_forward", "cycle_backward", "drive_forward", "drive_backward")}
    table = pa.table(
        {
            "id": [f"s{i:04d}" for i in range(count)],
            "from_node": ["a"] * count,
            "to_node": ["b"] * count,
            "geometry": lonlat(shapes),
            "length_m": [float(shape.length) for shape in shapes],
            "highway": [kind for _, kind, _ in lines],
            "walk": [walk for *_, walk in lines],
            **flags,
            "speed_kmh": [30.0] * count,
            **{n: [False] * count for n in ("bridge", "tunnel", "steps")},
            "level": pa.array([0] * count, pa.int16()),
        }
    )
    return Layer.of("streets", table, stamp(count))
