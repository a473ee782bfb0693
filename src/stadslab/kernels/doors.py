"""Door to door by public transport, for many origins.

Arguments the kernels here share; rows are cut by pointers as everywhere:

    day                     the timetable
    access_ptr              int64[o + 1]: the walks of origin i to stops are at ptr[i]:ptr[i + 1]
    access_stop, access_s   int32: to which stop, how many seconds
    egress_ptr              int64[n + 1]: the walks to place j from stops are at ptr[j]:ptr[j + 1]
    egress_stop, egress_s   int32
    direct_ptr              int64[o + 1]: the places origin i can walk to are at ptr[i]:ptr[i + 1]
    direct_place, direct_s  int32: which place, in [0, n), how many seconds
    depart                  int32[m]: ascending departures, at least one
    percent                 percentiles over the departures, see `percentiles`
    max_rides, slack_s, limit_s, end_on_foot   as in `raptor.profile`; limit_s from door to door
    threads                 None for every processor this process may use

Each thread holds the labels of one origin (some 10 MB for a large city); nothing
grows with the origins but the answer. TypeError for other dtypes, ValueError for
values out of range. Answers do not depend on the number of threads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from stadslab.kernels import UNREACHABLE, _arrays, raptor, timetable
from stadslab.kernels._arrays import Int32, Int64
from stadslab.kernels._blocks import in_blocks
from stadslab.kernels._jit import njit
from stadslab.kernels.egress import to_place, turn, ways
from stadslab.kernels.percentiles import count, ranks, select, weights
from stadslab.kernels.raptor import scratch, search

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from stadslab.kernels.timetable import Day


class Doors(NamedTuple):
    """Where people leave and where they may go; see the top of the module."""

    access_ptr: npt.NDArray[Any]
    access_stop: npt.NDArray[Any]
    access_s: npt.NDArray[Any]
    egress_ptr: npt.NDArray[Any]
    egress_stop: npt.NDArray[Any]
    egress_s: npt.NDArray[Any]
    direct_ptr: npt.NDArray[Any]
    direct_place: npt.NDArray[Any]
    direct_s: npt.NDArray[Any]

    @property
    def origins(self) -> int:
        """How many places people leave from."""
        return len(self.access_ptr) - 1

    @property
    def places(self) -> int:
        """How many places they may go to."""
        return len(self.egress_ptr) - 1


def checked(doors: Doors, n_stops: int) -> Doors:
    """The same doors as read-only arrays in range."""
    access = ways("access", *doors[:3], n_stops)
    out = ways("egress", *doors[3:6], n_stops)
    place = _arrays.int32("direct_place", doors.direct_place, least=0, below=out[0].size - 1)
    walk = _arrays.int32("direct_s", doors.direct_s, least=0)
    _arrays.same_length(direct_place=place, direct_s=walk)
    ptr = _arrays.pointers("direct_ptr", doors.direct_ptr, rows=access[0].size - 1, entries=place.size)
    return Doors(*access, *out, ptr, place, walk)


def profile_many(
    day: Day,
    doors: Doors,
    depart: npt.NDArray[Any],
    percent: Sequence[float],
    *,
    max_rides: int,
    slack_s: int,
    limit_s: int,
    end_on_foot: bool = True,
    threads: int | None = None,
) -> Int32:
    """How long does it take from every origin to every place, over a window of departures?

    Returns int32[o, n, k], seconds, one for each of `percent`; UNREACHABLE
    beyond the limit. 4 bytes a figure, so the caller hands over origins in
    pieces that fit. Arguments as described at the top of the module.
    """
    doors = checked(doors, day.n_stops)
    answer = np.empty((doors.origins, doors.places, len(percent)), np.int32)

    def keep(origin: int, times: Int32) -> None:
        answer[origin] = times

    _run(day, doors, depart, percent, max_rides, slack_s, limit_s, end_on_foot, threads, keep)
    return answer


def count_many(
    day: Day,
    doors: Doors,
    depart: npt.NDArray[Any],
    percent: Sequence[float],
    weight: npt.NDArray[Any],
    cutoffs: npt.NDArray[Any],
    *,
    max_rides: int,
    slack_s: int,
    limit_s: int,
    end_on_foot: bool = True,
    threads: int | None = None,
) -> Int64:
    """How much can be reached from every origin within each cutoff?

    weight: int64[n, g], what each place counts for in g respects. cutoffs:
    int32[c] seconds, inclusive. Returns int64[o, k, c, g]: summed weight of the
    places whose percentile of the travel time is within the cutoff.
    """
    doors = checked(doors, day.n_stops)
    weight = weights(weight, doors.places)
    cutoffs = _arrays.int32("cutoffs", cutoffs, below=UNREACHABLE)
    answer = np.zeros((doors.origins, len(percent), cutoffs.size, weight.shape[1]), np.int64)

    def add(origin: int, times: Int32) -> None:
        _count_all(times, weight, cutoffs, answer[origin])

    _run(day, doors, depart, percent, max_rides, slack_s, limit_s, end_on_foot, threads, add)
    return answer


def _run(
    day: Day,
    doors: Doors,
    depart: npt.NDArray[Any],
    percent: Sequence[float],
    max_rides: int,
    slack_s: int,
    limit_s: int,
    end_on_foot: bool,
    threads: int | None,
    take: Callable[[int, Int32], None],
) -> None:
    """Call take(origin, int32[n, k]) for every origin; the array is used again for the next."""
    day, calls = raptor.prepare(day)
    nowhere = np.empty(0, np.int32)
    rider = timetable.riding(day.n_stops, nowhere, nowhere, depart, max_rides, slack_s, limit_s)
    rank = ranks(rider.depart.size, percent)
    network: tuple[Any, ...] = (*day[1:], *calls)
    out = doors[3:6]

    def prepare() -> Callable[[int, int], None]:
        own = scratch(day, rider.max_rides)
        arrival = np.empty((rider.depart.size, day.n_stops), np.int32)
        travel = np.empty((day.n_stops, rider.depart.size), np.int32)
        row = np.empty(rider.depart.size, np.int32)
        direct = np.full(doors.places, UNREACHABLE, np.int32)
        times = np.empty((doors.places, rank.size), np.int32)

        def work(start: int, stop: int) -> None:
            for origin in range(start, stop):
                walks = slice(doors.access_ptr[origin], doors.access_ptr[origin + 1])
                access = doors.access_stop[walks], doors.access_s[walks]
                given: tuple[Any, ...] = (*network, *access, *rider[2:], end_on_foot, *own, arrival)
                search(*given)
                turn(arrival, rider.depart, rider.limit_s, travel)
                _set_direct(*doors[6:], origin, direct)
                _percentiles(travel, *out, direct, rider.limit_s, rank, row, times)
                take(origin, times)

        return work

    in_blocks(doors.origins, prepare, threads)


@njit
def _set_direct(direct_ptr: Int64, direct_place: Int32, direct_s: Int32, origin: int, direct: Int32) -> None:
    """Fill direct[n]: the shortest walk to each place."""
    direct[:] = UNREACHABLE
    for pair in range(direct_ptr[origin], direct_ptr[origin + 1]):
        direct[direct_place[pair]] = min(direct[direct_place[pair]], direct_s[pair])


@njit
def _percentiles(
    travel: Int32,
    egress_ptr: Int64,
    egress_stop: Int32,
    egress_s: Int32,
    direct: Int32,
    limit_s: int,
    rank: Int64,
    row: Int32,
    times: Int32,
) -> None:
    """Fill times[n, k]."""
    for place in range(direct.size):
        to_place(travel, egress_ptr, egress_stop, egress_s, place, direct, limit_s, row)
        select(row, rank, times[place])


@njit
def _count_all(times: Int32, weight: Int64, cutoffs: Int32, answer: Int64) -> None:
    """Add all places, times[n, k] and weight[n, g], to answer[k, c, g]."""
    for place in range(times.shape[0]):
        count(times[place], weight[place], cutoffs, answer)
