"""Ways cut at the nodes they share."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadslab.sources.osm.cut import Pieces, corners, cut, lengths_m


def cut_ways(*ways: list[int], missing: frozenset[int] = frozenset()) -> Pieces:
    """Node n lies at longitude n/1000 on the equator."""
    nodes = np.array([n for way in ways for n in way], dtype=np.int64)
    offsets = np.cumsum([0, *(len(way) for way in ways)]).astype(np.int64)
    lon = np.where(np.isin(nodes, list(missing)), np.nan, nodes / 1000)
    return cut(offsets, nodes, lon, np.where(np.isnan(lon), np.nan, 0.0))


def ends(pieces: Pieces) -> list[tuple[int, int, int]]:
    return list(zip(pieces.way.tolist(), pieces.from_node.tolist(), pieces.to_node.tolist(), strict=True))


def test_a_lone_way_is_one_piece() -> None:
    assert ends(cut_ways([1, 2, 3])) == [(0, 1, 3)]


def test_a_shared_node_cuts_both() -> None:
    assert ends(cut_ways([1, 2, 3], [4, 2, 5])) == [(0, 1, 2), (0, 2, 3), (1, 4, 2), (1, 2, 5)]


def test_a_node_passed_twice_by_one_way_cuts_it() -> None:
    assert ends(cut_ways([1, 2, 3, 4, 2, 5])) == [(0, 1, 2), (0, 2, 2), (0, 2, 5)]


def test_a_ring_with_one_exit() -> None:
    assert ends(cut_ways([1, 2, 3, 1], [2, 9])) == [(0, 1, 2), (0, 2, 1), (1, 2, 9)]


def test_the_same_two_junctions_twice_within_a_way_are_told_apart() -> None:
    pieces = cut_ways([1, 2, 3, 1, 4, 5, 1])
    assert ends(pieces) == [(0, 1, 1), (0, 1, 1)]
    assert pieces.nth.tolist() == [0, 1]


def test_a_node_repeated_at_once_counts_once() -> None:
    assert ends(cut_ways([1, 2, 2, 3])) == [(0, 1, 3)]


def test_missing_nodes_leave_the_runs_that_exist() -> None:
    pieces = cut_ways([1, 2, 9, 3, 4, 9, 5], [9, 9], missing=frozenset({9}))
    assert ends(pieces) == [(0, 1, 2), (0, 3, 4)]
    assert pieces.lost_nodes.tolist() == [2, 2]
    assert pieces.lost_ways.tolist() == [False, True]


def test_nothing_at_all() -> None:
    pieces = cut_ways()
    assert ends(pieces) == []
    assert len(lengths_m(pieces)) == 0


def test_length_is_along_the_ellipsoid() -> None:
    # One degree along the equator: a * pi / 180 with a = 6,378,137 m.
    pieces = cut_ways([0, 500, 1000])
    assert lengths_m(pieces)[0] == pytest.approx(6378137.0 * np.pi / 180, abs=1e-6)
    xy, size = corners(pieces)
    assert (xy.tolist(), size.tolist()) == ([[0, 0], [0.5, 0], [1, 0]], [3])


@given(st.lists(st.lists(st.integers(1, 12), min_size=1, max_size=8), min_size=1, max_size=6))
def test_every_step_is_in_exactly_one_piece(ways: list[list[int]]) -> None:
    pieces = cut_ways(*ways)
    steps = Counter((w, a, b) for w, way in enumerate(ways) for a, b in pairwise(way) if a != b)
    found: Counter[tuple[int, int, int]] = Counter()
    uses = Counter(n for way in ways for n in _without_repeats(way) if len(_without_repeats(way)) > 1)
    for way, start, stop in zip(pieces.way, pieces.starts, pieces.stops, strict=True):
        nodes = np.rint(pieces.lon[start : stop + 1] * 1000).astype(int).tolist()
        found.update((int(way), a, b) for a, b in pairwise(nodes))
        assert all(uses[n] == 1 for n in nodes[1:-1]), "a junction lies inside a piece"
    assert found == steps
    names = list(zip(ends(pieces), pieces.nth.tolist(), strict=True))
    assert len(set(names)) == len(names)


def _without_repeats(way: list[int]) -> list[int]:
    return [n for i, n in enumerate(way) if i == 0 or way[i - 1] != n]
