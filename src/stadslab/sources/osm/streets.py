"""Who may use a street, in which direction and how fast? OpenStreetMap tags in, permissions out.

The defaults are country-neutral: those of the OpenStreetMap wiki ("OSM tags for routing / Access restrictions",
worldwide row) as R5 applies them, except where a line below says otherwise.

1. The class of the way sets the default (`CLASSES`).
2. Access tags override it, the most specific first:
   on foot `foot` > `access`; by bicycle `bicycle` > `vehicle` > `access`;
   by car `motorcar` > `motor_vehicle` > `vehicle` > `access`.
   A general tag can close a street and never opens one: a footway with `access=yes` is still no road for cars.
   `private` closes: what only residents may use is no public way.
3. On foot: a tagged sidewalk opens a trunk road; so does a town speed (at most 60 km/h), since urban trunk roads
   rarely have their sidewalks tagged (R5 opens all trunk roads). `motorroad=yes` closes for walking and cycling.
   `foot=use_sidepath` closes: the path beside it is mapped. `access=agricultural`, `forestry` and `delivery`
   are meant for vehicles and do not stop walkers.
4. By bicycle: footways and pedestrian streets only when tagged so; steps never; `dismount` and `use_sidepath` close.
   A cycle lane or track opens a trunk road.
5. By car: `track`, paths and pedestrian streets only when a motor tag says yes; `service=emergency_access` never.
6. One way: `oneway` (also `-1`), implied by `junction=roundabout|circular` and by `highway=motorway`;
   `oneway:bicycle`, `cycleway=opposite*`, `cycleway:<side>=opposite*`, `cycleway:<side>:oneway=no|-1` and
   `bicycle:forward|backward` free or bind bicycles. `reversible` and `alternating` count as two-way.
   Walking goes both ways.

Blind spots: opening hours and conditional restrictions, turn restrictions, seasonal closures, toll, lanes,
the difficulty of mountain paths, one-way escalators.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

Tags = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ClassRule:
    """Default permissions and free-flow speed (km/h) of one class of way."""

    walk: bool
    cycle: bool
    drive: bool
    speed_kmh: float


# Free-flow speeds are what a city's street of that class is commonly limited to, used only where no limit is tagged.
CLASSES: dict[str, ClassRule] = {
    "motorway": ClassRule(False, False, True, 100.0),
    "motorway_link": ClassRule(False, False, True, 60.0),
    "trunk": ClassRule(False, False, True, 80.0),
    "trunk_link": ClassRule(False, False, True, 50.0),
    "primary": ClassRule(True, True, True, 50.0),
    "primary_link": ClassRule(True, True, True, 40.0),
    "secondary": ClassRule(True, True, True, 50.0),
    "secondary_link": ClassRule(True, True, True, 40.0),
    "tertiary": ClassRule(True, True, True, 50.0),
    "tertiary_link": ClassRule(True, True, True, 40.0),
    "unclassified": ClassRule(True, True, True, 40.0),
    "residential": ClassRule(True, True, True, 30.0),
    "living_street": ClassRule(True, True, True, 10.0),
    "service": ClassRule(True, True, True, 20.0),
    "road": ClassRule(True, True, True, 40.0),
    "track": ClassRule(True, True, False, 15.0),
    "path": ClassRule(True, True, False, 5.0),
    "cycleway": ClassRule(True, True, False, 15.0),
    "footway": ClassRule(True, False, False, 5.0),
    "pedestrian": ClassRule(True, False, False, 10.0),
    "bridleway": ClassRule(True, False, False, 5.0),
    "steps": ClassRule(True, False, False, 5.0),
    "escalator": ClassRule(True, False, False, 5.0),
    "elevator": ClassRule(True, False, False, 5.0),
    "corridor": ClassRule(True, False, False, 5.0),
    "platform": ClassRule(True, False, False, 5.0),
    "crossing": ClassRule(True, True, False, 5.0),
    "busway": ClassRule(False, False, False, 50.0),
    "bus_guideway": ClassRule(False, False, False, 50.0),
}
# A class this table does not know (`trail`, `ladder`, a misspelling) is somewhere people walk, and no more.
UNKNOWN_CLASS = ClassRule(True, False, False, 5.0)

NOT_YET = frozenset({"construction", "proposed", "planned"})
NO_MORE = frozenset({"abandoned", "disused", "razed", "demolished", "removed", "dismantled", "no"})
NO_STREET = frozenset(
    {
        "rest_area",
        "services",
        "raceway",
        "escape",
        "bus_stop",
        "street_lamp",
        "traffic_island",
        "via_ferrata",
        "toll_gantry",
    }
)

STAIRS = frozenset({"steps", "escalator"})
TOWN_SPEED_KMH = 60.0

_OPEN = frozenset(
    {
        "yes", "1", "true", "designated", "permissive", "official", "public", "destination", "customers", "residents",
        "permit",
    }
)  # fmt: skip
_CLOSED = frozenset(
    {"no", "0", "false", "private", "prohibited", "restricted", "military", "emergency", "use_sidepath", "dismount"}
)
_CLOSED_TO_VEHICLES = _CLOSED | {"agricultural", "forestry", "delivery", "psv", "bus", "employees"}
_OPENS = frozenset({"yes", "1", "true", "designated", "permissive", "official", "public"})
_SIDEWALK = frozenset({"yes", "both", "left", "right"})
_CYCLEWAY_KEYS = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")
_CYCLE_LANE = frozenset({"lane", "track", "shared_lane", "share_busway", "opposite", "opposite_lane", "opposite_track"})

# Every tag that has a say: two ways with the same values of these share one answer.
STREET_KEYS = frozenset(
    {
        "highway", "railway", "public_transport", "service", "junction", "motorroad", "area",
        "access", "foot", "vehicle", "bicycle", "motor_vehicle", "motorcar",
        "bicycle:forward", "bicycle:backward",
        "oneway", "oneway:bicycle", "oneway:vehicle", "oneway:motor_vehicle", "oneway:motorcar",
        "sidewalk", "sidewalk:left", "sidewalk:right", "sidewalk:both",
        "cycleway", "cycleway:left", "cycleway:right", "cycleway:both",
        "cycleway:left:oneway", "cycleway:right:oneway",
        "maxspeed", "maxspeed:forward", "maxspeed:backward", "maxspeed:type", "source:maxspeed", "zone:maxspeed",
        "surface", "bridge", "tunnel", "layer",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Use:
    """Who may use a street, how fast cars go, and what it is like."""

    highway: str
    walk: bool
    cycle_forward: bool
    cycle_backward: bool
    drive_forward: bool
    drive_backward: bool
    speed_kmh: float
    surface: str | None
    bridge: bool
    tunnel: bool
    level: int
    steps: bool


def street_class(tags: Tags) -> str | None:
    """Which class of street or path is this way? None when it is neither; platforms count as `platform`."""
    highway = tags.get("highway")
    if highway:
        return highway.strip().lower()
    if tags.get("railway") == "platform" or tags.get("public_transport") == "platform":
        return "platform"
    return None


def why_not(highway: str) -> str | None:
    """Why is a way of this class no street today? None when it is one."""
    if highway in NOT_YET:
        return "under construction or proposed"
    if highway in NO_MORE:
        return "abandoned or removed"
    if highway in NO_STREET:
        return "not a street or path"
    return None


def use_of(tags: Tags) -> Use:
    """Who may use this way, in which direction and how fast?"""
    highway = street_class(tags) or "road"
    rule = CLASSES.get(highway, UNKNOWN_CLASS)
    limit = limit_kmh(tags)
    town = highway.startswith("trunk") and limit is not None and limit <= TOWN_SPEED_KMH
    cycle_forward, cycle_backward = _cycle(tags, rule, highway, town)
    drive_forward, drive_backward = _drive(tags, rule, highway)
    return Use(
        highway=highway,
        walk=_walk(tags, rule, town),
        cycle_forward=cycle_forward,
        cycle_backward=cycle_backward,
        drive_forward=drive_forward,
        drive_backward=drive_backward,
        speed_kmh=rule.speed_kmh if limit is None else limit,
        surface=tags.get("surface") or None,
        bridge=tags.get("bridge", "no") != "no",
        tunnel=tags.get("tunnel", "no") != "no",
        level=level_of(tags.get("layer")),
        steps=highway in STAIRS,
    )


def says(value: str | None, closed: frozenset[str] = _CLOSED) -> bool | None:
    """Does an access value open (True), close (False), or say nothing we know (None)? Of a list, the first word."""
    if value is None:
        return None
    text = value.strip().lower()
    word = text.partition(";")[0].strip()
    if text in closed or word in closed:
        return False
    return True if word in _OPEN else None


def _walk(tags: Tags, rule: ClassRule, town: bool) -> bool:
    foot = says(tags.get("foot"))
    if foot is not None:
        return foot
    if says(tags.get("access")) is False or tags.get("motorroad") == "yes":
        return False
    return rule.walk or town or _has_sidewalk(tags)


def _has_sidewalk(tags: Tags) -> bool:
    if tags.get("sidewalk", "").lower() in _SIDEWALK:
        return True
    return any(tags.get(f"sidewalk:{side}") == "yes" for side in ("left", "right", "both"))


def _cycle(tags: Tags, rule: ClassRule, highway: str, town: bool) -> tuple[bool, bool]:
    if highway in STAIRS:
        return False, False
    allowed = says(tags.get("bicycle"))
    if allowed is None:
        said = (says(tags.get(key), _CLOSED_TO_VEHICLES) for key in ("vehicle", "access"))
        closed = next((word is False for word in said if word is not None), False)
        lane = rule.drive and any(tags.get(key) in _CYCLE_LANE for key in _CYCLEWAY_KEYS)
        allowed = not closed and tags.get("motorroad") != "yes" and (rule.cycle or town or lane)
    if not allowed:
        return False, False
    return _cycle_directions(tags, highway)


def _cycle_directions(tags: Tags, highway: str) -> tuple[bool, bool]:
    forward, backward = _directions(tags, highway, ("oneway:bicycle", "oneway:vehicle", "oneway"))
    if "oneway:bicycle" not in tags:
        against = any(tags.get(key, "").startswith("opposite") for key in _CYCLEWAY_KEYS)
        two_way_lane = any(tags.get(key) in ("no", "-1") for key in ("cycleway:left:oneway", "cycleway:right:oneway"))
        if against or two_way_lane:
            forward = backward = True
    said_forward, said_backward = says(tags.get("bicycle:forward")), says(tags.get("bicycle:backward"))
    return (forward if said_forward is None else said_forward, backward if said_backward is None else said_backward)


def _drive(tags: Tags, rule: ClassRule, highway: str) -> tuple[bool, bool]:
    if tags.get("service") == "emergency_access":
        return False, False
    allowed = rule.drive
    for key in ("motorcar", "motor_vehicle", "vehicle", "access"):
        said = says(tags.get(key), _CLOSED_TO_VEHICLES)
        if said is None:
            continue
        if said and not rule.drive:  # only a motor tag opens what is closed to cars by its class
            allowed = key.startswith("motor") and tags[key].partition(";")[0].strip().lower() in _OPENS
        else:
            allowed = said
        break
    if not allowed:
        return False, False
    return _directions(tags, highway, ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway"))


def _directions(tags: Tags, highway: str, keys: tuple[str, ...]) -> tuple[bool, bool]:
    """(with the way, against it) by the first of these keys that is tagged, else by what the way's sort implies."""
    for key in keys:
        value = tags.get(key, "").strip().lower()
        if value in ("yes", "true", "1"):
            return True, False
        if value in ("-1", "reverse"):
            return False, True
        if value:  # no, and what changes by the hour: reversible, alternating
            return True, True
    implied = highway == "motorway" or tags.get("junction") in ("roundabout", "circular")
    return True, not implied


