"""One streaming pass over an OpenStreetMap file: keep what the layers need, leave the rest.

A short pass over the relations alone comes first (which ways make an area is written there); then every object is seen
once. osmium attaches node locations and assembles areas in C++; Python sees only tagged nodes, ways and areas.
"""

from __future__ import annotations

import math
import struct
import tempfile
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from stadslab.core.errors import InputError, Problem
from stadslab.core.progress import Progress
from stadslab.sources.osm.areas_of import AREA_DETAIL, AREA_KEYS, building_use, green_kind, water_kind
from stadslab.sources.osm.places import PLACE_DETAIL, PLACE_KEYS, kind_of
from stadslab.sources.osm.relations import NO_AREA, Relations, read_relations
from stadslab.sources.osm.streets import STREET_KEYS, Use, street_class, use_of, why_not

Tags = Mapping[str, str]

NODE_KEYS = (*sorted(PLACE_KEYS), "entrance", "barrier")
NODE_DETAIL = PLACE_DETAIL | {"entrance", "barrier", "foot", "bicycle", "vehicle", "motor_vehicle", "motorcar"}

INCOMPLETE = "relation incomplete: member ways are missing from the file"
UNCLOSED = "relation whose rings do not close or cross"
MISSING_NODES = "area with nodes missing from the file"
CROSSED = "ring that crosses itself"
OPEN_LINE = "line, not an area"

DISORDER = ("out of order", "ID twice in input")  # what osmium says of files it cannot assemble areas from
STEP = 200_000  # objects between two reports of progress


@dataclass(slots=True)
class Thing:
    """A tagged thing on the map.

    sort: point, line or area. shape: WKB in degrees, None when it could not be made.
    """

    id: str
    version: int
    tags: Tags
    sort: str
    shape: bytes | None
    broken: str = ""  # why it is not the area it should be


@dataclass(frozen=True, slots=True)
class Known:
    """Tags shared by all objects that say the same, and whether they describe a place, or an area of some layer."""

    tags: Tags
    place: bool
    area: bool


def known_from(tags: Tags) -> Known:
    """What do these tags make of a thing?"""
    area = building_use(tags) or green_kind(tags) or water_kind(tags)
    return Known(tags, kind_of(tags) is not None, area is not None)


@dataclass(slots=True)
class Streets:
    """Ways that are streets, as flat arrays; `nodes`, `xy` hold all their nodes one way after the other."""

    ids: array[int] = field(default_factory=lambda: array("q"))
    versions: array[int] = field(default_factory=lambda: array("q"))
    uses: list[Use] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    counts: array[int] = field(default_factory=lambda: array("q"))
    nodes: array[int] = field(default_factory=lambda: array("q"))
    xy: bytearray = field(default_factory=bytearray)
    dropped: list[tuple[str, str]] = field(default_factory=list)  # (reason, id)


@dataclass(slots=True)
class Collected:
    """Everything the layers are made from, not yet in any order."""

    streets: Streets
    points: list[Thing]  # tagged nodes
    areas: list[Thing]  # areas, and what should have been one (with `broken`)
    coastline: int  # ways tagged natural=coastline: the sea is not among the water areas
    repeated: int  # objects that occur more than once; the newest version is kept
    newest: str  # date of the newest object, empty when the file tells none
    sorted_first: bool  # the file had ways before nodes, or old versions, and was put in order first

    def street_nodes(self) -> frozenset[str]:
        """Ids of the tagged nodes that lie on a street."""
        numbers = np.array([int(p.id.rpartition("/")[2]) for p in self.points], dtype=np.int64)
        on_street = np.isin(numbers, np.asarray(self.streets.nodes, dtype=np.int64))
        return frozenset(p.id for p, there in zip(self.points, on_street, strict=True) if there)


