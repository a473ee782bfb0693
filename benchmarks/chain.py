"""The whole product, from files to brief, on the demonstration city: what a person waits for."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.child import Clock, Outcome, run
from benchmarks.report import Section, in_turn, median, plain, seconds, under

if TYPE_CHECKING:
    from stadslab.lab.lab import Lab

SIZES = (20_000, 200_000)
CITY, PLAN = "town", "bridge-and-preschool"
BRIEF = ("walk_access:kind=school,minutes=15", "walk_to_nearest:kind=preschool")


def town(clock: Clock, folder: str, people: int) -> dict[str, Any]:
    """The files of the town; what is loaded from them, and what the plan needs to know."""
    from stadslab.sources.synthetic.generate import generate

    with clock("generate"):
        made = generate(Path(folder), people=people, seed=1, name=CITY)
    return {
        "files": [str(path) for path in (made.osm, made.areas, made.people_table)],
        "bridges": [f"osm:way/{way}" for way in made.truths["lone_island"]["bridge_way_ids"]],
    }


def whole(clock: Clock, files: list[str], bridges: list[str], again: bool = True) -> dict[str, Any]:
    """Load, measure, compare and write the brief, in a new lab; then once more in another, everything warm."""
    facts: dict[str, Any] = {}
    for prefix in ("", "again: ") if again else ("",):
        with tempfile.TemporaryDirectory() as folder:
            facts = _once(clock, prefix, Path(folder), files, bridges)
    return facts


def _once(clock: Clock, prefix: str, folder: Path, files: list[str], bridges: list[str]) -> dict[str, Any]:
    with clock(f"{prefix}open"):
        from stadslab.lab.lab import Lab

        lab = Lab(folder / "bench.lab")
    with clock(f"{prefix}load"):
        lab.load(CITY, *files, source="synthetic")
    with clock(f"{prefix}measure"):
        values = lab.measure(CITY, "walk_access", kind="school", minutes=15)
    _save_plan(lab, bridges, values.support.points[0])
    with clock(f"{prefix}compare"):
        compared = lab.compare(CITY, "walk_access", PLAN, kind="school", minutes=15)
    with clock(f"{prefix}brief"):
        from stadslab.brief.verb_brief import BriefRequest, brief
        from stadslab.core.progress import silent

        page = brief(lab, BriefRequest(CITY, (PLAN,), BRIEF, to=str(folder / "brief.html")), silent)
    city = lab.city(CITY)
    return {
        "units": len(values.support),
        "people": int(compared.people.total.sum()),
        "streets": city["streets"].scan("id").num_rows,
        "brief_bytes": page.size,
    }


def _save_plan(lab: Lab, bridges: list[str], at: Any) -> None:
    from stadslab.core.scenario import Scenario
    from stadslab.lab import catalog

    edits = [catalog.edit("close_street")(street=way) for way in bridges]  # type: ignore[call-arg]
    edits.append(catalog.edit("add_place")(place_kind="preschool", at=(float(at[0]), float(at[1]))))  # type: ignore[call-arg]
    lab.save_scenario(CITY, Scenario(PLAN, tuple(edits)).pinned(lab.city(CITY)))


def measure(rounds: int, say: Callable[[str], None], sizes: tuple[int, ...] = SIZES) -> list[Section]:
    """One table over both sizes."""
    section = Section(
        "chain: from files to brief",
        ("step", *(f"{people:,} people, {column}" for people in sizes for column in ("first ever", "cold", "warm"))),
    )
    columns: list[dict[str, str]] = []
    for people in sizes:
        with tempfile.TemporaryDirectory() as folder:
            say(f"{people:,} people: generating")
            made = run("chain.town", folder=folder, people=people)
            section.raw[f"{people} generate"] = made.phases["generate"]
            compiled = {"NUMBA_CACHE_DIR": str(Path(folder) / "compiled")}
            run("chain.whole", compiled, **made.facts, again=False)

            def with_empty_cache(facts: Any = made.facts) -> Outcome:
                with tempfile.TemporaryDirectory() as empty:
                    return run("chain.whole", {"NUMBA_CACHE_DIR": empty}, **facts, again=False)

            seen = in_turn(
                {"first ever": with_empty_cache, "cold": partial(run, "chain.whole", compiled, **made.facts)},
                rounds,
                under(f"{people:,} people", say),
            )
        section.raw[str(people)] = plain(seen)
        first, cold = (median(outcomes) for outcomes in seen.values())
        section.notes.append(
            f"{people:,} people: {cold.facts['streets']:,} pieces of street, {cold.facts['units']:,} cells, brief of "
            f"{cold.facts['brief_bytes'] / 1e6:.1f} MB; generating the files took {made.phases['generate'][0]:.1f} s; "
            f"peak memory {first.peak_mb:.0f} MB with compilation, {cold.peak_mb:.0f} MB for two labs in one process"
        )
        columns += [_column(first, ""), _column(cold, ""), _column(cold, "again: ")]
    section.rows = [(step, *(column[step] for column in columns)) for step in columns[0]]
    return [section]


def _column(outcome: Outcome, prefix: str) -> dict[str, str]:
    steps = {step: outcome.phases[prefix + step] for step in ("open", "load", "measure", "compare", "brief")}
    steps["all"] = (sum(wall for wall, _ in steps.values()), sum(cpu for _, cpu in steps.values()))
    return {f"{step}, wall (cpu) s": f"{seconds(wall)} ({seconds(cpu)})" for step, (wall, cpu) in steps.items()}
