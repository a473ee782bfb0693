"""Codes of small areas as the tables write them: `0114A0010`, `0114A0010_DeSO2025`, `0114R001_RegSO2025`.

A code without suffix belongs to the first edition (DeSO 2018, RegSO 2020), one with a suffix to the edition it names.
The same code may have another shape in another edition, so the edition always travels with the code.
"""

from __future__ import annotations

import re
from typing import Literal

Level = Literal["deso", "regso"]

_CODES = {
    "deso": re.compile(r"^(\d{4}[A-C]\d{4})(?:_DeSO(\d{4}))?$"),
    "regso": re.compile(r"^(\d{4}R\d{3})(?:_RegSO(\d{4}))?$"),
}
_WORDS = {"deso": "DeSO", "regso": "RegSO"}
_FIRST = {"deso": "2018", "regso": "2020"}


def split(code: str) -> tuple[str, str, str] | None:
    """Bare code, level and edition (`DeSO 2018`) of a region; None for counties, municipalities and the realm."""
    for level, pattern in _CODES.items():
        found = pattern.match(code)
        if found:
            return found[1], level, f"{_WORDS[level]} {found[2] or _FIRST[level]}"
    return None


def edition_for(level: Level, year: int, current: int) -> str:
    """Which edition do the tables use for this year? The one of 2025 from `current` on."""
    return f"{_WORDS[level]} {'2025' if year >= current else _FIRST[level]}"


def chosen(codes: list[str], level: Level, prefix: str) -> dict[str, list[str]]:
    """The codes of this level that lie in a county or municipality, by edition, in the order of the table."""
    found: dict[str, list[str]] = {}
    for code in codes:
        parts = split(code)
        if parts is not None and parts[1] == level and parts[0].startswith(prefix):
            found.setdefault(parts[2], []).append(code)
    return found
