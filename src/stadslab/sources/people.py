"""People (and jobs, and means such as income) by area or by point: a table becomes one row per place and group."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from stadslab.core.errors import InputError, Problem, raise_errors
from stadslab.core.layer import Layer, Stamp, Verdict
from stadslab.core.progress import Progress, silent
from stadslab.core.source import Raw, Source
from stadslab.core.units import About
from stadslab.sources._cells import Dash, Decimal, Numbers, numbers
from stadslab.sources._columns import Mapping, Meaning, looks_like_people, map_columns, position_columns
from stadslab.sources._editions import KeyFile, carried_over, key_problems, read_key_file
from stadslab.sources._place import in_degrees
from stadslab.sources._tables import (
    PARQUET_SUFFIXES,
    TEXT_SUFFIXES,
    VECTOR_SUFFIXES,
    Table,
    data_files,
    limited,
    read_table,
    some,
)

if TYPE_CHECKING:
    from stadslab.core.city import City

KEY_WORDS = ("area", "area_id", "areas", "deso", "desokod", "regso", "regsokod", "key", "code", "kod", "id", "zone")
MOST = 2**31 - 1  # people in one place
ALIKE = 0.5  # share of keys that must exist before a column is taken for the key


@dataclass(slots=True, eq=False)
class Part:
    """What one file says: places (with their keys or shapes) and a column of numbers for each meaning."""

    table: Table
    places: list[str]
    keyed: bool
    shapes: Any
    columns: dict[Meaning, Numbers]
    names: dict[Meaning, str]
    kept: list[int]
    dropped: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Options:
    """The parameters of one load that its helpers read."""

    key: str = ""
    dimension: str = ""
    columns: tuple[str, ...] = ()
    total: str = ""
    means: tuple[str, ...] = ()
    vintage: str = ""
    lon: str = ""
    lat: str = ""
    crs: str = ""
    layer: str = ""
    decimal: Decimal = "auto"
    dash: Dash = "ask"
    rounded: bool = False
    drop_unknown: bool = False


def read(
    raw: Raw,
    city: City | None,
    *,
    progress: Progress = silent,
    key: Annotated[str, About("column with the ids of areas; empty: found by comparison")] = "",
    dimension: Annotated[str, About("dimension of all columns not understood by name, such as education")] = "",
    columns: Annotated[
        tuple[str, ...], About("what a column counts, as column=dimension:group, such as f=sex:women")
    ] = (),
    total: Annotated[str, About("column that counts everybody, or sum:age for the sum over a dimension")] = "",
    means: Annotated[tuple[str, ...], About("columns that are means (or medians, rates) and are never summed")] = (),
    vintage: Annotated[str, About("edition of the areas the keys belong to, such as DeSO 2018")] = "",
    key_file: Annotated[Path | None, About("table old,new,share that carries keys over to the city's edition")] = None,
    lon: Annotated[str, About("column of longitude, or of metres east with crs")] = "",
    lat: Annotated[str, About("column of latitude, or of metres north with crs")] = "",
    crs: Annotated[str, About("coordinate system of points or shapes, when the file states none or a wrong one")] = "",
    layer: Annotated[str, About("layer inside the file, when it has several")] = "",
    decimal: Annotated[Literal["auto", ".", ","], About("decimal sign of numbers written as text")] = "auto",
    dash: Annotated[
        Literal["ask", "zero", "suppressed", "blank"], About("what a lone dash means to the publisher of the file")
    ] = "ask",
    rounded: Annotated[
        bool, About("accept fractions of persons (estimates) and round them, keeping each column's sum")
    ] = False,
    drop_unknown: Annotated[bool, About("leave out rows of areas the city does not have, and count them")] = False,
    title: Annotated[str, About("what the data set is called by its publisher")] = "",
    licence: Annotated[str, About("licence the publisher states")] = "",
    attribution: Annotated[str, About("how the publisher wants to be named")] = "",
) -> list[Layer]:
    """How many people (jobs, ...) are where, by group? Any table of counts becomes the layer `people`.

    Rows are keyed to the city's areas, or stand at points or in shapes of their own. Withheld cells (`..`, `*`, `x`,
    `c`, `<5`, ...) stay withheld, blank ones unknown; neither becomes zero. A city that has people keeps them, except
    the dimensions this load brings. Raises `InputError` with every problem at once: cells that are no counts, keys that
    are blank, double or not among the areas, another edition of the areas without a key file, points far from the city.
    Not checked: whether groups sum to the total; it is noted.
    """
    options = Options(
        key,
        dimension,
        tuple(columns),
        total,
        tuple(means),
        vintage,
        lon,
        lat,
        crs,
        layer,
        decimal,
        dash,
        rounded,
        drop_unknown,
    )
    problems: list[Problem] = []
    keys = None if key_file is None else read_key_file(Path(key_file))
    parts = []
    files = data_files(raw)
    for done, path in enumerate(files):
        progress("reading people", done, len(files))
        parts.append(_part(read_table(path, layer), city, options, keys, problems))
    raise_errors(problems)
    progress("reading people", len(files), len(files))
    stamp = Stamp(
        source="people",
        title=title or "people from " + ", ".join(path.name for path in files),
        licence=licence or SOURCE.licence,
        attribution=attribution or SOURCE.attribution,
        homepage="",
        inputs=(*raw.inputs, *(() if keys is None else ((keys.name, keys.sha256),))),
        params={name: list(value) if isinstance(value, tuple) else value for name, value in _params(options).items()}
        | {"key_file": None if key_file is None else str(key_file)}
        | {"title": title, "licence": licence, "attribution": attribution},
        verdict=Verdict(0, 0),
        vintage=vintage,
    )
    return [layer_of(parts, city, options, keys, stamp)]


def fetch(
    cache: Path,
    *,
    progress: Progress = silent,
    url: Annotated[str, About("address of a table that counts people")] = "",
    ending: Annotated[str, About("sort of file, such as csv; empty: told by the address")] = "",
    sha256: Annotated[str, About("digest the file must have; empty: any")] = "",
    again: Annotated[bool, About("ask the server even when the answer is in the cache")] = False,
) -> Raw:
    """Fetch one table from any address; it is kept in `cache` and not asked for again.

    Raises `InputError` when the address is none or does not tell the sort of file, `NotFoundError` when there is no
    such file, `FetchError` when the server cannot be reached or sends something else.
    """
    import time

    from stadslab.sources._address import fetched_address

    return fetched_address(
        cache,
        url,
        suffixes=(*TEXT_SUFFIXES, *PARQUET_SUFFIXES, *VECTOR_SUFFIXES),
        ending=ending,
        sha256=sha256,
        again=again,
        progress=progress,
        sleep=time.sleep,
    )


def sniff(path: Path) -> bool:
    """Do the column names say that people or jobs are counted?"""
    try:
        return looks_like_people(read_table(path))
    except InputError:
        return False


def layer_of(parts: list[Part], city: City | None, options: Options, keys: KeyFile | None, stamp: Stamp) -> Layer:
    """The layer `people` from these parts, beside what the city knew of other dimensions; the stamp gets its verdict.

    Raises `InputError` where two parts tell different numbers of one place and group.
    """
    rows, notes = _rows(parts, city, options, keys)
    return _joined(city, rows, replace(stamp, verdict=_verdict(parts, notes)))


def keyed_part(
    table: Table, places: list[str], columns: dict[Meaning, Numbers], city: City | None, options: Options
) -> tuple[Part, list[Problem]]:
    """A part from numbers already read, keyed to areas; and what is wrong with its keys and cells."""
    names = {m: f"{m.dimension}, {m.group}" for m in columns}
    part = Part(table, places, True, None, columns, names, list(range(len(table))), notes=list(table.notes))
    problems = [*_cell_problems(table, columns, names, options, part.notes), *_key_problems(part, city, options, None)]
    part.notes += _told_of_cells(part)
    return part, problems


# one file


def _part(table: Table, city: City | None, options: Options, keys: KeyFile | None, problems: list[Problem]) -> Part:
    if not len(table):
        problems.append(Problem(table.file, "it holds no rows", "is it the right file, and a whole one?"))
        return Part(table, [], True, None, {}, {}, [])
    key, position, how = _how_placed(table, city, options, keys, problems)
    skip = {key, *position} - {""}
    skip |= set(position_columns(table))
    mapping = map_columns(
        table,
        skip=skip,
        columns=options.columns,
        dimension=options.dimension,
        total=options.total,
        means=options.means,
    )
    problems += mapping.problems
    notes = [*table.notes, *how, *mapping.notes]
    columns = {m: numbers(table.columns[n], options.decimal, options.dash) for n, m in mapping.meanings.items()}
    names = {m: n for n, m in mapping.meanings.items()}
    problems += _cell_problems(table, columns, names, options, notes)
    part = Part(table, [], bool(key), None, columns, names, list(range(len(table))), notes=notes)
    if key:
        part.places = table.text(key)
        problems += _key_problems(part, city, options, keys)
    else:
        problems += _shape_problems(part, city, options, position)
    _sum_total(part, mapping)
    part.notes += _told_of_cells(part)
    return part


def _how_placed(
    table: Table, city: City | None, options: Options, keys: KeyFile | None, problems: list[Problem]
) -> tuple[str, tuple[str, str], list[str]]:
    """The key column (empty: rows have their own place), the coordinate columns, and notes on what was found out."""
    position = (options.lon, options.lat) if options.lon or options.lat else position_columns(table)
    for name in (options.key, options.lon, options.lat):
        if name and name not in table.columns:
            near = difflib.get_close_matches(name, list(table.columns), n=3) or list(table.columns)
            problems.append(Problem(table.file, f"there is no column {name!r}", f"it has: {', '.join(near)}"))
            return "", ("", ""), []
    if options.key:
        return options.key, ("", ""), []
    if options.lon or options.lat:
        if not (options.lon and options.lat):
            problems.append(Problem(table.file, "lon and lat are needed both", "name both columns"))
        return "", position, []
    if table.geometry is not None:
        return "", ("", ""), [f"{table.file}: rows are placed by their own shapes"]
    known = set(keys.parts) if keys is not None else _area_ids(city)
    alike = {n: _share_known(table.text(n), known) for n in table.columns} if known else {}
    best = max(alike, key=lambda n: alike[n], default="")
    if best and alike[best] >= (ALIKE if position[0] else 0.001):
        return best, ("", ""), [f"{table.file}: column {best!r} is the key to the areas ({alike[best]:.0%} are known)"]
    if position[0]:
        return "", position, [f"{table.file}: rows are placed by the columns {position[0]!r} and {position[1]!r}"]
    low = {n.lower(): n for n in table.columns}
    guess = next((low[w] for w in KEY_WORDS if w in low), next(iter(table.columns)))
    return guess, ("", ""), [f"{table.file}: column {guess!r} is taken as the key to the areas"]


def _area_ids(city: City | None) -> set[str]:
    if city is None or "areas" not in city:
        return set()
    return set(city["areas"].scan("id")["id"].to_pylist())


def _share_known(texts: list[str], known: set[str]) -> float:
    return sum(text in known for text in texts) / max(len(texts), 1)


def _cell_problems(
    table: Table, columns: dict[Meaning, Numbers], names: dict[Meaning, str], options: Options, notes: list[str]
) -> list[Problem]:
    """Cells that are no numbers, and counts that count no whole persons."""
    import numpy as np

    odd: list[tuple[int, Problem]] = []
    for meaning, column in columns.items():
        name = names[meaning]
        for row, text in column.odd:
            hint = "a number, blank when not known, or .. when withheld"
            odd.append((row, Problem(table.where(row), f"column {name!r} holds {text!r}, which is no number", hint)))
        for row in column.dashes:
            hint = "say dash=zero, dash=suppressed or dash=blank, as the publisher's footnote tells"
            odd.append((row, Problem(table.where(row), f"column {name!r} holds a dash: nobody, or withheld?", hint)))
        for row in sorted([*column.commas, *_unclear_points(column, meaning)]):
            text = table.text(name)[row]
            hint = "say decimal=',' or decimal='.'"
            odd.append(
                (row, Problem(table.where(row), f"column {name!r} holds {text!r}: decimals or thousands?", hint))
            )
        if meaning.measure != "count":
            continue
        with np.errstate(invalid="ignore"):
            negative = np.flatnonzero(column.values < 0)
            whole = np.rint(column.values)
            parted = np.flatnonzero(np.abs(column.values - whole) > 1e-6)
            huge = np.flatnonzero(column.values > MOST)
        for row in negative.tolist():
            what = f"column {name!r} holds {column.values[row]:g}: a count cannot be negative"
            odd.append((row, Problem(table.where(row), what, "blank when not known, .. when withheld")))
        for row in huge.tolist():
            what = f"column {name!r} holds {column.values[row]:g}, too many people for one place"
            odd += [(row, Problem(table.where(row), what))]
        if options.rounded and len(parted) and not len(negative) and not _unclear_points(column, meaning):
            before = float(np.nansum(column.values))
            column.values = _rounded(column.values, table)
            notes.append(
                f"{table.file}: column {name!r} was rounded to whole persons, "
                f"{before:,.2f} to {np.nansum(column.values):,.0f}"
            )
            continue
        for row in [] if _unclear_points(column, meaning) else parted.tolist():
            what = f"column {name!r} holds {column.values[row]:g}: persons are counted whole"
            hint = "say rounded=true for estimates, or means= when the column is a mean"
            odd.append((row, Problem(table.where(row), what, hint)))
        column.values = np.where(np.abs(column.values - whole) <= 1e-6, whole, column.values)
    return limited([problem for _, problem in sorted(odd, key=lambda item: item[0])], table.file)


def _unclear_points(column: Numbers, meaning: Meaning) -> list[int]:
    """Rows of counts such as 2.000 and 1.234, unless another cell of the column has plainly decimals."""
    import numpy as np

    plain = np.ones(len(column.values), bool)
    plain[column.points] = False
    decimals = plain & np.isfinite(column.values) & (column.values != np.rint(column.values))
    return column.points if meaning.measure == "count" and not decimals.any() else []


def _rounded(values: Any, table: Table) -> Any:
    """Whole numbers whose sum is the rounded sum: the largest fractions are rounded up."""
    import numpy as np

    known = np.flatnonzero(np.isfinite(values))
    floor = np.floor(values[known])
    more = int(np.rint(values[known].sum() - floor.sum()))
    content = np.array(
        ["\t".join(cells) for cells in zip(*(table.text(n) for n in table.columns), strict=True)], object
    )
    order = np.lexsort((np.unique(content, return_inverse=True)[1][known], -(values[known] - floor)))
    floor[order[:more]] += 1
    result = values.copy()
    result[known] = floor
    return result


# keys


def _key_problems(part: Part, city: City | None, options: Options, keys: KeyFile | None) -> list[Problem]:
    """Blank, double and unknown keys, and editions that do not match. Drops unknown rows where that was asked for."""
    table = part.table
    blank = [
        Problem(table.where(i), "the key is blank", "give the id of its area")
        for i, k in enumerate(part.places)
        if not k
    ]
    problems = limited(blank, table.file)
    twice = []
    for name, count in Counter(k for k in part.places if k).items():
        if count > 1:
            rows = some(str(table.rows[i]) for i, k in enumerate(part.places) if k == name)
            twice.append(
                Problem(table.file, f"key {name!r} occurs {count} times (rows {rows})", "one row for each area")
            )
    problems += limited(twice, table.file)
    areas = _area_ids(city)
    if not areas:
        what = "people are keyed to areas, but the city has no areas"
        return [*problems, Problem(table.file, what, "load areas first, or say lon= and lat=")]
    if keys is not None:
        return problems + key_problems(keys, [k for k in part.places if k], areas, table.file)
    edition = _areas_vintage(city)
    if options.vintage and edition and options.vintage != edition:
        common = len(areas & set(part.places))
        what = f"the people are keyed to {options.vintage!r}, the city's areas are {edition!r}"
        seen = f"{common:,} of {len(part.places):,} keys exist in both, but the same code may have another shape"
        return [
            *problems,
            Problem(table.file, f"{what}; {seen}", "give key_file= (old,new,share), or load the other areas"),
        ]
    missing = [(i, k) for i, k in enumerate(part.places) if k and k not in areas]
    if missing and options.drop_unknown and not _other_edition(part.places, areas):
        gone = {i for i, _ in missing}
        part.kept = [i for i in part.kept if i not in gone]
        part.dropped["rows of areas the city does not have"] = len(missing)
        return problems if part.kept else [*problems, *_unknown_keys(part, missing, areas)]
    if missing:
        return problems + _unknown_keys(part, missing, areas)
    bare = len(areas - set(part.places))
    if bare:
        part.notes.append(f"{table.file}: {bare:,} of the city's {len(areas):,} areas have no row")
    return problems


def _unknown_keys(part: Part, missing: list[tuple[int, str]], areas: set[str]) -> list[Problem]:
    table = part.table
    sizes = sorted({len(a) for a in areas})
    padded = sum(any(k.zfill(size) in areas for size in sizes) for _, k in missing)
    folded = {a.casefold() for a in areas}
    cased = sum(k.casefold() in folded for _, k in missing)
    common = len(set(part.places) & areas)
    problems = []
    if padded * 2 >= len(missing):
        first = next(k for _, k in missing if any(k.zfill(size) in areas for size in sizes))
        whole = next(first.zfill(size) for size in sizes if first.zfill(size) in areas)
        what = f"{len(missing):,} keys are unknown because leading zeros are lost: {first!r} should be {whole!r}"
        hint = "a spreadsheet did that: read the column as text and save again"
        return [Problem(table.where(missing[0][0]), what, hint)]
    if cased * 2 >= len(missing):
        what = f"{len(missing):,} keys, such as {missing[0][1]!r}, differ from the areas' ids in upper and lower case"
        return [Problem(table.where(missing[0][0]), what, "write them as in the areas")]
    if _other_edition(part.places, areas):
        what = (
            f"{common:,} of {len(set(part.places)):,} keys are among the city's {len(areas):,} areas, "
            f"{len(missing):,} are not ({some(k for _, k in missing)}): "
            "this looks like another edition of the same areas"
        )
        hint = (
            "a code in both may have another shape: give key_file= (old,new,share), or load the areas of that edition"
        )
        return [Problem(table.file, what, hint)]
    for count, (row, k) in enumerate(missing):
        near = difflib.get_close_matches(k, areas, n=2) if count < 20 else []
        hint = f"nearest: {', '.join(near)}" if near else "is it the right key column? Or say drop_unknown=true"
        problems.append(Problem(table.where(row), f"there is no area {k!r}", hint))
    return limited(problems, table.file)


def _other_edition(places: list[str], areas: set[str]) -> bool:
    """Most keys exist, several do not though they are written alike, and several areas got none."""
    found = set(places) & areas
    missing = [k for k in set(places) - areas if k]
    shapes = {_shape(a) for a in areas}
    alike = sum(_shape(k) in shapes for k in missing)
    several = max(2, len(areas) // 100)
    bare = len(areas) - len(found)
    return len(found) * 2 >= len(set(places)) and alike >= several and bare >= several


def _shape(key: str) -> str:
    return "".join("0" if c.isdigit() else "A" if c.isalpha() else c for c in key)


def _areas_vintage(city: City | None) -> str:
    """The edition of the city's areas, empty when not stated."""
    if city is None or "areas" not in city:
        return ""
    return ", ".join(sorted({v for v in city["areas"].scan("vintage")["vintage"].to_pylist() if v}))


