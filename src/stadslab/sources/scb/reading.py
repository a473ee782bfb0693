"""From cubes to the layer `people`: codes become places and groups, marks of withheld cells stay withheld."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from stadslab.core.errors import Problem
from stadslab.sources._cells import WITHHELD, Numbers
from stadslab.sources._columns import Meaning
from stadslab.sources._tables import Table, limited, some
from stadslab.sources.scb.cube import Cube
from stadslab.sources.scb.regions import split
from stadslab.sources.scb.tables import Subject, subject_with

NIL = ("-", "–")  # the office's mark for none at all, as its legend tells

Cell = tuple[float, bool]  # value (NaN: none), withheld


@dataclass(slots=True, eq=False)
class Told:
    """What all cubes of one subject tell: year, edition, and a cell for each place and meaning."""

    subject: Subject
    files: list[str] = field(default_factory=list)
    years: set[str] = field(default_factory=set)
    editions: set[str] = field(default_factory=set)
    cells: dict[str, dict[Meaning, Cell]] = field(default_factory=dict)
    wider: int = 0  # cells of counties, municipalities and the realm
    nil: int = 0

    @property
    def where(self) -> str:
        """The files, for a complaint."""
        return some(self.files, 3)


def gather(cubes: list[Cube], problems: list[Problem]) -> list[Told]:
    """The cubes sorted by subject; each subject must be whole, of one year and one edition."""
    found: dict[str, Told] = {}
    for cube in cubes:
        missing = [name for name in ("Region", "Tid") if name not in cube.codes]
        subject = None if missing else subject_with(list(cube.codes), cube.codes.get("ContentsCode", []))
        if subject is None:
            what = f"its variables are {', '.join(cube.codes)}: none of the tables known here"
            hint = "tables of small areas by age, income, education, tenure or background; sources/scb/tables.py"
            problems.append(Problem(cube.file, what, hint))
            continue
        told = found.setdefault(subject.name, Told(subject))
        told.files.append(cube.file)
        told.years.update(cube.codes["Tid"])
        problems += _take(told, cube)
    for told in found.values():
        problems += _whole(told)
    return list(found.values())


def _take(told: Told, cube: Cube) -> list[Problem]:
    subject, problems = told.subject, []
    for name, codes in cube.codes.items():
        known = name in ("Region", "Tid", "ContentsCode", subject.variable)
        wanted = subject.fixed.get(name)
        if (not known and wanted is None) or (wanted is not None and wanted not in codes):
            what = f"variable {name} has the codes {some(codes)}" + (f", not {wanted!r}" if wanted else "")
            problems.append(Problem(cube.file, what, f"choose {wanted!r}" if wanted else "leave that variable out"))
    if len(cube.codes.get("ContentsCode", [""])) > 1 and subject.variable != "ContentsCode":
        problems.append(Problem(cube.file, "it tells several contents at once", "choose one"))
    if len(cube.codes["Tid"]) > 1:
        problems.append(Problem(cube.file, f"it tells of {some(cube.codes['Tid'])}", "choose one year"))
    if problems:
        return problems
    for codes_of, value, mark in cube.cells():
        meaning = subject.meanings.get(codes_of[subject.variable])
        if meaning is None or any(codes_of.get(n, c) != c for n, c in subject.fixed.items()):
            continue
        parts = split(codes_of["Region"])
        if parts is None:
            told.wider += 1
            continue
        place, _, edition = parts
        told.editions.add(edition)
        cell = _cell(value, mark)
        told.nil += value is None and mark in NIL
        before = told.cells.setdefault(place, {}).get(meaning)
        if before is not None and before != cell and not (math.isnan(before[0]) and math.isnan(cell[0])):
            what = f"{meaning.dimension}, {meaning.group} of {place} is {cell[0]:g}, but {before[0]:g} elsewhere"
            problems.append(Problem(cube.file, what, "load one year and one edition at a time"))
        told.cells[place][meaning] = cell
    return limited(problems, cube.file)


def _cell(value: float | None, mark: str) -> Cell:
    if value is not None:
        return value, False
    if mark in NIL:
        return 0.0, False
    return float("nan"), bool(mark) and (mark in WITHHELD or set(mark) <= {"."})


def _whole(told: Told) -> list[Problem]:
    """One year, one edition, every group for every area, and at least one number."""
    problems = []
    if len(told.years) > 1:
        what = f"{told.subject.name} of several years: {', '.join(sorted(told.years))}"
        problems.append(Problem(told.where, what, "load one year"))
    if len(told.editions) > 1:
        what = f"{told.subject.name} of several editions of the areas: {', '.join(sorted(told.editions))}"
        problems.append(Problem(told.where, what, "load one edition: the same code may have another shape"))
    if not told.cells:
        what = f"{told.subject.name}: no cell is of a small area (DeSO or RegSO) and a known {told.subject.variable}"
        return [*problems, Problem(told.where, what, "ask for small areas, by the codes in sources/scb/tables.py")]
    wanted = list(told.subject.meanings.values())
    bare = Counter(m.group for cells in told.cells.values() for m in wanted if m not in cells)
    for group, count in bare.items():
        what = f"half a table: {told.subject.name} {group!r} is missing for {count:,} of {len(told.cells):,} areas"
        problems.append(Problem(told.where, what, "fetch the whole table"))
    if all(math.isnan(value) for cells in told.cells.values() for value, _ in cells.values()):
        edition = some(sorted(told.editions))
        what = f"{told.subject.name}: not one number in {len(told.cells):,} areas of {edition}"
        problems.append(Problem(told.where, what, "the year may belong to another edition of the areas"))
    return problems


def as_table(told: Told) -> tuple[Table, list[str], dict[Meaning, Numbers]]:
    """Places in order, and a column of numbers for each meaning."""
    import numpy as np

    places = sorted(told.cells)
    columns = {}
    for meaning in told.subject.meanings.values():
        cells = [told.cells[place][meaning] for place in places]
        columns[meaning] = Numbers(np.array([v for v, _ in cells], np.float64), np.array([w for _, w in cells], bool))
    notes = [f"{told.where}: {told.subject.title.lower()}, {some(sorted(told.years))}, {some(sorted(told.editions))}"]
    notes += [told.subject.note] if told.subject.note else []
    if told.wider:
        notes.append(f"{told.where}: {told.wider:,} cells of larger regions were left out")
    if told.nil:
        notes.append(f"{told.where}: {told.nil:,} cells marked - hold none, by the office's legend")
    empty: dict[str, Any] = {}
    return Table(told.where, empty, tuple(range(1, len(places) + 1)), notes=tuple(notes)), places, columns
