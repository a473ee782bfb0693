"""`make` finds a Python that is new enough, or says what it saw."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def find(repository: Path, path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", repository / "requirements/find-python.sh"],
        env={"PATH": f"{path}:/usr/bin-that-is-not-there", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def pretend(folder: Path, name: str, *, works: bool) -> None:
    """Put a command into `folder` that is this Python, or one that refuses."""
    command = folder / name
    body = f'exec "{sys.executable}" "$@"' if works else 'echo "Python 3.9.2"; exit 1'
    command.write_text(f"#!/bin/sh\n{body}\n")
    command.chmod(0o755)


def test_the_first_that_suits_is_taken(repository: Path, tmp_path: Path) -> None:
    pretend(tmp_path, "python3", works=False)
    pretend(tmp_path, "python3.12", works=True)
    pretend(tmp_path, "python3.11", works=True)
    assert find(repository, tmp_path).stdout == "python3.12\n"


def test_a_named_one_comes_first(repository: Path, tmp_path: Path) -> None:
    pretend(tmp_path, "python3", works=True)
    assert find(repository, tmp_path, PYTHON=sys.executable).stdout == f"{sys.executable}\n"


@pytest.mark.parametrize("named", ["mine", "not-there"])
def test_a_named_one_that_does_not_suit_is_refused(repository: Path, tmp_path: Path, named: str) -> None:
    pretend(tmp_path, "mine", works=False)
    pretend(tmp_path, "python3", works=True)
    found = find(repository, tmp_path, PYTHON=named)
    assert found.returncode == 1
    assert found.stdout == ""
    assert f"PYTHON={named} does not run, is older than 3.11" in found.stderr


def test_none_at_all_is_told_with_a_remedy(repository: Path, tmp_path: Path) -> None:
    pretend(tmp_path, "python3", works=False)
    (tmp_path / "head").symlink_to(shutil.which("head") or "")
    found = find(repository, tmp_path)
    assert found.returncode == 1
    assert "python3: Python 3.9.2" in found.stderr
    assert "make PYTHON=" in found.stderr
