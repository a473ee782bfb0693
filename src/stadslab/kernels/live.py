"""A street network that changes in place, and what a change can change.

Distances change only where a street that went away lay on a shortest way, or a street that came lies on one. Two
bounded searches from the ends of the street find exactly the nodes whose ways use it: those for which going to its
head by way of its tail is as short as any way. Lists of nearest places are repaired: labels that came through a street
that went away are erased, and the wave of `_wave` goes on from what is left.

Rows of arcs (and of what hangs on nodes) keep room for more; a full row moves to the end of its table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from stadslab.kernels import UNREACHABLE, _arrays, csr
from stadslab.kernels._arrays import Int32, Int64, UInt8
from stadslab.kernels._jit import inner, njit
from stadslab.kernels._search import _pop, _push
from stadslab.kernels._wave import NONE, PLACE, drop, keep, merged, pushed, spread
from stadslab.kernels.contraction import Contracted, uncontracted
from stadslab.kernels.lanes import Items

if TYPE_CHECKING:
    from collections.abc import Sequence


class Rows:
    """Rows of whole numbers in columns, that entries can be added to and removed from.

    start, stop: int64[n], the entries of row v are at start[v]:stop[v] of every column (int32).
    """

    def __init__(self, ptr: npt.NDArray[Any], *columns: npt.NDArray[Any]) -> None:
        """Take entries given by pointers, int64[n + 1], and columns; both are copied."""
        self.start = np.array(ptr[:-1], np.int64)
        self.stop = np.array(ptr[1:], np.int64)
        self._end = self.stop.copy()
        self._used = int(ptr[-1])
        self.columns = [np.resize(np.asarray(column, np.int32), self._used + 1024) for column in columns]

    def add(self, row: int, *values: int) -> None:
        """Add an entry to a row."""
        if self.stop[row] == self._end[row]:
            self._move(row)
        at = self.stop[row]
        for column, value in zip(self.columns, values, strict=True):
            column[at] = value
        self.stop[row] = at + 1

    def remove(self, row: int, *values: int) -> bool:
        """Remove one entry that begins with these values; whether there was one."""
        first, last = int(self.start[row]), int(self.stop[row])
        for at in range(first, last):
            if all(column[at] == value for column, value in zip(self.columns, values, strict=False)):
                for column in self.columns:
                    column[at] = column[last - 1]
                self.stop[row] = last - 1
                return True
        return False

    def _move(self, row: int) -> None:
        first, last = int(self.start[row]), int(self.stop[row])
        room = max(4, 2 * (last - first))
        if self._used + room > len(self.columns[0]):
            self.columns = [np.resize(column, 2 * len(column) + room) for column in self.columns]
        for column in self.columns:
            column[self._used : self._used + last - first] = column[first:last]
        self.start[row], self.stop[row] = self._used, self._used + last - first
        self._end[row] = self._used + room
        self._used += room


class LiveGraph:
    """A directed graph of a fixed number of nodes whose arcs come, go and change their cost.

    indptr, indices, cost: as in `csr.Graph`.
    """

    def __init__(self, indptr: npt.NDArray[Any], indices: npt.NDArray[Any], cost: npt.NDArray[Any]) -> None:
        indptr, indices, cost = _arrays.graph(indptr, indices, cost)
        self.nodes = indptr.size - 1
        tail = np.repeat(np.arange(self.nodes, dtype=np.int32), np.diff(indptr))
        order = np.argsort(indices, kind="stable")
        back = np.zeros(self.nodes + 1, np.int64)
        np.cumsum(np.bincount(indices, minlength=self.nodes), out=back[1:])
        self._ways = (Rows(indptr, indices, cost), Rows(back, tail[order], cost[order]))
        self._empty = uncontracted(indptr, indices, cost)
        self._views: list[tuple[list[npt.NDArray[Any]], Contracted] | None] = [None, None]

    def forward(self) -> Contracted:
        """The graph as it is now; changes show in it until a row moves, so ask again after each change."""
        return self._now(0)

    def backward(self) -> Contracted:
        """The graph as it is now, turned round."""
        return self._now(1)

    def count(self, tail: int, head: int, cost: int) -> int:
        """How many arcs of this cost lead from one node to the other?"""
        rows = self._ways[0]
        row = slice(int(rows.start[tail]), int(rows.stop[tail]))
        to, price = rows.columns
        return int(((to[row] == head) & (price[row] == cost)).sum())

    def add(self, tail: int, head: int, cost: int) -> None:
        """Add an arc."""
        self._ways[0].add(tail, head, cost)
        self._ways[1].add(head, tail, cost)

    def remove(self, tail: int, head: int, cost: int) -> None:
        """Remove an arc of this cost; KeyError where there is none."""
        if not self._ways[0].remove(tail, head, cost):
            raise KeyError(f"no arc from {tail} to {head} at {cost}")
        self._ways[1].remove(head, tail, cost)

    def as_csr(self) -> csr.Graph:
        """The graph as it is now, without room between the rows."""
        rows = self._ways[0]
        size = rows.stop - rows.start
        tail = np.repeat(np.arange(self.nodes, dtype=np.int32), size)
        to, cost = (_listed(rows.start, rows.stop, c, np.arange(self.nodes)) for c in rows.columns)
        return csr.build(self.nodes, tail, to, cost)

    def _now(self, way: int) -> Contracted:
        """Views of one way's rows; they show all changes until the columns are replaced by larger ones."""
        rows, kept = self._ways[way], self._views[way]
        if kept is None or kept[0] is not rows.columns:
            to, cost = rows.columns
            view = self._empty._replace(
                core_start=_arrays.frozen(rows.start), core_stop=_arrays.frozen(rows.stop),
                core_to=_arrays.frozen(to), core_cost=_arrays.frozen(cost),
            )  # fmt: skip
            self._views[way] = kept = rows.columns, view
        return kept[1]


