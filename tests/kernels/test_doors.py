"""Door to door: ways out of the network, percentiles over departures, counting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from stadslab.kernels import UNREACHABLE, doors, egress, percentiles, raptor
from stadslab.testing import oracles_transit
from tests.kernels.graphs import int32, rows
from tests.kernels.timetables import Question, day, questions, regular

PERCENT = st.lists(st.one_of(st.sampled_from([0, 5, 25, 50, 75, 95, 100]), st.floats(0, 100)), max_size=5)
SECONDS = st.one_of(st.integers(0, 9), st.integers(0, 2**30 - 2), st.just(UNREACHABLE))


@given(st.data(), st.integers(1, 30), st.integers(0, 4), PERCENT)
def test_percentiles_are_those_of_sorted_values(data: st.DataObject, minutes: int, places: int, percent: list[float]):
    size = minutes * places
    travel = int32(data.draw(st.lists(SECONDS, min_size=size, max_size=size))).reshape(minutes, places)
    kept = travel.copy()
    found = percentiles.of_minutes(travel, percent)
    assert_array_equal(found, oracles_transit.percentiles(travel, percent))
    assert_array_equal(travel, kept)
    if places:
        rising = percentiles.of_minutes(travel, sorted(percent))
        assert (np.diff(rising.astype(np.int64), axis=1) >= 0).all()
        # quarters, which numpy's floating point has exactly
        quarters = [0, 25, 50, 75, 100]
        published = np.percentile(travel, quarters, axis=0, method="inverted_cdf")
        assert_array_equal(percentiles.of_minutes(travel, quarters), published.T)


def test_a_percentile_is_a_travel_time_somebody_has():
    travel = int32([[40], [10], [UNREACHABLE], [30], [20]])
    assert_array_equal(
        percentiles.of_minutes(travel, [0, 20, 21, 50, 80, 81, 100]), [[10, 10, 20, 30, 40, *[UNREACHABLE] * 2]]
    )
    assert_array_equal(percentiles.ranks(121, [50, 5]), [60, 6])
    with pytest.raises(ValueError, match="at least one departure"):
        percentiles.ranks(0, [50])
    with pytest.raises(ValueError, match="percent: from 0 to 100; got -1, 101"):
        percentiles.ranks(9, [-1, 50, 101])


def test_counting_is_inclusive_and_by_weight():
    times = int32([[10, 20], [20, 30], [UNREACHABLE, UNREACHABLE]])
    weight = np.array([[1, 5], [1, 70], [1, 900]], np.int64)
    found = percentiles.within(times, weight, int32([9, 20, 2**31 - 2]))
    assert_array_equal(found, [[[0, 0], [2, 75], [2, 75]], [[0, 0], [1, 5], [2, 75]]])
    with pytest.raises(ValueError, match="cutoffs"):
        percentiles.within(times, weight, int32([UNREACHABLE]))
    with pytest.raises(ValueError, match="weight: one row for each of 3 places; got 2"):
        percentiles.within(times, weight[:2], int32([1]))


def test_the_way_out_is_the_best_of_all_and_of_walking():
    arrival = int32([[100, 130, UNREACHABLE], [160, 150, UNREACHABLE]])
    ptr, stop, walk = rows([[(0, 50), (1, 30), (2, 0)], [(2, 1)], []])
    given_ = arrival, ptr, stop, walk, int32([75, UNREACHABLE, 5]), int32([80, 90])
    assert_array_equal(egress.best(*given_), [[70, UNREACHABLE, 5], [75, UNREACHABLE, 5]])
    assert_array_equal(egress.best(*given_, limit_s=70), [[70, UNREACHABLE, 5], [UNREACHABLE, UNREACHABLE, 5]])
    with pytest.raises(ValueError, match="one departure for each row"):
        egress.best(*given_[:5], int32([80]))


def test_walks_of_years_do_not_wrap_around():
    long = 2**30
    ptr, stop, walk = rows([[(0, long)], [(1, long)]])
    found = egress.best(int32([[long - 3, UNREACHABLE]]), ptr, stop, walk, int32([UNREACHABLE] * 2), int32([0]))
    assert_array_equal(found, [[UNREACHABLE, UNREACHABLE]])


@given(questions(), st.data())
def test_many_origins_at_once_are_what_each_is_alone(drawn: Question, data: st.DataObject):
    drawn.depart = drawn.depart or [0]
    stops, places = drawn.day.n_stops, data.draw(st.integers(0, 4))
    walks = st.lists(st.tuples(st.integers(0, stops - 1), st.integers(0, 4)), max_size=3)
    access = data.draw(st.lists(walks, max_size=3))
    out = data.draw(st.lists(walks, min_size=places, max_size=places))
    pair = st.tuples(st.integers(0, places - 1), st.integers(0, 30))
    direct = [data.draw(st.lists(pair, max_size=2)) if places else [] for _ in access]
    percent, cutoffs = [0, 50, 90], int32([0, 5, 12])
    weight = np.arange(2 * places, dtype=np.int64).reshape(places, 2)
    town = doors.Doors(*rows(access), *rows(out), *rows(direct))
    depart = int32(drawn.depart)
    terms = drawn.terms() | {"max_rides": 2, "end_on_foot": data.draw(st.booleans())}
    times = doors.profile_many(drawn.day, town, depart, percent, threads=2, **terms)
    counts = doors.count_many(drawn.day, town, depart, percent, weight, cutoffs, threads=1, **terms)
    assert times.shape == (len(access), places, 3)
    assert counts.shape == (len(access), 3, 3, 2)
    for origin, (mine, near) in enumerate(zip(access, direct, strict=True)):
        arrival = oracles_transit.profile(
            drawn.day, int32([s for s, _ in mine]), int32([w for _, w in mine]), depart, **terms
        )
        on_foot = [min([w for p, w in near if p == place], default=UNREACHABLE) for place in range(places)]
        travel = oracles_transit.egress(arrival, *rows(out), int32(on_foot), depart)
        assert_array_equal(egress.best(arrival, *rows(out), int32(on_foot), depart), travel)
        travel[travel > min(drawn.limit_s, 10**6)] = UNREACHABLE
        expected = oracles_transit.percentiles(travel, percent)
        assert_array_equal(times[origin], expected)
        assert_array_equal(counts[origin], percentiles.within(expected, weight, cutoffs))


@pytest.mark.truth(
    what="Median door-to-door time: 60 s to a stop, a line every 600 s, 300 s aboard, 40 s from the stop",
    source="closed form 60 + 300 + 40 + median wait over every minute",
    expected=640,
)
def test_the_median_over_a_window_of_minutes(truth):
    line = day(2, [regular([0, 1], 300, 0, 600, 40)])
    town = doors.Doors(*rows([[(0, 60)]]), *rows([[(1, 40)]]), *rows([[]]))
    depart = int32(range(3600, 7200, 60))
    found = doors.profile_many(line, town, depart, [10, 50, 100], max_rides=2, slack_s=0, limit_s=7200)
    # waits of 0, 60, ... 540 s are equally likely; the fifth of ten is 240
    truth.check(int(found[0, 0, 1]))
    assert_array_equal(found[0, 0], [400, 640, 940])


def test_doors_that_do_not_fit_the_day_are_refused():
    line = day(2, [regular([0, 1], 300, 0, 600, 4)])
    town = doors.Doors(*rows([[(0, 60)]]), *rows([[(1, 40)]]), *rows([[(0, 7)]]))
    terms = {"max_rides": 2, "slack_s": 0, "limit_s": 99}
    for change, words in [
        ({"access_stop": int32([2])}, "access_stop"),
        ({"egress_s": int32([-4])}, "egress_s"),
        ({"direct_place": int32([1])}, "direct_place"),
        ({"direct_ptr": np.array([0, 1, 1])}, "direct_ptr"),
    ]:
        with pytest.raises(ValueError, match=words):
            doors.profile_many(line, town._replace(**change), int32([0]), [50], **terms)
    with pytest.raises(ValueError, match="at least one departure"):
        doors.profile_many(line, town, int32([]), [50], **terms)
    arrival = raptor.profile(line, int32([0]), int32([60]), int32([]), **terms)
    assert arrival.shape == (0, 2)
