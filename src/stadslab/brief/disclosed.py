"""Which counts may be told, when small ones could also be found by subtraction?

A table says people = gain + lose + same + unknown, and a dimension's groups add up to everybody. One hidden number
in such a sum is no secret, so a second one is covered as well ("complementary suppression", Hundepool et al. 2012,
"Statistical Disclosure Control", ch. 4). This looks at one sum at a time; it does not solve all of them together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from stadslab.core.compare import Comparison, GroupChange
from stadslab.core.disclosure import SMALL_COUNT

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
            "told": f"{self.number:,}",
            "small": f"fewer than {SMALL_COUNT}",
            "at least": f"at least {self.number:,}",
            "withheld": "withheld",
            "covered": "not shown",
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


@dataclass(slots=True)
class _Cell:
    number: int
    hidden: bool
    rest: bool = False  # what is left of a whole beside its part: never printed


def rows_of(comparison: Comparison) -> dict[str, list[Row]]:
    """Every dimension's groups with the counts that may be told; `total` first. Empty when no people are counted."""
    changes = {dimension: comparison.by(dimension) for dimension in comparison.people.dimensions}
    flat = [change for group in changes.values() for change in group]
    cells = {(c.dimension, c.group): _cells(c) for c in flat}
    sums = [_within(cells[c.dimension, c.group]) for c in flat]
    everybody = cells.get(("total", "all"))
    if everybody is not None:
        for dimension, group in changes.items():
            parts = [cells[dimension, c.group] for c in group]
            if dimension != "total" and sum(p["people"].number for p in parts) == everybody["people"].number:
                sums.append([_across(parts, everybody, name) for name in COUNTS])
    _cover([equation for group in sums for equation in group])
    return {name: [_row(change, cells[name, change.group]) for change in group] for name, group in changes.items()}


def count_of(number: int, suppressed: bool = False) -> Count:
    """A count on its own, outside any sum."""
    if suppressed:
        return Count(number, "at least" if number >= SMALL_COUNT else "withheld")
    return Count(number, "small" if 0 < number < SMALL_COUNT else "told")


def _cells(change: GroupChange) -> dict[str, _Cell]:
    cells = {}
    for name in COUNTS:
        number = getattr(change, name)
        if number is not None:
            cells[name] = _Cell(number, not count_of(number, change.suppressed).visible)
    return cells


# A sum: cells that add up, the one to keep longest last, and what is never printed (always hidden).
_Sum = list[tuple[int, _Cell]]


def _within(cells: dict[str, _Cell]) -> list[_Sum]:
    order = {name: at for at, name in enumerate(COVER_FIRST)}
    whole = [(order[name], cells[name]) for name in ("people", "gain", "lose", "same", "unknown")]
    rests = []
    for total, part in PARTS:
        if part in cells:
            rest = _Cell(cells[total].number - cells[part].number, True, rest=True)
            rests.append([(order[part], cells[part]), (order[total], cells[total]), (99, rest)])
    return [whole, *rests]


def _across(parts: list[dict[str, _Cell]], everybody: dict[str, _Cell], name: str) -> _Sum:
    if name not in everybody:
        return []
    ranked = sorted((p[name] for p in parts), key=lambda c: c.number)
    return [*enumerate(ranked), (99, everybody[name])]


def _cover(sums: list[_Sum]) -> None:
    """Hide more cells until no small count can be had by subtracting within one sum."""
    changed = True
    while changed:
        changed = False
        for terms in sums:
            hidden = [cell for _, cell in terms if cell.hidden and cell.number]
            if not hidden or not _gives_away(hidden):
                continue
            open_cells = [(rank, cell) for rank, cell in terms if not cell.hidden and cell.number]
            if open_cells:
                min(open_cells, key=lambda item: item[0])[1].hidden = True
                changed = True


def _gives_away(hidden: list[_Cell]) -> bool:
    """Do these hidden numbers, whose sum a reader can find, tell one of them that is small?"""
    small = [cell.number for cell in hidden if cell.number < SMALL_COUNT]
    if len(hidden) == 1:
        return bool(small) or not hidden[0].rest  # a covered number found again uncovers what it covers
    return len(small) == len(hidden) and sum(small) in (len(small), (SMALL_COUNT - 1) * len(small))


def _row(change: GroupChange, cells: dict[str, _Cell]) -> Row:
    counts: dict[str, Count | None] = {}
    for name in COUNTS:
        number = getattr(change, name)
        if number is None:
            counts[name] = None
            continue
        alone = count_of(number, change.suppressed)
        counts[name] = Count(number, "covered") if cells[name].hidden and alone.visible else alone
    mean = None if math.isnan(change.mean_change) else change.mean_change
    if any((c := counts[name]) is None or not c.visible for name in ("people", "gain", "lose")):
        mean = None
    return Row(change.dimension, change.group, counts, mean, change.suppressed)
