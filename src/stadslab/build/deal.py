"""Dealing whole persons: shares become counts without losing or inventing anybody.

Largest remainder: Hamilton's method (Balinski and Young 1982, *Fair Representation*). Groups: each person of a group of
n has the place (i + 1/2) / n in a queue, the queues are merged, and units take their number of persons in turn, so that
both the number per unit and the number per group are exact and every unit gets a fair mix (Webster, in sequence).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SCALE = 1 << 32  # shares are whole numbers of 1/2^32: remainders compare the same on every machine
AT_ONCE = 4_000_000  # persons merged at a time; bounds memory


def apportion(counts: NDArray[np.int64], start: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole persons for every unit of every zone, int64[m]; each zone's sum is its count exactly.

    counts: int64[z], persons per zone, below 2^31. start: int64[z + 1], where each zone's units stand in `weight`.
    weight: float64[m], not negative. A zone whose weights sum to zero shares evenly; one without units counts nobody.
    Equal remainders: the earlier unit gets the person.
    """
    zones = len(counts)
    size = np.diff(start)
    assert not counts[size == 0].any(), "a zone with people but without units"
    if not len(weight):
        return np.zeros(0, np.int64)
    zone = np.repeat(np.arange(zones), size)
    whole = _whole_shares(zone, size, weight)
    base = np.bincount(zone, weights=whole.astype(np.float64), minlength=zones).astype(np.int64)  # < 2^53: exact
    product = counts[zone] * whole
    dealt = product // base[zone]
    remainder = product - dealt * base[zone]
    missing = counts - np.bincount(zone, weights=dealt.astype(np.float64), minlength=zones).astype(np.int64)
    order = np.lexsort((np.arange(len(zone)), -(remainder / base[zone]), zone))
    rank = np.arange(len(zone)) - start[:-1][zone]  # order keeps zones together, so ranks are places within the zone
    dealt[order[rank < missing[zone]]] += 1
    return dealt


def interleave(groups: NDArray[np.int64], start: NDArray[np.int64], capacity: NDArray[np.int64]) -> NDArray[np.int64]:
    """Persons of each group for every unit, int64[m, g]: rows sum to `capacity`, and zones' columns to `groups`.

    groups: int64[z, g], persons per zone and group. start, capacity: units of each zone and what they hold; a zone's
    capacities sum to its groups. Ties go to the earlier group.
    """
    result = np.zeros((len(capacity), groups.shape[1]), np.int64)
    persons = groups.sum(axis=1)
    ends = np.cumsum(persons)
    first = 0
    while first < len(persons):
        before = int(ends[first - 1]) if first else 0
        last = max(int(np.searchsorted(ends, before + AT_ONCE, side="right")), first + 1)
        units = slice(int(start[first]), int(start[last]))
        result[units] = _interleaved(groups[first:last], capacity[units])
        first = last
    return result


def _interleaved(groups: NDArray[np.int64], capacity: NDArray[np.int64]) -> NDArray[np.int64]:
    width = groups.shape[1]
    sizes = groups.ravel()
    block = np.repeat(np.arange(len(sizes)), sizes)  # zone and group of each person
    within = np.arange(len(block)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    place = (within + 0.5) / sizes[block]  # equal fractions give equal floats: division is correctly rounded
    order = np.lexsort((block % width, place, block // width))
    unit = np.repeat(np.arange(len(capacity)), capacity)
    cell = unit * width + block[order] % width
    return np.bincount(cell, minlength=len(capacity) * width).reshape(len(capacity), width).astype(np.int64)


def _whole_shares(zone: NDArray[np.int64], size: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.int64]:
    """Weights as whole numbers of about 1/2^32 of their zone's sum; evenly where the sum is zero."""
    total = np.bincount(zone, weights=weight, minlength=len(size))
    share = np.where(total[zone] > 0, weight / np.where(total > 0, total, 1.0)[zone], 1.0 / size[zone])
    whole = np.rint(share * SCALE).astype(np.int64)
    lost = np.bincount(zone, weights=whole.astype(np.float64), minlength=len(size)) == 0  # more units than 2^33
    return np.where(lost[zone], 1, whole)
