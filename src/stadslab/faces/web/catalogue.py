"""What can be asked and changed: indicators and edits with their forms, in the reader's language where it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from stadslab.faces.web.access import Who, allowed
from stadslab.faces.web.cities import city_of
from stadslab.faces.web.desk import desk_of
from stadslab.faces.web.kept_replies import documented, looked_up
from stadslab.faces.web.questions import missing, needed_by
from stadslab.faces.web.translation import Language, Told, translated
from stadslab.lab.spoken import plain_about

if TYPE_CHECKING:
    from stadslab.core.city import City
    from stadslab.core.edit import Edit
    from stadslab.core.indicator import Indicator
    from stadslab.core.params import Param

router = APIRouter(prefix="/api", tags=["catalogue"])
Drawn = Literal["street", "line", "point", "stop", "route", "place", "none"]
Sort = Literal["text", "number", "whole", "flag", "choice"]
Offer = Literal["kinds", "opportunities", "dates", "time", "place", "street", "stop", "route", "draw", "none"]
BY_ID = ("street", "stop", "route", "place")
KINDS = ("kind", "place_kind")
TIMES = ("depart", "arrive", "first", "last", "start", "end")


class Choice(BaseModel):
    """One of several values, and what it is called."""

    value: str
    label: Told


class ParamOut(BaseModel):
    """One field of a form.

    sort: what sort of value. unit: its unit, "1" for plain counts. low, high: the closed range that makes sense.
    many: several values. pair: longitude and latitude. offers: what to offer for it: kinds of place, kinds of place
    or groups of people (opportunities), days with service, a time of day, a place, street, stop or route picked on the
    map, or a drawing.
    """

    name: str
    label: Told
    about: Told
    sort: Sort
    unit: str
    low: float | None
    high: float | None
    choices: list[Choice]
    default: Any
    required: bool
    many: bool
    pair: bool
    offers: Offer


class MissingLayer(BaseModel):
    """A layer the city lacks, and the sources that provide it."""

    layer: str
    sources: list[str]


class UncertainOut(BaseModel):
    """A parameter that varies from draw to draw: its relative standard deviation and where that figure is from."""

    param: str
    relative_sd: float
    source: str


class IndicatorOut(BaseModel):
    """One question that can be asked.

    title: what a map of it is called, with parameters in braces. direction: benefit (more is better by default) or
    cost. live: whether its answer follows edits as they are drawn. missing: what the city lacks for it.
    """

    id: str
    label: Told
    question: Told
    title: Told
    about: Told
    unit: str
    direction: Literal["benefit", "cost"]
    method: int
    live: bool
    params: list[ParamOut]
    blind_spots: list[Told]
    cites: list[str]
    uncertain: list[UncertainOut]
    reads: list[str]
    missing: list[MissingLayer]


class EditOut(BaseModel):
    """One kind of change. drawn: what is picked or drawn on the map for it."""

    kind: str
    label: Told
    question: Told
    touches: list[str]
    params: list[ParamOut]
    drawn: Drawn
    missing: list[MissingLayer]


class Catalogue(BaseModel):
    """Everything that can be asked and changed. city: for which `missing` is told; empty: for none."""

    city: str
    language: Language
    indicators: list[IndicatorOut]
    edits: list[EditOut]


@router.get(
    "/catalogue", dependencies=[allowed(Who.READER)], operation_id="get_catalogue", responses=documented(Catalogue)
)
def get_catalogue(request: Request, city: str = "", language: Language = "en") -> Response:
    """What can be asked of this city, and what can be changed in it?"""
    from stadslab.lab import catalog

    here = city_of(desk_of(request), city) if city else None
    found = Catalogue(
        city=city,
        language=language,
        indicators=[_indicator(i, here, language) for i in catalog.indicators().values()],
        edits=[_edit(e, here, language) for e in catalog.edits().values()],
    )
    return looked_up(request, found)


def _indicator(i: Indicator, city: City | None, language: Language) -> IndicatorOut:
    lacking = {} if city is None else missing(needed_by(i, city), city)
    return IndicatorOut(
        id=i.id,
        label=translated(_words(i.id), language),
        question=translated(i.question, language),
        title=translated(i.title or i.question, language),
        about=translated(plain_about(i.about), language),
        unit=i.unit,
        direction=i.default_direction,
        method=i.method,
        live=i.live is not None,
        params=[_param(p, language) for p in i.params],
        blind_spots=[translated(spot, language) for spot in i.blind_spots],
        cites=list(i.cites),
        uncertain=[UncertainOut(param=n, relative_sd=s.relative_sd, source=s.source) for n, s in i.uncertain.items()],
        reads=list(i.reads),
        missing=[MissingLayer(layer=n, sources=s) for n, s in lacking.items()],
    )


def _edit(e: type[Edit], city: City | None, language: Language) -> EditOut:
    lacking = {} if city is None else missing(list(e.touches), city)
    return EditOut(
        kind=e.kind,
        label=translated(_words(e.kind), language),
        question=translated(e.question, language),
        touches=list(e.touches),
        params=[_param(p, language) for p in e.params()],
        drawn=_drawn(e.params()),
        missing=[MissingLayer(layer=n, sources=s) for n, s in lacking.items()],
    )


def _param(p: Param, language: Language) -> ParamOut:
    sorts: dict[type, Sort] = {bool: "flag", int: "whole", float: "number"}
    default = None if p.required else p.default
    return ParamOut(
        name=p.name,
        label=translated(_label(p), language),
        about=translated(p.about, language),
        sort="choice" if p.choices else sorts.get(p.type, "text"),
        unit=p.unit,
        low=p.low,
        high=p.high,
        choices=[Choice(value=c, label=translated(_words(c), language)) for c in p.choices],
        default=list(default) if isinstance(default, tuple) else default,
        required=p.required,
        many=p.many,
        pair=p.pair,
        offers=_offers(p),
    )


def _offers(p: Param) -> Offer:
    if p.pair:
        return "draw"
    if p.name in KINDS:
        return "kinds"
    if p.name == "what":
        return "opportunities"
    if p.name == "date":
        return "dates"
    if p.name in TIMES:
        return "time"
    if p.name in ("to", "place"):
        return "place"
    if p.name in ("stops", "beyond", "toward", "stop"):
        return "stop"
    if p.name == "street":
        return "street"
    return "route" if p.name == "route" else "none"


def _drawn(params: tuple[Param, ...]) -> Drawn:
    """What is picked or drawn for an edit: told by its fields, so that a new kind of edit needs no list here."""
    for p in params:
        if p.pair:
            return "line" if p.many else "point"
        if p.name in BY_ID:
            found: Drawn = p.name  # type: ignore[assignment]
            return found
    return "line" if any(p.name == "stops" for p in params) else "none"


def _label(p: Param) -> str:
    """The name of a field in words, without the unit that stands beside it anyway."""
    words = p.name
    for ending in ("_m_s", "_kmh", "_min", "_m", "_s"):
        words = words.removesuffix(ending)
    return _words(words)


def _words(name: str) -> str:
    return name.replace("_", " ")
