"""Edges of a street network as files hold them: GeoParquet, GeoPackage or another vector file, or GraphML."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stadslab.core.errors import InputError, Problem
from stadslab.sources._tables import Table, read_table

# Names under which programs write the same thing; the first that a file has is used.
NAMES: dict[str, tuple[str, ...]] = {
    "from": ("u", "from", "source", "from_node"),
    "to": ("v", "to", "target", "to_node"),
    "way": ("osmid", "osm_id", "osm_way_id", "way_id"),
    "edge": ("edge_id",),
    "highway": ("highway", "fclass"),
    "maxspeed": ("maxspeed", "maxspeed_kmh", "speed_kph", "speed_kmh"),
}
NODE_NAMES = ("osmid", "id", "node", "node_id")


@dataclass(slots=True)
class Edges:
    """Directed edges, one row each, in the order of the file.

    start, stop: names of the end nodes as the file has them (empty: the file names none). lines: shapely lines in
    longitude and latitude from start to stop, None where there is none. tags: column to text for each row.
    """

    file: str
    start: list[str]
    stop: list[str]
    lines: list[Any]
    tags: list[dict[str, str]]
    rows: list[int]
    notes: list[str] = field(default_factory=list)


def values_of(value: Any) -> list[str]:
    """What does a cell hold? `['a', 'b']` written as text, a real list, one value, or nothing? Always a list."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return []
    if isinstance(value, list | tuple | set):
        return sorted({word for item in value for word in values_of(item)})
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if isinstance(value, float):
        return [f"{value:.10g}"]
    text = str(value).strip()
    if text[:1] == "[" and text[-1:] == "]":
        try:
            return values_of(ast.literal_eval(text))
        except (ValueError, SyntaxError):
            return [text]
    if text.lower() in ("", "nan", "none", "null"):
        return []
    return [{"true": "yes", "false": "no"}.get(text.lower(), text)]


def read_edges(paths: list[Path]) -> Edges:
    """The edges of a network: one GraphML file, one file of edges, or one of edges and one of nodes."""
    if len(paths) == 1 and paths[0].suffix.lower() == ".graphml":
        return _from_graphml(paths[0])
    edges, nodes = _told_apart(paths)
    start = _text(edges, _found(edges, "from"))
    stop = _text(edges, _found(edges, "to"))
    points = {} if nodes is None else _node_points(nodes)
    lines = _lonlat(edges.geometry, edges.crs, edges.file) if edges.geometry is not None else [None] * len(edges)
    if edges.geometry is None and not points:
        hint = "give the file of the nodes as well, or edges with a geometry"
        raise InputError(Problem(edges.file, "the edges have no geometry", hint))
    columns = {name: edges.columns[name].to_pylist() for name in edges.columns}
    found = Edges(edges.file, start, stop, list(lines), _tags(columns, len(edges)), list(edges.rows), list(edges.notes))
    _straighten(found, points)
    return found


def _told_apart(paths: list[Path]) -> tuple[Table, Table | None]:
    """Which table holds the edges, and which the nodes? Edges have two ends or lines."""
    tables = [table for path in paths for table in _tables_in(path)]
    edges = [table for table in tables if _is_edges(table)]
    nodes = [table for table in tables if not _is_edges(table)]
    if len(edges) != 1 or len(nodes) > 1:
        seen = ", ".join(f"{t.file} ({'edges' if _is_edges(t) else 'no edges'})" for t in tables)
        hint = "give one file of edges (columns u and v, or lines), and at most one of nodes"
        raise InputError(Problem("network_files", f"one table of edges is needed, found: {seen}", hint))
    return edges[0], nodes[0] if nodes else None


def _tables_in(path: Path) -> list[Table]:
    if path.suffix.lower() == ".graphml":
        raise InputError(Problem(path.name, "a GraphML file holds the whole network", "give it alone"))
    if path.suffix.lower() != ".gpkg":
        return [read_table(path)]
    import pyogrio

    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    except pyogrio.errors.DataSourceError:
        layers = []  # the reader below says what is wrong
    pair = [name for name in ("edges", "nodes") if name in layers]
    return [read_table(path, name) for name in pair] or [read_table(path)]


def _is_edges(table: Table) -> bool:
    if _found(table, "from") and _found(table, "to"):
        return True
    shape = next((shape for shape in (table.geometry if table.geometry is not None else ()) if shape is not None), None)
    return shape is not None and "LineString" in shape.geom_type


def _found(table: Table, sort: str) -> str | None:
    return next((name for name in NAMES[sort] if name in table.columns), None)


def _text(table: Table, column: str | None) -> list[str]:
    return [""] * len(table) if column is None else table.text(column)


def _tags(columns: Mapping[str, list[Any]], rows: int) -> list[dict[str, str]]:
    """Every column as text, lists joined by semicolons as in OpenStreetMap; blank cells left out."""
    renamed = {
        next((sort for sort, names in NAMES.items() if name in names), name): name for name in reversed(list(columns))
    }
    tags: list[dict[str, str]] = [{} for _ in range(rows)]
    for key, name in renamed.items():
        cache: dict[Any, str] = {}
        for row, value in enumerate(columns[name]):
            if value is None:
                continue
            known = value if isinstance(value, str | int | float | bool) else repr(value)
            if known not in cache:
                cache[known] = ";".join(values_of(value))
            if cache[known]:
                tags[row][key] = cache[known]
    return tags


