"""Earliest arrivals by public transport from many origins at once, for a window of departures.

The hops of a window come in an order a rider can follow. Each carries how many
of the departures (the earliest so many) can be aboard: one byte for each origin
and number of rides. A hop hands its bytes on to the next hop of the trip, and, a
ride further, to the hops worth changing to (see `changes`); taking the larger
of two rows of bytes is one machine instruction for all origins side by side.

At a stop, arrivals in order of time then tell the earliest for every departure:
a departure is settled by the first vehicle that has it aboard. Only stops that
lead to a place need that.

Source: the trip-based search of Witt (2015), "Trip-based public transit
routing", ESA 2015, with departures in place of times as labels; many sources
abreast as in Then et al. (2014), "The more the merrier: efficient multi-source
graph traversal", PVLDB 8(4).

Memory of one thread: 64 bytes for each hop, 64 for each slot and ride allowed; 128
for each departure and stop in reach of a tile of places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from stadslab.kernels import changes
from stadslab.kernels._arrays import Int32, Int64, UInt8
from stadslab.kernels._jit import njit
from stadslab.kernels._lanes import ABREAST, copy, keep_larger, lower_where, move, span

if TYPE_CHECKING:
    import numpy.typing as npt

    from stadslab.kernels.changes import Hops
    from stadslab.kernels.timetable import Day, Riding

DEPARTURES = 255
"""Most departures in one scan: their number is a byte."""
RIDES = 32
"""Most rides that are counted; more of them, but not without limit, are for `raptor`."""


class Part(NamedTuple):
    """Some of the departures, few enough for one scan, and the hops they need."""

    first: int
    """Which of all departures is the first of these."""
    depart: Int32
    here_by: Int32
    shift: int
    hops: Hops


class Window(NamedTuple):
    """A day made ready for many origins that leave at the same times."""

    n_stops: int
    parts: tuple[Part, ...]
    minutes: int
    """How many departures there are in all."""
    rides: int
    counted: bool
    """Whether rides are counted; see `rides_do_not_matter`."""
    slack_s: int
    limit_s: int


def window(day: Day, rider: Riding, wanted: UInt8, threads: int | None = None) -> Window:
    """Cut a day (see `timetable.checked`) to what matters for these departures, and find the changes worth making.

    rider: of `timetable.riding`; its access walks are those of all origins. wanted: uint8[n_stops], 1 where somebody
    may end.
    """
    walk = np.full(day.n_stops, 2**40, np.int64)
    np.minimum.at(walk, rider.access_stop, rider.access_s)
    depart, unlimited = rider.depart, rides_do_not_matter(day, rider.max_rides)
    rides = min(rider.max_rides, day.arrive.size)
    parts = []
    for first in range(0, depart.size if rides else 0, DEPARTURES):
        some = depart[first : first + DEPARTURES]
        start, end = int(some[0]) + rider.slack_s, int(some[-1]) + rider.limit_s
        cut = changes.between(changes.cut(day, start, end), day, walk + int(some[0]), wanted, rider.slack_s)
        hops = changes.prepare(
            day, cut, last_s=end, slack_s=rider.slack_s, changing=rides > 1, threads=threads
        )  # fmt: skip
        parts.append(Part(first, some, *clock(some), hops))
    rows = 1 if unlimited else rides
    return Window(day.n_stops, tuple(parts), depart.size, rows, not unlimited, rider.slack_s, rider.limit_s)


def rides_do_not_matter(day: Day, max_rides: int) -> bool:
    """Whether no journey worth making has more rides: none boards the same trip at the same position twice."""
    return max_rides >= day.arrive.size


class Scratch(NamedTuple):
    """What one thread needs for a scan."""

    state: UInt8
    """uint8[slots * rides * 64]: departures that can be aboard at the hop with the slot; all 0 between scans."""
    word: Any
    """uint64: the same memory."""
    settled: UInt8
    """uint8[h * 64]: the answer, departures aboard at each hop with all rides allowed."""
    used: UInt8
    """uint8[h]: 1 for hops with anybody aboard; where it is 0, `settled` is not to be read."""
    own: UInt8
    """uint8[rides * 64]"""
    near: UInt8
    """uint8[64]"""


class Desk(NamedTuple):
    """What one thread needs for groups of origins."""

    scans: tuple[Scratch, ...]
    """For each part of the window."""
    number: Int32
    """int32[n_stops]: which row of walks is the stop's, or -1."""
    walk_ptr: Int32
    """int32: the walks to each stop with a number: which origin of the group, and seconds."""
    walk_lane: Int32
    walk_s: Int32
    known: UInt8

    @property
    def walks(self) -> tuple[Int32, Int32, Int32, Int32]:
        """The access walks of the group by stop."""
        return self[1:5]