# points and shapes


def _shape_problems(part: Part, city: City | None, options: Options, position: tuple[str, str]) -> list[Problem]:
    """Puts places and shapes in longitude and latitude into the part; says what is wrong with them."""
    import numpy as np
    import shapely

    table = part.table
    problems: list[Problem] = []
    if table.geometry is not None and not position[0]:
        shapes, stated = np.asarray(shapely.force_2d(table.geometry), object), table.crs
        blank = np.flatnonzero(shapely.is_missing(shapes) | shapely.is_empty(shapes)).tolist()
        hint = "draw it, or key the row to an area"
        problems += [Problem(table.where(i), "the shape is missing", hint) for i in blank]
        fits = np.isin(shapely.get_type_id(shapes), (-1, 0, 3, 6))
        for i in np.flatnonzero(~fits).tolist():
            problems.append(
                Problem(table.where(i), f"the shape is a {shapes[i].geom_type}", "a point or a polygon is needed")
            )
        for i in np.flatnonzero(fits & ~shapely.is_missing(shapes) & ~shapely.is_valid(shapes)).tolist():
            why = shapely.is_valid_reason(shapes[i])
            problems.append(Problem(table.where(i), f"the outline crosses itself: {why}", "mend it"))
    elif position[0] and position[1]:
        x, y = (numbers(table.columns[name], options.decimal) for name in position)
        bad = np.flatnonzero(~(np.isfinite(x.values) & np.isfinite(y.values)))
        texts = [table.text(name) for name in position]
        for i in bad.tolist():
            what = f"{position[0]} {texts[0][i]!r} and {position[1]} {texts[1][i]!r} are no coordinates"
            problems.append(Problem(table.where(i), what, "give both as numbers, or key the row to an area"))
        shapes, stated = np.full(len(table), None, object), "" if options.crs else "OGC:CRS84"
        fine = np.setdiff1d(np.arange(len(table)), bad)
        shapes[fine] = shapely.points(x.values[fine], y.values[fine])
    else:
        return []
    problems = limited(problems, table.file)
    near = ("streets", "areas")
    shapes, crs_problems, notes = in_degrees(shapes, stated, options.crs, city, table.file, near)
    part.shapes = shapes
    part.notes += notes
    part.places = _own_ids(table, shapes)
    return problems + crs_problems


