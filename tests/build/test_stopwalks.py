"""Walks to and between stops on the chessboard, and what a feed says of changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stadslab.build import stopwalks
from stadslab.build.projection import to_metres
from stadslab.build.stopwalks import Walks, between_stops, walks, walks_of
from stadslab.build.streetgraph import build_streetgraph
from stadslab.build.timetable import build_timetable
from stadslab.testing.gridcity import CRS, grid, grid_support
from tests.build import sketch
from tests.build.sketch import street

N, SPEED = 5, 1.3  # blocks of 130 m take 100 s


def pairs(found: Walks) -> dict[tuple[int, int], int]:
    tail = np.repeat(np.arange(len(found.ptr) - 1), np.diff(found.ptr))
    return {(int(a), int(b)): int(s) for a, b, s in zip(tail, found.to, found.seconds, strict=True)}


def test_walks_are_blocks_and_end_at_the_limit() -> None:
    streets = build_streetgraph(grid(N)["streets"], CRS)
    xy = to_metres(CRS, grid_support(N).points)
    found = pairs(walks(streets, SPEED, xy[:1], xy, 2 * 100 / 60))
    assert found == {(0, 0): 0, (0, 1): 100, (0, N): 100, (0, 2): 200, (0, N + 1): 200, (0, 2 * N): 200}


def test_the_shortest_of_several_counts() -> None:
    one = np.array([0, 0, 1], np.int32)
    found = walks_of(2, one, np.array([1, 1, 0], np.int32), np.array([30, 20, 5], np.int32))
    assert pairs(found) == {(0, 1): 20, (1, 0): 5}


def test_a_feed_may_time_a_change_rule_it_out_or_recommend_it() -> None:
    city = grid(N, lines=[("row", 2, 10)])
    streets, timetable = build_streetgraph(city["streets"], CRS), build_timetable(city)
    walked = pairs(between_stops(streets, timetable, SPEED, 3))
    assert walked
    assert all(a != b for a, b in walked)
    (near, seconds), *_ = walked.items()
    far = (near[0], next(b for b in range(len(timetable.stop_ids)) if (near[0], b) not in walked and b != near[0]))
    told = replace(timetable, transfers=((*near, 2, 45), (*far, 0, -1)))
    found = pairs(between_stops(streets, told, SPEED, 3))
    assert found[near] == 45 != seconds
    assert found[far] > 180, "recommended, so it is there, at walking pace as the crow flies"
    ruled_out = replace(timetable, transfers=((*near, 3, -1),))
    assert near not in pairs(between_stops(streets, ruled_out, SPEED, 3))


@pytest.mark.parametrize("together", [1, 3, 7])
def test_looking_among_neighbours_finds_the_same_walks(together: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(together)
    corner = random.uniform(0, 900, (14, 2))
    ends = random.integers(0, 14, (24, 2))
    rows = [
        street(f"s{n}", f"n{a} n{b}", tuple(corner[a]), tuple(corner[b]), can=("w", "")[n % 7 == 0])
        for n, (a, b) in enumerate(ends.tolist())
        if a != b
    ]
    streets = sketch.graph(*rows)
    start, end = (sketch.metres(random.uniform(-100, 1000, (25, 2)).tolist()) for _ in "ab")
    end[:5] = start[:5]  # the same doors, and so the same pieces of street
    whole = walks(streets, SPEED, start, end, 9)
    monkeypatch.setattr(stopwalks, "PAIRS_AT_ONCE", 0)
    monkeypatch.setattr(stopwalks, "TOGETHER", together)
    parts = walks(streets, SPEED, start, end, 9)
    assert len(whole.to) > 20
    for one, other in zip((whole.ptr, whole.to, whole.seconds), (parts.ptr, parts.to, parts.seconds), strict=True):
        np.testing.assert_array_equal(one, other)


def test_neighbours_are_all_points_once() -> None:
    xy = np.random.default_rng(1).uniform(0, 1000, (1300, 2))
    for points in (xy, xy[:1], np.zeros((1025, 2))):
        groups = stopwalks._neighbours(points)
        assert sorted(np.concatenate(groups).tolist()) == list(range(len(points)))
        assert max(map(len, groups)) <= stopwalks.TOGETHER


def test_the_walks_of_some_points() -> None:
    found = Walks(np.array([0, 2, 2, 3]), np.array([4, 5, 6], np.int32), np.array([10, 20, 30], np.int32))
    assert pairs(found.of(np.array([2, 0, 0, 1]))) == {(0, 6): 30, (1, 4): 10, (1, 5): 20, (2, 4): 10, (2, 5): 20}
