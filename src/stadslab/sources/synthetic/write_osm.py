"""The town as OpenStreetMap objects in an .osm.pbf: sorted, all version 1, all with one fixed time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from stadslab.sources.synthetic.noise import Floats

TIMESTAMP = "2026-01-01T00:00:00Z"
GENERATOR = "stadslab synthetic"
MOST_NODES_IN_A_WAY = 1800

Tags = dict[str, str]
Ints = NDArray[np.int64]


@dataclass
class Drawing:
    """OSM objects under construction, in plane metres.

    Ids are positions plus one, so the same drawing gives the same ids.
    """

    xy: list[tuple[float, float]] = field(default_factory=list)
    node_tags: dict[int, Tags] = field(default_factory=dict)
    ways: list[tuple[Sequence[int], Tags]] = field(default_factory=list)
    relations: list[tuple[list[tuple[str, int, str]], Tags]] = field(default_factory=list)

    def node(self, xy: Sequence[float], tags: Tags | None = None) -> int:
        """A new node; the reply is its id."""
        self.xy.append((float(xy[0]), float(xy[1])))
        if tags:
            self.node_tags[len(self.xy)] = tags
        return len(self.xy)

    def nodes(self, points: Floats) -> list[int]:
        """New nodes for points of shape (n, 2)."""
        first = len(self.xy) + 1
        self.xy.extend(map(tuple, points.tolist()))
        return list(range(first, len(self.xy) + 1))

    def tag(self, node: int, tags: Tags) -> None:
        """More tags for a node that is there already."""
        self.node_tags.setdefault(node, {}).update(tags)

    def way(self, nodes: Sequence[int], tags: Tags) -> int:
        """A new way through these nodes; the reply is its id."""
        self.ways.append((nodes, tags))
        return len(self.ways)

    def ring(self, points: Floats, tags: Tags) -> int:
        """A closed way; `points` repeats its first point at the end."""
        nodes = self.nodes(points[:-1])
        return self.way([*nodes, nodes[0]], tags)

    def surface(self, shape: BaseGeometry, tags: Tags) -> None:
        """A closed way, or a multipolygon relation where there are holes, several parts or too many corners."""
        parts = list(shape.geoms) if isinstance(shape, MultiPolygon) else [shape]
        parts = [part for part in parts if isinstance(part, Polygon) and part.area > 1]
        if not parts:
            return
        if len(parts) == 1 and not parts[0].interiors and len(parts[0].exterior.coords) <= MOST_NODES_IN_A_WAY:
            self.ring(shapely.get_coordinates(parts[0].exterior), tags)
            return
        members: list[tuple[str, int, str]] = []
        for part in parts:
            for ring, role in ((part.exterior, "outer"), *((hole, "inner") for hole in part.interiors)):
                nodes = self.nodes(shapely.get_coordinates(ring)[:-1])
                closed = [*nodes, nodes[0]]
                cuts = range(0, len(closed) - 1, MOST_NODES_IN_A_WAY - 1)
                members += [("w", self.way(closed[cut : cut + MOST_NODES_IN_A_WAY], {}), role) for cut in cuts]
        self.relations.append((members, {"type": "multipolygon", **tags}))


def chains(tail: Ints, head: Ints, key: Iterable[object]) -> list[list[tuple[int, bool]]]:
    """Edges that share a key and meet end to end, strung together: lists of (edge, forwards)."""
    groups: dict[object, list[int]] = {}
    for edge, item in enumerate(key):
        groups.setdefault(item, []).append(edge)
    strung: list[list[tuple[int, bool]]] = []
    for members in groups.values():
        at: dict[int, list[int]] = {}
        for edge in members:
            at.setdefault(int(tail[edge]), []).append(edge)
            at.setdefault(int(head[edge]), []).append(edge)
        left = set(members)
        # Begin at loose ends, then take what remains (rings).
        starts = [edge for edge in members if len(at[int(tail[edge])]) == 1 or len(at[int(head[edge])]) == 1]
        for first in [*starts, *members]:
            if first not in left:
                continue
            forwards = not (len(at[int(head[first])]) == 1 and len(at[int(tail[first])]) > 1)
            chain, edge = [], first
            while True:
                left.discard(edge)
                chain.append((edge, forwards))
                end = int(head[edge]) if forwards else int(tail[edge])
                onward = [other for other in at[end] if other in left]
                if not onward:
                    break
                edge = onward[0]
                forwards = int(tail[edge]) == end
            strung.append(chain)
    return strung


def write_pbf(path: Path, drawing: Drawing, lonlat: Floats) -> None:
    """Write the drawing. `lonlat` are the degrees of `drawing.xy`, shape (n, 2)."""
    import osmium
    from osmium.osm import mutable

    header = osmium.io.Header()
    header.set("generator", GENERATOR)
    box = osmium.osm.Box(*np.min(lonlat, axis=0).tolist(), *np.max(lonlat, axis=0).tolist())
    header.add_box(box)
    path.unlink(missing_ok=True)
    writer = osmium.SimpleWriter(str(path), 4 * 1024 * 1024, header)
    try:
        node = mutable.Node(version=1, timestamp=TIMESTAMP, visible=True)
        none: Tags = {}
        for number, place in enumerate(lonlat.tolist(), start=1):
            node.id, node.location, node.tags = number, place, drawing.node_tags.get(number, none)
            writer.add_node(node)
        for number, (nodes, tags) in enumerate(drawing.ways, start=1):
            writer.add_way(mutable.Way(id=number, nodes=nodes, tags=tags, version=1, timestamp=TIMESTAMP, visible=True))
        for number, (members, tags) in enumerate(drawing.relations, start=1):
            writer.add_relation(
                mutable.Relation(id=number, members=members, tags=tags, version=1, timestamp=TIMESTAMP, visible=True)
            )
    finally:
        writer.close()


def edge_nodes(
    drawing: Drawing, lines: NDArray[np.object_], tail: Ints, head: Ints, junction: Sequence[int]
) -> list[list[int]]:
    """Node ids along every edge; junctions are shared, the bends between are new."""
    found = []
    for line, a, b in zip(lines, tail.tolist(), head.tolist(), strict=True):
        inner = shapely.get_coordinates(line)[1:-1]
        found.append([junction[a], *drawing.nodes(inner), junction[b]])
    return found
