"""Whom an edit of the timetable can concern: nobody who is left out has another answer."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from stadslab.kernels import affected, doors
from stadslab.kernels.timetable import Day
from tests.kernels.graphs import int32, rows
from tests.kernels.timetables import WALKS, Line, Question, crowded, day, lines, questions, regular


def ask_of(question: Question, max_rides: int, end_on_foot: bool = True):
    terms = question.terms() | {"max_rides": max_rides, "end_on_foot": end_on_foot}
    return lambda of, town: doors.travel_many(of, town, int32(question.depart), **terms)


def town_of(stops: int, access: list[list[tuple[int, int]]]) -> doors.Doors:
    return doors.Doors(*rows(access), *rows([[(stop, 0)] for stop in range(stops)]), *rows([[] for _ in access]))


def check(before: Day, after: Day, question: Question, access: list, max_rides: int, end_on_foot: bool) -> np.ndarray:
    """Answers after the edit from those before it are what they are afresh; returns the origins asked again."""
    ask, town = ask_of(question, max_rides, end_on_foot), town_of(before.n_stops, access)
    terms = question.terms() | {"max_rides": max_rides}
    found = affected.origins(before, after, *town[:3], int32(question.depart), **terms)
    old, new = ask(before, town), ask(after, town)
    assert_array_equal(old[~found], new[~found])
    again = doors.changed_many(old, before, after, town, int32(question.depart), ask, **terms)
    assert_array_equal(again, new)
    return found


@settings(max_examples=300, deadline=None)
@given(questions(), st.sampled_from([0, 1, 2, 3, 4, 99]), st.booleans(), st.data())
def test_who_is_left_out_keeps_every_answer(drawn: Question, max_rides: int, end_on_foot: bool, data: st.DataObject):
    stops = drawn.day.n_stops
    walk = st.tuples(st.integers(0, stops - 1), WALKS)
    access = [drawn.access, *data.draw(st.lists(st.lists(walk, max_size=2), max_size=3))]
    more = data.draw(lines(stops))
    other = with_line(drawn.day, more)
    if data.draw(st.booleans()):
        stop = st.integers(0, stops - 1)
        feet = rows(data.draw(st.lists(st.lists(st.tuples(stop, WALKS), max_size=2), min_size=stops, max_size=stops)))
        other = other._replace(foot_ptr=feet[0], foot_to=feet[1], foot_s=feet[2])
    pair = (drawn.day, other) if data.draw(st.booleans()) else (other, drawn.day)
    check(*pair, drawn, access, max_rides, end_on_foot)


@pytest.mark.parametrize("seed", range(60))
def test_who_is_left_out_keeps_every_answer_in_a_crowd(seed: int):
    rng = np.random.default_rng(seed)
    question, terms = crowded(rng)
    other, _ = crowded(rng)
    size = min(question.day.n_stops, other.day.n_stops)
    access = [[(stop, 1)] for stop in range(size)]
    line = Line(
        rng.integers(0, question.day.n_stops, 3).tolist(), [[(int(t), int(t)) for t in np.sort(rng.integers(0, 60, 3))]]
    )
    check(question.day, with_line(question.day, line), question, access, **terms)


def with_line(before: Day, line: Line) -> Day:
    """The day with a line more."""
    more = day(before.n_stops, [line])
    return before._replace(
        pattern_ptr=np.append(before.pattern_ptr, before.pattern_ptr[-1] + more.pattern_ptr[1:]),
        pattern_stop=np.append(before.pattern_stop, more.pattern_stop),
        pattern_trip_ptr=np.append(before.pattern_trip_ptr, before.pattern_trip_ptr[-1] + more.pattern_trip_ptr[1:]),
        time_ptr=np.append(before.time_ptr, before.time_ptr[-1] + more.time_ptr[1:]),
        arrive=np.append(before.arrive, more.arrive),
        depart=np.append(before.depart, more.depart),
        can_board=np.append(before.can_board, more.can_board),
        can_alight=np.append(before.can_alight, more.can_alight),
    )


def test_the_bound_is_who_can_be_aboard_in_time():
    # 0 -> 1 -> 2 every 10 minutes; a walk of 60 s from 2 to 3; from 3 to 4 every 10 minutes, which is taken away.
    first, second = regular([0, 1, 2], 100, 0, 600, 12), regular([3, 4], 100, 0, 600, 12)
    apart = regular([5, 0], 100, 0, 600, 12)
    feet = [(2, 3, 60)]
    before, after = day(6, [first, second, apart], feet), day(6, [first, apart], feet)
    access = [[(0, 0)], [(3, 0)], [(4, 0)], [(5, 0)], []]
    question = Question(before, [], list(range(0, 3600, 60)), slack_s=0, limit_s=7200)
    concerned = partial(check, before, after, question, access, end_on_foot=True)
    assert concerned(max_rides=1).tolist() == [False, True, False, False, False]
    assert concerned(max_rides=2).tolist() == [True, True, False, False, False]
    assert concerned(max_rides=3).tolist() == [True, True, False, True, False]
    # from 0 it takes 200 s aboard, 60 s on foot, 340 s of waiting and 100 s aboard to be at 4
    for limit, says in ((699, False), (700, True)):
        question.limit_s = limit
        assert concerned(max_rides=2)[0] == says


def test_an_edit_that_changes_nothing_concerns_nobody():
    # the same trips as other patterns in another order, a trip twice, and the longer of two footpaths between two stops
    a, b = regular([0, 1], 9, 0, 60, 3), regular([1, 2], 9, 0, 60, 3)
    before = day(3, [a, b], [(1, 2, 5)])
    alone = [Line(line.stops, [trip]) for line in (b, a) for trip in line.trips[::-1]]
    after = day(3, [*alone, Line([0, 1], [a.trips[1]])], [(1, 2, 9), (1, 2, 5)])
    question = Question(before, [], [0, 60], slack_s=0, limit_s=900)
    assert not check(before, after, question, [[(0, 0)], [(1, 0)]], 3, end_on_foot=True).any()


def test_other_stops_are_refused():
    with pytest.raises(ValueError, match="the same stops before and after; got 2 and 3"):
        affected.origins(day(2, []), day(3, []), *rows([[]]), int32([0]), max_rides=1, slack_s=0, limit_s=9)
