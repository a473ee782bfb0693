"""A village of two long streets and three short ones, drawn in metres so that answers can be worked out by hand.

9 ======================= 10      Motorleden (y 200, cars only)
5 ----- 6 ------ 7 ------ 8       Kungsgatan (y 100)
|       |     :           .       Hamngatan (x 0), Kyrkogatan (x 100), a footbridge (x 150), a footway (x 300)
1 ----- 2 ------ 3 ------ 4       Storgatan (y 0)

Bus 55 runs along Storgatan from junction 1 to 4 and back, every 10 minutes from 07:00 to 08:50 on weekdays, and every
30 on Saturday; the stops of both ways stand across the street from each other. Metro Röd goes from T1 over the station
T2 (two platforms) to T3; every second train turns off to T4.
"""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pyarrow as pa
import shapely

from stadslab.core.city import City
from stadslab.core.layer import Layer, Stamp, Verdict
from stadslab.edits._ground import Plane, geodesic_m

PLANE = Plane(18.0, 59.0)
NODES = {
    1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (300, 0), 5: (0, 100), 6: (100, 100), 7: (200, 100), 8: (300, 100),
    9: (0, 200), 10: (300, 200), 11: (150, -50), 12: (150, 150),
}  # fmt: skip
STREETS = [
    ("osm:way/1#1-2", "Storgatan", "residential", "wcd"),
    ("osm:way/1#2-3", "Storgatan", "residential", "wcd"),
    ("osm:way/1#3-4", "Storgatan", "residential", "wcd"),
    ("osm:way/2#5-6", "Kungsgatan", "tertiary", "wcd"),
    ("osm:way/2#6-7", "Kungsgatan", "tertiary", "wcd"),
    ("osm:way/2#7-8", "Kungsgatan", "tertiary", "wcd"),
    ("osm:way/3#1-5", "Hamngatan", "residential", "wcd"),
    ("osm:way/4#2-6", "Kyrkogatan", "residential", "wcd"),
    ("osm:way/5#4-8", None, "footway", "w"),
    ("osm:way/6#9-10", "Motorleden", "motorway", "d"),
    ("osm:way/7#11-12", "Gångbron", "footway", "w"),
]