def desk(ready: Window, access_ptr: Int64) -> Desk:
    """Arrays for `search` and `rows_to`."""
    scans = []
    for part in ready.parts:
        state = np.zeros(part.hops.slots * ready.rides * ABREAST, np.uint8)
        settled = np.zeros(part.hops.depart.size * ABREAST, np.uint8)
        own, near = np.zeros(ready.rides * ABREAST, np.uint8), np.zeros(ABREAST, np.uint8)
        used = np.zeros(part.hops.depart.size, np.uint8)
        scans.append(Scratch(state, state.view(np.uint64), settled, used, own, near))
    walks = int(np.diff(access_ptr).max(initial=0)) * ABREAST
    number, known = np.full(ready.n_stops, -1, np.int32), np.zeros(ABREAST, np.uint8)
    ptr = np.zeros(ready.n_stops + 1, np.int32)
    return Desk(tuple(scans), number, ptr, np.zeros(walks, np.int32), np.zeros(walks, np.int32), known)


def search(ready: Window, own: Desk, origins: Int32, access_ptr: Int64, access_stop: Int32, access_s: Int32) -> None:
    """Settle everything for up to 64 origins; `leave` before the next."""
    walks_in(origins, access_ptr, access_stop, access_s, *own.walks)
    for part, scratch in zip(ready.parts, own.scans, strict=True):
        hops: tuple[Any, ...] = (part.hops.depart, *part.hops[4:11])
        given: tuple[Any, ...] = (*hops, *own.walks, *part[1:4], ready.slack_s, ready.counted, *scratch)
        scan(*given)


def leave(own: Desk, origins: Int32, access_ptr: Int64, access_stop: Int32) -> None:
    """Forget the walks of a group."""
    walks_out(origins, access_ptr, access_stop, own.number)


def rows_to(ready: Window, own: Desk, stops: Int32, unreached: int, rows: npt.NDArray[Any]) -> None:
    """Fill rows[stops * departures * 64] with the travel times by vehicle to some stops after `search`."""
    if not ready.parts:
        rows[: stops.size * ready.minutes * ABREAST] = unreached
    for part, scratch in zip(ready.parts, own.scans, strict=True):
        hops = part.hops
        ridden(
            stops, hops.end_ptr, hops.end_hop, hops.arrive, scratch.settled, scratch.used, part.depart, part.first,
            ready.limit_s, ready.minutes, unreached, rows, own.known,
        )  # fmt: skip


def clock(depart: Int32) -> tuple[Int32, int]:
    """How many have left so long after the first departure? At least here_by[seconds >> shift] of them."""
    span = int(depart[-1]) - int(depart[0])
    shift = max(span.bit_length() - 13, 0)  # up to two hours to the second
    since = (np.arange((span >> shift) + 1, dtype=np.int64) << shift) + int(depart[0])
    return np.searchsorted(depart, since, side="right").astype(np.int32), shift


