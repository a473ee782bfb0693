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
from stadslab.sources.synthetic.write_tables import PEOPLE_COLUMNS, SUPPRESSED

LABEL = "SYNTHETIC"


def state_truths(
    plan: Plan,
    areas: Areas,
    places: list[Place],
    drawn: DrawnMap,
    readings: Readings,
    incidents: Incidents,
    feed_rows: dict[str, int],
    town: str,
    lone_name: str,
    seed: int,
) -> dict[str, Any]:
    """All planted truths as a JSON-ready dictionary."""
    kinds = sorted({place.kind for place in places})
    lone = np.flatnonzero(areas.lone)
    on_lone = {kind: sum(p.kind == kind and p.piece == plan.lone for p in places) for kind in kinds}
    native, foreign = areas.counts["origin_native"], areas.counts["origin_foreign"]
    field = readings.field
    before_t, after_t = incidents.night["treated"]
    before_c, after_c = incidents.night["control"]
    realised = (after_t / before_t) / (after_c / before_c) - 1 if before_t and before_c and after_c else None
    return {
        "label": LABEL,
        "synthetic": True,
        "what": f"{town} is invented. Every file beside this one was generated; nothing in it describes a real place or person.",
        "generator": "stadslab synthetic 1",
        "parameters": {"people": plan.people, "seed": seed, "town": town},
        "centre": {"lon": ORIGIN_LON, "lat": ORIGIN_LAT},
        "crs": {"areas": METRIC_CRS, "everything_else": "OGC:CRS84 (lon, lat)"},
        "people": {
            "how_to_check": "Sum the columns of the people file; every set of groups adds up to `total` in every area without withheld cells.",
            "totals": {name: int(areas.counts[name].sum()) for name in PEOPLE_COLUMNS},
            "by_area": {code: int(total) for code, total in zip(areas.code, areas.counts["total"], strict=True)},
            "areas": len(areas.code),
        },
        "suppressed": {
            "how_to_check": f"These cells are written as {SUPPRESSED!r}; the true value stands here so that a spread can be judged.",
            "mark": SUPPRESSED,
            "cells": [
                {"area_code": code, "column": name, "true_value": int(areas.counts[name][areas.code.index(code)])}
                for code, name in areas.withheld
            ],
        },
        "dissimilarity_of_origin": {
            "how_to_check": "0.5 * sum over areas of |native_i / native - foreign_i / foreign| on the people file.",
            "planted": DISSIMILARITY,
            "of_the_written_integers": round(dissimilarity(native, foreign), 9),
            "tolerance": 0.005,
        },
        "lone_island": {
            "how_to_check": "Remove these ways: on foot (and by bicycle and car) nothing leads to the island any more. The ferry does not "
            "call there and the metro has no station there.",
            "name": lone_name,
            "bridge_name": drawn.lone_bridge_name,
            "bridge_way_ids": list(drawn.lone_bridge_ways),
            "area_codes": [areas.code[index] for index in lone],
            "people": int(areas.counts["total"][lone].sum()),
            "groups": {name: int(areas.counts[name][lone].sum()) for name in PEOPLE_COLUMNS},
            "places": {kind: count for kind, count in on_lone.items() if count},
            "places_missing": [kind for kind, count in on_lone.items() if not count],
            "in_words": f"Closing {drawn.lone_bridge_name} leaves {int(areas.counts['total'][lone].sum())} people on {lone_name} "
            "with no school, preschool or clinic to be reached on foot.",
        },
        "pollution_field": {
            "how_to_check": "For each sensor, distance in metres (in the areas' CRS) to the nearest way with one of `main_roads` as highway "
            "and to `centre` give the expected reading of each hour; residuals have mean 0 and the stated noise.",
            "pollutant": "NO2",
            "unit": "ug/m3",
            "formula": "background + (road * exp(-d_road / road_m) + centre * exp(-(d_centre / centre_m)^2)) * hour_factor(hour_utc)",
            "hour_factor": "1 + 0.35 * cos(2 * pi * (hour - 8) / 12) * (1 if 5 <= hour <= 20 else 0.4)",
            "coefficients": {"background": field.background, "road": field.road, "road_m": field.road_m, "centre": field.centre,
                             "centre_m": field.centre_m},
            "noise_standard_deviation": field.noise,
            "main_roads": list(MAIN_ROADS),
            "sensors": len(readings.xy),
            "readings": len(readings.value),
            "missing_readings": readings.missing,
            "stuck_sensor": {"sensor_id": f"no2-{readings.stuck + 1:02d}", "from_hour": readings.stuck_from},
        },
        "lighting": {
            "how_to_check": "Count incidents at night (20:00 to 05:59) by area: (after / before) in treated areas over (after / before) in "
            "control areas, minus one, is the effect. Group totals follow the plan to a rounding; weeks and places are random.",
            "intervention": "new street lighting",
            "date": str(LIGHTING_DATE),
            "treated_area_codes": list(incidents.treated),
            "control_area_codes": list(incidents.control),
            "effect_on_night_incidents": LIGHTING_EFFECT,
            "effect_realised_in_the_file": None if realised is None else round(realised, 6),
            "common_trend": NIGHT_TREND,
            "night_incidents": {name: {"before": b, "after": a} for name, (b, a) in incidents.night.items()},
            "incidents": len(incidents.time),
        },
        "places": {
            "how_to_check": "Count OSM objects by the tags of their kind (each place is tagged on exactly one object).",
            "by_kind": {kind: sum(place.kind == kind for place in places) for kind in kinds},
            "tags": {kind: dict(next(p for p in places if p.kind == kind).tags[:1]) for kind in kinds},
        },
        "streets": {
            "how_to_check": "Count ways by their highway value.",
            "ways_by_highway": drawn.ways_by_highway,
        },
        "osm_objects": {
            "nodes": len(drawn.drawing.xy),
            "ways": len(drawn.drawing.ways),
            "relations": len(drawn.drawing.relations),
        },
        "timetable": {"how_to_check": "Count rows per file of the feed.", "rows": feed_rows},
    }  # fmt: skip