def _node_points(nodes: Table) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of each node by its name."""
    import shapely

    name = next((n for n in NODE_NAMES if n in nodes.columns), None)
    if name is None:
        raise InputError(
            Problem(nodes.file, "the nodes have no id", f"one of the columns {', '.join(NODE_NAMES)} is needed")
        )
    if nodes.geometry is not None:
        shapes = _lonlat(nodes.geometry, nodes.crs, nodes.file)
    elif "x" in nodes.columns and "y" in nodes.columns:
        x, y = (nodes.columns[c].cast("double").to_numpy(zero_copy_only=False) for c in ("x", "y"))
        shapes = _lonlat(shapely.points(x, y), "", nodes.file)
    else:
        raise InputError(Problem(nodes.file, "the nodes have no place", "a geometry, or columns x and y, is needed"))
    return {key: (p.x, p.y) for key, p in zip(nodes.text(name), shapes, strict=True) if p is not None}


def _straighten(edges: Edges, points: Mapping[str, tuple[float, float]]) -> None:
    """Edges without a line go straight from node to node."""
    import shapely

    straight = 0
    for i, line in enumerate(edges.lines):
        ends = (points.get(edges.start[i]), points.get(edges.stop[i]))
        if line is None and None not in ends:
            edges.lines[i] = shapely.LineString([end for end in ends if end is not None])
            straight += 1
    if straight:
        edges.notes.append(f"{straight:,} edges have no geometry of their own and go straight from node to node")


def _lonlat(shapes: Any, crs: str, file: str) -> Any:
    """The shapes in longitude and latitude. Raises `InputError` when nothing tells what their numbers mean."""
    import numpy as np
    import pyproj
    import shapely

    shapes = np.asarray(shapes, dtype=object)
    if crs:
        try:
            stated = pyproj.CRS.from_user_input(crs)
        except pyproj.exceptions.CRSError:
            hint = "write it with a known one, such as EPSG:4326"
            raise InputError(Problem(file, f"the coordinate system {crs[:80]!r} is not known", hint)) from None
        if stated.is_projected:
            to_lonlat = pyproj.Transformer.from_crs(stated, "OGC:CRS84", always_xy=True)

            def moved(x: Any, y: Any) -> Any:
                return to_lonlat.transform(x, y)

            shapes = shapely.transform(shapes, moved, interleaved=False)
    west, south, east, north = shapely.total_bounds(shapes)
    if west < -180 or east > 180 or south < -90 or north > 90:
        what = f"coordinates reach from {west:g}, {south:g} to {east:g}, {north:g}: no longitudes and latitudes"
        raise InputError(Problem(file, what, "write the file with its coordinate system, or in EPSG:4326"))
    return shapes


# --- GraphML -------------------------------------------------------------------------------------------------

_SPACE = "{http://graphml.graphdrawing.org/xmlns}"


def _from_graphml(path: Path) -> Edges:
    """Nodes with x and y, edges with attributes and perhaps a line as text, as OSMnx and networkx write them."""
    import shapely

    keys: dict[str, str] = {}
    points: dict[str, tuple[float, float]] = {}
    ends: list[tuple[str, str]] = []
    columns: list[dict[str, str]] = []
    crs = ""
    for sort, called, said in _graphml_items(path, keys):
        if sort == "graph":
            crs = said.get("crs", "")
        elif sort == "node" and "x" in said and "y" in said:
            points[called[0]] = (float(said["x"]), float(said["y"]))
        elif sort == "edge":
            ends.append((called[0], called[1]))
            columns.append(said)
    if not ends:
        raise InputError(
            Problem(path.name, "there is no edge in the file", "write the graph again, for instance with OSMnx")
        )
    moved = _lonlat(shapely.points(list(points.values())), crs, path.name) if points else []
    points = {name: (p.x, p.y) for name, p in zip(points, moved, strict=True)}
    lines = [shapely.from_wkt(said["geometry"]) if said.get("geometry") else None for said in columns]
    if any(line is not None for line in lines):
        lines = list(_lonlat(lines, crs, path.name))
    names = sorted({name for said in columns for name in said} - {"geometry"})
    table = {name: [said.get(name) for said in columns] for name in names}
    rows = list(range(1, len(ends) + 1))
    edges = Edges(path.name, [a for a, _ in ends], [b for _, b in ends], lines, _tags(table, len(ends)), rows)
    _straighten(edges, points)
    return edges


def _graphml_items(path: Path, keys: dict[str, str]) -> Iterable[tuple[str, tuple[str, ...], dict[str, str]]]:
    """(graph, node or edge; its names; its data) one after the other."""
    from xml.etree import ElementTree

    try:
        with path.open("rb") as file:
            for _, item in ElementTree.iterparse(file):  # noqa: S314 - expat bounds entity expansion itself
                tag = item.tag.removeprefix(_SPACE)
                if tag == "key":
                    keys[item.attrib["id"]] = item.attrib.get("attr.name", item.attrib["id"])
                elif tag in ("node", "edge", "graph"):
                    names = (item.get("id", ""),) if tag != "edge" else (item.get("source", ""), item.get("target", ""))
                    yield (
                        tag,
                        names,
                        {keys.get(d.get("key", ""), ""): d.text or "" for d in item.findall(f"{_SPACE}data")},
                    )
                    if tag != "graph":
                        item.clear()
    except (ElementTree.ParseError, ValueError) as error:
        raise InputError(Problem(path.name, f"this is not whole GraphML: {error}", "write the graph again")) from None