def _own_ids(table: Table, shapes: Any) -> list[str]:
    """Ids of rows with their own shape: a column `id` when it differs everywhere, else where they stand."""
    import shapely

    for name in table.columns:
        if name.lower() in ("id", "fid", "code", "kod"):
            ids = table.text(name)
            if all(ids) and len(set(ids)) == len(ids):
                return ids
    found: list[str] = []
    seen: Counter[str] = Counter()
    for shape in shapes:
        spot = None if shape is None or shape.is_empty else shapely.point_on_surface(shape)
        name = "nowhere" if spot is None else f"{spot.x:.7f} {spot.y:.7f}"
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return found


# rows


def _sum_total(part: Part, mapping: Mapping) -> None:
    """Everybody as the sum over a dimension, where that was asked for."""
    import numpy as np

    groups = [c for m, c in part.columns.items() if m.dimension == mapping.total_of and m.measure == "count"]
    if not mapping.total_of or not groups:
        return
    values = np.sum([c.values for c in groups], axis=0)  # one unknown group makes the sum unknown
    withheld = np.any([c.withheld for c in groups], axis=0)
    part.columns[Meaning("total", "all")] = Numbers(np.where(withheld, np.nan, values), withheld)
    part.names[Meaning("total", "all")] = f"sum over {mapping.total_of}"