def collect(path: Path, *, areas: bool, progress: Progress) -> Collected:
    """Read everything the layers need from one file, in one pass after the relations.

    A file with ways before nodes, or with several versions of an object (some exports are so), is put in order first,
    in a temporary folder.
    """
    reader = _Reader(path, areas=areas, progress=progress)
    try:
        found = reader.read()
    except RuntimeError as error:
        _refuse_negative(path, reader.missing)
        if not any(sign in str(error) for sign in DISORDER):
            raise
    else:
        _refuse_negative(path, reader.missing)
        if not reader.disordered():
            return found
    with tempfile.TemporaryDirectory(prefix="stadslab-osm-") as folder:
        ordered = Path(folder) / "ordered.osm.pbf"
        _put_in_order(path, ordered)
        found = _Reader(ordered, areas=areas, progress=progress).read()
    found.sorted_first = True
    return found


def _refuse_negative(path: Path, missing: list[int]) -> None:
    """Raise `InputError` when nodes have negative ids: osmium keeps no places for them, so no street has a shape."""
    if any(number < 0 for number in missing):
        what = f"it has objects with negative ids, such as node {min(missing)}: an editor saved it before upload"
        raise InputError(Problem(path.name, what, "number them anew, for instance with `osmium renumber`"))


def _put_in_order(path: Path, ordered: Path) -> None:
    import osmium

    merge = osmium.MergeInputReader()  # keeps the file in memory; hands on the newest version of each by type and id
    merge.add_file(str(path))
    with osmium.SimpleWriter(str(ordered), header=osmium.io.Reader(str(path), osmium.osm.NOTHING).header()) as writer:
        merge.apply(writer, simplify=True)


