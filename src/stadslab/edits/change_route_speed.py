"""Run a line faster or slower."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from typing import Annotated, ClassVar

from stadslab.core.city import City
from stadslab.core.edit import Delta, Edit
from stadslab.core.errors import Problem
from stadslab.core.said import Said
from stadslab.core.units import About, Unit
from stadslab.edits._lines import Row, route_problems, route_words, stop_words, table_of, trips_of, usual_way


@dataclass(frozen=True)
class ChangeRouteSpeed(Edit):
    """Who gains when a line runs faster, on a lane of its own for instance, or loses when it is slowed down?

    Every hop takes less (more) time in proportion; time at stops and the first departure of each trip stay. Blind
    spots: the same number of trips runs though faster ones could run more often, and other lines on the lane keep
    their pace.
    """

    kind: ClassVar[str] = "change_route_speed"
    touches: ClassVar[tuple[str, ...]] = ("routes", "stops", "trips")
    question: ClassVar[str] = "What if this line ran faster or slower?"

    route: Annotated[str, About("id of the route")]
    percent: Annotated[
        float, Unit("%", -90.0, 900.0), About("faster by so much; below zero slower: -50 is half as fast")
    ]

    @property
    def factor(self) -> float:
        """New speed by old speed."""
        return 1 + self.percent / 100

    def complaints(self, city: City) -> list[Problem]:
        """No such route; a route without trips, or a speed that stays (warnings)."""
        problems = route_problems(city, self.route)
        if problems:
            return problems
        if not self.percent:
            problems.append(Problem("percent", Said("0 % faster is no change"), Said("leave the edit out"), "warning"))
        if not trips_of(city, self.route):
            what = Said("no trip runs on {route}, so its speed changes nothing", route=self.route)
            problems.append(Problem("route", what, Said("name a route that has trips"), "warning"))
        return problems

    def deltas(self, city: City) -> list[Delta]:
        """Its trips with other run times."""
        rows = [faster(row, self.factor) for row in trips_of(city, self.route)]
        return [Delta("trips", upsert=table_of(city, "trips", rows))]

    def sentence(self, city: City | None = None) -> str:
        """For instance: Run bus 55 20 % faster: from Odenplan to Tanto in 24 instead of 28 minutes."""
        how = "Run {route} {percent:g} % slower" if self.percent < 0 else "Run {route} {percent:g} % faster"
        text = Said(how, route=route_words(city, self.route), percent=abs(self.percent))
        rows = trips_of(city, self.route) if city is not None and "trips" in city else []
        stops = usual_way(rows)
        if not stops or self.factor <= 0:
            return Said("{sentence}.", sentence=text)
        usual = next(row for row in rows if row["stops"] == stops)
        before, after = (_minutes(row) for row in (usual, faster(usual, self.factor)))
        return Said(
            "{sentence}: from {start} to {end} in {after} instead of {before} minutes.",
            sentence=text, start=stop_words(city, stops[0]), end=stop_words(city, stops[-1]),
            after=after, before=before,
        )  # fmt: skip

    def reads_ids(self, city: City) -> dict[str, tuple[str, ...]]:  # noqa: ARG002 (the id says it all)
        """The route."""
        return {"routes": (self.route,)}


def faster(row: Row, factor: float) -> Row:
    """The trip with every hop so many times as fast; rounding to whole seconds never adds up along the way."""
    arrive, depart = [row["arrive_s"][0]], [row["depart_s"][0]]
    clock = float(depart[0])
    for k in range(1, len(row["stops"])):
        clock += (row["arrive_s"][k] - row["depart_s"][k - 1]) / factor
        dwell = row["depart_s"][k] - row["arrive_s"][k]
        arrive.append(floor(clock + 0.5))
        depart.append(arrive[-1] + dwell)
        clock += dwell
    return {**row, "arrive_s": arrive, "depart_s": depart}


def _minutes(row: Row) -> Said:
    times: Sequence[int] = (row["depart_s"][0], row["arrive_s"][-1])
    minutes = (times[1] - times[0]) / 60
    return Said(
        "{minutes:.0f}" if minutes >= 20 else "{minutes:g}", minutes=minutes if minutes >= 20 else round(minutes, 1)
    )
