"""Main streets and the quarters between them, and what each quarter is: centre, houses, park, ..."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Voronoi, cKDTree
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from stadslab.sources.synthetic.bridges import Crossing, tie_islands
from stadslab.sources.synthetic.graph import join_up, parts
from stadslab.sources.synthetic.noise import Floats, bend
from stadslab.sources.synthetic.plan import SHORE_SETBACK_M, Plan

Ints = NDArray[np.int64]

NODING_M = 0.25
"""Lines are noded on a grid this fine: meeting lines share exact points, so the network is joined by construction."""

PEOPLE_PER_HECTARE = {"centre": 115.0, "inner": 175.0, "slabs": 92.0, "houses": 21.0}
HOMES = tuple(PEOPLE_PER_HECTARE)


@dataclass(frozen=True)
class Districts:
    """The skeleton of the town.

    `lines` are the main streets, noded (shape (m,)); `line_kind` is "main", "shore", "path" or "link" per line.
    `faces` are the quarters between them (shape (n,)), `use` what each is, `piece` its island's index in `plan.land`.
    `crossings` are the bridges.
    """

    lines: NDArray[np.object_]
    line_kind: NDArray[np.str_]
    faces: NDArray[np.object_]
    use: NDArray[np.str_]
    piece: Ints
    crossings: tuple[Crossing, ...]


def draw_districts(plan: Plan, random: np.random.Generator) -> Districts | None:
    """Main streets, quarters and bridges for a ground plan; None where its islands cannot be joined as they should."""
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
    # An island with nobody on it needs no bridge; one that no bridge reaches stays a wood, its people live elsewhere.
    use_seed = int(random.integers(2**31))
    out_of_reach: set[int] = set()
    for _ in range(5):
        closed = np.isin(inland_index, sorted(out_of_reach))
        use = _assign_use(plan, faces, inside, piece, closed, np.random.default_rng(use_seed))
        built = ~np.isin(use, ["wood", "park"])
        tied = tie_islands(plan, inland, inland_piece, faces, built)
        if tied is None:
            return None
        crossings, joined = tied
        lost = set(np.unique(inland_index[built]).tolist()) - joined
        use[~np.isin(inland_index, sorted(joined))] = "wood"
        out_of_reach |= lost
        if not lost:
            break
    room = sum(PEOPLE_PER_HECTARE[kind] * shapely.area(faces[use == kind]).sum() / 10_000 for kind in HOMES)
    if room < 0.85 * plan.people:
        return None
    lines = np.array(shapely.get_parts(skeleton), dtype=object)
    kept, kinds = _keep_streets(lines, inland, faces, use, [crossing.line for crossing in crossings], random)
    return Districts(kept, kinds, faces, use, piece, tuple(crossings))


def _inland(plan: Plan) -> tuple[tuple[Polygon, ...], tuple[int, ...]]:
    """Land at least a setback from the water, in parts large enough for a street."""
    parts: list[Polygon] = []
    owner: list[int] = []
    for index, piece in enumerate(plan.land):
        dry = piece.buffer(-SHORE_SETBACK_M - 14).buffer(14, quad_segs=3).simplify(1.0)
        polygons = [part for part in shapely.get_parts(dry) if part.area > 9000]
        polygons.sort(key=lambda part: (-part.area, part.bounds))
        for polygon in polygons[: 1 if index == plan.lone else None]:
            # Straightening the shore can push two parts of one island into each other.
            if all(polygon.distance(other) > 6 for other in parts):
                parts.append(polygon)
                owner.append(index)
    return tuple(parts), tuple(owner)


def _scatter(plan: Plan, random: np.random.Generator) -> Floats:
    """Seeds of quarters, closer together near the centre: darts thrown, those too near an earlier one dropped."""
    radius = plan.radius_m
    near = float(np.clip(0.2 * radius, 105, 230))
    far = float(np.clip(0.27 * radius, 125, 460))
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
    plan: Plan,
    faces: NDArray[np.object_],
    inside: NDArray[np.object_],
    piece: Ints,
    closed: NDArray[np.bool_],
    random: np.random.Generator,
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

    lone = piece == plan.lone
    parks = _green_wedges(plan, x, y, random)
    industry = _yards(plan, x, y, ~lone & (to_station > 0.12 * plan.radius_m))

    # The way to the lone island leads over a neighbour, where a few houses stand from the start.
    beside = _beside_lone(plan, piece)
    toward = shapely.distance(faces, plan.land[plan.lone])
    first = np.flatnonzero((piece == beside) & ~slim)
    keep = {int(first[np.argmin(toward[first])]), int(first[np.argmin(r[first])])} if len(first) else set()

    # Densest quarters first; each kind of home takes its share of the people, so that any size of town has its own
    # centre.
    rungs = np.cumsum(_shares(plan.people))
    wanted = plan.people * 1.03 + 70  # a few houses become schools and clinics
    housed = on_lone = 0.0
    order = np.argsort(-density, kind="stable")
    early = lone.copy()
    early[list(keep)] = True
    for index in order[np.argsort(~early[order], kind="stable")]:
        if closed[index]:
            continue
        if slim[index]:
            use[index] = "park" if density[index] > 0.1 else "wood"
        elif lone[index]:
            # The lone island keeps a wood or a meadow, but most of it is lived on.
            if on_lone < 0.07 * plan.people:
                dense = 92.0 * hectares[index] < 0.05 * plan.people and on_lone == 0
                use[index] = "slabs" if dense else "houses"
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


def _green_wedges(plan: Plan, x: Floats, y: Floats, random: np.random.Generator) -> NDArray[np.bool_]:
    """Parks: not every quarter in the middle of the town is built."""
    r = np.hypot(x, y)
    green = plan.roughness(x * 1.9 + 3 * plan.radius_m, y * 1.9) + random.normal(0, 0.35, len(x))
    core = r < 0.9 * plan.radius_m
    result: NDArray[np.bool_] = core & (green > np.quantile(green[core], 0.87)) & (r > 0.1 * plan.radius_m)
    return result


def _yards(plan: Plan, x: Floats, y: Floats, allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Industry: a few neighbouring quarters on the cheap side of the town, off the centre."""
    chosen = np.zeros(len(x), dtype=bool)
    if plan.people < 4000:
        return chosen
    r = np.hypot(x, y) / plan.radius_m
    fit = allowed & (r > 0.45) & (r < 0.95)
    cost = plan.wealth(x, y) + np.where(fit, 0, 99)
    size = 3 if plan.people < 60_000 else 6
    for _ in range(1 if plan.people < 60_000 else 3):
        heart = int(np.argmin(cost))
        near = np.hypot(x - x[heart], y - y[heart])
        chosen |= fit & (near <= np.sort(near)[min(size, len(near) - 1)])
        cost[near < 0.5 * plan.radius_m] += 99
    return chosen


