"""Travel times that somebody has computed already: the table of any routing engine becomes the layer `travel_times`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from stadslab.core.errors import InputError, Problem, raise_errors
from stadslab.core.layer import Layer, Stamp, Verdict
from stadslab.core.progress import Progress, silent
from stadslab.core.source import Raw, Source
from stadslab.core.units import About
from stadslab.sources._tables import PARQUET_SUFFIXES, TEXT_SUFFIXES, data_files, limited, read_table, some

if TYPE_CHECKING:
    from stadslab.core.city import City
    from stadslab.sources._tables import Table

FROM = ("from_id", "from_area", "from", "origin", "origin_id", "orig", "orig_id", "o")
TO = ("to_id", "to_area", "to", "destination", "destination_id", "dest", "dest_id", "d")
TIME = ("minutes", "travel_time", "travel_time_p50", "travel_time_minutes", "time", "duration")
A_MINUTE = {"min": 1.0, "s": 60.0, "h": 1 / 60}
UNREACHABLE = "not reachable (blank or endless)"
LONGER = "a longer time for the same pair"


def read(
    raw: Raw,
    city: City | None = None,
    *,
    progress: Progress = silent,
    from_column: Annotated[str, About("column of the ids where trips start; empty: found by name")] = "",
    to_column: Annotated[str, About("column of the ids where trips end; empty: found by name")] = "",
    time_column: Annotated[str, About("column of travel times; empty: found by name")] = "",
    unit: Annotated[Literal["min", "s", "h"], About("unit of the times in the file")] = "min",
    repeated: Annotated[
        Literal["refuse", "shortest"],
        About("what to do with a pair that has several times: refuse, or keep the shortest"),
    ] = "refuse",
    title: Annotated[str, About("what the data set is called by its publisher")] = "",
    licence: Annotated[str, About("licence the publisher states")] = "",
    attribution: Annotated[str, About("how the publisher wants to be named")] = "",
) -> list[Layer]:
    """How long does it take from each area to each other? One row a pair, made by any routing engine.

    The ids are those of the reporting units on which questions will be asked: areas loaded before, or H3 cells. A pair
    that is absent, blank or endless is not reachable; the way from an area to itself is a pair like any other. Several
    files are one table.

    Raises `InputError` with every problem at once: columns that are not found, ids that are blank, times that are no
    numbers or negative, pairs that occur twice (unless `repeated` is `shortest`). Blind spots: what the times mean
    (mode, hour, walking) is known only to who made them; say it in `title`.
    """
    import pyarrow as pa

    files = data_files(raw)
    problems: list[Problem] = []
    parts: list[pa.Table] = []
    dropped = {UNREACHABLE: 0}
    rows = 0
    notes: list[str] = []
    for done, path in enumerate(files):
        progress("reading travel times", done, len(files))
        table = read_table(path)
        rows += len(table)
        notes += table.notes
        names = _columns(table, from_column, to_column, time_column, problems)
        if names is not None:
            parts.append(_pairs(table, names, unit, dropped, problems))
    raise_errors(limited(problems, "travel times"))
    pairs = _once(pa.concat_tables(parts), repeated, dropped)
    progress("reading travel times", len(files), len(files))
    notes += _known_areas(pairs, city)
    stamp = Stamp(
        source="travel_matrix",
        title=title or "travel times from " + ", ".join(path.name for path in files),
        licence=licence or SOURCE.licence,
        attribution=attribution or SOURCE.attribution,
        homepage="",
        inputs=raw.inputs,
        params={
            "from_column": from_column,
            "to_column": to_column,
            "time_column": time_column,
            "unit": unit,
            "repeated": repeated,
        },
        verdict=Verdict(rows, pairs.num_rows, {why: n for why, n in dropped.items() if n}, tuple(notes)),
    )
    return [Layer.of("travel_times", pairs, stamp)]


def sniff(path: Path) -> bool:
    """Are there columns of origins, destinations and times? Looks at the names of columns only."""
    try:
        names = {name.strip().lower() for name in _names(path)}
    except (InputError, OSError, ValueError):
        return False
    return all(names & set(words) for words in (FROM, TO, TIME))


def _names(path: Path) -> list[str]:
    if path.name.lower().endswith(PARQUET_SUFFIXES):
        import pyarrow.parquet as pq

        return list(pq.read_schema(path).names)
    if path.name.lower().endswith(".gz"):
        return list(read_table(path).columns)
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        head = stream.readline(10_000)
    cut = max(";\t,|", key=head.count)
    return [name.strip().strip('"') for name in head.split(cut)]


def _columns(table: Table, start: str, end: str, time: str, problems: list[Problem]) -> tuple[str, str, str] | None:
    """The columns of origins, destinations and times; None, and problems, where one is not found."""
    low = {name.strip().lower(): name for name in reversed(table.columns)}
    found, have = [], ", ".join(table.columns)
    for param, given, words in (("from_column", start, FROM), ("to_column", end, TO), ("time_column", time, TIME)):
        name = given if given in table.columns else "" if given else next((low[w] for w in words if w in low), "")
        if not name:
            what = f"there is no column {given!r}" if given else f"no column is called {' or '.join(words[:4])}"
            problems.append(Problem(f"{table.file}, {param}", what, f"name it with {param}; it has: {have}"))
        found.append(name)
    return (found[0], found[1], found[2]) if all(found) else None


def _pairs(
    table: Table, names: tuple[str, str, str], unit: str, dropped: dict[str, int], problems: list[Problem]
) -> Any:
    """Rows from_area, to_area, minutes of one file, those not reachable left out and counted."""
    import numpy as np
    import pyarrow as pa

    from stadslab.sources._cells import numbers

    ends = [pa.array(table.text(name), pa.string()) for name in names[:2]]
    for name, ids in zip(names, ends, strict=False):
        blank = np.flatnonzero(np.asarray(ids) == "").tolist()
        problems += limited([Problem(table.where(i), f"{name} is blank", "fill it in") for i in blank], table.file)
    read_times = numbers(table.columns[names[2]])
    odd = [(i, text) for i, text in read_times.odd if text.lower() not in ("inf", "+inf", "infinity")]
    odd += [(i, "a dash") for i in read_times.dashes] + [(i, "a comma") for i in read_times.commas]
    hint = "a number, or blank where there is no way"
    problems += limited([Problem(table.where(i), f"{names[2]} is {t!r}", hint) for i, t in sorted(odd)], table.file)
    minutes = read_times.values / A_MINUTE[unit]
    below = np.flatnonzero(minutes < 0).tolist()
    problems += limited(
        [Problem(table.where(i), f"{names[2]} is {read_times.values[i]:g}", "times are not negative") for i in below],
        table.file,
    )
    reached = np.isfinite(minutes)
    dropped[UNREACHABLE] += int((~reached).sum())
    rows = pa.table({"from_area": ends[0], "to_area": ends[1], "minutes": minutes})
    return rows.filter(pa.array(reached))


def _once(pairs: Any, repeated: str, dropped: dict[str, int]) -> Any:
    """One row a pair, with its id; the shortest of several where asked, else `InputError`."""
    import pyarrow.compute as pc

    pairs = pairs.append_column("id", pc.binary_join_element_wise(pairs["from_area"], pairs["to_area"], ">"))
    alone = pairs.group_by(["id", "from_area", "to_area"]).aggregate([("minutes", "min"), ("minutes", "count")])
    more = pairs.num_rows - alone.num_rows
    if more and repeated == "refuse":
        twice = sorted(alone.filter(pc.greater(alone["minutes_count"], 1))["id"].to_pylist())
        hint = "keep one row a pair (one hour, one percentile), or say repeated=shortest"
        raise InputError(Problem("travel times", f"{len(twice):,} pairs have several times: {some(twice)}", hint))
    if more:
        dropped[LONGER] = more
    return alone.select(["id", "from_area", "to_area", "minutes_min"]).rename_columns(
        ["id", "from_area", "to_area", "minutes"]
    )


def _known_areas(pairs: Any, city: City | None) -> list[str]:
    """How many of the ids are areas of the city, in words."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = pc.unique(pa.chunked_array([*pairs["from_area"].chunks, *pairs["to_area"].chunks], pa.string()))
    notes = [f"{pairs.num_rows:,} pairs between {len(ids):,} areas; a pair without a row is not reachable"]
    own = pairs.filter(pc.equal(pairs["from_area"], pairs["to_area"])).num_rows
    if own < len(ids):
        notes.append(f"{len(ids) - own:,} areas have no way to themselves: what lies in them is not counted as reached")
    for name, layer in sorted((city.layers if city is not None else {}).items()):
        if layer.schema.name == "areas":
            among = pc.sum(pc.is_in(ids, layer.scan("id")["id"].combine_chunks())).as_py() or 0
            notes.append(f"{among:,} of them are among the {layer.rows:,} areas of {name}")
    return notes


SOURCE = Source(
    id="travel_matrix",
    title="Travel times from a table",
    licence="as stated by the publisher of the file",
    attribution="",
    homepage="",
    provides=("travel_times",),
    suffixes=(*TEXT_SUFFIXES, *PARQUET_SUFFIXES),
    read=read,
    sniff=sniff,
    about="Ready-made travel times: one row a pair of areas (from, to, minutes), from any routing engine.",
    examples=("stadslab load mycity matrix.parquet --source travel_matrix --title 'by bus on a Tuesday at 8'",),
)
