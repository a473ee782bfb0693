"""Shapes as the bytes of a vector tile: clipped, thinned, on the tile's grid, in the order the format asks for.

Shapes come as flat arrays of corners in the square of Web Mercator: x from 0 (west) to 1 (east), y from 0 (north) to 1
(south). A part is a run of corners: the points of a point feature, one line, or one ring (without its first corner
again at the end). Nothing here raises over odd shapes: what has no length or no area on the grid is left out.

Sources: Vector Tile Specification 2.1, chapters 4.3 and 4.4 (commands, zigzag, winding); Sutherland and Hodgman (1974),
"Reentrant polygon clipping"; Liang and Barsky (1984), "A new concept and method for line clipping"; Douglas and Peucker
(1973), as the distance up to which each corner is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from stadslab.kernels import _arrays
from stadslab.kernels._jit import inner, njit

if TYPE_CHECKING:
    import numpy.typing as npt

    from stadslab.kernels._arrays import Int32, Int64, UInt8

    Float64 = npt.NDArray[np.float64]

POINTS, LINES, POLYGONS = 1, 2, 3
"""What a feature is, by its number in the format."""
EXTENT = 4096
"""Steps of a tile's grid, each way."""
_MOVE, _LINE, _CLOSE = 1, 2, 7
_GROWTH = 6  # corners a clipped ring can have for each it had: at most half as many again at each of four sides


class Shapes(NamedTuple):
    """Corners of many features of one sort, in the square of Web Mercator."""

    kind: int
    """POINTS, LINES or POLYGONS."""
    x: Float64
    y: Float64
    weight: Float64
    """float64[p]: how far the line would move without the corner; infinite for ends. See `weights`."""
    part: Int64
    """int64[r + 1]: corners of each part."""
    outer: UInt8
    """uint8[r]: 1 where a part begins a polygon, 0 for holes in the one before."""
    feature: Int64
    """int64[n + 1]: parts of each feature."""


class Window(NamedTuple):
    """Where a tile lies: grid = corner * scale - offset; what is within `margin` steps of the tile is kept."""

    scale: float
    west: float
    north: float
    margin: float


def window(z: int, x: int, y: int, *, margin: int) -> Window:
    """The window of a tile."""
    scale = float(EXTENT * 2**z)
    return Window(scale, float(EXTENT * x), float(EXTENT * y), float(margin))


def shapes(kind: int, x: Float64, y: Float64, part: Int64, outer: UInt8, feature: Int64) -> Shapes:
    """Shapes with the weight of each corner worked out. Raises for arrays that do not fit each other."""
    x, y = np.ascontiguousarray(x, np.float64), np.ascontiguousarray(y, np.float64)
    if x.shape != y.shape or not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("x, y: as many of one as of the other, all finite")
    part = _arrays.pointers("part", part, rows=len(part) - 1, entries=len(x))
    outer = _arrays.flags("outer", outer)
    feature = _arrays.pointers("feature", feature, rows=len(feature) - 1, entries=len(part) - 1)
    if len(outer) != len(part) - 1:
        raise ValueError(f"outer: one for each of {len(part) - 1} parts; got {len(outer)}")
    x, y = _arrays.frozen(x), _arrays.frozen(y)
    if kind == POINTS:
        weight = np.full(len(x), np.inf)
    else:
        weight = _weights(x, y, part, kind == POLYGONS)
    return Shapes(kind, x, y, _arrays.frozen(weight), part, outer, feature)


def geometries(
    given: Shapes, chosen: Int64, where: Window, *, tolerance: float = 0.0, least_area: float = 0.0
) -> tuple[UInt8, Int64]:
    """The geometry of each chosen feature as bytes, one after the other, and where each ends (int64[k]).

    tolerance: how far a line may move when corners are left out. least_area: what rings must cover to be kept. Both in
    steps of the grid. A feature of which nothing is left has no bytes.
    """
    chosen = _arrays.int64("chosen", chosen, least=0, below=max(len(given.feature) - 1, 1))
    return _geometries(
        given.kind, given.x, given.y, given.weight, given.part, given.outer, given.feature, chosen,
        where.scale, where.west, where.north, where.margin, tolerance / where.scale, 2 * least_area,
    )  # fmt: skip


