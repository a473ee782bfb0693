"""Below the lab nothing reads a clock, the environment or chance that nobody seeded.

numpy's unseeded functions are refused by ruff (NPY002).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ABOVE = {"lab", "brief", "faces"}
"""Rooms that may: the lab keeps time and place, a face talks to a person."""

FORBIDDEN = {
    "datetime.now": "take the time as an argument",
    "datetime.today": "take the time as an argument",
    "datetime.utcnow": "take the time as an argument",
    "date.today": "take the date as an argument",
    "time.time": "take the time as an argument",
    "time.time_ns": "take the time as an argument",
    "time.monotonic": "measure in the lab",
    "time.perf_counter": "measure in the lab",
    "os.environ": "take it as an argument",
    "os.getenv": "take it as an argument",
    "uuid.uuid4": "derive names from content",
}

ALLOWED: dict[tuple[str, str], str] = {}
"""(file below src/stadslab, what it reads) -> why this is the exception."""


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an attribute chain, empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (front := dotted(node.value)):
        return f"{front}.{node.attr}"
    return ""


def impurities(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Line, name and remedy of everything forbidden in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            name = dotted(node)
            for forbidden, remedy in FORBIDDEN.items():
                if name == forbidden or name.endswith("." + forbidden):
                    yield node.lineno, forbidden, remedy
        elif isinstance(node, ast.Global):
            yield node.lineno, f"global {', '.join(node.names)}", "keep state in the lab"
        elif isinstance(node, ast.Import):
            if any(alias.name == "random" for alias in node.names):
                yield node.lineno, "random", "pass a numpy Generator"
        elif isinstance(node, ast.ImportFrom):
            if node.module == "random":
                yield node.lineno, "random", "pass a numpy Generator"
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                if name in FORBIDDEN:
                    yield node.lineno, name, FORBIDDEN[name]


def test_below_the_lab_everything_is_an_argument(repository: Path) -> None:
    source = repository / "src/stadslab"
    found = []
    for path in sorted(source.rglob("*.py")):
        place = path.relative_to(source)
        if place.parts[0] in ABOVE:
            continue
        for line, name, remedy in impurities(ast.parse(path.read_text(encoding="utf-8"))):
            if (place.as_posix(), name) not in ALLOWED:
                found.append(f"src/stadslab/{place}:{line} reads {name}: {remedy}")
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    "code",
    [
        "import datetime\ndatetime.datetime.now()",
        "from datetime import datetime\ndatetime.now()",
        "from time import time",
        "import os\nos.environ['X']",
        "import random",
        "def f():\n    global x",
    ],
)
def test_what_is_forbidden_is_seen(code: str) -> None:
    assert list(impurities(ast.parse(code)))


def test_a_seeded_generator_is_fine() -> None:
    assert not list(impurities(ast.parse("import numpy as np\nnp.random.default_rng(7).normal()")))
