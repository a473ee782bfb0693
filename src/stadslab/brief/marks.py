"""What a plan changes, as marks to draw on a map: one number an edit."""

from __future__ import annotations

from collections.abc import Iterator

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
