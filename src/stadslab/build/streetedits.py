"""A street graph after a plan, from the one before it: what did not change is shared, not made again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from stadslab.build.streetgraph import WAYS, StreetGraph, build_streetgraph
from stadslab.core.layer import InMemory, Layer, Overlay

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

MOST = 0.05  # changed rows, as a share of all, that are worked into the graph before; for more all are built again


def edited_streetgraph(before: StreetGraph, streets: Layer) -> StreetGraph:
    """What does `build_streetgraph` make of a layer under a plan? The same to the bit, from the graph before the plan.

    before: made of the base of the layer's overlay. Copies numbers, works on the changed rows only, and shares ids and
    lines. Raises `InputError` for what is wrong with a changed row.
    """
    handle = streets.handle
    if not isinstance(handle, Overlay):
        return before
    named = np.array(sorted(handle.drop | set(handle.upsert["id"].to_pylist())), object)
    away = np.zeros(len(before.edge_ids), bool)
    if len(named) <= MOST * len(away):
        at, there = _found(before.edge_ids, named)
        away[at[there]] = True
    if len(named) > MOST * len(away) or away.all():  # hardly anything to share
        return build_streetgraph(streets, before.crs)
    rows = replace(streets, handle=InMemory(handle.upsert), rows=handle.upsert.num_rows)
    return _joined(before, ~away, build_streetgraph(rows, before.crs) if rows.rows else None)


def _joined(before: StreetGraph, kept: NDArray[np.bool_], new: StreetGraph | None) -> StreetGraph:
    """The pieces that stay (bool[m]) and the new ones, in the order of their ids."""
    place = np.zeros(0, np.int64) if new is None else np.searchsorted(before.edge_ids[kept], new.edge_ids)

    def spliced(part: Callable[[StreetGraph], NDArray[Any]]) -> NDArray[Any]:
        old = part(before)[kept]
        return old if new is None else np.insert(old, place, part(new))

    # junctions still used, and those of the new pieces
    used = np.zeros(before.n_nodes, bool)
    used[before.tail[kept]] = used[before.head[kept]] = True
    names = np.zeros(0, object) if new is None else new.node_ids
    at, known = _found(before.node_ids, names)
    used[at[known]] = True
    still = before.node_ids[used]
    node_place = np.searchsorted(still, names[~known])
    node_ids = np.insert(still, node_place, names[~known])
    moved = np.cumsum(used) - 1
    moved = (moved + np.searchsorted(node_place, moved, side="right")).astype(np.int32)
    number = np.empty(len(names), np.int32)
    number[known] = moved[at[known]]
    number[~known] = node_place + np.arange(len(node_place))
    tail = spliced(lambda graph: moved[graph.tail] if graph is before else number[graph.tail])
    head = spliced(lambda graph: moved[graph.head] if graph is before else number[graph.head])
    lines = spliced(lambda graph: graph.lines)

    node_xy = np.empty((len(node_ids), 2))
    node_xy[moved[used]] = before.node_xy[used]
    touched = np.zeros(len(node_ids), bool)
    lost = np.concatenate([before.tail[~kept], before.head[~kept]])
    touched[number] = touched[moved[lost[used[lost]]]] = True
    for ends, end in ((head, -1), (tail, 0)):  # of several pieces the last says where, as when all are built
        here = np.flatnonzero(touched[ends])
        node_xy[ends[here]] = shapely.get_coordinates(shapely.get_point(lines[here], end))

    return StreetGraph(
        crs=before.crs,
        node_ids=node_ids,
        node_xy=node_xy,
        edge_ids=spliced(lambda graph: graph.edge_ids),
        tail=tail,
        head=head,
        length_cm=spliced(lambda graph: graph.length_cm),
        drive_ms=spliced(lambda graph: graph.drive_ms),
        lines=lines,
        open_ways={way: spliced(lambda graph, way=way: graph.open_ways[way]) for way in WAYS},  # type: ignore[misc]
        shut_ways={way: spliced(lambda graph, way=way: graph.shut_ways[way]) for way in WAYS},  # type: ignore[misc]
        off_ground=spliced(lambda graph: graph.off_ground),
    )


def _found(ids: NDArray[Any], wanted: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Where each wanted id is among the sorted ids, and whether it is there."""
    at = np.searchsorted(ids, wanted)
    there = at < len(ids)
    there[there] = ids[at[there]] == wanted[there]
    return at, there
