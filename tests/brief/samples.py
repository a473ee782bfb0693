"""A small made-up city of hexagons with people, and comparisons on it: no source, build or lab is needed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import h3
import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from stadslab.brief.figures import Mark
from stadslab.brief.model import BriefContent
from stadslab.core.city import City
from stadslab.core.compare import Comparison
from stadslab.core.indicator import Indicator, indicator
from stadslab.core.layer import Layer, Stamp, Verdict
from stadslab.core.receipt import Receipt
from stadslab.core.scenario import Scenario
from stadslab.core.support import Population, Support
from stadslab.core.units import Count, Metres, Minutes
from stadslab.core.values import Reason, Values

MIDDLE = (59.33, 18.06)


@indicator(
    question="How many minutes does it take to walk to the nearest school?",
    unit="min",
    default_direction="cost",
    cites=("hansen1959",),
    blind_spots=("opening hours", "slope", "safety at night"),
)
def minutes_to_school(
    streetgraph: Any, places: Any, support: Any, *, limit: Minutes = 60, kth: Count = 1, snap_m: Metres = 200
) -> Any:
    """Walking time to the k-th nearest school, from each unit of the support.

    Streets only; stairs count as streets.
    """


@indicator(
    question="How many shops can people here reach on foot?",
    unit="shops",
    default_direction="benefit",
    blind_spots=("opening hours",),
)
def shops_near(streetgraph: Any, places: Any, support: Any, *, minutes: Minutes = 15) -> Any:
    """Shops within `minutes` on foot, from each unit of the support."""


def hexagons(rings: int = 12, resolution: int = 10) -> Support:
    """Cells around one middle, in the order of their ids."""
    cells = sorted(h3.grid_disk(h3.latlng_to_cell(*MIDDLE, resolution), rings))
    shapes = [shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(cell)]) for cell in cells]
    points = np.array([h3.cell_to_latlng(cell)[::-1] for cell in cells], np.float64)
    return Support(f"h3:{resolution}", tuple(cells), pa.array(shapely.to_wkb(shapes), pa.binary()), points)


def population(support: Support, seed: int = 1, scale: int = 60) -> Population:
    """People by age and origin, unevenly spread; the groups of each dimension add up to everybody."""
    rng = np.random.default_rng(seed)
    west = support.points[:, 0] < np.median(support.points[:, 0])
    total = rng.poisson(np.where(rng.random(len(support)) < 0.25, 0, scale)).astype(np.int64)
    old = rng.binomial(total, np.where(west, 0.30, 0.12)).astype(np.int64)
    young = rng.binomial(total - old, 0.25).astype(np.int64)
    abroad = rng.binomial(total, np.where(west, 0.1, 0.35)).astype(np.int64)
    counts = {
        ("total", "all"): total,
        ("age", "0–17"): young,
        ("age", "18–64"): total - old - young,
        ("age", "65 and older"): old,
        ("origin", "born abroad"): abroad,
        ("origin", "born here"): total - abroad,
    }
    return Population(support.digest, counts, {}, {}, "spread in proportion to dwellings")


def receipt(
    support: Support, which: Indicator, scenario: Scenario | None = None, draws: int = 1, **params: Any
) -> Receipt:
    """A receipt that names made-up inputs."""
    return Receipt(
        city="Sample & Sons",
        crs="EPSG:3006",
        indicator=which.id,
        method=1,
        params=params,
        support=support.kind,
        support_digest=support.digest,
        inputs={"streets": "a" * 32, "places": ("b" if scenario is None else "c") * 32},
        scenario=None if scenario is None else scenario.to_json(),
        draws=draws,
        assumptions=("People walk at 1.3 m/s.",),
        software="stadslab 0.1",
    )


def values(
    support: Support,
    draws: NDArray[np.float64],
    which: Indicator = minutes_to_school,
    scenario: Scenario | None = None,
    reason: NDArray[np.int8] | None = None,
    **params: Any,
) -> Values:
    """Values of an indicator from an array of draws (or of one draw)."""
    table = draws[:, None] if draws.ndim == 1 else draws
    if reason is None:
        reason = np.where(
            np.isnan(table[:, 0]),
            Reason.NO_STREET_NEAR,
            np.where(np.isinf(table[:, 0]), Reason.NOT_CONNECTED, Reason.KNOWN),
        ).astype(np.int8)
    made_of = receipt(support, which, scenario, table.shape[1], **params)
    return Values(
        which.id,
        which.question,
        which.unit,
        which.default_direction,
        support,
        table.astype(np.float64),
        reason,
        made_of,
    )


def school_comparison(
    draws: int = 1, rings: int = 12, scenario: Scenario | None = None, resolution: int = 10
) -> Comparison:
    """A street closes in the west and a school opens in the north-east: some lose, some gain, a corner is cut off."""
    support = hexagons(rings, resolution)
    flat = (support.points - support.points.mean(axis=0)) * np.array([0.51, 1.0]) * 111_195
    rng = np.random.default_rng(7)
    span = np.abs(flat).max()
    schools = np.array([[-0.5, -0.2], [0.4, -0.6], [0.1, 0.2]]) * span
    near = np.min(np.linalg.norm(flat[:, None, :] - schools[None], axis=2), axis=1) / 80 * 1.3
    base = near[:, None] * (1 + 0.08 * rng.standard_normal(draws)[None, :] * (draws > 1))
    new = np.linalg.norm(flat - np.array([0.6, 0.55]) * span, axis=1) / 80 * 1.3
    after = np.minimum(base, new[:, None])
    blocked = (np.hypot(flat[:, 0] + 0.75 * span, flat[:, 1] + 0.3 * span) < 0.3 * span)[:, None]
    after = after + np.where(
        blocked,
        np.clip(3.0 - 0.004 * flat[:, 1:2] + 2.5 * rng.standard_normal((1, draws)) * (draws > 1), -2, None),
        0.0,
    )
    far = flat[:, 0] < -0.93 * span
    after[far & (flat[:, 1] < 0)] = np.inf
    base[far & (flat[:, 1] >= 0.12 * span)] = np.inf
    unknown = (flat[:, 1] > 0.8 * span) & (flat[:, 0] < 0.2 * span)
    base[unknown] = after[unknown] = np.nan
    both = flat[:, 1] < -0.88 * span
    base[both] = after[both] = np.inf
    params = {"limit": 60.0, "kth": 1, "snap_m": 200.0}
    return Comparison(
        values(support, base, **params), values(support, after, scenario=scenario, **params), population(support)
    )


def shops_comparison(rings: int = 12) -> Comparison:
    """Whole numbers: more is better."""
    support = hexagons(rings)
    rng = np.random.default_rng(3)
    base = rng.poisson(
        4 + 20 * np.exp(-(((support.points - support.points.mean(axis=0)) / 0.006) ** 2).sum(axis=1))
    ).astype(float)
    after = (
        base
        + np.where(rng.random(len(base)) < 0.1, -rng.integers(1, 4, len(base)), 0)
        + np.where(rng.random(len(base)) < 0.2, 2, 0)
    )
    after = np.maximum(after, 0)
    return Comparison(
        values(support, base, shops_near, minutes=15.0),
        values(support, after, shops_near, minutes=15.0),
        population(support),
    )


def stamp(
    title: str = "Streets of Sample", *, synthetic: bool = False, attribution: str = "© OpenStreetMap contributors"
) -> Stamp:
    """Where the sample layers come from."""
    verdict = Verdict(
        1_204, 1_180, {"without a class": 20, "outside the city": 4}, ("3 streets were cut at the border.",)
    )
    return Stamp(
        "osm",
        title,
        "ODbL 1.0",
        attribution,
        "https://www.openstreetmap.org",
        (("sample.osm.pbf", "d" * 64),),
        {},
        verdict,
        "2026-01-01",
        synthetic,
    )


def city(rings: int = 12, *, synthetic: bool = False, name: str = "Sample & Sons", resolution: int = 10) -> City:
    """Streets on a skewed grid, a lake and a park."""
    support = hexagons(rings, resolution)
    x0, y0 = support.points.min(axis=0)
    x1, y1 = support.points.max(axis=0)
    rows: dict[str, list[Any]] = {"id": [], "from_node": [], "to_node": [], "geometry": [], "highway": []}
    for at in range(25):
        t = at / 24
        for way, line in enumerate(
            (
                [(x0 + t * (x1 - x0), y0), (x0 + t * (x1 - x0) + 0.001, y1)],
                [(x0, y0 + t * (y1 - y0)), (x1, y0 + t * (y1 - y0) - 0.0005)],
            )
        ):
            rows["id"].append(f"s/{way}/{at:02}")
            rows["from_node"].append("n/1")
            rows["to_node"].append("n/2")
            rows["geometry"].append(shapely.to_wkb(shapely.LineString(line)))
            rows["highway"].append("secondary" if at % 8 == 4 else "residential")
    n = len(rows["id"])
    fixed = {"length_m": [100.0] * n, "speed_kmh": [30.0] * n, "level": pa.array([0] * n, pa.int16())}
    flags = {f: [True] * n for f in ("walk", "cycle_forward", "cycle_backward", "drive_forward", "drive_backward")}
    flags |= {f: [False] * n for f in ("bridge", "tunnel", "steps")}
    made = stamp(synthetic=synthetic)
    streets = Layer.of("streets", pa.table({**rows, **fixed, **flags}), made)
    centre = support.points.mean(axis=0)
    lake = shapely.affinity.scale(shapely.Point(centre[0] + 0.006, centre[1] - 0.002).buffer(0.004), 1.3, 0.4)
    park = shapely.box(centre[0] - 0.004, centre[1] + 0.001, centre[0] + 0.001, centre[1] + 0.003)
    water = Layer.of("water", pa.table({"id": ["w/1"], "kind": ["lake"], "geometry": [shapely.to_wkb(lake)]}), made)
    green = Layer.of(
        "green", pa.table({"id": ["g/1"], "kind": ["park"], "geometry": [shapely.to_wkb(park)], "public": [True]}), made
    )
    people = pa.table(
        {
            "id": ["p/1"],
            "dimension": ["total"],
            "group": ["all"],
            "measure": ["count"],
            "value": [100.0],
            "suppressed": [False],
        }
    )
    counted = replace(
        made,
        source="people",
        title="People by area",
        licence="CC0",
        attribution="Statistics Sample",
        homepage="",
        vintage="2025",
    )
    return City(name, "EPSG:3006", {}).with_layer(streets, water, green, Layer.of("people", people, counted))


def marks(support: Support) -> list[Mark]:
    """A closed street and a new school."""
    x0, y0 = support.points.min(axis=0)
    x1, y1 = support.points.max(axis=0)
    line = shapely.LineString(
        [(x0 + 0.12 * (x1 - x0), y0 + 0.25 * (y1 - y0)), (x0 + 0.2 * (x1 - x0), y0 + 0.5 * (y1 - y0))]
    )
    point = shapely.Point(x0 + 0.8 * (x1 - x0), y0 + 0.775 * (y1 - y0))
    return [
        Mark(shapely.to_wkb(line), "closed", "Västra gatan is closed to people on foot", 1),
        Mark(shapely.to_wkb(point), "new_place", "A school opens", 2),
    ]


def content(draws: int = 1, **changes: Any) -> BriefContent:
    """A whole brief on the sample city."""
    scenario = Scenario(
        "west-side-works",
        why="The water main under Västra gatan has to be renewed.",
        by="Street office",
        cost="12 million",
        from_date="2027-03-01",
    )
    comparison = school_comparison(draws, scenario=scenario)
    parts: dict[str, Any] = {
        "title": "Works in the west, a school in the north-east",
        "question": "Who walks longer to school while Västra gatan is closed, and who is helped by the new school?",
        "city": city(),
        "scenario": scenario,
        "sentences": (
            "Västra gatan is closed to people on foot between Norra torget and Södra torget.",
            "A school opens on Östra allén, for 300 pupils.",
        ),
        "comparisons": ((minutes_to_school, comparison), (shops_near, shops_comparison())),
        "marks": tuple(marks(comparison.base.support)),
        "lab_version": "0.1",
    }
    return BriefContent(**(parts | changes))
