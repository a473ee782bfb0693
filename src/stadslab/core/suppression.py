"""Which counts may be told, when small ones could also be found by subtraction?

A table says people = gain + lose + same + unknown, and a dimension's groups add up to everybody. One hidden number
in such a sum is no secret, so a second one is covered as well ("complementary suppression", Hundepool et al. 2012,
"Statistical Disclosure Control", ch. 4).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from stadslab.core.compare import SURE, Comparison, GroupChange
from stadslab.core.disclosure import SMALL_COUNT
from stadslab.core.said import Digits, Said
from stadslab.core.unit_counts import mean_beside, told_per_unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.core.unit_counts import UnitCounts

State = Literal["told", "small", "at least", "withheld", "covered"]
COUNTS = ("people", "lose", "gain", "same", "unknown", "cut_off", "reached", "sure_lose", "sure_gain")
# what is covered first when something has to be: the least asked-for number
COVER_FIRST = ("same", "unknown", "sure_gain", "sure_lose", "reached", "cut_off", "gain", "lose", "people")
# a part and its whole: the rest of the whole is never printed, so it must not be small either
PARTS = (("lose", "cut_off"), ("gain", "reached"), ("lose", "sure_lose"), ("gain", "sure_gain"))


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people as it may be told. number: the true count, for arithmetic that is never printed."""

    number: int
    state: State

    @property
    def visible(self) -> bool:
        """Whether the digits are printed (exactly, or as a lower bound)."""
        return self.state in ("told", "at least")

    @property
    def text(self) -> str:
        """How it is written in a table or sentence."""
        return {
            "told": Digits(f"{self.number:,}"),
            "small": Said("fewer than {small}", small=SMALL_COUNT),
            "at least": Said("at least {count:,}", count=self.number),
            "withheld": Said("withheld"),
            "covered": Said("not shown"),
        }[self.state]

    @property
    def published(self) -> int | None:
        """The number as data: None where it may not be told exactly."""
        return self.number if self.state == "told" else None


@dataclass(frozen=True, slots=True)
class Row:
    """One group of people as it may be told. mean_change: per person, None where it would give a small count away."""

    dimension: str
    group: str
    counts: dict[str, Count | None]
    mean_change: float | None
    suppressed: bool

    def __getitem__(self, name: str) -> Count:
        """The count of that name; certainty is asked for with `counts.get`, since it may not be stated."""
        count = self.counts[name]
        assert count is not None
        return count

    def share(self, name: str) -> float | None:
        """Which share of the group does this happen to? None where a number is hidden or the group is empty."""
        part, whole = self.counts[name], self["people"]
        if (
            part is None
            or not part.visible
            or not whole.visible
            or not whole.number
            or "at least" in (part.state, whole.state)
        ):
            return None
        return part.number / whole.number

    def published(self) -> dict[str, object]:
        """The row as data, hidden counts left out (None)."""
        counts = {name: None if count is None else count.published for name, count in self.counts.items()}
        states = {
            name: count.state for name, count in self.counts.items() if count is not None and count.state != "told"
        }
        head = {"dimension": self.dimension, "group": self.group, **counts}
        return {**head, "mean_change": self.mean_change, "suppressed": self.suppressed, "hidden": states}


@dataclass(slots=True, eq=False)
class _Cell:
    """A number, what a reader can tell of it (between low and high), and how late it is covered: low ranks first."""

    number: int
    low: float
    high: float
    hidden: bool
    rank: int
    covered: bool = False
    rest: bool = False  # never printed: what is left of a whole beside its part, or people of units a map shows
    delicate: bool = field(init=False)  # this number must not be found out

    def __post_init__(self) -> None:
        """Small numbers are delicate."""
        self.delicate = 0 < self.number < SMALL_COUNT

    def cover(self) -> None:
        """Print `not shown` instead: of this number a reader knows only that it is not zero."""
        self.hidden, self.covered, self.low, self.high = True, True, 1, math.inf

    @property
    def exposed(self) -> bool:
        """Whether a reader can tell a small count exactly."""
        return self.hidden and self.delicate and self.low == self.high


