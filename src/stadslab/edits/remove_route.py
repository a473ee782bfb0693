"""Remove a line, or the part of it beyond a stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from stadslab.core.city import City
from stadslab.core.edit import Delta, Edit
from stadslab.core.errors import Problem
from stadslab.core.said import Said
from stadslab.core.units import About
from stadslab.edits._branches import Branch, branch_beyond, cut
from stadslab.edits._lines import (
    route_problems,
    route_words,
    same_place,
    spelt_out,
    stop_problems,
    stop_words,
    table_of,
    trips_of,
    usual_stops,
    usual_way,
)
from stadslab.edits._words import counted


@dataclass(frozen=True)
class RemoveRoute(Edit):
    """Who loses what when a line no longer runs, or a branch of it closes?

    Beyond a stop: trips end (and on the way back start) there. Which side closes is told by `toward`; without it, the
    shorter one on the usual way. Both directions close where their stops belong to one station or share a name within
    300 m. Blind spots: vehicles that are freed run nowhere else, and nobody drives a replacement.
    """

    kind: ClassVar[str] = "remove_route"
    touches: ClassVar[tuple[str, ...]] = ("routes", "stops", "trips")
    question: ClassVar[str] = "What if this line, or a branch of it, no longer ran?"

    route: Annotated[str, About("id of the route")]
    beyond: Annotated[str, About("last stop that is still served; empty: the whole line goes")] = ""
    toward: Annotated[str, About("a stop on the part that closes; empty: the shorter side of `beyond`")] = ""

    def complaints(self, city: City) -> list[Problem]:
        """No such route or stop, stops that are not on it, or nothing beyond."""
        problems = route_problems(city, self.route)
        for name in ("beyond", "toward"):
            stop = getattr(self, name)
            if stop:
                problems += stop_problems(city, stop, name)
        if self.toward and not self.beyond:
            problems.append(
                Problem("beyond", Said("the stop where the line is to end is missing"), Said("give `beyond` as well"))
            )
        if problems or not self.beyond:
            return problems
        return self._off_the_line(city)

    def _off_the_line(self, city: City) -> list[Problem]:
        rows, line = trips_of(city, self.route), route_words(city, self.route)
        if not rows:
            return [Problem("route", Said("{route} has no trips", route=line), Said("name a route that has"))]
        for name in ("beyond", "toward"):
            stop = getattr(self, name)
            if stop and not any(same_place(city, stop).intersection(row["stops"]) for row in rows):
                ends = usual_way(rows) or usual_stops(rows)
                first, last = (f"{stop_words(city, end)} ({end})" for end in (ends[0], ends[-1]))
                hint = Said("it runs from {first} to {last}", first=first, last=last)
                what = Said("{route} does not call at {stop}", route=line, stop=stop_words(city, stop))
                return [Problem(name, what, hint)]
        if self._branch(city) is None:
            if self.toward:
                one, other = stop_words(city, self.beyond), stop_words(city, self.toward)
                what = Said("no trip calls at both {one} and {other}", one=one, other=other)
                return [Problem("toward", what, Said("name two different stops of one branch"))]
            what = Said("{route} ends at {stop}; nothing is beyond it", route=line, stop=stop_words(city, self.beyond))
            return [Problem("beyond", what, Said("name a stop before the last, or `toward` which side"))]
        return []

    def deltas(self, city: City) -> list[Delta]:
        """The route and its trips gone, or the trips cut."""
        rows = trips_of(city, self.route)
        if not self.beyond:
            return [
                Delta("routes", frozenset([self.route])),
                Delta("trips", frozenset(row["id"] for row in rows)),
            ]
        branch = self._branch(city)
        closed = branch.places if branch else frozenset()
        hit = [row for row in rows if closed.intersection(row["stops"])]
        # an interval is told at the first stop, which may be cut off; so its departures are spelt out first
        shorter = [part for runs in spelt_out(city, hit).values() for run in runs for part in cut(run, closed)]
        return [Delta("trips", frozenset(row["id"] for row in hit), table_of(city, "trips", shorter))]

    def sentence(self, city: City | None = None) -> str:
        """For instance: Close metro 17 beyond Skarpnäck, towards Farsta: 4 stops lose it."""
        if not self.beyond:
            line = route_words(city, self.route)
            rows = trips_of(city, self.route) if city is not None and "trips" in city else []
            if not rows:
                return Said("Remove {route}.", route=line)
            stops = usual_way(rows) or usual_stops(rows)
            start, end = stop_words(city, stops[0]), stop_words(city, stops[-1])
            return Said("Remove {route}, which runs from {start} to {end}.", route=line, start=start, end=end)
        text = Said(
            "Close {route} beyond {stop}", route=route_words(city, self.route), stop=stop_words(city, self.beyond)
        )
        if city is None or any(p.severity == "error" for p in self.problems(city)):
            if self.toward:
                return Said("{sentence}, towards {end}.", sentence=text, end=stop_words(city, self.toward))
            return Said("{sentence}.", sentence=text)
        branch = self._branch(city)
        if branch is None:
            return Said("{sentence}.", sentence=text)
        lost = counted(len(branch.stops), "stop loses it", "stops lose it")
        end = stop_words(city, branch.stops[-1])
        return Said("{sentence}, towards {end}: {lost}.", sentence=text, end=end, lost=lost)

    def reads_ids(self, city: City) -> dict[str, tuple[str, ...]]:
        """The route and the stops named."""
        named = tuple(stop for stop in (self.beyond, self.toward) if stop and city["stops"].find([stop]).num_rows)
        return {"routes": (self.route,), "stops": named} if named else {"routes": (self.route,)}

    def _branch(self, city: City) -> Branch | None:
        return branch_beyond(city, trips_of(city, self.route), self.beyond, self.toward)
