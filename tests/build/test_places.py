"""Places of a kind, and one place by id or coordinates."""

from __future__ import annotations

import numpy as np
import pytest

from stadslab.build.places import located, lonlat_of, of_kind, xy_of
from stadslab.core.errors import InputError, NotFoundError
from stadslab.testing.gridcity import CRS, SOUTH, WEST, grid


def test_of_kind_by_kind_group_and_any() -> None:
    places = grid(3)["places"]
    assert of_kind(places, "school").num_rows == of_kind(places, "education").num_rows == 9
    assert of_kind(places, "any").num_rows == 9
    assert of_kind(places, "pharmacy").num_rows == 0
    with pytest.raises(InputError, match="did you mean school"):
        of_kind(places, "scool")


def test_points_are_where_the_places_are() -> None:
    table = of_kind(grid(2, block_m=100)["places"], "school")
    corners = np.array([[WEST, SOUTH], [WEST, SOUTH + 100], [WEST + 100, SOUTH], [WEST + 100, SOUTH + 100]])
    assert np.allclose(xy_of(table, CRS), corners, atol=1e-3)
    assert lonlat_of(table).shape == (4, 2)


def test_one_place_by_id_or_by_coordinates() -> None:
    places = grid(3)["places"]
    assert located("18.06, 59.33", places).tolist() == [[18.06, 59.33]]
    assert np.allclose(located("grid:place/1,1", places), lonlat_of(places.find(["grid:place/1,1"])))


def test_a_place_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(NotFoundError, match=r"nearest: .*grid:place/1,1"):
        located("grid:place/1,11", grid(3)["places"])
    with pytest.raises(NotFoundError, match="give longitude,latitude or load places"):
        located("somewhere", None)
    with pytest.raises(InputError, match="is not on the globe"):
        located("181,59", None)
