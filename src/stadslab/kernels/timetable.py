"""One day's timetable as plain arrays, in whole seconds of that day.

Stops are numbered 0..n_stops - 1 and trips 0..t - 1. Trips that call at the same
stops in the same order, none overtaking another, form a *pattern*: the word and
the arrays are those of RAPTOR (Delling, Pajor and Werneck 2015, "Round-based
public transit routing"), where a pattern is called a route.

What a rider may do, which every kernel on these arrays obeys exactly:

- leave the origin at a departure time or later (waiting at home is free) and
  walk to a stop with an access walk, which is 0 rides;
- board a trip at a position where boarding is allowed, if it departs at least
  `slack_s` after the rider is at the stop (the first boarding too);
- alight at any later position of that trip where alighting is allowed. Staying
  aboard is one ride, however often the trip calls at the same stop;
- after a ride, board at the same stop, or walk *one* footpath and board there,
  or stop travelling, at most `max_rides` rides in all;
- be there at most `limit_s` after the departure time.

Boarding looks at times alone. Where a timetable has a vehicle at several stops
in the same second, it is taken at its word: a rider who gets off and on again
within that second (a ride more) may do so at any of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from stadslab.kernels import UNREACHABLE, _arrays
from stadslab.kernels._arrays import Int32, Int64, UInt8

if TYPE_CHECKING:
    import numpy.typing as npt

LATEST = 2**30
"""Largest time, walk and slack in a timetable (34 years): sums of two stay within int32."""
LONGEST = UNREACHABLE - 1 - LATEST
"""Longest limit of a journey: added to the latest time it stays below UNREACHABLE."""


class Day(NamedTuple):
    """A day's trips and the footpaths between its stops."""

    n_stops: int
    pattern_ptr: Int64
    """int64[p + 1]: the stops of pattern i are at ptr[i]:ptr[i + 1], its *positions*."""
    pattern_stop: Int32
    pattern_trip_ptr: Int64
    """int64[p + 1]: the trips of pattern i are numbered ptr[i] to ptr[i + 1] - 1, earliest first."""
    time_ptr: Int64
    """int64[t + 1]: the times of trip j are at ptr[j]:ptr[j + 1], one for each position of its pattern."""
    arrive: Int32
    depart: Int32
    can_board: UInt8
    """uint8, aligned with pattern_stop: 1 where riders may board."""
    can_alight: UInt8
    foot_ptr: Int64
    """int64[n_stops + 1]: the footpaths from stop s are at ptr[s]:ptr[s + 1]."""
    foot_to: Int32
    foot_s: Int32


class Calls(NamedTuple):
    """Where each stop can be boarded."""

    ptr: Int64
    """int64[n_stops + 1]: the calls at stop s are at ptr[s]:ptr[s + 1]."""
    pattern: Int32
    position: Int32


class Connections(NamedTuple):
    """Every hop of every trip from one stop to the next, in an order a rider can follow.

    Sorted by departure; among equal departures the hops of zero seconds come
    first, and along one trip the order is that of the trip.
    """

    n_stops: int
    n_trips: int
    depart: Int32
    arrive: Int32
    from_stop: Int32
    to_stop: Int32
    trip: Int32
    can_board: UInt8
    """uint8[c]: 1 where riders may board at from_stop."""
    can_alight: UInt8
    """uint8[c]: 1 where riders may alight at to_stop."""
    foot_ptr: Int64
    foot_to: Int32
    foot_s: Int32


def checked(day: Day) -> Day:
    """The same day as read-only arrays, if it is one that kernels can be trusted with.

    TypeError for other dtypes. ValueError, naming the pattern, trip or stop, for
    numbers out of range, trips whose times go backwards, and trips of one
    pattern that overtake each other: split those into patterns of their own.
    """
    if day.n_stops < 0:
        raise ValueError(f"n_stops: none or more; got {day.n_stops}")
    stop = _arrays.int32("pattern_stop", day.pattern_stop, least=0, below=day.n_stops)
    patterns = len(day.pattern_ptr) - 1
    if patterns < 0 or len(day.time_ptr) < 1:
        raise ValueError("pattern_ptr, time_ptr: at least one value (0) even without trips; got none")
    trips = len(day.time_ptr) - 1
    pattern_ptr = _arrays.pointers("pattern_ptr", day.pattern_ptr, rows=patterns, entries=stop.size)
    trip_ptr = _arrays.pointers("pattern_trip_ptr", day.pattern_trip_ptr, rows=patterns, entries=trips)
    arrive = _arrays.int32("arrive", day.arrive, least=-LATEST, below=LATEST + 1)
    depart = _arrays.int32("depart", day.depart, least=-LATEST, below=LATEST + 1)
    board, alight = _arrays.flags("can_board", day.can_board), _arrays.flags("can_alight", day.can_alight)
    _arrays.same_length(arrive=arrive, depart=depart)
    _arrays.same_length(pattern_stop=stop, can_board=board, can_alight=alight)
    time_ptr = _arrays.pointers("time_ptr", day.time_ptr, rows=trips, entries=arrive.size)
    feet = _footpaths(day.n_stops, day.foot_ptr, day.foot_to, day.foot_s)
    result = Day(day.n_stops, pattern_ptr, stop, trip_ptr, time_ptr, arrive, depart, board, alight, *feet)
    _check_times(result)
    return result


