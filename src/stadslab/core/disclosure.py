"""Small counts stay hidden, visibly: they never become zero and never appear as digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# People. Statistical offices use 3 to 10: "Handbook on Statistical Disclosure Control" (Hundepool et al. 2010).
SMALL_COUNT = 5


def shown(count: float, suppressed: bool = False) -> str:
    """How is this number of people written? `fewer than 5` for small ones, `at least ...` when a part was withheld."""
    number = round(count)
    if 0 < number < SMALL_COUNT:
        return f"fewer than {SMALL_COUNT}"
    if suppressed:
        return f"at least {number:,}" if number else "withheld"
    return f"{number:,}"


def too_few(counts: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of these numbers of people may not be told? bool[n]; nobody may."""
    small: NDArray[np.bool_] = (counts > 0) & (counts < SMALL_COUNT)
    return small


def published(count: float, suppressed: bool = False) -> int | None:
    """The number as data: None where it may not be told."""
    number = round(count)
    return None if suppressed or 0 < number < SMALL_COUNT else number
