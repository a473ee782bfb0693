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

Two ways lead to the same answers. Many origins go side by side, 64 at a time, by
the changes from trip to trip that are worth making (`changes`, `abreast`,
`tiles`); finding those takes as long as range RAPTOR takes for some two dozen
origins, so fewer than `FEW` are searched one by one (`raptor`). So are those of
more than `MINUTES` departures, and of more than 32 rides where that is a limit.

Memory: side by side, each thread holds 64 bytes for each hop of the window that
matters, 64 for each ride and slot (a tenth of the hops), 128 for each place, and
some 10 MB for the stops near a tile of places; one by one some 10 MB for a large
city. Nothing grows with the origins but the answer. TypeError for other dtypes,
ValueError for values out of range. Answers do not depend on the number of
threads, nor on what else is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from stadslab.kernels import UNREACHABLE, _arrays, abreast, affected, tiles, timetable
from stadslab.kernels._arrays import Int32, Int64
from stadslab.kernels._blocks import in_blocks
from stadslab.kernels._jit import default_threads, njit
from stadslab.kernels._lanes import ABREAST
from stadslab.kernels.egress import to_place, turn, ways
from stadslab.kernels.percentiles import ranks, select, weights
from stadslab.kernels.raptor import scratch, search
from stadslab.kernels.sidebyside import groups

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from stadslab.kernels.timetable import Day

    Take = Callable[[Int32, Int32, Int32], None]

FEW = 24
"""Fewer origins than this are searched one by one."""
MINUTES = 4096
"""Most departures of origins side by side."""


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
    terms = _terms(day, depart, max_rides, slack_s, limit_s)
    _run(terms, doors, ranks(terms.rider.depart.size, percent), end_on_foot, threads, _kept_in(answer))
    return answer


def travel_many(
    day: Day,
    doors: Doors,
    depart: npt.NDArray[Any],
    *,
    max_rides: int,
    slack_s: int,
    limit_s: int,
    end_on_foot: bool = True,
    threads: int | None = None,
) -> Int32:
    """How long does it take from every origin to every place, for each departure?

    Returns int32[o, n, m], seconds from the departure to the door; UNREACHABLE
    beyond the limit. Arguments as described at the top of the module.
    """
    doors = checked(doors, day.n_stops)
    terms = _terms(day, depart, max_rides, slack_s, limit_s)
    answer = np.empty((doors.origins, doors.places, terms.rider.depart.size), np.int32)
    if terms.rider.depart.size:
        _run(terms, doors, None, end_on_foot, threads, _kept_in(answer))
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
    rising = np.argsort(cutoffs, kind="stable")
    ascending = cutoffs[rising]
    first = np.zeros((doors.origins, len(percent), cutoffs.size, weight.shape[1]), np.int64)

    def add(times: Int32, places: Int32, origins: Int32) -> None:
        tiles.count(times, places, origins, weight, ascending, first)

    terms = _terms(day, depart, max_rides, slack_s, limit_s)
    _run(terms, doors, ranks(terms.rider.depart.size, percent), end_on_foot, threads, add)
    answer = np.empty_like(first)
    answer[:, :, rising] = np.cumsum(first, axis=2)
    return answer


def of_origins(doors: Doors, origins: npt.NDArray[Any]) -> Doors:
    """The same doors for some of the origins alone, in that order; int or bool [o]."""
    chosen = np.arange(doors.origins)[origins]
    access_ptr, access = _rows(doors.access_ptr, chosen)
    direct_ptr, direct = _rows(doors.direct_ptr, chosen)
    return doors._replace(
        access_ptr=access_ptr, access_stop=doors.access_stop[access], access_s=doors.access_s[access],
        direct_ptr=direct_ptr, direct_place=doors.direct_place[direct], direct_s=doors.direct_s[direct],
    )  # fmt: skip


def _rows(ptr: Int64, chosen: Int64) -> tuple[Int64, Int64]:
    """The pointers of some rows by themselves, and where their entries are."""
    sizes = np.diff(ptr)[chosen]
    own = np.zeros(chosen.size + 1, np.int64)
    np.cumsum(sizes, out=own[1:])
    return own, np.repeat(ptr[:-1][chosen] - own[:-1], sizes) + np.arange(int(own[-1]))


def changed_many(
    answer: npt.NDArray[Any],
    before: Day,
    after: Day,
    doors: Doors,
    depart: npt.NDArray[Any],
    ask: Callable[[Day, Doors], npt.NDArray[Any]],
    *,
    max_rides: int,
    slack_s: int,
    limit_s: int,
) -> npt.NDArray[Any]:
    """What is the answer after an edit of the timetable, asking only for the origins it can concern?

    answer: of `ask(before, doors)`, one row an origin. ask: calls `profile_many`,
    `travel_many` or `count_many` with the same terms as given here. Returns what
    `ask(after, doors)` would, bit for bit; the bound is that of `affected`.
    """
    concerned = affected.origins(
        before, after, *doors[:3], depart, max_rides=max_rides, slack_s=slack_s, limit_s=limit_s
    )  # fmt: skip
    result = answer.copy()
    if concerned.any():
        result[concerned] = ask(after, of_origins(doors, concerned))
    return result


class _Terms(NamedTuple):
    day: Day
    rider: timetable.Riding


def _terms(day: Day, depart: npt.NDArray[Any], max_rides: int, slack_s: int, limit_s: int) -> _Terms:
    day, nowhere = timetable.checked(day), np.empty(0, np.int32)
    return _Terms(day, timetable.riding(day.n_stops, nowhere, nowhere, depart, max_rides, slack_s, limit_s))


