"""Betweenness by shortest way, within 1000 m and over a whole network: our kernels beside other packages.

All get the same nodes, edges and lengths in whole centimetres. igraph and networkit must answer alike to a millionth;
cityseer measures edges itself and takes one way a pair, so only the correlation is told. Pairs are halved, as
they do. igraph is GPL, cityseer AGPL: they live in the environment of the benchmarks alone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.child import Clock, Outcome, SkippedError, run
from benchmarks.data import real
from benchmarks.report import Section, in_turn, median, plain, ratio, seconds, under
from benchmarks.walking import TOWNS

LIMIT_CM = 100_000
ASKED = "betweenness"
TOWN = "liege_1656"
SOURCES = 400  # where a peer would take too long it searches from so many nodes, and its time is scaled up
WIDE = "EPSG:32631"  # cityseer wants a projection by name; it never leaves the plane


def ours(clock: Clock, graph: str, answers: str, limit: int, threads: int | None = None) -> dict[str, Any]:
    """Our kernels on the arrays."""
    with clock("import"):
        import numpy as np

        from stadslab.kernels import UNREACHABLE, centrality, csr
    given = dict(np.load(graph))
    nodes = len(given["x"])
    xy = np.stack([given["x"], given["y"]], axis=1)
    with clock("build"):
        tails, heads = (np.concatenate([given[a], given[b]]) for a, b in (("tail", "head"), ("head", "tail")))
        network = csr.build(nodes, tails, heads, np.concatenate([given["cm"]] * 2))
    asked = (*network[:3], limit or UNREACHABLE, xy)
    with clock("first call"):
        found = centrality.betweenness(*asked, threads=threads)
    with clock(ASKED):
        centrality.betweenness(*asked, threads=threads)
    np.save(answers, found / 2)
    return {"nodes": nodes}


def igraph(clock: Clock, graph: str, answers: str, limit: int, sources: int = 0) -> dict[str, Any]:
    """Betweenness by igraph, with a cutoff; one thread."""
    import numpy as np

    try:
        import igraph as peer
    except ModuleNotFoundError:
        raise SkippedError("igraph is not in this environment; `make bench` installs it") from None
    given = dict(np.load(graph))
    nodes = len(given["x"])
    with clock("build"):
        network = peer.Graph(n=nodes, edges=np.c_[given["tail"], given["head"]])
        weights = given["cm"].astype(float).tolist()
    asked = {"sources": _sample(nodes, sources).tolist()} if sources else {}
    with clock(ASKED):
        found = network.betweenness(weights=weights, cutoff=float(limit) if limit else None, directed=False, **asked)
    np.save(answers, np.array(found))
    return {"scale": nodes / sources if sources else 1}


def networkit(clock: Clock, graph: str, answers: str, limit: int, threads: int) -> dict[str, Any]:
    """Exact betweenness by networkit, which knows no limit."""
    import numpy as np

    try:
        import networkit as peer
    except ModuleNotFoundError:
        raise SkippedError("networkit is not in this environment; `make bench` installs it") from None
    assert not limit
    given = dict(np.load(graph))
    peer.setNumberOfThreads(threads)
    with clock("build"):
        network = peer.Graph(len(given["x"]), weighted=True)
        for tail, head, cm in zip(*(given[c].tolist() for c in ("tail", "head", "cm")), strict=True):
            network.addEdge(tail, head, float(cm))
    with clock(ASKED):
        asked = peer.centrality.Betweenness(network)
        asked.run()
        found = np.array(asked.scores()) / 2
    np.save(answers, found)
    return {"scale": 1}


def cityseer(clock: Clock, graph: str, answers: str, limit: int) -> dict[str, Any]:
    """Shortest-path betweenness by cityseer, on straight edges."""
    import logging
    import os

    os.environ["TQDM_DISABLE"] = "1"
    logging.disable(logging.INFO)
    import numpy as np

    try:
        import networkx
        import shapely
        from cityseer.metrics import networks
        from cityseer.tools import io
    except ModuleNotFoundError:
        raise SkippedError("cityseer is not in this environment; `make bench` installs it") from None
    given = dict(np.load(graph))
    metres = limit // 100
    x, y = given["x"].tolist(), given["y"].tolist()
    with clock("build"):
        network = networkx.MultiGraph(crs=WIDE)
        for node in range(len(x)):
            network.add_node(str(node), x=x[node], y=y[node], live=True, weight=1)
        for a, b in zip(given["tail"].tolist(), given["head"].tolist(), strict=True):
            network.add_edge(str(a), str(b), geom=shapely.LineString([(x[a], y[a]), (x[b], y[b])]))
        nodes, _, structure = io.network_structure_from_nx(network)
    with clock(ASKED):
        found = networks.node_centrality_shortest(
            structure, nodes, distances=[metres], compute_closeness=False, compute_betweenness=True
        )
    table = found[0] if isinstance(found, tuple) else found
    np.save(answers, table[f"cc_betweenness_{metres}"].to_numpy())
    return {"scale": 1}


def networkx(clock: Clock, graph: str, answers: str, limit: int, sources: int) -> dict[str, Any]:
    """The whole network by networkx, from a sample of sources."""
    import networkx as peer
    import numpy as np

    assert not limit
    given = dict(np.load(graph))
    nodes = len(given["x"])
    with clock("build"):
        network = peer.Graph()
        network.add_nodes_from(range(nodes))
        network.add_weighted_edges_from(zip(*(given[c].tolist() for c in ("tail", "head", "cm")), strict=True))
    with clock(ASKED):
        found = peer.betweenness_centrality_subset(
            network, _sample(nodes, sources).tolist(), list(network), weight="weight"
        )
    np.save(answers, np.array([found[node] for node in range(nodes)]))
    return {"scale": nodes / sources}


def agree(clock: Clock, mine: str, peers: str) -> dict[str, Any]:
    """How far apart are two answers?"""
    import numpy as np

    with clock("compare"):
        a, b = np.load(mine), np.load(peers)
        apart = np.abs(a - b) / np.maximum(1, np.maximum(a, b))
        same = float(np.corrcoef(a, b)[0, 1]) if a.std() and b.std() else 1.0
    return {"largest": float(apart.max(initial=0)), "correlation": same}


def measure(rounds: int, say: Callable[[str], None]) -> list[Section]:
    """Within 1000 m on seven urban areas; over the whole of one of them, chains joined and not."""
    import os

    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    towns = [f"bench/{town}.parquet" for town in TOWNS]
    sections = []
    with tempfile.TemporaryDirectory() as folder:
        warm = {"NUMBA_CACHE_DIR": str(Path(folder) / "compiled")}

        def section(title: str, files: Sequence[str], joined: bool, limit: int, *peers: tuple[Any, ...]) -> None:
            graph = str(Path(folder) / f"{len(sections)}.npz")
            try:
                facts = run("graphs.from_segments", paths=[real(f) for f in files], to=graph, raw=not joined).facts
            except SkippedError as why:
                sections.append(Section(f"centrality: {title}", (), notes=[f"skipped: {why}"]))
                return
            sections.append(_beside(title, facts, graph, limit, warm, threads, rounds, under(title, say), peers))

        section("seven urban areas, within 1000 m", towns, True, LIMIT_CM, ("igraph", {}), ("cityseer", {}))
        whole = (("igraph", {}), ("networkit", {"threads": threads}), ("networkx", {"sources": 10}))
        section("Liège, whole network", [f"bench/{TOWN}.parquet"], True, 0, *whole)
        raw = (("igraph", {"sources": SOURCES}),)
        section("Liège, whole network, every vertex a node", [f"bench/{TOWN}.parquet"], False, 0, *raw)
    return sections


def _beside(
    title: str,
    facts: dict[str, Any],
    graph: str,
    limit: int,
    warm: dict[str, str],
    threads: int,
    rounds: int,
    say: Callable[[str], None],
    peers: Sequence[tuple[str, dict[str, Any]]],
) -> Section:
    def answers(name: str) -> str:
        return graph.replace(".npz", f".{name}.npy")

    mine = {"graph": graph, "limit": limit, "answers": answers("ours")}
    run("centrality.ours", warm, **mine)
    works: dict[str, Callable[[], Outcome]] = {
        f"ours, {threads} threads": partial(run, "centrality.ours", warm, **mine, threads=threads),
        "ours, 1 thread": partial(run, "centrality.ours", warm, **mine, threads=1),
    }
    once: dict[str, Callable[[], Outcome]] = {}
    for name, more in peers:
        work = partial(run, f"centrality.{name}", graph=graph, limit=limit, answers=answers(name), **more)
        (once if name in ("cityseer", "networkx") else works)[name] = work
    seen = in_turn(works, rounds, say) | in_turn(once, 1, say)
    section = Section(
        f"centrality: {title} ({facts['nodes']:,} nodes, {facts['edges']:,} edges)",
        ("who", "wall s", "cpu s", "wall / ours", "cpu / ours", "build wall s"),
        raw={**facts, **plain(seen)},
    )
    first = median(next(iter(seen.values())))
    wall, cpu = first.phases[ASKED]
    for name, outcomes in seen.items():
        found = median(outcomes)
        if found.skipped:
            section.notes.append(f"{name} skipped: {found.skipped}")
            continue
        scale = found.facts.get("scale", 1)
        its_wall, its_cpu = (figure * scale for figure in found.phases[ASKED])
        called = f"{name}, scaled from {facts['nodes'] / scale:.0f} sources" if scale > 1 else name
        section.rows.append(
            (called, seconds(its_wall), seconds(its_cpu), ratio(its_wall, wall), ratio(its_cpu, cpu),
             seconds(found.phases["build"][0]))
        )  # fmt: skip
        if name.startswith("ours") or scale > 1:
            continue
        said = run("centrality.agree", mine=mine["answers"], peers=answers(name)).facts
        section.raw[f"agreement with {name}"] = dict(said)
        section.notes.append(
            f"answers of {name}: largest difference {said['largest']:.1g} of a node's value, correlation "
            f"{said['correlation']:.6f}"
        )
        if name != "cityseer":
            assert said["largest"] < 1e-6, f"{title}: our answers and those of {name} differ: {said}"
    compiling = median(seen[next(iter(seen))]).phases["first call"][0] - wall
    section.notes.append(f"our first call in a process takes {compiling:.2f} s more than later ones (compiled before)")
    if once:
        section.notes.append(f"measured once: {', '.join(once)}")
    return section


def _sample(nodes: int, count: int) -> Any:
    import numpy as np

    return np.random.default_rng(7).choice(nodes, count, replace=False)
