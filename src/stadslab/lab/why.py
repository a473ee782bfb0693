"""Why does a unit have its number? The trip behind it part by part, or what is near and how far."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from stadslab.build.footpaths import Around, Footpath
    from stadslab.build.journeys import Part, Way
    from stadslab.build.transit import Outing
    from stadslab.build.traveltimes import Travel
    from stadslab.core.city import City
    from stadslab.core.support import Support
    from stadslab.lab.lab import Lab
    from stadslab.lab.run import Question
    from stadslab.lab.verbs.journey import Names

NEAREST = 5  # places that are told of
GRAVITY_MINUTES = 30.0  # how far to look for an indicator without a limit
CANDIDATES = 3  # places of a kind that a journey is tried to


@dataclass(frozen=True, slots=True)
class Leg:
    """One part of a trip.

    kind: `to_street`, `along` and `from_street` on foot, by bicycle or by car; `access`, `wait`, `ride`, `transfer`,
    `egress`, `walk` by public transport. start_s: second of the day, None where no timetable is involved. metres: None
    where nobody walks. origin, destination: names of stops, empty for the ends of the trip. mode, line, towards, stops:
    of a ride.
    """

    kind: str
    seconds: float
    start_s: int | None = None
    metres: float | None = None
    origin: str = ""
    destination: str = ""
    mode: str = ""
    line: str = ""
    towards: str = ""
    stops: int = 0


@dataclass(frozen=True, slots=True)
class Near:
    """A place or stop near a unit. minutes: None where it is out of reach."""

    id: str
    name: str
    kind: str
    lon: float
    lat: float
    minutes: float | None
    metres: float | None


@dataclass(frozen=True, slots=True)
class Why:
    """What is behind a number.

    how: walk, cycle, drive or journey for one trip; reach for what is near; stops for the stops one can walk to;
    nothing where the indicator has no trip. in_reach: places within the limit, where those count. share: of departures
    that take no longer than the trip told. path: GeoJSON, each feature with the kind of its leg or place.
    """

    how: str
    legs: tuple[Leg, ...] = ()
    places: tuple[Near, ...] = ()
    in_reach: int | None = None
    share: float | None = None
    path: dict[str, Any] = field(default_factory=lambda: collection([]))


def why(
    lab: Lab, question: Question, city: City, base: City, support: Support, unit: int, *, reached: bool = True
) -> Why:
    """The trip or the places behind the number of a unit (its position in the support).

    base: the city as it is. reached: whether the unit has a number; a journey that is not there is not looked for.
    """
    params = question.params
    start = support.points[unit]
    if "date" in params:
        if "to" in params and reached:
            return _journey(lab, city, base, params, start)
        return _stops(lab, city, params, start)
    if "to" in params and "mode" in params:
        return _to_one(lab, city, params, start)
    if "kind" in params and "speed_m_s" in params:
        return _walk(lab, city, params, start)
    return Why("nothing")


def _walk(lab: Lab, city: City, params: dict[str, Any], start: NDArray[np.float64]) -> Why:
    """Places of a kind on foot: the way to the nearest (or the rank-th), or how many are within the limit."""
    from stadslab.build.places import of_kind, xy_of
    from stadslab.build.projection import to_metres
    from stadslab.build.traveltimes import Travel

    streets = lab.builds.get("streetgraph", city)
    table = of_kind(city["places"], params["kind"])
    travel = Travel("walk", walk_speed_m_s=params["speed_m_s"])
    limit = params.get("max_minutes", params.get("minutes", GRAVITY_MINUTES))
    if "decay" in params:
        limit = max(limit, GRAVITY_MINUTES)
    here = _around(streets, travel, to_metres(streets.crs, start[None])[0], xy_of(table, streets.crs), limit)
    rank = params.get("rank", 1)
    near = here.nearest(max(NEAREST, rank))
    found = _named(city, [str(table["id"][int(at)]) for at in near], here, near)
    features = [_point(place, "place") for place in found]
    if "max_minutes" not in params:  # it is the number within reach that counts
        return Why("reach", (), found[:NEAREST], int((here.minutes <= limit).sum()), None, collection(features))
    path = here.path(int(near[rank - 1])) if len(near) >= rank else None
    if path is None:
        return Why("reach", (), found, None, None, collection(features))
    return Why("walk", _legs(path, travel), found, None, None, collection([*_lines(path), *features]))


def _to_one(lab: Lab, city: City, params: dict[str, Any], start: NDArray[np.float64]) -> Why:
    """The way to one place on foot, by bicycle or by car."""
    from stadslab.build.places import located
    from stadslab.build.projection import to_metres
    from stadslab.build.traveltimes import Travel

    streets = lab.builds.get("streetgraph", city)
    travel = Travel(params["mode"], params["walk_speed_m_s"], params["cycle_speed_m_s"])
    end = located(params["to"], city.layers.get("places"))
    start_xy, end_xy = to_metres(streets.crs, start[None])[0], to_metres(streets.crs, end)
    path = _around(streets, travel, start_xy, end_xy, params["max_minutes"]).path(0)
    goal = Near(params["to"], _name(city, params["to"]), "", float(end[0, 0]), float(end[0, 1]), None, None)
    if path is None:
        return Why("nothing", path=collection([_point(goal, "place")]))
    return Why(params["mode"], _legs(path, travel), path=collection([*_lines(path), _point(goal, "place")]))


def _journey(lab: Lab, city: City, base: City, params: dict[str, Any], start: NDArray[np.float64]) -> Why:
    """The journey of the departure at the percentile asked for, part by part."""
    from stadslab.build.journeys import ways_between
    from stadslab.build.projection import to_metres
    from stadslab.build.transitends import toward
    from stadslab.lab.verbs.journey import names_of

    streets, timetable = lab.builds.get("streetgraph", city), lab.builds.get("timetable", city)
    outing = _outing(params)
    start_xy = to_metres(streets.crs, start[None])[0]
    goals = toward(params["to"], streets.crs, _one(start), city.layers.get("places")).xy
    if not len(goals):
        return Why("nothing")
    near = goals[_by_distance(goals, start_xy)[:CANDIDATES]]
    best = near[0]
    if len(near) > 1:
        middle = replace(outing, depart=_clock(_middle(outing)), window_minutes=1, arrive="")
        tries = [ways_between(streets, timetable, middle, start_xy, goal)[0].total_s for goal in near]
        best = near[tries.index(min(tries))]
    way = _usual(ways_between(streets, timetable, _by_departure(outing), start_xy, best), outing, params["percentile"])
    if not way.found:
        return Why("nothing")
    names = names_of(city, base, timetable)
    speed, ends = params["walk_speed_m_s"], (start_xy, best)
    lines = [_part_line(part, names, streets, speed, ends) for part in way.parts if part.kind != "wait"]
    legs = tuple(_leg(part, names) for part in way.parts)
    path = collection([*lines, _end_point(streets.crs, best)])
    return Why("journey", legs, share=params["percentile"] / 100, path=path)


def _usual(ways: tuple[Way, ...], outing: Outing, percentile: float) -> Way:
    """The way that this share of departures does not exceed; by arrival, the latest that is there for each arrival."""
    if outing.arrive:
        ways = tuple(_latest(ways, int(at)) for at in outing.arrivals)
    ordered = sorted(ways, key=lambda way: way.total_s)
    return ordered[max(math.ceil(percentile / 100 * len(ordered)) - 1, 0)]


def _latest(ways: tuple[Way, ...], by: int) -> Way:
    """The last departure that arrives by a second of the day; one that is not found where none does."""
    from stadslab.build.journeys import Way

    there = [way for way in ways if way.found and way.depart_s + way.total_s <= by]
    return max(there, key=lambda way: way.depart_s) if there else Way(by, reason="none")


def _by_departure(outing: Outing) -> Outing:
    """The outing by departure: for arrivals, every minute from which one may still be there in time."""
    if not outing.arrive:
        return outing
    first = max(int(outing.arrivals[0]) - outing.limit_s, 0)
    return replace(outing, depart=_clock(first), window_minutes=(int(outing.arrivals[-1]) - first) // 60, arrive="")


def _middle(outing: Outing) -> int:
    times = outing.arrivals if outing.arrive else outing.departures
    return max(int(times[len(times) // 2]) - (outing.limit_s // 2 if outing.arrive else 0), 0)


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"


def _stops(lab: Lab, city: City, params: dict[str, Any], start: NDArray[np.float64]) -> Why:
    """The stops within the longest walk: where journeys from here begin."""
    from stadslab.build.projection import to_metres
    from stadslab.build.traveltimes import Travel

    streets, timetable = lab.builds.get("streetgraph", city), lab.builds.get("timetable", city)
    travel = Travel("walk", walk_speed_m_s=params["walk_speed_m_s"])
    limit = min(params["max_walk_minutes"], params.get("minutes", params.get("max_minutes", math.inf)))
    start_xy = to_metres(streets.crs, start[None])[0]
    here = _around(streets, travel, start_xy, to_metres(streets.crs, timetable.stop_lonlat), limit)
    found: list[Near] = []
    for at in here.nearest(len(timetable.stop_ids)).tolist():
        name = timetable.stop_names[at] or timetable.stop_ids[at]
        if any(stop.name == name for stop in found):
            continue  # the other platform, or the other side of the street
        lon, lat = timetable.stop_lonlat[at].tolist()
        minutes = float(here.minutes[at])
        found.append(Near(timetable.stop_ids[at], name, "stop", lon, lat, minutes, _walked(here, at)))
        if len(found) == NEAREST:
            break
    features = [_point(stop, "place") for stop in found]
    path = here.path(int(here.nearest(1)[0])) if found else None
    lines = _lines(path) if path is not None else []
    return Why("stops", (), tuple(found), int((here.minutes <= limit).sum()), None, collection([*lines, *features]))


def _around(
    streets: Any, travel: Travel, start_xy: NDArray[np.float64], place_xy: NDArray[np.float64], minutes: float
) -> Around:
    from stadslab.build.footpaths import around

    return around(streets, travel, start_xy, place_xy, minutes)


def _named(city: City, ids: list[str], here: Around, rows: NDArray[np.int64]) -> tuple[Near, ...]:
    from stadslab.build.places import lonlat_of

    table = city["places"].find(ids)
    points = lonlat_of(table)
    kinds, names = table["kind"].to_pylist(), table["name"].to_pylist()
    by_id = {one: at for at, one in enumerate(table["id"].to_pylist())}
    found = []
    for one, row in zip(ids, rows.tolist(), strict=True):
        at = by_id[one]
        lon, lat = points[at].tolist()
        found.append(Near(one, names[at] or "", kinds[at], lon, lat, float(here.minutes[row]), _walked(here, row)))
    return tuple(found)


def _walked(here: Around, row: int) -> float:
    return float(here.cost[row]) / 100  # on foot costs are centimetres


def _name(city: City, place: str) -> str:
    if "," in place or "places" not in city:
        return ""
    names = city["places"].find([place])["name"].to_pylist()
    return (names[0] or "") if names else ""


def _legs(path: Footpath, travel: Travel) -> tuple[Leg, ...]:
    """Its three parts; the walks are told in metres, the rest is what is left of the time."""
    walks = path.to_street_m / travel.walk_speed_m_s, path.from_street_m / travel.walk_speed_m_s
    along = max(path.minutes * 60 - sum(walks), 0.0)
    legs = (
        Leg("to_street", walks[0], metres=path.to_street_m),
        Leg("along", along, metres=path.along_m),
        Leg("from_street", walks[1], metres=path.from_street_m),
    )
    return tuple(leg for leg in legs if leg.seconds > 0)


def _leg(part: Part, names: Names) -> Leg:
    stop = {at: names.stop(at) if at >= 0 else "" for at in (part.from_stop, part.to_stop)}
    mode, line = names.line(part.trip) if part.trip >= 0 else ("", "")
    return Leg(
        part.kind,
        part.seconds,
        part.start_s,
        part.metres,
        stop[part.from_stop],
        stop[part.to_stop],
        mode,
        line,
        names.towards(part.trip) if part.trip >= 0 else "",
        max(len(part.calls) - 1, 0),
    )


def _outing(params: dict[str, Any]) -> Outing:
    from stadslab.build.transit import Outing

    return Outing(
        params["date"],
        params["depart"],
        params["window_minutes"],
        params["max_minutes"],
        min(params["max_walk_minutes"], params["max_minutes"]),
        params["max_rides"],
        params["walk_speed_m_s"],
        params["slack_s"],
        arrive=params.get("arrive", ""),
    )


def _by_distance(xy: NDArray[np.float64], start: NDArray[np.float64]) -> NDArray[np.int64]:
    import numpy as np

    return np.asarray(np.argsort(np.hypot(*(xy - start).T), kind="stable"), np.int64)


def _one(point: NDArray[np.float64]) -> Support:
    """One point as a support, for what asks for homes."""
    import pyarrow as pa

    from stadslab.core.support import Support

    return Support("point", ("here",), pa.array([b""], pa.binary()), point[None], digest="here")


def _part_line(
    part: Part, names: Names, streets: Any, speed: float, ends: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> dict[str, Any]:
    """The line of a part: rides from stop to stop, walks along the streets."""
    import numpy as np

    from stadslab.build.projection import to_metres
    from stadslab.build.traveltimes import Travel

    at = names.timetable.stop_lonlat
    if part.kind == "ride":
        return _line(at[[stop for stop, _, _ in part.calls]], "ride")
    a, b = (
        end if stop < 0 else to_metres(streets.crs, at[[stop]])[0]
        for stop, end in zip((part.from_stop, part.to_stop), ends, strict=True)
    )
    path = _around(streets, Travel("walk", walk_speed_m_s=speed), a, b[None], part.seconds / 60 + 2).path(0)
    if path is None:
        from stadslab.build.projection import to_lonlat

        return _line(to_lonlat(streets.crs, np.stack([a, b])), part.kind)
    return _line(np.concatenate(path.lines), part.kind)


def _lines(path: Footpath) -> list[dict[str, Any]]:
    kinds = ("to_street", "along", "from_street")
    return [_line(line, kind) for line, kind in zip(path.lines, kinds, strict=True)]


def _line(lonlat: NDArray[np.float64], kind: str) -> dict[str, Any]:
    points = [[round(x, 6), round(y, 6)] for x, y in lonlat.tolist()]
    return {
        "type": "Feature",
        "properties": {"kind": kind},
        "geometry": {"type": "LineString", "coordinates": points},
    }


def _point(place: Near, kind: str) -> dict[str, Any]:
    point = [round(place.lon, 6), round(place.lat, 6)]
    return {
        "type": "Feature",
        "properties": {"kind": kind, "name": place.name},
        "geometry": {"type": "Point", "coordinates": point},
    }


def _end_point(crs: str, xy: NDArray[np.float64]) -> dict[str, Any]:
    from stadslab.build.projection import to_lonlat

    lon, lat = to_lonlat(crs, xy[None])[0].tolist()
    return _point(Near("", "", "", lon, lat, None, None), "place")


def collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    """Features as GeoJSON."""
    return {"type": "FeatureCollection", "features": features}
