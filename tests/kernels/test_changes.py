"""Changes worth making: every one can be made, none is made for nothing, and slots are never shared."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from stadslab.kernels import changes, timetable
from tests.kernels.timetables import Line, crowded, day, days, regular


def changes_of(hops: changes.Hops) -> list[tuple[int, int]]:
    """Every change as (from hop, to hop), read from the slots in the order of a search."""
    found: list[tuple[int, int]] = []
    users = {slot: np.flatnonzero(hops.slot == slot).tolist() for slot in range(hops.slots)}
    for hop in range(hops.slot.size):
        slots = hops.change_to[hops.change_ptr[hop] : hops.change_ptr[hop + 1]].tolist()
        found += [(hop, next(user for user in users[slot] if user > hop)) for slot in slots]
    for tail, slot in hops.back.tolist():
        found.append((tail, max(user for user in users[slot] if user <= tail)))
    return found


def prepared(drawn: timetable.Day, slack_s: int = 0) -> tuple[changes.Cut, changes.Hops]:
    drawn = timetable.checked(drawn)
    cut = changes.cut(drawn, -100, 1000)
    return cut, changes.prepare(drawn, cut, last_s=1000, slack_s=slack_s, threads=1)


@given(days(), st.sampled_from([0, 0, 1, 3]))
def test_every_change_can_be_made(drawn: timetable.Day, slack: int):
    cut, hops = prepared(drawn, slack)
    walk = {(stop, stop): 0 for stop in range(drawn.n_stops)}
    for stop in range(drawn.n_stops):
        for foot in range(drawn.foot_ptr[stop], drawn.foot_ptr[stop + 1]):
            pair = stop, int(drawn.foot_to[foot])
            walk[pair] = min(int(drawn.foot_s[foot]), walk.get(pair, 99))
    for tail, head in changes_of(hops):
        here, there = int(cut.alight[tail]), int(cut.board[head])
        assert here >= 0
        assert there >= 0
        assert cut.depart[head] >= cut.arrive[tail] + walk[here, there] + slack


@pytest.mark.parametrize("seed", range(40))
def test_a_slot_belongs_to_one_hop_from_the_first_that_leads_to_it(seed: int):
    question, _ = crowded(np.random.default_rng(seed))
    cut, hops = prepared(question.day)
    first = np.arange(hops.slot.size)
    for tail, head in changes_of(hops):
        first[head] = min(first[head], tail)
    followed = np.flatnonzero(cut.following >= 0)
    np.minimum.at(first, cut.following[followed], followed)
    assert_array_equal(hops.following[followed], hops.slot[cut.following[followed]])
    gone = np.arange(hops.slot.size)
    for start, end, _, _ in hops.again.tolist():  # all of them stand until the last is passed
        first[start:end] = np.minimum(first[start:end], start)
        gone[start:end] = end - 1
    for slot in range(hops.slots):
        users = np.flatnonzero(hops.slot == slot)
        assert users.size
        assert (first[users[1:]] > gone[users[:-1]]).all()


def test_a_change_is_kept_for_the_first_arrival_alone():
    # From 0 to 1 one meets two lines to 2 and the same line again later; staying aboard leads to 2 last of all.
    slow, often = Line([0, 1, 2], [[(0, 0), (10, 10), (90, 90)]]), [[(20, 20), (30, 30)], [(25, 25), (35, 35)]]
    lines = [slow, Line([1, 2], often), Line([1, 2], [[(15, 15), (40, 40)]])]
    cut, hops = prepared(day(3, lines))
    assert [(int(cut.depart[a]), int(cut.depart[b])) for a, b in changes_of(hops)] == [(0, 20)]


def test_a_walk_ahead_of_the_vehicle_is_not_made():
    # The second line runs through 1, 2 and 3 faster than one walks; the third calls at 3 only.
    lines = [regular([0, 1], 60, 0, 600, 3), regular([1, 2, 3, 4], 60, 100, 600, 6), regular([3, 5], 60, 700, 600, 6)]
    feet = [(1, 2, 300), (1, 3, 500)]
    cut, hops = prepared(day(6, lines, feet))
    assert {(int(cut.board[a]), int(cut.board[b])) for a, b in changes_of(hops)} == {(0, 1), (0, 3), (2, 3)}


def test_hops_are_those_of_the_window():
    line = day(3, [regular([0, 1, 2], 10, 0, 100, 5)])
    cut = changes.cut(timetable.checked(line), 105, 310)
    assert cut.depart.tolist() == [110, 200, 210, 300]
    assert cut.following.tolist() == [-1, 2, -1, -1]
    assert cut.board.tolist() == [1, 0, 1, 0]
    assert cut.alight.tolist() == [2, 1, 2, 1]


def test_hops_that_nobody_reaches_or_that_lead_nowhere_are_left_out():
    lines = [regular([0, 1, 2], 10, 0, 100, 5), regular([3, 4, 5], 10, 0, 100, 5), regular([6, 3], 10, 0, 100, 5)]
    drawn = timetable.checked(day(7, lines, [(2, 3, 15)]))
    at = np.full(7, 10**6)
    at[0] = 150
    wanted = np.zeros(7, np.uint8)
    wanted[4] = 1
    cut = changes.between(changes.cut(drawn, 0, 420), drawn, at, wanted, slack_s=5)
    # from 0 at 200 and 300 (from the latter one comes to 2 at 320, to 3 at 335 and has to take the one at 400)
    assert list(zip(cut.board.tolist(), cut.depart.tolist(), strict=True)) == [
        (0, 200), (1, 210), (0, 300), (3, 300), (1, 310), (3, 400),
    ]  # fmt: skip
    assert cut.following.tolist() == [1, -1, 4, -1, -1, -1]
    assert (cut.hop_at >= 0).sum() == 6
    assert cut.place.tolist() == [0, 1, 0, 3, 1, 3]


def test_lists_that_fill_up_are_emptied(monkeypatch: pytest.MonkeyPatch):
    question, _ = crowded(np.random.default_rng(3))
    expected = prepared(question.day)[1]
    monkeypatch.setattr(changes, "_ROOM", 1)
    found = prepared(question.day)[1]
    assert expected.change_to.size > 10
    for ours, theirs in zip(found[2:], expected[2:], strict=True):
        assert_array_equal(ours, theirs)
