"""Which OSM tags everything in the town carries, and how streets become ways."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from shapely.geometry import LineString

from stadslab.sources.synthetic.buildings import Buildings
from stadslab.sources.synthetic.districts import Districts
from stadslab.sources.synthetic.motorway import Motorway
from stadslab.sources.synthetic.names import NameGiver
from stadslab.sources.synthetic.places import Place
from stadslab.sources.synthetic.plan import Plan
from stadslab.sources.synthetic.streets import CARS, Streets
from stadslab.sources.synthetic.timetable import Transit
from stadslab.sources.synthetic.write_osm import Drawing, Tags, chains, edge_nodes

MAXSPEED = {
    "motorway": "90",
    "motorway_link": "60",
    "primary": "50",
    "secondary": "50",
    "tertiary": "40",
    "unclassified": "40",
    "residential": "30",
    "service": "20",
}


@dataclass(frozen=True)
class DrawnMap:
    """The OSM drawing and what the truths need to know of it.

    Ids and name of the lone bridge's ways, and the number of ways by highway value.
    """

    drawing: Drawing
    lone_bridge_ways: tuple[int, ...]
    lone_bridge_name: str
    ways_by_highway: dict[str, int]


def draw_map(
    plan: Plan,
    districts: Districts,
    streets: Streets,
    motorway: Motorway,
    buildings: Buildings,
    places: list[Place],
    transit: Transit,
    town: str,
    lone_name: str,
    giver: NameGiver,
    random: np.random.Generator,
) -> DrawnMap:
    """Everything as OSM nodes, ways and relations."""
    drawing = Drawing()
    drawing.node(
        (0.0, 0.0),
        {
            "place": _size_word(plan.people),
            "name": town,
            "population": str(plan.people),
            "note": "synthetic",
            "source": "stadslab synthetic: an invented town, no real place",
        },
    )
    lone_spot = plan.land[plan.lone].representative_point()
    drawing.node((lone_spot.x, lone_spot.y), {"place": "island", "name": lone_name, "note": "synthetic"})
    _named_quarters(plan, districts, drawing, giver)
    lone_ways = _streets(plan, streets, motorway, transit, buildings, drawing, random)
    _rails(transit, drawing)
    _water(plan, drawing, giver)
    _green(plan, districts, drawing, giver)
    _houses(buildings, places, drawing)
    _points(places, drawing)
    ways_by_highway: dict[str, int] = {}
    for _, tags in drawing.ways:
        if "highway" in tags:
            ways_by_highway[tags["highway"]] = ways_by_highway.get(tags["highway"], 0) + 1
    name = str(streets.name[streets.lone_bridge[0]])
    return DrawnMap(drawing, lone_ways, name, dict(sorted(ways_by_highway.items())))


def _size_word(people: int) -> str:
    """What OSM calls a settlement of this size."""
    if people < 2000:
        return "village"
    return "town" if people < 50_000 else "city"


def _named_quarters(plan: Plan, districts: Districts, drawing: Drawing, giver: NameGiver) -> None:
    built = np.flatnonzero(np.isin(districts.use, ["centre", "inner", "slabs", "houses"]))
    spots = shapely.get_coordinates(shapely.point_on_surface(districts.faces[built]))
    kept: list[np.ndarray] = []
    for spot in spots:
        if all(np.hypot(*(spot - other)) > max(300, 0.22 * plan.radius_m) for other in kept):
            kept.append(spot)
            drawing.node(spot.tolist(), {"place": "suburb", "name": giver.district(), "note": "synthetic"})


TAGS_OF_RANK: dict[str, Tags] = {
    "primary": {"sidewalk": "both", "cycleway": "lane"},
    "secondary": {"sidewalk": "both", "cycleway": "lane"},
    "tertiary": {"sidewalk": "both"},
    "residential": {"sidewalk": "both"},
    "pedestrian": {"surface": "paving_stones", "bicycle": "yes"},
    "footway": {"surface": "gravel"},
    "cycleway": {"surface": "asphalt", "foot": "designated", "bicycle": "designated", "segregated": "no"},
    "path": {"surface": "ground"},
    "steps": {"handrail": "yes"},
}


def _street_tags(streets: Streets, edge: int, oneway: bool) -> Tags:
    rank = str(streets.rank[edge])
    tags: Tags = {"highway": rank, **TAGS_OF_RANK.get(rank, {})}
    if streets.name[edge]:
        tags["name"] = str(streets.name[edge])
    if rank in MAXSPEED:
        tags |= {"maxspeed": MAXSPEED[rank], "surface": "asphalt"}
    if rank == "footway" and edge % 5 == 0:
        tags |= {"bicycle": "no", "surface": "asphalt"}
    if rank == "steps":
        tags["step_count"] = str(max(4, round(streets.length_m[edge] / 2.2)))
    if rank != "path":
        tags["lit"] = "no" if rank == "footway" and edge % 4 == 0 else "yes"
    if streets.bridge[edge]:
        tags |= {"bridge": "yes", "layer": "1"}
    if streets.tunnel[edge]:
        tags |= {"tunnel": "yes", "layer": "-1", "foot": "no", "bicycle": "no", "sidewalk": "no"}
    if oneway:
        tags |= {"oneway": "yes", "oneway:bicycle": "no"}
    return tags


def _one_ways(
    plan: Plan, streets: Streets, strung: list[list[tuple[int, bool]]], random: np.random.Generator
) -> set[int]:
    """Edges that cars use one way only (as their chain runs); every junction can still be driven to and from."""
    cars = np.isin(streets.rank, CARS)
    middle = shapely.get_coordinates(shapely.line_interpolate_point(streets.line, 0.5, normalized=True))
    narrow = (streets.rank == "residential") & (np.hypot(middle[:, 0], middle[:, 1]) < 0.4 * plan.radius_m)
    lot = random.random(len(strung))
    chosen = {
        number for number, chain in enumerate(strung) if len(chain) >= 2 and narrow[chain[0][0]] and lot[number] < 0.45
    }
    chain_of = np.full(len(cars), -1)
    tail, head = streets.tail.copy(), streets.head.copy()
    for number in chosen:
        for edge, forwards in strung[number]:
            chain_of[edge] = number
            if not forwards:
                tail[edge], head[edge] = head[edge], tail[edge]
    count = len(streets.xy)
    for _ in range(30):
        single = np.isin(chain_of, sorted(chosen)) & cars
        rows = np.concatenate([tail[cars], head[cars & ~single]])
        columns = np.concatenate([head[cars], tail[cars & ~single]])
        _, strong = connected_components(
            coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(count, count)), directed=True, connection="strong"
        )
        main = np.bincount(strong[tail[cars]]).argmax()
        broken = set(chain_of[single & ((strong[tail] != main) | (strong[head] != main))].tolist())
        if not broken:
            break
        chosen -= broken
    return {edge for number in chosen for edge, _ in strung[number]}


def _streets(
    plan: Plan,
    streets: Streets,
    motorway: Motorway,
    transit: Transit,
    buildings: Buildings,
    drawing: Drawing,
    random: np.random.Generator,
) -> tuple[int, ...]:
    junction = drawing.nodes(streets.xy)
    line = np.array(
        [LineString(shapely.get_coordinates(shapely.simplify(item, 0.4))) for item in streets.line], dtype=object
    )
    nodes = edge_nodes(drawing, line, streets.tail, streets.head, junction)
    key = [
        (int(stroke), str(rank), str(name), bool(bridge), bool(tunnel))
        for stroke, rank, name, bridge, tunnel in zip(
            streets.stroke, streets.rank, streets.name, streets.bridge, streets.tunnel, strict=True
        )
    ]
    # Edges walk in the direction of their chain; a one-way street therefore runs one way along its whole length.
    edge_way = np.zeros(len(line), dtype=np.int64)
    strung = chains(streets.tail, streets.head, key)
    oneway = _one_ways(plan, streets, strung, random)
    for chain in strung:
        path: list[int] = []
        first = chain[0][0]
        tags = _street_tags(streets, first, first in oneway)
        members: list[int] = []
        for edge, forwards in chain:
            part = nodes[edge] if forwards else nodes[edge][::-1]
            path = part if not path else [*path, *part[1:]]
            members.append(edge)
            if len(path) > 900:
                edge_way[members] = drawing.way(path, tags)
                path, members = [], []
        if path:
            edge_way[members] = drawing.way(path, tags)
    lone_ways = tuple(sorted({int(edge_way[edge]) for edge in streets.lone_bridge}))
    # Bollards keep cars off walking streets; gates close off the ends of a few yards.
    soft = np.flatnonzero(np.isin(streets.rank, ["pedestrian", "cycleway", "footway"]))
    for edge in soft[random.random(len(soft)) < 0.12].tolist():
        if len(nodes[edge]) > 2:
            drawing.tag(nodes[edge][1], {"barrier": "bollard", "foot": "yes", "bicycle": "yes", "motor_vehicle": "no"})
    _motorway(motorway, junction, drawing)
    _driveways(plan, streets, motorway, buildings, nodes, drawing, random)
    if transit.ferry is not None:
        quay_nodes = []
        for node, spot in transit.quays:
            end = drawing.node(spot)
            quay_nodes.append(end)
            drawing.way(
                [junction[node], end], {"highway": "footway", "man_made": "pier", "surface": "wood", "lit": "yes"}
            )
        inner = drawing.nodes(shapely.get_coordinates(transit.ferry)[1:-1])
        drawing.way(
            [quay_nodes[0], *inner, quay_nodes[1]],
            {
                "route": "ferry",
                "name": transit.ferry_name,
                "foot": "yes",
                "bicycle": "yes",
                "motor_vehicle": "no",
                "duration": _duration(transit),
                "note": "synthetic",
            },
        )
    return lone_ways


def _motorway(motorway: Motorway, junction: list[int], drawing: Drawing) -> None:
    """Ways that meet share a node: equal points are one."""
    known: dict[tuple[float, float], int] = {}
    for road in motorway.roads:
        if road.junction >= 0:
            known[road.points[0]] = junction[road.junction]
        for point in road.points:
            if point not in known:
                known[point] = drawing.node(point)
        drawing.way([known[point] for point in road.points], road.tags)


def _driveways(
    plan: Plan,
    streets: Streets,
    motorway: Motorway,
    buildings: Buildings,
    nodes: list[list[int]],
    drawing: Drawing,
    random: np.random.Generator,
) -> None:
    """Short service ways between the houses, some behind a gate."""
    open_ends = np.flatnonzero(np.isin(streets.rank, ["residential", "unclassified"]) & ~streets.bridge)
    obstacles = shapely.STRtree([*buildings.outline, *streets.line, *motorway.lines()])
    inland = shapely.union_all([piece.buffer(-9) for piece in plan.land])
    shapely.prepare(inland)
    wanted, made = max(4, plan.people // 220), 0
    for edge in random.permutation(open_ends).tolist():
        inner = nodes[edge][1:-1]
        if not inner:
            continue
        node = inner[int(random.integers(len(inner)))]
        x, y = drawing.xy[node - 1]
        before = drawing.xy[nodes[edge][nodes[edge].index(node) - 1] - 1]
        length = float(random.uniform(20, 34)) * (1 if random.random() < 0.5 else -1)
        run = np.hypot(x - before[0], y - before[1])
        across = (-(y - before[1]) / run, (x - before[0]) / run)
        tip = (x + length * across[0], y + length * across[1])
        start = (x + 5 * np.sign(length) * across[0], y + 5 * np.sign(length) * across[1])
        drive = LineString([start, tip])
        if len(obstacles.query(drive, predicate="dwithin", distance=2.6)) or not inland.contains(drive):
            continue
        gated = made % 3 == 0
        gate = drawing.node(start, {"barrier": "gate", "access": "private"} if gated else None)
        end = drawing.node(tip)
        tags = {"highway": "service", "service": "driveway", "surface": "gravel"}
        drawing.way([node, gate, end], tags | ({"access": "private"} if gated else {}))
        made += 1
        if made == wanted:
            return


def _duration(transit: Transit) -> str:
    seconds = next(route.arrive_s[-1] for route in transit.routes if route.mode == "ferry")
    return f"00:{max(1, round(seconds / 60)):02d}"


def _rails(transit: Transit, drawing: Drawing) -> None:
    stations = {stop.xy: stop for stop in transit.stops if stop.location_type == 1}
    ids = {
        xy: drawing.node(
            xy,
            {
                "railway": "station",
                "station": "subway",
                "subway": "yes",
                "public_transport": "station",
                "name": stop.name,
                "ref": stop.id,
            },
        )
        for xy, stop in stations.items()
    }
    for route in transit.routes:
        if route.mode != "metro":
            continue
        nodes = [ids[(float(x), float(y))] for x, y in route.shape.coords]
        drawing.way(
            nodes,
            {
                "railway": "subway",
                "tunnel": "yes",
                "layer": "-2",
                "name": f"{route.short_name} {route.long_name}",
                "ref": route.short_name,
                "electrified": "rail",
            },
        )
    for stop in transit.stops:
        if stop.id.startswith("bus-"):
            drawing.node(
                stop.xy,
                {
                    "highway": "bus_stop",
                    "public_transport": "platform",
                    "name": stop.name,
                    "ref": stop.id,
                    "shelter": "yes",
                },
            )


def _water(plan: Plan, drawing: Drawing, giver: NameGiver) -> None:
    lake = plan.lake.difference(plan.lake_island)
    drawing.surface(lake, {"natural": "water", "water": "lake", "name": giver.district() + "sjön", "note": "synthetic"})
    filled = shapely.union_all([shapely.polygons(piece.exterior) for piece in plan.land])
    sea = plan.frame.difference(filled)
    for number, part in enumerate(sorted(shapely.get_parts(sea), key=lambda part: (-part.area, part.bounds))):
        if part.area > 100:
            tags = {"natural": "water", "water": "lagoon" if number else "bay", "salt": "yes", "note": "synthetic"}
            drawing.surface(part, {**tags, "name": giver.district() + "sfjärden"} if number < 4 else tags)


def _green(plan: Plan, districts: Districts, drawing: Drawing, giver: NameGiver) -> None:
    for face, use in zip(districts.faces, districts.use, strict=True):
        if use == "park":
            inner = face.buffer(-7, quad_segs=2)
            if inner.area > 1500:
                for part in shapely.get_parts(inner):
                    tags = {"leisure": "park"}
                    if part.area > 8000:
                        tags["name"] = giver.district() + "sparken"
                    drawing.surface(shapely.simplify(part, 1.0), tags)
        elif use == "allotments":
            drawing.surface(shapely.simplify(face.buffer(-5, quad_segs=2), 0.8), {"landuse": "allotments"})
        elif use == "industry":
            drawing.surface(shapely.simplify(face.buffer(-5, quad_segs=2), 0.8), {"landuse": "industrial"})
    built = shapely.union_all(
        [face.buffer(9, quad_segs=2) for face, use in zip(districts.faces, districts.use, strict=True) if use != "wood"]
    )
    for piece in plan.land:
        shore = piece.buffer(-5).difference(built).buffer(-6, quad_segs=2).buffer(6, quad_segs=2)
        for part in shapely.get_parts(shapely.simplify(shore, 1.5)):
            if part.geom_type == "Polygon" and part.area > 1200:
                drawing.surface(part, {"landuse": "forest"} if part.area > 6000 else {"natural": "heath"})
    for piece in plan.land:
        if piece.area < 2600:
            drawing.surface(piece.buffer(-1), {"natural": "bare_rock"})
    drawing.surface(plan.lake_island.buffer(-2), {"natural": "wood"})


def _houses(buildings: Buildings, places: list[Place], drawing: Drawing) -> None:
    on_house: dict[int, Tags] = {}
    for place in places:
        if place.building is not None:
            on_house[place.building] = dict(place.tags)
    corners = shapely.get_coordinates(buildings.outline).reshape(-1, 5, 2)
    for index in range(len(corners)):
        tag = str(buildings.tag[index])
        tags: Tags = {"building": tag, "building:levels": str(int(buildings.levels[index]))}
        if buildings.flats[index] > 1:
            tags["building:flats"] = str(int(buildings.flats[index]))
        tags |= on_house.get(index, {})
        ring = corners[index]
        nodes = drawing.nodes(ring[:4])
        if tag in ("house", "hut", "warehouse"):
            drawing.way([*nodes, nodes[0]], tags)
            continue
        # The wall towards the street is the first one; the door stands in its middle.
        door = drawing.node(
            buildings.entrance[index].tolist(), {"entrance": "main" if tag != "apartments" else "staircase"}
        )
        drawing.way([nodes[0], door, *nodes[1:], nodes[0]], tags)


def _points(places: list[Place], drawing: Drawing) -> None:
    for place in places:
        if place.ground is not None:
            drawing.surface(place.ground, dict(place.tags))
        elif place.building is None:
            drawing.node(place.xy, dict(place.tags))
