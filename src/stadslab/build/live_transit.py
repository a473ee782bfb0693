"""Door to door by public transport through a city that changes: only what an edit can concern is asked again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from stadslab.build.stopchange import StopChange
from stadslab.build.streetchange import Standing, StreetChange, standing, walked_again
from stadslab.build.streetgraph import StreetGraph
from stadslab.build.timetable import Timetable
from stadslab.build.transit import Outing, Service, doors, service
from stadslab.build.transitends import Goal, told
from stadslab.core.progress import IDLE, Watch
from stadslab.core.values import Measured
from stadslab.kernels import affected
from stadslab.kernels.doors import Doors, of_origins

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


PART = 6000  # origins asked at once where many are; work may be called off in between
KEPT = 4  # states an undone edit may lead back to; each holds the walks of its city


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """One question about journeys.

    goal: from the street network and what follows the timetable among the inputs (support, ...), who goes where.
    ask: one value (float64) for each origin of the doors, the same whatever other origins are asked with it.
    nothing: the value of who gets nowhere.
    """

    outing: Outing
    goal: Callable[..., Goal]
    ask: Callable[[Service, Doors, Goal], NDArray[np.float64]]
    nothing: float


def outing_of(params: Mapping[str, Any], max_minutes: float) -> Outing:
    """The outing that an indicator's parameters tell of, with journeys of so many minutes at most."""
    same = ("date", "depart", "arrive", "window_minutes", "max_rides", "walk_speed_m_s", "slack_s")
    return Outing(
        max_minutes=max_minutes,
        max_walk_minutes=min(params["max_walk_minutes"], max_minutes),
        **{name: params[name] for name in same if name in params},
    )


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """Everything one answer was made of, and the answer."""

    streets: StreetGraph
    timetable: Timetable
    goal: Goal
    run: Service
    ways: Doors
    stands: Standing
    values: NDArray[np.float64]
    measured: Measured


class LiveTransit:
    """A question about journeys by public transport, exact after every change of the city.

    An edit of the timetable asks only the origins from which somebody can be aboard a trip that changes
    (`kernels.affected`). Walks are kept where streets and places stay, and those of new stops added (`StopChange`).
    Where streets change, walks are looked for again from where they may pass a changed piece (`StreetChange`); the
    origins whose own walks stay the same are asked only if the timetable, or walks from stops, concern them. All others
    keep their answer bit for bit. The last few states are kept, so that an edit taken back asks nobody.

    Blind spots: who wants to be there by a given time is asked anew by every edit that changes any trip, and so is
    everybody where places come, go or count for something else.
    """

    follows: tuple[str, ...] = (
        "streets", "stops", "trips", "service_days", "frequencies", "transfers",
        "people", "areas", "buildings", "places",
    )  # fmt: skip

    def __init__(self, terms: Terms, *inputs: Any) -> None:
        """Ask once. inputs: street network, timetable, and what `terms.goal` takes besides the network."""
        self._terms = terms
        self._kept: deque[_State] = deque(maxlen=KEPT)
        self._now, _ = self._after(None, frozenset(), IDLE, *inputs)
        self._kept.append(self._now)

    def become(
        self,
        changes: Mapping[str, tuple[frozenset[str], pa.Table]],
        inputs: Callable[[], Sequence[Any]],
        watch: Watch = IDLE,
    ) -> NDArray[np.int32]:
        """Let the inputs become others; the units looked at again, int32[n]: all others have the same answer.

        changes: what differs; where nothing does, nothing is done. Raises `InputError` for what cannot be asked; then
        nothing has changed.
        """
        if not changes:
            return np.zeros(0, np.int32)
        before = self._now
        gone, rows = changes.get("streets", (frozenset(), None))
        names = gone | ({*rows["id"].to_pylist()} if rows is not None else set())
        self._now, concerned = self._after(before, names, watch, *inputs())
        others = [state for state in self._kept if state is not self._now]
        self._kept = deque([*others, self._now], maxlen=KEPT)  # what was used last stays longest
        return np.flatnonzero(concerned | before.measured.differs(self._now.measured)).astype(np.int32)

    def measured(self) -> Measured:
        """What the indicator would answer now."""
        return Measured(self._now.measured.values.copy(), self._now.measured.reason.copy())

    def _after(
        self,
        before: _State | None,
        names: frozenset[str],
        watch: Watch,
        streets: StreetGraph,
        timetable: Timetable,
        *others: Any,
    ) -> tuple[_State, NDArray[np.bool_]]:
        """The state for these inputs, and the origins that may have another value than before, bool[o].

        names: the pieces of street that differ.
        """
        terms = self._terms
        goal = terms.goal(streets, *others)
        for state in self._kept:
            same = state.streets is streets and state.timetable is timetable and _same_goal(state.goal, goal)
            if same and before is not None:
                return state, self._concerned(before, timetable, goal, state.run, state.ways)
        watch.step()
        run, ways, stands = self._walks(before, names, streets, timetable, goal)
        watch.step()
        if before is None:
            concerned, values = np.ones(ways.origins, bool), terms.ask(run, ways, goal)
        else:
            concerned, values = self._concerned(before, timetable, goal, run, ways), before.values.copy()
            early, *rest = _in_turn(np.flatnonzero(concerned), watch)
            if watch.early is not None and len(early):
                values[early] = terms.ask(run, of_origins(ways, early), goal)
                some = replace(goal, homes=goal.homes[early])
                known = told(
                    streets, some, of_origins(ways, early), values[early], nothing=terms.nothing,
                    links=stands.homes.only(early) if stands is not None else None,
                )  # fmt: skip
                watch.early(early.astype(np.int32), known)
            for part in rest:
                watch.step()
                values[part] = terms.ask(run, of_origins(ways, part), goal)
        stands = stands or standing(streets, goal.homes, goal.xy, run.stop_xy)
        measured = told(streets, goal, ways, values, nothing=terms.nothing, links=stands.homes)
        return _State(streets, timetable, goal, run, ways, stands, values, measured), concerned

    def _walks(
        self, before: _State | None, names: frozenset[str], streets: StreetGraph, timetable: Timetable, goal: Goal
    ) -> tuple[Service, Doors, Standing | None]:
        """What runs, the walks and what everything stands by, where that is known: as before where it is the same."""
        outing = self._terms.outing
        foot = ways = stands = None
        stops = StopChange.between(before.timetable, timetable) if before is not None else None
        if before is not None and stops is not None:
            silent = not timetable.transfers and not before.timetable.transfers  # the feed says nothing of changing
            same_ends = _same((before.goal.homes, before.goal.xy), (goal.homes, goal.xy))
            if before.streets is streets:
                if silent or (stops.none and before.timetable.transfers == timetable.transfers):
                    foot = stops.feet(before.run, streets, outing)
                if same_ends:
                    ways = stops.doors(before.ways, streets, outing, goal.homes, goal.xy)
                    stands = before.stands if stops.none else None
            elif stops.none and same_ends:
                change = StreetChange.between(before.streets, streets, names)
                walked = walked_again(change, before.stands, outing, before.run, before.ways, goal.homes, goal.xy)
                ways, stands, foot = walked.ways, walked.stands, walked.foot if silent else None
        run = service(streets, timetable, outing, foot)
        return run, doors(streets, run, outing, goal.homes, goal.xy) if ways is None else ways, stands

    def _concerned(
        self, before: _State, timetable: Timetable, goal: Goal, run: Service, ways: Doors
    ) -> NDArray[np.bool_]:
        """Origins that may have another value than before, bool[o]."""
        everybody = np.ones(ways.origins, bool)
        stops = StopChange.between(before.timetable, timetable)
        if stops is None or not _same_goal(before.goal, goal):
            return everybody
        was, now = stops.both(before.run.day, before.ways, run.day, ways)
        outing = self._terms.outing
        beside = np.full(now[0].n_stops, affected.NOT_AT_ALL, np.int32)  # the shortest walk to places that differs
        if not _same(stops.shared(was[1]), stops.shared(now[1])):
            if outing.arrive or not stops.none:
                return everybody
            beside = _ends_that_differ(was[1][3:6], now[1][3:6], len(beside))
        found = _rows_differ(was[1][:3], now[1][:3]) | _rows_differ(was[1][6:], now[1][6:])
        if outing.arrive:
            return found if _same(was[0], now[0]) else everybody
        origin = np.repeat(np.arange(ways.origins), np.diff(now[1].access_ptr))
        found[origin[beside[now[1].access_stop] < affected.NOT_AT_ALL]] = True
        return found | affected.origins(
            was[0], now[0], *now[1][:3], outing.departures,
            max_rides=outing.max_rides, slack_s=outing.slack_s, limit_s=outing.limit_s, beside_s=beside,
        )  # fmt: skip


