"""From numbers at junctions to numbers of reporting units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import cKDTree

from stadslab.build.linkage import MAX_ACCESS_M
from stadslab.build.projection import shapes_of, to_lonlat, to_metres
from stadslab.build.streetgraph import Network, StreetGraph
from stadslab.core.support import Support
from stadslab.core.values import Measured, Reason

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST_M = 0.01  # what a street without length weighs, so that a junction of such streets still counts


@dataclass(frozen=True, slots=True, eq=False)
class Junctions:
    """Which junctions speak for which reporting unit, as k pairs, and how loudly.

    units: their number. unit: int64[k]. node: int64[k], position in the street graph. metres: float64[k], length of
    street that meets at the junction. open: bool[k], whether any of it is open.
    """

    units: int
    unit: NDArray[np.int64]
    node: NDArray[np.int64]
    metres: NDArray[np.float64]
    open: NDArray[np.bool_]


def junctions_of(
    streets: StreetGraph, network: Network, support: Support, max_access_m: float = MAX_ACCESS_M
) -> Junctions:
    """Which junctions and dead ends lie in each unit; in one without any, which is nearest to its point?

    On the border of two units one speaks for both. Bridges, tunnels and stray fragments are left out, as for homes.
    Streets that an edit has closed still count, so that a unit keeps its junctions when they are cut off. The
    nearest is looked for within `max_access_m` metres in a straight line; beyond, the unit has none.
    """
    metres, still_open = np.zeros(streets.n_nodes), np.zeros(streets.n_nodes, bool)
    there = np.flatnonzero(network.linkable | network.closed)
    for end in (streets.tail, streets.head):
        np.add.at(metres, end[there], np.maximum(streets.length_cm[there] / 100, _LEAST_M))
        still_open[end[network.linkable]] = True
    candidates = np.flatnonzero(metres)
    xy = streets.node_xy[candidates]
    unit, found = _inside(support, to_lonlat(streets.crs, xy))
    bare = np.setdiff1d(np.arange(len(support)), unit)
    if len(bare) and len(candidates):
        apart, nearest = cKDTree(xy).query(to_metres(streets.crs, support.points[bare]))
        near = apart <= max_access_m
        unit, found = np.concatenate([unit, bare[near]]), np.concatenate([found, nearest[near]])
    order = np.lexsort((found, unit))
    node = candidates[found[order]]
    return Junctions(len(support), unit[order], node, metres[node], still_open[node])


def mean_at(junctions: Junctions, value: NDArray[np.float64]) -> Measured:
    """Mean of a number at junctions (float64[n]) for each unit, weighted by the length of street that meets there.

    Unknown (NaN) where no junction is in the unit or near it. Where an edit has closed every street at its junctions
    the number is theirs, and the reason says so.
    """
    weight, total = np.zeros((2, junctions.units))
    np.add.at(weight, junctions.unit, junctions.metres)
    np.add.at(total, junctions.unit, junctions.metres * value[junctions.node])
    some = weight > 0
    mean = np.full(junctions.units, np.nan)
    mean[some] = total[some] / weight[some]
    reason = np.full(junctions.units, Reason.NOT_CONNECTED, np.int8)
    reason[junctions.unit[junctions.open]] = Reason.KNOWN
    reason[~some] = Reason.NO_STREET_NEAR
    return Measured(mean, reason)


def _inside(support: Support, lonlat: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of a unit and a point in or on its outline."""
    if not len(support) or not len(lonlat):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    unit, found = shapely.STRtree(shapely.points(lonlat)).query(shapes_of(support.geometry), predicate="intersects")
    return unit.astype(np.int64), found.astype(np.int64)
