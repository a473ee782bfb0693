"""Which changes from one trip to another are worth making, found once for all origins.

A day is cut to the hops (a trip's way from stop to stop) that can matter for a
window of departures, and every hop gets the few hops that a rider who gets off
at its end should board. Whoever rides on, or makes one of these changes, is at
every stop as early as by any other change, with no more rides; so chains of them
lead to every stop as early as all journeys do, whatever the limit on rides.

For a trip, from its last stop to its first: the earliest arrivals everywhere by
staying aboard or changing once later on are known. From every stop the first
trip of each pattern in reach is tried, and a change is kept where it is the
first to be somewhere. Stretches of a trip tried before, for a later stop, are
not looked at again.

Source: Witt (2015), "Trip-based public transit routing", ESA 2015, sections 3.1
and 3.2 (transfers and their reduction), here with one arrival per stop by
vehicle, so that what one can walk to afterwards is kept as well. The rules a
rider obeys are in `timetable`.

Blind spots: a change of the timetable asks for all of it again. Memory: 12 bytes
for each stop and pattern call near it that can be the best, 4 for each change
kept, 40 for each hop of the window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from stadslab.kernels import timetable
from stadslab.kernels._arrays import Int32, Int64, UInt8
from stadslab.kernels._blocks import in_blocks
from stadslab.kernels._jit import njit

if TYPE_CHECKING:
    from collections.abc import Callable

    from stadslab.kernels.timetable import Day

NOTHING = np.int32(2**31 - 1)
_ROOM = 1 << 18  # changes that fit into one thread's list; it is emptied when full


class Hops(NamedTuple):
    """The hops of a window, in an order a rider can follow, with the changes worth making after each.

    What is known of a hop while a search comes nearer is kept in one of a few
    *slots*, taken when something first leads to the hop and free again once it
    is passed: several times fewer than there are hops.
    """

    n_stops: int
    slots: int
    depart: Int32
    arrive: Int32
    board: Int32
    """int32[h]: the stop where one may board, or -1 where nobody may."""
    slot: Int32
    following: Int32
    """int32[h]: the slot of the next hop of the same trip, or -1."""
    change_ptr: Int64
    """int64[h + 1]: after hop i one may board those with the slots change_to[ptr[i]:ptr[i + 1]], a ride more."""
    change_to: Int32
    again: Int32
    """int32[a, 4]: runs of hops of zero seconds in one second among which changes lead back: first hop and end, first
    change back and end."""
    back: Int32
    """int32[b, 2]: those changes: from the hop, to the slot."""
    end_ptr: Int64
    """int64[n_stops + 1]: the hops that end at stop s, where one may alight, are end_hop[ptr[s]:ptr[s + 1]]."""
    end_hop: Int32
    """int32: in order of arrival."""


class Cut(NamedTuple):
    """The hops of a day between two times: by departure, those of zero seconds first, along a trip as it runs."""

    depart: Int32
    arrive: Int32
    board: Int32
    """int32[h]: the stop where one may board, or -1 where nobody may."""
    alight: Int32
    """int32[h]: the stop where one may alight, or -1."""
    following: Int32
    """int32[h]: the next hop of the same trip, or -1."""
    trip: Int32
    place: Int64
    """int64[h]: where in `pattern_stop` each leaves."""
    hop_at: Int32
    """int32: which hop leaves with each departure of the day, or -1."""


def cut(day: Day, first_s: int, last_s: int) -> Cut:
    """The hops with which nobody boards before the one time or alights after the other."""
    lengths = np.diff(day.time_ptr)
    position = timetable.positions(day.time_ptr)
    row = np.flatnonzero(position < np.repeat(lengths, lengths) - 1)
    row = row[(day.depart[row] >= first_s) & (day.arrive[row + 1] <= last_s)]
    # stable, so along one trip in the order of the trip
    row = row[np.lexsort((day.arrive[row + 1] > day.depart[row], day.depart[row]))]
    trip = np.repeat(np.arange(lengths.size, dtype=np.int32), lengths)[row]
    place = day.pattern_ptr[timetable.pattern_of(day)[trip]] + position[row]
    hop_at = np.full(day.arrive.size, -1, np.int32)
    hop_at[row] = np.arange(row.size, dtype=np.int32)
    no = np.int32(-1)
    following = np.where(position[row] < lengths[trip] - 2, hop_at[row + 1], no)
    board = np.where(day.can_board[place] == 1, day.pattern_stop[place], no)
    alight = np.where(day.can_alight[place + 1] == 1, day.pattern_stop[place + 1], no)
    return Cut(day.depart[row], day.arrive[row + 1], board, alight, following, trip, place, hop_at)


def between(some: Cut, day: Day, at_stop: Int64, wanted: UInt8, slack_s: int) -> Cut:
    """The hops somebody can be aboard who then comes to a stop that is wanted; all others are left out.

    at_stop: int64[n_stops], the earliest anybody is at each stop without a ride;
    later than all hops for nobody. wanted: uint8[n_stops]. Rides are not
    counted, nor is the time of the whole journey, so hops nobody takes may stay.
    """
    feet: tuple[Any, ...] = (day.foot_ptr, day.foot_to, day.foot_s, slack_s)
    reached, worthwhile = np.zeros(some.depart.size, np.uint8), np.zeros(some.depart.size, np.uint8)
    ridden, aboard = np.full(day.n_stops, NOTHING, np.int32), np.zeros(day.time_ptr.size - 1, np.uint8)
    given: tuple[Any, ...] = (*some[:4], some.trip, *feet, at_stop.copy(), ridden, aboard, reached)
    _reached(*given)
    given = (*some[:5], *feet, reached, wanted, np.full(day.n_stops, -(2**40), np.int64), worthwhile)
    _worthwhile(*given)
    kept = np.flatnonzero(worthwhile)
    number = np.full(some.depart.size + 1, -1, np.int32)  # the last for hops that are none: -1
    number[kept] = np.arange(kept.size, dtype=np.int32)
    return Cut(
        some.depart[kept], some.arrive[kept], some.board[kept], some.alight[kept], number[some.following[kept]],
        some.trip[kept], some.place[kept], number[some.hop_at],
    )  # fmt: skip


@njit
def _reached(
    depart: Int32,
    arrive: Int32,
    board: Int32,
    alight: Int32,
    trip: Int32,
    foot_ptr: Int64,
    foot_to: Int32,
    foot_s: Int32,
    slack_s: int,
    at_stop: Int64,
    ridden: Int32,
    aboard: UInt8,
    reached: UInt8,
) -> None:
    """Set reached[h] for hops somebody can be aboard; lowers at_stop to the earliest there with rides."""
    start = 0
    while start < depart.size:
        end = start + 1
        while end < depart.size and depart[end] == depart[start]:
            end += 1
        changed = True
        while changed:
            changed = False
            for hop in range(start, end):
                here = np.int64(board[hop])
                if here >= 0 and at_stop[here] + slack_s <= depart[hop]:
                    aboard[trip[hop]] = 1
                if aboard[trip[hop]] == 0:
                    continue
                reached[hop] = 1
                there = np.int64(alight[hop])
                if there < 0 or ridden[there] <= arrive[hop]:
                    continue
                ridden[there] = arrive[hop]
                # hops of no time lead to others of the second, in any order
                changed = changed or arrive[hop] == depart[hop]
                at_stop[there] = min(at_stop[there], np.int64(arrive[hop]))
                for foot in range(foot_ptr[there], foot_ptr[there + 1]):
                    by = np.int64(arrive[hop]) + foot_s[foot]
                    at_stop[foot_to[foot]] = min(at_stop[foot_to[foot]], by)
        start = end


@njit
def _worthwhile(
    depart: Int32,
    arrive: Int32,
    board: Int32,
    alight: Int32,
    following: Int32,
    foot_ptr: Int64,
    foot_to: Int32,
    foot_s: Int32,
    slack_s: int,
    reached: UInt8,
    wanted: UInt8,
    latest: Int64,
    worthwhile: UInt8,
) -> None:
    """Set worthwhile[h] for reached hops that lead on to a wanted stop; latest: the last of them to board at a stop."""
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
                if reached[hop] == 0 or worthwhile[hop] == 1:
                    continue
                after = np.int64(following[hop])
                there = np.int64(alight[hop])
                good = after >= 0 and worthwhile[after] == 1
                if not good and there >= 0:
                    ready = np.int64(arrive[hop]) + slack_s
                    good = wanted[there] == 1 or latest[there] >= ready
                    for foot in range(foot_ptr[there], foot_ptr[there + 1]):
                        if good:
                            break
                        good = latest[foot_to[foot]] >= ready + foot_s[foot]
                if good:
                    worthwhile[hop] = 1
                    changed = changed or arrive[hop] == depart[hop]
                    here = np.int64(board[hop])
                    if here >= 0:
                        latest[here] = max(latest[here], np.int64(depart[hop]))
        end = start


def prepare(
    day: Day, some: Cut, *, last_s: int, slack_s: int, changing: bool = True, threads: int | None = None
) -> Hops:
    """Which changes are worth making between these hops of a day?

    last_s: nobody alights later. changing: False where one ride is all there may
    be. The day must have been through `timetable.checked`.
    """
    depart, arrive, following = some.depart, some.arrive, some.following
    ends = np.flatnonzero(some.alight >= 0)
    stop = some.alight[ends]
    ends = ends[np.lexsort((arrive[ends], stop))]
    end_ptr = _pointers(stop, day.n_stops)
    tails, heads = np.zeros(0, np.int32), np.zeros(0, np.int32)
    if changing and depart.size:
        tails, heads = _all_changes(day, some, slack_s, last_s, threads)
    order = np.argsort(tails, kind="stable")
    tails, heads = tails[order], heads[order]
    leads_back = heads <= tails
    again, back = _runs(depart, arrive, tails[leads_back], heads[leads_back])
    tails, heads = tails[~leads_back], heads[~leads_back]
    change_ptr = _pointers(tails, depart.size)
    slot, slots = np.full(depart.size, -1, np.int32), np.zeros(1, np.int64)
    _give_slots(following, change_ptr, heads, again, slot, np.empty(depart.size, np.int32), slots)
    back[:, 1] = slot[back[:, 1]]
    following = np.where(following >= 0, slot[following], np.int32(-1)).astype(np.int32)
    return Hops(
        day.n_stops, int(slots[0]), depart, arrive, some.board, slot, following, change_ptr, slot[heads], again, back,
        end_ptr, ends.astype(np.int32),
    )  # fmt: skip


@njit
def _give_slots(
    following: Int32, change_ptr: Int64, change_to: Int32, again: Int32, slot: Int32, free: Int32, slots: Int64
) -> None:
    """Fill slot[h], -1 before, and slots[0], how many there are."""
    n_free = 0
    used = np.int64(0)
    run = 0
    passed = 0
    for hop in range(slot.size):
        for change in range(change_ptr[hop] - 2, change_ptr[hop + 1]):
            to = np.int64(hop)
            if change == change_ptr[hop] - 1:
                to = np.int64(following[hop])
            elif change >= change_ptr[hop]:
                to = np.int64(change_to[change])
            if to >= 0 and slot[to] < 0:
                if n_free > 0:
                    n_free -= 1
                    slot[to] = free[n_free]
                else:
                    slot[to] = used
                    used += 1
        # hops that are gone over again keep their slots until all of them are passed
        while run < again.shape[0] and again[run, 1] <= hop:
            run += 1
        if run < again.shape[0] and again[run, 0] <= hop < again[run, 1] - 1:
            continue
        while passed <= hop:
            free[n_free] = slot[passed]
            n_free += 1
            passed += 1
    slots[0] = used


def _pointers(of: Int32, rows: int) -> Int64:
    ptr = np.zeros(rows + 1, np.int64)
    np.cumsum(np.bincount(of, minlength=rows), out=ptr[1:])
    return ptr


def _runs(depart: Int32, arrive: Int32, tails: Int32, heads: Int32) -> tuple[Int32, Int32]:
    """The runs of hops gone over again, and the changes back in them, by run; see `Hops`."""
    if not tails.size:
        return np.zeros((0, 4), np.int32), np.zeros((0, 2), np.int32)
    # Whoever changes to an earlier hop does so within the second, as hops come in order of departure.
    still = arrive == depart
    starts = np.ones(depart.size, bool)
    starts[1:] = ~still[1:] | ~still[:-1] | (depart[1:] != depart[:-1])
    run = np.cumsum(starts) - 1
    first = np.append(np.flatnonzero(starts), depart.size)
    chosen, start = np.unique(run[tails], return_index=True)
    again = np.stack([first[chosen], first[chosen + 1], start, np.append(start[1:], tails.size)], axis=1)
    return again.astype(np.int32), np.stack([tails, heads], axis=1)


def _all_changes(day: Day, some: Cut, slack_s: int, last_s: int, threads: int | None) -> tuple[Int32, Int32]:
    """The hops one changes from and to, the former in order of pattern, trip and position from the last."""
    patterns = day.pattern_ptr.size - 1
    calls = _calls_of(day, some)
    slowest = np.zeros(day.pattern_stop.size, np.int32)
    _slowest(day.pattern_ptr, day.pattern_trip_ptr, day.time_ptr, day.depart, slowest)
    sizes = np.zeros(day.n_stops, np.int64)
    gathering: tuple[Any, ...] = (
        *calls, day.foot_ptr, day.foot_to, day.foot_s, slowest, day.pattern_ptr,
    )  # fmt: skip
    most = _longest(day, calls)
    served = np.zeros(day.n_stops, np.uint8)
    served[some.alight[some.alight >= 0]] = 1

    def gather(ptr: Int64, near_pattern: Int32, near_position: Int32, near_s: Int32) -> None:
        def ready() -> Callable[[int, int], None]:
            own: tuple[Any, ...] = np.full(patterns, -1, np.int32), np.empty((most, 3), np.int32)

            def work(start: int, stop: int) -> None:
                given: tuple[Any, ...] = (*gathering, *own, sizes, ptr, near_pattern, near_position, near_s)
                _gather(start, stop, served, *given)

            return work

        in_blocks(day.n_stops, ready, threads)

    none = np.zeros(0, np.int32)
    gather(np.zeros(0, np.int64), none, none, none)
    ptr = np.zeros(day.n_stops + 1, np.int64)
    np.cumsum(sizes, out=ptr[1:])
    near: tuple[Any, ...] = tuple(np.empty(int(ptr[-1]), np.int32) for _ in range(3))
    gather(ptr, *near)

    found: dict[tuple[int, int], tuple[Int32, Int32]] = {}
    lists = np.zeros(patterns, np.int64)
    _list_sizes(day.pattern_ptr, day.pattern_stop, ptr, lists)
    trips: tuple[Any, ...] = (
        day.pattern_ptr, day.pattern_stop, day.pattern_trip_ptr, day.time_ptr, day.arrive, day.depart, day.can_alight,
        some.hop_at, slack_s, last_s, ptr, *near,
    )  # fmt: skip
    room = max(int(lists.max(initial=0)), _ROOM)

    def ready() -> Callable[[int, int], None]:
        earliest = np.full(day.n_stops, NOTHING, np.int32)
        owner = np.full(day.n_stops, -1, np.int32)
        seen = np.empty(day.n_stops, np.int32)
        tried = np.full(day.time_ptr.size - 1, NOTHING, np.int32)
        tried_trips = np.empty(day.time_ptr.size - 1, np.int32)
        pointer = np.empty(int(lists.max(initial=0)), np.int32)
        candidate = np.empty(int(sizes.max(initial=0)), np.int32)
        wins = np.empty(int(sizes.max(initial=0)), np.int32)
        tail, head = np.empty(room, np.int32), np.empty(room, np.int32)
        state = np.zeros(3, np.int64)

        given: tuple[Any, ...] = (
            earliest, owner, seen, tried, tried_trips, pointer, candidate, wins, tail, head, state,
        )  # fmt: skip

        def work(start: int, stop: int) -> None:
            for pattern in range(start, stop):
                state[0], state[1] = day.pattern_trip_ptr[pattern], 0
                part = 0
                while True:
                    _changes(pattern, *trips, *given)
                    kept = int(state[1])
                    if kept:
                        found[pattern, part] = tail[:kept].copy(), head[:kept].copy()
                    part += 1
                    if state[0] == day.pattern_trip_ptr[pattern + 1]:
                        break
                    state[1] = 0

        return work

    in_blocks(patterns, ready, threads)
    ordered = [found[key] for key in sorted(found)]
    return (
        np.concatenate([none, *(tail for tail, _ in ordered)]),
        np.concatenate([none, *(head for _, head in ordered)]),
    )


def _calls_of(day: Day, some: Cut) -> timetable.Calls:
    """Where each stop can be boarded by one of the hops."""
    calls = timetable.calls_of(day)
    left = np.zeros(day.pattern_stop.size, bool)
    left[some.place] = True
    kept = left[day.pattern_ptr[calls.pattern] + calls.position]
    ptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(kept)])[calls.ptr]
    return timetable.Calls(ptr, calls.pattern[kept], calls.position[kept])


def _longest(day: Day, calls: timetable.Calls) -> int:
    """Most calls near one stop."""
    at = np.diff(calls.ptr)
    near = at.copy()
    tail = np.repeat(np.arange(day.n_stops), np.diff(day.foot_ptr))
    near += np.bincount(tail, weights=at[day.foot_to], minlength=day.n_stops).astype(np.int64)
    return int(near.max(initial=0))


@njit
def _slowest(pattern_ptr: Int64, trip_ptr: Int64, time_ptr: Int64, depart: Int32, slowest: Int32) -> None:
    """Fill slowest[position]: an upper bound on the time from the first position, by any trip of the pattern."""
    for pattern in range(pattern_ptr.size - 1):
        base = pattern_ptr[pattern]
        total = np.int64(0)
        for position in range(1, pattern_ptr[pattern + 1] - base):
            most = np.int64(0)
            for trip in range(trip_ptr[pattern], trip_ptr[pattern + 1]):
                at = time_ptr[trip] + position
                most = max(most, np.int64(depart[at]) - depart[at - 1])
            total = min(total + most, np.int64(NOTHING))
            slowest[base + position] = total


@njit
def _gather(
    start: int,
    stop: int,
    served: UInt8,
    call_ptr: Int64,
    call_pattern: Int32,
    call_position: Int32,
    foot_ptr: Int64,
    foot_to: Int32,
    foot_s: Int32,
    slowest: Int32,
    pattern_ptr: Int64,
    newest: Int32,
    chain: Int32,
    sizes: Int64,
    ptr: Int64,
    near_pattern: Int32,
    near_position: Int32,
    near_s: Int32,
) -> None:
    """The calls one may walk to from each stop and the seconds it takes, without needless ones.

    A call is needless where an earlier position of the pattern is reached so
    much sooner that every trip caught here is caught there. Without `ptr` only
    the sizes are found.
    """
    for here in range(start, stop):
        sizes[here] = 0
        if served[here] == 0:
            continue
        n = 0
        for foot in range(foot_ptr[here] - 1, foot_ptr[here + 1]):
            there = np.int64(here)
            walk = np.int64(0)
            if foot >= foot_ptr[here]:
                there = np.int64(foot_to[foot])
                walk = np.int64(foot_s[foot])
            for call in range(call_ptr[there], call_ptr[there + 1]):
                # a list for each pattern, by position, then walk
                pattern = call_pattern[call]
                position = call_position[call]
                before = np.int32(-1)
                after = newest[pattern]
                while after >= 0 and (
                    chain[after, 1] < position or (chain[after, 1] == position and chain[after, 2] <= walk)
                ):
                    before = after
                    after = chain[after, 0]
                if before >= 0 and chain[before, 1] == position:
                    continue  # the same call by a shorter walk
                if before >= 0:
                    base = pattern_ptr[pattern]
                    later = np.int64(slowest[base + position]) - slowest[base + chain[before, 1]]
                    if slowest[base + position] < NOTHING and later <= walk - chain[before, 2]:
                        continue
                chain[n, 0] = after
                chain[n, 1] = position
                chain[n, 2] = walk
                if before >= 0:
                    chain[before, 0] = n
                else:
                    newest[pattern] = n
                n += 1
        kept = np.int64(0)
        for foot in range(foot_ptr[here] - 1, foot_ptr[here + 1]):
            there = np.int64(here)
            if foot >= foot_ptr[here]:
                there = np.int64(foot_to[foot])
            for call in range(call_ptr[there], call_ptr[there + 1]):
                pattern = call_pattern[call]
                base = pattern_ptr[pattern]
                at = newest[pattern]
                newest[pattern] = -1
                last_position = np.int64(-1)
                last_walk = np.int64(0)
                while at >= 0:
                    position = np.int64(chain[at, 1])
                    walk = np.int64(chain[at, 2])
                    needless = position == last_position
                    if last_position >= 0 and slowest[base + position] < NOTHING:
                        later = np.int64(slowest[base + position]) - slowest[base + last_position]
                        needless = needless or later <= walk - last_walk
                    if not needless:
                        if ptr.size > 0:
                            near_pattern[ptr[here] + kept] = pattern
                            near_position[ptr[here] + kept] = position
                            near_s[ptr[here] + kept] = walk
                        kept += 1
                        last_position = position
                        last_walk = walk
                    at = chain[at, 0]
        sizes[here] = kept


@njit
def _list_sizes(pattern_ptr: Int64, pattern_stop: Int32, ptr: Int64, lists: Int64) -> None:
    for pattern in range(pattern_ptr.size - 1):
        for at in range(pattern_ptr[pattern], pattern_ptr[pattern + 1]):
            stop = pattern_stop[at]
            lists[pattern] += ptr[stop + 1] - ptr[stop]


@njit
def _changes(
    pattern: int,
    pattern_ptr: Int64,
    pattern_stop: Int32,
    trip_ptr: Int64,
    time_ptr: Int64,
    arrive: Int32,
    depart: Int32,
    can_alight: UInt8,
    hop_at: Int32,
    slack_s: int,
    last_s: int,
    near_ptr: Int64,
    near_pattern: Int32,
    near_position: Int32,
    near_s: Int32,
    earliest: Int32,
    owner: Int32,
    seen: Int32,
    tried: Int32,
    tried_trips: Int32,
    pointer: Int32,
    candidate: Int32,
    wins: Int32,
    tail: Int32,
    head: Int32,
    state: Int64,
) -> None:
    """Append the changes worth making from the trips of a pattern, from trip state[0] on, to tail and head.

    Stops before a trip that might not fit (state[0] is the next one, state[1]
    how many there are); call again with state[1] = 0. The trips of a pattern
    come to a stop one after the other, so for each call near it the first trip
    to catch is looked for once, and then by a pointer that only moves on.
    """
    base = pattern_ptr[pattern]
    length = pattern_ptr[pattern + 1] - base
    trip = state[0]
    if trip == trip_ptr[pattern]:
        state[2] = 0
        for position in range(1, length):
            stop = pattern_stop[base + position]
            state[2] += near_ptr[stop + 1] - near_ptr[stop]
        pointer[: state[2]] = -1
    size = state[1]
    lists = state[2]
    while trip < trip_ptr[pattern + 1]:
        if size > 0 and tail.size - size < lists:
            break
        times = time_ptr[trip]
        n_seen = 0
        n_tried = 0
        numbered = np.int32(0)  # candidates of the stops after this one
        at = lists
        for back in range(1, length):
            position = length - back
            here = np.int64(pattern_stop[base + position])
            first_near = near_ptr[here]
            n_near = near_ptr[here + 1] - first_near
            at -= n_near
            hop = hop_at[times + position - 1]
            if hop < 0 or can_alight[base + position] == 0:
                continue
            now = np.int64(arrive[times + position])
            if earliest[here] == NOTHING:
                seen[n_seen] = here
                n_seen += 1
            earliest[here] = min(np.int64(earliest[here]), now)
            n_candidates = np.int32(0)
            for near in range(n_near):
                other = np.int64(near_pattern[first_near + near])
                boarding = np.int64(near_position[first_near + near])
                ready = now + slack_s + near_s[first_near + near]
                if ready > last_s:
                    continue
                caught = np.int64(pointer[at + near])
                none = trip_ptr[other + 1]
                if caught < 0:
                    caught = trip_ptr[other]
                    beyond = none
                    while caught < beyond:
                        middle = (caught + beyond) >> 1
                        if depart[time_ptr[middle] + boarding] >= ready:
                            beyond = middle
                        else:
                            caught = middle + 1
                while caught < none and depart[time_ptr[caught] + boarding] < ready:
                    caught += 1
                pointer[at + near] = caught
                if caught == none:
                    continue
                if other == pattern and caught >= trip and boarding >= position:
                    continue  # no better than staying aboard
                known = np.int64(tried[caught])
                if known <= boarding:
                    continue
                to = time_ptr[caught]
                if hop_at[to + boarding] < 0:
                    continue
                if known == NOTHING:
                    tried_trips[n_tried] = caught
                    n_tried += 1
                    known = pattern_ptr[other + 1] - pattern_ptr[other] - 1
                tried[caught] = boarding
                calls = pattern_ptr[other]
                gain = np.int32(0)
                for next_position in range(boarding + 1, known + 1):
                    there = pattern_stop[calls + next_position]
                    time = arrive[to + next_position]
                    if time < earliest[there] and can_alight[calls + next_position] == 1:
                        if earliest[there] == NOTHING:
                            seen[n_seen] = there
                            n_seen += 1
                        elif owner[there] >= numbered:
                            wins[owner[there] - numbered] -= 1
                        earliest[there] = time
                        owner[there] = numbered + n_candidates
                        gain += np.int32(1)
                if gain > 0:
                    candidate[n_candidates] = hop_at[to + boarding]
                    wins[n_candidates] = gain
                    n_candidates += np.int32(1)
            numbered += n_candidates
            for i in range(n_candidates):
                if wins[i] > 0:
                    tail[size] = hop
                    head[size] = candidate[i]
                    size += 1
        for i in range(n_seen):
            earliest[seen[i]] = NOTHING
            owner[seen[i]] = -1
        for i in range(n_tried):
            tried[tried_trips[i]] = NOTHING
        trip += 1
    state[0] = trip
    state[1] = size
