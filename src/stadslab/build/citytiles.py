"""The map of a city from its own layers: what each zoom shows, and what a click can ask about.

Every feature has its stable id as the property `id` (of a street: the way it is a piece of). Names come from `names`,
each with a `rank`: the zoom from which there is room for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from stadslab.build.vectortiles import (
    LINES,
    PIXEL,
    POINTS,
    POLYGONS,
    Prepared,
    Wanted,
    lenient,
    mercator,
    prepared,
    tile_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.core.city import City

READS = ("water", "green", "buildings", "streets", "places", "stops", "areas")
WHOLE = 14  # the deepest zoom a map need ask for: from here on nothing is thinned or left out
BUILDINGS_FROM = PLACES_FROM = 13
TILE_PIXELS = 512  # as maps show them
# From which zoom a class of street is drawn; links count with what they link to.
STREETS_FROM = {
    "motorway": 0, "trunk": 0, "primary": 0, "secondary": 9, "tertiary": 11, "residential": 12, "unclassified": 12,
    "living_street": 12, "pedestrian": 12, "road": 12, "busway": 12,
}  # fmt: skip
OTHERS_FROM = 13  # paths, service roads and whatever else there is
LABEL_PIXELS = 60  # how large something is drawn when there is room for its name
PLACE_RANK, STOP_RANK, STATION_RANK = 16, 16, 13


@dataclass(frozen=True, slots=True)
class CityTiles:
    """A city's layers, ready to be cut. starts: layer name to the zoom each row is shown from, int8[n]."""

    layers: dict[str, Prepared]
    starts: dict[str, NDArray[np.int8]]

    def tile(self, z: int, x: int, y: int) -> bytes:
        """The tile at this place; empty when nothing lies there. Raises `InputError` for a place that is none."""
        wanted = []
        for name, layer in self.layers.items():
            rows = None if z >= WHOLE else self.starts[name] <= z
            if rows is not None and not rows.any():
                continue
            thin = z < WHOLE
            area = PIXEL**2 if thin and layer.shapes.kind == POLYGONS and name != "areas" else 0.0
            wanted.append(Wanted(layer, rows, PIXEL / 2 if thin else 1.0, area))
        return tile_of(wanted, z, x, y)


def city_tiles(city: City) -> CityTiles:
    """Make a city's map ready."""
    layers: dict[str, Prepared] = {}
    starts: dict[str, NDArray[np.int8]] = {}
    for name in READS:
        if name in city:
            layers[name], starts[name] = _MAKERS[name](city[name].scan())
    layers["names"], starts["names"] = _names(city)
    return CityTiles(layers, starts)


def _always(layer: Prepared, zoom: int = 0) -> tuple[Prepared, NDArray[np.int8]]:
    return layer, np.full(len(layer), zoom, np.int8)


def _shapes(name: str, kind: int, table: pa.Table, *columns: str) -> Prepared:
    return prepared(name, kind, table["geometry"], {column: table[column] for column in ("id", *columns)})


def _streets(table: pa.Table) -> tuple[Prepared, NDArray[np.int8]]:
    kind = pc.replace_substring_regex(table["highway"], "_link$", "")
    closed = pc.fill_null(table["closed"], "")
    words = {
        "id": pc.replace_substring_regex(table["id"], "#.*$", ""),
        "name": table["name"],
        "class": kind,
        "walk": table["walk"],
        "closed": pc.if_else(pc.equal(closed, ""), pa.scalar(None, pa.string()), closed),
        "bridge": _only(table["bridge"]),
        "tunnel": _only(table["tunnel"]),
    }
    coded = kind.combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.chunk(0)
    zooms = np.array([*(STREETS_FROM.get(one, OTHERS_FROM) for one in coded.dictionary.to_pylist()), 0], np.int8)
    return prepared("streets", LINES, table["geometry"], words), zooms[coded.indices.to_numpy(zero_copy_only=False)]


def _only(flag: pa.ChunkedArray) -> pa.ChunkedArray:
    """True or blank: what is rarely true need not be told of the others."""
    return pc.if_else(flag, flag, pa.scalar(None, pa.bool_()))


_MAKERS: dict[str, Callable[[pa.Table], tuple[Prepared, NDArray[np.int8]]]] = {
    "water": lambda t: _always(_shapes("water", POLYGONS, t, "kind")),
    "green": lambda t: _always(_shapes("green", POLYGONS, t, "kind", "public")),
    "buildings": lambda t: _always(_shapes("buildings", POLYGONS, t, "use"), BUILDINGS_FROM),
    "streets": _streets,
    "places": lambda t: _always(_shapes("places", POINTS, t, "kind", "name"), PLACES_FROM),
    "stops": lambda t: _always(_shapes("stops", POINTS, t.filter(_seen(t)), "kind", "name"), 12),
    "areas": lambda t: _always(_shapes("areas", POLYGONS, t, "name")),
}


def _seen(stops: pa.Table) -> Any:
    """Stops and stations; what lies inside a station is not drawn."""
    return pc.is_in(stops["kind"], pa.array(["stop", "station"]))


def _names(city: City) -> tuple[Prepared, NDArray[np.int8]]:
    """Points where names stand: of water, green and areas where they are widest, of places and stops where they are."""
    parts: list[pa.Table] = []
    for name in ("water", "green", "areas", "places", "stops"):
        if name not in city:
            continue
        table = city[name].scan()
        if name == "stops":
            table = table.filter(_seen(table))
        named = table.filter(pc.fill_null(pc.greater(pc.utf8_length(table["name"]), 0), False))
        shapes = lenient(named["geometry"])
        points = shapely.point_on_surface(shapely.make_valid(shapes)) if name in ("water", "green", "areas") else shapes
        if name == "stops":
            ranks = np.where(np.asarray(pc.equal(named["kind"], "station")), STATION_RANK, STOP_RANK)
        else:
            ranks = np.full(len(shapes), PLACE_RANK) if name == "places" else _room_from(shapes)
        parts.append(
            pa.table(
                {
                    "id": named["id"],
                    "kind": pa.array([name] * len(named), pa.string()),
                    "name": named["name"],
                    "rank": pa.array(ranks, pa.int64()),
                    "geometry": pa.array(shapely.to_wkb(points), pa.binary()),
                }
            )
        )
    if not parts:
        return _always(prepared("names", POINTS, pa.array([], pa.binary())))
    table = pa.concat_tables(parts)
    words = {column: table[column] for column in ("id", "kind", "name", "rank")}
    rank = table["rank"].to_numpy()
    return prepared("names", POINTS, table["geometry"], words), np.minimum(rank, WHOLE).astype(np.int8)


def _room_from(shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    """The zoom at which each shape is as wide as a name."""
    box = shapely.bounds(shapes)
    x, y = (mercator(box[:, pair]) for pair in ([0, 1], [2, 3]))
    size = np.hypot(y[0] - x[0], y[1] - x[1])
    size = np.where(np.isfinite(size) & (size > 0), size, 1e-9)
    return np.clip(np.ceil(np.log2(LABEL_PIXELS / (size * TILE_PIXELS))), 0, 18).astype(np.int64)
