"""Travel times over a departure window, in a few figures: percentiles, and what lies within them.

The percentile p of k values is by nearest rank: the smallest value that at
least p per cent of the values do not exceed. It is a travel time somebody would
really have, never one between two. Departures from which a place cannot be
reached count as longer than any other.
Source: Hyndman and Fan (1996), "Sample quantiles in statistical packages", The
American Statistician 50(4), definition 1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from stadslab.kernels import UNREACHABLE, _arrays
from stadslab.kernels._arrays import Int32, Int64
from stadslab.kernels._jit import njit

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt


def ranks(values: int, percent: Sequence[float]) -> Int64:
    """Which of `values` sorted values, counted from 0, is each percentile? Returns int64[k].

    percent: from 0 (the least) to 100 (the greatest). ValueError for others and for no values.
    """
    if values < 1:
        raise ValueError("percentiles: at least one departure to take them over; got none")
    wrong = [p for p in percent if not 0 <= p <= 100]
    if wrong:
        raise ValueError(f"percent: from 0 to 100; got {', '.join(map(str, wrong))}")
    return np.array([max(math.ceil(p * values / 100), 1) - 1 for p in percent], np.int64)


def of_minutes(travel: npt.NDArray[Any], percent: Sequence[float]) -> Int32:
    """What are the percentiles of the travel time to each place?

    travel: int32[m, n], seconds for each departure and place, as `egress.best`
    gives it; UNREACHABLE is the greatest. Returns int32[n, k], one column for
    each of `percent`. TypeError for other dtypes, ValueError as `ranks`.
    """
    travel = _arrays.table("travel", travel, np.int32)
    rank = ranks(len(travel), percent)
    rows = np.array(travel.T, order="C")  # a copy: selecting moves the values
    answer = np.empty((len(rows), rank.size), np.int32)
    for row, out in zip(rows, answer, strict=True):
        select(row, rank, out)
    return answer


def within(times: npt.NDArray[Any], weight: npt.NDArray[Any], cutoffs: npt.NDArray[Any]) -> Int64:
    """How much lies within each cutoff, by each percentile of the travel time?

    times: int32[n, k] as from `of_minutes`. weight: int64[n, g], what each place
    counts for in g respects (ones, jobs, beds). cutoffs: int32[c] seconds,
    inclusive. Returns int64[k, c, g].
    """
    times = _arrays.table("times", times, np.int32)
    weight, cutoffs = weights(weight, len(times)), _arrays.int32("cutoffs", cutoffs, below=UNREACHABLE)
    answer = np.zeros((times.shape[1], cutoffs.size, weight.shape[1]), np.int64)
    for place in range(len(times)):
        count(times[place], weight[place], cutoffs, answer)
    return answer


def weights(weight: npt.NDArray[Any], places: int) -> Int64:
    """`weight` as a read-only int64[places, g]; TypeError or ValueError if it is not one."""
    weight = _arrays.table("weight", weight, np.int64)
    if len(weight) != places:
        raise ValueError(f"weight: one row for each of {places} places; got {len(weight)}")
    return weight


@njit
def select(row: Int32, rank: Int64, answer: Int32) -> None:
    """Fill answer[k] with the values of row at the ranks, as if it were sorted; moves the values in row.

    Source: Hoare (1961), "Algorithm 65: find".
    """
    before = np.int64(0)
    for i in range(rank.size):
        wanted = rank[i]
        # All that lies left of the rank found last is no greater than what lies right.
        low = before if wanted >= before else np.int64(0)
        high = np.int64(row.size - 1)
        while low < high:
            pivot = row[wanted]
            left = low
            right = high
            while left <= right:
                while row[left] < pivot:
                    left += 1
                while pivot < row[right]:
                    right -= 1
                if left <= right:
                    swapped = row[left]
                    row[left] = row[right]
                    row[right] = swapped
                    left += 1
                    right -= 1
            if right < wanted:
                low = left
            if wanted < left:
                high = right
        before = wanted
        answer[i] = row[wanted]


@njit
def count(times: Int32, weight: Int64, cutoffs: Int32, answer: Int64) -> None:
    """Add one place, times[k] and weight[g], to answer[k, c, g]."""
    for i in range(times.size):
        for cutoff in range(cutoffs.size):
            if times[i] <= cutoffs[cutoff]:
                for respect in range(weight.size):
                    answer[i, cutoff, respect] += weight[respect]
