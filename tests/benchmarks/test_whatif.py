"""The what-if benchmark on a small grid: every kind of edit, and nothing differs from asking anew."""

import numpy as np
import pytest

from benchmarks import whatif
from benchmarks.child import Clock
from benchmarks.graphs import save


@pytest.mark.parametrize("kept", whatif.KEPT.values())
def test_every_edit_is_timed_and_no_cell_differs(tmp_path, monkeypatch, kept):
    monkeypatch.setattr(whatif, "EDITS", 6)
    side = 14
    node = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    xy = np.stack(np.divmod(node.ravel(), side), axis=1) * 100.0
    path = tmp_path / "grid.npz"
    save(str(path), xy, tail, head, np.full(len(tail), 10_000, np.int32))
    clock = Clock()
    said = whatif.ours(clock, str(path), list(kept))
    assert said["differ"] == 0
    assert {kind: len(seconds) for kind, seconds in said["seconds"].items()} == dict.fromkeys(whatif.KINDS, 6)
    assert said["cells"] == side * side * 8 * sum({"counts": 1, "nearest": whatif.NEAREST}[name] for name in kept)
    assert list(clock.phases) == ["asked once", "asked anew"]