class _Reader:
    """The pass over one file and what it remembers on the way."""

    def __init__(self, path: Path, *, areas: bool, progress: Progress) -> None:
        import osmium

        self.path = str(path)
        self.with_areas = areas
        self.progress = progress
        self.factory = osmium.geom.WKBFactory()
        self.every_node = osmium.geom.use_nodes.ALL
        self.invalid = osmium.InvalidLocationError
        self.streets = Streets()
        self.points: list[Thing] = []
        self.areas: list[Thing] = []
        self.pending: dict[int, Thing] = {}  # closed ways and tagged lines that may still come as areas
        self.carriers: dict[int, Thing] = {}  # outer ways of old-style multipolygons
        self.present: set[int] = set()  # member ways that are in the file
        self.missing: list[int] = []  # some nodes that ways name and the file did not bring before them
        self.uses: dict[frozenset[tuple[str, str]], Use] = {}
        self.known: dict[tuple[tuple[str, str], ...], Known] = {}
        self.coastline = 0
        self.newest: Any = None

    def read(self) -> Collected:
        """Both passes, and what comes of them."""
        relations = read_relations(self.path) if self.with_areas else Relations()
        self._objects(relations)
        self._settle(relations)
        points, repeated_points = _newest(self.points)
        areas, repeated_areas = _newest(self.areas)
        newest = self.newest.date().isoformat() if self.newest is not None and self.newest.year > 2003 else ""
        return Collected(self.streets, points, areas, self.coastline, repeated_points + repeated_areas, newest, False)

    def disordered(self) -> bool:
        """Does the file hold nodes that its ways should have come after?"""
        import osmium

        if not self.missing:
            return False
        nodes = osmium.FileProcessor(self.path, osmium.osm.NODE).with_filter(osmium.filter.IdFilter(self.missing))
        return next(iter(nodes), None) is not None

    # --- every object ----------------------------------------------------------------------------------------

    def _objects(self, relations: Relations) -> None:
        import osmium

        file = osmium.FileProcessor(self.path).with_locations()
        if self.with_areas:
            wanted = osmium.filter.IdFilter(sorted(number for number in relations.wanted if number > 0))
            wanted.enable_for(osmium.osm.RELATION)
            file = file.with_areas(wanted)
        tagged = osmium.filter.KeyFilter(*NODE_KEYS)
        tagged.enable_for(osmium.osm.NODE)
        objects: Iterable[Any] = file.with_filter(tagged)
        members = {ref for _, _, refs in relations.wanted.values() for ref in refs}
        carriers = {ref for refs in relations.old_style.values() for ref in refs}
        for done, item in enumerate(objects):
            if done % STEP == 0:
                self.progress("reading the map", done, 0)
            if item.deleted or not item.visible:
                continue
            if item.is_node():
                self._node(item)
            elif item.is_way():
                if item.id in members:
                    self.present.add(item.id)
                self._way(item, relations.squares, carriers)
            elif item.is_area():
                self._area(item, relations)
        self.progress("reading the map", 1, 1)

    def _node(self, node: Any) -> None:
        if not node.location.valid():
            return
        self._seen(node)
        tags = self._known(_tags(node), NODE_DETAIL).tags
        self.points.append(Thing(f"osm:node/{node.id}", node.version, tags, "point", _point(node.lon, node.lat)))

    def _way(self, way: Any, squares: Mapping[int, Tags], carriers: set[int]) -> None:
        tags = _tags(way)
        if not tags and way.id not in squares:
            return
        self._seen(way)
        if street_class(tags) is not None:
            self._street(way, tags)
        elif way.id in squares:
            self._street(way, {**squares[way.id], **tags})
        if not self.with_areas:
            return
        known = self._known(tags, AREA_DETAIL)
        if tags.get("natural") == "coastline":
            self.coastline += 1
        if known.place or known.area:
            thing = self._expect(way, known)
            self.pending[way.id] = thing
            if way.id in carriers:
                self.carriers[way.id] = thing

    def _street(self, way: Any, tags: Tags) -> None:
        streets = self.streets
        reason = why_not(street_class(tags) or "")
        if reason:
            streets.dropped.append((reason, f"osm:way/{way.id}"))
            return
        said = frozenset((k, v) for k, v in tags.items() if k in STREET_KEYS)
        if said not in self.uses:
            self.uses[said] = use_of(dict(said))
        streets.ids.append(way.id)
        streets.versions.append(way.version)
        streets.uses.append(self.uses[said])
        streets.names.append(tags.get("name"))
        refs, xy = self._line(way)
        streets.counts.append(len(refs))
        streets.nodes.extend(refs)
        streets.xy += xy

    def _line(self, way: Any) -> tuple[list[int], bytes]:
        """Node ids, and their longitudes and latitudes as little-endian doubles; NaN where the node is not there."""
        refs = [node.ref for node in way.nodes]
        try:
            return refs, bytes.fromhex(self.factory.create_linestring(way, self.every_node))[9:]
        except (self.invalid, RuntimeError):  # a node is missing, or there is only one
            xy = array("d")
            for node in way.nodes:
                there = node.location.valid()
                xy.extend((node.lon, node.lat) if there else (math.nan, math.nan))
                if not there and len(self.missing) < MISSING_KEPT:
                    self.missing.append(node.ref)
            return refs, np.asarray(xy, dtype="<f8").tobytes()

    def _expect(self, way: Any, known: Known) -> Thing:
        """A tagged way that may still come as an area; if none comes, it is a line or broken."""
        line, reason = None, OPEN_LINE
        if known.place:
            line = _line_of(self._line(way)[1])
        if way.is_closed() and len(way.nodes) > 3 and known.tags.get("area") != "no":
            reason = CROSSED if self._whole(way) else MISSING_NODES
        return Thing(f"osm:way/{way.id}", way.version, known.tags, "line", line, reason)

    def _whole(self, way: Any) -> bool:
        """Are all the way's nodes in the file?"""
        try:
            self.factory.create_linestring(way, self.every_node)
        except self.invalid:
            if len(self.missing) < MISSING_KEPT:
                self.missing += [node.ref for node in way.nodes if not node.location.valid()]
            return False
        return True

    def _area(self, area: Any, relations: Relations) -> None:
        number = area.orig_id()
        if area.from_way():
            thing = self.pending.get(number)
            if thing is None:
                return
            thing.sort, thing.shape, thing.broken = "area", self._polygon(area), ""
            if thing.shape is None:
                thing.broken = CROSSED
        elif number in relations.wanted:
            version, tags, _ = relations.wanted[number]
            self._seen(area)
            shape = self._polygon(area)
            self.areas.append(Thing(f"osm:relation/{number}", version, tags, "area", shape, "" if shape else UNCLOSED))

    def _polygon(self, area: Any) -> bytes | None:
        try:
            return bytes.fromhex(self.factory.create_multipolygon(area))
        except (self.invalid, RuntimeError):  # no outer ring could be closed
            return None

    def _seen(self, item: Any) -> None:
        stamp = item.timestamp
        if self.newest is None or stamp > self.newest:
            self.newest = stamp

    def _known(self, tags: Tags, keys: frozenset[str]) -> Known:
        """The tags that matter and what they make of a thing; one answer for all objects that say the same."""
        said = tuple(sorted((k, v) for k, v in tags.items() if k in keys))
        if said not in self.known:
            self.known[said] = known_from(dict(said))
        return self.known[said]

    # --- after the pass --------------------------------------------------------------------------------------

    def _settle(self, relations: Relations) -> None:
        """Give old-style multipolygons the tags of their outer ways, and account for relations that made no area."""
        made = {thing.id: thing for thing in self.areas}
        for number in sorted(relations.old_style):
            thing = made.get(f"osm:relation/{number}")
            if thing is None:
                continue
            carriers = [self.carriers[ref] for ref in relations.old_style[number] if ref in self.carriers]
            if number not in relations.holed and all(way.sort == "area" for way in carriers):
                continue  # a group of areas, each of which speaks for itself
            shared = set.intersection(*(set(c.tags.items()) for c in carriers)) if carriers else set()
            if any(key in AREA_KEYS | PLACE_KEYS for key, _ in shared):
                thing.tags = {**thing.tags, **dict(sorted(shared))}
                for ref in relations.old_style[number]:
                    self.pending.pop(ref, None)
        for number, (version, tags, members) in sorted(relations.wanted.items()):
            if f"osm:relation/{number}" not in made:
                reason = UNCLOSED if all(ref in self.present for ref in members) else INCOMPLETE
                self.areas.append(Thing(f"osm:relation/{number}", version, tags, "area", None, reason))
        self.areas += self.pending.values()
        self.areas += [Thing(f"osm:relation/{n}", v, tags, "area", None, NO_AREA) for n, v, tags in relations.no_area]


