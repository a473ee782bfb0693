"""Streets, places and units drawn in metres, so that answers can be worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from stadslab.build.projection import to_lonlat
from stadslab.build.streetgraph import StreetGraph, build_streetgraph
from stadslab.core.city import City
from stadslab.core.layer import Layer, Stamp, Verdict
from stadslab.core.schema import SCHEMAS
from stadslab.core.support import Support

CRS = "EPSG:32633"
CORNER = np.array([500_000.0, 6_500_000.0])  # on the central meridian

Point = tuple[float, float]


def stamp(rows: int) -> Stamp:
    return Stamp("sketch", "Sketch", "CC0-1.0", "", "", (), {}, Verdict(rows, rows), synthetic=True)


def metres(points: Sequence[Point]) -> NDArray[np.float64]:
    """Coordinates in the projection of points given in metres from the corner."""
    return np.asarray(points, np.float64).reshape(-1, 2) + CORNER


def lonlat(points: Sequence[Point]) -> NDArray[np.float64]:
    return to_lonlat(CRS, metres(points))


def wkb(shape: Any) -> bytes:
    return bytes(shapely.to_wkb(shapely.transform(shape, lambda xy: to_lonlat(CRS, xy + CORNER))))


def street(
    name: str,
    ends: str,
    *points: Point,
    can: str = "wccdd",
    kmh: float = 36.0,
    length: float | None = None,
    bridge: bool = False,
    tunnel: bool = False,
    steps: bool = False,
) -> dict[str, Any]:
    """One piece. ends: `a b`. can: w walk; c cycle, d drive both ways; > and < after them one way only (`wc>d<`)."""
    start, end = ends.split()
    line = shapely.LineString(points)

    def way(mode: str, forward: bool) -> bool:
        at = can.find(mode)
        sign = can[at + 1 : at + 2]
        return at >= 0 and not (sign == "<" and forward) and not (sign == ">" and not forward)

    return {
        "id": name,
        "from_node": start,
        "to_node": end,
        "geometry": wkb(line),
        "length_m": line.length if length is None else length,
        "highway": "residential",
        "walk": "w" in can,
        "cycle_forward": way("c", True),
        "cycle_backward": way("c", False),
        "drive_forward": way("d", True),
        "drive_backward": way("d", False),
        "speed_kmh": kmh,
        "bridge": bridge,
        "tunnel": tunnel,
        "level": 1 if bridge else -1 if tunnel else 0,
        "steps": steps,
    }


def layer(sort: str, rows: Iterable[dict[str, Any]], name: str | None = None) -> Layer:
    listed = list(rows)
    table = pa.Table.from_pylist(listed, schema=SCHEMAS[sort].arrow)
    return Layer.of(name or sort, table, stamp(len(listed)), sort)


def streets(*rows: dict[str, Any]) -> Layer:
    return layer("streets", rows)


def places(**where: Point) -> Layer:
    """Schools by name."""
    return kinds(*((name, "school", point) for name, point in where.items()))


def kinds(*rows: tuple[str, str, Point]) -> Layer:
    """Places as (id, kind, where)."""
    return layer("places", ({"id": i, "kind": k, "geometry": wkb(shapely.Point(p))} for i, k, p in rows))


def graph(*rows: dict[str, Any]) -> StreetGraph:
    return build_streetgraph(streets(*rows), CRS)


def city(*layers: Layer) -> City:
    return City("sketch", CRS).with_layer(*layers)


def support(*points: Point) -> Support:
    """One unit a point, in this order."""
    boxes = [wkb(shapely.Point(p).buffer(1.0)) for p in points]
    return Support(
        "sketch", tuple(f"{n:04d}" for n in range(len(points))), pa.array(boxes, pa.binary()), lonlat(points)
    )
