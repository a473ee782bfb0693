"""How long work tells its caller how far it has come."""

from __future__ import annotations

from collections.abc import Callable

# stage in plain words, steps done, steps in all (0 when unknown)
Progress = Callable[[str, int, int], None]


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing; the default where nobody watches."""