def _beside_lone(plan: Plan, piece: Ints) -> int:
    """Which other island of some size is nearest to the lone one?"""
    sizes = np.bincount(piece, minlength=len(plan.land))
    others = [index for index in np.flatnonzero(sizes) if index != plan.lone and plan.land[index].area > 30_000]
    return int(min(others, key=lambda index: (shapely.distance(plan.land[index], plan.land[plan.lone]), index)))


def _shares(people: int) -> tuple[float, ...]:
    """Shares of the people in centre, inner town, slabs and houses: a village is mostly houses, a city is not."""
    size = float(np.clip(np.log10(people / 800) / np.log10(250), 0, 1))
    village, city = np.array([0.16, 0.0, 0.14, 0.7]), np.array([0.12, 0.26, 0.36, 0.26])
    return tuple(village + (city - village) * size)


def _keep_streets(
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

    free = touches | (in_park & (random.random(len(lines)) < 0.75))
    if bridges:
        landings = [shapely.get_point(bridge, end) for bridge in bridges for end in (0, -1)]
        free[shapely.STRtree(lines).nearest(landings)] = True
    kind = np.where(shore, "shore", "main").astype("<U6")
    paths = ~free & (random.random(len(lines)) < 0.33)

    # Every island must hang together without its bridges; else a closed bridge would cut an island in two.
    corners = np.concatenate([shapely.get_coordinates(shapely.get_point(lines, end)) for end in (0, -1)])
    inverse = np.unique(np.round(corners * 4).astype(np.int64), axis=0, return_inverse=True)[1].reshape(-1)
    tail, head, count = inverse[: len(lines)], inverse[len(lines) :], int(inverse.max()) + 1
    linked = join_up(tail, head, shapely.length(lines), free, count)
    kind[linked] = "link"
    free |= linked
    # Forest paths stay where they hang together with the streets.
    both = free | paths
    label = parts(tail[both], head[both], count)
    both &= np.isin(label[tail], np.unique(label[tail[free]]))
    kind[both & ~free] = "path"
    return lines[both], kind[both]
