"""Areas with borders: statistical areas, districts, catchments, a grid; any vector file, one edition at a time."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from stadslab.core.errors import InputError, Problem, raise_errors
from stadslab.core.layer import Layer, Stamp, Verdict
from stadslab.core.progress import Progress, silent
from stadslab.core.schema import SCHEMAS
from stadslab.core.source import Raw, Source
from stadslab.core.units import About
from stadslab.sources._columns import looks_like_people
from stadslab.sources._place import in_degrees
from stadslab.sources._tables import (
    PARQUET_SUFFIXES,
    VECTOR_SUFFIXES,
    Table,
    data_files,
    limited,
    read_table,
    some,
)

if TYPE_CHECKING:
    from stadslab.core.city import City

NAME_WORDS = ("name", "namn", "navn", "nimi", "nom", "nome", "nombre", "naam", "title")


def read(
    raw: Raw,
    city: City | None,
    *,
    progress: Progress = silent,
    id_column: Annotated[str, About("column of the ids; empty: the first one with a different text in each row")] = "",
    name_column: Annotated[str, About("column that holds the names; empty: one that is called so")] = "",
    vintage: Annotated[str, About("edition of the borders, such as DeSO 2018")] = "",
    crs: Annotated[str, About("coordinate system of the file, when it states none or a wrong one")] = "",
    layer: Annotated[str, About("layer inside the file, when it has several")] = "",
    called: Annotated[str, About("name of the layer in the city, when it keeps several sets of areas")] = "areas",
    repair: Annotated[bool, About("repair outlines that cross themselves, and say so")] = False,
    title: Annotated[str, About("what the data set is called by its publisher")] = "",
    licence: Annotated[str, About("licence the publisher states")] = "",
    attribution: Annotated[str, About("how the publisher wants to be named")] = "",
) -> list[Layer]:
    """Which areas is the city divided into? Any file with polygons becomes the layer `areas`.

    Ids are kept as given, as text. Coordinates are moved to longitude and latitude. Raises `InputError` with every
    problem at once: no or a wrong coordinate system, ids that are blank or occur twice, outlines that are missing, no
    polygons, or that cross themselves (unless `repair`). Borders that overlap or leave gaps are not checked.
    """
    files = data_files(raw)
    if len(files) > 1:
        listed = ", ".join(path.name for path in files)
        hint = "load one set of areas at a time, or join the files"
        raise InputError(Problem("areas", f"{len(files)} files: {listed}", hint))
    _check_layer_name(called)
    progress("reading areas", 0, 2)
    table = read_table(files[0], layer)
    if table.geometry is None:
        hint = "a table without outlines goes to the source people"
        raise InputError(Problem(table.file, "it holds no outlines", hint))
    if not len(table):
        raise InputError(Problem(table.file, "it holds no areas (0 rows)", "is it the right file, and a whole one?"))
    notes = list(table.notes)
    ids, id_notes = _ids(table, id_column)
    names = _names(table, name_column)
    progress("checking areas", 1, 2)
    shapes, problems, place_notes = in_degrees(table.geometry, table.crs, crs, city, table.file)
    problems = [*_id_problems(table, ids), *problems]
    shapes, outline_problems, outline_notes = _outlines(table, ids, shapes, repair)
    raise_errors([*problems, *outline_problems])
    notes += [*id_notes, *place_notes, *outline_notes]
    stamp = Stamp(
        source="areas",
        title=title or f"areas from {table.file}",
        licence=licence or SOURCE.licence,
        attribution=attribution or SOURCE.attribution,
        homepage="",
        inputs=raw.inputs,
        params={"id_column": id_column, "name_column": name_column, "vintage": vintage, "crs": crs, "layer": layer}
        | {"called": called, "repair": repair, "title": title, "licence": licence, "attribution": attribution},
        verdict=Verdict(len(table), len(table), {}, tuple(notes)),
        vintage=vintage,
    )
    progress("checking areas", 2, 2)
    return [Layer.of(called, _rows(ids, names, vintage, shapes), stamp, sort="areas")]


def fetch(
    cache: Path,
    *,
    progress: Progress = silent,
    url: Annotated[str, About("address of a file with polygons, or of a map server's answer (WFS)")] = "",
    ending: Annotated[str, About("sort of file, such as gpkg; empty: told by the address")] = "",
    sha256: Annotated[str, About("digest the file must have; empty: any")] = "",
    again: Annotated[bool, About("ask the server even when the answer is in the cache")] = False,
) -> Raw:
    """Fetch one file with borders from any address; it is kept in `cache` and not asked for again.

    Raises `InputError` when the address is none or does not tell the sort of file, `NotFoundError` when there is no
    such file, `FetchError` when the server cannot be reached or sends words, something else, or half a layer.
    """
    import time

    from stadslab.sources._address import fetched_address

    return fetched_address(
        cache,
        url,
        suffixes=(*VECTOR_SUFFIXES, *PARQUET_SUFFIXES),
        ending=ending,
        sha256=sha256,
        again=again,
        progress=progress,
        sleep=time.sleep,
    )


def sniff(path: Path) -> bool:
    """Does the file hold polygons, and no columns that count people?"""
    import shapely

    try:
        table = read_table(path)
    except InputError:
        return False
    if table.geometry is None or not len(table) or looks_like_people(table):
        return False
    return bool((shapely.get_dimensions(table.geometry) == 2).any())


def _check_layer_name(called: str) -> None:
    if called != "areas" and (called in SCHEMAS or not called.replace("_", "").isalnum() or called != called.lower()):
        hint = "lower-case letters, digits and _, and no name the house uses itself, such as areas_districts"
        raise InputError(Problem("called", f"a set of areas cannot be called {called!r}", hint))


def _ids(table: Table, wanted: str) -> tuple[list[str], list[str]]:
    """The ids as text, and a note when their column was guessed."""
    import pyarrow as pa

    if wanted:
        _check_column(table, "id_column", wanted)
        return table.text(wanted), []
    text = [n for n, a in table.columns.items() if pa.types.is_string(a.type) or pa.types.is_large_string(a.type)]
    whole = [n for n, a in table.columns.items() if pa.types.is_integer(a.type)]
    for name in [*text, *whole]:
        ids = table.text(name)
        if all(ids) and len(set(ids)) == len(ids):
            return ids, [f"{table.file}: ids are taken from column {name!r}"]
    seen = ", ".join(f"{n} ({len(set(table.text(n))):,} different)" for n in table.columns) or "none"
    what = f"no column has a different value in each of the {len(table):,} rows; columns: {seen}"
    raise InputError(Problem(table.file, what, "say id_column="))


def _names(table: Table, wanted: str) -> list[str] | None:
    if wanted:
        _check_column(table, "name_column", wanted)
        return table.text(wanted)
    for name in table.columns:
        if name.lower() in NAME_WORDS or name.lower().endswith(("_name", "namn")):
            return table.text(name)
    return None


def _check_column(table: Table, param: str, name: str) -> None:
    if name not in table.columns:
        hint = f"it has: {', '.join(table.columns)}"
        raise InputError(Problem(f"{table.file}, {param}", f"there is no column {name!r}", hint))


def _id_problems(table: Table, ids: list[str]) -> list[Problem]:
    problems = [
        Problem(table.where(i), "the id is blank", "give every area an id") for i, name in enumerate(ids) if not name
    ]
    problems = limited(problems, table.file)
    counts = Counter(name for name in ids if name)
    twice = []
    for name, count in counts.items():
        if count > 1:
            rows = some(str(table.rows[i]) for i, other in enumerate(ids) if other == name)
            what = f"id {name!r} occurs {count} times (rows {rows})"
            twice.append(Problem(table.file, what, "ids must differ: dissolve the parts or choose another id_column"))
    return problems + limited(twice, table.file)


def _outlines(table: Table, ids: list[str], shapes: Any, repair: bool) -> tuple[Any, list[Problem], list[str]]:
    """Outlines checked, and repaired where asked."""
    import numpy as np
    import shapely

    shapes = np.asarray(shapely.force_2d(shapes), object)
    blank = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    kinds = shapely.get_type_id(shapes)
    odd = ~blank & (kinds != 3) & (kinds != 6)
    problems = [Problem(_at(table, ids, i), "the outline is missing", "draw or drop it") for i in np.flatnonzero(blank)]
    for i in np.flatnonzero(odd):
        what = f"the outline is a {shapes[i].geom_type}, not a polygon"
        problems.append(Problem(_at(table, ids, i), what, "areas need polygons"))
    broken = np.flatnonzero(~blank & ~odd & ~shapely.is_valid(shapes))
    notes = []
    if repair and len(broken):
        before = shapely.area(shapes[broken]).sum()
        mended = [_polygons(shape) for shape in shapely.make_valid(shapes[broken])]
        for i, shape in zip(broken, mended, strict=True):
            if shape.is_empty:
                problems.append(
                    Problem(_at(table, ids, i), "nothing of the outline is left after repair", "draw it again")
                )
            shapes[i] = shape
        change = shapely.area(np.asarray(mended, object)).sum() / before - 1 if before else 0.0
        names = some(ids[i] for i in broken)
        what = f"{len(broken)} outlines that crossed themselves were repaired"
        notes.append(f"{table.file}: {what} ({names}; area {change:+.2%})")
    elif len(broken):
        for i in broken:
            why = shapely.is_valid_reason(shapes[i])
            problems.append(
                Problem(_at(table, ids, i), f"the outline crosses itself: {why}", "mend it, or say repair=true")
            )
    return shapes, limited(problems, table.file), notes


def _at(table: Table, ids: list[str], row: Any) -> str:
    return f"{table.where(row)}, area {ids[row]!r}"


def _polygons(shape: Any) -> Any:
    """The polygons of a shape: repairing may leave lines and points beside them."""
    import shapely

    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def _rows(ids: list[str], names: list[str] | None, vintage: str, shapes: Any) -> Any:
    import pyarrow as pa
    import shapely

    wkb = shapely.to_wkb(shapes, byte_order=1)
    return pa.table(
        {
            "id": pa.array(ids, pa.string()),
            "name": pa.array([n or None for n in names] if names else [None] * len(ids), pa.string()),
            "vintage": pa.array([vintage] * len(ids), pa.string()),
            "geometry": pa.array(wkb, pa.binary()),
        }
    )


SOURCE = Source(
    id="areas",
    title="Areas with borders",
    licence="as stated by the publisher of the file",
    attribution="",
    homepage="",
    provides=("areas",),
    suffixes=(*(s for s in VECTOR_SUFFIXES if s != ".zip"), *PARQUET_SUFFIXES),
    read=read,
    fetch=fetch,
    sniff=sniff,
    about="Statistical areas, districts, catchments or a grid from any file with polygons.",
    examples=("stadslab load my-city deso.gpkg --source areas --vintage 'DeSO 2018'",),
)
