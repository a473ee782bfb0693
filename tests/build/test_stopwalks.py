"""Walks to and between stops on the chessboard, and what a feed says of changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stadslab.build.projection import to_metres
from stadslab.build.stopwalks import Walks, between_stops, walks, walks_of
from stadslab.build.streetgraph import build_streetgraph
from stadslab.build.timetable import build_timetable
from stadslab.testing.gridcity import CRS, grid, grid_support

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
