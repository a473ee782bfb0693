"""Numbers with their reasons: what is unknown never looks like zero, what is out of reach says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stadslab.build.traveltimes import Trips
from stadslab.core.values import Measured, Reason

if TYPE_CHECKING:
    from numpy.typing import NDArray


def counted(trip: Trips, counts: NDArray[np.int64] | NDArray[np.float64]) -> Measured:
    """Counts per origin: unknown (NaN) where no street is near enough, with a reason for every zero."""
    values = counts.astype(np.float64)
    reason = trip.why_not(counts == 0)
    values[reason == Reason.NO_STREET_NEAR] = np.nan
    return Measured(values, reason)


def timed(trip: Trips, minutes: NDArray[np.float64], rank: int = 1) -> Measured:
    """Minutes per origin: unknown (NaN) where no street is near enough, infinite with a reason where out of reach."""
    values = np.asarray(minutes, np.float64).copy()
    reason = trip.why_not(np.isinf(values), rank)
    values[reason == Reason.NO_STREET_NEAR] = np.nan
    return Measured(values, reason)
