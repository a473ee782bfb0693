"""The fast engine beside the simple one, on whole towns: equal in every cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow.csv
import pytest
import shapely
from numpy.testing import assert_array_equal
from pyproj import Transformer

from benchmarks import graphs
from benchmarks.child import Clock
from stadslab.build import traveltimes
from stadslab.build.linkage import by_node
from stadslab.build.projection import shapes_of, utm_for
from stadslab.build.streetgraph import StreetGraph, build_streetgraph
from stadslab.build.traveltimes import Travel, Trips, trips
from stadslab.core.source import Raw, RawFile
from stadslab.kernels import access, contraction, csr, lanes, nearest, order
from stadslab.sources import osm
from stadslab.testing import simple_engine
from tests.kernels.graphs import Array, int32

SQUARE_M = 150.0
EXTRACTS = {
    "porto-alegre": "peer_porto_alegre/poa.osm.pbf",
    "liechtenstein": "osm/liechtenstein.osm.pbf",
    "andorra": "osm/andorra.osm.pbf",
}


class Town(NamedTuple):
    """Streets, middles of squares, and real places with what kind they are and what they count."""

    streets: StreetGraph
    homes: Array
    places: Array
    category: Array
    categories: int
    amount: Array


@pytest.fixture(scope="module", params=EXTRACTS)
def town(request: pytest.FixtureRequest, real_data: Path) -> Town:
    raw = Raw((RawFile(real_data / EXTRACTS[request.param], ""),))
    layers = {layer.name: layer for layer in osm.read(raw, layers=("streets", "places"))}
    bounds = shapely.total_bounds(shapes_of(layers["streets"].scan("geometry")["geometry"]))
    crs = utm_for(np.asarray(bounds).reshape(2, 2))
    streets = build_streetgraph(layers["streets"], crs)
    onto = Transformer.from_crs("OGC:CRS84", crs, always_xy=True)
    table = layers["places"].scan("kind", "geometry")
    middles = shapely.get_coordinates(shapely.centroid(shapely.from_wkb(np.asarray(table["geometry"].to_pylist()))))
    kinds, category = np.unique(np.asarray(table["kind"].to_pylist(), object), return_inverse=True)
    amount = np.ones(len(category), np.int64)
    if request.param == "porto-alegre":  # its extract has few places: the hexagons with schools join them
        hexagons = pyarrow.csv.read_csv(real_data / "peer_porto_alegre/poa_hexgrid.csv")
        schools = hexagons["schools"].fill_null(0).to_numpy()
        middles = np.vstack([middles, np.column_stack([hexagons["lon"], hexagons["lat"]])[schools > 0]])
        category = np.append(category, np.full((schools > 0).sum(), len(kinds)))
        amount = np.append(amount, schools[schools > 0])
    low, high = streets.node_xy.min(axis=0), streets.node_xy.max(axis=0)
    axes = [np.arange(a + SQUARE_M / 2, b, SQUARE_M) for a, b in zip(low, high, strict=True)]
    homes = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    places = np.column_stack(onto.transform(*middles.T))
    return Town(streets, homes, places, category.astype(np.int32), len(kinds) + 1, amount.astype(np.int64))


def simply(trip: Trips, town: Town, limit: int, k: int) -> simple_engine.Reach:
    graph = trip.network.graph
    return simple_engine.count_and_nearest(
        graph.indptr, graph.indices, graph.cost, trip.leave.ptr, trip.leave.node, trip.leave.cost,
        *by_node(trip.arrive, trip.n_nodes), town.category, town.amount, town.categories, trip.direct.ptr,
        trip.direct.place, trip.direct.cost, limit, k,
    )  # fmt: skip


def beside(town: Town, travel: Travel, minutes: tuple[float, ...], ks: tuple[int, ...]) -> None:
    trip = trips(town.streets, travel, town.homes, town.places)
    limits = int32([travel.cost(m) for m in minutes])
    assert trip.origins.linked.sum() > 1000
    assert trip.places.linked.sum() > 100
    ours = traveltimes.within(trip, limits, town.category, town.categories, town.amount)
    assert ours.any()
    for t, limit in enumerate(limits.tolist()):
        theirs = simply(trip, town, limit, max(ks))
        assert_array_equal(ours[:, t], theirs.counts)
        for k in ks:
            near = traveltimes.nearest(trip, limit, k, town.category, town.categories)
            assert_array_equal(near, theirs.nearest[..., :k])


def test_on_foot(town: Town) -> None:
    beside(town, Travel("walk"), (5, 10, 15), (1, 3))


@pytest.mark.long
def test_an_hour_on_foot(town: Town) -> None:
    beside(town, Travel("walk"), (60,), (1, 5))


def test_by_car_and_one_way_streets(town: Town) -> None:
    assert town.streets.network("drive").searchable.forward is not town.streets.network("drive").searchable.backward
    beside(town, Travel("drive"), (1, 3), (1, 2))


@pytest.mark.long
def test_by_bicycle(town: Town) -> None:
    beside(town, Travel("cycle"), (4,), (2,))


def test_few_homes_are_searched_from(town: Town) -> None:
    few = np.arange(0, len(town.homes), 37)
    trip = trips(town.streets, Travel("walk"), town.homes[few], town.places)
    limit = Travel("walk").cost(12)
    theirs = simply(trip, town, limit, 4)
    assert theirs.counts.any()
    ours = traveltimes.within(trip, int32([limit]), town.category, town.categories, town.amount)
    assert_array_equal(ours[:, 0], theirs.counts)
    assert_array_equal(traveltimes.nearest(trip, limit, 4, town.category, town.categories), theirs.nearest)


@pytest.mark.parametrize("raw", [False, True])
def test_node_to_node_in_one_of_the_seven_urban_areas(real_data: Path, tmp_path: Path, raw: bool) -> None:
    made = tmp_path / "liege.npz"
    facts = graphs.from_segments(Clock(), [str(real_data / "bench/liege_1656.parquet")], str(made), raw=raw)
    given: dict[str, Any] = dict(np.load(made))
    nodes, places = facts["nodes"], given["place_node"]
    number = np.empty(nodes, np.int32)
    number[order.along_curve(np.stack([given["x"], given["y"]], axis=1))] = np.arange(nodes, dtype=np.int32)
    tail, head = number[given["tail"]], number[given["head"]]
    graph = csr.build(nodes, np.append(tail, head), np.append(head, tail), np.append(given["cm"], given["cm"]))
    at = number[places]
    every, some = (np.stack([v, np.full_like(v, -1)], axis=1) for v in (np.arange(nodes, dtype=np.int32), np.sort(at)))
    category = given["place_category"][np.argsort(at, kind="stable")]
    load = access.load(8, np.arange(len(at) + 1), category, np.ones(len(at), np.int64))
    none, free = int32([]), [np.zeros(v.shape, np.int32) for v in (every, some)]
    seek = lanes.seekers(some, free[1], np.zeros(len(at) + 1, np.int64), none, none, nodes=nodes, items=nodes)
    back = lanes.seekers(every, free[0], np.zeros(nodes + 1, np.int64), none, none, nodes=nodes, items=len(at))
    found, there = lanes.items(every, free[0], nodes=nodes), lanes.items(some, free[1], nodes=nodes)
    ptr = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(some[:, 0], minlength=nodes), out=ptr[1:])
    for limit in (40_000, 120_000):
        theirs = simple_engine.count_and_nearest(
            *graph[:3], np.arange(nodes + 1), every[:, 0].copy(), np.zeros(nodes, np.int32), ptr,
            np.arange(len(at), dtype=np.int32), np.zeros(len(at), np.int32), category, load.amount, 8,
            np.zeros(nodes + 1, np.int64), none, none, limit, 5,
        )  # fmt: skip
        bound = int32([limit])
        for network in (contraction.contract(*graph[:3]), contraction.uncontracted(*graph[:3])):
            assert_array_equal(access.sums_for_items(network, seek, found, load, bound)[:, 0], theirs.counts)
            assert_array_equal(access.sums_for_seekers(network, back, there, load, bound)[:, 0], theirs.counts)
            for k in (1, 5):
                wanted = theirs.nearest[..., :k]
                assert_array_equal(access.nearest_for_items(network, seek, found, load, limit, k), wanted)
                assert_array_equal(access.nearest_for_seekers(network, back, there, load, limit, k), wanted)
                assert_array_equal(nearest.nearest(network, seek, every, free[0], load, limit, k), wanted)
