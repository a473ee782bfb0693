"""How fairly is an answer shared among people? Every measure weighs people, not cells.

Unknown (NaN) units are left out and their people counted. Out of reach (infinite) has no size: those people are left
out as well, unless `unreachable` says what to count them as; they always count as beyond a poverty line.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stadslab.core.errors import InputError, Problem
from stadslab.core.suppression import Count, told_together
from stadslab.kernels import inequality
from stadslab.kernels.inequality import Ties
from stadslab.lab.ranking import Ranking

if TYPE_CHECKING:
    from stadslab.core.support import Population
    from stadslab.core.values import Values

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, NaN where it has no meaning or may not be told; low and high: 5th and 95th percentile of the draws."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class GroupShare:
    """What one group has. people: those with a number; mean: per person; below: share of them beyond the line."""

    dimension: str
    group: str
    people: Count
    mean: float | None
    gini: float | None
    below: float | None
    suppressed: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """How to measure. line: below it (above it, for costs) people are poor. bounds: of the corrected index."""

    ranking: Ranking | None
    dimensions: tuple[str, ...]
    line: float | None = None
    unreachable: float | None = None
    bounds: tuple[float, float] | None = None
    ties: Ties = "shared"


@dataclass(frozen=True, slots=True)
class Equity:
    """The measures of one answer.

    counts: people `all`, `counted` (with a number), `out of reach`, `unknown`, `unranked`, and `below` and `above` the
    line. figures: measure to number. theil: dimension to (between, within) groups. groups: what each of them has.
    """

    counts: dict[str, Count]
    figures: dict[str, Figure]
    theil: dict[str, tuple[float, float]]
    groups: tuple[GroupShare, ...]


def equity(values: Values, people: Population, asked: Asked) -> Equity:
    """Measure how the answer is shared. Raises `InputError` when nobody is counted or a value is negative."""
    if people.support_digest != values.support.digest:
        raise InputError(Problem("equity", "people are counted on other reporting units than the values"))
    total = people.total.astype(np.float64)
    if not total.any():
        raise InputError(Problem("equity", "no people are known", "load people: fairness is between people, not cells"))
    draws = _sized(values.draws, asked.unreachable)
    if (draws < 0).any():
        raise InputError(Problem("equity", f"{values.indicator} has negative values", "shares of them mean nothing"))
    cost = values.direction == "cost"
    single = [_measures(draws[:, d], total, cost, asked) for d in range(draws.shape[1])]
    figures = {name: _figure([one[name] for one in single]) for name in single[0]}
    mean = draws[:, 0] if draws.shape[1] == 1 else draws.mean(axis=1)
    counts, states = _counts(mean, people, cost, asked)
    told = {name: states[name] for name in counts if ":" not in name}
    if not told["counted"].visible:
        figures = {name: Figure(math.nan) for name in figures}
    if asked.line is not None and not (told["below"].visible and told["above"].visible):
        figures |= {name: Figure(math.nan) for name in ("fgt0", "fgt1", "fgt2")}
    return Equity(
        told,
        figures,
        {d: _theil_parts(mean, people, d) for d in asked.dimensions if d != "total"},
        tuple(_group(mean, people, d, g, states, asked) for d in asked.dimensions for g in _listed(people, d, asked)),
    )


def joint_bounds(*answers: Values, unreachable: float | None = None) -> tuple[float, float] | None:
    """Lowest and highest value of all units, inhabited or not, so that before and after are bounded alike."""
    every = np.concatenate([_sized(v.draws, unreachable).ravel() for v in answers])
    every = every[np.isfinite(every)]
    return (float(every.min()), float(every.max())) if len(every) else None


def _sized(draws: Floats, unreachable: float | None) -> Floats:
    return draws if unreachable is None else np.where(np.isinf(draws), unreachable, draws)


def _measures(value: Floats, total: Floats, cost: bool, asked: Asked) -> dict[str, float]:
    """Every measure of one draw."""
    known = np.isfinite(value)
    x, people = value[known], total[known]
    found = {
        "mean": inequality.mean(x, people),
        "gini": inequality.gini(x, people),
        "theil": inequality.theil_t(x, people).total,
    }
    found |= _ranked(value, asked) if asked.ranking is not None else _unranked(x, people, cost)
    if asked.line is not None:
        found |= _poverty(value, total, cost, asked.line)
    return found


def _ranked(value: Floats, asked: Asked) -> dict[str, float]:
    ranking = asked.ranking
    assert ranking is not None
    here = ranking.ranked & np.isfinite(value[ranking.unit])
    x, people, rank = value[ranking.unit][here], ranking.people[here], ranking.rank[here]
    split = inequality.palma(x, people, rank, shared=bool(ranking.steps))
    simple = inequality.concentration_index(x, people, rank, ties=asked.ties)
    corrected = math.nan
    if asked.bounds is not None:
        corrected = inequality.concentration_index(
            x, people, rank, kind="corrected", bounds=asked.bounds, ties=asked.ties
        )
    return {
        "palma": split.ratio, "poor_mean": split.poor_mean, "rich_mean": split.rich_mean,
        "poor_cut": split.poor_cut, "rich_cut": split.rich_cut,
        "concentration": simple, "corrected": corrected,
    }  # fmt: skip


def _unranked(x: Floats, people: Floats, cost: bool) -> dict[str, float]:
    """Without incomes: the best-off tenth against the worst-off four tenths, ranked by the answer itself."""
    split = inequality.palma(x, people, -x if cost else x, shared=True)
    return {"palma": split.ratio, "poor_mean": split.poor_mean, "rich_mean": split.rich_mean}


def _poverty(value: Floats, total: Floats, cost: bool, line: float) -> dict[str, float]:
    """Foster, Greer and Thorbecke; who is out of reach is beyond the line, by how much has no number."""
    known = ~np.isnan(value)
    finite = np.isfinite(value[known])
    beyond = _beyond(value, line, cost)
    everybody = total[known].sum()
    found = {"fgt0": float(total[beyond].sum() / everybody) if everybody else math.nan}
    for alpha in (1, 2):
        whole = finite.all() or not total[known][~finite].any()
        x, people = value[known][finite], total[known][finite]
        gap = inequality.foster_greer_thorbecke(x, people, line, alpha, above=cost)
        found[f"fgt{alpha}"] = gap if whole else math.nan
    return found


def _beyond(value: Floats, line: float, cost: bool) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        return np.asarray(value > line if cost else (value < line) | np.isinf(value), bool)


def _figure(draws: list[float]) -> Figure:
    if len(draws) == 1:
        return Figure(draws[0])
    every = np.asarray(draws)
    low, high = (float(np.quantile(every, q, method="lower")) for q in (0.05, 0.95))
    return Figure(float(every.mean()), low, high)


def _counts(value: Floats, people: Population, cost: bool, asked: Asked) -> tuple[dict[str, int], dict[str, Count]]:
    """People by what is known of them, and by group; and what of it may be told."""
    finite, lost, unknown = np.isfinite(value), np.isinf(value), np.isnan(value)
    kinds: dict[str, NDArray[np.bool_]] = {"counted": finite, "out of reach": lost, "unknown": unknown}
    adds_up: list[tuple[str, ...]] = [("counted", "out of reach", "unknown")]
    if asked.line is not None:
        beyond = _beyond(value, asked.line, cost)
        kinds |= {"below": beyond, "above": ~unknown & ~beyond}
        adds_up.append(("below", "above", "unknown"))
    kinds["all"] = np.ones(len(value), bool)
    numbers: dict[str, int] = {}
    sums: list[tuple[list[str], str]] = []
    withheld: set[str] = set()
    for dimension in (d for d in asked.dimensions if d != "total"):
        groups = people.groups(dimension)
        for group in groups:
            count, held = people.counts[dimension, group], people.suppressed.get((dimension, group))
            own = {kind: f"{dimension}:{group}:{kind}" for kind in kinds}
            numbers |= {own[kind]: int(count[mask].sum()) for kind, mask in kinds.items()}
            sums += [([own[part] for part in parts], own["all"]) for parts in adds_up]
            withheld |= set(own.values()) if held is not None and held.any() else set()
        if sum(numbers[f"{dimension}:{g}:all"] for g in groups) == int(people.total.sum()):
            sums += [([f"{dimension}:{g}:{kind}" for g in groups], kind) for kind in kinds]
    numbers |= {kind: int(people.total[mask].sum()) for kind, mask in kinds.items()}
    states = told_together(numbers, [*sums, *((list(parts), "all") for parts in adds_up)], withheld)
    if asked.ranking is not None:
        here = asked.ranking.ranked & finite[asked.ranking.unit]
        numbers["unranked"] = max(numbers["counted"] - int(asked.ranking.people[here].sum()), 0)
        states |= told_together({"unranked": numbers["unranked"]}, [])
    return numbers, states


def _theil_parts(value: Floats, people: Population, dimension: str) -> tuple[float, float]:
    """Theil's T between the groups of a dimension and inside them."""
    finite = np.isfinite(value)
    groups = people.groups(dimension)
    counts = np.concatenate([people.counts[dimension, g][finite] for g in groups])
    number = np.repeat(np.arange(len(groups)), int(finite.sum()))
    found = inequality.theil_t(np.tile(value[finite], len(groups)), counts, number)
    return found.between, found.within


def _listed(people: Population, dimension: str, asked: Asked) -> list[str]:
    """The groups of a dimension, from poor to rich where it is the one people are ranked by."""
    groups = people.groups(dimension)
    steps = [] if asked.ranking is None else list(asked.ranking.steps)
    return steps if sorted(steps) == sorted(groups) else groups


def _group(
    value: Floats, people: Population, dimension: str, group: str, states: dict[str, Count], asked: Asked
) -> GroupShare:
    finite = np.isfinite(value)
    x, count = value[finite], people.counts[dimension, group][finite].astype(np.float64)
    place = "" if dimension == "total" else f"{dimension}:{group}:"
    told = states[f"{place}counted"]
    below = None
    if asked.line is not None:
        beyond, other = states[f"{place}below"], states[f"{place}above"]
        if beyond.visible and other.visible and beyond.number + other.number:
            below = beyond.number / (beyond.number + other.number)
    held = people.suppressed.get((dimension, group))
    mean, gini = inequality.mean(x, count), inequality.gini(x, count)
    return GroupShare(
        dimension, group, told,
        mean if told.visible and not math.isnan(mean) else None,
        gini if told.visible and not math.isnan(gini) else None,
        below, bool(held is not None and held.any()),
    )  # fmt: skip
