"""Places of 8 categories within 1200 m of every node, and the 5 nearest of each: our kernels beside pandana.

Both get the same nodes, edges, lengths in whole centimetres and places on nodes; equal answers are asserted.
pandana is AGPL: it lives in the environment of the benchmarks alone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.child import Clock, Outcome, SkippedError, run
from benchmarks.data import real
from benchmarks.graphs import CATEGORIES, street_graph
from benchmarks.report import Section, in_turn, median, plain, ratio, seconds, under

LIMIT_CM = 120_000
NEAREST = 5
PORTO_ALEGRE = "peer_porto_alegre/poa.osm.pbf"
TOWNS = ("aleppo_1133", "auckland_869", "bucaramanga_4617", "douala_809", "liege_1656", "slc_4881", "wuhan_8989")
SQUARE_M = 100.0
# pandana keeps lengths as whole millimetres, cut off, not rounded: 12.34 m can become 12.339. A tenth of a millimetre
# more is cut off again and leaves every length what it was. Its limit lies between two whole centimetres.
NUDGE_M = 1e-4
LIMIT_M = LIMIT_CM / 100 + 0.005


def ours(clock: Clock, graph: str, answers: str) -> dict[str, Any]:
    """Our kernels on the arrays."""
    with clock("import"):
        import numpy as np

        from stadslab.build.linkage import Entries, by_node
        from stadslab.kernels import csr, reach
    with clock("read the graph"):
        given = dict(np.load(graph))
    nodes = len(given["x"])
    every = np.arange(nodes, dtype=np.int32)
    places = len(given["place_node"])

    def build() -> csr.Graph:
        tails, heads = (np.concatenate([given[a], given[b]]) for a, b in (("tail", "head"), ("head", "tail")))
        return csr.build(nodes, tails, heads, np.concatenate([given["cm"]] * 2))

    def ask(network: csr.Graph, k: int) -> reach.Reach:
        at = Entries(np.arange(places + 1, dtype=np.int64), given["place_node"], np.zeros(places, np.int32))
        none = np.zeros(0, np.int32)
        return reach.count_and_nearest(
            network.indptr, network.indices, network.cost, np.arange(nodes + 1, dtype=np.int64), every,
            np.zeros(nodes, np.int32), *by_node(at, nodes), given["place_category"], np.ones(places, np.int64),
            CATEGORIES, np.zeros(nodes + 1, np.int64), none, none, LIMIT_CM, k,
        )  # fmt: skip

    with clock("build"):
        network = build()
    with clock("first call: counts and nearest"):
        found = ask(network, NEAREST)
    with clock("counts"):
        ask(network, 0)
    with clock("counts and nearest"):
        ask(network, NEAREST)
    np.savez(answers, counts=found.counts, nearest=found.nearest)
    return {"cells": found.counts.size}


def pandana(clock: Clock, graph: str, answers: str) -> dict[str, Any]:
    """The same through pandana.Network."""
    with clock("import"):
        import numpy as np
        import pandas as pd

        try:
            from pandana import Network
        except ModuleNotFoundError:
            raise SkippedError("pandana is not in this environment; `make bench` installs it") from None
    with clock("read the graph"):
        given = dict(np.load(graph))
    x, y = pd.Series(given["x"]), pd.Series(given["y"])
    of = [given["place_node"][given["place_category"] == c].astype(np.int64) for c in range(CATEGORIES)]

    def aggregate() -> Any:
        counted = []
        for category, node in enumerate(of):
            network.set(pd.Series(node), name=f"c{category}")
            counted.append(network.aggregate(LIMIT_M, type="sum", decay="flat", name=f"c{category}").to_numpy())
        return np.stack(counted, axis=1)

    def nearest() -> Any:
        found = []
        for category, node in enumerate(of):
            network.set_pois(f"c{category}", LIMIT_M, NEAREST, x.iloc[node], y.iloc[node])
            near = network.nearest_pois(LIMIT_M, f"c{category}", num_pois=NEAREST, max_distance=np.inf)
            found.append(near.to_numpy())
        return np.stack(found, axis=1)

    with clock("build"):
        network = Network(
            x, y, pd.Series(given["tail"].astype(np.int64)), pd.Series(given["head"].astype(np.int64)),
            pd.DataFrame({"metres": given["cm"] / 100 + NUDGE_M}), twoway=True,
        )  # fmt: skip
    with clock("precompute"):
        network.precompute(LIMIT_M)
    with clock("first call: counts and nearest"):
        counts, near = aggregate(), nearest()
    with clock("counts"):
        aggregate()
    with clock("nearest"):
        nearest()
    np.savez(answers, counts=counts, nearest=near)
    return {"cells": counts.size}


def agree(clock: Clock, mine: str, peers: str) -> dict[str, Any]:
    """Do both say the same? Counts exactly; distances to the centimetre."""
    import numpy as np

    from stadslab.kernels import UNREACHABLE

    with clock("compare"):
        a, b = dict(np.load(mine)), dict(np.load(peers))
        near = np.where(a["nearest"] == UNREACHABLE, np.inf, a["nearest"] / 100)
        theirs = np.where(np.isfinite(b["nearest"]), b["nearest"], np.inf)
        reached = np.isfinite(near) & np.isfinite(theirs)
        apart = np.isfinite(near) != np.isfinite(theirs)
        apart[reached] |= np.abs(near[reached] - theirs[reached]) > 0.005
        counts = a["counts"] != b["counts"]
    return {
        "counts": int(counts.size), "counts_differ": int(counts.sum()),
        "distances": int(apart.size), "distances_differ": int(apart.sum()),
        "largest_metres": float(np.abs(near[reached] - theirs[reached]).max(initial=0.0)),
    }  # fmt: skip


def link_ours(clock: Clock, path: str) -> dict[str, Any]:
    """Our whole way from an extract to counts on cells: points hang on the nearest street, not on the nearest node."""
    import numpy as np

    from stadslab.build.traveltimes import Travel, count_and_nearest, trips

    with clock("imports, extract to street graph"):
        streets = street_graph(path)
        streets.network("walk")
    cells, places, category = _points(streets.node_xy)
    with clock("link"):
        trip = trips(streets, Travel(), cells, places)
    with clock("first call"):
        count_and_nearest(trip, LIMIT_CM, category, CATEGORIES, NEAREST)
    with clock("counts and nearest"):
        found = count_and_nearest(trip, LIMIT_CM, category, CATEGORIES, NEAREST)
    return {"cells": len(cells), "linked": int(trip.origins.linked.sum()), "places": len(places),
            "counted": int(np.sum(found.counts))}  # fmt: skip


def link_pandana(clock: Clock, path: str, graph: str) -> dict[str, Any]:
    """What pandana does to the same points: the nearest node of each."""
    import numpy as np
    import pandas as pd

    try:
        from pandana import Network
    except ModuleNotFoundError:
        raise SkippedError("pandana is not in this environment; `make bench` installs it") from None
    given = dict(np.load(graph))
    network = Network(
        pd.Series(given["x"]), pd.Series(given["y"]), pd.Series(given["tail"].astype(np.int64)),
        pd.Series(given["head"].astype(np.int64)), pd.DataFrame({"metres": given["cm"] / 100}),
    )  # fmt: skip
    cells, places, _ = _points(street_graph(path).node_xy)
    with clock("link"):
        for points in (cells, places):
            network.get_node_ids(pd.Series(points[:, 0]), pd.Series(points[:, 1]))
    return {"cells": len(cells), "places": len(places)}


def _points(node_xy: Any) -> tuple[Any, Any, Any]:
    """Centres of squares over the whole box, and seeded places beside nodes."""
    import numpy as np

    low, high = node_xy.min(axis=0), node_xy.max(axis=0)
    axes = [np.arange(a + SQUARE_M / 2, b, SQUARE_M) for a, b in zip(low, high, strict=True)]
    cells = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    random = np.random.default_rng(7)
    count = len(node_xy) // 4
    places = node_xy[random.integers(0, len(node_xy), count)] + random.normal(0, 15, (count, 2))
    return cells, places, random.integers(0, CATEGORIES, count).astype(np.int32)


def measure(rounds: int, say: Callable[[str], None]) -> list[Section]:
    """One table a graph."""
    sections = []
    with tempfile.TemporaryDirectory() as folder:
        for title, work, files in (
            ("Porto Alegre", "graphs.from_extract", (PORTO_ALEGRE,)),
            ("seven urban areas", "graphs.from_segments", tuple(f"bench/{town}.parquet" for town in TOWNS)),
        ):
            graph = str(Path(folder) / f"{title}.npz")
            try:
                facts = run(work, paths=[real(name) for name in files], to=graph).facts
            except SkippedError as why:
                sections.append(Section(f"walk: {title}", (), notes=[f"skipped: {why}"]))
                continue
            sections.append(_beside(title, facts, graph, Path(folder), rounds, say))
            if title == "Porto Alegre":
                sections.append(_linking(graph, rounds, say))
    return sections


def _beside(
    title: str, facts: Mapping[str, Any], graph: str, folder: Path, rounds: int, say: Callable[[str], None]
) -> Section:
    mine, theirs = str(folder / "ours.npz"), str(folder / "pandana.npz")
    warm = {"NUMBA_CACHE_DIR": str(folder / "compiled")}
    run("walking.ours", warm, graph=graph, answers=mine)

    def with_empty_cache() -> Outcome:
        with tempfile.TemporaryDirectory() as empty:
            return run("walking.ours", {"NUMBA_CACHE_DIR": empty}, graph=graph, answers=mine)

    seen = in_turn(
        {
            "ours": partial(run, "walking.ours", warm, graph=graph, answers=mine),
            "ours, nothing compiled yet": with_empty_cache,
            "pandana": partial(run, "walking.pandana", graph=graph, answers=theirs),
        },
        rounds,
        under(title, say),
    )
    section = Section(
        f"walk: {title} ({facts['nodes']:,} nodes, {facts['edges']:,} edges, {facts['places']:,} places, every node)",
        ("question", "ours wall s", "ours cpu s", "pandana wall s", "pandana cpu s", "ours / pandana, wall", "cpu"),
        raw={**facts, **plain(seen)},
    )
    a, cold, b = (median(o) for o in seen.values())
    if b.skipped:
        section.notes.append(f"pandana skipped: {b.skipped}")
        section.rows += [(name, seconds(w), seconds(c), "", "", "", "") for name, (w, c) in a.phases.items()]
        return section
    counts, whole = a.phases["counts"], a.phases["counts and nearest"]
    build, prepared, again, near = (b.phases[n] for n in ("build", "precompute", "counts", "nearest"))
    for name, we, they in (
        ("graph from arrays (pandana: contraction hierarchy)", a.phases["build"], build),
        ("counts within 1200 m, warm (pandana: precompute + 8 aggregates)", counts, _sum(prepared, again)),
        ("counts asked again, other places, same limit (pandana: 8 aggregates)", counts, again),
        (f"counts and {NEAREST} nearest, warm (pandana: both, precompute)", whole, _sum(prepared, again, near)),
        (f"{NEAREST} nearest only (ours counts as well)", whole, near),
        ("a street changed: graph and counts anew", _sum(a.phases["build"], counts), _sum(build, prepared, again)),
        ("whole process, all of it twice", (a.wall, a.cpu), (b.wall, b.cpu)),
        ("whole process, nothing compiled yet", (cold.wall, cold.cpu), (b.wall, b.cpu)),
    ):
        section.rows.append(
            (name, *map(seconds, we), *map(seconds, they), ratio(we[0], they[0]), ratio(we[1], they[1]))
        )
    compiling, loading = (o.phases["first call: counts and nearest"][1] - whole[1] for o in (cold, a))
    said = run("walking.agree", mine=mine, peers=theirs).facts
    section.raw["agreement"] = dict(said)
    assert said["counts_differ"] == 0, f"{title}: our counts and pandana's differ: {said}"
    assert said["distances_differ"] == 0, f"{title}: our distances and pandana's differ: {said}"
    section.notes += [
        (
            f"peak memory of the process: ours {a.peak_mb:.0f} MB ({cold.peak_mb:.0f} while compiling), pandana "
            f"{b.peak_mb:.0f} MB, ours / pandana {ratio(a.peak_mb, b.peak_mb)}"
        ),
        (
            f"our first call in a process takes {loading:.2f} cpu s more than later ones, {compiling:.2f} s where "
            "nothing is compiled yet (once a machine)"
        ),
        (
            f"answers: {said['counts_differ']} of {said['counts']:,} counts differ; {said['distances_differ']} of "
            f"{said['distances']:,} distances differ by more than half a centimetre "
            f"(largest {said['largest_metres'] * 100:.2f} cm)"
        ),
    ]
    return section


def _linking(graph: str, rounds: int, say: Callable[[str], None]) -> Section:
    path = real(PORTO_ALEGRE)
    seen = in_turn(
        {
            "ours": partial(run, "walking.link_ours", path=path),
            "pandana": partial(run, "walking.link_pandana", path=path, graph=graph),
        },
        rounds,
        under("linking", say),
    )
    a, b = (median(o) for o in seen.values())
    section = Section(
        f"walk: Porto Alegre, {a.facts['cells']:,} squares of {SQUARE_M:.0f} m ({a.facts['linked']:,} near a street)",
        ("step", "ours wall s", "ours cpu s", "pandana wall s", "ours / pandana, wall"),
        raw=plain(seen),
    )
    for name, (wall, cpu) in a.phases.items():
        theirs = b.phases.get(name) if not b.skipped else None
        beside = (seconds(theirs[0]), ratio(wall, theirs[0])) if theirs else ("", "")
        section.rows.append((name, seconds(wall), seconds(cpu), *beside))
    section.notes.append(
        "ours links a point to the nearest point of a street within 500 m, pandana to the nearest node: other answers"
    )
    return section


def _sum(*phases: tuple[float, float]) -> tuple[float, float]:
    return sum(wall for wall, _ in phases), sum(cpu for _, cpu in phases)
