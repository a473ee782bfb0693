"""The part of a line beyond a stop, and trips without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stadslab.core.city import City
from stadslab.edits._lines import Row, same_place, usual_stops


@dataclass(frozen=True, slots=True)
class Branch:
    """The stops of a branch in order, seen from where it starts, and all stops at the same places."""

    stops: tuple[str, ...]
    places: frozenset[str]


def branch_beyond(city: City, rows: Sequence[Row], beyond: str, toward: str = "") -> Branch | None:
    """The side of the stop `beyond` on which `toward` lies (without it: the shorter side on the usual way).

    None when nothing lies there. The stop itself, and whatever lies at the same place, stays.
    """
    here, there = same_place(city, beyond), same_place(city, toward) if toward else frozenset()
    ways = [row for row in rows if here.intersection(row["stops"]) and (not toward or there.intersection(row["stops"]))]
    if not ways or there & here:
        return None
    stops = usual_stops(ways)
    first = next(k for k, stop in enumerate(stops) if stop in here)
    last = max(k for k, stop in enumerate(stops) if stop in here)
    before, behind = stops[:first][::-1], stops[last + 1 :]
    if toward:
        side = next((s for s in (behind, before) if there.intersection(s)), [])
    else:
        side = behind if not before or 0 < len(behind) <= len(before) else before
        if not behind or not before:
            side = []  # it is the end of the line: beyond it is nothing, and the line itself is not meant
    if not side:
        return None
    places = frozenset().union(*(same_place(city, stop) for stop in side))
    return Branch(tuple(side), places - here)


def cut(row: Row, closed: frozenset[str]) -> list[Row]:
    """What is left of a trip that no longer calls at these stops: each stretch of two stops or more, as a trip."""
    stretches: list[list[int]] = [[]]
    for k, stop in enumerate(row["stops"]):
        if stop in closed:
            stretches.append([])
        else:
            stretches[-1].append(k)
    parts = [stretch for stretch in stretches if len(stretch) > 1]
    lists = ("stops", "arrive_s", "depart_s", "pickup", "dropoff")
    return [
        {**row, "id": row["id"] if number == 1 else f"{row['id']}/{number}"}
        | {name: [row[name][k] for k in part] if row[name] is not None else None for name in lists}
        for number, part in enumerate(parts, 1)
    ]