def pattern_of(day: Day) -> Int64:
    """Which pattern is each trip of? Returns int64[t]."""
    return np.repeat(np.arange(day.pattern_ptr.size - 1), np.diff(day.pattern_trip_ptr))


def calls_of(day: Day) -> Calls:
    """At which positions of which patterns can each stop be boarded?

    Last positions are left out: nothing leads on from there.
    """
    lengths = np.diff(day.pattern_ptr)
    position = positions(day.pattern_ptr)
    rows = np.flatnonzero((day.can_board == 1) & (position < np.repeat(lengths, lengths) - 1))
    rows = rows[np.argsort(day.pattern_stop[rows], kind="stable")]
    ptr = np.zeros(day.n_stops + 1, np.int64)
    np.cumsum(np.bincount(day.pattern_stop[rows], minlength=day.n_stops), out=ptr[1:])
    pattern = np.repeat(np.arange(lengths.size), lengths)[rows]
    return Calls(ptr, pattern.astype(np.int32), position[rows].astype(np.int32))


def connections_of(day: Day) -> Connections:
    """Every hop of the day in the order a connection scan takes them.

    One hop for each pair of successive positions of each trip. Raises as `checked`.
    """
    day = checked(day)
    trips = day.time_ptr.size - 1
    lengths = np.diff(day.time_ptr)
    position = positions(day.time_ptr)
    row = np.flatnonzero(position < np.repeat(lengths, lengths) - 1)
    trip = np.repeat(np.arange(trips, dtype=np.int32), lengths)[row]
    place = day.pattern_ptr[pattern_of(day)[trip]] + position[row]
    # Stable, so along one trip in the order of the trip.
    order = np.lexsort((day.arrive[row + 1] > day.depart[row], day.depart[row]))
    row, trip, place = row[order], trip[order], place[order]
    return Connections(
        day.n_stops, trips, day.depart[row], day.arrive[row + 1], day.pattern_stop[place], day.pattern_stop[place + 1],
        trip, day.can_board[place], day.can_alight[place + 1], day.foot_ptr, day.foot_to, day.foot_s,
    )  # fmt: skip


def checked_connections(connections: Connections) -> Connections:
    """The same connections as read-only arrays in range, in an order a scan can trust.

    TypeError for other dtypes, ValueError for numbers out of range or out of order.
    """
    stops, trips = connections.n_stops, connections.n_trips
    depart = _arrays.int32("depart", connections.depart, least=-LATEST, below=LATEST + 1)
    arrive = _arrays.int32("arrive", connections.arrive, least=-LATEST, below=LATEST + 1)
    tail = _arrays.int32("from_stop", connections.from_stop, least=0, below=stops)
    head = _arrays.int32("to_stop", connections.to_stop, least=0, below=stops)
    trip = _arrays.int32("trip", connections.trip, least=0, below=trips)
    board = _arrays.flags("can_board", connections.can_board)
    alight = _arrays.flags("can_alight", connections.can_alight)
    _arrays.same_length(
        depart=depart, arrive=arrive, from_stop=tail, to_stop=head, trip=trip, can_board=board, can_alight=alight
    )
    lasts = arrive > depart
    wrong = np.flatnonzero((depart[1:] < depart[:-1]) | ((depart[1:] == depart[:-1]) & (lasts[1:] < lasts[:-1])))
    if wrong.size:
        raise ValueError(f"connections: sorted by departure, hops of zero seconds first; row {wrong[0] + 1} is not")
    if (arrive < depart).any():
        raise ValueError(f"connections: row {int(np.argmax(arrive < depart))} arrives before it departs")
    feet = _footpaths(stops, connections.foot_ptr, connections.foot_to, connections.foot_s)
    return Connections(stops, trips, depart, arrive, tail, head, trip, board, alight, *feet)


