"""Networks as OSMnx and others write them: two rows make one street, lists are lists, nothing is lost unsaid."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from pyproj import Geod, Transformer

from stadslab.core.errors import InputError
from stadslab.core.layer import Layer
from stadslab.core.source import Raw
from stadslab.sources.network_files import SOURCE
from stadslab.sources.network_files.edges import values_of
from stadslab.sources.network_files.pieces import use_of_edge
from tests.sources.osm import maps
from tests.sources.osm.maps import rows

NODES = {1: (18.0, 59.0), 2: (18.001, 59.0), 3: (18.002, 59.0), 4: (18.002, 59.001)}


def edge(u: int, v: int, *bends: tuple[float, float], **more: Any) -> dict[str, Any]:
    line = shapely.LineString([NODES[u], *bends, NODES[v]])
    plain = {"osmid": "10", "oneway": 0, "highway": "residential", "name": None, "maxspeed": None}
    return {"u": u, "v": v, "key": 0, **plain, **more, "geometry": line}


def there_and_back(u: int, v: int, *bends: tuple[float, float], **more: Any) -> list[dict[str, Any]]:
    return [edge(u, v, *bends, **more), edge(v, u, *reversed(bends), **more)]


def town() -> list[dict[str, Any]]:
    return [
        *there_and_back(1, 2, (18.0005, 59.0002), name="Storgatan", maxspeed="['50', '30']"),
        edge(3, 2, osmid="11", oneway=1, highway="['living_street', 'residential']"),
        *there_and_back(3, 4, osmid="[12, 13]", highway="motorway"),
    ]


def write(path: Path, edges: list[dict[str, Any]], **geo: Any) -> Path:
    import json

    names = list(edges[0])
    columns = {n: [e[n] if n != "geometry" else e[n] and e[n].wkb for e in edges] for n in names}
    described = {"encoding": "WKB", "geometry_types": ["LineString"], **geo}
    meta = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": described}}
    table = pa.table(columns)
    if "geometry" in names:
        table = table.replace_schema_metadata({"geo": json.dumps(meta)})
    pq.write_table(table, path)
    return path


def load(*paths: Path, **params: Any) -> Layer:
    raw = Raw(tuple(maps.raw_of(path).files[0] for path in paths))
    (layer,) = SOURCE.read(raw, None, **params)
    return layer


def test_two_rows_of_a_two_way_street_are_one_piece(tmp_path: Path) -> None:
    layer = load(write(tmp_path / "e.parquet", town()))
    found = rows(layer)
    assert sorted(found) == ["osm:way/10#1-2", "osm:way/11#3-2", "osm:way/12#3-4"]
    first = found["osm:way/10#1-2"]
    assert (first["from_node"], first["to_node"], first["name"]) == ("osm:node/1", "osm:node/2", "Storgatan")
    assert first["drive_forward"]
    assert first["drive_backward"]
    assert first["length_m"] == pytest.approx(Geod(ellps="WGS84").geometry_length(shapely.from_wkb(first["geometry"])))
    assert layer.stamp.verdict.rows_in == 5
    assert layer.stamp.verdict.dropped == {"way back, joined to the way there": 2}


def test_a_one_way_street_stays_one_way_for_wheels_only(tmp_path: Path) -> None:
    street = rows(load(write(tmp_path / "e.parquet", town())))["osm:way/11#3-2"]
    assert street["walk"]
    assert (street["drive_forward"], street["drive_backward"]) == (True, False)
    assert (street["cycle_forward"], street["cycle_backward"]) == (True, False)


def test_lists_allow_what_all_of_them_allow(tmp_path: Path) -> None:
    found = rows(load(write(tmp_path / "e.parquet", town())))
    assert found["osm:way/10#1-2"]["speed_kmh"] == 30
    assert found["osm:way/11#3-2"]["highway"] == "residential"
    assert found["osm:way/11#3-2"]["speed_kmh"] == 10
    assert not found["osm:way/12#3-4"]["walk"]
    mixed = use_of_edge({"highway": "primary;motorway"}, ())
    assert (mixed.walk, mixed.drive_forward, mixed.highway) == (False, True, "motorway")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("['a', 'b']", ["a", "b"]),
        ("[1, 2]", ["1", "2"]),
        (["b", "a"], ["a", "b"]),
        ("['broken", ["['broken"]),
        ("[not python]", ["[not python]"]),
        ("50", ["50"]),
        (50.0, ["50"]),
        (True, ["yes"]),
        ("False", ["no"]),
        ("nan", []),
        (float("nan"), []),
        (None, []),
        ("", []),
    ],
)
def test_cells(cell: object, expected: list[str]) -> None:
    assert values_of(cell) == expected


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_does_not_matter(tmp_path: Path, seed: int) -> None:
    expected = load(write(tmp_path / "e.parquet", town())).digest
    mixed = town()
    random.Random(seed).shuffle(mixed)
    assert load(write(tmp_path / "m.parquet", mixed)).digest == expected


def test_parallel_streets_stay_apart_under_their_own_ids(tmp_path: Path) -> None:
    edges = [*there_and_back(1, 2), *there_and_back(1, 2, (18.0005, 59.001))]
    assert sorted(rows(load(write(tmp_path / "e.parquet", edges)))) == ["osm:way/10#1-2", "osm:way/10#1-2~2"]


def test_a_ring_road_back_to_its_start(tmp_path: Path) -> None:
    bends = ((18.001, 59.001), (17.999, 59.001))
    layer = load(write(tmp_path / "e.parquet", [*there_and_back(1, 1, *bends), *there_and_back(1, 2)]))
    ring = rows(layer)["osm:way/10#1-1"]
    assert ring["drive_forward"]
    assert ring["drive_backward"]


def test_the_same_row_twice_is_told(tmp_path: Path) -> None:
    layer = load(write(tmp_path / "e.parquet", [*town(), town()[0]]))
    assert layer.stamp.verdict.dropped["the same edge twice"] == 1
    assert layer.rows == 3


def test_rows_that_are_not_directed_count_both_ways(tmp_path: Path) -> None:
    edges = [edge(1, 2), edge(3, 2, osmid="11", oneway=1)]
    found = rows(load(write(tmp_path / "e.parquet", edges)))
    assert found["osm:way/10#1-2"]["drive_backward"]
    assert not found["osm:way/11#3-2"]["drive_backward"]
    for row in edges:
        del row["oneway"]
    layer = load(write(tmp_path / "f.parquet", edges))
    assert rows(layer)["osm:way/11#3-2"]["drive_backward"]
    assert any("counts as two-way" in note for note in layer.stamp.verdict.notes)


def test_modes_say_whom_the_network_is_drawn_for(tmp_path: Path) -> None:
    edges = [*there_and_back(1, 2, highway="footway"), edge(3, 2, osmid="11", oneway=1, highway="steps")]
    path = write(tmp_path / "e.parquet", edges)
    walking, cycling = rows(load(path)), rows(load(path, modes=("cycle",)))
    assert walking["osm:way/10#1-2"]["walk"]
    assert not walking["osm:way/10#1-2"]["cycle_forward"]
    assert not cycling["osm:way/10#1-2"]["walk"]
    assert cycling["osm:way/10#1-2"]["cycle_forward"]
    assert not cycling["osm:way/11#3-2"]["cycle_forward"]  # stairs
    with pytest.raises(InputError, match="'fly' is no mode"):
        load(path, modes=("fly",))


def test_edges_without_lines_go_straight_between_nodes(tmp_path: Path) -> None:
    edges = [{k: v for k, v in e.items() if k != "geometry"} for e in town()]
    nodes = {"osmid": list(NODES), "x": [x for x, _ in NODES.values()], "y": [y for _, y in NODES.values()]}
    pq.write_table(pa.table(nodes), tmp_path / "nodes.parquet")
    layer = load(write(tmp_path / "edges.parquet", edges), tmp_path / "nodes.parquet")
    assert layer.rows == 3
    assert "5 edges have no geometry of their own and go straight from node to node" in layer.stamp.verdict.notes
    with pytest.raises(InputError, match="the edges have no geometry"):
        load(tmp_path / "edges.parquet")


def test_lines_without_named_nodes_join_where_they_touch(tmp_path: Path) -> None:
    edges = [{"edge_id": i, "highway": "path", "geometry": e["geometry"]} for i, e in enumerate(town())]
    found = rows(load(write(tmp_path / "e.parquet", edges)))
    assert len(found) == 3
    ends = Counter(row[end] for row in found.values() for end in ("from_node", "to_node"))
    assert ends["network:node/18.0010000,59.0000000"] == 2


def test_another_coordinate_system_is_turned_into_degrees(tmp_path: Path) -> None:
    move = Transformer.from_crs("OGC:CRS84", "EPSG:3006", always_xy=True)
    edges = town()
    expected = rows(load(write(tmp_path / "e.parquet", edges)))
    for row in edges:
        row["geometry"] = shapely.transform(row["geometry"], move.transform, interleaved=False)
    import pyproj

    path = write(tmp_path / "m.parquet", edges, crs=pyproj.CRS.from_epsg(3006).to_json_dict())
    found = rows(load(path))
    assert sorted(found) == sorted(expected)
    for name, row in found.items():
        assert row["length_m"] == pytest.approx(expected[name]["length_m"], abs=1e-3)
    with pytest.raises(InputError, match="no longitudes and latitudes"):
        load(write(tmp_path / "n.parquet", edges))


def test_a_geopackage_with_edges_and_nodes(tmp_path: Path) -> None:
    import geopandas as gpd

    edges = town()
    frame = gpd.GeoDataFrame(edges, geometry="geometry", crs="EPSG:4326")
    points = gpd.GeoDataFrame(
        {"osmid": list(NODES)}, geometry=[shapely.Point(p) for p in NODES.values()], crs="EPSG:4326"
    )
    frame.to_file(tmp_path / "town.gpkg", layer="edges")
    points.to_file(tmp_path / "town.gpkg", layer="nodes")
    assert load(tmp_path / "town.gpkg").digest == load(write(tmp_path / "e.parquet", edges)).digest


def graph() -> nx.MultiDiGraph:
    """As OSMnx saves it: all values text, lines as WKT, straight edges without one."""
    made = nx.MultiDiGraph(crs="epsg:4326")
    for number, (x, y) in NODES.items():
        made.add_node(number, x=str(x), y=str(y))
    for row in town():
        said = {k: str(v) for k, v in row.items() if k not in ("u", "v", "key", "geometry") and v is not None}
        said["oneway"] = str(bool(row["oneway"]))
        if len(row["geometry"].coords) > 2:
            said["geometry"] = row["geometry"].wkt
        made.add_edge(row["u"], row["v"], **said)
    return made


def test_graphml_says_the_same_as_geoparquet(tmp_path: Path) -> None:
    nx.write_graphml(graph(), tmp_path / "town.graphml")
    assert load(tmp_path / "town.graphml").digest == load(write(tmp_path / "e.parquet", town())).digest


def test_graphml_that_broke_off_or_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "town.graphml"
    nx.write_graphml(graph(), path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match="not whole GraphML"):
        load(path)
    nx.write_graphml(nx.MultiDiGraph(), path)
    with pytest.raises(InputError, match="there is no edge"):
        load(path)


def test_tables_that_are_no_network(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "a.parquet")
    with pytest.raises(InputError, match=r"one table of edges is needed, found: a\.parquet \(no edges\)"):
        load(tmp_path / "a.parquet")
    first = write(tmp_path / "e.parquet", town())
    with pytest.raises(InputError, match="one table of edges"):
        load(first, first)


def test_a_row_without_a_line_is_dropped_and_named(tmp_path: Path) -> None:
    edges = town()
    edges[2]["geometry"] = None
    layer = load(write(tmp_path / "e.parquet", edges))
    assert layer.stamp.verdict.dropped["no line to draw"] == 1
    assert "no line to draw: e.parquet, row 3" in layer.stamp.verdict.notes


# --- real networks -------------------------------------------------------------------------------------------


def lengths(layer: Layer) -> Counter[str]:
    table = layer.scan("highway", "length_m")
    found: Counter[str] = Counter()
    for highway, metres in zip(table["highway"].to_pylist(), table["length_m"].to_pylist(), strict=True):
        found[highway] += metres
    return found


@pytest.mark.real
@pytest.mark.truth(
    what="Inner-city Stockholm: length of the network from GeoParquet less that of the map written from it",
    source="two files of one network; streets the map holds twice counted once",
    expected=0.0,
    tolerance=1e-6,
    unit="m",
)
def test_the_inner_city_from_geoparquet_and_from_the_map_written_from_it(real_data: Path, truth: Any) -> None:
    """The map has 105 two-way streets twice: their two rows name the same ways in another order, so it keeps both."""
    folder = real_data / "osm"
    network = load(folder / "stockholm_drive_2020_edges.parquet", folder / "stockholm_drive_2020_nodes.parquet")
    written = maps.load(folder / "stockholm_drive_2020_rebuilt.osm.pbf", layers=("streets",))["streets"]
    assert network.rows == 9753
    once: dict[object, tuple[str, float]] = {}
    for row in written.scan().to_pylist():
        points = shapely.get_coordinates(shapely.from_wkb(row["geometry"])).round(7)
        once[min(points.tobytes(), points[::-1].tobytes())] = (row["highway"], row["length_m"])
    assert (written.rows, len(once)) == (9858, 9753)
    truth.check(sum(lengths(network).values()) - sum(metres for _, metres in once.values()))


@pytest.mark.real
@pytest.mark.parametrize(("name", "pieces"), [("drive", 3024), ("cycling", 3449)])
def test_sodermalm_without_named_nodes(real_data: Path, name: str, pieces: int) -> None:
    layer = load(real_data / "osm" / f"sodermalm_{name}_2026_edges.parquet")
    assert layer.rows == pieces
    assert layer.stamp.verdict.rows_in == {"drive": 4563, "cycling": 5822}[name]
