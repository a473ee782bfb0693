"""Places from a table or vector file: schools, clinics, shops of one's own list become the layer `places`."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from stadslab.core.errors import InputError, Problem, raise_errors
from stadslab.core.kinds import kinds_named
from stadslab.core.layer import Layer, Stamp, Verdict
from stadslab.core.progress import Progress, silent
from stadslab.core.source import Raw, Source
from stadslab.core.units import About
from stadslab.sources._tables import data_files, limited, read_table

if TYPE_CHECKING:
    from stadslab.core.city import City
    from stadslab.sources._tables import Table

MOST_AT_ONE_POINT = 10_000


def read(
    raw: Raw,
    city: City | None = None,
    *,
    progress: Progress = silent,
    kind: Annotated[str, About("kind of every place in the file (school, clinic, ...)")] = "",
    kind_column: Annotated[
        str, About("column that holds the kind of each place, in words of `stadslab list kinds`")
    ] = "",
    count_column: Annotated[
        str, About("column that says how many places stand at each point; a row of 0 is left out")
    ] = "",
    name_column: Annotated[str, About("column of names; empty: one that is called name")] = "",
    id_column: Annotated[str, About("column of ids; empty: the row number")] = "",
    lon: Annotated[str, About("column of longitude, or of metres east with crs")] = "",
    lat: Annotated[str, About("column of latitude, or of metres north with crs")] = "",
    crs: Annotated[str, About("coordinate system of the points, when the file states none or a wrong one")] = "",
    layer: Annotated[str, About("layer inside the file, when it has several")] = "",
    title: Annotated[str, About("what the data set is called by its publisher")] = "",
    licence: Annotated[str, About("licence the publisher states")] = "",
    attribution: Annotated[str, About("how the publisher wants to be named")] = "",
) -> list[Layer]:
    """Where are the places people go to? One row a place (or a count of places), in any table or vector file.

    A city that has places keeps them, except the kinds this load brings: two lists of schools are not added up. Shapes
    become one point inside them. Raises `InputError` with every problem at once: no kind or an unknown one, points that
    are blank or far from the streets, counts that are no whole numbers.
    """
    problems: list[Problem] = []
    if bool(kind) == bool(kind_column):
        problems.append(Problem("places", "give either kind or kind_column", "such as --kind school"))
    if kind and kinds_named(kind) != (kind,):
        problems.append(
            Problem("kind", f"{kind!r} names several kinds of place", f"one of {', '.join(kinds_named(kind))}")
        )
    raise_errors(problems)
    rows: list[dict[str, Any]] = []
    read_rows, dropped, notes = 0, Counter[str](), []
    files = data_files(raw)
    for done, path in enumerate(files):
        progress("reading places", done, len(files))
        table = read_table(path, layer)
        shapes, more, told = _points(table, city, lon, lat, crs)
        problems += more
        notes += [*table.notes, *told]
        rows += _rows(table, shapes, kind, kind_column, count_column, name_column, id_column, dropped, problems)
        read_rows += len(table)
    raise_errors(limited(problems, "places"))
    progress("reading places", len(files), len(files))
    kept = read_rows - dropped.total()
    if count_column:
        notes.append(f"{len(rows):,} places stand at {kept:,} points")
    stamp = Stamp(
        source="places",
        title=title or "places from " + ", ".join(path.name for path in files),
        licence=licence or SOURCE.licence,
        attribution=attribution or SOURCE.attribution,
        homepage="",
        inputs=raw.inputs,
        params={
            "kind": kind,
            "kind_column": kind_column,
            "count_column": count_column,
            "name_column": name_column,
            "id_column": id_column,
            "lon": lon,
            "lat": lat,
            "crs": crs,
            "layer": layer,
        },
        verdict=Verdict(read_rows, kept, dict(dropped), tuple(notes)),
    )
    return [_joined(city, rows, stamp)]


def sniff(path: Path) -> bool:
    """Is there a column of kinds of place?"""
    try:
        return "kind" in read_table(path).columns
    except InputError:
        return False


def _points(table: Table, city: City | None, lon: str, lat: str, crs: str) -> tuple[Any, list[Problem], list[str]]:
    """One point a row in longitude and latitude, what is wrong with them, and notes."""
    import numpy as np
    import shapely

    from stadslab.sources._cells import numbers
    from stadslab.sources._columns import position_columns
    from stadslab.sources._place import in_degrees

    columns = (lon, lat) if lon or lat else position_columns(table)
    if table.geometry is not None and not (lon or lat):
        shapes, stated = table.geometry, table.crs
    elif all(name in table.columns for name in columns):
        x, y = (numbers(table.columns[name]).values for name in columns)
        shapes, stated = shapely.points(x, y), "" if crs else "OGC:CRS84"
        shapes[~(np.isfinite(x) & np.isfinite(y))] = None
    else:
        have = ", ".join(table.columns)
        return (
            None,
            [Problem(table.file, "it has no coordinates", f"name them with lon and lat; its columns: {have}")],
            [],
        )
    blank = np.flatnonzero(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    problems = [
        Problem(
            f"{table.file}, row {table.rows[i]}", "the place has no coordinates", "fill them in, or leave the row out"
        )
        for i in blank
    ]
    moved, wrong, notes = in_degrees(shapes, stated, crs, city, table.file)
    return shapely.point_on_surface(moved), [*problems, *wrong], notes


def _rows(
    table: Table, points: Any, kind: str, kind_column: str, count_column: str, name_column: str, id_column: str,
    dropped: Counter[str], problems: list[Problem],
) -> list[dict[str, Any]]:  # fmt: skip
    """A row a place; rows that stand for none are counted in `dropped`."""
    import shapely

    from stadslab.sources._cells import numbers

    wanted = {
        "kind_column": kind_column,
        "count_column": count_column,
        "name_column": name_column,
        "id_column": id_column,
    }
    missing = [
        Problem(table.file, f"there is no column {c!r}", f"{what} is one of {', '.join(table.columns)}")
        for what, c in wanted.items()
        if c and c not in table.columns
    ]
    problems += missing
    if missing or points is None or problems:
        return []
    kinds = table.text(kind_column) if kind_column else [kind] * len(table)
    names = table.text(name_column or "name") if (name_column or "name") in table.columns else [None] * len(table)
    ids = table.text(id_column) if id_column else [str(r) for r in table.rows]
    counts = numbers(table.columns[count_column]).values if count_column else [1.0] * len(table)
    rows = []
    for at, (word, name, own, count) in enumerate(zip(kinds, names, ids, counts, strict=True)):
        where = f"{table.file}, row {table.rows[at]}"
        if math.isnan(count) or count == 0:
            dropped["stand for no place (count 0)" if count == 0 else "count is blank: not known"] += 1
            continue
        if not 0 <= count <= MOST_AT_ONE_POINT or count != int(count):
            problems.append(
                Problem(where, f"{count_column} is {count:g}", f"a whole number from 0 to {MOST_AT_ONE_POINT:,}")
            )
            continue
        try:
            if kinds_named(str(word)) != (word,):
                raise InputError(Problem(where, f"{word!r} names several kinds of place", "one kind a row"))
        except InputError as error:
            problems += [Problem(where, p.what, p.hint) for p in error.problems]
            continue
        for number in range(int(count)):
            suffix = f"~{number + 1}" if count > 1 else ""
            rows.append(
                {
                    "id": f"{table.file}#{word}/{own}{suffix}",
                    "kind": word,
                    "name": name or None,
                    "geometry": shapely.to_wkb(points[at]),
                }
            )
    return rows


def _joined(city: City | None, rows: list[dict[str, Any]], stamp: Stamp) -> Layer:
    """The places of this load with those of other kinds the city has already."""
    from dataclasses import replace

    import pyarrow as pa
    import pyarrow.compute as pc

    from stadslab.core.schema import schema_named

    schema = schema_named("places").arrow
    table = pa.Table.from_pylist(rows, schema=schema)
    if city is not None and "places" in city:
        old = city["places"]
        brought = pc.unique(table["kind"])
        kept = old.scan().filter(pc.invert(pc.is_in(old.scan("kind")["kind"], brought)))
        gone = old.rows - kept.num_rows
        note = f"the city's other {kept.num_rows:,} places stay ({old.stamp.title})" + (
            f"; {gone:,} of the same kinds are replaced" if gone else ""
        )
        verdict = replace(stamp.verdict, notes=(*stamp.verdict.notes, note))
        credit = "; ".join(dict.fromkeys([stamp.attribution, old.stamp.attribution]))
        licences = "; ".join(dict.fromkeys([stamp.licence, old.stamp.licence]))
        stamp = replace(
            stamp,
            verdict=verdict,
            title=f"{stamp.title}; {old.stamp.title}",
            attribution=credit.strip("; "),
            licence=licences,
            inputs=(*stamp.inputs, *old.stamp.inputs),
            synthetic=old.stamp.synthetic,
        )
        table = pa.concat_tables([table, kept.select(schema.names).cast(schema)])
    return Layer.of("places", table, stamp)


SOURCE = Source(
    id="places",
    title="Places from a table",
    licence="as stated by the publisher of the file",
    attribution="",
    homepage="",
    provides=("places",),
    suffixes=(".csv", ".tsv", ".txt", ".parquet", ".gpkg", ".geojson", ".json", ".shp", ".fgb"),
    read=read,
    sniff=sniff,
    about="One row a place, with coordinates or shapes; or a column that counts places at each point.",
    examples=(
        "stadslab load mycity schools.csv --source places --kind school",
        "stadslab load mycity hexagons.csv --source places --kind school --count-column schools",
    ),
)
