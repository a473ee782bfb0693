"""The ground plan: sea, islands, a lake, the centre, and where the town is dense, rich or old."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray
from shapely.geometry import Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from stadslab.sources.synthetic.noise import Floats, SmoothField, smooth_field

ORIGIN_LON, ORIGIN_LAT = 19.6, 58.6
"""The town's centre: open Baltic, so that nobody takes it for a real place."""

SHORE_SETBACK_M = 22.0
"""Distance from the waterline to the street along it."""

GRID_CELLS = 250
WATER, CENTRE, MAINLAND, OWN = 0, 1, 2, -1


@dataclass(frozen=True)
class Plan:
    """What lies where before anybody built? All lengths in metres on a plane with the centre at (0, 0).

    `land` are the islands and the mainland (the lake is a hole in one of them); `lone` is the index of the island which
    will get one single bridge. `stations` (shape (n, 2)) are those of all metro `lines`.
    """

    people: int
    radius_m: float
    land: tuple[Polygon, ...]
    lone: int
    lake: Polygon
    lake_island: Polygon
    sea_direction: float
    lines: tuple[tuple[tuple[float, float], ...], ...]
    stations: Floats
    roughness: SmoothField
    taste: SmoothField
    bend_x: SmoothField
    bend_y: SmoothField

    @property
    def frame(self) -> Polygon:
        """The square that the map covers."""
        half = 1.45 * self.radius_m
        return box(-half, -half, half, half)

    def density(self, x: Floats, y: Floats) -> Floats:
        """How built-up is it here, 0 to about 1? Falls from the centre, rises again around stations."""
        r = np.hypot(x, y)
        peak = float(np.clip(0.42 + 0.26 * math.log10(self.people / 800), 0.36, 1.0))
        value = peak * np.exp(-((r / (0.56 * self.radius_m)) ** 1.25))
        reach = float(np.clip(0.16 * self.radius_m, 180, 560))
        for sx, sy in self.stations:
            away = np.hypot(sx, sy) / self.radius_m
            if away > 0.25:
                value = value + 0.34 * peak * np.exp(-(np.hypot(x - sx, y - sy) ** 2) / reach**2)
        result: Floats = value * (1 + 0.16 * self.roughness(x, y))
        return result

    def wealth(self, x: Floats, y: Floats) -> Floats:
        """How well-off, as a smooth score around 0? The seaward shore is dear, the far inland suburbs are not."""
        r = np.hypot(x, y) / self.radius_m
        toward_sea = np.cos(np.arctan2(y, x) - self.sea_direction) * np.minimum(r * 1.6, 1.0)
        result: Floats = 1.1 * toward_sea - 0.5 * np.maximum(r - 0.5, 0) + 0.55 * self.taste(x, y)
        return result


def draw_plan(people: int, random: np.random.Generator) -> Plan | None:
    """A ground plan for this many people, or None where the draw has no place for a lake or a lone island."""
    radius = max(480.0, 1000 * math.sqrt(people / (2500 * (people / 200_000) ** 0.2) / math.pi))
    sea = float(random.uniform(-0.7, 0.7))
    ticks, height = _relief(people, radius, sea, random)
    land = _contours(ticks, height, radius)
    centre = Point(0, 0)
    home = next((index for index, piece in enumerate(land) if piece.contains(centre)), None)
    if home is None or land[home].exterior.distance(centre) < SHORE_SETBACK_M + 30:
        return None
    lone = _lone_island(land, home, radius)
    lakes = _lake(land, radius, random)
    if lone is None or lakes is None:
        return None
    lake, island = lakes
    land = [piece.difference(lake) if piece.intersects(lake) else piece for piece in land]
    if any(not isinstance(piece, Polygon) for piece in land):
        return None
    for _ in range(6):
        lines, stations = _metro(people, radius, sea, land, lone, random)
        if all(len(line) >= 3 for line in lines):
            break
    else:
        return None
    return Plan(
        people=people,
        radius_m=radius,
        land=tuple(land),
        lone=lone,
        lake=lake,
        lake_island=island,
        sea_direction=sea,
        lines=lines,
        stations=stations,
        roughness=smooth_field(random, 0.5 * radius),
        taste=smooth_field(random, 0.8 * radius),
        bend_x=smooth_field(random, 420.0),
        bend_y=smooth_field(random, 420.0),
    )


