"""How long work tells its caller how far it has come, and what it knows already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from stadslab.core.values import Measured

# stage in plain words, steps done, steps in all (0 when unknown)
Progress = Callable[[str, int, int], None]


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing; the default where nobody watches."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Whoever waits while an answer is brought up to date.

    progress: hears of what has to be built. step: called between parts of long work; both may raise to call it off, and
    then nothing has changed. first: units to be asked before all others where many are, int32[k]. early: hears what is
    measured of them (units int32[k] and their answers) before the others are asked.
    """

    progress: Progress = silent
    step: Callable[[], None] = lambda: None
    first: Callable[[], Sequence[int] | NDArray[np.int32]] = tuple
    early: Callable[[NDArray[np.int32], Measured], None] | None = None


IDLE = Watch()
"""Nobody waits."""
