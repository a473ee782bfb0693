"""Add a line of public transport."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from math import ceil, isfinite
from typing import Annotated, Any, ClassVar, Literal

from stadslab.core.city import City
from stadslab.core.edit import Delta, Edit
from stadslab.core.errors import Problem
from stadslab.core.said import Said
from stadslab.core.units import About, Unit
from stadslab.edits import _ground as ground
from stadslab.edits._along import along_streets_m, straight_m
from stadslab.edits._clock import seconds_of, span_problems, told
from stadslab.edits._lines import Row, stop_problems, stop_words, table_of
from stadslab.edits._naming import near_street
from stadslab.edits._words import counted, minutes, word

Vehicle = Literal[
    "bus", "trolleybus", "tram", "metro", "rail", "ferry", "coach", "monorail", "gondola", "funicular", "cable"
]
MOST_STOPS = 200  # of one line; the way between them is searched for among all streets
ON_STREETS = ("bus", "trolleybus", "coach")
_POINT = re.compile(r"\s*([-+]?\d+(?:\.\d*)?)\s*[,\s]\s*([-+]?\d+(?:\.\d*)?)\s*")


@dataclass(frozen=True)
class AddRoute(Edit):
    """Who gains what from a new line, with these stops, this often?

    It runs every day the timetable covers, at an even interval. Buses follow the streets open to cars, as earlier edits
    leave them; everything else runs straight from stop to stop. Blind spots: one speed all day, no junctions, lights or
    lanes, no depot, and the vehicles are there.
    """

    kind: ClassVar[str] = "add_route"
    touches: ClassVar[tuple[str, ...]] = ("routes", "service_days", "stops", "trips")
    question: ClassVar[str] = "What if there were a line here?"

    name: Annotated[str, About("what the line is called, such as 4X")]
    stops: Annotated[tuple[str, ...], About("its stops in order: ids of stops, or longitude,latitude of new ones")]
    mode: Annotated[Vehicle, About("what runs on it")] = "bus"
    headway_min: Annotated[float, Unit("min", 0.5, 1440.0), About("time between departures in one direction")] = 10.0
    speed_kmh: Annotated[float, Unit("km/h", 1.0, 500.0), About("mean speed between stops")] = 20.0
    dwell_s: Annotated[int, Unit("s", 0, 3600), About("time at each stop on the way")] = 20
    first: Annotated[str, About("first departure from both ends")] = "06:00"
    last: Annotated[str, About("no departure after this; may pass 24:00")] = "23:00"
    both_ways: Annotated[bool, About("also back from the last stop to the first")] = True
    along_streets: Annotated[
        bool | None, About("follow streets open to cars; left out: buses do, others run straight")
    ] = None

    def complaints(self, city: City) -> list[Problem]:
        """No name, too few stops, stops that are not there or far away, no way between them, a name that is taken."""
        if len(self.stops) > MOST_STOPS:
            what = Said("it has {number:,} stops; {most:,} are possible", number=len(self.stops), most=MOST_STOPS)
            return [Problem("stops", what, Said("give fewer stops, or add it as several lines"))]
        problems = []
        if not self._slug:
            problems.append(
                Problem("name", Said("{name!r} is no name for a line", name=self.name), Said("give letters or digits"))
            )
        problems += self._line_problems(city)
        problems += span_problems(self.first, self.last, ("first", "last")) if self.first != self.last else []
        if not city["service_days"].rows:
            problems.append(Problem("", Said("the timetable has no day with service"), Said("load a feed that has")))
        if problems:
            return problems
        if city["routes"].find([self.id]).num_rows:
            what = Said("{line} was added already", line=f"{self.mode} {self.name}")
            return [Problem("name", what, Said("give another name"))]
        if not self._streets:
            return []
        if "streets" not in city:
            what = Said("the city has no streets to follow")
            return [Problem("along_streets", what, Said("load streets, or give along_streets false"))]
        return [problem for ways in self._ways(city)[: 2 if self.both_ways else 1] for problem in self._cut_off(*ways)]

    def _line_problems(self, city: City) -> list[Problem]:
        problems = []
        box = ground.extent(city)
        for number, text in enumerate(self.stops, 1):
            point, where = _point(text), Said("stops, number {number}", number=number)
            problems += ground.problems_of(box, point, where) if point else stop_problems(city, text, where)
        if len(self.stops) < 2:
            what = Said("{stops} cannot make a line", stops=counted(len(self.stops), "stop", "stops"))
            problems.append(Problem("stops", what, Said("a line needs two or more")))
        for number, (a, b) in enumerate(zip(self.stops, self.stops[1:], strict=False), 1):
            if _id(a) == _id(b):
                what = Said("stops {one} and {other} are the same", one=number, other=number + 1)
                problems.append(Problem("stops", what, Said("leave one out")))
        return problems

    def _cut_off(self, stops: list[str], metres: list[float]) -> list[Problem]:
        return [
            Problem(
                "stops",
                Said("no street open to cars leads from {start} to {end}", start=a, end=b),
                Said("move the stops to such streets, add a street before, or give along_streets false"),
            )
            for a, b, m in zip(stops, stops[1:], metres, strict=False)
            if not isfinite(m)
        ]

    @property
    def id(self) -> str:
        """The id of the new route: the same for the same name and mode."""
        return f"new:{self.mode}/{self._slug}"

    @property
    def _slug(self) -> str:
        return re.sub(r"\W+", "-", self.name.casefold()).strip("-_")

    @property
    def _streets(self) -> bool:
        return self.mode in ON_STREETS if self.along_streets is None else self.along_streets

    def deltas(self, city: City) -> list[Delta]:
        """The route, its new stops, its trips and the days they run."""
        days = sorted(set(city["service_days"].scan("date")["date"].to_pylist()))
        service = f"{self.id}/service"
        runs = [{"id": f"{service}@{day}", "service": service, "date": day} for day in days]
        trips = [
            row
            for direction, (stops, metres) in enumerate(self._ways(city)[: 2 if self.both_ways else 1])
            for row in self._trips(service, direction, stops, metres)
        ]
        route = {"id": self.id, "name": self.name, "long_name": None, "mode": self.mode, "agency": None}
        route["timezone"] = self._timezone(city)
        return [
            Delta("stops", upsert=table_of(city, "stops", self._new_stops(city))),
            Delta("routes", upsert=table_of(city, "routes", [route])),
            Delta("trips", upsert=table_of(city, "trips", trips)),
            Delta("service_days", upsert=table_of(city, "service_days", runs)),
        ]

    def _timezone(self, city: City) -> str:
        zones = Counter(city["routes"].scan("timezone")["timezone"].to_pylist())
        return str(min(zones, key=lambda zone: (-zones[zone], zone), default="UTC"))

    def _new_stops(self, city: City) -> list[Row]:
        new: dict[str, Row] = {}
        for text in self.stops:
            point = _point(text)
            if point and not city["stops"].find([_id(text)]).num_rows:
                shape = ground.point_wkb(ground.rounded(point))
                empty: dict[str, Any] = {"name": None, "parent": None, "wheelchair": None}
                new[_id(text)] = {"id": _id(text), "geometry": shape, "kind": "stop", **empty}
        return list(new.values())

    def _ways(self, city: City) -> list[tuple[list[str], list[float]]]:
        """Stops and metres between them, there and back; the way back may be longer where streets are one-way."""
        ids = [_id(text) for text in self.stops]
        points = [_point(text) or _at(city, text) for text in self.stops]
        measure = (lambda p: along_streets_m(city, p)) if self._streets else straight_m
        return [(ids, measure(points)), (ids[::-1], measure(points[::-1]))]

    def _trips(self, service: str, direction: int, stops: list[str], metres: list[float]) -> list[Row]:
        arrive, depart = [0], [0]
        for m in metres:
            arrive.append(depart[-1] + ceil(m / (self.speed_kmh / 3.6) - 1e-6))  # whole seconds; nobody is early
            depart.append(arrive[-1] + self.dwell_s)
        depart[-1] = arrive[-1]
        start, stop = seconds_of(self.first) or 0, seconds_of(self.last) or 0
        row = {"route": self.id, "service": service, "direction": direction, "headsign": None, "stops": stops}
        return [
            row
            | {"id": f"{self.id}/trip/{direction}@{t}", "pickup": None, "dropoff": None}
            | {"arrive_s": [t + s for s in arrive], "depart_s": [t + s for s in depart]}
            for t in range(start, stop + 1, max(round(self.headway_min * 60), 1))
        ]

    def sentence(self, city: City | None = None) -> str:
        """For instance: Add bus 4X from A to B with 4 stops every 10 minutes from 06:00 to 23:00 at 20 km/h."""
        ends = [self._end(city, text) for text in (self.stops[:1] + self.stops[-1:])] or [Said("nowhere")]
        new = len({_id(text) for text in self.stops if _point(text)})
        stops = counted(len(self.stops), "stop", "stops")
        stops = Said("{stops}, {new} of them new,", stops=stops, new=new) if new else stops
        first, last = (told(s) if (s := seconds_of(t)) is not None else t for t in (self.first, self.last))
        name: str = self.name
        if self.mode not in name.casefold():
            name = Said("{mode} {name}", mode=word(self.mode), name=name)
        way = "Add {line} from {start} to {end}, both ways," if self.both_ways else "Add {line} from {start} to {end}"
        text = Said(
            "{way} with {stops} every {interval} from {first} to {last} at {speed:g} km/h",
            way=Said(way, line=name, start=ends[0], end=ends[-1]), stops=stops, interval=minutes(self.headway_min),
            first=first, last=last, speed=self.speed_kmh,
        )  # fmt: skip
        return Said("{sentence} along the streets." if self._streets else "{sentence}.", sentence=text)

    def _end(self, city: City | None, text: str) -> str:
        point = _point(text)
        if point is None:
            return stop_words(city, text)
        by = near_street(city, point) if city is not None else ""
        return Said("a new stop {where}", where=by or ground.at_words(point))

    def reads_ids(self, city: City) -> dict[str, tuple[str, ...]]:
        """The stops it calls at that are there."""
        named = sorted({text for text in self.stops if _point(text) is None})
        return {"stops": tuple(city["stops"].find(named)["id"].to_pylist())} if named else {}


def _point(text: str) -> ground.LonLat | None:
    found = _POINT.fullmatch(text)
    return (float(found[1]), float(found[2])) if found else None


def _id(text: str) -> str:
    """The id of a stop of the line: its own, or that of a new stop at this point."""
    point = _point(text)
    return f"new:stop@{ground.at_text(point)}" if point else text


def _at(city: City, stop: str) -> ground.LonLat:
    shape = ground.geometries(city["stops"].find([stop]))[0]
    return float(shape.x), float(shape.y)
