"""The centrality benchmark on a grid whose answer is known; our engine only."""

import numpy as np

from benchmarks import centrality, child
from benchmarks.graphs import save

SIDE = 13


def test_ours_on_a_chessboard(tmp_path):
    node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    xy = np.stack(np.divmod(node.ravel(), SIDE), axis=1) * 100.0
    graph, answers = str(tmp_path / "grid.npz"), str(tmp_path / "ours.npy")
    save(graph, xy, tail, head, np.full(len(tail), 10_000, np.int32))
    clock = child.Clock()
    assert centrality.ours(clock, graph, answers, 40_000, threads=2) == {"nodes": SIDE * SIDE}
    assert list(clock.phases) == ["import", "build", "first call", centrality.ASKED]
    found = np.load(answers)
    assert abs(found[SIDE * SIDE // 2] - 40) < 1e-6  # half of 4k(k+1)(k-1)/3 for k = 4
    np.save(tmp_path / "peer.npy", found * 1.5)
    said = centrality.agree(clock, answers, str(tmp_path / "peer.npy"))
    assert abs(said["largest"] - 1 / 3) < 1e-9
    assert said["correlation"] > 0.999999
