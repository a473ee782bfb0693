"""Changes of lines and stops as marks on a map."""

from __future__ import annotations

import pytest
import shapely

from stadslab.brief.colours import MARK_COLOUR
from stadslab.brief.figures import Mark
from stadslab.brief.marks import marks_of
from stadslab.core.edit import Edit
from stadslab.core.scenario import Scenario
from stadslab.edits.add_route import AddRoute
from stadslab.edits.change_headway import ChangeHeadway
from stadslab.edits.change_route_speed import ChangeRouteSpeed
from stadslab.edits.close_stop import CloseStop
from stadslab.edits.remove_route import RemoveRoute
from tests.edits.village import at, stop, village

BUS, METRO = "gtfs:v/route/55", "gtfs:v/route/red"


def marks(*edits: Edit) -> list[Mark]:
    found = marks_of(Scenario("plan", edits), village())
    assert all(mark.kind in MARK_COLOUR for mark in found)
    return found


def corners(mark: Mark) -> set[tuple[float, float]]:
    return {(round(x, 7), round(y, 7)) for x, y in shapely.get_coordinates(shapely.from_wkb(mark.geometry))}


def test_a_closed_station_is_marked_where_trips_called() -> None:
    found = marks(CloseStop(stop("T2")))
    assert {mark.kind for mark in found} == {"closed_stop"}
    assert [corners(mark) for mark in found] == [{at(150, 60)}, {at(150, 60)}]


def test_a_closed_branch_is_marked_and_the_rest_is_not() -> None:
    [mark] = marks(RemoveRoute(METRO, stop("T2"), stop("t4")))
    assert (mark.kind, mark.label, mark.number) == ("closed", "Röd", 1)
    assert corners(mark) == {at(150, 60), at(200, 180)}


def test_a_removed_line_is_marked_whole() -> None:
    [mark] = marks(RemoveRoute(METRO))
    assert mark.kind == "closed"
    assert corners(mark) == {at(0, 60), at(150, 60), at(300, 60), at(200, 180)}


@pytest.mark.parametrize("edit", [ChangeHeadway(BUS, 6), ChangeRouteSpeed(BUS, 20)], ids=lambda e: str(e.kind))
def test_a_line_that_runs_otherwise_is_marked_as_changed(edit: Edit) -> None:
    [mark] = marks(edit)
    assert (mark.kind, mark.label) == ("changed", "55")
    assert corners(mark) == {at(x, y) for x in (0, 100, 200, 300) for y in (0, 10)}


def test_a_new_line_is_marked_from_old_stops_to_new() -> None:
    lon, lat = at(200, 180)
    [mark] = marks(AddRoute("Blå", (stop("t1"), f"{lon},{lat}"), "metro"))
    assert mark.kind == "new_line"
    assert corners(mark) == {at(0, 60), at(200, 180)}
