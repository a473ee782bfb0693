"""The command line as real processes: exit codes, Ctrl-C in the middle, and a start that loads nothing heavy."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.faces.conftest import run
from tests.faces.town import Town

HEAVY = {
    "geopandas",
    "h3",
    "httpx",
    "matplotlib",
    "numba",
    "numpy",
    "osmium",
    "pandas",
    "pyarrow",
    "pyproj",
    "rich",
    "scipy",
    "shapely",
}

# The process waits where it is told to; the test then presses Ctrl-C. A shell may have told it to ignore that.
WAIT = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from {module} import {name} as real
import {module} as module
def waiting(*args, **kwargs):
    {before}
    print("HERE", file=sys.stderr, flush=True)
    time.sleep(60)
module.{name} = waiting
from stadslab.faces.cli import main
main()
"""


def environment(lab: Path) -> dict[str, str]:
    return {**os.environ, "STADSLAB_LAB": str(lab)}


def interrupted(lab: Path, words: Sequence[object], module: str, name: str, before: str = "") -> tuple[int, str, str]:
    """Exit code and what was said when Ctrl-C is pressed inside a function."""
    code = WAIT.format(module=module, name=name, before=before or "pass")
    command = [sys.executable, "-c", code, *map(str, words)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(lab)
    ) as process:
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            said += line
            if line.strip() == "HERE":
                process.send_signal(signal.SIGINT)
                break
        out, rest = process.communicate(timeout=60)
    return process.returncode, out, said + rest


def contents(lab: Path) -> dict[Path, bytes]:
    return {p: p.read_bytes() for p in lab.rglob("*") if p.is_file() and p.name != "lab.json.lock"}


def assert_stopped(code: int, out: str, said: str) -> None:
    assert code == 130, said
    assert out == ""
    assert said.rstrip().endswith("stopped; the lab is as it was before")
    assert "Traceback" not in said


def test_ctrl_c_while_layers_are_stored(lab: Path, town: Town) -> None:
    changed = town.folder / "changed.osm"
    changed.write_text(town.streets.read_text().replace("The school", "The old school"))
    before, listed = contents(lab), run("list", "cities", lab=lab).stdout
    assert_stopped(
        *interrupted(lab, ["load", "town", changed], "stadslab.store.manifests", "write_layer", "real(*args, **kwargs)")
    )
    assert run("list", "cities", lab=lab).stdout == listed
    # rows that no version names may lie there, whole; everything that was there says what it said
    after = contents(lab)
    assert {p: after[p] for p in before} == before
    assert not list((lab / "tmp").iterdir())
    done = run("load", "town", changed, lab=lab)
    assert done.exit_code == 0


def test_ctrl_c_while_a_file_is_half_written(lab: Path, town: Town) -> None:
    changed = town.folder / "halves.osm"
    changed.write_text(town.streets.read_text().replace("The shop", "The old shop"))
    before = contents(lab)
    half = "args[1].write(b'half a file')"
    assert_stopped(*interrupted(lab, ["load", "town", changed], "stadslab.store.objects", "_write", half))
    run("list", lab=lab)
    assert contents(lab) == before


def test_ctrl_c_in_the_first_load_leaves_no_lab(tmp_path: Path, town: Town) -> None:
    lab = tmp_path / "new.lab"
    assert_stopped(*interrupted(lab, ["load", "town", town.streets], "stadslab.lab.loading", "crs_for"))
    assert not lab.exists()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("stadslab.build.streetgraph", "build_streetgraph"),
        ("stadslab.lab.lab", "run"),
        ("stadslab.store.values", "_table"),
    ],
)
def test_ctrl_c_while_measuring(lab: Path, module: str, name: str) -> None:
    before = contents(lab)
    words = ["measure", "town", "walk_to_nearest", "--kind", "school", "--max-minutes", "44"]  # asked by no other test
    assert_stopped(*interrupted(lab, words, module, name))
    run("list", lab=lab)
    assert contents(lab) == before
    assert run(*words, lab=lab).exit_code == 0


def test_ctrl_c_as_json(lab: Path) -> None:
    code, out, _ = interrupted(
        lab, ["measure", "town", "walk_access", "--minutes", "44", "--json"], "stadslab.lab.lab", "run"
    )
    assert code == 130
    assert json.loads(out) == {"problems": [{"where": "", "what": "stopped", "hint": ""}]}


def test_ctrl_c_before_a_file_takes_its_place(lab: Path, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("as it was")
    words = ["measure", "town", "walk_access", "--out", tmp_path / "out.csv"]
    code, _, said = interrupted(lab, words, "stadslab.faces.files", "_frame")
    assert code == 130, said
    assert (tmp_path / "out.csv").read_text() == "as it was"
    assert [p.name for p in tmp_path.iterdir() if p != lab] == ["out.csv"]


def process(*words: object, lab: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "stadslab", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment(lab))


def test_answers_survive_the_process(lab: Path) -> None:
    words = ("measure", "town", "walk_to_nearest", "--max-minutes", "43", "--draws", "4", "--json")
    first, second = (process(*words, lab=lab) for _ in range(2))
    assert first.returncode == second.returncode == 0, first.stderr
    one, two = json.loads(first.stdout), json.loads(second.stdout)
    assert (one.pop("cached"), two.pop("cached")) == (False, True)
    assert one == two
    for path in (lab / "values").iterdir():
        path.unlink()
    again = json.loads(process(*words, lab=lab).stdout)
    assert again.pop("cached") is False
    assert again == one


def test_exit_codes(lab: Path) -> None:
    assert process("list", lab=lab).returncode == 0
    wrong = process("measure", "town", "walk_acess", lab=lab)
    assert wrong.returncode == 2
    near = "walk_access or walk_to_nearest or matrix_access"
    assert wrong.stderr == f"error: no indicator is called 'walk_acess' (did you mean {near}?)\n"
    assert process("--wrong", lab=lab).returncode == 2


def test_a_reader_that_leaves_early_gets_no_traceback(lab: Path) -> None:
    command = f"{sys.executable} -m stadslab list | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, env=environment(lab))
    assert done.stdout == "cities:\n"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [["--help"], ["--version"], ["measure", "--help"], ["measure", "x", "walk_access", "--help"], ["mesure"]],
    ids=" ".join,
)
def test_help_and_complaints_load_nothing_heavy(words: list[str]) -> None:
    code = f"""
import runpy, sys
sys.argv = ["stadslab", *{words!r}]
try:
    runpy.run_module("stadslab", run_name="__main__", alter_sys=True)
except SystemExit:
    pass
print("LOADED", *sorted({{name.partition(".")[0] for name in sys.modules}}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.splitlines()[-1].split()[1:])


def on_a_terminal(lab: Path, *words: object) -> tuple[int, str, str]:
    """Exit code, standard output, and what a terminal on standard error was sent."""
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "stadslab", *map(str, words)]
    done = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, text=True, env=environment(lab))
    os.close(theirs)
    seen = b""
    try:
        while part := os.read(ours, 4096):
            seen += part
    except OSError:  # the other end is closed
        pass
    out = done.communicate()[0]
    os.close(ours)
    return done.returncode, out, seen.decode(errors="replace")


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
def test_bars_on_a_terminal(lab: Path) -> None:
    code, out, seen = on_a_terminal(lab, "measure", "town", "walk_access", "--minutes", "42")
    assert code == 0, seen
    assert out.startswith("Places within 42 minutes on foot")
    assert "\x1b[" not in out
    assert "street network" in seen
    code, out, seen = on_a_terminal(lab, "measure", "town", "walk_acess")
    assert (code, out) == (2, "")
    assert "did you mean walk_access" in seen
