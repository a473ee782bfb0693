"""A table of travel times between reporting units, and what stands in them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
import shapely

from stadslab.build.matrix import matrix_of, standing_in, why_none
from stadslab.core.errors import InputError
from stadslab.core.layer import InMemory
from stadslab.core.support import Support
from stadslab.core.values import Reason
from stadslab.testing import gridcity

TOWN, SUPPORT = gridcity.grid(3, matrix=True), gridcity.grid_support(3)


def cut(*ids: str) -> Support:
    """Some units of the town alone."""
    at = [SUPPORT.ids.index(i) for i in ids]
    return Support("some", ids, SUPPORT.geometry.take(pa.array(at)), SUPPORT.points[at])


def test_rows_between_other_places_are_left_out() -> None:
    matrix, told = matrix_of(TOWN["travel_times"], cut("000,000", "000,002"))
    assert list(zip(matrix.origin.tolist(), matrix.destination.tolist(), strict=True)) == [
        (0, 0),
        (0, 1),
        (1, 1),
        (1, 0),
    ]
    assert matrix.cost == pytest.approx([0, 10 / 3, 0, 10 / 3])
    assert told.all()


def test_a_unit_no_trip_starts_from_is_told_apart_from_one_that_gets_nowhere() -> None:
    layer = TOWN["travel_times"]
    table = layer.scan()
    rows = [row for row in table.to_pylist() if row["from_area"] == "000,000" and row["to_area"] == "002,002"]
    few = replace(layer, handle=InMemory(pa.Table.from_pylist(rows, schema=table.schema)))
    matrix, told = matrix_of(few, cut("000,000", "000,002"))
    assert told.tolist() == [True, False]
    assert not len(matrix.cost)
    reason = why_none(np.zeros(2), matrix, np.ones(2), told)
    assert reason.tolist() == [Reason.NOT_CONNECTED, Reason.NO_DATA]


def test_an_empty_table_says_nothing_of_any_unit() -> None:
    layer = TOWN["travel_times"]
    matrix, told = matrix_of(replace(layer, handle=InMemory(layer.scan().slice(0, 0))), SUPPORT)
    assert not told.any()
    assert not len(matrix.cost)


def test_a_place_on_a_border_stands_in_one_unit() -> None:
    south_west, north_west = (shapely.from_wkb(SUPPORT.geometry[i].as_py()) for i in (0, 1))
    shared = shapely.intersection(south_west, north_west)
    layer = TOWN["places"]
    row = {"id": "x", "kind": "clinic", "name": None, "geometry": shapely.to_wkb(shared.centroid), "capacity": None}
    table = pa.Table.from_pylist([row], schema=layer.schema.arrow)
    places = replace(layer, handle=InMemory(table))
    found = standing_in("clinic", gridcity.grid_population(SUPPORT), places, SUPPORT)
    assert found.sum() == 1
    assert found[0] == 1


def test_groups_dimensions_and_places_are_counted() -> None:
    people = gridcity.grid_population(SUPPORT)
    assert standing_in("people", people, None, SUPPORT).tolist() == [10.0] * 9
    assert standing_in("age:young", people, None, SUPPORT).tolist() == [4.0] * 9
    assert standing_in("education", people, TOWN["places"], SUPPORT).tolist() == [1.0] * 9
    with pytest.raises(InputError, match="nothing called 'age:middle'"):
        standing_in("age:middle", people, TOWN["places"], SUPPORT)
