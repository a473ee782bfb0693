"""From homes to places: against another library on random towns, and every reason why not."""

from __future__ import annotations

import math
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadslab.build.linkage import MAX_ACCESS_M
from stadslab.build.streetgraph import STRAY_METRES, STRAY_NODES
from stadslab.build.traveltimes import Travel, cost_table, cost_to_one, nearest, trips, within, within_decayed
from stadslab.core.values import Reason
from stadslab.kernels import UNREACHABLE, lanes
from tests.build import sketch
from tests.build.sketch import Point, street

FAR = UNREACHABLE - 1
MOST = lanes.MOST


def test_time_and_cost() -> None:
    assert Travel("walk", walk_speed_m_s=1.3).cost(10) == 78_000
    assert Travel("cycle", cycle_speed_m_s=4.2).cost(1) == 25_200
    assert Travel("drive").cost(1.5) == 90_000
    assert Travel("walk", walk_speed_m_s=100.0).cost(1e6) == FAR
    minutes = Travel("walk", walk_speed_m_s=1.0).minutes(np.array([6_000, 0, UNREACHABLE], np.int32))
    assert minutes.tolist() == [1.0, 0.0, math.inf]


def test_a_limit_that_is_reached_exactly_is_reached() -> None:
    # 1.1 m/s is no round number of centimetres a minute in binary
    for speed in (0.7, 1.1, 1.3, 1.4):
        assert Travel("walk", walk_speed_m_s=speed).cost(10) == round(speed * 60_000)


def test_everybody_walks_between_door_and_street() -> None:
    graph = sketch.graph(street("s", "a b", (0, 0), (1000, 0), kmh=36))
    for travel, expected in (
        (Travel("walk", walk_speed_m_s=1.0), 10 + 900 + 20),
        (Travel("cycle", walk_speed_m_s=1.0, cycle_speed_m_s=5.0), 10 + 900 / 5 + 20),
        (Travel("drive", walk_speed_m_s=1.0), 10 + 900 / 10 + 20),
    ):
        trip = trips(graph, travel, sketch.metres([(50, 10)]), sketch.metres([(950, -20)]))
        assert 60 * travel.minutes(cost_table(trip, FAR))[0, 0] == pytest.approx(expected, abs=1e-9)


# another library on random towns


Town = tuple[dict[str, Point], list[dict[str, Any]], list[Point], list[Point]]


