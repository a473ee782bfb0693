"""Remove a place that people go to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from stadslab.core.city import City
from stadslab.core.edit import Delta, Edit
from stadslab.core.errors import Problem
from stadslab.core.said import Said
from stadslab.core.units import About
from stadslab.edits import _ground as ground
from stadslab.edits._naming import near_street, place_problems
from stadslab.edits._words import word


@dataclass(frozen=True)
class RemovePlace(Edit):
    """Who gets farther from what when a school, shop or clinic closes?

    Blind spot: the places that remain have room for everybody.
    """

    kind: ClassVar[str] = "remove_place"
    touches: ClassVar[tuple[str, ...]] = ("places",)
    question: ClassVar[str] = "What if this place closed?"

    place: Annotated[str, About("id of the place")]

    def complaints(self, city: City) -> list[Problem]:
        """No such place; the nearest ids and names are told."""
        return place_problems(city, self.place)

    def deltas(self, city: City) -> list[Delta]:  # noqa: ARG002 (the id says it all)
        """One row less."""
        return [Delta("places", drop=frozenset([self.place]))]

    def sentence(self, city: City | None = None) -> str:
        """For instance: Remove the school Gamla skolan, by Storgatan."""
        rows = city["places"].find([self.place]) if city is not None and "places" in city else None
        if city is None or rows is None or not rows.num_rows:
            return Said("Remove place {place}.", place=self.place)
        row = rows.to_pylist()[0]
        kind, name = word(row["kind"]), row["name"]
        what = Said("the {kind} {name}", kind=kind, name=name) if name else Said("an unnamed {kind}", kind=kind)
        point = ground.geometries(rows)[0]
        by = near_street(city, (point.x, point.y))
        return Said("Remove {what}, {by}.", what=what, by=by) if by else Said("Remove {what}.", what=what)

    def reads_ids(self, city: City) -> dict[str, tuple[str, ...]]:  # noqa: ARG002 (the id says it all)
        """The place."""
        return {"places": (self.place,)}
