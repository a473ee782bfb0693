"""What it costs from many points to many points, as a whole table.

One bounded search per origin. Sums and nearest places need no table: `access` and `nearest` are faster. Arguments:

    indptr, indices, cost   int64[n + 1], int32[m], int32[m]: the graph, as in `csr.Graph`
    origin_entry_ptr        int64[o + 1]: entries of origin i are at ptr[i]:ptr[i + 1]
    origin_entry_node       int32: a node at an end of the origin's edge
    origin_entry_cost       int32: cost from the origin to that node
    place_ptr               int64[n + 1]: places entered from node v are at ptr[v]:ptr[v + 1]
    place_id                int32: which place, in [0, p)
    place_entry_cost        int32: cost from the node to the place
    direct_ptr              int64[o + 1]: places on the same edge as origin i are at ptr[i]:ptr[i + 1]
    direct_place            int32: which place, in [0, p)
    direct_cost             int32: cost along the edge
    limit                   whole cost, inclusive, from origin to place, in the unit of cost
    threads                 None for every processor this process may use

A place has several ways in; its cost is the cheapest of them all and it is
counted once. TypeError for other dtypes, ValueError for values out of range.
Answers do not depend on the number of threads or the order of any rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stadslab.kernels import UNREACHABLE, _arrays
from stadslab.kernels._arrays import Int32, Int64
from stadslab.kernels._blocks import in_blocks
from stadslab.kernels._jit import njit
from stadslab.kernels._search import scratch, search, within

if TYPE_CHECKING:
    from collections.abc import Callable


def cost_table(
    indptr: npt.NDArray[Any],
    indices: npt.NDArray[Any],
    cost: npt.NDArray[Any],
    origin_entry_ptr: npt.NDArray[Any],
    origin_entry_node: npt.NDArray[Any],
    origin_entry_cost: npt.NDArray[Any],
    place_ptr: npt.NDArray[Any],
    place_id: npt.NDArray[Any],
    place_entry_cost: npt.NDArray[Any],
    n_places: int,
    direct_ptr: npt.NDArray[Any],
    direct_place: npt.NDArray[Any],
    direct_cost: npt.NDArray[Any],
    limit: int,
    threads: int | None = None,
) -> Int32:
    """What does it cost from every origin to every place?

    Returns int32[o, n_places], UNREACHABLE beyond the limit: 4 bytes a pair, so
    the caller hands over origins in pieces that fit. Arguments as described at
    the top of the module.
    """
    if n_places < 0:
        raise ValueError(f"n_places: none or more; got {n_places}")
    network = Network.checked(
        indptr, indices, cost, origin_entry_ptr, origin_entry_node, origin_entry_cost, place_ptr, place_id,
        place_entry_cost, direct_ptr, direct_place, direct_cost, n_places,
    )  # fmt: skip
    table = np.full((network.origins, n_places), UNREACHABLE, np.int32)
    bound = within(limit)

    def prepare() -> Callable[[int, int], None]:
        own = network.scratch(n_places)
        return lambda start, stop: _table(*network, bound, start, stop, *own, table)

    in_blocks(network.origins, prepare, threads)
    return table


class Network(NamedTuple):
    """The arguments of a search from every origin, checked, in the order the compiled code takes them."""

    indptr: Int64
    indices: Int32
    cost: Int32
    origin_entry_ptr: Int64
    origin_entry_node: Int32
    origin_entry_cost: Int32
    place_ptr: Int64
    place_id: Int32
    place_entry_cost: Int32
    direct_ptr: Int64
    direct_place: Int32
    direct_cost: Int32

    @classmethod
    def checked(
        cls,
        indptr: npt.NDArray[Any],
        indices: npt.NDArray[Any],
        cost: npt.NDArray[Any],
        origin_entry_ptr: npt.NDArray[Any],
        origin_entry_node: npt.NDArray[Any],
        origin_entry_cost: npt.NDArray[Any],
        place_ptr: npt.NDArray[Any],
        place_id: npt.NDArray[Any],
        place_entry_cost: npt.NDArray[Any],
        direct_ptr: npt.NDArray[Any],
        direct_place: npt.NDArray[Any],
        direct_cost: npt.NDArray[Any],
        n_places: int,
    ) -> Network:
        """The same arrays, read-only and in range; TypeError or ValueError says which is wrong."""
        indptr, indices, cost = _arrays.graph(indptr, indices, cost)
        nodes, origins = indptr.size - 1, len(origin_entry_ptr) - 1
        entry_node = _arrays.int32("origin_entry_node", origin_entry_node, least=0, below=nodes)
        entry_cost = _arrays.int32("origin_entry_cost", origin_entry_cost, least=0)
        place = _arrays.int32("place_id", place_id, least=0, below=n_places)
        place_cost = _arrays.int32("place_entry_cost", place_entry_cost, least=0)
        along = _arrays.int32("direct_place", direct_place, least=0, below=n_places)
        along_cost = _arrays.int32("direct_cost", direct_cost, least=0)
        _arrays.same_length(origin_entry_node=entry_node, origin_entry_cost=entry_cost)
        _arrays.same_length(place_id=place, place_entry_cost=place_cost)
        _arrays.same_length(direct_place=along, direct_cost=along_cost)
        return cls(
            indptr, indices, cost,
            _arrays.pointers("origin_entry_ptr", origin_entry_ptr, rows=origins, entries=entry_node.size),
            entry_node, entry_cost,
            _arrays.pointers("place_ptr", place_ptr, rows=nodes, entries=place.size),
            place, place_cost,
            _arrays.pointers("direct_ptr", direct_ptr, rows=origins, entries=along.size),
            along, along_cost,
        )  # fmt: skip

    @property
    def origins(self) -> int:
        """How many are searched from."""
        return self.origin_entry_ptr.size - 1

    def scratch(self, n_places: int) -> tuple[Int32, Int32, Int64, Int32, Int32]:
        """What one thread needs: the search's arrays, and the same two again for places."""
        most_seeds = int(np.diff(self.origin_entry_ptr).max(initial=0))
        label, touched, heap = scratch(self.indptr.size - 1, self.indices.size, most_seeds)
        return label, touched, heap, np.full(n_places, UNREACHABLE, np.int32), np.empty(n_places, np.int32)


