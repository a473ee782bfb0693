"""Main streets and the quarters between them: what each quarter is (centre, houses, park, ...) and which bridges tie the islands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import Voronoi, cKDTree
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from stadslab.sources.synthetic.noise import Floats, bend
from stadslab.sources.synthetic.plan import SHORE_SETBACK_M, Plan

Ints = NDArray[np.int64]

NODING_M = 0.25
"""Lines are noded on a grid this fine: meeting lines share exact points, so that the network is joined by construction."""

PEOPLE_PER_HECTARE = {"centre": 120.0, "inner": 175.0, "slabs": 105.0, "houses": 30.0}
HOMES = tuple(PEOPLE_PER_HECTARE)


@dataclass(frozen=True)
class Districts:
    """The skeleton of the town.

    `lines` are the main streets, noded (shape (m,)); `line_kind` is "main", "shore", "path" or "link" per line.
    `faces` are the quarters between them (shape (n,)), `use` what each one is, `piece` the index of its island in `plan.land`.
    `bridges` are the lines over water, `bridge_pieces` the islands at their two ends.
    """

    lines: NDArray[np.object_]
    line_kind: NDArray[np.str_]
    faces: NDArray[np.object_]
    use: NDArray[np.str_]
    piece: Ints
    bridges: tuple[LineString, ...]
    bridge_pieces: tuple[tuple[int, int], ...]
    inland: tuple[Polygon, ...]
    inland_piece: tuple[int, ...]


def draw_districts(plan: Plan, random: np.random.Generator) -> Districts:
    """Main streets, quarters and bridges for a ground plan."""
    inland, inland_piece = _inland(plan)
    seeds = _scatter(plan, random)
    skeleton = _skeleton(plan, seeds, inland)
    faces = np.array(shapely.get_parts(shapely.polygonize(shapely.get_parts(skeleton))), dtype=object)
    faces = faces[np.lexsort((shapely.bounds(faces)[:, 1], shapely.bounds(faces)[:, 0]))]
    inside = shapely.point_on_surface(faces)
    tree = shapely.STRtree(list(inland))
    face_index, inland_index = tree.query(inside, predicate="within")
    faces, inside = faces[face_index], inside[face_index]
    piece = np.array(inland_piece)[inland_index]
    use = _assign_use(plan, faces, inside, piece, random)

    # An island with nobody on it needs no bridge; one that can only be reached over its neighbours gets people only with them.
    lines = np.array(shapely.get_parts(skeleton), dtype=object)
    bridges, ends, reached = _bridges(plan, inland, inland_piece, faces, use, random)
    use[~np.isin(piece, sorted(reached))] = "wood"
    kept, kinds = _keep_streets(plan, lines, inland, faces, use, bridges, random)
    return Districts(kept, kinds, faces, use, piece, tuple(bridges), tuple(ends), inland, inland_piece)


def _inland(plan: Plan) -> tuple[tuple[Polygon, ...], tuple[int, ...]]:
    """Land at least a setback from the water, in parts large enough for a street."""
    parts: list[Polygon] = []
    owner: list[int] = []
    for index, piece in enumerate(plan.land):
        dry = piece.buffer(-SHORE_SETBACK_M - 14).buffer(14, quad_segs=3).simplify(1.0)
        polygons = [part for part in shapely.get_parts(dry) if part.area > 9000]
        polygons.sort(key=lambda part: (-part.area, part.bounds))
        for polygon in polygons[: 1 if index == plan.lone else None]:
            parts.append(polygon)
            owner.append(index)
    return tuple(parts), tuple(owner)


def _scatter(plan: Plan, random: np.random.Generator) -> Floats:
    """Seeds of quarters, closer together near the centre: darts thrown, those too near an earlier one dropped."""
    radius = plan.radius_m
    near = float(np.clip(0.2 * radius, 120, 230))
    far = float(np.clip(0.27 * radius, 150, 460))
    half = 1.5 * radius
    darts = random.uniform(-half, half, (int(14 * (2 * half / far) ** 2), 2))
    r = np.hypot(darts[:, 0], darts[:, 1]) / radius
    gap = near + (far - near) * np.clip(r, 0, 1.0) ** 0.8 + far * np.maximum(r - 1.0, 0) * 0.8
    tree = cKDTree(darts)
    taken = np.zeros(len(darts), dtype=bool)
    for index in range(len(darts)):
        around = tree.query_ball_point(darts[index], gap[index])
        taken[index] = not taken[around].any()
    result: Floats = darts[taken]
    return result


def _skeleton(plan: Plan, seeds: Floats, inland: tuple[Polygon, ...]) -> BaseGeometry:
    """Voronoi edges of the seeds, bent, cut to the land and joined with the streets along the shores."""
    diagram = Voronoi(seeds)
    ridges = np.array([ridge for ridge in diagram.ridge_vertices if -1 not in ridge])
    ends = diagram.vertices[ridges]
    limit = 1.6 * plan.radius_m
    ends = ends[(np.abs(ends) < limit).all(axis=(1, 2))]
    straight = shapely.segmentize(shapely.linestrings(ends), 38.0)
    coords = shapely.get_coordinates(straight)
    amount = float(np.clip(0.022 * plan.radius_m, 12, 34))
    bent = shapely.set_coordinates(straight, bend(coords, plan.bend_x, plan.bend_y, amount))
    clipped = shapely.intersection(bent, shapely.multipolygons(list(inland)))
    shores = [shapely.segmentize(ring, 24.0) for part in inland for ring in (part.exterior, *part.interiors)]
    return shapely.union_all([*clipped, *shores], grid_size=NODING_M)


def _assign_use(
    plan: Plan, faces: NDArray[np.object_], inside: NDArray[np.object_], piece: Ints, random: np.random.Generator
) -> NDArray[np.str_]:
    """What each quarter is. Quarters are built up in order of density until everybody has a home."""
    x, y = shapely.get_x(inside), shapely.get_y(inside)
    hectares = shapely.area(faces) / 10_000
    density = plan.density(x, y)
    r = np.hypot(x, y)
    use = np.full(len(faces), "wood", dtype="<U12")
    slim = hectares < 0.35
    if len(plan.stations):
        to_station = np.min(np.hypot(x[:, None] - plan.stations[:, 0], y[:, None] - plan.stations[:, 1]), axis=1)
    else:
        to_station = r

    # Green wedges: not every quarter in the middle of the town is built.
    green = plan.roughness(x * 1.9 + 3 * plan.radius_m, y * 1.9) + random.normal(0, 0.35, len(faces))
    core = r < 0.9 * plan.radius_m
    parks = core & (green > np.quantile(green[core], 0.87)) & (r > 0.1 * plan.radius_m)
    lone = piece == plan.lone
    industry = np.zeros(len(faces), dtype=bool)
    if plan.people >= 4000:
        fit = (r > 0.45 * plan.radius_m) & (r < 0.95 * plan.radius_m) & ~lone & (to_station > 0.12 * plan.radius_m)
        cost = plan.wealth(x, y) + np.where(fit, 0, 99)
        for _ in range(1 if plan.people < 60_000 else 3):
            heart = int(np.argmin(cost))
            near = np.hypot(x - x[heart], y - y[heart])
            block = fit & (near <= np.sort(near)[min(3 if plan.people < 60_000 else 6, len(near) - 1)])
            industry |= block
            cost[near < 0.5 * plan.radius_m] += 99

    # The way to the lone island leads over a neighbour, where a few houses stand from the start.
    beside = _beside_lone(plan, piece)
    toward = shapely.distance(faces, plan.land[plan.lone])
    first = np.flatnonzero((piece == beside) & ~slim)
    keep = {int(first[np.argmin(toward[first])]), int(first[np.argmin(r[first])])} if len(first) else set()

    # Densest quarters first; each kind of home takes its share of the people, so that any size of town has its own centre.
    rungs = np.cumsum(_shares(plan.people))
    wanted = plan.people * 1.02
    housed = on_lone = 0.0
    order = np.argsort(-density, kind="stable")
    early = lone.copy()
    early[list(keep)] = True
    for index in order[np.argsort(~early[order], kind="stable")]:
        if slim[index]:
            use[index] = "park" if density[index] > 0.1 else "wood"
        elif lone[index]:
            # The lone island keeps a wood or a meadow, but most of it is lived on.
            if on_lone < 0.09 * plan.people:
                use[index] = "slabs" if on_lone == 0 and plan.people >= 3000 else "houses"
                on_lone += hectares[index] * PEOPLE_PER_HECTARE[str(use[index])]
        elif index in keep and density[index] < 0.2:
            use[index] = "houses"
            housed += hectares[index] * PEOPLE_PER_HECTARE["houses"]
        elif industry[index]:
            use[index] = "industry"
        elif parks[index]:
            use[index] = "park"
        elif housed < wanted - on_lone and r[index] < 1.3 * plan.radius_m:
            rung = int(np.searchsorted(rungs, housed / (wanted - on_lone), side="right"))
            use[index] = HOMES[min(rung, 3)]
            housed += hectares[index] * PEOPLE_PER_HECTARE[str(use[index])]
    edge = (use == "houses") & (random.random(len(faces)) < 0.05) & ~lone
    use[edge] = "allotments"
    return use


def _beside_lone(plan: Plan, piece: Ints) -> int:
    """Which other island of some size is nearest to the lone one?"""
    sizes = np.bincount(piece, minlength=len(plan.land))
    others = [index for index in np.flatnonzero(sizes) if index != plan.lone and plan.land[index].area > 30_000]
    return int(min(others, key=lambda index: (shapely.distance(plan.land[index], plan.land[plan.lone]), index)))


def _shares(people: int) -> tuple[float, ...]:
    """Shares of the people in centre, inner town, slabs and houses: a village is houses around a square, a city is not."""
    size = float(np.clip(np.log10(people / 800) / np.log10(250), 0, 1))
    village, city = np.array([0.16, 0.0, 0.14, 0.7]), np.array([0.12, 0.26, 0.36, 0.26])
    return tuple(village + (city - village) * size)


def _bridges(
    plan: Plan,
    inland: tuple[Polygon, ...],
    inland_piece: tuple[int, ...],
    faces: NDArray[np.object_],
    use: NDArray[np.str_],
    random: np.random.Generator,
) -> tuple[list[LineString], list[tuple[int, int]], set[int]]:
    """Crossings between inhabited parts: one for the lone island, at least two for every other one.

    Returns the lines, the pieces at their ends and the set of pieces that are joined to the centre.
    """
    built = shapely.union_all(faces[~np.isin(use, ["wood", "park"])])
    live = [index for index, part in enumerate(inland) if part.intersection(built).area > 5000]
    home = next(index for index in live if inland[index].contains(Point(0, 0)))
    rings = {index: shapely.get_coordinates(shapely.segmentize(inland[index].exterior, 24.0)) for index in live}
    water_ok = float(np.clip(0.2 * plan.radius_m, 170, 480))
    shores = shapely.multilinestrings([LineString(rings[index]) for index in live])
    others = shapely.STRtree(list(inland))
    candidates: dict[tuple[int, int], list[tuple[float, LineString]]] = {}
    apart = float(np.clip(0.2 * plan.radius_m, 110, 480))
    for position, a in enumerate(live):
        for b in live[position + 1 :]:
            gap = shapely.distance(inland[a], inland[b])
            lone_pair = plan.lone in (inland_piece[a], inland_piece[b])
            if gap > (2 * water_ok if lone_pair else water_ok):
                continue
            length, where = cKDTree(rings[b]).query(rings[a])
            dear = length * (1 + 0.2 * np.hypot(*rings[a].T) / plan.radius_m)
            found: list[tuple[float, LineString]] = []
            for index in np.argsort(dear, kind="stable"):
                if length[index] > (gap + 1 if lone_pair else min(water_ok, 2.4 * gap + 90)) or len(found) >= (
                    1 if lone_pair else 5
                ):
                    break
                line = LineString([rings[a][index], rings[b][where[index]]])
                if any(line.distance(other) < apart for _, other in found):
                    continue
                trimmed = shapely.line_interpolate_point(line, [1.5, line.length - 1.5])
                open_water = LineString(list(trimmed))
                if open_water.intersects(shores) or len(others.query(open_water, predicate="intersects")):
                    continue
                found.append((float(length[index]), line))
            if found:
                candidates[(a, b)] = found

    def joined(pairs: list[tuple[int, int]]) -> set[int]:
        seen, todo = {home}, [home]
        while todo:
            here = todo.pop()
            for a, b in pairs:
                for near, away in ((a, b), (b, a)):
                    if near == here and away not in seen:
                        seen.add(away)
                        todo.append(away)
        return seen

    lone_part = next((index for index in live if inland_piece[index] == plan.lone), None)
    without_lone = [pair for pair in candidates if lone_part not in pair]
    reached = joined(without_lone)
    lines: list[LineString] = []
    ends: list[tuple[int, int]] = []

    def build(pair: tuple[int, int], line: LineString) -> None:
        if all(line.distance(other) > 12 for other in lines):
            lines.append(line)
            ends.append((inland_piece[pair[0]], inland_piece[pair[1]]))

    for pair in sorted(without_lone, key=lambda pair: candidates[pair][0][0]):
        if pair[0] not in reached:
            continue
        for number, (length, line) in enumerate(candidates[pair]):
            if number == 0 or length < 0.6 * water_ok:
                build(pair, line)
    # Who ended with one crossing only? Nobody but the lone island may.
    if lone_part is not None:
        to_lone = sorted(
            (pair for pair in candidates if lone_part in pair and (set(pair) - {lone_part}) <= reached),
            key=lambda pair: candidates[pair][0][0],
        )
        if to_lone:
            build(to_lone[0], candidates[to_lone[0]][0][1])
            reached.add(lone_part)
    del random
    return lines, ends, {inland_piece[index] for index in reached}


def _keep_streets(
    plan: Plan,
    lines: NDArray[np.object_],
    inland: tuple[Polygon, ...],
    faces: NDArray[np.object_],
    use: NDArray[np.str_],
    bridges: list[LineString],
    random: np.random.Generator,
) -> tuple[NDArray[np.object_], NDArray[np.str_]]:
    """Main streets beside built quarters, some forest paths, and whatever is needed to keep it all in one network."""
    tree = shapely.STRtree(faces)
    middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    line_of, face_of = tree.query(middle, predicate="dwithin", distance=1.0)
    lived = ~np.isin(use, ["wood", "park"])
    touches = np.zeros(len(lines), dtype=bool)
    np.logical_or.at(touches, line_of, lived[face_of])
    in_park = np.zeros(len(lines), dtype=bool)
    np.logical_or.at(in_park, line_of, use[face_of] == "park")
    rim = shapely.union_all([ring for part in inland for ring in (part.exterior, *part.interiors)])
    shapely.prepare(rim)
    shore = shapely.dwithin(rim, middle, 0.6)

    starts, ends = shapely.get_point(lines, 0), shapely.get_point(lines, -1)
    all_lines = [*lines, *bridges]
    landings = [shapely.get_point(bridge, end) for bridge in bridges for end in (0, -1)]
    # Bridges land on a vertex of a shore line, which need not be a node yet: split there by treating it as near its line's start.
    keys: dict[tuple[float, float], int] = {}

    def node(point: BaseGeometry) -> int:
        return keys.setdefault((round(point.x * 4) / 4, round(point.y * 4) / 4), len(keys))

    tails = [node(point) for point in starts]
    heads = [node(point) for point in ends]
    weights = list(shapely.length(lines))
    free = touches | (in_park & (random.random(len(lines)) < 0.75))
    if landings:
        nearest = shapely.STRtree(lines).nearest(landings)
        for number in range(len(bridges)):
            first, second = int(nearest[2 * number]), int(nearest[2 * number + 1])
            tails.append(tails[first])
            heads.append(tails[second])
            weights.append(bridges[number].length)
            free[[first, second]] = True
    free = np.append(free, np.ones(len(bridges), dtype=bool))
    kind = np.where(shore, "shore", "main").astype("<U6")
    kind = np.append(kind, np.full(len(bridges), "bridge"))
    paths = ~free & (np.append(random.random(len(lines)), np.zeros(len(bridges))) < 0.33)

    count = len(keys)
    tail, head, weight = np.array(tails), np.array(heads), np.array(weights)
    for _ in range(200):
        _, label = connected_components(
            coo_matrix((np.ones(int(free.sum())), (tail[free], head[free])), shape=(count, count)), directed=False
        )
        parts = np.unique(label[tail[free]])
        if len(parts) == 1:
            break
        sizes = np.array([weight[free & (label[tail] == part)].sum() for part in parts])
        main = parts[int(np.argmax(sizes))]
        cost = np.where(free, 1e-6, weight)
        graph = _smallest(tail, head, cost, count)
        origin = int(tail[free][label[tail[free]] == main][0])
        reach, previous = dijkstra(graph, directed=False, indices=origin, return_predecessors=True)
        target = min(
            (int(n) for n in np.unique(tail[free][label[tail[free]] != main]) if np.isfinite(reach[n])),
            key=lambda n: (reach[n], n),
            default=-1,
        )
        if target < 0:
            # A stray corner that nothing leads to: leave it to the wood.
            free &= label[tail] == main
            break
        by_pair: dict[tuple[int, int], int] = {}
        for index in np.argsort(-cost, kind="stable"):
            by_pair[(min(int(tail[index]), int(head[index])), max(int(tail[index]), int(head[index])))] = int(index)
        while target != origin:
            before = int(previous[target])
            index = by_pair[(min(before, target), max(before, target))]
            if not free[index]:
                free[index] = True
                kind[index] = "link"
            target = before
    # Forest paths that hang together with the streets.
    both = free | paths
    _, label = connected_components(
        coo_matrix((np.ones(int(both.sum())), (tail[both], head[both])), shape=(count, count)), directed=False
    )
    main = np.bincount(label[tail[free]]).argmax()
    both &= label[tail] == main
    kind[both & ~free] = "path"
    # The shore of a suburb is a path, the shore of the town a quay.
    selected = both[: len(lines)]
    result = np.array(all_lines, dtype=object)[: len(lines)][selected]
    return result, kind[: len(lines)][selected]


def _smallest(tail: Ints, head: Ints, cost: Floats, count: int) -> coo_matrix:
    """A sparse matrix of the cheapest line for each pair of nodes (parallel lines must not add up)."""
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    order = np.lexsort((cost, high, low))
    low, high, cost = low[order], high[order], cost[order]
    first = np.ones(len(low), dtype=bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    return coo_matrix((cost[first], (low[first], high[first])), shape=(count, count)).tocsr()
