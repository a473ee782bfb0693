"""The ruler: reporting units that never change with the thing measured."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from stadslab.core import digest as digests

if TYPE_CHECKING:
    from numpy.typing import NDArray


NOT_RESIDENTS = frozenset({"jobs", "schools", "places", "dwellings", "households", "cars"})  # counted, but not people


@dataclass(frozen=True, slots=True, eq=False)
class Support:
    """Reporting units: ids, outlines and one representative point each.

    kind: how it was made, such as `h3:9`, `square:250` or `areas:deso`.
    ids: n readable ids, sorted. geometry: n WKB polygons in longitude and latitude. points: float64[n, 2], longitude
    and latitude of the place where a trip from the unit starts.
    """

    kind: str
    ids: tuple[str, ...]
    geometry: pa.BinaryArray
    points: NDArray[np.float64]
    digest: str = field(default="")

    def __post_init__(self) -> None:
        """Digest what the ruler says."""
        if not self.digest:
            table = pa.table(
                {
                    "id": pa.array(self.ids, pa.string()),
                    "geometry": self.geometry,
                    "x": self.points[:, 0],
                    "y": self.points[:, 1],
                }
            )
            object.__setattr__(self, "digest", digests.of_bytes(self.kind.encode(), digests.of_table(table).encode()))

    def __len__(self) -> int:
        """Number of units."""
        return len(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """How many people live in each unit, by group; sums equal the source exactly.

    counts: (dimension, group) to int64[n]; `("total", "all")` is everybody. Dimensions such as `jobs` count what their
    name says.
    suppressed: (dimension, group) to bool[n]: the unit's number lacks people whose count the publisher withheld.
    means: (dimension, group) to float64[n], NaN where not known (median income, ...): carried, never summed.
    method: how people were spread, in words for the brief. unplaced: (dimension, group) to count that could not be
    placed.
    """

    support_digest: str
    counts: dict[tuple[str, str], NDArray[np.int64]]
    suppressed: dict[tuple[str, str], NDArray[np.bool_]]
    means: dict[tuple[str, str], NDArray[np.float64]]
    method: str
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> NDArray[np.int64]:
        """People per unit, int64[n]; zeros where nothing is known of people."""
        if ("total", "all") in self.counts:
            return self.counts["total", "all"]
        size = len(next(iter(self.counts.values()))) if self.counts else 0
        return np.zeros(size, np.int64)

    def groups(self, dimension: str) -> list[str]:
        """The groups of a dimension, numbers in their names in order (0-5, 6-15, 16-64)."""
        return sorted((g for d, g in self.counts if d == dimension), key=_by_number)

    @property
    def dimensions(self) -> list[str]:
        """Dimensions by which residents are counted, `total` first; jobs and the like are no residents."""
        names = {d for d, _ in self.counts} - NOT_RESIDENTS
        return [*(["total"] if "total" in names else []), *sorted(names - {"total"})]


def _by_number(name: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name) if part)
