"""Places in tiles, minutes in order."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from stadslab.kernels import UNREACHABLE, doors, tiles
from stadslab.kernels.sidebyside import groups
from tests.kernels.graphs import int32, rows
from tests.kernels.timetables import crowded, day


@pytest.mark.parametrize("size", range(1, 12))
def test_a_network_puts_all_zeros_and_ones_in_order_and_so_everything(size: int):
    # Knuth 5.3.4, theorem Z: what orders every sequence of zeros and ones orders every sequence
    pairs = tiles.network(size, np.arange(size))
    values = np.array(list(itertools.product([0, 1], repeat=size)))
    for low, high in pairs:
        values[:, [low, high]] = np.sort(values[:, [low, high]], axis=1)
    assert (np.diff(values, axis=1) >= 0).all()


@given(st.integers(1, 300), st.data())
def test_a_network_for_some_ranks_has_them_right(size: int, data: st.DataObject):
    rank = np.array(data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=3)), np.int64)
    values = np.random.default_rng(size).integers(0, 40, size)
    expected = np.sort(values)[rank]
    pairs = tiles.network(size, rank)
    for low, high in pairs:
        values[[low, high]] = np.sort(values[[low, high]])
    assert_array_equal(values[rank], expected)
    assert len(pairs) <= len(tiles.network(size, np.arange(size)))


@pytest.mark.parametrize("end_on_foot", [True, False])
@pytest.mark.parametrize("cache", [1, 70_000, 2**23])
def test_tiles_hold_every_place_once_whatever_fits(cache: int, end_on_foot: bool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tiles, "_CACHE", cache)
    monkeypatch.setattr(doors, "FEW", 0)
    rng = np.random.default_rng(7)
    question, _ = crowded(rng)
    stops, leave = question.day.n_stops, int32(question.depart)
    out = rows([[tuple(way) for way in ways] for ways in rng.integers(0, [stops, 9], (50, 3, 2)).tolist()])
    order = rng.permutation(50).astype(np.int32)
    cut = tiles.tiles(question.day, *out, order, minutes=leave.size, limit_s=30, end_on_foot=end_on_foot)
    assert_array_equal(np.concatenate([tile.places for tile in cut]), order)
    town = doors.Doors(*rows([question.access] * 3), *out, *rows([[(4, 7)], [], [(0, 0), (4, 2)]]))
    terms = {"max_rides": 3, "slack_s": 0, "limit_s": 30, "end_on_foot": end_on_foot}
    found = doors.profile_many(question.day, town, leave, [0, 50, 100], **terms)
    every = doors.travel_many(question.day, town, leave, **terms)
    monkeypatch.setattr(doors, "FEW", 99)
    assert_array_equal(found, doors.profile_many(question.day, town, leave, [0, 50, 100], **terms))
    assert_array_equal(every, doors.travel_many(question.day, town, leave, **terms))


def test_counts_are_the_same_one_by_one_whatever_the_order_of_cutoffs(monkeypatch: pytest.MonkeyPatch):
    rng = np.random.default_rng(8)
    question, _ = crowded(rng)
    stops, leave = question.day.n_stops, int32(question.depart)
    town = doors.Doors(
        *rows([[(stop % stops, 1)] for stop in range(70)]), *rows([[(s, 0)] for s in range(stops)]), *rows([[]] * 70)
    )
    weight = rng.integers(0, 2**40, (stops, 2))
    cutoffs = int32([30, 3, 3, 0, 12, 2**31 - 2])
    terms = {"max_rides": 3, "slack_s": 0, "limit_s": 60}
    found = doors.count_many(question.day, town, leave, [10, 90], weight, cutoffs, **terms)
    none = doors.count_many(question.day, town, leave, [10, 90], weight, cutoffs[:0], **terms)
    assert none.shape == (70, 2, 0, 2)
    monkeypatch.setattr(doors, "FEW", 99)
    assert_array_equal(found, doors.count_many(question.day, town, leave, [10, 90], weight, cutoffs, **terms))
    assert found.any()


def test_some_origins_alone_are_what_they_are_among_all():
    town = doors.Doors(*rows([[(0, 1)], [], [(1, 2), (0, 3)]]), *rows([[(0, 0)]]), *rows([[], [(0, 5)], []]))
    some = doors.of_origins(town, np.array([2, 1]))
    assert (some.access_ptr.tolist(), some.access_stop.tolist()) == ([0, 2, 2], [1, 0])
    assert (some.direct_ptr.tolist(), some.direct_s.tolist()) == ([0, 0, 1], [5])
    found = doors.travel_many(day(2, []), some, int32([0]), max_rides=1, slack_s=0, limit_s=9)
    assert found.tolist() == [[[3]], [[5]]]
    assert doors.of_origins(town, np.array([False, False, False])).origins == 0
    assert found.max() < UNREACHABLE


@given(st.lists(st.lists(st.integers(0, 5), max_size=3), max_size=20), st.integers(1, 4))
def test_an_order_of_origins_holds_each_once_and_those_without_stops_last(near: list[list[int]], size: int):
    ptr, stop, _ = rows([[(s, 0) for s in stops] for stops in near])
    order = groups(ptr, stop, 6, size)
    assert sorted(order.tolist()) == list(range(len(near)))
    some = [bool(near[point]) for point in order]
    assert some == sorted(some, reverse=True)


def test_neighbours_go_side_by_side():
    # Points along a line that share stops with the next; shuffled, they come out as stretches of the line.
    rng = np.random.default_rng(0)
    at = rng.permutation(60)
    ptr, stop, _ = rows([[(p, 0), (p + 1, 0), (p + 2, 0)] for p in at.tolist()])
    order = groups(ptr, stop, 62, 10)
    spans = [np.ptp(at[order[start : start + 10]]) for start in range(0, 60, 10)]
    assert np.median(spans) <= 12