def _kept_in(answer: Int32) -> Take:
    def keep(times: Int32, places: Int32, origins: Int32) -> None:
        tiles.keep(times, places, origins, answer)

    return keep


def _run(terms: _Terms, doors: Doors, rank: Int64 | None, end_on_foot: bool, threads: int | None, take: Take) -> None:
    """Call take(times, places, origins) for all origins and places, some at a time, from several threads.

    rank: None for every minute by itself. times: int32[places, k, lanes], of which the first so many as there are
    origins count; used again afterwards.
    """
    if not doors.origins or not doors.places:
        return
    day, rider = terms
    many = doors.origins >= FEW and rider.depart.size <= MINUTES
    many = many and (rider.max_rides <= abreast.RIDES or abreast.rides_do_not_matter(day, rider.max_rides))
    (_side_by_side if many else _one_by_one)(terms, doors, rank, end_on_foot, threads, take)


def _side_by_side(
    terms: _Terms, doors: Doors, rank: Int64 | None, end_on_foot: bool, threads: int | None, take: Take
) -> None:
    day, rider = terms
    minutes = rider.depart.size
    pairs = tiles.network(minutes, rank) if rank is not None else np.zeros((0, 2), np.int32)
    rank = rank if rank is not None else np.arange(minutes)
    kind, unreached = tiles.kind(rider.limit_s), tiles.never(rider.limit_s)
    beside = groups(doors.egress_ptr, doors.egress_stop, day.n_stops, ABREAST)
    cut = tiles.tiles(day, *doors[3:6], beside, minutes=minutes, limit_s=rider.limit_s, end_on_foot=end_on_foot)
    wanted = np.zeros(day.n_stops, np.uint8)
    for tile in cut:
        wanted[tile.stops] = 1
    everybody = rider._replace(access_stop=doors.access_stop, access_s=doors.access_s)
    ready = abreast.window(day, everybody, wanted, threads)
    # few origins are shared among the threads
    width = min(ABREAST, -(-doors.origins // (default_threads() if threads is None else threads)))
    order = groups(doors.access_ptr, doors.access_stop, day.n_stops, width)

    def prepare() -> Callable[[int, int], None]:
        own = abreast.desk(ready, doors.access_ptr)
        rows = np.empty(max(tile.stops.size for tile in cut) * minutes * ABREAST, kind)
        times = np.empty((max(tile.places.size for tile in cut), rank.size, ABREAST), np.int32)
        direct = np.full(doors.places * ABREAST, unreached, kind)
        sorting = np.empty(minutes * ABREAST, kind)

        def work(start: int, stop: int) -> None:
            for group in range(start, stop):
                origins = order[group * width : (group + 1) * width]
                abreast.search(ready, own, origins, *doors[:3])
                tiles.walks_all_the_way(origins, *doors[6:], rider.limit_s, direct)
                for tile in cut:
                    abreast.rows_to(ready, own, tile.stops, unreached, rows)
                    tiles.to_places(
                        tile.places, *tile[2:], rows, *doors[3:6], *own.walks, direct, unreached, rider.limit_s, pairs,
                        rank, sorting, times,
                    )  # fmt: skip
                    take(times, tile.places, origins)
                abreast.leave(own, origins, *doors[:2])

        return work

    in_blocks(-(-doors.origins // width), prepare, threads, block=1)


def _one_by_one(
    terms: _Terms, doors: Doors, rank: Int64 | None, end_on_foot: bool, threads: int | None, take: Take
) -> None:
    day, rider = terms
    network: tuple[Any, ...] = (*day[1:], *timetable.calls_of(day))
    out, minutes = doors[3:6], rider.depart.size
    ordered, rank = rank is not None, rank if rank is not None else np.arange(minutes)
    every = np.arange(doors.places, dtype=np.int32)

    def prepare() -> Callable[[int, int], None]:
        own = scratch(day, rider.max_rides)
        arrival = np.empty((minutes, day.n_stops), np.int32)
        travel = np.empty((day.n_stops, minutes), np.int32)
        row = np.empty(minutes, np.int32)
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
                _all_places(travel, *out, direct, rider.limit_s, rank, ordered, row, times)
                take(times[:, :, None], every, np.array([origin], np.int32))

        return work

    in_blocks(doors.origins, prepare, threads, block=1)


@njit
def _set_direct(direct_ptr: Int64, direct_place: Int32, direct_s: Int32, origin: int, direct: Int32) -> None:
    """Fill direct[n]: the shortest walk to each place."""
    direct[:] = UNREACHABLE
    for pair in range(direct_ptr[origin], direct_ptr[origin + 1]):
        direct[direct_place[pair]] = min(direct[direct_place[pair]], direct_s[pair])


@njit
def _all_places(
    travel: Int32,
    egress_ptr: Int64,
    egress_stop: Int32,
    egress_s: Int32,
    direct: Int32,
    limit_s: int,
    rank: Int64,
    ordered: bool,
    row: Int32,
    times: Int32,
) -> None:
    """Fill times[n, k] with the ranks of the sorted minutes, or with the minutes as they are."""
    for place in range(direct.size):
        to_place(travel, egress_ptr, egress_stop, egress_s, place, direct, limit_s, row)
        if ordered:
            select(row, rank, times[place])
        else:
            times[place] = row
