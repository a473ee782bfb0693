"""Tiles to take along: as many zooms of a map as fit into so many bytes, for where there is no server to ask."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from stadslab.build.vectortiles import mercator

Bounds = tuple[float, float, float, float]  # west, south, east, north
SCREEN = 2  # tiles a map is wide when all of it is shown


@dataclass(frozen=True, slots=True)
class TilePack:
    """Tiles of the zooms from `first` to `deepest`, packed with gzip.

    index: `z/x/y` to where the tile begins and ends in `content`. Tiles that are empty are not there.
    """

    first: int
    deepest: int
    index: dict[str, tuple[int, int]] = field(default_factory=dict)
    content: bytes = b""


def pack(cut: Callable[[int, int, int], bytes], bounds: Bounds, *, most_bytes: int, last: int) -> TilePack:
    """The tiles over these bounds, from the zoom that shows them all to the deepest that fits (at most `last`)."""
    first = _fitting(bounds, last)
    index: dict[str, tuple[int, int]] = {}
    content: list[bytes] = []
    size, deepest = 0, first
    for z in range(first, last + 1):
        found = {}
        for x, y in _places(bounds, z):
            tile = cut(z, x, y)
            if tile:
                found[f"{z}/{x}/{y}"] = gzip.compress(tile, 6, mtime=0)
            if size + sum(map(len, found.values())) > most_bytes and z > first:
                return TilePack(first, deepest, index, b"".join(content))
        for name, packed in found.items():
            index[name] = (size, size + len(packed))
            content.append(packed)
            size += len(packed)
        deepest = z
    return TilePack(first, deepest, index, b"".join(content))


def _fitting(bounds: Bounds, last: int) -> int:
    west, north, east, south = _square(bounds)
    across = max(east - west, south - north, 1e-9)
    return int(np.clip(np.floor(np.log2(SCREEN / across)) - 2, 0, last))  # two steps of zooming out


def _places(bounds: Bounds, z: int) -> list[tuple[int, int]]:
    west, north, east, south = (int(np.clip(np.floor(edge * 2**z), 0, 2**z - 1)) for edge in _square(bounds))
    return [(x, y) for x in range(west, east + 1) for y in range(north, south + 1)]


def _square(bounds: Bounds) -> tuple[float, float, float, float]:
    x, y = mercator(np.array([[bounds[0], bounds[3]], [bounds[2], bounds[1]]]))
    return float(x[0]), float(y[0]), float(x[1]), float(y[1])