def _numbers_are(count: int) -> str:
    return "1 number is" if count == 1 else f"{count:,} numbers are"


def _told_of_cells(part: Part) -> list[str]:
    """Which numbers are withheld or blank, and whether groups sum to the total."""
    import numpy as np

    notes = []
    for meaning, column in part.columns.items():
        name = f"{part.table.file}: {meaning.dimension}, {meaning.group}"
        if column.withheld.any():
            notes.append(f"{name}: {_numbers_are(int(column.withheld.sum()))} withheld, and kept so")
        blank = int((~np.isfinite(column.values) & ~column.withheld).sum())
        if blank:
            notes.append(f"{name}: {_numbers_are(blank)} blank: not known, and not zero")
    total = part.columns.get(Meaning("total", "all"))
    for dimension in dict.fromkeys(m.dimension for m in part.columns if m.measure == "count"):
        groups = [c.values for m, c in part.columns.items() if m.dimension == dimension and m.measure == "count"]
        if total is None or dimension in ("total", "jobs") or len(groups) < 2:
            continue
        same = int((np.sum(groups, axis=0) == total.values).sum())
        notes.append(
            f"{part.table.file}: groups of {dimension} sum to the total in {same:,} of {len(part.table):,} rows"
        )
    return notes


def _rows(parts: list[Part], city: City | None, options: Options, keys: KeyFile | None) -> tuple[Any, list[str]]:
    """All parts as rows of the layer. Raises `InputError` where two files tell different numbers."""
    import numpy as np
    import shapely

    edition = (_areas_vintage(city) or options.vintage) if keys is None else _areas_vintage(city)
    notes: list[str] = []
    told: dict[tuple[str, Meaning], tuple[float, bool, bytes | None, str]] = {}
    problems = []
    for part in parts:
        wkb = None if part.keyed else shapely.to_wkb(shapely.force_2d(part.shapes), byte_order=1)
        for meaning, column in part.columns.items():
            values, withheld = column.values.tolist(), column.withheld.tolist()
            for i in part.kept:
                place = (part.places[i], meaning)
                one = (values[i], withheld[i], None if wkb is None else wkb[i], part.table.where(i))
                before = told.get(place)
                if before is not None and not _same(before, one):
                    what = f"{meaning.dimension}, {meaning.group} of {part.places[i]} is {one[0]:g}"
                    what = f"{what}, but {before[0]:g} in {before[3]}"
                    problems.append(Problem(one[3], what, "load only one of them"))
                told[place] = one
    raise_errors(limited(problems, "people"))
    lines: list[tuple[str, Meaning, float, bool, bytes | None]]
    if keys is not None:
        keyed = {place: (one[0], one[1]) for place, one in told.items() if one[2] is None}
        moved, notes = carried_over(keys, keyed)
        lines = [(*row, None) for row in moved]
        lines += [(p, m, one[0], one[1], one[2]) for (p, m), one in told.items() if one[2] is not None]
    else:
        lines = [(p, m, one[0], one[1], one[2]) for (p, m), one in told.items()]
    return _table(lines, edition, np), notes


