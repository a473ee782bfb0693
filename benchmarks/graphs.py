"""Walking networks as plain arrays, the same for every contender.

An .npz of x, y (float64[n], metres), tail, head (int32[m]), cm (int32[m], each edge walked both ways),
place_node (int32[p]) and place_category (int32[p], in [0, CATEGORIES)).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.child import Clock

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CATEGORIES = 8
SHARES = (0.28, 0.10, 0.24, 0.08, 0.07, 0.08, 0.12, 0.03)  # food, groceries, other shops, ... finance
PLACES_PER_CORNER = 0.06  # of the drawing, bends included
PLACES_PER_JUNCTION = 0.25
FEWEST_NODES = 20  # smaller fragments of network are left out


def from_extract(clock: Clock, paths: list[str], to: str) -> dict[str, Any]:
    """The walking network our own build makes of an extract."""
    with clock("graph"):
        graph = street_graph(*paths)
        network = graph.network("walk")
        way = network.edge_forward >= 0
        return save(to, graph.node_xy, graph.tail[way], graph.head[way], graph.length_cm[way])


def street_graph(path: str) -> Any:
    """Our street graph of an extract, projected."""
    import numpy as np
    import shapely

    from stadslab.build.projection import shapes_of, utm_for
    from stadslab.build.streetgraph import build_streetgraph
    from stadslab.core.source import Raw, RawFile
    from stadslab.sources import osm

    (streets,) = osm.read(Raw((RawFile(Path(path), ""),)), layers=("streets",))
    bounds = shapely.total_bounds(shapes_of(streets.scan("geometry")["geometry"]))
    return build_streetgraph(streets, utm_for(np.asarray(bounds).reshape(2, 2)))


def from_segments(clock: Clock, paths: list[str], to: str, raw: bool = False) -> dict[str, Any]:
    """Pieces of street (GeoParquet in metres), several towns side by side.

    raw: every corner of a line is a node; else chains of corners are joined into one edge. Places are the same.
    """
    import numpy as np
    import pyarrow.parquet
    import shapely

    with clock("graph"):
        drawn, east, nodes = [], 0.0, 0
        for path in paths:
            lines = shapely.from_wkb(pyarrow.parquet.read_table(path, columns=["geometry"])["geometry"].to_numpy())
            at, line = shapely.get_coordinates(lines, return_index=True)
            xy, node = np.unique(np.round(at, 2), axis=0, return_inverse=True)
            same = line[1:] == line[:-1]
            tail, head = node.ravel()[:-1][same], node.ravel()[1:][same]
            metres = np.hypot(*(xy[tail] - xy[head]).T)
            places = clustered(xy, int(len(xy) * PLACES_PER_CORNER))
            shift = np.array([east, 0.0]) - xy.min(axis=0)
            drawn.append((xy + shift, tail + nodes, head + nodes, metres, places[0] + shift, places[1]))
            east, nodes = (xy + shift)[:, 0].max() + 20_000.0, nodes + len(xy)
        xy, tail, head, metres, spots, category = (np.concatenate(column) for column in zip(*drawn, strict=True))
        if not raw:
            tail, head, metres = join_chains(len(xy), tail, head, metres)
        cm = np.maximum(np.rint(metres * 100), 1).astype(np.int32)
        return save(to, xy, tail, head, cm, spots, category)


def clustered(xy: NDArray[np.float64], count: int) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Seeded places beside nodes, many where streets are dense: float64[count, 2] and their categories."""
    import numpy as np
    from scipy.spatial import KDTree

    random = np.random.default_rng(7)
    near = KDTree(xy).query(xy, k=min(16, len(xy)))[0][:, -1]
    share = 1.0 / np.maximum(near, 20.0) ** 1.5
    beside = random.choice(len(xy), count, p=share / share.sum())
    category = random.choice(CATEGORIES, count, p=SHARES).astype(np.int32)
    return xy[beside] + random.normal(0, 15, (count, 2)), category


def join_chains(
    nodes: int, tail: NDArray[np.intp], head: NDArray[np.intp], metres: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Merge edges that meet where nothing else does; rings that hang on nothing are left out."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    edges = len(tail)
    at = np.concatenate([tail, head])
    passed = np.bincount(at, minlength=nodes) == 2
    order = np.argsort(at, kind="stable")
    order = order[passed[at[order]]]  # both edge ends at each passed node, one after the other
    a, b = order[0::2] % edges, order[1::2] % edges
    chains, chain = connected_components(coo_array((np.ones(len(a), np.int8), (a, b)), shape=(edges, edges)))
    ends = np.flatnonzero(~passed[at])  # a chain has two such ends, or none when it is a ring
    ends = ends[np.argsort(chain[ends % edges], kind="stable")]
    first, second = ends[0::2], ends[1::2]
    return at[first], at[second], np.bincount(chain, weights=metres, minlength=chains)[chain[first % edges]]


def save(
    to: str,
    xy: NDArray[np.float64],
    tail: NDArray[Any],
    head: NDArray[Any],
    cm: NDArray[np.int32],
    spots: NDArray[np.float64] | None = None,
    category: NDArray[np.int32] | None = None,
) -> dict[str, Any]:
    """One edge a pair of nodes (the shortest), no loops, no small fragments; places at the nodes nearest to spots."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import KDTree

    low, high = np.minimum(tail, head), np.maximum(tail, head)
    order = np.lexsort((cm, high, low))
    order = order[low[order] != high[order]]
    fresh = np.ones(len(order), bool)
    fresh[1:] = (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)
    tail, head, cm = low[order][fresh], high[order][fresh], cm[order][fresh]
    _, part = connected_components(coo_array((cm, (tail, head)), shape=(len(xy), len(xy))), directed=False)
    kept = np.bincount(part)[part] >= FEWEST_NODES
    position = np.cumsum(kept) - 1
    inside = kept[tail]
    xy, tail, head, cm = xy[kept], position[tail[inside]], position[head[inside]], cm[inside]
    if spots is None or category is None:
        spots, category = clustered(xy, int(len(xy) * PLACES_PER_JUNCTION))
    node = KDTree(xy).query(spots)[1].astype(np.int32)
    np.savez(
        to, x=xy[:, 0], y=xy[:, 1], tail=tail.astype(np.int32), head=head.astype(np.int32), cm=cm.astype(np.int32),
        place_node=node, place_category=category,
    )  # fmt: skip
    return {
        "nodes": len(xy), "edges": len(cm), "places": len(node), "nodes_with_places": len(np.unique(node)),
    }  # fmt: skip
