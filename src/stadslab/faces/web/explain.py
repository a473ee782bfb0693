"""What stands behind an answer: sources, method, assumptions, what is not known, and the receipt."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from stadslab.core.disclosure import SMALL_COUNT
from stadslab.core.errors import NotFoundError, StadslabError
from stadslab.core.said import Said
from stadslab.faces.web.access import Who, allowed
from stadslab.faces.web.answers import titled, values_of
from stadslab.faces.web.cities import city_of
from stadslab.faces.web.desk import desk_of
from stadslab.faces.web.translation import Language, Told, translated
from stadslab.lab.spoken import spoken

if TYPE_CHECKING:
    from stadslab.core.city import City
    from stadslab.core.indicator import Indicator
    from stadslab.core.receipt import Receipt
    from stadslab.core.values import Values
    from stadslab.faces.web.desk import Desk

router = APIRouter(prefix="/api", tags=["hand over"])
ReadFor = Literal["answer", "people", "city"]
_Stamped = tuple[str, dict[str, Any], str, ReadFor]  # layer, stamp, digest, what it was read for
BEHAVIOUR = "No behavioural response modelled: people are assumed to live, choose and travel as before."
DIRECTION = "Which way is better is the indicator's default, not a goal that anybody has adopted."
SUPPRESSION = (
    f"Counts of 1 to {SMALL_COUNT - 1} people are never shown, nor is what would give them away by subtraction within "
    "one table and the map beside it; what the publisher withheld stays withheld. Several plans put side by side are "
    "not guarded against each other."
)
ONE_DRAW = "Uncertainty was not stated: each figure comes from one computation."


class LayerOut(BaseModel):
    """One layer that was read. read_for: the answer itself; the units and the people on them; the city, no answer."""

    name: str
    digest: str
    verdict: str
    notes: list[str]
    read_for: ReadFor


class SourceOut(BaseModel):
    """One source in one edition, with the layers that came from it. vintage: empty where the source states none."""

    title: str
    source: str
    licence: str
    attribution: str
    homepage: str
    vintage: str
    synthetic: bool
    layers: list[LayerOut]


class ChosenOut(BaseModel):
    """A parameter as it was chosen. usual: it has its default."""

    name: str
    value: Any
    unit: str
    about: Told
    usual: bool


class SpreadOut(BaseModel):
    """How people were put on the reporting units."""

    method: Told
    notes: list[Told]


class PlanOut(BaseModel):
    """The plan the answer is for, one sentence an edit."""

    name: str
    why: str
    by: str
    sentences: list[str]


class ExplainOut(BaseModel):
    """Everything that stands behind an answer.

    method: its version. about: paragraphs. attribution: whom to credit, in one line. vintages: editions of the sources,
    each once. coverage: share of units with an answer. people: none where no people are loaded. receipt: as data, from
    which the answer can be made again. receipt_key: the same for the same numbers, whatever things are called.
    """

    key: str
    city: str
    title: str
    question: Told
    indicator: str
    method: int
    about: list[Told]
    unit: str
    direction: Literal["benefit", "cost"]
    direction_note: str
    params: list[ChosenOut]
    support: str
    support_digest: str
    units: int
    coverage: float
    sources: list[SourceOut]
    attribution: str
    vintages: list[str]
    synthetic: bool
    assumptions: list[Told]
    uncertain: bool
    draws: int
    seed: int
    uncertainty: str
    blind_spots: list[Told]
    cites: list[str]
    behaviour: str
    people: SpreadOut | None
    suppression: str
    plan: PlanOut | None
    software: str
    receipt: dict[str, Any]
    receipt_key: str


class SourcesOut(BaseModel):
    """Where the data of a city come from. attribution: whom to credit, in one line; vintages: editions, each once."""

    city: str
    sources: list[SourceOut]
    attribution: str
    vintages: list[str]
    synthetic: bool


@router.get("/sources/{city}", dependencies=[allowed(Who.READER)], operation_id="get_sources")
def get_sources(request: Request, city: str) -> SourcesOut:
    """Where do the data of this city come from, and under which licences?"""
    found = city_of(desk_of(request), city)
    sources = grouped(
        (name, layer.stamp.to_json(), layer.digest, "city") for name, layer in sorted(found.layers.items())
    )
    return SourcesOut(city=found.name, sources=sources, **_in_short(sources))


@router.get("/explain/{key}", dependencies=[allowed(Who.READER)], operation_id="explain")
def explain(request: Request, key: str, language: Language = "en") -> ExplainOut:
    """What stands behind this answer?"""
    desk = desk_of(request)
    return explained(desk, key, values_of(desk, key), language)


def explained(desk: Desk, key: str, values: Values, language: Language = "en") -> ExplainOut:
    """What stands behind these values, kept under this key."""
    from stadslab.brief.receipt_block import readable

    receipt = values.receipt
    indicator = _indicator(values)
    city = city_behind(desk, receipt)
    sources = sources_of(receipt, city)
    draws = values.draws.shape[1]
    uncertainty = f"Uncertainty is stated by {draws:,} draws." if values.uncertain else ONE_DRAW
    params = dict(receipt.params)
    return ExplainOut(
        key=key,
        city=receipt.city,
        title=titled(indicator, params, language) if indicator else values.title or values.question,
        question=translated(values.question, language),
        indicator=values.indicator,
        method=receipt.method,
        about=_about(indicator, language),
        unit=values.unit,
        direction="benefit" if values.direction == "benefit" else "cost",
        direction_note=DIRECTION,
        params=_chosen(indicator, params, language),
        support=receipt.support,
        support_digest=values.support.digest,
        units=len(values),
        coverage=values.coverage,
        sources=sources,
        **_in_short(sources),
        assumptions=[translated(text, language) for text in receipt.assumptions],
        uncertain=values.uncertain,
        draws=draws,
        seed=receipt.seed,
        uncertainty=uncertainty,
        blind_spots=[translated(b, language) for b in (indicator.blind_spots if indicator else ())],
        cites=list(indicator.cites) if indicator else [],
        behaviour=BEHAVIOUR,
        people=_people(desk, values, city, language),
        suppression=SUPPRESSION,
        plan=_plan(receipt, city, language),
        software=receipt.software,
        receipt=json.loads(readable(receipt.to_json())),
        receipt_key=receipt.key,
    )


def city_behind(desk: Desk, receipt: Receipt) -> City | None:
    """The newest version of the city with the units and people the receipt names; as it is now when none has them."""
    from stadslab.store import manifests

    lab = desk.lab
    if receipt.city not in lab.cities():
        return None
    for version in reversed(manifests.history(lab.folder, receipt.city)):
        city = lab.city(f"{receipt.city}@{version}")
        if all(name in city and city[name].digest == digest for name, digest in receipt.ruler.items()):
            return city
    return lab.city(receipt.city)


def sources_of(receipt: Receipt, city: City | None) -> list[SourceOut]:
    """One entry a source and edition: of the layers the answer was made from, then of the people and areas."""
    stamps: list[_Stamped] = [(s["layer"], s, receipt.inputs.get(s["layer"], ""), "answer") for s in receipt.sources]
    read = {name for name, *_ in stamps}
    if city is not None:
        rest = [name for name in receipt.ruler if name in city and name not in read]
        stamps += [(name, city[name].stamp.to_json(), city[name].digest, "people") for name in rest]
    return grouped(stamps)


def grouped(stamps: Iterable[_Stamped]) -> list[SourceOut]:
    """Layers by source and edition, in the order in which they come."""
    from stadslab.core.layer import Verdict

    found: dict[tuple[str, ...], SourceOut] = {}
    for name, stamp, digest, read_for in stamps:
        key = tuple(str(stamp[part]) for part in ("source", "title", "licence", "vintage"))
        parts = ("title", "source", "licence", "attribution", "homepage", "vintage", "synthetic")
        source = found.setdefault(key, SourceOut(**{part: stamp[part] for part in parts}, layers=[]))
        told = stamp["verdict"]
        verdict = Verdict(told["rows_in"], told["rows_kept"], dict(told["dropped"]), tuple(told["notes"]))
        layer = LayerOut(
            name=name, digest=digest, verdict=verdict.sentence(), notes=list(verdict.notes), read_for=read_for
        )
        source.layers.append(layer)
    return list(found.values())


def _in_short(sources: list[SourceOut]) -> dict[str, Any]:
    return {
        "attribution": " · ".join(dict.fromkeys(s.attribution for s in sources if s.attribution)),
        "vintages": list(dict.fromkeys(s.vintage for s in sources if s.vintage)),
        "synthetic": any(s.synthetic for s in sources),
    }


def _indicator(values: Values) -> Indicator | None:
    """The indicator; None when it is no longer installed."""
    from stadslab.lab import catalog

    try:
        return catalog.indicator(values.indicator)
    except StadslabError:
        return None


def _about(indicator: Indicator | None, language: Language) -> list[Told]:
    from stadslab.brief import language as brief
    from stadslab.brief.model import paragraphs

    if indicator is None:
        return []
    told = brief.about(indicator.about, language)
    return [Told(text=p, lang=language if told else "en") for p in told or paragraphs(indicator.about)]


def _chosen(indicator: Indicator | None, params: dict[str, Any], language: Language) -> list[ChosenOut]:
    known = {p.name: p for p in indicator.params} if indicator else {}
    found = []
    for name, value in sorted(params.items(), key=lambda item: [*known, item[0]].index(item[0])):
        param = known.get(name)
        about = translated(param.about if param else "", language)
        usual = param is not None and not param.required and value == param.default
        found.append(ChosenOut(name=name, value=value, unit=param.unit if param else "", about=about, usual=usual))
    return found


def _people(desk: Desk, values: Values, city: City | None, language: Language) -> SpreadOut | None:
    if city is None or "people" not in city:
        return None
    try:
        people = desk.lab.builds.population(values.support, city)
    except NotFoundError:
        return None
    if not people.counts:
        return None
    return SpreadOut(
        method=_told(people.method, language), notes=[_told(note, language) for note in people.notes if note]
    )


def _told(text: str, language: Language) -> Told:
    """A text that remembers what it was made of, in this language; any other in English."""
    told = spoken(text, language)
    return Told(text=str(told), lang=language if isinstance(text, Said) else "en")


def _plan(receipt: Receipt, city: City | None, language: Language) -> PlanOut | None:
    from stadslab.core.scenario import scenario_from_json
    from stadslab.lab import catalog

    if receipt.scenario is None:
        return None
    try:
        plan = scenario_from_json(receipt.scenario, catalog.edits())
    except StadslabError:
        return PlanOut(name=str(receipt.scenario.get("name", "")), why="", by="", sentences=[])
    sentences = [spoken(sentence, language) for sentence in plan.sentences(city)]
    return PlanOut(name=plan.name, why=plan.why, by=plan.by, sentences=sentences)