def level_of(layer: str | None) -> int:
    """The vertical layer a `layer` tag names: the first whole number in it, else 0."""
    match = re.match(r"\s*([+-]?\d{1,4})", layer or "")
    return int(match.group(1)) if match else 0


# --- speed ---------------------------------------------------------------------------------------------------

KMH_PER_MPH = 1.609344
WALKING_KMH = 7.0  # `maxspeed=walk`: courts read it as 4 to 7 km/h
NO_LIMIT_KMH = 130.0  # `maxspeed=none`: the advised speed where motorways have no limit

# Legal limits by zone, where a limit is tagged as a country's default (`SE:urban`): km/h.
ZONES: dict[str, float] = {
    "urban": 50.0,
    "rural": 80.0,
    "trunk": 100.0,
    "motorway": 120.0,
    "living_street": 10.0,
    "pedestrian_zone": 10.0,
    "bicycle_road": 30.0,
    "cyclestreet": 30.0,
    "school": 30.0,
    "walk": WALKING_KMH,
    "nsl_single": 60 * KMH_PER_MPH,
    "nsl_dual": 70 * KMH_PER_MPH,
    "nsl_restricted": 30 * KMH_PER_MPH,
}
COUNTRY_ZONES: dict[str, float] = {
    "SE:rural": 70.0, "SE:motorway": 110.0,
    "RO:rural": 90.0, "RO:trunk": 100.0, "RO:motorway": 130.0,
    "DE:rural": 100.0, "DE:motorway": NO_LIMIT_KMH, "DE:living_street": WALKING_KMH,
    "AT:rural": 100.0, "AT:motorway": 130.0,
    "CH:rural": 80.0, "CH:living_street": 20.0,
    "FR:rural": 80.0, "FR:motorway": 130.0, "FR:living_street": 20.0,
    "IT:rural": 90.0, "IT:trunk": 110.0, "IT:motorway": 130.0,
    "ES:rural": 90.0, "BE:rural": 70.0, "NL:rural": 80.0, "PL:rural": 90.0, "CZ:rural": 90.0, "HU:rural": 90.0,
    "PT:rural": 90.0, "DK:rural": 80.0, "DK:motorway": 130.0, "NO:motorway": 110.0,
    "RU:urban": 60.0, "RU:rural": 90.0, "RU:motorway": 110.0, "UA:rural": 90.0, "UA:motorway": 130.0,
    "GB:motorway": 70 * KMH_PER_MPH,
}  # fmt: skip

