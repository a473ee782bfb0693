"""Lines and stops of a timetable: finding them, telling them in words, and their trips as rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stadslab.core.city import City
from stadslab.core.errors import Problem
from stadslab.core.said import Said
from stadslab.edits import _ground as ground
from stadslab.edits._naming import nearest_ids, suggestion
from stadslab.edits._words import word

TWIN_M = 300.0  # stops of one name this near each other are two sides of one place

Row = dict[str, Any]


def route_problems(city: City, route: str, where: str = "route") -> list[Problem]:
    """A problem with the nearest candidates (by id, number or name) when no route has this id."""
    if city["routes"].find([route]).num_rows:
        return []
    table = city["routes"].scan("id", "name", "long_name")
    names = table.select(["id", "name"])
    if not nearest_ids(names, route):
        longer = table.select(["id", "long_name"]).rename_columns(["id", "name"])
        names = longer if nearest_ids(longer, route) else names
    return [Problem(where, Said("there is no route {route!r}", route=route), suggestion(names, route, "routes"))]


def stop_problems(city: City, stop: str, where: str = "stop") -> list[Problem]:
    """A problem with the nearest candidates (by id or name) when no stop has this id."""
    if city["stops"].find([stop]).num_rows:
        return []
    hint = suggestion(city["stops"].scan("id", "name"), stop, "stops")
    return [Problem(where, Said("there is no stop {stop!r}", stop=stop), hint)]


def route_words(city: City | None, route: str) -> str:
    """A route in words, as `bus 55`; `route <id>` without a city that has it."""
    rows = city["routes"].find([route]).to_pylist() if city is not None and "routes" in city else []
    if not rows:
        return Said("route {route}", route=route)
    mode, name = rows[0]["mode"], rows[0]["name"] or route
    if mode == "other":
        mode = "line"
    return str(name) if mode in name.casefold() else Said("{mode} {name}", mode=word(mode), name=name)


def stop_words(city: City | None, stop: str) -> str:
    """The name of a stop; its id without a city that has it, or where it has no name."""
    rows = city["stops"].find([stop]).to_pylist() if city is not None and "stops" in city else []
    return str(rows[0]["name"] or stop) if rows else stop


def station(city: City, stop: str) -> list[str]:
    """The stop with everything that belongs to it: platforms of a station, boarding areas of a platform."""
    table = city["stops"].scan("id", "parent")
    found, fresh = {stop}, {stop}
    while fresh:
        inside = pc.is_in(table["parent"], pa.array(sorted(fresh), pa.string()))
        fresh = set(table["id"].filter(inside).to_pylist()) - found
        found |= fresh
    return sorted(found)


def same_place(city: City, stop: str) -> frozenset[str]:
    """The stop, its station with all platforms, and stops of the same name close by: the other side of the street."""
    parents = dict(zip(*(c.to_pylist() for c in city["stops"].scan("id", "parent").columns), strict=True))
    top, passed = stop, set()
    while (above := parents.get(top)) in parents and top not in passed:
        passed.add(top)
        top = str(above)
    found = set(station(city, top))
    own = city["stops"].find([stop])
    name = own["name"][0].as_py()
    if name:
        table = city["stops"].scan("id", "name", "geometry")
        called = table.filter(pc.equal(table["name"], name))
        here = ground.geometries(own)[0]
        plane = ground.Plane(here.x, here.y)
        for other, at in zip(called["id"].to_pylist(), ground.geometries(called), strict=True):
            away = plane.flat(np.array([at.x, at.y]))
            if np.hypot(*away) <= TWIN_M:
                found |= set(station(city, other))
    return frozenset(found)


def trips_of(city: City, route: str) -> list[Row]:
    """The trips of a route, by id."""
    table = city["trips"].scan()
    rows: list[Row] = table.filter(pc.equal(table["route"], route)).to_pylist()
    return rows


def calling_at(city: City, stops: Iterable[str]) -> list[Row]:
    """The trips that call at one of these stops, by id."""
    table = city["trips"].scan().combine_chunks()
    lists = table["stops"].combine_chunks()
    called = pc.is_in(pc.list_flatten(lists), pa.array(sorted(stops), pa.string()))
    at = np.unique(np.asarray(pc.list_parent_indices(lists))[np.asarray(called, bool)])
    rows: list[Row] = table.take(pa.array(at, pa.int64())).to_pylist()
    return rows


def spelt_out(city: City, rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Each trip by its id, as itself, or as all departures if it is told by an interval: the first at its start."""
    repeats: dict[str, list[Row]] = {}
    for repeat in city["frequencies"].scan().to_pylist() if "frequencies" in city else ():
        repeats.setdefault(repeat["trip"], []).append(repeat)
    found = {}
    for row in rows:
        starts = {t for r in repeats.get(row["id"], ()) for t in range(r["start_s"], r["end_s"], r["headway_s"])}
        runs = [moved(row, t - row["depart_s"][0], f"{row['id']}@{t}") for t in sorted(starts)]
        found[row["id"]] = runs if row["id"] in repeats else [row]
    return found