@dataclass(frozen=True, slots=True)
class _Sum:
    """Parts that add up to a whole."""

    parts: tuple[_Cell, ...]
    whole: _Cell

    @property
    def cells(self) -> tuple[_Cell, ...]:
        """Parts and whole."""
        return (*self.parts, self.whole)


def rows_of(comparison: Comparison, beside: Mapping[tuple[str, str], UnitCounts] | None = None) -> dict[str, list[Row]]:
    """Every dimension's groups with the counts that may be told; `total` first. Empty when no people are counted.

    beside: people of each unit as a map tells them (`told_per_unit`, when left out) to the same reader, who also sees
    what each unit gains and loses; so mean changes are rounded as well. An empty one: there is no map.
    """
    beside = told_per_unit(comparison.people) if beside is None else beside
    changes = {dimension: comparison.by(dimension) for dimension in comparison.people.dimensions}
    flat = [change for group in changes.values() for change in group]
    cells = {(c.dimension, c.group): _cells(c) for c in flat}
    sums = [equation for c in flat for equation in _within(cells[c.dimension, c.group])]
    masks = _what_happens(comparison)
    for key, units in beside.items():
        if key in cells:
            sums += _on_the_map(masks, comparison.people.counts[key], cells[key], units)
    everybody = cells.get(("total", "all"))
    if everybody is not None:
        for dimension, group in changes.items():
            parts = [cells[dimension, c.group] for c in group]
            if dimension != "total" and sum(p["people"].number for p in parts) == everybody["people"].number:
                sums += _across(parts, everybody)
    _cover(sums)
    rows = {name: [_row(change, cells[name, change.group]) for change in group] for name, group in changes.items()}
    return {name: [_rounded(row, comparison, beside) for row in group] for name, group in rows.items()}


def count_of(number: int, suppressed: bool = False) -> Count:
    """A count on its own, outside any sum."""
    if suppressed:
        return Count(number, "at least" if number >= SMALL_COUNT else "withheld")
    return Count(number, "small" if 0 < number < SMALL_COUNT else "told")


def told_together(
    numbers: Mapping[str, int], sums: Iterable[tuple[Sequence[str], str]], withheld: Collection[str] = ()
) -> dict[str, Count]:
    """Counts of any table as they may be told, when some add up to others.

    numbers: name to count; where something has to be covered, the first goes first. sums: names of parts, and of what
    they add up to. withheld: names of counts of which the publisher withheld a part.
    """
    cells = {}
    for rank, (name, number) in enumerate(numbers.items()):
        state = count_of(number, name in withheld).state
        bounds = {"small": (1, SMALL_COUNT - 1), "withheld": (0, SMALL_COUNT - 1)}
        low, high = bounds.get(state, (number, number))
        cells[name] = _Cell(number, low, high, state in bounds, rank + (len(numbers) if state == "small" else 0))
    _cover([_Sum(tuple(cells[part] for part in parts), cells[whole]) for parts, whole in sums])
    return {
        name: Count(number, "covered") if cells[name].covered else count_of(number, name in withheld)
        for name, number in numbers.items()
    }


def _cells(change: GroupChange) -> dict[str, _Cell]:
    """The counts of a row with their ranks.

    In a group other counts are covered first, then small ones lose even their `fewer than`, then its people. The row of
    everybody, which the headline tells, is touched last.
    """
    last = 100 if (change.dimension, change.group) == ("total", "all") else 0
    cells = {}
    for at, name in enumerate(COVER_FIRST):
        number = getattr(change, name)
        if number is None:
            continue
        state = count_of(number, change.suppressed).state
        bounds = {"small": (1, SMALL_COUNT - 1), "withheld": (0, SMALL_COUNT - 1)}
        low, high = bounds.get(state, (number, number))
        rank = at + last + (20 if state == "small" else 40 if name == "people" else 0)
        cells[name] = _Cell(number, low, high, state in bounds, rank)
    return cells


