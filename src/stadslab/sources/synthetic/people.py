"""Statistical areas and who lives in them: ages, incomes and origins, whole numbers that add up in every direction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely.geometry import MultiPolygon, Polygon

from stadslab.sources.synthetic.buildings import Blocks, Buildings, spread_centres, whole_shares
from stadslab.sources.synthetic.names import NameGiver
from stadslab.sources.synthetic.noise import Floats
from stadslab.sources.synthetic.plan import Plan

Ints = NDArray[np.int64]

AGES = ("age_0_5", "age_6_15", "age_16_64", "age_65_79", "age_80_plus")
INCOMES = ("income_low", "income_mid", "income_high")
ORIGINS = ("origin_native", "origin_foreign")
DISSIMILARITY = 0.35
FOREIGN_SHARE = 0.24


@dataclass(frozen=True)
class Areas:
    """Statistical areas, which tile the land.

    Shape (n,): `code`, `name`, `outline` (metres), `lone` (on the lone island). `of_block` maps street blocks to areas,
    `counts` has one column of whole numbers per group, `withheld` lists suppressed cells (code, column).
    """

    code: tuple[str, ...]
    name: tuple[str, ...]
    outline: NDArray[np.object_]
    lone: NDArray[np.bool_]
    of_block: Ints
    counts: dict[str, Ints]
    withheld: tuple[tuple[str, str], ...]


def draw_areas(
    plan: Plan, blocks: Blocks, buildings: Buildings, giver: NameGiver, random: np.random.Generator
) -> Areas:
    """Street blocks gathered into areas of about 1,500 people (fewer in a small town), island by island."""
    people: Floats = np.bincount(buildings.block, weights=buildings.residents, minlength=len(blocks.outline)).astype(
        np.float64
    )
    target = float(np.clip(plan.people / 24, 55, 1500))
    of_block = np.full(len(blocks.outline), -1, dtype=np.int64)
    centres: list[Floats] = []
    made = 0
    for piece in range(-1, len(plan.land)):
        members = np.flatnonzero((blocks.piece == piece) & (people > 0))
        if not len(members):
            continue
        count = max(1, round(people[members].sum() / target))
        if people[members].sum() < 0.3 * target and piece != plan.lone:
            continue  # too few for an area of their own: they are counted with their neighbours across the water
        middles = spread_centres(blocks.middle[members], people[members], min(count, len(members)), random)
        label = _even_out(blocks.middle[members], people[members], middles)
        label = _merge_small(blocks.middle[members], people[members], np.asarray(label), 0.3 * target)
        used, label = np.unique(label, return_inverse=True)
        of_block[members] = made + label
        for number in range(len(used)):
            mine = members[label == number]
            centres.append(np.average(blocks.middle[mine], axis=0, weights=people[mine]))
        made += len(used)
    # Woods, quays and skerries go with the nearest area of their own island, else with the nearest of all but the lone
    # one.
    all_centres = np.array(centres)
    settled = np.flatnonzero(of_block >= 0)
    for block in np.flatnonzero(of_block < 0).tolist():
        own = settled[blocks.piece[settled] == blocks.piece[block]]
        if not len(own):
            own = settled[blocks.piece[settled] != plan.lone]
        near = own[np.argmin(np.hypot(*(blocks.middle[own] - blocks.middle[block]).T))]
        of_block[block] = of_block[near]
    order = np.lexsort((np.round(all_centres[:, 0]), np.round(-all_centres[:, 1] / 400)))
    renumber = np.empty(made, dtype=np.int64)
    renumber[order] = np.arange(made)
    of_block = renumber[of_block]
    all_centres = all_centres[order]
    sorted_blocks = np.argsort(of_block, kind="stable")
    splits = np.searchsorted(of_block[sorted_blocks], np.arange(1, made))
    outline = np.array(
        [shapely.coverage_union_all(blocks.outline[part]) for part in np.split(sorted_blocks, splits)], dtype=object
    )
    lone = np.zeros(made, dtype=bool)
    lone[of_block[(blocks.piece == plan.lone) & (people > 0)]] = True
    total = np.bincount(of_block[buildings.block], weights=buildings.residents, minlength=made).astype(np.int64)
    jobs = np.bincount(of_block[buildings.block], weights=buildings.jobs, minlength=made).astype(np.int64)
    counts = {"total": total, **_groups(plan, all_centres, total, random), "jobs": jobs}
    code = tuple(f"S{number + 1:04d}" for number in range(made))
    return Areas(
        code, tuple(giver.district() for _ in code), outline, lone, of_block, counts, _withhold(code, counts, lone)
    )


def _even_out(points: Floats, weight: Floats, centres: Floats) -> Ints:
    """Labels by nearest centre, where crowded centres reach less far; a few rounds bring the sizes together."""
    handicap = np.zeros(len(centres))
    label = cKDTree(centres).query(points)[1]
    if len(centres) == 1:
        return np.asarray(label, dtype=np.int64)
    reach = np.sqrt(np.ptp(points[:, 0]) * np.ptp(points[:, 1]) / len(centres)) + 1.0
    for _ in range(25):
        distance = (
            np.hypot(points[:, None, 0] - centres[None, :, 0], points[:, None, 1] - centres[None, :, 1]) + handicap
        )
        label = np.argmin(distance, axis=1)
        mass = np.bincount(label, weights=weight, minlength=len(centres))
        handicap += 0.12 * reach * np.clip(mass / mass.mean() - 1, -1, 1)
    return np.asarray(label, dtype=np.int64)


def _merge_small(points: Floats, weight: Floats, label: Ints, least: float) -> Ints:
    """Areas with fewer people than `least` join the nearest other one."""
    label = label.copy()
    while True:
        used = np.unique(label)
        mass = np.array([weight[label == one].sum() for one in used])
        if len(used) == 1 or mass.min() >= least:
            return label
        small = used[int(np.argmin(mass))]
        middle = np.average(points[label == small], axis=0, weights=weight[label == small])
        others = np.flatnonzero(label != small)
        nearest = others[np.argmin(np.hypot(*(points[others] - middle).T))]
        label[label == small] = label[nearest]


def _groups(plan: Plan, centres: Floats, total: Ints, random: np.random.Generator) -> dict[str, Ints]:
    """Ages, incomes and origins per area; each set adds up to the total of its area."""
    x, y = centres[:, 0], centres[:, 1]
    r = np.hypot(x, y) / plan.radius_m
    rich = plan.wealth(x, y) + random.normal(0, 0.12, len(x))
    families = np.clip((r - 0.2) * 1.4, 0, 1)
    old = plan.roughness(y * 0.8, x * 0.8)
    ages = np.column_stack([
        0.055 + 0.035 * families, 0.08 + 0.075 * families, 0.66 - 0.12 * families - 0.02 * old,
        0.11 + 0.03 * old + 0.0 * x, 0.045 + 0.014 * old,
    ]).clip(0.01)  # fmt: skip
    high, low = _logistic(1.1 * rich - 1.1), _logistic(-1.2 * rich - 1.0)
    incomes = np.column_stack([low, np.maximum(1 - low - high, 0.12), high])
    result: dict[str, Ints] = {}
    for names, shares in ((AGES, ages), (INCOMES, incomes)):
        whole = np.array([whole_shares(row, int(count)) for row, count in zip(shares, total, strict=True)])
        result |= {name: whole[:, column] for column, name in enumerate(names)}
    inland = -rich + 0.9 * np.maximum(r - 0.45, 0) + 0.35 * plan.roughness(x * 1.3 - 500, y * 1.3)
    foreign = _plant_dissimilarity(inland, total)
    result |= {"origin_native": total - foreign, "origin_foreign": foreign}
    return result


def _logistic(value: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-value))
    return result


def dissimilarity(one: Ints, other: Ints) -> float:
    """What share of either group would have to move for both to be spread alike? 0 to 1 (Duncan and Duncan 1955)."""
    return float(0.5 * np.abs(one / one.sum() - other / other.sum()).sum())


def _plant_dissimilarity(score: Floats, total: Ints) -> Ints:
    """Foreign-born per area with the planted dissimilarity, to within the last person that can be moved."""
    spread = (score - np.average(score, weights=total)) / max(float(np.std(score)), 1e-9)

    def counts(steepness: float) -> Floats:
        low, high = -12.0, 12.0
        for _ in range(60):
            middle = (low + high) / 2
            if float((_logistic(steepness * spread + middle) * total).sum()) > FOREIGN_SHARE * total.sum():
                high = middle
            else:
                low = middle
        result: Floats = _logistic(steepness * spread + low) * total
        return result

    low, high = 0.0, 6.0
    for _ in range(50):
        middle = (low + high) / 2
        exact = counts(middle)
        if 0.5 * np.abs(exact / exact.sum() - (total - exact) / (total - exact).sum()).sum() > DISSIMILARITY:
            high = middle
        else:
            low = middle
    exact = counts(low)
    start = round(float(exact.sum()))
    whole = np.minimum(whole_shares(exact, start), total)
    if len(total) > 60:
        return whole
    best = (np.inf, whole)
    for more in (0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5):
        whole = np.minimum(whole_shares(exact, start + more), total)
        _settle_rounding(whole, total)
        off = abs(dissimilarity(whole, total - whole) - DISSIMILARITY)
        if off < best[0]:
            best = (off, whole)
        if off < 0.002:
            break
    return best[1]


def _settle_rounding(foreign: Ints, total: Ints) -> None:
    """In a small town rounding moves the index: single people are moved, in place, until no move brings it closer."""

    def off() -> float:
        return abs(dissimilarity(foreign, total - foreign) - DISSIMILARITY)

    while off() > 2e-4:
        best = (off() - 1e-12, -1, -1)
        for donor in np.flatnonzero(foreign > 0).tolist():
            foreign[donor] -= 1
            for taker in np.flatnonzero(foreign < total).tolist():
                foreign[taker] += 1
                best = min(best, (off(), donor, taker))
                foreign[taker] -= 1
            foreign[donor] += 1
        if best[1] < 0:
            return
        foreign[best[1]] -= 1
        foreign[best[2]] += 1


def _withhold(code: tuple[str, ...], counts: dict[str, Ints], lone: NDArray[np.bool_]) -> tuple[tuple[str, str], ...]:
    """Cells a statistical office would not print: the two smallest of the smallest areas, so that no sum tells one."""
    order = [
        int(index)
        for index in np.argsort(counts["total"], kind="stable")
        if not lone[index] and counts["total"][index] > 0
    ]
    withheld: list[tuple[str, str]] = []
    for rank, index in enumerate(order[: max(1, min(4, len(order) // 8))]):
        names = AGES if rank % 2 == 0 else INCOMES
        smallest = sorted(names, key=lambda name: (int(counts[name][index]), name))[:2]
        withheld += [(code[index], name) for name in sorted(smallest)]
    return tuple(withheld)


def as_polygons(outline: NDArray[np.object_]) -> list[MultiPolygon]:
    """Every outline as a multipolygon (one geometry type per file)."""
    return [MultiPolygon([shape]) if isinstance(shape, Polygon) else shape for shape in outline]
