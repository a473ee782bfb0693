"""The ground plan: sea, islands, a lake, the centre, and where the town is dense, rich or old."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
import shapely.ops
from shapely.geometry import MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from stadslab.sources.synthetic.noise import Floats, SmoothField, smooth_field

ORIGIN_LON, ORIGIN_LAT = 19.6, 58.6
"""The town's centre: open Baltic, so that nobody takes it for a real place."""

SHORE_SETBACK_M = 22.0
"""Distance from the waterline to the street along it."""

GRID_CELLS = 440


@dataclass(frozen=True)
class Plan:
    """What lies where before anybody built? All lengths in metres on a plane with the centre at (0, 0).

    `land` are the islands and the mainland (the lake is a hole in one of them); `lone` is the index in `land` of the island
    which will get one single bridge.
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


def draw_plan(people: int, random: np.random.Generator) -> Plan:
    """A ground plan for this many people; redraws until the islands are of use (deterministic for a given generator)."""
    inside_per_km2 = 2500 * (people / 200_000) ** 0.2
    radius = 1000 * math.sqrt(people / inside_per_km2 / math.pi)
    for _ in range(60):
        plan = _try_plan(people, radius, random)
        if plan is not None:
            return plan
    raise RuntimeError(f"no usable ground plan for {people} people in 60 tries; another seed will do")


def _try_plan(people: int, radius: float, random: np.random.Generator) -> Plan | None:
    sea = float(random.uniform(-0.7, 0.7))
    inner = int(np.clip(round(3 + 1.25 * math.log10(people / 800)), 3, 6))
    outer = inner * 2 if people >= 3000 else inner + 3
    far = 14
    seeds, groups = [(0.0, 0.0)], [1]
    water, mainland = 0, 2
    fresh = 3
    turn = sea + float(random.uniform(-0.25, 0.25))
    lone_angle = sea + float(random.choice([-1.0, 1.0])) * float(random.uniform(0.55, 0.95))
    inner_angles = turn + 2 * np.pi * np.arange(inner) / inner + random.uniform(-0.16, 0.16, inner)
    beside_lone = int(np.argmin(np.abs(_turned(inner_angles - lone_angle))))
    bay = int(np.argmax(np.abs(_turned(inner_angles - lone_angle)) * (np.abs(_turned(inner_angles - sea)) < 2.4)))
    for index, angle in enumerate(inner_angles):
        away = radius * float(random.uniform(0.44, 0.56))
        seeds.append((away * math.cos(angle), away * math.sin(angle)))
        if index == bay and people >= 3000:
            groups.append(water)
        elif people < 3000 and index != beside_lone and random.random() < 0.5:
            groups.append(1)
        elif abs(_turned(angle - sea - np.pi)) < 0.9 and random.random() < 0.8:
            groups.append(mainland)
        else:
            groups.append(fresh)
            fresh += 1
    outer_angles = turn + 0.3 + 2 * np.pi * np.arange(outer) / outer + random.uniform(-0.13, 0.13, outer)
    lone_seed = int(np.argmin(np.abs(_turned(outer_angles - inner_angles[beside_lone]))))
    for index, angle in enumerate(outer_angles):
        away = radius * float(random.uniform(0.88, 1.05))
        if index == lone_seed:
            away = radius * 0.92
        seeds.append((away * math.cos(angle), away * math.sin(angle)))
        seaward = abs(_turned(angle - sea))
        if index == lone_seed:
            lone_group = fresh
            groups.append(fresh)
            fresh += 1
        elif abs(index - lone_seed) in (1, outer - 1):
            groups.append(water if seaward < 1.7 else mainland)
        elif seaward < 1.1:
            groups.append(water if random.random() < 0.6 else fresh)
            fresh += 1
        else:
            draw = random.random()
            groups.append(mainland if draw < 0.68 else (fresh if draw < 0.9 else water))
            fresh += 1
    for angle in sea + 2 * np.pi * np.arange(far) / far:
        seeds.append((1.55 * radius * math.cos(angle), 1.55 * radius * math.sin(angle)))
        groups.append(water if abs(_turned(angle - sea)) < 1.75 else mainland)

    half = 1.5 * radius
    ticks = np.linspace(-half, half, GRID_CELLS)
    gx, gy = np.meshgrid(ticks, ticks)
    warp_x, warp_y = smooth_field(random, 0.95 * radius, octaves=4), smooth_field(random, 0.95 * radius, octaves=4)
    width_noise, islets = smooth_field(random, 0.8 * radius), smooth_field(random, 0.22 * radius, octaves=2)
    wx, wy = gx + 0.075 * radius * warp_x(gx, gy), gy + 0.075 * radius * warp_y(gx, gy)
    group_array, near_land, near_other = np.array(groups), None, None
    nearest = np.full((max(groups) + 1, *gx.shape), np.inf)
    for (sx, sy), group in zip(seeds, group_array, strict=True):
        np.minimum(nearest[group], np.hypot(wx - sx, wy - sy), out=nearest[group])
    near_water = nearest[water]
    ordered = np.sort(nearest[1:], axis=0)
    near_land, near_other = ordered[0], ordered[1]
    channel = np.maximum(max(44.0, 0.075 * radius) * (1.1 + 0.45 * width_noise(gx, gy)), max(36.0, 0.045 * radius))
    height = np.minimum(near_other, near_water) - near_land - channel
    rim = np.hypot(gx, gy) / radius
    skerries = 0.055 * radius * islets(gx, gy) - 0.075 * radius - 0.03 * radius * np.maximum(0.6 - rim, 0) * 10
    height = np.maximum(height, np.minimum(skerries, height + 0.35 * radius))
    land = _contours(ticks, height, radius)
    if not land:
        return None

    # The lake lies where the coast is farthest, within the town.
    spots = [
        (float(shapely.distance(piece.exterior, Point(x, y))), x, y)
        for piece in land[:3]
        for x, y in (random.uniform(-1, 1, (160, 2)) * radius).tolist()
        if 0.42 < math.hypot(x, y) / radius < 0.95 and piece.contains(Point(x, y))
    ]
    if not spots:
        return None
    coast, lx, ly = max(spots)
    lake_radius = min(0.15 * radius, 0.52 * coast)
    if lake_radius < 34:
        return None
    lake = _blob(lx, ly, lake_radius, 0.24, random)
    island = _blob(lx + 0.14 * lake_radius, ly, 0.26 * lake_radius, 0.2, random)
    land = [piece.difference(lake) if piece.intersects(lake) else piece for piece in land]
    if any(not isinstance(piece, Polygon) for piece in land):
        return None

    lone_point = Point(*seeds[1 + inner + lone_seed])
    del lone_group
    lone = int(np.argmin([shapely.distance(piece, lone_point) for piece in land]))
    share = land[lone].area / (math.pi * radius**2)
    disc = Point(0, 0).buffer(radius)
    wet = 1 - sum(piece.intersection(disc).area for piece in land) / disc.area
    most = 0.11 if people < 3000 else 0.085
    if not (0.015 < share < most) or land[lone].buffer(-SHORE_SETBACK_M - 20).is_empty or not 0.18 < wet < 0.52:
        return None
    if not land[0].buffer(-SHORE_SETBACK_M).contains(Point(0, 0)) and not any(
        piece.buffer(-SHORE_SETBACK_M).contains(Point(0, 0)) for piece in land
    ):
        return None
    # No land may lie closer to the lone island than its one bridge needs; else readers would expect another.
    lines, stations = _metro(people, radius, sea, land, lone, random)
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


def _turned(angle: Floats | float) -> Floats:
    """Angles folded into (-pi, pi]."""
    result: Floats = np.asarray((np.asarray(angle) + np.pi) % (2 * np.pi) - np.pi)
    return result


def _contours(ticks: Floats, height: Floats, radius: float) -> list[Polygon]:
    """Land polygons, largest first, where `height` is above zero; puddles filled, rocks smaller than a building dropped."""
    from contourpy import FillType, contour_generator

    filled = contour_generator(ticks, ticks, height, fill_type=FillType.OuterOffset).filled(0.0, 1e12)
    half = 1.45 * radius
    frame = box(-half, -half, half, half)
    pieces: list[Polygon] = []
    for points, offsets in zip(filled[0], filled[1], strict=True):
        outline = Polygon(points[offsets[0] : offsets[1]])
        smooth: BaseGeometry = (
            outline.buffer(0).simplify(0.004 * radius).buffer(-6).buffer(6, quad_segs=2).simplify(1.5)
        )
        smooth = smooth.intersection(frame)
        for part in smooth.geoms if isinstance(smooth, MultiPolygon) else [smooth]:
            if isinstance(part, Polygon) and part.area > 900:
                pieces.append(Polygon(part.exterior))
    pieces.sort(key=lambda piece: (-piece.area, piece.bounds))
    return pieces


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
    gap = float(np.clip(0.3 * radius, 420, 950))
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
                if moved > 0.5 * gap or close < 0.55 * gap:
                    continue
                stations.append((round(stop.x, 1), round(stop.y, 1)))
                arm.append(stations[-1])
            arms.append(arm)
        lines.append((*reversed(arms[1]), (0.0, 0.0), *arms[0]))
    return tuple(lines), np.array(stations)
