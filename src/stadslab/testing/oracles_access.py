"""Slow twins of `kernels.access` and `kernels.nearest`: from a whole table of costs, pair by pair.

`table` is int32[seekers, items] with UNREACHABLE where there is no way (`oracles.cost_table` makes one), `brings` the
(category, amount) pairs of each point of the side that brings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Brings = Sequence[Sequence[tuple[int, int]]]
Table = npt.NDArray[Any]

UNREACHABLE = 2**31 - 1


def sums_for_items(table: Table, brings: Brings, categories: int, limits: Sequence[int]) -> npt.NDArray[np.int64]:
    """Twin of `access.sums_for_items`; the other side is its transpose."""
    answer = np.zeros((table.shape[1], len(limits), categories), np.int64)
    for seeker, row in enumerate(table.tolist()):
        for item, cost in enumerate(row):
            for t, limit in enumerate(limits):
                if cost <= limit and cost != UNREACHABLE:
                    for category, amount in brings[seeker]:
                        answer[item, t, category] += amount
    return answer


def decayed_for_items(
    table: Table, brings: Brings, categories: int, limit: int, weight: Callable[[int], int]
) -> npt.NDArray[np.int64]:
    """Twin of `access.decayed_for_items`; weight gives the whole number a cost is worth."""
    answer = np.zeros((table.shape[1], categories), np.int64)
    for seeker, row in enumerate(table.tolist()):
        for item, cost in enumerate(row):
            if cost <= limit:
                for category, amount in brings[seeker]:
                    answer[item, category] += amount * weight(cost)
    return answer


def nearest_for_items(table: Table, brings: Brings, categories: int, limit: int, k: int) -> npt.NDArray[np.int32]:
    """Twin of `access.nearest_for_items` and `nearest.nearest`: sort everything, keep the first k."""
    answer = np.full((table.shape[1], categories, k), UNREACHABLE, np.int32)
    for item in range(table.shape[1]):
        for category in range(categories):
            costs = [
                int(table[seeker, item])
                for seeker in range(table.shape[0])
                for kind, amount in brings[seeker]
                if kind == category and table[seeker, item] <= limit
                for _ in range(min(amount, k))
            ]
            found = sorted(costs)[:k]
            answer[item, category, : len(found)] = found
    return answer