class LiveItems:
    """Points listed by the nodes they are entered from, that come, go and move (see `lanes.Items`).

    node, cost: int32[i, 2]; node -1 for none.
    """

    def __init__(self, node: npt.NDArray[Any], cost: npt.NDArray[Any], nodes: int) -> None:
        from stadslab.kernels import lanes

        listed = lanes.items(node, cost, nodes=nodes)
        ptr = np.append(listed.start, listed.stop[-1:] if nodes else [0]).astype(np.int64)
        self._rows = Rows(ptr, listed.item, listed.cost, listed.other, listed.other_cost)
        self._nodes = nodes
        self._size = len(node)
        self._held = np.array(node, np.int32), np.array(cost, np.int32)
        self._view: tuple[list[npt.NDArray[Any]], Items] | None = None

    @property
    def size(self) -> int:
        """How many points there are, those that went away included."""
        return self._size

    @property
    def node(self) -> Int32:
        """int32[size, 2]: the nodes each point is entered from, -1 for none."""
        return self._held[0][: self._size]

    @property
    def cost(self) -> Int32:
        """int32[size, 2]: what it costs from there."""
        return self._held[1][: self._size]

    def put(self, item: int, node: Sequence[int], cost: Sequence[int]) -> None:
        """Let a point be entered from these two nodes and no others; a new one has the next number.

        Raises ValueError for a number, node or cost there cannot be.
        """
        (first, second), (one, two) = map(int, node), map(int, cost)
        if not (0 <= item <= self._size and -1 <= first < self._nodes and -1 <= second < self._nodes):
            raise ValueError(f"point {item} of {self._size}, nodes {first}, {second} of {self._nodes}")
        if not (0 <= one < UNREACHABLE and 0 <= two < UNREACHABLE):
            raise ValueError(f"point {item}: costs from 0 to {UNREACHABLE - 1}; got {one}, {two}")
        nodes, costs = self._held
        if item == self._size:
            if item == len(nodes):
                room = 2 * item + 64, 2
                nodes, costs = self._held = np.resize(nodes, room), np.resize(costs, room)
            self._size += 1
        else:
            before, other = nodes[item].tolist()
            if before >= 0:
                self._rows.remove(before, item)
            if other >= 0 and other != before:
                self._rows.remove(other, item)
        nodes[item], costs[item] = (first, second), (one, two)
        if first == second:
            one, second = min(one, two), -1
        if first >= 0:
            self._rows.add(first, item, one, second, two)
        if second >= 0:
            self._rows.add(second, item, two, first, one)

    def now(self) -> Items:
        """The points as they stand now; ask again after each change."""
        rows, kept = self._rows, self._view
        if kept is None or kept[0] is not rows.columns or kept[1].size != self._size:
            arrays: tuple[npt.NDArray[Any], ...] = (rows.start, rows.stop, *rows.columns)
            self._view = kept = rows.columns, Items(self._size, *(_arrays.frozen(array) for array in arrays))
        return kept[1]

    def at(self, nodes: Int32) -> Int32:
        """The points entered from any of these nodes, int32; one that is entered from two may come twice."""
        if not len(nodes):
            return np.zeros(0, np.int32)
        return _listed(self._rows.start, self._rows.stop, self._rows.columns[0], nodes)


