"""Streets that change under walks: which points hang elsewhere by then, and whose walks have to be looked for again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from stadslab.build.linkage import MAX_ACCESS_M, NO_EDGE, Links, link, link_among, origin_entries
from stadslab.build.stopwalks import Walks, walks_between, walks_of
from stadslab.build.streetgraph import StreetGraph
from stadslab.build.transit import Outing, Service
from stadslab.build.traveltimes import Travel
from stadslab.kernels import UNREACHABLE, shortest
from stadslab.kernels.doors import Doors

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLACK_M = 1.0  # two ways to measure a distance differ by less


@dataclass(frozen=True, slots=True, eq=False)
class StreetChange:
    """What is different for walkers between two street graphs.

    place: int32[m], position after of each piece before, -1 for one that goes. old, new: bool[m], pieces before and
    after that come, go or change, or to which points may be linked at one time only. lines: of all those.
    """

    before: StreetGraph
    after: StreetGraph
    place: NDArray[np.int32]
    old: NDArray[np.bool_]
    new: NDArray[np.bool_]
    lines: NDArray[np.object_]

    @staticmethod
    def between(before: StreetGraph, after: StreetGraph, names: Iterable[str]) -> StreetChange:
        """What is different. names: ids of all pieces whose rows differ."""
        wanted = np.array(sorted(names), object)
        old, new = _named(before.edge_ids, wanted), _named(after.edge_ids, wanted)
        place = np.full(len(old), -1, np.int32)
        place[~old] = np.flatnonzero(~new)
        at, there = np.flatnonzero(old), np.searchsorted(after.edge_ids, before.edge_ids[old])
        there = np.minimum(there, len(new) - 1)
        stays = after.edge_ids[there] == before.edge_ids[at]
        place[at[stays]] = there[stays]
        was, now = before.network("walk").linkable, after.network("walk").linkable
        # which fragments are leftovers is a question about the whole network, so pieces far away may change
        kept = np.flatnonzero(place >= 0)
        other = kept[was[kept] != now[place[kept]]]
        old[other] = new[place[other]] = True
        lines = np.concatenate([before.lines[old], after.lines[new]])
        return StreetChange(before, after, place, old, new, lines)

    def relinked(self, xy: NDArray[np.float64], links: Links) -> tuple[Links, NDArray[np.bool_]]:
        """What points (float64[p, 2] metres) hang on after, and which of them hang otherwise than before, bool[p].

        links: before. Whoever hangs on a piece that changes counts as hanging otherwise.
        """
        edge = np.where(links.linked, self.place[links.edge], NO_EDGE).astype(np.int32)
        along, access = links.along.copy(), links.access_cm.copy()
        moved = np.zeros(len(edge), bool)
        moved[links.linked] = self.old[links.edge[links.linked]]
        near = self._near(xy)
        if len(near):
            fresh = self._linked(xy[near])
            moved[near] |= (fresh.edge != edge[near]) | (fresh.along != along[near])
            moved[near] |= fresh.access_cm != access[near]
            edge[near], along[near], access[near] = fresh.edge, fresh.along, fresh.access_cm
        return Links(edge, along, access), moved

    def touched(self, *moved: tuple[Links, Links, NDArray[np.bool_]]) -> Touched:
        """Pieces by which a walk may change: those that do, and those that points hang on which hang otherwise.

        moved: links before and after of points, and which of them hang otherwise.
        """
        old, new = self.old.copy(), self.new.copy()
        for was, now, which in moved:
            old[was.edge[which & was.linked]] = True
            new[now.edge[which & now.linked]] = True
        return Touched(self, old, new)

    def _near(self, xy: NDArray[np.float64]) -> NDArray[np.int64]:
        """Points that what changes may be the nearest street of, before or after."""
        if not len(self.lines) or not len(xy):
            return np.zeros(0, np.int64)
        reach = MAX_ACCESS_M + SLACK_M
        west, south, east, north = shapely.total_bounds(self.lines)
        inside = (xy[:, 0] >= west - reach) & (xy[:, 0] <= east + reach)
        inside &= (xy[:, 1] >= south - reach) & (xy[:, 1] <= north + reach)
        some = np.flatnonzero(inside)
        points = shapely.points(xy[some])
        found, _ = shapely.STRtree(self.lines).query(points, predicate="dwithin", distance=reach)
        near: NDArray[np.int64] = some[np.unique(found)]
        return near

    def _linked(self, xy: NDArray[np.float64]) -> Links:
        """`linkage.link` on the graph after, with an index of the streets around these points alone."""
        (west, south), (east, north) = xy.min(axis=0) - MAX_ACCESS_M, xy.max(axis=0) + MAX_ACCESS_M
        bounds = shapely.bounds(self.after.lines)
        around = self.after.network("walk").linkable & (bounds[:, 0] <= east) & (bounds[:, 2] >= west)
        around &= (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
        candidates = np.flatnonzero(around)
        return link_among(self.after.lines, candidates, shapely.STRtree(self.after.lines[candidates]), xy)


@dataclass(frozen=True, slots=True, eq=False)
class Touched:
    """Pieces of street, bool[m] before and after, without which every walk is what it was."""

    change: StreetChange
    old: NDArray[np.bool_]
    new: NDArray[np.bool_]

    def concerned(self, was: Links, now: Links, limit: int) -> NDArray[np.bool_]:
        """Points from which a walk of this cost (cm) at most may change, bool[p]. was, now: what they hang on.

        A walk that changes passes an end of a touched piece, before or after, or begins on one. People walk streets
        both ways at the same cost, so who comes to such an end is found from there.
        """
        found = np.zeros(len(was.edge), bool)
        for streets, links, pieces in ((self.change.before, was, self.old), (self.change.after, now, self.new)):
            network = streets.network("walk")
            ends = np.unique(np.concatenate([streets.tail[pieces], streets.head[pieces]]))
            leave = origin_entries(streets, network, links, links.access_cm)
            graph = network.graph
            label = shortest.from_seeds(
                graph.indptr, graph.indices, graph.cost, ends, np.zeros(len(ends), np.int32), limit
            )
            found |= shortest.at_points(label, leave.ptr, leave.node, leave.cost, limit) != UNREACHABLE
            found[links.linked] |= pieces[links.edge[links.linked]]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What the homes, the places and the stops of a question hang on, in one street graph."""

    homes: Links
    places: Links
    stops: Links