_NUMBER = re.compile(r"^(\d{1,3}(?:[.,]\d+)?)\s*(km/?h|kph|kmph|mph)?$")
_ZONE_NUMBER = re.compile(r"^zone:?(\d{1,3})$")


def limit_kmh(tags: Tags) -> float | None:
    """Which speed limit is tagged, in km/h? None when there is none we can read.

    Of several values (lists, directions) the lowest counts. A limit of zero is no limit at all.
    """
    limit = speed_value(tags.get("maxspeed"))
    if limit is not None:
        return limit
    by_direction = [speed_value(tags.get(key)) for key in ("maxspeed:forward", "maxspeed:backward")]
    known = [value for value in by_direction if value is not None]
    if known:
        return min(known)
    for key in ("maxspeed:type", "zone:maxspeed", "source:maxspeed"):
        limit = speed_value(tags.get(key))
        if limit is not None:
            return limit
    return None


def speed_value(text: str | None) -> float | None:
    """What does one `maxspeed` value say, in km/h? `50`, `30 mph`, `walk`, `none`, `SE:urban`, `50;30`."""
    if not text:
        return None
    values = [_one_speed(part.strip()) for part in re.split(r"[;|]", text)]
    known = [value for value in values if value]
    return min(known) if known else None


def _one_speed(text: str) -> float | None:
    match = _NUMBER.match(text.lower())
    if match:
        value = float(match.group(1).replace(",", "."))
        return value * KMH_PER_MPH if match.group(2) == "mph" else value
    if text.lower() == "none":
        return NO_LIMIT_KMH
    country, separator, zone = text.partition(":")
    if not separator or len(country) != 2:
        zone, country = text, ""
    zone = zone.lower()
    number = _ZONE_NUMBER.match(zone)
    if number:
        return float(number.group(1))
    return COUNTRY_ZONES.get(f"{country.upper()}:{zone}", ZONES.get(zone))
