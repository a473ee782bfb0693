"""Searches over plain arrays: no ids, no tables, no units but whole numbers.

Kernels know a street network as a directed graph of `n` nodes and `m` arcs in
compressed sparse rows (CSR): the arcs leaving node `v` lie at positions
`indptr[v]:indptr[v + 1]` of `indices` (their heads) and `cost` (whole
centimetres on foot, whole milliseconds by car; the kernel never asks which).
Whole numbers make every answer the same bit for bit, whatever the order of the
rows, the number of threads or the history of edits.

Points (homes, places) hang on *edges*: each brings up to two entries, a node
and what it costs to get between the point and that node, and a direct cost for
every other point on the same edge.

A day's public transport is a `timetable.Day`: trips in patterns, footpaths
between stops, whole seconds. `raptor`, `connections` and `abreast` answer the
same question of it by three algorithms that share no code: the first tells the
way, the last takes many origins at once.

Submodules load on first use, because compiled kernels are slow to import.
"""

UNREACHABLE = 2**31 - 1
"""Cost that stands for "not reached": the largest int32. No true cost is as large."""

_SUBMODULES = (
    "abreast", "access", "affected", "centrality", "changes", "connections", "contraction", "csr", "doors",
    "egress", "inequality", "lanes", "nearest", "opportunities", "order", "percentiles", "raptor", "raster",
    "rasterize", "reach", "shortest", "sidebyside", "tally", "tiles", "timetable", "vectortile",
)  # fmt: skip


def __getattr__(name: str) -> object:
    if name in _SUBMODULES:
        import importlib

        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *_SUBMODULES]
