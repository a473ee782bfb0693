"""Everything about one city, scenario, indicator, edit or source."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from stadslab.core.errors import NotFoundError, Problem
from stadslab.core.params import Param
from stadslab.core.progress import Progress
from stadslab.core.units import About
from stadslab.lab.verbs.verb import Verb

if TYPE_CHECKING:
    from stadslab.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class ShowRequest:
    """What to show."""

    name: Annotated[str, About("a city (or city@version), city/scenario, indicator, edit or source")]


@dataclass(frozen=True, slots=True)
class ShowReply:
    """What the thing is, as plain values and as lines."""

    sort: str
    value: dict[str, Any]
    text: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"sort": self.sort, **self.value}

    def lines(self) -> list[str]:
        """The same in words."""
        return list(self.text)


def show(lab: Lab, request: ShowRequest, progress: Progress) -> ShowReply:
    """Show the thing of that name; raises `NotFoundError` that lists where it looked."""
    from stadslab.lab import catalog

    name = request.name
    if name.split("@")[0] in lab.cities():
        return _city(lab, name)
    city, _, plan = name.partition("/")
    if plan and city in lab.cities():
        return _scenario(lab, city, plan)
    word = name.replace("-", "_")
    if word in catalog.names("indicators"):
        return _indicator(word)
    if word in catalog.names("edits"):
        return _edit(word)
    if word in catalog.names("sources"):
        return _source(word)
    known = [*lab.cities(), *(n for room in ("indicators", "edits", "sources") for n in catalog.names(room))]
    near = difflib.get_close_matches(word, known, n=3)
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    hint += f"cities here: {', '.join(lab.cities()) or 'none'}; `stadslab list` shows all"
    raise NotFoundError(Problem("show", f"nothing is called {name!r}", hint))


def _city(lab: Lab, name: str) -> ShowReply:
    city = lab.city(name)
    version = name.partition("@")[2] or lab.version(city.name)
    lines = [f"{city.name}, version {version[:8]}, working in {city.crs}"]
    for layer in (city.layers[n] for n in sorted(city.layers)):
        stamp = layer.stamp
        synthetic = " SYNTHETIC." if stamp.synthetic else ""
        credit = stamp.attribution or "no attribution stated"
        lines.append(f"  {layer.name}: {layer.rows:,} rows. {stamp.title}.{synthetic} {stamp.licence}, {credit}")
        lines.append(f"    {stamp.verdict.sentence()}" + (f"; data of {stamp.vintage}" if stamp.vintage else ""))
        lines += [f"    {note}" for note in stamp.verdict.notes]
    layers = {
        n: {"rows": x.rows, "digest": x.digest, "stamp": x.stamp.to_json()} for n, x in sorted(city.layers.items())
    }
    plans = lab.scenarios(city.name)
    if plans:
        lines.append(f"  scenarios: {', '.join(plans)}")
    return ShowReply(
        "city",
        {"name": city.name, "version": version, "crs": city.crs, "layers": layers, "scenarios": plans},
        tuple(lines),
    )


def _scenario(lab: Lab, city: str, name: str) -> ShowReply:
    scenario, base = lab.scenario(city, name), lab.city(city)
    problems = scenario.check(base)
    lines = [
        f"{name}, a scenario for {city}",
        *([f"  why: {scenario.why}"] if scenario.why else []),
        *([f"  by: {scenario.by}"] if scenario.by else []),
    ]
    lines += [f"  {number}. {sentence}" for number, sentence in enumerate(scenario.sentences(base), 1)]
    lines += [f"  {p.severity}: {p}" for p in problems]
    value = {**scenario.to_json(), "sentences": scenario.sentences(base), "problems": [str(p) for p in problems]}
    return ShowReply("scenario", value, tuple(lines))


def _indicator(name: str) -> ShowReply:
    from stadslab.lab import catalog

    i = catalog.indicator(name)
    better = "more" if i.default_direction == "benefit" else "less"
    lines = [f"{i.id}: {i.question}", f"  unit: {i.unit}; {better} is counted as better"]
    lines += [
        "",
        *(f"  {line}".rstrip() for line in i.about.splitlines()),
        "",
        f"  reads: {', '.join(i.reads)}",
        *_params(i.params),
    ]
    lines += ["  blind spots:", *(f"    {spot}" for spot in i.blind_spots)]
    lines += (
        ["  uncertain:", *(f"    {n}: ±{s.relative_sd:.0%} ({s.source})" for n, s in i.uncertain.items())]
        if i.uncertain
        else []
    )
    lines += ["  sources:", *(f"    {c}" for c in i.cites)]
    value = {
        "name": i.id,
        "question": i.question,
        "unit": i.unit,
        "direction": i.default_direction,
        "reads": list(i.reads),
        "params": [_plain(p) for p in i.params],
        "blind_spots": list(i.blind_spots),
        "cites": list(i.cites),
        "method": i.method,
        "about": i.about,
    }
    return ShowReply("indicator", value, tuple(lines))


def _edit(name: str) -> ShowReply:
    from stadslab.lab import catalog

    e = catalog.edit(name)
    lines = [f"{e.kind}: {e.question}", f"  changes: {', '.join(e.touches)}", *_params(e.params())]
    value = {
        "name": e.kind,
        "question": e.question,
        "touches": list(e.touches),
        "params": [_plain(p) for p in e.params()],
    }
    return ShowReply("edit", value, tuple(lines))


def _source(name: str) -> ShowReply:
    from stadslab.lab import catalog

    s = catalog.source(name)
    lines = [
        f"{s.id}: {s.title}",
        f"  gives: {', '.join(s.provides)}; reads files ending in {', '.join(s.suffixes)}"
        + (", and folders of such data" if s.folders else ""),
        f"  licence: {s.licence}. {s.attribution}",
    ]
    lines += [f"  {s.about}"] if s.about else []
    lines += _params(s.params) + (
        [*_params(s.fetch_params, "when fetching")] if s.fetch else ["  reads files only; it cannot fetch"]
    )
    value = {
        "name": s.id,
        "title": s.title,
        "licence": s.licence,
        "provides": list(s.provides),
        "suffixes": list(s.suffixes),
        "fetches": s.fetch is not None,
        "params": [_plain(p) for p in s.params],
    }
    return ShowReply("source", value, tuple(lines))


def _params(params: tuple[Param, ...], title: str = "parameters") -> list[str]:
    if not params:
        return []
    lines = [f"  {title}:"]
    for p in params:
        default = "needed" if p.required else f"default {p.default}" if p.default not in ("", (), None) else "optional"
        unit = f" {p.unit}" if p.unit and not p.required and p.default is not None else ""
        choices = f" (one of {', '.join(p.choices)})" if p.choices else ""
        lines.append(f"    {p.name}: {p.about or p.type.__name__}{choices}; {default}{unit}")
    return lines


def _plain(p: Param) -> dict[str, Any]:
    default = (
        None if p.required else p.default if isinstance(p.default, str | int | float | bool | None) else list(p.default)
    )
    return {
        "name": p.name,
        "type": p.type.__name__,
        "required": p.required,
        "default": default,
        "unit": p.unit,
        "low": p.low,
        "high": p.high,
        "choices": list(p.choices),
        "about": p.about,
    }


VERB = Verb(
    "show",
    "Everything about one city, scenario, indicator, edit or source",
    ShowRequest,
    show,
    ("stadslab show demo", "stadslab show walk_access", "stadslab show demo/close-bridge"),
    positional=("name",),
    quick=True,
)
