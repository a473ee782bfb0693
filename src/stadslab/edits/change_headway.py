"""Run a line more or less often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from stadslab.core.city import City
from stadslab.core.edit import Delta, Edit
from stadslab.core.errors import Problem
from stadslab.core.said import Said
from stadslab.core.units import About, Unit
from stadslab.edits import _spacing as spacing
from stadslab.edits._clock import seconds_of, span_problems, told
from stadslab.edits._lines import route_problems, route_words, table_of
from stadslab.edits._words import counted, minutes


@dataclass(frozen=True)
class ChangeHeadway(Edit):
    """Who gains when a line runs more often, or loses when it runs less?

    On every day it runs, and in each direction, the departures are set anew, evenly, from the first to the last there
    is (in the hours given), told at the stop that most of its trips share. Each new trip takes the median times of the
    trips it stands for, and branches keep their share. Trips that do not call at that stop, and rare ones that go
    another way, stay as they are. Blind spots: run times no longer follow the rush hour, a line told only by its
    interval gets fixed times, and connections are not timed anew.
    """

    kind: ClassVar[str] = "change_headway"
    touches: ClassVar[tuple[str, ...]] = ("routes", "service_days", "stops", "trips")
    question: ClassVar[str] = "What if this line ran more or less often?"

    route: Annotated[str, About("id of the route")]
    headway_min: Annotated[float, Unit("min", 0.5, 1440.0), About("time between departures in one direction")]
    start: Annotated[str, About("from this time of day, such as 07:00; empty: all day")] = ""
    end: Annotated[str, About("until before this time of day, such as 09:00; empty: all day")] = ""

    def complaints(self, city: City) -> list[Problem]:
        """No such route, times that are none, no trip in these hours, or that headway already (a warning)."""
        problems = route_problems(city, self.route)
        if self.start or self.end:
            problems += span_problems(self.start or "00:00", self.end or "48:00", ("start", "end"))
        if problems:
            return problems
        found = self._lots(city)
        if not found:
            hours, route = self._hours(), route_words(city, self.route)
            what = Said("no trip of {route} departs {hours}", route=route, hours=hours)
            what = what if hours else Said("no trip of {route} departs", route=route)
            hint = Said("give hours in which it runs" if hours else "name a route that has trips, or use add_route")
            problems.append(Problem("start" if hours else "route", what, hint))
        elif all(spacing.gaps(lot) == {self._headway_s} for lot in found):
            route = route_words(city, self.route)
            what = Said("{route} runs every {minutes:g} minutes already", route=route, minutes=self.headway_min)
            problems.append(Problem("headway_min", what, Said("leave the edit out"), "warning"))
        return problems

    def deltas(self, city: City) -> list[Delta]:
        """The trips in these hours replaced by evenly spaced ones, and the days the new ones run."""
        new = spacing.spaced(city, self.route, self._lots(city), self._headway_s, self._span[1])
        return [
            Delta("trips", frozenset(new.gone), table_of(city, "trips", new.trips)),
            Delta("service_days", upsert=table_of(city, "service_days", new.days)),
        ]

    def sentence(self, city: City | None = None) -> str:
        """For instance: Run bus 55 every 6 minutes between 07:00 and 09:00 instead of every 10."""
        text = Said(
            "Run {route} every {interval}", route=route_words(city, self.route), interval=minutes(self.headway_min)
        )
        if self._hours():
            text = Said("{sentence} {hours}", sentence=text, hours=self._hours())
        if city is None or any(p.severity == "error" for p in self.problems(city)):
            return Said("{sentence}.", sentence=text)
        lots = self._lots(city)
        old, even = spacing.usual_gap_s(lots)
        if old is not None:
            instead = "{sentence} instead of every {old:.3g}" if even else "{sentence} instead of about every {old:.3g}"
            text = Said(instead, sentence=text, old=old / 60)
        before, after = spacing.trips_on_busiest_day(lots, self._headway_s, self._span[1])
        trips = counted(after, "trip", "trips")
        return Said(
            "{sentence}: {trips} on its busiest day instead of {before:,}.", sentence=text, trips=trips, before=before
        )

    def reads_ids(self, city: City) -> dict[str, tuple[str, ...]]:  # noqa: ARG002 (the id says it all)
        """The route."""
        return {"routes": (self.route,)}

    @property
    def _headway_s(self) -> int:
        return max(round(self.headway_min * 60), 1)

    @property
    def _span(self) -> tuple[int | None, int | None]:
        """Seconds of the day from and until when; None: all day."""
        return (seconds_of(self.start) if self.start else None), (seconds_of(self.end) if self.end else None)

    def _hours(self) -> str:
        start, end = self._span
        if start is not None and end is not None:
            return Said("between {start} and {end}", start=told(start), end=told(end))
        if start is not None:
            return Said("from {start}", start=told(start))
        return Said("until {end}", end=told(end)) if end is not None else ""

    def _lots(self, city: City) -> list[spacing.Lot]:
        return spacing.lots(city, self.route, *self._span)
