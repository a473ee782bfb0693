"""From ways to the rows of the streets layer."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from stadslab.sources.osm.cut import corners, cut, lengths_m
from stadslab.sources.osm.streets import CLASSES

if TYPE_CHECKING:
    import pyarrow as pa

    from stadslab.sources.osm.collect import Streets
    from stadslab.sources.osm.opening import Head
    from stadslab.sources.osm.verdict import Tally


def streets_table(streets: Streets, head: Head, tally: Tally) -> pa.Table:
    """Rows of the streets layer: one for each piece of way between junctions."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from stadslab.build.wkb import lines_of

    for reason, name in streets.dropped:
        tally.drop(reason, name)
    order, repeated = _order(streets)
    ids = np.asarray(streets.ids, dtype=np.int64)[order]
    counts = np.asarray(streets.counts, dtype=np.int64)
    begins = np.cumsum(counts) - counts
    xy = np.frombuffer(bytes(streets.xy), dtype="<f8").reshape(-1, 2)
    vertex = _ranges(begins[order], counts[order])
    offsets = np.concatenate([[0], np.cumsum(counts[order])]).astype(np.int64)
    nodes = np.asarray(streets.nodes, dtype=np.int64)[vertex]
    lon, lat = xy[vertex, 0].copy(), xy[vertex, 1].copy()
    pieces = cut(offsets, nodes, lon, lat)

    lost = pieces.lost_ways
    tally.drop("fewer than two of the way's nodes are in the file", *(f"osm:way/{w}" for w in ids[lost]))
    _notes(tally, ids, pieces, offsets, lon, lat, head, repeated)
    uses = {id(use): use for use in streets.uses}  # few: streets of the same tags share one
    number = {key: i for i, key in enumerate(uses)}
    use_of = np.array([number[id(streets.uses[i])] for i in order], dtype=np.int64)
    said = np.bincount(use_of, minlength=len(uses)).tolist()
    _note_unknown_classes(tally, [(use.highway, count) for use, count in zip(uses.values(), said, strict=True)])

    way = pa.array(ids[pieces.way]).cast(pa.string())
    start, stop = pa.array(pieces.from_node).cast(pa.string()), pa.array(pieces.to_node).cast(pa.string())
    repeats = ["", *(f"~{n + 1}" for n in range(1, int(pieces.nth.max(initial=0)) + 1))]
    suffix = pa.array(repeats, pa.string()).take(pa.array(pieces.nth))
    lengths = lengths_m(pieces)
    if (lengths == 0).any():
        tally.note(f"{int((lengths == 0).sum()):,} pieces have no length: two nodes at one spot")

    def by_use(name: str, kind: pa.DataType) -> pa.Array:
        return pa.array([getattr(use, name) for use in uses.values()], kind).take(pa.array(use_of[pieces.way]))

    flags = ("walk", "cycle_forward", "cycle_backward", "drive_forward", "drive_backward")
    return pa.table(
        {
            "id": pc.binary_join_element_wise("osm:way/", way, "#", start, "-", stop, suffix, ""),
            "from_node": pc.binary_join_element_wise("osm:node/", start, ""),
            "to_node": pc.binary_join_element_wise("osm:node/", stop, ""),
            "geometry": lines_of(*corners(pieces)),
            "length_m": pa.array(lengths, pa.float64()),
            "highway": by_use("highway", pa.string()),
            "name": pa.array([streets.names[i] for i in order], pa.string()).take(pa.array(pieces.way)),
            **{flag: by_use(flag, pa.bool_()) for flag in flags},
            "speed_kmh": by_use("speed_kmh", pa.float64()),
            "surface": by_use("surface", pa.string()),
            "bridge": by_use("bridge", pa.bool_()),
            "tunnel": by_use("tunnel", pa.bool_()),
            "level": by_use("level", pa.int16()),
            "steps": by_use("steps", pa.bool_()),
        }
    )


def _order(streets: Streets) -> tuple[list[int], int]:
    """Positions of the ways by id, the newest version of each; and how many were older."""
    ids, versions = list(streets.ids), list(streets.versions)
    best: dict[int, int] = {}
    for i, way in enumerate(ids):
        if way not in best or (versions[i], streets.counts[i]) > (versions[best[way]], streets.counts[best[way]]):
            best[way] = i
    return [best[way] for way in sorted(best)], len(ids) - len(best)


def _ranges(begins: np.ndarray[Any, Any], counts: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """begins[0], begins[0]+1, ... for each range of that many, one after the other."""
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    ranges: np.ndarray[Any, Any] = np.repeat(begins, counts) + within
    return ranges


def _notes(tally: Tally, ids: Any, pieces: Any, offsets: Any, lon: Any, lat: Any, head: Head, repeated: int) -> None:
    kept = ~pieces.lost_ways
    tally.note(f"{int(kept.sum()):,} ways are cut at their junctions into {len(pieces.way):,} pieces; rows are pieces")
    cut_short = kept & (pieces.lost_nodes > 0)
    if cut_short.any():
        nodes = int(pieces.lost_nodes[cut_short].sum())
        tally.note(f"{int(cut_short.sum()):,} ways are cut short: {nodes:,} of their nodes are not in the file")
    if head.box is not None and len(lon):
        west, south, east, north = head.box
        outside = (lon < west) | (lon > east) | (lat < south) | (lat > north)
        way = np.repeat(np.arange(len(ids)), np.diff(offsets))
        leaving = len(np.unique(way[outside]))
        if leaving:
            tally.note(f"{leaving:,} ways leave the file's box")
    if repeated:
        tally.note(f"{repeated:,} older versions of ways were passed over")


def _note_unknown_classes(tally: Tally, classes: list[tuple[str, int]]) -> None:
    unknown: Counter[str] = Counter()
    for name, count in classes:
        if name not in CLASSES and count:
            unknown[name] += count
    if unknown:
        listed = ", ".join(f"{name} ({count:,})" for name, count in sorted(unknown.items()))
        tally.note(f"classes of way that are not known, open for walking only: {listed}")