class Bounded:
    """Searches within a limit on a graph that changes; keeps its scratch."""

    def __init__(self, nodes: int) -> None:
        self._label = np.full((2, nodes), UNREACHABLE, np.int32)
        self._touched = np.empty((2, nodes), np.int32)
        self._heap = np.empty(64, np.int64)
        self.mark = np.zeros(nodes, np.uint8)
        self.marked = np.empty(nodes, np.int32)

    def mark_users(self, backward: Contracted, arcs: npt.NDArray[Any], limit: int, count: int = 0) -> int:
        """Mark the nodes from which some shortest way to an arc's head, within the limit, uses that arc.

        backward: the graph turned round, in which the arcs are. arcs: int32[a, 3] of tail, head and cost. Adds them to
        marked[:count] and returns the new count.
        """
        arcs = _arrays.table("arcs", arcs, np.int32)
        if not len(arcs):
            return count
        done, self._heap = _mark_users(
            backward.core_start, backward.core_stop, backward.core_to, backward.core_cost, arcs, limit, self._label,
            self._touched, self._heap, self.mark, self.marked, count,
        )  # fmt: skip
        return int(done)

    def unmark(self, count: int) -> Int32:
        """The marked nodes in ascending order; no node is marked after."""
        nodes = np.sort(self.marked[:count])
        self.mark[nodes] = 0
        return nodes


