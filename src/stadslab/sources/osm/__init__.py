"""OpenStreetMap: streets, places, green, water, buildings, entrances and barriers from an extract."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from stadslab.core.city import City
from stadslab.core.errors import InputError, Problem, raise_errors
from stadslab.core.layer import Layer, Stamp
from stadslab.core.progress import Progress, silent
from stadslab.core.source import Box, Raw, Source
from stadslab.core.units import About, Unit

if TYPE_CHECKING:
    import pyarrow as pa

    from stadslab.sources.osm.collect import Collected
    from stadslab.sources.osm.opening import Head
    from stadslab.sources.osm.verdict import Tally

LAYERS = ("streets", "places", "green", "water", "buildings", "entrances", "barriers")
TITLE = "OpenStreetMap"
LICENCE = "ODbL-1.0"
ATTRIBUTION = "© OpenStreetMap contributors"
OVERPASS = "https://overpass-api.de/api/interpreter"
EXTRACTS = "https://download.geofabrik.de"
HOMEPAGE = "https://www.openstreetmap.org/copyright"

Corners = Annotated[
    tuple[float, ...],
    Unit("degrees", -180.0, 180.0),
    About("keep what touches this box: west, south, east, north in degrees; empty: everything"),
]


def read(
    raw: Raw,
    city: City | None = None,  # noqa: ARG001 - a map needs no city to be read
    *,
    progress: Progress = silent,
    box: Corners = (),
    layers: Annotated[tuple[str, ...], About(f"only these of {', '.join(LAYERS)}; empty: all")] = (),
) -> list[Layer]:
    """What does this OpenStreetMap extract say about the city?

    One file (.osm.pbf, .osm, .osm.gz, .osm.bz2) in, layers out, each with its verdict of rows in, kept and dropped.
    Streets are cut where ways share a node (`sources.osm.streets` tells who may use them), places follow the table in
    `sources.osm.places`, areas that in `sources.osm.areas_of`. Junctions are found before the box is applied, so ids do
    not depend on it; a row is kept whole when it touches the box. The order of objects in the file does not matter.

    Raises `InputError` when the file is missing, empty, cut off or not what its name says, when the box is empty or
    inverted, when a layer's name is not known, and when there is no street (unless streets are not asked for).

    Blind spots: opening hours, turn restrictions, ferries, indoor levels, the sea, objects with negative ids.
    """
    from stadslab.sources.osm import opening
    from stadslab.sources.osm.collect import collect

    area, wanted = _checked(raw, box, layers)
    path = raw.files[0].path
    opening.check(path)
    head = opening.head_of(path)
    try:
        found = collect(path, areas=bool(set(wanted) - {"streets"}), progress=progress)
    except (RuntimeError, UnicodeDecodeError) as error:
        raise opening.unreadable(path, error) from None
    params = {"box": list(box), "layers": sorted(wanted)}
    made = []
    for step, (name, table, tally) in enumerate(_tables(found, head, area, wanted)):
        progress("making layers", step, len(wanted))
        if name == "streets" and not table.num_rows:
            raise InputError(_no_streets(path.name, area, head))
        made.append(Layer.of(name, table, _stamp(raw, head, found, params, tally, table.num_rows)))
    progress("making layers", len(wanted), len(wanted))
    return made


def _checked(raw: Raw, box: tuple[float, ...], layers: tuple[str, ...]) -> tuple[Box | None, tuple[str, ...]]:
    problems = []
    if len(raw.files) != 1:
        names = ", ".join(f.path.name for f in raw.files) or "none"
        problems.append(
            Problem("osm", f"one map file is needed, {len(raw.files)} were given: {names}", "load them one at a time")
        )
    problems += [
        Problem("osm, layers", f"no layer is called {name!r}", f"known: {', '.join(LAYERS)}")
        for name in layers
        if name not in LAYERS
    ]
    area = None
    if len(box) not in (0, 4):
        problems.append(
            Problem("osm, box", f"{len(box)} numbers were given: {tuple(box)}", "give west, south, east, north")
        )
    elif box:
        area = Box(*box)
        problems += box_problems(area)
    raise_errors(problems)
    return area, tuple(name for name in LAYERS if not layers or name in layers)


def box_problems(box: Box, where: str = "osm, box") -> list[Problem]:
    """What is wrong with this box? Nothing when it encloses a part of the earth."""
    problems = []
    remedy = "give west, south, east, north in degrees, west below east and south below north"
    if not box.west < box.east:
        problems.append(Problem(where, f"it is empty: west {box.west:g} is not below east {box.east:g}", remedy))
    if not box.south < box.north:
        problems.append(Problem(where, f"it is empty: south {box.south:g} is not below north {box.north:g}", remedy))
    if not (-90 <= box.south <= 90 and -90 <= box.north <= 90 and -180 <= box.west <= 180 and -180 <= box.east <= 180):
        problems.append(
            Problem(where, f"it leaves the earth: {box.west:g}, {box.south:g}, {box.east:g}, {box.north:g}", remedy)
        )
    return problems


def _tables(
    found: Collected, head: Head, area: Box | None, wanted: tuple[str, ...]
) -> list[tuple[str, pa.Table, Tally]]:
    from stadslab.sources.osm import areas_of, doors, places
    from stadslab.sources.osm.street_rows import streets_table
    from stadslab.sources.osm.verdict import Tally

    makers: dict[str, Callable[[Tally], Any]] = {
        "streets": lambda tally: streets_table(found.streets, head, tally),
        "places": lambda tally: places.places_table([*found.points, *found.areas], tally),
        "green": lambda tally: areas_of.green_table(found.areas, tally),
        "water": lambda tally: areas_of.water_table(found.areas, tally, found.coastline),
        "buildings": lambda tally: areas_of.buildings_table(found.areas, tally),
        "entrances": lambda tally: doors.entrances_table(found.points, tally),
        "barriers": lambda tally: doors.barriers_table(found.points, found.street_nodes(), tally),
    }
    tables = []
    for name in wanted:
        tally = Tally()
        table = makers[name](tally)
        tables.append((name, table if area is None else _within(table, area, tally), tally))
    return tables


def _within(table: pa.Table, box: Box, tally: Tally) -> pa.Table:
    """The rows that touch the box."""
    import numpy as np
    import pyarrow as pa
    import shapely

    shapes = shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object))
    inside = shapely.intersects(shapes, shapely.box(box.west, box.south, box.east, box.north))
    tally.drop("outside the box asked for", *(table["id"].filter(pa.array(~inside)).to_pylist()))
    return table.filter(pa.array(inside))


def _stamp(raw: Raw, head: Head, found: Collected, params: dict[str, Any], tally: Tally, rows: int) -> Stamp:
    if found.sorted_first:
        tally.note("the file was not in order (nodes, ways, relations, each once); it was put in order first")
    if found.repeated:
        tally.note(f"{found.repeated:,} objects occur more than once in the file; the newest version of each is kept")
    return Stamp(
        source="osm",
        title="Synthetic city in OpenStreetMap form" if head.synthetic else TITLE,
        licence="CC0-1.0 (synthetic)" if head.synthetic else LICENCE,
        attribution="Stadslab, synthetic" if head.synthetic else ATTRIBUTION,
        homepage=HOMEPAGE,
        inputs=raw.inputs,
        params=params,
        verdict=tally.verdict(rows),
        vintage=head.date or found.newest,
        synthetic=head.synthetic,
    )


def _no_streets(name: str, area: Box | None, head: Head) -> Problem:
    if area is None:
        hint = "fetch an extract with highways, or ask for other layers only (layers=places)"
        return Problem(name, "there is no street in the file", hint)
    covered = "the file covers " + ", ".join(f"{v:g}" for v in head.box) if head.box else "look where the file lies"
    box = f"{area.west:g}, {area.south:g}, {area.east:g}, {area.north:g}"
    return Problem(name, f"there is no street in the box {box}", covered)


def fetch(
    cache: Path,
    *,
    progress: Progress = silent,
    place: Annotated[
        str, About("name of a town or district as on the map, `Centrum, Eindhoven` where several share it")
    ] = "",
    box: Annotated[
        tuple[float, ...], Unit("degrees", -180.0, 180.0), About("west, south, east, north in degrees")
    ] = (),
    region: Annotated[str, About("region of the extract server, such as europe/liechtenstein")] = "",
    overpass: Annotated[str, About("address of the Overpass server")] = OVERPASS,
    extracts: Annotated[str, About("address of the extract server")] = EXTRACTS,
    sha256: Annotated[str, About("digest the file must have; empty: any")] = "",
    again: Annotated[bool, About("ask the server even when the answer is in the cache")] = False,
) -> Raw:
    """Fetch the map of one area: a place by name or a box from Overpass, or a region from an extract server.

    Exactly one of place, box and region. The answer is kept in `cache` under a name with the digest of the request and
    not asked for again; a broken download is continued; a server that asks to wait is waited for, ten minutes at most.

    Raises `InputError` when the area is not named or too large for Overpass, `NotFoundError` when the server does not
    know it, and `FetchError` when the server cannot be reached or breaks off. The cache then holds what it held before.
    """
    import time

    from stadslab.sources.osm.fetching import fetched

    return fetched(
        cache,
        progress=progress,
        sleep=time.sleep,
        place=place,
        box=box,
        region=region,
        overpass=overpass,
        extracts=extracts,
        sha256=sha256,
        again=again,
    )


def _sniff(path: Path) -> bool:
    from stadslab.sources.osm.opening import looks_like_osm

    return looks_like_osm(path)


SOURCE = Source(
    id="osm",
    title=TITLE,
    licence=LICENCE,
    attribution=ATTRIBUTION,
    homepage=HOMEPAGE,
    provides=LAYERS,
    suffixes=(".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2"),
    read=read,
    fetch=fetch,
    sniff=_sniff,
    about="Streets, places, green, water, buildings, entrances and barriers from an extract of the free world map.",
    examples=(
        "stadslab load vaduz liechtenstein.osm.pbf",
        "stadslab load vaduz --source osm --place Vaduz",
    ),
)