def nodes_of(count: int) -> list[Point]:
    """Junctions on a loose lattice, so that no two streets are equally near by chance."""
    rng = np.random.default_rng(count)
    shift = rng.uniform(-30, 30, (count, 2))
    return [(100.0 * (i % 4) + float(x), 100.0 * (i // 4) + float(y)) for i, (x, y) in enumerate(shift)]


@st.composite
def towns(draw: st.DrawFn) -> Town:
    nodes = nodes_of(draw(st.integers(3, 12)))
    pairs = st.tuples(st.integers(0, len(nodes) - 1), st.integers(0, len(nodes) - 1)).filter(lambda p: p[0] != p[1])
    ends = draw(st.lists(pairs, min_size=1, max_size=18, unique_by=frozenset))
    rows = []
    for number, (a, b) in enumerate(ends):
        can = draw(st.sampled_from(["wcd", "wc>d>", "wc<d>", "w", "d", "wc"]))
        over, kmh = draw(st.sampled_from([False, False, False, True])), draw(st.sampled_from([30.0, 50.0]))
        rows.append(street(f"s{number:02d}", f"n{a} n{b}", nodes[a], nodes[b], can=can, kmh=kmh, bridge=over))
    number = st.floats(-100, 500, width=32).map(lambda x: x + 0.0137)
    spots = st.lists(st.one_of(st.tuples(number, number), st.sampled_from(nodes)), min_size=1, max_size=5)
    return {f"n{i}": p for i, p in enumerate(nodes)}, rows, draw(spots), draw(spots)


class Slow:
    """The same by another library and by plain arithmetic, in seconds and without rounding."""

    def __init__(self, rows: list[dict[str, Any]], mode: str, travel: Travel, nodes: dict[str, Point]) -> None:
        self.nodes, self.walk_speed = nodes, travel.walk_speed_m_s
        self.ways = {"walk": ("walk", "walk")}.get(mode, (f"{mode}_forward", f"{mode}_backward"))
        speed = {"walk": travel.walk_speed_m_s, "cycle": travel.cycle_speed_m_s}.get(mode)
        self.seconds = {r["id"]: r["length_m"] / (speed or r["speed_kmh"] / 3.6) for r in rows}
        self.open = [r for r in rows if r[self.ways[0]] or r[self.ways[1]]]
        self.graph = nx.DiGraph()
        for r in self.open:
            for way, a, b in (
                (self.ways[0], r["from_node"], r["to_node"]),
                (self.ways[1], r["to_node"], r["from_node"]),
            ):
                if r[way]:
                    known = self.graph.get_edge_data(a, b, {"weight": math.inf})["weight"]
                    self.graph.add_edge(a, b, weight=min(known, self.seconds[r["id"]]))
        self.usable = [r for r in self.open if not r["bridge"] and self._kept(r)]

    def _kept(self, row: dict[str, Any]) -> bool:
        parts = list(nx.strongly_connected_components(self.graph))
        lengths = [sum(r["length_m"] for r in self.open if {r["from_node"], r["to_node"]} <= part) for part in parts]
        if not any({r["from_node"], r["to_node"]} <= part for r in self.open for part in parts):
            return True  # nothing but one-way streets without a way back: none of them is a leftover
        for part, length in zip(parts, lengths, strict=True):
            if {row["from_node"], row["to_node"]} <= part:
                return length == max(lengths) or len(part) >= STRAY_NODES or length >= STRAY_METRES
        return False

    def snapped(self, point: Point) -> tuple[dict[str, Any], float, float] | None:
        """Street, share along it, distance to it."""
        best: tuple[float, str, dict[str, Any], float] | None = None
        for r in self.usable:
            (ax, ay), (bx, by) = self.nodes[r["from_node"]], self.nodes[r["to_node"]]
            dx, dy = bx - ax, by - ay
            share = min(1.0, max(0.0, ((point[0] - ax) * dx + (point[1] - ay) * dy) / (dx * dx + dy * dy)))
            away = math.hypot(ax + share * dx - point[0], ay + share * dy - point[1])
            if best is None or (round(away, 6), r["id"]) < (round(best[0], 6), best[1]):
                best = (away, r["id"], r, share)
        return None if best is None or best[0] > MAX_ACCESS_M else (best[2], best[3], best[0])

    @staticmethod
    def junction(row: dict[str, Any], share: float) -> str | None:
        """The junction a point is at, within half a centimetre."""
        if share * row["length_m"] < 0.005:
            return str(row["from_node"])
        return str(row["to_node"]) if (1 - share) * row["length_m"] < 0.005 else None

    def trip(self, home: Point, place: Point) -> float:
        start, end = self.snapped(home), self.snapped(place)
        if start is None or end is None:
            return math.inf
        (one, a, out), (other, b, back) = start, end
        whole = self.seconds
        town = self.graph.copy()
        forward, backward = self.ways
        at_start, at_end = self.junction(one, a), self.junction(other, b)
        if one[forward] or at_start == one["to_node"]:
            town.add_edge("home", one["to_node"], weight=(1 - a) * whole[one["id"]])
        if one[backward] or at_start == one["from_node"]:
            town.add_edge("home", one["from_node"], weight=a * whole[one["id"]])
        if other[forward] or at_end == other["from_node"]:
            town.add_edge(other["from_node"], "place", weight=b * whole[other["id"]])
        if other[backward] or at_end == other["to_node"]:
            town.add_edge(other["to_node"], "place", weight=(1 - b) * whole[other["id"]])
        if one is other and ((b >= a and one[forward]) or (b <= a and one[backward])):
            town.add_edge("home", "place", weight=abs(b - a) * whole[one["id"]])
        try:
            found = nx.dijkstra_path_length(town, "home", "place")
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            return math.inf
        return float(found + (out + back) / self.walk_speed)


@settings(max_examples=80)
@given(towns(), st.sampled_from(["walk", "cycle", "drive"]))
def test_random_towns_agree_with_another_library(town: Town, mode: Any) -> None:
    nodes, rows, homes, shops = town
    travel = Travel(mode, walk_speed_m_s=1.25, cycle_speed_m_s=4.0)
    slow = Slow(rows, mode, travel, nodes)
    trip = trips(sketch.graph(*rows), travel, sketch.metres(homes), sketch.metres(shops))
    table = cost_table(trip, FAR)
    seconds, expected = 60 * travel.minutes(table), np.array([[slow.trip(h, s) for s in shops] for h in homes])
    assert (np.isinf(seconds) == np.isinf(expected)).all()
    reached = np.isfinite(expected)
    # half a centimetre, or half a millisecond, for each piece on the way and each end
    rounding = {"walk": 0.005 / 1.25, "cycle": 0.005 / 4.0 + 0.001, "drive": 0.001}[mode]
    assert np.abs(seconds[reached] - expected[reached]).max(initial=0) <= (len(rows) + 8) * rounding
    # counts, nearest and the search against the arrows say the same as the table
    kind, one = np.zeros(len(shops), np.int32), np.ones(len(shops), np.int64)
    limits = np.array([MOST, 0], np.int32)
    found = within(trip, limits, kind, 1, one)
    assert (found[:, 0, 0] == (table != UNREACHABLE).sum(axis=1)).all()
    assert (found[:, 1, 0] == (table == 0).sum(axis=1)).all()
    assert (
        nearest(trip, MOST, 2)[:, 0] == np.sort(np.pad(table, ((0, 0), (0, 2)), constant_values=UNREACHABLE))[:, :2]
    ).all()
    flat = within_decayed(trip, lambda cost: np.ones(len(cost)), MOST, kind, 1, one)
    assert (flat[:, 0] == found[:, 0, 0]).all()
    assert (cost_to_one(trip, FAR) == table.min(axis=1)).all()


# why not


ISLAND = (
    street("main", "a b", (0, 0), (1000, 0)),
    street("bridge", "b c", (1000, 0), (1200, 0), bridge=True),
    street("quay", "c d", (1200, 0), (1400, 0)),
)
CLOSED = tuple(r | {"walk": False, "closed": "walk"} if r["id"] == "bridge" else r for r in ISLAND)


def reasons(rows: Any, home: Point, *shops: Point, rank: int = 1, limit: int = 0, mode: Any = "walk") -> Reason:
    trip = trips(sketch.graph(*rows), Travel(mode), sketch.metres([home]), sketch.metres(shops))
    costs = nearest(trip, limit, rank)[:, 0, rank - 1]
    return Reason(int(trip.why_not(costs == UNREACHABLE, rank)[0]))


def test_every_reason_is_reached() -> None:
    assert reasons(ISLAND, (500, 0), (500, 0)) is Reason.KNOWN
    assert reasons(ISLAND, (500, 501), (500, 0)) is Reason.NO_STREET_NEAR
    assert reasons(ISLAND, (500, 0)) is Reason.NO_SUCH_PLACE
    assert reasons(ISLAND, (500, 0), (510, 0)) is Reason.BEYOND_LIMIT
    assert reasons(CLOSED, (500, 0), (1300, 0)) is Reason.NOT_CONNECTED
    assert reasons(ISLAND, (500, 0), (500, 501)) is Reason.NOT_CONNECTED


def test_an_island_whose_bridge_is_closed_is_not_linked_to_the_mainland() -> None:
    # the quay is nearer to nothing else within 500 m, and would be a leftover had it never had a bridge
    assert reasons(ISLAND, (1290, 3), (500, 0), limit=MOST) is Reason.KNOWN
    assert reasons(CLOSED, (1290, 3), (500, 0), limit=MOST) is Reason.NOT_CONNECTED
    never = [r for r in ISLAND if r["id"] != "bridge"]
    assert reasons(never, (1290, 3), (500, 0), limit=MOST) is Reason.KNOWN  # a leftover: the walk starts at the road


def test_fewer_places_than_asked_for() -> None:
    shops = ((100, 0), (200, 0), (1300, 0))
    assert reasons(ISLAND, (150, 0), *shops, rank=3) is Reason.BEYOND_LIMIT
    assert reasons(ISLAND, (150, 0), *shops, rank=4, limit=MOST) is Reason.NO_SUCH_PLACE
    assert reasons(CLOSED, (150, 0), *shops, rank=3, limit=MOST) is Reason.NOT_CONNECTED
    assert reasons(CLOSED, (150, 0), *shops, rank=2) is Reason.BEYOND_LIMIT
    assert reasons(CLOSED, (1250, 0), *shops, rank=2, limit=MOST) is Reason.NOT_CONNECTED


def test_a_one_way_street_in_between_is_no_matter_of_distance() -> None:
    ring = [
        street(f"r{i}", f"x{i} x{(i + 1) % 3}", *p)
        for i, p in enumerate((((0, 0), (200, 0)), ((200, 0), (100, 170)), ((100, 170), (0, 0))))
    ]
    other = [
        street(f"q{i}", f"y{i} y{(i + 1) % 3}", *p)
        for i, p in enumerate((((0, 900), (900, 900)), ((900, 900), (450, 1500)), ((450, 1500), (0, 900))))
    ]
    link = street("link", "x2 y0", (100, 170), (0, 900), can="wcd>")
    assert reasons([*ring, *other, link], (100, 0), (450, 900), mode="walk", limit=MOST) is Reason.KNOWN
    big = [r | {"length_m": 2000.0} for r in ring]
    assert reasons([*big, *other, link], (100, 0), (450, 900), mode="drive", limit=MOST) is Reason.KNOWN
    assert reasons([*big, *other, link], (450, 900), (100, 0), mode="drive", limit=MOST) is Reason.NOT_CONNECTED
    assert reasons([*big, *other, link], (100, 0), (450, 900), mode="drive", limit=10) is Reason.BEYOND_LIMIT


@pytest.mark.parametrize("mode", ["walk", "cycle", "drive"])
def test_at_a_junction_every_street_is_at_the_door(mode: Any) -> None:
    # the first piece by id leads away from the junction and back only by a long way
    rows = [
        street("a-first", "x y", (0, 0), (0, 100), can="wc>d>"),
        street("b-main", "v x", (-100, 0), (0, 0)),
        street("c-main", "x z", (0, 0), (100, 0)),
        street("d-round", "y z", (0, 100), (400, 400), (100, 0), can="wc>d>"),
    ]
    graph, travel = sketch.graph(*rows), Travel(mode, cycle_speed_m_s=10.0, walk_speed_m_s=10.0)
    points = sketch.metres([(0, 0), (-50, 0), (50, 0)])
    seconds = 60 * travel.minutes(cost_table(trips(graph, travel, points, points), FAR))
    assert seconds == pytest.approx(np.array([[0, 5, 5], [5, 0, 10], [5, 10, 0]]), abs=0.002)
