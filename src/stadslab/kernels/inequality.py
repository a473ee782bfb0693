"""How unequally is something shared? Measures over plain arrays, every one weighted by people.

`values` is what each place offers those who live there (jobs in reach, minutes to a school), `people` how many live
there, `rank` what tells poor from rich (income). All are float64[n] or convertible; a place without people counts for
nothing. Values are finite and not negative: who calls decides what to do with the unknown and the unreachable, and
says so. Where a measure has no meaning (nobody there, or nobody has anything) the answer is NaN.

Every sum runs in one order (by rank, value and people), so that the order of the rows never changes a bit; only
`ties="listed"` lets it, where the name says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Correction = Literal["simple", "corrected", "wagstaff"]
Ties = Literal["shared", "listed"]


@dataclass(frozen=True, slots=True)
class Palma:
    """What the richest tenth have over what the poorest four tenths have, and how they were told apart.

    ratio: mean of the rich over mean of the poor; NaN where a side is empty, infinite where the poor have nothing.
    poor_cut: the poor rank at or below it. rich_cut: the rich rank above it (at or above it when shared).
    """

    ratio: float
    poor_mean: float
    rich_mean: float
    poor_cut: float
    rich_cut: float
    poor_people: float
    rich_people: float


@dataclass(frozen=True, slots=True)
class Theil:
    """Theil's T and its parts: total = between + within.

    between: what would be left if everybody had the mean of their group. within: the rest, inside groups. share: for
    each group its part of `within`, in the order of the group's number.
    """

    total: float
    between: float
    within: float
    share: tuple[float, ...]


def mean(values: ArrayLike, people: ArrayLike) -> float:
    """What does a person have on average? NaN where there is nobody."""
    value, weight, _ = _ordered(values, people)
    total = weight.sum()
    return float((value * weight).sum() / total) if total else math.nan


def gini(values: ArrayLike, people: ArrayLike) -> float:
    """How unequal is it, from 0 (all have the same) towards 1 (one has all)?

    One minus twice the area under the Lorenz curve, by trapezoids: exact for the people as given. With n equal people
    of whom one has all it is 1 - 1/n. Source: Lerman & Yitzhaki (1989), Improving the accuracy of estimates of Gini
    coefficients, Journal of Econometrics 42.

    Blind spot: very different distributions share one number.
    """
    value, weight, _ = _ordered(values, people)
    have = value * weight
    if not have.sum():
        return math.nan
    up_to = np.cumsum(have)
    below = up_to - have
    return float(1.0 - (weight * (up_to + below)).sum() / (weight.sum() * up_to[-1]))


def palma(values: ArrayLike, people: ArrayLike, rank: ArrayLike, *, shared: bool = False) -> Palma:
    """How many times what the poorest 40 % have do the richest 10 % have, per person?

    rank: float64[n], low is poor. The cut points are the smallest ranks at or below which at least 40 % and 90 % of
    people lie (the inverse of the weighted distribution function); the poor rank at or below the first, the rich above
    the second. Places are never split, so the two sides hold about, not exactly, 40 % and 10 %. That is how the R
    package `accessibility` (Pereira & Herszenhut 2022, `palma_ratio`) counts.

    shared: take exactly 40 % and 10 %: those who share the rank at a cut are divided evenly. For ranks with few steps,
    such as five income groups, where a tenth could not be told otherwise.

    Source: Palma (2011), Homogeneous middles vs. heterogeneous tails, Development and Change 42. Blind spot: the half
    in the middle is not looked at.
    """
    value, weight, ranked = _ordered(values, people, rank)
    total = weight.sum()
    if not total:
        return Palma(math.nan, math.nan, math.nan, math.nan, math.nan, 0.0, 0.0)
    up_to = np.cumsum(weight)
    # tenths, not shares: 10 x people and 4 x total stay whole numbers, so no rounding moves a cut
    poor_cut = float(ranked[np.argmax(10 * up_to >= 4 * total)])
    rich_cut = float(ranked[np.argmax(10 * up_to >= 9 * total)])
    if shared:
        poor, rich = _lowest(weight, ranked, 0.4), weight - _lowest(weight, ranked, 0.9)
    else:
        poor, rich = np.where(ranked <= poor_cut, weight, 0.0), np.where(ranked > rich_cut, weight, 0.0)
    poor_mean, rich_mean = _average(value, poor), _average(value, rich)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = float(np.float64(rich_mean) / np.float64(poor_mean))
    return Palma(ratio, poor_mean, rich_mean, poor_cut, rich_cut, float(poor.sum()), float(rich.sum()))


def concentration_index(
    values: ArrayLike,
    people: ArrayLike,
    rank: ArrayLike,
    *,
    kind: Correction = "simple",
    bounds: tuple[float, float] | None = None,
    ties: Ties = "shared",
) -> float:
    """Do the rich have more? Above 0 they do, below 0 the poor do; 0: it does not follow the rank.

    Simple: twice the covariance of the value and the fractional rank, over the mean, from -1 to 1 (Kakwani, Wagstaff &
    van Doorslaer 1997, Journal of Econometrics 77).

    Corrected: 4 mean / (high - low) times the simple index (Erreygers 2009, Correcting the concentration index, Journal
    of Health Economics 28), for a value that lies between bounds; it does not depend on whether one counts what people
    have or what they lack. Wagstaff: (high - low) mean / ((high - mean) (mean - low)) times the simple index (Wagstaff
    2005, Health Economics 14), extended to a lower bound by Erreygers (2009).

    bounds: lowest and highest value there could be; the lowest and highest of all values given when left out, those of
    places without people too, as the R package `accessibility` does.

    ties: people of equal rank share the middle of their ranks; `listed` ranks them one after the other as their rows
    come, as that package does, so that the answer depends a little on the order of the rows.
    """
    value, weight, ranked = _ordered(values, people, rank, listed=ties == "listed")
    if ties == "listed":
        ranked = np.arange(float(len(ranked)))
    average = _average(value, weight)
    if not average > 0:  # nobody there (NaN) or nobody has anything
        return math.nan
    part = weight / weight.sum()
    simple = float(2.0 * (part * (value / average - 1.0) * _fractional(part, ranked)).sum())
    if kind == "simple":
        return simple
    every = np.asarray(values, np.float64)
    low, high = bounds if bounds is not None else (float(every.min()), float(every.max()))
    if not low < high:
        return math.nan
    if value.min() < low or value.max() > high:
        raise ValueError(f"bounds: values run from {value.min()} to {value.max()}, outside {low} to {high}")
    if kind == "corrected":
        return 4.0 * average / (high - low) * simple
    room = (high - average) * (average - low)
    return (high - low) * average / room * simple if room > 0 else math.nan


def theil_t(values: ArrayLike, people: ArrayLike, groups: ArrayLike | None = None) -> Theil:
    """How unequal is it, and is that between groups or inside them?

    Mean over people of x/m ln(x/m), m the mean and 0 ln 0 = 0: from 0 (all the same) to ln(people). It is the only
    measure here whose parts by group add up to the whole.

    groups: int[n], a number from 0 for each place; one group when left out. Source: Theil (1967), Economics and
    Information Theory; decomposition: Shorrocks (1980), The class of additively decomposable inequality measures,
    Econometrica 48. Blind spot: it has no upper bound that is easy to picture.
    """
    numbers = np.zeros(len(np.asarray(values)), np.float64) if groups is None else np.asarray(groups, np.float64)
    count = int(numbers.max()) + 1 if len(numbers) else 0
    value, weight, group = _ordered(values, people, numbers)
    average = _average(value, weight)
    if not average > 0:
        return Theil(math.nan, math.nan, math.nan, (math.nan,) * count)
    part = weight / weight.sum()
    between, inside = 0.0, []
    for number in range(count):
        mine = group == number
        own = _average(value[mine], weight[mine])
        have = float(part[mine].sum()) * own / average if own > 0 else 0.0  # share of all there is
        between += have * math.log(own / average) if have else 0.0
        inside.append(float((part[mine] * _entropy(value[mine] / own)).sum()) * own / average if have else 0.0)
    within = math.fsum(inside)
    return Theil(between + within, between, within, tuple(inside))


def foster_greer_thorbecke(
    values: ArrayLike, people: ArrayLike, line: float, alpha: int = 0, *, above: bool = False
) -> float:
    """How many have too little, how much do they lack, and how unequally?

    The mean over people of ((line - x) / line) ** alpha for those below the line, 0 for others: alpha 0 is the share of
    people below it, 1 the mean gap as a share of the line, 2 the same with large gaps counting more. Who has exactly
    the line is not poor.

    above: too much is bad (minutes): those above the line count, with (x - line) / line.

    Raises ValueError for a line that is not above 0. Source: Foster, Greer & Thorbecke (1984), A class of decomposable
    poverty measures, Econometrica 52. Blind spot: all depends on where the line is drawn.
    """
    if not (line > 0 and math.isfinite(line)):
        raise ValueError(f"line: {line}; a finite number above 0")
    if alpha not in (0, 1, 2):
        raise ValueError(f"alpha: {alpha}; 0, 1 or 2")
    value, weight, _ = _ordered(values, people)
    short = (value - line) / line if above else (line - value) / line
    return _average(np.where(short > 0, np.maximum(short, 0.0) ** alpha, 0.0), weight)


def _ordered(
    values: ArrayLike, people: ArrayLike, rank: ArrayLike | None = None, *, listed: bool = False
) -> tuple[Floats, Floats, Floats]:
    """Values, people and ranks of inhabited places, by rank, then value, then people (or as listed)."""
    value, weight = np.asarray(values, np.float64), np.asarray(people, np.float64)
    ranked = np.zeros(value.shape) if rank is None else np.asarray(rank, np.float64)
    if value.ndim != 1 or not value.shape == weight.shape == ranked.shape:
        seen = f"{value.shape}, {weight.shape}, {ranked.shape}"
        raise ValueError(f"one value, number of people and rank each; got {seen}")
    for name, array in (("people", weight), ("values", value)):
        bad = ~(np.isfinite(array) & (array >= 0))
        if bad.any():
            at = int(np.argmax(bad))
            raise ValueError(f"{name}: finite and not negative; got {array[at]} at {at}")
    lived = weight > 0
    if np.isnan(ranked[lived]).any():
        raise ValueError(f"rank: not known for {int(np.isnan(ranked[lived]).sum())} inhabited places")
    value, weight, ranked = value[lived], weight[lived], ranked[lived]
    order = np.argsort(ranked, kind="stable") if listed else np.lexsort((weight, value, ranked))
    return value[order], weight[order], ranked[order]


def _average(value: Floats, weight: Floats) -> float:
    total = weight.sum()
    return float((value * weight).sum() / total) if total else math.nan


def _fractional(part: Floats, ranked: Floats) -> Floats:
    """Share of people who rank below, plus half of those of the same rank."""
    _, place = np.unique(ranked, return_inverse=True)
    size = np.bincount(place, part)
    return np.asarray((np.cumsum(size) - size / 2)[place], np.float64)


def _lowest(weight: Floats, ranked: Floats, share: float) -> Floats:
    """How many people of each place belong to this lowest share, those of equal rank alike."""
    _, place = np.unique(ranked, return_inverse=True)
    size = np.bincount(place, weight)
    room = np.clip(share * weight.sum() - (np.cumsum(size) - size), 0.0, size)
    return np.asarray(weight * (room / size)[place], np.float64)


def _entropy(ratio: Floats) -> Floats:
    """Each x times ln x, 0 where x is 0."""
    return np.asarray(ratio * np.log(np.where(ratio > 0, ratio, 1.0)), np.float64)
