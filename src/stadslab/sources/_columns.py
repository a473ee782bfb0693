"""Which column counts what? The names statistical offices give their columns, read as dimension and group."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from stadslab.core.errors import Problem
from stadslab.sources._cells import numbers
from stadslab.sources._tables import Table, some

_TOTAL_WORDS = """
total totalt totals total_population population pop people persons inhabitants residents befolkning folkmängd folkmangd
invånare invanare einwohner bevölkerung väestö asukkaita população populacao población poblacion habitantes
"""
_JOB_WORDS = "jobs workplaces employment arbetsplatser arbetstillfällen sysselsatta_dagbefolkning empregos"
_DIMENSION_WORDS = """
age sex gender income origin background birth education tenure housing household households dwelling dwellings jobs
employment occupation car cars language disability religion marital family citizenship ethnicity
"""
TOTALS = frozenset(_TOTAL_WORDS.split())
JOBS = frozenset(_JOB_WORDS.split())
DIMENSIONS = frozenset(_DIMENSION_WORDS.split())
LONGITUDES = ("lon", "lng", "long", "longitude", "longitud", "x", "east", "easting")
LATITUDES = ("lat", "latitude", "latitud", "y", "north", "northing")
_MEAN = re.compile(r"(^|[\s_])(median|mean|average|avg|medel|medelvärde)([\s_]|$)|(medel|median)inkomst", re.IGNORECASE)
_RATE = re.compile(r"(^|[\s_])(rate|pct|percent|percentage|share|andel|procent)([\s_]|$)|%", re.IGNORECASE)
_YEARS = r"(?:år|ar|years?|yrs?|vuotta|ans|anos|jahre)"
_AGE = re.compile(rf"^(?:age[\s_]*)?(\d{{1,3}})\s*[-–_]\s*(\d{{1,3}})?\s*{_YEARS}?$", re.IGNORECASE)
_OPEN = rf"(?:[-–+]|[-–]?\s*{_YEARS}\s*(?:och äldre|and over|\+|-)?|_?plus|_and_over)+"
_AGE_OPEN = re.compile(rf"^(?:age[\s_]*)?(\d{{1,3}})\s*{_OPEN}\s*{_YEARS}?$", re.IGNORECASE)
_BAND = re.compile(r"^\d+_\d+$")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column says: persons of a group (`count`, summed) or a mean over them (`mean`, never summed)."""

    dimension: str
    group: str
    measure: str = "count"


@dataclass(slots=True)
class Mapping:
    """Columns with a meaning, columns left out, and what was guessed."""

    meanings: dict[str, Meaning] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    total_of: str = ""
    told: bool = False


def map_columns(
    table: Table, *, skip: set[str], columns: tuple[str, ...], dimension: str, total: str, means: tuple[str, ...]
) -> Mapping:
    """Give every column its dimension and group: as told where told, else by its name."""
    found = Mapping()
    _told(table, found, columns, means, total)
    found.told = bool(found.meanings)
    if not columns:
        numeric = [
            n for n in table.columns if n not in skip and n not in found.meanings and _is_numeric(table.columns[n])
        ]
        text = [n for n in table.columns if n not in skip and n not in found.meanings and n not in numeric]
        _by_name(table, found, numeric, dimension, total)
        found.left_out += text
    else:
        found.left_out += [n for n in table.columns if n not in skip and n not in found.meanings]
    _check(table, found)
    return found


def looks_like_people(table: Table) -> bool:
    """Does a column name say plainly that the table counts people or jobs?"""
    names = [name.strip().lower() for name in table.columns]
    bands = sum(_age_group(name) is not None for name in names)
    known = sum(name.partition("_")[0] in DIMENSIONS and "_" in name for name in names)
    return any(n in TOTALS or n in JOBS for n in names) or bands >= 2 or known >= 2


def position_columns(table: Table) -> tuple[str, str]:
    """The columns that hold longitude and latitude (or x and y), empty where there are none."""
    low = {name.strip().lower(): name for name in table.columns}
    lon = next((low[n] for n in LONGITUDES if n in low), "")
    lat = next((low[n] for n in LATITUDES if n in low), "")
    return (lon, lat) if lon and lat else ("", "")


def _told(table: Table, found: Mapping, columns: tuple[str, ...], means: tuple[str, ...], total: str) -> None:
    for text in columns:
        name, equals, target = text.rpartition("=")
        dimension, colon, group = target.partition(":")
        if not equals or not colon or not dimension.strip() or not group.strip():
            found.problems.append(Problem("columns", f"{text!r} is not understood", "write column=dimension:group"))
        elif _exists(table, name, "columns", found):
            measure = "mean" if name in means or group.strip().lower() in ("mean", "median") else "count"
            if name in found.meanings:
                found.problems.append(Problem("columns", f"column {name!r} is given twice"))
            found.meanings[name] = Meaning(dimension.strip(), group.strip(), measure)
    for name in means:
        if name not in found.meanings and _exists(table, name, "means", found):
            found.meanings[name] = _mean_of(name)
    if total.startswith("sum:"):
        found.total_of = total[4:].strip()
    elif total and _exists(table, total, "total", found):
        found.meanings[total] = Meaning("total", "all")


