"""A generated metropolis, from files to answers, in four sizes: time, memory, and how both grow with the city."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.child import Clock, Outcome, run
from benchmarks.report import Section, in_turn, median, plain, seconds, under

if TYPE_CHECKING:
    from stadslab.lab.lab import Lab

SIZES = (50_000, 200_000, 600_000, 2_000_000)
CITY, UNITS = "metropolis", "square:250"
BASKET = ("school", "preschool", "pharmacy", "doctor", "library", "supermarket", "restaurant", "playground")
WALK_MINUTES, TRANSIT_MINUTES = 15, 45


def files(clock: Clock, folder: str, people: int) -> dict[str, Any]:
    """Make the files of a metropolis."""
    from benchmarks.metropolis_city import generate

    with clock("generate the files"):
        return generate(Path(folder), people)


def load(clock: Clock, folder: str, files: dict[str, str], date: str) -> dict[str, Any]:  # noqa: ARG001 - all take alike
    """Read the three files into a new lab."""
    lab = _lab(folder)
    for sort, source in (("map", "osm"), ("people", "people"), ("timetable", "gtfs")):
        with clock(f"load the {sort}"):
            lab.load(CITY, files[sort], source=source)
    city = lab.city(CITY)
    people = city["people"].scan("dimension", "value").to_pydict()
    total = sum(v for d, v in zip(people["dimension"], people["value"], strict=True) if d == "total")
    return {"people": int(total), **{name: city[name].rows for name in ("streets", "places", "stops", "trips")}}


def walk(clock: Clock, folder: str, **_: Any) -> dict[str, Any]:
    """Units, street graph, and how many places of each kind of the basket are near, from every unit."""
    lab = _lab(folder)
    city = lab.city(CITY)
    with clock("reporting units"):
        units = lab.builds.support(UNITS, city)
    with clock("street graph"):
        streets = lab.builds.get("streetgraph", city)
    with clock("walking basket, first kind"):
        _near(lab, BASKET[0])
    with clock(f"walking basket, {len(BASKET) - 1} more kinds"):
        for kind in BASKET[1:]:
            _near(lab, kind)
    return {"units": len(units), "nodes": streets.n_nodes}


def whatif(clock: Clock, folder: str, **_: Any) -> dict[str, Any]:
    """A street is closed: who gains, who loses? By step, the answer before and its builds being there."""
    from stadslab.core.scenario import Scenario
    from stadslab.lab import catalog

    lab = _lab(folder)
    city = lab.city(CITY)
    before = _near(lab, BASKET[0])
    lab.people(UNITS, city)
    ids = city["streets"].scan("id")["id"]
    street = ids[len(ids) // 2].as_py()
    with clock("close a street: the edit"):
        plan = Scenario("closed", (catalog.edit("close_street")(street=street),))  # type: ignore[call-arg]
        after = city.under(plan)
    with clock("close a street: street graph"):
        lab.builds.get("streetgraph", after)
    with clock("close a street: all the rest"):
        compared = lab.compare(CITY, "walk_access", plan, support=UNITS, kind=BASKET[0], minutes=WALK_MINUTES)
    return {"units": len(before), "people": int(compared.people.total.sum())}


def transit(clock: Clock, folder: str, date: str, **_: Any) -> dict[str, Any]:
    """Jobs within reach by public transport from every unit, streets and units being there."""
    lab = _lab(folder)
    city = lab.city(CITY)
    lab.people(UNITS, city)
    lab.builds.get("streetgraph", city).network("walk")
    with clock("timetable"):
        timetable = lab.builds.get("timetable", city)
    with clock(f"jobs within {TRANSIT_MINUTES} min by public transport"):
        values = lab.measure(
            CITY, "transit_access", support=UNITS, what="jobs", date=date, minutes=TRANSIT_MINUTES
        )  # fmt: skip
    return {"units": len(values), "stop_times": len(timetable.stops), "jobs": float(values.mean().sum())}


def _lab(folder: str) -> Lab:
    from stadslab.lab.lab import Lab

    lab = Lab(Path(folder) / "metropolis.lab")
    for kept in lab.folder.values.glob("*.arrow"):  # nothing is answered from the disk
        kept.unlink()
    return lab


def _near(lab: Lab, kind: str) -> Any:
    return lab.measure(CITY, "walk_access", support=UNITS, kind=kind, minutes=WALK_MINUTES)


WORK = ("load", "walk", "whatif", "transit")


def measure(rounds: int, say: Callable[[str], None], sizes: tuple[int, ...] = SIZES) -> list[Section]:
    """What each phase takes in each size; each piece of work in a process of its own."""
    taken: list[dict[str, Outcome]] = []
    raw = {}
    with tempfile.TemporaryDirectory() as compiled:
        kernels = {"NUMBA_CACHE_DIR": compiled}
        for number, people in enumerate(sizes):
            with tempfile.TemporaryDirectory() as folder:
                say(f"{people:,} people: generating")
                made = run("metropolis.files", kernels, folder=folder, people=people)
                work = {name: partial(_fresh, name, kernels, folder, made.facts) for name in WORK}
                if not number:  # compile what they need
                    in_turn(work, 1, under("compiling", say))
                seen = in_turn(work, rounds, under(f"{people:,} people", say))
            raw[str(people)] = plain({"files": [made], **seen})
            taken.append({"files": made, **{name: median(outcomes) for name, outcomes in seen.items()}})
    return [_times(sizes, taken, raw), _memory(sizes, taken), _contents(sizes, taken)]


def _fresh(name: str, kernels: dict[str, str], folder: str, facts: Mapping[str, Any]) -> Outcome:
    return run(f"metropolis.{name}", kernels, folder=folder, **facts)


def _times(sizes: tuple[int, ...], taken: list[dict[str, Outcome]], raw: dict[str, Any]) -> Section:
    section = Section("metropolis: wall (cpu) seconds", _head("phase", sizes), raw=raw)
    for work in taken[0]:
        for phase in taken[0][work].phases:
            spent = [one[work].phases[phase] for one in taken]
            cells = [f"{seconds(wall)} ({seconds(cpu)})" for wall, cpu in spent]
            section.rows.append((phase, *cells, *_growth(sizes, [cpu for _, cpu in spent])))
    section.notes.append("the last columns: cpu grows as people to this power, from one size to the next")
    return section


def _memory(sizes: tuple[int, ...], taken: list[dict[str, Outcome]]) -> Section:
    section = Section("metropolis: peak memory of the process, MB", _head("process", sizes))
    for work in taken[0]:
        peaks = [one[work].peak_mb for one in taken]
        section.rows.append((work, *(f"{peak:,.0f}" for peak in peaks), *_growth(sizes, peaks)))
    return section


def _contents(sizes: tuple[int, ...], taken: list[dict[str, Outcome]]) -> Section:
    section = Section("metropolis: what is in it", ("", *(f"{people:,} people" for people in sizes)))
    found = [{**one["load"].facts, **one["transit"].facts, **one["walk"].facts} for one in taken]
    words = {
        "nodes": "junctions", "streets": "pieces of street", "units": "reporting units (squares of 250 m)",
        "places": "places", "stops": "stops", "trips": "trips a day", "stop_times": "calls at stops a day",
    }  # fmt: skip
    section.rows = [(text, *(f"{one[name]:,}" for one in found)) for name, text in words.items()]
    return section


def _head(first: str, sizes: tuple[int, ...]) -> tuple[str, ...]:
    return (
        first,
        *(f"{n:,} people" for n in sizes),
        *(f"{a // 1000:,}k to {b // 1000:,}k" for a, b in pairwise(sizes)),
    )


def _growth(sizes: tuple[int, ...], spent: list[float]) -> list[str]:
    """The power of the number of people with which this grows, from each size to the next."""
    steps = zip(pairwise(sizes), pairwise(spent), strict=True)
    return [f"{math.log(b / a) / math.log(n / m):.2f}" if a and b else "-" for (m, n), (a, b) in steps]
