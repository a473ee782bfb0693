"""A chessboard city whose answers are known in closed form.

n x n junctions, blocks of equal length, all streets open both ways to everybody. A place of kind `school` stands on
every junction (or only in the centre), and every junction has one reporting unit around it with ten people.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
import shapely
from pyproj import Transformer

from stadslab.core.city import City
from stadslab.core.layer import Layer, Stamp, Verdict
from stadslab.core.support import Population, Support

if TYPE_CHECKING:
    from numpy.typing import NDArray

CRS = "EPSG:32633"
WEST, SOUTH = 500_000.0, 6_500_000.0  # on the central meridian, at the latitude of Stockholm
PEOPLE_PER_UNIT = 10
STREET_KMH = 30.0
WALK_M_S = 1.3


def reach(k: int) -> int:
    """How many junctions lie within k blocks of one far from the border? 2k(k+1)+1, counting itself."""
    return 2 * k * (k + 1) + 1


def grid(
    n: int = 21, *, block_m: float = 130.0, places: Literal["all", "centre", "none"] = "all", matrix: bool = False
) -> City:
    """The city of n x n junctions: layers streets, places (when any) and people; with `matrix` also travel times."""
    at = [(i, j) for j in range(n) for i in range(n)]
    pieces = [(a, (a[0] + 1, a[1])) for a in at if a[0] + 1 < n] + [(a, (a[0], a[1] + 1)) for a in at if a[1] + 1 < n]
    layers = [Layer.of("streets", _streets(pieces, block_m), _stamp(len(pieces)))]
    stand = {"all": at, "centre": [(n // 2, n // 2)], "none": []}[places]
    if stand:
        layers.append(Layer.of("places", _places(stand, block_m), _stamp(len(stand))))
    layers.append(Layer.of("people", _people(at, block_m), _stamp(len(at))))
    if matrix:
        layers.append(Layer.of("travel_times", _travel_times(at, block_m), _stamp(len(at) ** 2)))
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
