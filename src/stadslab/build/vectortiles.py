"""Vector tiles: any square of the map as bytes a browser draws, from shapes made ready once.

Shapes are laid flat in Web Mercator and their words collected once (`prepared`); a tile then is a matter of choosing,
clipping and writing, all of it in compiled loops that let other threads run (`tile_of`). Bytes follow the Vector Tile
Specification 2.1.

Blind spots: what lies beyond 85.05 degrees is drawn on the edge of the map; shapes that cross the antimeridian are
drawn the long way round.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa
import shapely

from stadslab.build.wkb import plain_lines
from stadslab.core.errors import InputError, Problem
from stadslab.kernels import vectortile

if TYPE_CHECKING:
    from numpy.typing import NDArray

POINTS, LINES, POLYGONS = vectortile.POINTS, vectortile.LINES, vectortile.POLYGONS
DEEPEST = 22  # zoom; the grid is finer than a millimetre there
MARGIN = 64  # steps of the grid drawn beyond the border of a tile: strokes of neighbours meet there
PIXEL = 8  # steps of the grid in a pixel of a screen, at the size tiles are shown
NORTHERNMOST = 85.051129  # latitude at which the map becomes a square

Words: TypeAlias = "Mapping[str, pa.Array | pa.ChunkedArray]"


@dataclass(frozen=True, slots=True)
class Prepared:
    """One layer of a tile, ready to be cut: its shapes, the box of each, and its words as bytes.

    box: float64[n, 4], west, north, east, south in the square of Web Mercator; NaN for what has no shape.
    ids: int64[n]. codes: int32[n, keys], numbers of values, -1 for blank. content, ptr: the values, one after another.
    """

    name: str
    shapes: vectortile.Shapes
    box: NDArray[np.float64]
    ids: NDArray[np.int64]
    keys: tuple[str, ...]
    codes: NDArray[np.int32]
    content: NDArray[np.uint8]
    ptr: NDArray[np.int64]

    def __len__(self) -> int:
        """Number of features."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a tile takes from a layer. rows: those that may appear, None for all.

    tolerance, least_area: how far lines may move, and what areas must cover, in steps of the grid.
    """

    layer: Prepared
    rows: NDArray[np.bool_] | None = None
    tolerance: float = 0.0
    least_area: float = 0.0


def prepared(
    name: str,
    kind: int,
    wkb: pa.Array | pa.ChunkedArray,
    words: Words | None = None,
    ids: NDArray[np.int64] | None = None,
) -> Prepared:
    """Make a layer ready: geometries as WKB in longitude and latitude, and a column of words, flags or numbers a key.

    ids: whole numbers from 0; the place in the column when none are given. Parts of another sort than `kind`, broken
    bytes and coordinates that are no numbers are left out.
    """
    xy, part, outer, feature = _parts(kind, wkb)
    x, y = mercator(xy)
    shapes = vectortile.shapes(kind, x, y, part, outer, feature)
    codes, content, ptr = _coded(words or {}, len(wkb))
    numbers = np.arange(len(wkb), dtype=np.int64) if ids is None else np.ascontiguousarray(ids, np.int64)
    return Prepared(name, shapes, _boxes(shapes), numbers, tuple(words or {}), codes, content, ptr)


def tile_of(wanted: Sequence[Wanted], z: int, x: int, y: int) -> bytes:
    """The tile at this place as bytes; empty when nothing lies there. Raises `InputError` for a place that is none."""
    check_place(z, x, y)
    return b"".join(_layer(one, z, x, y) for one in wanted)


def check_place(z: int, x: int, y: int) -> None:
    """Raise `InputError` unless there is such a tile."""
    if not 0 <= z <= DEEPEST:
        raise InputError(Problem("tile", f"there is no zoom {z}", f"0 to {DEEPEST}"))
    if not (0 <= x < 2**z and 0 <= y < 2**z):
        raise InputError(Problem("tile", f"there is no tile {x}, {y} at zoom {z}", f"each from 0 to {2**z - 1}"))


def mercator(lonlat: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitude and latitude, float64[n, 2], in the square of Web Mercator: x from the west, y from the north."""
    sine = np.sin(np.radians(np.clip(lonlat[:, 1], -NORTHERNMOST, NORTHERNMOST)))
    return (lonlat[:, 0] + 180.0) / 360.0, 0.5 - np.arctanh(sine) / (2 * np.pi)


def _layer(wanted: Wanted, z: int, x: int, y: int) -> bytes:
    layer = wanted.layer
    where = vectortile.window(z, x, y, margin=MARGIN)
    margin = MARGIN / vectortile.EXTENT
    west, north, east, south = (np.array([x, y, x + 1, y + 1]) + np.array([-1, -1, 1, 1]) * margin) / 2**z
    box = layer.box
    near = (box[:, 0] <= east) & (box[:, 2] >= west) & (box[:, 1] <= south) & (box[:, 3] >= north)
    if wanted.rows is not None:
        near &= wanted.rows
    chosen = np.flatnonzero(near)
    if not len(chosen):
        return b""
    geometry, ends = vectortile.geometries(
        layer.shapes, chosen, where, tolerance=wanted.tolerance, least_area=wanted.least_area
    )
    if not len(geometry):
        return b""
    codes = layer.codes[chosen]
    codes[np.diff(ends, prepend=0) == 0] = -1  # words of what is not drawn need not travel
    used = np.zeros(len(layer.ptr), bool)
    used[codes.ravel()] = True  # the last, for -1, is no value
    used[-1] = False
    which = np.flatnonzero(used)
    place = np.full(len(layer.ptr), -1, np.int32)
    place[which] = np.arange(len(which), dtype=np.int32)
    features = vectortile.features(layer.shapes.kind, geometry, ends, layer.ids[chosen], place[codes])
    body = b"".join(
        [
            b"\x78\x02",  # version 2
            _text(1, layer.name),
            features.tobytes(),
            *(_text(3, key) for key in layer.keys),
            vectortile.gathered(layer.content, layer.ptr, which).tobytes(),
            b"\x28" + _varint(vectortile.EXTENT),
        ]
    )
    return b"\x1a" + _varint(len(body)) + body