def _in_turn(units: NDArray[np.int64], watch: Watch) -> list[NDArray[np.int64]]:
    """Those to be asked first, and all others in parts between which the work may be called off."""
    if len(units) <= PART:
        return [units[:0], *([units] if len(units) else [])]
    first = np.intersect1d(units, np.asarray(watch.first(), np.int64)) if watch.early is not None else units[:0]
    others = np.setdiff1d(units, first)
    return [first, *np.array_split(others, -(-len(others) // PART))]


def _same(before: Sequence[Any], after: Sequence[Any]) -> bool:
    return all(np.array_equal(old, new) for old, new in zip(before, after, strict=True))


def _same_goal(before: Goal, after: Goal) -> bool:
    return _same((before.homes, before.xy, before.weight), (after.homes, after.xy, after.weight))


def _rows_differ(before: Sequence[NDArray[Any]], after: Sequence[NDArray[Any]]) -> NDArray[np.bool_]:
    """Which rows (pointers, and entries sorted within rows) are not the same, bool[rows]."""
    size = np.diff(before[0])
    different: NDArray[np.bool_] = size != np.diff(after[0])
    kept = np.flatnonzero(~different & (size > 0))
    size = size[kept]
    first = np.cumsum(size) - size
    within = np.arange(int(size.sum()), dtype=np.int64) - np.repeat(first, size)
    there, here = (np.repeat(rows[0][:-1][kept], size) + within for rows in (before, after))
    other = np.zeros(len(within), bool)
    for old, new in zip(before[1:], after[1:], strict=True):
        other |= old[there] != new[here]
    different[np.repeat(kept, size)[other]] = True
    return different


def _ends_that_differ(before: Sequence[NDArray[Any]], after: Sequence[NDArray[Any]], size: int) -> NDArray[np.int32]:
    """Seconds of the shortest walk from each number (under size) that the other rows do not tell of alike, int32[size].

    NOT_AT_ALL where all walks are the same.
    """
    found = np.full(size, affected.NOT_AT_ALL, np.int32)
    both = [
        np.stack([np.repeat(np.arange(len(ptr) - 1), np.diff(ptr)), to, seconds])
        for ptr, to, seconds in (before, after)
    ]
    told = np.concatenate(both, axis=1)
    told = told[:, np.lexsort(told)]
    twice = (told[:, 1:] == told[:, :-1]).all(axis=0)
    alone = np.ones(told.shape[1], bool)
    alone[1:] &= ~twice
    alone[:-1] &= ~twice
    np.minimum.at(found, told[1, alone], told[2, alone].astype(np.int32))
    return found
