"""From an OpenStreetMap extract to tables: our source beside GDAL, above the floor of merely passing over the file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.child import Clock, SkippedError, run
from benchmarks.data import real
from benchmarks.report import Section, in_turn, median, plain, ratio, seconds, under

EXTRACTS = {
    "Liechtenstein": "osm/liechtenstein.osm.pbf",
    "Andorra": "osm/andorra.osm.pbf",
    "Porto Alegre": "peer_porto_alegre/poa.osm.pbf",
    "Stockholm, driving network": "osm/stockholm_drive_2020_rebuilt.osm.pbf",
}


def ours(clock: Clock, path: str, layers: tuple[str, ...] = ()) -> dict[str, Any]:
    """Layers with their verdicts."""
    with clock("import"):
        import numpy  # noqa: F401
        import osmium  # noqa: F401
        import pyarrow  # noqa: F401
        import shapely  # noqa: F401

        from stadslab.core.source import Raw, RawFile
        from stadslab.sources import osm
    with clock("read"):
        made = osm.read(Raw((RawFile(Path(path), ""),)), layers=tuple(layers))
    return {"rows": sum(layer.scan().num_rows for layer in made)}


def gdal(clock: Clock, path: str, streets: bool = False) -> dict[str, Any]:
    """The tables of GDAL's OSM driver: geometries and tags, no junctions, no categories, no permissions."""
    with clock("import"):
        import pyarrow  # noqa: F401
        import pyogrio
    if "OSM" not in pyogrio.list_drivers():
        raise SkippedError("this GDAL has no OSM driver")
    names = ("lines",) if streets else ("points", "lines", "multilinestrings", "multipolygons")
    where = "highway IS NOT NULL" if streets else None
    with clock("read"):
        tables = [pyogrio.read_arrow(path, layer=name, where=where)[1] for name in names]
    return {"rows": sum(table.num_rows for table in tables)}


def floor(clock: Clock, path: str) -> dict[str, Any]:
    """Every object of the file handed to Python, and nothing done with it."""
    with clock("import"):
        import osmium
    with clock("read"):
        objects = sum(1 for _ in osmium.FileProcessor(path))
    return {"rows": objects}


def measure(rounds: int, say: Callable[[str], None]) -> list[Section]:
    """One table over all extracts."""
    section = Section(
        "load: reading an extract",
        ("extract, contender", "read s", "read cpu s", "peak MB", "rows", "rows/s", "ours / it, cpu", "ours / it, MB"),
    )
    for title, name in EXTRACTS.items():
        try:
            path = real(name)
        except SkippedError as why:
            section.notes.append(f"{title}: skipped, {why}")
            continue
        seen = in_turn(
            {
                "ours, all layers": partial(run, "loading.ours", path=path),
                "GDAL, all layers": partial(run, "loading.gdal", path=path),
                "floor: osmium passes over all objects": partial(run, "loading.floor", path=path),
                "ours, streets only": partial(run, "loading.ours", path=path, layers=("streets",)),
                "GDAL, lines with highway": partial(run, "loading.gdal", path=path, streets=True),
            },
            rounds,
            under(title, say),
        )
        section.raw[title] = plain(seen)
        mine = median(seen["ours, all layers"])
        for contender, outcomes in seen.items():
            o = median(outcomes)
            if o.skipped:
                section.notes.append(f"{title}, {contender}: skipped, {o.skipped}")
                continue
            ours_again = contender.startswith("ours")
            mine = o if ours_again else mine
            wall, cpu = o.phases["read"]
            beside = ("", "") if ours_again else (ratio(mine.phases["read"][1], cpu), ratio(mine.peak_mb, o.peak_mb))
            figures = (seconds(wall), seconds(cpu), f"{o.peak_mb:.0f}", f"{o.facts['rows']:,}")
            section.rows.append((f"{title}: {contender}", *figures, f"{o.facts['rows'] / wall:,.0f}", *beside))
    return [section]
