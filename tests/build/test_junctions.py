"""Which junctions speak for a reporting unit, and what they say together."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
import shapely

from stadslab.build.junctions import junctions_of, mean_at
from stadslab.build.streetgraph import StreetGraph
from stadslab.core.support import Support
from stadslab.core.values import Reason
from tests.build import sketch
from tests.build.sketch import street

CROSS = (
    street("east", "m e", (0, 0), (100, 0)),
    street("north", "m n", (0, 0), (0, 300)),
    street("west", "m w", (0, 0), (-50, 0)),
)


def boxes(*bounds: tuple[float, float, float, float]) -> Support:
    shapes = [shapely.box(*b) for b in bounds]
    middles = [tuple(shapely.get_coordinates(shapely.centroid(s))[0]) for s in shapes]
    ids = tuple(f"{n:04d}" for n in range(len(shapes)))
    return Support("sketch", ids, pa.array([sketch.wkb(s) for s in shapes], pa.binary()), sketch.lonlat(middles))


def told(graph: StreetGraph, support: Support, **at: float) -> tuple[list[float], list[Reason]]:
    value = np.array([at.get(name, 0.0) for name in graph.node_ids.tolist()])
    found = mean_at(junctions_of(graph, graph.network("walk"), support), value)
    return found.values.tolist(), [Reason(r) for r in found.reason]


def test_the_mean_is_weighted_by_the_streets_that_meet():
    graph = sketch.graph(*CROSS)
    values, reasons = told(graph, boxes((-60, -60, 60, 60), (90, -10, 110, 10)), m=10.0, w=1.0, e=7.0)
    assert values == pytest.approx([(450 * 10 + 50 * 1) / 500, 7.0])
    assert reasons == [Reason.KNOWN] * 2


def test_a_unit_without_a_junction_takes_the_nearest_within_500_m():
    graph = sketch.graph(*CROSS)
    support = boxes((40, 40, 60, 60), (100 + 499, -1, 100 + 500, 1), (100 + 501, -1, 100 + 502, 1))
    values, reasons = told(graph, support, m=10.0, e=7.0)
    assert values[:2] == [10.0, 7.0] or values[:2] == [7.0, 7.0]
    assert np.isnan(values[2])
    assert reasons == [Reason.KNOWN, Reason.KNOWN, Reason.NO_STREET_NEAR]


def test_bridges_and_fragments_do_not_speak():
    over = street("over", "p q", (0, 40), (300, 40), bridge=True)
    fragment = street("alone", "x y", (0, -80), (10, -80))
    long = street("long", "e far", (100, 0), (1500, 0))
    graph = sketch.graph(*CROSS, over, fragment, long)
    values, _ = told(graph, boxes((-20, 20, 20, 60), (-20, -90, 20, -70)), m=1.0, p=100.0, q=100.0, x=100.0, y=100.0)
    assert values == [1.0, 1.0]


def test_nobody_asks_and_nothing_is_there():
    graph = sketch.graph(*CROSS)
    assert told(graph, boxes()) == ([], [])
    water = sketch.graph(street("ferry", "a b", (0, 0), (100, 0), can=""))
    values, reasons = told(water, boxes((-10, -10, 10, 10)))
    assert np.isnan(values[0])
    assert reasons == [Reason.NO_STREET_NEAR]
