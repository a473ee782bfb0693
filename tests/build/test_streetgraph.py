"""Streets as arrays: what each piece costs, who may pass it which way, and what may be linked to."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from stadslab.build.streetgraph import STRAY_METRES, STRAY_NODES, StreetGraph, _arc_order, build_streetgraph
from stadslab.core.errors import InputError
from stadslab.core.layer import InMemory, Layer
from tests.build import sketch
from tests.build.sketch import street


def arcs(graph: StreetGraph, mode: str) -> set[tuple[str, str, int]]:
    """(from, to, cost) of every arc of a mode."""
    found = graph.network(mode).graph  # type: ignore[arg-type]
    tails = np.repeat(np.arange(graph.n_nodes), np.diff(found.indptr))
    name = graph.node_ids
    return {(name[a], name[b], int(c)) for a, b, c in zip(tails, found.indices, found.cost, strict=True)}


def linkable(graph: StreetGraph, mode: str = "walk") -> set[str]:
    return set(graph.edge_ids[graph.network(mode).linkable])  # type: ignore[arg-type]


ROAD = street("main", "a b", (0, 0), (100, 0), can="wcd")


def test_walking_is_both_ways_and_in_whole_centimetres() -> None:
    graph = sketch.graph(street("s", "a b", (0, 0), (100, 0), length=100.126, can="w"))
    assert arcs(graph, "walk") == {("a", "b", 10013), ("b", "a", 10013)}
    assert arcs(graph, "cycle") == arcs(graph, "drive") == set()


def test_a_bend_is_as_long_as_it_is_said_to_be() -> None:
    graph = sketch.graph(street("s", "a b", (0, 0), (30, 40), (60, 0)))
    assert arcs(graph, "walk") == {("a", "b", 10000), ("b", "a", 10000)}


def test_one_way_streets() -> None:
    graph = sketch.graph(street("s", "a b", (0, 0), (100, 0), can="wc>d<", kmh=36))
    assert arcs(graph, "walk") == {("a", "b", 10000), ("b", "a", 10000)}
    assert arcs(graph, "cycle") == {("a", "b", 10000)}
    assert arcs(graph, "drive") == {("b", "a", 10_000)}  # 100 m at 10 m/s


@pytest.mark.parametrize(("kmh", "ms"), [(30, 12_000), (50, 7_200), (90, 4_000)])
def test_driving_costs_milliseconds(kmh: float, ms: int) -> None:
    assert arcs(sketch.graph(street("s", "a b", (0, 0), (100, 0), kmh=kmh)), "drive") == {
        ("a", "b", ms),
        ("b", "a", ms),
    }


def test_parallel_pieces_and_loops_stay() -> None:
    graph = sketch.graph(
        ROAD,
        street("bow", "a b", (0, 0), (50, 50), (100, 0)),
        street("loop", "b b", (100, 0), (150, 10), (150, -10), (100, 0)),
    )
    assert len(graph.network("walk").graph.indices) == 6


def test_the_order_of_rows_never_matters() -> None:
    rows = [ROAD, street("x", "b c", (100, 0), (100, 70)), street("y", "c a", (100, 70), (0, 0), can="wc>")]
    one, other = sketch.streets(*rows), sketch.streets(*rows[::-1])
    shuffled = one.handle.read().take([2, 0, 1])
    graphs = [
        build_streetgraph(layer, sketch.CRS)
        for layer in (one, other, type(one)(one.name, one.schema, InMemory(shuffled), one.digest, one.stamp, 3))
    ]
    for mode in ("walk", "cycle", "drive"):
        assert arcs(graphs[0], mode) == arcs(graphs[1], mode) == arcs(graphs[2], mode)


def test_a_city_of_one_way_streets_without_a_way_back_has_no_leftovers() -> None:
    one = street("one", "a b", (0, 0), (100, 0), can="wd>")
    two = street("two", "b c", (100, 0), (200, 0), can="wd>")
    assert sketch.graph(one, two).network("drive").linkable.all()
    back = street("back", "c d", (200, 0), (300, 0), can="wd")
    assert sketch.graph(one, two, back).network("drive").linkable.tolist() == [True, False, False]


def test_no_such_mode() -> None:
    with pytest.raises(InputError, match=r"no way of moving is called 'fly' \(one of walk, cycle, drive\)"):
        sketch.graph(ROAD).network("fly")  # type: ignore[arg-type]


def test_a_network_is_made_once() -> None:
    graph = sketch.graph(ROAD)
    assert graph.network("walk") is graph.network("walk")


def test_every_impossible_length_and_speed_is_told_with_its_street() -> None:
    rows = [
        ROAD,
        street("nan", "a b", (0, 0), (1, 1), length=float("nan")),
        street("minus", "a b", (0, 0), (1, 1), length=-5.0),
        street("still", "a b", (0, 0), (1, 1), kmh=0.0),
    ]
    with pytest.raises(InputError) as caught:
        sketch.graph(*rows)
    told = [str(p) for p in caught.value.problems]
    assert told == [
        "street minus: length_m is -5 m (between 0 and 1e+06 m)",
        "street nan: length_m is nan m (between 0 and 1e+06 m)",
        "street still: speed_kmh is 0 km/h (between 0 and 500 km/h)",
    ]


def test_no_street_at_all() -> None:
    with pytest.raises(InputError, match=r"there is no street in it \(load a street network first\)"):
        sketch.graph()


def test_a_street_of_no_length_is_a_street() -> None:
    graph = sketch.graph(ROAD, street("dot", "b c", (100, 0), (100.001, 0), length=0.0))
    assert ("b", "c", 0) in arcs(graph, "walk")


# what may be linked to


def test_bridges_and_tunnels_are_passed_but_never_linked_to_while_stairs_are() -> None:
    graph = sketch.graph(
        ROAD,
        street("bridge", "b c", (100, 0), (200, 0), bridge=True),
        street("tunnel", "c d", (200, 0), (300, 0), tunnel=True),
        street("stairs", "d e", (300, 0), (310, 0), steps=True, can="w"),
    )
    assert linkable(graph) == {"main", "stairs"}
    assert len(arcs(graph, "walk")) == 8


def chain(name: str, y: float, count: int, step: float) -> list[dict[str, object]]:
    return [
        street(f"{name}{i:02d}", f"{name}{i} {name}{i + 1}", (i * step, y), ((i + 1) * step, y)) for i in range(count)
    ]


@pytest.mark.parametrize(
    ("count", "step", "stays"),
    [
        (3, 100.0, False),  # 4 junctions, 300 m
        (STRAY_NODES - 2, 20.0, False),  # 39 junctions, 760 m
        (STRAY_NODES - 1, 20.0, True),  # 40 junctions
        (5, STRAY_METRES / 5, True),  # 1,000 m
        (5, STRAY_METRES / 5 - 0.1, False),
    ],
)
def test_small_fragments_are_leftovers(count: int, step: float, stays: bool) -> None:
    city, fragment = chain("city", 0, 50, 50.0), chain("bit", 500, count, step)
    found = linkable(sketch.graph(*city, *fragment))
    assert {s["id"] for s in city} <= found
    assert ({s["id"] for s in fragment} <= found) is stays
    assert bool({s["id"] for s in fragment} & found) is stays


def test_the_largest_piece_is_the_city_however_small() -> None:
    assert linkable(sketch.graph(ROAD, street("bit", "x y", (0, 50), (10, 50)))) == {"main"}


def test_a_fragment_for_cars_may_be_city_for_walkers() -> None:
    rows = [
        *chain("city", 0, 50, 50.0),
        street("path", "city3 mall", (150, 0), (150, 60), can="w"),
        street("mall", "mall x", (150, 60), (150, 90)),
    ]
    graph = sketch.graph(*rows)
    assert "mall" in linkable(graph, "walk")
    assert "mall" not in linkable(graph, "drive")


def test_nobody_is_linked_to_a_one_way_stub_nobody_returns_from() -> None:
    graph = sketch.graph(*chain("city", 0, 50, 50.0), street("out", "city3 end", (150, 0), (150, 60), can="wd>"))
    assert "out" in linkable(graph, "walk")
    assert "out" not in linkable(graph, "drive")
    assert any(b == "end" for _, b, _ in arcs(graph, "drive"))


def test_closed_streets_are_not_linked_to_and_leave_no_leftovers_behind() -> None:
    rows = [
        *chain("city", 0, 50, 50.0),
        street("bridge", "city3 i0", (150, 0), (150, 60), bridge=True),
        *chain("i", 60, 3, 50.0),
    ]
    closed = [r | {"walk": False, "closed": "walk"} if r["id"] == "bridge" else r for r in rows]
    graph = sketch.graph(*closed)
    assert {"i00", "i01", "i02"} <= linkable(graph, "walk")
    assert "bridge" not in linkable(graph, "walk")
    never = [r for r in rows if r["id"] != "bridge"]
    assert not {"i00", "i01", "i02"} & linkable(sketch.graph(*never), "walk")


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 3)), max_size=30))
def test_arcs_are_in_order_of_tail_head_and_cost(arcs: list[tuple[int, int, int]]) -> None:
    tail, head, cost = np.array(arcs, np.int32).reshape(-1, 3).T
    order = _arc_order(5, tail, head, cost)
    assert sorted(order.tolist()) == list(range(len(arcs)))
    assert [arcs[i] for i in order.tolist()] == sorted(arcs)


def test_junctions_are_sorted_as_text_is_whatever_it_says() -> None:
    names = ["b", "ö", "a", "\U0001f6b2", "\uffee", "B", "a"]  # the last two sort the other way round in UTF-16
    rows = [street(f"s{i}", f"{a} {b}", (i, 0), (i + 1, 0)) for i, (a, b) in enumerate(pairwise(names))]
    graph = sketch.graph(*rows)
    assert graph.node_ids.tolist() == sorted(set(names))
    assert [(graph.node_ids[a], graph.node_ids[b]) for a, b in zip(graph.tail, graph.head, strict=True)] == list(
        pairwise(names)
    )


def test_a_street_that_is_no_line_is_named() -> None:
    layer = sketch.streets(street("s", "a b", (0, 0), (100, 0)))
    table = layer.scan()
    wkb = pa.array([shapely.to_wkb(shapely.from_wkt("MULTILINESTRING ((0 0, 1 1))"))], pa.binary())
    at = table.schema.get_field_index("geometry")
    crooked = Layer.of("streets", table.set_column(at, "geometry", wkb), layer.stamp)
    with pytest.raises(InputError, match="street s: its shape is no line"):
        build_streetgraph(crooked, sketch.CRS)
