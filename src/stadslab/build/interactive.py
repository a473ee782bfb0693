"""Answers that keep up with changes: what is near every home, exact after every change, in a thousandth of the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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
        self.category = np.array(category, np.int32)
        self.categories = categories
        self.limits = np.array(limits, np.int32)
        self.most = int(self.limits.max(initial=-1))
        self.k, self.near_limit = k, near_limit if k else -1
        self._bounded = Bounded(nodes)
        self._scratch: dict[str, lanes.Scratch] = {}
        every = np.arange(self.homes.size, dtype=np.int32)
        self.sums = np.zeros((self.homes.size, len(self.limits), categories), np.int64)
        self.near = np.full((self.homes.size, categories, k), UNREACHABLE, np.int32)
        self._all: access.Load | None = None
        self._lists: NearLists | None = None
        if k:
            keys = np.empty((categories, nodes, k), np.int64)
            seek = self._seekers(self.places, np.arange(self.places.size, dtype=np.int32), self.homes.size)
            for number in range(categories):
                mine = np.flatnonzero(self.category == number).astype(np.int32)
                nearest.fill(self.graph.backward(), seek, mine, self.near_limit, keys[number])
            self._lists = NearLists(keys, self.near_limit)
        self._ask(every, every)

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

        Answers of all other homes cannot have changed.
        """
        gone = np.array(change.gone, np.int32).reshape(-1, 3)
        come = np.array(change.come, np.int32).reshape(-1, 3)
        leaving = np.array([p for p in change.places if p < self.places.size and self.category[p] >= 0], np.int32)
        touched = [np.array(change.again, np.int32), np.array(list(change.homes), np.int32)]

        # As it was: who used what goes away.
        users = 0
        if self.most >= 0:
            users = self._bounded.mark_users(self.graph.backward(), gone, self.most)
            touched.append(self._count(leaving, -1))
        touched.append(self.pairs_of_places(leaving)[1])
        if self._lists:
            self._lists.erase(self.graph.backward(), gone, self._labels(leaving))

        self._carry_out(change)

        # As it is: who uses what came.
        staying = np.array([p for p, told in change.places.items() if told is not None], np.int32)
        if self.most >= 0:
            users = self._bounded.mark_users(self.graph.backward(), come, self.most, users)
            touched.append(self._count(staying, +1))
        touched.append(self.pairs_of_places(staying)[1])
        by_sums = np.unique(np.concatenate([*touched[:2], self.homes.at(self._bounded.unmark(users))]))
        by_lists = self._fill(come, staying, touched)
        self._ask(by_sums, by_lists)
        return np.unique(np.concatenate([*touched, by_sums, by_lists])).astype(np.int32)

    def _carry_out(self, change: Change) -> None:
        for arc in change.gone:
            self.graph.remove(*arc)
        for arc in change.come:
            self.graph.add(*arc)
        if change.places:
            self._all = None
        for place, told in change.places.items():
            nodes, costs, category = told or ((-1, -1), (0, 0), -1)
            self.places.put(place, np.array(nodes, np.int32), np.array(costs, np.int32))
            if place == len(self.category):
                self.category = np.append(self.category, np.int32(category))
            self.category[place] = category
        for home, (nodes, costs) in change.homes.items():
            self.homes.put(home, np.array(nodes, np.int32), np.array(costs, np.int32))

    def _labels(self, places: NDArray[np.int32]) -> NDArray[np.int64]:
        """The labels these places set out with, int64[c, 3]: category, node, and cost and place in one number."""
        rows = [
            (int(self.category[place]), node, (cost << 32) | place)
            for place in places.tolist()
            for node, cost in zip(self.places.node[place].tolist(), self.places.cost[place].tolist(), strict=True)
            if node >= 0
        ]
        return np.array(rows, np.int64).reshape(-1, 3)

    def _count(self, places: NDArray[np.int32], sign: int) -> NDArray[np.int32]:
        """Add (or take away) these places to the sums of all homes that reach them; those homes."""
        if not len(places):
            return np.zeros(0, np.int32)
        seek = self._seekers(self.places, places, self.homes.size)
        each = np.arange(len(places) + 1)
        brought = access.load(self.categories, each, self.category[places], np.full(len(places), sign, np.int64))
        own = self._own("homes", self.homes.size)
        graph, found = self.graph.backward(), self.homes.now()
        return access.add_to_items(graph, seek, found, brought, self.limits, own, self.sums)

    def _fill(
        self, come: NDArray[np.int32], places: NDArray[np.int32], homes: Sequence[NDArray[np.int32]]
    ) -> NDArray[np.int32]:
        """Bring the lists at nodes up to date; these homes and all whose nearest places may differ."""
        if self._lists is None:
            return np.zeros(0, np.int32)
        forward, backward, now = self.graph.forward(), self.graph.backward(), self.places.now()
        nodes = self._lists.fill(forward, backward, now, self.category, come, self._labels(places))
        return np.unique(np.concatenate([*homes, self.homes.at(nodes)])).astype(np.int32)

    def _ask(self, by_sums: NDArray[np.int32], by_lists: NDArray[np.int32]) -> None:
        """Ask sums and nearest places of these homes again."""
        if self.most >= 0 and len(by_sums):
            homes = by_sums[np.argsort(self.homes.node[by_sums].max(axis=1), kind="stable")]
            seek = self._seekers(self.homes, homes, self.places.size)
            brought = self._brings()
            graph, found = self.graph.forward(), self.places.now()
            if len(homes) > ALL_AT_ONCE * self.homes.size:
                self.sums[homes] = access.sums_for_seekers(graph, seek, found, brought, self.limits)
            else:
                own = self._own("places", self.places.size)
                self.sums[homes] = access.sums_again(graph, seek, found, brought, self.limits, own)
        if self._lists is not None and len(by_lists):
            pairs = self.pairs_of_homes(by_lists)
            self._lists.read(self.homes.node, self.homes.cost, by_lists, *pairs, self.category, self.near)

    def _brings(self) -> access.Load:
        """Each place brings one to its category; a closed one nothing."""
        if self._all is None:
            there = self.category >= 0
            ptr = np.zeros(len(there) + 1, np.int64)
            np.cumsum(there, out=ptr[1:])
            self._all = access.load(self.categories, ptr, self.category[there], np.ones(int(ptr[-1]), np.int64))
        return self._all

    def _seekers(self, points: LiveItems, which: NDArray[np.int32], others: int) -> lanes.Seekers:
        pairs = self.pairs_of_homes if points is self.homes else self.pairs_of_places
        return lanes.seekers(
            points.node[which], points.cost[which], *pairs(which), nodes=self.graph.nodes, items=others
        )

    def _own(self, side: str, size: int) -> lanes.Scratch:
        """Scratch that is kept from change to change; it grows with the number of points."""
        kept = self._scratch.get(side)
        if kept is None or len(kept.row_item) < size:
            self._scratch[side] = kept = lanes.scratch(self.graph.nodes, size + size // 8, size, self.most)
        return kept
