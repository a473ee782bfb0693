"""Before and after: who gains, who loses, how many people, which groups, how sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stadslab.core.errors import InputError, Problem
from stadslab.core.support import Population
from stadslab.core.values import Values

if TYPE_CHECKING:
    from numpy.typing import NDArray

SURE = 0.9  # share of draws that must agree before a change is called certain


@dataclass(frozen=True, slots=True)
class GroupChange:
    """What one group gains or loses.

    people: in the group; gain, lose, same, unknown: people in units that do. reached, cut_off: people who can newly
    reach what they could not, or no longer can. mean_change: per person with a finite change, in the indicator's unit
    (NaN when nobody).
    sure_gain, sure_lose: of those, people in units where at least nine draws in ten agree; None when uncertainty is not
    stated.
    suppressed: some of the group's numbers were withheld by the publisher. These are raw counts: what may be
    told of them is decided by `stadslab.core.suppression.rows_of`.
    """

    dimension: str
    group: str
    people: int
    gain: int
    lose: int
    same: int
    unknown: int
    reached: int
    cut_off: int
    mean_change: float
    sure_gain: int | None
    sure_lose: int | None
    suppressed: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Facts:
    """What happens to each unit: change float64[n], the rest bool[n]."""

    change: NDArray[np.float64]
    gain: NDArray[np.bool_]
    lose: NDArray[np.bool_]
    same: NDArray[np.bool_]
    unknown: NDArray[np.bool_]
    reached: NDArray[np.bool_]
    cut_off: NDArray[np.bool_]
    sure: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The same indicator on the same units before and after a scenario. Counts people, not cells.

    `people` is the population before; people added by the scenario are counted apart (`newcomers`), since they had no
    before.
    """

    base: Values
    after: Values
    people: Population
    newcomers: int = 0

    def __post_init__(self) -> None:
        """Refuse to compare different rulers, questions or units."""
        problems = []
        for what, a, b in (
            ("reporting units", self.base.support.digest, self.after.support.digest),
            ("indicators", self.base.indicator, self.after.indicator),
            ("units", self.base.unit, self.after.unit),
            ("numbers of draws", self.base.draws.shape, self.after.draws.shape),
            ("parameters", self.base.receipt.params, self.after.receipt.params),
            ("methods", self.base.receipt.method, self.after.receipt.method),
            ("seeds", self.base.receipt.seed, self.after.receipt.seed),
        ):
            if a != b:
                problems.append(
                    Problem(
                        "compare",
                        f"before and after have different {what}: {a} and {b}",
                        "measure both in the same way",
                    )
                )
        if self.people.support_digest != self.base.support.digest:
            problems.append(Problem("compare", "people are counted on other reporting units than the values"))
        if problems:
            raise InputError(*problems)

    @property
    def sign(self) -> float:
        """+1 when more is better by the indicator's default, -1 when less is."""
        return 1.0 if self.base.direction == "benefit" else -1.0

    def change(self) -> NDArray[np.float64]:
        """After minus before, mean over draws, float64[n]: infinite where reach is won or lost, NaN where unknown."""
        if not self.base.uncertain:
            return self._change_draws()[:, 0]
        with np.errstate(invalid="ignore"):  # won in one draw and lost in another: not known
            return np.asarray(self._change_draws().mean(axis=1), np.float64)

    def better(self) -> NDArray[np.int8]:
        """+1 for units that gain, -1 for those that lose, 0 for no change; unknown is 0 with `known()` false."""
        return np.sign(np.nan_to_num(self.change() * self.sign, nan=0.0, posinf=1.0, neginf=-1.0)).astype(np.int8)

    def known(self) -> NDArray[np.bool_]:
        """Units whose change is known, bool[n]."""
        return ~np.isnan(self.change())

    def agreement(self) -> NDArray[np.float64]:
        """Share of draws with the sign of the mean change, float64[n]; NaN when uncertainty is not stated."""
        if not self.base.uncertain:
            return np.full(len(self.base), np.nan)
        signs = np.sign(np.nan_to_num(self._change_draws() * self.sign, posinf=1.0, neginf=-1.0))
        return np.asarray((signs == self.better()[:, None]).mean(axis=1), np.float64)

    def by(self, dimension: str = "total") -> list[GroupChange]:
        """Gains and losses of every group of a dimension; raises `InputError` for a dimension nobody is counted by."""
        if dimension not in self.people.dimensions:
            known = ", ".join(self.people.dimensions) or "none: load people first"
            raise InputError(Problem("by", f"people are not counted by {dimension!r}", f"known: {known}"))
        facts = self._facts()
        return [self._group(dimension, group, facts) for group in self.people.groups(dimension)]

    def gainers(self, by: str = "total") -> list[GroupChange]:
        """Groups with anybody who gains, most people first."""
        return sorted((g for g in self.by(by) if g.gain), key=lambda g: (-g.gain, g.group))

    def losers(self, by: str = "total") -> list[GroupChange]:
        """Groups with anybody who loses, most people first."""
        return sorted((g for g in self.by(by) if g.lose), key=lambda g: (-g.lose, g.group))

    def _change_draws(self) -> NDArray[np.float64]:
        before, after = self.base.draws, self.after.draws
        both = np.isinf(before) & np.isinf(after) & (np.sign(before) == np.sign(after))
        with np.errstate(invalid="ignore"):
            return np.asarray(np.where(both, 0.0, after - before), np.float64)

    def _facts(self) -> _Facts:
        """What every group is counted by, worked out once."""
        change, better = self.change(), self.better()
        known = ~np.isnan(change)
        before, after = self.base.mean(), self.after.mean()
        return _Facts(
            change=change,
            gain=known & (better > 0),
            lose=known & (better < 0),
            same=known & (better == 0),
            unknown=~known,
            reached=np.isinf(before) & np.isfinite(after),
            cut_off=np.isfinite(before) & np.isinf(after),
            sure=self.agreement() >= SURE,
        )

    def _group(self, dimension: str, group: str, facts: _Facts) -> GroupChange:
        count = self.people.counts[dimension, group]
        finite = np.isfinite(facts.change) & (count > 0)
        mean = float(np.average(facts.change[finite], weights=count[finite])) if finite.any() else float("nan")
        held = self.people.suppressed.get((dimension, group))
        return GroupChange(
            dimension=dimension,
            group=group,
            people=int(count.sum()),
            gain=int(count[facts.gain].sum()),
            lose=int(count[facts.lose].sum()),
            same=int(count[facts.same].sum()),
            unknown=int(count[facts.unknown].sum()),
            reached=int(count[facts.reached].sum()),
            cut_off=int(count[facts.cut_off].sum()),
            mean_change=mean,
            sure_gain=int(count[facts.gain & facts.sure].sum()) if self.base.uncertain else None,
            sure_lose=int(count[facts.lose & facts.sure].sum()) if self.base.uncertain else None,
            suppressed=bool(held.any()) if held is not None else False,
        )
