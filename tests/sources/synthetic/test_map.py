"""What the map promises: one network on foot, one island on one bridge, nothing in the water, no house on a street."""

from collections import Counter
from itertools import pairwise

import networkx as nx
import numpy as np
import shapely

from stadslab.sources.synthetic.generate import SyntheticCity
from tests.sources.synthetic.reading import OsmFile, by_car, multipolygon, on_foot, read_osm


def water(osm: OsmFile) -> list[shapely.Geometry]:
    wet = [multipolygon(osm, item) for item, (_, tags) in osm.relations.items() if tags.get("natural") == "water"]
    return wet + [osm.polygon(way) for way in osm.ways_with("natural", "water")]


def test_objects_are_sorted_and_carry_one_version_and_time(osm: OsmFile) -> None:
    rank = {"n": 0, "w": 1, "r": 2}
    keys = [(rank[kind], number) for kind, number in osm.order]
    assert keys == sorted(set(keys))
    assert len(osm.stamps) == 1


def test_ways_and_relations_name_only_what_is_there(osm: OsmFile) -> None:
    for nodes, _ in osm.ways.values():
        assert 2 <= len(nodes) <= 2000
        assert all(node in osm.lonlat for node in nodes)
        assert all(a != b for a, b in pairwise(nodes))
    for members, _ in osm.relations.values():
        assert all(kind == "w" and way in osm.ways for kind, way, _ in members)


def test_everything_can_be_reached_on_foot(osm: OsmFile) -> None:
    assert nx.number_connected_components(on_foot(osm)) == 1


def test_every_street_can_be_driven_to_and_from(osm: OsmFile) -> None:
    assert nx.is_strongly_connected(by_car(osm))


def test_a_larger_town_has_a_motorway_and_a_tunnel_for_cars_only(larger_town: SyntheticCity) -> None:
    osm = read_osm(larger_town.osm)
    graph = by_car(osm)
    ways = osm.ways_with("highway", "motorway", "motorway_link")
    assert {osm.ways[way][1]["highway"] for way in ways} == {"motorway", "motorway_link"}
    # Onto the motorway and off it again: everything but its ends at the edge of the map can be driven to and from.
    streets = max(nx.strongly_connected_components(graph), key=len)
    one = next(iter(streets))
    outside = set(graph) - streets
    on_it = {node for way in ways for node in osm.ways[way][0]}
    assert outside <= on_it
    assert outside & nx.descendants(graph, one)
    assert outside & nx.ancestors(graph, one)
    assert all(osm.ways[way][1]["foot"] == "no" for way in ways)
    below = [way for way in osm.ways_with("tunnel") if "highway" in osm.ways[way][1]]
    assert len(below) == 1
    assert osm.ways[below[0]][1]["foot"] == "no"
    assert nx.number_connected_components(on_foot(osm)) == 1
    houses = np.array([osm.polygon(way) for way in osm.ways_with("building")], dtype=object)
    lines = np.array([osm.line(way) for way in ways], dtype=object)
    assert len(shapely.STRtree(lines).query(houses, predicate="dwithin", distance=10)[0]) == 0


def test_closing_the_lone_bridge_cuts_off_the_lone_island_and_nothing_else(city: SyntheticCity, osm: OsmFile) -> None:
    truth = city.truths["lone_island"]
    bridge = set(truth["bridge_way_ids"])
    assert {osm.ways[way][1]["name"] for way in bridge} == {truth["bridge_name"]}
    assert all(osm.ways[way][1]["bridge"] == "yes" for way in bridge)
    parts = sorted(nx.connected_components(on_foot(osm, without=bridge)), key=len)
    assert len(parts) == 2
    # Every node of the part cut off lies in the island's areas, and none of the rest does.
    areas = city_areas(city)
    island = shapely.union_all([areas[code] for code in truth["area_codes"]]).buffer(1)
    shapely.prepare(island)
    bridge_nodes = {node for way in bridge for node in osm.ways[way][0]}
    assert all(shapely.contains_xy(island, *osm.metric[node]) for node in parts[0] - bridge_nodes)
    assert not any(shapely.contains_xy(island, *osm.metric[node]) for node in parts[1] - bridge_nodes)


def test_no_other_bridge_is_the_only_way(city: SyntheticCity, osm: OsmFile) -> None:
    lone = set(city.truths["lone_island"]["bridge_way_ids"])
    others = [way for way in osm.ways_with("bridge") if way not in lone and osm.ways[way][1].get("foot") != "no"]
    assert len(others) >= (2 if city.people > 2000 else 0)
    for way in others:
        graph = on_foot(osm, without={way})
        graph.remove_nodes_from([node for node in osm.ways[way][0][1:-1] if graph.degree(node) == 0])
        assert nx.number_connected_components(graph) == 1, osm.ways[way][1]


