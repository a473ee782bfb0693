"""How does one get from here to there, part by part?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from stadslab.core.progress import Progress
from stadslab.core.units import About, MetresPerSecond, Minutes, Unit
from stadslab.lab.verbs.verb import Verb

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.build.journeys import Part, Way
    from stadslab.build.timetable import Timetable
    from stadslab.build.transit import Outing
    from stadslab.core.city import City
    from stadslab.lab.lab import Lab

WALKS = ("access", "transfer", "egress", "walk")


@dataclass(frozen=True, slots=True)
class JourneyRequest:
    """From where to where, on which day, leaving when."""

    city: Annotated[str, About("name of the city")]
    start: Annotated[str, About("where it begins: id of a place, or longitude and latitude as 18.06,59.33")]
    to: Annotated[str, About("where it ends: id of a place, or longitude and latitude")]
    date: Annotated[str, About("day of travel, such as 2019-05-13; it must have service")]
    depart: Annotated[str, About("time of leaving")] = "08:00"
    window_minutes: Annotated[int, Unit("min", 1, 240), About("one journey a minute over this long, a line each")] = 1
    scenario: Annotated[tuple[str, ...], About("travel in the city after this scenario (name or JSON file)")] = ()
    max_minutes: Annotated[Minutes, About("longer journeys count as none")] = 120.0
    max_rides: Annotated[int, Unit("1", 1, 8), About("most vehicles boarded")] = 4
    max_walk_minutes: Annotated[Minutes, About("longest walk to, between and from stops, and all the way")] = 20.0
    walk_speed_m_s: Annotated[MetresPerSecond, About("walking speed")] = 1.3
    slack_s: Annotated[int, Unit("s", 0, 1800), About("least time at a stop before boarding")] = 0


@dataclass(frozen=True, slots=True)
class JourneyReply:
    """One way a departure, with the names to tell it by."""

    city: str
    date: str
    ways: tuple[Way, ...]
    names: Names

    def to_json(self) -> dict[str, Any]:
        """Plain values; times are seconds of the day and seconds, as whole numbers."""
        return {"city": self.city, "date": self.date, "journeys": [self._plain(way) for way in self.ways]}

    def lines(self) -> list[str]:
        """A line a part for one departure, a line a departure for several."""
        if len(self.ways) == 1:
            return self._told(self.ways[0])
        return ["; ".join(self._told(way)) for way in self.ways]

    def _told(self, way: Way) -> list[str]:
        if not way.found:
            return [f"{clock(way.depart_s)} {way.reason}"]
        parts = [f"{clock(part.start_s)} {self.names.told(part)}" for part in way.parts]
        return [*parts, f"{clock(way.depart_s + way.total_s)} arrive after {lasting(way.total_s)}: {self._spent(way)}"]

    def _spent(self, way: Way) -> str:
        sums = (("on foot", way.spent(*WALKS)), ("waiting", way.spent("wait")), ("riding", way.spent("ride")))
        return ", ".join(f"{lasting(s)} {how}" for how, s in sums if s or how == "on foot")

    def _plain(self, way: Way) -> dict[str, Any]:
        if not way.found:
            return {"depart": clock(way.depart_s), "depart_s": way.depart_s, "reason": way.reason}
        return {
            "depart": clock(way.depart_s),
            "arrive": clock(way.depart_s + way.total_s),
            "depart_s": way.depart_s,
            "total_s": way.total_s,
            "rides": way.rides,
            "walk_s": way.spent(*WALKS),
            "wait_s": way.spent("wait"),
            "ride_s": way.spent("ride"),
            "parts": [self.names.plain(part) for part in way.parts],
        }


@dataclass(frozen=True, slots=True)
class Names:
    """What stops, lines and their ends are called. lines: route id to mode and name. headsigns: by trip id."""

    timetable: Timetable
    lines: dict[str, tuple[str, str]] = field(default_factory=dict)
    headsigns: dict[str, str] = field(default_factory=dict)

    def stop(self, at: int) -> str:
        """The name of a stop; its id when it has none."""
        return self.timetable.stop_names[at] or self.timetable.stop_ids[at]

    def line(self, trip: int) -> tuple[str, str]:
        """Mode and name of the line a trip belongs to."""
        route = self.timetable.routes[trip]
        return self.lines.get(route, ("", route))

    def towards(self, trip: int) -> str:
        """Where a trip says it goes; the name of its last stop when it says nothing."""
        last = int(self.timetable.stops[self.timetable.offsets[trip + 1] - 1])
        return self.headsigns.get(self.timetable.trip_ids[trip]) or self.stop(last)

    def told(self, part: Part) -> str:
        """One part in words."""
        long = lasting(part.seconds)
        if part.kind == "wait":
            return f"wait {long} at {self.stop(part.to_stop)}"
        to = self.stop(part.to_stop) if part.to_stop >= 0 else "the destination"
        if part.kind != "ride":
            return f"walk {long} to {to}" + (f" ({part.metres:.0f} m)" if part.metres is not None else "")
        stops = len(part.calls) - 1
        mode_and_name = " ".join(word for word in self.line(part.trip) if word)
        counted = "1 stop" if stops == 1 else f"{stops} stops"
        return f"{mode_and_name} towards {self.towards(part.trip)}, {counted}, {long}, to {to}"

    def plain(self, part: Part) -> dict[str, Any]:
        """One part as plain values."""
        plain: dict[str, Any] = {"kind": part.kind, "start_s": part.start_s, "seconds": part.seconds}
        for end, stop in (("from", part.from_stop), ("to", part.to_stop)):
            if stop >= 0:
                plain[end] = {"stop": self.timetable.stop_ids[stop], "name": self.stop(stop)}
        if part.metres is not None:
            plain["metres"] = round(part.metres, 1)
        if part.trip >= 0:
            mode, name = self.line(part.trip)
            plain |= {
                "route": self.timetable.routes[part.trip],
                "mode": mode,
                "name": name,
                "towards": self.towards(part.trip),
                "trip": self.timetable.trip_ids[part.trip],
                "calls": [
                    {"stop": self.timetable.stop_ids[stop], "arrive_s": arrive, "depart_s": depart}
                    for stop, arrive, depart in part.calls
                ],
            }
        return plain


def clock(second: int) -> str:
    """A second of the day as 08:05, or 08:05:20 where it is no whole minute; past midnight 24:10 and on."""
    hours, rest = divmod(second, 3600)
    whole = f"{hours:02d}:{rest // 60:02d}"
    return f"{whole}:{rest % 60:02d}" if rest % 60 else whole


def lasting(seconds: int) -> str:
    """A length of time as 3 min, 45 s or 3 min 45 s: nothing is rounded, so that parts add up."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def journey(lab: Lab, request: JourneyRequest, progress: Progress) -> JourneyReply:
    """Find the ways. Raises `InputError` for a day without service, naming the days that have it."""
    from stadslab.build.journeys import ways_between
    from stadslab.build.projection import to_metres
    from stadslab.build.transit import Outing

    base = lab.city(request.city)
    scenario = lab.scenarios_together(request.city, request.scenario)
    city = base if scenario is None else base.under(scenario)
    outing = Outing(
        request.date,
        request.depart,
        request.window_minutes,
        request.max_minutes,
        min(request.max_walk_minutes, request.max_minutes),
        request.max_rides,
        request.walk_speed_m_s,
        request.slack_s,
    )
    start, end = to_metres(city.crs, _ends(city, request, outing))
    timetable = lab.builds.get("timetable", city, progress)
    ways = ways_between(lab.builds.get("streetgraph", city, progress), timetable, outing, start, end)
    return JourneyReply(city.name, request.date, ways, names_of(city, base, timetable))