def _relief(people: int, radius: float, sea: float, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Height above the sea on a square grid: ticks, and heights in metres-like units, shape (n, n).

    Islands are the cells of a bent Voronoi diagram, sounds run along the borders of its groups of cells, so islands lie
    beside each other as in an archipelago and bridges are short. Water and mainland are groups like any other.
    """
    seeds, groups = _island_seeds(people, radius, sea, random)
    half = 1.5 * radius
    ticks = np.linspace(-half, half, GRID_CELLS)
    gx, gy = np.meshgrid(ticks, ticks)
    warp_x, warp_y = smooth_field(random, 0.95 * radius, octaves=4), smooth_field(random, 0.95 * radius, octaves=4)
    width_noise, islets = smooth_field(random, 0.8 * radius), smooth_field(random, 0.22 * radius, octaves=2)
    wx, wy = gx + 0.075 * radius * warp_x(gx, gy), gy + 0.075 * radius * warp_y(gx, gy)
    to_water = np.full(gx.shape, np.inf)
    first, second = np.full(gx.shape, np.inf), np.full(gx.shape, np.inf)
    for group in np.unique(groups):
        nearest = np.full(gx.shape, np.inf)
        for sx, sy in seeds[groups == group]:
            np.minimum(nearest, np.hypot(wx - sx, wy - sy), out=nearest)
        if group == WATER:
            to_water = nearest
        else:
            second = np.minimum(second, np.maximum(first, nearest))
            first = np.minimum(first, nearest)
    widest = max(44.0, 0.075 * radius) * (1.1 + 0.45 * width_noise(gx, gy))
    height = np.minimum(second, to_water) - first - np.maximum(widest, max(36.0, 0.045 * radius))
    rim = np.hypot(gx, gy) / radius
    skerries = 0.055 * radius * islets(gx, gy) - 0.075 * radius - 0.3 * radius * np.maximum(0.6 - rim, 0)
    height = np.maximum(height, np.minimum(skerries, height + 0.35 * radius))
    # The sea stands where a quarter to two fifths of the town's disc is water.
    disc = rim < 1
    wet = float((height[disc] <= 0).mean())
    height = height - float(np.quantile(height[disc], np.clip(wet, 0.26, 0.42)) if not 0.26 <= wet <= 0.42 else 0.0)
    return ticks, height


def _island_seeds(
    people: int, radius: float, sea: float, random: np.random.Generator
) -> tuple[Floats, NDArray[np.int64]]:
    """Seeds of islands in rings around the centre (shape (n, 2)) and the group of each: equal groups make one land."""
    inner = int(np.clip(round(3 + 1.25 * math.log10(people / 800)), 3, 6))
    outer = inner * 2 if people >= 3000 else 8
    seeds, groups = [(0.0, 0.0)], [CENTRE]
    fresh = 3
    turn = sea + float(random.uniform(-0.25, 0.25))

    def add(angle: float, away: float, group: int) -> None:
        nonlocal fresh
        seeds.append((away * math.cos(angle), away * math.sin(angle)))
        groups.append(group if group != OWN else fresh)
        fresh += 1

    bay = int(random.integers(inner)) if people >= 3000 else -1
    for index in range(inner):
        angle = turn + 2 * math.pi * index / inner + float(random.uniform(-0.16, 0.16))
        inland = abs(_turned(angle - sea)) > 2.2
        if index == bay:
            group = WATER
        elif people < 3000:
            group = CENTRE if random.random() < 0.4 else OWN
        else:
            group = MAINLAND if inland and random.random() < 0.8 else OWN
        add(angle, radius * float(random.uniform(0.44, 0.56)), group)
    for index in range(outer):
        angle = turn + 0.3 + 2 * math.pi * index / outer + float(random.uniform(-0.13, 0.13))
        draw = float(random.random())
        if abs(_turned(angle - sea)) < 1.5:
            group = OWN if index % 2 else (WATER if draw < 0.7 else OWN)
        else:
            group = MAINLAND if draw < 0.66 else (OWN if draw < 0.9 else WATER)
        add(angle, radius * float(random.uniform(0.86, 1.03)), group)
    for index in range(14):
        angle = sea + 2 * math.pi * index / 14
        add(angle, 1.55 * radius, WATER if abs(_turned(angle - sea)) < 1.75 else MAINLAND)
    return np.array(seeds), np.array(groups, dtype=np.int64)


def _lone_island(land: list[Polygon], home: int, radius: float) -> int | None:
    """The island best suited to hang on a single bridge: of a good size, off the centre, with a neighbour close by."""
    best: tuple[float, int] | None = None
    for index, piece in enumerate(land):
        share = piece.area / (math.pi * radius**2)
        away = math.hypot(piece.centroid.x, piece.centroid.y) / radius
        if index == home or not 0.014 < share < (0.09 if radius > 900 else 0.13) or not 0.44 < away < 1.25:
            continue
        firm = piece.buffer(-SHORE_SETBACK_M - 14)
        if firm.is_empty or max(part.area for part in shapely.get_parts(firm)) < max(13_000.0, 0.4 * piece.area):
            continue
        others = [other for number, other in enumerate(land) if number != index and other.area > 0.8 * piece.area]
        gap = min((piece.distance(other) for other in others), default=math.inf)
        if gap > max(110.0, 0.14 * radius):
            continue
        fit = abs(math.log(share / 0.045)) + abs(away - 0.9)
        if best is None or fit < best[0]:
            best = (fit, index)
    return None if best is None else best[1]


def _lake(land: list[Polygon], radius: float, random: np.random.Generator) -> tuple[Polygon, Polygon] | None:
    """A lake where the coast is farthest, within the town, and the island in it."""
    tries = random.uniform(-1, 1, (260, 2)) * radius
    away = np.hypot(tries[:, 0], tries[:, 1]) / radius
    tries = tries[(away > 0.42) & (away < 0.98)]
    spots = shapely.points(tries)
    coast = np.zeros(len(tries))
    for piece in land[:3]:
        coast = np.maximum(
            coast, np.where(shapely.contains(piece, spots), shapely.distance(piece.exterior, spots), 0.0)
        )
    x, y = tries[int(np.argmax(coast))].tolist()
    size = min(0.15 * radius, 0.52 * float(coast.max()))
    if size < 32:
        return None
    return _blob(x, y, size, 0.24, random), _blob(x + 0.14 * size, y, 0.26 * size, 0.2, random)


def _turned(angle: Floats | float) -> Floats:
    """Angles folded into (-pi, pi]."""
    result: Floats = np.asarray((np.asarray(angle) + np.pi) % (2 * np.pi) - np.pi)
    return result


def _contours(ticks: Floats, height: Floats, radius: float) -> list[Polygon]:
    """Land polygons, largest first, where `height` is above zero; puddles filled, the smallest rocks dropped."""
    from contourpy import FillType, contour_generator

    rings = contour_generator(ticks, ticks, height, fill_type=FillType.OuterOffset).filled(0.0, 1e12)
    half = 1.45 * radius
    frame = box(-half, -half, half, half)
    pieces: list[Polygon] = []
    for points, offsets in zip(*rings, strict=True):
        if points is None or offsets is None:
            continue
        outline = Polygon(points[offsets[0] : offsets[1]])
        smooth: BaseGeometry = (
            outline.buffer(0).simplify(0.004 * radius).buffer(-6).buffer(6, quad_segs=2).simplify(1.5)
        )
        smooth = smooth.intersection(frame)
        pieces += [Polygon(part.exterior) for part in shapely.get_parts(smooth) if part.area > 900]
    pieces.sort(key=lambda piece: (-piece.area, piece.bounds))
    # A rock in a filled puddle is land already.
    return [
        piece for index, piece in enumerate(pieces) if not any(larger.intersects(piece) for larger in pieces[:index])
    ]


def _blob(x: float, y: float, radius: float, unevenness: float, random: np.random.Generator) -> Polygon:
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    reach = np.ones(40)
    for wave in (2, 3, 5):
        reach += unevenness / wave * np.cos(wave * angles + random.uniform(0, 2 * np.pi)) * 1.5
    return Polygon(np.column_stack([x + radius * reach * np.cos(angles), y + radius * reach * np.sin(angles)]))


def _metro(
    people: int, radius: float, sea: float, land: list[Polygon], lone: int, random: np.random.Generator
) -> tuple[tuple[tuple[tuple[float, float], ...], ...], Floats]:
    """Metro lines as chains of stations through the centre, and all stations; a village has none."""
    if people < 2000:
        return (), np.empty((0, 2))
    dry = shapely.union_all([piece.buffer(-SHORE_SETBACK_M - 25) for index, piece in enumerate(land) if index != lone])
    gap = float(np.clip(0.3 * radius, 300, 950))
    count = 2 if people < 120_000 else 3
    first = sea + math.pi / 2 + float(random.uniform(-0.25, 0.25))
    stations: list[tuple[float, float]] = [(0.0, 0.0)]
    lines = []
    for number in range(count):
        heading = first + number * math.pi / count
        arms = []
        for way in (heading, heading + math.pi):
            arm: list[tuple[float, float]] = []
            direction, x, y = way, 0.0, 0.0
            while math.hypot(x, y) < 0.9 * radius and len(arm) < 9:
                direction = way + 0.35 * (direction - way) + float(random.uniform(-0.38, 0.38))
                step = gap * (0.75 if not arm else 1.0)
                x, y = x + step * math.cos(direction), y + step * math.sin(direction)
                if math.hypot(x, y) > 1.08 * radius:
                    break
                stop = shapely.ops.nearest_points(dry, Point(x, y))[0]
                moved = math.hypot(stop.x - x, stop.y - y)
                close = min(math.hypot(stop.x - sx, stop.y - sy) for sx, sy in stations)
                around = stop.buffer(0.3 * gap)
                if moved > 0.5 * gap or close < 0.55 * gap or dry.intersection(around).area < 0.6 * around.area:
                    continue
                stations.append((round(stop.x, 1), round(stop.y, 1)))
                arm.append(stations[-1])
            arms.append(arm)
        lines.append((*reversed(arms[1]), (0.0, 0.0), *arms[0]))
    return tuple(lines), np.array(stations)
