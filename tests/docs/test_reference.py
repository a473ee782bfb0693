"""The reference is complete, the same on every run, and needs no hand."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from stadslab.core.kinds import KINDS
from stadslab.core.schema import SCHEMAS
from stadslab.faces import verbs
from stadslab.faces.cli import OWN
from stadslab.lab import catalog
from tests.docs.pages import generated, prose, written

ROOMS = ("indicators", "edits", "sources")
THINGS = [(room, name) for room in ROOMS for name in catalog.names(room)]


@pytest.mark.parametrize(("room", "name"), THINGS)
def test_everything_has_a_page_and_a_word_in_the_guide(room: str, name: str) -> None:
    page = generated()[f"docs/reference/{room}/{name}.md"]
    assert page.startswith(f"# {name}\n")
    guide = "\n".join(text for path, text in written().items() if path.startswith("docs/guide/"))
    assert name in guide, f"the guide never speaks of {name}"


@pytest.mark.parametrize("name", catalog.names("indicators"))
def test_an_indicator_page_says_all_there_is(name: str) -> None:
    page, indicator = generated()[f"docs/reference/indicators/{name}.md"], catalog.indicator(name)
    assert indicator.question in page
    assert all(
        f"`{p.name}`" in page and p.about in page.replace(p.about.capitalize(), p.about) for p in indicator.params
    )
    spots = page.partition("## What it does not see")[2].partition("## ")[0]
    assert len(re.findall("^- ", spots, re.MULTILINE)) == len(indicator.blind_spots)
    assert all(cited.rstrip(".") in page for cited in indicator.cites)
    assert all(spread.source in page.replace("Assumed", "assumed") for spread in indicator.uncertain.values())


@pytest.mark.parametrize("name", [*verbs.NAMES, *OWN])
def test_every_command_is_in_the_reference_and_in_the_guide(name: str) -> None:
    assert f"\n## {name}\n" in generated()["docs/reference/command-line.md"]
    assert any(f"stadslab {name}" in text for text in written().values())


def test_every_kind_and_every_column_is_listed() -> None:
    kinds = generated()["docs/reference/kinds.md"]
    assert not [kind for kind in KINDS if f"`{kind}`" not in kinds]
    layers = generated()["docs/reference/layers.md"]
    for schema in SCHEMAS.values():
        section = layers.partition(f"\n## {schema.name}\n")[2].partition("\n## ")[0]
        assert not [c.name for c in schema.columns if f"| `{c.name}` |" not in section]


def test_tables_have_as_many_cells_as_heads() -> None:
    for path, text in generated().items():
        width = 0
        for line in text.splitlines():
            if not line.startswith("|"):
                width = 0
                continue
            cells = len(re.findall(r"(?<!\\)\|", line))
            width = width or cells
            assert cells == width, f"{path}: {line}"


def test_nothing_of_the_machinery_shows() -> None:
    for path, text in generated().items():
        assert not re.search(r"<(class|function|object)|\bMISSING\b|\bNone\b|<bound", prose(text)), path


def test_two_runs_in_two_processes_write_the_same(repository: Path) -> None:
    told = "import hashlib; from docs._generate import pages; print(hashlib.sha256(repr(pages()).encode()).hexdigest())"
    runs = [
        subprocess.run(
            [sys.executable, "-c", told],
            cwd=repository,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
