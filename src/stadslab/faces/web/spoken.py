"""Problems of edits in the reader's language; what has no translation is told in English."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel

from stadslab.core.errors import Problem
from stadslab.lab.spoken import Language, spoken

__all__ = ["Complaint", "Language", "complaints", "spoken"]


class Complaint(BaseModel):
    """One problem, in the reader's language."""

    where: str
    what: str
    hint: str
    severity: Literal["error", "warning", "info"]


def complaints(problems: Iterable[Problem], language: Language) -> list[Complaint]:
    """Problems in this language."""
    return [
        Complaint(
            where=spoken(p.where, language),
            what=spoken(p.what, language),
            hint=spoken(p.hint, language),
            severity=p.severity,
        )
        for p in problems
    ]