def _parts(
    kind: int, wkb: pa.Array | pa.ChunkedArray
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    """Corners, where parts end, which begin a polygon, and where features end."""
    lines = plain_lines(wkb) if kind == LINES and len(wkb) else None
    if lines is not None:
        xy, size = lines
        owner = np.arange(len(size))
        outer = np.ones(len(size), np.uint8)
    else:
        pieces, owner = shapely.get_parts(shapely.force_2d(lenient(wkb)), return_index=True)
        while (shapely.get_type_id(pieces) > _MULTI).any():  # collections within collections
            pieces, at = shapely.get_parts(pieces, return_index=True)
            owner = owner[at]
        pieces, at = shapely.get_parts(pieces, return_index=True)
        owner = owner[at]
        right = (shapely.get_dimensions(pieces) == kind - 1) & ~shapely.is_empty(pieces)
        pieces, owner = pieces[right], owner[right]
        outer = np.ones(len(pieces), np.uint8)
        if kind == POLYGONS:
            pieces, at = shapely.get_rings(pieces, return_index=True)
            owner = owner[at]
            outer = (np.diff(at, prepend=-1) > 0).astype(np.uint8)
        xy, ring = shapely.get_coordinates(pieces, return_index=True)
        size = np.bincount(ring, minlength=len(pieces))
        if kind == POLYGONS and len(size):  # the last corner is the first again
            xy = np.delete(xy, np.cumsum(size) - 1, axis=0)
            size = size - 1
    return _finite(kind, xy, size, owner, outer, len(wkb))


def lenient(wkb: pa.Array | pa.ChunkedArray) -> NDArray[np.object_]:
    """WKB as shapely geometries; None for bytes that are none. Coordinates that are no numbers cause no stir."""
    with np.errstate(invalid="ignore"):
        shapes = shapely.from_wkb(wkb.to_numpy(zero_copy_only=False), on_invalid="ignore")
    return np.asarray(shapes, object)


_MULTI = 6  # the last of shapely's numbers for sorts of geometry that is not a collection of others


def _finite(
    kind: int,
    xy: NDArray[np.float64],
    size: NDArray[np.int64],
    owner: NDArray[np.int64],
    outer: NDArray[np.uint8],
    rows: int,
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    """The same without parts that have a coordinate which is no place; a polygon goes with its outer ring."""
    odd = ~(np.isfinite(xy) & (np.abs(xy) <= 540)).all(axis=1)
    if odd.any():
        part = np.repeat(np.arange(len(size)), size)
        bad = np.bincount(part[odd], minlength=len(size)) > 0
        if kind == POLYGONS:
            polygon = np.cumsum(outer) - 1
            bad |= (np.bincount(polygon[bad & (outer == 1)], minlength=int(outer.sum())) > 0)[polygon]
        xy, size, owner, outer = xy[~bad[part]], size[~bad], owner[~bad], outer[~bad]
    starts = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    feature = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=rows))]).astype(np.int64)
    return xy, starts, outer, feature


def _boxes(shapes: vectortile.Shapes) -> NDArray[np.float64]:
    box = np.full((len(shapes.feature) - 1, 4), np.nan)
    starts = shapes.part[shapes.feature]
    some = np.flatnonzero(np.diff(starts))
    if len(some):
        first = starts[some]
        sides = ((shapes.x, np.minimum), (shapes.y, np.minimum), (shapes.x, np.maximum), (shapes.y, np.maximum))
        for at, (column, end) in enumerate(sides):
            box[some, at] = end.reduceat(column, first)
    return box


def _coded(words: Words, rows: int) -> tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.int64]]:
    """Each value once, as bytes, and its number for every row and key."""
    codes = np.full((rows, len(words)), -1, np.int32)
    pool: dict[bytes, int] = {}
    for at, column in enumerate(words.values()):
        array = pa.chunked_array([column]) if isinstance(column, pa.Array) else column
        coded = array.combine_chunks().dictionary_encode()
        if isinstance(coded, pa.ChunkedArray):
            coded = coded.chunk(0) if coded.num_chunks else None
        if coded is None:
            continue
        numbers = [pool.setdefault(_value(one), len(pool)) for one in coded.dictionary.to_pylist()]
        code = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        codes[:, at] = np.array([*numbers, -1], np.int32)[code]
    content = np.frombuffer(b"".join(pool), np.uint8)
    sizes = np.fromiter((len(one) for one in pool), np.int64, len(pool))
    return codes, content, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _value(value: object) -> bytes:
    """A value of a layer as bytes, with its field number."""
    if isinstance(value, bool):
        body = b"\x38" + (b"\x01" if value else b"\x00")
    elif isinstance(value, int):
        body = b"\x30" + _varint((value << 1) ^ (value >> 63))
    elif isinstance(value, float):
        body = b"\x19" + struct.pack("<d", value)
    else:
        body = _text(1, str(value))
    return b"\x22" + _varint(len(body)) + body


def _text(field: int, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    out = bytearray()
    value &= (1 << 64) - 1
    while value > 127:
        out.append((value & 127) | 128)
        value >>= 7
    out.append(value)
    return bytes(out)
