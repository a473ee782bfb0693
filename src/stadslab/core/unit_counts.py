"""How many people live in each unit, as a map may tell it?

A map tells people unit by unit, and a comparison tells sums over the very units the map colours. Exact numbers on the
map would leave, after subtraction, the one small unit that was hidden. So the map tells rounded numbers: nobody, `fewer
than 5`, or a multiple of 5 (Hundepool et al. 2012, "Statistical Disclosure Control", ch. 5). What a reader then knows
of each unit, a lowest and a highest number, is what `stadslab.core.suppression.rows_of` takes into account.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stadslab.core.disclosure import SMALL_COUNT
from stadslab.core.support import Population

if TYPE_CHECKING:
    from numpy.typing import NDArray

Group = tuple[str, str]
TOTAL: Group = ("total", "all")
STEP = 5  # people: what a map rounds to


@dataclass(frozen=True, slots=True, eq=False)
class UnitCounts:
    """People of one group in each unit as they may be told.

    told: int64[n], -1 where no number may be told. low, high: float64[n], what a reader knows of the true number.
    """

    told: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def published(self) -> list[int | None]:
        """The numbers as data: None where none may be told."""
        return [None if number < 0 else number for number in self.told.tolist()]


def told_per_unit(people: Population) -> dict[Group, UnitCounts]:
    """People of every group in each unit, as a map may tell them; jobs and the like are no people and left out.

    Where the groups of a unit and its total would tell a small number together, the groups of that unit are not told.
    """
    found = {
        (dimension, group): _alone(people.counts[dimension, group], people.suppressed.get((dimension, group)))
        for dimension in people.dimensions
        for group in people.groups(dimension)
    }
    given_away = _given_away(people, found)
    if not given_away.any():
        return found
    return {key: counts if key == TOTAL else _hidden(counts, given_away) for key, counts in found.items()}


def rounded(count: NDArray[np.int64]) -> list[int | None]:
    """Numbers of people that stand by themselves, as a map may tell them: None for fewer than 5."""
    return _alone(count, None).published()


def _alone(count: NDArray[np.int64], withheld: NDArray[np.bool_] | None) -> UnitCounts:
    """Each number by itself: nobody, fewer than 5, or the nearest multiple of 5."""
    rounded = (count + STEP // 2) // STEP * STEP
    small = (count > 0) & (count < SMALL_COUNT)
    told = np.where(small, -1, rounded)
    low = np.where(small, 1, np.where(count == 0, 0, np.maximum(rounded - STEP // 2, SMALL_COUNT)))
    high = np.where(small, SMALL_COUNT - 1, np.where(count == 0, 0, rounded + STEP // 2))
    counts = UnitCounts(told.astype(np.int64), low.astype(np.float64), high.astype(np.float64))
    return counts if withheld is None else _hidden(counts, withheld)


def _hidden(counts: UnitCounts, units: NDArray[np.bool_]) -> UnitCounts:
    return UnitCounts(
        np.where(units, -1, counts.told), np.where(units, 0.0, counts.low), np.where(units, np.inf, counts.high)
    )


def _given_away(people: Population, found: dict[Group, UnitCounts]) -> NDArray[np.bool_]:
    """Units whose total and groups, taken together, leave only one possible number for a small count, bool[n]."""
    total = found.get(TOTAL)
    if total is None:
        return np.zeros(len(people.total), bool)
    sums = []
    for dimension in people.dimensions:
        groups = [(dimension, group) for group in people.groups(dimension)]
        true = np.sum([people.counts[key] for key in groups], axis=0)
        if dimension != TOTAL[0] and groups:
            sums.append((groups, np.asarray(true == people.counts[TOTAL], bool)))
    low, high = total.low, total.high
    for groups, adds_up in sums:  # what all dimensions together tell of the total
        low = np.where(adds_up, np.maximum(low, np.sum([found[key].low for key in groups], axis=0)), low)
        high = np.where(adds_up, np.minimum(high, np.sum([found[key].high for key in groups], axis=0)), high)
    exposed = (total.low < total.high) & (low == high) & (people.counts[TOTAL] < SMALL_COUNT)
    for groups, adds_up in sums:
        all_low, all_high = (np.sum([getattr(found[key], end) for key in groups], axis=0) for end in ("low", "high"))
        for key in groups:
            own = found[key]
            others_high = np.where(np.isinf(own.high), 0.0, all_high - np.where(np.isinf(own.high), 0.0, own.high))
            least = np.maximum(own.low, np.where(np.isinf(all_high), own.low, low - others_high))
            most = np.minimum(own.high, high - (all_low - own.low))
            small = (people.counts[key] > 0) & (people.counts[key] < SMALL_COUNT)
            exposed |= adds_up & small & (own.low < own.high) & (least == most)
    return np.asarray(exposed, bool)


def mean_beside(
    values: NDArray[np.float64], count: NDArray[np.int64], units: NDArray[np.bool_], seen: UnitCounts
) -> float | None:
    """The mean per person over these units, as it may be told beside a map that tells the people of each (`told_mean`).

    values: float64[n], finite in `units` (bool[n]). None where nobody lives there, or nothing is left to tell.
    """
    used = units & (count > 0)
    if not used.any():
        return None
    mean = float(np.average(values[used], weights=count[used]))
    unsure = used & (seen.told < 0)
    far = float(np.abs(values[unsure] - mean).max()) if unsure.any() else 0.0
    return told_mean(mean, far, int(count[used].sum()))


def told_mean(mean: float, far: float, people: int) -> float | None:
    """A mean per person, so rounded that few people more or less make no difference; None when nothing is left.

    far: how far the value of one unit lies from the mean at most. people: over whom the mean is taken.
    """
    if people < SMALL_COUNT or not np.isfinite(mean):
        return None
    grain = max(SMALL_COUNT * far / people, abs(mean) * 1e-3)
    if grain == 0:
        return mean
    step = 10.0 ** np.ceil(np.log10(grain))
    step = next(step / part for part in (5, 2, 1) if step / part >= grain)
    rounded = float(np.round(mean / step) * step)
    digits = max(0, 1 - int(np.floor(np.log10(step))))
    return None if rounded == 0 and mean != 0 else round(rounded, digits)
