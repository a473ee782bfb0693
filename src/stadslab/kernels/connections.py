"""Earliest arrivals by public transport, in one pass over the day's hops.

Connections (a trip's hops from stop to stop) come in order of departure, and the
scan answers all departures from the origin at once. What it carries along is a
*minute*, an index into the departures: the latest one from which a trip can be
aboard or a stop be reached in time. For every stop and number of rides it keeps
the earliest arrival by minute; as time only moves on, "the latest minute that is
here by now" is a pointer that only moves up.

With a label for each number of rides: a label of r rides is kept only for
minutes later than those that manage with fewer, so rows fill sparsely, and the
earliest arrival with at most r rides is the least of rows 1 to r. Hops of zero
seconds at the same second are gone over until nothing changes.

Source: Dibbelt, Pajor, Strasser and Wagner (2018), "Connection scan algorithm",
ACM Journal of Experimental Algorithmics 23, section 4 (profiles), turned around
to run from the origin. The rules a rider obeys are in `timetable`. Shares no
code with `raptor`, which has the same answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from stadslab.kernels import UNREACHABLE, timetable
from stadslab.kernels._arrays import Int32, Int64, UInt8
from stadslab.kernels._jit import njit

if TYPE_CHECKING:
    import numpy.typing as npt

    from stadslab.kernels.timetable import Connections


def profile(
    connections: Connections,
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

    connections: those of `timetable.connections_of(day)`, made once for all
    origins. The other arguments, the answer and the errors are those of
    `raptor.profile`: int32[m, n_stops], seconds of the day, or UNREACHABLE.
    """
    connections = timetable.checked_connections(connections)
    rider = timetable.riding(connections.n_stops, access_stop, access_s, depart, max_rides, slack_s, limit_s)
    arrival = np.empty((rider.depart.size, connections.n_stops), np.int32)
    if rider.depart.size:
        own = scratch(connections, rider.depart.size, rider.max_rides)
        given: tuple[Any, ...] = (*connections[2:], *rider, *own)
        scan(*given)
        _arrivals(rider.depart, rider.limit_s, end_on_foot, own.walk, own.reached, own.ridden, own.touched, arrival)
    return arrival


class Scratch(NamedTuple):
    """What one thread needs: 8 bytes for each stop, ride and departure, and little else."""

    walk: Int32
    """int32[n_stops]: seconds of the access walk."""
    reached: Int32
    """int32[n_stops, rides, m]: earliest arrival after so many rides, where fewer do not do as well."""
    ridden: Int32
    """The same, by alighting at the stop itself."""
    touched: UInt8
    """uint8[n_stops]: 1 for stops with any label."""
    pointer: Int32
    """int32[n_stops, rides]: latest minute with which one can board there as ride 1, 2, ..., so far."""
    aboard: Int32
    """int32[n_trips, rides]: latest minute with which one can be aboard as ride 1, 2, ..., so far."""
    earlier: Int32
    """The same, as it was before the second being gone over."""


def scratch(connections: Connections, minutes: int, rides: int) -> Scratch:
    """Arrays for `scan`, which cleans them itself before use."""
    stops = connections.n_stops
    return Scratch(
        np.empty(stops, np.int32),
        np.full((stops, rides, minutes), UNREACHABLE, np.int32),
        np.full((stops, rides, minutes), UNREACHABLE, np.int32),
        np.zeros(stops, np.uint8),
        np.empty((stops, rides), np.int32),
        np.empty((connections.n_trips, rides), np.int32),
        np.empty((connections.n_trips, rides), np.int32),
    )


