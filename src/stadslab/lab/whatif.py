"""A question that stays open while the city is edited: answers keep up with each edit, and are exact after it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from stadslab.core.city import City
from stadslab.core.compare import Comparison
from stadslab.core.edit import Edit
from stadslab.core.errors import Problem, raise_errors
from stadslab.core.indicator import Live
from stadslab.core.progress import Progress, silent
from stadslab.core.scenario import Scenario, with_deltas
from stadslab.core.values import Measured, Values
from stadslab.lab.plan import layers_read
from stadslab.lab.run import Question, inputs_of, receipt_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.lab.lab import Lab


class WhatIf:
    """One question about a city, before and after edits that come and go.

    Indicators that can follow a change (`Indicator.live`) are brought up to date where it matters; others are asked
    anew after each edit. Either way the answer is the one `Lab.measure` gives for the same scenario.

    base: values of the city as it is. scenario: the edits so far. warnings: what was worth a word about the last edit.
    looked_at: units whose answer the last change was able to touch, int32[n]; all others are as they were.
    """

    def __init__(self, lab: Lab, question: Question, base: City, progress: Progress = silent) -> None:
        """Ask the question once; raises what `Lab.measure` raises."""
        self._lab, self._question = lab, question
        self.base, _ = lab.answer(question, base, None, progress)
        self._cities = [base]
        self.scenario = Scenario("what-if")
        self.warnings: tuple[Problem, ...] = ()
        self.looked_at: NDArray[np.int32] = np.zeros(0, np.int32)
        self._live: Live | None = None
        self._measured: Measured | None = None  # what it said last
        self._here = base  # the city the live answer stands for
        self._begin(base)

    @property
    def city(self) -> City:
        """The city after the edits."""
        return self._cities[-1]

    def add(self, *edits: Edit) -> WhatIf:
        """Carry out more edits, all or none. Raises `InputError` with every problem of every edit."""
        city = self.city
        cities: list[City] = []
        problems: list[Problem] = []
        for number, edit in enumerate(edits, len(self.scenario.edits) + 1):
            found = edit.problems(city)
            where = f"edit {number} ({edit.kind})"
            problems += [replace(p, where=f"{where}, {p.where}" if p.where else where) for p in found]
            if not any(p.severity == "error" for p in found):
                city = with_deltas(city, edit.deltas(city))
            cities.append(city)
        raise_errors(problems)
        self._follow(city)
        self._cities += cities
        self.scenario = self.scenario.add(*edits)
        self.warnings = tuple(problems)
        return self

    def undo(self, edits: int = 1) -> WhatIf:
        """Take back the last edits; all of them when there are fewer."""
        left = max(0, len(self.scenario.edits) - max(0, edits))
        self._follow(self._cities[left])
        del self._cities[left + 1 :]
        self.scenario = replace(self.scenario, edits=self.scenario.edits[:left])
        self.warnings = ()
        return self

    def values(self) -> Values:
        """The answer after the edits, with its receipt."""
        base = self._cities[0]
        if self._live is None:
            return self._lab.answer(self._question, base, self.scenario)[0]
        measured = self._measured or self._live.measured()
        receipt = receipt_for(self._question, self.base.support, base, self.city, self.scenario)
        draws, reason = measured.values[:, None].copy(), measured.reason.copy()
        return replace(self.base, draws=draws, reason=reason, receipt=receipt)

    def comparison(self) -> Comparison:
        """Who gains and who loses by the edits so far."""
        base = self._cities[0]
        people = self._lab.people(self._question.support, base)
        moved_in = self._lab.newcomers(self._question.support, base, self.city)
        return Comparison(self.base, self.values(), people, moved_in)

    def _begin(self, city: City) -> None:
        """Ask the question of this city in a way that can follow changes, where there is one."""
        question = self._question
        self.looked_at = np.arange(len(self.base.support), dtype=np.int32)
        self._live = self._measured = None
        if question.indicator.live is not None and question.draws == 1:
            self._live, self._here = question.indicator.live(*self._inputs(city), **question.params), city

    def _inputs(self, city: City) -> list[Any]:
        return inputs_of(self._question.indicator, self.base.support, city, self._lab.builds)

    def _follow(self, city: City) -> None:
        """Let the live answer become that of this city."""
        if self._live is None:
            return
        names = layers_read(self._question.indicator, city)
        changes = {name: self._here[name].differences(city[name]) for name in names if name in self._here}
        changes = {name: rows for name, rows in changes.items() if rows[0] or rows[1].num_rows}
        if not set(changes) <= set(self._live.follows):
            self._begin(city)
            return
        if not changes:
            self.looked_at, self._here = np.zeros(0, np.int32), city
            return
        before = self._measured or self._live.measured()
        try:
            asked = self._live.become(changes, lambda: self._inputs(city))
        except OverflowError:  # more new junctions than there is room for
            self._begin(city)
            return
        after = self._measured = self._live.measured()
        told = np.flatnonzero(before.differs(after))  # a reason may change far away
        self.looked_at, self._here = np.union1d(asked, told).astype(np.int32), city