def _within(cells: dict[str, _Cell]) -> list[_Sum]:
    found = [_Sum(tuple(cells[n] for n in ("gain", "lose", "same", "unknown")), cells["people"])]
    for total, part in PARTS:
        if part in cells:
            rest = _Cell(cells[total].number - cells[part].number, 0, math.inf, hidden=True, rank=0, rest=True)
            found.append(_Sum((cells[part], rest), cells[total]))
    return found


def _what_happens(comparison: Comparison) -> dict[str, NDArray[np.bool_]]:
    """The units whose people each count of a row is the sum of."""
    better, known = comparison.better(), comparison.known()
    before, after = comparison.base.mean(), comparison.after.mean()
    gain, lose, sure = known & (better > 0), known & (better < 0), comparison.agreement() >= SURE
    return {
        "gain": gain, "lose": lose, "same": known & (better == 0), "unknown": ~known,
        "reached": np.isinf(before) & np.isfinite(after), "cut_off": np.isfinite(before) & np.isinf(after),
        "sure_gain": gain & sure, "sure_lose": lose & sure,
    }  # fmt: skip


def _on_the_map(
    masks: dict[str, NDArray[np.bool_]], count: NDArray[np.int64], cells: dict[str, _Cell], units: UnitCounts
) -> list[_Sum]:
    """What a map beside the table tells of a row: each count is the people of units that the reader sees and knows of.

    Units to which the same happens are one cell. Its sum is delicate when it would tell the people of a small unit.
    """
    alike = np.zeros(len(count), np.int64)
    for bit, mask in enumerate(masks.values()):
        alike |= mask.astype(np.int64) << bit
    unsure = units.low < units.high
    small = unsure & (count > 0) & (count < SMALL_COUNT)
    parts: dict[str, list[_Cell]] = {name: [] for name in masks}
    for kind in np.unique(alike):
        here = alike == kind
        low, high, number = float(units.low[here].sum()), float(units.high[here].sum()), int(count[here].sum())
        cell = _Cell(number, low, high, hidden=low < high, rank=0, rest=True)
        alone = int(unsure[here].sum()) == 1 or number in (low, high)
        cell.delicate = alone and bool(small[here].any())
        for bit, name in enumerate(masks):
            if kind >> bit & 1:
                parts[name].append(cell)
    return [_Sum(tuple(found), cells[name]) for name, found in parts.items() if found and name in cells]


def _across(parts: list[dict[str, _Cell]], everybody: dict[str, _Cell]) -> list[_Sum]:
    return [_Sum(tuple(p[name] for p in parts), everybody[name]) for name in COUNTS if name in everybody]


def _cover(sums: list[_Sum]) -> None:
    """Cover more numbers until no small count can be told: first sum by sum, then from all sums together."""
    cells = list({id(cell): cell for equation in sums for cell in equation.cells}.values())
    while True:
        choices = next((found for equation in sums if (found := _giving_away(equation))), None)
        if choices is None:
            told = [(cell.low, cell.high) for cell in cells]
            _tighten(sums)
            exposed = [cell for cell in cells if cell.exposed] or _found_together(sums, cells)
            for cell, bounds in zip(cells, told, strict=True):
                cell.low, cell.high = bounds
            near = [e for e in sums if any(cell in exposed for cell in e.cells)]
            linked = [e for e in sums if any(cell.hidden and cell.number for cell in e.cells)]
            choices = _open_cells(near) or (_open_cells(linked) if exposed else [])
        if not choices:
            return
        min(choices, key=lambda cell: (cell.rank, cell.number)).cover()


def _giving_away(equation: _Sum) -> list[_Cell]:
    """What could be covered in this sum, if it tells a small count, or a covered number, by itself; else nothing."""
    hidden = [cell for cell in equation.cells if cell.hidden and cell.number]
    told = [cell for cell in hidden if _told_by(equation, cell) and (cell.delicate or cell.covered)]
    return _open_cells([equation]) if told else []


