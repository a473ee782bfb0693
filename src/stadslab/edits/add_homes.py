"""Add homes, with the people who will live in them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Annotated, ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from stadslab.core.city import City
from stadslab.core.edit import Delta, Edit
from stadslab.core.errors import Problem
from stadslab.core.said import Said
from stadslab.core.units import About, Unit
from stadslab.edits import _ground as ground
from stadslab.edits._naming import near_street
from stadslab.edits._words import counted, listed, word


@dataclass(frozen=True)
class AddHomes(Edit):
    """What do the people of new homes reach, and how does the city's average move?

    The people are added at the point as they are given; nobody moves out elsewhere. No building is added: the people of
    areas are spread over buildings, and a new one would draw people from its neighbours into it.
    """

    kind: ClassVar[str] = "add_homes"
    touches: ClassVar[tuple[str, ...]] = ("people",)
    question: ClassVar[str] = "What if people lived here?"

    at: Annotated[tuple[float, float], Unit("degrees"), About("where: longitude, latitude")]
    people: Annotated[int, Unit("1", 1, 1e7), About("how many people will live there")]
    dwellings: Annotated[int, Unit("1", 0, 1e7), About("how many homes that is, for the record; changes no number")] = 0
    groups: Annotated[tuple[str, ...], About("who they are, as dimension:group=count, such as income:low=40")] = ()

    def complaints(self, city: City) -> list[Problem]:
        """Nowhere or far away, groups the city does not count or that do not add up, the same homes twice."""
        problems = ground.point_problems(city, self.at, "at")
        layer = city["people"]
        counts = layer.scan("dimension", "group", "measure")
        counts = counts.filter(pc.equal(counts["measure"], "count"))
        known: dict[str, set[str]] = {}
        for row in counts.group_by(["dimension", "group"]).aggregate([]).to_pylist():
            known.setdefault(row["dimension"], set()).add(row["group"])
        if known and "total" not in known:
            problems.append(
                Problem(
                    "people",
                    Said(
                        "the city counts people by {dimensions} but has no total", dimensions=", ".join(sorted(known))
                    ),
                    Said("load one (dimension total, group all)"),
                )
            )
        problems += self._group_problems(known)
        if not problems and layer.find([f"{self.id}/total:all"]).num_rows:
            problems.append(
                Problem(
                    "at", Said("{id} is there already", id=self.id), Said("give all people of one point in one edit")
                )
            )
        return problems

    def _group_problems(self, known: dict[str, set[str]]) -> list[Problem]:
        problems: list[Problem] = []
        sums: dict[str, int] = {}
        seen: set[str] = set()
        for text in self.groups:
            parsed = _parsed(text)
            if parsed is None:
                what = Said("{text!r} is not of the form dimension:group=count", text=text)
                problems.append(Problem("groups", what, Said("such as income:low=40")))
                continue
            dimension, group, count = parsed
            if f"{dimension}:{group}" in seen:
                problems.append(
                    Problem(
                        "groups",
                        Said("{group} is given twice", group=f"{dimension}:{group}"),
                        Said("leave one of them"),
                    )
                )
            seen.add(f"{dimension}:{group}")
            sums[dimension] = sums.get(dimension, 0) + count
            choices = sorted(f"{d}:{g}" for d, all_of in known.items() if d != "total" for g in all_of)
            if f"{dimension}:{group}" not in choices:
                near = difflib.get_close_matches(f"{dimension}:{group}", choices, n=1)
                hint = Said("it counts {groups}", groups=", ".join(choices) or Said("no groups"))
                hint = Said("did you mean {choice}?", choice=near[0]) if near else hint
                what = Said("the city counts no group {group}", group=f"{dimension}:{group}")
                problems.append(Problem("groups", what, hint))
        for dimension, total in sums.items():
            what = Said(
                "the groups of {dimension} add up to {total:,}, not to the {people:,} people",
                dimension=dimension, total=total, people=self.people,
            )  # fmt: skip
            if total > self.people:
                problems.append(Problem("groups", what, Said("give fewer, or raise people")))
            elif total < self.people:
                problems.append(Problem("groups", what, Said("the rest is counted in no group"), "warning"))
        return problems

    @property
    def id(self) -> str:
        """How the ids of the new rows start."""
        return f"new:homes@{ground.at_text(self.at)}"

    def deltas(self, city: City) -> list[Delta]:
        """One row for the total and one for each group, at the point."""
        counts = [("total", "all", self.people), *(p for p in map(_parsed, self.groups) if p is not None)]
        point = ground.point_wkb(ground.rounded(self.at))
        rows = [
            {
                "id": f"{self.id}/{dimension}:{group}",
                "geometry": point,
                "dimension": dimension,
                "group": group,
                "measure": "count",
                "value": float(count),
                "suppressed": False,
            }
            for dimension, group, count in counts
        ]
        return [Delta("people", upsert=pa.Table.from_pylist(rows, schema=city["people"].schema.arrow))]

    def sentence(self, city: City | None = None) -> str:
        """For instance: Add 60 homes for 120 people by Storgatan, of whom 40 income low and 80 income high."""
        homes = counted(self.dwellings, "home", "homes") if self.dwellings else Said("homes")
        by = near_street(city, self.at) if city is not None else ""
        where, people = by or ground.at_words(self.at), counted(self.people, "person", "people")
        text = Said("Add {homes} for {people} {where}", homes=homes, people=people, where=where)
        parsed = [p for p in map(_parsed, self.groups) if p is not None]
        who = [
            Said("{count:,} {dimension} {group}", count=count, dimension=word(dimension), group=word(group))
            for dimension, group, count in parsed
        ]
        return (
            Said("{sentence}, of whom {who}.", sentence=text, who=listed(who))
            if who
            else Said("{sentence}.", sentence=text)
        )

    def reads_ids(self, city: City) -> dict[str, tuple[str, ...]]:  # noqa: ARG002 (new homes rely on nothing)
        """Nothing that is there."""
        return {}


def _parsed(text: str) -> tuple[str, str, int] | None:
    name, equals, number = text.rpartition("=")
    dimension, colon, group = name.partition(":")
    if not (equals and colon and dimension.strip() and group.strip() and number.strip().isdecimal()):
        return None
    return dimension.strip(), group.strip(), int(number)
