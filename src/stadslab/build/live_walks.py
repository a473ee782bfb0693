"""From homes to places through streets that change: the answers of `traveltimes`, kept up to date in place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from stadslab.build.interactive import Change, Interactive
from stadslab.build.linkage import NO_EDGE, Direct, Entries, Links, direct_pairs, link, origin_entries, place_entries
from stadslab.build.live_streets import Difference, LiveStreets, columns_of
from stadslab.build.places import of_kind, xy_of
from stadslab.build.searchable import Ends, ends_of
from stadslab.build.traveltimes import Travel, enough_there, reasons
from stadslab.core.kinds import kinds_named
from stadslab.core.progress import IDLE, Watch
from stadslab.core.values import Measured, Reason
from stadslab.kernels import shortest

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from stadslab.build.streetgraph import StreetGraph
    from stadslab.core.layer import Layer


class LiveWalks(Interactive):
    """Places of a kind around reporting units, exact after every change of streets and places.

    `become` takes rows of the layers as edits give them. `counted` and `timed` are what the indicators would answer for
    the changed city, bit for bit, with the same reasons.
    """

    def __init__(
        self,
        streets: StreetGraph,
        places: Layer,
        home_xy: NDArray[np.float64],
        travel: Travel,
        kind: str,
        *,
        limits: Sequence[int] = (),
        k: int = 0,
        near_limit: int = -1,
    ) -> None:
        """Ask once. home_xy: float64[o, 2] metres. limits, k, near_limit: as in `Interactive`, whole network costs."""
        self.streets = LiveStreets(streets, travel.mode)
        self.travel = travel
        self._kinds = set(kinds_named(kind))
        wanted = of_kind(places, kind)
        self._place = {name: number for number, name in enumerate(wanted["id"].to_pylist())}
        self._home_points = np.asarray(shapely.points(home_xy), object)
        self._home_xy = home_xy
        self._place_xy = xy_of(wanted, streets.crs)
        network = streets.network(travel.mode)
        self._home_links = link(streets, network, home_xy, travel.max_access_m)
        self._place_links = link(streets, network, self._place_xy, travel.max_access_m)
        self._on: tuple[dict[int, set[int]], dict[int, set[int]]] = (
            _by_edge(self._home_links.edge), _by_edge(self._place_links.edge),
        )  # fmt: skip
        every_home, every_place = (np.arange(len(xy), dtype=np.int32) for xy in (home_xy, self._place_xy))
        super().__init__(
            self.streets.graph, self._leaving(every_home), self._arriving(every_place),
            np.zeros(len(self._place_xy), np.int32), 1, limits=limits, k=k, near_limit=near_limit,
        )  # fmt: skip

    follows: tuple[str, ...] = ("streets", "places")

    def become(
        self,
        changes: Mapping[str, tuple[frozenset[str], pa.Table]],
        inputs: Callable[[], Sequence[Any]] | None = None,  # noqa: ARG002 - the rows say it all
        watch: Watch = IDLE,  # noqa: ARG002 - it is over before anybody could call it off
    ) -> NDArray[np.int32]:
        """Let rows of `streets` and `places` go (ids) and come or change (rows); the homes looked at again.

        All other homes have the same number as before; why they have none may change with the rest of the network.
        inputs, watch: not needed. Raises `InputError` as `build_streetgraph` does; then nothing has changed.
        """
        again: set[int] = set()
        homes: set[int] = set()
        moved: set[int] = set()
        found = Difference()
        if "streets" in changes:
            found = self.streets.become(*changes["streets"])
            homes = self._hung_on(0, found.lost)
            homes |= set(self.streets.nearer(self._home_xy, self._home_links.edge, found.opened).tolist())
            moved = self._hung_on(1, found.lost)
            moved |= set(self.streets.nearer(self._place_xy, self._place_links.edge, found.opened).tolist())
            moved = {place for place in moved if self.category[place] >= 0}
        closed = self._places_become(*changes["places"], moved) if "places" in changes else set()
        again |= self._hung_on(0, self._place_links.edge[sorted(moved | closed)].tolist())
        which = np.array(sorted(homes), np.int32)
        self._hang(0, which, self.streets.linked(self._home_xy[which]))
        staying = np.array(sorted(moved), np.int32)
        self._hang(1, staying, self.streets.linked(self._place_xy[staying]))
        self._hang(1, np.array(sorted(closed), np.int32), _nowhere(len(closed)))
        again |= self._hung_on(0, self._place_links.edge[staying].tolist())
        leave, arrive = self._leaving(which), self._arriving(staying)
        told: dict[int, tuple[Sequence[int], Sequence[int], int] | None] = dict.fromkeys(sorted(closed))
        for number, node, cost in zip(staying.tolist(), arrive.node.tolist(), arrive.cost.tolist(), strict=True):
            told[number] = node, cost, 0
        new_homes = {
            home: (node, cost)
            for home, node, cost in zip(which.tolist(), leave.node.tolist(), leave.cost.tolist(), strict=True)
        }
        order = sorted(told)
        return self.change(
            Change(found.gone, found.come, {number: told[number] for number in order}, new_homes, sorted(again))
        )

    def measured(self) -> Measured:
        """Whichever was asked for."""
        return self.timed() if self.k else self.counted()

    def counted(self) -> Measured:
        """How many places are within the (first) limit, as `walk_access` answers."""
        counts = self.sums[:, 0, 0]
        return self._measured(counts.astype(np.float64), counts == 0, 1)

    def timed(self) -> Measured:
        """Minutes to the k-th nearest place, as `walk_to_nearest` answers."""
        values = np.asarray(self.travel.minutes(self.near[:, 0, -1]), np.float64)
        return self._measured(values, np.isinf(values), self.k)

    def pairs_of_homes(
        self, homes: NDArray[np.int32]
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
        """Places on the same street as each of these homes, and what the way along it costs."""
        places = np.array(sorted(self._hung_on(1, self._home_links.edge[homes].tolist())), np.int32)
        found = self._along_streets(homes, places)
        return found.ptr, places[found.place], found.cost

    def pairs_of_places(
        self, places: NDArray[np.int32]
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
        """Homes on the same street as each of these places, and what the way along it costs."""
        homes = np.array(sorted(self._hung_on(0, self._place_links.edge[places].tolist())), np.int32)
        found = self._along_streets(homes, places)
        home = np.repeat(homes, np.diff(found.ptr))
        order = np.argsort(found.place, kind="stable")
        ptr = np.zeros(len(places) + 1, np.int64)
        np.cumsum(np.bincount(found.place, minlength=len(places)), out=ptr[1:])
        return ptr, home[order], found.cost[order]

    def _along_streets(self, homes: NDArray[np.int32], places: NDArray[np.int32]) -> Direct:
        """Which of these places are on the same street as which of these homes, and what the way along it costs."""
        some, others = _of(self._home_links, homes), _of(self._place_links, places)
        out, back = self.travel.access(some), self.travel.access(others)
        return direct_pairs(self.streets.as_network(), some, others, out, back)

    # points and what they hang on

    def _places_become(self, gone: Iterable[str], rows: pa.Table, moved: set[int]) -> set[int]:
        """Put places that come or change among `moved`; those that close."""
        closed = {self._place[name] for name in gone if name in self._place}
        wanted = [kind in self._kinds for kind in rows["kind"].to_pylist()]
        spots = xy_of(rows, self.streets.crs)
        for name, is_one, xy in zip(rows["id"].to_pylist(), wanted, spots, strict=True):
            number = self._place.get(name)
            if not is_one:
                if number is not None:
                    closed.add(number)
                continue
            if number is None:
                number = self._place[name] = len(self._place_xy)
                self._place_xy = np.append(self._place_xy, xy[None], axis=0)
                self._place_links = Links(
                    *(
                        np.append(a, v)
                        for a, v in zip(columns_of(self._place_links), columns_of(_nowhere(1)), strict=True)
                    )
                )
            self._place_xy[number] = xy
            moved.add(number)
        closed = {number for number in closed if self.category[number] >= 0}
        moved -= closed
        return closed

    def _hung_on(self, side: int, edges: Iterable[int]) -> set[int]:
        """Homes (side 0) or places (1) that hang on any of these streets."""
        return {point for edge in set(edges) if edge != NO_EDGE for point in self._on[side].get(edge, ())}

    def _hang(self, side: int, which: NDArray[np.int32], links: Links) -> None:
        """Hang these points where the links say."""
        kept, on = (self._home_links, self._place_links)[side], self._on[side]
        for point, before, after in zip(which.tolist(), kept.edge[which].tolist(), links.edge.tolist(), strict=True):
            if before != NO_EDGE:
                on[before].discard(point)
            if after != NO_EDGE:
                on.setdefault(after, set()).add(point)
        for mine, theirs in zip(columns_of(kept), columns_of(links), strict=True):
            mine[which] = theirs

    def _leaving(self, homes: NDArray[np.int32]) -> Ends:
        links = _of(self._home_links, homes)
        return _ends(
            origin_entries(self.streets.as_streets(), self.streets.as_network(), links, self.travel.access(links))
        )

    def _arriving(self, places: NDArray[np.int32]) -> Ends:
        links = _of(self._place_links, places)
        return _ends(
            place_entries(self.streets.as_streets(), self.streets.as_network(), links, self.travel.access(links))
        )

    # why there is no answer

    def _measured(self, values: NDArray[np.float64], unreached: NDArray[np.bool_], rank: int) -> Measured:
        linked = self._home_links.linked
        shut_in = np.zeros(len(linked), bool)
        alone = np.flatnonzero(~linked)
        lines = self.streets.shut_lines()
        if len(alone) and len(lines):
            tree = shapely.STRtree(lines)
            near, _ = tree.query(self._home_points[alone], predicate="dwithin", distance=self.travel.max_access_m)
            shut_in[alone[near]] = True
        reason = reasons(
            unreached, linked, shut_in, int((self.category >= 0).sum()), rank, lambda: self._connected(rank)
        )
        values[reason == Reason.NO_STREET_NEAR] = np.nan
        return Measured(values, reason)

    def _connected(self, rank: int) -> NDArray[np.bool_]:
        """Homes with any way to so many places, however far, bool[o]."""
        back = self.graph.backward()
        doors = self.places.node[self.category >= 0].ravel()
        met = shortest.met_in_rows(back.core_start, back.core_stop, back.core_to, doors[doors >= 0])
        found: NDArray[np.bool_] = np.any(np.where(self.homes.node >= 0, met[self.homes.node], False), axis=1)
        every = np.arange(self.homes.size, dtype=np.int32)
        found |= np.diff(self.pairs_of_homes(every)[0]) > 0
        if rank > 1:
            whole = self.graph.as_csr()
            part = shortest.components(whole.indptr, whole.indices)
            there = self.category >= 0
            places = Ends(self.places.node[there], self.places.cost[there])
            found &= enough_there(part, _entries(Ends(self.homes.node, self.homes.cost)), _entries(places), rank)
        return found


def _by_edge(edge: NDArray[np.int32]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for point, at in enumerate(edge.tolist()):
        if at != NO_EDGE:
            found.setdefault(at, set()).add(point)
    return found


def _of(links: Links, which: NDArray[np.int32]) -> Links:
    return Links(*(column[which] for column in columns_of(links)))


def _nowhere(count: int) -> Links:
    return Links(np.full(count, NO_EDGE, np.int32), np.zeros(count), np.zeros(count, np.int32))


def _ends(entries: Entries) -> Ends:
    return ends_of(entries.ptr, entries.node, entries.cost)


def _entries(ends: Ends) -> Entries:
    there = ends.node >= 0
    ptr = np.zeros(len(there) + 1, np.int64)
    np.cumsum(there.sum(axis=1), out=ptr[1:])
    return Entries(ptr, ends.node[there], ends.cost[there])
