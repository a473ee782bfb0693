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
import pyarrow.compute as pc

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
    base = _below(layer)
    box = _box(base)
    if not isinstance(layer.handle, Overlay):
        return box
    changed = layer.handle.upsert
    hidden = layer.handle.drop | set(changed["id"].to_pylist())
    gone = _bounds_of(rows_named(base.handle.read(("id", "geometry")), hidden))
    if box is not None and not _at_the_border(gone, box):
        return _around(_bounds_of(changed), np.array([box]))
    ids = base.handle.read(("id",))["id"]
    kept = pc.invert(pc.is_in(ids, pa.array(sorted(hidden), pa.string()))).to_numpy()
    return _around(_bounds_of(changed), _bounds(base)[kept])


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


@lru_cache(maxsize=KEPT)
def _box(rows: _Rows) -> Box | None:
    return _around(_bounds(rows))


def _around(*bounds: NDArray[np.float64]) -> Box | None:
    every = np.concatenate(bounds)
    there = every[np.isfinite(every).all(axis=1)]
    if not len(there):
        return None
    low, high = there[:, :2].min(axis=0), there[:, 2:].max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _at_the_border(bounds: NDArray[np.float64], box: Box) -> bool:
    """Whether without any of these the box might be smaller."""
    return bool((bounds == np.array(box)).any())


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
