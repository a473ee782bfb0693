"""A scenario: a list of edits with a name, a reason and an owner, and the version of the city it was drawn on."""

from __future__ import annotations

import datetime
import difflib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from stadslab.core import digest as digests
from stadslab.core.city import City
from stadslab.core.edit import Delta, Edit
from stadslab.core.errors import InputError, Problem, raise_errors
from stadslab.core.params import check_params
from stadslab.core.said import Said, seen

FORMAT = 1
TEXTS = ("why", "by", "cost", "from_date")
KEYS = ("format", "name", *TEXTS, "drawn_on", "edits")
SHOWN = 5  # so many moved rows are spelled out; the rest is counted

Step = Callable[[dict[str, Any]], dict[str, Any]]
UPGRADES: Mapping[int, Step] = {}
"""Format n to the step that makes it format n + 1. A new format adds one step here; old steps are never edited."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Edits in order. A policy is chosen, a shock is drawn; both are scenarios.

    drawn_on: layer to {"digest": text, "rows": {id: what the row said}} for what the edits rely on; empty: any version.
    from_date: year-month-day from which it holds, or empty.
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

    def applied(self, city: City, base: City | None = None) -> tuple[City, list[Problem]]:
        """The city after all edits (as far as they could be made) and every problem found on the way.

        base: the city before other scenarios; having been drawn on that version counts too.
        """
        problems = self.moved(city, base)
        after = city
        for number, edit in enumerate(self.edits, 1):
            where = Said("scenario {name}, edit {number} ({kind})", name=self.name, number=number, kind=edit.kind)
            found = edit.problems(after)
            problems += [replace(p, where=f"{where}, {p.where}" if p.where else where) for p in found]
            if not _errors(found):
                after = with_deltas(after, edit.deltas(after))
        return after, problems

    def pinned(self, city: City) -> Scenario:
        """The scenario with the version of the city it relies on written into it."""
        drawn: dict[str, dict[str, Any]] = {}
        for name, ids in self._relied_on(city).items():
            if name in city:
                drawn[name] = {"digest": city[name].digest, "rows": row_values(city, name, ids)}
        return replace(self, drawn_on=drawn)

    def sentences(self, city: City | None = None) -> list[str]:
        """The plan, one sentence an edit; each is told on the city as the edits before it leave it."""
        if city is None:
            return [edit.sentence() for edit in self.edits]
        told = []
        for edit, before in self._one_by_one(city):
            told.append(edit.sentence(before))
        return told

    def moved(self, city: City, base: City | None = None) -> list[Problem]:
        """What has changed since the scenario was drawn, one problem a layer; empty when it was on this version."""
        problems: list[Problem] = []
        for name, drawn in self.drawn_on.items():
            versions = [c[name].digest for c in (city, base) if c is not None and name in c]
            if drawn["digest"] in versions:
                continue
            where = Said("scenario {name}", name=self.name)
            hint = Said("look at the edits again, then draw the scenario anew on this version (Scenario.pinned)")
            if not versions:
                what = Said("it was drawn on a layer {name!r} that the city does not have", name=name)
                problems.append(Problem(where, what, Said("load it first")))
                continue
            told = _differences(drawn["rows"], row_values(city, name, drawn["rows"]))
            detail = _row_words(told) or Said("no row that the edits name has changed")
            what = Said(
                "it was drawn on version {then} of layer {name!r}, and this is version {now}: {detail}",
                then=str(drawn["digest"])[:8], name=name, now=versions[0][:8], detail=detail,
            )  # fmt: skip
            problems.append(Problem(where, what, hint))
        return problems

    def _one_by_one(self, city: City) -> Iterable[tuple[Edit, City]]:
        for edit in self.edits:
            yield edit, city
            if not _errors(edit.problems(city)):
                city = with_deltas(city, edit.deltas(city))

    def _relied_on(self, city: City) -> dict[str, set[str]]:
        relied: dict[str, set[str]] = {}
        for edit, before in self._one_by_one(city):
            for layer in edit.touches:
                relied.setdefault(layer, set())
            if not _errors(edit.problems(before)):
                for layer, ids in edit.reads_ids(before).items():
                    relied.setdefault(layer, set()).update(ids)
        return relied

    def to_json(self) -> dict[str, Any]:
        """The scenario as a JSON object."""
        head = {"format": FORMAT, "name": self.name, **{key: getattr(self, key) for key in TEXTS}}
        drawn = {
            name: {"digest": v["digest"], "rows": {i: dict(row) for i, row in v["rows"].items()}}
            for name, v in self.drawn_on.items()
        }
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
    value = upgraded(value, where)
    problems: list[Problem] = []
    for key in value:
        if key not in KEYS:
            near = difflib.get_close_matches(str(key), KEYS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(KEYS)}"
            problems.append(Problem(where, f"unknown key {key!r}", hint))
    if not isinstance(value.get("name"), str) or not value["name"].strip():
        problems.append(Problem(where, f"a scenario needs a name, not {value.get('name')!r}", 'add "name": "..."'))
    wrong = [key for key in TEXTS if not isinstance(value.get(key, ""), str)]
    problems += [Problem(where, f"{key!r} must be text, not {value[key]!r}", "put it in quotes") for key in wrong]
    problems += _date_problems(value.get("from_date", ""), where)
    edits = _edits(value.get("edits", []), kinds, where, problems)
    drawn = value.get("drawn_on", {})
    if not _is_drawn_on(drawn):
        hint = "leave it out for a scenario that fits any version"
        problems.append(
            Problem(where, '\'drawn_on\' must map layers to {"digest": text, "rows": {id: {column: value}}}', hint)
        )
    raise_errors(problems)
    return Scenario(value["name"], tuple(edits), **{key: value.get(key, "") for key in TEXTS}, drawn_on=drawn)


def upgraded(value: Any, where: str, steps: Mapping[int, Step] = UPGRADES, newest: int = FORMAT) -> dict[str, Any]:
    """The JSON object in today's format: every step from its own format on, in order.

    Raises `InputError` when it is no object, says no format, or a format that is not known.
    """
    if not isinstance(value, dict):
        raise InputError(
            Problem(
                where,
                f"a JSON object is expected, not {type(value).__name__}",
                'a scenario file starts with {"format": 1, ...}',
            )
        )
    found = value.get("format")
    if not isinstance(found, int) or isinstance(found, bool):
        raise InputError(Problem(where, f"format {found!r} is not a whole number", f'add "format": {newest}'))
    if found > newest:
        raise InputError(
            Problem(
                where,
                f"format {found} is newer than this version of Stadslab",
                f"it reads formats up to {newest}; upgrade it",
            )
        )
    for number in range(found, newest):
        if number not in steps:
            raise InputError(
                Problem(where, f"format {found} is not known", f"formats {min(steps, default=newest)} to {newest} are")
            )
        value = {**steps[number](dict(value)), "format": number + 1}
    return dict(value)


def _edits(raw: Any, kinds: Mapping[str, type[Edit]], where: str, problems: list[Problem]) -> list[Edit]:
    if not isinstance(raw, list):
        problems.append(
            Problem(where, f"'edits' must be a list, not {type(raw).__name__}", 'write "edits": [{"kind": ...}, ...]')
        )
        return []
    edits: list[Edit] = []
    for number, item in enumerate(raw, 1):
        place = f"{where}, edit {number}"
        try:
            edits.append(edit_from_json(item, kinds, place))
        except InputError as error:
            problems += error.problems
    return edits


def edit_from_json(item: Any, kinds: Mapping[str, type[Edit]], where: str = "") -> Edit:
    """The edit a JSON object describes. Raises `InputError` with every problem; `where` names the place in a file."""
    if not isinstance(item, dict):
        what = Said("an edit is a JSON object, not {value}", value=seen(item))
        raise InputError(Problem(where, what, Said('write {"kind": ...}')))
    kind = item.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        near = difflib.get_close_matches(str(kind), kinds, n=1)
        hint = Said("known: {all}", all=", ".join(sorted(kinds)))
        hint = Said("did you mean {choice}?", choice=repr(near[0])) if near else hint
        raise InputError(Problem(where, Said("no kind of edit is called {kind}", kind=seen(kind)), hint))
    fields = {name: value for name, value in item.items() if name != "kind"}
    return kinds[kind](**check_params(kinds[kind].params(), fields, f"{where} ({kind})" if where else ""))


def _date_problems(text: Any, where: str) -> list[Problem]:
    if not isinstance(text, str) or not text:
        return []
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return [Problem(where, f"'from_date' {text!r} is not a date", "write year-month-day, such as 2027-01-01")]
    return []


def _is_drawn_on(drawn: Any) -> bool:
    if not isinstance(drawn, dict) or not all(
        isinstance(v, dict) and set(v) == {"digest", "rows"} for v in drawn.values()
    ):
        return False
    return all(
        isinstance(v["digest"], str)
        and isinstance(v["rows"], dict)
        and all(isinstance(r, dict) for r in v["rows"].values())
        for v in drawn.values()
    )


def with_deltas(city: City, deltas: Iterable[Delta]) -> City:
    """The city with all these rows dropped and added, one overlay per layer."""
    drops: dict[str, set[str]] = {}
    upserts: dict[str, list[pa.Table]] = {}
    for delta in deltas:
        drops.setdefault(delta.layer, set()).update(delta.drop)
        if delta.upsert is not None:
            upserts.setdefault(delta.layer, []).append(
                city[delta.layer].schema.conform(delta.upsert, f"layer {delta.layer}")
            )
    changed = []
    for name in sorted(set(drops) | set(upserts)):
        rows = pa.concat_tables(upserts[name]) if name in upserts else None
        changed.append(city[name].overlaid(frozenset(drops.get(name, ())), rows))
    return city.with_layer(*changed)


def row_values(city: City, layer: str, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What each of these rows says, small enough for a file; ids that do not exist are left out.

    Blank and false columns are left out, numbers are kept to the thousandth, and a geometry is a short digest.
    """
    rows = city[layer].find(sorted(ids)).to_pylist()
    return {row.pop("id"): {k: _small(v) for k, v in row.items() if v is not None and v is not False} for row in rows}


