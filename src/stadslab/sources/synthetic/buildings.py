"""Houses along the streets: none in the water, none on a street, none through another, flats enough for everybody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from stadslab.sources.synthetic.districts import Districts
from stadslab.sources.synthetic.noise import Floats
from stadslab.sources.synthetic.plan import Plan
from stadslab.sources.synthetic.streets import Streets

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Style:
    """How one kind of quarter is built.

    Metres; `rows` counts rows of houses behind each other, `skip` the share of plots left open.
    """

    width: tuple[float, float]
    depth: float
    setback: float
    gap: float
    levels: tuple[int, int]
    tag: str
    rows: int = 1
    skip: float = 0.04
    row_gap: float = 24.0


STYLES = {
    "centre": Style((17, 27), 13, 9.5, 0.8, (4, 6), "apartments", skip=0.03),
    "inner": Style((20, 30), 12.5, 11, 1.0, (4, 6), "apartments", skip=0.08),
    "slabs": Style((30, 62), 12, 17, 17, (3, 5), "apartments", rows=2, skip=0.08),
    "houses": Style((9, 14), 9, 12.5, 8.5, (1, 2), "house", rows=1, skip=0.06),
    "industry": Style((34, 80), 34, 22, 18, (1, 2), "industrial", skip=0.15),
    "allotments": Style((4, 6), 4, 9, 11, (1, 1), "hut", rows=2, skip=0.2, row_gap=9),
}
HOUSEHOLD = {"apartments": 1.95, "house": 2.75}
GROSS_M2_PER_FLAT = 88.0


@dataclass
class Buildings:
    """All houses, one entry per house in every array (shape (n,) unless said).

    `outline` polygon, `tag` (OSM building value), `levels`, `flats`, `residents`, `jobs`, `block` (index of the street
    block), `use` of the quarter, `piece` (island), `middle` and `entrance` (shape (n, 2), metres; the entrance is on
    the wall that faces the street).
    """

    outline: NDArray[np.object_]
    tag: NDArray[np.str_]
    levels: Ints
    flats: Ints
    residents: Ints
    jobs: Ints
    block: Ints
    use: NDArray[np.str_]
    piece: Ints
    middle: Floats
    entrance: Floats

    def without(self, drop: NDArray[np.bool_]) -> Buildings:
        """The same houses less those marked."""
        keep = ~drop
        return Buildings(
            self.outline[keep],
            self.tag[keep],
            self.levels[keep],
            self.flats[keep],
            self.residents[keep],
            self.jobs[keep],
            self.block[keep],
            self.use[keep],
            self.piece[keep],
            self.middle[keep],
            self.entrance[keep],
        )


@dataclass(frozen=True)
class Blocks:
    """The pieces of land between streets and shores; together they are the land.

    Shape (n,) each; `use` and `piece` as in Districts.
    """

    outline: NDArray[np.object_]
    use: NDArray[np.str_]
    piece: Ints
    middle: Floats


def cut_blocks(plan: Plan, districts: Districts, streets: Streets) -> Blocks:
    """Land cut along every street (bridges aside)."""
    coast = [ring for piece in plan.land for ring in (piece.exterior, *piece.interiors)]
    dry = streets.line[~streets.bridge & ~streets.tunnel]
    faces = np.array(shapely.get_parts(shapely.polygonize([*dry, *coast])), dtype=object)
    inside = shapely.point_on_surface(faces)
    found, piece = shapely.STRtree(list(plan.land)).query(inside, predicate="within")
    faces, inside = faces[found], inside[found]
    faces = np.append(faces, np.array([plan.lake_island], dtype=object))
    inside = np.append(inside, np.array([plan.lake_island.representative_point()], dtype=object))
    piece = np.append(piece, -1)
    bounds = shapely.bounds(faces)
    order = np.lexsort((bounds[:, 3], bounds[:, 2], bounds[:, 1], bounds[:, 0]))
    faces, inside, piece = faces[order], inside[order], piece[order]
    use = np.full(len(faces), "wood", dtype="<U12")
    block, quarter = shapely.STRtree(districts.faces).query(inside, predicate="within")
    use[block] = districts.use[quarter]
    return Blocks(faces, use, piece.astype(np.int64), shapely.get_coordinates(inside))


def draw_buildings(
    plan: Plan, districts: Districts, streets: Streets, blocks: Blocks, random: np.random.Generator
) -> Buildings:
    """Rectangles along both sides of the streets, in the manner of each quarter."""
    faces = districts.faces
    shapely.prepare(faces)
    face_tree = shapely.STRtree(faces)
    fronting = np.flatnonzero(~streets.bridge & ~streets.tunnel & (streets.rank != "path") & (streets.length_m > 24))
    line, length = streets.line[fronting], streets.length_m[fronting]
    wide: Floats = np.where(np.isin(streets.rank[fronting], ["primary", "secondary"]), 4.0, 0.0)
    middle = shapely.get_coordinates(shapely.line_interpolate_point(line, 0.5, normalized=True))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, length / 2 + 3))
    along = (ahead - middle) / np.maximum(np.hypot(*(ahead - middle).T), 1e-9)[:, None]
    parts = []
    size = float(np.clip(np.log10(plan.people / 800) / np.log10(60), 0, 1))
    for side in (1.0, -1.0):
        probe = middle + side * 14 * np.column_stack([-along[:, 1], along[:, 0]])
        edge_of, face_of = face_tree.query(shapely.points(probe), predicate="within")
        face = np.full(len(line), -1)
        face[edge_of] = face_of
        use = np.where(face >= 0, districts.use[np.maximum(face, 0)], "")
        for kind, style in STYLES.items():
            chosen = np.flatnonzero(use == kind)
            parts += [
                _plots(style, kind, row, line[chosen], length[chosen], wide[chosen], side, face[chosen], size, random)
                for row in range(style.rows)
            ]
    rect = np.concatenate([part[0] for part in parts])
    claim = np.concatenate([part[1] for part in parts])
    face = np.concatenate([part[2] for part in parts])
    levels = np.concatenate([part[3] for part in parts])
    use = np.concatenate([part[4] for part in parts])
    order_of = np.concatenate([part[5] for part in parts])
    entrance = np.concatenate([part[6] for part in parts])
    fits = shapely.contains(faces[face], claim)
    rect, claim, face, levels = rect[fits], claim[fits], face[fits], levels[fits]
    use, order_of, entrance = use[fits], order_of[fits], entrance[fits]
    clear = np.ones(len(rect), dtype=bool)
    hit, _ = shapely.STRtree(streets.line).query(rect, predicate="dwithin", distance=4.5)
    clear[hit] = False
    rect, claim, face, levels = rect[clear], claim[clear], face[clear], levels[clear]
    use, order_of, entrance = use[clear], order_of[clear], entrance[clear]
    taken = _first_come(claim, order_of)
    rect, face, levels, use, entrance = rect[taken], face[taken], levels[taken], use[taken], entrance[taken]
    centroid = shapely.get_coordinates(shapely.centroid(rect))
    of, block = shapely.STRtree(blocks.outline).query(shapely.points(centroid), predicate="within")
    at = np.full(len(rect), -1)
    at[of] = block
    order = np.lexsort((centroid[:, 1], centroid[:, 0], at))
    order = order[at[order] >= 0]
    rect, face, levels, use, entrance = rect[order], face[order], levels[order], use[order], entrance[order]
    centroid, at = centroid[order], at[order]
    tag = np.array([STYLES[str(item)].tag for item in use], dtype="<U16")
    _mix(plan, tag, use, centroid, random)
    none = np.zeros(len(rect), dtype=np.int64)
    return Buildings(
        outline=rect,
        tag=tag,
        levels=levels,
        flats=none.copy(),
        residents=none.copy(),
        jobs=none.copy(),
        block=at.astype(np.int64),
        use=use,
        piece=districts.piece[face],
        middle=centroid,
        entrance=entrance,
    )


def _plots(
    style: Style,
    kind: str,
    row: int,
    line: NDArray[np.object_],
    length: Floats,
    wide: Floats,
    side: float,
    face: Ints,
    size: float,
    random: np.random.Generator,
) -> tuple[NDArray[np.object_], NDArray[np.object_], Ints, Ints, NDArray[np.str_], Floats, Floats]:
    """Candidate houses along one side of these streets, one row deep.

    Outlines, claimed ground, quarter, levels, use, order of building and entrance, each with one entry per house.
    """
    pitch = sum(style.width) / 2 + style.gap
    corner = 8.0 if kind in ("centre", "inner") else 11.0
    count = np.floor((length - 2 * corner) / pitch).astype(int).clip(0)
    if kind in ("centre", "inner"):
        count = np.maximum(count, (length > 38).astype(int))
    street = np.repeat(np.arange(len(line)), count)
    number = np.arange(len(street)) - np.repeat(np.cumsum(count) - count, count)
    room = (length - 2 * corner)[street] / np.maximum(count[street], 1)
    at = corner + room * (number + 0.5)
    width = np.minimum(random.uniform(*style.width, len(street)), room - style.gap)
    if kind in ("centre", "inner"):
        width = np.minimum(room - style.gap, style.width[1])
    depth = style.depth * random.uniform(0.88, 1.12, len(street))
    jitter = random.uniform(-0.5, 3.0, len(street)) if kind not in ("centre", "inner") else 0.0
    off = style.setback + wide[street] + jitter + row * (style.depth + style.row_gap)
    tower = (kind == "slabs") & (size > 0.2) & (random.random(len(street)) < 0.12)
    width, depth = np.where(tower, 21.0, width), np.where(tower, 20.0, depth)
    point = shapely.get_coordinates(shapely.line_interpolate_point(line[street], at)).reshape(-1, 2)
    front = shapely.get_coordinates(shapely.line_interpolate_point(line[street], at + 4)).reshape(-1, 2)
    back = shapely.get_coordinates(shapely.line_interpolate_point(line[street], at - 4)).reshape(-1, 2)
    u = front - back
    u = u / np.maximum(np.hypot(u[:, 0], u[:, 1]), 1e-9)[:, None]
    v = side * np.column_stack([-u[:, 1], u[:, 0]])
    levels = random.integers(style.levels[0], style.levels[1] + 1, len(street))
    if kind in ("centre", "inner", "slabs"):
        levels = np.maximum(2, np.round(levels * (0.5 + 0.5 * size))).astype(np.int64)
    levels = np.where(tower, levels + 4, levels)
    chance = np.where(random.random(len(street)) < (style.skip if row == 0 else 0.35), False, True)

    def box(margin: float) -> NDArray[np.object_]:
        half = (width / 2 + margin)[:, None]
        near, far = (off - margin)[:, None], (off + depth + margin)[:, None]
        corners = np.stack(
            [
                point - u * half + v * near,
                point + u * half + v * near,
                point + u * half + v * far,
                point - u * half + v * far,
            ],
            axis=1,
        )
        result: NDArray[np.object_] = shapely.polygons(np.round(corners, 2))
        return result

    outline, claim = box(0.0), box(min(style.gap / 2, 6.0) * 0.9 if kind not in ("centre", "inner") else 0.15)
    entrance = np.round(point + v * off[:, None], 2)
    order = row * 10.0 + random.random(len(street))
    keep = chance & (width > 3.5)
    return (
        outline[keep], claim[keep], face[street][keep], levels[keep].astype(np.int64),
        np.full(int(keep.sum()), kind, dtype="<U12"), order[keep], entrance[keep],
    )  # fmt: skip


def _first_come(claim: NDArray[np.object_], order_of: Floats) -> Ints:
    """Which candidates stand when each gives way to earlier ones that it would overlap?"""
    one, other = shapely.STRtree(claim).query(claim, predicate="intersects")
    later = order_of[one] > order_of[other]
    one, other = one[later], other[later]
    order = np.argsort(one, kind="stable")
    one, other = one[order], other[order]
    start = np.searchsorted(one, np.arange(len(claim)))
    stop = np.searchsorted(one, np.arange(len(claim)), side="right")
    stands = np.zeros(len(claim), dtype=bool)
    for index in np.argsort(order_of, kind="stable").tolist():
        stands[index] = not stands[other[start[index] : stop[index]]].any()
    result: Ints = np.flatnonzero(stands)
    return result


def _mix(plan: Plan, tag: NDArray[np.str_], use: NDArray[np.str_], middle: Floats, random: np.random.Generator) -> None:
    """Offices and shops in the middle of town; terraces and warehouses elsewhere."""
    lot = random.random(len(tag))
    r = np.hypot(middle[:, 0], middle[:, 1]) / plan.radius_m
    share = np.where(use == "centre", 0.34, np.where(use == "inner", 0.09, 0.0)) * np.where(r < 0.18, 1.3, 0.7)
    if plan.people < 3000:
        share = share * 0.3
    tag[lot < share] = "office"
    tag[(lot < share * 0.35)] = "retail"
    tag[(use == "industry") & (lot < 0.35)] = "warehouse"


def settle(buildings: Buildings, people: int) -> None:
    """Flats and residents for every house, in place; residents add up to `people` exactly."""
    area = shapely.area(buildings.outline)
    blocks_of_flats = buildings.tag == "apartments"
    single = buildings.tag == "house"

    def flats(factor: float) -> tuple[Ints, Ints]:
        levels = np.where(blocks_of_flats, np.maximum(1, np.round(buildings.levels * factor)), buildings.levels).astype(
            np.int64
        )
        count = np.where(blocks_of_flats, np.maximum(1, np.round(area * levels / GROSS_M2_PER_FLAT)), 0)
        return levels, np.where(single, 1, count).astype(np.int64)

    best = (np.inf, *flats(1.0))
    for factor in np.geomspace(0.5, 2.0, 57):
        levels, count = flats(float(factor))
        housed = float(
            count[blocks_of_flats].sum() * HOUSEHOLD["apartments"] + count[single].sum() * HOUSEHOLD["house"]
        )
        if abs(housed - people) < best[0]:
            best = (abs(housed - people), levels, count)
    buildings.levels[:], buildings.flats[:] = best[1], best[2]
    weight = buildings.flats * np.where(single, HOUSEHOLD["house"], HOUSEHOLD["apartments"])
    buildings.residents[:] = whole_shares(weight.astype(np.float64), people)


def whole_shares(weight: Floats, total: int) -> Ints:
    """Whole numbers in proportion to `weight` (shape (n,)) that add up to `total` exactly.

    By largest remainders; ties go by position.
    """
    exact = weight * (total / weight.sum())
    whole = np.floor(exact).astype(np.int64)
    rest = total - int(whole.sum())
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[:rest]] += 1
    result: Ints = whole
    return result


def spread_centres(points: Floats, weight: Floats, count: int, random: np.random.Generator) -> Floats:
    """`count` points, each with some of the weight around it (Lloyd's k-means, seeded), shape (count, 2)."""
    chosen = random.choice(len(points), size=count, replace=False, p=weight / weight.sum())
    centres: Floats = points[np.sort(chosen)]
    for _ in range(12):
        nearest = cKDTree(centres).query(points)[1]
        mass = np.bincount(nearest, weights=weight, minlength=count)
        x = np.bincount(nearest, weights=weight * points[:, 0], minlength=count)
        y = np.bincount(nearest, weights=weight * points[:, 1], minlength=count)
        some = mass > 0
        centres[some] = np.column_stack([x[some], y[some]]) / mass[some, None]
    return centres
