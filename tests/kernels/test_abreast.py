"""Many origins side by side, beside range RAPTOR and beside every journey there is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

import stadslab.kernels
from stadslab.kernels import UNREACHABLE, doors, raptor
from stadslab.testing import oracles_transit
from tests.kernels.graphs import int32, rows
from tests.kernels.timetables import WALKS, Line, Question, crowded, day, questions, regular

Access = list[list[tuple[int, int]]]


@pytest.fixture(autouse=True)
def side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "FEW", 0)


def at_stops(question: Question, access: Access, **terms: Any) -> np.ndarray:
    """Seconds from every origin to every stop for every departure, int32[o, m, n_stops], by the new engine."""
    stops = question.day.n_stops
    town = doors.Doors(*rows(access), *rows([[(stop, 0)] for stop in range(stops)]), *rows([[] for _ in access]))
    found = doors.travel_many(question.day, town, int32(question.depart), **question.terms() | terms)
    return found.transpose(0, 2, 1)


def expected(question: Question, access: Access, twin: Any = raptor, **terms: Any) -> np.ndarray:
    """The same by a twin, one origin after the other."""
    leave = int32(question.depart)
    alone = [
        twin.profile(
            question.day, int32([s for s, _ in walks]), int32([w for _, w in walks]), leave,
            **question.terms() | terms,
        )
        for walks in access
    ]  # fmt: skip
    arrival = np.array(alone, np.int32).reshape(len(access), leave.size, question.day.n_stops).astype(np.int64)
    return np.where(arrival == UNREACHABLE, UNREACHABLE, arrival - leave[None, :, None])


@pytest.mark.parametrize("max_rides", [0, 1, 2, 3, 99])
@settings(max_examples=120, deadline=None)
@given(questions(), st.booleans(), st.data())
def test_every_label_is_that_of_all_journeys(max_rides: int, drawn: Question, end_on_foot: bool, data: st.DataObject):
    walk = st.tuples(st.integers(0, drawn.day.n_stops - 1), WALKS)
    access = [drawn.access, *data.draw(st.lists(st.lists(walk, max_size=3), max_size=3))]
    terms = {"max_rides": max_rides, "end_on_foot": end_on_foot}
    found = at_stops(drawn, access, **terms)
    # so many rides are not to be told from few, but for the time it takes
    terms["max_rides"] = min(max_rides, drawn.day.time_ptr.size)
    assert_array_equal(found, expected(drawn, access, oracles_transit, **terms))


@pytest.mark.parametrize("seed", range(150))
def test_every_label_where_much_happens_in_one_second(seed: int):
    rng = np.random.default_rng(seed)
    question, terms = crowded(rng)
    stops = question.day.n_stops
    others = rng.integers(0, [stops, 6], (int(rng.integers(1, 80)), 2, 2)).tolist()
    access = [question.access, [], *([tuple(walk) for walk in walks] for walks in others)]
    for rides in {terms["max_rides"], 8, 10**6}:
        terms["max_rides"] = rides
        mine = at_stops(question, access, **terms)
        assert_array_equal(mine, expected(question, access, **terms | {"max_rides": min(rides, 60)}))


def test_hops_of_no_time_that_lead_back_are_gone_over_again():
    # Within second 5 one gets from 4 to 0 by three changes, each to a trip that comes before in the order of the day.
    ring = [Line([3, 4], [[(5, 5)] * 2]), Line([2, 3], [[(5, 5)] * 2]), Line([1, 2], [[(5, 5)] * 2]),
            Line([0, 1], [[(5, 5)] * 2]), Line([4, 0], [[(5, 5)] * 2])]  # fmt: skip
    question = Question(day(5, ring), [(1, 0)], [0, 5], slack_s=0, limit_s=9)
    for rides in range(7):
        found = at_stops(question, [[(1, 0)], [(4, 1)]], max_rides=rides)
        assert_array_equal(found, expected(question, [[(1, 0)], [(4, 1)]], max_rides=rides))
        assert (found[0, 1] == 0).sum() == min(rides + 1, 5)
    # nothing is left over for those who come after
    many = [[(4, 1)]] * 70 + [[(1, 0)]]
    assert_array_equal(at_stops(question, many, max_rides=3, threads=1), expected(question, many, max_rides=3))


def test_one_may_board_a_trip_again_behind_where_one_got_off_within_its_second():
    # One trip at four stops in one second, and a footpath of no time from its last stop to its first.
    line = day(4, [Line([0, 1, 2, 3], [[(5, 5)] * 4])], [(3, 0, 0)])
    question = Question(line, [], [5], slack_s=0, limit_s=9)
    for rides in (1, 2, 3, 4, 99):
        found = at_stops(question, [[(2, 0)]] * 2, max_rides=rides)
        assert_array_equal(found, expected(question, [[(2, 0)]] * 2, oracles_transit, max_rides=rides))
        assert found[0, 0].tolist() == [0, 0 if rides > 1 else UNREACHABLE, 0, 0]


def test_what_does_not_suit_many_origins_is_searched_one_by_one(monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []
    for name in ("_side_by_side", "_one_by_one"):
        monkeypatch.setattr(doors, name, lambda *given, name=name: asked.append(name))
    line = Question(day(2, [regular([0, 1], 5, 0, 9, 30)]), [], [0, 9], slack_s=0, limit_s=100)
    at_stops(line, [[(0, 1)]], max_rides=32)
    at_stops(line, [[(0, 1)]], max_rides=33)
    at_stops(line, [[(0, 1)]], max_rides=60)
    monkeypatch.setattr(doors, "MINUTES", 1)
    at_stops(line, [[(0, 1)]], max_rides=3)
    monkeypatch.undo()
    assert asked == ["_side_by_side", "_one_by_one", "_side_by_side", "_one_by_one"]


def test_more_departures_than_a_byte_counts_and_unevenly_spaced():
    rng = np.random.default_rng(5)
    lines = [regular([0, 1, 2], 90, 7, 333, 60), regular([2, 3], 40, 0, 500, 40), regular([3, 1], 5, 11, 77, 200)]
    leave = np.sort(rng.integers(0, 15_000, 700)).tolist()
    question = Question(day(4, lines, [(2, 3, 50), (3, 0, 5)]), [(0, 0)], leave, slack_s=20, limit_s=4000)
    access = [[(0, 3)], [(1, 0), (2, 60)], [(3, 9)]]
    for rides in (1, 2, 5):
        for foot in (True, False):
            terms = {"max_rides": rides, "end_on_foot": foot}
            assert_array_equal(at_stops(question, access, **terms), expected(question, access, **terms))


@pytest.mark.parametrize("limit", [32_766, 32_767, 2**31 - 1])
def test_limits_longer_than_sixteen_bits(limit: int):
    line = day(3, [Line([0, 1, 2], [[(10, 10), (32_776, 32_777), (2**30, 2**30)]])], [(1, 2, 2**30)])
    question = Question(line, [], [0, 10], slack_s=0, limit_s=limit)
    access = [[(0, 0)], [(1, 5), (2, 2**30)], [(2, 32_767)]]
    for foot in (True, False):
        terms = {"max_rides": 2, "end_on_foot": foot}
        assert_array_equal(at_stops(question, access, **terms), expected(question, access, **terms))


def test_nothing_to_ride_and_nobody_to_ride_it():
    empty = Question(day(2, []), [], [0, 60], slack_s=0, limit_s=100)
    assert_array_equal(at_stops(empty, [[(1, 7)], []], max_rides=3)[0], [[UNREACHABLE, 7]] * 2)
    assert at_stops(empty, [], max_rides=3).shape == (0, 2, 2)
    nowhere = Question(day(0, []), [], [0], slack_s=0, limit_s=100)
    assert at_stops(nowhere, [[], []], max_rides=3).shape == (2, 1, 0)
    never = Question(day(2, [regular([0, 1], 5, 0, 9, 3)]), [], [], slack_s=0, limit_s=100)
    assert at_stops(never, [[(0, 1)]], max_rides=3).shape == (1, 0, 2)


def test_the_order_of_origins_and_the_number_of_threads_do_not_matter():
    question, _ = crowded(np.random.default_rng(1))
    rng = np.random.default_rng(2)
    access = [[tuple(w) for w in walks] for walks in rng.integers(0, [question.day.n_stops, 6], (150, 2, 2)).tolist()]
    found = at_stops(question, access, max_rides=3, threads=1)
    order = rng.permutation(len(access))
    assert_array_equal(at_stops(question, [access[i] for i in order], max_rides=3, threads=2), found[order])


def test_without_the_compiler_the_answers_are_the_same():
    code = """
import numpy as np
from stadslab.kernels import doors
from tests.kernels.test_abreast import at_stops
from tests.kernels.timetables import crowded
doors.FEW = 0
question, _ = crowded(np.random.default_rng(12))
print(at_stops(question, [question.access, [(0, 0)]], max_rides=3).tolist())
"""
    root = Path(stadslab.kernels.__file__).parents[3]
    said = [
        subprocess.run(
            [sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True,
            env=os.environ | {"NUMBA_DISABLE_JIT": off, "PYTHONPATH": os.pathsep.join([str(root / "src"), "."])},
        ).stdout
        for off in ("0", "1")
    ]  # fmt: skip
    assert said[0] == said[1]
