"""Ways of getting about: the columns that permit them and the words for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from stadslab.core.said import Said
from stadslab.edits._words import listed

Mode = Literal["walk", "cycle", "drive"]
ALL: tuple[Mode, ...] = ("walk", "cycle", "drive")
FLAGS: dict[str, tuple[str, ...]] = {
    "walk": ("walk",),
    "cycle": ("cycle_forward", "cycle_backward"),
    "drive": ("drive_forward", "drive_backward"),
}
_WORDS = {"walk": Said("walking"), "cycle": Said("cycling"), "drive": Said("driving")}


def travel(modes: Sequence[str]) -> str:
    """Walking, cycling and driving, always in that order."""
    return listed([word for mode, word in _WORDS.items() if mode in modes])
