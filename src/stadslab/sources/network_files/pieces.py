"""From directed edges to pieces of street: a two-way street is one piece, whichever way it was written."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stadslab.sources.network_files.edges import Edges
from stadslab.sources.osm.streets import CLASSES, STREET_KEYS, Use, says, use_of

if TYPE_CHECKING:
    import pyarrow as pa

    from stadslab.sources.osm.verdict import Tally

MODES = ("walk", "cycle", "drive")
WAY_BACK = "way back, joined to the way there"
TWICE = "the same edge twice"
NO_LINE = "no line to draw"
# Direction is told by the rows themselves, so these are not asked again.
_DIRECTION = frozenset({"oneway", "junction"})
_OWN_TAG = {"walk": "foot", "cycle": "bicycle", "drive": "motorcar"}
_ONE_WAY = frozenset({"yes", "1", "true", "-1"})


@dataclass(slots=True)
class Piece:
    """One piece of street: its best row, and whether rows lead along its line and against it."""

    row: int
    line: Any
    start: str
    stop: str
    forward: bool
    backward: bool


def join(edges: Edges, tally: Tally) -> list[Piece]:
    """Which rows are the two directions of one street? Those with one line between the same ends.

    A street that is not one-way and has no row back is two-way all the same (`oneway` says so; a file without that
    column and without a single row back is taken as undirected).
    """
    groups: dict[tuple[bytes, frozenset[str]], list[tuple[int, bool]]] = defaultdict(list)
    lines = _whole_lines(edges, tally)
    for row, line in enumerate(lines):
        if line is not None:
            key, along = _shape(line)
            groups[key, frozenset((edges.start[row], edges.stop[row]))].append((row, along))
    directed = any(len(_directions(edges, rows)) > 1 for rows in groups.values())
    pieces = []
    for rows in groups.values():
        by_direction = _directions(edges, rows)
        there = min(by_direction.values(), key=lambda same: _rank(edges, same[0]))
        row = there[0]
        tally.drop(TWICE, *(_where(edges, extra) for same in by_direction.values() for extra in same[1:]))
        back = [same[0] for same in by_direction.values() if same is not there]
        tally.join(WAY_BACK, len(back))
        said = edges.tags[row].get("oneway")
        two_way = bool(back) or (said not in _ONE_WAY if said is not None else not directed)
        start, stop = _ends(edges, row, lines[row])
        pieces.append(Piece(row, lines[row], start, stop, said != "-1" or two_way, said == "-1" or two_way))
    if not directed:
        tally.note("no street has a row for each direction: what is not tagged one-way counts as two-way")
    return pieces


def _whole_lines(edges: Edges, tally: Tally) -> list[Any]:
    import shapely

    lines: list[Any] = []
    for row, line in enumerate(edges.lines):
        whole = line
        if line is not None and line.geom_type == "MultiLineString":
            whole = shapely.line_merge(line)
        if whole is None or whole.geom_type != "LineString" or whole.is_empty:
            tally.drop(NO_LINE, _where(edges, row))
            whole = None
        lines.append(whole)
    return lines


def _shape(line: Any) -> tuple[bytes, bool]:
    """The line whichever way it is drawn (to 1e-7 degrees, a centimetre), and whether it is drawn so."""
    import shapely

    points = shapely.get_coordinates(line).round(7) + 0.0
    there, back = points.tobytes(), points[::-1].tobytes()
    return min(there, back), there <= back


def _directions(edges: Edges, rows: list[tuple[int, bool]]) -> dict[object, list[int]]:
    """Rows by direction: by their named ends where these differ, else by how the line is drawn."""
    found: dict[object, list[int]] = {}
    for row, along in rows:
        direction: object = edges.start[row] if edges.start[row] != edges.stop[row] else along
        found.setdefault(direction, []).append(row)
    return {direction: sorted(same, key=lambda row: _rank(edges, row)) for direction, same in found.items()}


def _rank(edges: Edges, row: int) -> tuple[Any, ...]:
    """An order that does not depend on the order of the file."""
    tags = edges.tags[row]
    return (
        _number(edges.start[row]),
        _number(edges.stop[row]),
        tags.get("edge", ""),
        tags.get("way", ""),
        edges.lines[row].wkb,
    )


def _number(name: str) -> tuple[int, str]:
    return (int(name), "") if name.lstrip("-").isdigit() else (0, name)


def _where(edges: Edges, row: int) -> str:
    return f"{edges.file}, row {edges.rows[row]}"


def _ends(edges: Edges, row: int, line: Any) -> tuple[str, str]:
    if edges.start[row] and edges.stop[row]:
        prefix = "osm:node" if "way" in edges.tags[row] else "network:node"
        return f"{prefix}/{edges.start[row]}", f"{prefix}/{edges.stop[row]}"
    first, last = line.coords[0], line.coords[-1]
    return f"network:node/{first[0]:.7f},{first[1]:.7f}", f"network:node/{last[0]:.7f},{last[1]:.7f}"


def use_of_edge(tags: dict[str, str], modes: tuple[str, ...]) -> Use:
    """Who may use this edge, both directions open? Of several classes or values, what all of them allow."""
    plain = {k: v for k, v in tags.items() if k in STREET_KEYS and k not in _DIRECTION} | {"oneway": "no"}
    if says(tags.get("access")) is not False:
        for mode in modes:  # the network is drawn for them
            plain.setdefault(_OWN_TAG[mode], "yes")
    ranks = {name: i for i, name in enumerate(CLASSES)}
    classes = sorted(tags.get("highway", "road").split(";"), key=lambda name: (ranks.get(name, len(ranks)), name))
    uses = [use_of({**plain, "highway": name}) for name in classes]
    open_to = modes or MODES
    first = uses[0]
    return Use(
        highway=first.highway,
        walk="walk" in open_to and all(use.walk for use in uses),
        cycle_forward="cycle" in open_to and all(use.cycle_forward for use in uses),
        cycle_backward="cycle" in open_to and all(use.cycle_backward for use in uses),
        drive_forward="drive" in open_to and all(use.drive_forward for use in uses),
        drive_backward="drive" in open_to and all(use.drive_backward for use in uses),
        speed_kmh=min(use.speed_kmh for use in uses),
        surface=first.surface,
        bridge=first.bridge,
        tunnel=first.tunnel,
        level=first.level,
        steps=first.steps,
    )


def streets_table(edges: Edges, pieces: list[Piece], modes: tuple[str, ...]) -> pa.Table:
    """Rows of the streets layer."""
    import numpy as np
    import pyarrow as pa
    import shapely
    from pyproj import Geod

    cache: dict[tuple[tuple[str, str], ...], Use] = {}
    uses = []
    for piece in pieces:
        said = tuple(sorted((k, v) for k, v in edges.tags[piece.row].items() if k in STREET_KEYS))
        if said not in cache:
            cache[said] = use_of_edge(dict(said), modes)
        uses.append(cache[said])
    lines = np.array([piece.line for piece in pieces], dtype=object)
    coordinates, of = shapely.get_coordinates(lines, return_index=True)
    lon, lat = coordinates[:, 0], coordinates[:, 1]
    _, _, steps = Geod(ellps="WGS84").inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    lengths = np.bincount(of[1:], weights=np.where(of[1:] == of[:-1], steps, 0.0), minlength=len(pieces))
    forward = [piece.forward for piece in pieces]
    backward = [piece.backward for piece in pieces]
    tags = [edges.tags[piece.row] for piece in pieces]
    return pa.table(
        {
            "id": pa.array(_ids(edges, pieces), pa.string()),
            "from_node": pa.array([piece.start for piece in pieces], pa.string()),
            "to_node": pa.array([piece.stop for piece in pieces], pa.string()),
            "geometry": pa.array(list(shapely.to_wkb(shapely.force_2d(lines))), pa.binary()),
            "length_m": pa.array(lengths, pa.float64()),
            "highway": pa.array([use.highway for use in uses], pa.string()),
            "name": pa.array([t.get("name") for t in tags], pa.string()),
            "walk": pa.array([use.walk for use in uses], pa.bool_()),
            "cycle_forward": pa.array([u.cycle_forward and f for u, f in zip(uses, forward, strict=True)], pa.bool_()),
            "cycle_backward": pa.array(
                [u.cycle_backward and b for u, b in zip(uses, backward, strict=True)], pa.bool_()
            ),
            "drive_forward": pa.array([u.drive_forward and f for u, f in zip(uses, forward, strict=True)], pa.bool_()),
            "drive_backward": pa.array(
                [u.drive_backward and b for u, b in zip(uses, backward, strict=True)], pa.bool_()
            ),
            "speed_kmh": pa.array([use.speed_kmh for use in uses], pa.float64()),
            "surface": pa.array([use.surface for use in uses], pa.string()),
            "bridge": pa.array([use.bridge for use in uses], pa.bool_()),
            "tunnel": pa.array([use.tunnel for use in uses], pa.bool_()),
            "level": pa.array([use.level for use in uses], pa.int16()),
            "steps": pa.array([use.steps for use in uses], pa.bool_()),
        }
    )


def _ids(edges: Edges, pieces: list[Piece]) -> list[str]:
    """`osm:way/<way>#<from>-<to>` where the file names way and nodes, else `network:edge/<name>`; repeats get `~2`, ...

    A piece that runs over several ways bears the smallest of their numbers; repeats are told apart by their lines.
    """
    names = []
    for piece in pieces:
        tags = edges.tags[piece.row]
        way = min(tags["way"].split(";"), key=_number) if "way" in tags else ""
        if way and edges.start[piece.row]:
            names.append(f"osm:way/{way}#{edges.start[piece.row]}-{edges.stop[piece.row]}")
        elif "edge" in tags:
            names.append(f"network:edge/{tags['edge']}")
        elif edges.start[piece.row]:
            names.append(f"network:edge/{edges.start[piece.row]}-{edges.stop[piece.row]}")
        else:
            names.append(f"network:edge/{hashlib.sha256(piece.line.wkb).hexdigest()[:16]}")
    seen: Counter[str] = Counter()
    for i in sorted(range(len(pieces)), key=lambda i: (names[i], pieces[i].line.wkb)):
        name = names[i]
        seen[name] += 1
        if seen[name] > 1:
            names[i] = f"{name}~{seen[name]}"
    return names
