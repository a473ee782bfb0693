"""Both searches, against every journey there is, each other and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from stadslab.kernels import UNREACHABLE, connections, raptor, timetable
from stadslab.testing import oracles_transit
from tests.kernels.graphs import int32
from tests.kernels.timetables import Line, Question, crowded, day, days, questions, regular


def both(question: Question, **terms) -> np.ndarray:
    """The arrivals that both searches agree on."""
    timetable_of_day, *asked = question.asked()
    terms = question.terms() | terms
    found = raptor.profile(timetable_of_day, *asked, **terms)
    scanned = connections.profile(timetable.connections_of(timetable_of_day), *asked, **terms)
    assert_array_equal(scanned, found)
    return found


@pytest.mark.parametrize("max_rides", [0, 1, 2, 4])
@settings(max_examples=200)
@given(questions(), st.booleans())
def test_every_label_is_that_of_all_journeys(max_rides: int, drawn: Question, end_on_foot: bool):
    terms = {"max_rides": max_rides, "end_on_foot": end_on_foot}
    expected = oracles_transit.profile(*drawn.asked(), **drawn.terms() | terms)
    assert_array_equal(both(drawn, **terms), expected)


@pytest.mark.parametrize("seed", range(120))
def test_every_label_where_much_happens_in_one_second(seed: int):
    # more stops, trips and ties than are drawn above
    question, terms = crowded(np.random.default_rng(seed))
    found = both(question, **terms)
    first = Question(question.day, question.access, question.depart[:1], question.slack_s, question.limit_s)
    assert_array_equal(found[:1], oracles_transit.profile(*first.asked(), **first.terms() | terms))


def test_nobody_is_aboard_before_boarding_not_even_within_the_same_second():
    # Trip 0 is at stops 0, 1, 2, 3 in one second; trip 1 brings the rider to stop 2 at that second, so only 3 is ahead.
    lines = [Line([0, 1, 2, 3], [[(5, 5)] * 4]), Line([4, 2], [[(5, 5), (5, 5)]])]
    question = Question(day(5, lines), [(4, 0)], [5], slack_s=0, limit_s=100)
    assert_array_equal(both(question, max_rides=3), [[UNREACHABLE, UNREACHABLE, 5, 5, 5]])


def test_leaving_later_by_an_express_is_still_a_ride():
    # The express of minute 10 overtakes the bus that minute 1 just missed: catching that bus is a second ride.
    lines = [
        Line([0, 1], [[(10, 10), (20, 20)]]),
        Line([0, 1, 2], [[(0, 0), (25, 25), (30, 30)], [(40, 40), (65, 65), (70, 70)]]),
    ]
    question = Question(day(3, lines), [(0, 0), (1, 90)], [1, 10], slack_s=0, limit_s=100)
    assert_array_equal(both(question, max_rides=1), [[1, 20, 70], [10, 20, 70]])
    assert_array_equal(both(question, max_rides=2), [[1, 20, 30], [10, 20, 30]])


def test_a_network_made_ready_once_answers_the_same():
    lines = day(3, [regular([0, 1, 2], 90, 0, 600, 20)])
    asked, terms = (int32([0]), int32([60]), int32([0, 900])), {"max_rides": 1, "slack_s": 30, "limit_s": 3600}
    ready = raptor.prepare(lines)
    assert_array_equal(raptor.profile(ready, *asked, **terms), raptor.profile(lines, *asked, **terms))
    out = int32([2]), int32([10])
    assert raptor.journey(ready, *asked[:2], *out, 900, **terms) == raptor.journey(
        lines, *asked[:2], *out, 900, **terms
    )


def test_a_loop_trip_calls_twice_and_staying_aboard_is_one_ride():
    lines = [
        Line([0, 1, 2, 1, 3], [[(t, t) for t in (0, 10, 20, 30, 40)]], board=[0, 1, 1, 1, 1], alight=[1, 0, 1, 1, 1])
    ]
    assert_array_equal(
        both(Question(day(4, lines), [(1, 0)], [0, 10, 11, 30, 31], 0, 100), max_rides=1),
        [[UNREACHABLE, 0, 20, 40], [UNREACHABLE, 10, 20, 40], *[[UNREACHABLE, t, UNREACHABLE, 40] for t in (11, 30)],
         [UNREACHABLE, 31, UNREACHABLE, UNREACHABLE]],
    )  # fmt: skip


def test_slack_comes_before_every_boarding_the_first_too_and_one_footpath_between_rides():
    lines = [Line([0, 1], [[(0, 100), (200, 200)]]), Line([2, 3], [[(0, 239), (300, 300)], [(0, 240), (310, 310)]])]
    feet = [(1, 2, 10), (0, 2, 1), (3, 1, 7), (1, 4, 5), (4, 5, 5)]
    ask = Question(day(6, lines, feet), [(0, 20)], [50, 51], slack_s=30, limit_s=1000)
    nothing = [UNREACHABLE] * 4
    assert_array_equal(both(ask, max_rides=2), [[70, 200, 210, 310, 205, UNREACHABLE], [71, UNREACHABLE, *nothing]])
    ridden = both(ask, max_rides=2, end_on_foot=False)
    assert_array_equal(ridden[0], [70, 200, UNREACHABLE, 310, UNREACHABLE, UNREACHABLE])
    # 310 is 260 s after the departure: within a limit of 260, not of 259
    for limit, expected in ((260, 310), (259, UNREACHABLE)):
        ask.limit_s = limit
        assert both(ask, max_rides=2)[0, 3] == expected


@pytest.mark.truth(
    what="Mean wait for a line every 600 s, over departures in every second of the hour",
    source="closed form (h - 1) / 2 for whole seconds",
    expected=299.5,
)
def test_the_wait_for_a_line_is_uniform_over_its_headway(truth):
    headway, hop = 600, 90
    lines = day(3, [regular([0, 1, 2], hop, first=0, headway=headway, trips=20)])
    depart = np.arange(3600, 7200)
    found = both(Question(lines, [(0, 0)], depart.tolist(), 0, 7200), max_rides=4)
    waits = found[:, 2] - depart - 2 * hop
    assert_array_equal(np.bincount(waits, minlength=headway), np.full(headway, 3600 // headway))
    truth.check(float(waits.mean()))


def test_two_lines_convolve():
    # Headways 300 and 420 have every difference of phase once in 2100 s, so the second wait is uniform as well.
    first, second, hop = 300, 420, 60
    lines = [regular([0, 1], hop, 0, first, 30), regular([1, 2], hop, 0, second, 30)]
    depart = np.arange(2100, 4200)
    found = both(Question(day(3, lines), [(0, 0)], depart.tolist(), 0, 7200), max_rides=2)[:, 2]
    travel = np.bincount(found - depart - 2 * hop, minlength=first + second)
    # the first trip leaves at multiples of 300, the second at multiples of 420: their gaps at stop 1 are 0, 60, ... 360
    gaps = np.sort((-(np.arange(7) * first + hop)) % second)
    assert_array_equal(gaps, np.arange(0, second, 60))
    expected = np.convolve(np.ones(first), np.isin(np.arange(second), gaps))
    assert_array_equal(travel, np.r_[expected, 0][: first + second])


@given(questions(), st.data())
def test_one_more_trip_or_ride_or_minute_makes_nobody_later(drawn: Question, data: st.DataObject):
    before = both(drawn, max_rides=2)
    assert (both(drawn, max_rides=3) <= before).all()
    assert (both(drawn, max_rides=2, end_on_foot=False) >= before).all()
    if data.draw(st.booleans()):
        drawn.limit_s = drawn.limit_s + 5
        assert (both(drawn, max_rides=2) <= before).all()
    stops = drawn.day.n_stops
    called = data.draw(st.lists(st.integers(0, stops - 1), min_size=2, max_size=4))
    times = np.cumsum(data.draw(st.lists(st.integers(0, 3), min_size=len(called), max_size=len(called)))).tolist()
    ptr, trips = drawn.day.pattern_ptr, drawn.day.time_ptr
    drawn.day = drawn.day._replace(
        pattern_ptr=np.append(ptr, ptr[-1] + len(called)),
        pattern_stop=int32([*drawn.day.pattern_stop, *called]),
        pattern_trip_ptr=np.append(drawn.day.pattern_trip_ptr, trips.size),
        time_ptr=np.append(trips, trips[-1] + len(called)),
        arrive=int32([*drawn.day.arrive, *times]),
        depart=int32([*drawn.day.depart, *times]),
        can_board=np.append(drawn.day.can_board, np.ones(len(called), np.uint8)),
        can_alight=np.append(drawn.day.can_alight, np.ones(len(called), np.uint8)),
    )
    assert (both(drawn, max_rides=2) <= before).all()


@given(days())
def test_a_day_reversed_twice_is_the_day(drawn):
    back = timetable.reverse(timetable.reverse(drawn))
    for name, ours, theirs in zip(drawn._fields, back, drawn, strict=True):
        if not name.startswith("foot"):
            assert_array_equal(ours, theirs, name)
    assert _walks(back) == _walks(drawn)
    timetable.checked(timetable.reverse(drawn))


def _walks(drawn) -> list:
    tail = np.repeat(np.arange(drawn.n_stops), np.diff(drawn.foot_ptr))
    return sorted(zip(tail.tolist(), drawn.foot_to.tolist(), drawn.foot_s.tolist(), strict=True))


@given(days(), st.integers(0, 3), st.sampled_from([0, 1, 3]), st.data())
def test_arriving_by_a_time_mirrors_departing_at_one(drawn, max_rides: int, slack: int, data: st.DataObject):
    """Being at the destination by t is possible leaving at d exactly if the way back from t gets to d."""
    here, there = (data.draw(st.integers(0, drawn.n_stops - 1)) for _ in range(2))
    walk_in, walk_out = (data.draw(st.integers(0, 3)) for _ in range(2))
    terms = {"max_rides": max_rides, "slack_s": slack, "limit_s": 10**6, "end_on_foot": False}
    depart = int32(np.arange(-5, 25))
    arrive = raptor.profile(drawn, int32([here]), int32([walk_in]), depart, **terms)[:, there].astype(np.int64)
    arrive[arrive != UNREACHABLE] += walk_out
    deadline = int32(np.arange(-5, 40))
    # The slack stands before the first ride; on the way back that is its end.
    starts = int32(np.sort(-deadline - slack))
    found = raptor.profile(timetable.reverse(drawn), int32([there]), int32([walk_out]), starts, **terms)[:, here]
    latest = np.where(found == UNREACHABLE, -(10**9), -(found.astype(np.int64) + walk_in + slack))[::-1]
    if here == there:  # staying where one is takes no ride, so no slack
        latest = np.maximum(latest, deadline - walk_in - walk_out)
    for d, arrival in zip(depart.tolist(), arrive.tolist(), strict=True):
        assert_array_equal(arrival <= deadline, d <= latest)


@settings(max_examples=300)
@given(questions(), st.integers(0, 4), st.booleans(), st.data())
def test_a_journey_obeys_the_rules_and_arrives_when_the_profile_says(
    drawn: Question, max_rides: int, end_on_foot: bool, data: st.DataObject
):
    stop = st.integers(0, drawn.day.n_stops - 1)
    out = data.draw(st.lists(st.tuples(stop, st.integers(0, 4)), max_size=3))
    direct = data.draw(st.sampled_from([UNREACHABLE, 9]))
    leave = data.draw(st.integers(-2, 10))
    terms = drawn.terms() | {"max_rides": max_rides, "end_on_foot": end_on_foot}
    taken, access, walks, _ = drawn.asked()
    way = raptor.journey(
        taken, access, walks, int32([s for s, _ in out]), int32([w for _, w in out]), leave, direct_s=direct, **terms
    )
    arrival = raptor.profile(taken, access, walks, int32([leave]), **terms)[0]
    doors = [int(arrival[s]) + w for s, w in out if arrival[s] != UNREACHABLE] + [leave + direct]
    if min(doors) > leave + min(drawn.limit_s, 10**6):
        assert way == raptor.Journey(UNREACHABLE, ())
        return
    assert way.arrive_s == min(doors)
    _check_legs(drawn, way, leave, out)
    assert way.rides <= max_rides
    assert end_on_foot or [leg.kind for leg in way.legs][-2:] != ["foot", "egress"]
    if way.rides:  # with one ride fewer it is not as early
        fewer = raptor.profile(taken, access, walks, int32([leave]), **terms | {"max_rides": way.rides - 1})[0]
        assert min([int(fewer[s]) + w for s, w in out if fewer[s] != UNREACHABLE] + [leave + direct]) > way.arrive_s


def _check_legs(drawn: Question, way: raptor.Journey, leave: int, out: list[tuple[int, int]]) -> None:
    calls = dict(oracles_transit.trips(drawn.day))
    now, here, before = leave, -1, ""
    for leg in way.legs:
        assert leg.from_stop == here
        if leg.kind == "ride":
            assert before in {"access", "ride", "foot"}
            on, off = calls[leg.trip][leg.board_position], calls[leg.trip][leg.alight_position]
            assert leg.board_position < leg.alight_position
            assert (on[0], on[2], on[3]) == (leg.from_stop, leg.start_s, True)
            assert (off[0], off[1], off[4]) == (leg.to_stop, leg.end_s, True)
            assert leg.start_s >= now + drawn.slack_s
        else:
            assert leg.start_s == now
            took = leg.end_s - leg.start_s
            if leg.kind == "access":
                assert (before, (leg.to_stop, took) in drawn.access) == ("", True)
            elif leg.kind == "foot":
                assert (before, (here, leg.to_stop, took) in _walks(drawn.day)) == ("ride", True)
            elif leg.kind == "egress":
                assert (before in {"access", "ride", "foot"}, (here, took) in out) == (True, True)
            else:
                assert (leg.kind, before, leg.to_stop) == ("walk", "", -1)
        now, here, before = leg.end_s, leg.to_stop, leg.kind
    assert (now, here) == (way.arrive_s, -1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pattern_stop": int32([0, 1, 2, 3])}, "pattern_stop: every value under 3; got 3 at 3"),
        ({"depart": int32([0, 10, 5, 15, 0, 2])}, "trip 2: departs from a stop before it arrives there"),
        ({"time_ptr": np.array([0, 1, 4, 6])}, "trip 0: as many times as pattern 0 has stops; got 1"),
        ({"can_board": np.array([1, 2, 1, 1], np.uint8)}, "can_board"),
        ({"foot_to": int32([7])}, "foot_to"),
        ({"foot_s": int32([-1])}, "foot_s: no value under 0"),
        ({"n_stops": -1}, "n_stops: none or more"),
    ],
)
def test_a_day_that_kernels_cannot_trust_is_refused(change: dict, words: str):
    good = day(3, [regular([0, 1], 10, 0, 5, 2), Line([1, 2], [[(0, 0), (3, 3)]])], [(0, 2, 4)])
    timetable.checked(good)
    with pytest.raises(ValueError, match=words):
        raptor.profile(good._replace(**change), int32([0]), int32([0]), int32([0]), max_rides=1, slack_s=0, limit_s=9)


def test_overtaking_and_going_backwards_are_told_apart():
    overtaken = day(2, [Line([0, 1], [[(0, 0), (30, 30)], [(10, 10), (20, 20)]])])
    with pytest.raises(ValueError, match="pattern 0: trip 1 overtakes trip 0; give it a pattern of its own"):
        timetable.checked(overtaken)
    backwards = day(2, [Line([0, 1], [[(10, 10), (5, 5)]])])
    with pytest.raises(ValueError, match="trip 0: arrives at a stop before it departed"):
        timetable.checked(backwards)


def test_a_rider_who_makes_no_sense_is_refused():
    good = day(2, [regular([0, 1], 10, 0, 5, 2)])
    terms = {"max_rides": 1, "slack_s": 0, "limit_s": 9}
    for asked, more, words in [
        ((int32([2]), int32([0]), int32([0])), {}, "access_stop"),
        ((int32([1]), int32([-1]), int32([0])), {}, "access_s"),
        ((int32([1]), int32([1]), int32([5, 4])), {}, "ascending"),
        ((int32([1]), int32([1]), int32([5])), {"slack_s": -1}, "slack_s"),
        ((int32([1]), int32([1]), int32([5])), {"max_rides": -1}, "max_rides"),
    ]:
        with pytest.raises(ValueError, match=words):
            raptor.profile(good, *asked, **terms | more)
        with pytest.raises(ValueError, match=words):
            connections.profile(timetable.connections_of(good), *asked, **terms | more)
    hops = timetable.connections_of(good)
    with pytest.raises(ValueError, match="sorted by departure"):
        connections.profile(hops._replace(depart=hops.depart[::-1].copy(), arrive=hops.arrive[::-1].copy()),
                            int32([0]), int32([0]), int32([0]), **terms)  # fmt: skip