def _same(a: tuple[float, bool, bytes | None, str], b: tuple[float, bool, bytes | None, str]) -> bool:
    return (a[0] == b[0] or (a[0] != a[0] and b[0] != b[0])) and a[1:3] == b[1:3]


def _table(lines: list[tuple[str, Meaning, float, bool, bytes | None]], edition: str, np: Any) -> Any:
    import pyarrow as pa

    known = {(p, m) for p, m, _, hidden, _ in lines if not hidden}
    ids = [
        f"{p}/{m.dimension}/{m.group}" + ("/withheld" if hidden and (p, m) in known else "")
        for p, m, _, hidden, _ in lines
    ]
    value = np.array([line[2] for line in lines], np.float64)
    return pa.table(
        {
            "id": pa.array(ids, pa.string()),
            "area": pa.array([p if wkb is None else None for p, *_, wkb in lines], pa.string()),
            "vintage": pa.array([edition if wkb is None else None for *_, wkb in lines], pa.string()),
            "geometry": pa.array([wkb for *_, wkb in lines], pa.binary()),
            "dimension": pa.array([m.dimension for _, m, *_ in lines], pa.string()),
            "group": pa.array([m.group for _, m, *_ in lines], pa.string()),
            "measure": pa.array([m.measure for _, m, *_ in lines], pa.string()),
            "value": pa.array(value, pa.float64(), mask=np.isnan(value)),
            "suppressed": pa.array([line[3] for line in lines], pa.bool_()),
        }
    )


