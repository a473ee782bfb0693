"""`stadslab warm`: afterwards nothing is left to compile."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stadslab.faces import warm
from stadslab.lab import catalog
from tests.faces.conftest import run
from tests.faces.test_processes import interrupted

# Few homes and many places, and the other way round: other ways through the engine than small cities take.
QUESTIONS = """
import numpy as np
from stadslab.build import traveltimes
from stadslab.build.streetgraph import build_streetgraph
from stadslab.faces import warm
from stadslab.testing import gridcity

city = gridcity.grid(30)
streets = build_streetgraph(city["streets"], city.crs)
before = warm._tally()
for homes, places in ((3, 400), (400, 3), (400, 400)):
    xy = streets.node_xy
    trip = traveltimes.trips(streets, traveltimes.Travel(), xy[:homes] + 20, xy[:places] + 10)
    kind, one = np.zeros(places, np.int32), np.ones(places, np.int64)
    for minutes in (5, 60):
        limit = traveltimes.Travel().cost(minutes)
        traveltimes.within(trip, np.array([limit], np.int32), kind, 1, one)
        traveltimes.nearest(trip, limit, 3)
        traveltimes.within_decayed(trip, np.ones_like, limit, kind, 1, one)
print(warm._tally().compiled)
"""


def process(cache: Path, *command: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, *command], env=os.environ | {"NUMBA_CACHE_DIR": str(cache), "NUMBA_DISABLE_JIT": "0"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.long
def test_a_second_run_compiles_nothing_and_neither_does_a_question(tmp_path: Path) -> None:
    first = process(tmp_path, "-m", "stadslab", "warm")
    assert int(first.stdout.split()[0]) > 40
    assert "kernels compiled in" in first.stdout
    assert f"Kept in {tmp_path}" in first.stdout
    lines = first.stderr.splitlines()
    for name in ("walks", *catalog.names("indicators")):
        assert f"{name} ..." in lines
        assert any(line.startswith(f"{name}: ") and line.endswith("compiled") for line in lines), name
    second = process(tmp_path, "-m", "stadslab", "warm", "--quiet")
    assert second.stderr == ""
    assert second.stdout.startswith("Nothing to compile; ")
    assert process(tmp_path, "-c", QUESTIONS).stdout.strip() == "0"


def test_its_help_has_an_example_and_says_that_it_may_be_stopped() -> None:
    done = run("warm", "--help")
    assert done.exit_code == 0
    assert "Example" in done.stdout
    assert "stadslab warm" in done.stdout
    assert "Ctrl-C" in done.stdout


def test_an_indicator_that_cannot_be_run_does_not_keep_the_others_cold(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []

    def broken() -> None:
        raise ZeroDivisionError("by design")

    monkeypatch.setattr(warm, "_steps", lambda: iter([("broken", broken), ("sound", lambda: ran.append("sound"))]))
    done = run("warm")
    assert done.exit_code == 0, done.output
    assert "could not be run: ZeroDivisionError: by design" in done.stderr
    assert ran == ["sound"]


@pytest.mark.parametrize(
    ("tally", "says"),
    [
        (warm._Tally(0, 0, 0, ()), "NUMBA_DISABLE_JIT is set"),
        (warm._Tally(9, 9, 0, ()), "Name one in NUMBA_CACHE_DIR"),
        (warm._Tally(9, 0, 9, ("folder",)), "Kept in folder"),
    ],
)
def test_it_says_where_the_code_is_or_why_it_is_nowhere(
    monkeypatch: pytest.MonkeyPatch, tally: warm._Tally, says: str
) -> None:
    monkeypatch.setattr(warm, "_steps", lambda: iter(()))
    monkeypatch.setattr(warm, "_tally", lambda: tally)
    assert says in run("warm").stdout


@pytest.mark.parametrize("words", [("warm",), ("warm", "--quiet")])
def test_it_may_be_stopped_in_the_middle(tmp_path: Path, words: tuple[str, ...]) -> None:
    code, out, err = interrupted(tmp_path, words, "stadslab.faces.warm", "_tally")
    assert code == 130
    assert out == ""
    assert "Traceback" not in err
