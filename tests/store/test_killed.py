"""A process killed in the middle of writing: the lab opens again and shows a whole city, the old one or the new one."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from stadslab.store.audit import audit
from stadslab.store.folder import LabFolder
from stadslab.store.manifests import history, list_cities, load_city, save_city
from stadslab.store.objects import damage
from stadslab.store.values import load_values
from tests.store import made

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a POSIX signal")


def generation_in(folder: LabFolder) -> int | None:
    """The generation of the city in the lab, after checking that nothing half-written can be seen."""
    assert not list(folder.tmp.iterdir())
    for place, ending in ((folder.objects, ".parquet"), (folder.versions, ".json"), (folder.values, ".arrow")):
        assert {p.suffix for p in place.iterdir()} <= {ending}
    assert audit(folder) == []
    assert [damage(folder, p.stem) for p in folder.objects.iterdir()] == [None] * len(list(folder.objects.iterdir()))
    kept = {p.stem for p in folder.values.iterdir()}
    assert all(load_values(folder, key) is not None for key in kept)
    assert {p.stem for p in folder.receipts.iterdir()} >= kept
    if not list_cities(folder):
        return None
    city = load_city(folder, "town")
    found = {int(g) for g in city["places"].scan("capacity")["capacity"].to_pylist()}
    found |= {int(n.split()[1]) for n in city["water"].scan("name")["name"].to_pylist()}
    found |= {city[name].stamp.params["generation"] for name in ("places", "water")}
    assert len(found) == 1  # layers of one load, never of two
    return found.pop()


def killed_at_step(repository: Path, path: Path, step: int) -> bool:
    command = [sys.executable, "-m", "tests.store.writer", str(path), "step", str(step), "50"]
    code = subprocess.run(command, cwd=repository, check=False).returncode
    assert code in (0, -signal.SIGKILL)
    return code != 0


def killed_first_load(repository: Path, path: Path, step: int) -> bool:
    """Kill a first load into an absent lab at this act; False when it has fewer acts."""
    killed = killed_at_step(repository, path, step)
    assert generation_in(LabFolder.open(path)) in ((None, 1) if killed else (1,))
    return killed


def killed_second_load(repository: Path, path: Path, step: int) -> bool:
    """Kill a load into a lab that has the city already; the old city or the new one is there, and work goes on."""
    save_city(LabFolder.open(path), made.city("town", 7, 30))
    killed = killed_at_step(repository, path, step)
    after = LabFolder.open(path, create=False)
    assert generation_in(after) in ((7, 1) if killed else (1,))
    save_city(after, made.city("town", 8, 30))
    assert generation_in(after) == 8
    return killed


@pytest.mark.parametrize("step", [3, 40, 110])
def test_killed_at_an_act_on_the_file_system(repository: Path, tmp_path: Path, step: int) -> None:
    assert killed_first_load(repository, tmp_path / "first.lab", step)
    assert killed_second_load(repository, tmp_path / "second.lab", step + 1)


@pytest.mark.long
def test_killed_at_every_act_on_the_file_system(repository: Path, tmp_path: Path) -> None:
    step = 1
    while (killed_second_load if step % 2 else killed_first_load)(repository, tmp_path / f"{step}.lab", step):
        step += 1
    assert 100 < step < 1000  # acts were counted


def kill_at_random(repository: Path, path: Path, rng: np.random.Generator, rows: int) -> None:
    command = [sys.executable, "-m", "tests.store.writer", str(path), "forever", str(rows)]
    with subprocess.Popen(command, cwd=repository, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(int(rng.integers(1, 3))):
            said = int(process.stdout.readline())
        time.sleep(float(rng.uniform(0, 0.1)))
        process.kill()
        said = max([said, *(int(line) for line in process.stdout.read().split("\n")[:-1])])
    folder = LabFolder.open(path)
    found = generation_in(folder)
    assert found in (said, said + 1)  # what was said to be saved is saved
    assert len(history(folder, "town")) >= said


def test_killed_at_random(repository: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    for turn in range(2):
        kill_at_random(repository, tmp_path / f"{turn}.lab", rng, 1000)


@pytest.mark.long
def test_killed_at_random_many_times(repository: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    for turn in range(30):
        kill_at_random(repository, tmp_path / f"{turn}.lab", rng, int(rng.choice([10, 1000, 30_000])))
