"""Both searches, against every journey there is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from stadslab.kernels import connections, raptor, timetable
from stadslab.testing import oracles_transit
from tests.kernels.timetables import Question, questions


@pytest.mark.parametrize("max_rides", [0, 1, 2, 4])
@settings(max_examples=300)
@given(questions(), st.booleans())
def test_every_label_is_that_of_all_journeys(max_rides: int, drawn: Question, end_on_foot: bool):
    terms = drawn.terms() | {"max_rides": max_rides, "end_on_foot": end_on_foot}
    day, *asked = drawn.asked()
    expected = oracles_transit.profile(day, *asked, **terms)
    assert_array_equal(raptor.profile(day, *asked, **terms), expected)
    assert_array_equal(connections.profile(timetable.connections_of(day), *asked, **terms), expected)
