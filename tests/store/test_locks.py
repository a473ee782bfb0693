"""One writer at a time, and the second is told who is first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from stadslab.core.errors import StoreError
from stadslab.store.audit import audit
from stadslab.store.folder import LabFolder
from stadslab.store.manifests import history, load_city, save_city
from tests.store import made


def writer(repository: Path, path: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.store.writer", str(path), *words]
    return subprocess.Popen(command, cwd=repository, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_the_second_process_is_told_who_holds_the_lab(repository: Path, tmp_path: Path) -> None:
    folder = LabFolder.open(tmp_path)
    save_city(folder, made.city())
    with writer(repository, tmp_path, "hold") as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreError) as caught:
            folder.writing("saving", wait_s=0.2).__enter__()
        said = f"process {holder.pid} (loading osm into Åre) is writing to this lab; waited 0.2 s"
        assert said in str(caught.value)
        assert load_city(LabFolder.open(tmp_path), "Åre")["places"].rows == 20  # reading goes on
        assert holder.stdin is not None
        let_go = threading.Timer(0.3, os.write, [holder.stdin.fileno(), b"\n"])
        let_go.start()
        save_city(folder, made.city(generation=1))  # waits, then writes
        let_go.join()
    assert len(history(folder, "Åre")) == 2


def test_a_killed_holder_holds_nothing(repository: Path, tmp_path: Path) -> None:
    folder = LabFolder.open(tmp_path)
    with writer(repository, tmp_path, "hold") as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        holder.kill()
    with folder.writing("saving", wait_s=0):
        assert json.loads((tmp_path / "lab.json.lock").read_text("utf-8")) == {"pid": os.getpid(), "what": "saving"}


def test_two_processes_loading_into_one_city_lose_nothing(repository: Path, tmp_path: Path) -> None:
    path = tmp_path / "new.lab"  # created by both at once
    both = [writer(repository, path, "versions", who, "12") for who in ("left", "right")]
    for process in both:
        assert process.communicate()[0] == "done\n"
        assert process.returncode == 0
    folder = LabFolder.open(path, create=False)
    assert set(load_city(folder, "town").layers) == {f"{who}{n}" for who in ("left", "right") for n in range(12)}
    assert len(history(folder, "town")) == 24
    assert audit(folder) == []


def test_taken_again_inside_and_released_after_an_error(tmp_path: Path) -> None:
    first, second = LabFolder.open(tmp_path), LabFolder.open(tmp_path)
    with first.writing("outer"):
        with first.writing("inner", wait_s=0):
            pass
        with pytest.raises(StoreError, match=rf"process {os.getpid()} \(outer\)"), second.writing("other", wait_s=0):
            pass
    with pytest.raises(ZeroDivisionError), first.writing("failing"):
        raise ZeroDivisionError
    with second.writing("other", wait_s=0), pytest.raises(StoreError), first.writing("outer", wait_s=0):
        pass


def test_another_thread_waits(tmp_path: Path) -> None:
    folder = LabFolder.open(tmp_path)
    errors: list[str] = []

    def take() -> None:
        try:
            with folder.writing("second", wait_s=0.05):
                pass
        except StoreError as error:
            errors.append(str(error))

    with folder.writing("first"):
        thread = threading.Thread(target=take)
        thread.start()
        thread.join()
    assert len(errors) == 1
    assert "(first) is writing" in errors[0]
    take()
    assert len(errors) == 1


def test_a_lock_file_that_says_nothing_useful(tmp_path: Path) -> None:
    first, second = LabFolder.open(tmp_path), LabFolder.open(tmp_path)
    with first.writing("first"):
        (tmp_path / "lab.json.lock").write_text("?")
        with pytest.raises(StoreError, match="another process is writing"), second.writing("second", wait_s=0):
            pass
