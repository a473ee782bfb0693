"""What the relations of a map say about areas: looked at first, since ways and nodes come before them in a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stadslab.sources.osm.areas_of import AREA_DETAIL, AREA_KEYS
from stadslab.sources.osm.places import PLACE_KEYS
from stadslab.sources.osm.streets import STREET_KEYS, street_class, why_not

Tags = Mapping[str, str]

# A multipolygon with none of these of its own says nothing itself: its outer ways carry the tags (given up in 2017).
OWN_KEYS = frozenset(
    {
        "aeroway", "amenity", "area:highway", "barrier", "boundary", "building", "building:part", "craft", "healthcare",
        "highway", "historic", "indoor", "landcover", "landuse", "leisure", "man_made", "military", "natural", "office",
        "place", "power", "public_transport", "railway", "room", "shop", "tourism", "water", "waterway",
    }
)  # fmt: skip
DETAIL = AREA_DETAIL | OWN_KEYS | STREET_KEYS | {"type"}
NO_AREA = "relation that describes no area"


@dataclass(slots=True)
class Relations:
    """Relations that matter.

    wanted: id to version, tags and member ways, of those that may be an area of some layer. old_style: id to outer ways
    that may carry the tags. holed: those with inner ways. squares: way to the tags of the pedestrian area it bounds.
    no_area: id, version and tags of mapped things that have no area (a school as a `site`).
    """

    wanted: dict[int, tuple[int, Tags, tuple[int, ...]]] = field(default_factory=dict)
    old_style: dict[int, tuple[int, ...]] = field(default_factory=dict)
    holed: set[int] = field(default_factory=set)
    squares: dict[int, Tags] = field(default_factory=dict)
    no_area: list[tuple[int, int, Tags]] = field(default_factory=list)


def read_relations(path: str) -> Relations:
    """Which relations of this file may be areas, and which ways belong to them?"""
    import osmium

    found = Relations()
    typed = osmium.filter.KeyFilter("type")
    relations: Iterable[Any] = osmium.FileProcessor(path, osmium.osm.RELATION).with_filter(typed)
    for relation in relations:
        if relation.deleted or not relation.visible:
            continue
        tags = {tag.k: tag.v for tag in relation.tags if tag.k in DETAIL}
        mapped = any(key in tags for key in AREA_KEYS | PLACE_KEYS)
        if tags["type"] in ("multipolygon", "boundary"):
            _add(found, relation, tags, mapped)
        elif mapped:
            found.no_area.append((relation.id, relation.version, tags))
    return found


def _add(found: Relations, relation: Any, tags: Tags, mapped: bool) -> None:
    square = street_class(tags)
    old_style = tags["type"] == "multipolygon" and not any(key in OWN_KEYS for key in tags)
    if not (mapped or square or old_style):
        return
    members = [(m.ref, m.role) for m in relation.members if m.type == "w"]
    if mapped or old_style:
        found.wanted[relation.id] = (relation.version, tags, tuple(ref for ref, _ in members))
    if old_style:
        found.old_style[relation.id] = tuple(ref for ref, role in members if role != "inner")
        if any(role == "inner" for _, role in members):
            found.holed.add(relation.id)
    if square and why_not(square) is None:
        for ref, _ in members:
            found.squares.setdefault(ref, tags)
