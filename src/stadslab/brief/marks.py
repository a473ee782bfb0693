"""What a plan changes, as marks to draw on a map: one number an edit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from stadslab.brief.figures import Mark, MarkKind
from stadslab.core.city import City
from stadslab.core.edit import Delta
from stadslab.core.scenario import Scenario, with_deltas

OPEN = ("walk", "cycle_forward", "cycle_backward", "drive_forward", "drive_backward")


def marks_of(scenario: Scenario, city: City) -> list[Mark]:
    """Where each edit of a scenario that fits the city takes effect, numbered as in the plan."""
    marks: list[Mark] = []
    now = city
    for number, edit in enumerate(scenario.edits, 1):
        deltas = edit.deltas(now)
        for delta in deltas:
            marks += [Mark(shape, kind, label, number) for shape, kind, label in _of(delta, now)]
        now = with_deltas(now, deltas)
    return marks


def _of(delta: Delta, city: City) -> Iterator[tuple[bytes, MarkKind, str]]:
    before = city[delta.layer].find(
        [*delta.drop, *(delta.upsert["id"].to_pylist() if delta.upsert is not None else [])]
    )
    known = {row["id"]: row for row in before.to_pylist()}
    after = [] if delta.upsert is None else delta.upsert.to_pylist()
    if delta.layer == "streets":
        yield from _streets(after, known)
    elif delta.layer == "places":
        yield from ((row["geometry"], "new_place", row["name"] or row["kind"]) for row in after)
        for row in before.filter(pc.is_in(before["id"], pa.array(sorted(delta.drop), pa.string()))).to_pylist():
            yield row["geometry"], "removed_place", row["name"] or row["kind"]
    elif delta.layer == "trips":
        yield from _lines(list(known.values()), after, city)
    elif delta.layer == "people":
        yield from (
            (row["geometry"], "new_homes", "")
            for row in after
            if row["dimension"] == "total" and row["geometry"] is not None
        )


def _streets(
    after: list[dict[str, object]], known: dict[str, dict[str, object]]
) -> Iterator[tuple[bytes, MarkKind, str]]:
    for row in after:
        shape, name = row["geometry"], str(row["name"] or "")
        if not isinstance(shape, bytes):
            continue
        old = known.get(str(row["id"]))
        if old is not None:
            yield shape, "closed" if any(old[c] and not row[c] for c in OPEN) else "changed", name
        elif str(row["id"]).startswith("new:"):  # halves of a street that was split stay unmarked
            yield shape, "new_street", name


def _lines(
    before: list[dict[str, Any]], after: list[dict[str, Any]], city: City
) -> Iterator[tuple[bytes, MarkKind, str]]:
    """Stretches of a line that go, come or run otherwise, and stops where nobody gets on or off any more."""
    import shapely

    stops = {*_stops(before), *_stops(after)}
    found = city["stops"].find(sorted(stops))
    at = {row["id"]: (shapely.from_wkb(row["geometry"]), row["name"]) for row in found.to_pylist()}
    # a new stop stands where its id says; it is not in the city before the edit
    at |= {i: (shapely.Point(*map(float, i.split("@")[1].split(","))), None) for i in stops - at.keys() if "@" in i}
    ways = [{(row["id"], *row["stops"]) for row in rows} for rows in (before, after)]
    if ways[0] == ways[1] and (shut := sorted(_open_stops(before) - _open_stops(after))):
        yield from ((shapely.to_wkb(at[i][0]), "closed_stop", at[i][1] or "") for i in shut)
        return
    for route in sorted({row["route"] for row in [*before, *after]}):
        old, new = (_hops(row for row in rows if row["route"] == route) for rows in (before, after))
        named = city["routes"].find([route]).to_pylist()
        label = str(named[0]["name"]) if named else route.rsplit("/", 1)[-1]
        kinds: tuple[tuple[set[tuple[str, str]], MarkKind], ...] = (
            (old - new, "closed"),
            (new - old, "new_line"),
            (set() if old - new else old & new, "changed"),
        )
        for hops, kind in kinds:
            parts = [shapely.LineString([at[a][0], at[b][0]]) for a, b in sorted(hops) if a in at and b in at]
            if parts:
                yield shapely.to_wkb(shapely.line_merge(shapely.union_all(parts))), kind, label


def _stops(rows: Iterable[dict[str, Any]]) -> set[str]:
    return {stop for row in rows for stop in row["stops"]}


def _hops(rows: Iterable[dict[str, Any]]) -> set[tuple[str, str]]:
    """Pairs of stops after each other, told one way."""
    return {(min(hop), max(hop)) for row in rows for hop in pairwise(row["stops"])}


def _open_stops(rows: Iterable[dict[str, Any]]) -> set[str]:
    found = set()
    for row in rows:
        flags = [row[name] or [True] * len(row["stops"]) for name in ("pickup", "dropoff")]
        found |= {stop for stop, on, off in zip(row["stops"], *flags, strict=True) if on or off}
    return found