class NearLists:
    """The labels of the k nearest places of each category at every node, kept up to date (see `_wave`).

    keys: int64[categories, n, k].
    """

    def __init__(self, keys: Int64, limit: int) -> None:
        categories, nodes, _ = keys.shape
        self.keys = keys
        self.limit = limit
        self._erased = np.empty((64, 2), np.int64)
        self._ptr = np.zeros(categories + 1, np.int64)
        self._mark = np.zeros((2, nodes), np.uint8)
        self._changed = np.empty((2, nodes), np.int32)
        self._touched = np.zeros(categories, np.uint8)

    def erase(self, backward: Contracted, arcs: npt.NDArray[Any], gone: npt.NDArray[Any]) -> None:
        """Before a change: forget what came through arcs (int32[a, 3]) or from places (int64[g, 3]).

        Rows of gone are (category, node, label).
        """
        self._erased = _erase_all(
            backward.core_start, backward.core_stop, backward.core_to, backward.core_cost, self.keys, arcs, gone,
            self._erased, self._ptr,
        )  # fmt: skip

    def fill(
        self, forward: Contracted, backward: Contracted, places: Items, kind: Int32, arcs: npt.NDArray[Any],
        come: npt.NDArray[Any],
    ) -> Int32:  # fmt: skip
        """After it: fill the gaps, take in arcs and places that came; the nodes with lists that may differ.

        places: all places by node; kind: int32[p], their category. come: as `gone` of `erase`.
        """
        count = _fill_all(
            forward.core_start, forward.core_stop, forward.core_to, forward.core_cost, backward.core_start,
            backward.core_stop, backward.core_to, backward.core_cost, places.start, places.stop, places.item,
            places.cost, kind, self.keys, self.limit, self._erased, self._ptr, arcs, come, self._mark, self._changed,
            self._touched,
        )  # fmt: skip
        nodes = self._changed[1, :count]
        self._mark[1, nodes] = 0
        return nodes

    def read(
        self, node: Int32, cost: Int32, which: Int32, direct_ptr: Int64, direct_place: Int32, direct_cost: Int32,
        kind: Int32, near: Int32, categories: npt.NDArray[Any] | None = None,
    ) -> None:  # fmt: skip
        """Fill near[i], int32[categories, k], for the points i in `which`, entered by node and cost, int32[i, 2].

        direct: the places on the same street as each of `which`, and what the way along it costs. categories: these
        alone, and those whose lists the last `fill` changed; all where nothing is said.
        """
        if categories is None:
            wanted = np.ones(self.keys.shape[0], np.uint8)
        else:
            wanted = self._touched.copy()
            wanted[categories] = 1
        _read(node, cost, which, direct_ptr, direct_place, direct_cost, kind, self.limit, self.keys, near, wanted)


def _listed(start: Int64, stop: Int64, column: Int32, rows: npt.NDArray[Any]) -> Int32:
    """Everything in these rows of a column."""
    return _gather(start, stop, column, _arrays.frozen(np.asarray(rows, np.int64)))


@njit
def _gather(start: Int64, stop: Int64, column: Int32, rows: Int64) -> Int32:
    size = 0
    for row in rows:
        size += stop[row] - start[row]
    found = np.empty(size, np.int32)
    size = 0
    for row in rows:
        for at in range(start[row], stop[row]):
            found[size] = column[at]
            size += 1
    return found


@inner
def _within(
    start: Int64, stop: Int64, to: Int32, cost: Int32, source: Any, limit: int, label: Int32, touched: Int32,
    heap: Int64,
) -> tuple[int, Int64]:  # fmt: skip
    """Label every node within the limit of one; how many, and the heap, larger where it had to grow."""
    label[source] = 0
    touched[0] = source
    count = 1
    size = _push(heap, 0, np.int64(source))
    while size > 0:
        key = heap[0]
        size = _pop(heap, size)
        here = key & 0xFFFFFFFF
        so_far = key >> 32
        if so_far != label[here]:
            continue
        if size + stop[here] - start[here] > heap.size:
            more = np.empty(2 * heap.size + stop[here] - start[here], np.int64)
            more[:size] = heap[:size]
            heap = more
        for arc in range(start[here], stop[here]):
            there = np.int64(to[arc])
            total = so_far + np.int64(cost[arc])
            if total <= limit and total < label[there]:
                if label[there] == UNREACHABLE:
                    touched[count] = there
                    count += 1
                label[there] = total
                size = _push(heap, size, (total << 32) | there)
    return count, heap


