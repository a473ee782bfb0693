"""Texts of the catalogue in other languages: English text to text, one file a language in `languages/`.

What has no translation stays English and says so, so that a page can mark its language.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

FOLDER = Path(__file__).parent / "languages"
Language = Literal["en", "sv"]


class Told(BaseModel):
    """A text, and the language it is in."""

    text: str
    lang: Language


def translated(text: str, language: Language) -> Told:
    """The text in this language; as it is, and marked as English, where there is no translation."""
    if language == "en" or not text:
        return Told(text=text, lang="en" if text else language)
    found = texts(language).get(text)
    return Told(text=text, lang="en") if found is None else Told(text=found, lang=language)


@cache
def texts(language: Language) -> dict[str, str]:
    """Every text there is in this language, by its English."""
    found: dict[str, str] = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
    return found