def features(kind: int, geometry: UInt8, ends: Int64, ids: Int64, tags: Int32) -> UInt8:
    """Feature messages, each with its field number, for the features that have any geometry.

    ids: int64[k]. tags: int32[k, keys], the number of the value each key has, -1 for none.
    """
    ids, ends = _arrays.int64("ids", ids, least=0), _arrays.int64("ends", ends)
    tags = _arrays.table("tags", tags, np.int32)
    if not len(ids) == len(ends) == len(tags):
        raise ValueError(f"ids, ends, tags: as many of each; got {len(ids)}, {len(ends)}, {len(tags)}")
    return _features(kind, _arrays.frozen(geometry), ends, ids, tags)


@njit
def gathered(content: UInt8, ptr: Int64, which: Int64) -> UInt8:
    """The byte strings of these numbers, one after the other. ptr: int64[s + 1], where each lies in `content`."""
    size = 0
    for i in range(which.size):
        size += ptr[which[i] + 1] - ptr[which[i]]
    out = np.empty(size, np.uint8)
    at = 0
    for i in range(which.size):
        for byte in range(ptr[which[i]], ptr[which[i] + 1]):
            out[at] = content[byte]
            at += 1
    return out


@njit
def _weights(x: Float64, y: Float64, part: Int64, closed: bool) -> Float64:
    """How far the line would move without each corner: what Douglas and Peucker would compare with a tolerance."""
    weight = np.zeros(x.size, np.float64)
    longest = 2
    for p in range(part.size - 1):
        longest = max(longest, part[p + 1] - part[p])
    stack = np.empty((longest + 2, 2), np.int64)
    most = np.empty(longest + 2, np.float64)
    for p in range(part.size - 1):
        start, size = part[p], part[p + 1] - part[p]
        if size == 0:
            continue
        weight[start] = np.inf
        depth = 0
        if closed:  # open the ring at its first corner and the one farthest from it
            far, distance = 0, -1.0
            for i in range(1, size):
                d = (x[start + i] - x[start]) ** 2 + (y[start + i] - y[start]) ** 2
                if d > distance:
                    far, distance = i, d
            if far:
                weight[start + far] = np.inf
                stack[0, 0], stack[0, 1], most[0] = 0, far, np.inf
                stack[1, 0], stack[1, 1], most[1] = far, size, np.inf
                depth = 2
        else:
            weight[start + size - 1] = np.inf
            stack[0, 0], stack[0, 1], most[0] = 0, size - 1, np.inf
            depth = 1
        while depth:
            depth -= 1
            low, high, limit = stack[depth, 0], stack[depth, 1], most[depth]
            if high - low < 2:
                continue
            ax, ay = x[start + low], y[start + low]
            last = start + high % size
            dx, dy = x[last] - ax, y[last] - ay
            length = dx * dx + dy * dy
            far, distance = low + 1, -1.0
            for i in range(low + 1, high):
                px, py = x[start + i] - ax, y[start + i] - ay
                if length > 0:
                    along = min(max((px * dx + py * dy) / length, 0.0), 1.0)
                    px -= along * dx
                    py -= along * dy
                d = px * px + py * py
                if d > distance:
                    far, distance = i, d
            kept = min(np.sqrt(distance), limit)  # no more than those it hangs on, so that a threshold is enough
            weight[start + far] = kept
            stack[depth, 0], stack[depth, 1], most[depth] = low, far, kept
            stack[depth + 1, 0], stack[depth + 1, 1], most[depth + 1] = far, high, kept
            depth += 2
    return weight