def _small(value: Any) -> Any:
    if isinstance(value, bytes):
        return digests.of_bytes(value)[:12]
    return round(value, 3) if isinstance(value, float) else value


def _differences(drawn: Mapping[str, Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]]) -> list[str]:
    told: list[str] = [Said("{id} is gone", id=i) for i in sorted(drawn) if i not in now]
    for i in sorted(drawn):
        if i in now and drawn[i] != now[i]:
            columns = [k for k in dict.fromkeys([*drawn[i], *now[i]]) if drawn[i].get(k) != now[i].get(k)]
            changes = [
                f"{k} {_shown(drawn[i], now[i], k)} -> {_shown(now[i], drawn[i], k)}"
                for k in columns
                if k != "geometry"
            ]
            changes += ["geometry"] if "geometry" in columns else []
            told.append(Said("{id} has changed: {changes}", id=i, changes=", ".join(changes)))
    return told


def _row_words(told: list[str]) -> str:
    text: str = Said("and {number} more", number=len(told) - SHOWN) if len(told) > SHOWN else ""
    for one in reversed(told[:SHOWN]):
        text = Said("{first}; {rest}", first=one, rest=text) if text else one
    return text


def _shown(row: Mapping[str, Any], other: Mapping[str, Any], column: str) -> str:
    if column not in row:
        return "false" if other.get(column) is True else "blank"
    return json.dumps(row[column], ensure_ascii=False)


def _errors(problems: Iterable[Problem]) -> bool:
    return any(p.severity == "error" for p in problems)