@njit
def walks_in(
    origins: Int32,
    access_ptr: Int64,
    access_stop: Int32,
    access_s: Int32,
    number: Int32,
    walk_ptr: Int32,
    walk_lane: Int32,
    walk_s: Int32,
) -> None:
    """The access walks of some origins by stop; number is -1 before, and to be cleared by `walks_out`."""
    size = 0
    for lane in range(origins.size):
        origin = origins[lane]
        for walk in range(access_ptr[origin], access_ptr[origin + 1]):
            stop = access_stop[walk]
            if number[stop] < 0:
                number[stop] = size
                walk_ptr[size + 1] = 0
                size += 1
            walk_ptr[number[stop] + 1] += np.int32(1)
    walk_ptr[0] = 0
    for row in range(size):
        walk_ptr[row + 1] += walk_ptr[row]
    for lane in range(origins.size - 1, -1, -1):
        origin = origins[lane]
        for walk in range(access_ptr[origin], access_ptr[origin + 1]):
            row = number[access_stop[walk]] + 1
            walk_ptr[row] -= np.int32(1)
            walk_lane[walk_ptr[row]] = lane
            walk_s[walk_ptr[row]] = access_s[walk]
    # every pointer now stands where its row starts: one place too far up
    for row in range(size):
        walk_ptr[row] = walk_ptr[row + 1]
    total = np.int64(0)
    for lane in range(origins.size):
        total += access_ptr[origins[lane] + 1] - access_ptr[origins[lane]]
    walk_ptr[size] = total


@njit
def walks_out(origins: Int32, access_ptr: Int64, access_stop: Int32, number: Int32) -> None:
    """Set number back to -1."""
    for lane in range(origins.size):
        for walk in range(access_ptr[origins[lane]], access_ptr[origins[lane] + 1]):
            number[access_stop[walk]] = -1


