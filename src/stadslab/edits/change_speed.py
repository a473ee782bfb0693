"""Change how fast cars drive on a street."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from stadslab.core.city import City
from stadslab.core.edit import Delta, Edit
from stadslab.core.errors import Problem
from stadslab.core.said import Said
from stadslab.core.units import About, Unit
from stadslab.edits._naming import described, pieces, street_problems


@dataclass(frozen=True)
class ChangeSpeed(Edit):
    """What changes when cars drive faster or slower here?

    Sets the free-flow driving speed. Blind spots: walking and cycling keep their pace, traffic finds no other way, and
    whether drivers obey is an assumption.
    """

    kind: ClassVar[str] = "change_speed"
    touches: ClassVar[tuple[str, ...]] = ("streets",)
    question: ClassVar[str] = "What if the speed on this street were another?"

    street: Annotated[str, About("one piece (osm:way/1#2-3) or a whole way (osm:way/1)")]
    speed_kmh: Annotated[float, Unit("km/h", 1.0, 200.0), About("new free-flow driving speed")]

    def complaints(self, city: City) -> list[Problem]:
        """No such street; a street without cars or with that speed already (warnings)."""
        problems = street_problems(city, self.street)
        if problems:
            return problems
        rows = pieces(city, self.street)
        if not pc.any(pc.or_(rows["drive_forward"], rows["drive_backward"])).as_py():
            problems.append(
                Problem(
                    "street",
                    Said("nobody may drive on {street}, so its speed changes nothing", street=self.street),
                    Said("name a street open to cars"),
                    "warning",
                )
            )
        elif set(rows["speed_kmh"].to_pylist()) == {self.speed_kmh}:
            what = Said("{street} has {speed:g} km/h already", street=self.street, speed=self.speed_kmh)
            problems.append(Problem("speed_kmh", what, Said("leave the edit out"), "warning"))
        return problems

    def deltas(self, city: City) -> list[Delta]:
        """The pieces with the new speed."""
        rows = pieces(city, self.street)
        speeds = pa.array([self.speed_kmh] * rows.num_rows, pa.float64())
        return [Delta("streets", upsert=rows.set_column(rows.column_names.index("speed_kmh"), "speed_kmh", speeds))]

    def sentence(self, city: City | None = None) -> str:
        """For instance: Change the driving speed on Storgatan (residential, 120 m) from 50 to 30 km/h."""
        rows = pieces(city, self.street) if city is not None else None
        if city is None or rows is None or not rows.num_rows:
            return Said(
                "Change the driving speed on street {street} to {speed:g} km/h.",
                street=self.street, speed=self.speed_kmh,
            )  # fmt: skip
        old = sorted(set(rows["speed_kmh"].to_pylist()))
        one = Said("{speed:g}", speed=old[0])
        before = one if len(old) == 1 else Said("{low}–{high:g}", low=one, high=old[-1])
        return Said(
            "Change the driving speed on {street} from {before} to {speed:g} km/h.",
            street=described(city, rows), before=before, speed=self.speed_kmh,
        )  # fmt: skip

    def reads_ids(self, city: City) -> dict[str, tuple[str, ...]]:
        """The pieces whose speed changes."""
        return {"streets": tuple(pieces(city, self.street)["id"].to_pylist())}