@njit
def _mark_users(
    start: Int64, stop: Int64, to: Int32, cost: Int32, arcs: Int32, limit: int, label: Int32, touched: Int32,
    heap: Int64, mark: UInt8, marked: Int32, count: int,
) -> tuple[int, Int64]:  # fmt: skip
    sources = np.full(2, -1, np.int64)  # whose distances each of the two rows of labels holds
    sizes = np.zeros(2, np.int64)
    for i in range(arcs.shape[0]):
        tail = np.int64(arcs[i, 0])
        head = np.int64(arcs[i, 1])
        price = np.int64(arcs[i, 2])
        if price > limit:
            continue
        for turn in range(2):
            wanted = head if turn == 0 else tail
            if wanted == sources[0] or wanted == sources[1]:
                continue
            row = 0 if sources[0] != tail and sources[0] != head else 1
            for j in range(sizes[row]):
                label[row, touched[row, j]] = UNREACHABLE
            sizes[row], heap = _within(start, stop, to, cost, wanted, limit, label[row], touched[row], heap)
            sources[row] = wanted
        near = 0 if sources[0] == head else 1
        far = 0 if sources[0] == tail else 1
        for j in range(sizes[near]):
            node = touched[near, j]
            if mark[node] == 0 and np.int64(label[far, node]) + price == label[near, node]:
                mark[node] = 1
                marked[count] = node
                count += 1
    for row in range(2):
        for j in range(sizes[row]):
            label[row, touched[row, j]] = UNREACHABLE
    return count, heap


@njit
def _erase_all(
    start: Int64, stop: Int64, to: Int32, cost: Int32, keys: Int64, arcs: Int32, gone: Int64, erased: Int64, ptr: Int64
) -> Int64:  # fmt: skip
    """Erased labels of every category, those of category c at ptr[c]:ptr[c + 1]."""
    size = 0
    for category in range(keys.shape[0]):
        if arcs.shape[0] > 0 or _any_of(gone, category):
            erased, size = _erase(start, stop, to, cost, keys[category], arcs, gone, category, erased, size)
        ptr[category + 1] = size
    return erased


@inner
def _any_of(rows: Int64, category: int) -> bool:
    found = False
    for i in range(rows.shape[0]):
        found = found or rows[i, 0] == category
    return found


@inner
def _erase(
    start: Int64, stop: Int64, to: Int32, cost: Int32, keys: Int64, arcs: Int32, gone: Int64, category: int,
    erased: Int64, size: int,
) -> tuple[Int64, int]:  # fmt: skip
    """Erase labels that came through these arcs or from these places, and all that came from those."""
    done = size
    for i in range(gone.shape[0]):
        if gone[i, 0] == category and drop(keys[gone[i, 1]], gone[i, 2]):
            erased = pushed(erased, size, gone[i, 1], gone[i, 2])
            size += 1
    k = keys.shape[1]
    for i in range(arcs.shape[0] + 1):
        if i < arcs.shape[0]:
            node = np.int64(arcs[i, 0])
            head = arcs[i, 1]
            for slot in range(k):
                key = keys[head, slot]
                if key == NONE:
                    break
                new = (((key >> 32) + np.int64(arcs[i, 2])) << 32) | (key & PLACE)
                if drop(keys[node], new):
                    erased = pushed(erased, size, node, new)
                    size += 1
        # A label erased before the next arc is looked at has taken along all that came from it.
        while done < size:
            node = erased[done, 0]
            key = erased[done, 1]
            done += 1
            for arc in range(start[node], stop[node]):
                new = (((key >> 32) + np.int64(cost[arc])) << 32) | (key & PLACE)
                there = np.int64(to[arc])
                if drop(keys[there], new):
                    erased = pushed(erased, size, there, new)
                    size += 1
    return erased, size


@njit
def _fill_all(
    start: Int64, stop: Int64, to: Int32, cost: Int32, back_start: Int64, back_stop: Int64, back_to: Int32,
    back_cost: Int32, place_start: Int64, place_stop: Int64, place: Int32, place_cost: Int32, kind: Int32, keys: Int64,
    limit: int, erased: Int64, ptr: Int64, arcs: Int32, come: Int64, mark: UInt8, changed: Int32, touched: UInt8,
) -> int:  # fmt: skip
    """Fill the lists of every category; nodes of any changed list in changed[1], their number; categories touched."""
    union = 0
    for category in range(keys.shape[0]):
        touched[category] = 0
        if ptr[category] == ptr[category + 1] and arcs.shape[0] == 0 and not _any_of(come, category):
            continue
        labels, size, count = _refill(
            start, stop, to, cost, place_start, place_stop, place, place_cost, kind, category, keys[category], limit,
            erased[ptr[category] : ptr[category + 1]], arcs, come, mark[0], changed[0],
        )  # fmt: skip
        count = spread(
            back_start, back_stop, back_to, back_cost, keys[category], limit, labels, size, mark[0], changed[0], count
        )
        touched[category] = count > 0
        for i in range(count):
            node = changed[0, i]
            mark[0, node] = 0
            if mark[1, node] == 0:
                mark[1, node] = 1
                changed[1, union] = node
                union += 1
    return union


