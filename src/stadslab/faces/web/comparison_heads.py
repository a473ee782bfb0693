"""A comparison in a few hundred numbers: who gains, who loses, which groups, where the most, how sure.

The same reader sees which units gain and lose and about how many people live in each. So groups are told as
`rows_of(..., beside=...)` lets them, means are rounded until a small unit makes no difference, and people
of a unit are told as on the map (`told_per_unit`). What one comparison and the map tell together gives no small count
away. Two comparisons of nearly the same plan still can: that takes somebody who draws plans for the purpose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import BaseModel

from stadslab.core.compare import SURE
from stadslab.core.errors import InputError
from stadslab.core.suppression import Count, Row, count_of, rows_of
from stadslab.core.unit_counts import TOTAL, UnitCounts, mean_beside, told_mean, told_per_unit
from stadslab.faces.web.problems import ProblemOut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stadslab.core.city import City
    from stadslab.core.compare import Comparison
    from stadslab.core.values import Values
    from stadslab.faces.web.street_names import StreetNames

MOST_LISTED = 12  # units in each list of the worst
NO_RESPONSE = "no behavioural response modelled: people keep their homes and habits"
State = Literal["told", "small", "at least", "withheld", "covered"]


class CountOut(BaseModel):
    """A number of people as it may be told: exactly, at least, or not at all (null), and then why.

    small: fewer than five. withheld: by its publisher. covered: it would give a small number away by subtraction.
    """

    number: int | None
    state: State


class GroupOut(BaseModel):
    """What one group of people gains and loses; losers before gainers.

    cut_off, reached: who can no longer get there, or newly can. sure_lose, sure_gain: at least nine draws in ten agree;
    null where uncertainty is not stated. mean_change: per person with a number before and after, in the indicator's
    unit; rounded, null where it would tell a small count.
    """

    dimension: str
    group: str
    people: CountOut
    lose: CountOut
    gain: CountOut
    same: CountOut
    unknown: CountOut
    cut_off: CountOut
    reached: CountOut
    sure_lose: CountOut | None
    sure_gain: CountOut | None
    mean_change: float | None
    suppressed: bool


class SideOut(BaseModel):
    """What those who lose (or gain) have before and after, on average, where both are numbers."""

    before: float
    after: float


class UnitChange(BaseModel):
    """One of the units that lose (or gain) most.

    unit: its number in `/api/units`. place: the official area it lies in, where that has a name. near: the nearest
    street with a name. before, after: null where it is out of reach. people: rounded to five; null when fewer, or
    withheld. agreement: share of the draws.
    """

    unit: int
    id: str
    place: str | None
    near: str | None
    before: float | None
    after: float | None
    change: float | None
    reach: Literal["cut off", "reached", "both"]
    people: int | None
    agreement: float | None


class UnitTally(BaseModel):
    """How many units lose, gain, keep what they have, or are not known; also where nobody lives."""

    lose: int
    gain: int
    same: int
    unknown: int


class EquityOut(BaseModel):
    """One measure of how fairly it is shared, before and after: rounded; null where it has no meaning."""

    measure: str
    name: str
    before: float | None
    after: float | None


class ComparisonHead(BaseModel):
    """The same question before and after a plan, without the numbers of the units: those are at `url`.

    before, after: keys of the answers. plan: what the edits are called together. sentences: the edits in words, in
    order. answer: what came out, in a few English sentences. groups: every dimension, `total` first; none when no
    people are loaded. size: how much changes for those who lose and gain. losers, gainers: units with most to lose
    (gain), cut off first. newcomers: who moves in with the plan; they had no before. sure: share of the draws that must
    agree. assumption: what was left out of account.
    """

    before: str
    after: str
    url: str
    city: str
    plan: str
    title: str
    question: str
    indicator: str
    params: dict[str, Any]
    support: str
    support_digest: str
    unit: str
    direction: Literal["benefit", "cost"]
    uncertain: bool
    draws: int
    sure: float
    sentences: list[str]
    warnings: list[ProblemOut]
    answer: list[str]
    units: UnitTally
    groups: list[GroupOut]
    lose: SideOut | None
    gain: SideOut | None
    losers: list[UnitChange]
    gainers: list[UnitChange]
    newcomers: CountOut
    equity: list[EquityOut]
    blind_spots: list[str]
    assumption: str
    cached: bool


def findings(comparison: Comparison, city: City, streets: StreetNames | None = None) -> dict[str, Any]:
    """Everything a head says about people and units. streets: to tell where a unit is."""
    from stadslab.brief import words

    beside = told_per_unit(comparison.people)
    rows = rows_of(comparison, beside)
    better, known = comparison.better(), comparison.known()
    said = [words.headline(comparison, rows), words.reach(comparison, rows), *words.representation(rows)]
    sides = {-1: _side(comparison, rows, beside, -1), 1: _side(comparison, rows, beside, 1)}
    return {
        "answer": [s for s in (*said, words.certainty(comparison, rows)) if s],
        "units": UnitTally(
            lose=int((known & (better < 0)).sum()),
            gain=int((known & (better > 0)).sum()),
            same=int((known & (better == 0)).sum()),
            unknown=int((~known).sum()),
        ),
        "groups": [_group(row) for groups in rows.values() for row in groups],
        "lose": sides[-1],
        "gain": sides[1],
        "losers": _most(comparison, beside, city, streets, -1),
        "gainers": _most(comparison, beside, city, streets, 1),
        "newcomers": count_out(count_of(comparison.newcomers)),
        "equity": _equity(comparison),
        "uncertain": comparison.base.uncertain,
        "sure": SURE,
        "assumption": NO_RESPONSE,
    }


def count_out(count: Count) -> CountOut:
    """The count as it may be told."""
    return CountOut(number=count.number if count.visible else None, state=count.state)


def _group(row: Row) -> GroupOut:
    counts = {name: None if count is None else count_out(count) for name, count in row.counts.items()}
    head = {
        "dimension": row.dimension,
        "group": row.group,
        "mean_change": row.mean_change,
        "suppressed": row.suppressed,
    }
    return GroupOut.model_validate(head | counts)


def _side(
    comparison: Comparison,
    rows: dict[str, list[Row]],
    beside: Mapping[tuple[str, str], UnitCounts],
    side: int,
) -> SideOut | None:
    """What those who lose (-1) or gain (1) have, before and after; None where their number may not be told."""
    row = next(iter(rows.get("total", [])), None)
    if row is None or not row["lose" if side < 0 else "gain"].visible:
        return None
    before, after = comparison.base.mean(), comparison.after.mean()
    units = (comparison.better() == side) & comparison.known() & np.isfinite(before) & np.isfinite(after)
    first, second = (mean_beside(v, comparison.people.total, units, beside[TOTAL]) for v in (before, after))
    return None if first is None or second is None else SideOut(before=first, after=second)


def _most(
    comparison: Comparison,
    beside: Mapping[tuple[str, str], UnitCounts],
    city: City,
    streets: StreetNames | None,
    side: int,
) -> list[UnitChange]:
    """The units that lose (or gain) most, those cut off (newly reached) first; only where people live, when known."""
    change, agreement = comparison.change(), comparison.agreement()
    chosen = comparison.known() & (comparison.better() == side)
    told = beside[TOTAL].told if TOTAL in beside else None
    if told is not None:
        chosen &= told != 0
    units = np.flatnonzero(chosen)
    size = np.where(np.isinf(change), np.inf, np.abs(change))
    about = np.zeros(len(change)) if told is None else told
    order = sorted(units.tolist(), key=lambda n: (-size[n], -about[n], comparison.base.support.ids[n]))[:MOST_LISTED]
    names = places_of(comparison.base, city, order)
    points = comparison.base.support.points[order]
    near = dict(zip(order, [None] * len(order) if streets is None else streets.near(points), strict=True))
    before, after = comparison.base.mean(), comparison.after.mean()
    return [
        UnitChange(
            unit=n,
            id=comparison.base.support.ids[n],
            place=names[n],
            near=near[n],
            before=_number(before[n]),
            after=_number(after[n]),
            change=_number(change[n]),
            reach="cut off" if np.isinf(after[n]) else "reached" if np.isinf(before[n]) else "both",
            people=None if told is None or told[n] < 0 else int(told[n]),
            agreement=_number(agreement[n]),
        )
        for n in order
    ]


def places_of(values: Values, city: City, units: list[int]) -> dict[int, str | None]:
    """The official area each of these units lies in (or is), by name; None where there is none."""
    import shapely

    kind, _, layer = values.support.kind.partition(":")
    named = [layer or "areas"] if kind == "areas" else ["areas"]
    named += sorted(name for name, found in city.layers.items() if found.schema.name == "areas")
    name = next((n for n in named if n in city), None)
    found: dict[int, str | None] = dict.fromkeys(units)
    if name is None or not units:
        return found
    table = city[name].scan("name", "geometry")
    names = table["name"].to_pylist()
    outlines = shapely.from_wkb(np.asarray(table["geometry"].to_pylist(), object))
    points = shapely.points(values.support.points[units])
    for point, area in zip(*shapely.STRtree(outlines).query(points, predicate="intersects"), strict=True):
        found[units[point]] = found[units[point]] or names[area] or None
    return found


def _equity(comparison: Comparison) -> list[EquityOut]:
    """How fairly it is shared before and after; nothing where that has no meaning (negative values, no people)."""
    from stadslab.lab.equity import Asked, equity, joint_bounds
    from stadslab.lab.equity_words import NAMES
    from stadslab.lab.ranking import ranking_of

    if "total" not in comparison.people.dimensions:
        return []
    both = (comparison.base, comparison.after)
    try:
        asked = Asked(ranking_of(comparison.people), ("total",), bounds=joint_bounds(*both))
        before, after = (equity(values, comparison.people, asked) for values in both)
    except InputError:
        return []
    found = []
    for name in NAMES:
        if name in before.figures and name in after.figures:
            counted = min(side.counts["counted"].number for side in (before, after))
            first, second = (told_mean(side.figures[name].value, 1.0, counted) for side in (before, after))
            found.append(EquityOut(measure=name, name=NAMES[name], before=first, after=second))
    return found


def _number(value: float) -> float | None:
    return round(float(value), 6) if np.isfinite(value) else None
