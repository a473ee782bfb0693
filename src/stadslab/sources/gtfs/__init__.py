"""Public transport: stops, lines and the timetable of every trip, from GTFS feeds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from stadslab.core.errors import InputError, Problem, raise_errors
from stadslab.core.progress import Progress, silent
from stadslab.core.source import Raw, Source
from stadslab.core.units import About, Secret

if TYPE_CHECKING:
    from stadslab.core.city import City
    from stadslab.core.layer import Layer
    from stadslab.sources.gtfs.opening import Feed
    from stadslab.sources.gtfs.reading import Timetable

LAYERS = ("stops", "routes", "trips", "service_days", "frequencies", "transfers", "pathways")
TITLE = "Timetable (GTFS)"
LICENCE = "licence as stated by the publisher"
TRAFIKLAB = "https://opendata.samtrafiken.se/gtfs"


def read(
    raw: Raw,
    city: City | None = None,
    *,
    progress: Progress = silent,
    feed: Annotated[str, About("name of the timetable, part of every id; empty: the name of its file")] = "",
    timezone: Annotated[str, About("clock of its times, when the feed tells none or several")] = "",
    drop_broken: Annotated[
        bool, About("leave out trips that cannot run as written (times going backwards, ...), and count them")
    ] = False,
    title: Annotated[str, About("what the timetable is called by its publisher")] = "",
    licence: Annotated[str, About("licence the publisher states")] = "",
    attribution: Annotated[str, About("how the publisher wants to be named; empty: the publisher the feed names")] = "",
) -> list[Layer]:
    """Which vehicle is when at which stop? Timetables in GTFS become stops, routes, trips and the days they run.

    Each file is a zip or a folder (or all files are those of one timetable, unpacked). Every id carries the name of its
    feed, so several live in one city; a feed of the same name is replaced, the others stay. Calendars are resolved to
    days, untimed stops get times in proportion to distance, trips with one stop are left out. Times stay those of the
    publisher: seconds after noon minus 12 hours of the service day.

    Raises `InputError` with every problem of every file: what is missing or cannot be read, references into the void,
    stops without coordinates, times that go backwards, a clock nobody knows, several clocks, stops far from the city's
    streets, no day with service.

    Source: General Transit Feed Specification, schedule reference. Blind spots: fares, shapes, levels, translations,
    service on demand, boarding between stops.
    """
    from stadslab.sources.gtfs.merging import clock_problems, editions, loaded_before, merged
    from stadslab.sources.gtfs.opening import open_feeds
    from stadslab.sources.gtfs.reading import read_feed

    feeds = open_feeds(raw, feed)
    problems: list[Problem] = []
    tables: dict[str, Timetable] = {}
    for done, one in enumerate(feeds):
        progress("reading timetables", done, len(feeds))
        try:
            raise_errors(loaded_before(city, one.name, one.inputs))
            tables[one.name] = read_feed(one, city, timezone, drop_broken)
        except InputError as error:
            problems += error.problems
    if not problems:
        problems = clock_problems(city, {name: table.timezone for name, table in tables.items()})
    raise_errors(problems)
    for name, table in tables.items():
        table.layers["stops"].verdict["notes"] += editions(city, name, table.layers["stops"].table)
    progress("reading timetables", len(feeds), len(feeds))
    params = {"timezone": timezone, "drop_broken": drop_broken}
    given = {"title": title, "licence": licence, "attribution": attribution}
    records = {one.name: _record(one, tables[one.name], given, params) for one in feeds}
    layers = []
    for name in LAYERS:
        parts = {one: table.layers[name] for one, table in tables.items() if name in table.layers}
        told = {one: {**records[one], "verdict": part.verdict} for one, part in parts.items()}
        layers.append(merged(name, {one: part.table for one, part in parts.items()}, told, city, tables))
    return [layer for layer in layers if layer is not None]


def _record(feed: Feed, table: Timetable, given: dict[str, str], params: dict[str, Any]) -> dict[str, Any]:
    """What the stamp tells of one feed: what the person says, else what the feed says of itself."""
    told = {"title": TITLE, "licence": LICENCE, "attribution": table.publisher}
    if table.synthetic:
        told = {
            "title": "Demonstration city (synthetic)",
            "licence": "CC0-1.0",
            "attribution": "Stadslab, synthetic",
        }
    return {
        **{name: given[name] or text for name, text in told.items()},
        "homepage": table.homepage,
        "vintage": table.vintage,
        "synthetic": table.synthetic,
        "inputs": [list(pair) for pair in feed.inputs],
        "params": params,
    }


def fetch(
    cache: Path,
    *,
    progress: Progress = silent,
    url: Annotated[str, About("address of a timetable (a GTFS zip)")] = "",
    region: Annotated[str, About("region of Trafiklab's GTFS Regional (Sweden), such as sl, ul, skane or vt")] = "",
    key: Annotated[
        str,
        Secret("STADSLAB_TRAFIKLAB_KEY", beside="region"),
        About("your key at Trafiklab, used for the request and kept nowhere"),
    ] = "",
    trafiklab: Annotated[str, About("address of Trafiklab's GTFS Regional")] = TRAFIKLAB,
    sha256: Annotated[str, About("digest the file must have; empty: any")] = "",
    again: Annotated[bool, About("ask the server even when the answer is in the cache")] = False,
) -> Raw:
    """Fetch one timetable: from any address, or that of a Swedish region from Trafiklab.

    Exactly one of url and region. The file is kept in `cache` and not asked for again; a key (`key` for a region, or
    `?key=...` in an address) is in no name, stamp, log or message. Raises `InputError` when it is not clear what to
    fetch or a key is missing, `NotFoundError` when the server has no such file, `FetchError` when it cannot be reached,
    refuses the key or sends something else.
    """
    import time

    from stadslab.sources.gtfs.fetching import fetched

    return fetched(
        cache,
        progress=progress,
        sleep=time.sleep,
        url=url,
        region=region,
        key=key,
        trafiklab=trafiklab,
        sha256=sha256,
        again=again,
    )


def _sniff(path: Path) -> bool:
    from stadslab.sources.gtfs.opening import looks_like_timetable

    return looks_like_timetable(path)


SOURCE = Source(
    id="gtfs",
    title=TITLE,
    licence=LICENCE,
    attribution="",
    homepage="https://gtfs.org",
    provides=LAYERS,
    suffixes=(".zip",),
    read=read,
    fetch=fetch,
    folders=True,
    sniff=_sniff,
    about="Public transport from any GTFS feed: stops, routes, trips, days of service, repeating trips, changes.",
    examples=(
        "stadslab load porto-alegre poa_eptc.gtfs.zip poa_trensurb.gtfs.zip",
        "stadslab load helsinki folder-of-a-timetable --source gtfs --feed hsl",
        "stadslab load helsinki --source gtfs --url https://example.org/hsl.zip",
        "stadslab load stockholm --source gtfs --region sl --key ...",
    ),
)
