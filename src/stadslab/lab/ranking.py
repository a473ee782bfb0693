"""Who is the poorest? What people are ranked by, and where each of them stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stadslab.core.errors import InputError, Problem
from stadslab.core.support import Population

if TYPE_CHECKING:
    from numpy.typing import NDArray

# words for steps of income, education, ...: from poor to rich
STEPS = ("lowest", "very low", "low", "lower", "mid", "middle", "medium", "higher", "high", "very high", "highest")
BEST_MEANS = ("median", "mean", "average")


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """People in ranked portions: those of one unit and, with groups, of one group.

    unit: int64[k], the unit they live in. people: float64[k]. rank: float64[k], low is poor, NaN where not known.
    steps: groups from poor to rich, when these are the ranks. words: what they are ranked by.
    """

    unit: NDArray[np.int64]
    people: NDArray[np.float64]
    rank: NDArray[np.float64]
    words: str
    steps: tuple[str, ...] = ()

    @property
    def ranked(self) -> NDArray[np.bool_]:
        """Portions with people in them whose rank is known."""
        return (self.people > 0) & ~np.isnan(self.rank)


def ranking_of(people: Population, ranked_by: str = "", order: tuple[str, ...] = ()) -> Ranking | None:
    """What tells poor from rich? None when nothing was asked for and no income is known.

    ranked_by: a dimension (`income`), or one of its means (`income:median`); income when left out, a mean (or median)
    of each unit before groups. order: groups from poor to rich, when their names do not tell. Raises `InputError` for
    what is not known or has no order.
    """
    dimension, _, name = (ranked_by or "income").partition(":")
    means = {g: v for (d, g), v in people.means.items() if d == dimension}
    groups = people.groups(dimension) if dimension in people.dimensions else []
    if means and not order and (not name or name in means):
        name = name or next((g for g in BEST_MEANS if g in means), sorted(means)[0])
        unit = np.arange(len(people.total))
        # means are sums divided: the last digits must not tell apart who is equally rich
        rank = np.array([float(f"{mean:.9g}") for mean in means[name].tolist()], np.float64)
        return Ranking(unit, people.total.astype(np.float64), rank, f"{name} {dimension} of the unit")
    steps = tuple(groups) if len(groups) > 1 and not name else ()
    if steps:
        return _by_groups(people, dimension, steps, order, asked=bool(ranked_by or order))
    if not ranked_by and not order:
        return None
    known = [f"{d}:{g}" for d, g in sorted(people.means)] + [d for d in people.dimensions if d != "total"]
    hint = f"known: {', '.join(known)}" if known else "load people by income first"
    raise InputError(Problem("ranked_by", f"people are not ranked by {ranked_by or 'income'!r}", hint))


def _by_groups(
    people: Population, dimension: str, steps: tuple[str, ...], order: tuple[str, ...], *, asked: bool
) -> Ranking | None:
    if order:
        if sorted(order) != sorted(steps):
            what = f"{', '.join(order)} are not the groups of {dimension}"
            raise InputError(Problem("order", what, f"from poor to rich, each once: {', '.join(steps)}"))
        steps = order
    else:
        sorted_steps = _in_order(steps)
        if sorted_steps is None:
            if not asked:
                return None
            what = f"which group of {dimension} is the poorest? {', '.join(steps)}"
            raise InputError(Problem("order", what, "say order, from poor to rich"))
        steps = sorted_steps
    n = len(people.total)
    return Ranking(
        np.tile(np.arange(n), len(steps)),
        np.concatenate([people.counts[dimension, g] for g in steps]).astype(np.float64),
        np.repeat(np.arange(len(steps), dtype=np.float64), n),
        f"{dimension} group",
        steps,
    )


def _in_order(steps: tuple[str, ...]) -> tuple[str, ...] | None:
    """The groups from poor to rich by their names: numbers as they come, or words such as low and high."""
    if all(any(c.isdigit() for c in step) for step in steps):
        return steps  # `Population.groups` puts numbers in order
    words = {step: step.lower().replace("_", " ").replace("-", " ") for step in steps}
    if all(word in STEPS for word in words.values()):
        return tuple(sorted(steps, key=lambda step: STEPS.index(words[step])))
    return None
