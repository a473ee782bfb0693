"""From the borders of areas to a raster that tells which area holds a point.

Nothing is asked of the borders: areas may overlap, leave gaps, have holes, be in several parts, or be invalid. All that
is used is that between borders the answer does not change. Corners of pixels that are joined by stretches no border
comes near therefore share one answer, asked once of `ask`.

Memory, beside the borders: about 40 bytes a pixel of the first level while it is made (`PIXELS` at most: 170 MB) and
64 bytes a block of smaller ones (`BLOCKS` at most: 134 MB, about three times that while it is made).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stadslab.kernels import _arrays
from stadslab.kernels._jit import njit
from stadslab.kernels.raster import ASK, NOWHERE, SPLIT, Raster, float64

Floats = npt.NDArray[np.float64]
Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Ask = Callable[[Floats, Floats], Int32]

PIXELS = 1 << 22
BLOCKS = 1 << 21
DEEPEST = 10  # levels of smaller pixels: 4**10 in a row
WORTH = 1e-4  # share of the raster's surface that may be left to `ask`
FINEST = 1 << 16  # pixels along one side: 31 bits hold a place in a raster to a 16,000th of a pixel
STRAIGHT = 1 / 1024  # borders within this part of a pixel from one line count as that line

_PURE, _CORNERS, _LEFT_TO_ASK = -1, -2, -3  # beside the number of the border that is the pixel's only line
_UNKNOWN = -3


@dataclass(frozen=True, slots=True, eq=False)
class Borders:
    """Straight pieces of borders, and boxes in which nothing is known.

    x0, y0, x1, y1: float64[m], the ends of each piece. area: int32[m], the area it borders; a piece given once for each
    of two neighbours is one. margin: how far the true border may lie from the piece, in the coordinates' unit.
    boxes: float64[b, 4], west, south, east and north of what is left to `ask`.
    """

    x0: Floats
    y0: Floats
    x1: Floats
    y1: Floats
    area: Int32
    margin: float
    boxes: Floats


def rasterize(borders: Borders, ask: Ask, x_scale: float = 1.0, pixels: int = PIXELS, share: float = 0.05) -> Raster:
    """A raster that finds the area of a point as `ask` would.

    ask: which area (NOWHERE: none) holds each of these points, x and y float64[n]: int32[n]; of areas that overlap, the
    lowest number. x_scale: how long a unit of x is, measured in units of y, so that pixels are about square. pixels: no
    more than these in the first level. share: about the share of the first level that borders may touch; fewer pixels
    do where there are few borders. TypeError and ValueError for columns that do not fit together.
    """
    ends = [float64(name, getattr(borders, name)) for name in ("x0", "y0", "x1", "y1")]
    area = _arrays.int32("area", borders.area, least=0)
    _arrays.same_length(**dict(zip(("x0", "y0", "x1", "y1"), ends, strict=True)), area=area)
    if not all(np.isfinite(end).all() for end in ends):
        raise ValueError("borders: every end has finite coordinates")
    boxes = np.asarray(borders.boxes, np.float64).reshape(-1, 4)
    xs, ys = (
        np.concatenate([ends[0], ends[2], boxes[:, 0], boxes[:, 2]]),
        np.concatenate([ends[1], ends[3], boxes[:, 1], boxes[:, 3]]),
    )
    if not xs.size:
        nothing = np.full(1, NOWHERE, np.int32)
        return Raster(0.0, 0.0, 1.0, 1.0, 1, 1, nothing, np.empty(0, np.int32), np.zeros((1, 4)))
    frame = _frame(ends, xs, ys, borders.margin, x_scale, pixels, share)
    x0, y0, per_x, per_y, width, height = frame
    u0, v0, u1, v1 = (ends[0] - x0) * per_x, (ends[1] - y0) * per_y, (ends[2] - x0) * per_x, (ends[3] - y0) * per_y
    pieces, owner, grain = _distinct(u0, v0, u1, v1, area, max(width, height))
    near = borders.margin * max(per_x, per_y) + 2 * grain + 1e-9
    left_out = np.column_stack(
        [(boxes[:, 0] - x0) * per_x, (boxes[:, 1] - y0) * per_y, (boxes[:, 2] - x0) * per_x, (boxes[:, 3] - y0) * per_y]
    )

    def ask_at(u: Floats, v: Floats) -> Int32:
        return np.asarray(ask(x0 + u / per_x, y0 + v / per_y), np.int32)

    codes, blocks, lines = _levels(
        pieces, owner, near, left_out + np.array([-near, -near, near, near]), width, height, ask_at
    )
    return Raster(x0, y0, per_x, per_y, width, height, codes, blocks, lines)


def _frame(
    ends: list[Floats], xs: Floats, ys: Floats, margin: float, x_scale: float, pixels: int, share: float
) -> tuple[float, float, float, float, int, int]:
    """South-west corner, pixels a unit, and size of a raster with a pixel's width of nothing all round."""
    west, east = float(xs.min()) - margin / x_scale, float(xs.max()) + margin / x_scale
    south, north = float(ys.min()) - margin, float(ys.max()) + margin
    wide, high = (east - west) * x_scale, north - south
    # not finer than the coordinates are, nor than the square root of the smallest number there is
    longest = max(wide, high, float(np.spacing(np.abs([west, east, south, north]).max())) * 2**20, 1e-150)
    wide, high = max(wide, longest / 1024), max(high, longest / 1024)
    length = float(np.hypot((ends[2] - ends[0]) * x_scale, ends[3] - ends[1]).sum())
    # a line of length l crosses about 4 l / pi s pixels of side s
    side = share * wide * high * np.pi / 4 / length if length else longest
    side = max(min(side, longest / 16), (wide * high / pixels) ** 0.5, 1.02 * longest / FINEST)
    width, height = int(wide / side) + 3, int(high / side) + 3
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    per_x, per_y = x_scale / side, 1 / side
    return middle_x - width / 2 / per_x, middle_y - height / 2 / per_y, per_x, per_y, width, height


