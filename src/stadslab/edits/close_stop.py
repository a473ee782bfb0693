"""Close a stop or a station."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import pyarrow.compute as pc

from stadslab.core.city import City
from stadslab.core.edit import Delta, Edit
from stadslab.core.errors import Problem
from stadslab.core.said import Said
from stadslab.core.units import About
from stadslab.edits._lines import Row, calling_at, route_words, station, stop_problems, table_of
from stadslab.edits._words import counted, listed

SHOWN = 4  # so many routes are named, the rest is counted


@dataclass(frozen=True)
class CloseStop(Edit):
    """Who loses what when vehicles pass this stop without stopping?

    Nobody boards or alights there on any trip; closing a station closes all its platforms. Blind spots: the trips keep
    their times, though passing would save some, and people may still change between other stops by walking past.
    """

    kind: ClassVar[str] = "close_stop"
    touches: ClassVar[tuple[str, ...]] = ("stops", "trips")
    question: ClassVar[str] = "What if this stop or station were closed?"

    stop: Annotated[str, About("id of the stop, or of a station with all its platforms")]

    def complaints(self, city: City) -> list[Problem]:
        """No such stop; a stop where nothing stops, or that is closed already (warnings)."""
        problems = stop_problems(city, self.stop)
        if problems:
            return problems
        inside = set(station(city, self.stop))
        calls = calling_at(city, inside)
        if not calls:
            what = Said("no trip calls at {stop}, so closing it changes nothing", stop=self.stop)
            problems.append(Problem("stop", what, Said("name a stop that trips call at"), "warning"))
        elif not any(_open(row, inside) for row in calls):
            problems.append(
                Problem("stop", Said("{stop} is closed already", stop=self.stop), Said("leave the edit out"), "warning")
            )
        return problems

    def deltas(self, city: City) -> list[Delta]:
        """The trips that called there, with nobody boarding or alighting."""
        inside = set(station(city, self.stop))
        rows = [_passing(row, inside) for row in calling_at(city, inside)]
        return [Delta("trips", upsert=table_of(city, "trips", rows))]

    def sentence(self, city: City | None = None) -> str:
        """For instance: Close the stop Odenplan, where bus 2, bus 4 and metro 17 stop."""
        rows = city["stops"].find([self.stop]) if city is not None and "stops" in city else None
        if city is None or rows is None or not rows.num_rows:
            return Said("Close stop {stop}.", stop=self.stop)
        row = rows.to_pylist()[0]
        inside = station(city, self.stop)
        what = Said(
            "the station {name}" if row["kind"] == "station" else "the stop {name}", name=row["name"] or self.stop
        )
        platforms = pc.sum(pc.equal(city["stops"].find(inside)["kind"], "stop")).as_py()
        if row["kind"] == "station" and platforms:
            what = Said("{stop} with its {platforms}", stop=what, platforms=counted(platforms, "platform", "platforms"))
        routes = sorted({r["route"] for r in calling_at(city, inside)}) if "trips" in city else []
        names = sorted({route_words(city, route) for route in routes})
        if not names:
            return Said("Close {what}.", what=what)
        if len(names) > SHOWN:
            names = [*names[: SHOWN - 1], Said("{number} other lines", number=len(names) - SHOWN + 1)]
        stops = "Close {what}, where {lines} stops." if len(names) == 1 else "Close {what}, where {lines} stop."
        return Said(stops, what=what, lines=listed(names))

    def reads_ids(self, city: City) -> dict[str, tuple[str, ...]]:
        """The stop and what belongs to it."""
        return {"stops": tuple(station(city, self.stop))}


def _flags(row: Row, name: str) -> list[bool]:
    return list(row[name]) if row[name] is not None else [True] * len(row["stops"])


def _open(row: Row, inside: set[str]) -> bool:
    """May people board or alight here?"""
    both = zip(row["stops"], _flags(row, "pickup"), _flags(row, "dropoff"), strict=True)
    return any(stop in inside and (on or off) for stop, on, off in both)


def _passing(row: Row, inside: set[str]) -> Row:
    """The trip with nobody getting on or off here."""
    here = [stop in inside for stop in row["stops"]]
    flags = {
        name: [flag and not closed for flag, closed in zip(_flags(row, name), here, strict=True)]
        for name in ("pickup", "dropoff")
    }
    return {**row, **flags}
