"""A small town as the files people have: an OpenStreetMap extract, districts, and people by district and age."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tests.sources.osm.maps import Map

WEST, SOUTH = 18.0, 59.0
LON, LAT = 0.0017, 0.0009  # one block: about a hundred metres
SIDE = 8  # streets each way
BRIDGE = 900
PEOPLE = {"west": (300, 60, 240), "east": (500, 200, 300), "island": (40, 15, 25)}  # total, young, old


@dataclass(frozen=True)
class Town:
    """Where the files are."""

    folder: Path
    streets: Path
    districts: Path
    people: Path
    plan: Path


def corner(i: float, j: float) -> tuple[float, float]:
    return round(WEST + i * LON, 7), round(SOUTH + j * LAT, 7)


def build(folder: Path) -> Town:
    """Write the files of the town."""
    folder.mkdir(parents=True, exist_ok=True)
    streets = _streets().write(folder / "town.osm")
    districts, people, plan = folder / "districts.geojson", folder / "people.csv", folder / "plan.json"
    districts.write_text(json.dumps({"type": "FeatureCollection", "features": _districts()}), encoding="utf-8")
    rows = ["area,total,age_0_17,age_18_99", *(f"{a},{','.join(map(str, n))}" for a, n in PEOPLE.items())]
    people.write_text("\n".join(rows) + "\n", encoding="utf-8")
    edits = [{"kind": "close_street", "street": f"osm:way/{BRIDGE}"}]
    plan.write_text(json.dumps({"format": 1, "name": "no-bridge", "why": "Repair.", "edits": edits}), encoding="utf-8")
    return Town(folder, streets, districts, people, plan)


def _streets() -> Map:
    town = Map()

    def node(i: int, j: int) -> int:
        return 100 + i * 20 + j

    for i in range(SIDE + 3):
        for j in range(SIDE):
            town.node(node(i, j), *corner(i, j))
    for j in range(SIDE):
        name = {"highway": "residential", "name": f"Street {j + 1}"}
        town.way(500 + j, [node(i, j) for i in range(SIDE)], name)
    for i in range(SIDE):
        town.way(600 + i, [node(i, j) for j in range(SIDE)], {"highway": "residential", "name": f"Avenue {i + 1}"})
    # an island in the east: two short streets behind one bridge
    town.way(BRIDGE, [node(7, 3), node(8, 3)], {"highway": "residential", "name": "Island bridge", "bridge": "yes"})
    town.way(901, [node(8, 2), node(8, 3), node(8, 4)], {"highway": "residential", "name": "Quay"})
    town.way(902, [node(8, 3), node(9, 3)], {"highway": "residential", "name": "Pier"})
    for number, (i, j, kind) in enumerate(((1, 1, "school"), (6, 6, "pharmacy"), (2, 5, "kindergarten"))):
        town.node(9000 + number, *corner(i + 0.02, j + 0.02), {"amenity": kind, "name": f"The {kind}"})
    town.node(9100, *corner(4.5, 4.02), {"shop": "supermarket", "name": "The shop"})
    return town


def _districts() -> list[dict[str, object]]:
    found = []
    for area, west, east in (("west", -0.4, 3.5), ("east", 3.5, 7.4), ("island", 7.6, 9.6)):
        ring = [corner(i, j) for i, j in ((west, -0.4), (east, -0.4), (east, 7.4), (west, 7.4), (west, -0.4))]
        shape = {"type": "Polygon", "coordinates": [ring]}
        found.append({"type": "Feature", "properties": {"area": area, "name": area.title()}, "geometry": shape})
    return found
