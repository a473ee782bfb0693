"""Which values share a colour: class borders a reader can say aloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from stadslab.brief.numbers import told_apart
from stadslab.core.said import Said

if TYPE_CHECKING:
    from numpy.typing import NDArray

Scheme = Literal["quantile", "natural"]
SAMPLE = 400  # values that natural breaks look at; the borders are rounded afterwards anyway


@dataclass(frozen=True, slots=True)
class Classes:
    """Classes of a map, low to high.

    edges: the inner borders, ascending; a value on a border belongs to the class above it. labels: one a class.
    """

    edges: tuple[float, ...]
    labels: tuple[str, ...]

    def __len__(self) -> int:
        """Number of classes."""
        return len(self.labels)

    def of(self, values: NDArray[np.float64]) -> NDArray[np.int64]:
        """Which class is each value in? int64[n], from 0; only meaningful for finite values."""
        return np.searchsorted(np.asarray(self.edges, np.float64), values, side="right").astype(np.int64)


def classes_of(values: NDArray[np.float64], number: int = 6, scheme: Scheme = "quantile") -> Classes:
    """Where should the class borders lie? At most `number` classes; non-finite values are left out.

    Few distinct values get a class each. Otherwise quantiles or natural breaks (Fisher 1958, "On grouping for maximum
    homogeneity"), rounded to the fewest digits that keep them apart.
    """
    finite = np.asarray(values, np.float64)
    finite = finite[np.isfinite(finite)]
    distinct = np.unique(finite)
    if not len(distinct):
        return Classes((), ())
    if len(distinct) <= number:
        return Classes(tuple(float(v) for v in distinct[1:]), tuple(told_apart(float(v), distinct) for v in distinct))
    whole = bool(np.all(distinct == np.round(distinct)))
    raw = _natural(finite, number) if scheme == "natural" else np.quantile(finite, np.arange(1, number) / number)
    edges = _rounded(raw, distinct, whole)
    return Classes(tuple(edges), tuple(_labels(edges, distinct, whole)))


def classes_at(edges: Sequence[float], values: NDArray[np.float64]) -> Classes:
    """Classes with these inner borders, ascending, labelled for these values."""
    finite = np.asarray(values, np.float64)
    distinct = np.unique(finite[np.isfinite(finite)])
    if not len(distinct) or not len(edges):
        return classes_of(values)
    borders = [float(edge) for edge in edges]
    if borders == distinct[1:].tolist():
        return classes_of(values, len(distinct))  # a class for each value
    whole = bool(np.all(distinct == np.round(distinct))) and all(border.is_integer() for border in borders)
    return Classes(tuple(borders), tuple(_labels(borders, distinct, whole)))


def _rounded(raw: NDArray[np.float64], distinct: NDArray[np.float64], whole: bool) -> list[float]:
    """Borders with as few digits as keep them apart and near where they were, inside the range of the values."""
    low, high = float(distinct[0]), float(distinct[-1])
    raw = np.unique(raw[(raw > low) & (raw <= high)])
    if not len(raw):  # most values are the same smallest one: everything above it is the other class
        raw = distinct[1:2]
    if whole:
        return sorted({float(np.ceil(v)) for v in raw})
    spread = float(np.quantile(distinct, 0.95) - np.quantile(distinct, 0.05)) or high - low
    start = -int(np.floor(np.log10(spread)))
    widths = np.diff([low, *raw, high])
    room = np.maximum(np.minimum(widths[:-1], widths[1:]), 1e-6 * spread)
    for digits in range(start, start + 8):
        edges = np.unique(np.round(raw, digits))
        inside = edges[(edges > low) & (edges <= high)]
        if len(inside) == len(raw) and np.all(np.abs(inside - raw) <= 0.1 * room):
            return [float(v) for v in inside]
    return [float(v) for v in raw]


def _labels(edges: list[float], distinct: NDArray[np.float64], whole: bool) -> list[str]:
    if whole:
        starts = [float(distinct[0]), *edges]
        ends = [edge - 1 for edge in edges] + [float(distinct[-1])]
        pairs = [(told_apart(a), told_apart(b)) for a, b in zip(starts, ends, strict=True)]
        return [a if a == b else Said("{low} to {high}", low=a, high=b) for a, b in pairs]
    texts = [told_apart(edge) for edge in edges]
    inner = [Said("{low} to {high}", low=a, high=b) for a, b in pairwise(texts)]
    return [Said("under {number}", number=texts[0]), *inner, Said("{number} and more", number=texts[-1])]


def _natural(values: NDArray[np.float64], number: int) -> NDArray[np.float64]:
    """Borders with the least squared deviation within classes, exact on at most `SAMPLE` evenly ranked values."""
    ordered = np.sort(values)
    if len(ordered) > SAMPLE:
        ordered = ordered[np.linspace(0, len(ordered) - 1, SAMPLE).round().astype(np.int64)]
    n = len(ordered)
    total = np.concatenate([[0.0], np.cumsum(ordered)])
    squares = np.concatenate([[0.0], np.cumsum(ordered**2)])
    starts = np.arange(n)
    cost = np.full((number + 1, n + 1), np.inf)
    cost[0, 0] = 0.0
    cut = np.zeros((number + 1, n + 1), np.int64)
    for k in range(1, number + 1):
        for end in range(k, n + 1):
            first = starts[k - 1 : end]
            within = squares[end] - squares[first] - (total[end] - total[first]) ** 2 / (end - first)
            sums = cost[k - 1, first] + within
            best = int(np.argmin(sums))
            cost[k, end], cut[k, end] = sums[best], first[best]
    borders, end = [], n
    for k in range(number, 1, -1):
        end = int(cut[k, end])
        borders.append(ordered[end])
    return np.unique(np.asarray(borders, np.float64))
