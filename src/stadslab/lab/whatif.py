"""A question that stays open while the city is edited: answers keep up with each edit, and are exact after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from stadslab.core.city import City
from stadslab.core.compare import Comparison
from stadslab.core.edit import Edit
from stadslab.core.errors import InputError, Problem
from stadslab.core.indicator import Live
from stadslab.core.progress import IDLE, Progress, Watch, silent
from stadslab.core.scenario import Scenario, with_deltas
from stadslab.core.support import Population, Support
from stadslab.core.unit_counts import UnitCounts, told_per_unit
from stadslab.core.values import Measured, Values
from stadslab.lab.nearby import nearest_units
from stadslab.lab.plan import layers_read
from stadslab.lab.run import Question, inputs_of, measured_of, receipt_for, run
from stadslab.store.values import has_values, save_values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.lab.lab import Lab

FIRST = 16  # one unit in so many is asked before the others, where many are
FEWEST_FIRST = 256


class RefusedEditsError(InputError):
    """Edits that cannot be carried out. at: for each problem the number of its edit, 0 the first."""

    def __init__(self, problems: Sequence[tuple[int, Problem]]) -> None:
        """Keep every problem and which edit it is about."""
        super().__init__(*(problem for _, problem in problems))
        self.at = tuple(number for number, _ in problems)


class WhatIf:
    """One question about a city, before and after edits that come and go.

    Indicators that can follow a change (`Indicator.live`) are brought up to date where it matters; others are asked
    anew after each edit. Either way the answer is the one `Lab.measure` gives for the same scenario. One thread at a
    time.

    base: values of the city as it is. scenario: the edits so far. warnings: what was worth a word about the last edit.
    remarks: the same of every edit, with its number (0 the first).
    looked_at: units whose answer the last change was able to touch, int32[n]; all others are as they were.
    """

    def __init__(self, lab: Lab, question: Question, base: City, progress: Progress = silent) -> None:
        """Ask the question once; raises what `Lab.measure` raises."""
        self._lab, self._question = lab, question
        self.base, _ = lab.answer(question, base, None, progress)
        self._cities = [base]
        self._found: list[list[Problem]] = []  # worth a word, by edit
        self._said: list[str | None] = []  # what each edit says, once it was asked
        self.scenario = Scenario("what-if")
        self.warnings: tuple[Problem, ...] = ()
        self.looked_at: NDArray[np.int32] = np.zeros(0, np.int32)
        self._live: Live | None = None
        self._measured: Measured | None = None  # what it said last
        self._here = base  # the city the live answer stands for
        self._answer: Values | None = None  # for the edits as they are
        self._last = base  # the city of the answer before
        self._kept = ""  # key of the answer that was kept last
        self._people: Population | None = None
        self._counts: dict[tuple[str, str], UnitCounts] | None = None
        self._begin(base, Watch(progress))

    @property
    def city(self) -> City:
        """The city after the edits."""
        return self._cities[-1]

    @property
    def key(self) -> str:
        """Under which key the answer is kept, if it is."""
        return self._question.key(self._cities[0], self.city)

    @property
    def base_key(self) -> str:
        """Under which key the values of the city as it is are kept."""
        return self._question.key(self._cities[0], self._cities[0])

    @property
    def follows(self) -> bool:
        """Whether the answer is brought up to date where it matters, rather than asked anew."""
        return self._live is not None

    @property
    def remarks(self) -> tuple[tuple[int, Problem], ...]:
        """What is worth a word about each edit, with its number."""
        return tuple((number, problem) for number, found in enumerate(self._found) for problem in found)

    def add(self, *edits: Edit) -> WhatIf:
        """Carry out more edits, all or none. Raises `InputError` with every problem of every edit."""
        return self._become(len(self.scenario.edits), edits, IDLE)

    def undo(self, edits: int = 1) -> WhatIf:
        """Take back the last edits; all of them when there are fewer."""
        return self._become(max(0, len(self.scenario.edits) - max(0, edits)), (), IDLE)

    def replace(self, edits: Sequence[Edit], watch: Watch = IDLE) -> WhatIf:
        """Let these be the edits, all or none; what they have in common with those before, from the first on, stays.

        So an edit that is dragged, taken back or put elsewhere in the list is one change, not several. Raises
        `RefusedEditsError` with every problem of every edit; then, and when `watch` calls it off, nothing has changed.
        """
        kept = 0
        for before, after in zip(self.scenario.edits, edits, strict=False):
            if before != after:
                break
            kept += 1
        if kept < len(edits) or kept < len(self.scenario.edits):
            self._become(kept, edits[kept:], watch)
        return self

    def values(self, watch: Watch = IDLE) -> Values:
        """The answer after the edits, with its receipt."""
        if self._answer is None:
            self._answer = self._asked(watch) if self._live is None else self._followed(self._live)
        return self._answer

    def comparison(self, watch: Watch = IDLE) -> Comparison:
        """Who gains and who loses by the edits so far."""
        base = self._cities[0]
        if self._people is None:
            self._people = self._lab.people(self._question.support, base, watch.progress)
        moved_in = self._lab.newcomers(self._question.support, base, self.city, watch.progress)
        return Comparison(self.base, self.values(watch), self._people, moved_in)

    def told_per_unit(self) -> dict[tuple[str, str], UnitCounts]:
        """People of each unit as a map may tell them beside the comparison."""
        if self._people is None:
            self._people = self._lab.people(self._question.support, self._cities[0])
        if self._counts is None:
            self._counts = told_per_unit(self._people)
        return self._counts

    def sentences(self) -> list[str]:
        """The edits in plain words, each told on the city as the edits before it leave it."""
        for number, edit in enumerate(self.scenario.edits):
            if self._said[number] is None:
                self._said[number] = edit.sentence(self._cities[number])
        return [said for said in self._said if said is not None]

    def keep(self) -> str:
        """Keep the answer in the lab, as measuring the scenario would; its key."""
        key = self.key
        if key != self._kept and not has_values(self._lab.folder, key):
            save_values(self._lab.folder, key, self.values())
        self._kept = key
        return key

    def _become(self, kept: int, edits: Sequence[Edit], watch: Watch) -> WhatIf:
        """Let the first edits stay and these come after them, all or none."""
        cities, found = _carried_out(self._cities[kept], edits, kept)
        last = self.city
        self._follow(cities[-1] if cities else self._cities[kept], watch)
        self._cities[kept + 1 :] = cities
        self._found[kept:] = found
        self._said[kept:] = [None] * len(edits)
        self.scenario = replace(self.scenario, edits=(*self.scenario.edits[:kept], *edits))
        self.warnings = tuple(problem for some in found for problem in some)
        self._answer, self._last = None, last
        return self

    def _followed(self, live: Live) -> Values:
        """What the live answer says, as values."""
        base = self._cities[0]
        measured = self._measured or live.measured()
        receipt = receipt_for(self._question, self.base.support, base, self.city, self.scenario)
        draws, reason = measured.values[:, None].copy(), measured.reason.copy()
        return replace(self.base, draws=draws, reason=reason, receipt=receipt)

    def _asked(self, watch: Watch) -> Values:
        """The answer asked anew; of a few units first, where that can be."""
        question, builds, base = self._question, self._lab.builds, self._cities[0]
        indicator = question.indicator
        # where others' homes are what is counted, a few units by themselves have another answer
        alone = "support" in indicator.reads and "population" not in indicator.reads and question.draws == 1
        if watch.early is not None and alone and len(self.base) > 2 * FEWEST_FIRST:
            watch.step()
            units = self._nearest(self._last, self.city)
            some = _some_of(self.base.support, units)
            answer = indicator.compute(
                *inputs_of(indicator, some, self.city, builds, watch.progress), **question.params
            )
            watch.early(units, measured_of(indicator, answer, len(units)))
        watch.step()
        return run(question, base, self.city, builds, self.scenario, watch.progress)

    def _begin(self, city: City, watch: Watch) -> None:
        """Ask the question of this city in a way that can follow changes, where there is one."""
        question, live = self._question, None
        if question.indicator.live is not None and question.draws == 1:
            live = question.indicator.live(*self._inputs(city, watch), **question.params)
        self._live, self._here, self._measured = live, city, None
        self.looked_at = np.arange(len(self.base.support), dtype=np.int32)

    def _inputs(self, city: City, watch: Watch) -> list[Any]:
        return inputs_of(self._question.indicator, self.base.support, city, self._lab.builds, watch.progress)

    def _follow(self, city: City, watch: Watch) -> None:
        """Let the live answer become that of this city."""
        if self._live is None:
            return
        names = layers_read(self._question.indicator, city)
        changes = {name: self._here[name].differences(city[name]) for name in names if name in self._here}
        changes = {name: rows for name, rows in changes.items() if rows[0] or rows[1].num_rows}
        if not set(changes) <= set(self._live.follows):
            self._begin(city, watch)
            return
        if not changes:
            self.looked_at, self._here = np.zeros(0, np.int32), city
            return
        before = self._measured or self._live.measured()
        here = self._here
        watch = replace(watch, first=lambda: self._nearest(here, city))
        try:
            asked = self._live.become(changes, lambda: self._inputs(city, watch), watch)
        except OverflowError:  # more new junctions than there is room for
            self._begin(city, watch)
            return
        after = self._measured = self._live.measured()
        told = np.flatnonzero(before.differs(after))  # a reason may change far away
        self.looked_at, self._here = np.union1d(asked, told).astype(np.int32), city

    def _nearest(self, before: City, after: City) -> NDArray[np.int32]:
        """A share of the units, those nearest to what changes from one city to the other."""
        support = self.base.support
        return nearest_units(support, before, after, max(FEWEST_FIRST, len(support) // FIRST))


def _carried_out(city: City, edits: Iterable[Edit], before: int) -> tuple[list[City], list[list[Problem]]]:
    """The city after each of these edits and what is worth a word about it; `before` edits come first.

    Raises `RefusedEditsError` with every problem of every edit.
    """
    cities: list[City] = []
    problems: list[list[Problem]] = []
    for number, edit in enumerate(edits, before + 1):
        found = edit.problems(city)
        where = f"edit {number} ({edit.kind})"
        problems.append([replace(p, where=f"{where}, {p.where}" if p.where else where) for p in found])
        if not any(p.severity == "error" for p in found):
            city = with_deltas(city, edit.deltas(city))
        cities.append(city)
    wrong = [(number, p) for number, some in enumerate(problems, before) for p in some if p.severity == "error"]
    if wrong:
        raise RefusedEditsError(wrong)
    return cities, problems


def _some_of(support: Support, units: NDArray[np.int32]) -> Support:
    """A few of the reporting units by themselves."""
    ids = tuple(support.ids[unit] for unit in units.tolist())
    return Support(support.kind, ids, support.geometry.take(units), support.points[units])