def reverse(day: Day) -> Day:
    """The day run backwards, for arriving by a time instead of departing at one.

    Times are negated, stops and trips of every pattern come in the opposite
    order, boarding and alighting change places, footpaths are walked the other
    way. Trip j of the mirrored day is trip `reversed_trips(day)[j]` of this one.
    Reversing twice gives the same day, up to the order of footpaths.
    """
    day = checked(day)
    trips = reversed_trips(day)
    flip = _flipped(day.pattern_ptr)
    lengths = np.diff(day.time_ptr)
    ends = day.time_ptr[1:][trips]
    # Trips of one pattern are equally long, so pointers stay the same.
    row = np.repeat(ends - 1, lengths[trips]) - positions(day.time_ptr)
    tail = np.repeat(np.arange(day.n_stops, dtype=np.int32), np.diff(day.foot_ptr))
    order = np.argsort(day.foot_to, kind="stable")
    foot_ptr = np.zeros(day.n_stops + 1, np.int64)
    np.cumsum(np.bincount(day.foot_to, minlength=day.n_stops), out=foot_ptr[1:])
    return Day(
        day.n_stops, day.pattern_ptr, day.pattern_stop[flip], day.pattern_trip_ptr, day.time_ptr, -day.depart[row],
        -day.arrive[row], day.can_alight[flip], day.can_board[flip], foot_ptr, tail[order], day.foot_s[order],
    )  # fmt: skip


def reversed_trips(day: Day) -> Int64:
    """Which trip of the day is each trip of `reverse(day)`, and the other way round? Returns int64[t]."""
    return _flipped(day.pattern_trip_ptr)


class Riding(NamedTuple):
    """What a rider brings to a search, checked."""

    access_stop: Int32
    access_s: Int32
    depart: Int32
    max_rides: int
    slack_s: int
    limit_s: int


def riding(
    n_stops: int,
    access_stop: npt.NDArray[Any],
    access_s: npt.NDArray[Any],
    depart: npt.NDArray[Any],
    max_rides: int,
    slack_s: int,
    limit_s: int,
) -> Riding:
    """The arguments every search shares, checked; ValueError or TypeError saying which one is wrong."""
    stop = _arrays.int32("access_stop", access_stop, least=0, below=n_stops)
    walk = _arrays.int32("access_s", access_s, least=0, below=LATEST + 1)
    _arrays.same_length(access_stop=stop, access_s=walk)
    leave = _arrays.int32("depart", depart, least=-LATEST, below=LATEST)
    if leave.size and int(np.diff(leave).min(initial=0)) < 0:
        raise ValueError("depart: departures in ascending order; they fall somewhere")
    if max_rides < 0 or limit_s < 0 or not 0 <= slack_s <= LATEST:
        raise ValueError(
            f"max_rides and limit_s: none or more, slack_s from 0 to {LATEST}; got {max_rides}, {limit_s} and {slack_s}"
        )
    return Riding(stop, walk, leave, max_rides, slack_s, min(int(limit_s), LONGEST))


def _footpaths(stops: int, ptr: npt.NDArray[Any], to: npt.NDArray[Any], walk: npt.NDArray[Any]) -> tuple[Any, Any, Any]:
    to = _arrays.int32("foot_to", to, least=0, below=stops)
    walk = _arrays.int32("foot_s", walk, least=0, below=LATEST + 1)
    _arrays.same_length(foot_to=to, foot_s=walk)
    return _arrays.pointers("foot_ptr", ptr, rows=stops, entries=to.size), to, walk


def _check_times(day: Day) -> None:
    pattern = pattern_of(day)
    lengths = np.diff(day.time_ptr)
    wrong = np.flatnonzero(lengths != np.diff(day.pattern_ptr)[pattern])
    if wrong.size:
        raise ValueError(
            f"trip {wrong[0]}: as many times as pattern {pattern[wrong[0]]} has stops; got {lengths[wrong[0]]}"
        )
    trip = np.repeat(np.arange(lengths.size), lengths)
    wrong = np.flatnonzero(day.depart < day.arrive)
    if wrong.size:
        raise ValueError(f"trip {trip[wrong[0]]}: departs from a stop before it arrives there")
    wrong = np.flatnonzero((day.arrive[1:] < day.depart[:-1]) & (trip[1:] == trip[:-1]))
    if wrong.size:
        raise ValueError(f"trip {trip[wrong[0]]}: arrives at a stop before it departed from the one before")
    # The next trip's time at the same position lies one trip's length further on.
    row = np.flatnonzero((trip < lengths.size - 1) & (np.append(pattern, -1)[trip + 1] == pattern[trip]))
    after = row + lengths[trip[row]]
    wrong = row[(day.arrive[after] < day.arrive[row]) | (day.depart[after] < day.depart[row])]
    if wrong.size:
        first = trip[wrong[0]]
        raise ValueError(
            f"pattern {pattern[first]}: trip {first + 1} overtakes trip {first}; give it a pattern of its own"
        )


def positions(ptr: Int64) -> Int64:
    """For every entry, which one of its row it is."""
    return np.arange(int(ptr[-1])) - np.repeat(ptr[:-1], np.diff(ptr))


def _flipped(ptr: Int64) -> Int64:
    """The entries of every row in the opposite order."""
    return np.repeat(ptr[1:] - 1, np.diff(ptr)) - positions(ptr)