@dataclass(frozen=True, slots=True, eq=False)
class Walked:
    """Walks after streets changed. foot: between stops, where the feed says nothing of them."""

    ways: Doors
    stands: Standing
    foot: Walks


def standing(
    streets: StreetGraph, homes: NDArray[np.float64], places: NDArray[np.float64], stops: NDArray[np.float64]
) -> Standing:
    """Link all of them (float64[k, 2] metres)."""
    network = streets.network("walk")
    return Standing(*(link(streets, network, xy) for xy in (homes, places, stops)))


def walked_again(
    change: StreetChange,
    stands: Standing,
    outing: Outing,
    run: Service,
    ways: Doors,
    homes: NDArray[np.float64],
    places: NDArray[np.float64],
) -> Walked:
    """All walks after a change of streets, looked for again from where they may differ.

    stands, run, ways: before. homes, places: float64[k, 2] metres, the same before and after; so are the stops.
    """
    streets, speed, most = change.after, outing.walk_speed_m_s, outing.max_walk_minutes
    limit = Travel("walk", walk_speed_m_s=speed).cost(most)
    spots = (homes, places, run.stop_xy)
    before = (stands.homes, stands.places, stands.stops)
    hung = [change.relinked(xy, links) for xy, links in zip(spots, before, strict=True)]
    touched = change.touched(*((was, now, moved) for was, (now, moved) in zip(before, hung, strict=True)))
    concerned = [touched.concerned(was, now, limit) for was, (now, _) in zip(before, hung, strict=True)]
    at_homes, at_places, at_stops = (links for links, _ in hung)

    def again(
        rows: Sequence[NDArray[Any]],
        which: NDArray[np.bool_],
        xy: NDArray[Any],
        links: Links,
        to: Links,
        minutes: float,
    ) -> Walks:
        kept, some = Walks(rows[0], rows[1], rows[2]), np.flatnonzero(which)
        if not len(some):
            return kept
        fresh = walks_between(streets, speed, xy[some], links.only(some), to, minutes)
        if links is to:  # nobody changes from a stop to itself
            tail = np.repeat(np.arange(len(some), dtype=np.int32), np.diff(fresh.ptr))
            other = some[tail] != fresh.to
            fresh = walks_of(len(some), tail[other], fresh.to[other], fresh.seconds[other])
        return kept.replaced(which, fresh)

    access = again(ways[:3], concerned[0], homes, at_homes, at_stops, most)
    egress = again(ways[3:6], concerned[1], places, at_places, at_stops, most)
    direct = again(ways[6:], concerned[0], homes, at_homes, at_places, min(outing.max_minutes, most))
    day = run.day
    foot = again((day.foot_ptr, day.foot_to, day.foot_s), concerned[2], run.stop_xy, at_stops, at_stops, most)
    found = Doors(
        access.ptr, access.to, access.seconds, egress.ptr, egress.to, egress.seconds,
        direct.ptr, direct.to, direct.seconds,
    )  # fmt: skip
    return Walked(found, Standing(at_homes, at_places, at_stops), foot)


def _named(ids: NDArray[Any], names: NDArray[Any]) -> NDArray[np.bool_]:
    """Which of the sorted ids are among these names, bool[m]."""
    found = np.zeros(len(ids), bool)
    if len(ids) and len(names):
        at = np.minimum(np.searchsorted(ids, names), len(ids) - 1)
        found[at[ids[at] == names]] = True
    return found
