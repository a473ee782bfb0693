"""A scenario: a list of edits with a name, a reason and an owner, and the version of the city it was drawn on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from stadslab.core import digest as digests
from stadslab.core.city import City
from stadslab.core.edit import Delta, Edit
from stadslab.core.errors import InputError, Problem, raise_errors

FORMAT = 1
KEYS = ("format", "name", "why", "by", "cost", "from_date", "drawn_on", "edits")


@dataclass(frozen=True, slots=True)
class Scenario:
    """Edits in order. A policy is chosen, a shock is drawn; both are scenarios.

    drawn_on: layer name to {"digest": ..., "rows": {id: digest of the row}} for what the edits rely on; empty: any version.
    """

    name: str
    edits: tuple[Edit, ...] = ()
    why: str = ""
    by: str = ""
    cost: str = ""
    from_date: str = ""
    drawn_on: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def add(self, *edits: Edit) -> Scenario:
        """The scenario with these edits at its end."""
        return replace(self, edits=(*self.edits, *edits))

    def check(self, city: City) -> list[Problem]:
        """Every problem of every edit on this city, and what moved since the scenario was drawn."""
        return self.applied(city)[1]

    def applied(self, city: City) -> tuple[City, list[Problem]]:
        """The city after all edits (as far as they could be made) and every problem found on the way."""
        problems = self._moved(city)
        after = city
        for number, edit in enumerate(self.edits, 1):
            where = f"scenario {self.name}, edit {number} ({edit.kind})"
            missing = [layer for layer in edit.touches if layer not in after]
            if missing:
                found = [Problem("", f"the city has no layer {name!r}", f"load one first; it has: {', '.join(sorted(after.layers))}") for name in missing]
            else:
                found = edit.problems(after)
            problems += [replace(p, where=f"{where}, {p.where}" if p.where else where) for p in found]
            if not any(p.severity == "error" for p in found):
                after = with_deltas(after, edit.deltas(after))
        return after, problems

    def pinned(self, city: City) -> Scenario:
        """The scenario with the version of the city it relies on written into it."""
        drawn: dict[str, dict[str, Any]] = {}
        for name, ids in self._relied_on().items():
            if name in city:
                drawn[name] = {"digest": city[name].digest, "rows": row_digests(city, name, ids)}
        return replace(self, drawn_on=drawn)

    def sentences(self, city: City | None = None) -> list[str]:
        """The plan, one sentence an edit."""
        return [edit.sentence(city) for edit in self.edits]

    def _relied_on(self) -> dict[str, set[str]]:
        relied: dict[str, set[str]] = {}
        for edit in self.edits:
            for layer in edit.touches:
                relied.setdefault(layer, set())
            for layer, ids in edit.reads_ids().items():
                relied.setdefault(layer, set()).update(ids)
        return relied

    def _moved(self, city: City) -> list[Problem]:
        problems: list[Problem] = []
        for name, drawn in self.drawn_on.items():
            if name not in city or city[name].digest == drawn["digest"]:
                continue
            now = row_digests(city, name, drawn["rows"])
            gone = sorted(i for i in drawn["rows"] if i not in now)
            changed = sorted(i for i, value in drawn["rows"].items() if i in now and now[i] != value)
            moved = [*(f"{i} is gone" for i in gone), *(f"{i} has changed" for i in changed)]
            what = f"layer {name!r} is another version ({city[name].digest[:8]}) than the one this scenario was drawn on ({str(drawn['digest'])[:8]})"
            detail = "; ".join(moved[:5]) + (f" and {len(moved) - 5} more" if len(moved) > 5 else "") if moved else "nothing the edits name has changed"
            problems.append(Problem(f"scenario {self.name}", f"{what}: {detail}", "look at the edits again, then save it anew with `stadslab scenario --redraw`"))
        return problems

    def to_json(self) -> dict[str, Any]:
        """The scenario as a JSON object."""
        head = {"format": FORMAT, "name": self.name, "why": self.why, "by": self.by, "cost": self.cost, "from_date": self.from_date}
        drawn = {k: {"digest": v["digest"], "rows": dict(v["rows"])} for k, v in self.drawn_on.items()}
        return {**head, "drawn_on": drawn, "edits": [edit.to_json() for edit in self.edits]}

    def to_text(self) -> str:
        """The scenario as JSON text, readable and stable."""
        return json.dumps(self.to_json(), indent=2, ensure_ascii=False) + "\n"

    @property
    def digest(self) -> str:
        """What the edits say, as a digest (names and reasons do not count)."""
        return digests.of_json([edit.to_json() for edit in self.edits])


def scenario_from_json(value: Any, kinds: Mapping[str, type[Edit]], where: str = "scenario") -> Scenario:
    """The scenario a JSON object describes; `kinds` maps the word in the file to the edit class.

    Raises `InputError` with every unknown key, unknown kind of edit and wrong field at once.
    """
    from stadslab.core.params import check_params

    problems: list[Problem] = []
    if not isinstance(value, dict):
        raise InputError(Problem(where, f"a JSON object is expected, not {type(value).__name__}"))
    if value.get("format") != FORMAT:
        problems.append(Problem(where, f"format {value.get('format')!r} is not known", f"this version reads format {FORMAT}"))
    problems += [Problem(where, f"unknown key {key!r}", f"known: {', '.join(KEYS)}") for key in value if key not in KEYS]
    if not isinstance(value.get("name"), str) or not value.get("name"):
        problems.append(Problem(where, "a scenario needs a name", 'add "name": "..."'))
    for key in ("why", "by", "cost", "from_date"):
        if not isinstance(value.get(key, ""), str):
            problems.append(Problem(where, f"{key!r} must be text, not {value[key]!r}"))
    raw = value.get("edits", [])
    if not isinstance(raw, list):
        problems.append(Problem(where, f"'edits' must be a list, not {type(raw).__name__}"))
        raw = []
    edits: list[Edit] = []
    for number, item in enumerate(raw, 1):
        place = f"{where}, edit {number}"
        kind = item.get("kind") if isinstance(item, dict) else None
        if kind not in kinds:
            problems.append(Problem(place, f"no kind of edit is called {kind!r}", f"known: {', '.join(sorted(kinds))}"))
            continue
        cls = kinds[str(kind)]
        try:
            fields = check_params(cls.params(), {k: v for k, v in item.items() if k != "kind"}, f"{place} ({kind})")
            edits.append(cls(**fields))
        except InputError as error:
            problems += error.problems
    drawn = value.get("drawn_on", {})
    if not isinstance(drawn, dict) or not all(isinstance(v, dict) and {"digest", "rows"} <= set(v) and isinstance(v["rows"], dict) for v in drawn.values()):
        problems.append(Problem(where, "'drawn_on' must map layers to {digest, rows}", "leave it out for a scenario that fits any version"))
        drawn = {}
    raise_errors(problems)
    text = {key: str(value.get(key, "")) for key in ("why", "by", "cost", "from_date")}
    return Scenario(str(value["name"]), tuple(edits), **text, drawn_on=drawn)


def with_deltas(city: City, deltas: Iterable[Delta]) -> City:
    """The city with all these rows dropped and added, one overlay per layer."""
    drops: dict[str, set[str]] = {}
    upserts: dict[str, list[pa.Table]] = {}
    for delta in deltas:
        drops.setdefault(delta.layer, set()).update(delta.drop)
        if delta.upsert is not None:
            upserts.setdefault(delta.layer, []).append(city[delta.layer].schema.conform(delta.upsert, f"layer {delta.layer}"))
    changed = []
    for name in sorted(set(drops) | set(upserts)):
        rows = pa.concat_tables(upserts[name]) if name in upserts else None
        changed.append(city[name].overlaid(frozenset(drops.get(name, ())), rows))
    return city.with_layer(*changed)


def row_digests(city: City, layer: str, ids: Iterable[str]) -> dict[str, str]:
    """What each of these rows says, as digests; ids that do not exist are left out."""
    rows = city[layer].find(sorted(ids))
    found = rows["id"].to_pylist()
    return {i: digests.of_table(rows.filter(pc.equal(rows["id"], i))) for i in found}
