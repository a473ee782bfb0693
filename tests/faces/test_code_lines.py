"""The lines give again what is on the screen: they are run as printed, and the numbers are compared."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import geopandas
import numpy as np
import pytest

from stadslab.core.scenario import Scenario, scenario_from_json
from stadslab.edits.add_place import AddPlace
from stadslab.edits.add_route import AddRoute
from stadslab.edits.add_street import AddStreet
from stadslab.edits.close_street import CloseStreet
from stadslab.faces.code_lines import OnScreen, free_name, python_lines, shell_lines
from stadslab.lab import catalog
from stadslab.lab.lab import Lab
from stadslab.lab.run import Question
from stadslab.store.scenarios import read_scenario
from tests.faces.town import corner

HOSTILE = 'it\'s "quoted"; $(touch hacked) `touch hacked` \\ {x}'
PLAN = Scenario(
    "two things",
    (
        CloseStreet("osm:way/900", modes=("drive", "walk")),
        AddPlace("school", at=corner(8.1, 3.2), name=HOSTILE, capacity=120.0),
    ),
    why=HOSTILE,
)


def asked(indicator: str = "walk_to_nearest", support: str = "h3:10", draws: int = 1, **params: object) -> Question:
    return Question.of(catalog.indicator(indicator), {"kind": "school", **params}, support, draws, 7)


def ran(words: list[str], folder: Path) -> str:
    """What a program said that was run in this folder, with the package and its command at hand."""
    commands = folder / "commands"
    commands.mkdir(exist_ok=True)
    command = commands / "stadslab"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m stadslab "$@"\n')
    command.chmod(0o755)
    environment = {**os.environ, "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "120"}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert not (folder / "hacked").exists()
    return done.stdout


def written(folder: Path) -> geopandas.GeoDataFrame:
    (data,) = folder.glob("*.parquet")
    assert data.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
    return geopandas.read_parquet(data)


def same(frame: geopandas.GeoDataFrame, column: str, expected: np.ndarray) -> None:
    np.testing.assert_array_equal(frame[column].to_numpy(float), expected)


@pytest.mark.long
@pytest.mark.parametrize("scenario", [None, PLAN], ids=["as it is", "under a plan"])
def test_the_python_lines_give_the_same_numbers(lab: Path, tmp_path: Path, scenario: Scenario | None) -> None:
    shown = OnScreen(str(lab), "town", asked(draws=3), scenario)
    (tmp_path / "run").mkdir()
    said = ran([sys.executable, "-c", python_lines(shown)], tmp_path / "run")
    opened, question = Lab(lab), shown.question
    if scenario is None:
        values, _ = opened.answer(question, opened.city("town"), None)
        same(written(tmp_path / "run"), "value", values.mean())
        assert values.title in said
    else:
        change = opened.comparison(question, opened.city("town"), scenario)
        same(written(tmp_path / "run"), "change", change.change())
        assert (change.change() != 0).any()
    assert opened.scenarios("town") == ["no-bridge"], "Python keeps the plan to itself"


@pytest.mark.long
@pytest.mark.parametrize("compare", [True, False])
def test_the_shell_lines_give_the_same_numbers(lab: Path, tmp_path: Path, compare: bool) -> None:
    shown = OnScreen(str(lab), "town", asked(max_minutes=12.5), PLAN, compare=compare)
    (tmp_path / "run").mkdir()
    ran(["sh", "-ec", shell_lines(shown)], tmp_path / "run")
    opened = Lab(lab)
    change = opened.comparison(shown.question, opened.city("town"), PLAN)
    column, expected = ("change", change.change()) if compare else ("value", change.after.mean())
    same(written(tmp_path / "run"), column, expected)
    kept = opened.scenario("town", "two-things")
    assert kept.edits == PLAN.edits
    assert kept.why == HOSTILE
    assert (tmp_path / "run/town-two-things.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.long
def test_a_saved_plan_is_named_and_not_written_again(lab: Path, tmp_path: Path) -> None:
    opened = Lab(lab)
    shown = OnScreen(str(lab), "town", asked(), opened.scenario("town", "no-bridge"), saved=True)
    assert "edit" not in shell_lines(shown)
    assert "Scenario" not in python_lines(shown)
    expected = opened.comparison(shown.question, opened.city("town"), shown.scenario)
    for name, words in (("sh", ["sh", "-ec", shell_lines(shown)]), ("py", [sys.executable, "-c", python_lines(shown)])):
        (tmp_path / name).mkdir()
        ran(words, tmp_path / name)
        same(written(tmp_path / name), "change", expected.change())


@pytest.mark.parametrize(
    "edit",
    [
        AddStreet(tuple(corner(0.1 * n, 0.5) for n in range(60)), modes=("walk",)),
        AddRoute("4X", ("18.0,59.0", "18.1,59.1"), both_ways=False),
    ],
)
def test_what_a_command_cannot_say_goes_into_a_file(edit, tmp_path: Path) -> None:
    plan = Scenario("long", (PLAN.edits[0], edit), why=HOSTILE)
    text = shell_lines(OnScreen("lab", "town", asked(), plan))
    head, rest = text.split("stadslab compare", 1)
    assert "stadslab edit" not in head
    assert " long.json " in rest
    subprocess.run(["sh", "-ec", head], cwd=tmp_path, check=True, timeout=60)
    again = scenario_from_json(read_scenario(tmp_path / "long.json"), catalog.edits())
    assert (again.edits, again.why) == (plan.edits, HOSTILE)


def test_only_what_differs_from_the_usual_is_said() -> None:
    text = shell_lines(OnScreen("lab", "town", asked()))
    assert "stadslab measure town walk_to_nearest --support=h3:10 --kind=school" in text
    assert "--draws" not in text
    assert "walk_speed" not in text
    assert "--draws=5 --seed=7" in shell_lines(OnScreen("lab", "town", asked(draws=5)))


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert free_name("plan", []) == "plan"
    assert free_name("plan", ["plan", "plan-2"]) == "plan-3"
    assert free_name("two things", ["two-things"]) == "two-things-2"
    assert free_name("", []) == "plan"