@njit
def _geometries(
    kind: int, x: Float64, y: Float64, weight: Float64, part: Int64, outer: UInt8, feature: Int64, chosen: Int64,
    scale: float, west: float, north: float, margin: float, tolerance: float, twice_area: float,
) -> tuple[UInt8, Int64]:  # fmt: skip
    low, high = -margin, EXTENT + margin
    longest = 1
    for c in range(chosen.size):
        for p in range(feature[chosen[c]], feature[chosen[c] + 1]):
            longest = max(longest, part[p + 1] - part[p])
    gx, gy = np.empty(_GROWTH * longest + 16), np.empty(_GROWTH * longest + 16)
    hx, hy = np.empty(_GROWTH * longest + 16), np.empty(_GROWTH * longest + 16)
    qx, qy = np.empty(_GROWTH * longest + 16, np.int64), np.empty(_GROWTH * longest + 16, np.int64)
    out = np.empty(max(chosen.size * 48, 1024), np.uint8)
    ends = np.empty(chosen.size, np.int64)
    cursor = np.zeros(2, np.int64)
    at = 0
    for c in range(chosen.size):
        cursor[0], cursor[1] = 0, 0
        whole = False  # whether the polygon that holes are cut from is drawn
        first, last = feature[chosen[c]], feature[chosen[c] + 1]
        if kind == POINTS:
            count = 0
            for i in range(part[first], part[last]):
                px, py = x[i] * scale - west, y[i] * scale - north
                if low <= px <= high and low <= py <= high and count < qx.size:
                    qx[count], qy[count] = np.int64(np.floor(px + 0.5)), np.int64(np.floor(py + 0.5))
                    count += 1
            if count:
                out = _room(out, at, count)
                at = _run(out, at, _MOVE, qx, qy, 0, count, 1, cursor)
            ends[c] = at
            continue
        for p in range(first, last):
            if kind == POLYGONS and not outer[p] and not whole:
                continue
            size, inside = 0, True
            for i in range(part[p], part[p + 1]):
                if weight[i] >= tolerance:
                    gx[size], gy[size] = x[i] * scale - west, y[i] * scale - north
                    inside = inside and low <= gx[size] <= high and low <= gy[size] <= high
                    size += 1
            if kind == LINES:
                out, at = _line(out, at, gx, gy, size, inside, low, high, qx, qy, cursor)
                continue
            if outer[p]:
                whole = False
            if not inside:
                size = _cut(gx, gy, size, hx, hy, 0, low, 1.0)
                size = _cut(hx, hy, size, gx, gy, 0, high, -1.0)
                size = _cut(gx, gy, size, hx, hy, 1, low, 1.0)
                size = _cut(hx, hy, size, gx, gy, 1, high, -1.0)
            size = _on_grid(gx, gy, size, qx, qy, True)
            if size < 3:
                continue
            area = np.int64(0)
            for i in range(size):
                j = i + 1 if i + 1 < size else 0
                area += qx[i] * qy[j] - qx[j] * qy[i]
            if area == 0 or abs(area) < twice_area:
                continue
            out = _room(out, at, size)
            forward = (area > 0) == (outer[p] != 0)  # on a grid with y downwards the outside has a positive area
            if forward:
                at = _run(out, at, _MOVE, qx, qy, 0, 1, 1, cursor)
                at = _run(out, at, _LINE, qx, qy, 1, size - 1, 1, cursor)
            else:
                at = _run(out, at, _MOVE, qx, qy, size - 1, 1, -1, cursor)
                at = _run(out, at, _LINE, qx, qy, size - 2, size - 1, -1, cursor)
            at = _varint(out, at, 1 << 3 | _CLOSE)
            whole = True
        ends[c] = at
    return out[:at], ends


@inner
def _room(out: UInt8, at: int, corners: int) -> UInt8:
    """The same bytes with room for so many more corners."""
    need = at + 10 * corners + 32
    if need <= out.size:
        return out
    bigger = np.empty(max(2 * out.size, need), np.uint8)
    bigger[:at] = out[:at]
    return bigger


@inner
def _varint(out: UInt8, at: int, value: int) -> int:
    while value > 127:
        out[at] = (value & 127) | 128
        value >>= 7
        at += 1
    out[at] = value
    return at + 1


@inner
def _size(value: int) -> int:
    """Bytes of a number as a varint."""
    size = 1
    while value > 127:
        value >>= 7
        size += 1
    return size


@inner
def _run(
    out: UInt8, at: int, command: int, qx: Int64, qy: Int64, start: int, count: int, step: int, cursor: Int64
) -> int:
    """One command for a run of corners: each as the way from the one before, zigzag."""
    at = _varint(out, at, count << 3 | command)
    i = start
    for _ in range(count):
        dx, dy = qx[i] - cursor[0], qy[i] - cursor[1]
        at = _varint(out, at, (dx << 1) ^ (dx >> 63))
        at = _varint(out, at, (dy << 1) ^ (dy >> 63))
        cursor[0], cursor[1] = qx[i], qy[i]
        i += step
    return at


@inner
def _on_grid(gx: Float64, gy: Float64, size: int, qx: Int64, qy: Int64, closed: bool) -> int:
    """Round to the grid; corners that fall on the one before are left out."""
    kept = 0
    for i in range(size):
        px, py = np.int64(np.floor(gx[i] + 0.5)), np.int64(np.floor(gy[i] + 0.5))
        if kept and qx[kept - 1] == px and qy[kept - 1] == py:
            continue
        qx[kept], qy[kept] = px, py
        kept += 1
    while closed and kept > 1 and qx[kept - 1] == qx[0] and qy[kept - 1] == qy[0]:
        kept -= 1
    return kept


