"""A contender's time and memory are its own."""

import subprocess
import sys

import pytest

from benchmarks import child
from benchmarks.data import real


def test_what_starts_the_contenders_stays_light(repository):
    # A child begins with the peak memory of its parent, so a heavy parent would hide what a contender needs.
    code = (
        "import sys, importlib, benchmarks.__main__ as m\n"
        "for part in m.PARTS.values(): importlib.import_module(f'benchmarks.{part}')\n"
        "print([n for n in ('numpy', 'pyarrow', 'stadslab', 'pandana') if n in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_time_memory_and_status_of_a_command(repository, tmp_path):
    # Asked from a light process: this one may have been large already.
    code = (
        "import sys; from pathlib import Path; from benchmarks.child import spent\n"
        "large = [sys.executable, '-c', 'b = bytes([120]) * 200 * 2**20; raise SystemExit(3)']\n"
        f"print(*spent(large, None, Path({str(tmp_path / 'log')!r})))"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True)
    wall, cpu, peak_mb, status = map(float, said.stdout.split())
    assert 200 < peak_mb < 260
    assert status == 3
    assert wall > 0
    assert cpu > 0


def test_an_absent_file_is_skipped_with_its_name(monkeypatch, tmp_path):
    monkeypatch.setenv("STADSLAB_REAL_DATA", str(tmp_path))
    with pytest.raises(child.SkippedError, match=r"town\.osm\.pbf is absent"):
        real("town.osm.pbf")


def test_a_failing_contender_is_not_a_fast_one():
    with pytest.raises(RuntimeError, match="no_such_work"):
        child.run("walking.no_such_work")
