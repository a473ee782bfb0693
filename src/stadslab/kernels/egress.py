"""From the stops to the doors: travel times to places, for every departure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from stadslab.kernels import UNREACHABLE, _arrays
from stadslab.kernels._arrays import Int32, Int64
from stadslab.kernels._jit import njit
from stadslab.kernels.timetable import LATEST, LONGEST

if TYPE_CHECKING:
    import numpy.typing as npt

NEVER = LONGEST + 1
"""Travel time inside these kernels for "not reached": adding a walk to it neither wraps nor comes within a limit."""


def best(
    arrival: npt.NDArray[Any],
    egress_ptr: npt.NDArray[Any],
    egress_stop: npt.NDArray[Any],
    egress_s: npt.NDArray[Any],
    direct_s: npt.NDArray[Any],
    depart: npt.NDArray[Any],
    *,
    limit_s: int = LONGEST,
) -> Int32:
    """How long does it take to each place, for every departure?

    arrival: int32[m, n_stops], seconds of the day, as `raptor.profile` gives it.
    egress_ptr: int64[n_places + 1], the walks to place i are at ptr[i]:ptr[i + 1]
    of egress_stop and egress_s (int32). direct_s: int32[n_places], the walk all
    the way, UNREACHABLE for none. depart: int32[m].

    Returns int32[m, n_places], seconds from the departure to the door, the wait
    at the first stop included; UNREACHABLE for more than limit_s. TypeError for
    other dtypes, ValueError for values out of range.
    """
    arrival = _arrays.table("arrival", arrival, np.int32)
    ptr, stop, walk = ways("egress", egress_ptr, egress_stop, egress_s, arrival.shape[1])
    direct = _arrays.int32("direct_s", direct_s, least=0)
    leave = _arrays.int32("depart", depart, least=-LATEST, below=LATEST)
    if leave.size != len(arrival) or direct.size != ptr.size - 1:
        raise ValueError(
            f"one departure for each row of arrival and one direct walk for each place;"
            f" got {leave.size} for {len(arrival)} and {direct.size} for {ptr.size - 1}"
        )
    bound = min(int(limit_s), LONGEST)
    travel = np.empty((arrival.shape[1], leave.size), np.int32)
    turn(arrival, leave, bound, travel)
    answer = np.empty((direct.size, leave.size), np.int32)
    _all_places(travel, ptr, stop, walk, direct, bound, answer)
    return np.ascontiguousarray(answer.T)


def ways(
    name: str, ptr: npt.NDArray[Any], stop: npt.NDArray[Any], walk: npt.NDArray[Any], stops: int
) -> tuple[Int64, Int32, Int32]:
    """The walks between some points and the stops, in rows, checked."""
    stop = _arrays.int32(f"{name}_stop", stop, least=0, below=stops)
    walk = _arrays.int32(f"{name}_s", walk, least=0, below=LATEST + 1)
    _arrays.same_length(**{f"{name}_stop": stop, f"{name}_s": walk})
    if len(ptr) < 1:
        raise ValueError(f"{name}_ptr: at least one value (0) even without points; got none")
    return _arrays.pointers(f"{name}_ptr", ptr, rows=len(ptr) - 1, entries=stop.size), stop, walk


@njit
def turn(arrival: Int32, depart: Int32, limit_s: int, travel: Int32) -> None:
    """Fill travel[n_stops, m], seconds since the departure or NEVER, from arrival[m, n_stops]."""
    for minute in range(depart.size):
        latest = np.int64(depart[minute]) + limit_s
        for stop in range(travel.shape[0]):
            time = np.int64(arrival[minute, stop])
            if time <= latest:
                travel[stop, minute] = max(time - depart[minute], np.int64(0))
            else:
                travel[stop, minute] = NEVER


@njit
def to_place(
    travel: Int32,
    egress_ptr: Int64,
    egress_stop: Int32,
    egress_s: Int32,
    place: int,
    direct_s: Int32,
    limit_s: int,
    row: Int32,
) -> None:
    """Fill row[m] with the travel times to one place."""
    on_foot = np.int64(direct_s[place])
    if on_foot > NEVER:
        on_foot = np.int64(NEVER)
    row[:] = on_foot
    for way in range(egress_ptr[place], egress_ptr[place + 1]):
        stop = egress_stop[way]
        walk = egress_s[way]
        for minute in range(row.size):
            row[minute] = min(row[minute], np.int32(travel[stop, minute] + walk))
    for minute in range(row.size):
        if row[minute] > limit_s:
            row[minute] = UNREACHABLE


@njit
def _all_places(
    travel: Int32, egress_ptr: Int64, egress_stop: Int32, egress_s: Int32, direct_s: Int32, limit_s: int, answer: Int32
) -> None:
    """Fill answer[n_places, m]."""
    for place in range(direct_s.size):
        to_place(travel, egress_ptr, egress_stop, egress_s, place, direct_s, limit_s, answer[place])