def moved(row: Row, seconds: int, name: str) -> Row:
    """The trip so many seconds later, under this id."""
    times = {key: [t + seconds for t in row[key]] for key in ("arrive_s", "depart_s")}
    return {**row, **times, "id": name}


def directions(rows: Sequence[Row]) -> list[list[Row]]:
    """Trips that run the same way, largest group first: in order along the stops they share with its usual way.

    Branches and short turns of a common stretch stay together. Feeds often leave the direction blank, and both ways of
    a metro may call at the same stops, so the order of stops decides. Trips of fewer than two stops are left out.
    """
    ways: dict[Any, list[Row]] = {}
    for row in rows:
        if len(row["stops"]) > 1:
            ways.setdefault((row["direction"], tuple(row["stops"])), []).append(row)
    leaders: dict[Any, list[Row]] = {}
    for direction, stops in sorted(ways, key=lambda way: (-len(ways[way]), -len(way[1]), way[1], str(way[0]))):
        along = (lead for lead in leaders if lead[0] == direction and _same_way(lead[1], stops))
        leaders.setdefault(next(along, (direction, stops)), []).extend(ways[direction, stops])
    return sorted(leaders.values(), key=lambda group: (-len(group), str(group[0]["id"])))


def _same_way(leader: tuple[str, ...], stops: tuple[str, ...]) -> bool:
    """Do these stops come in the order of the leader, more often than against it?"""
    places = {stop: k for k, stop in enumerate(leader)}
    steps = np.sign(np.diff([places[stop] for stop in stops if stop in places]))
    return bool(steps.sum() > 0)


def usual_stops(rows: Sequence[Row]) -> list[str]:
    """The stops in order that most of these trips have; of equally common ways the longest, then the first by id."""
    counts: Counter[tuple[str, ...]] = Counter(tuple(row["stops"]) for row in rows)
    ranked = sorted((-count, -len(way), way) for way, count in counts.items())
    return list(ranked[0][2]) if ranked else []


def usual_way(rows: Sequence[Row]) -> list[str]:
    """The usual stops in the direction with most trips."""
    return usual_stops(next(iter(directions(rows)), ()))


def dates_of(city: City) -> dict[str, frozenset[str]]:
    """The days each service runs."""
    table = city["service_days"].scan("service", "date")
    found: dict[str, set[str]] = {}
    for service, date in zip(table["service"].to_pylist(), table["date"].to_pylist(), strict=True):
        found.setdefault(service, set()).add(date)
    return {service: frozenset(dates) for service, dates in found.items()}


def kinds_of_day(services: Iterable[str], dates: dict[str, frozenset[str]]) -> list[tuple[frozenset[str], list[str]]]:
    """Days on which the same of these services run, as (services, days); days without any are left out."""
    running: dict[str, set[str]] = {}
    for service in sorted(set(services)):
        for date in dates.get(service, ()):
            running.setdefault(date, set()).add(service)
    kinds: dict[frozenset[str], list[str]] = {}
    for date in sorted(running):
        kinds.setdefault(frozenset(running[date]), []).append(date)
    return sorted(kinds.items(), key=lambda kind: kind[1])


def table_of(city: City, layer: str, rows: Sequence[Row]) -> pa.Table:
    """Rows as a table of this layer."""
    return pa.Table.from_pylist(list(rows), schema=city[layer].schema.arrow)
