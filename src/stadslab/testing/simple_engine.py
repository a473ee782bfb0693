"""The simple engine: one bounded search (Dijkstra) an origin; the slow twin of `access` and `nearest` on real networks.

Compiled, so that it answers for a whole city in seconds where the oracles take hours, and as simple as a compiled
search can be: a heap, no lanes, no contraction, no waves, homes always searched from. Arguments as in `kernels.reach`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stadslab.kernels import UNREACHABLE, _arrays
from stadslab.kernels._arrays import Int32, Int64
from stadslab.kernels._blocks import in_blocks
from stadslab.kernels._jit import njit
from stadslab.kernels._search import within
from stadslab.kernels.reach import Network, reached_places

if TYPE_CHECKING:
    from collections.abc import Callable


class Reach(NamedTuple):
    """How much, and how near."""

    counts: Int64
    """int64[o, n_categories]: summed weight of the distinct places within the limit."""
    nearest: Int32
    """int32[o, n_categories, k]: the k smallest costs, ascending; UNREACHABLE where there are fewer."""


def count_and_nearest(
    indptr: npt.NDArray[Any],
    indices: npt.NDArray[Any],
    cost: npt.NDArray[Any],
    origin_entry_ptr: npt.NDArray[Any],
    origin_entry_node: npt.NDArray[Any],
    origin_entry_cost: npt.NDArray[Any],
    place_ptr: npt.NDArray[Any],
    place_id: npt.NDArray[Any],
    place_entry_cost: npt.NDArray[Any],
    place_category: npt.NDArray[Any],
    weight: npt.NDArray[Any],
    n_categories: int,
    direct_ptr: npt.NDArray[Any],
    direct_place: npt.NDArray[Any],
    direct_cost: npt.NDArray[Any],
    limit: int,
    k: int,
    threads: int | None = None,
) -> Reach:
    """How many places of each category can be reached from every origin, and how near are the k nearest?

    place_category: int32[p] in [0, n_categories), -1 for a place to leave out.
    weight: int64[p], what a place counts for (ones for a plain count, seats
    or beds for capacity). The k nearest ignore weights. k may be 0. The other
    arguments are described at the top of `kernels.reach`.
    """
    places = len(place_category)
    network = Network.checked(
        indptr, indices, cost, origin_entry_ptr, origin_entry_node, origin_entry_cost, place_ptr, place_id,
        place_entry_cost, direct_ptr, direct_place, direct_cost, places,
    )  # fmt: skip
    if n_categories < 0 or k < 0:
        raise ValueError(f"n_categories and k: none or more; got {n_categories} and {k}")
    category = _arrays.int32("place_category", place_category, least=-1, below=n_categories)
    weight = _arrays.int64("weight", weight)
    _arrays.same_length(place_category=category, weight=weight)
    counts = np.zeros((network.origins, n_categories), np.int64)
    nearest = np.full((network.origins, n_categories, k), UNREACHABLE, np.int32)
    bound = within(limit)

    def prepare() -> Callable[[int, int], None]:
        own = network.scratch(places)
        return lambda start, stop: _count(*network, category, weight, bound, start, stop, *own, counts, nearest)

    in_blocks(network.origins, prepare, threads)
    return Reach(counts, nearest)


@njit
def _count(
    indptr: Int64,
    indices: Int32,
    cost: Int32,
    origin_entry_ptr: Int64,
    origin_entry_node: Int32,
    origin_entry_cost: Int32,
    place_ptr: Int64,
    place_id: Int32,
    place_entry_cost: Int32,
    direct_ptr: Int64,
    direct_place: Int32,
    direct_cost: Int32,
    category: Int32,
    weight: Int64,
    limit: int,
    start: int,
    stop: int,
    label: Int32,
    touched: Int32,
    heap: Int64,
    best: Int32,
    found: Int32,
    counts: Int64,
    nearest: Int32,
) -> None:
    """Fill rows start:stop of counts (zeros) and nearest (UNREACHABLE)."""
    k = nearest.shape[2]
    for origin in range(start, stop):
        count = reached_places(
            indptr, indices, cost, origin_entry_ptr, origin_entry_node, origin_entry_cost, place_ptr, place_id,
            place_entry_cost, direct_ptr, direct_place, direct_cost, limit, origin, label, touched, heap, best, found,
        )  # fmt: skip
        for i in range(count):
            place = found[i]
            total = best[place]
            best[place] = UNREACHABLE
            kind = category[place]
            if kind < 0:
                continue
            counts[origin, kind] += weight[place]
            if k > 0 and total < nearest[origin, kind, k - 1]:
                slot = k - 1
                while slot > 0 and nearest[origin, kind, slot - 1] > total:
                    nearest[origin, kind, slot] = nearest[origin, kind, slot - 1]
                    slot -= 1
                nearest[origin, kind, slot] = total
