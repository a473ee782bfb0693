"""What was planted in the timetable: a metro branch, waits and run times, a change, and a ferry."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from stadslab.sources.synthetic.people import Areas
from stadslab.sources.synthetic.plan import Plan
from stadslab.sources.synthetic.timetable import Route, Stop, Transit
from stadslab.sources.synthetic.write_gtfs import SERVICES, WAIT_S, periods

Truth = dict[str, Any]

FEWEST = 2_000
"""A smaller town has no metro."""


def state_transit(plan: Plan, areas: Areas, transit: Transit) -> Truth:
    """The planted truths of public transport; empty for a town without a metro.

    Ids are those of the feed. Times are whole seconds of the timetable, walks excluded.
    """
    metro = [route for route in transit.routes if route.mode == "metro"]
    if plan.people < FEWEST or not metro:
        return {}
    stops = {stop.id: stop for stop in transit.stops}
    crossed = _crossed(metro, stops)
    return {
        "how_to_check": (
            "Read trips, stop times and headways of the feed. Someone at a stop at a random moment of a period waits "
            "half its headway on average (`mean_wait_s`); of moments that come once a minute the mean lies within half "
            "a minute of that."
        ),
        "lines": [_line(route, crossed) for route in metro],
        "branch": _branch(metro, crossed, areas, stops),
        "change": _change(metro, stops),
        "ferry": _ferry(plan, transit),
    }


def _crossed(metro: list[Route], stops: dict[str, Stop]) -> dict[str, list[int]]:
    """At which positions does a line stop at a station that another line has as well?"""
    calls = {route.id: [stops[stop].parent for stop in route.stops] for route in metro}
    return {
        line: [at for at, station in enumerate(own) if any(station in calls[other] for other in calls if other != line)]
        for line, own in calls.items()
    }


def _line(route: Route, crossed: dict[str, list[int]]) -> Truth:
    total = route.arrive_s[-1]
    return {
        "route_id": route.id,
        "name": route.short_name,
        "termini": [route.stops[0], route.stops[-1]],
        "interchanges": [
            {
                "stop_id": route.stops[at],
                "seconds_from_first_terminus": route.arrive_s[at],
                "seconds_from_last_terminus": total - route.arrive_s[at],
            }
            for at in crossed[route.id]
        ],
        "told_by_interval": route.by_frequency,
        "headways": _headways(route),
    }


def _headways(route: Route) -> dict[str, list[Truth]]:
    """Periods of the day by kind of day, hours as numbers (25 is one in the morning)."""
    return {
        service: [
            {"from_hour": start, "until_hour": end, "headway_s": headway, "mean_wait_s": headway / 2}
            for start, end, headway in periods(route, service)
        ]
        for service, *_ in SERVICES
    }


def _branch(metro: list[Route], crossed: dict[str, list[int]], areas: Areas, stops: dict[str, Stop]) -> Truth | None:
    """The longer arm of the longest line that has one beyond a change; None where lines change at their ends alone."""
    inner = {route.id: [at for at in crossed[route.id] if 0 < at < len(route.stops) - 1] for route in metro}
    lines = [route for route in metro if inner[route.id]]
    if not lines:
        return None
    line = max(lines, key=lambda route: route.at_m[-1])
    first, last = inner[line.id][0], inner[line.id][-1]
    forward = line.at_m[-1] - line.at_m[last] >= line.at_m[first]
    at = last if forward else first
    lost = line.stops[at + 1 :] if forward else line.stops[:at][::-1]
    served = [stop for route in metro for stop in route.stops]
    middle = shapely.get_coordinates(shapely.centroid(areas.outline))
    spots = np.array([stops[stop].xy for stop in served])
    nearest = np.argmin(np.hypot(*(middle[:, None] - spots[None]).transpose(2, 0, 1)), axis=1)
    there = [index for index, stop in enumerate(nearest.tolist()) if served[stop] in lost]
    people = int(areas.counts["total"][there].sum())
    terminus = stops[lost[-1]].name
    return {
        "how_to_check": (
            "Cut the line beyond the interchange towards the terminus: `stops_lost` lose it, nobody gains. "
            "For the people, take the nearest metro stop to the centroid of each area, as the crow flies."
        ),
        "route_id": line.id,
        "interchange": line.stops[at],
        "interchange_name": stops[line.stops[at]].name,
        "last_stop_served": line.stops[at],
        "terminus": lost[-1],
        "terminus_name": terminus,
        "stops_lost": list(lost),
        "seconds_from_terminus": abs(line.arrive_s[-1 if forward else 0] - line.arrive_s[at]),
        "area_codes": [areas.code[index] for index in there],
        "people": people,
        "in_words": (
            f"Closing {line.short_name} beyond {stops[line.stops[at]].name} towards {terminus} takes the nearest metro "
            f"stop from {people} people."
        ),
    }


def _change(metro: list[Route], stops: dict[str, Stop]) -> Truth | None:
    """One line to where it meets the next, and that one to its farther end."""
    for one in metro:
        for other in metro:
            meet = [
                (at, there)
                for at, stop in enumerate(one.stops)
                for there, twin in enumerate(other.stops)
                if one.id < other.id and stops[stop].parent == stops[twin].parent
            ]
            if meet:
                at, there = meet[0]
                here, on = stops[one.stops[at]], stops[other.stops[there]]
                apart = float(np.hypot(here.xy[0] - on.xy[0], here.xy[1] - on.xy[1]))
                return {
                    "how_to_check": (
                        "Door to door is the walk, the wait, the first run, the walk between the platforms, the wait "
                        "there, the second run, and the walk; the runs are these."
                    ),
                    "station": here.parent,
                    "platforms_apart_m": round(apart, 2),
                    "legs": [_leg(one, at, to=True), _leg(other, there, to=False)],
                }
    return None


def _leg(route: Route, at: int, *, to: bool) -> Truth:
    """The run between a stop and the end of the line that is farther from it in time: to the stop, or from it."""
    before, after = route.arrive_s[at], route.arrive_s[-1] - route.arrive_s[at]
    end = route.stops[0] if before > after else route.stops[-1]
    pair = (end, route.stops[at]) if to else (route.stops[at], end)
    # the timetable counts from the first stop: whoever boards on the way leaves after the vehicle has stood there
    stands = 0 if to or 0 in (before, after) else WAIT_S[route.mode]
    return {
        "route_id": route.id,
        "from": pair[0],
        "to": pair[1],
        "direction_id": int((pair[0] == route.stops[-1]) or (pair[1] == route.stops[0])),
        "run_s": max(before, after) - stands,
    }


def _ferry(plan: Plan, transit: Transit) -> Truth | None:
    """The crossing, and whether anything else that runs by the clock calls at the lands it joins."""
    line = next((route for route in transit.routes if route.mode == "ferry"), None)
    if line is None:
        return None
    calls = {stop for route in transit.routes for stop in route.stops}
    served = [stop for stop in transit.stops if stop.id in calls]
    spots = shapely.points([stop.xy for stop in served])
    lands = np.array([int(np.argmin(shapely.distance(np.array(plan.land, dtype=object), spot))) for spot in spots])
    quays = []
    for stop, land, spot in zip(served, lands.tolist(), spots.tolist(), strict=True):
        if stop.id in line.stops:
            others = [place for place in served if place.id not in line.stops]
            away = min(float(np.hypot(place.xy[0] - spot.x, place.xy[1] - spot.y)) for place in others)
            ashore = [other.id for other, there in zip(served, lands.tolist(), strict=True) if there == land]
            quays.append(
                {
                    "stop_id": stop.id,
                    "name": stop.name,
                    "nearest_other_stop_m": round(away, 1),
                    "other_stops_on_this_land": sum(name not in line.stops for name in ashore),
                    "only_public_transport_of_this_land": set(ashore) <= set(line.stops),
                }
            )
    return {
        "how_to_check": "Read the crossing from the feed; no other line calls at a quay. Land is what the sea parts.",
        "route_id": line.id,
        "quays": quays,
        "crossing_s": line.arrive_s[-1],
        "headways": _headways(line),
    }
