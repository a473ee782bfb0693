"""Answers that keep up with changes: what is near every home, exact after every change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from stadslab.build.searchable import Ends
from stadslab.kernels import UNREACHABLE, access, lanes, nearest
from stadslab.kernels.live import Bounded, LiveGraph, LiveItems, NearLists

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.kernels import csr

Arc = tuple[int, int, int]
"""Tail, head and cost."""
ALL_AT_ONCE = 0.2  # of the homes: above this share threads pay off


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes different, in whole numbers.

    gone, come: arcs that end and begin; one that changes its cost does both. places: number to (nodes, costs,
    category), two of each, node -1 for none; None for a place that closes; new places take the next numbers. homes:
    number to (nodes, costs). again: homes to be asked again in any case.
    """

    gone: Sequence[Arc] = ()
    come: Sequence[Arc] = ()
    places: dict[int, tuple[Sequence[int], Sequence[int], int] | None] = field(default_factory=dict)
    homes: dict[int, tuple[Sequence[int], Sequence[int]]] = field(default_factory=dict)
    again: Sequence[int] = ()


class Interactive:
    """Sums of places within limits of every home, and the nearest places, kept up to date in place.

    sums: int64[homes, limits, categories]. near: int32[homes, categories, k], UNREACHABLE where there are fewer. After
    every `change` both are what they would be if everything were asked anew, bit for bit.

    A subclass that knows which homes and places share a street says so in `pairs_of_homes` and `pairs_of_places`.
    """

    def __init__(
        self,
        graph: csr.Graph,
        homes: Ends,
        places: Ends,
        category: NDArray[np.int32],
        categories: int,
        *,
        limits: Sequence[int] = (),
        k: int = 0,
        near_limit: int = -1,
    ) -> None:
        """Ask everything once.

        graph: nodes in the order of a curve (`kernels.order`), as homes and places know them. limits: of the sums,
        whole costs; none for no sums. k, near_limit: how many nearest within which limit; 0 for none.
        """
        nodes = graph.indptr.size - 1
        self.graph = LiveGraph(graph.indptr, graph.indices, graph.cost)
        self.homes = LiveItems(homes.node, homes.cost, nodes)
        self.places = LiveItems(places.node, places.cost, nodes)
        self.categories = categories
        self.limits = np.array(limits, np.int32)
        self.most = int(self.limits.max(initial=-1))
        self._bounds = access.bounds(self.limits)
        self.k, self.near_limit = k, near_limit if k else -1
        self._bounded = Bounded(nodes)
        self._scratch: dict[str, lanes.Scratch] = {}
        every = np.arange(self.homes.size, dtype=np.int32)
        self.sums = np.zeros((self.homes.size, len(self.limits), categories), np.int64)
        self.near = np.full((self.homes.size, categories, k), UNREACHABLE, np.int32)
        self._each = _Ones(np.array(category, np.int32))
        self._lists: NearLists | None = None
        if k:
            keys = np.empty((categories, nodes, k), np.int64)
            seek = self._seekers(self.places, np.arange(self.places.size, dtype=np.int32), self.homes.size)
            for number in range(categories):
                mine = np.flatnonzero(self.category == number).astype(np.int32)
                nearest.fill(self.graph.backward(), seek, mine, self.near_limit, keys[number])
            self._lists = NearLists(keys, self.near_limit)
        self._ask(every, every)

    @property
    def category(self) -> NDArray[np.int32]:
        """int32[places]: the category of each, -1 for one that has closed."""
        return self._each.category

    def pairs_of_homes(
        self, homes: NDArray[np.int32]
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
        """Places on the same street as each of these homes, int64[h + 1] pointers, and what the way along it costs."""
        return np.zeros(len(homes) + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int32)

    def pairs_of_places(
        self, places: NDArray[np.int32]
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
        """Homes on the same street as each of these places, and what the way along it costs."""
        return np.zeros(len(places) + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int32)

    def change(self, change: Change) -> NDArray[np.int32]:
        """Carry out a change and bring the answers up to date; the homes whose answers were looked at again, ascending.

        Answers of all other homes cannot have changed. Raises ValueError for numbers there cannot be and KeyError for
        an arc that is not there; then nothing has changed.
        """
        self._check(change)
        gone, come = _arcs(change.gone), _arcs(change.come)
        leaving = np.array([p for p in change.places if p < self.places.size and self.category[p] >= 0], np.int32)
        asked = [*change.again, *change.homes]
        touched = [np.array(asked, np.int32)] if asked else []

        # As it was: who used what goes away.
        users = 0
        if self.most >= 0 and change.gone:
            users = self._bounded.mark_users(self.graph.backward(), gone, self.most)
        by_place = [*self._count(leaving, -1), *self._beside(leaving)]
        kinds = self.category[leaving]
        if self._lists:
            self._lists.erase(self.graph.backward(), gone, self._labels(leaving))

        self._carry_out(change)

        # As it is: who uses what came.
        staying = np.array([p for p, told in change.places.items() if told is not None], np.int32)
        if self.most >= 0 and change.come:
            users = self._bounded.mark_users(self.graph.backward(), come, self.most, users)
        by_place += [*self._count(staying, +1), *self._beside(staying)]
        by_sums = _ascending(*touched, *([self.homes.at(self._bounded.unmark(users))] if users else []))
        by_lists = self._fill(come, staying, [*touched, *by_place])
        self._ask(by_sums, by_lists, None if touched else np.append(kinds, self.category[staying]))
        if self._lists is None:
            return _ascending(*by_place, by_sums)
        return _ascending(by_lists, by_sums) if len(by_sums) else by_lists

    def _check(self, change: Change) -> None:
        """Refuse what would be carried out by half, or read foreign memory."""
        nodes, homes, places = self.graph.nodes, self.homes.size, self.places.size
        for tail, head, cost in (*change.gone, *change.come):
            if not (0 <= tail < nodes and 0 <= head < nodes and 0 <= cost < UNREACHABLE):
                raise ValueError(f"arc from {tail} to {head} at {cost}: nodes under {nodes}, costs from 0 on")
        for place, told in change.places.items():
            if not 0 <= place <= places or (told is not None and not 0 <= told[2] < self.categories):
                raise ValueError(f"place {place}, {told}: there are {places}, in {self.categories} categories")
            places += place == places
        for home in (*change.homes, *change.again):
            if not 0 <= home < homes:
                raise ValueError(f"home {home}: there are {homes}")
        for entry in [told[:2] for told in change.places.values() if told is not None] + [*change.homes.values()]:
            if not (min(entry[0]) >= -1 and max(entry[0]) < nodes and min(entry[1]) >= 0):
                raise ValueError(f"a point at {entry}: nodes from -1 to {nodes - 1}, costs from 0 on")
        for arc, times in Counter(map(tuple, change.gone)).items():
            if self.graph.count(*arc) < times:
                raise KeyError(f"no arc from {arc[0]} to {arc[1]} at {arc[2]}")

    def _carry_out(self, change: Change) -> None:
        for arc in change.gone:
            self.graph.remove(*arc)
        for arc in change.come:
            self.graph.add(*arc)
        for place, told in change.places.items():
            nodes, costs, category = told or ((-1, -1), (0, 0), -1)
            self.places.put(place, nodes, costs)
            self._each.put(place, category)
        for home, (nodes, costs) in change.homes.items():
            self.homes.put(home, nodes, costs)

    def _labels(self, places: NDArray[np.int32]) -> NDArray[np.int64]:
        """The labels these places set out with, int64[c, 3]: category, node, and cost and place in one number."""
        rows = [
            (int(self.category[place]), node, (cost << 32) | place)
            for place in places.tolist()
            for node, cost in zip(self.places.node[place].tolist(), self.places.cost[place].tolist(), strict=True)
            if node >= 0
        ]
        return np.array(rows, np.int64).reshape(-1, 3)

    def _count(self, places: NDArray[np.int32], sign: int) -> list[NDArray[np.int32]]:
        """Add (or take away) these places to the sums of all homes that reach them; those homes."""
        if self.most < 0 or not len(places):
            return []
        seek = self._seekers(self.places, places, self.homes.size)
        each = np.arange(len(places) + 1)
        brought = access.Load(
            self.categories, _frozen(each), _frozen(self.category[places]),
            _frozen(np.full(len(places), sign, np.int64)),
        )  # fmt: skip
        own = self._own("homes", self.homes.size)
        graph, found = self.graph.backward(), self.homes.now()
        return [access.add_to_items(graph, seek, found, brought, self._bounds, own, self.sums)]

    def _beside(self, places: NDArray[np.int32]) -> list[NDArray[np.int32]]:
        """Homes on the same street as these places."""
        return [self.pairs_of_places(places)[1]] if len(places) else []

    def _fill(
        self, come: NDArray[np.int32], places: NDArray[np.int32], homes: Sequence[NDArray[np.int32]]
    ) -> NDArray[np.int32]:
        """Bring the lists at nodes up to date; these homes and all whose nearest places may differ."""
        if self._lists is None:
            return np.zeros(0, np.int32)
        forward, backward, now = self.graph.forward(), self.graph.backward(), self.places.now()
        nodes = self._lists.fill(forward, backward, now, self.category, come, self._labels(places))
        return _ascending(*homes, self.homes.at(nodes))

    def _ask(
        self, by_sums: NDArray[np.int32], by_lists: NDArray[np.int32], kinds: NDArray[np.int32] | None = None
    ) -> None:
        """Ask sums and nearest places of these homes again; the nearest of these and changed categories, or of all."""
        if self.most >= 0 and len(by_sums):
            homes = by_sums[np.argsort(self.homes.node[by_sums].max(axis=1), kind="stable")]
            seek = self._seekers(self.homes, homes, self.places.size)
            brought = self._each.load(self.categories)
            graph, found = self.graph.forward(), self.places.now()
            if len(homes) > ALL_AT_ONCE * self.homes.size:
                self.sums[homes] = access.sums_for_seekers(graph, seek, found, brought, self.limits)
            else:
                own = self._own("places", self.places.size)
                self.sums[homes] = access.sums_again(graph, seek, found, brought, self._bounds, own)
        if self._lists is not None and len(by_lists):
            pairs = self.pairs_of_homes(by_lists)
            self._lists.read(self.homes.node, self.homes.cost, by_lists, *pairs, self.category, self.near, kinds)

    def _seekers(self, points: LiveItems, which: NDArray[np.int32], others: int) -> lanes.Seekers:
        pairs = self.pairs_of_homes if points is self.homes else self.pairs_of_places
        ptr, other, cost = pairs(which)
        if len(other):
            return lanes.seekers(
                points.node[which], points.cost[which], ptr, other, cost, nodes=self.graph.nodes, items=others
            )
        # points were checked when they were put
        node, entry = points.node[which], points.cost[which]
        return lanes.Seekers(*(_frozen(column) for column in (node, entry, ptr, other, cost)))

    def _own(self, side: str, size: int) -> lanes.Scratch:
        """Scratch that is kept from change to change; it grows with the number of points."""
        kept = self._scratch.get(side)
        if kept is None or len(kept.row_item) < size:
            room = size + size // 8
            self._scratch[side] = kept = lanes.scratch(self.graph.nodes, room, room, self.most)
        return kept


class _Ones:
    """What places bring: each one to its category, a closed one nothing.

    category: int32[p], -1 for a closed place. Arrays keep room for more places.
    """

    def __init__(self, category: NDArray[np.int32]) -> None:
        self.category = category
        self._held = category
        self._kind, self._amount = np.zeros(0, np.int32), np.zeros(0, np.int64)
        self._load: access.Load | None = None

    def put(self, place: int, category: int) -> None:
        """Let a place, or the next one, be of this category."""
        if place == len(self.category):
            if place == len(self._held):
                self._held = np.resize(self._held, 2 * place + 64)
                self._load = None
            self.category = self._held[: place + 1]
        self.category[place] = category
        if self._load is not None:
            self._kind[place], self._amount[place] = max(category, 0), category >= 0

    def load(self, categories: int) -> access.Load:
        """As searches take it; a view that follows changes."""
        if self._load is None:
            there = self._held >= 0
            there[len(self.category) :] = False
            self._kind, self._amount = np.where(there, self._held, 0).astype(np.int32), there.astype(np.int64)
            self._load = access.load(categories, np.arange(len(there) + 1), self._kind, self._amount)
        return self._load


_NONE = np.zeros(0, np.int32)


def _arcs(arcs: Sequence[Arc]) -> NDArray[np.int32]:
    return np.array(arcs, np.int32).reshape(-1, 3)


def _ascending(*numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    """All of these, each once, ascending."""
    some = np.concatenate([_NONE, *numbers])
    if len(some) < 2:
        return some
    some.sort()
    once = np.ones(len(some), bool)
    np.not_equal(some[1:], some[:-1], out=once[1:])
    return some[once]


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Read-only, as the kernels are compiled for."""
    array.flags.writeable = False
    return array
