"""A town in files, and a lab that has loaded it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from stadslab.faces.cli import main
from tests.faces.town import Town, build

Ask = Callable[..., Result]


def run(*words: object, lab: Path | None = None) -> Result:
    """One command line; the lab goes through the environment as it may in a shell."""
    environment = {"STADSLAB_LAB": str(lab) if lab else "", "COLUMNS": "120"}
    return CliRunner().invoke(main, [str(w) for w in words], env=environment, prog_name="stadslab")


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return build(tmp_path_factory.mktemp("town") / "files")


@pytest.fixture(scope="session")
def loaded(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lab with the town and one scenario. Do not change it; take `lab` for that."""
    folder = tmp_path_factory.mktemp("lab") / "town.lab"
    for words in (
        ("load", "town", town.streets),
        ("load", "town", town.districts, "--source", "areas", "--id-column", "area"),
        ("load", "town", town.people, "--source", "people", "--key", "area"),
        ("edit", "town", "no-bridge", "close_street", "--street", "osm:way/900", "--why", "Repair."),
    ):
        done = run(*words, lab=folder)
        assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def lab(loaded: Path, tmp_path: Path) -> Path:
    """A copy of the loaded lab that may be changed."""
    return Path(shutil.copytree(loaded, tmp_path / "town.lab"))


@pytest.fixture
def ask(loaded: Path) -> Ask:
    """Ask the loaded lab; a failure shows what was said."""

    def asked(*words: object, code: int = 0) -> Result:
        done = run(*words, lab=loaded)
        assert done.exit_code == code, done.output
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return asked


@pytest.fixture
def ask_json(ask: Ask) -> Callable[..., Any]:
    """The reply as JSON: nothing else may be on standard output."""
    return lambda *words, code=0: json.loads(ask(*words, "--json", code=code).stdout)