def _distinct(
    u0: Floats, v0: Floats, u1: Floats, v1: Floats, area: Int32, size: int
) -> tuple[tuple[Floats, Floats, Floats, Floats], Int32, float]:
    """Each piece once, with the lowest area it borders, and how coarsely ends were taken as the same."""
    bits = 30 - int(size).bit_length()
    scale = float(1 << bits)
    around = np.round(np.concatenate([u0, u1]) * scale).astype(np.int64) << 31
    around += np.round(np.concatenate([v0, v1]) * scale).astype(np.int64)
    corners, corner = np.unique(around, return_inverse=True)
    start, end = corner[: u0.size], corner[u0.size :]
    key = np.minimum(start, end) * np.int64(len(corners)) + np.maximum(start, end)
    order = np.lexsort((area, key))  # the lowest area first
    first = order[np.flatnonzero(np.diff(key[order], prepend=-1))]
    return (u0[first], v0[first], u1[first], v1[first]), area[first], 1 / scale


@dataclass(slots=True, eq=False)
class _Level:
    """Blocks of pixels to be filled in.

    u, v: float64[b], their south-west corners. corner: int32[4 b], what is known of their corners (SW, SE, NW, NE).
    ptr, piece: the pieces of borders near each block. side: of a pixel. width, height: pixels a block.
    """

    u: Floats
    v: Floats
    corner: Int32
    ptr: Int64
    piece: Int32
    side: float
    width: int
    height: int


