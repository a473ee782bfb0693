"""A chessboard city whose answers are known in closed form.

n x n junctions, blocks of equal length, all streets open both ways to everybody. A place of kind `school` stands on
every junction (or only in the centre), and every junction has one reporting unit around it with ten people. Lines of
public transport may run along its rows and columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import shapely
from pyproj import Transformer

from stadslab.core.city import City
from stadslab.core.layer import Layer, Stamp, Verdict
from stadslab.core.schema import schema_named
from stadslab.core.support import Population, Support

if TYPE_CHECKING:
    from numpy.typing import NDArray

CRS = "EPSG:32633"
WEST, SOUTH = 500_000.0, 6_500_000.0  # on the central meridian, at the latitude of Stockholm
PEOPLE_PER_UNIT = 10
STREET_KMH = 30.0
WALK_M_S = 1.3
WEEK = tuple(f"2024-01-{day:02d}" for day in range(1, 8))  # a Monday to a Sunday
FIRST_S, LAST_S = 5 * 3600, 24 * 3600


class Line(NamedTuple):
    """A line along a row or column of junctions, both ways, with a stop at every `every`th junction.

    The first vehicles leave both ends at 05:00, the last at 24:00; no time is spent at stops.
    """

    axis: str
    at: int
    headway_min: float = 10.0
    speed_kmh: float = 46.8
    every: int = 1


def reach(k: int) -> int:
    """How many junctions lie within k blocks of one far from the border? 2k(k+1)+1, counting itself."""
    return 2 * k * (k + 1) + 1


def grid(
    n: int = 21,
    *,
    block_m: float = 130.0,
    places: Literal["all", "centre", "none"] = "all",
    matrix: bool = False,
    lines: Sequence[Sequence[Any]] = (),
) -> City:
    """The city of n x n junctions: layers streets, places (when any) and people.

    matrix: also travel times. lines: also stops, routes, trips and service_days; each line is the values of a `Line`,
    such as ("row", 10, 6.0).
    """
    at = [(i, j) for j in range(n) for i in range(n)]
    pieces = [(a, (a[0] + 1, a[1])) for a in at if a[0] + 1 < n] + [(a, (a[0], a[1] + 1)) for a in at if a[1] + 1 < n]
    layers = [Layer.of("streets", _streets(pieces, block_m), _stamp(len(pieces)))]
    stand = {"all": at, "centre": [(n // 2, n // 2)], "none": []}[places]
    if stand:
        layers.append(Layer.of("places", _places(stand, block_m), _stamp(len(stand))))
    layers.append(Layer.of("people", _people(at, block_m), _stamp(len(at))))
    if matrix:
        layers.append(Layer.of("travel_times", _travel_times(at, block_m), _stamp(len(at) ** 2)))
    if lines:
        layers += _timetable(n, [Line(*line) for line in lines], block_m)
    return City("grid", CRS).with_layer(*layers)


def grid_support(n: int = 21, *, block_m: float = 130.0) -> Support:
    """One square unit around every junction; unit (i, j) has id `i,j` with leading zeros."""
    order = sorted((unit_id((i, j)), (i, j)) for i in range(n) for j in range(n))
    centres = np.array([_metres(a, block_m) for _, a in order])
    corners = centres[:, None, :] + block_m / 2 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    outlines = shapely.to_wkb(shapely.polygons(_lonlat(corners)))
    return Support("grid", tuple(i for i, _ in order), pa.array(list(outlines), pa.binary()), _lonlat(centres))


def grid_population(support: Support) -> Population:
    """Ten people in every unit: six old and four young."""
    n = len(support)
    counts = {
        ("total", "all"): np.full(n, 10, np.int64),
        ("age", "old"): np.full(n, 6, np.int64),
        ("age", "young"): np.full(n, 4, np.int64),
    }
    return Population(support.digest, counts, {}, {}, "ten people in every unit")


def unit_at(n: int, at: str) -> int:
    """Position in the support of `centre`, `corner` or `i,j`."""
    i, j = {"centre": (n // 2, n // 2), "corner": (0, 0)}.get(at) or tuple(int(v) for v in at.split(","))
    return i * n + j


def unit_id(a: tuple[int, int]) -> str:
    """Id of the reporting unit around a junction."""
    return f"{a[0]:03d},{a[1]:03d}"


def street_id(a: tuple[int, int], b: tuple[int, int]) -> str:
    """Id of the piece of street between two neighbouring junctions, lower one first."""
    return f"grid:street/{a[0]},{a[1]}-{b[0]},{b[1]}"


def _metres(a: tuple[int, int], block_m: float) -> tuple[float, float]:
    return WEST + a[0] * block_m, SOUTH + a[1] * block_m


@cache
def _to_degrees() -> Transformer:
    return Transformer.from_crs(CRS, "OGC:CRS84", always_xy=True)


def _lonlat(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    lon, lat = _to_degrees().transform(xy[..., 0], xy[..., 1])
    return np.stack([lon, lat], axis=-1)


def _streets(pieces: list[tuple[tuple[int, int], tuple[int, int]]], block_m: float) -> pa.Table:
    m = len(pieces)
    ends = _lonlat(np.array([_metres(p, block_m) for pair in pieces for p in pair])).reshape(m, 2, 2)
    yes, no = [True] * m, [False] * m
    return pa.table(
        {
            "id": [street_id(a, b) for a, b in pieces],
            "from_node": [f"grid:node/{a[0]},{a[1]}" for a, _ in pieces],
            "to_node": [f"grid:node/{b[0]},{b[1]}" for _, b in pieces],
            "geometry": pa.array(list(shapely.to_wkb(shapely.linestrings(ends))), pa.binary()),
            "length_m": [block_m] * m,
            "highway": ["residential"] * m,
            "walk": yes, "cycle_forward": yes, "cycle_backward": yes, "drive_forward": yes, "drive_backward": yes,
            "speed_kmh": [STREET_KMH] * m,
            "bridge": no, "tunnel": no, "level": pa.array([0] * m, pa.int16()), "steps": no,
        }
    )  # fmt: skip


def _places(stand: list[tuple[int, int]], block_m: float) -> pa.Table:
    points = _lonlat(np.array([_metres(a, block_m) for a in stand]))
    return pa.table(
        {
            "id": [f"grid:place/{a[0]},{a[1]}" for a in stand],
            "kind": ["school"] * len(stand),
            "geometry": pa.array(list(shapely.to_wkb(shapely.points(points))), pa.binary()),
        }
    )


def _people(at: list[tuple[int, int]], block_m: float) -> pa.Table:
    points = _lonlat(np.array([_metres(a, block_m) for a in at]))
    n = len(at)
    return pa.table(
        {
            "id": [f"grid:people/{a[0]},{a[1]}" for a in at],
            "geometry": pa.array(list(shapely.to_wkb(shapely.points(points))), pa.binary()),
            "dimension": ["total"] * n,
            "group": ["all"] * n,
            "measure": ["count"] * n,
            "value": [float(PEOPLE_PER_UNIT)] * n,
            "suppressed": [False] * n,
        }
    )


def _travel_times(at: list[tuple[int, int]], block_m: float) -> pa.Table:
    """Walks between all junctions: blocks east and blocks north."""
    ids = [unit_id(a) for a in at]
    blocks = np.abs(np.array(at)[:, None, :] - np.array(at)[None, :, :]).sum(axis=2)
    return pa.table(
        {
            "id": [f"{a}>{b}" for a in ids for b in ids],
            "from_area": [a for a in ids for _ in ids],
            "to_area": [b for _ in ids for b in ids],
            "minutes": (blocks * block_m / WALK_M_S / 60).ravel(),
        }
    )


def stop_id(a: tuple[int, int]) -> str:
    """Id of the stop at a junction; all lines share it."""
    return f"grid:stop/{a[0]},{a[1]}"


def route_id(line: Line) -> str:
    """Id of the route of a line."""
    return f"grid:route/{line.axis}-{line.at}"


def _timetable(n: int, lines: list[Line], block_m: float) -> list[Layer]:
    calls: set[tuple[int, int]] = set()
    trips: list[dict[str, Any]] = []
    for line in lines:
        along = [(k, line.at) if line.axis == "row" else (line.at, k) for k in range(0, n, line.every)]
        calls.update(along)
        hop_s = round(line.every * block_m / (line.speed_kmh / 3.6))
        for direction, stops in enumerate((along, along[::-1])):
            for start in range(FIRST_S, LAST_S + 1, round(line.headway_min * 60)):
                times = [start + k * hop_s for k in range(len(stops))]
                trips.append(
                    {
                        "id": f"grid:trip/{line.axis}-{line.at}/{direction}@{start}",
                        "route": route_id(line),
                        "service": "grid:service/daily",
                        "direction": direction,
                        "stops": [stop_id(a) for a in stops],
                        "arrive_s": times,
                        "depart_s": times,
                    }
                )
    return [_stops(sorted(calls), block_m), _routes(lines), _layer("trips", trips), _service_days()]


def _stops(calls: list[tuple[int, int]], block_m: float) -> Layer:
    points = shapely.to_wkb(shapely.points(_lonlat(np.array([_metres(a, block_m) for a in calls]))))
    return _layer(
        "stops",
        [
            {"id": stop_id(a), "name": f"Corner {a[0]},{a[1]}", "geometry": bytes(point), "kind": "stop"}
            for a, point in zip(calls, points, strict=True)
        ],
    )


def _routes(lines: list[Line]) -> Layer:
    kept = {route_id(line): {"id": route_id(line), "name": f"{line.axis} {line.at}", "mode": "bus"} for line in lines}
    return _layer("routes", [row | {"timezone": "Europe/Stockholm"} for row in kept.values()])


def _service_days() -> Layer:
    service = "grid:service/daily"
    return _layer("service_days", [{"id": f"{service}@{d}", "service": service, "date": d} for d in WEEK])


def _layer(name: str, rows: list[dict[str, Any]]) -> Layer:
    return Layer.of(name, pa.Table.from_pylist(rows, schema=schema_named(name).arrow), _stamp(len(rows)))


def _stamp(rows: int) -> Stamp:
    return Stamp(
        "gridcity",
        "Grid city with known answers",
        "CC0-1.0",
        "Stadslab",
        "",
        (),
        {},
        Verdict(rows, rows),
        synthetic=True,
    )
