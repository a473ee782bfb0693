"""The heap inside the search: a broken one still gives right costs, but overruns its array."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stadslab.kernels import _search
from tests.kernels.graphs import Arcs, arcs, int32


@given(st.lists(st.integers(0, 2**62), max_size=40))
def test_keys_come_out_in_order(keys):
    heap = np.empty(len(keys), np.int64)
    size = 0
    for key in keys:
        size = _search._push(heap, size, np.int64(key))
    out = []
    while size:
        out.append(int(heap[0]))
        size = _search._pop(heap, size)
    assert out == sorted(keys)


@given(arcs(least_nodes=1))
def test_a_search_stays_inside_its_scratch_and_tells_all_it_touched(drawn: Arcs):
    graph = drawn.graph()
    label, touched, heap = _search.scratch(drawn.nodes, graph.indices.size, 2)
    guarded = np.full(heap.size + 8, -7, np.int64)
    seeds = int32([0, drawn.nodes - 1]), int32([3, 0])
    limit = _search.within(30)
    count = _search.search(*graph[:3], *seeds, 0, 2, limit, label, touched, guarded[: heap.size])
    assert (guarded[heap.size :] == -7).all()
    assert sorted(touched[:count].tolist()) == np.flatnonzero(label <= limit).tolist()