@inner
def _cut(
    gx: Float64, gy: Float64, size: int, hx: Float64, hy: Float64, axis: int, border: float, side: float
) -> int:  # fmt: skip
    """What of a ring lies on one side of a border: the part of it with side * (corner - border) >= 0."""
    kept = 0
    for i in range(size):
        j = i + 1 if i + 1 < size else 0
        a = side * ((gy[i] if axis else gx[i]) - border)
        b = side * ((gy[j] if axis else gx[j]) - border)
        if a >= 0:
            hx[kept], hy[kept] = gx[i], gy[i]
            kept += 1
        if (a >= 0) != (b >= 0):
            share = a / (a - b)
            hx[kept], hy[kept] = gx[i] + share * (gx[j] - gx[i]), gy[i] + share * (gy[j] - gy[i])
            if axis:
                hy[kept] = border
            else:
                hx[kept] = border
            kept += 1
    return kept


@inner
def _line(
    out: UInt8, at: int, gx: Float64, gy: Float64, size: int, inside: bool, low: float, high: float, qx: Int64,
    qy: Int64, cursor: Int64,
) -> tuple[UInt8, int]:  # fmt: skip
    """A line, in as many pieces as the window leaves of it."""
    if inside:
        count = _on_grid(gx, gy, size, qx, qy, False)
        return _piece(out, at, qx, qy, count, cursor)
    count = 0
    for i in range(size - 1):
        dx, dy = gx[i + 1] - gx[i], gy[i + 1] - gy[i]
        enter, leave = 0.0, 1.0
        for side in range(4):
            if side == 0:
                way, room = -dx, gx[i] - low
            elif side == 1:
                way, room = dx, high - gx[i]
            elif side == 2:
                way, room = -dy, gy[i] - low
            else:
                way, room = dy, high - gy[i]
            if way < 0:
                enter = max(enter, room / way)
            elif way > 0:
                leave = min(leave, room / way)
            elif room < 0:
                leave = -1.0
        if enter > leave:
            out, at = _piece(out, at, qx, qy, count, cursor)
            count = 0
            continue
        if count == 0 or enter > 0:
            out, at = _piece(out, at, qx, qy, count, cursor)
            qx[0] = np.int64(np.floor(gx[i] + enter * dx + 0.5))
            qy[0] = np.int64(np.floor(gy[i] + enter * dy + 0.5))
            count = 1
        px = np.int64(np.floor(gx[i] + leave * dx + 0.5))
        py = np.int64(np.floor(gy[i] + leave * dy + 0.5))
        if px != qx[count - 1] or py != qy[count - 1]:
            qx[count], qy[count] = px, py
            count += 1
    return _piece(out, at, qx, qy, count, cursor)


@inner
def _piece(out: UInt8, at: int, qx: Int64, qy: Int64, count: int, cursor: Int64) -> tuple[UInt8, int]:
    if count < 2:
        return out, at
    out = _room(out, at, count)
    at = _run(out, at, _MOVE, qx, qy, 0, 1, 1, cursor)
    return out, _run(out, at, _LINE, qx, qy, 1, count - 1, 1, cursor)


@njit
def _features(kind: int, geometry: UInt8, ends: Int64, ids: Int64, tags: Int32) -> UInt8:
    keys = tags.shape[1]
    out = np.empty(geometry.size + ids.size * (40 + 10 * keys), np.uint8)
    at = 0
    start = np.int64(0)
    for f in range(ids.size):
        length = ends[f] - start
        if length > 0:
            paired = 0
            for key in range(keys):
                if tags[f, key] >= 0:
                    paired += _size(key) + _size(tags[f, key])
            whole = 1 + _size(ids[f]) + 2 + 1 + _size(length) + length
            if paired:
                whole += 1 + _size(paired) + paired
            out[at] = 0x12  # a feature of the layer
            at = _varint(out, at + 1, whole)
            out[at] = 0x08  # id
            at = _varint(out, at + 1, ids[f])
            if paired:
                out[at] = 0x12  # tags
                at = _varint(out, at + 1, paired)
                for key in range(keys):
                    if tags[f, key] >= 0:
                        at = _varint(out, at, key)
                        at = _varint(out, at, tags[f, key])
            out[at] = 0x18  # sort of geometry
            out[at + 1] = kind
            out[at + 2] = 0x22  # geometry
            at = _varint(out, at + 3, length)
            for byte in range(start, ends[f]):
                out[at] = geometry[byte]
                at += 1
        start = ends[f]
    return out[:at]
