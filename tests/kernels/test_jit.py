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
from stadslab.kernels import access, contraction, csr, lanes, nearest, order, reach, shortest

def int32(*values):
    return np.array(values, np.int32)

def int64(*values):
    return np.array(values, np.int64)

graph = csr.build(3, int32(0, 1, 1, 2), int32(1, 0, 2, 1), int32(4, 4, 5, 5))
print(reach.cost_table(
    *graph[:3], int64(0, 1), int32(0), int32(1), int64(0, 0, 1, 2), int32(0, 1), int32(2, 3), 2,
    int64(0, 0), int32(), int32(), 13, threads=2,
).tolist())
"""
COUNTED = "[[7, 13]]"
NEW = """
def points(*entries):
    return np.array([(node, -1) for node, _ in entries], np.int32), np.array([(c, 0) for _, c in entries], np.int32)

network = contraction.contract(*graph[:3])
homes, places = points((0, 1)), points((1, 2), (2, 3))
one = (int64(0, 1, 2), int32(0, 0), int64(1, 1))
seek = lanes.seekers(*places, int64(0, 0, 0), int32(), int32(), nodes=3, items=1)
back = lanes.seekers(*homes, int64(0, 0), int32(), int32(), nodes=3, items=2)
found, there, load = lanes.items(*homes, nodes=3), lanes.items(*places, nodes=3), access.load(1, *one)
decay = access.decay_table(lambda cost: 1 - cost / 20, 20)
print([
    access.sums_for_items(network, seek, found, load, int32(13, 12)).tolist(),
    access.sums_for_seekers(network, back, there, load, int32(13, 12)).tolist(),
    (access.decayed_for_items(network, seek, found, load, decay, 20) / access.FIXED_POINT).round(3).tolist(),
    (access.decayed_for_seekers(network, back, there, load, decay, 20) / access.FIXED_POINT).round(3).tolist(),
    access.nearest_for_items(network, seek, found, load, 13, 2).tolist(),
    access.nearest_for_seekers(network, back, there, load, 13, 2).tolist(),
    nearest.nearest(network, seek, *homes, load, 13, 2).tolist(),
    order.along_curve(np.array([[0.0, 0.0], [5.0, 0.0], [9.0, 0.0]])).tolist(),
])
"""
ANSWERED = "[[[[2], [1]]], [[[2], [1]]], [[1.0]], [[1.0]], [[[7, 13]]], [[[7, 13]]], [[[7, 13]]], [0, 1, 2]]"
LIVE = """
from stadslab.kernels.live import Bounded, LiveGraph, LiveItems, NearLists

changing = LiveGraph(*graph[:3])
keys = np.empty((1, 3, 2), np.int64)
nearest.fill(changing.backward(), seek, int32(0, 1), 20, keys[0])
lists, near, placed = NearLists(keys, 20), np.zeros((1, 1, 2), np.int32), LiveItems(*places, 3)
nothing = np.zeros((0, 3), np.int64)
arc = np.array([(0, 1, 4)], np.int32)
bounded = Bounded(3)
print(bounded.unmark(bounded.mark_users(changing.backward(), arc, 9)).tolist())
lists.erase(changing.backward(), arc, nothing)
changing.remove(0, 1, 4)
changing.add(0, 2, 7)
come = np.array([(0, 2, 7)], np.int32)
print(lists.fill(changing.forward(), changing.backward(), placed.now(), int32(0, 0), come, nothing).tolist())
lists.read(*homes, int32(0), int64(0, 0), int32(), int32(), int32(0, 0), near)
print(near.tolist())
"""
CHANGED = "[0]\n[0]\n[[[11, 15]]]"
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
    compiled = "print(hasattr(reach._table, 'signatures'))"
    said = run(COUNT + WAY + NEW + LIVE + compiled, source, NUMBA_DISABLE_JIT="1")
    assert said == f"{COUNTED}\n{FOUND}\n{ANSWERED}\n{CHANGED}\nFalse"


def test_they_say_the_same_compiled(source):
    assert run(COUNT + NEW + LIVE, source) == f"{COUNTED}\n{ANSWERED}\n{CHANGED}"


def test_the_folder_loads_nothing_until_a_kernel_is_used(source):
    seen = "import sys, stadslab.kernels as k; {}; print('numba' in sys.modules)"
    assert run(seen.format("dir(k)"), source) == "False"
    assert run(seen.format("k.csr"), source) == "False"
    assert run(seen.format("k.shortest"), source) == "True"
    with pytest.raises(AttributeError, match="no attribute 'longest'"):
        _ = stadslab.kernels.longest


def test_a_kernel_is_compiled_once_for_all_processes(source, tmp_path):
    missed = COUNT + "print(len(reach._table.signatures), sum(reach._table.stats.cache_misses.values()))"
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
    assert run(COUNT, tmp_path, **cache) == "[[11, 2147483647]]"


def test_a_change_in_a_kernel_written_elsewhere_is_not_hidden_by_the_cache(source, tmp_path):
    own = """
import sys
sys.path.insert(0, {folder!r})
import of_a_plugin
print(of_a_plugin.times(21))
"""
    cache = {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    written = "from stadslab.kernels._jit import njit\n\n@njit\ndef times(number):\n    return {} * number\n"
    for factor in (2, 3):
        (tmp_path / "of_a_plugin.py").write_text(written.format(factor))
        assert run(own.format(folder=str(tmp_path)), source, **cache) == str(factor * 21)
