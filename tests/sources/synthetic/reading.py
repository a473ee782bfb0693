"""Reads the generated files with nothing of ours, so that the checks do not lean on what they check."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

WALKED = {
    "primary", "secondary", "tertiary", "unclassified", "residential", "service", "pedestrian", "footway", "cycleway",
    "path", "steps",
    "living_street", "track",
}  # fmt: skip


@dataclass
class OsmFile:
    """All objects of a file: coordinates and tags of nodes, nodes and tags of ways, members and tags of relations."""

    lonlat: dict[int, tuple[float, float]] = field(default_factory=dict)
    node_tags: dict[int, dict[str, str]] = field(default_factory=dict)
    ways: dict[int, tuple[list[int], dict[str, str]]] = field(default_factory=dict)
    relations: dict[int, tuple[list[tuple[str, int, str]], dict[str, str]]] = field(default_factory=dict)
    order: list[tuple[str, int]] = field(default_factory=list)
    stamps: set[tuple[int, str]] = field(default_factory=set)
    metric: dict[int, tuple[float, float]] = field(default_factory=dict)

    def line(self, way: int) -> shapely.LineString:
        return shapely.LineString([self.metric[node] for node in self.ways[way][0]])

    def polygon(self, way: int) -> shapely.Polygon:
        return shapely.Polygon([self.metric[node] for node in self.ways[way][0]])

    def ways_with(self, key: str, *values: str) -> list[int]:
        return [way for way, (_, tags) in self.ways.items() if key in tags and (not values or tags[key] in values)]

    def all_tags(self) -> Iterator[dict[str, str]]:
        yield from self.node_tags.values()
        yield from (tags for _, tags in self.ways.values())
        yield from (tags for _, tags in self.relations.values())


def read_osm(path: Path) -> OsmFile:
    found = OsmFile()
    for item in osmium.FileProcessor(str(path)):
        kind = item.type_str()
        found.order.append((kind, item.id))
        found.stamps.add((item.version, str(item.timestamp)))
        tags = dict(item.tags)
        if kind == "n":
            found.lonlat[item.id] = (item.lon, item.lat)
            if tags:
                found.node_tags[item.id] = tags
        elif kind == "w":
            found.ways[item.id] = ([node.ref for node in item.nodes], tags)
        else:
            found.relations[item.id] = ([(member.type, member.ref, member.role) for member in item.members], tags)
    ids = list(found.lonlat)
    east, north = Transformer.from_crs("OGC:CRS84", "EPSG:3006", always_xy=True).transform(
        *np.array([found.lonlat[node] for node in ids]).T
    )
    found.metric = dict(zip(ids, zip(east.tolist(), north.tolist(), strict=True), strict=True))
    return found


def on_foot(osm: OsmFile, without: set[int] = frozenset()) -> nx.Graph:  # type: ignore[assignment]
    """Street nodes that a walker can step between; ways in `without` are closed."""
    graph = nx.Graph()
    for way, (nodes, tags) in osm.ways.items():
        walked = tags.get("highway") in WALKED and tags.get("foot") != "no"
        ferry = tags.get("route") == "ferry" and tags.get("foot") != "no"
        if walked or ferry:
            graph.add_nodes_from(nodes)
            if way not in without:
                nx.add_path(graph, nodes)
    return graph


def by_car(osm: OsmFile) -> nx.DiGraph:
    graph = nx.DiGraph()
    cars = {"motorway", "motorway_link", "primary", "secondary", "tertiary", "unclassified", "residential", "service"}
    for nodes, tags in osm.ways.values():
        if tags.get("highway") in cars and tags.get("motor_vehicle") != "no":
            nx.add_path(graph, nodes)
            if tags.get("oneway") != "yes":
                nx.add_path(graph, nodes[::-1])
    return graph


def multipolygon(osm: OsmFile, relation: int) -> shapely.Geometry:
    """Outer rings less inner rings; rings may be cut into several ways, in order."""
    rings: dict[str, list[shapely.Polygon]] = {"outer": [], "inner": []}
    current: list[int] = []
    for _, way, role in osm.relations[relation][0]:
        nodes = osm.ways[way][0]
        current = current[:-1] + nodes if current else list(nodes)
        if current[0] == current[-1]:
            rings[role].append(shapely.Polygon([osm.metric[node] for node in current]))
            current = []
    assert not current
    return shapely.difference(shapely.union_all(rings["outer"]), shapely.union_all(rings["inner"]))


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def gtfs_table(path: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8"))))


def metric(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    east, north = Transformer.from_crs("OGC:CRS84", "EPSG:3006", always_xy=True).transform(lon, lat)
    return np.column_stack([east, north])