@njit
def scan(
    hop_depart: Int32,
    hop_arrive: Int32,
    from_stop: Int32,
    to_stop: Int32,
    trip_of: Int32,
    can_board: UInt8,
    can_alight: UInt8,
    foot_ptr: Int64,
    foot_to: Int32,
    foot_s: Int32,
    access_stop: Int32,
    access_s: Int32,
    depart: Int32,
    max_rides: int,
    slack_s: int,
    limit_s: int,
    walk: Int32,
    reached: Int32,
    ridden: Int32,
    touched: UInt8,
    pointer: Int32,
    aboard: Int32,
    earlier: Int32,
) -> None:
    """Fill walk, reached, ridden and touched for one origin; at least one departure.

    Minutes up to `gone` can no longer be anywhere in time. Their labels are not
    kept up: everything holds for the later ones only, and whoever is aboard with
    such a minute is not written down anywhere.
    """
    for used in range(walk.size):
        if touched[used] == 1:
            touched[used] = 0
            reached[used] = UNREACHABLE
            ridden[used] = UNREACHABLE
    walk[:] = UNREACHABLE
    pointer[:] = -1
    aboard[:] = -1
    for row in range(access_stop.size):
        stop = np.int64(access_stop[row])
        if access_s[row] <= limit_s:
            walk[stop] = min(walk[stop], access_s[row])
            touched[stop] = 1
    if max_rides == 0:
        return
    last = np.int64(depart.size - 1)
    start = np.int64(np.searchsorted(hop_depart, np.int64(depart[0]) + slack_s))
    end = np.searchsorted(hop_depart, np.int64(depart[last]) + limit_s, side="right")
    gone = np.int64(-1)
    while start < end:
        now = np.int64(hop_depart[start])
        while gone < last and depart[gone + 1] + limit_s < now:
            gone += 1
        stop_at = np.int64(start + 1)
        # Without slack one may change between hops of zero seconds, whatever their order.
        if slack_s == 0 and hop_arrive[start] == now:
            while stop_at < end and hop_depart[stop_at] == now and hop_arrive[stop_at] == now:
                stop_at += 1
        again = stop_at > start + 1
        if again:
            for hop in range(start, stop_at):
                earlier[trip_of[hop]] = aboard[trip_of[hop]]
        while True:
            changed = False
            for hop in range(start, stop_at):
                trip = np.int64(trip_of[hop])
                here = np.int64(from_stop[hop])
                if can_board[hop] == 1 and touched[here] == 1:
                    ready = now - slack_s
                    minute = max(gone, np.int64(pointer[here, 0]))
                    if walk[here] != UNREACHABLE:
                        while minute < last and np.int64(depart[minute + 1]) + walk[here] <= ready:
                            minute += 1
                    pointer[here, 0] = minute
                    aboard[trip, 0] = max(minute, np.int64(aboard[trip, 0]))
                    for ride in range(1, max_rides):
                        minute = max(minute, np.int64(pointer[here, ride]))
                        while minute < last and reached[here, ride - 1, minute + 1] <= ready:
                            minute += 1
                        pointer[here, ride] = minute
                        aboard[trip, ride] = max(minute, np.int64(aboard[trip, ride]))
                if can_alight[hop] == 0 or aboard[trip, max_rides - 1] <= gone:
                    continue
                there = np.int64(to_stop[hop])
                time = np.int64(hop_arrive[hop])
                fewer = gone  # latest minute that is here by now with fewer rides
                for ride in range(max_rides):
                    minute = np.int64(aboard[trip, ride])
                    if minute <= fewer or time > depart[minute] + limit_s:
                        continue
                    known = False
                    for rides in range(ride + 1):
                        if ridden[there, rides, minute] <= time:
                            known = True
                            break
                    if known:
                        fewer = minute
                        continue
                    touched[there] = 1
                    least = minute
                    while least > fewer and ridden[there, ride, least] > time:
                        ridden[there, ride, least] = time
                        least -= 1
                    at = minute
                    while at > least and reached[there, ride, at] > time:
                        reached[there, ride, at] = time
                        at -= 1
                        changed = True
                    for foot in range(foot_ptr[there], foot_ptr[there + 1]):
                        beyond = np.int64(foot_to[foot])
                        then = time + foot_s[foot]
                        if then > depart[minute] + limit_s:
                            continue
                        at = minute
                        while at > least and reached[beyond, ride, at] > then:
                            reached[beyond, ride, at] = then
                            at -= 1
                            changed = True
                        touched[beyond] = 1
                    fewer = minute
            if not (again and changed):
                break
            # Whoever boarded at a later stop of the trip is not aboard at the stops before.
            for hop in range(start, stop_at):
                aboard[trip_of[hop]] = earlier[trip_of[hop]]
        start = stop_at


@njit
def _arrivals(
    depart: Int32,
    limit_s: int,
    end_on_foot: bool,
    walk: Int32,
    reached: Int32,
    ridden: Int32,
    touched: UInt8,
    arrival: Int32,
) -> None:
    """Fill arrival[m, n_stops] from the labels of a scan."""
    arrival[:] = UNREACHABLE
    for stop in range(walk.size):
        if touched[stop] == 0:
            continue
        for minute in range(depart.size):
            leave = np.int64(depart[minute])
            time = np.int64(UNREACHABLE)
            if walk[stop] != UNREACHABLE:
                time = leave + walk[stop]
            for ride in range(reached.shape[1]):
                if end_on_foot:
                    time = min(time, np.int64(reached[stop, ride, minute]))
                else:
                    time = min(time, np.int64(ridden[stop, ride, minute]))
            if time <= leave + limit_s:
                arrival[minute, stop] = time
