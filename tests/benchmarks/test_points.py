"""The benchmark of points, on few of them; our engine only."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from benchmarks import child, points

ROWS = 20_000


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("points") / "points.parquet"
    assert points.made(child.Clock(), str(path), ROWS)["rows"] == ROWS
    return path


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points, "AREAS", 50)
    monkeypatch.setattr(points, "RESOLUTION", 7)


def test_every_point_is_counted_by_cell_and_hour(file, small, tmp_path):
    clock, answers = child.Clock(), tmp_path / "h3.npz"
    facts = points.ours_h3(clock, str(file), str(answers))
    assert facts["counted"] == ROWS == np.load(answers)["counts"].sum()
    assert points.COUNTED in clock.phases


def test_every_point_is_counted_by_area_and_geopandas_agrees(file, small, tmp_path):
    answers = tmp_path / "areas.npy"
    facts = points.ours_areas(child.Clock(), str(file), str(answers), ROWS)
    assert facts["counted"] == ROWS == np.load(answers).sum()
    assert points.geopandas(child.Clock(), str(file), str(answers), ROWS)["differ"] == 0
    np.save(answers, np.load(answers) + np.eye(1, 50, dtype=np.int64)[0])
    assert points.geopandas(child.Clock(), str(file), str(answers), ROWS)["differ"] == 1


def test_reading_alone_reads_all(file):
    assert points.reading(child.Clock(), str(file), ["lon"])["rows"] == ROWS


@pytest.mark.skipif(find_spec("sedonadb") is not None, reason="sedonadb is here")
def test_without_peers_the_reason_is_said(file):
    assert "make bench" in child.run("points.sedona", path=str(file), answers="", sample=1).skipped
