"""Markdown pages as tests see them: blocks of code, links, headings, prose."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.conftest import REPOSITORY

DOCS = REPOSITORY / "docs"
FENCE = re.compile(r"^( *)```(\w*)(?: title=\"([^\"]+)\")?\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """One block of code: where it begins, its language, the file it is meant to be (or empty), and its text."""

    page: str
    line: int
    language: str
    title: str
    text: str

    @property
    def at(self) -> str:
        """Page and line, for a complaint."""
        return f"{self.page}:{self.line}"

    @property
    def commands(self) -> list[str]:
        """One command a line, lines that end in a backslash joined with the next."""
        joined = self.text.replace("\\\n", " ")
        return [line.strip() for line in joined.splitlines() if line.strip() and not line.strip().startswith("#")]


@cache
def written() -> dict[str, str]:
    """Pages written by hand: path below the repository to text."""
    paths = [REPOSITORY / "README.md", DOCS / "index.md", DOCS / "glossary.md", *sorted((DOCS / "guide").glob("*.md"))]
    return {path.relative_to(REPOSITORY).as_posix(): path.read_text(encoding="utf-8") for path in paths}


@cache
def generated() -> dict[str, str]:
    """Pages made from the software: path below the repository to text."""
    from docs._generate import pages

    return {f"docs/reference/{path}": text for path, text in pages().items()}


def blocks(texts: dict[str, str], *languages: str) -> list[Block]:
    """All blocks in these languages."""
    found = []
    for page, text in texts.items():
        for match in FENCE.finditer(text):
            indent, language, title, body = match.groups()
            if language in languages:
                line = text.count("\n", 0, match.start()) + 2
                body = re.sub(rf"^{indent}", "", body, flags=re.MULTILINE)
                found.append(Block(page, line, language, title or "", body))
    return found


def commands(texts: dict[str, str], program: str = "stadslab") -> list[tuple[str, list[str]]]:
    """(where, words) of every command line of a program, the program's own name left out."""
    found = []
    for block in blocks(texts, "sh", "console"):
        for line in block.commands:
            words = shlex.split(line)
            if Path(words[0]).name == program and "[OPTIONS]" not in words:  # that is the shape of a command
                found.append((f"{block.at} {line}", words[1:]))
    return found


def prose(text: str) -> str:
    """The text without blocks, code and addresses."""
    text = FENCE.sub("", text)
    text = re.sub(r"`[^`]*`", "", text)
    text = LINK.sub(r"\2", text)
    return re.sub(r"<?https?://\S+", "", text)


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", head.lower())).strip("-") for head in heads}
