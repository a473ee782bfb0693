"""Small pieces of Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; cells may hold Markdown, bars and line breaks in them are made harmless."""
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def bullets(items: Iterable[str]) -> str:
    """One line an item."""
    return "\n".join(f"- {item}" for item in items)


def facts(items: Iterable[tuple[str, str]]) -> str:
    """One line a fact, its name first."""
    return bullets(f"**{name}**: {text}" for name, text in items)


def block(language: str, *lines: str) -> str:
    """A block of code."""
    return "\n".join([f"```{language}", *lines, "```"])


def code(text: object) -> str:
    """Something to be written letter by letter."""
    return f"`{text}`"


def codes(items: Iterable[object]) -> str:
    """Several of them."""
    return ", ".join(code(item) for item in items)


def page(*parts: str) -> str:
    """Parts with a blank line between them; empty parts are left out."""
    return "\n\n".join(part.strip("\n") for part in parts if part)


def prose(docstring: str | None) -> str:
    """A docstring as paragraphs: its line breaks are those of the source file and mean nothing on a page."""
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(docstring or ""))
    return "\n\n".join(_paragraph(text) for text in paragraphs)


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _paragraph(text: str) -> str:
    return text if re.match(r"(\d+\.|-) ", text) else " ".join(text.split())


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")
