"""Graphs as compressed sparse rows."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stadslab.kernels import _arrays
from stadslab.kernels._arrays import Int32, Int64


class Graph(NamedTuple):
    """A directed graph by tail, and where each arc came from."""

    indptr: Int64
    """int64[n + 1]: the arcs leaving node v are at indptr[v]:indptr[v + 1]."""
    indices: Int32
    """int32[m]: head of each arc."""
    cost: Int32
    """int32[m]: cost of each arc, >= 0."""
    order: Int64
    """int64[m]: position in the input of each arc; `column[order]` puts any arc column in this order."""


def build(n_nodes: int, tail: npt.NDArray[Any], head: npt.NDArray[Any], cost: npt.NDArray[Any]) -> Graph:
    """Sort arcs by tail; arcs of one tail keep their order.

    tail, head: int32[m] nodes in [0, n_nodes). cost: int32[m], >= 0.
    Self loops and parallel arcs stay. Raises TypeError for other dtypes,
    ValueError for values out of range or columns of different length.
    """
    if n_nodes < 0:
        raise ValueError(f"n_nodes: none or more; got {n_nodes}")
    tail = _arrays.int32("tail", tail, least=0, below=n_nodes)
    head = _arrays.int32("head", head, least=0, below=n_nodes)
    cost = _arrays.int32("cost", cost, least=0)
    _arrays.same_length(tail=tail, head=head, cost=cost)
    order = np.argsort(tail, kind="stable").astype(np.int64, copy=False)
    indptr = np.zeros(n_nodes + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=n_nodes), out=indptr[1:])
    return Graph(indptr, head[order], cost[order], order)


def transpose(indptr: npt.NDArray[Any], indices: npt.NDArray[Any], cost: npt.NDArray[Any]) -> Graph:
    """Turn every arc round: a search on it answers "from where", not "to where".

    Arrays as in `Graph`; `order` refers to arc positions of the given graph.
    Arcs of one new tail are in order of their old tail.
    """
    indptr, indices, cost = _arrays.graph(indptr, indices, cost)
    return build(indptr.size - 1, indices, tails(indptr), cost)


def tails(indptr: npt.NDArray[Any]) -> Int32:
    """Tail of every arc: int32[m] from int64[n + 1]."""
    return np.repeat(np.arange(len(indptr) - 1, dtype=np.int32), np.diff(indptr))
