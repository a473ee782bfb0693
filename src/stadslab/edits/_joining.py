"""Fitting a new line into the streets: where it joins them, which pieces that splits, and into what.

Everything here is decided in a flat plane around the line (see `_ground`) and told in ids and degrees. Order never
matters: ties go to the piece whose id comes first.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from stadslab.core.city import City
from stadslab.edits import _ground as ground
from stadslab.edits._ground import LonLat
from stadslab.edits._modes import FLAGS
from stadslab.edits._near import Box, rows_near

MERGE_M = 1.0  # a join this near to a junction, or to another join, is that one: no slivers shorter than this
TOUCH_M = 0.5  # lines this near touch
REACH_M = 500.0  # around a line, and how far its ends may join: streets that are looked at first
EVERYWHERE = (-math.inf, -math.inf, math.inf, math.inf)
OVERSHOOT_M = 5.0  # a line drawn this far beyond the street it was meant to end at stops there


@dataclass(frozen=True, slots=True)
class Contact:
    """A point where the new line meets the streets (or just ends)."""

    along_m: float
    node: str
    at: LonLat
    piece: str | None = None  # the piece that brought it here; None where the line ends in the open
    splits: bool = False


@dataclass(frozen=True, slots=True)
class OpenEnd:
    """An end that joins nothing: 1 or 2, and the nearest piece it might have meant."""

    number: int
    nearest: str | None
    name: str | None
    away_m: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """The new line among the streets. lines: longitude and latitude of each new piece, between consecutive contacts."""

    contacts: tuple[Contact, ...]
    lines: tuple[NDArray[np.float64], ...]
    cuts: dict[str, tuple[tuple[float, str, LonLat], ...]]  # old piece: (metres along it, new junction, where)
    open_ends: tuple[OpenEnd, ...]


@dataclass(slots=True)
class _Streets:
    """The pieces a new line can share a mode with, at ground level, flattened."""

    rows: pa.Table
    lines: NDArray[np.object_]
    plane: ground.Plane
    cuts: dict[int, list[tuple[float, str, LonLat]]] = field(default_factory=dict)

    def near(self, shape: Any, within_m: float) -> NDArray[np.int64]:
        """Row numbers of the pieces within a distance, in order of id."""
        import shapely

        box = np.array(shape.bounds) + np.array([-within_m, -within_m, within_m, within_m])
        bounds = shapely.bounds(self.lines)
        maybe = np.flatnonzero(
            ~((bounds[:, 0] > box[2]) | (bounds[:, 2] < box[0]) | (bounds[:, 1] > box[3]) | (bounds[:, 3] < box[1]))
        )
        return np.asarray(maybe[shapely.distance(self.lines[maybe], shape) <= within_m])

    def away(self, metres: NDArray[np.float64]) -> float:
        """Distance from a point to the nearest piece; infinite when there is none."""
        import shapely

        return float(shapely.distance(self.lines, shapely.Point(metres)).min()) if self.lines.size else math.inf

    def contact(self, number: int, along_piece: float, along_m: float) -> Contact:
        """Join at this many metres along a piece: at its junction when that is near, else by splitting it."""
        line, piece = self.lines[number], self.rows["id"][number].as_py()
        ends = ((along_piece, "from_node", 0), (line.length - along_piece, "to_node", -1))
        away, column, vertex = min(ends, key=lambda end: end[0])
        if away <= MERGE_M:
            return Contact(along_m, self.rows[column][number].as_py(), self._lonlat(line.coords[vertex]), piece)
        made = self.cuts.setdefault(number, [])
        for cut, node, at in made:
            if abs(cut - along_piece) <= MERGE_M:
                return Contact(along_m, node, at, piece, True)
        point = line.interpolate(along_piece)
        at = ground.rounded(self._lonlat((point.x, point.y)))
        node = f"at:{ground.at_text(at)}"
        made.append((along_piece, node, at))
        return Contact(along_m, node, at, piece, True)

    def _lonlat(self, metres: Sequence[float]) -> LonLat:
        lon, lat = self.plane.lonlat(np.asarray(metres[:2]))
        return round(float(lon), 12), round(float(lat), 12)


def fit(city: City, line: Sequence[LonLat], modes: Sequence[str], at_grade: bool, join_within_m: float) -> Fitted:
    """Where this line joins the streets that share a mode with it.

    Its ends join within `join_within_m`, by going on to the nearest street (or stopping at it, when drawn a little too
    far). At grade it also joins every street at ground level that it crosses or touches; never itself.
    """
    import shapely

    drawn = np.asarray(line, dtype=np.float64)
    plane = ground.Plane(float(drawn[:, 0].mean()), float(drawn[:, 1].mean()))
    path = plane.flat(drawn)
    # beyond this nothing joins it, and where both ends have a street within it no other is nearer
    reach = join_within_m + REACH_M
    streets = _streets(city, modes, plane, plane.around(drawn, reach))
    if max(streets.away(path[0]), streets.away(path[-1])) > reach:
        streets = _streets(city, modes, plane, EVERYWHERE)
    ends: dict[int, Contact] = {}
    open_ends: list[OpenEnd] = []
    away = [streets.away(path[0]), streets.away(path[-1])]
    for number in (1, 2) if away[0] <= away[1] else (2, 1):  # the nearer first: the other must not turn back to it
        forward = path if number == 1 else path[::-1]
        joined, forward = _join_end(streets, forward, join_within_m, at_grade, bool(ends))
        if joined is None:
            open_ends.append(_open_end(streets, forward[0], number))
            here = ground.rounded(streets.plane.lonlat(forward[0]).tolist())
            joined = Contact(0.0, f"at:{ground.at_text(here)}", here)
        ends[number] = joined
        path = forward if number == 1 else forward[::-1]
    contacts = [ends[1], ends[2]]
    shape = shapely.LineString(path)
    first, last = (
        contacts[0],
        Contact(shape.length, contacts[1].node, contacts[1].at, contacts[1].piece, contacts[1].splits),
    )
    middle = _crossings(streets, shape) if at_grade else []
    ordered = _in_order(first, middle, last)
    lines = tuple(_between(streets.plane, shape, a, b) for a, b in itertools.pairwise(ordered))
    ids = streets.rows["id"]
    cuts = {ids[number].as_py(): tuple(sorted(made)) for number, made in sorted(streets.cuts.items())}
    return Fitted(tuple(ordered), lines, cuts, tuple(sorted(open_ends, key=lambda end: end.number)))


def _streets(city: City, modes: Sequence[str], plane: ground.Plane, box: Box) -> _Streets:
    """Those with some part in a box (longitude and latitude), in order of id."""
    import shapely

    flags = [column for mode in modes for column in FLAGS[mode]]
    columns = ("id", "from_node", "to_node", "geometry", "name", "bridge", "tunnel", "level", *flags)
    rows = rows_near(city["streets"], box, columns)
    raised = pc.or_(pc.or_(rows["bridge"], rows["tunnel"]), pc.not_equal(rows["level"], 0))
    shared = pa.chunked_array([pa.array(np.zeros(rows.num_rows, dtype=bool))])
    for flag in flags:
        shared = pc.or_(shared, rows[flag])
    rows = rows.filter(pc.and_not(shared, raised)).combine_chunks()
    return _Streets(rows, np.asarray(shapely.transform(ground.geometries(rows), plane.flat), dtype=object), plane)


def _join_end(
    streets: _Streets, path: NDArray[np.float64], within_m: float, at_grade: bool, other_joined: bool
) -> tuple[Contact | None, NDArray[np.float64]]:
    """Join the first vertex of a path; returns the contact and the path that begins there.

    An end does not turn back to a street that its own line has just come from or crossed: a short side street stays a
    dead end. Drawn a little beyond the street, it stops there.
    """
    import shapely
    from shapely.ops import substring

    end, shape = shapely.Point(path[0]), shapely.LineString(path)
    near = streets.near(end, within_m)
    away = shapely.distance(streets.lines[near], end)
    for which in np.argsort(away, kind="stable").tolist():
        number = int(near[which])
        target = streets.lines[number]
        if away[which] > TOUCH_M:
            met = _points(shape.intersection(target))
            overshoot = [d for d in (shape.project(p) for p in met) if d <= min(OVERSHOOT_M, shape.length - MERGE_M)]
            met = met if at_grade else []
            if other_joined and target.distance(shapely.Point(path[-1])) <= TOUCH_M:
                met = [*met, shapely.Point(path[-1])]
            tails = [shape.project(p) for p in met]
            if overshoot:
                path = np.asarray(substring(shape, min(overshoot), shape.length).coords)
            elif tails and away[which] > min(tails) / 2:
                continue
        contact = streets.contact(number, target.project(shapely.Point(path[0])), 0.0)
        joint = streets.plane.flat(np.asarray(contact.at))
        rest = path[1:] if math.dist(joint, path[0]) <= MERGE_M else path
        return contact, np.vstack([joint, rest])
    return None, path


def _open_end(streets: _Streets, end: NDArray[np.float64], number: int) -> OpenEnd:
    import shapely

    if not streets.lines.size:
        return OpenEnd(number, None, None, math.inf)
    away = shapely.distance(streets.lines, shapely.Point(end))
    nearest = int(away.argmin())
    return OpenEnd(
        number, streets.rows["id"][nearest].as_py(), streets.rows["name"][nearest].as_py(), float(away[nearest])
    )


def _crossings(streets: _Streets, shape: Any) -> list[Contact]:
    import shapely

    found: list[Contact] = []
    vertices = [shapely.Point(c) for c in shape.coords]
    for number in streets.near(shape, TOUCH_M).tolist():
        other = streets.lines[number]
        points = _points(shape.intersection(other))
        points += [
            p for p in (shapely.Point(other.coords[0]), shapely.Point(other.coords[-1])) if p.distance(shape) <= TOUCH_M
        ]
        points += [p for p in vertices if p.distance(other) <= TOUCH_M]
        for along_piece, along_m in sorted((other.project(p), shape.project(p)) for p in points):
            found.append(streets.contact(number, along_piece, along_m))
    return found


def _points(shape: Any) -> list[Any]:
    """An intersection as points: where lines cross, and both ends of where they run together."""
    import shapely

    if shape.is_empty:
        return []
    if shape.geom_type == "Point":
        return [shape]
    if shape.geom_type == "LineString":
        return [shapely.Point(shape.coords[0]), shapely.Point(shape.coords[-1])]
    return [point for part in shape.geoms for point in _points(part)]


def _in_order(first: Contact, middle: Iterable[Contact], last: Contact) -> list[Contact]:
    """Contacts along the line, each junction once wherever the line passes it, the ends kept."""
    ordered = [first]
    for contact in sorted(middle, key=lambda c: (c.along_m, c.node)):
        before = ordered[-1]
        same = contact.node == before.node or contact.at == before.at
        if not same and not (contact.node == last.node and last.along_m - contact.along_m <= 2 * MERGE_M):
            ordered.append(contact)
    while len(ordered) > 1 and (ordered[-1].node == last.node or ordered[-1].at == last.at):
        ordered.pop()
    return [*ordered, last]


def _between(plane: ground.Plane, shape: Any, a: Contact, b: Contact) -> NDArray[np.float64]:
    from shapely.ops import substring

    inner = plane.lonlat(np.asarray(substring(shape, a.along_m, b.along_m).coords))[1:-1]
    line = np.vstack([a.at, inner.reshape(-1, 2), b.at])
    changes = np.any(np.diff(line, axis=0) != 0, axis=1)
    return np.vstack([line[:1], line[1:][changes]]) if changes.any() else line[[0, -1]]


def split(row: dict[str, Any], cuts: Sequence[tuple[float, str, LonLat]]) -> list[dict[str, Any]]:
    """A piece cut at these distances: parts called `<id>/1`, `<id>/2`, ... whose lengths add up to the old length.

    cuts: metres along the piece (in a plane around the cut), the new junction and where it is, in order.
    """
    import shapely

    old = np.asarray(shapely.from_wkb(row["geometry"]).coords, dtype=np.float64)[:, :2]
    plane = ground.Plane(*cuts[0][2])
    flat = plane.flat(old)
    at_vertex = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(flat, axis=0).T))])
    shape = shapely.LineString(flat)
    distances = [shape.project(shapely.Point(plane.flat(np.asarray(at)))) for _, _, at in cuts]
    if sorted(distances) != distances:  # a line that meets itself: trust the order that is given
        distances = [min(d, at_vertex[-1]) for d, _, _ in cuts]
    nodes = [row["from_node"], *(node for _, node, _ in cuts), row["to_node"]]
    points = [tuple(old[0]), *(at for _, _, at in cuts), tuple(old[-1])]
    borders = [0.0, *distances, float(at_vertex[-1])]
    lines = []
    for k in range(len(cuts) + 1):
        inner = old[(at_vertex > borders[k] + 1e-3) & (at_vertex < borders[k + 1] - 1e-3)]
        lines.append(np.vstack([points[k], inner.reshape(-1, 2), points[k + 1]]))
    measured = [ground.geodesic_m(line) for line in lines]
    lengths = [row["length_m"] * part / math.fsum(measured) for part in measured]
    lengths[-1] = row["length_m"] - math.fsum(lengths[:-1])
    return [
        {
            **row,
            "id": f"{row['id']}/{k + 1}",
            "from_node": nodes[k],
            "to_node": nodes[k + 1],
            "geometry": bytes(shapely.to_wkb(shapely.LineString(line))),
            "length_m": lengths[k],
        }
        for k, line in enumerate(lines)
    ]
