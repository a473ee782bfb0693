"""Rows of a layer near a place, found by what the layer was before the plan: its outlines are looked through once.

Edits are checked while they are drawn, twenty times a second; parsing every shape of a city takes half a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from stadslab.core.layer import FEW, Layer, Overlay, TableHandle, rows_named

if TYPE_CHECKING:
    from numpy.typing import NDArray

Box = tuple[float, float, float, float]  # west, south, east, north
KEPT = 16  # layers whose bounds are kept: 32 bytes a row


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows before any plan, known by their digest."""

    digest: str
    handle: TableHandle = field(compare=False)


def box_of(layer: Layer) -> Box | None:
    """West, south, east, north of all shapes of a layer; None where it has none."""
    low, high = np.full(2, np.inf), np.full(2, -np.inf)
    for bounds in _parts(layer):
        there = bounds[np.isfinite(bounds).all(axis=1)]
        if len(there):
            low, high = np.minimum(low, there[:, :2].min(axis=0)), np.maximum(high, there[:, 2:].max(axis=0))
    return (*low.tolist(), *high.tolist()) if np.isfinite(low).all() else None


def rows_near(layer: Layer, box: Box, columns: Sequence[str]) -> pa.Table:
    """The rows whose shape may touch a box (longitude and latitude), sorted by id; these columns, and the id."""
    wanted = list(dict.fromkeys(["id", *columns]))
    base = _below(layer)
    table = base.handle.read(wanted)
    near = _chosen(table, _touches(_bounds(base), box))
    if not isinstance(layer.handle, Overlay):
        return near
    changed = layer.handle.upsert
    hidden = layer.handle.drop | set(changed["id"].to_pylist())
    kept = rows_named(near, set(near["id"].to_pylist()) - hidden)
    new = changed.filter(pa.array(_touches(_bounds_of(changed), box))).select(wanted).cast(kept.schema)
    return pa.concat_tables([kept, new]).sort_by("id")


def _chosen(table: pa.Table, which: NDArray[np.bool_]) -> pa.Table:
    """These rows, bool[n]; a few as slices, which copies nothing."""
    at = np.flatnonzero(which)
    if len(at) > FEW:
        return table.filter(pa.array(which))
    return pa.concat_tables([*(table.slice(row, 1) for row in at.tolist()), table.slice(0, 0)])


def _below(layer: Layer) -> _Rows:
    handle = layer.handle
    return _Rows(layer.unplanned_digest, handle.base if isinstance(handle, Overlay) else handle)


def _parts(layer: Layer) -> list[NDArray[np.float64]]:
    """Bounds of the rows before the plan that are still there, and of those the plan brings."""
    base = _below(layer)
    bounds = _bounds(base)
    if not isinstance(layer.handle, Overlay):
        return [bounds]
    changed = layer.handle.upsert
    hidden = layer.handle.drop | set(changed["id"].to_pylist())
    ids = base.handle.read(("id",))["id"]
    gone = np.isin(np.arange(len(ids)), _places(ids, sorted(hidden)))
    return [bounds[~gone], _bounds_of(changed)]


def _places(ids: pa.ChunkedArray, wanted: list[str]) -> NDArray[np.int64]:
    import pyarrow.compute as pc

    return np.flatnonzero(pc.is_in(ids, pa.array(wanted, pa.string())).to_numpy())


@lru_cache(maxsize=KEPT)
def _bounds(rows: _Rows) -> NDArray[np.float64]:
    found = _bounds_of(rows.handle.read(("geometry",)))
    found.flags.writeable = False
    return found


def _bounds_of(table: pa.Table) -> NDArray[np.float64]:
    """float64[rows, 4], NaN where there is no shape."""
    import shapely

    shapes = shapely.from_wkb(np.asarray(table["geometry"].to_pylist(), dtype=object))
    return np.asarray(shapely.bounds(shapes), np.float64).reshape(-1, 4)


def _touches(bounds: NDArray[np.float64], box: Box) -> NDArray[np.bool_]:
    west, south, east, north = box
    return np.asarray(
        (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south), bool
    )
