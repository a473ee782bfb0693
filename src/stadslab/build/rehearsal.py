"""Every way the searches can go, once, on a street of nine houses: so that their kernels are compiled.

Which way a question takes depends on how many homes and places there are, so asking one question of one city would
leave kernels for the next question to wait for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from stadslab.build.interactive import Change, Interactive
from stadslab.build.searchable import Ends
from stadslab.kernels import (
    UNREACHABLE,
    access,
    centrality,
    contraction,
    csr,
    lanes,
    nearest,
    order,
    raster,
    rasterize,
    reach,
    shortest,
    tally,
    vectortile,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOUSES, BLOCK_CM, LIMIT_CM = 9, 10_000, 25_000
MANY = 300  # places: enough for two threads


def _street() -> csr.Graph:
    at = np.arange(HOUSES - 1, dtype=np.int32)
    return csr.build(HOUSES, np.append(at, at + 1), np.append(at + 1, at), np.full(2 * len(at), BLOCK_CM, np.int32))


def _at(nodes: NDArray[np.int64]) -> Ends:
    pairs = np.full((len(nodes), 2), -1, np.int32)
    pairs[:, 0] = nodes
    return Ends(pairs, np.zeros_like(pairs))


def sums_and_lists() -> None:
    """Counts, sums that fade and the nearest, searched from homes, from places and as a wave."""
    street, homes, places = _street(), _at(np.arange(HOUSES)), _at(np.arange(MANY) % HOUSES)
    order.along_curve(np.zeros((HOUSES, 2)))
    network = contraction.contract(street.indptr, street.indices, street.cost)
    none, count = np.zeros(0, np.int32), len(places.node)
    seek = lanes.seekers(
        places.node, places.cost, np.zeros(count + 1, np.int64), none, none, nodes=HOUSES, items=HOUSES
    )
    back = lanes.seekers(homes.node, homes.cost, np.zeros(HOUSES + 1, np.int64), none, none, nodes=HOUSES, items=count)
    found, there = (lanes.items(ends.node, ends.cost, nodes=HOUSES) for ends in (homes, places))
    load = access.load(1, np.arange(count + 1), np.zeros(count, np.int32), np.ones(count, np.int64))
    limits, decay = np.array([LIMIT_CM], np.int32), access.decay_table(np.ones_like, LIMIT_CM)
    access.sums_for_items(network, seek, found, load, limits)
    access.sums_for_seekers(network, back, there, load, limits)
    access.decayed_for_items(network, seek, found, load, decay, LIMIT_CM)
    access.decayed_for_seekers(network, back, there, load, decay, LIMIT_CM)
    access.nearest_for_items(network, seek, found, load, LIMIT_CM, 2, threads=2)
    access.nearest_for_seekers(network, back, there, load, LIMIT_CM, 2)
    nearest.nearest(network, seek, homes.node, homes.cost, load, LIMIT_CM, 2)


def changes() -> None:
    """Streets and places that come and go under a question that stays open."""
    live = Interactive(
        _street(), _at(np.arange(HOUSES)), _at(np.arange(4)), np.zeros(4, np.int32), 1, limits=(LIMIT_CM,), k=2,
        near_limit=LIMIT_CM,
    )  # fmt: skip
    away, back = [(1, 2, BLOCK_CM), (2, 1, BLOCK_CM)], [(0, 2, BLOCK_CM), (2, 0, BLOCK_CM)]
    live.change(Change(gone=away, come=back, places={0: None, 4: ((8, -1), (0, 0), 0)}))
    doors, now = np.arange(2, dtype=np.int32), live.graph.backward()
    shortest.met_in_rows(now.core_start, now.core_stop, now.core_to, doors)


def searches_from_one_point() -> None:
    """Ways, parts of the network, and tables of costs."""
    street = _street()
    graph = street.indptr, street.indices, street.cost
    one, free = np.zeros(1, np.int32), np.zeros(1, np.int32)
    each, far = np.arange(HOUSES + 1), np.full(1, HOUSES - 1, np.int32)
    house, nothing, empty = np.arange(HOUSES, dtype=np.int32), np.zeros(HOUSES, np.int32), np.zeros(0, np.int32)
    label = shortest.from_seeds(*graph, one, free, LIMIT_CM)
    shortest.at_points(label, each, house, nothing, LIMIT_CM)
    shortest.path(*graph, one, free, far, free, HOUSES * BLOCK_CM)
    shortest.components(*graph[:2])
    shortest.strong_components(*graph[:2])
    reach.cost_table(
        *graph, each, house, nothing, each, house, nothing, HOUSES, np.zeros(HOUSES + 1, np.int64), empty, empty,
        LIMIT_CM,
    )  # fmt: skip


def through_each_street() -> None:
    """Betweenness near by and across the whole network, with and without weights, and closeness."""
    street, ring = _street(), np.arange(MANY, dtype=np.int32)
    onward, across = np.roll(ring, -1), np.array([0, MANY // 2], np.int32)
    tail, head = np.concatenate([ring, onward, across]), np.concatenate([onward, ring, across[::-1]])
    loop = csr.build(MANY, tail, head, np.full(len(tail), BLOCK_CM, np.int32))
    for graph in ((g.indptr, g.indices, g.cost) for g in (street, loop)):
        for limit in (LIMIT_CM, UNREACHABLE - 1):
            centrality.betweenness(*graph, limit)
        centrality.betweenness(*graph, LIMIT_CM, origins=np.ones(len(graph[0]) - 1, np.int64))
        centrality.closeness(*graph, LIMIT_CM)


def points_in_areas() -> None:
    """Points found in areas and counted, with and without their time."""
    x = np.array([0.0, 1.0, 1.0, 0.0])
    y = np.array([0.0, 0.0, 1.0, 1.0])
    square = rasterize.Borders(x, y, np.roll(x, -1), np.roll(y, -1), np.zeros(4, np.int32), 0.0, np.zeros((0, 4)))
    middle = np.full(4, 0.5)
    found = rasterize.rasterize(square, lambda u, v: np.where((u - u) + (v - v) == 0, 0, -1).astype(np.int32))
    area, _ = raster.locate(found, middle, middle)
    cells, cell = np.zeros(1, np.uint32), np.zeros(4, np.int64)
    tally.tally(area, cells)
    time, one = np.zeros(4, np.int64), np.ones(4, np.int64)
    for column in (time, one):
        column.flags.writeable = False  # as columns of files are
    tally.tally_by_time(area, time, 0, 60, np.zeros(1, np.int32), 1, cells, cell)
    tally.add_up(cell, one, np.zeros(1, np.int64))
    tally.add_up(area, one, np.zeros(1, np.int64))


def tiles() -> None:
    """Points, lines and areas cut for a map."""
    corner = np.array([0.0, 1.0, 1.0])
    part, whole = np.array([0, 3]), np.array([0, 1])
    for kind in (vectortile.POINTS, vectortile.LINES, vectortile.POLYGONS):
        given = vectortile.shapes(kind, corner, corner[::-1], part, np.ones(1, np.uint8), whole)
        geometry, ends = vectortile.geometries(given, whole[:1], vectortile.window(0, 0, 0, margin=64))
        vectortile.features(kind, geometry, ends, whole[:1], np.zeros((1, 1), np.int32))
    vectortile.gathered(np.zeros(1, np.uint8), whole, whole[:1])


STEPS: dict[str, Callable[[], None]] = {
    "walks": sums_and_lists,
    "walks that follow edits": changes,
    "ways and tables": searches_from_one_point,
    "centrality": through_each_street,
    "points": points_in_areas,
    "map": tiles,
}
