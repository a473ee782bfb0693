"""Places of 8 categories within 1200 m of every node, and the 5 nearest of each: our engine beside its peers.

All get the same nodes, edges, lengths in whole centimetres and places on nodes. Answers are compared: with our own
simple engine and networkx every cell is equal, with pandana too once its cut-off lengths are provided for. cityseer
hangs places on edges and so answers another question; its time is told, its answers are not compared.
pandana and cityseer are AGPL: they live in the environment of the benchmarks alone.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.child import Clock, Outcome, SkippedError, run
from benchmarks.data import real
from benchmarks.graphs import CATEGORIES, street_graph
from benchmarks.report import Section, in_turn, median, plain, ratio, seconds, times, under

if TYPE_CHECKING:
    from stadslab.build.searchable import Ends, Pairs, Searchable
    from stadslab.kernels import csr
    from stadslab.kernels.access import Load

LIMIT_CM = 120_000
NEAREST = 5
PORTO_ALEGRE = "peer_porto_alegre/poa.osm.pbf"
TOWNS = ("aleppo_1133", "auckland_869", "bucaramanga_4617", "douala_809", "liege_1656", "slc_4881", "wuhan_8989")
SQUARE_M = 100.0
SAMPLE = 200  # nodes networkx searches from; its time is scaled to all nodes
# pandana keeps lengths as whole millimetres, cut off, not rounded: 12.34 m can become 12.339. A tenth of a millimetre
# more is cut off again and leaves every length what it was. Its limit lies between two whole centimetres.
NUDGE_M = 1e-4
LIMIT_M = LIMIT_CM / 100 + 0.005
COUNTS, NEAR = "counts", "nearest"


def _graph(given: Mapping[str, Any]) -> csr.Graph:
    """The arrays as our graph, each edge both ways."""
    import numpy as np

    from stadslab.kernels import csr

    tails, heads = (np.concatenate([given[a], given[b]]) for a, b in (("tail", "head"), ("head", "tail")))
    return csr.build(len(given["x"]), tails, heads, np.concatenate([given["cm"]] * 2))


def _asked(given: Mapping[str, Any]) -> tuple[Searchable, Ends, Ends, Pairs, Load]:
    """The network made ready, every node as a home, and places, those on one node together."""
    import numpy as np

    from stadslab.build.searchable import Ends, Pairs, searchable
    from stadslab.kernels import access

    network = searchable(_graph(given), np.stack([given["x"], given["y"]], axis=1))
    spots, spot = np.unique(given["place_node"], return_inverse=True)
    key, amount = np.unique(spot * CATEGORIES + given["place_category"], return_counts=True)
    ptr = np.zeros(len(spots) + 1, np.int64)
    np.cumsum(np.bincount(key // CATEGORIES, minlength=len(spots)), out=ptr[1:])
    load = access.load(CATEGORIES, ptr, (key % CATEGORIES).astype(np.int32), amount.astype(np.int64))

    def ends(nodes: Any) -> Ends:
        pairs = np.full((len(nodes), 2), -1, np.int32)
        pairs[:, 0] = nodes
        return Ends(pairs, np.zeros_like(pairs))

    none = np.zeros(0, np.int32)
    return network, ends(network.number), ends(network.number[spots]), Pairs(none, none, none), load


def _counts(asked: tuple[Searchable, Ends, Ends, Pairs, Load]) -> Any:
    import numpy as np

    from stadslab.build.searchable import sums

    return sums(*asked, np.array([LIMIT_CM], np.int32))[:, 0]


def _nearest(asked: tuple[Searchable, Ends, Ends, Pairs, Load]) -> Any:
    from stadslab.build.searchable import nearest_of

    return nearest_of(*asked, LIMIT_CM, NEAREST)


def _warm(clock: Clock, name: str, work: Callable[[], object], often: int = 5) -> None:
    """Time work that has run before: the median of a few calls."""
    wall, cpu = [], []
    for _ in range(often):
        start = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - start[0])
        cpu.append(time.process_time() - start[1])
    clock.phases[name] = statistics.median(wall), statistics.median(cpu)


def ours(clock: Clock, graph: str, answers: str) -> dict[str, Any]:
    """Our engine on the arrays."""
    import numpy as np

    given = dict(np.load(graph))
    _asked(given)
    with clock("build"):
        asked = _asked(given)
    counts, near = _counts(asked), _nearest(asked)
    _warm(clock, COUNTS, lambda: _counts(asked))
    _warm(clock, NEAR, lambda: _nearest(asked))
    np.savez(answers, counts=counts, nearest=near)
    return {"cells": counts.size}


def simple(clock: Clock, graph: str, answers: str) -> dict[str, Any]:
    """Our simple engine: one search a node."""
    import numpy as np

    from stadslab.build.linkage import Entries, by_node
    from stadslab.testing.simple_engine import Reach, count_and_nearest

    given = dict(np.load(graph))
    network, nodes, places = _graph(given), len(given["x"]), len(given["place_node"])
    at = by_node(Entries(np.arange(places + 1), given["place_node"], np.zeros(places, np.int32)), nodes)
    none, every = np.zeros(0, np.int32), np.arange(nodes, dtype=np.int32)

    def ask(k: int) -> Reach:
        return count_and_nearest(
            network.indptr, network.indices, network.cost, np.arange(nodes + 1), every, np.zeros(nodes, np.int32), *at,
            given["place_category"], np.ones(places, np.int64), CATEGORIES, np.zeros(nodes + 1, np.int64), none, none,
            LIMIT_CM, k,
        )  # fmt: skip

    found = ask(NEAREST)
    _warm(clock, COUNTS, lambda: ask(0), 1)
    _warm(clock, NEAR, lambda: ask(NEAREST), 1)
    np.savez(answers, counts=found.counts, nearest=found.nearest)
    return {"cells": found.counts.size}


def cold_ours(clock: Clock, graph: str, answers: str) -> dict[str, Any]:
    """A process that reads the arrays, answers both questions once, and ends."""
    with clock("imports"):
        import numpy as np

        import stadslab.build.searchable
        import stadslab.kernels.nearest  # noqa: F401
    with clock("compiled code"):
        line = np.arange(9, dtype=np.int32)
        tiny = {
            "x": line * 1.0, "y": line * 0.0, "tail": line[:-1], "head": line[1:], "cm": np.full(8, 100, np.int32),
            "place_node": line[:3], "place_category": line[:3],
        }  # fmt: skip
        small = _asked(tiny)
        _counts(small)
        _nearest(small)
    with clock("reading"):
        given = dict(np.load(graph))
    with clock("build"):
        asked = _asked(given)
    with clock(COUNTS):
        counts = _counts(asked)
    with clock(NEAR):
        near = _nearest(asked)
    return {"cells": int(counts.size), "nearest": int(near.size), "kept": answers}


def pandana(clock: Clock, graph: str, answers: str, once: bool = False) -> dict[str, Any]:
    """The same through pandana.Network. once: nothing twice, as in a process that only wants the answer."""
    with clock("imports"):
        import numpy as np
        import pandas as pd

        try:
            from pandana import Network
        except ModuleNotFoundError:
            raise SkippedError("pandana is not in this environment; `make bench` installs it") from None
    with clock("reading"):
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
    counts, near = aggregate(), nearest()
    if once:
        return {"cells": int(counts.size), "nearest": int(near.size), "kept": answers}
    with clock("aggregate"):
        aggregate()
    with clock(NEAR):
        nearest()
    clock.phases[COUNTS] = _sum(clock.phases["precompute"], clock.phases["aggregate"])
    np.savez(answers, counts=counts, nearest=near)
    return {"cells": counts.size}


def networkx(clock: Clock, graph: str, answers: str) -> dict[str, Any]:
    """One search with a cutoff from each of a few nodes, evenly spread; osmnx searches with it too."""
    import numpy as np

    try:
        import networkx as nx
    except ModuleNotFoundError:
        raise SkippedError("networkx is not in this environment") from None
    given = dict(np.load(graph))
    nodes = len(given["x"])
    drawn = nx.Graph()
    drawn.add_nodes_from(range(nodes))
    drawn.add_weighted_edges_from(zip(*(given[name].tolist() for name in ("tail", "head", "cm")), strict=True))
    at = np.zeros((nodes, CATEGORIES), np.int64)
    np.add.at(at, (given["place_node"], given["place_category"]), 1)
    sample = np.unique(np.linspace(0, nodes - 1, SAMPLE).astype(np.int64))
    counts = []
    with clock(COUNTS):
        for node in sample.tolist():
            reached = nx.single_source_dijkstra_path_length(drawn, node, cutoff=LIMIT_CM)
            counts.append(at[list(reached)].sum(axis=0))
    wall, cpu = clock.phases[COUNTS]
    clock.phases[COUNTS] = wall * nodes / len(sample), cpu * nodes / len(sample)
    np.savez(answers, counts=np.array(counts), sample=sample)
    return {"sample": len(sample)}


def cityseer(clock: Clock, graph: str) -> dict[str, Any]:
    """Cityseer's accessibilities of the same nodes and places: plain and weighted counts, and the nearest."""
    try:
        import geopandas
        import networkx as nx
        import numpy as np
        import shapely
        from cityseer.metrics import layers
        from cityseer.tools import io
    except ModuleNotFoundError as why:
        raise SkippedError(f"{why.name} is not in this environment; `make bench` installs it") from None
    given = dict(np.load(graph))
    x, y = given["x"], given["y"]
    with clock("build"):
        drawn = nx.MultiGraph(crs="EPSG:32631")
        drawn.add_nodes_from(
            (str(i), {"x": a, "y": b, "live": True, "weight": 1})
            for i, (a, b) in enumerate(zip(x.tolist(), y.tolist(), strict=True))
        )
        for a, b in zip(given["tail"].tolist(), given["head"].tolist(), strict=True):
            drawn.add_edge(str(a), str(b), geom=shapely.LineString([(x[a], y[a]), (x[b], y[b])]))
        nodes, _, network = io.network_structure_from_nx(drawn)
    at = given["place_node"]
    places = geopandas.GeoDataFrame(
        {"kind": [f"c{c}" for c in given["place_category"]]}, geometry=shapely.points(x[at], y[at]), crs="EPSG:32631"
    )
    kinds = [f"c{c}" for c in range(CATEGORIES)]
    with clock("counts and nearest"):
        layers.compute_accessibilities(
            places, landuse_column_label="kind", accessibility_keys=kinds, nodes_gdf=nodes, network_structure=network,
            distances=[LIMIT_CM // 100],
        )  # fmt: skip
    return {"nodes": len(x)}


def agree(clock: Clock, mine: str, peers: str) -> dict[str, Any]:
    """Do both say the same? Counts exactly; distances, where both have them, to the centimetre."""
    import numpy as np

    from stadslab.kernels import UNREACHABLE

    with clock("compare"):
        a, b = dict(np.load(mine)), dict(np.load(peers))
        rows = b.get("sample", slice(None))
        counts = a["counts"][rows] != b["counts"]
        said = {"counts": int(counts.size), "counts_differ": int(counts.sum()), "distances_differ": 0}
        if "nearest" not in b:
            return said
        near = np.where(a["nearest"] == UNREACHABLE, np.inf, a["nearest"] / 100)
        theirs = b["nearest"]
        if np.issubdtype(theirs.dtype, np.integer):
            theirs = np.where(theirs == UNREACHABLE, np.inf, theirs / 100)
        theirs = np.where(np.isfinite(theirs), theirs, np.inf)
        reached = np.isfinite(near) & np.isfinite(theirs)
        apart = np.isfinite(near) != np.isfinite(theirs)
        apart[reached] |= np.abs(near[reached] - theirs[reached]) > 0.005
    return said | {
        "distances": int(apart.size), "distances_differ": int(apart.sum()),
        "largest_metres": float(np.abs(near[reached] - theirs[reached]).max(initial=0.0)),
    }  # fmt: skip


def link_ours(clock: Clock, path: str) -> dict[str, Any]:
    """Our whole way from an extract to counts on cells: points hang on the nearest street, not on the nearest node."""
    import numpy as np

    from stadslab.build.traveltimes import Travel, nearest, trips, within

    with clock("imports, extract to street graph"):
        streets = street_graph(path)
        streets.network("walk")
    cells, places, category = _points(streets.node_xy)
    with clock("link"):
        trip = trips(streets, Travel(), cells, places)
    limits, amount = np.array([LIMIT_CM], np.int32), np.ones(len(places), np.int64)
    with clock("first call"):
        within(trip, limits, category, CATEGORIES, amount)
        nearest(trip, LIMIT_CM, NEAREST, category, CATEGORIES)
    with clock("counts"):
        counts = within(trip, limits, category, CATEGORIES, amount)
    with clock(f"{NEAREST} nearest"):
        nearest(trip, LIMIT_CM, NEAREST, category, CATEGORIES)
    return {"cells": len(cells), "linked": int(trip.origins.linked.sum()), "places": len(places),
            "counted": int(counts.sum())}  # fmt: skip


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
    """Warm answers, then cold processes, a table a graph."""
    sections = []
    areas = tuple(f"bench/{town}.parquet" for town in TOWNS)
    with tempfile.TemporaryDirectory() as folder:
        for title, work, files, more in (
            ("seven urban areas", "graphs.from_segments", areas, {}),
            ("seven urban areas, raw", "graphs.from_segments", areas, {"raw": True}),
            ("Porto Alegre", "graphs.from_extract", (PORTO_ALEGRE,), {}),
        ):
            graph = str(Path(folder) / f"{title}.npz")
            try:
                facts = run(work, paths=[real(name) for name in files], to=graph, **more).facts
            except SkippedError as why:
                sections.append(Section(f"walk: {title}", (), notes=[f"skipped: {why}"]))
                continue
            about = (
                f"{title} ({facts['nodes']:,} nodes, {facts['edges']:,} edges, {facts['places']:,} places on "
                f"{facts['nodes_with_places']:,} nodes)"
            )
            once = title == "seven urban areas"
            sections.append(_warm_section(about, graph, Path(folder), rounds, under(title, say), once=once))
            sections[-1].raw["graph"] = dict(facts)
            if once:
                sections.append(_cold_section(about, graph, Path(folder), rounds, under(f"{title}, cold", say)))
            if title == "Porto Alegre":
                sections.append(_linking(graph, rounds, say))
    return sections


HEAD = ("question", "who", "wall s", "cpu s", "times ours, wall", "times ours, cpu")


def _warm_section(
    about: str, graph: str, folder: Path, rounds: int, say: Callable[[str], None], *, once: bool
) -> Section:
    """Every contender in turn; the slow peers once, the slowest on one graph alone."""
    kept = {name: str(folder / f"{name}.npz") for name in ("ours", "simple", "pandana", "networkx")}
    cache = {"NUMBA_CACHE_DIR": str(folder / "compiled")}
    for name in ("ours", "simple"):
        run(f"walking.{name}", cache, graph=graph, answers=kept[name])
    seen = in_turn(
        {
            name: partial(run, f"walking.{name}", cache, graph=graph, answers=kept[name])
            for name in ("ours", "simple", "pandana")
        },
        rounds,
        say,
    )
    section = Section(f"walk: {about}, warm", HEAD, raw=plain(seen))
    middle = {name: median(outcomes) for name, outcomes in seen.items()}
    slow: dict[str, Outcome] = {}
    say("once: networkx")
    slow["networkx"] = run("walking.networkx", graph=graph, answers=kept["networkx"])
    if once:
        say("once: cityseer")
        slow["cityseer"] = run("walking.cityseer", graph=graph)
    section.raw |= plain({name: [outcome] for name, outcome in slow.items()})
    mine = middle["ours"].phases
    both = _sum(mine[COUNTS], mine[NEAR])
    simple_both = middle["simple"].phases[NEAR]
    rows: list[tuple[str, str, tuple[float, float], tuple[float, float]]] = [
        ("counts within 1200 m, 8 categories", "ours", mine[COUNTS], mine[COUNTS]),
        ("", "our simple engine (a heap search a node)", middle["simple"].phases[COUNTS], mine[COUNTS]),
    ]
    peer = middle["pandana"]
    if not peer.skipped:
        rows += [
            ("", "pandana, precompute and 8 aggregates", peer.phases[COUNTS], mine[COUNTS]),
            ("", "pandana, 8 aggregates alone (places changed)", peer.phases["aggregate"], mine[COUNTS]),
        ]
    if "networkx" in slow and not slow["networkx"].skipped:
        label = f"networkx with cutoff, {slow['networkx'].facts['sample']} nodes, scaled"
        rows.append(("", label, slow["networkx"].phases[COUNTS], mine[COUNTS]))
    rows.append((f"{NEAREST} nearest within 1200 m, 8 categories", "ours", mine[NEAR], mine[NEAR]))
    if not peer.skipped:
        rows.append(("", "pandana, nearest_pois after precompute", peer.phases[NEAR], mine[NEAR]))
    rows += [("both", "ours", both, both), ("", "our simple engine, both in one search", simple_both, both)]
    if not peer.skipped:
        rows.append(("", "pandana, precompute and both", _sum(peer.phases[COUNTS], peer.phases[NEAR]), both))
    if "cityseer" in slow and not slow["cityseer"].skipped:
        rows.append(("", "cityseer, once", slow["cityseer"].phases["counts and nearest"], both))
    rows.append(("network made ready", "ours", mine["build"], mine["build"]))
    if not peer.skipped:
        rows.append(("", "pandana's hierarchy", peer.phases["build"], mine["build"]))
    if "cityseer" in slow and not slow["cityseer"].skipped:
        rows.append(("", "cityseer, from networkx, once", slow["cityseer"].phases["build"], mine["build"]))
    section.rows += [_row(*row) for row in rows]
    section.notes += [f"{name} skipped: {o.skipped}" for name, o in (middle | slow).items() if o.skipped]
    peak = ", ".join(f"{name} {o.peak_mb:.0f} MB" for name, o in (middle | slow).items() if not o.skipped)
    section.notes.append(f"peak memory of the processes: {peak}")
    for name in ("simple", "pandana", "networkx"):
        outcome = (middle | slow).get(name)
        if outcome is None or outcome.skipped:
            continue
        said = run("walking.agree", mine=kept["ours"], peers=kept[name]).facts
        section.raw[f"agreement with {name}"] = dict(said)
        assert said["counts_differ"] == 0, f"{about}: our counts and those of {name} differ: {said}"
        assert said["distances_differ"] == 0, f"{about}: our distances and those of {name} differ: {said}"
        section.notes.append(
            f"answers beside {name}: 0 of {said['counts']:,} counts differ"
            + (f", 0 of {said['distances']:,} distances by more than half a centimetre" if "distances" in said else "")
        )
    return section


def _cold_section(about: str, graph: str, folder: Path, rounds: int, say: Callable[[str], None]) -> Section:
    """Whole processes: start, read, build, answer both questions once, end."""
    nowhere = str(folder / "unused.npz")
    cache = {"NUMBA_CACHE_DIR": str(folder / "compiled for cold starts")}
    run("walking.cold_ours", cache, graph=graph, answers=nowhere)

    def with_empty_cache() -> Outcome:
        with tempfile.TemporaryDirectory() as empty:
            return run("walking.cold_ours", {"NUMBA_CACHE_DIR": empty}, graph=graph, answers=nowhere)

    seen = in_turn(
        {
            "ours, compiled before": partial(run, "walking.cold_ours", cache, graph=graph, answers=nowhere),
            "ours, nothing compiled yet": with_empty_cache,
            "pandana": partial(run, "walking.pandana", graph=graph, answers=nowhere, once=True),
        },
        rounds,
        say,
    )
    section = Section(
        f"walk: {about}, cold: a whole process, both questions once",
        ("who", "wall s", "cpu s", "peak MB", "times the first row, wall", "cpu"),
        raw=plain(seen),
    )  # fmt: skip
    middle = {name: median(outcomes) for name, outcomes in seen.items()}
    first = middle["ours, compiled before"]
    for name, outcome in middle.items():
        if outcome.skipped:
            section.notes.append(f"{name} skipped: {outcome.skipped}")
            continue
        section.rows.append(
            (name, seconds(outcome.wall), seconds(outcome.cpu), f"{outcome.peak_mb:.0f}",
             times(first.wall, outcome.wall), times(first.cpu, outcome.cpu))
        )  # fmt: skip
        spent = ", ".join(f"{phase} {seconds(cpu)}" for phase, (_, cpu) in outcome.phases.items())
        rest = outcome.cpu - sum(cpu for _, cpu in outcome.phases.values())
        section.notes.append(f"{name}, cpu seconds: {spent}, interpreter and the rest {seconds(rest)}")
    return section


def _row(
    question: str, who: str, spent: tuple[float, float], mine: tuple[float, float]
) -> tuple[str, str, str, str, str, str]:
    ratios = ("", "") if spent is mine else (times(mine[0], spent[0]), times(mine[1], spent[1]))
    return (question, who, seconds(spent[0]), seconds(spent[1]), *ratios)


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