@njit
def reached_places(
    indptr: Int64,
    indices: Int32,
    cost: Int32,
    origin_entry_ptr: Int64,
    origin_entry_node: Int32,
    origin_entry_cost: Int32,
    place_ptr: Int64,
    place_id: Int32,
    place_entry_cost: Int32,
    direct_ptr: Int64,
    direct_place: Int32,
    direct_cost: Int32,
    limit: int,
    origin: int,
    label: Int32,
    touched: Int32,
    heap: Int64,
    best: Int32,
    found: Int32,
) -> int:
    """Cheapest cost of every place within the limit of one origin, in best[found[:count]]; the count.

    Leaves `label` clean; the caller cleans `best`.
    """
    count = 0
    for pair in range(direct_ptr[origin], direct_ptr[origin + 1]):
        place = direct_place[pair]
        total = np.int64(direct_cost[pair])
        if total <= limit and total < best[place]:
            if best[place] == UNREACHABLE:
                found[count] = place
                count += 1
            best[place] = total
    reached = search(
        indptr, indices, cost, origin_entry_node, origin_entry_cost, origin_entry_ptr[origin],
        origin_entry_ptr[origin + 1], limit, label, touched, heap,
    )  # fmt: skip
    for i in range(reached):
        node = touched[i]
        so_far = np.int64(label[node])
        label[node] = UNREACHABLE
        for entry in range(place_ptr[node], place_ptr[node + 1]):
            place = place_id[entry]
            total = so_far + np.int64(place_entry_cost[entry])
            if total <= limit and total < best[place]:
                if best[place] == UNREACHABLE:
                    found[count] = place
                    count += 1
                best[place] = total
    return count


@njit
def _table(
    indptr: Int64,
    indices: Int32,
    cost: Int32,
    origin_entry_ptr: Int64,
    origin_entry_node: Int32,
    origin_entry_cost: Int32,
    place_ptr: Int64,
    place_id: Int32,
    place_entry_cost: Int32,
    direct_ptr: Int64,
    direct_place: Int32,
    direct_cost: Int32,
    limit: int,
    start: int,
    stop: int,
    label: Int32,
    touched: Int32,
    heap: Int64,
    best: Int32,
    found: Int32,
    table: Int32,
) -> None:
    """Fill rows start:stop of the table (UNREACHABLE)."""
    for origin in range(start, stop):
        count = reached_places(
            indptr, indices, cost, origin_entry_ptr, origin_entry_node, origin_entry_cost, place_ptr, place_id,
            place_entry_cost, direct_ptr, direct_place, direct_cost, limit, origin, label, touched, heap, best, found,
        )  # fmt: skip
        for i in range(count):
            place = found[i]
            table[origin, place] = best[place]
            best[place] = UNREACHABLE
