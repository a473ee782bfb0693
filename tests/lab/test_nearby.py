"""Units near a change come first."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_array_equal

from stadslab.core.scenario import Scenario
from stadslab.edits.add_place import AddPlace
from stadslab.edits.close_street import CloseStreet
from stadslab.edits.remove_place import RemovePlace
from stadslab.lab.nearby import changed_spots, nearest_units
from stadslab.lab.plan import Builds
from tests.lab.cities import city


def test_the_nearest_to_what_comes_and_to_what_goes():
    town = city()
    support = Builds().support("h3:11", town)
    corner = support.points[np.argmin(support.points.sum(axis=1))]
    after = town.under(Scenario("p", (AddPlace("school", at=tuple(corner.tolist())),)))
    for one, other in ((town, after), (after, town)):
        found = nearest_units(support, one, other, 7)
        flat = (support.points - corner) * [np.cos(np.radians(corner[1])), 1.0]
        away = np.hypot(*flat.T)
        assert len(found) == 7
        assert away[found].max() <= np.delete(away, found).min()
        assert_array_equal(found, np.sort(found))


def test_all_of_a_few_and_some_everywhere_where_the_change_has_no_place():
    town = city()
    support = Builds().support("h3:11", town)
    assert_array_equal(nearest_units(support, town, town, 10_000), np.arange(len(support)))
    spread = nearest_units(support, town, town, 10)
    assert len(np.unique(spread)) == 10
    assert (spread[0], spread[-1]) == (0, len(support) - 1)


def test_spots_are_corners_of_every_row_that_differs():
    town = city()
    streets = town["streets"].scan("id", "geometry")
    place = town["places"].scan("id")["id"][0].as_py()
    after = town.under(Scenario("p", (CloseStreet(streets["id"][3].as_py()), RemovePlace(place))))
    spots = changed_spots(town, after)
    assert len(spots) == 2 + 2 + 1  # a straight street before and after, a place before
    assert not len(changed_spots(town, town))