def _levels(
    pieces: tuple[Floats, Floats, Floats, Floats],
    owner: Int32,
    near: float,
    boxes: Floats,
    width: int,
    height: int,
    ask: Ask,
) -> tuple[Int32, Int32, Floats]:
    """Codes of the first level, of all blocks below it, and the lines they refer to."""
    every = np.arange(owner.size, dtype=np.int32)
    whole = np.array([0, owner.size], np.int64)
    level = _Level(np.zeros(1), np.zeros(1), np.full(4, _UNKNOWN, np.int32), whole, every, 1.0, width, height)
    lines = _Lines(np.zeros((1024, 4)), 0, np.full(owner.size, -1, np.int32))
    codes: list[Int32] = []
    blocks = 0
    for depth in range(DEEPEST + 1):
        ptr, piece = _near_pixels(level, pieces, near)
        straight = min(STRAIGHT, level.side / 64)
        only = np.empty(ptr.size - 1, np.int32)
        _sort_pixels(level, pieces, near, straight, boxes, ptr, piece, only)
        label = _corner_labels(level, pieces, near + straight, only, ask)
        made, split = _codes_of(level, pieces, owner, near + straight, ptr, piece, only, label, lines)
        surface = split.size * level.side**2 / (width * height)
        deep = depth == DEEPEST or level.side <= 8 * near
        if surface <= WORTH or deep or blocks + split.size > BLOCKS:
            made[split] = ASK
            split = split[:0]
        made[split] = -4 - 2 * (blocks + np.arange(split.size, dtype=np.int32))
        codes.append(made)
        if not split.size:
            break
        blocks += split.size
        level = _below(level, split, label, ptr, piece)
    return codes[0], np.concatenate([np.empty(0, np.int32), *codes[1:]]), lines.values[: max(lines.count, 1)].copy()


@dataclass(slots=True, eq=False)
class _Lines:
    """Lines written so far, and the last one of each piece, which is often wanted again."""

    values: Floats
    count: int
    last: Int32


def _near_pixels(level: _Level, pieces: tuple[Floats, Floats, Floats, Floats], near: float) -> tuple[Int64, Int32]:
    """Which pieces come near each pixel? Rows of pieces, one a pixel."""
    size = level.width * level.height
    ptr = np.zeros(level.u.size * size + 1, np.int64)
    nothing = np.empty(0, np.int32)
    shape = (level.side, level.width, level.height)
    _spread(*pieces, level.u, level.v, level.ptr, level.piece, *shape, near, ptr, nothing, False)
    np.cumsum(ptr, out=ptr)
    piece = np.empty(int(ptr[-1]), np.int32)
    at = np.concatenate([ptr[:1], ptr[:-1]])  # where row k goes on is counted at k + 1
    _spread(*pieces, level.u, level.v, level.ptr, level.piece, *shape, near, at, piece, True)
    return ptr, piece


def _sort_pixels(
    level: _Level,
    pieces: tuple[Floats, Floats, Floats, Floats],
    near: float,
    straight: float,
    boxes: Floats,
    ptr: Int64,
    piece: Int32,
    only: Int32,
) -> None:
    shape = (level.side, level.width, level.height)
    _only_line(*pieces, level.u, level.v, *shape, near, straight, np.ascontiguousarray(boxes), ptr, piece, only)


def _corner_labels(
    level: _Level, pieces: tuple[Floats, Floats, Floats, Floats], margin: float, only: Int32, ask: Ask
) -> Int32:
    """The answer at every corner of every pixel, int32[blocks * (height + 1) * (width + 1)]."""
    per_block = (level.width + 1) * (level.height + 1)
    root = np.arange(level.u.size * per_block, dtype=np.int32)
    label = np.full(root.size, NOWHERE, np.int32)  # of corners that only pixels left to `ask` have
    shape = (level.side, level.width, level.height)
    _join(*pieces, level.u, level.v, *shape, margin, only, level.corner, root, label)
    unknown = np.flatnonzero((root == np.arange(root.size, dtype=np.int32)) & (label == _UNKNOWN))
    block, corner = np.divmod(unknown, per_block)
    row, column = np.divmod(corner, level.width + 1)
    label[unknown] = ask(level.u[block] + column * level.side, level.v[block] + row * level.side)
    return np.asarray(label[root], np.int32)