def _joined(city: City | None, rows: Any, stamp: Stamp) -> Layer:
    """The new rows beside those of the city's other dimensions; the stamp tells of both."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if city is None or "people" not in city:
        return Layer.of("people", rows, stamp)
    old = city["people"]
    brought = sorted(set(rows["dimension"].to_pylist()))
    table = old.scan()
    kept = table.filter(pc.invert(pc.is_in(table["dimension"], pa.array(brought, pa.string()))))
    replaced = sorted(set(table["dimension"].to_pylist()) & set(brought))
    notes = []
    if replaced:
        gone = table.num_rows - kept.num_rows
        notes.append(f"replaced what the city knew of {', '.join(replaced)} ({gone:,} rows)")
    if not kept.num_rows:
        return Layer.of(
            "people", rows, replace(stamp, verdict=replace(stamp.verdict, notes=(*stamp.verdict.notes, *notes)))
        )
    names = ", ".join(sorted(set(kept["dimension"].to_pylist())))
    notes.append(f"kept what the city knew of {names} ({kept.num_rows:,} rows)")
    earlier = [*old.stamp.params.get("earlier", []), {k: v for k, v in old.stamp.to_json().items() if k != "verdict"}]
    for stamped in earlier:
        stamped["params"] = {k: v for k, v in stamped["params"].items() if k != "earlier"}
    both = replace(
        stamp,
        inputs=tuple(dict.fromkeys((*old.stamp.inputs, *stamp.inputs))),
        params={**stamp.params, "earlier": earlier},
        attribution="; ".join(dict.fromkeys(a for a in (old.stamp.attribution, stamp.attribution) if a)),
        licence="; ".join(dict.fromkeys((old.stamp.licence, stamp.licence))),
        title="; ".join(dict.fromkeys((old.stamp.title, stamp.title))),
        verdict=replace(stamp.verdict, notes=(*stamp.verdict.notes, *notes)),
    )
    return Layer.of("people", pa.concat_tables([kept, rows.cast(kept.schema)]), both)


def _verdict(parts: list[Part], notes: list[str]) -> Verdict:
    dropped: Counter[str] = Counter()
    for part in parts:
        dropped.update(part.dropped)
    told = tuple(note for part in parts for note in part.notes)
    return Verdict(sum(len(p.table) for p in parts), sum(len(p.kept) for p in parts), dict(dropped), (*told, *notes))


def _params(options: Options) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(options)


SOURCE = Source(
    id="people",
    title="People, jobs and means by area or point",
    licence="as stated by the publisher of the file",
    attribution="",
    homepage="",
    provides=("people",),
    suffixes=(*TEXT_SUFFIXES, *PARQUET_SUFFIXES, *(s for s in VECTOR_SUFFIXES if s != ".zip")),
    read=read,
    fetch=fetch,
    sniff=sniff,
    about="Counts by group, jobs and means such as income, keyed to areas or placed by points and shapes.",
    examples=(
        "stadslab load my-city people_by_age.csv --source people --vintage 'DeSO 2018'",
        "stadslab load my-city education.csv --source people --dimension education",
    ),
)
