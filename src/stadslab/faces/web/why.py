"""Why a unit has its number, for the card that opens when somebody clicks it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from stadslab.core.errors import InputError, Problem
from stadslab.faces.web.access import Who, allowed
from stadslab.faces.web.answers import answer
from stadslab.faces.web.desk import desk_of
from stadslab.faces.web.questions import Asked, ready
from stadslab.faces.web.translation import Language, translated

if TYPE_CHECKING:
    from stadslab.core.values import Values
    from stadslab.lab.why import Leg, Near

router = APIRouter(prefix="/api", tags=["answers"])


class WhyAsked(Asked):
    """An answer's question, and the position of one of its units."""

    unit: Annotated[int, Field(ge=0)]


class LegOut(BaseModel):
    """One part of a trip; `lab/why.py` says what each kind is. start: time of day, where a timetable is involved."""

    kind: str
    seconds: float
    start: str
    metres: float | None
    origin: str
    destination: str
    mode: str
    line: str
    towards: str
    stops: int


class NearOut(BaseModel):
    """A place or stop near the unit."""

    id: str
    name: str
    kind: str
    lon: float
    lat: float
    minutes: float | None
    metres: float | None


class WhyOut(BaseModel):
    """What is behind the number of a unit.

    value: null where it is not known or nothing is reached (`unreachable`). low, high: 5th and 95th percentile. reason:
    in words, why there is no number, or nothing in reach; empty otherwise. The rest: see `Why` in `lab/why.py`.
    """

    unit: int
    id: str
    value: float | None
    unreachable: bool
    low: float | None
    high: float | None
    reason: str
    how: str
    legs: list[LegOut]
    places: list[NearOut]
    in_reach: int | None
    share: float | None
    path: dict[str, Any]


@router.post("/why", dependencies=[allowed(Who.READER)], operation_id="ask_why")
def ask_why(request: Request, asked: WhyAsked, language: Language = "en") -> WhyOut:
    """Why does this unit have its number?"""
    from stadslab.core.values import Reason
    from stadslab.lab.why import why

    desk = desk_of(request)
    found = ready(desk, asked)
    values, _ = answer(desk, found)
    if asked.unit >= len(values):
        what = f"there is no unit {asked.unit}: the answer has {len(values):,}"
        raise InputError(Problem("unit", what, "a position from 0, as in the numbers of the answer"))
    reason = Reason(int(values.reason[asked.unit]))
    told = "" if reason == Reason.KNOWN else translated(reason.words, language).text
    numbers = _numbers(values, asked.unit)
    reached = numbers["value"] is not None
    behind = why(desk.lab, found.question, found.after, found.city, values.support, asked.unit, reached=reached)
    return WhyOut(
        unit=asked.unit,
        id=values.support.ids[asked.unit],
        reason=told,
        how=behind.how,
        legs=[_leg(leg) for leg in behind.legs],
        places=[_near(place) for place in behind.places],
        in_reach=behind.in_reach,
        share=behind.share,
        path=behind.path,
        **numbers,
    )


def _numbers(values: Values, unit: int) -> dict[str, Any]:
    draws = values.draws[unit]
    mean = float(draws.mean())
    low, high = (float(values.quantile(q)[unit]) for q in (0.05, 0.95)) if values.uncertain else (math.nan, math.nan)
    finite = {"value": mean, "low": low, "high": high}
    return {"unreachable": math.isinf(mean), **{k: v if math.isfinite(v) else None for k, v in finite.items()}}


def _leg(leg: Leg) -> LegOut:
    start = "" if leg.start_s is None else f"{leg.start_s // 3600:02d}:{leg.start_s % 3600 // 60:02d}"
    metres = None if leg.metres is None else round(leg.metres, 1)
    return LegOut(
        kind=leg.kind,
        seconds=round(leg.seconds, 1),
        start=start,
        metres=metres,
        origin=leg.origin,
        destination=leg.destination,
        mode=leg.mode,
        line=leg.line,
        towards=leg.towards,
        stops=leg.stops,
    )


def _near(place: Near) -> NearOut:
    return NearOut(
        id=place.id,
        name=place.name,
        kind=place.kind,
        lon=place.lon,
        lat=place.lat,
        minutes=None if place.minutes is None else round(place.minutes, 2),
        metres=None if place.metres is None else round(place.metres, 1),
    )
