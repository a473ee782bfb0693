"""The walking benchmark on a grid whose answers are known; our engine only."""

from importlib.util import find_spec

import numpy as np
import pytest

from benchmarks import child, walking
from benchmarks.graphs import CATEGORIES, join_chains, save

SIDE = 27
CENTRE = SIDE * SIDE // 2


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    """Blocks of 100 m, one place on every node, all of the first category."""
    path = tmp_path_factory.mktemp("grid") / "grid.npz"
    node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    xy = np.stack(np.divmod(node.ravel(), SIDE), axis=1) * 100.0
    save(str(path), xy, tail, head, np.full(len(tail), 10_000, np.int32))
    every = {"place_node": node.ravel().astype(np.int32), "place_category": np.zeros(node.size, np.int32)}
    np.savez(path, **(dict(np.load(path)) | every))
    return path


@pytest.fixture(scope="module")
def answered(grid):
    clock = child.Clock()
    answers = grid.with_name("answers.npz")
    walking.ours(clock, str(grid), str(answers))
    return clock, answers


def test_counts_are_those_of_the_closed_form(answered):
    found = np.load(answered[1])
    assert found["counts"].shape == (SIDE * SIDE, CATEGORIES)
    assert found["counts"][CENTRE].tolist() == [2 * 12 * 13 + 1, *[0] * (CATEGORIES - 1)]
    assert found["nearest"][CENTRE, 0].tolist() == [0, 10_000, 10_000, 10_000, 10_000]


def test_every_phase_the_table_shows_is_timed(answered):
    assert list(answered[0].phases) == ["build", "counts", "nearest"]


def test_the_simple_engine_says_the_same(grid, answered, tmp_path):
    slow = tmp_path / "simple.npz"
    walking.simple(child.Clock(), str(grid), str(slow))
    said = walking.agree(child.Clock(), str(answered[1]), str(slow))
    assert (said["counts_differ"], said["distances_differ"]) == (0, 0)
    assert said["distances"] == SIDE * SIDE * CATEGORIES * walking.NEAREST


def test_a_sample_is_compared_with_its_own_rows(grid, answered, tmp_path):
    some = tmp_path / "networkx.npz"
    walking.networkx(child.Clock(), str(grid), str(some))
    said = walking.agree(child.Clock(), str(answered[1]), str(some))
    assert said["counts"] == walking.SAMPLE * CATEGORIES
    assert said["counts_differ"] == 0


def test_a_cold_process_tells_where_its_time_goes(grid):
    clock = child.Clock()
    assert walking.cold_ours(clock, str(grid), "")["cells"] == SIDE * SIDE * CATEGORIES
    assert list(clock.phases) == ["imports", "compiled code", "reading", "build", "counts", "nearest"]


def test_agreement_is_exact(answered, tmp_path):
    _, mine = answered
    found = dict(np.load(mine))
    found["nearest"] = np.where(found["nearest"] == 2**31 - 1, np.nan, found["nearest"] / 100)
    peers = tmp_path / "peers.npz"
    np.savez(peers, **found)
    same = walking.agree(child.Clock(), str(mine), str(peers))
    assert (same["counts_differ"], same["distances_differ"]) == (0, 0)
    found["counts"][CENTRE, 0] += 1
    found["nearest"][CENTRE, 0, 1] += 0.01
    found["nearest"][CENTRE, 0, 2] = np.nan
    np.savez(peers, **found)
    other = walking.agree(child.Clock(), str(mine), str(peers))
    assert (other["counts_differ"], other["distances_differ"]) == (1, 2)


@pytest.mark.skipif(find_spec("pandana") is not None, reason="pandana is here")
def test_without_pandana_the_reason_is_said(grid):
    assert "make bench" in child.run("walking.pandana", graph=str(grid), answers="").skipped


def test_chains_become_one_edge():
    # 0 - 1 - 2 - 3, a fork at 3 (to 4, and 5 - 6), a loop 4 - 7 - 8 - 4, a ring 9 - 10 - 11 that hangs on nothing
    tail = np.array([0, 1, 2, 3, 3, 5, 4, 7, 8, 9, 10, 11])
    head = np.array([1, 2, 3, 4, 5, 6, 7, 8, 4, 10, 11, 9])
    a, b, metres = join_chains(12, tail, head, np.arange(1.0, 13.0))
    found = sorted((min(x, y), max(x, y), m) for x, y, m in zip(a.tolist(), b.tolist(), metres.tolist(), strict=True))
    assert found == [(0, 3, 6.0), (3, 4, 4.0), (3, 6, 11.0), (4, 4, 24.0)]


def test_fragments_and_double_streets_are_left_out(tmp_path):
    line = np.arange(25)
    tail, head = np.r_[line[:-1], 0, 3, 25], np.r_[line[1:], 1, 3, 26]  # a longer double, a loop, a fragment of two
    cm = np.r_[np.full(24, 500), 900, 100, 100].astype(np.int32)
    facts = save(str(tmp_path / "line.npz"), np.zeros((27, 2)), tail, head, cm)
    assert (facts["nodes"], facts["edges"]) == (25, 24)
    assert np.load(tmp_path / "line.npz")["cm"].tolist() == [500] * 24
