"""Add a place that people go to."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Annotated, ClassVar

import pyarrow as pa

from stadslab.core.city import City
from stadslab.core.edit import Delta, Edit
from stadslab.core.errors import Problem
from stadslab.core.kinds import GROUPS, KINDS
from stadslab.core.said import Said
from stadslab.core.units import About, Unit
from stadslab.edits import _ground as ground
from stadslab.edits._naming import near_street
from stadslab.edits._words import commas, listed, word


@dataclass(frozen=True)
class AddPlace(Edit):
    """Who gets nearer to what when a school, shop or clinic opens here?

    Blind spot: nothing else opens or closes because of it.
    """

    kind: ClassVar[str] = "add_place"
    touches: ClassVar[tuple[str, ...]] = ("places",)
    question: ClassVar[str] = "What if there were a school, shop or clinic here?"

    place_kind: Annotated[str, About("kind of place, such as school or pharmacy")]
    at: Annotated[tuple[float, float], Unit("degrees"), About("where: longitude, latitude")]
    name: Annotated[str, About("what it is called; may stay empty")] = ""
    capacity: Annotated[
        float | None, Unit("1", 0.0, 1e7), About("how much it holds (pupils, beds, jobs), when known")
    ] = None

    def complaints(self, city: City) -> list[Problem]:
        """An unknown kind, a place that is nowhere or far away, or the same place twice."""
        problems: list[Problem] = []
        if self.place_kind in GROUPS and self.place_kind not in KINDS:
            problems.append(
                Problem(
                    "place_kind",
                    Said("{kind!r} is a group of kinds", kind=self.place_kind),
                    Said("choose {choice}", choice=listed(GROUPS[self.place_kind], "or")),
                )
            )
        elif self.place_kind not in KINDS:
            near = difflib.get_close_matches(self.place_kind, KINDS, n=2)
            hint = Said("did you mean {choice}?", choice=listed(near, "or"))
            hint = hint if near else Said("known: {all}", all=", ".join(KINDS))
            what = Said("no kind of place is called {kind!r}", kind=self.place_kind)
            problems.append(Problem("place_kind", what, hint))
        problems += ground.point_problems(city, self.at, "at")
        if not problems and city["places"].find([self.id]).num_rows:
            what = Said("{id} is there already", id=self.id)
            problems.append(Problem("at", what, Said("leave this edit out, or move it by a metre")))
        return problems

    @property
    def id(self) -> str:
        """The id of the new place: the same for the same kind at the same point."""
        return f"new:{self.place_kind}@{ground.at_text(self.at)}"

    def deltas(self, city: City) -> list[Delta]:
        """One new row."""
        point = ground.point_wkb(ground.rounded(self.at))
        row = {
            "id": self.id,
            "kind": self.place_kind,
            "name": self.name or None,
            "geometry": point,
            "capacity": self.capacity,
        }
        return [Delta("places", upsert=pa.Table.from_pylist([row], schema=city["places"].schema.arrow))]

    def sentence(self, city: City | None = None) -> str:
        """For instance: Add a school, Nya skolan, with room for 300, by Storgatan."""
        kind = word(self.place_kind)
        parts: list[str] = [Said("Add an {kind}" if kind[:1] in "aeio" else "Add a {kind}", kind=kind)]
        parts += [self.name] if self.name else []
        parts += [Said("with room for {number:,.0f}", number=self.capacity)] if self.capacity is not None else []
        by = near_street(city, self.at) if city is not None else ""
        return Said("{sentence}.", sentence=commas([*parts, by or ground.at_words(self.at)]))

    def reads_ids(self, city: City) -> dict[str, tuple[str, ...]]:  # noqa: ARG002 (a new place relies on nothing)
        """Nothing that is there."""
        return {}
