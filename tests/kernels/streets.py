"""Street-like graphs: mostly passable both ways, with bends and dead ends, and points that stand along them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from stadslab.kernels import access, lanes
from tests.kernels.graphs import Arcs, Array, int32

SMALL = st.integers(0, 6)
CATEGORIES = 3


@st.composite
def streets(draw: st.DrawFn, most: int = 16) -> Arcs:
    """A tree of streets, some more streets across it, a few one-way streets, and a few that are dearer one way."""
    nodes = draw(st.integers(1, most))
    both: list[tuple[int, int, int, int]] = []
    for node in range(1, nodes):
        if draw(st.integers(0, 9)):  # now and then a part that hangs on nothing
            cost = draw(SMALL)
            near = draw(st.integers(max(0, node - 3), node - 1))
            both.append((near, node, cost, draw(SMALL) if draw(st.booleans()) else cost))
    node = st.integers(0, nodes - 1)
    both += [(a, b, c, c) for a, b, c in draw(st.lists(st.tuples(node, node, SMALL), max_size=nodes // 2))]
    arcs = [(a, b, c) for a, b, c, _ in both] + [(b, a, d) for a, b, _, d in both]
    arcs += draw(st.lists(st.tuples(node, node, SMALL), max_size=2))
    return Arcs(nodes, *(int32([arc[i] for arc in arcs]) for i in range(3)))


@dataclass
class Points:
    """Points with up to two ways onto the network."""

    node: Array
    cost: Array

    def rows(self) -> list[list[tuple[int, int]]]:
        """As lists of entries."""
        return [
            [(n, c) for n, c in zip(nodes, costs, strict=True) if n >= 0]
            for nodes, costs in zip(self.node.tolist(), self.cost.tolist(), strict=True)
        ]


@dataclass
class Town:
    """Streets with homes and places, what places bring, and pairs on one street."""

    arcs: Arcs
    homes: Points
    places: Points
    brings: list[list[tuple[int, int]]]  # of each place: (category, amount)
    direct: list[tuple[int, int, int]]  # (home, place, cost)
    limit: int

    def seekers(self, *, of_places: bool) -> lanes.Seekers:
        """Places (or homes) as seekers, with the others on the same street."""
        points, others = (self.places, self.homes) if of_places else (self.homes, self.places)
        pairs = sorted((p, h, c) if of_places else (h, p, c) for h, p, c in self.direct)
        ptr = np.searchsorted([pair[0] for pair in pairs], np.arange(len(points.node) + 1)).astype(np.int64)
        return lanes.seekers(
            points.node, points.cost, ptr, int32([pair[1] for pair in pairs]), int32([pair[2] for pair in pairs]),
            nodes=self.arcs.nodes, items=len(others.node),
        )  # fmt: skip

    def load(self) -> access.Load:
        """What places bring."""
        ptr = np.cumsum([0] + [len(row) for row in self.brings]).astype(np.int64)
        flat = [pair for row in self.brings for pair in row]
        return access.load(
            CATEGORIES, ptr, int32([c for c, _ in flat]), np.array([amount for _, amount in flat], np.int64)
        )


@st.composite
def points(draw: st.DrawFn, nodes: int, count: int) -> Points:
    """Each with no, one or two ways in."""
    node = st.integers(-1, nodes - 1)
    rows: Any = draw(st.lists(st.tuples(node, node, SMALL, SMALL), min_size=count, max_size=count))
    return Points(
        np.array([r[:2] for r in rows], np.int32).reshape(-1, 2),
        np.array([r[2:] for r in rows], np.int32).reshape(-1, 2),
    )


@st.composite
def towns(draw: st.DrawFn, most: int = 20) -> Town:
    """A town; more homes and places than lanes, now and then."""
    arcs = draw(streets())
    n_homes, n_places = draw(st.integers(0, most)), draw(st.integers(0, most))
    amount = st.one_of(st.integers(0, 3), st.just(2**40))
    row = st.lists(st.tuples(st.integers(0, CATEGORIES - 1), amount), max_size=2)
    pair = st.tuples(st.integers(0, max(0, n_homes - 1)), st.integers(0, max(0, n_places - 1)), SMALL)
    return Town(
        arcs,
        draw(points(arcs.nodes, n_homes)),
        draw(points(arcs.nodes, n_places)),
        [draw(row) for _ in range(n_places)],
        draw(st.lists(pair, max_size=4)) if n_homes and n_places else [],
        draw(st.integers(-1, 25)),
    )