def _ends(city: City, request: JourneyRequest, outing: Outing) -> NDArray[Any]:
    """Longitude and latitude of both ends, float64[2, 2]; what is wrong with them and the time is raised at once."""
    from dataclasses import replace

    import numpy as np

    from stadslab.build.places import located
    from stadslab.core.errors import InputError, NotFoundError, Problem, raise_errors

    places = city.layers.get("places")
    found, problems = [], list[Problem]()
    for name in ("start", "to"):
        try:
            found.append(located(getattr(request, name), places))
        except (InputError, NotFoundError) as error:
            problems += [replace(problem, where=name) for problem in error.problems]
    try:
        _ = outing.start_s
    except InputError as error:
        problems += error.problems
    raise_errors(problems)
    return np.concatenate(found)


def names_of(city: City, base: City, timetable: Timetable) -> Names:
    """What lines and trips are called. A trip that a plan ends elsewhere no longer says where it used to go."""
    routes = city["routes"].scan("id", "mode", "name").to_pylist() if "routes" in city else []
    trips = city["trips"].scan("id", "headsign", "stops").to_pylist()
    signs = {row["id"]: row["headsign"] for row in trips if row["headsign"]}
    if city["trips"].digest != base["trips"].digest:
        ended = {row["id"]: row["stops"][-1:] for row in base["trips"].scan("id", "stops").to_pylist()}
        moved = [row["id"] for row in trips if row["stops"][-1:] != ended.get(row["id"], row["stops"][-1:])]
        for trip in moved:
            signs.pop(trip, None)
    return Names(timetable, {row["id"]: (row["mode"], row["name"]) for row in routes}, signs)


VERB = Verb(
    "journey",
    "How does one get from here to there, part by part?",
    JourneyRequest,
    journey,
    (
        "stadslab journey demo --start 19.60,58.60 --to 19.61,58.61 --date 2026-06-16 --depart 08:00",
        "stadslab journey demo --start 19.60,58.60 --to 19.61,58.61 --date 2026-06-16 --window-minutes 10",
    ),
    positional=("city",),
)