def test_streets_stay_out_of_the_water(osm: OsmFile) -> None:
    wet = shapely.union_all(water(osm)).buffer(-1.0)
    for way in osm.ways_with("highway"):
        tags = osm.ways[way][1]
        if not (tags.get("bridge") or tags.get("tunnel")):
            assert osm.line(way).intersection(wet).length < 0.5, (way, tags)


def test_bridges_cross_water_and_the_ferry_stays_on_it(city: SyntheticCity, osm: OsmFile) -> None:
    wet = shapely.union_all(water(osm))
    for way in osm.ways_with("route", "ferry"):
        assert osm.line(way).difference(wet.buffer(6)).length < 1
    over = [
        way for way in osm.ways_with("bridge") if osm.ways[way][1].get("highway") not in ("motorway", "motorway_link")
    ]
    assert sum(osm.line(way).intersects(wet) for way in over) >= (3 if city.people > 2000 else 1)


def test_houses_stand_clear_of_streets_water_and_each_other(osm: OsmFile) -> None:
    houses = np.array([osm.polygon(way) for way in osm.ways_with("building")], dtype=object)
    assert shapely.is_valid(houses).all()
    streets = np.array(
        [osm.line(way) for way in osm.ways_with("highway") if osm.ways[way][1].get("tunnel") is None], dtype=object
    )
    assert len(shapely.STRtree(streets).query(houses, predicate="intersects")[0]) == 0
    assert len(shapely.STRtree(water(osm)).query(houses, predicate="intersects")[0]) == 0
    one, other = shapely.STRtree(houses).query(houses, predicate="intersects")
    overlap = shapely.area(shapely.intersection(houses[one], houses[other]))[one != other]
    assert overlap.max(initial=0) < 0.5


def test_a_lake_is_a_relation_with_an_island(osm: OsmFile) -> None:
    lakes = [members for members, tags in osm.relations.values() if tags.get("water") == "lake"]
    assert any({role for _, _, role in members} == {"outer", "inner"} for members in lakes)


def test_places_and_streets_are_as_many_as_stated(city: SyntheticCity, osm: OsmFile) -> None:
    truths = city.truths
    counted = Counter(tuple(sorted(tags.items())) for tags in osm.all_tags())
    for kind, number in truths["places"]["by_kind"].items():
        wanted = set(truths["places"]["tags"][kind].items())
        found = sum(count for tags, count in counted.items() if wanted <= set(tags))
        assert found == number, kind
    highways = Counter(tags["highway"] for _, tags in osm.ways.values() if "highway" in tags)
    assert dict(highways) == truths["streets"]["ways_by_highway"]


def test_the_lone_island_has_a_shop_and_no_school(city: SyntheticCity, osm: OsmFile) -> None:
    truth = city.truths["lone_island"]
    areas = city_areas(city)
    island = shapely.union_all([areas[code] for code in truth["area_codes"]])
    shapely.prepare(island)
    here: Counter[str] = Counter()
    for node, tags in osm.node_tags.items():
        if shapely.contains_xy(island, *osm.metric[node]):
            here.update([tags.get("shop", ""), tags.get("amenity", "")])
    for way, (_, tags) in osm.ways.items():
        if {"amenity", "shop", "leisure"} & tags.keys() and osm.polygon(way).centroid.within(island):
            here.update([tags.get("shop", ""), tags.get("amenity", "")])
    assert here["school"] == here["kindergarten"] == here["clinic"] == here["hospital"] == here["doctors"] == 0
    assert here["convenience"] == truth["places"]["convenience"] >= 1
    assert here["cafe"] == truth["places"]["cafe"] >= 1


def test_the_map_says_that_it_is_synthetic(osm: OsmFile) -> None:
    towns = [tags for tags in osm.node_tags.values() if tags.get("place") in ("village", "town", "city")]
    assert len(towns) == 1
    assert towns[0]["note"] == "synthetic"
    assert "synthetic" in towns[0]["name"]
    lon, lat = np.array(list(osm.lonlat.values())).T
    assert lon.min() > 19.0
    assert lon.max() < 20.2
    assert lat.min() > 58.3
    assert lat.max() < 58.9


def city_areas(city: SyntheticCity) -> dict[str, shapely.Geometry]:
    import geopandas

    frame = geopandas.read_file(city.areas)
    return dict(zip(frame["area_code"], frame.geometry, strict=True))