def _told_by(equation: _Sum, cell: _Cell) -> bool:
    """Does this sum alone leave only one number for the cell?"""
    low = sum(p.low for p in equation.parts if p is not cell)
    high = sum(p.high for p in equation.parts if p is not cell)
    if cell is not equation.whole:
        low, high = equation.whole.low - high, equation.whole.high - low
    return max(low, cell.low) == min(high, cell.high)


def _open_cells(sums: list[_Sum]) -> list[_Cell]:
    """What may still be covered: printed numbers, and small ones that `fewer than` gives away beside others."""
    found = []
    for equation in sums:
        several = sum(cell.hidden and cell.number > 0 for cell in equation.cells) > 1
        found += [c for c in equation.cells if c.number and not (c.covered or c.rest) and (several or not c.hidden)]
    return found


def _tighten(sums: list[_Sum]) -> None:
    """What do the sums tell about each number? Bounds are drawn closer until nothing moves."""
    moved = True
    while moved:
        moved = False
        for equation in sums:
            low, high = sum(p.low for p in equation.parts), sum(p.high for p in equation.parts)
            moved |= _narrow(equation.whole, low, high)
            for part in equation.parts:
                others_low = sum(p.low for p in equation.parts if p is not part)
                others_high = sum(p.high for p in equation.parts if p is not part)
                moved |= _narrow(part, equation.whole.low - others_high, equation.whole.high - others_low)


def _found_together(sums: list[_Sum], cells: list[_Cell]) -> list[_Cell]:
    """The small counts that all sums together tell, although no chain of single sums does (integer programming)."""
    small = [cell for cell in cells if cell.hidden and cell.delicate]
    if not small:
        return []
    from scipy.optimize import Bounds, LinearConstraint, milp

    at = {id(cell): number for number, cell in enumerate(cells)}
    matrix = np.zeros((len(sums), len(cells)))
    for line, equation in zip(matrix, sums, strict=True):
        for part in equation.parts:
            line[at[id(part)]] += 1
        line[at[id(equation.whole)]] -= 1
    adds_up = LinearConstraint(matrix, 0, 0)
    top = 2 * max(cell.number for cell in cells) + 10  # no solution needs a larger one
    low, high = np.array([c.low for c in cells]), np.array([min(c.high, top) for c in cells])

    def possible(cell: _Cell, least: float, most: float) -> bool:
        ends = low.copy(), high.copy()
        ends[0][at[id(cell)]], ends[1][at[id(cell)]] = max(least, cell.low), min(most, cell.high)
        if ends[0][at[id(cell)]] > ends[1][at[id(cell)]]:
            return False
        every = np.ones(len(cells))
        return bool(milp(0 * every, integrality=every, bounds=Bounds(*ends), constraints=adds_up).success)

    def otherwise(cell: _Cell) -> bool:
        return possible(cell, 0, cell.number - 1) or possible(cell, cell.number + 1, math.inf)

    return [cell for cell in small if not otherwise(cell)]


def _narrow(cell: _Cell, low: float, high: float) -> bool:
    closer = (max(cell.low, low), min(cell.high, high))
    if closer == (cell.low, cell.high):
        return False
    cell.low, cell.high = closer
    return True


def _row(change: GroupChange, cells: dict[str, _Cell]) -> Row:
    counts: dict[str, Count | None] = {}
    for name in COUNTS:
        number = getattr(change, name)
        if number is None:
            counts[name] = None
            continue
        alone = count_of(number, change.suppressed)
        counts[name] = Count(number, "covered") if cells[name].covered else alone
    mean = None if math.isnan(change.mean_change) else change.mean_change
    if any((c := counts[name]) is None or not c.visible for name in ("people", "gain", "lose")):
        mean = None
    return Row(change.dimension, change.group, counts, mean, change.suppressed)


def _rounded(row: Row, comparison: Comparison, beside: Mapping[tuple[str, str], UnitCounts]) -> Row:
    """The row with a mean that does not give small units away to who sees the change of each."""
    key = (row.dimension, row.group)
    if row.mean_change is None or key not in beside:
        return row
    change = comparison.change()
    mean = mean_beside(change, comparison.people.counts[key], np.isfinite(change), beside[key])
    return replace(row, mean_change=mean)
