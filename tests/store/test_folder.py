"""The lab's folder: created whole, opened only when it is one, written whole or not at all."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from stadslab.core.errors import InputError, NotFoundError, Problem, StadslabError, StoreError
from stadslab.store.folder import FORMAT, LabFolder
from stadslab.store.locks import try_lock


def everything(path: Path) -> dict[str, bytes]:
    return {str(p.relative_to(path)): p.read_bytes() for p in sorted(path.rglob("*")) if p.is_file()}


def test_a_new_folder_becomes_a_lab(tmp_path: Path) -> None:
    folder = LabFolder.open(tmp_path / "deep" / "my-city.lab")
    lab = json.loads((folder.path / "lab.json").read_text("utf-8"))
    assert lab["format"] == FORMAT
    assert set(lab) == {"format", "software"}
    places = {"objects", "cities", "scenarios", "values", "receipts", "cache", "tmp"}
    assert {p.name for p in folder.path.iterdir() if p.is_dir()} == places
    assert not list(folder.tmp.iterdir())


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    LabFolder.open(tmp_path / "a.lab")
    (tmp_path / "a.lab" / "cache" / "download").write_bytes(b"1")
    before = everything(tmp_path)
    LabFolder.open(tmp_path / "a.lab")
    LabFolder.open(str(tmp_path / "a.lab"), create=False)
    assert everything(tmp_path) == before


@pytest.mark.parametrize("left", [[], ["tmp"], ["objects", "cities", "cities/versions", "tmp"], [".DS_Store"]])
def test_an_empty_folder_or_a_creation_cut_short_becomes_a_lab(tmp_path: Path, left: list[str]) -> None:
    for name in left:
        (tmp_path / name).touch() if name.startswith(".") else (tmp_path / name).mkdir()
    assert LabFolder.open(tmp_path).ref.exists()


def test_absent_and_not_to_be_created(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.lab"):
        with pytest.raises(NotFoundError, match="no lab here") as caught:
            LabFolder.open(path, create=False)
        assert str(path) in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_folder_of_other_things_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"1")
    with pytest.raises(InputError, match=r"not a lab and holds other things \(photo\.jpg\).*empty or new folder"):
        LabFolder.open(tmp_path)
    assert everything(tmp_path) == {"photo.jpg": b"1"}


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "town.lab").write_bytes(b"1")
    with pytest.raises(InputError, match="is a file"):
        LabFolder.open(tmp_path / "town.lab")


def test_a_lab_that_lost_its_lab_json_is_not_taken_for_empty(tmp_path: Path) -> None:
    (tmp_path / "cities").mkdir()
    (tmp_path / "cities" / "Oslo.json").write_text("{}")
    with pytest.raises(StoreError, match=r"lab\.json is missing"):
        LabFolder.open(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"format": 2}', "newer stadslab: upgrade"),
        ('{"format": 0}', "format 0 is not known"),
        ('{"format": "1"}', "format '1' is not known"),
        ('{"format": true}', "format True is not known"),
        ("{}", "format None is not known"),
        ("[]", "not a JSON object"),
        ('{\n "format": 1,,\n}', "line 2, column 14"),
        ('{"format": 1, "format": 2}', "'format' is given twice"),
        ("", "line 1, column 1"),
    ],
)
def test_newer_unknown_and_damaged_formats_are_refused(tmp_path: Path, text: str, said: str) -> None:
    LabFolder.open(tmp_path)
    (tmp_path / "lab.json").write_text(text)
    before = everything(tmp_path)
    with pytest.raises(StoreError) as caught:
        LabFolder.open(tmp_path)
    assert said in str(caught.value)
    assert str(tmp_path / "lab.json") in str(caught.value)
    assert everything(tmp_path) == before


def test_a_write_that_fails_leaves_the_old_file_and_no_part(tmp_path: Path) -> None:
    folder = LabFolder.open(tmp_path)
    target = folder.cache / "notes"
    folder.write_text(target, "old")

    def half() -> None:
        with folder.atomic(target) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert target.read_text() == "old"
    assert not list(folder.tmp.iterdir())


def test_a_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    folder = LabFolder.open(tmp_path)
    target = folder.scenarios / "Åre" / "new.json"
    with folder.atomic(target) as file:
        file.write(b"1" * 1_000_000)
        file.flush()
        assert not target.exists()
    assert target.stat().st_size == 1_000_000
    assert not list(folder.tmp.iterdir())


def test_opening_clears_parts_of_ended_processes_only(tmp_path: Path) -> None:
    folder = LabFolder.open(tmp_path)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    # The process number of the writer may have been given to somebody else, even to us (in a container it is always 1).
    for pid in (ended.pid, os.getpid(), os.getppid()):
        (folder.tmp / f"{pid}-900.part").write_bytes(b"half")
    (folder.tmp / "note.txt").write_bytes(b"not ours")
    with folder.atomic(folder.cache / "slow") as file:
        file.write(b"first half")
        LabFolder.open(tmp_path)
        parts = sorted(p.name for p in folder.tmp.iterdir())
        assert len(parts) == 2
        assert parts[1] == "note.txt"
        file.write(b", second half")
    assert (folder.cache / "slow").read_bytes() == b"first half, second half"


def test_many_threads_write_at_once(tmp_path: Path) -> None:
    folder = LabFolder.open(tmp_path)

    def write(number: int) -> None:
        for turn in range(20):
            folder.write_text(folder.cache / f"f{number % 3}", f"{number} {turn} " * 1000)
            LabFolder.open(tmp_path)  # clears what it takes for leftovers

    threads = [threading.Thread(target=write, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for path in folder.cache.iterdir():
        words = path.read_text().split()
        assert len(words) == 2000
        assert len(set(words[::2])) == len(set(words[1::2])) == 1
    assert not list(folder.tmp.iterdir())


def test_a_lab_that_may_only_be_read_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = LabFolder.open(tmp_path)
    (folder.tmp / "1-1.part").write_bytes(b"half")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    assert LabFolder.open(tmp_path, create=False).ref.exists()


def test_what_the_system_refuses_is_said(tmp_path: Path) -> None:
    folder = LabFolder.open(tmp_path)
    (folder.cache / "taken").mkdir()
    with pytest.raises(StoreError, match=r"taken: cannot be written: .*irectory"):
        folder.write_text(folder.cache / "taken", "text")
    assert not list(folder.tmp.iterdir())


def test_a_folder_travels_to_workers(tmp_path: Path) -> None:
    folder = LabFolder.open(tmp_path)
    with folder.writing("test"):
        there = pickle.loads(pickle.dumps(folder))
    assert there.path == folder.path
    there.write_text(there.cache / "a", "b")


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_a_store_error_keeps_every_problem(count: int) -> None:
    # OSError by itself drops all but two of three to five arguments.
    error = StoreError(*(Problem("where", f"problem {n}") for n in range(count)))
    again = pickle.loads(pickle.dumps(error))
    assert (
        [p.what for p in again.problems] == [p.what for p in error.problems] == [f"problem {n}" for n in range(count)]
    )
    assert isinstance(error, StadslabError)


def test_locks_are_known_here(tmp_path: Path) -> None:
    # If this fails the tests of locks prove nothing on this machine.
    with (tmp_path / "a").open("w+") as first, (tmp_path / "a").open("r+") as second:
        assert try_lock(first) is True
        assert try_lock(second) is False
