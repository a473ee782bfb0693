"""Whom can an edit of the timetable concern at all?

Two days are compared: trips that run on one of them only, and stops whose
footpaths differ. An origin from which no rider on either day, within the limits
on rides and time, can be aboard such a trip or walk such a way to its end has the
same journeys on both days: every answer from there stays what it was, bit for
bit. The others may come out the same too.

One search a day, backwards, finds for every hop and number of rides how early
one may come to something that differs. It does not heed how long one waits for
the hop's end before changing, so it names a few origins too many, never one too
few.

Blind spots: walks to and from the doors are taken to be the same on both days;
stops keep their numbers. The bound is on who can be aboard, not on whom it helps:
with an hour to travel and four rides nearly everyone in a city can board any line
of it, and little is saved; it is for half an hour, few rides, or a whole region.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from stadslab.kernels import changes, timetable
from stadslab.kernels._arrays import Int32, Int64, UInt8
from stadslab.kernels._jit import njit
from stadslab.kernels.egress import ways

if TYPE_CHECKING:
    import numpy.typing as npt

    from stadslab.kernels.timetable import Day, Riding

NOT_AT_ALL = np.int32(2**31 - 1)
COUNTED = 16
"""Most rides that are counted."""


def origins(
    before: Day,
    after: Day,
    access_ptr: npt.NDArray[Any],
    access_stop: npt.NDArray[Any],
    access_s: npt.NDArray[Any],
    depart: npt.NDArray[Any],
    *,
    max_rides: int,
    slack_s: int,
    limit_s: int,
    beside_s: npt.NDArray[np.int32] | None = None,
) -> npt.NDArray[np.bool_]:
    """Which origins might have another answer after an edit of the timetable?

    before, after: two days with the same stops. access_ptr, access_stop,
    access_s: the walks from each origin to stops, in rows, as in `doors`. beside_s:
    int32[n_stops], seconds of the shortest further walk from each stop that differs
    (to somebody's door, say), NOT_AT_ALL where none does. The other arguments are
    those of `raptor.profile`.

    Returns bool[o]; where it is False, all travel times from the origin are the
    same on both days. ValueError where the days number their stops differently;
    other errors as in `doors`.
    """
    if before.n_stops != after.n_stops:
        raise ValueError(f"the same stops before and after; got {before.n_stops} and {after.n_stops}")
    before, after = timetable.checked(before), timetable.checked(after)
    ptr, stop, walk = ways("access", access_ptr, access_stop, access_s, before.n_stops)
    nowhere = np.empty(0, np.int32)
    rider = timetable.riding(before.n_stops, nowhere, nowhere, depart, max_rides, slack_s, limit_s)
    found = np.zeros(ptr.size - 1, np.uint8)
    if not rider.depart.size or not rider.max_rides:
        return found.astype(bool)
    trips = _trips(before), _trips(after)
    feet = _feet_that_differ(before, after)
    if beside_s is not None:
        feet = np.minimum(feet, beside_s.astype(np.int32))
    for day, own, other in ((before, *trips), (after, *trips[::-1])):
        known = set(other)
        differs = np.array([trip not in known for trip in own], np.uint8)
        if differs.any() or (feet < NOT_AT_ALL).any():
            _mark(day, differs, feet, rider, ptr, stop, walk, found)
    return found.astype(bool)


def _mark(
    day: Day, differs: UInt8, feet: Int32, rider: Riding, ptr: Int64, stop: Int32, walk: Int32, found: UInt8
) -> None:
    """Set found[o] for the origins that can come to what differs on this day."""
    hops = changes.cut(day, int(rider.depart[0]) + rider.slack_s, int(rider.depart[-1]) + rider.limit_s)
    # Many rides are taken for any number of them, which names no origin too few.
    rides, step = (rider.max_rides, 1) if rider.max_rides <= COUNTED else (1, 0)
    earliest = np.full((hops.depart.size, rides), NOT_AT_ALL, np.int32)
    best = np.full((day.n_stops, rides), NOT_AT_ALL, np.int32)
    feet_of: tuple[Any, ...] = (day.foot_ptr, day.foot_to, feet)
    given: tuple[Any, ...] = (*hops[:5], differs[hops.trip], *feet_of, rider.slack_s == 0, step, best, earliest)
    _backwards(*given)
    boarded = np.flatnonzero((hops.board >= 0) & (earliest[:, rides - 1] < NOT_AT_ALL))
    boarded = boarded[np.argsort(hops.board[boarded], kind="stable")]
    at = np.zeros(day.n_stops + 1, np.int64)
    np.cumsum(np.bincount(hops.board[boarded], minlength=day.n_stops), out=at[1:])
    first = earliest[boarded, rides - 1]
    _leaving(at, hops.depart[boarded], first, ptr, stop, walk, rider.depart, rider.slack_s, rider.limit_s, found)


def _trips(day: Day) -> list[bytes]:
    """For every trip, all that it is: stops, where one may board and alight, times."""
    found = []
    for pattern in range(day.pattern_ptr.size - 1):
        calls = slice(day.pattern_ptr[pattern], day.pattern_ptr[pattern + 1])
        places = day.pattern_stop[calls].tobytes() + day.can_board[calls].tobytes() + day.can_alight[calls].tobytes()
        for trip in range(day.pattern_trip_ptr[pattern], day.pattern_trip_ptr[pattern + 1]):
            times = slice(day.time_ptr[trip], day.time_ptr[trip + 1])
            found.append(places + day.arrive[times].tobytes() + day.depart[times].tobytes())
    return found


def _feet_that_differ(before: Day, after: Day) -> Int32:
    """int32[n_stops]: seconds of the shortest footpath from each stop that the other day lacks, NOT_AT_ALL for none."""
    found = np.full(before.n_stops, NOT_AT_ALL, np.int32)
    kept = [
        np.array_equal(before.foot_ptr, after.foot_ptr),
        np.array_equal(before.foot_to, after.foot_to),
        np.array_equal(before.foot_s, after.foot_s),
    ]
    if all(kept):
        return found
    rows = []
    for day in (before, after):
        tail = np.repeat(np.arange(day.n_stops, dtype=np.int32), np.diff(day.foot_ptr))
        order = np.lexsort((day.foot_s, day.foot_to, tail))
        feet = np.stack([tail, day.foot_to, day.foot_s])[:, order]
        shortest = np.ones(order.size, bool)
        shortest[1:] = (feet[:2, 1:] != feet[:2, :-1]).any(axis=0)
        rows.append(feet[:, shortest])
    both = np.concatenate(rows, axis=1)
    both = both[:, np.lexsort(both)]
    same = np.zeros(both.shape[1], bool)
    twice = (both[:, 1:] == both[:, :-1]).all(axis=0)
    same[1:] |= twice
    same[:-1] |= twice
    np.minimum.at(found, both[0, ~same], both[2, ~same].astype(np.int32))
    return found


@njit
def _backwards(
    depart: Int32,
    arrive: Int32,
    board: Int32,
    alight: Int32,
    following: Int32,
    differs: UInt8,
    foot_ptr: Int64,
    foot_to: Int32,
    feet: Int32,
    at_once: bool,
    step: int,
    best: Int32,
    earliest: Int32,
) -> None:
    """Fill earliest[h, rides], NOT_AT_ALL before: how early one aboard may come to what differs, so many rides on.

    best[n_stops, rides]: the same for who is at a stop and boards, NOT_AT_ALL before. at_once: whether one may change
    in no time. step: rides a change costs, 0 for any number of them.
    """
    rides = earliest.shape[1]
    end = depart.size
    while end > 0:
        start = end - 1
        while start > 0 and depart[start - 1] == depart[end - 1]:
            start -= 1
        changed = True
        while changed:
            changed = False
            for back in range(end - start):
                hop = end - 1 - back
                there = np.int64(alight[hop])
                after = np.int64(following[hop])
                come = NOT_AT_ALL
                if differs[hop] == 1:
                    come = arrive[hop]
                elif there >= 0 and feet[there] < NOT_AT_ALL:  # whoever alights is there after that walk
                    come = arrive[hop] + feet[there]
                here = np.int64(board[hop])
                for ride in range(rides):
                    least = come
                    if after >= 0:
                        least = min(least, earliest[after, ride])
                    if there >= 0 and ride >= step and arrive[hop] < least:
                        least = min(least, best[there, ride - step])
                        for foot in range(foot_ptr[there], foot_ptr[there + 1]):
                            least = min(least, best[foot_to[foot], ride - step])
                    if least < earliest[hop, ride]:
                        earliest[hop, ride] = least
                        # hops of no time lead to others of the second, in any order
                        changed = changed or (at_once and arrive[hop] == depart[hop])
                    if here >= 0:
                        best[here, ride] = min(best[here, ride], least)
        end = start


@njit
def _leaving(
    at: Int64,
    hop_depart: Int32,
    first: Int32,
    ptr: Int64,
    stop: Int32,
    walk: Int32,
    depart: Int32,
    slack_s: int,
    limit_s: int,
    found: UInt8,
) -> None:
    """Set found[o] where a hop boarded after the access walk leads to what differs within the limit.

    at: int64[n_stops + 1], the hops to board at each stop; first: how early each leads to what differs.
    """
    for origin in range(found.size):
        for way in range(ptr[origin], ptr[origin + 1]):
            if found[origin] == 1:
                break
            for hop in range(at[stop[way]], at[stop[way] + 1]):
                left = np.int64(hop_depart[hop]) - slack_s - walk[way]
                low = 0  # the departures that are there in time
                high = depart.size
                while low < high:
                    middle = (low + high) >> 1
                    if depart[middle] <= left:
                        low = middle + 1
                    else:
                        high = middle
                if low > 0 and first[hop] <= np.int64(depart[low - 1]) + limit_s:
                    found[origin] = 1
                    break
