"""Slow twins of the public transport kernels: every journey there is, no dominance, no order to get wrong.

Nothing is shared with the kernels but the arrays of a day. Use them on
timetables of a dozen trips: the states grow with stops x times x rides.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from stadslab.kernels.timetable import Day

Array = npt.NDArray[Any]
State = tuple[int, int, int, str]  # stop, time, rides so far, how one got here: access, ride or foot

UNREACHABLE = 2**31 - 1


def profile(
    day: Day,
    access_stop: Array,
    access_s: Array,
    depart: Array,
    *,
    max_rides: int,
    slack_s: int,
    limit_s: int,
    end_on_foot: bool = True,
) -> npt.NDArray[np.int32]:
    """Twin of `raptor.profile` and `connections.profile`: each departure for itself, all states it leads to."""
    arrival = np.full((len(depart), day.n_stops), UNREACHABLE, np.int32)
    access = list(zip(access_stop.tolist(), access_s.tolist(), strict=True))
    for minute, leave in enumerate(depart.tolist()):
        for stop, time, _, how in states(day, access, leave, max_rides, slack_s):
            if time <= leave + limit_s and (end_on_foot or how != "foot"):
                arrival[minute, stop] = min(time, arrival[minute, stop])
    return arrival


def states(day: Day, access: Iterable[tuple[int, int]], leave: int, max_rides: int, slack_s: int) -> set[State]:
    """Everything that can be true of a rider who leaves at `leave`: where, when, after how many rides."""
    front: list[State] = [(stop, leave + walk, 0, "access") for stop, walk in access]
    seen = set(front)
    while front:
        stop, time, rides, how = front.pop()
        ahead: list[State] = []
        if rides < max_rides:
            ahead += [(there, then, rides + 1, "ride") for there, then in _rides(day, stop, time + slack_s)]
        if how == "ride":
            for foot in range(day.foot_ptr[stop], day.foot_ptr[stop + 1]):
                ahead.append((int(day.foot_to[foot]), time + int(day.foot_s[foot]), rides, "foot"))
        for state in ahead:
            if state not in seen:
                seen.add(state)
                front.append(state)
    return seen


def trips(day: Day) -> Iterator[tuple[int, list[tuple[int, int, int, bool, bool]]]]:
    """Every trip with its calls: (stop, arrive, depart, may board, may alight)."""
    for pattern in range(len(day.pattern_ptr) - 1):
        places = range(day.pattern_ptr[pattern], day.pattern_ptr[pattern + 1])
        for trip in range(day.pattern_trip_ptr[pattern], day.pattern_trip_ptr[pattern + 1]):
            times = range(day.time_ptr[trip], day.time_ptr[trip + 1])
            yield (
                trip,
                [
                    (
                        int(day.pattern_stop[place]), int(day.arrive[row]), int(day.depart[row]),
                        bool(day.can_board[place]), bool(day.can_alight[place]),
                    )
                    for place, row in zip(places, times, strict=True)
                ],
            )  # fmt: skip


def percentiles(travel: Array, percent: Sequence[float]) -> npt.NDArray[np.int32]:
    """Twin of `percentiles.of_minutes`: the smallest value that enough minutes do not exceed."""
    rows = []
    for minutes in travel.T.tolist():
        ordered = sorted(minutes)
        rows.append([ordered[max(math.ceil(p * len(ordered) / 100), 1) - 1] for p in percent])
    return np.array(rows, np.int32).reshape(travel.shape[1], len(percent))


def egress(
    arrival: Array, egress_ptr: Array, egress_stop: Array, egress_s: Array, direct_s: Array, depart: Array
) -> npt.NDArray[np.int32]:
    """Twin of `egress.best`: every way out of the network, and the walk without it."""
    travel = np.empty((len(depart), len(direct_s)), np.int32)
    for minute, leave in enumerate(depart.tolist()):
        for place, direct in enumerate(direct_s.tolist()):
            ways = [direct]
            for row in range(egress_ptr[place], egress_ptr[place + 1]):
                at_stop = int(arrival[minute, egress_stop[row]])
                if at_stop != UNREACHABLE:
                    ways.append(at_stop + int(egress_s[row]) - leave)
            travel[minute, place] = min(ways)
    return travel


def _rides(day: Day, stop: int, ready: int) -> Iterator[tuple[int, int]]:
    """(stop, time) of every alighting from every trip that can be boarded at `stop` from `ready` on."""
    for _, calls in trips(day):
        for position, (here, _, depart, may_board, _) in enumerate(calls):
            if here == stop and may_board and depart >= ready:
                yield from ((there, arrive) for there, arrive, _, _, may_alight in calls[position + 1 :] if may_alight)
