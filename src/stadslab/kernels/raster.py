"""Which area holds each of many points? One look-up for most of them.

A raster lies over the areas. A pixel that no border touches names its area at once. A pixel cut by what is, in it, one
straight line names the line and the area on either side. Every other pixel is cut into 4 x 4 smaller ones, as deep as
pays. Points too close to a border for arithmetic to decide, and those in the last small pixels round a corner, are
handed back, to be asked of whoever knows exactly. Nothing is ever guessed: an answer given here is the exact one.

Made by `rasterize.rasterize`. The idea of looking points up in a raster and deciding only its border pixels by
geometry: Zhang, You (2012), Speeding up large-scale point-in-polygon test based spatial join on GPUs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stadslab.kernels import _arrays
from stadslab.kernels._jit import njit

Floats = npt.NDArray[np.float64]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]

NOWHERE = -1
"""A point in no area."""
ASK = -2
"""A point that has to be asked of whoever knows exactly."""
# further codes, inside a raster only: -3 - 2k stands for line k, -4 - 2k for block k of smaller pixels
SPLIT = 4
"""A pixel is cut into SPLIT x SPLIT."""


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """A raster of codes over a box, and what its border pixels refer to.

    x0, y0: its south-west corner. per_x, per_y: pixels a unit of x and of y. width, height: pixels.
    codes: int32[width * height], row by row from the south: the number of an area, NOWHERE, ASK, a line or a block.
    blocks: int32[16 * blocks], the codes of smaller pixels. lines: float64[lines, 4], at least one row: a, b and c of
    `a u + b v + c` in pixels, above 1 on the left of the border and under -1 on its right; the last eight bytes are two
    int32, the codes of the left and of the right.
    """

    x0: float
    y0: float
    per_x: float
    per_y: float
    width: int
    height: int
    codes: Int32
    blocks: Int32
    lines: Floats

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        return self.codes.nbytes + self.blocks.nbytes + self.lines.nbytes


def locate(raster: Raster, x: Floats, y: Floats) -> tuple[Int32, Int64]:
    """The area of each point int32[n], and which points have to be asked int64[k], ascending (their area is ASK).

    x, y: float64[n] in the raster's coordinates. A point off the raster or not a number is NOWHERE. TypeError for other
    dtypes, ValueError for columns of unequal length.
    """
    x, y = float64("x", x), float64("y", y)
    _arrays.same_length(x=x, y=y)
    area = np.empty(x.size, np.int32)
    rest = np.empty(x.size + 1, np.int64)
    asked = find(raster, x, y, area, rest)
    return area, rest[:asked].copy()


def find(raster: Raster, x: Floats, y: Floats, area: Int32, rest: Int64) -> int:
    """`locate` into arrays of the caller's: area int32[n] and rest int64[n + 1]; returns how many have to be asked.

    For loops over many batches, which bring x and y as `float64` gives them. ValueError for arrays of unequal length.
    """
    if not x.size == y.size == area.size == rest.size - 1:
        sizes = f"{x.size}, {y.size}, {area.size}, {rest.size}"
        raise ValueError(f"x, y, area and rest: equally long, rest one longer; got {sizes}")
    return int(
        _find(
            x, y, raster.x0, raster.y0, raster.per_x, raster.per_y, raster.width, raster.height, raster.codes,
            raster.blocks, raster.lines, raster.lines.view(np.int32), area, rest,
        )
    )  # fmt: skip


def float64(name: str, array: object) -> Floats:
    """`array` as a read-only float64[k]; no copy if it is contiguous."""
    if not isinstance(array, np.ndarray) or array.dtype != np.float64 or array.ndim != 1:
        seen = f"{array.dtype}, {array.ndim} axes" if isinstance(array, np.ndarray) else type(array).__name__
        raise TypeError(f"{name}: a numpy array of float64, one axis; got {seen}")
    view = np.require(array, requirements=["C", "A"]).view()
    view.flags.writeable = False
    return view


@njit
def _find(
    x: Floats,
    y: Floats,
    x0: float,
    y0: float,
    per_x: float,
    per_y: float,
    width: int,
    height: int,
    codes: Int32,
    blocks: Int32,
    lines: Floats,
    sides: Int32,
    area: Int32,
    rest: Int64,
) -> int:
    """Passes without branches, so that the waits for memory overlap; only blocks are entered one by one."""
    for i in range(x.size):
        u = (x[i] - x0) * per_x
        v = (y[i] - y0) * per_y
        on = (u >= 0.0) & (u < width) & (v >= 0.0) & (v < height)
        column = int(u) if on else 0
        row = int(v) if on else 0
        code = codes[row * width + column]
        area[i] = code if on else np.int32(NOWHERE)
    in_blocks = 0
    for i in range(x.size):
        rest[in_blocks] = i
        in_blocks += (area[i] < ASK) & ((area[i] & 1) == 0)
    for k in range(in_blocks):
        i = rest[k]
        u = (x[i] - x0) * per_x
        v = (y[i] - y0) * per_y
        inner_u = u - int(u)  # exact, as are the multiplications by four
        inner_v = v - int(v)
        code = area[i]
        while code < ASK and (code & 1) == 0:
            inner_u *= SPLIT
            inner_v *= SPLIT
            column = int(inner_u)
            row = int(inner_v)
            inner_u -= column
            inner_v -= row
            block = (-4 - np.int64(code)) >> 1
            code = blocks[block * (SPLIT * SPLIT) + row * SPLIT + column]
        area[i] = code
    near_lines = 0
    for i in range(x.size):
        rest[near_lines] = i
        near_lines += area[i] <= ASK
    asked = 0
    for k in range(near_lines):
        i = rest[k]
        line = (-3 - np.int64(area[i])) >> 1
        line = line if line > 0 else np.int64(0)
        u = (x[i] - x0) * per_x
        v = (y[i] - y0) * per_y
        distance = lines[line, 0] * u + lines[line, 1] * v + lines[line, 2]
        side = sides[line, 6] if distance > 0.0 else sides[line, 7]
        told = (abs(distance) > 1.0) & (area[i] < ASK)
        area[i] = side if told else np.int32(ASK)
        rest[asked] = i
        asked += not told
    return asked
