"""Which areas are green, which are water, and what are buildings used for?

Green is what people see as green and mostly may enter: parks, woods, meadows, gardens. Fields and vineyards are not.
`public` is false for allotments, golf courses, private gardens and anything tagged `access=private|no`.
Water is standing and flowing water drawn as an area; the sea is drawn as a coastline and is not here.
A building is any `building` but `no`; parts of buildings (`building:part`) are not counted again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from stadslab.core.kinds import GROUP_OF
from stadslab.sources.osm.places import PLACE_DETAIL, kind_of

if TYPE_CHECKING:
    import pyarrow as pa

    from stadslab.sources.osm.collect import Thing
    from stadslab.sources.osm.verdict import Tally

Tags = Mapping[str, str]

# The first key that matches decides.
GREEN: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "leisure",
        {
            "park": "park", "garden": "garden", "nature_reserve": "nature_reserve", "common": "park", "dog_park":
            "park",
            "golf_course": "golf_course", "recreation_ground": "recreation_ground",
        },
    ),
    (
        "landuse",
        {
            "forest": "forest", "grass": "grass", "meadow": "meadow", "recreation_ground": "recreation_ground",
            "village_green": "village_green", "allotments": "allotments", "cemetery": "cemetery",
        },
    ),
    ("amenity", {"grave_yard": "cemetery"}),
    ("natural", {"wood": "forest", "grassland": "grassland", "heath": "heath", "scrub": "scrub", "fell": "grassland"}),
)  # fmt: skip
NOT_PUBLIC = frozenset({"allotments", "golf_course"})

WATER_SORTS = frozenset(
    {
        "lake", "river", "pond", "canal", "reservoir", "basin", "stream", "lagoon", "oxbow", "harbour", "moat", "ditch",
        "fountain", "sea", "wastewater", "fish_pass", "reflecting_pool",
    }
)  # fmt: skip

# building=* (or, for `yes`, the place inside) to the use a planner asks for. Anything else says `other`, `yes` says
# `unknown`.
USES: dict[str, tuple[str, ...]] = {
    "residential": (
        "residential", "apartments", "house", "detached", "semidetached_house", "terrace", "dormitory", "bungalow",
        "farm",
        "cabin", "static_caravan", "houseboat", "semi", "block", "tower_block", "villa", "townhouse", "stilt_house",
    ),
    "school": ("school", "kindergarten", "university", "college", "preschool"),
    "health": ("hospital", "clinic"),
    "care": ("nursing_home",),
    "retail": ("retail", "supermarket", "kiosk", "shop", "mall", "store"),
    "office": ("office", "commercial", "government"),
    "industrial": ("industrial", "warehouse", "manufacture", "factory", "works", "hangar"),
    "civic": ("civic", "public", "public_building", "fire_station", "townhall", "library", "museum", "concert_hall",
    "theatre"),
    "religious": ("church", "chapel", "cathedral", "mosque", "synagogue", "temple", "monastery", "religious", "shrine"),
    "lodging": ("hotel", "hostel", "motel"),
    "transport": ("train_station", "station", "transportation", "parking"),
    "sport": ("sports_hall", "sports_centre", "stadium", "grandstand", "riding_hall"),
    "agricultural": (
        "barn", "farm_auxiliary", "stable", "cowshed", "sty", "greenhouse", "greenhouse_horticulture", "glasshouse",
        "silo",
    ),
    "garage": ("garage", "garages", "carport"),
    "outbuilding": ("shed", "hut", "roof", "service", "utility", "toilets", "canopy", "transformer_tower", "bunker"),
    "ruins": ("ruins", "collapsed"),
    "under_construction": ("construction", "proposed"),
}  # fmt: skip
USE_OF: dict[str, str] = {value: use for use, values in USES.items() for value in values}

# For building=yes: what the building holds, by the group of the place it is tagged as.
USE_OF_GROUP: dict[str, str] = {
    "education": "school", "health": "health", "care": "care", "emergency": "civic", "food_shop": "retail", "shop":
    "retail",
    "eating": "retail", "culture": "civic", "sport": "sport", "service": "civic", "transport": "transport",
    "lodging": "lodging", "work": "office",
}  # fmt: skip

AREA_KEYS = frozenset({"building", "leisure", "landuse", "natural", "waterway"})
AREA_DETAIL = (
    AREA_KEYS
    | PLACE_DETAIL
    | {"area", "water", "garden:type", "building:use", "building:levels", "building:flats", "building:dwellings"}
)


def green_kind(tags: Tags) -> str | None:
    """Which kind of green area do these tags describe? None when none."""
    return next((values[tags[key]] for key, values in GREEN if tags.get(key) in values), None)


def is_public(tags: Tags, kind: str) -> bool:
    """May everybody enter, as far as the tags tell?"""
    if kind in NOT_PUBLIC or tags.get("garden:type") in ("residential", "private"):
        return False
    return tags.get("access", "yes") not in ("private", "no", "customers")


def water_kind(tags: Tags) -> str | None:
    """Which kind of water area do these tags describe? None when none."""
    if tags.get("natural") == "water":
        sort = tags.get("water", "")
        return sort if sort in WATER_SORTS else "water"
    if tags.get("natural") in ("bay", "strait"):
        return "sea"
    if tags.get("waterway") in ("riverbank", "dock"):
        return "river" if tags["waterway"] == "riverbank" else "harbour"
    return tags["landuse"] if tags.get("landuse") in ("reservoir", "basin") else None


def building_use(tags: Tags) -> str | None:
    """What is this building used for? None when it is no building."""
    value = tags.get("building", "no").strip().lower()
    if value == "no":
        return None
    said = USE_OF.get(value) or USE_OF.get(tags.get("building:use", ""))
    if said:
        return said
    kind = kind_of(tags)
    if kind in ("library", "place_of_worship"):
        return "civic" if kind == "library" else "religious"
    inside = USE_OF_GROUP.get(GROUP_OF[kind]) if kind else None
    return inside or ("unknown" if value == "yes" else "other")


def number(text: str | None, most: float) -> float | None:
    """A count as tagged: the largest number in `3`, `3.5`, `2;4`; None when blank, negative, absurd or not a number."""
    values = [float(n) for n in re.findall(r"(?<![\d.-])\d+(?:\.\d+)?", (text or "").replace(",", "."))]
    known = [value for value in values if value <= most]
    return max(known) if known else None


def green_table(things: list[Thing], tally: Tally) -> pa.Table:
    """Rows of the green layer."""
    import pyarrow as pa

    rows = _areas(things, green_kind, tally)
    return pa.table(
        {
            "id": pa.array([thing.id for thing, _ in rows], pa.string()),
            "kind": pa.array([kind for _, kind in rows], pa.string()),
            "name": pa.array([thing.tags.get("name") for thing, _ in rows], pa.string()),
            "geometry": pa.array(_shapes(rows, tally), pa.binary()),
            "public": pa.array([is_public(thing.tags, kind) for thing, kind in rows], pa.bool_()),
        }
    )


def water_table(things: list[Thing], tally: Tally, coastline: int) -> pa.Table:
    """Rows of the water layer; a coastline is only counted."""
    import pyarrow as pa

    if coastline:
        tally.note(f"the sea is missing: it is drawn as {coastline:,} coastline ways, not as an area")
    rows = _areas(things, water_kind, tally)
    return pa.table(
        {
            "id": pa.array([thing.id for thing, _ in rows], pa.string()),
            "kind": pa.array([kind for _, kind in rows], pa.string()),
            "name": pa.array([thing.tags.get("name") for thing, _ in rows], pa.string()),
            "geometry": pa.array(_shapes(rows, tally), pa.binary()),
        }
    )


def buildings_table(things: list[Thing], tally: Tally) -> pa.Table:
    """Rows of the buildings layer."""
    import pyarrow as pa

    rows = _areas(things, building_use, tally)
    dwellings = [number(t.tags.get("building:flats") or t.tags.get("building:dwellings"), 5000) for t, _ in rows]
    return pa.table(
        {
            "id": pa.array([thing.id for thing, _ in rows], pa.string()),
            "use": pa.array([use for _, use in rows], pa.string()),
            "geometry": pa.array(_shapes(rows, tally), pa.binary()),
            "levels": pa.array([number(thing.tags.get("building:levels"), 200) for thing, _ in rows], pa.float64()),
            "dwellings": pa.array(dwellings, pa.float64()),
        }
    )


def _areas(things: list[Thing], classify: object, tally: Tally) -> list[tuple[Thing, str]]:
    assert callable(classify)
    rows = []
    for thing in things:
        kind = classify(thing.tags)
        if kind is None:
            continue
        if thing.broken or thing.shape is None:
            tally.drop(thing.broken or "area without a shape", thing.id)
        else:
            rows.append((thing, kind))
    return sorted(rows, key=lambda row: row[0].id)


def _shapes(rows: list[tuple[Thing, str]], tally: Tally) -> list[bytes]:
    """Polygons as WKB; those with one part are plain polygons, and the few invalid ones are repaired and counted."""
    import numpy as np
    import shapely

    shapes = shapely.from_wkb(np.array([thing.shape for thing, _ in rows], dtype=object))
    single = shapely.get_num_geometries(shapes) == 1
    shapes[single] = shapely.get_geometry(shapes[single], 0)
    broken = ~shapely.is_valid(shapes)
    if broken.any():
        tally.note(f"{int(broken.sum()):,} areas touched themselves and were repaired")
        repaired = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
        shapes[broken] = repaired
    return list(shapely.to_wkb(shapes))
