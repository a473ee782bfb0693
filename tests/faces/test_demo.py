"""`stadslab demo`: the whole chain on an invented city."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from click.testing import Result

from tests.faces.conftest import run


def demo(folder: Path, *more: object) -> Result:
    done = run("demo", "--people", 500, "--draws", 2, "--folder", folder, "--quiet", "--no-serve", *more)
    assert done.exit_code == 0, done.output
    return done


@pytest.mark.long
def test_from_files_to_a_brief_that_can_be_verified(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    first = demo(folder)
    assert first.stderr == ""
    lines = first.stdout.splitlines()
    assert [line[:2] for line in lines if line[:1].isdigit()] == ["1.", "2.", "3.", "4.", "5."]
    assert "SYNTHETIC" in lines[0]
    assert "nan" not in first.stdout
    assert "Traceback" not in first.stdout
    page = next(folder.glob("*.html"))
    assert "SYNTHETIC" in page.read_text(encoding="utf-8").upper()
    # what it recommends at the end works as it stands
    following = [line.partition("stadslab ")[2] for line in lines if "stadslab " in line and "--lab" in line]
    assert [f.split()[0] for f in following] == ["verify", "show", "serve"]
    for command in following[:2]:  # serving goes on until it is stopped: below
        done = run(*command.split())
        assert done.exit_code == 0, done.output
    assert run(*following[0].split()).stdout.startswith("equal")
    # in areas, where nobody is averaged across the water, exactly the island that was planted is cut off
    truths = json.loads(next((folder / "files").glob("*truths*.json")).read_text())
    words = ("walk_to_nearest", "bridge-and-preschool", "--kind", "school", "--support", "areas", "--by", "total")
    found = json.loads(run("compare", "demo", *words, "--json", "--lab", folder / "demo.lab").stdout)
    assert found["groups"][0]["cut_off"] == truths["lone_island"]["people"]
    # a second time, everything is there and it is said; the brief is the same to the byte
    before = page.read_bytes()
    second = demo(folder)
    assert second.stdout.count("answered from the cache") == 4
    assert page.read_bytes() == before


@pytest.mark.long
def test_same_seed_same_words_another_seed_another_town(tmp_path: Path) -> None:
    texts = [demo(tmp_path / name, "--seed", seed).stdout for name, seed in (("a", 1), ("b", 1), ("c", 2))]
    one, other, third = (t.replace(str(tmp_path / n), "DEMO") for t, n in zip(texts, "abc", strict=True))
    assert one == other
    assert one != third


@pytest.mark.long
def test_ends_by_serving_the_map_until_it_is_stopped(tmp_path: Path) -> None:
    words = ("demo", "--people", "500", "--draws", "2", "--folder", tmp_path, "--quiet", "--port", "0")
    command = [sys.executable, "-u", "-m", "stadslab", *map(str, words)]
    # whoever calls may close its standard input: only Ctrl-C ends it
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        address = re.search(r"http://127\.0\.0\.1:\d+/", "".join(said[-4:]))
        assert address, said
        with urllib.request.urlopen(f"{address[0]}api/cities", timeout=60) as reply:
            cities = json.load(reply)
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=60)
    assert "demo" in json.dumps(cities)
    assert process.returncode == 0, complaints
    assert "Traceback" not in complaints


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = run("demo", "--people", 500, "--folder", tmp_path / "file", "--quiet")
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.output
    assert str(tmp_path / "file") in done.stderr


@pytest.mark.parametrize(
    "words", [["--people", "3"], ["--people", "many"], ["--seed", "-1"], ["--draws", "0"]], ids=" ".join
)
def test_impossible_towns(words: list[str]) -> None:
    done = run("demo", *words)
    assert done.exit_code == 2
    assert words[0] in done.stderr
