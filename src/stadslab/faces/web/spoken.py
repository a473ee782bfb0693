"""Sentences and problems of edits in the reader's language; what has no translation is told in English."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from stadslab.core.errors import Problem
from stadslab.core.said import said_in

Language = Literal["en", "sv"]
FOLDER = Path(__file__).parent / "languages"
NO_BREAK = "\u00a0"


class Complaint(BaseModel):
    """One problem, in the reader's language."""

    where: str
    what: str
    hint: str
    severity: Literal["error", "warning", "info"]


@cache
def templates(language: Language) -> Mapping[str, str]:
    """English template to that of the language, for everything edits say."""
    if language == "en":
        return {}
    found: dict[str, str] = json.loads((FOLDER / f"sentences_{language}.json").read_text("utf-8"))
    return found


def swedish_number(english: str) -> str:
    """A number with a decimal comma and thousands apart: 1,234.5 becomes 1 234,5."""
    return english.replace(",", NO_BREAK).replace(".", ",").replace("-", "\u2212")


def spoken(text: str, language: Language) -> str:
    """The text in this language."""
    return str(text) if language == "en" else said_in(text, templates(language), swedish_number)


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
