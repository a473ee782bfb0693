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
PLACES_PER_NODE = 0.25
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


def from_segments(clock: Clock, paths: list[str], to: str, joined: bool = True) -> dict[str, Any]:
    """Straight pieces of street (GeoParquet in metres), several towns side by side; chains joined into one edge."""
    import geopandas
    import numpy as np
    import shapely

    with clock("graph"):
        corners, east = [], 0.0
        for path in paths:
            lines = geopandas.read_parquet(path).geometry.to_numpy()
            ends = np.stack([shapely.get_coordinates(shapely.get_point(lines, at)) for at in (0, -1)], axis=1)
            shift = np.array([east, 0.0]) - ends.reshape(-1, 2).min(axis=0)
            corners.append(np.round(ends + shift, 2))
            east = corners[-1][..., 0].max() + 20_000.0
        ends = np.concatenate(corners)
        xy, node = np.unique(ends.reshape(-1, 2), axis=0, return_inverse=True)
        tail, head = node.reshape(-1, 2).T
        metres = np.hypot(*(ends[:, 0] - ends[:, 1]).T)
        if joined:
            tail, head, metres = join_chains(len(xy), tail, head, metres)
        cm = np.maximum(np.rint(metres * 100), 1).astype(np.int32)
        return save(to, xy, tail, head, cm)


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
    to: str, xy: NDArray[np.float64], tail: NDArray[Any], head: NDArray[Any], cm: NDArray[np.int32]
) -> dict[str, Any]:
    """One edge a pair of nodes (the shortest), no loops, no small fragments; seeded places on nodes."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

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
    random = np.random.default_rng(7)
    places = int(len(xy) * PLACES_PER_NODE)
    np.savez(
        to, x=xy[:, 0], y=xy[:, 1], tail=tail.astype(np.int32), head=head.astype(np.int32), cm=cm.astype(np.int32),
        place_node=random.integers(0, len(xy), places).astype(np.int32),
        place_category=random.choice(CATEGORIES, places, p=SHARES).astype(np.int32),
    )  # fmt: skip
    return {"nodes": len(xy), "edges": len(cm), "places": places}
