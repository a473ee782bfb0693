"""A full disk: said in words, nothing half-written, nothing changed."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from stadslab.core.city import City
from stadslab.core.errors import StoreError
from stadslab.store import folder as folder_module
from stadslab.store.audit import audit
from stadslab.store.folder import LabFolder
from stadslab.store.manifests import history, load_city, save_city
from stadslab.store.scenarios import list_scenarios, save_scenario
from stadslab.store.values import load_values, save_values
from tests.store import made

ROWS = 60_000  # a few MB in memory, more than half a MB on disk


def visible(folder: LabFolder) -> dict[str, bytes]:
    """Names and versions of cities: what a person can see of a lab."""
    return {str(p): p.read_bytes() for p in sorted(folder.cities.rglob("*.json"))}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
@pytest.mark.parametrize("where", ["write", "fsync", "rename"])
def test_said_wherever_it_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, where: str) -> None:
    folder = LabFolder.open(tmp_path)
    save_city(folder, made.city())
    before = visible(folder)

    def refuse(*_: object) -> Any:
        raise OSError(code, os.strerror(code))

    if where == "fsync":
        monkeypatch.setattr(os, "fsync", refuse)
    elif where == "rename":
        monkeypatch.setattr(Path, "replace", refuse)
    else:
        new_part = LabFolder._new_part

        def narrow(self: LabFolder) -> tuple[Path, Any]:
            part, file = new_part(self)
            return part, Narrow(file, refuse)

        monkeypatch.setattr(LabFolder, "_new_part", narrow)
    acts: list[Callable[[], object]] = [
        lambda: save_city(folder, made.city(generation=1)),
        lambda: save_scenario(folder, "Åre", "a", "{}"),
        lambda: save_values(folder, "k", made.answer()),
    ]
    words = {errno.ENOSPC: "the disk is full", errno.EDQUOT: "quota is used up", errno.EFBIG: "may not grow that large"}
    for act in acts:
        with pytest.raises(StoreError) as caught:
            act()
        assert words[code] in str(caught.value)
        assert f"needs about 1 MB in {folder.path}" in str(caught.value)
        assert not list(folder.tmp.iterdir())
    monkeypatch.undo()
    assert visible(folder) == before
    assert list_scenarios(folder, "Åre") == []
    assert load_values(folder, "k") is None
    assert audit(folder) == []


class Narrow:
    """A file into which nothing fits."""

    def __init__(self, file: Any, refuse: Callable[..., Any]) -> None:
        self._file = file
        self.write = refuse

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def test_creating_a_lab_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(folder_module, "flush_folder", refuse)
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(StoreError, match="the disk is full"):
        LabFolder.open(tmp_path / "a.lab")
    monkeypatch.undo()
    assert LabFolder.open(tmp_path / "a.lab").ref.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
@pytest.mark.parametrize("size", [0, 100, 4_000, 300_000])
def test_the_system_refuses_a_file_of_that_size(repository: Path, tmp_path: Path, size: int) -> None:
    """A real refusal in the middle of writing Parquet: the limit on file size of the process."""
    folder = LabFolder.open(tmp_path)
    save_city(folder, made.city("town", 5))
    (tmp_path / "lab.json.lock").write_text("")
    before = visible(folder)
    command = [sys.executable, "-m", "tests.store.writer", str(tmp_path), "limit", str(size), str(ROWS)]
    done = subprocess.run(command, cwd=repository, check=True, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    assert "may not grow that large here: needs about" in done.stdout
    assert done.stdout.count("\n") == 1
    assert not list(folder.tmp.iterdir())  # removed by the process that failed, before anybody opens the lab again
    assert visible(folder) == before
    assert audit(LabFolder.open(tmp_path)) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of half a megabyte, where this user may mount one."""
    place = tmp_path / "small"
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None or sys.platform != "linux":
        pytest.skip("no mount here; the limit on file size stands in")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=500k", "tmpfs", str(place)], check=False, capture_output=True
    )
    if done.returncode:
        pytest.skip("this user may not mount; the limit on file size stands in")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_full(small_disk: Path) -> None:
    folder = LabFolder.open(small_disk / "a.lab")
    city = made.city("town", 5)
    save_city(folder, city)
    before = visible(folder)
    big = City("town", "EPSG:3006").with_layer(made.water(5), made.places(ROWS, 6))
    needs = round(big["places"].scan().nbytes / 1e6)
    with pytest.raises(StoreError, match=rf"the disk is full: needs about {needs} MB in .*objects \(make room"):
        save_city(folder, big)
    assert not list(folder.tmp.iterdir())
    assert visible(folder) == before
    again = LabFolder.open(small_disk / "a.lab")
    assert load_city(again, "town").key() == city.key()
    assert len(history(again, "town")) == 1
    assert audit(again) == []
    # with room, the same load succeeds
    save_city(again, City("town", "EPSG:3006").with_layer(made.places(200, 6)))
    assert load_city(again, "town")["places"].rows == 200
