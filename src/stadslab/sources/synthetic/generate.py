"""A whole invented town as the files a real one would come in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stadslab.core.progress import Progress, silent
from stadslab.sources.synthetic.buildings import cut_blocks, draw_buildings, settle
from stadslab.sources.synthetic.districts import Districts, draw_districts
from stadslab.sources.synthetic.draw_map import draw_map
from stadslab.sources.synthetic.frame import lonlat
from stadslab.sources.synthetic.motorway import clear_of, draw_motorway
from stadslab.sources.synthetic.names import NameGiver
from stadslab.sources.synthetic.people import draw_areas
from stadslab.sources.synthetic.places import place_everything
from stadslab.sources.synthetic.plan import Plan, draw_plan
from stadslab.sources.synthetic.rail_and_buses import draw_transit
from stadslab.sources.synthetic.sensors import draw_incidents, read_air
from stadslab.sources.synthetic.streets import draw_streets
from stadslab.sources.synthetic.truths import state_truths
from stadslab.sources.synthetic.write_gtfs import write_gtfs
from stadslab.sources.synthetic.write_osm import write_pbf
from stadslab.sources.synthetic.write_tables import write_areas, write_incidents, write_people, write_sensors

FEWEST, MOST = 500, 250_000
STAGES = ("land, water and quarters", "streets", "buildings", "places", "people", "transit", "air and incidents", "map",
          "files")  # fmt: skip


@dataclass(frozen=True)
class SyntheticCity:
    """Where the files of a generated town are, and what was planted in them."""

    name: str
    people: int
    seed: int
    folder: Path
    osm: Path
    gtfs: Path
    areas: Path
    people_table: Path
    sensors: Path
    incidents: Path
    truths_file: Path
    readme: Path
    truths: dict[str, Any]

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file written, in a fixed order."""
        return (
            self.osm,
            self.gtfs,
            self.areas,
            self.people_table,
            self.sensors,
            self.incidents,
            self.truths_file,
            self.readme,
        )


def generate(
    folder: Path, *, people: int = 20_000, seed: int = 1, name: str = "tarnholm", progress: Progress = silent
) -> SyntheticCity:
    """What would an invented town of this many people look like in open data? Writes it and states its truths.

    Same `people`, `seed` and `name`: same bytes. `progress` is called with (stage, stages done, stages in all).
    Raises ValueError for a size outside 500 to 250,000, a negative seed or a name that cannot be a file name.
    Blind spots: nobody moves, works or is born here; opening hours, slopes and prices are not drawn.
    """
    _refuse_nonsense(people, seed, name)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    town = f"{name[:1].upper()}{name[1:]} (synthetic)"
    steps = iter(STAGES)
    done = 0

    def step() -> None:
        nonlocal done
        progress(next(steps), done, len(STAGES))
        done += 1

    # One independent stream per stage, so that a change in one leaves the draws of the others alone.
    streams = iter([np.random.default_rng(child) for child in np.random.SeedSequence([seed, people]).spawn(16)])
    giver = NameGiver(next(streams))
    step()
    plan, districts = _ground(people, next(streams))
    step()
    streets = draw_streets(plan, districts, next(streams))
    step()
    blocks = cut_blocks(plan, districts, streets)
    motorway = draw_motorway(plan, districts, streets)
    buildings = draw_buildings(plan, districts, streets, blocks, next(streams))
    buildings = buildings.without(~clear_of(motorway, buildings.outline, 14.0))
    step()
    places, buildings = place_everything(plan, blocks, buildings, giver, next(streams))
    step()
    settle(buildings, people)
    areas = draw_areas(plan, blocks, buildings, giver, next(streams))
    step()
    transit = draw_transit(plan, districts, streets, giver)
    step()
    readings = read_air(plan, streets, motorway, buildings, next(streams))
    incidents = draw_incidents(plan, areas, buildings, next(streams))
    step()
    lone_name = giver.island()
    drawn = draw_map(
        plan, districts, streets, motorway, buildings, places, transit, town, lone_name, giver, next(streams)
    )
    step()
    city = SyntheticCity(
        name=name,
        people=people,
        seed=seed,
        folder=folder,
        osm=folder / f"{name}.osm.pbf",
        gtfs=folder / f"{name}.gtfs.zip",
        areas=folder / f"{name}-areas.gpkg",
        people_table=folder / f"{name}-people.csv",
        sensors=folder / f"{name}-sensors.csv",
        incidents=folder / f"{name}-incidents.csv",
        truths_file=folder / f"{name}-truths.json",
        readme=folder / "README.txt",
        truths={},
    )
    write_pbf(city.osm, drawn.drawing, lonlat(np.array(drawn.drawing.xy)))
    feed_rows = write_gtfs(city.gtfs, transit, town)
    write_areas(city.areas, areas)
    write_people(city.people_table, areas)
    write_sensors(city.sensors, readings)
    write_incidents(city.incidents, incidents)
    truths = state_truths(plan, areas, places, drawn, transit, readings, incidents, feed_rows, town, lone_name, seed)
    city.truths.update(truths)
    city.truths_file.write_text(
        json.dumps(truths, indent=2, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8"
    )
    city.readme.write_text(_readme(city, town), encoding="utf-8")
    progress("done", len(STAGES), len(STAGES))
    return city


def _ground(people: int, random: np.random.Generator) -> tuple[Plan, Districts]:
    """Draws until a plan has a lake, a lone island and bridges to everywhere (about every second one does)."""
    for _ in range(80):
        plan = draw_plan(people, random)
        districts = None if plan is None else draw_districts(plan, random)
        if plan is not None and districts is not None:
            return plan, districts
    raise RuntimeError(f"no usable ground plan for {people} people in 80 draws; another seed will do")


def _refuse_nonsense(people: int, seed: int, name: str) -> None:
    problems = []
    if not FEWEST <= people <= MOST:
        problems.append(
            f"people={people}: a synthetic town has {FEWEST} to {MOST:,} people; choose a number in between"
        )
    if seed < 0:
        problems.append(f"seed={seed}: a seed is a whole number from 0")
    if not name or not all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in name):
        problems.append(f"name={name!r}: used in file names, so only a-z, A-Z, 0-9, '-' and '_'")
    if problems:
        raise ValueError("; ".join(problems))


def _readme(city: SyntheticCity, town: str) -> str:
    return f"""SYNTHETIC DATA. {town} does not exist.

Generated by stadslab (sources/synthetic), {city.people} people, seed {city.seed}. Streets, names, people, readings and
incidents are invented; the coordinates lie in the open Baltic on purpose. No file here describes a real place or a
real person.
Free of any licence conditions (CC0); contains no OpenStreetMap data although it uses its format.

{city.osm.name}         streets, buildings, places, water and green as OpenStreetMap objects
{city.gtfs.name}        metro, buses and ferry as a GTFS timetable
{city.areas.name}       statistical areas in SWEREF 99 TM (EPSG:3006)
{city.people_table.name}       people by area, age, income and origin, and jobs; ".." is a withheld number
{city.sensors.name}      hourly NO2 readings (ug/m3, UTC), with gaps and one sensor that hangs
{city.incidents.name}    dated incidents (local time)
{city.truths_file.name}      everything that was planted, with numbers and how to check it
"""
