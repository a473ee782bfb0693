"""Every edit keeps the contract; an edit that does not is found out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import pytest

from stadslab.core.city import City
from stadslab.core.edit import Delta, Edit
from stadslab.core.errors import Problem
from stadslab.core.units import About
from stadslab.edits.add_homes import AddHomes
from stadslab.edits.add_place import AddPlace
from stadslab.edits.add_route import AddRoute
from stadslab.edits.add_street import AddStreet
from stadslab.edits.change_headway import ChangeHeadway
from stadslab.edits.change_route_speed import ChangeRouteSpeed
from stadslab.edits.change_speed import ChangeSpeed
from stadslab.edits.close_stop import CloseStop
from stadslab.edits.close_street import CloseStreet
from stadslab.edits.remove_place import RemovePlace
from stadslab.edits.remove_route import RemoveRoute
from stadslab.testing.contract_edit import check_edit
from tests.edits.village import at, line

EXAMPLES: list[Edit] = [
    CloseStreet("osm:way/1", ("drive",)),
    AddStreet(line((50, 5), (250, 95)), "Nygatan", ("walk", "cycle")),
    ChangeSpeed("osm:way/1#2-3", 30),
    AddPlace("school", at(200, 50), "Nya skolan", 300),
    RemovePlace("osm:node/101"),
    AddHomes(at(200, 50), 120, 60, ("income:low=40", "income:high=80")),
    CloseStop("gtfs:v/stop/T2"),
    RemoveRoute("gtfs:v/route/55"),
    RemoveRoute("gtfs:v/route/red", "gtfs:v/stop/T2", "gtfs:v/stop/t4"),
    AddRoute("4X", ("gtfs:v/stop/s1", "18.0017,59.0009", "gtfs:v/stop/n4")),
    AddRoute("Blå", ("gtfs:v/stop/t1", "18.0017,59.0017"), "metro", 5, 40, both_ways=False),
    ChangeHeadway("gtfs:v/route/55", 6, "07:00", "08:00"),
    ChangeHeadway("gtfs:v/route/red", 20),
    ChangeRouteSpeed("gtfs:v/route/55", 20),
]


@pytest.mark.parametrize("edit", EXAMPLES, ids=lambda e: e.kind)
def test_contract(edit: Edit, city: City) -> None:
    check_edit(type(edit), edit, city)


@dataclass(frozen=True)
class Careless(Edit):
    """An edit that breaks what it can."""

    kind: ClassVar[str] = "Care-less"
    touches: ClassVar[tuple[str, ...]] = ("places",)
    question: ClassVar[str] = "no question"

    street: Annotated[str, About("a street")]
    silent: str = ""

    def complaints(self, city: City) -> list[Problem]:
        return []

    def deltas(self, city: City) -> list[Delta]:
        return [Delta("streets", frozenset([self.street]))]

    def sentence(self, city: City | None = None) -> str:
        return "removes it"

    def reads_ids(self, city: City) -> dict[str, tuple[str, ...]]:
        return {"streets": ("osm:way/0",)}


def test_broken_promises_are_all_listed(city: City) -> None:
    with pytest.raises(AssertionError) as caught:
        check_edit(Careless, Careless("osm:way/1#1-2"), city)
    told = str(caught.value)
    for promise in (
        "kind 'Care-less' is not words_with_underscores",
        "question 'no question' is not a question",
        "field 'silent' does not say what it is about",
        "the sentence with the city is no sentence: 'removes it'",
        "reads_ids names 'osm:way/0', which layer 'streets' does not have",
        "it changes layers it does not say it touches: streets",
    ):
        assert promise in told


def test_an_example_that_shows_nothing_is_refused(city: City) -> None:
    with pytest.raises(AssertionError, match="the example changes nothing"):
        check_edit(ChangeSpeed, ChangeSpeed("osm:way/1#1-2", 50), city)
    with pytest.raises(AssertionError, match="the example cannot be made: street: there is no street 'osm:way/8'"):
        check_edit(CloseStreet, CloseStreet("osm:way/8"), city)