@njit
def scan(
    hop_depart: Int32,
    board: Int32,
    slot: Int32,
    following: Int32,
    change_ptr: Int64,
    change_to: Int32,
    again: Int32,
    back: Int32,
    number: Int32,
    walk_ptr: Int32,
    walk_lane: Int32,
    walk_s: Int32,
    depart: Int32,
    here_by: Int32,
    shift: int,
    slack_s: int,
    counted: bool,
    state: UInt8,
    word: Any,
    settled: UInt8,
    used: UInt8,
    own: UInt8,
    near: UInt8,
) -> None:
    """Fill used[h], and settled[h, 64] where it is 1, for some origins side by side.

    number: int32[n_stops], which row of walks is the stop's, or -1; walk_ptr, walk_lane, walk_s
    (int32): the walks to each, see `walks_in`. depart: at most 255. here_by, shift:
    see `clock`. counted: whether a change costs a ride; without it there is one row of bytes for any
    number of rides.
    """
    rides = own.size // ABREAST
    width = np.int64(own.size)
    step = ABREAST if counted else 0
    words = ABREAST // 8
    run = 0
    for hop in range(hop_depart.size):
        if run < again.shape[0] and again[run, 0] == hop:
            _repeat(
                hop, again[run, 1], again[run, 2], again[run, 3], hop_depart, board, slot, following, change_ptr,
                change_to, back, number, walk_ptr, walk_lane, walk_s, depart,
                here_by, shift, slack_s, step, state, own, near,
            )  # fmt: skip
            run += 1
        stop = board[hop]
        here = slot[hop] * width
        if stop >= 0 and number[stop] >= 0:
            _walk_in(
                here, number[stop], hop_depart[hop], walk_ptr, walk_lane, walk_s, depart, here_by, shift,
                slack_s, rides, state, near,
            )  # fmt: skip
        top = here + width - ABREAST
        some = np.uint64(0)
        for i in range(words):
            some |= word[top // 8 + i]
        used[hop] = 0
        if some == 0:
            continue
        used[hop] = 1
        for ride in range(rides):
            move(own, ride * ABREAST, state, here + ride * ABREAST)
        copy(settled, hop * ABREAST, own, width - ABREAST)
        _hand_on(hop, following, change_ptr, change_to, step, state, own)


@njit
def _walk_in(
    at: int,
    row: int,
    now: int,
    walk_ptr: Int32,
    walk_lane: Int32,
    walk_s: Int32,
    depart: Int32,
    here_by: Int32,
    shift: int,
    slack_s: int,
    rides: int,
    state: UInt8,
    near: UInt8,
) -> None:
    """Those who walked to the stop board, with any number of rides."""
    near[:] = 0
    some = False
    for walk in range(walk_ptr[row], walk_ptr[row + 1]):
        left = np.int64(now) - slack_s - walk_s[walk] - depart[0]  # seconds after the first departure, at the latest
        if left < 0:
            continue
        here = np.int64(here_by[min(left >> shift, here_by.size - 1)])
        while here < depart.size and np.int64(depart[here]) - depart[0] <= left:
            here += 1
        near[walk_lane[walk]] = max(here, np.int64(near[walk_lane[walk]]))
        some = True
    if some:
        for ride in range(rides):
            keep_larger(state, at + ride * ABREAST, near, 0)


@njit
def _hand_on(
    hop: int, following: Int32, change_ptr: Int64, change_to: Int32, step: int, state: UInt8, own: UInt8
) -> None:
    """Give the departures aboard (own) to the next hop of the trip and the hops changed to."""
    width = np.int64(own.size)
    after = np.int64(following[hop])
    if after >= 0:
        for at in range(0, width, ABREAST):
            keep_larger(state, after * width + at, own, at)
    for change in range(change_ptr[hop], change_ptr[hop + 1]):
        to = np.int64(change_to[change]) * width + step
        for at in range(0, width - step, ABREAST):
            keep_larger(state, to + at, own, at)


@njit
def _repeat(
    start: int,
    end: int,
    start_back: int,
    end_back: int,
    hop_depart: Int32,
    board: Int32,
    slot: Int32,
    following: Int32,
    change_ptr: Int64,
    change_to: Int32,
    back: Int32,
    number: Int32,
    walk_ptr: Int32,
    walk_lane: Int32,
    walk_s: Int32,
    depart: Int32,
    here_by: Int32,
    shift: int,
    slack_s: int,
    step: int,
    state: UInt8,
    own: UInt8,
    near: UInt8,
) -> None:
    """Go over hops of zero seconds in one second until nothing more can be aboard."""
    width = np.int64(own.size)
    before = np.int64(-1)
    while True:
        total = np.int64(0)
        change = start_back
        for hop in range(start, end):
            stop = board[hop]
            here = slot[hop] * width
            if stop >= 0 and number[stop] >= 0:
                _walk_in(
                    here, number[stop], hop_depart[hop], walk_ptr, walk_lane, walk_s, depart, here_by,
                    shift, slack_s, own.size // ABREAST, state, near,
                )  # fmt: skip
            for at in range(width):
                own[at] = state[here + at]
                total += np.int64(own[at])
            _hand_on(hop, following, change_ptr, change_to, step, state, own)
            while change < end_back and back[change, 0] == hop:
                to = back[change, 1] * width + step
                for at in range(0, width - step, ABREAST):
                    keep_larger(state, to + at, own, at)
                change += 1
        if total == before:
            return
        before = total


@njit
def ridden(
    stops: Int32,
    end_ptr: Int64,
    end_hop: Int32,
    arrive: Int32,
    settled: UInt8,
    used: UInt8,
    depart: Int32,
    first: int,
    limit_s: int,
    minutes: int,
    unreached: int,
    rows: npt.NDArray[Any],
    known: UInt8,
) -> None:
    """Set rows[i, first + j, lane] to the travel times to stops[i] by vehicle, for the departures of one scan.

    Travel times over the limit are unreached. known: uint8[64].
    """
    for i in range(stops.size):
        stop = stops[i]
        known[:] = 0
        start = (i * minutes + first) * ABREAST
        rows[start : start + depart.size * ABREAST] = unreached
        for end in range(end_ptr[stop], end_ptr[stop + 1]):
            hop = np.int64(end_hop[end])
            if used[hop] == 0:
                continue
            both = span(known, 0, settled, hop * ABREAST)
            if both == 0:
                continue
            low = both & 255
            high = both >> 8
            time = np.int64(arrive[hop])
            while low < high and time - depart[low] > limit_s:
                low += 1
            for minute in range(low, high):
                lower_where(rows, start + minute * ABREAST, time - depart[minute], settled, hop * ABREAST, minute)
            keep_larger(known, 0, settled, hop * ABREAST)
