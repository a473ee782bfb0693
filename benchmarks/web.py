"""The map while people use it: how soon an answer follows a street that closes, and twenty people at once.

A generated metropolis of more than 100,000 junctions and 10,000 cells. The server is a process of its own on the same
machine; a closure is timed from the request that says the pencil is lifted to the exact answer, read and parsed. The
peer is asking the same question anew of the same lab, builds of the city as it is being there. Then the same in
Chromium, where there is one and the page is built: from the pointer that is lifted to the painted difference.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.child import Clock, Outcome, run
from benchmarks.metropolis import CITY
from benchmarks.report import Section, in_turn, median, plain, seconds, times, under
from benchmarks.web_served import Caller, served

if TYPE_CHECKING:
    import numpy as np

PEOPLE = 200_000
UNITS, FINE_UNITS = "square:200", "square:80"
CLOSURES = {"walk": 100, "transit": 20}  # so many streets close, one after the other
WARM_UP = 3
ANEW = {"walk": 5, "transit": 3}
AIM_S = {"walk": 0.3, "transit": 2.0}
CROWD = 20
KINDS = ("school", "pharmacy", "library", "supermarket", "restaurant")  # what the crowd asks about


def questions(date: str, support: str = UNITS) -> dict[str, dict[str, Any]]:
    """What is asked, on foot and by public transport."""
    asked = {
        "walk": ("walk_access", {"kind": "any", "minutes": 15.0}),
        "transit": ("transit_access", {"what": "jobs", "minutes": 45.0, "date": date}),
    }
    return {
        name: {"city": CITY, "indicator": indicator, "params": params, "support": support}
        for name, (indicator, params) in asked.items()
    }


def closures(clock: Clock, lab: str, date: str, how: str) -> dict[str, Any]:
    """Streets close one after the other while one question is open; the seconds each took, over HTTP."""
    question = questions(date)[how]
    found: list[Any] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        served(lab, Path(folder) / "log") as port,
        closing(Caller(port)) as caller,
    ):
        with clock("open the question"):
            opened = caller.live("bench", question, [], "open")
        for number, street in enumerate(some_streets(lab, WARM_UP + CLOSURES[how])):
            edits = [{"kind": "close_street", "street": street}]
            live = caller.live("bench", question, edits, "close", settled=True)
            if number >= WARM_UP:
                found.append(live)
        drag = dragged(caller, question, lab) if how == "walk" else {}
    return {
        "units": opened.told["open"]["count"],
        "exact": [live.after["exact"] for live in found],
        "first": [live.after.get("preview", live.after["exact"]) for live in found],
        "people": [live.after["people"] for live in found],
        "server": [live.told["exact"]["milliseconds"] / 1e3 for live in found],
        "changed": [len(live.told["exact"]["units"]) for live in found],
        **drag,
    }


def dragged(caller: Caller, question: Mapping[str, Any], lab: str, steps: int = 60) -> dict[str, Any]:
    """A school is carried across the middle of the city; the seconds each position took."""
    import numpy as np

    from stadslab.lab.lab import Lab

    points = (
        Lab(lab).measure(CITY, question["indicator"], support=question["support"], **question["params"]).support.points
    )
    low, high = np.quantile(points, 0.4, axis=0), np.quantile(points, 0.6, axis=0)
    found = []
    for step in range(steps):
        at = (low + (high - low) * step / steps).tolist()
        edits = [{"kind": "add_place", "place_kind": "school", "at": at}]
        found.append(caller.live("bench", question, edits, "drag").after["exact"])
    return {"drag": found}


def anew(clock: Clock, lab: str, date: str, how: str) -> dict[str, Any]:
    """The same question asked anew after each closure, as `Lab.measure` does; the first is not counted."""
    from stadslab.core.scenario import Scenario
    from stadslab.lab import catalog
    from stadslab.lab.lab import Lab

    opened, question = Lab(lab), questions(date)[how]
    close = catalog.edit("close_street")
    ask = partial(
        opened.measure, opened.city(CITY), question["indicator"], support=question["support"], **question["params"]
    )
    with clock("the city as it is"):
        ask()
    opened.builds.get("streetgraph", opened.city(CITY)).network("walk")
    spent = []
    for number, street in enumerate(some_streets(lab, 1 + ANEW[how], seed=2)):
        start = time.perf_counter()
        ask(scenario=Scenario(f"closed {number}", (close(street=street),)))  # type: ignore[call-arg]
        spent.append(time.perf_counter() - start)
    return {"anew": spent[1:], "junctions": opened.builds.get("streetgraph", opened.city(CITY)).n_nodes}


def crowd(clock: Clock, lab: str, people: int = CROWD, **_: Any) -> dict[str, Any]:
    """So many people at once: each opens the city, asks, edits while the answer follows, and compares."""
    streets = some_streets(lab, 4 * people, seed=3)
    errors: list[str] = []
    callers: list[Caller] = []
    with tempfile.TemporaryDirectory() as folder, served(lab, Path(folder) / "log") as port:
        together = threading.Barrier(people)

        def one(number: int) -> None:
            caller = Caller(port)
            callers.append(caller)
            together.wait()
            try:
                visit(caller, f"person-{number}", KINDS[number % len(KINDS)], streets[4 * number : 4 * number + 4])
            except Exception as why:  # every failure is counted, whatever it is
                errors.append(f"person {number}: {why!r}")
            finally:
                caller.close()

        with clock("all of them"):
            threads = [threading.Thread(target=one, args=(number,)) for number in range(people)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    taken: dict[str, list[float]] = {}
    for caller in callers:
        for kind, spent in caller.seconds.items():
            taken.setdefault(kind, []).extend(spent)
    return {"errors": errors, "taken": taken, "requests": sum(map(len, taken.values()))}


def visit(caller: Caller, session: str, kind: str, streets: Sequence[str]) -> None:
    """What one person does."""
    caller.get("/api/cities", "open the city")
    caller.get(f"/api/cities/{CITY}", "open the city")
    caller.get(f"/api/catalogue?city={CITY}&language=en", "open the city")
    asked = {"city": CITY, "indicator": "walk_access", "params": {"kind": kind, "minutes": 15.0}, "support": UNITS}
    head = caller.post("/api/answers", asked, "ask")
    caller.get(f"/api/values/{head['key']}", "values and outlines")
    caller.get(f"/api/units/{head['support_digest']}", "values and outlines")
    for serial in count():  # draw: each street closes besides those before it
        edits = [{"kind": "close_street", "street": street} for street in streets[:serial]]
        caller.live(
            session, asked, edits, "open the live answer" if not serial else "edit", settled=serial == len(streets)
        )
        if serial == len(streets):
            break
    told = caller.post("/api/comparisons", {**asked, "edits": edits}, "compare")
    caller.get(f"/api/comparisons/{told['before']}/{told['after']}", "difference")


def some_streets(lab: str, many: int, seed: int = 1) -> list[str]:
    """Pieces of street that people may walk, drawn by chance."""
    import numpy as np

    from stadslab.lab.lab import Lab

    table = Lab(lab).city(CITY)["streets"].scan("id", "walk")
    ids = table["id"].filter(table["walk"]).to_pylist()
    random: np.random.Generator = np.random.default_rng(seed)
    return [ids[at] for at in random.choice(len(ids), many, replace=False).tolist()]


def measure(rounds: int, say: Callable[[str], None]) -> list[Section]:
    """Closures on foot and by public transport, then a crowd, then the page."""
    from benchmarks import web_page

    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as compiled:
        kernels = {"NUMBA_CACHE_DIR": compiled}
        say(f"{PEOPLE:,} people: generating and loading")
        made = run("metropolis.files", kernels, folder=folder, people=PEOPLE).facts
        run("metropolis.load", kernels, folder=folder, **made)
        asked = {"lab": str(Path(folder) / "metropolis.lab"), "date": made["date"]}
        work: dict[str, Callable[[], Outcome]] = {}
        for how in CLOSURES:
            work[how] = partial(run, "web.closures", kernels, how=how, **asked)
            work[f"{how}, anew"] = partial(run, "web.anew", kernels, how=how, **asked)
        in_turn(work, 1, under("compiling", say))
        seen = in_turn(work, rounds, under("closures", say))
        sections = [_closures(seen)]
        sections.append(
            _crowd(in_turn({"crowd": partial(run, "web.crowd", kernels, **asked)}, rounds, under("people", say)))
        )
        return [*sections, *web_page.measure(rounds, say, kernels, asked)]


def _closures(seen: Mapping[str, Sequence[Outcome]]) -> Section:
    facts = seen["walk, anew"][0].facts
    title = (
        f"web: a street closes ({facts['junctions']:,} junctions, {seen['walk'][0].facts['units']:,} cells), over HTTP"
    )
    head = (
        "answer",
        "first, median",
        "exact, median",
        "95th",
        "people, median",
        "server, median",
        "anew",
        "anew / exact",
    )
    section = Section(title, head, raw=plain(seen))
    for how in CLOSURES:
        every = {name: _all(seen[how], name) for name in ("first", "exact", "people", "server")}
        again = middle(_all(seen[f"{how}, anew"], "anew"))
        exact = every["exact"]
        section.rows.append(
            (how, milliseconds(middle(every["first"])), milliseconds(middle(exact)), milliseconds(high(exact)),
             milliseconds(middle(every["people"])), milliseconds(middle(every["server"])), milliseconds(again),
             times(middle(exact), again))
        )  # fmt: skip
        kept = "kept" if high(exact) <= AIM_S[how] else "MISSED"
        opened = median(seen[how]).phases["open the question"][0]
        differ = middle(_all(seen[how], "changed"))
        section.notes.append(
            f"{how}: aim of {1e3 * AIM_S[how]:,.0f} ms for the 95th percentile {kept}; {len(exact)} closures, "
            f"{differ:,.0f} cells differ at the median; the question opens in {seconds(opened)} s"
        )
    drag = _all(seen["walk"], "drag")
    each = f"median {milliseconds(middle(drag))}, 95th {milliseconds(high(drag))}"
    section.notes.append(f"a school carried across the city, each of {len(drag):,} positions: {each}")
    return section


def _crowd(seen: Mapping[str, Sequence[Outcome]]) -> Section:
    outcomes = seen["crowd"]
    section = Section(f"web: {CROWD} people at once", ("request", "number", "median", "95th"), raw=plain(seen))
    for kind in outcomes[0].facts["taken"]:
        spent = [s for outcome in outcomes for s in outcome.facts["taken"].get(kind, ())]
        section.rows.append((kind, f"{len(spent):,}", milliseconds(middle(spent)), milliseconds(high(spent))))
    errors = [error for outcome in outcomes for error in outcome.facts["errors"]]
    wall = median(outcomes).phases["all of them"][0]
    number = outcomes[0].facts["requests"]
    section.notes.append(f"errors: {len(errors)}{': ' + '; '.join(errors[:5]) if errors else ''}")
    section.notes.append(f"{number:,} requests in {seconds(wall)} s, {number / wall:.1f} a second")
    return section


def middle(numbers: Sequence[float]) -> float:
    """The median."""
    return sorted(numbers)[len(numbers) // 2]


def high(numbers: Sequence[float]) -> float:
    """The 95th percentile by nearest rank."""
    return sorted(numbers)[min(len(numbers) - 1, int(len(numbers) * 0.95))]


def milliseconds(value: float) -> str:
    """Seconds as milliseconds."""
    return f"{1e3 * value:,.1f} ms" if value < 0.1 else f"{1e3 * value:,.0f} ms"


def _all(outcomes: Sequence[Outcome], name: str) -> list[float]:
    return [value for outcome in outcomes for value in outcome.facts[name]]
