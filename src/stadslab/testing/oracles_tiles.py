"""Slow twins of the kernels that write vector tiles: one command, one corner at a time, from the specification."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Corner = tuple[int, int]

NAMES = {1: "move", 2: "line", 7: "close"}


def geometry(content: bytes) -> list[tuple[str, list[Corner]]]:
    """The commands in the bytes of one geometry, each with the corners it goes to. Raises `ValueError` for nonsense."""
    numbers = _numbers(content)
    said: list[tuple[str, list[Corner]]] = []
    x = y = at = 0
    while at < len(numbers):
        command, count = numbers[at] & 7, numbers[at] >> 3
        at += 1
        if command not in NAMES or not count or (command == 7 and count != 1):
            raise ValueError(f"command {command}, {count} times")
        corners = []
        for _ in range(0 if command == 7 else count):
            x, y = x + _back(numbers[at]), y + _back(numbers[at + 1])
            at += 2
            corners.append((x, y))
        said.append((NAMES[command], corners))
    return said


def weights(x: Array, y: Array, closed: bool) -> npt.NDArray[np.float64]:
    """Twin of the weights of `vectortile.shapes` for one part: each corner's distance when the line is halved at it."""
    found = np.zeros(len(x))
    corners = list(zip(x.tolist(), y.tolist(), strict=True))
    if not corners:
        return found
    found[0] = np.inf
    if not closed:
        found[-1] = np.inf
        _halve(corners, 0, len(corners) - 1, np.inf, found)
    elif len(corners) > 1:
        away = [(c[0] - corners[0][0]) ** 2 + (c[1] - corners[0][1]) ** 2 for c in corners[1:]]
        far = 1 + away.index(max(away))
        found[far] = np.inf
        _halve(corners, 0, far, np.inf, found)
        _halve([*corners, corners[0]], far, len(corners), np.inf, found)
    return found


def _halve(corners: list[tuple[float, float]], low: int, high: int, limit: float, found: Array) -> None:
    import shapely

    between = range(low + 1, high)
    if not between:
        return
    whole = shapely.LineString([corners[low], corners[high]])
    away = [shapely.Point(corners[i]).distance(whole) for i in between]
    kept = min(max(away), limit)
    at = between[away.index(max(away))]
    found[at] = kept
    _halve(corners, low, at, kept, found)
    _halve(corners, at, high, kept, found)


def _numbers(content: bytes) -> list[int]:
    found, number, shift = [], 0, 0
    for byte in content:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(number)
            number, shift = 0, 0
    if shift:
        raise ValueError("the last number has no end")
    return found


def _back(number: int) -> int:
    """Zigzag undone."""
    return number >> 1 if number % 2 == 0 else -(number + 1) // 2