def _codes_of(
    level: _Level,
    pieces: tuple[Floats, Floats, Floats, Floats],
    owner: Int32,
    margin: float,
    ptr: Int64,
    piece: Int32,
    only: Int32,
    label: Int32,
    lines: _Lines,
) -> tuple[Int32, Int64]:
    """The code of each pixel, and which pixels have to be split (theirs is ASK)."""
    needed = lines.count + 1 + int(np.count_nonzero(only >= 0))
    if len(lines.values) < needed:
        grown = np.empty((needed, 4))
        grown[: lines.count] = lines.values[: lines.count]
        lines.values = grown
    codes, split = np.empty(only.size, np.int32), np.empty(only.size + 1, np.int64)
    shape = (level.side, level.width, level.height)
    lines.count, wanted = _write(
        *pieces, owner, level.u, level.v, *shape, margin, ptr, piece, only, label, lines.values,
        lines.values.view(np.int32), lines.count, lines.last, codes, split,
    )  # fmt: skip
    return codes, split[:wanted].copy()


def _below(level: _Level, split: Int64, label: Int32, ptr: Int64, piece: Int32) -> _Level:
    """These pixels as blocks of smaller ones."""
    size = level.width * level.height
    block, pixel = np.divmod(split, size)
    row, column = np.divmod(pixel, level.width)
    corner = block * ((level.width + 1) * (level.height + 1)) + row * (level.width + 1) + column
    corners = np.stack([corner, corner + 1, corner + level.width + 1, corner + level.width + 2], axis=1)
    length = ptr[split + 1] - ptr[split]
    rows = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    kept = np.repeat(ptr[split] - rows[:-1], length) + np.arange(rows[-1])
    return _Level(
        level.u[block] + column * level.side, level.v[block] + row * level.side, label[corners].ravel(), rows,
        piece[kept], level.side / SPLIT, SPLIT, SPLIT,
    )  # fmt: skip


@njit
def _spread(
    u0: Floats,
    v0: Floats,
    u1: Floats,
    v1: Floats,
    block_u: Floats,
    block_v: Floats,
    ptr: Int64,
    piece: Int32,
    side: float,
    width: int,
    height: int,
    near: float,
    at: Int64,
    found: Int32,
    write: bool,
) -> None:
    """Count (at[pixel + 1] += 1) or write the pieces near each pixel, row of pixels by row of pixels."""
    for block in range(block_u.size):
        left, low = block_u[block], block_v[block]
        first_pixel = block * width * height
        for k in range(ptr[block], ptr[block + 1]):
            p = piece[k]
            au, av, bu, bv = u0[p], v0[p], u1[p], v1[p]
            down, up = min(av, bv) - near - low, max(av, bv) + near - low
            first_row = max(int(np.floor(down / side)), 0)
            last_row = min(int(np.floor(up / side)), height - 1)
            for row in range(first_row, last_row + 1):
                start, end = 0.0, 1.0
                if bv != av:
                    s = (low + row * side - near - av) / (bv - av)
                    t = (low + (row + 1) * side + near - av) / (bv - av)
                    start, end = max(min(s, t), 0.0), min(max(s, t), 1.0)
                one, other = au + start * (bu - au), au + end * (bu - au)
                west, east = min(one, other) - near - left, max(one, other) + near - left
                first = max(int(np.floor(west / side)), 0)
                last = min(int(np.floor(east / side)), width - 1)
                for column in range(first, last + 1):
                    pixel = first_pixel + row * width + column
                    if write:
                        found[at[pixel + 1]] = p
                    at[pixel + 1] += 1


@njit
def _clip(
    au: float, av: float, bu: float, bv: float, west: float, south: float, east: float, north: float
) -> tuple[float, float]:
    """Which part of a piece lies in a box? From start to end, as shares of its length; start above end: none."""
    start, end = 0.0, 1.0
    du, dv = bu - au, bv - av
    if du == 0.0:
        if au < west or au > east:
            return 1.0, 0.0
    else:
        s, t = (west - au) / du, (east - au) / du
        start, end = max(start, min(s, t)), min(end, max(s, t))
    if dv == 0.0:
        if av < south or av > north:
            return 1.0, 0.0
    else:
        s, t = (south - av) / dv, (north - av) / dv
        start, end = max(start, min(s, t)), min(end, max(s, t))
    return start, end