def _exists(table: Table, name: str, where: str, found: Mapping) -> bool:
    if name in table.columns:
        return True
    near = difflib.get_close_matches(name, list(table.columns), n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"it has: {', '.join(table.columns)}"
    found.problems.append(Problem(f"{table.file}, {where}", f"there is no column {name!r}", hint))
    return False


def _by_name(table: Table, found: Mapping, names: list[str], dimension: str, total: str) -> None:
    rest = []
    for name in names:
        low = name.strip().lower()
        if low in TOTALS:
            if not total:
                found.meanings[name] = Meaning("total", "all")
        elif _MEAN.search(low) or _RATE.search(low):
            found.meanings[name] = _mean_of(name)
            found.notes.append(f"{table.file}: column {name!r} is taken as a mean and never summed")
        elif dimension:
            found.meanings[name] = Meaning(dimension, _group_in(dimension, name))
        elif low in JOBS:
            found.meanings[name] = Meaning("jobs", "all")
        elif (band := _age_group(low)) is not None:
            found.meanings[name] = Meaning("age", band)
        else:
            rest.append(name)
    _by_prefix(table, found, rest)


def _by_prefix(table: Table, found: Mapping, names: list[str]) -> None:
    """`income_low` and `income_high` are groups of income: a prefix that two columns share names a dimension."""
    sharing: dict[str, list[str]] = defaultdict(list)
    for name in names:
        prefix, _, group = name.strip().partition("_")
        if prefix and group:
            sharing[prefix.lower()].append(name)
    taken: set[str] = set()
    guessed: list[str] = []
    for prefix, members in sharing.items():
        if len(members) < 2:
            continue
        taken.update(members)
        years = [name for name in members if re.fullmatch(r"(19|20)\d\d", name.strip().partition("_")[2])]
        if years and not found.told:
            hint = f"say which one counts, such as total={years[-1]}"
            found.problems.append(Problem(table.file, f"{some(years)} look like years, not groups", hint))
        elif prefix not in DIMENSIONS:
            guessed.append(prefix)
        for name in members:
            found.meanings[name] = Meaning(prefix, _tidy(name.strip().partition("_")[2]))
    if found.told and guessed:  # who says what counts, says it all: no guessing beside it
        loose = [n for n, m in found.meanings.items() if m.dimension in guessed]
        for name in loose:
            del found.meanings[name]
        taken.difference_update(loose)
        guessed = []
    rest = [name for name in names if name not in taken]
    if guessed and rest:
        starts = ", ".join(f"{prefix}_" for prefix in guessed)
        what = f"do columns that start with {starts} count groups, and what are {', '.join(rest)}?"
        hint = "say dimension=... when all are groups of one, or columns='column=dimension:group' for each"
        found.problems.append(Problem(table.file, what, hint))
    found.left_out += rest


def _mean_of(name: str) -> Meaning:
    """`Median income tkr` is the group `median` of `income`."""
    low = name.strip().lower()
    group = "median" if "median" in low else "rate" if _RATE.search(low) else "mean"
    if "income" in low or "inkomst" in low:
        return Meaning("income", group, "mean")
    words = [w for w in re.split(r"[\s_]+", _MEAN.sub(" ", _RATE.sub(" ", low))) if w]
    return Meaning("_".join(words) or low, group, "mean")


def _age_group(name: str) -> str | None:
    """`0-4 år` is `0-4`, `80-år` is `80+`; None for what is no age band."""
    if name.isdigit():
        return None
    opened = _AGE_OPEN.match(name)
    if opened:
        return f"{opened[1]}+"
    band = _AGE.match(name)
    if band:
        return f"{band[1]}-{band[2]}" if band[2] else f"{band[1]}+"
    return None


def _group_in(dimension: str, name: str) -> str:
    band = _age_group(name.strip().lower()) if dimension == "age" else None
    if band is not None:
        return band
    text = name.strip()
    return _tidy(text[len(dimension) + 1 :] if text.lower().startswith(f"{dimension.lower()}_") else text)


def _tidy(group: str) -> str:
    band = _age_group(group.lower()) if any(c.isdigit() for c in group) else None
    return band if band is not None else group.replace("_", "-") if _BAND.match(group) else group


def _is_numeric(array: Any) -> bool:
    """At least half of what is written are numbers or withheld numbers, and at least one is there."""
    import pyarrow as pa

    if pa.types.is_boolean(array.type) or pa.types.is_temporal(array.type):
        return False
    if pa.types.is_integer(array.type) or pa.types.is_floating(array.type) or pa.types.is_decimal(array.type):
        return True
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        return False
    read = numbers(array)
    marks = read.known + int(read.withheld.sum()) + len(read.dashes) + len(read.commas)
    return marks > 0 and len(read.odd) <= marks


def _check(table: Table, found: Mapping) -> None:
    if not found.meanings and not found.problems:
        names = ", ".join(found.left_out) or "none"
        hint = "say columns='column=dimension:group' (such as columns='antal=total:all'), dimension= or total="
        found.problems.append(Problem(table.file, f"no column is known to count people; columns: {names}", hint))
    seen: dict[tuple[str, str], str] = {}
    for name, meaning in found.meanings.items():
        target = (meaning.dimension, meaning.group)
        if target in seen:
            what = f"columns {seen[target]!r} and {name!r} both count {meaning.dimension}: {meaning.group}"
            found.problems.append(Problem(table.file, what, "say columns='column=dimension:group' for each"))
        seen[target] = name
    if found.total_of and found.total_of not in {m.dimension for m in found.meanings.values()}:
        what = f"the total shall be the sum of {found.total_of!r}, but no column counts by it"
        found.problems.append(Problem("total", what, "name a dimension of this file"))
    for name in found.left_out:
        if name not in found.meanings:
            found.notes.append(f"{table.file}: column {name!r} was left out")
