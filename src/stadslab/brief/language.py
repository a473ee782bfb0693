"""A brief in the reader's language: its own words, then those of edits and of the catalogue; else English."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from stadslab.core.said import said_in
from stadslab.lab.spoken import NO_BREAK, Language, plain_about, swedish_number, templates, texts

__all__ = ["LANGUAGES", "Language", "Say", "about", "own", "saying", "told"]
LANGUAGES: tuple[Language, ...] = ("en", "sv")
FOLDER = Path(__file__).parent / "languages"
NARROW = "\u202f"  # between thousands: narrower than between words, and the line does not break there
Say = Callable[[str], str]


def saying(language: Language) -> Say:
    """How texts are told in this language; in English as they are."""
    return str if language == "en" else lambda text: said_in(text, _everything(language), _number)


def told(value: Any, say: Say) -> Any:
    """Plain values (of dictionaries and lists) with every text told."""
    if isinstance(value, str):
        return say(value)
    if isinstance(value, dict):
        return {key: told(item, say) for key, item in value.items()}
    return [told(item, say) for item in value] if isinstance(value, list | tuple) else value


def about(documentation: str, language: Language) -> list[str]:
    """What an indicator's documentation says, in paragraphs; nothing where it is not translated."""
    if language == "en":
        return []
    text = texts(language).get(plain_about(documentation), "")
    return text.split("\n\n") if text else []


@cache
def own(language: Language) -> Mapping[str, str]:
    """English template to that of the language, for everything only briefs say."""
    found: dict[str, str] = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
    return found


@cache
def _everything(language: Language) -> Mapping[str, str]:
    return {**texts(language), **templates(language), **own(language)}


def _number(english: str) -> str:
    return swedish_number(english).replace(NO_BREAK, NARROW)
