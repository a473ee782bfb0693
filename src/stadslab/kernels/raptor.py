"""Earliest arrivals by public transport, round by round.

RAPTOR: round r extends the earliest arrivals with r - 1 rides by one ride,
looking along each pattern that can be boarded at a stop reached earlier than
before. Over a window of departures, labels are kept from the last departure to
the first: what can be reached leaving later can be reached leaving earlier, so a
departure only has to improve on the ones after it.

Source: Delling, Pajor and Werneck (2015), "Round-based public transit routing",
Transportation Science 49(3), sections 3 and 4.2 (rRAPTOR). The rules a rider
obeys are in `timetable`. Of three algorithms with the same answers (see
`connections`, `abreast`) this is the one that can tell the way, and the faster
one for few origins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from stadslab.kernels import UNREACHABLE, timetable
from stadslab.kernels._arrays import Int32, Int64, UInt8
from stadslab.kernels._jit import njit

if TYPE_CHECKING:
    import numpy.typing as npt

    from stadslab.kernels.timetable import Day


class Network(NamedTuple):
    """A day made ready for many searches."""

    day: Day
    calls: timetable.Calls


def prepare(day: Day) -> Network:
    """Check a day and find where each stop can be boarded, once for many searches; errors as `timetable.checked`."""
    day = timetable.checked(day)
    return Network(day, timetable.calls_of(day))


def profile(
    day: Day | Network,
    access_stop: npt.NDArray[Any],
    access_s: npt.NDArray[Any],
    depart: npt.NDArray[Any],
    *,
    max_rides: int,
    slack_s: int,
    limit_s: int,
    end_on_foot: bool = True,
) -> Int32:
    """When is each stop reached at the earliest, for every departure?

    day: a day, or `prepare(day)` where many origins follow.
    access_stop, access_s: int32[a], stops within a walk of the origin and the
    seconds to them (several rows for one stop: the shortest counts).
    depart: int32[m], ascending seconds of the day. end_on_foot: count stops
    reached by a footpath after the last ride; without it, only those where one
    alights and the access walk itself.

    Returns int32[m, n_stops], seconds of the day; UNREACHABLE for more than
    max_rides rides or later than limit_s after the departure. TypeError for
    other dtypes, ValueError for values out of range.
    """
    day, calls = day if isinstance(day, Network) else prepare(day)
    rider = timetable.riding(day.n_stops, access_stop, access_s, depart, max_rides, slack_s, limit_s)
    arrival = np.empty((rider.depart.size, day.n_stops), np.int32)
    own = scratch(day, rider.max_rides)
    given: tuple[Any, ...] = (*day[1:], *calls, *rider, end_on_foot, *own, arrival)
    search(*given)
    return arrival


class Leg(NamedTuple):
    """One part of a journey."""

    kind: str
    """`access`, `ride`, `foot` (between stops), `egress` or `walk` (all the way)."""
    from_stop: int
    """-1 for the origin."""
    to_stop: int
    """-1 for the destination."""
    start_s: int
    end_s: int
    trip: int = -1
    board_position: int = -1
    alight_position: int = -1


class Journey(NamedTuple):
    """A way from door to door; gaps between the legs are waits."""

    arrive_s: int
    """Seconds of the day; UNREACHABLE (with no legs) where there is no way."""
    legs: tuple[Leg, ...]

    @property
    def rides(self) -> int:
        """How many rides there are in it."""
        return sum(leg.kind == "ride" for leg in self.legs)


def journey(
    day: Day | Network,
    access_stop: npt.NDArray[Any],
    access_s: npt.NDArray[Any],
    egress_stop: npt.NDArray[Any],
    egress_s: npt.NDArray[Any],
    depart_s: int,
    *,
    max_rides: int,
    slack_s: int,
    limit_s: int,
    direct_s: int = UNREACHABLE,
    end_on_foot: bool = True,
) -> Journey:
    """Which way is the earliest at the destination, leaving at depart_s?

    egress_stop, egress_s: int32[e], the walks from stops to the destination.
    direct_s: seconds of the walk all the way. The other arguments and the errors
    are those of `profile`. Of ways equally early: the one with the fewest rides,
    then the shortest walk at its end, then the lowest stop. The rider leaves at
    depart_s and waits at stops.
    """
    day, calls = day if isinstance(day, Network) else prepare(day)
    leave = np.array([depart_s], np.int32)
    rider = timetable.riding(day.n_stops, access_stop, access_s, leave, max_rides, slack_s, limit_s)
    out = timetable.riding(day.n_stops, egress_stop, egress_s, leave, max_rides, slack_s, limit_s)
    own = scratch(day, rider.max_rides)
    arrival = np.empty((1, day.n_stops), np.int32)
    given: tuple[Any, ...] = (*day[1:], *calls, *rider, end_on_foot, *own, arrival)
    search(*given)
    ends = [(depart_s + int(direct_s), 0, 0, -1)]
    for stop, walk in zip(out.access_stop.tolist(), out.access_s.tolist(), strict=True):
        if arrival[0, stop] != UNREACHABLE:
            at_stop = int(arrival[0, stop])
            ends.append((at_stop + walk, _rides(own, stop, at_stop, end_on_foot), walk, stop))
    arrive, rides, walk, stop = min(ends)
    if arrive > depart_s + rider.limit_s:
        return Journey(UNREACHABLE, ())
    if stop < 0:
        return Journey(arrive, (Leg("walk", -1, -1, depart_s, arrive),))
    before = _way_to(day, own, stop, rides, depart_s, end_on_foot)
    return Journey(arrive, (*before, Leg("egress", stop, -1, arrive - walk, arrive)))


def _rides(own: Scratch, stop: int, time: int, end_on_foot: bool) -> int:
    """The fewest rides with which one is at the stop by then."""
    if own.label[0, stop] <= time:
        return 0
    row = own.label if end_on_foot else own.ridden
    return int(np.argmax(row[:, stop] <= time))


def _way_to(day: Day, own: Scratch, stop: int, rides: int, depart_s: int, on_foot: bool) -> list[Leg]:
    """The legs to a stop with so many rides, from the labels of one departure."""
    legs: list[Leg] = []
    while rides > 0:
        walked_from = int(own.by_foot[rides, stop]) if on_foot else -1
        if walked_from >= 0:
            start, end = int(own.ridden[rides, walked_from]), int(own.label[rides, stop])
            legs.append(Leg("foot", walked_from, stop, start, end))
            stop = walked_from
        trip, board, alight = (int(by[rides, stop]) for by in (own.by_trip, own.by_board, own.by_alight))
        pattern = int(np.searchsorted(day.pattern_trip_ptr, trip, side="right")) - 1
        calls, times = int(day.pattern_ptr[pattern]), int(day.time_ptr[trip])
        boarded = int(day.pattern_stop[calls + board])
        start, end = int(day.depart[times + board]), int(day.arrive[times + alight])
        legs.append(Leg("ride", boarded, stop, start, end, trip, board, alight))
        rides = int(np.argmax(own.label[:rides, boarded] == own.label[rides - 1, boarded]))
        stop, on_foot = boarded, True
    legs.append(Leg("access", -1, stop, depart_s, int(own.label[0, stop])))
    return legs[::-1]


class Scratch(NamedTuple):
    """The labels of one origin, how they came about, and the queues of a round."""

    label: Int32
    """int32[rides + 1, n_stops]: earliest arrival with at most so many rides."""
    ridden: Int32
    """The same, by alighting at the stop itself."""
    by_trip: Int32
    """The trip, and the positions of boarding and alighting, that last improved `ridden` in its round."""
    by_board: Int32
    by_alight: Int32
    by_foot: Int32
    """The stop walked from where a footpath improved `label` in its round, after the rides of that round; else -1."""
    first: Int32
    """int32[p]: the first position at which a queued pattern can be boarded; -1 for patterns not queued."""
    queue: Int32
    marked: UInt8
    stops: Int32
    improved: UInt8
    alighted: Int32


def scratch(day: Day, rides: int) -> Scratch:
    """What one thread needs for `search`, which leaves it fit for the next origin."""
    shape = rides + 1, day.n_stops
    patterns = day.pattern_ptr.size - 1
    return Scratch(
        np.full(shape, UNREACHABLE, np.int32), np.full(shape, UNREACHABLE, np.int32),
        np.full(shape, -1, np.int32), np.full(shape, -1, np.int32), np.full(shape, -1, np.int32),
        np.full(shape, -1, np.int32), np.full(patterns, -1, np.int32), np.empty(patterns, np.int32),
        np.zeros(day.n_stops, np.uint8), np.empty(day.n_stops, np.int32),
        np.zeros(day.n_stops, np.uint8), np.empty(day.n_stops, np.int32),
    )  # fmt: skip


@njit
def search(
    pattern_ptr: Int64,
    pattern_stop: Int32,
    pattern_trip_ptr: Int64,
    time_ptr: Int64,
    trip_arrive: Int32,
    trip_depart: Int32,
    can_board: UInt8,
    can_alight: UInt8,
    foot_ptr: Int64,
    foot_to: Int32,
    foot_s: Int32,
    call_ptr: Int64,
    call_pattern: Int32,
    call_position: Int32,
    access_stop: Int32,
    access_s: Int32,
    depart: Int32,
    max_rides: int,
    slack_s: int,
    limit_s: int,
    end_on_foot: bool,
    label: Int32,
    ridden: Int32,
    by_trip: Int32,
    by_board: Int32,
    by_alight: Int32,
    by_foot: Int32,
    first: Int32,
    queue: Int32,
    marked: UInt8,
    stops: Int32,
    improved: UInt8,
    alighted: Int32,
    arrival: Int32,
) -> None:
    """Fill arrival[m, n_stops] for one origin, departures from last to first."""
    label[:] = UNREACHABLE
    ridden[:] = UNREACHABLE
    for minute in range(depart.size - 1, -1, -1):
        leave = np.int64(depart[minute])
        latest = leave + limit_s
        _depart(
            pattern_ptr, pattern_stop, pattern_trip_ptr, time_ptr, trip_arrive, trip_depart, can_board, can_alight,
            foot_ptr, foot_to, foot_s, call_ptr, call_pattern, call_position, access_stop, access_s, leave,
            max_rides, slack_s, latest, label, ridden, by_trip, by_board, by_alight, by_foot, first, queue, marked,
            stops, improved, alighted,
        )  # fmt: skip
        for stop in range(arrival.shape[1]):
            time = np.int64(label[max_rides, stop])
            if not end_on_foot:
                time = np.int64(min(label[0, stop], ridden[max_rides, stop]))
            if time > latest:  # a label of a later departure, which had until later
                time = np.int64(UNREACHABLE)
            arrival[minute, stop] = time


@njit
def _depart(
    pattern_ptr: Int64,
    pattern_stop: Int32,
    pattern_trip_ptr: Int64,
    time_ptr: Int64,
    trip_arrive: Int32,
    trip_depart: Int32,
    can_board: UInt8,
    can_alight: UInt8,
    foot_ptr: Int64,
    foot_to: Int32,
    foot_s: Int32,
    call_ptr: Int64,
    call_pattern: Int32,
    call_position: Int32,
    access_stop: Int32,
    access_s: Int32,
    leave: np.int64,
    max_rides: int,
    slack_s: int,
    latest: np.int64,
    label: Int32,
    ridden: Int32,
    by_trip: Int32,
    by_board: Int32,
    by_alight: Int32,
    by_foot: Int32,
    first: Int32,
    queue: Int32,
    marked: UInt8,
    stops: Int32,
    improved: UInt8,
    alighted: Int32,
) -> None:
    """Improve the labels by leaving at `leave`.

    A label of r rides is written to all rounds from r on, so that each row holds
    "at most so many rides"; the stop is marked in round r only, because what
    follows from it with more rides is no earlier.
    """
    n_marked = 0
    for row in range(access_stop.size):
        stop = access_stop[row]
        time = leave + access_s[row]
        if time <= latest and time < label[0, stop]:
            for rides in range(max_rides + 1):
                label[rides, stop] = min(time, np.int64(label[rides, stop]))
            if marked[stop] == 0:
                marked[stop] = 1
                stops[n_marked] = stop
                n_marked += 1
    for ride in range(1, max_rides + 1):
        n_queued = 0
        for i in range(n_marked):
            stop = stops[i]
            marked[stop] = 0
            for call in range(call_ptr[stop], call_ptr[stop + 1]):
                pattern = call_pattern[call]
                if first[pattern] < 0:
                    queue[n_queued] = pattern
                    n_queued += 1
                    first[pattern] = call_position[call]
                else:
                    first[pattern] = min(first[pattern], call_position[call])
        n_marked = 0
        n_alighted = 0
        for i in range(n_queued):
            pattern = queue[i]
            start = np.int64(first[pattern])
            first[pattern] = -1
            base = pattern_ptr[pattern]
            length = pattern_ptr[pattern + 1] - base
            trip_0 = pattern_trip_ptr[pattern]
            trip = pattern_trip_ptr[pattern + 1]  # none: as if aboard one after the last
            none = trip
            boarded = np.int64(-1)
            for position in range(start, length):
                stop = pattern_stop[base + position]
                if trip < none and can_alight[base + position] == 1:
                    time = np.int64(trip_arrive[time_ptr[trip] + position])
                    if time <= latest and time < ridden[ride, stop]:
                        for rides in range(ride, max_rides + 1):
                            ridden[rides, stop] = min(time, np.int64(ridden[rides, stop]))
                        by_trip[ride, stop] = trip
                        by_board[ride, stop] = boarded
                        by_alight[ride, stop] = position
                        if improved[stop] == 0:
                            improved[stop] = 1
                            alighted[n_alighted] = stop
                            n_alighted += 1
                if can_board[base + position] == 1 and label[ride - 1, stop] != UNREACHABLE:
                    ready = np.int64(label[ride - 1, stop]) + slack_s
                    low = trip_0
                    high = trip
                    # Mostly no earlier trip is left to catch.
                    if low < high and trip_depart[time_ptr[high - 1] + position] >= ready:
                        while low < high:
                            middle = (low + high) >> 1
                            if trip_depart[time_ptr[middle] + position] >= ready:
                                high = middle
                            else:
                                low = middle + 1
                        trip = np.int64(low)
                        boarded = np.int64(position)
        for i in range(n_alighted):
            stop = alighted[i]
            time = np.int64(ridden[ride, stop])
            if time < label[ride, stop]:
                for rides in range(ride, max_rides + 1):
                    label[rides, stop] = min(time, np.int64(label[rides, stop]))
                if marked[stop] == 0:
                    marked[stop] = 1
                    stops[n_marked] = stop
                    n_marked += 1
        for i in range(n_alighted):
            stop = alighted[i]
            improved[stop] = 0
            for foot in range(foot_ptr[stop], foot_ptr[stop + 1]):
                there = foot_to[foot]
                time = np.int64(ridden[ride, stop]) + foot_s[foot]
                if time <= latest and time < label[ride, there]:
                    for rides in range(ride, max_rides + 1):
                        label[rides, there] = min(time, np.int64(label[rides, there]))
                    by_foot[ride, there] = stop
                    if marked[there] == 0:
                        marked[there] = 1
                        stops[n_marked] = there
                        n_marked += 1
        if n_marked == 0:
            return
    for i in range(n_marked):
        marked[stops[i]] = 0
