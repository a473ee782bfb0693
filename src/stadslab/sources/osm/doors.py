"""Which doors and barriers stand on the map, and who may pass them?"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING

from stadslab.sources.osm.streets import says

if TYPE_CHECKING:
    import pyarrow as pa

    from stadslab.sources.osm.collect import Thing
    from stadslab.sources.osm.verdict import Tally

Tags = Mapping[str, str]

# Who passes an untagged barrier: on foot, by bicycle, by car. Any other kind stops nobody by itself (a kerb, an
# entrance);
# gates and lift gates are taken as open unless their access tags say otherwise.
PASSES: dict[str, tuple[bool, bool, bool]] = {
    "bollard": (True, True, False),
    "block": (True, True, False),
    "jersey_barrier": (True, True, False),
    "cycle_barrier": (True, True, False),
    "motorcycle_barrier": (True, True, False),
    "bus_trap": (True, True, False),
    "sump_buster": (True, True, False),
    "planter": (True, True, False),
    "log": (True, True, False),
    "chain": (True, True, False),
    "debris": (True, True, False),
    "stile": (True, False, False),
    "kissing_gate": (True, False, False),
    "turnstile": (True, False, False),
    "full-height_turnstile": (True, False, False),
    "horse_stile": (True, False, False),
    "wall": (False, False, False),
    "fence": (False, False, False),
    "hedge": (False, False, False),
}
OPEN = (True, True, True)


def passes(kind: str, tags: Tags) -> tuple[bool, bool, bool]:
    """Who may pass this barrier: on foot, by bicycle, by car? The most specific access tag decides, else its kind."""
    answers = []
    keys = (("foot", "access"), ("bicycle", "vehicle", "access"), ("motorcar", "motor_vehicle", "vehicle", "access"))
    for default, names in zip(PASSES.get(kind, OPEN), keys, strict=True):
        said = next((verdict for verdict in (says(tags.get(name)) for name in names) if verdict is not None), None)
        answers.append(default if said is None else said)
    return answers[0], answers[1], answers[2]


def entrances_table(points: list[Thing], tally: Tally) -> pa.Table:
    """Rows of the entrances layer: nodes tagged `entrance`."""
    import pyarrow as pa

    rows = sorted((p for p in points if p.tags.get("entrance", "no") != "no"), key=lambda p: p.id)
    closed = [p.id for p in points if p.tags.get("entrance") == "no"]
    tally.drop("tagged entrance=no", *closed)
    return pa.table(
        {
            "id": pa.array([p.id for p in rows], pa.string()),
            "kind": pa.array([p.tags["entrance"] for p in rows], pa.string()),
            "geometry": pa.array([p.shape for p in rows], pa.binary()),
        }
    )


def barriers_table(points: list[Thing], street_nodes: Set[str], tally: Tally) -> pa.Table:
    """Rows of the barriers layer: barrier nodes on a street; those on walls and fences only are counted and dropped."""
    import pyarrow as pa

    rows = []
    for point in sorted(points, key=lambda p: p.id):
        kind = point.tags.get("barrier", "no")
        if kind == "no":
            continue
        if point.id in street_nodes:
            rows.append((point, kind, passes(kind, point.tags)))
        else:
            tally.drop("not on a street", point.id)
    return pa.table(
        {
            "id": pa.array([p.id for p, _, _ in rows], pa.string()),
            "kind": pa.array([kind for _, kind, _ in rows], pa.string()),
            "geometry": pa.array([p.shape for p, _, _ in rows], pa.binary()),
            "walk": pa.array([who[0] for _, _, who in rows], pa.bool_()),
            "cycle": pa.array([who[1] for _, _, who in rows], pa.bool_()),
            "drive": pa.array([who[2] for _, _, who in rows], pa.bool_()),
        }
    )
