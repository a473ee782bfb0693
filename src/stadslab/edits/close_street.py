"""Close a street to walking, cycling or driving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from stadslab.core.city import City
from stadslab.core.edit import Delta, Edit
from stadslab.core.errors import Problem
from stadslab.core.said import Said
from stadslab.core.units import About
from stadslab.edits._modes import ALL, FLAGS, Mode, travel
from stadslab.edits._naming import described, pieces, street_problems


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
    modes: Annotated[tuple[Mode, ...], About("who may no longer pass")] = ALL

    def complaints(self, city: City) -> list[Problem]:
        """No such street, nobody to close it to, or a street that is closed already (a warning)."""
        problems = street_problems(city, self.street)
        if not self.modes:
            problems.append(Problem("modes", Said("nobody is named"), Said("give one or more of walk, cycle, drive")))
        if not problems:
            rows = pieces(city, self.street)
            if not any(pc.any(rows[flag]).as_py() for mode in self.modes for flag in FLAGS[mode]):
                what = Said("{street} is closed to {modes} already", street=self.street, modes=travel(self.modes))
                problems.append(Problem("street", what, Said("leave the edit out"), "warning"))
        return problems

    def deltas(self, city: City) -> list[Delta]:
        """The pieces with these permissions off; `closed` tells which of them this took away."""
        rows = pieces(city, self.street).to_pylist()
        for row in rows:
            shut = set((row["closed"] or "").split())
            for mode in self.modes:
                shut.update(flag for flag in FLAGS[mode] if row[flag])
                row.update(dict.fromkeys(FLAGS[mode], False))
            row["closed"] = " ".join(sorted(shut)) or None
        return [Delta("streets", upsert=pa.Table.from_pylist(rows, schema=city["streets"].schema.arrow))]

    def sentence(self, city: City | None = None) -> str:
        """For instance: Close Storgatan (residential, 120 m, between A and B) to driving."""
        street: str = Said("street {street}", street=self.street)
        if city is not None and (rows := pieces(city, self.street)).num_rows:
            street = described(city, rows)
        return Said("Close {street} to {modes}.", street=street, modes=travel(self.modes))

    def reads_ids(self, city: City) -> dict[str, tuple[str, ...]]:
        """The pieces that close."""
        return {"streets": tuple(pieces(city, self.street)["id"].to_pylist())}
