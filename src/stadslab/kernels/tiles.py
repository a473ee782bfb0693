"""From the stops to the doors for many origins side by side, a tile of places at a time.

A tile is so many places that the travel times to the stops near them fit a
processor's cache: rows of 64 numbers, one for each origin, for every stop and
departure. Minutes are put in order by a fixed network of comparisons, of which
only those that the wanted ranks depend on are made.

Source of the network: Batcher (1968), "Sorting networks and their applications",
in the form for any number of values of Knuth, "The art of computer programming",
volume 3, section 5.2.2, algorithm M.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from stadslab.kernels import UNREACHABLE
from stadslab.kernels._arrays import Int32, Int64
from stadslab.kernels._jit import njit
from stadslab.kernels._lanes import ABREAST, copy, put_in_order
from stadslab.kernels.timetable import LONGEST

if TYPE_CHECKING:
    import numpy.typing as npt

    from stadslab.kernels.timetable import Day

SHORT = 2**15 - 1
"""Limits below this are kept in 16 bits; it stands for "not reached" there, and adding a walk does not wrap."""
_CACHE = 2**23  # bytes of rows in a tile
_PLACES = 1024  # most places in a tile: their figures are kept until the tile is done


class Tile(NamedTuple):
    """Some places and the stops where one gets off for them."""

    places: Int32
    stops: Int32
    ptr: Int64
    """int64[t + 1]: from the stops in rows ptr[i]:ptr[i + 1] one gets to place i of the tile."""
    row: Int32
    """int32: which of `stops`."""
    seconds: Int32


def tiles(
    day: Day,
    egress_ptr: Int64,
    egress_stop: Int32,
    egress_s: Int32,
    order: Int32,
    *,
    minutes: int,
    limit_s: int,
    end_on_foot: bool,
) -> list[Tile]:
    """The places in tiles, in this order; with `end_on_foot` also by a footpath after the last ride."""
    most = max(_CACHE // (minutes * ABREAST * kind(limit_s).itemsize), 1)
    feet = _feet_to(day) if end_on_foot else None
    found: list[Tile] = []
    start, size = 0, min(most, _PLACES)
    while start < order.size:
        tile = _tile(egress_ptr, egress_stop, egress_s, order[start : start + size], limit_s, feet)
        if tile.stops.size > most and tile.places.size > 1:
            size = max(tile.places.size // 2, 1)
            continue
        found.append(tile)
        start += tile.places.size
        if tile.stops.size < most // 2:
            size = min(2 * size, _PLACES)
    return found


def kind(limit_s: int) -> np.dtype[Any]:
    """What travel times up to the limit are kept in."""
    return np.dtype(np.uint16 if limit_s < SHORT else np.int32)


def never(limit_s: int) -> int:
    """What stands for "not reached" in rows of that kind."""
    return SHORT if limit_s < SHORT else LONGEST + 1


def _tile(
    ptr: Int64, stop: Int32, walk: Int32, places: Int32, limit_s: int, feet: tuple[Int64, Int32, Int32] | None
) -> Tile:
    sizes = (ptr[1:] - ptr[:-1])[places]
    place = np.repeat(np.arange(places.size), sizes)
    at = np.repeat(ptr[:-1][places] - np.cumsum(sizes) + sizes, sizes) + np.arange(place.size)
    stop, seconds = stop[at], walk[at].astype(np.int64)
    if feet is not None:
        back_ptr, tail, foot = feet
        many = (back_ptr[1:] - back_ptr[:-1])[stop]
        by = np.repeat(back_ptr[:-1][stop] - np.cumsum(many) + many, many) + np.arange(int(many.sum()))
        place = np.concatenate([place, np.repeat(place, many)])
        seconds = np.concatenate([seconds, np.repeat(seconds, many) + foot[by]])
        stop = np.concatenate([stop, tail[by]])
    near = seconds <= limit_s
    place, stop, seconds = place[near], stop[near], seconds[near]
    order = np.lexsort((seconds, stop, place))
    place, stop, seconds = place[order], stop[order], seconds[order]
    first = np.ones(place.size, bool)
    first[1:] = (place[1:] != place[:-1]) | (stop[1:] != stop[:-1])
    place, stop, seconds = place[first], stop[first], seconds[first]
    stops, row = np.unique(stop, return_inverse=True)
    rows = np.zeros(places.size + 1, np.int64)
    np.cumsum(np.bincount(place, minlength=places.size), out=rows[1:])
    return Tile(places, stops.astype(np.int32), rows, row.astype(np.int32), seconds.astype(np.int32))


def _feet_to(day: Day) -> tuple[Int64, Int32, Int32]:
    """The footpaths to each stop: pointers, from where, how long."""
    tail = np.repeat(np.arange(day.n_stops, dtype=np.int32), np.diff(day.foot_ptr))
    order = np.argsort(day.foot_to, kind="stable")
    ptr = np.zeros(day.n_stops + 1, np.int64)
    np.cumsum(np.bincount(day.foot_to, minlength=day.n_stops), out=ptr[1:])
    return ptr, tail[order], day.foot_s[order]


def network(values: int, rank: Int64) -> Int32:
    """Which pairs to put in order, one by one, for these ranks to be as if sorted? Returns int32[q, 2]."""
    pairs: list[tuple[int, int]] = []
    top = 1 << max((values - 1).bit_length() - 1, 0)
    p = top if values > 1 else 0
    while p > 0:
        q, r, d = top, 0, p
        while True:
            pairs += [(i, i + d) for i in range(values - d) if i & p == r]
            if q == p:
                break
            d, q, r = q - p, q >> 1, p
        p >>= 1
    wanted = set(rank.tolist())
    kept = []
    for low, high in reversed(pairs):
        if low in wanted or high in wanted:
            wanted |= {low, high}
            kept.append((low, high))
    return np.array(kept[::-1], np.int32).reshape(-1, 2)


@njit
def walks_all_the_way(
    origins: Int32, direct_ptr: Int64, direct_place: Int32, direct_s: Int32, limit_s: int, direct: npt.NDArray[Any]
) -> None:
    """Lower direct[n * 64] to the walks from some origins side by side to each place."""
    for lane in range(origins.size):
        for pair in range(direct_ptr[origins[lane]], direct_ptr[origins[lane] + 1]):
            at = np.int64(direct_place[pair]) * ABREAST + lane
            if direct_s[pair] <= limit_s and direct_s[pair] < direct[at]:
                direct[at] = direct_s[pair]


@njit
def to_places(
    places: Int32,
    ptr: Int64,
    row: Int32,
    seconds: Int32,
    rows: npt.NDArray[Any],
    egress_ptr: Int64,
    egress_stop: Int32,
    egress_s: Int32,
    number: Int32,
    walk_ptr: Int32,
    walk_lane: Int32,
    walk_s: Int32,
    direct: npt.NDArray[Any],
    unreached: int,
    limit_s: int,
    pairs: Int32,
    rank: Int64,
    sorting: npt.NDArray[Any],
    times: Int32,
) -> None:
    """Fill times[t, k, 64] for the places of a tile; direct is made ready for the next origins.

    rows: travel times by vehicle to the stops of the tile, for every departure. number, walk_ptr,
    walk_lane, walk_s: see `abreast.walks_in`. direct: see `walks_all_the_way`.
    """
    size = sorting.size
    for i in range(places.size):
        at = np.int64(places[i]) * ABREAST
        # on foot by way of a stop: as long at any time
        for way in range(egress_ptr[places[i]], egress_ptr[places[i] + 1]):
            by = number[egress_stop[way]]
            if by >= 0:
                for walk in range(walk_ptr[by], walk_ptr[by + 1]):
                    total = np.int64(walk_s[walk]) + egress_s[way]
                    if total <= limit_s and total < direct[at + walk_lane[walk]]:
                        direct[at + walk_lane[walk]] = total
        for start in range(0, size, ABREAST):
            copy(sorting, start, direct, at)
        for lane in range(ABREAST):
            direct[at + lane] = unreached
        for way in range(ptr[i], ptr[i + 1]):
            _lower(sorting, rows[row[way] * size : (row[way] + 1) * size], seconds[way])
        for pair in range(pairs.shape[0]):
            put_in_order(sorting, pairs[pair, 0] * ABREAST, pairs[pair, 1] * ABREAST)
        for k in range(rank.size):
            for lane in range(ABREAST):
                time = np.int32(sorting[rank[k] * ABREAST + lane])
                times[i, k, lane] = time if time <= limit_s else UNREACHABLE


@njit
def _lower(values: npt.NDArray[Any], row: npt.NDArray[Any], walk: int) -> None:
    """Lower the values to those of the row and a walk from there."""
    more = values.dtype.type(walk)
    for i in range(values.size):
        then = values.dtype.type(row[i] + more)
        values[i] = then if then < values[i] else values[i]


@njit
def keep(times: Int32, places: Int32, origins: Int32, answer: Int32) -> None:
    """Write times[t, k, 64] to answer[o, n, k]."""
    for i in range(places.size):
        for lane in range(origins.size):
            for k in range(times.shape[1]):
                answer[origins[lane], places[i], k] = times[i, k, lane]


@njit
def count(times: Int32, places: Int32, origins: Int32, weight: Int64, cutoffs: Int32, answer: Int64) -> None:
    """Add the weights[n, g] of the places of a tile to answer[o, k, c, g], each where it is first within a cutoff.

    cutoffs: ascending. What is within them is the sum over c up to each.
    """
    for i in range(places.size):
        for k in range(times.shape[1]):
            for lane in range(origins.size):
                time = times[i, k, lane]
                low = 0
                high = cutoffs.size
                while low < high:
                    middle = (low + high) >> 1
                    if cutoffs[middle] >= time:
                        high = middle
                    else:
                        low = middle + 1
                if low < cutoffs.size:
                    for respect in range(weight.shape[1]):
                        answer[origins[lane], k, low, respect] += weight[places[i], respect]