@njit
def _line(au: float, av: float, bu: float, bv: float) -> tuple[float, float, float]:
    """a, b, c of the line through a piece: `a u + b v + c` is the distance to its left."""
    du, dv = bu - au, bv - av
    length = np.sqrt(du * du + dv * dv)
    a, b = -dv / length, du / length
    return a, b, -(a * au + b * av)


@njit
def _only_line(
    u0: Floats,
    v0: Floats,
    u1: Floats,
    v1: Floats,
    block_u: Floats,
    block_v: Floats,
    side: float,
    width: int,
    height: int,
    near: float,
    straight: float,
    boxes: Floats,
    ptr: Int64,
    piece: Int32,
    only: Int32,
) -> None:
    """The piece whose line is the only border in each pixel, or _PURE, _CORNERS (several) or _LEFT_TO_ASK (a box)."""
    size = width * height
    for block in range(block_u.size):
        for inside in range(size):
            pixel = block * size + inside
            west = block_u[block] + (inside % width) * side - near
            south = block_v[block] + (inside // width) * side - near
            east, north = west + side + 2 * near, south + side + 2 * near
            longest, chosen, seen = 0.0, np.int32(-1), False
            for k in range(ptr[pixel], ptr[pixel + 1]):
                p = piece[k]
                start, end = _clip(u0[p], v0[p], u1[p], v1[p], west, south, east, north)
                if start > end:
                    continue
                seen = True
                length = (end - start) * np.sqrt((u1[p] - u0[p]) ** 2 + (v1[p] - v0[p]) ** 2)
                if length > longest:
                    longest, chosen = length, p
            if not seen:
                only[pixel] = _PURE
            elif chosen < 0:
                only[pixel] = _CORNERS
            else:
                only[pixel] = chosen
                a, b, c = _line(u0[chosen], v0[chosen], u1[chosen], v1[chosen])
                for k in range(ptr[pixel], ptr[pixel + 1]):
                    p = piece[k]
                    start, end = _clip(u0[p], v0[p], u1[p], v1[p], west, south, east, north)
                    if start > end:
                        continue
                    du, dv = u1[p] - u0[p], v1[p] - v0[p]
                    one = a * (u0[p] + start * du) + b * (v0[p] + start * dv) + c
                    other = a * (u0[p] + end * du) + b * (v0[p] + end * dv) + c
                    if max(abs(one), abs(other)) > straight:
                        only[pixel] = _CORNERS
            for k in range(boxes.shape[0]):
                if west <= boxes[k, 2] and east >= boxes[k, 0] and south <= boxes[k, 3] and north >= boxes[k, 1]:
                    only[pixel] = _LEFT_TO_ASK


@njit
def _top(root: Int32, corner: int) -> int:
    """The corner that stands for all those joined with this one."""
    while root[corner] != corner:
        root[corner] = root[root[corner]]
        corner = int(root[corner])
    return corner


@njit
def _merge(root: Int32, one: int, other: int) -> None:
    a, b = _top(root, one), _top(root, other)
    if a < b:
        root[b] = a
    elif b < a:
        root[a] = b


@njit
def _join(
    u0: Floats,
    v0: Floats,
    u1: Floats,
    v1: Floats,
    block_u: Floats,
    block_v: Floats,
    side: float,
    width: int,
    height: int,
    margin: float,
    only: Int32,
    known: Int32,
    root: Int32,
    label: Int32,
) -> None:
    """Join corners of pixels that no border parts; root[corner] and label[root] are filled in where known."""
    across = width + 1
    per_block = across * (height + 1)
    away = np.empty(4)
    for block in range(block_u.size):
        base = block * per_block
        for row in range(height):
            for column in range(width):
                pixel = (block * height + row) * width + column
                chosen = only[pixel]
                if chosen == _LEFT_TO_ASK:
                    continue
                corner = base + row * across + column
                for q in range(4):
                    label[corner + q % 2 + (q // 2) * across] = _UNKNOWN
                if chosen == _CORNERS:
                    continue
                if chosen == _PURE:
                    _merge(root, corner, corner + 1)
                    _merge(root, corner, corner + across)
                    _merge(root, corner, corner + across + 1)
                    continue
                a, b, c = _line(u0[chosen], v0[chosen], u1[chosen], v1[chosen])
                for q in range(4):
                    u = block_u[block] + (column + q % 2) * side
                    v = block_v[block] + (row + q // 2) * side
                    away[q] = a * u + b * v + c
                for q in range(3):
                    for r in range(q + 1, 4):
                        if (away[q] > margin and away[r] > margin) or (away[q] < -margin and away[r] < -margin):
                            _merge(root, corner + q % 2 + (q // 2) * across, corner + r % 2 + (r // 2) * across)
        for q in range(4):
            if known[4 * block + q] != _UNKNOWN:
                corner = base + (q % 2) * width + (q // 2) * height * across
                label[_top(root, corner)] = known[4 * block + q]
    for corner in range(root.size):
        root[corner] = _top(root, corner)


@njit
def _write(
    u0: Floats,
    v0: Floats,
    u1: Floats,
    v1: Floats,
    owner: Int32,
    block_u: Floats,
    block_v: Floats,
    side: float,
    width: int,
    height: int,
    margin: float,
    ptr: Int64,
    piece: Int32,
    only: Int32,
    label: Int32,
    lines: Floats,
    sides: Int32,
    count: int,
    last: Int32,
    codes: Int32,
    split: Int64,
) -> tuple[int, int]:
    """The code of each pixel; returns how many lines there are now, and how many pixels have to be split."""
    across = width + 1
    wanted = 0
    for block in range(block_u.size):
        base = block * across * (height + 1)
        for inside in range(width * height):
            pixel = block * width * height + inside
            row, column = inside // width, inside % width
            corner = base + row * across + column
            chosen = only[pixel]
            lowest = np.int32(2**31 - 1)
            for k in range(ptr[pixel], ptr[pixel + 1]):
                lowest = min(lowest, owner[piece[k]])
            here = label[corner]
            if chosen == _PURE:
                codes[pixel] = here
            elif chosen == _LEFT_TO_ASK:
                codes[pixel] = ASK
            elif chosen == _CORNERS:
                same = label[corner + 1] == here and label[corner + across] == here
                same = same and label[corner + across + 1] == here
                if same and here >= 0 and lowest > here:  # the lowest area covers all of it
                    codes[pixel] = here
                else:
                    codes[pixel] = ASK
                    split[wanted] = pixel
                    wanted += 1
            else:
                a, b, c = _line(u0[chosen], v0[chosen], u1[chosen], v1[chosen])
                left, right = np.int32(_UNKNOWN), np.int32(_UNKNOWN)
                for q in range(4):
                    u = block_u[block] + (column + q % 2) * side
                    v = block_v[block] + (row + q // 2) * side
                    away = a * u + b * v + c
                    if away > margin:
                        left = label[corner + q % 2 + (q // 2) * across]
                    elif away < -margin:
                        right = label[corner + q % 2 + (q // 2) * across]
                if left == _UNKNOWN and right == _UNKNOWN:  # all of it is too close to the line
                    codes[pixel] = ASK
                    continue
                one = right if left == _UNKNOWN else left
                if (left == right or min(left, right) == _UNKNOWN) and one >= 0 and lowest > one:
                    codes[pixel] = one
                    continue
                line = last[chosen]
                # a side of the line that is not in this pixel may say what it likes
                fits = line >= 0
                if fits and left != _UNKNOWN:
                    fits = sides[line, 6] == left
                if fits and right != _UNKNOWN:
                    fits = sides[line, 7] == right
                if not fits or lines[line, 0] != a / margin or lines[line, 1] != b / margin:
                    left = one if left == _UNKNOWN else left
                    right = one if right == _UNKNOWN else right
                    line = np.int32(count)
                    count += 1
                    last[chosen] = line
                    lines[line, 0], lines[line, 1], lines[line, 2] = a / margin, b / margin, c / margin
                    sides[line, 6], sides[line, 7] = left, right
                codes[pixel] = -3 - 2 * line
    return count, wanted
