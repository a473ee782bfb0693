"""`stadslab demo`: an invented city from files to brief, so that a stranger sees the whole chain in a minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stadslab.faces import verbs

if TYPE_CHECKING:
    from stadslab.core.progress import Progress
    from stadslab.core.values import Values
    from stadslab.lab.lab import Lab

LAB = "demo.lab"
CITY, PLAN = "demo", "bridge-and-preschool"
BY = "the demonstration"
WHY = "The only bridge to the island needs repair. Who is cut off, and whom would a new preschool on the mainland help?"
WORKS = "metro-works"
WORKS_WHY = "The outer half of a metro line closes for a summer. Who reaches fewer jobs, and are they rich or poor?"
JOBS = {"what": "jobs", "minutes": 20, "date": "2026-06-16"}
MEASURES = ("walk_to_nearest:kind=preschool", "walk_to_nearest:kind=school", "walk_access:kind=food_shop,minutes=15")


@click.command("demo", short_help="Try everything on an invented city.")
@click.option(
    "--people", type=click.IntRange(500, 250_000), default=20_000, show_default=True, help="How large the town is."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Another seed is another town.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="Where the files, the lab and the brief go.",
)
@click.option(
    "--draws", type=click.IntRange(1, 1000), default=10, show_default=True, help="Draws of the walking speed."
)
@click.option("--serve/--no-serve", "serves", default=True, show_default=True, help="End by serving the map.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=None,
    help="Port of the map; 0: any free one [default: as stadslab serve].",
)
@click.option("--quiet", is_flag=True, help="No progress.")
def command(people: int, seed: int, folder: Path, draws: int, serves: bool, port: int | None, quiet: bool) -> None:
    """Generate a town as real files, load it as a real city, change it, write a brief, and serve the map of it.

    Nothing in it is real: every file says SYNTHETIC. The map is served to this machine alone, until Ctrl-C; scripts say
    --no-serve.
    """
    with verbs.watching(quiet) as progress:
        for line in demonstrate(folder, people, seed, draws, progress):
            click.echo(line)
    if serves:
        from stadslab.faces.serve import serve

        click.echo("The map: open this address in your browser.")
        serve(folder / LAB, port=port)


def demonstrate(folder: Path, people: int, seed: int, draws: int, progress: Progress) -> Iterator[str]:
    """The whole chain, step by step; yields lines to print."""
    from stadslab.lab.lab import Lab
    from stadslab.sources.synthetic.generate import generate
    from stadslab.store.disk import explained

    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    page = folder / f"{CITY}-{PLAN}.html"
    town = generate(folder / "files", people=people, seed=seed, name=CITY, progress=progress)
    yield f"1. A town of {people:,} people that exists nowhere (SYNTHETIC), as real files in {town.folder}:"
    yield from (f"   {path.name}" for path in town.files)
    lab = Lab(folder / LAB)

    def ask(name: str, params: dict[str, Any], **fields: Any) -> Iterator[str]:
        verb = verbs.verb(name)
        reply = verb.run(lab, verbs.request(verb, {"city": CITY, **fields}, params), progress)
        if name == "compare":
            reply = replace(reply, sentences=())  # type: ignore[type-var]  # the plan is told once, above
        return (f"   {line}" for line in reply.lines())

    yield "2. Loaded by the sources a real city uses:"
    # the synthetic source hands each file to the source a real city's file would go to, and labels what comes out
    yield from ask("load", {}, files=(town.osm, town.areas, town.people_table, town.gtfs), source="synthetic")
    yield "3. How the town works today:"
    yield from ask("measure", {"kind": "preschool"}, indicator="walk_to_nearest", draws=draws)
    yield f"4. A plan. {WHY}"
    yield from (f"   {number}. {sentence}" for number, sentence in enumerate(_draw_plan(lab, town, progress), 1))
    for spec in MEASURES:
        name, _, params = spec.partition(":")
        given = dict(part.split("=") for part in params.split(","))
        yield from ask("compare", given, indicator=name, scenario=(PLAN,), draws=draws, by="total")
    branch = _draw_works(lab)
    if branch:
        yield f"5. Another plan. {WORKS_WHY}"
        yield from (f"   {number}. {sentence}" for number, sentence in enumerate(branch, 1))
        yield from ask("compare", JOBS, indicator="transit_access", scenario=(WORKS,), by="income")
    yield f"{6 if branch else 5}. The brief (open it in a browser, or print it):"
    yield from ask("brief", {}, scenario=(PLAN,), measure=MEASURES, draws=draws, to=str(page))
    yield f"Next: stadslab verify {page} --lab {lab.folder.path}"
    yield f"      stadslab show {CITY} --lab {lab.folder.path}"
    yield f"      stadslab serve --lab {lab.folder.path}"


def _draw_plan(lab: Lab, town: Any, progress: Progress) -> list[str]:
    """Close the one bridge to the lone island; open a preschool on the mainland, where people together walk longest."""
    from stadslab.core.scenario import Scenario
    from stadslab.lab import catalog

    bridges = [f"osm:way/{way}" for way in town.truths["lone_island"]["bridge_way_ids"]]
    closed = Scenario(PLAN, tuple(catalog.edit("close_street")(street=way) for way in bridges), why=WHY, by=BY)  # type: ignore[call-arg]
    then = lab.measure(CITY, "walk_to_nearest", kind="preschool", scenario=closed, progress=progress)
    preschool = catalog.edit("add_place")(place_kind="preschool", at=_worst(then, lab), name="Nya förskolan")  # type: ignore[call-arg]
    plan = closed.add(preschool).pinned(lab.city(CITY))
    lab.save_scenario(CITY, plan)
    return plan.sentences(lab.city(CITY))


def _draw_works(lab: Lab) -> list[str]:
    """Close the outer half of the longest metro line; nothing where the town is too small for a metro."""
    from stadslab.core.scenario import Scenario
    from stadslab.lab import catalog

    city = lab.city(CITY)
    metro = {row["id"] for row in city["routes"].scan("id", "mode").to_pylist() if row["mode"] == "metro"}
    trips = [row for row in city["trips"].scan("route", "stops").to_pylist() if row["route"] in metro]
    if not trips:
        return []
    longest = max(trips, key=lambda row: (len(row["stops"]), row["route"]))
    stops = longest["stops"]
    halfway, terminus = stops[len(stops) // 2], stops[-1]
    edit = catalog.edit("remove_route")(route=longest["route"], beyond=halfway, toward=terminus)  # type: ignore[call-arg]
    plan = Scenario(WORKS, (edit,), why=WORKS_WHY, by=BY).pinned(city)
    lab.save_scenario(CITY, plan)
    return plan.sentences(city)


def _worst(then: Values, lab: Lab) -> tuple[float, float]:
    """The unit where people together walk longest, where a new place is then put."""
    import numpy as np

    minutes = then.mean()
    load = np.where(np.isfinite(minutes), minutes, 0.0) * lab.people(then.support.kind, lab.city(CITY)).total
    lon, lat = then.support.points[int(np.argmax(load))]
    return round(float(lon), 6), round(float(lat), 6)