def at(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a point given in metres."""
    lon, lat = PLANE.lonlat(np.array([x, y], dtype=float))
    return round(float(lon), 7), round(float(lat), 7)


def line(*points: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    """A line given in metres."""
    return tuple(at(*p) for p in points)


def stamp() -> Stamp:
    return Stamp("village", "Village", "none", "none", "", (), {}, Verdict(0, 0), synthetic=True)


def street_rows() -> list[dict[str, Any]]:
    rows = []
    for street, name, highway, modes in STREETS:
        start, end = (int(n) for n in street.split("#")[1].split("-"))
        points = np.array(line(NODES[start], NODES[end]))
        walk, cycle, drive = (m in modes for m in "wcd")
        rows.append(
            {
                "id": street,
                "from_node": f"osm:node/{start}",
                "to_node": f"osm:node/{end}",
                "geometry": bytes(shapely.to_wkb(shapely.LineString(points))),
                "length_m": geodesic_m(points),
                "highway": highway,
                "name": name,
                "walk": walk,
                "cycle_forward": cycle,
                "cycle_backward": cycle,
                "drive_forward": drive,
                "drive_backward": drive,
                "speed_kmh": 50.0,
                "bridge": street.startswith("osm:way/7#"),
                "tunnel": False,
                "level": 1 if street.startswith("osm:way/7#") else 0,
                "steps": False,
            }
        )
    return rows


def layer(name: str, rows: list[dict[str, Any]]) -> Layer:
    from stadslab.core.schema import SCHEMAS

    return Layer.of(name, pa.Table.from_pylist(rows, schema=SCHEMAS[name].arrow), stamp())


def point(x: float, y: float) -> bytes:
    return bytes(shapely.to_wkb(shapely.Point(*at(x, y))))


def place_rows() -> list[dict[str, Any]]:
    return [
        {"id": "osm:node/101", "kind": "school", "name": "Gamla skolan", "geometry": point(50, 10), "capacity": 200.0},
        {"id": "osm:node/102", "kind": "preschool", "name": None, "geometry": point(250, 90), "capacity": None},
    ]


def people_rows() -> list[dict[str, Any]]:
    counts = [("total", "all", 100.0), ("income", "low", 60.0), ("income", "high", 40.0)]
    return [
        {"id": f"v:{dimension}:{group}", "geometry": point(50, 50), "dimension": dimension, "group": group}
        | {"measure": "count", "value": value, "suppressed": False}
        for dimension, group, value in counts
    ]


STOPS = [
    ("s1", "Hamnen", (0, 0)), ("s2", "Kyrkan", (100, 0)), ("s3", "Torget", (200, 0)), ("s4", "Bron", (300, 0)),
    ("n1", "Hamnen", (0, 10)), ("n2", "Kyrkan", (100, 10)), ("n3", "Torget", (200, 10)), ("n4", "Bron", (300, 10)),
    ("t1", "Väst", (0, 60)), ("t3", "Öst", (300, 60)), ("t4", "Norr", (200, 180)),
]  # fmt: skip
MONDAY, TUESDAY, SATURDAY = "2024-01-01", "2024-01-02", "2024-01-06"


def stop(name: str) -> str:
    return f"gtfs:v/stop/{name}"


def stop_rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"id": stop(i), "name": name, "geometry": point(*xy), "kind": "stop"} for i, name, xy in STOPS
    ]
    rows.append({"id": stop("T2"), "name": "Mitten", "geometry": point(150, 60), "kind": "station"})
    for platform in ("t2a", "t2b"):
        rows.append({"id": stop(platform), "name": None, "geometry": point(150, 60), "kind": "stop"})
        rows[-1]["parent"] = stop("T2")
    return rows


def route_rows() -> list[dict[str, Any]]:
    told = [("55", "55", "Hamnen - Bron", "bus"), ("red", "Röd", None, "metro")]
    return [
        {"id": f"gtfs:v/route/{i}", "name": name, "long_name": long, "mode": mode, "timezone": "Europe/Stockholm"}
        for i, name, long, mode in told
    ]


def trip(
    name: str, route: str, service: str, direction: int | None, stops: list[str], start: int, hop: int, dwell: int = 0
) -> dict[str, Any]:
    """A trip with equal hops and equal time at each stop on the way."""
    arrive = [start + k * (hop + dwell) - (dwell if k else 0) for k in range(len(stops))]
    depart = [a + (dwell if 0 < k < len(stops) - 1 else 0) for k, a in enumerate(arrive)]
    return {
        "id": f"gtfs:v/trip/{name}",
        "route": f"gtfs:v/route/{route}",
        "service": f"gtfs:v/service/{service}",
        "direction": direction,
        "stops": [stop(s) for s in stops],
        "arrive_s": arrive,
        "depart_s": depart,
    }


def trip_rows() -> list[dict[str, Any]]:
    out, back = ["s1", "s2", "s3", "s4"], ["n4", "n3", "n2", "n1"]
    rows = []
    for service, gap in (("week", 600), ("saturday", 1800)):
        for start in range(7 * 3600, 9 * 3600, gap):
            rows.append(trip(f"55-{service}-0-{start}", "55", service, 0, out, start, 60, 20))
            rows.append(trip(f"55-{service}-1-{start}", "55", service, 1, back, start, 60, 20))
    for k, start in enumerate(range(7 * 3600, 9 * 3600, 600)):
        end = ["t3", "t4"][k % 2]
        rows.append(trip(f"red-0-{start}", "red", "week", 0, ["t1", "t2a", end], start, 120))
        rows.append(trip(f"red-1-{start}", "red", "week", 1, [end, "t2b", "t1"], start, 120))
    return rows


def service_rows() -> list[dict[str, Any]]:
    runs = [("week", MONDAY), ("week", TUESDAY), ("saturday", SATURDAY)]
    return [{"id": f"gtfs:v/service/{s}@{day}", "service": f"gtfs:v/service/{s}", "date": day} for s, day in runs]


def village(*, reverse: bool = False) -> City:
    """The village; with `reverse`, the same rows given in the opposite order."""
    made = {"streets": street_rows(), "places": place_rows(), "people": people_rows()}
    made |= {"stops": stop_rows(), "routes": route_rows(), "trips": trip_rows(), "service_days": service_rows()}
    return City("village", "EPSG:32633").with_layer(
        *(layer(name, rows[::-1] if reverse else rows) for name, rows in made.items())
    )


def graph(city: City, mode: str = "walk") -> nx.MultiGraph:
    """Which junctions hang together for a mode, as another library sees it."""
    flags = {
        "walk": ("walk",),
        "cycle": ("cycle_forward", "cycle_backward"),
        "drive": ("drive_forward", "drive_backward"),
    }
    found = nx.MultiGraph()
    for row in city["streets"].scan().to_pylist():
        if any(row[flag] for flag in flags[mode]):
            found.add_edge(row["from_node"], row["to_node"], key=row["id"], weight=row["length_m"])
    return found


def ids(city: City, layer_name: str = "streets") -> set[str]:
    return set(city[layer_name].scan("id")["id"].to_pylist())


def row(city: City, street: str, layer_name: str = "streets") -> dict[str, Any]:
    found: dict[str, Any] = city[layer_name].find([street]).to_pylist()[0]
    return found
