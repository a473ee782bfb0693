"""What an indicator answered: one or more draws per reporting unit, with a reason where there is no number."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from stadslab.core.errors import InputError, Problem
from stadslab.core.receipt import Receipt
from stadslab.core.support import Support

if TYPE_CHECKING:
    import geopandas
    import pandas
    import polars
    from numpy.typing import NDArray


class Reason(IntEnum):
    """Why a unit has the value it has; every unreachable or unknown one says why."""

    KNOWN = 0
    NO_STREET_NEAR = 1
    NOT_CONNECTED = 2
    BEYOND_LIMIT = 3
    NO_SUCH_PLACE = 4
    NO_DATA = 5
    NO_STOP_NEAR = 6
    TOO_FEW = 7

    @property
    def words(self) -> str:
        """The reason in plain words."""
        return {
            0: "known",
            1: "no street near enough to start from",
            2: "no way through the network",
            3: "farther than the limit",
            4: "no such place in the city",
            5: "no data here",
            6: "no stop within the longest walk",
            7: "fewer than 5 people, which is not told",
        }[int(self)]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What an indicator returns when plain numbers do not say it all: values float64[n], reasons int8[n]."""

    values: NDArray[np.float64]
    reason: NDArray[np.int8]

    def differs(self, other: Measured) -> NDArray[np.bool_]:
        """Units of which the other says another number or gives another reason, bool[n]; unknown is as unknown."""
        same = (self.values == other.values) | (np.isnan(self.values) & np.isnan(other.values))
        return np.asarray(~same | (self.reason != other.reason), bool)


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """One answer per reporting unit.

    draws: float64[n, d]; NaN is unknown, infinity unreachable; one draw means that uncertainty is not stated.
    reason: int8[n], a `Reason` for every unit. unit: the unit of the numbers. title: the question with its parameters.
    """

    indicator: str
    question: str
    unit: str
    direction: str  # benefit: more is better by default; cost: less is better
    support: Support
    draws: NDArray[np.float64]
    reason: NDArray[np.int8]
    receipt: Receipt
    title: str = ""

    def __len__(self) -> int:
        """Number of reporting units."""
        return len(self.support)

    @property
    def uncertain(self) -> bool:
        """Whether uncertainty is stated (more than one draw)."""
        return bool(self.draws.shape[1] > 1)

    @property
    def coverage(self) -> float:
        """Share of units with a known answer (a number, or known to be unreachable)."""
        return float(np.mean(~np.isnan(self.mean()))) if len(self) else 0.0

    def mean(self) -> NDArray[np.float64]:
        """Mean over the draws, float64[n]; unreachable in any draw is unreachable."""
        return self.draws[:, 0].copy() if not self.uncertain else np.asarray(self.draws.mean(axis=1), np.float64)

    def quantile(self, q: float) -> NDArray[np.float64]:
        """Quantile q of the draws, float64[n]: a draw, the nearest one outwards, so that no interval is too narrow."""
        if not 0 <= q <= 1:
            raise InputError(Problem("quantile", f"{q!r} is not a share", "between 0 and 1"))
        return np.asarray(np.quantile(self.draws, q, axis=1, method="lower" if q <= 0.5 else "higher"), np.float64)

    def table(self) -> pa.Table:
        """Columns id, value, low and high (5th and 95th percentile, when stated), reason, geometry (WKB, lon/lat)."""
        columns: dict[str, Any] = {"id": pa.array(self.support.ids, pa.string()), "value": self.mean()}
        if self.uncertain:
            columns |= {"low": self.quantile(0.05), "high": self.quantile(0.95)}
        columns["reason"] = pa.array([Reason(int(r)).words for r in self.reason], pa.string())
        columns["geometry"] = self.support.geometry
        table = pa.table(columns)
        at = table.schema.get_field_index("geometry")
        return table.set_column(at, geometry_field(), table["geometry"]).replace_schema_metadata(
            {"stadslab": self.receipt.to_text()}
        )

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The table as an Arrow stream: polars, DuckDB and pandas read it directly."""
        return self.table().__arrow_c_stream__(requested_schema)

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas table without geometry, indexed by unit id."""
        frame: pandas.DataFrame = self.table().drop_columns(["geometry"]).to_pandas()
        return frame.set_index("id")

    def to_geopandas(self) -> geopandas.GeoDataFrame:
        """A GeoDataFrame in longitude and latitude, indexed by unit id."""
        import geopandas
        import shapely

        frame = self.to_pandas()
        outlines = shapely.from_wkb(np.asarray(self.support.geometry.to_pylist(), object))
        return geopandas.GeoDataFrame(frame, geometry=outlines, crs="OGC:CRS84")

    def to_polars(self) -> polars.DataFrame:
        """A polars table without geometry (needs the `polars` extra)."""
        import polars

        return polars.DataFrame(self.table().drop_columns(["geometry"]))


def geometry_field() -> pa.Field:
    """The column of outlines: WKB in longitude and latitude, and marked as such (GeoArrow)."""
    marks = {b"ARROW:extension:name": b"geoarrow.wkb", b"ARROW:extension:metadata": b'{"crs":"OGC:CRS84"}'}
    return pa.field("geometry", pa.binary(), metadata=marks)
