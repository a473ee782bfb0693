"""Compilation: off, cached, and never stale."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import stadslab.kernels

COUNT = """
import numpy as np
from stadslab.kernels import csr, reach, shortest

def int32(*values):
    return np.array(values, np.int32)

def int64(*values):
    return np.array(values, np.int64)

graph = csr.build(3, int32(0, 1, 1, 2), int32(1, 0, 2, 1), int32(4, 4, 5, 5))
found = reach.count_and_nearest(
    *graph[:3], int64(0, 1), int32(0), int32(1), int64(0, 0, 1, 2), int32(0, 1), int32(2, 3),
    int32(0, 0), int64(1, 1), 1, int64(0, 0), int32(), int32(), 13, 2, threads=2,
)
print(found.counts.tolist(), found.nearest.tolist())
"""
COUNTED = "[[2]] [[[7, 13]]]"
WAY = """
way = shortest.path(*graph[:3], int32(0), int32(0), int32(2), int32(0), 99)
print(way.cost, way.nodes.tolist())
print(shortest.components(*graph[:2]).tolist(), shortest.strong_components(*graph[:2]).tolist())
"""
FOUND = "9 [0, 1, 2]\n[0, 0, 0] [0, 0, 0]"


def run(code: str, source: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ
        | {"PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1", "NUMBA_DISABLE_JIT": "0"}
        | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def source() -> Path:
    return Path(stadslab.kernels.__file__).parents[2]


def test_kernels_run_with_the_compiler_off(source):
    compiled = "print(hasattr(reach._count, 'signatures'))"
    assert run(COUNT + WAY + compiled, source, NUMBA_DISABLE_JIT="1") == f"{COUNTED}\n{FOUND}\nFalse"


def test_the_folder_loads_nothing_until_a_kernel_is_used(source):
    seen = "import sys, stadslab.kernels as k; {}; print('numba' in sys.modules)"
    assert run(seen.format("dir(k)"), source) == "False"
    assert run(seen.format("k.csr"), source) == "False"
    assert run(seen.format("k.shortest"), source) == "True"
    with pytest.raises(AttributeError, match="no attribute 'longest'"):
        _ = stadslab.kernels.longest


def test_a_kernel_is_compiled_once_for_all_processes(source, tmp_path):
    missed = COUNT + "print(len(reach._count.signatures), sum(reach._count.stats.cache_misses.values()))"
    cache = {"NUMBA_CACHE_DIR": str(tmp_path)}
    assert run(missed, source, **cache) == f"{COUNTED}\n1 1"
    assert run(missed, source, **cache) == f"{COUNTED}\n1 0"


def test_a_kernel_is_compiled_once_for_all_kinds_of_column(source):
    """Arrow columns are read-only, slices are strided: numba would compile anew for each mixture."""
    mixed = """
for columns in (graph, [column.copy() for column in graph]):
    columns[0].flags.writeable = False
    shortest.from_seeds(*columns[:3], int32(0, 9, 1)[::2], int32(0, 0), np.int32(50))
print(len(shortest.search.signatures))
"""
    assert run(COUNT + mixed, source) == f"{COUNTED}\n1"


def test_a_machine_without_a_cache_folder_still_compiles(monkeypatch):
    from numba.core.caching import CacheImpl

    from stadslab.kernels._jit import njit

    monkeypatch.setattr(CacheImpl, "_locator_classes", [])

    @njit
    def twice(number: int) -> int:
        return 2 * number

    assert twice(21) == 42


def test_a_change_in_a_called_kernel_is_not_hidden_by_the_cache(source, tmp_path):
    """numba would go on using the old search, as it only looks at the file of the caller."""
    package = tmp_path / "stadslab"
    shutil.copytree(source / "stadslab" / "kernels", package / "kernels", ignore=shutil.ignore_patterns("__pycache__"))
    (package / "__init__.py").touch()
    cache = {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    assert run(COUNT, tmp_path, **cache) == COUNTED
    search = package / "kernels" / "_search.py"
    text = search.read_text()
    assert text.count("+ np.int64(cost[arc])") == 1
    search.write_text(text.replace("+ np.int64(cost[arc])", "+ 2 * np.int64(cost[arc])"))
    assert run(COUNT, tmp_path, **cache) == "[[1]] [[[11, 2147483647]]]"