MISSING_KEPT = 1000


def _tags(item: Any) -> dict[str, str]:
    """Tags as a dict, in C. Counted, because running into the end of them costs osmium as much as three tags."""
    return dict(islice(item.tags, len(item.tags)))


def _point(lon: float, lat: float) -> bytes:
    return b"\x01\x01\x00\x00\x00" + struct.pack("<2d", lon, lat)


def _line_of(xy: bytes) -> bytes | None:
    """WKB of the line through the nodes that are there; None when fewer than two are."""
    points = np.frombuffer(xy, dtype="<f8").reshape(-1, 2)
    points = points[~np.isnan(points[:, 0])]
    if len(points) < 2:
        return None
    return b"".join((b"\x01\x02\x00\x00\x00", struct.pack("<I", len(points)), points.tobytes()))


def _newest(things: list[Thing]) -> tuple[list[Thing], int]:
    """One of each id, the newest version, whatever the order; and how many were too many."""
    best: dict[str, Thing] = {}
    for thing in things:
        known = best.get(thing.id)
        if known is None or _rank(thing) > _rank(known):
            best[thing.id] = thing
    return list(best.values()), len(things) - len(best)


def _rank(thing: Thing) -> tuple[int, str]:
    return thing.version, repr(sorted(thing.tags.items()))
