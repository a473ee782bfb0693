"""A reader can look up every abbreviation, and pages stay readable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import FENCE, generated, prose, written

ABBREVIATION = re.compile(r"\b(?=\w*[A-Z]\w*[A-Z0-9])[A-Za-z][A-Za-z0-9]+\b")
NAMES = {
    # of tools, formats and things that are called so, and need no other words
    *("DuckDB", "GeoDataFrame", "GitHub", "OpenStreetMap", "OSMnx", "pyosmium"),
    # stand-ins
    *("NAME", "FILE", "COMMAND", "SYNTHETIC"),
    # of classes, where they are named in prose
    *("AssertionError", "FetchError", "InputError", "NotFoundError", "StadslabError", "ValueError", "LookupError"),
}


def explained() -> set[str]:
    """The words of the glossary: every word before a definition."""
    heads = re.findall(r"^(.+)\n:   ", written()["docs/glossary.md"], re.MULTILINE)
    units = re.findall(r"^\| ([^|]+) \|", written()["docs/glossary.md"], re.MULTILINE)
    return {word for text in [*heads, *units] for word in re.findall(r"[\w.-]+", text)}


@pytest.mark.parametrize("page", sorted({**written(), **generated()}))
def test_abbreviations_are_in_the_glossary(page: str) -> None:
    text = prose({**written(), **generated()}[page])
    unknown = sorted(set(ABBREVIATION.findall(text)) - explained() - NAMES)
    assert not unknown, f"{page}: {', '.join(unknown)}"


def test_the_glossary_is_in_order() -> None:
    text = written()["docs/glossary.md"]
    for section in text.split("\n## ")[2:]:
        heads = [head.lower() for head in re.findall(r"^(.+)\n:   ", section, re.MULTILINE)]
        assert heads == sorted(heads)


@pytest.mark.parametrize("page", sorted(written()))
def test_lines_fit_on_a_screen(page: str) -> None:
    text = re.sub(r"^\|.*$", "", FENCE.sub("", written()[page]), flags=re.MULTILINE)
    assert not [line for line in text.splitlines() if len(line) > 130]


@pytest.mark.parametrize("page", sorted(written()))
def test_no_big_words(page: str) -> None:
    hype = r"\b(seamless|powerful|cutting-edge|leverag\w+|robust|state-of-the-art|blazing\w*|effortless\w*|simply)\b"
    assert not re.findall(hype, written()[page], re.IGNORECASE)


def test_the_readme_says_what_it_must(repository: Path) -> None:
    text = written()["README.md"]
    for must in ("make demo", "make test", "--require-hashes", "Apache-2.0", "ODbL", "does not do yet", "images/"):
        assert must in text
    assert "/work/" not in text
