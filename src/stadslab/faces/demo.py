"""`stadslab demo`: an invented city from files to brief, so that a stranger sees the whole chain in a minute."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from stadslab.faces import verbs
from stadslab.faces.complaints import complaints

if TYPE_CHECKING:
    from stadslab.core.progress import Progress
    from stadslab.core.values import Values
    from stadslab.lab.lab import Lab

CITY, PLAN = "demo", "bridge-and-preschool"
WHY = "The only bridge to the island needs repair. Who is cut off, and whom would a new preschool on the mainland help?"
MEASURES = ("walk_to_nearest:kind=preschool", "walk_to_nearest:kind=school", "walk_access:kind=food_shop,minutes=15")


@click.command("demo", short_help="Try everything on an invented city.")
@click.option(
    "--people", type=click.IntRange(400, 250_000), default=20_000, show_default=True, help="How large the town is."
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
@click.option("--quiet", is_flag=True, help="No progress.")
def command(people: int, seed: int, folder: Path, draws: int, quiet: bool) -> None:
    """Generate a town as real files, load it as a real city, change it, and write a brief.

    Nothing in it is real: every file says SYNTHETIC.
    """
    with complaints(), verbs.watching(quiet) as progress:
        for line in demonstrate(folder, people, seed, draws, progress):
            click.echo(line)


def demonstrate(folder: Path, people: int, seed: int, draws: int, progress: Progress) -> Any:
    """The whole chain, step by step; yields lines to print."""
    from stadslab.lab.lab import Lab
    from stadslab.sources.synthetic.generate import generate

    folder.mkdir(parents=True, exist_ok=True)
    town = generate(folder / "files", people=people, seed=seed, name=CITY, progress=progress)
    yield f"1. A town of {people:,} people that exists nowhere (SYNTHETIC), as real files in {town.folder}:"
    yield from (f"   {path.name}" for path in town.files)
    lab = Lab(folder / "demo.lab")
    yield "2. Loaded by the sources a real city uses:"
    yield from (f"   {line}" for line in _load(lab, town, progress))
    yield "3. How the town works today:"
    for kind in ("preschool", "school"):
        yield from (
            f"   {line}"
            for line in _ask(
                lab, "measure", {"city": CITY, "indicator": "walk_to_nearest", "draws": draws}, {"kind": kind}, progress
            )
        )
    _draw_plan(lab, town, progress)
    yield "4. A plan is drawn, and people are counted before and after:"
    for spec in MEASURES:
        name, _, params = spec.partition(":")
        given = dict(part.split("=") for part in params.split(","))
        yield from (
            f"   {line}"
            for line in _ask(
                lab,
                "compare",
                {"city": CITY, "indicator": name, "scenario": (PLAN,), "draws": draws, "by": "total"},
                given,
                progress,
            )
        )
    fields = {
        "city": CITY,
        "scenario": (PLAN,),
        "measure": MEASURES,
        "draws": draws,
        "to": str(folder / f"{CITY}-{PLAN}.html"),
    }
    yield "5. The brief (open it in a browser, or print it):"
    yield from (f"   {line}" for line in _ask(lab, "brief", fields, {}, progress))
    yield f"Next: stadslab verify {folder / f'{CITY}-{PLAN}.html'} --lab {folder / 'demo.lab'}"
    yield f"      stadslab show {CITY} --lab {folder / 'demo.lab'}"


def _load(lab: Lab, town: Any, progress: Progress) -> list[str]:
    from stadslab.sources.synthetic import VINTAGE, people_params

    lines = _ask(lab, "load", {"city": CITY, "files": (town.osm,)}, {}, progress)
    lines += _ask(
        lab,
        "load",
        {"city": CITY, "files": (town.areas,), "source": "areas"},
        {"id_column": "area_code", "name_column": "area_name", "vintage": VINTAGE},
        progress,
    )
    lines += _ask(
        lab,
        "load",
        {"city": CITY, "files": (town.people_table,), "source": "people"},
        {"key": "area_code", "vintage": VINTAGE, **people_params()},
        progress,
    )
    return lines


def _draw_plan(lab: Lab, town: Any, progress: Progress) -> None:
    """Close the one bridge to the lone island; open a preschool where most person-minutes are walked today."""
    from stadslab.core.scenario import Scenario
    from stadslab.lab import catalog

    bridges = [f"osm:way/{way}" for way in town.truths["lone_island"]["bridge_way_ids"]]
    today = lab.measure(CITY, "walk_to_nearest", kind="preschool", progress=progress)
    lon, lat = _worst(today, lab)
    edits = [catalog.edit("close_street")(street=way) for way in bridges]  # type: ignore[call-arg]
    edits.append(catalog.edit("add_place")(kind="preschool", at=(lon, lat), name="Nya förskolan"))  # type: ignore[call-arg]
    lab.save_scenario(CITY, Scenario(PLAN, tuple(edits), why=WHY, by="the demonstration").pinned(lab.city(CITY)))


def _worst(today: Values, lab: Lab) -> tuple[float, float]:
    """The unit where people together walk longest, where a new place is then put."""
    minutes = today.mean()
    load = np.where(np.isfinite(minutes), minutes, 0.0) * lab.people(today.support.kind, lab.city(CITY)).total
    lon, lat = today.support.points[int(np.argmax(load))]
    return round(float(lon), 6), round(float(lat), 6)


def _ask(lab: Lab, name: str, fields: dict[str, Any], params: dict[str, Any], progress: Progress) -> list[str]:
    verb = verbs.verb(name)
    return verb.run(lab, verbs.request(verb, fields, params), progress).lines()
