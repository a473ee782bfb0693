"""What is in reach by ready-made travel times: closed forms on a chessboard, and what must never be zero."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pytest

from stadslab.core.city import City
from stadslab.core.errors import InputError
from stadslab.core.layer import InMemory
from stadslab.core.values import Measured, Reason
from stadslab.indicators.matrix_access import matrix_access
from stadslab.indicators.matrix_to_nearest import matrix_to_nearest
from stadslab.testing import gridcity

N = 7
BLOCK = 130 / 1.3 / 60  # minutes
TOWN = gridcity.grid(N, matrix=True)
SUPPORT = gridcity.grid_support(N)
PEOPLE = gridcity.grid_population(SUPPORT)
CENTRE = gridcity.unit_at(N, "centre")


def asked(measure: Any = matrix_access, city: City = TOWN, **params: Any) -> Measured:
    places = city.layers.get("places")
    found = measure(city["travel_times"], SUPPORT, PEOPLE, places, **params)
    assert isinstance(found, Measured)
    return found


def without(city: City, **where: str) -> City:
    """The city without the rows of travel times that start (or end) there."""
    layer = city["travel_times"]
    table = layer.scan()
    for column, value in where.items():
        table = table.filter(pc.not_equal(table[column], value))
    return city.with_layer(replace(layer, handle=InMemory(table)))


@pytest.mark.parametrize("k", [0, 1, 2, 3])
def test_people_and_schools_within_k_blocks(k: int) -> None:
    minutes = (k + 0.5) * BLOCK
    assert asked(what="people", minutes=minutes).values[CENTRE] == 10 * gridcity.reach(k)
    assert asked(what="age:old", minutes=minutes).values[CENTRE] == 6 * gridcity.reach(k)
    assert asked(what="age", minutes=minutes).values[CENTRE] == 10 * gridcity.reach(k)
    assert asked(what="school", minutes=minutes).values[CENTRE] == gridcity.reach(k)


def test_weights_fall_with_the_blocks() -> None:
    rings = [1, 4, 8, 12]  # junctions exactly k blocks away
    for decay, params, weight in (
        ("exponential", {"rate": 0.2}, lambda t: math.exp(-0.2 * t)),
        ("linear", {"minutes": 4 * BLOCK}, lambda t: max(0.0, 1 - t / (4 * BLOCK))),
        ("gaussian", {"minutes": BLOCK}, lambda t: math.exp(-(t**2) / (2 * BLOCK**2))),
    ):
        small = gridcity.grid(N, matrix=True, places="centre")
        found = asked(city=small, what="school", decay=decay, **params).values
        for k, ring in enumerate(rings):
            assert np.isclose(found, weight(k * BLOCK)).sum() == ring


def test_minutes_until_enough_are_reached() -> None:
    for count, k in ((1, 0), (10, 0), (11, 1), (50, 1), (51, 2)):
        found = asked(matrix_to_nearest, what="people", count=count).values[CENTRE]
        assert found == pytest.approx(k * BLOCK)
    found = asked(matrix_to_nearest, what="people", count=10 * N * N + 1)
    assert np.isinf(found.values).all()
    assert set(found.reason) == {Reason.NOT_CONNECTED}


def test_a_unit_the_table_says_nothing_of_is_unknown() -> None:
    silent = without(TOWN, from_area="003,003")
    for measure in (matrix_access, matrix_to_nearest):
        found = asked(measure, silent, what="school")
        assert np.isnan(found.values[CENTRE])
        assert found.reason[CENTRE] == Reason.NO_DATA
        assert np.isnan(found.values).sum() == 1


def test_nobody_gets_there_is_zero_with_a_reason() -> None:
    island = without(gridcity.grid(N, matrix=True, places="centre"), to_area="003,003")
    found = asked(city=island, what="school")
    assert (found.values == 0).all()
    assert set(found.reason) == {Reason.NOT_CONNECTED}
    far = asked(city=gridcity.grid(N, matrix=True, places="centre"), what="school", minutes=BLOCK / 2)
    assert far.values[CENTRE] == 1
    assert far.reason[0] == Reason.BEYOND_LIMIT
    none = asked(what="hospital")
    assert set(none.reason) == {Reason.NO_SUCH_PLACE}


def test_what_is_not_there_is_told() -> None:
    with pytest.raises(InputError, match=r"nothing called 'jobs' is counted.*age, total"):
        asked(what="jobs")
    with pytest.raises(InputError, match="the city has no places"):
        asked(city=gridcity.grid(N, matrix=True, places="none"), what="school")
    with pytest.raises(InputError, match="no trip starts in a unit of other"):
        matrix_access(
            TOWN["travel_times"], replace(SUPPORT, kind="other", ids=tuple(f"x{i}" for i in SUPPORT.ids)), PEOPLE,
            what="people",
        )  # fmt: skip
    with pytest.raises(InputError, match="above 0"):
        asked(what="people", decay="linear", minutes=0.0)


def test_fewer_than_five_people_are_not_told_and_so_many_schools_are() -> None:
    few = asked(what="age:young", minutes=0.5 * BLOCK)  # the four of the unit itself
    assert np.isnan(few.values[CENTRE])
    assert few.reason[CENTRE] == Reason.TOO_FEW
    more = asked(what="age:young", minutes=1.5 * BLOCK)
    assert (more.values[CENTRE], more.reason[CENTRE]) == (20, Reason.KNOWN)
    schools = asked(what="school", minutes=0.5 * BLOCK)
    assert (schools.values[CENTRE], schools.reason[CENTRE]) == (1, Reason.KNOWN)
