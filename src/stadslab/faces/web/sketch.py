"""What an edit does on the map, as GeoJSON: told by the rows it changes, so that every kind of edit has a sketch.

Each feature has a `role`: closed, changed, added, removed, stop_closed, homes, or refused (what was drawn, where the
edit cannot be made), and the layer and id it stands for.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from stadslab.core.city import City
    from stadslab.core.edit import Delta, Edit

PERMITS = ("walk", "cycle_forward", "cycle_backward", "drive_forward", "drive_backward")
MOST_FEATURES = 2000  # of one edit; what lies beyond is left out of the picture, never of the plan
DIGITS = 7
Feature = dict[str, Any]


def sketch(before: City, deltas: Sequence[Delta]) -> Feature:
    """The rows these changes touch, as a feature collection."""
    found: list[Feature] = []
    for delta in deltas:
        if delta.layer == "streets":
            found += _streets(before, delta)
        elif delta.layer == "trips":
            found += _trips(before, deltas, delta)
        elif delta.layer == "stops":
            found += [_point("added", "stops", row) for row in _rows(delta.upsert)]
        elif delta.layer == "places":
            found += [_point("added", "places", row, row["kind"]) for row in _rows(delta.upsert)]
            gone = before["places"].find(sorted(delta.drop)).to_pylist()
            found += [_point("removed", "places", row, row["kind"]) for row in gone]
        elif delta.layer == "people":
            totals = [row for row in _rows(delta.upsert) if row["dimension"] == "total"]
            found += [_point("homes", "people", row) for row in totals if row["geometry"]]
    return collection(found)


def refused(edit: Edit) -> Feature:
    """What was drawn for an edit that cannot be made: its points and lines."""
    found = []
    for param in edit.params():
        value = getattr(edit, param.name)
        if not param.pair or not value:
            continue
        points = [_number_pair(point) for point in (value if param.many else [value])]
        line = [point for point in points if point is not None][:MOST_FEATURES]
        if len(line) > 1:
            found.append(_feature("refused", "", "", {"type": "LineString", "coordinates": line}))
        elif line:
            found.append(_feature("refused", "", "", {"type": "Point", "coordinates": line[0]}))
    return collection(found)


def collection(features: Iterable[Feature]) -> Feature:
    """Features as one GeoJSON object."""
    return {"type": "FeatureCollection", "features": list(features)[:MOST_FEATURES]}


def _streets(before: City, delta: Delta) -> list[Feature]:
    rows = _rows(delta.upsert)
    named = [*(row["id"] for row in rows), *delta.drop]
    old = {row["id"]: row for row in before["streets"].find(named).to_pylist()}
    found = []
    for row in rows:
        was = old.get(row["id"])
        if was is None:
            if row["id"].rpartition("/")[0] in delta.drop:
                continue  # half of a piece that a new street splits
            role = "added"
        else:
            role = "closed" if any(was[flag] and not row[flag] for flag in PERMITS) else "changed"
        found.append(_feature(role, "streets", row["id"], _shape(row["geometry"]), name=row["name"]))
    halves = {row["id"].rpartition("/")[0] for row in rows}
    gone = sorted(i for i in delta.drop if i in old and i not in halves)
    return found + [_feature("removed", "streets", i, _shape(old[i]["geometry"]), name=old[i]["name"]) for i in gone]


def _trips(before: City, deltas: Sequence[Delta], delta: Delta) -> list[Feature]:
    rows = _rows(delta.upsert)
    old = {row["id"]: row for row in before["trips"].find([*(row["id"] for row in rows), *delta.drop]).to_pylist()}
    if rows and all(_same_journey(old.get(row["id"]), row) for row in rows) and not delta.drop:
        shut = {stop for row in rows for stop in _shut(old[row["id"]], row)}
        return [_point("stop_closed", "stops", row) for row in before["stops"].find(sorted(shut)).to_pylist()]
    changed = {**dict.fromkeys(delta.drop), **{row["id"]: row for row in rows}}
    routes = {row["route"] for row in [*rows, *old.values()]}
    here = _ground(before, deltas)
    found = []
    for route in sorted(routes):
        then = _hops(row for row in old.values() if row["route"] == route)
        now = _hops(row for row in changed.values() if row is not None and row["route"] == route)
        stay = _still_served(before, route, changed) if then - now else set()
        for role, hops in (
            ("removed", then - now - stay),
            ("added", now - then),
            ("changed", now & then),
        ):
            lines = [[here[a], here[b]] for a, b in sorted(hops) if a in here and b in here]
            if lines:
                shape = {"type": "MultiLineString", "coordinates": lines[:MOST_FEATURES]}
                found.append(_feature(role, "routes", route, shape))
    return found


def _same_journey(was: Feature | None, row: Feature) -> bool:
    same = ("stops", "arrive_s", "depart_s", "service", "route")
    return was is not None and all(was[name] == row[name] for name in same)


def _shut(was: Feature, row: Feature) -> set[str]:
    """Stops at which people could get on or off and no longer can."""
    found = set()
    for name in ("pickup", "dropoff"):
        flags = was[name] or [True] * len(was["stops"])
        now = row[name] or [True] * len(row["stops"])
        found |= {stop for stop, a, b in zip(row["stops"], flags, now, strict=True) if a and not b}
    return found


def _hops(rows: Iterable[Feature]) -> set[tuple[str, str]]:
    """Pairs of stops that follow each other, whichever way."""
    found: set[tuple[str, str]] = set()
    for stops in {tuple(row["stops"]) for row in rows}:
        found |= {(min(pair), max(pair)) for pair in itertools.pairwise(stops)}
    return found


def _still_served(before: City, route: str, changed: dict[str, Any]) -> set[tuple[str, str]]:
    import pyarrow.compute as pc

    table = before["trips"].scan("id", "route", "stops")
    rows = table.filter(pc.equal(table["route"], route)).to_pylist()
    return _hops(row for row in rows if row["id"] not in changed)


def _ground(before: City, deltas: Sequence[Delta]) -> dict[str, list[float]]:
    """Where each stop is, new ones included."""
    import numpy as np
    import shapely

    table = before["stops"].scan("id", "geometry")
    points = shapely.get_coordinates(shapely.from_wkb(np.asarray(table["geometry"].to_pylist(), object)))
    found = dict(zip(table["id"].to_pylist(), np.round(points, DIGITS).tolist(), strict=True))
    for delta in deltas:
        if delta.layer == "stops":
            found |= {row["id"]: _shape(row["geometry"])["coordinates"] for row in _rows(delta.upsert)}
    return found


def _rows(table: pa.Table | None) -> list[Feature]:
    return [] if table is None else list(table.to_pylist())


def _point(role: str, layer: str, row: Feature, kind: str = "") -> Feature:
    return _feature(role, layer, row["id"], _shape(row["geometry"]), name=row.get("name"), kind=kind)


def _feature(role: str, layer: str, name_of: str, shape: Feature, **told: Any) -> Feature:
    properties = {"role": role, "layer": layer, "id": name_of} | {k: v for k, v in told.items() if v}
    return {"type": "Feature", "geometry": shape, "properties": properties}


def _shape(wkb: bytes) -> Feature:
    import numpy as np
    import shapely

    shape = shapely.from_wkb(wkb)
    points = np.round(shapely.get_coordinates(shape), DIGITS).tolist()
    if shape.geom_type == "Point":
        return {"type": "Point", "coordinates": points[0]}
    if shape.geom_type == "LineString":
        return {"type": "LineString", "coordinates": points}
    told: Feature = shape.__geo_interface__
    return told


def _number_pair(value: Any) -> list[float] | None:
    try:
        lon, lat = (float(part) for part in value)
    except (TypeError, ValueError):
        return None
    fits = math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90
    return [round(lon, DIGITS), round(lat, DIGITS)] if fits else None
