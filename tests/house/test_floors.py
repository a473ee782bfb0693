"""The drawing in docs/house.md, the contracts in .importlinter and the packages on disk are the same house."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def drawn(repository: Path) -> list[set[str]]:
    """The floors of docs/house.md, top first."""
    page = (repository / "docs/house.md").read_text(encoding="utf-8")
    drawing = page.partition("```text\n")[2].partition("```")[0]
    floors = [re.fullmatch(r"(\d+)  (.+)", line) for line in drawing.splitlines()]
    assert all(floors), f"docs/house.md: every line of the drawing is 'number  room | room', found:\n{drawing}"
    numbers = [int(floor[1]) for floor in floors if floor]
    assert numbers == list(range(len(floors), 0, -1)), "floors are numbered from the ground, top one first"
    return [set(floor[2].split(" | ")) for floor in floors if floor]


@pytest.fixture
def contracted(repository: Path) -> list[set[str]]:
    """The floors of .importlinter, top first, without the entry point."""
    contracts = configparser.ConfigParser()
    contracts.read(repository / ".importlinter", encoding="utf-8")
    layers = contracts["importlinter:contract:floors"]["layers"].split("\n")
    floors = [set(layer.split(" | ")) for layer in layers if layer.strip()]
    return [floor for floor in floors if floor != {"(__main__)"}]


def test_the_drawing_is_what_the_contract_tests(drawn: list[set[str]], contracted: list[set[str]]) -> None:
    assert drawn == contracted


def test_the_drawing_shows_the_rooms_there_are(drawn: list[set[str]], repository: Path) -> None:
    rooms = {path.parent.name for path in (repository / "src/stadslab").glob("*/__init__.py")}
    assert set.union(*drawn) == rooms


def test_every_room_says_what_is_in_it(drawn: list[set[str]], repository: Path) -> None:
    page = (repository / "docs/house.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \| .+ \|$", page, re.MULTILINE)) == set.union(*drawn)


@pytest.mark.parametrize("contracts", [".importlinter", ".importlinter-cycles"])
def test_every_import_keeps_the_contracts(repository: Path, contracts: str) -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run(
        [linter, "--no-cache", "--config", contracts], cwd=repository, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout[found.stdout.find("Contracts\n") :] + found.stderr
