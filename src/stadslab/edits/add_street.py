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
from stadslab.core.said import Said
from stadslab.core.units import About, Unit
from stadslab.edits import _ground as ground
from stadslab.edits._joining import Contact, Fitted, OpenEnd, fit, split
from stadslab.edits._modes import ALL, Mode, travel
from stadslab.edits._words import listed, metres

MOST_POINTS = 1000  # bends of one street; what a hand draws has tens, and every one is fitted among the streets


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
        if len(self.line) > MOST_POINTS:
            what = Said("it has {number:,} points; {most:,} are possible", number=len(self.line), most=MOST_POINTS)
            return [Problem("line", what, Said("draw it with fewer bends, or as several streets"))]
        problems = ground.points_problems(
            city, ((Said("line, point {number}", number=k), point) for k, point in enumerate(self.line, 1))
        )
        if not self.modes:
            problems.append(Problem("modes", Said("nobody may use it"), Said("give one or more of walk, cycle, drive")))
        if self.bridge and self.tunnel:
            what = Said("it is both a bridge and a tunnel")
            problems.append(Problem("bridge", what, Said("choose one, or draw it as two streets")))
        if len(self.line) < 2:
            problems.append(
                Problem("line", Said("it has {number} points", number=len(self.line)), Said("a line needs two or more"))
            )
        elif len({ground.rounded(p) for p in self.line}) < 2:
            problems.append(
                Problem(
                    "line",
                    Said("all its {number} points are the same, so it has no length", number=len(self.line)),
                    Said("give two different points"),
                )
            )
        if problems:
            return problems
        if pc.any(pc.starts_with(city["streets"].scan("id")["id"], f"{self.id}#")).as_py():
            what = Said("a street along this very line was added already")
            return [Problem("line", what, Said("leave one of them out, or move a point"))]
        fitted = self._fitted(city)
        if _leads_nowhere(fitted):
            what = Said("both ends join the same place ({node})", node=fitted.contacts[0].node)
            hint = "draw the ends farther apart, or lower join_within_m ({metres:g})"
            return [Problem("line", what, Said(hint, metres=self.join_within_m))]
        return [self._open(end) for end in fitted.open_ends]

    def _open(self, end: OpenEnd) -> Problem:
        number, within, modes = end.number, self.join_within_m, travel(self.modes)
        what = Said("end {number} joins no street within {within:g} m", number=number, within=within)
        if end.nearest is None:
            what = Said("{end}; no street at ground level is open to {modes}", end=what, modes=modes)
            return Problem("line", what, "", "warning")
        street = f"{end.name} ({end.nearest})" if end.name else end.nearest
        if end.away_m <= self.join_within_m:
            dead = "end {number} is a dead end: its line meets every street within {within:g} m"
            hint = Said("draw it on, if it should lead somewhere")
            return Problem("line", Said(dead, number=number, within=within), hint, "info")
        what = Said(
            "{end}; the nearest open to {modes} is {street}, {away} away",
            end=what, modes=modes, street=street, away=metres(end.away_m),
        )  # fmt: skip
        return Problem("line", what, Said("draw it nearer, or raise join_within_m"), "warning")

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
        length = metres(ground.geodesic_m(np.asarray(self.line, dtype=np.float64).reshape(-1, 2)))
        if self.bridge:
            what = Said("a bridge of {length}", length=length)
        else:
            what = Said("a tunnel of {length}" if self.tunnel else "a street of {length}", length=length)
        if self.name:
            what = Said("{name}, {what}", name=self.name, what=what)
        text = Said("Add {what} for {modes}", what=what, modes=travel(self.modes))
        if "drive" in self.modes:
            text = Said("{sentence} at {speed:g} km/h", sentence=text, speed=self.speed_kmh)
        if city is None or any(p.severity == "error" for p in self.problems(city)):
            return Said("{sentence}.", sentence=text)
        contacts = self._fitted(city).contacts
        names = _names(city, contacts)
        first, last = names[0], names[-1]
        if first and last:
            text = Said("{sentence}, from {first} to {last}", sentence=text, first=first, last=last)
        elif first or last:
            text = Said("{sentence}, from {first}", sentence=text, first=first or last)
        crossed = [name for name in dict.fromkeys(names[1:-1]) if name and name not in (first, last)]
        if crossed:
            return Said("{sentence}, crossing {streets}.", sentence=text, streets=listed(crossed))
        return Said("{sentence}.", sentence=text)

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
