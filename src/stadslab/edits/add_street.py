"""Add a street, path or bridge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stadslab.core import digest as digests
from stadslab.core.city import City
from stadslab.core.edit import Delta, Edit
from stadslab.core.errors import Problem
from stadslab.core.units import About, Unit
from stadslab.edits import _ground as ground
from stadslab.edits._joining import Contact, Fitted, OpenEnd, fit, split
from stadslab.edits._modes import ALL, Mode, travel
from stadslab.edits._words import listed, metres


@dataclass(frozen=True)
class AddStreet(Edit):
    """Who comes nearer to what with a new street, path or bridge?

    At grade it makes a junction with every ground-level street that it crosses or touches and shares a mode with; on a
    bridge or in a tunnel only its ends join. Both directions are open to every mode given. Blind spots: no slope, no
    crossing time at the new junctions, no junction of the line with itself, and no joining in the middle of
    an existing bridge.
    """

    kind: ClassVar[str] = "add_street"
    touches: ClassVar[tuple[str, ...]] = ("streets",)
    question: ClassVar[str] = "What if there were a street, path or bridge here?"

    line: Annotated[
        tuple[tuple[float, float], ...], Unit("degrees"), About("where it runs: longitude, latitude of each bend")
    ]
    name: Annotated[str, About("what it is called; may stay empty")] = ""
    modes: Annotated[tuple[Mode, ...], About("who may use it")] = ALL
    speed_kmh: Annotated[float, Unit("km/h", 1.0, 200.0), About("free-flow driving speed")] = 30.0
    bridge: Annotated[bool, About("over everything it crosses; only its ends join")] = False
    tunnel: Annotated[bool, About("under everything it crosses; only its ends join")] = False
    join_within_m: Annotated[float, Unit("m", 0.0, 1000.0), About("how far an end may be from the street it joins")] = (
        25.0
    )

    def complaints(self, city: City) -> list[Problem]:
        """A line that is no line, is far away or is there already; ends that join nothing (warnings)."""
        problems = [
            p
            for number, point in enumerate(self.line, 1)
            for p in ground.point_problems(city, point, f"line, point {number}")
        ]
        if not self.modes:
            problems.append(Problem("modes", "nobody may use it", "give one or more of walk, cycle, drive"))
        if self.bridge and self.tunnel:
            problems.append(
                Problem("bridge", "it is both a bridge and a tunnel", "choose one, or draw it as two streets")
            )
        if len(self.line) < 2:
            problems.append(Problem("line", f"it has {len(self.line)} points", "a line needs two or more"))
        elif len({ground.rounded(p) for p in self.line}) < 2:
            problems.append(
                Problem(
                    "line",
                    f"all its {len(self.line)} points are the same, so it has no length",
                    "give two different points",
                )
            )
        if problems:
            return problems
        if pc.any(pc.starts_with(city["streets"].scan("id")["id"], f"{self.id}#")).as_py():
            return [
                Problem(
                    "line", "a street along this very line was added already", "leave one of them out, or move a point"
                )
            ]
        fitted = self._fitted(city)
        if _leads_nowhere(fitted):
            what = f"both ends join the same place ({fitted.contacts[0].node})"
            return [
                Problem("line", what, f"draw the ends farther apart, or lower join_within_m ({self.join_within_m:g})")
            ]
        return [self._open(end) for end in fitted.open_ends]

    def _open(self, end: OpenEnd) -> Problem:
        what = f"end {end.number} joins no street within {self.join_within_m:g} m"
        if end.nearest is None:
            return Problem("line", f"{what}; no street at ground level is open to {travel(self.modes)}", "", "warning")
        street = f"{end.name} ({end.nearest})" if end.name else end.nearest
        if end.away_m <= self.join_within_m:
            what = f"end {end.number} is a dead end: its line meets every street within {self.join_within_m:g} m"
            return Problem("line", what, "draw it on, if it should lead somewhere", "info")
        what += f"; the nearest open to {travel(self.modes)} is {street}, {metres(end.away_m)} away"
        return Problem("line", what, "draw it nearer, or raise join_within_m", "warning")

    @property
    def id(self) -> str:
        """How the ids of the new pieces start: the same for the same line."""
        return f"new:{digests.of_json([ground.at_text(p) for p in self.line])[:10]}"

    def deltas(self, city: City) -> list[Delta]:
        """The new pieces, and the old pieces they split."""
        import shapely

        fitted = self._fitted(city)
        rows: list[dict[str, Any]] = []
        for old in city["streets"].find(sorted(fitted.cuts)).to_pylist():
            rows += split(old, fitted.cuts[old["id"]])
        for k, (line, start, stop) in enumerate(
            zip(fitted.lines, fitted.contacts, fitted.contacts[1:], strict=False), 1
        ):
            ends = {"id": f"{self.id}#{k}", "from_node": start.node, "to_node": stop.node}
            geometry = bytes(shapely.to_wkb(shapely.LineString(line)))
            rows.append({**ends, "geometry": geometry, "length_m": ground.geodesic_m(line), **self._attributes()})
        table = pa.Table.from_pylist(rows, schema=city["streets"].schema.arrow)
        return [Delta("streets", frozenset(fitted.cuts), table)]

    def _attributes(self) -> dict[str, Any]:
        walk, cycle, drive = (mode in self.modes for mode in ("walk", "cycle", "drive"))
        return {
            "highway": "unclassified" if drive else "cycleway" if cycle else "footway",
            "name": self.name or None,
            "walk": walk,
            "cycle_forward": cycle,
            "cycle_backward": cycle,
            "drive_forward": drive,
            "drive_backward": drive,
            "speed_kmh": self.speed_kmh,
            "surface": None,
            "bridge": self.bridge,
            "tunnel": self.tunnel,
            "level": 1 if self.bridge else -1 if self.tunnel else 0,
            "steps": False,
        }

    def _fitted(self, city: City) -> Fitted:
        return fit(city, _without_repeats(self.line), self.modes, not (self.bridge or self.tunnel), self.join_within_m)

    def sentence(self, city: City | None = None) -> str:
        """For instance: Add Nygatan, a street of 240 m for walking, from Storgatan to Kungsgatan."""
        sort = "bridge" if self.bridge else "tunnel" if self.tunnel else "street"
        what = f"{self.name}, a {sort} of" if self.name else f"a {sort} of"
        points = np.asarray(self.line, dtype=np.float64)
        text = f"Add {what} {metres(ground.geodesic_m(points))} for {travel(self.modes)}"
        if "drive" in self.modes:
            text += f" at {self.speed_kmh:g} km/h"
        if city is None or any(p.severity == "error" for p in self.problems(city)):
            return f"{text}."
        contacts = self._fitted(city).contacts
        names = _names(city, contacts)
        first, last = names[0], names[-1]
        if first and last:
            text += f", from {first} to {last}"
        elif first or last:
            text += f", from {first or last}"
        crossed = [name for name in dict.fromkeys(names[1:-1]) if name and name not in (first, last)]
        return f"{text}, crossing {listed(crossed)}." if crossed else f"{text}."

    def reads_ids(self, city: City) -> dict[str, tuple[str, ...]]:
        """The pieces it joins or splits."""
        return {"streets": tuple(sorted({c.piece for c in self._fitted(city).contacts if c.piece is not None}))}


def _without_repeats(line: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    return [p for k, p in enumerate(line) if k == 0 or ground.rounded(p) != ground.rounded(line[k - 1])]


def _leads_nowhere(fitted: Fitted) -> bool:
    """Whether it goes from a place to the same place and there is no loop in between."""
    return len(fitted.contacts) == 2 and fitted.contacts[0].node == fitted.contacts[1].node and len(fitted.lines[0]) < 4


def _names(city: City, contacts: tuple[Contact, ...]) -> list[str | None]:
    ids = sorted({c.piece for c in contacts if c.piece is not None})
    found = city["streets"].find(ids)
    names = dict(zip(found["id"].to_pylist(), found["name"].to_pylist(), strict=True))
    return [names.get(c.piece) if c.piece is not None else None for c in contacts]
