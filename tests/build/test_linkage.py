"""Points to streets: nearest piece, share along it, and costs that add up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadslab.build.linkage import Links, by_node, direct_pairs, link, origin_entries, place_entries
from stadslab.build.streetgraph import StreetGraph
from tests.build import sketch
from tests.build.sketch import Point, street

CROSS = (
    street("east", "x e", (0, 0), (100, 0)),
    street("north", "x n", (0, 0), (0, 100)),
    street("west", "w x", (-100, 0), (0, 0)),
)
NONE = np.zeros(9, np.int32)


def linked(graph: StreetGraph, *points: Point, mode: str = "walk", **limit: float) -> Links:
    return link(graph, graph.network(mode), sketch.metres(points), **limit)  # type: ignore[arg-type]


def edges(graph: StreetGraph, links: Links) -> list[str | None]:
    return [graph.edge_ids[e] if e >= 0 else None for e in links.edge]


@pytest.mark.parametrize(
    ("point", "edge", "along", "access_cm"),
    [
        ((30, 12.5), "east", 0.30, 1250),
        ((30, -12.5), "east", 0.30, 1250),
        ((30, 0), "east", 0.30, 0),
        ((-30, 2), "west", 0.70, 200),  # runs from west to the crossing
        ((3, 77), "north", 0.77, 300),
        ((130, 40), "east", 1.0, 5000),  # beyond its end: 3-4-5
        ((0, 0), "east", 0.0, 0),  # at a junction: the first piece by id
        ((-3, -4), "west", 0.97, 400),
        ((10, 10), "east", 0.10, 1000),  # as far from east as from north: the first by id
    ],
)
def test_the_nearest_piece_and_how_far_along(point: Point, edge: str, along: float, access_cm: int) -> None:
    graph = sketch.graph(*CROSS)
    found = linked(graph, point)
    assert edges(graph, found) == [edge]
    assert found.along[0] == pytest.approx(along, abs=1e-6)
    assert found.access_cm[0] == access_cm
    assert found.linked.tolist() == [True]


def test_too_far_from_any_street() -> None:
    graph = sketch.graph(*CROSS)
    found = linked(graph, (50, -499.9), (50, -500.2), (5000, 5000))
    assert found.linked.tolist() == [True, False, False]
    assert linked(graph, (50, 21), max_access_m=20.0).linked.tolist() == [False]
    assert linked(graph, (50, 19), max_access_m=20.0).linked.tolist() == [True]


def test_no_points_and_no_streets_for_the_mode() -> None:
    graph = sketch.graph(street("motorway", "a b", (0, 0), (100, 0), can="d"))
    assert linked(graph).edge.tolist() == []
    assert linked(graph, (50, 1)).edge.tolist() == [-1]
    assert linked(graph, (50, 1), mode="drive").edge.tolist() == [0]


def test_a_bridge_overhead_is_passed_over() -> None:
    graph = sketch.graph(
        *CROSS,
        street("flyover", "e n", (100, 0), (100, 30), (0, 100), bridge=True),
        street("tube", "e w", (100, 0), (0, -20), (-100, 0), tunnel=True),
    )
    assert edges(graph, linked(graph, (100, 30), (0, -20))) == ["east", "east"]


def entries(graph: StreetGraph, links: Links, mode: str = "walk", *, leave: bool = True) -> dict[str, int]:
    """Node to cost of the first point."""
    make = origin_entries if leave else place_entries
    found = make(graph, graph.network(mode), links, links.access_cm)  # type: ignore[arg-type]
    return {graph.node_ids[n]: int(c) for n, c in zip(found.node[: found.ptr[1]], found.cost, strict=False)}


def test_both_ends_with_the_way_to_the_door() -> None:
    graph = sketch.graph(*CROSS)
    point = linked(graph, (30, 12.5))
    assert entries(graph, point) == {"x": 3000 + 1250, "e": 7000 + 1250}
    assert entries(graph, point, leave=False) == {"x": 3000 + 1250, "e": 7000 + 1250}


def test_a_one_way_street_is_left_at_its_head_and_entered_at_its_tail() -> None:
    graph = sketch.graph(
        street("s", "a b", (0, 0), (100, 0), can="wc>"), street("back", "b a", (100, 0), (50, 90), (0, 0))
    )
    point = linked(graph, (30, 0), mode="cycle")
    assert entries(graph, point, "cycle") == {"b": 7000}
    assert entries(graph, point, "cycle", leave=False) == {"a": 3000}


@given(st.lists(st.tuples(st.floats(-150, 150), st.floats(-50, 150)), max_size=8))
def test_the_parts_of_a_piece_add_up_to_the_whole(points: list[Point]) -> None:
    graph = sketch.graph(*CROSS)
    found = linked(graph, *points)
    network = graph.network("walk")
    out = origin_entries(graph, network, found, np.zeros(len(points), np.int32))
    assert np.diff(out.ptr).tolist() == [2] * len(points)
    assert (out.cost.reshape(-1, 2).sum(axis=1) == graph.length_cm[found.edge]).all()


def test_unlinked_points_enter_nowhere() -> None:
    graph = sketch.graph(*CROSS)
    found = linked(graph, (0, 9999), (30, 0))
    out = origin_entries(graph, graph.network("walk"), found, found.access_cm)
    assert out.ptr.tolist() == [0, 0, 2]
    ptr, point, cost = by_node(out, graph.n_nodes)
    assert dict(zip(graph.node_ids, np.diff(ptr).tolist(), strict=True)) == {"e": 1, "n": 0, "w": 0, "x": 1}
    assert point.tolist() == [1, 1]
    assert sorted(cost.tolist()) == [3000, 7000]


# the same piece of street


def straight(graph: StreetGraph, home: Point, place: Point, mode: str = "walk") -> int | None:
    origins, places = linked(graph, home, mode=mode), linked(graph, place, mode=mode)
    found = direct_pairs(graph.network(mode), origins, places, origins.access_cm, places.access_cm)  # type: ignore[arg-type]
    assert len(found.cost) <= 1
    return int(found.cost[0]) if len(found.cost) else None


def test_straight_along_the_same_piece() -> None:
    graph = sketch.graph(*CROSS)
    assert straight(graph, (20, 5), (80, -7)) == 6000 + 500 + 700
    assert straight(graph, (80, -7), (20, 5)) == 6000 + 500 + 700
    assert straight(graph, (20, 5), (20, 5)) == 1000
    assert straight(graph, (20, 5), (3, 80)) is None


def test_straight_along_a_one_way_street_only_with_the_traffic() -> None:
    graph = sketch.graph(
        street("s", "a b", (0, 0), (100, 0), can="wc>d<"), street("t", "b a", (100, 0), (50, 90), (0, 0))
    )
    assert straight(graph, (20, 0), (80, 0), "cycle") == 6000
    assert straight(graph, (80, 0), (20, 0), "cycle") is None
    assert straight(graph, (20, 0), (80, 0), "drive") is None
    assert straight(graph, (80, 0), (20, 0), "drive") == 6000  # 60 m at 10 m/s
    assert straight(graph, (80, 0), (20, 0), "walk") == 6000


def test_many_places_on_many_pieces() -> None:
    graph = sketch.graph(*CROSS)
    places = linked(graph, (80, 0), (0, 50), (20, 0), (0, 9999), (-50, 0))
    homes = linked(graph, (0, 20), (0, 9999), (40, 0))
    found = direct_pairs(graph.network("walk"), homes, places, NONE[:3], NONE[:5])
    assert found.ptr.tolist() == [0, 1, 1, 3]
    assert dict(zip(found.place[1:].tolist(), found.cost[1:].tolist(), strict=True)) == {0: 4000, 2: 2000}
    assert (found.place[0], found.cost[0]) == (1, 3000)
