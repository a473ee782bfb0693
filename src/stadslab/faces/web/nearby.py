"""Help for drawing: what lies near a point, what is called so, and which lines there are."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from stadslab.core.said import Said

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.core.city import City

NEAREST = 5  # of each sort
MODES = (
    ("walk", ("walk",)),
    ("cycle", ("cycle_forward", "cycle_backward")),
    ("drive", ("drive_forward", "drive_backward")),
)
BOARDED = ("stop", "station")
WORDS_FOR = 8  # so many matches are told with length and crossings, which takes a look at all streets

Row = dict[str, Any]


@dataclass(slots=True)
class Nearby:
    """Streets, stops and places of one version of a city, found by where they are and by name. Safe to share."""

    city: City
    _trees: dict[str, Any] = field(default_factory=dict)
    _lines: dict[str, list[str]] | None = None
    _lock: Any = field(default_factory=threading.RLock)

    def streets(self, lon: float, lat: float, within_m: float, most: int = NEAREST) -> list[Row]:
        """Pieces of streets, nearest first: where on them the point falls, the whole way, who may use them."""
        found = []
        for row, away, at, shape in self._near("streets", lon, lat, within_m, most):
            told = _street(row)
            told |= {"away_m": away, "at": at, "line": _pairs(shape)}
            told |= {"words": self._street_words(row["id"]), "whole": self._street_words(told["way"])}
            told["whole_lines"] = self._lines_of(told["way"])
            ends = {"from_node": _pairs(shape)[0], "to_node": _pairs(shape)[-1]}
            told["junctions"] = [{"id": row[end], "at": point} for end, point in ends.items()]
            found.append(told)
        return found

    def stops(self, lon: float, lat: float, within_m: float, most: int = NEAREST) -> list[Row]:
        """Stops and stations, nearest first, each with the lines that call there."""
        found = []
        for row, away, at, _ in self._near("stops", lon, lat, within_m, most):
            parent = self.city["stops"].find([row["parent"]]).to_pylist() if row["parent"] else []
            station = {"id": parent[0]["id"], "words": parent[0]["name"] or parent[0]["id"]} if parent else None
            told = {"id": row["id"], "kind": row["kind"], "words": row["name"] or row["id"], "away_m": away, "at": at}
            found.append(told | {"station": station, "lines": self.lines_at(row["id"])})
        return found

    def places(self, lon: float, lat: float, within_m: float, most: int = NEAREST) -> list[Row]:
        """Places, nearest first."""
        return [
            {name: row[name] for name in ("id", "kind", "capacity")}
            | {"name": row["name"] or "", "words": _place_words(row), "away_m": away, "at": at}
            for row, away, at, _ in self._near("places", lon, lat, within_m, most)
        ]

    def lines(self) -> list[Row]:
        """Every line of public transport, in the order people look for them."""
        if "routes" not in self.city:
            return []
        rows = self.city["routes"].scan().to_pylist()
        told = [_line(row) for row in rows]
        return sorted(told, key=lambda line: (line["mode"], _natural(line["name"]), line["id"]))

    def lines_at(self, stop: str) -> list[Row]:
        """The lines that call at this stop, or at a platform of this station."""
        from stadslab.edits._lines import station

        calling = self._calling()
        ids = sorted({route for inside in station(self.city, stop) for route in calling.get(inside, ())})
        told = [_line(row) for row in self.city["routes"].find(ids).to_pylist()] if ids else []
        return sorted(told, key=lambda line: (line["mode"], _natural(line["name"]), line["id"]))

    def named(self, text: str, sort: str, most: int) -> list[Row]:
        """Streets (whole ways), stops, places or lines whose name, number or id has this text in it, best first."""
        wanted = text.strip().casefold()
        if not wanted:
            return []
        if sort == "lines":
            return [
                {"sort": sort, "id": line["id"], "words": line["words"], "about": line["long_name"], "at": None}
                for line in self.lines()
                if wanted in f"{line['words']} {line['long_name']} {line['id']}".casefold()
            ][:most]
        if sort not in self.city:
            return []
        ids, names, ranks = [], [], []
        table = self.city[sort].scan("id", "name")
        for number, (i, name) in enumerate(zip(*(c.to_pylist() for c in table.columns), strict=True)):
            called = (name or "").casefold()
            if wanted in called or wanted == i.casefold():
                ranks.append((not called.startswith(wanted), called, number))
                ids.append(i)
                names.append(name)
        order = sorted(range(len(ids)), key=ranks.__getitem__)
        if sort == "streets":
            ways: dict[str, str] = {}
            for k in order:
                ways.setdefault(ids[k].partition("#")[0], ids[k])
            kept = [(way, piece) for way, piece in list(ways.items())[:most]]
        else:
            kept = [(ids[k], ids[k]) for k in order[:most]]
        rows = {row["id"]: row for row in self.city[sort].find([row_id for _, row_id in kept]).to_pylist()}
        return [self._match(sort, i, rows[row_id], k < WORDS_FOR) for k, (i, row_id) in enumerate(kept)]

    def _match(self, sort: str, named: str, row: Row, in_full: bool) -> Row:
        import shapely

        middle = shapely.from_wkb(row["geometry"]).interpolate(0.5, normalized=True) if sort == "streets" else None
        point = middle or shapely.from_wkb(row["geometry"])
        words: str = row["name"] or named
        if sort == "streets" and in_full:
            words = self._street_words(named)
        elif sort == "places":
            words = _place_words(row)
        return {"sort": sort, "id": named, "words": words, "about": "", "at": _rounded((point.x, point.y))}

    def _street_words(self, street: str) -> str:
        from stadslab.edits._naming import described, pieces

        rows = pieces(self.city, street)
        return described(self.city, rows) if rows.num_rows else street

    def _lines_of(self, street: str) -> list[list[list[float]]]:
        import shapely

        from stadslab.edits._naming import pieces

        return [_pairs(shapely.from_wkb(wkb)) for wkb in pieces(self.city, street)["geometry"].to_pylist()]

    def _near(
        self, layer: str, lon: float, lat: float, within_m: float, most: int
    ) -> list[tuple[Row, float, Any, Any]]:
        import shapely

        from stadslab.edits._ground import Plane

        if layer not in self.city or not self.city[layer].rows:
            return []
        ids, shapes, tree = self._tree(layer)
        plane = Plane(lon, lat)
        reach = within_m / plane.scale
        box = shapely.box(lon - reach[0], lat - reach[1], lon + reach[0], lat + reach[1])
        maybe = np.sort(tree.query(box))
        if not maybe.size:
            return []
        flat = shapely.transform(shapes[maybe], plane.flat)
        here = shapely.Point(0, 0)
        away = shapely.distance(flat, here)
        order = [k for k in np.argsort(away, kind="stable").tolist() if away[k] <= within_m][:most]
        rows = {row["id"]: row for row in self.city[layer].find([ids[maybe[k]] for k in order]).to_pylist()}
        found = []
        for k in order:
            foot = flat[k].interpolate(flat[k].project(here)) if flat[k].geom_type == "LineString" else flat[k]
            at = _rounded(plane.lonlat(np.array([foot.x, foot.y])))
            found.append((rows[ids[maybe[k]]], round(float(away[k]), 2), at, shapes[maybe[k]]))
        return found

    def _tree(self, layer: str) -> tuple[list[str], NDArray[np.object_], Any]:
        import shapely

        with self._lock:
            if layer not in self._trees:
                columns = ["id", "geometry", *(["kind"] if layer == "stops" else [])]
                table = self.city[layer].scan(*columns)
                ids = table["id"].to_pylist()
                shapes = np.asarray(shapely.from_wkb(np.asarray(table["geometry"].to_pylist(), object)), object)
                if layer == "stops":
                    kept = np.array([kind in BOARDED for kind in table["kind"].to_pylist()], bool)
                    ids, shapes = [i for i, keep in zip(ids, kept, strict=True) if keep], shapes[kept]
                self._trees[layer] = (ids, shapes, shapely.STRtree(shapes))
            found: tuple[list[str], NDArray[np.object_], Any] = self._trees[layer]
            return found

    def _calling(self) -> dict[str, list[str]]:
        """Stop to the routes that call there."""
        import pyarrow as pa
        import pyarrow.compute as pc

        with self._lock:
            if self._lines is None:
                found: dict[str, list[str]] = {}
                if "trips" in self.city:
                    table = self.city["trips"].scan("route", "stops").combine_chunks()
                    lists = table["stops"].combine_chunks()
                    routes = table["route"].combine_chunks().take(pc.list_parent_indices(lists))
                    pairs = pa.table({"stop": pc.list_flatten(lists), "route": routes})
                    for row in pairs.group_by(["stop", "route"]).aggregate([]).to_pylist():
                        found.setdefault(row["stop"], []).append(row["route"])
                self._lines = found
            return self._lines


def _street(row: Row) -> Row:
    open_to = [mode for mode, flags in MODES if any(row[flag] for flag in flags)]
    return {
        "id": row["id"],
        "way": row["id"].partition("#")[0],
        "name": row["name"] or "",
        "highway": row["highway"],
        "length_m": round(row["length_m"], 1),
        "speed_kmh": row["speed_kmh"],
        "modes": open_to,
    }


def _line(row: Row) -> Row:
    mode, name = "line" if row["mode"] == "other" else row["mode"], row["name"] or row["id"]
    words = name if mode in name.casefold() else Said("{mode} {name}", mode=Said(mode), name=name)
    return {"id": row["id"], "mode": row["mode"], "name": name, "long_name": row["long_name"] or "", "words": words}


def _place_words(row: Row) -> str:
    kind = Said(row["kind"].replace("_", " "))
    return Said("{kind} {name}", kind=kind, name=row["name"]) if row["name"] else kind


def _natural(text: str) -> list[tuple[int, str]]:
    """So that 2 comes before 10."""
    import re

    return [(int(part), "") if part.isdecimal() else (-1, part.casefold()) for part in re.split(r"(\d+)", text) if part]


def _pairs(shape: Any) -> list[list[float]]:
    import shapely

    found: list[list[float]] = np.round(shapely.get_coordinates(shape), 7).tolist()
    return found


def _rounded(point: Any) -> list[float]:
    return [round(float(point[0]), 7), round(float(point[1]), 7)]


def is_place(lon: float, lat: float) -> bool:
    """Whether these are degrees of a point on Earth."""
    return math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90
