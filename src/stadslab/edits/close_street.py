"""Close a street to walking, cycling or driving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import pyarrow as pa
import pyarrow.compute as pc

from stadslab.core.city import City
from stadslab.core.edit import Delta, Edit
from stadslab.core.errors import Problem
from stadslab.core.units import About
from stadslab.edits._naming import described, pieces, street_problems
from stadslab.edits._words import travel

COLUMNS = {
    "walk": ("walk",),
    "cycle": ("cycle_forward", "cycle_backward"),
    "drive": ("drive_forward", "drive_backward"),
}


@dataclass(frozen=True)
class CloseStreet(Edit):
    """Who loses and who gains when a street closes to some or all traffic?

    The pieces stay on the map with their names; only the permissions go. Blind spot: people may still stand on the
    street and places on it stay linked to the nearest street that is open.
    """

    kind: ClassVar[str] = "close_street"
    touches: ClassVar[tuple[str, ...]] = ("streets",)
    question: ClassVar[str] = "What if this street were closed?"

    street: Annotated[str, About("one piece (osm:way/1#2-3) or a whole way (osm:way/1)")]
    modes: Annotated[tuple[Literal["walk", "cycle", "drive"], ...], About("who may no longer pass")] = (
        "walk",
        "cycle",
        "drive",
    )

    def complaints(self, city: City) -> list[Problem]:
        """No such street, nobody to close it to, or a street that is closed already (a warning)."""
        problems = street_problems(city, self.street)
        if not self.modes:
            problems.append(Problem("modes", "nobody is named", "give one or more of walk, cycle, drive"))
        if not problems:
            rows = pieces(city, self.street)
            if not any(pc.any(rows[column]).as_py() for mode in self.modes for column in COLUMNS[mode]):
                what = f"{self.street} is closed to {travel(self.modes)} already"
                problems.append(Problem("street", what, "leave the edit out", "warning"))
        return problems

    def deltas(self, city: City) -> list[Delta]:
        """The pieces with these permissions off."""
        rows = pieces(city, self.street)
        for column in (c for mode in self.modes for c in COLUMNS[mode]):
            rows = rows.set_column(
                rows.column_names.index(column), column, pa.array([False] * rows.num_rows, pa.bool_())
            )
        return [Delta("streets", upsert=rows)]

    def sentence(self, city: City | None = None) -> str:
        """For instance: Close Storgatan (residential, 120 m, between A and B) to driving."""
        rows = pieces(city, self.street) if city is not None else None
        street = (
            described(city, rows)
            if city is not None and rows is not None and rows.num_rows
            else f"street {self.street}"
        )
        return f"Close {street} to {travel(self.modes)}."

    def reads_ids(self, city: City) -> dict[str, tuple[str, ...]]:
        """The pieces that close."""
        return {"streets": tuple(pieces(city, self.street)["id"].to_pylist())}
