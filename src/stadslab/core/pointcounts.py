"""How many points lie in each reporting unit, and when: counts that may be told, and what became of every row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from stadslab.core.errors import InputError, Problem
from stadslab.core.receipt import Receipt
from stadslab.core.support import Support

if TYPE_CHECKING:
    import geopandas
    import pandas
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """Rows in no count, each under the first reason that it has: blank coordinates, outside, blank, or another time."""

    no_place: int = 0
    outside_units: int = 0
    no_time: int = 0
    no_weight: int = 0
    outside_time: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.no_place + self.outside_units + self.no_time + self.no_weight + self.outside_time


@dataclass(frozen=True, slots=True, eq=False)
class PointCounts:
    """Points by reporting unit, and by time where that was asked.

    by: `unit`, or how time was cut (`hour`, `day`, ...). labels: what each bin is called. unit, bin: int32[k], the
    cells with any points, in the order of units and bins. count: int64[k]. weight: int64[k], sums of a column, or None.
    rows: of the files; those in no count are in left_out. smallest: counts below it are hidden. receipt: what all this
    was made of.
    """

    support: Support
    by: str
    labels: pa.Array
    unit: NDArray[np.int32]
    bin: NDArray[np.int32]
    count: NDArray[np.int64]
    weight: NDArray[np.int64] | None
    rows: int
    left_out: LeftOut
    smallest: int
    receipt: Receipt

    @property
    def counted(self) -> int:
        """Points in all cells, hidden ones too."""
        return int(self.count.sum())

    @property
    def hidden(self) -> NDArray[np.bool_]:
        """Which counts may not be told? bool[k]; see `hidden_among`."""
        return hidden_among(self.count, self.smallest)

    @property
    def total_tells(self) -> bool:
        """Would the number of points counted tell a hidden count? Only where all are hidden."""
        return _told_by_sum(self.count[self.hidden], self.smallest)

    def table(self) -> pa.Table:
        """Columns id, the time (named as it was cut), count, sum where weights were added up, and hidden.

        A hidden count is blank, never zero. By unit every unit has a row, with its outline (WKB, longitude and
        latitude); by time a unit has rows for the bins that have points, and outlines are left out.
        """
        from stadslab.core.values import geometry_field

        count, weight, hidden = self.count, self.weight, self.hidden
        ids = pa.array(self.support.ids, pa.string())
        if self.by != "unit":
            columns: dict[str, Any] = {"id": ids.take(self.unit), self.by: self.labels.take(self.bin)}
            return self._told(columns, count, weight, hidden)
        every = np.zeros(len(self.support), np.int64)
        every[self.unit] = count
        sums = None if weight is None else np.zeros(len(self.support), np.int64)
        if weight is not None and sums is not None:
            sums[self.unit] = weight
        covered = np.zeros(len(self.support), bool)
        covered[self.unit] = hidden
        table = self._told({"id": ids}, every, sums, covered)
        return table.append_column(geometry_field(), self.support.geometry)

    def _told(
        self,
        columns: dict[str, Any],
        count: NDArray[np.int64],
        weight: NDArray[np.int64] | None,
        hidden: NDArray[np.bool_],
    ) -> pa.Table:
        columns["count"] = pa.array(count, mask=hidden)
        if weight is not None:
            columns["sum"] = pa.array(weight, mask=hidden)
        columns["hidden"] = pa.array(hidden)
        return pa.table(columns).replace_schema_metadata({"stadslab": self.receipt.to_text()})

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The table as an Arrow stream: polars, DuckDB and pandas read it directly."""
        return self.table().__arrow_c_stream__(requested_schema)

    def to_pandas(self) -> pandas.DataFrame:
        """The table without outlines, in pandas; a hidden count is `<NA>`."""
        import pandas as pd

        table = self.table()
        if "geometry" in table.column_names:
            table = table.drop_columns(["geometry"])
        whole = {pa.int64(): pd.Int64Dtype()}
        frame: pandas.DataFrame = table.to_pandas(types_mapper=whole.get)
        return frame.set_index("id")

    def to_geopandas(self) -> geopandas.GeoDataFrame:
        """A GeoDataFrame in longitude and latitude, a row a unit. Raises `InputError` where there are rows by time."""
        import geopandas
        import shapely

        if self.by != "unit":
            raise InputError(Problem("counts", f"there are rows by {self.by}, not one a unit", "count without --by"))
        outlines = shapely.from_wkb(np.asarray(self.support.geometry.to_pylist(), object))
        return geopandas.GeoDataFrame(self.to_pandas(), geometry=outlines, crs="OGC:CRS84")


def hidden_among(count: NDArray[np.int64], smallest: int) -> NDArray[np.bool_]:
    """Which of these counts may not be told, when their sum is? bool[k].

    Counts from 1 to smallest - 1 are hidden. Where the sum would still tell them (one alone, all of them ones, or all
    as large as hidden counts can be), the smallest other count is hidden as well, the first of equal ones (Hundepool et
    al. 2012, "Statistical Disclosure Control", ch. 4). Where that one is exactly `smallest` and the rest are ones, the
    sum is the least that it can be, which tells them to whoever knows this rule: the next smallest is then hidden too.
    Blind spot: with no other count left to hide, all are hidden and only `PointCounts.total_tells` keeps the sum back.
    """
    hidden = np.asarray((count > 0) & (count < smallest), bool)
    others = np.flatnonzero(~hidden & (count > 0))
    for _ in range(2):  # with two others hidden the sum is more than the least for one
        if not len(others) or not _told_by_sum(count[hidden], smallest):
            break
        least = int(np.argmin(count[others]))
        hidden[others[least]] = True
        others = np.delete(others, least)
    return hidden


def _told_by_sum(hidden: NDArray[np.int64], smallest: int) -> bool:
    """Does the sum of these hidden counts leave only one number for one of them?"""
    number, total = len(hidden), int(hidden.sum())
    if number < 2:
        return number == 1
    if (hidden >= smallest).any():  # one that was hidden for the others' sake: are all of these ones?
        return total == number - 1 + smallest
    return total in (number, number * (smallest - 1))
