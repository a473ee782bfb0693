"""Marks show where each edit takes effect, with its number in the plan."""

from __future__ import annotations

from stadslab.brief.marks import marks_of
from stadslab.core.scenario import Scenario
from stadslab.edits.add_homes import AddHomes
from stadslab.edits.add_place import AddPlace
from stadslab.edits.add_street import AddStreet
from stadslab.edits.change_speed import ChangeSpeed
from stadslab.edits.close_street import CloseStreet
from stadslab.edits.remove_place import RemovePlace
from stadslab.testing.gridcity import grid, grid_support, street_id


def test_one_kind_of_mark_for_each_kind_of_edit_in_the_order_of_the_plan() -> None:
    city, support = grid(3), grid_support(3)
    (west, south), (east, north) = support.points[0], support.points[8]
    middle = ((west + east) / 2, (south + north) / 2)
    plan = Scenario(
        "plan",
        (
            CloseStreet(street_id((0, 0), (1, 0))),
            ChangeSpeed(street_id((1, 0), (2, 0)), 20.0),
            AddStreet(((west, south), (east, north)), name="Diagonalen"),
            AddPlace(place_kind="clinic", at=middle, name="Kliniken"),
            RemovePlace("grid:place/0,0"),
            AddHomes(at=middle, people=40),
        ),
    )
    marks = marks_of(plan, city)
    kinds = {number: {m.kind for m in marks if m.number == number} for number in range(1, 7)}
    assert kinds == {
        1: {"closed"},
        2: {"changed"},
        3: {"new_street"},
        4: {"new_place"},
        5: {"removed_place"},
        6: {"new_homes"},
    }
    assert {m.label for m in marks if m.number == 4} == {"Kliniken"}
    assert not marks_of(Scenario("nothing"), city)
