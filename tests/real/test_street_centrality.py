"""Every street of Liechtenstein: betweenness of a sample of sources beside networkx, with and without a bound."""

from __future__ import annotations

from pathlib import Path

import networkx
import numpy as np
import pytest
from numpy.testing import assert_allclose

from stadslab.build.streetgraph import Mode, StreetGraph, build_streetgraph
from stadslab.core.source import Raw, RawFile
from stadslab.kernels import UNREACHABLE, centrality, csr
from stadslab.sources import osm
from tests.truth_plugin import Checker

SOURCES = 12


@pytest.fixture(scope="module")
def streets(real_data: Path) -> StreetGraph:
    extract = Raw((RawFile(real_data / "osm" / "liechtenstein.osm.pbf", ""),))
    return build_streetgraph(osm.read(extract, layers=("streets",))[0], "EPSG:32632")


def as_networkx(graph: csr.Graph) -> networkx.DiGraph:
    """Parallel arcs are one, the cheapest; none costs nothing."""
    network = networkx.DiGraph()
    network.add_nodes_from(range(graph.indptr.size - 1))
    tails, cost = csr.tails(graph.indptr), np.maximum(graph.cost, 1)
    for arc in np.argsort(-cost, kind="stable").tolist():
        if tails[arc] != graph.indices[arc]:
            network.add_edge(int(tails[arc]), int(graph.indices[arc]), cost=int(cost[arc]))
    return network


@pytest.mark.truth(
    id="walk",
    what="Liechtenstein on foot, ways from 12 junctions to all others: largest difference of betweenness to networkx",
    source="networkx, OpenStreetMap extract",
    expected=0,
    tolerance=1e-5,
)
@pytest.mark.truth(
    id="drive",
    what="Liechtenstein by car, quickest ways from 12 junctions: largest difference of betweenness to networkx",
    source="networkx, OpenStreetMap extract",
    expected=0,
    tolerance=1e-5,
)
def test_a_sample_of_sources_beside_networkx(streets: StreetGraph, truth: Checker) -> None:
    modes: tuple[Mode, ...] = ("walk", "drive")
    for mode in modes:
        network = streets.network(mode)
        nodes = network.component.size
        sample = np.random.default_rng(7).choice(nodes, SOURCES, replace=False)
        origins = np.zeros(nodes, np.int64)
        origins[sample] = 1
        ours = centrality.betweenness(*network.graph[:3], UNREACHABLE, streets.node_xy, origins=origins)
        graph = as_networkx(network.graph)
        theirs = networkx.betweenness_centrality_subset(graph, sample.tolist(), list(graph), weight="cost")
        assert ours.max() > nodes
        truth.check(float(np.abs(ours - [theirs[v] for v in range(nodes)]).max()), id=mode)


@pytest.mark.parametrize("limit", [120_000, UNREACHABLE])
def test_taking_off_trees_and_chains_changes_nothing(streets: StreetGraph, limit: int) -> None:
    """Weights of one everywhere are searched from every node, without any of it."""
    graph = streets.network("walk").graph[:3]
    nodes = graph[0].size - 1
    plain = centrality.betweenness(*graph, limit, streets.node_xy, origins=np.ones(nodes, np.int64))
    assert_allclose(centrality.betweenness(*graph, limit, streets.node_xy), plain, rtol=1e-9, atol=1e-3)
