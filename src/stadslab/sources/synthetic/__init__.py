"""The demonstration city: an invented archipelago town as the files a real one would come in, truths planted in it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from stadslab.core.errors import InputError, Problem
from stadslab.core.progress import Progress, silent
from stadslab.core.source import Raw, RawFile, Source
from stadslab.core.units import About, Unit

if TYPE_CHECKING:
    from stadslab.core.city import City
    from stadslab.core.layer import Layer

VINTAGE = "synthetic"


def fetch(
    cache: Path,
    *,
    progress: Progress = silent,
    people: Annotated[int, Unit("people", 500, 250_000), About("how large the town is")] = 20_000,
    seed: Annotated[int, Unit("1", 0, 2**31), About("another seed is another town")] = 1,
) -> Raw:
    """Which files does a town of this size and seed come in? Generated, not downloaded: the same bytes every time."""
    from stadslab.sources.synthetic.generate import generate

    town = generate(cache / f"synthetic-{people}-{seed}", people=people, seed=seed, progress=progress)
    files = (town.osm, town.areas, town.people_table, town.gtfs)
    return Raw(tuple(RawFile(f, hashlib.sha256(f.read_bytes()).hexdigest(), "generated") for f in files))


def read(raw: Raw, city: City | None, *, progress: Progress = silent) -> list[Layer]:
    """What do the files of a generated town say? Read by the very sources a real city uses, then labelled synthetic."""
    from stadslab.core.city import City
    from stadslab.sources import areas, gtfs, osm, people

    needed = (".osm.pbf", "-areas.gpkg", "-people.csv")
    found = {e: [f for f in raw.files if f.path.name.endswith(e)] for e in (*needed, ".gtfs.zip")}
    missing = [ending for ending in needed if len(found[ending]) != 1]
    if missing:
        what = f"one file ending in {' and '.join(missing)} is needed"
        raise InputError(Problem("synthetic", what, "give the three files, or none to have them made"))
    streets, outlines, table = (Raw((found[ending][0],)) for ending in needed)
    layers = osm.read(streets, city, progress=progress)
    layers += areas.read(
        outlines, None, progress=progress, id_column="area_code", name_column="area_name", vintage=VINTAGE
    )
    town = City("synthetic", "EPSG:3006").with_layer(*layers)
    layers += people.read(table, town, progress=progress, key="area_code", vintage=VINTAGE, **people_params())
    if found[".gtfs.zip"]:
        layers += gtfs.read(Raw(tuple(found[".gtfs.zip"])), town, progress=progress, feed="town")
    return [_labelled(layer) for layer in layers]


def people_params() -> dict[str, Any]:
    """How the people table of a generated town is read."""
    return {"total": "total"}


def _labelled(layer: Layer) -> Layer:
    stamp = replace(
        layer.stamp,
        synthetic=True,
        title="Demonstration city (synthetic)",
        licence="CC0-1.0",
        attribution="Stadslab, synthetic",
    )
    return replace(layer, stamp=stamp)


SOURCE = Source(
    id="synthetic",
    title="Demonstration city (invented)",
    licence="CC0-1.0",
    attribution="Stadslab, synthetic",
    homepage="",
    provides=(
        "streets",
        "places",
        "green",
        "water",
        "buildings",
        "entrances",
        "barriers",
        "areas",
        "people",
        "stops",
        "routes",
        "trips",
        "service_days",
        "frequencies",
    ),
    suffixes=(),
    read=read,
    fetch=fetch,
    about="An archipelago town that exists nowhere, with truths planted in it, for trying things out and for tests.",
    examples=("stadslab load demo --source synthetic --people 20000 --seed 1",),
)
