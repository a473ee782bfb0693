"""Which reporting units lie nearest to what an edit changes? They are asked first where all take long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.core.city import City
    from stadslab.core.support import Support

MOST_SPOTS = 2000  # corners of what changes that are looked at
MOST_ROWS = 500


def nearest_units(support: Support, before: City, after: City, count: int) -> NDArray[np.int32]:
    """So many units (all when there are fewer), ascending; spread over the whole city where the change has no place."""
    if count >= len(support):
        return np.arange(len(support), dtype=np.int32)
    spots = changed_spots(before, after)
    if not len(spots):
        return np.linspace(0, len(support) - 1, count).astype(np.int32)
    from scipy.spatial import KDTree

    flat = np.array([np.cos(np.radians(spots[:, 1].mean())), 1.0])  # a degree of longitude is shorter
    away = KDTree(spots * flat).query(support.points * flat)[0]
    return np.sort(np.argpartition(away, count)[:count]).astype(np.int32)


def changed_spots(before: City, after: City) -> NDArray[np.float64]:
    """Corners of what comes, goes or changes from one city to the other, float64[k, 2] longitude and latitude."""
    found: list[Any] = []
    for name in before.diff(after):
        if name not in before or name not in after or "geometry" not in before[name].schema.arrow.names:
            continue
        gone, rows = before[name].differences(after[name])
        ids = sorted({*gone, *rows["id"].to_pylist()})[:MOST_ROWS]
        for layer in (before[name], after[name]):
            found += [shape for shape in layer.find(ids)["geometry"].to_pylist() if shape is not None]
    if not found:
        return np.zeros((0, 2))
    import shapely

    corners = shapely.get_coordinates(shapely.from_wkb(np.array(found, object)))
    return np.asarray(corners[:: max(1, len(corners) // MOST_SPOTS)], np.float64)
