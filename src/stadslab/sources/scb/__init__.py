"""Statistics Sweden: population by age, income, education, tenure and background of small areas (DeSO, RegSO)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from stadslab.core.errors import InputError, Problem, raise_errors
from stadslab.core.layer import Layer, Stamp, Verdict
from stadslab.core.progress import Progress, silent
from stadslab.core.source import Raw, Source
from stadslab.core.units import About, Unit

if TYPE_CHECKING:
    from stadslab.core.city import City

API = "https://api.scb.se/OV0104/v1/doris/sv/ssd"
TITLE = "Statistics Sweden, statistical database"
LICENCE = "CC0-1.0"
ATTRIBUTION = "Source: Statistics Sweden (SCB)"
HOMEPAGE = "https://www.scb.se"
MOST_CELLS = 150_000


def read(
    raw: Raw,
    city: City | None,
    *,
    progress: Progress = silent,
    drop_unknown: Annotated[bool, About("leave out rows of areas the city does not have, and count them")] = False,
) -> list[Layer]:
    """Who lives in each small area? Tables of Statistics Sweden (JSON-stat 2) become the layer `people`.

    Codes lose their suffix (`0114A0010_DeSO2025` is area `0114A0010`) and the edition it names becomes the vintage,
    which must be that of the city's areas. Withheld cells (`..`) stay withheld; the median income is carried as a mean
    and never summed. Groups and their plain names stand in `sources/scb/tables.py`. A city that has people keeps them,
    except the dimensions this load brings.

    Raises `InputError` with every problem at once: an answer that is not whole, tells an error or is of another table,
    several years or editions at once, groups that are missing, a table without a single number, areas the city lacks.

    Blind spots: from 2024 on small counts are perturbed by the office (cell key method), so groups need not sum to
    the total; this is noted, not mended.
    """
    from stadslab.sources import people
    from stadslab.sources.scb import reading
    from stadslab.sources.scb.cube import read_cube
    from stadslab.sources.scb.fetching import digest_of

    problems: list[Problem] = []
    cubes = []
    for done, file in enumerate(raw.files):
        progress("reading people", done, len(raw.files))
        try:
            cubes.append(read_cube(file.path))
        except InputError as error:
            problems += error.problems
    if not raw.files:
        problems.append(Problem("scb", "no file was given", "name at least one table in JSON-stat 2"))
    raise_errors(problems)
    subjects = reading.gather(cubes, problems)
    editions = {edition for told in subjects for edition in told.editions}
    if len(editions) > 1:
        what = f"the tables are of several editions of the areas: {', '.join(sorted(editions))}"
        problems.append(Problem("scb", what, "load one edition: the same code may have another shape"))
    raise_errors(problems)
    vintage = next(iter(editions))
    options = people.Options(vintage=vintage, drop_unknown=drop_unknown)
    parts = []
    for told in subjects:
        part, found = people.keyed_part(*reading.as_table(told), city, options)
        problems += found
        parts.append(part)
    raise_errors(problems)
    progress("reading people", len(raw.files), len(raw.files))
    years = ", ".join(sorted({year for told in subjects for year in told.years}))
    stamp = Stamp(
        source="scb",
        title=f"{TITLE}: {', '.join(told.subject.title.lower() for told in subjects)}, {years}",
        licence=LICENCE,
        attribution=ATTRIBUTION,
        homepage=HOMEPAGE,
        inputs=raw.inputs,
        params=_params(drop_unknown, digest_of(list(raw.files))),
        verdict=Verdict(0, 0),
        vintage=vintage,
    )
    return [people.layer_of(parts, city, options, None, stamp)]


def _params(drop_unknown: bool, together: str) -> dict[str, Any]:
    return {"drop_unknown": drop_unknown, "sha256": together}


def fetch(
    cache: Path,
    *,
    progress: Progress = silent,
    year: Annotated[int, Unit("", 2010, 2100), About("the year the numbers are of, at its end")],
    level: Annotated[
        Literal["deso", "regso"], About("small areas (deso) or larger ones made of them (regso)")
    ] = "deso",
    region: Annotated[str, About("code of a county (01 is Stockholm) or municipality (0180)")] = "01",
    tables: Annotated[tuple[str, ...], About("which of age, income, education, tenure, background")] = (
        "age",
        "income",
        "education",
        "tenure",
        "background",
    ),
    api: Annotated[str, About("address of the statistical database (PxWeb, version 1)")] = API,
    cells: Annotated[int, Unit("1", 1, 1_000_000), About("cells a query may have at most")] = MOST_CELLS,
    sha256: Annotated[str, About("digest all answers together must have, as told by an earlier load; empty: any")] = "",
    again: Annotated[bool, About("ask the server even when the answers are in the cache")] = False,
) -> Raw:
    """Fetch tables of Statistics Sweden for one county or municipality and one year.

    From 2024 on the areas are those of 2025 (DeSO 2025, RegSO 2025), before that the first ones. Queries are made small
    enough for the server's limits and asked one after the other, with pauses; each answer is kept in `cache` and not
    asked for again. The income of a year is published a year later than the rest.

    Raises `InputError` when a table lacks the year, the areas or the codes asked for (it tells what there is),
    `NotFoundError` when the table is gone, `FetchError` when the server cannot be reached, refuses, or answers with
    half a table. The cache then holds what it held before, and the answers that came whole.
    """
    import time

    from stadslab.sources.scb.fetching import Asked, fetched

    asked = Asked(level, year, region, tuple(tables), api, cells, sha256, again)
    return fetched(cache, asked, progress=progress, sleep=time.sleep)


def _sniff(path: Path) -> bool:
    from stadslab.sources.scb.cube import looks_like_cube

    return looks_like_cube(path)


SOURCE = Source(
    id="scb",
    title=TITLE,
    licence=LICENCE,
    attribution=ATTRIBUTION,
    homepage=HOMEPAGE,
    provides=("people",),
    suffixes=(".jsonstat", ".json"),
    read=read,
    fetch=fetch,
    sniff=_sniff,
    about="People of small areas (DeSO, RegSO) by age, income, education, tenure and background.",
    examples=(
        "stadslab load stockholm --source scb --year 2024 --region 01",
        "stadslab load malmo --source scb --year 2023 --region 1280 --tables age --tables education",
    ),
)
