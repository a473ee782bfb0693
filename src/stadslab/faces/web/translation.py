"""Texts of the catalogue in other languages, as a page needs them.

What has no translation stays English and says so, so that a page can mark its language.
"""

from __future__ import annotations

from pydantic import BaseModel

from stadslab.lab.spoken import Language, texts

__all__ = ["Language", "Told", "texts", "translated"]


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
