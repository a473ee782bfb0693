"""The transit benchmark on a line whose answers are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import child, transit
from stadslab.kernels import doors
from tests.kernels.graphs import int32, rows
from tests.kernels.timetables import day, regular


@pytest.fixture(autouse=True)
def few_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "FEW", doors.FEW)  # the benchmark sets it


@pytest.fixture(scope="module")
def arrays(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A line every 600 s with 300 s from stop to stop; every origin at the first stop, a place at the last."""
    path = str(tmp_path_factory.mktemp("transit") / "line.npz")
    line = day(3, [regular([0, 1, 2], 300, 0, 600, 40)])
    town = doors.Doors(*rows([[(0, 60)]] * 256), *rows([[(2, 40)]]), *rows([[]] * 256))
    transit.save(path, line, town, int32(range(3600, 7200, 60)), 7200)
    return path


@pytest.mark.parametrize("engine", ["side by side", *transit.ALONE])
def test_every_contender_answers_and_is_timed(engine: str, arrays: str, tmp_path: Path) -> None:
    clock, answers = child.Clock(), str(tmp_path / "answers.npy")
    facts = transit.one_to_all(clock, arrays, engine, 4, answers)
    assert facts["origins"] == transit.ALONE.get(engine, 256)
    assert {"prepare", "first call", "ask"} <= set(clock.phases)
    found = np.load(answers)
    assert found.shape == (16, 3, 60)
    assert (found[:, 0] == 60).all()
    assert sorted(set((found[3, 2] - found[3, 1]).tolist())) == [300]
    assert sorted(found[5, 2, :10].tolist()) == list(range(660, 1260, 60))


@pytest.mark.parametrize("engine", ["side by side", "range RAPTOR"])
def test_the_matrix_is_that_of_the_closed_form(engine: str, arrays: str, tmp_path: Path) -> None:
    clock, answers = child.Clock(), str(tmp_path / "answers.npy")
    facts = transit.matrix(clock, arrays, engine, 4, 1, answers)
    assert (facts["reached"], facts["rising"]) == (1.0, True)
    # waits of 0, 60, ... 540 s after a walk of 60 s, 600 s aboard, 40 s on foot
    assert np.load(answers)[7, 0].tolist() == [700, 820, 940, 1120, 1240]


def test_a_difference_is_seen(tmp_path: Path) -> None:
    mine, theirs = str(tmp_path / "mine.npy"), str(tmp_path / "theirs.npy")
    np.save(mine, np.arange(4))
    np.save(theirs, np.array([0, 1, 2, 9]))
    said: dict[str, Any] = transit.agree(child.Clock(), mine, [mine, theirs])
    assert said == {"labels": 4, "differ": {mine: 0, theirs: 1}}


def test_walks_as_the_crow_flies() -> None:
    line = day(3, [regular([0, 1, 2], 300, 0, 600, 4)])
    walked = transit.crow(line, np.array([[0.0, 0.0], [300.0, 400.0], [0.0, 1200.0]]))
    assert walked.foot_ptr.tolist() == [0, 1, 3, 4]
    assert walked.foot_to.tolist() == [1, 0, 2, 1]
    assert walked.foot_s.tolist() == [500, 500, 855, 855]