@inner
def _refill(
    start: Int64, stop: Int64, to: Int32, cost: Int32, place_start: Int64, place_stop: Int64, place: Int32,
    place_cost: Int32, kind: Int32, category: int, keys: Int64, limit: int, erased: Int64, arcs: Int32, come: Int64,
    mark: UInt8, marked: Int32,
) -> tuple[Int64, int, int]:  # fmt: skip
    """Put into lists what their neighbours, places at the node, new arcs and new places bring; labels to pass on."""
    labels = np.empty((max(16, 2 * erased.shape[0]), 2), np.int64)
    found = 0
    count = 0
    k = keys.shape[1]
    for i in range(erased.shape[0]):
        node = erased[i, 0]
        if mark[node] == 1:
            continue  # its list has been filled already
        mark[node] = 1
        marked[count] = node
        count += 1
        for entry in range(place_start[node], place_stop[node]):
            new = (np.int64(place_cost[entry]) << 32) | np.int64(place[entry])
            if kind[place[entry]] == category and place_cost[entry] <= limit and keep(keys[node], new):
                labels = pushed(labels, found, node, new)
                found += 1
        for arc in range(start[node], stop[node]):
            for slot in range(k):
                key = keys[to[arc], slot]
                if key == NONE:
                    break
                total = (key >> 32) + np.int64(cost[arc])
                if total > limit:
                    break
                new = (total << 32) | (key & PLACE)
                if keep(keys[node], new):
                    labels = pushed(labels, found, node, new)
                    found += 1
    for i in range(arcs.shape[0] + come.shape[0]):
        before = found
        if i < arcs.shape[0]:
            node = np.int64(arcs[i, 0])
            for slot in range(k):
                key = keys[arcs[i, 1], slot]
                if key == NONE:
                    break
                total = (key >> 32) + np.int64(arcs[i, 2])
                if total > limit:
                    break
                new = (total << 32) | (key & PLACE)
                if keep(keys[node], new):
                    labels = pushed(labels, found, node, new)
                    found += 1
        else:
            row = come[i - arcs.shape[0]]
            node = row[1]
            if row[0] == category and (row[2] >> 32) <= limit and keep(keys[node], row[2]):
                labels = pushed(labels, found, node, row[2])
                found += 1
        if found > before and mark[node] == 0:
            mark[node] = 1
            marked[count] = node
            count += 1
    return labels, found, count


@njit
def _read(
    node: Int32, cost: Int32, which: Int32, direct_ptr: Int64, direct_place: Int32, direct_cost: Int32, kind: Int32,
    limit: int, keys: Int64, near: Int32, wanted: UInt8,
) -> None:  # fmt: skip
    k = keys.shape[2]
    own = np.empty(k, np.int64)
    for i in range(which.size):
        point = which[i]
        for category in range(wanted.size):
            if wanted[category] == 0:
                continue
            found = merged(keys[category], node[point], cost[point], limit, own)
            if direct_ptr[i] < direct_ptr[i + 1]:
                own[found:] = NONE
                for pair in range(direct_ptr[i], direct_ptr[i + 1]):
                    if kind[direct_place[pair]] == category and direct_cost[pair] <= limit:
                        keep(own, (np.int64(direct_cost[pair]) << 32) | np.int64(direct_place[pair]))
                found = k
            for slot in range(k):
                near[point, category, slot] = own[slot] >> 32 if slot < found and own[slot] != NONE else UNREACHABLE
