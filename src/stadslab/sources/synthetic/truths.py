"""What was planted, in plain words with numbers, so that a check can recover it from the files alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from stadslab.sources.synthetic.draw_map import DrawnMap
from stadslab.sources.synthetic.frame import METRIC_CRS
from stadslab.sources.synthetic.people import DISSIMILARITY, Areas, dissimilarity
from stadslab.sources.synthetic.places import Place
from stadslab.sources.synthetic.plan import ORIGIN_LAT, ORIGIN_LON, Plan
from stadslab.sources.synthetic.sensors import (
    LIGHTING_DATE,
    LIGHTING_EFFECT,
    MAIN_ROADS,
    NIGHT_TREND,
    Incidents,
    Readings,
)
from stadslab.sources.synthetic.timetable import Transit
from stadslab.sources.synthetic.transit_truths import state_transit
from stadslab.sources.synthetic.write_tables import PEOPLE_COLUMNS, SUPPRESSED

LABEL = "SYNTHETIC"

Truth = dict[str, Any]


def state_truths(
    plan: Plan,
    areas: Areas,
    places: list[Place],
    drawn: DrawnMap,
    transit: Transit,
    readings: Readings,
    incidents: Incidents,
    feed_rows: dict[str, int],
    town: str,
    lone_name: str,
    seed: int,
) -> Truth:
    """All planted truths as a JSON-ready dictionary; each says how to check it."""
    return {
        "label": LABEL,
        "synthetic": True,
        "what": f"{town} is invented. Every file beside this one was generated; none describes a real place or person.",
        "generator": "stadslab synthetic 1",
        "parameters": {"people": plan.people, "seed": seed, "town": town},
        "centre": {"lon": ORIGIN_LON, "lat": ORIGIN_LAT},
        "crs": {"areas": METRIC_CRS, "everything_else": "OGC:CRS84 (lon, lat)"},
        "people": _people(areas),
        "suppressed": _suppressed(areas),
        "dissimilarity_of_origin": _dissimilarity(areas),
        "lone_island": _lone_island(plan, areas, places, drawn, lone_name),
        "pollution_field": _pollution(readings),
        "lighting": _lighting(incidents),
        "places": _places(places),
        "streets": {
            "how_to_check": "Count ways by their highway value.",
            "ways_by_highway": drawn.ways_by_highway,
        },
        "osm_objects": {
            "how_to_check": "Count the objects of the map file by type.",
            "nodes": len(drawn.drawing.xy),
            "ways": len(drawn.drawing.ways),
            "relations": len(drawn.drawing.relations),
        },
        "timetable": {"how_to_check": "Count rows per file of the feed.", "rows": feed_rows},
        "transit": state_transit(plan, areas, transit),
    }


def _people(areas: Areas) -> Truth:
    return {
        "how_to_check": (
            "Sum the columns of the people file. Ages, incomes and origins each add up to `total` in every area "
            "that has no withheld cell among them."
        ),
        "totals": {name: int(areas.counts[name].sum()) for name in PEOPLE_COLUMNS},
        "by_area": {code: int(total) for code, total in zip(areas.code, areas.counts["total"], strict=True)},
        "areas": len(areas.code),
    }


def _suppressed(areas: Areas) -> Truth:
    row = {code: index for index, code in enumerate(areas.code)}
    return {
        "how_to_check": f"These cells are written as {SUPPRESSED!r}; their true values stand here to judge a guess by.",
        "mark": SUPPRESSED,
        "cells": [
            {"area_code": code, "column": name, "true_value": int(areas.counts[name][row[code]])}
            for code, name in areas.withheld
        ],
    }


def _dissimilarity(areas: Areas) -> Truth:
    return {
        "how_to_check": "0.5 * sum over areas of |native_i / native - foreign_i / foreign| on the people file.",
        "planted": DISSIMILARITY,
        "of_the_written_integers": round(
            dissimilarity(areas.counts["origin_native"], areas.counts["origin_foreign"]), 9
        ),
        "tolerance": 0.005,
    }


def _lone_island(plan: Plan, areas: Areas, places: list[Place], drawn: DrawnMap, lone_name: str) -> Truth:
    rows = np.flatnonzero(areas.lone)
    people = int(areas.counts["total"][rows].sum())
    kinds = sorted({place.kind for place in places})
    here = {kind: sum(place.kind == kind and place.piece == plan.lone for place in places) for kind in kinds}
    return {
        "how_to_check": (
            "Close these ways: on foot, by bicycle and by car nothing leads to the island any more. The ferry does not "
            "call there and the metro has no station there."
        ),
        "name": lone_name,
        "bridge_name": drawn.lone_bridge_name,
        "bridge_way_ids": list(drawn.lone_bridge_ways),
        "area_codes": [areas.code[index] for index in rows],
        "people": people,
        "groups": {name: int(areas.counts[name][rows].sum()) for name in PEOPLE_COLUMNS},
        "places": {kind: count for kind, count in here.items() if count},
        "places_missing": [kind for kind, count in here.items() if not count],
        "in_words": (
            f"Closing {drawn.lone_bridge_name} leaves {people} people on {lone_name} "
            "with no school, preschool or clinic to be reached on foot."
        ),
    }


def _pollution(readings: Readings) -> Truth:
    field = readings.field
    return {
        "how_to_check": (
            "For each sensor take the distance in metres (in the CRS of the areas) to the nearest way with one of "
            "`main_roads` as highway, and to `centre`; the formula gives the expected reading of each hour, and "
            "what is left over has mean 0 and the stated noise. Hours of the stuck sensor are no part of the field."
        ),
        "pollutant": "NO2",
        "unit": "ug/m3",
        "formula": (
            "background + (road * exp(-d_road / road_m) + centre * exp(-(d_centre / centre_m)^2)) "
            "* hour_factor(hour_utc)"
        ),
        "hour_factor": "1 + 0.35 * cos(2 * pi * (hour - 8) / 12) * (1 if 5 <= hour <= 20 else 0.4)",
        "coefficients": {
            "background": field.background,
            "road": field.road,
            "road_m": field.road_m,
            "centre": field.centre,
            "centre_m": field.centre_m,
        },
        "noise_standard_deviation": field.noise,
        "main_roads": list(MAIN_ROADS),
        "sensors": len(readings.xy),
        "readings": len(readings.value),
        "missing_readings": readings.missing,
        "stuck_sensor": {"sensor_id": f"no2-{readings.stuck + 1:02d}", "from_hour": readings.stuck_from},
    }


def _lighting(incidents: Incidents) -> Truth:
    before, after = incidents.night["treated"]
    control_before, control_after = incidents.night["control"]
    realised = (after / before) / (control_after / control_before) - 1
    return {
        "how_to_check": (
            "Count incidents at night (20:00 to 05:59) by area. (after / before) in treated areas, over the same "
            "in control areas, minus one, is the effect. The totals of the groups follow the plan to a rounding; weeks "
            "and places within them are random."
        ),
        "intervention": "new street lighting",
        "date": str(LIGHTING_DATE),
        "treated_area_codes": list(incidents.treated),
        "control_area_codes": list(incidents.control),
        "effect_on_night_incidents": LIGHTING_EFFECT,
        "effect_realised_in_the_file": round(realised, 6),
        "common_trend": NIGHT_TREND,
        "night_incidents": {name: {"before": b, "after": a} for name, (b, a) in incidents.night.items()},
        "incidents": len(incidents.time),
    }


def _places(places: list[Place]) -> Truth:
    kinds = sorted({place.kind for place in places})
    tags: dict[str, dict[str, str]] = {}
    for kind in kinds:
        first = next(place.tags for place in places if place.kind == kind)
        tags[kind] = dict(first[:2] if kind == "nursing_home" else first[:1])
    return {
        "how_to_check": "Count OSM objects with the tags of their kind; each place is tagged on exactly one object.",
        "by_kind": {kind: sum(place.kind == kind for place in places) for kind in kinds},
        "tags": tags,
    }
