"""One street or place changes: answers kept up to date in place, beside asking everything anew.

Seven urban areas, a home at every node: places of 8 categories within 1200 m and the 5 nearest of each. A peer without
updates in place has to build its network again when a street changes, and to ask the one category again when a place
does. After all edits every cell is compared with asking anew.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.child import Clock, Outcome, SkippedError, run
from benchmarks.data import real
from benchmarks.graphs import CATEGORIES
from benchmarks.report import Section, in_turn, median, plain, times, under
from benchmarks.walking import COUNTS, LIMIT_CM, NEAR, NEAREST, TOWNS

if TYPE_CHECKING:
    from stadslab.build.interactive import Change, Interactive

EDITS = 200  # of each kind
WARM_UP = 5  # more of each kind, not counted
BLOCKS = 12  # a new street leads to the so-manieth nearest node
KINDS = ("street removed", "street added", "speed changed", "place added", "place removed")
KEPT = {"both answers": ("counts", "nearest"), "counts alone": ("counts",), "nearest alone": ("nearest",)}


def ours(clock: Clock, graph: str, kept: list[str]) -> dict[str, Any]:
    """Edits of every kind in turn; the seconds each took, the homes it looked at, cells that differ in the end."""
    import numpy as np

    from stadslab.build.interactive import Interactive
    from stadslab.build.searchable import Ends
    from stadslab.kernels import csr, order

    given = dict(np.load(graph))
    along = order.along_curve(np.stack([given["x"], given["y"]], axis=1))
    nodes = len(along)
    number = np.empty(nodes, np.int32)
    number[along] = np.arange(nodes, dtype=np.int32)
    tail, head, cm = number[given["tail"]], number[given["head"]], given["cm"]
    xy = np.stack([given["x"], given["y"]], axis=1)[along]

    def at(points: Any) -> Ends:
        pairs = np.full((len(points), 2), -1, np.int32)
        pairs[:, 0] = points
        return Ends(pairs, np.zeros_like(pairs))

    asked: dict[str, Any] = {"limits": (LIMIT_CM,)} if "counts" in kept else {}
    asked |= {"k": NEAREST, "near_limit": LIMIT_CM} if "nearest" in kept else {}
    network = csr.build(nodes, np.append(tail, head), np.append(head, tail), np.append(cm, cm))
    places = at(number[given["place_node"]])
    with clock("asked once"):
        live = Interactive(network, at(np.arange(nodes)), places, given["place_category"], CATEGORIES, **asked)
    seconds: dict[str, list[float]] = {kind: [] for kind in KINDS}
    looked_at: dict[str, list[int]] = {kind: [] for kind in KINDS}
    streets = list(zip(tail.tolist(), head.tolist(), cm.tolist(), strict=True))
    for turn, (kind, change) in enumerate(_edits(live, streets, xy)):
        start = time.process_time()
        homes = live.change(change)
        spent = time.process_time() - start
        if turn >= WARM_UP * len(KINDS):
            seconds[kind].append(spent)
            looked_at[kind].append(len(homes))
    changed = live.graph.as_csr()
    homes_now, places_now = (Ends(points.node, points.cost) for points in (live.homes, live.places))
    with clock("asked anew"):
        anew = Interactive(changed, homes_now, places_now, live.category, CATEGORIES, **asked)
    differ = int((live.sums != anew.sums).sum() + (live.near != anew.near).sum())
    return {"seconds": seconds, "homes": looked_at, "cells": live.sums.size + live.near.size, "differ": differ}


def _edits(live: Interactive, streets: list[tuple[int, int, int]], xy: Any) -> Iterator[tuple[str, Change]]:
    """Edits of each kind in turn, anywhere: places where there are some, streets where there are streets."""
    import numpy as np
    from scipy.spatial import KDTree

    from stadslab.build.interactive import Change

    random = np.random.default_rng(3)
    tree = KDTree(xy)
    first = live.places.size
    gone = random.permutation(first)
    for turn in range(WARM_UP + EDITS):
        a, b, c = streets.pop(int(random.integers(len(streets))))
        yield KINDS[0], Change(gone=[(a, b, c), (b, a, c)])
        a = int(random.integers(len(xy)))
        b = int(tree.query(xy[a], k=BLOCKS)[1][-1])
        c = max(1, round(100 * float(np.hypot(*(xy[a] - xy[b])))))
        yield KINDS[1], Change(come=[(a, b, c), (b, a, c)])
        which = int(random.integers(len(streets)))
        a, b, c = streets[which]
        slower = max(1, int(c * random.uniform(0.5, 2.0)))
        streets[which] = a, b, slower
        yield KINDS[2], Change(gone=[(a, b, c), (b, a, c)], come=[(a, b, slower), (b, a, slower)])
        beside = int(live.places.node[gone[int(random.integers(turn + 1, first))], 0])
        yield KINDS[3], Change(places={live.places.size: ((beside, -1), (0, 0), int(random.integers(CATEGORIES)))})
        yield KINDS[4], Change(places={int(gone[turn]): None})


def measure(rounds: int, say: Callable[[str], None]) -> list[Section]:
    """One table: each kind of edit, with both answers and each alone."""
    with tempfile.TemporaryDirectory() as folder:
        graph = str(Path(folder) / "areas.npz")
        try:
            files = [real(f"bench/{town}.parquet") for town in TOWNS]
        except SkippedError as why:
            return [Section("what-if: seven urban areas", (), notes=[f"skipped: {why}"])]
        facts = run("graphs.from_segments", paths=files, to=graph).facts
        return [_section(facts, graph, Path(folder), rounds, under("what-if", say))]


def _section(facts: Mapping[str, Any], graph: str, folder: Path, rounds: int, say: Callable[[str], None]) -> Section:
    cache = {"NUMBA_CACHE_DIR": str(folder / "compiled")}
    contenders: dict[str, Callable[[], Outcome]] = {
        name: partial(run, "whatif.ours", cache, graph=graph, kept=list(kept)) for name, kept in KEPT.items()
    }
    answers = str(folder / "unused.npz")
    contenders["asked anew"] = partial(run, "walking.ours", cache, graph=graph, answers=answers)
    contenders["pandana"] = partial(run, "walking.pandana", graph=graph, answers=answers)
    run("walking.ours", cache, graph=graph, answers=answers)
    run("whatif.ours", cache, graph=graph, kept=["counts", "nearest"])
    seen = in_turn(contenders, rounds, say)
    full, peer = median(seen["asked anew"]), median(seen["pandana"])
    section = Section(
        f"what-if: seven urban areas ({facts['nodes']:,} homes at nodes, {facts['places']:,} places), cpu",
        ("kept up to date", "edit", "median ms", "95th ms", "homes, mean", "all anew / edit", "pandana / edit"),
        raw={**facts, **plain(seen)},
    )  # fmt: skip
    for name, kept in KEPT.items():
        anew = sum(full.phases[{"counts": COUNTS, "nearest": NEAR}[answer]][1] for answer in kept)
        for kind in KINDS:
            spent = sorted(_middle([outcome.facts["seconds"][kind] for outcome in seen[name]]))
            homes = seen[name][0].facts["homes"][kind]
            middle, high = spent[len(spent) // 2], spent[int(len(spent) * 0.95)]
            theirs = _of_pandana(peer, kept, street=not kind.startswith("place"))
            section.rows.append(
                (name, kind, f"{1e3 * middle:.3f}", f"{1e3 * high:.3f}", f"{sum(homes) / len(homes):,.0f}",
                 times(middle, anew), "" if theirs is None else times(middle, theirs))
            )  # fmt: skip
        for outcome in seen[name]:
            said = outcome.facts
            assert said["differ"] == 0, f"{name}: {said['differ']} of {said['cells']} cells differ from asking anew"
        section.notes.append(
            f"{name}: after {len(KINDS) * (EDITS + WARM_UP):,} edits 0 of {seen[name][0].facts['cells']:,} cells "
            f"differ from asking anew; peak {median(seen[name]).peak_mb:.0f} MB"
        )
    section.notes.append(
        "all anew: both answers (or the one kept) asked of the network that is ready; pandana: hierarchy, precompute "
        "and answers where a street changed, the answers of one category where a place did"
    )
    if peer.skipped:
        section.notes.append(f"pandana skipped: {peer.skipped}")
    return section


def _middle(rounds: list[list[float]]) -> list[float]:
    """Of each edit the median over the rounds; every round makes the same edits."""
    return [sorted(each)[len(each) // 2] for each in zip(*rounds, strict=True)]


def _of_pandana(peer: Outcome, kept: tuple[str, ...], *, street: bool) -> float | None:
    """Processor seconds of what pandana must do again."""
    if peer.skipped:
        return None
    asked = [peer.phases[{"counts": "aggregate", "nearest": NEAR}[answer]][1] for answer in kept]
    if not street:
        return sum(asked) / CATEGORIES
    return peer.phases["build"][1] + peer.phases["precompute"][1] + sum(asked)
