"""What can be reached, from a table of journeys: one row a pair of places with what the way costs.

A matrix is three arrays of equal length: `origin` int[k], `destination` int[k] (numbers from 0) and `cost` float64[k]
(minutes, metres, money). A pair that has no row is not reachable, the way from a place to itself too. Rows may come in
any order; a pair given twice counts twice, so who calls makes sure that it is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Decay = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Journeys between numbered places, in the order of origin, cost and destination.

    origin, destination: int64[k]. cost: float64[k]. origins, destinations: how many places there are.
    """

    origin: Ints
    destination: Ints
    cost: Floats
    origins: int
    destinations: int

    @staticmethod
    def of(origin: ArrayLike, destination: ArrayLike, cost: ArrayLike, origins: int, destinations: int) -> Matrix:
        """Check and sort a table of journeys; raises ValueError for what cannot be one."""
        start, end = np.asarray(origin, np.int64), np.asarray(destination, np.int64)
        price = np.asarray(cost, np.float64)
        if not start.shape == end.shape == price.shape or start.ndim != 1:
            seen = f"{start.shape}, {end.shape}, {price.shape}"
            raise ValueError(f"origin, destination and cost: equally long; got {seen}")
        for name, array, most in (("origin", start, origins), ("destination", end, destinations)):
            if array.size and (array.min() < 0 or array.max() >= most):
                raise ValueError(f"{name}: from 0 to {most - 1}; got {array.min()} to {array.max()}")
        if not (price >= 0).all():
            raise ValueError("cost: no number under 0 and none that is not known")
        order = np.lexsort((end, price, start))
        return Matrix(start[order], end[order], price[order], origins, destinations)


def within(matrix: Matrix, opportunities: ArrayLike, cutoff: float) -> Floats:
    """How many opportunities cost at most `cutoff` to reach? float64[origins].

    opportunities: float64[destinations]. Source: Wickstrom (1971), Defining balance in urban structure; the cumulative
    opportunities measure. Blind spot: one second more than the cutoff counts as nothing.
    """
    return gravity(matrix, opportunities, step(cutoff))


def gravity(matrix: Matrix, opportunities: ArrayLike, decay: Decay) -> Floats:
    """How many opportunities, those farther away counting less? float64[origins].

    decay: cost float64[k] to a weight from 0 to 1. Source: Hansen (1959), How accessibility shapes land use.
    """
    return np.bincount(
        matrix.origin, decay(matrix.cost) * _there(matrix, opportunities)[matrix.destination], minlength=matrix.origins
    ).astype(np.float64)


def to_closest(matrix: Matrix, opportunities: ArrayLike, count: int = 1) -> Floats:
    """What does it cost to reach the `count`-th closest opportunity? float64[origins]; infinite where too few.

    A destination with three schools holds the first, second and third closest. Source: Cui & Levinson (2020), Primal
    and dual access, Geographical Analysis 52.
    """
    if count < 1:
        raise ValueError(f"count: at least 1; got {count}")
    found = np.full(matrix.origins, math.inf)
    there = _there(matrix, opportunities)[matrix.destination]
    holds = (there > 0) & np.isfinite(matrix.cost)
    origin, cost, there = matrix.origin[holds], matrix.cost[holds], there[holds]
    if not len(origin):
        return found
    all_up_to = np.cumsum(there)
    first = np.flatnonzero(np.r_[True, origin[1:] != origin[:-1]])
    before = np.repeat((all_up_to - there)[first], np.diff(np.r_[first, len(origin)]))
    enough = all_up_to - before >= count
    reached, at = np.unique(origin[enough], return_index=True)
    found[reached] = cost[enough][at]
    return found


def step(cutoff: float) -> Decay:
    """All counts up to the cutoff, nothing beyond."""
    _above_zero("cutoff", cutoff, or_zero=True)
    return lambda cost: (cost <= cutoff).astype(np.float64)


def linear(cutoff: float) -> Decay:
    """Weight falls evenly from 1 at no cost to 0 at the cutoff."""
    _above_zero("cutoff", cutoff)
    return lambda cost: np.clip(1.0 - cost / cutoff, 0.0, 1.0)


def exponential(rate: float) -> Decay:
    """Weight exp(-rate x cost): every unit of cost takes away the same share."""
    _above_zero("rate", rate)
    return lambda cost: np.exp(-rate * cost)


def gaussian(spread: float) -> Decay:
    """Weight exp(-cost^2 / (2 spread^2)): little is lost nearby, much beyond the spread (Ingram 1971)."""
    _above_zero("spread", spread)
    return lambda cost: np.exp(-0.5 * (cost / spread) ** 2)


def logistic(middle: float, spread: float) -> Decay:
    """Weight 1 at no cost, about one half at `middle`; the smaller `spread`, the steeper the fall there.

    (1 + exp(-middle s)) / (1 + exp((cost - middle) s)) with s = pi / (spread sqrt 3): what is left of a logistic
    distribution with this mean and standard deviation (Bauer & Groneberg 2016, Measuring spatial accessibility of
    health care providers, PLoS ONE 11).
    """
    _above_zero("middle", middle)
    _above_zero("spread", spread)
    slope = math.pi / (spread * math.sqrt(3))
    # ln(1 + e^x) without overflow
    return lambda cost: np.exp(np.logaddexp(0.0, -middle * slope) - np.logaddexp(0.0, (cost - middle) * slope))


def _there(matrix: Matrix, opportunities: ArrayLike) -> Floats:
    there = np.asarray(opportunities, np.float64)
    if there.shape != (matrix.destinations,):
        raise ValueError(f"opportunities: one number for each of {matrix.destinations} destinations; got {there.shape}")
    if not ((there >= 0) & np.isfinite(there)).all():
        raise ValueError("opportunities: finite and not negative")
    return there


def _above_zero(name: str, value: float, or_zero: bool = False) -> None:
    if not (math.isfinite(value) and (value > 0 or (or_zero and value == 0))):
        raise ValueError(f"{name}: a finite number above 0; got {value}")
