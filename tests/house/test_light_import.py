"""Asking for help, or for the package, costs no second: nothing heavy is imported for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "geopandas",
    "h3",
    "httpx",
    "matplotlib",
    "numba",
    "osmium",
    "pandas",
    "polars",
    "pyarrow",
    "pyogrio",
    "pyproj",
    "scipy",
    "shapely",
}

RUN = """
import runpy, sys
sys.argv = ["stadslab", *{arguments!r}]
try:
    runpy.run_module("stadslab", run_name="__main__", alter_sys=True)
except SystemExit as ending:
    assert not ending.code, ending.code
"""

PRINT_LOADED = "\nprint('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))"


def loaded_by(code: str) -> set[str]:
    """Which top-level packages does a new process have after running `code`?"""
    command = [sys.executable, "-c", "import sys\n" + code + PRINT_LOADED]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return set(ran.stdout.splitlines()[-1].split()[1:])


def test_the_package_itself() -> None:
    loaded = loaded_by("import stadslab")
    assert "stadslab" in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]], ids=" ".join)
def test_the_command_line(arguments: list[str]) -> None:
    loaded = loaded_by(RUN.format(arguments=arguments))
    assert "stadslab" in loaded
    assert not loaded & HEAVY
