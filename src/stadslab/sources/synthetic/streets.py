"""The street network: side streets inside the quarters, all lines noded, ranked, thinned and named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, dijkstra, minimum_spanning_tree
from shapely.geometry import LineString

from stadslab.sources.synthetic.districts import HOMES, NODING_M, Districts
from stadslab.sources.synthetic.graph import cheapest, join_up
from stadslab.sources.synthetic.names import NameGiver
from stadslab.sources.synthetic.noise import Floats, bend
from stadslab.sources.synthetic.plan import Plan

Ints = NDArray[np.int64]

SPACING_M = {
    "centre": (78.0, 118.0),
    "inner": (92.0, 150.0),
    "slabs": (120.0, 175.0),
    "houses": (74.0, 165.0),
    "industry": (150.0, 230.0),
    "park": (190.0, 240.0),
    "allotments": (85.0, 180.0),
}
"""Distance between side streets across and along each kind of quarter."""

CARS = ("motorway", "motorway_link", "primary", "secondary", "tertiary", "unclassified", "residential", "service")


@dataclass
class Streets:
    """All street edges between junctions, on land and over water.

    Per edge (shape (m,)): `line`, `tail` and `head` (node numbers), `rank` (OSM highway value), `name` ("" if unnamed),
    `bridge` and `tunnel` (bool), `stroke` (number of the street it belongs to), `quarter` (index in Districts.faces, -1
    outside). `lone_bridge` are the edges of the lone island's bridge.
    Per node (shape (n, 2)): `xy`.
    """

    line: NDArray[np.object_]
    tail: Ints
    head: Ints
    rank: NDArray[np.str_]
    name: NDArray[np.object_]
    bridge: NDArray[np.bool_]
    tunnel: NDArray[np.bool_]
    stroke: Ints
    quarter: Ints
    xy: Floats
    lone_bridge: Ints

    @property
    def length_m(self) -> Floats:
        """Length of every edge."""
        result: Floats = shapely.length(self.line)
        return result


def draw_streets(plan: Plan, districts: Districts, random: np.random.Generator) -> Streets:
    """The street network of a town: joined on foot by construction, through exactly one bridge to the lone island."""
    local, local_face = _side_streets(plan, districts, random)
    line, source = _node_all(districts, local)
    xy, tail, head = _ends(line)
    bridges = len(districts.crossings)
    first_bridge = len(districts.lines)
    is_bridge = (source >= first_bridge) & (source < first_bridge + bridges)
    is_local = source >= first_bridge + bridges
    kind = np.full(len(line), "local", dtype="<U6")
    kind[source < first_bridge] = districts.line_kind[source[source < first_bridge]]
    kind[is_bridge] = "bridge"
    quarter = np.full(len(line), -1, dtype=np.int64)
    quarter[is_local] = np.array(local_face, dtype=np.int64)[source[is_local] - first_bridge - bridges]

    keep = _main_part(tail, head, shapely.length(line), len(xy))
    rank = _rank(plan, districts, line, tail, head, kind, quarter, len(xy), random)
    keep &= _thin(districts, line, tail, head, kind, quarter, rank, len(xy), random)
    keep &= ~_stubs(line, tail, head, keep, kind, len(xy))
    line, tail, head, rank = line[keep], tail[keep], head[keep], rank[keep]
    kind, quarter, source = kind[keep], quarter[keep], source[keep]
    used, inverse = np.unique(np.concatenate([tail, head]), return_inverse=True)
    xy, tail, head = xy[used], inverse[: len(tail)], inverse[len(tail) :]

    lone_bridge = np.array(
        [index for index in np.flatnonzero(kind == "bridge") if districts.crossings[source[index] - first_bridge].lone],
        dtype=np.int64,
    )
    below = np.array([crossing.tunnel for crossing in districts.crossings], dtype=bool)
    tunnel = np.zeros(len(line), dtype=bool)
    over = np.flatnonzero(kind == "bridge")
    tunnel[over] = below[source[over] - first_bridge]
    stroke = _strokes(line, tail, head, rank, kind, source, first_bridge + bridges, len(xy))
    name = _name(plan, line, rank, kind, quarter, stroke, tunnel, NameGiver(random))
    # What cars can use hangs together as well: where only a path would tie it, the path becomes a street.
    soft = np.isin(rank, ["path", "footway", "cycleway", "pedestrian"])
    rank[join_up(tail, head, shapely.length(line), ~soft, len(xy))] = "residential"
    _steps(line, rank, kind, np.random.default_rng(len(line)))
    return Streets(line, tail, head, rank, name, (kind == "bridge") & ~tunnel, tunnel, stroke, quarter, xy, lone_bridge)


def _steps(
    line: NDArray[np.object_], rank: NDArray[np.str_], kind: NDArray[np.str_], random: np.random.Generator
) -> None:
    """Some short footways climb."""
    short = (rank == "footway") & (kind == "local") & (shapely.length(line) < 62)
    rank[short & (random.random(len(line)) < 0.3)] = "steps"


def _side_streets(plan: Plan, districts: Districts, random: np.random.Generator) -> tuple[list[LineString], list[int]]:
    """A bent grid inside every built quarter, turned to lie along its longest side."""
    lines: list[LineString] = []
    owner: list[int] = []
    for index, (face, use) in enumerate(zip(districts.faces, districts.use, strict=True)):
        draws = random.random(6)
        if use not in SPACING_M or face.area < 5500:
            continue
        across, along = SPACING_M[str(use)]
        across, along = across * (0.9 + 0.25 * draws[0]), along * (0.9 + 0.25 * draws[1])
        envelope = shapely.oriented_envelope(face)
        corners = shapely.get_coordinates(envelope)
        sides = np.hypot(*np.diff(corners[:3], axis=0).T)
        long_side = corners[1] - corners[0] if sides[0] >= sides[1] else corners[2] - corners[1]
        long_m, short_m = max(sides), min(sides)
        u = long_side / np.hypot(*long_side)
        v = np.array([-u[1], u[0]])
        middle = corners[:4].mean(axis=0)
        rows = max(0, round(short_m / across) - 1)
        columns = max(0, round(long_m / along) - 1)
        if use in HOMES and rows + columns == 0 and face.area > 12_000:
            columns = 1
        # Streets of houses swing, streets of the centre hardly do.
        swing = {"houses": 16.0, "park": 24.0, "slabs": 11.0}.get(str(use), 3.0) * (0.4 + 1.2 * draws[2])
        phase = 2 * np.pi * draws[3]
        t = np.linspace(-0.62, 0.62, max(5, int(1.24 * long_m / 26)))
        s = np.linspace(-0.62, 0.62, max(5, int(1.24 * short_m / 26)))
        raw = []
        for row in range(rows):
            off = (row + 1) / (rows + 1) - 0.5
            raw.append(middle + np.outer(t * long_m, u) + np.outer(off * short_m + swing * np.sin(5 * t + phase), v))
        for column in range(columns):
            off = (column + 1) / (columns + 1) - 0.5
            raw.append(middle + np.outer(s * short_m, v) + np.outer(off * long_m + swing * np.sin(4 * s + phase), u))
        if not raw:
            continue
        bent = [bend(points, plan.bend_y, plan.bend_x, 7.0) for points in raw]
        heart = face.buffer(-0.33 * across, quad_segs=2)
        cuts = shapely.intersection([LineString(p) for p in bent], face)
        for cut in cuts:
            for part in shapely.get_parts(cut):
                # A line that hugs the edge of the quarter would only shave a sliver off it.
                if (
                    part.geom_type == "LineString"
                    and part.length > 30
                    and part.intersection(heart).length > 0.38 * part.length
                ):
                    lines.append(part)
                    owner.append(index)
    return lines, owner


def _node_all(districts: Districts, local: list[LineString]) -> tuple[NDArray[np.object_], Ints]:
    """Every line cut at every meeting point, each piece with the number of the line it came from."""
    sources = [*districts.lines, *(crossing.line for crossing in districts.crossings), *local]
    joined = shapely.union_all(sources, grid_size=NODING_M)
    pieces = np.array(shapely.get_parts(joined), dtype=object)
    bounds = shapely.bounds(pieces)
    pieces = pieces[np.lexsort((shapely.length(pieces), bounds[:, 3], bounds[:, 2], bounds[:, 1], bounds[:, 0]))]
    # A piece belongs to the line that both its middle and its quarter points lie on.
    tree = shapely.STRtree(sources)
    best = np.full(len(pieces), -1, dtype=np.int64)
    score = np.full(len(pieces), np.inf)
    probes = [shapely.line_interpolate_point(pieces, part, normalized=True) for part in (0.3, 0.5, 0.7)]
    piece_of, source_of = tree.query(probes[1], predicate="dwithin", distance=2.0)
    source_array = np.array(sources, dtype=object)
    off = sum(shapely.distance(source_array[source_of], probe[piece_of]) for probe in probes)
    for piece, source, error in zip(piece_of.tolist(), source_of.tolist(), off.tolist(), strict=True):
        if error < score[piece] - 0.3 or (error < score[piece] + 0.3 and source < best[piece]):
            best[piece], score[piece] = source, error
    fine = best >= 0
    return pieces[fine], best[fine]


def _ends(line: NDArray[np.object_]) -> tuple[Floats, Ints, Ints]:
    first = shapely.get_coordinates(shapely.get_point(line, 0))
    last = shapely.get_coordinates(shapely.get_point(line, -1))
    both = np.round(np.concatenate([first, last]) / NODING_M).astype(np.int64)
    unique, inverse = np.unique(both, axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    xy: Floats = unique.astype(np.float64) * NODING_M
    return xy, inverse[: len(line)].astype(np.int64), inverse[len(line) :].astype(np.int64)


def _main_part(tail: Ints, head: Ints, length: Floats, count: int) -> NDArray[np.bool_]:
    _, label = connected_components(
        coo_matrix((np.ones(len(tail)), (tail, head)), shape=(count, count)), directed=False
    )
    largest = np.bincount(label[tail], weights=length).argmax()
    result: NDArray[np.bool_] = label[tail] == largest
    return result


def _rank(
    plan: Plan,
    districts: Districts,
    line: NDArray[np.object_],
    tail: Ints,
    head: Ints,
    kind: NDArray[np.str_],
    quarter: Ints,
    count: int,
    random: np.random.Generator,
) -> NDArray[np.str_]:
    """Streets that many trips would use become the larger ones: trips between quarters are routed and counted."""
    length = shapely.length(line)
    arterial = (kind != "local") & (kind != "path")
    slow = np.select([kind == "shore", kind == "bridge"], [1.35, 0.8], 1.0)
    at, ah = tail[arterial], head[arterial]
    cost = (length * slow)[arterial]
    graph = cheapest(at, ah, cost, count)
    nodes = np.unique(np.concatenate([at, ah]))
    tips = random.choice(nodes, size=min(len(nodes), 70), replace=False)
    # The centre counts several times: most roads lead there.
    position = _node_xy(line, tail, head, count)
    heart = int(nodes[np.argmin(np.hypot(*position[nodes].T))])
    load: dict[tuple[int, int], float] = {}
    for start, weight in [(heart, 25.0), *((int(tip), 1.0) for tip in tips)]:
        reach, previous = dijkstra(graph, directed=False, indices=start, return_predecessors=True)
        carried = np.zeros(count)
        carried[nodes] = 1.0
        carried[~np.isfinite(reach)] = 0
        for node in nodes[np.argsort(-reach[nodes], kind="stable")].tolist():
            before = int(previous[node])
            if before >= 0:
                carried[before] += carried[node]
                key = (node, before) if node < before else (before, node)
                load[key] = load.get(key, 0.0) + weight * carried[node]
    usage = np.array([load.get((min(a, b), max(a, b)), 0.0) for a, b in zip(tail.tolist(), head.tolist(), strict=True)])
    usage[~arterial] = 0
    used = usage[arterial & (usage > 0)]
    rank = np.full(len(line), "residential", dtype="<U14")
    top, second, third = np.quantile(used, [0.90, 0.74, 0.45]) if len(used) else (0, 0, 0)
    rank[arterial] = "unclassified"
    rank[usage > third] = "tertiary"
    rank[usage > second] = "secondary"
    rank[usage > top] = "primary" if plan.people >= 2000 else "secondary"
    rank[(kind == "bridge") & np.isin(rank, ["unclassified", "residential"])] = "tertiary"
    xy = shapely.get_coordinates(shapely.line_interpolate_point(line, 0.5, normalized=True))
    quiet = (kind == "shore") & (rank == "unclassified")
    rank[quiet] = "residential"
    rank[quiet & (plan.density(xy[:, 0], xy[:, 1]) < 0.3)] = "footway"
    rank[kind == "path"] = "path"
    use = np.where(quarter >= 0, districts.use[np.maximum(quarter, 0)], "")
    rank[(kind == "local") & np.isin(use, ["park", "allotments"])] = "footway"
    rank[(kind == "local") & (use == "industry")] = "unclassified"
    return rank


def _node_xy(line: NDArray[np.object_], tail: Ints, head: Ints, count: int) -> Floats:
    xy = np.zeros((count, 2))
    xy[tail] = shapely.get_coordinates(shapely.get_point(line, 0))
    xy[head] = shapely.get_coordinates(shapely.get_point(line, -1))
    return xy


def _thin(
    districts: Districts,
    line: NDArray[np.object_],
    tail: Ints,
    head: Ints,
    kind: NDArray[np.str_],
    quarter: Ints,
    rank: NDArray[np.str_],
    count: int,
    random: np.random.Generator,
) -> NDArray[np.bool_]:
    """Side streets are opened up: some links become footways or cycleways, some vanish; a spanning tree stays."""
    use = np.where(quarter >= 0, districts.use[np.maximum(quarter, 0)], "")
    local = (kind == "local") & np.isin(use, HOMES)
    draw, lot = random.random(len(line)), random.random(len(line))
    weight = np.where(local, 10 + draw, 0.1 + draw)
    weight[(kind == "path") | (rank == "footway")] = 40
    order = np.lexsort((weight, np.maximum(tail, head), np.minimum(tail, head)))
    tree = minimum_spanning_tree(cheapest(tail, head, weight, count)).tocoo()
    in_tree = {(min(a, b), max(a, b)) for a, b in zip(tree.row.tolist(), tree.col.tolist(), strict=True)}
    stays = np.zeros(len(line), dtype=bool)
    seen: set[tuple[int, int]] = set()
    for index in order.tolist():
        pair = (min(int(tail[index]), int(head[index])), max(int(tail[index]), int(head[index])))
        if pair in in_tree and pair not in seen:
            seen.add(pair)
            stays[index] = True
    chance = np.select([use == "centre", use == "inner", use == "slabs", use == "houses"], [0.04, 0.1, 0.34, 0.36], 0.0)
    loose = local & ~stays & (lot < chance)
    turned = loose & (draw < 0.62)
    rank[turned] = "footway"
    rank[turned & (draw < 0.2)] = "cycleway"
    # Two edges that start and end at the same crossing and one that returns to its own: of no use to anybody.
    stays_drawn: NDArray[np.bool_] = ~(loose & (draw >= 0.62)) & (tail != head)
    return stays_drawn


def _stubs(
    line: NDArray[np.object_], tail: Ints, head: Ints, keep: NDArray[np.bool_], kind: NDArray[np.str_], count: int
) -> NDArray[np.bool_]:
    """Dead ends too short to be anything but a leftover of the drawing."""
    degree = np.bincount(tail[keep], minlength=count) + np.bincount(head[keep], minlength=count)
    loose = (degree[tail] == 1) | (degree[head] == 1)
    result: NDArray[np.bool_] = keep & loose & (shapely.length(line) < 22) & (kind != "bridge")
    return result


def _strokes(
    line: NDArray[np.object_],
    tail: Ints,
    head: Ints,
    rank: NDArray[np.str_],
    kind: NDArray[np.str_],
    source: Ints,
    first_local: int,
    count: int,
) -> Ints:
    """Which edges make one street: straight on at junctions, as a person giving names would see it."""
    parent = np.arange(len(line))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = int(parent[index])
        return index

    coords = [shapely.get_coordinates(item) for item in line]
    at: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    for index, points in enumerate(coords):
        near, far = points[min(1, len(points) - 1)] - points[0], points[max(-2, -len(points))] - points[-1]
        at[int(tail[index])].append((index, float(np.arctan2(near[1], near[0]))))
        at[int(head[index])].append((index, float(np.arctan2(far[1], far[0]))))
    slow = np.isin(rank, ["footway", "path", "cycleway", "steps"])
    big = np.isin(kind, ["main", "link", "shore", "bridge"])
    for spokes in at:
        if len(spokes) < 2:
            continue
        options = []
        for position, (first, angle) in enumerate(spokes):
            for second, other in spokes[position + 1 :]:
                if first == second or slow[first] != slow[second] or big[first] != big[second]:
                    continue
                turn = abs((angle - other) % (2 * np.pi) - np.pi)
                if source[first] == source[second] and source[first] >= first_local:
                    turn *= 0.2
                if turn < 0.75:
                    options.append((turn, first, second))
        taken: set[int] = set()
        for _, first, second in sorted(options):
            if first not in taken and second not in taken:
                taken.update((first, second))
                a, b = root(first), root(second)
                parent[max(a, b)] = min(a, b)
    return np.array([root(index) for index in range(len(line))], dtype=np.int64)


def _name(
    plan: Plan,
    line: NDArray[np.object_],
    rank: NDArray[np.str_],
    kind: NDArray[np.str_],
    quarter: Ints,
    stroke: Ints,
    tunnel: NDArray[np.bool_],
    giver: NameGiver,
) -> NDArray[np.object_]:
    """Names by stroke; bridges carry names of their own, most footways none.

    One long stroke in the centre is for walkers only.
    """
    names = np.full(len(line), "", dtype=object)
    length = shapely.length(line)
    xy = shapely.get_coordinates(shapely.line_interpolate_point(line, 0.5, normalized=True))
    r = np.hypot(xy[:, 0], xy[:, 1])
    totals = np.bincount(stroke, weights=length, minlength=len(line))
    ranked = np.isin(rank, ["residential"]) & (kind == "local") & (r < 0.16 * plan.radius_m + 60)
    walk = -1
    if ranked.any():
        candidates = np.unique(stroke[ranked])
        walk = int(candidates[np.argmax(totals[candidates] - np.array([r[stroke == c].mean() for c in candidates]))])
        rank[(stroke == walk) & (kind == "local")] = "pedestrian"
    sector = np.floor((np.arctan2(xy[:, 1], xy[:, 0]) + np.pi) * 5 / np.pi).astype(int) + 7 * np.floor(r / 900).astype(
        int
    )
    for root in np.unique(stroke):
        members = np.flatnonzero(stroke == root)
        quiet = np.isin(rank[members], ["footway", "path", "cycleway", "steps"]).all()
        if quiet and totals[root] < 420:
            continue
        district = int(quarter[members[0]]) if quarter[members[0]] >= 0 else int(sector[members[0]])
        shore = (kind[members] == "shore").mean() > 0.6
        ending = "kajen" if shore and r[members].mean() < 0.4 * plan.radius_m else ("stigen" if quiet else None)
        name = "Köpmansstråket" if root == walk else giver.street(district, ending)
        names[members] = name
    for index in np.flatnonzero(kind == "bridge"):
        names[index] = giver.street(int(sector[index]), "tunneln" if tunnel[index] else "bron")
    return names
