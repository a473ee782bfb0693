"""Everything the house says in the reader's language: tables of English text to theirs, in `languages/`.

What has no translation is told in English.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from stadslab.core.said import said_in

Language = Literal["en", "sv"]
FOLDER = Path(__file__).parent / "languages"
NO_BREAK = "\u00a0"


def spoken(text: str, language: Language) -> str:
    """What an edit, a load or a problem says, in this language."""
    return str(text) if language == "en" else said_in(text, templates(language), swedish_number)


@cache
def templates(language: Language) -> Mapping[str, str]:
    """English template to that of the language, for everything edits say."""
    if language == "en":
        return {}
    found: dict[str, str] = json.loads((FOLDER / f"sentences_{language}.json").read_text("utf-8"))
    return found


@cache
def texts(language: Language) -> dict[str, str]:
    """Every text of the catalogue in this language, by its English."""
    found: dict[str, str] = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
    return found


def swedish_number(english: str) -> str:
    """A number with a decimal comma and thousands apart: 1,234.5 becomes 1 234,5."""
    return english.replace(",", NO_BREAK).replace(".", ",").replace("-", "\u2212")


def plain_about(documentation: str) -> str:
    """The documentation of an indicator for people who read no code: paragraphs without marks, returns and errors."""
    paragraphs = [" ".join(part.split()) for part in documentation.split("\n\n")]
    told = [part for part in paragraphs if not part.startswith(("Returns ", "Raises "))]
    text = re.sub(r"`([^`]+)`", "\u201c\\1\u201d", "\n\n".join(told))
    return re.sub(r"\*(\w[^*]*\w)\*", r"\1", text)
