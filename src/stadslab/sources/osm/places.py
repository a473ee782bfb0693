"""Which things on the map are places people go to, and of which kind?

The table `RULES` is the whole mapping: OpenStreetMap key and value to a kind of `stadslab.core.kinds`. It is read
from top
to bottom and the first match decides, so that a thing tagged twice (a school with a pitch) has one kind: what it is for
(`amenity`) before what is sold there, before what one may do there. `*` stands for any value not named for that key;
values that map to nothing (a bench, a vending machine, a vacant shop) are no places and are not counted at all.

A place is a node, a closed way or a multipolygon (its point lies inside the area), or an open way (its middle).
A thing mapped twice, as a node and as an area, stays two places, as in OpenStreetMap; the verdict says how many look
so.
`access=private|no` drops what is only a place when open to all (`OPEN_TO_ALL`); `disused=yes` and `abandoned=yes`
drop any.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from stadslab.sources.osm.collect import Thing
    from stadslab.sources.osm.verdict import Tally

Tags = Mapping[str, str]

RULES: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "amenity",
        {
            "kindergarten": "preschool", "preschool": "preschool", "childcare": "preschool",
            "school": "school",
            "university": "university", "college": "university",
            "library": "library",
            "hospital": "hospital", "clinic": "clinic", "health_centre": "clinic", "doctors": "doctor", "dentist":
            "dentist",
            "pharmacy": "pharmacy",
            "nursing_home": "care_home",
            "refugee_site": "social_service", "social_centre": "social_service",
            "fire_station": "fire_station", "police": "police",
            "marketplace": "market",
            "restaurant": "restaurant", "food_court": "restaurant",
            "cafe": "cafe", "ice_cream": "cafe", "internet_cafe": "cafe",
            "fast_food": "fast_food",
            "bar": "bar", "pub": "bar", "biergarten": "bar", "nightclub": "bar",
            "theatre": "theatre", "concert_hall": "theatre", "music_venue": "theatre",
            "cinema": "cinema",
            "community_centre": "community_centre", "arts_centre": "community_centre", "scout_hut": "community_centre",
            "place_of_worship": "place_of_worship",
            "public_bath": "swimming", "swimming_pool": "swimming",
            "gym": "sports_centre", "dojo": "sports_centre",
            "bank": "bank", "bureau_de_change": "bank", "post_office": "post",
            "townhall": "townhall", "courthouse": "townhall",
            "recycling": "recycling", "fuel": "fuel", "charging_station": "fuel", "toilets": "toilets",
            "bus_station": "station", "ferry_terminal": "ferry_terminal",
            "bicycle_parking": "bicycle_parking", "parking": "parking",
            "animal_boarding": "other", "animal_shelter": "other", "bicycle_rental": "other", "boat_rental": "other",
            "car_rental": "other", "car_sharing": "other", "car_wash": "other", "casino": "other",
            "conference_centre": "other",
            "coworking_space": "office", "crematorium": "other", "driving_school": "other", "embassy": "office",
            "events_venue": "other", "exhibition_centre": "other", "funeral_hall": "other", "grave_yard": "other",
            "language_school": "other", "monastery": "other", "music_school": "other", "prison": "other",
            "public_building": "townhall", "research_institute": "office", "studio": "other", "training": "other",
            "vehicle_inspection": "other", "veterinary": "other",
        },
    ),
    (
        "healthcare",
        {
            "hospital": "hospital", "clinic": "clinic", "centre": "clinic", "doctor": "doctor", "dentist": "dentist",
            "pharmacy": "pharmacy", "nursing": "care_home", "hospice": "care_home", "yes": "clinic", "*": "other",
        },
    ),
    ("emergency", {"ambulance_station": "ambulance_station", "fire_station": "fire_station", "shelter": "shelter"}),
    (
        "shop",
        {
            "supermarket": "supermarket", "hypermarket": "supermarket",
            "convenience": "convenience", "kiosk": "convenience", "general": "convenience",
            "bakery": "bakery", "pastry": "bakery",
            "alcohol": "food_special", "beverages": "food_special", "butcher": "food_special", "cheese": "food_special",
            "chocolate": "food_special", "coffee": "food_special", "confectionery": "food_special", "dairy":
            "food_special",
            "deli": "food_special", "farm": "food_special", "food": "food_special", "frozen_food": "food_special",
            "greengrocer": "food_special", "health_food": "food_special", "pasta": "food_special", "seafood":
            "food_special",
            "fish": "food_special", "fishmonger": "food_special", "spices": "food_special", "tea": "food_special",
            "wine": "food_special", "ice_cream": "cafe", "nuts": "food_special",
            "bag": "clothes", "boutique": "clothes", "clothes": "clothes", "fabric": "clothes", "fashion": "clothes",
            "fashion_accessories": "clothes", "jewelry": "clothes", "leather": "clothes", "sewing": "clothes",
            "shoes": "clothes", "tailor": "clothes", "watches": "clothes",
            "appliance": "household", "bathroom_furnishing": "household", "bed": "household", "carpet": "household",
            "computer": "household", "curtain": "household", "doityourself": "household", "electrical": "household",
            "electronics": "household", "flooring": "household", "furniture": "household", "garden_centre": "household",
            "hardware": "household", "hifi": "household", "houseware": "household", "interior_decoration": "household",
            "kitchen": "household", "lighting": "household", "mobile_phone": "household", "paint": "household",
            "window_blind": "household", "tiles": "household",
            "books": "books", "newsagent": "books", "stationery": "books",
            "hairdresser": "hairdresser", "beauty": "hairdresser", "barber": "hairdresser",
            "mall": "shopping_centre", "department_store": "shopping_centre",
            "vacant": "", "no": "", "closed": "", "empty": "", "*": "other_shop",
        },
    ),
    (
        "tourism",
        {
            "hotel": "hotel", "hostel": "hotel", "motel": "hotel", "guest_house": "hotel", "chalet": "hotel",
            "apartment": "hotel", "apartments": "hotel",
            "museum": "museum", "gallery": "museum",
            "attraction": "attraction", "zoo": "attraction", "aquarium": "attraction", "theme_park": "attraction",
            "viewpoint": "viewpoint",
        },
    ),
    (
        "leisure",
        {
            "sports_centre": "sports_centre", "sports_hall": "sports_centre", "fitness_centre": "sports_centre",
            "stadium": "sports_centre", "ice_rink": "sports_centre", "bowling_alley": "sports_centre",
            "golf_course": "sports_centre", "miniature_golf": "sports_centre",
            "pitch": "pitch", "track": "pitch", "fitness_station": "pitch",
            "swimming_pool": "swimming", "swimming_area": "swimming", "water_park": "swimming", "bathing_place":
            "swimming",
            "playground": "playground",
            "park": "park", "garden": "garden",
            "dance": "other", "sauna": "other", "amusement_arcade": "other", "adult_gaming_centre": "other",
            "escape_game": "other",
        },
    ),
    ("historic", {"castle": "attraction", "monument": "attraction"}),
    ("railway", {"station": "station", "halt": "station", "tram_stop": "station"}),
    ("public_transport", {"station": "station"}),
    ("highway", {"bus_stop": "bus_stop"}),
    ("office", {"government": "townhall", "vacant": "", "no": "", "*": "office"}),
    ("craft", {"vacant": "", "no": "", "*": "other"}),
)  # fmt: skip

# What amenity=social_facility is depends on what is done there.
SOCIAL_FACILITY: dict[str, str] = {
    "nursing_home": "care_home", "assisted_living": "care_home", "group_home": "care_home", "hospice": "care_home",
    "*": "social_service",
}  # fmt: skip

# Places only while everybody may come: a pool behind a villa serves nobody else.
OPEN_TO_ALL = frozenset(
    {
        "swimming",
        "pitch",
        "playground",
        "park",
        "garden",
        "parking",
        "bicycle_parking",
        "toilets",
        "recycling",
        "sports_centre",
    }
)

PLACE_KEYS = frozenset(key for key, _ in RULES)
PLACE_DETAIL = PLACE_KEYS | {
    "name",
    "access",
    "disused",
    "abandoned",
    "social_facility",
    "capacity",
    "beds",
    "capacity:persons",
}


def kind_of(tags: Tags) -> str | None:
    """Which kind of place do these tags describe? The first rule that matches decides; None when none does."""
    for key, values in RULES:
        value = tags.get(key)
        if not value:
            continue
        if value == "social_facility" and key == "amenity":
            return SOCIAL_FACILITY.get(tags.get("social_facility", ""), SOCIAL_FACILITY["*"])
        for word in value.split(";"):
            kind = values.get(word.strip(), values.get("*"))
            if kind:
                return kind
    return None


def capacity_of(tags: Tags) -> float | None:
    """How much does it hold, as tagged? The first number of `beds`, `capacity`, `capacity:persons`, else None."""
    for key in ("beds", "capacity", "capacity:persons"):
        match = re.match(r"\s*(\d+(?:\.\d+)?)\s*$", tags.get(key, ""))
        if match and float(match.group(1)) > 0:
            return float(match.group(1))
    return None


def closed_to_the_public(tags: Tags, kind: str) -> str | None:
    """Why is this no place for people today? None when it is one."""
    if tags.get("disused") == "yes" or tags.get("abandoned") == "yes":
        return "disused or abandoned"
    if kind in OPEN_TO_ALL and tags.get("access") in ("private", "no"):
        return "private"
    return None


def places_table(things: list[Thing], tally: Tally) -> pa.Table:
    """Rows of the places layer from everything on the map; what is no place is passed over, what is lost is counted."""
    import pyarrow as pa

    rows: list[tuple[Thing, str]] = []
    for thing in things:
        kind = kind_of(thing.tags)
        if kind is None:
            continue
        reason = closed_to_the_public(thing.tags, kind) or (thing.broken if thing.shape is None else None)
        if reason:
            tally.drop(reason, thing.id)
        else:
            rows.append((thing, kind))
    rows.sort(key=lambda row: row[0].id)
    points = _points([thing for thing, _ in rows])
    _note_doubles(rows, points, tally)
    lines = sum(1 for thing, _ in rows if thing.sort == "line")
    if lines:
        tally.note(f"{lines:,} places are lines or broken areas and stand at their middle")
    import shapely

    return pa.table(
        {
            "id": pa.array([thing.id for thing, _ in rows], pa.string()),
            "kind": pa.array([kind for _, kind in rows], pa.string()),
            "name": pa.array([thing.tags.get("name") for thing, _ in rows], pa.string()),
            "geometry": pa.array(list(shapely.to_wkb(points)), pa.binary()),
            "capacity": pa.array([capacity_of(thing.tags) for thing, _ in rows], pa.float64()),
        }
    )


def _points(things: list[Thing]) -> object:
    """One point each: itself, inside the area, or half-way along the line."""
    import numpy as np
    import shapely

    shapes = shapely.from_wkb(np.array([thing.shape for thing in things], dtype=object))
    sorts = np.array([thing.sort for thing in things], dtype=object)
    points = shapes.copy()
    area, line = sorts == "area", sorts == "line"
    points[area] = shapely.point_on_surface(shapes[area])
    points[line] = shapely.line_interpolate_point(shapes[line], 0.5, normalized=True)
    return points


def _note_doubles(rows: list[tuple[Thing, str]], points: object, tally: Tally) -> None:
    """Say how many nodes lie in an area of the same kind and name: probably one thing mapped twice."""
    import numpy as np
    import shapely

    areas = [i for i, (thing, _) in enumerate(rows) if thing.sort == "area" and thing.tags.get("name")]
    nodes = [i for i, (thing, _) in enumerate(rows) if thing.sort == "point" and thing.tags.get("name")]
    if not areas or not nodes:
        return
    shapes = shapely.from_wkb(np.array([rows[i][0].shape for i in areas], dtype=object))
    node_at, area_at = shapely.STRtree(shapes).query(np.asarray(points)[nodes], predicate="within")
    same = {
        nodes[n]
        for n, a in zip(node_at, area_at, strict=True)
        if (rows[nodes[n]][1], rows[nodes[n]][0].tags["name"]) == (rows[areas[a]][1], rows[areas[a]][0].tags["name"])
    }
    if same:
        tally.note(
            f"{len(same):,} places are nodes inside an area of the same kind and name, "
            "probably mapped twice; both are kept"
        )
