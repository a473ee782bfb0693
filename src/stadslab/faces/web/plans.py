"""Plans: saved scenarios of a city, never saved over one that was not read, and checked while they are drawn."""

from __future__ import annotations

import datetime
import math
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Header, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from stadslab.core.errors import ConflictError, InputError, Problem, StadslabError
from stadslab.core.said import Said
from stadslab.faces.web.access import Who, allowed
from stadslab.faces.web.cities import city_and_version
from stadslab.faces.web.desk import Desk, desk_of
from stadslab.faces.web.drawing import Drawings, Step
from stadslab.faces.web.nearby import Nearby, is_place
from stadslab.faces.web.problems import ProblemOut, problems_told
from stadslab.faces.web.questions import MOST_EDITS
from stadslab.lab.spoken import Language, spoken

if TYPE_CHECKING:
    from stadslab.core.city import City
    from stadslab.core.scenario import Scenario

router = APIRouter(prefix="/api/cities/{city}", tags=["plans"])
HELD = 4  # versions of cities whose streets, stops and names are kept ready
Sort = Literal["streets", "stops", "places", "lines"]
FarM = Annotated[float, Query(gt=0, le=5_000, description="metres")]
Json = dict[str, Any]


class Texts(BaseModel):
    """What people write about a plan. from_date: year-month-day from which it holds, or empty."""

    model_config = ConfigDict(extra="forbid")

    why: Annotated[str, Field(max_length=5_000)] = ""
    by: Annotated[str, Field(max_length=500)] = ""
    cost: Annotated[str, Field(max_length=500)] = ""
    from_date: Annotated[str, Field(max_length=10)] = ""


class PlanBody(Texts):
    """A plan to save. drawn_on: as it was read; left out for a new one. redraw: accept the city as it is now."""

    edits: Annotated[list[Any], Field(max_length=MOST_EDITS)]
    drawn_on: Json = Field(default_factory=dict)
    redraw: bool = False


class PlanHead(BaseModel):
    """A saved plan in a list. tag: its version, to be shown again when saving. problems: where it cannot be read."""

    name: str
    tag: str
    saved: str
    why: str
    by: str
    edits: int
    problems: list[ProblemOut]


class Plans(BaseModel):
    """The plans saved for a city."""

    city: str
    plans: list[PlanHead]


class Plan(Texts):
    """A saved plan: its edits as they stand in a scenario file, in words, and what moved since it was drawn."""

    name: str
    tag: str
    saved: str
    edits: list[Json]
    sentences: list[str]
    drawn_on: Json
    moved: list[ProblemOut]


class Difference(BaseModel):
    """Where two versions of a plan differ: an edit that only one has, their order, or a text."""

    what: Literal["only_yours", "only_theirs", "order", "why", "by", "cost", "from_date"]
    yours: str
    theirs: str


class Conflict(BaseModel):
    """Somebody saved the plan meanwhile: theirs (none where it was deleted), and how it differs from yours."""

    problems: list[ProblemOut]
    theirs: Plan | None
    differences: list[Difference]


class CheckBody(BaseModel):
    """Edits to check, in order. Malformed ones are told of, each beside its number; none is lost."""

    model_config = ConfigDict(extra="forbid")

    edits: list[Any]
    drawn_on: Json = Field(default_factory=dict)


class StepOut(BaseModel):
    """One edit: in words, what is wrong with it, and what it does on the map (GeoJSON; `role` says what)."""

    kind: str
    sentence: str
    made: bool
    problems: list[ProblemOut]
    sketch: Json


class Checked(BaseModel):
    """Every edit of a list, checked on the city as those before it leave it. moved: since the plan was drawn."""

    version: str
    steps: list[StepOut]
    moved: list[ProblemOut]


class LineOut(BaseModel):
    """A line of public transport."""

    id: str
    mode: str
    name: str
    long_name: str
    words: str


class Junction(BaseModel):
    """An end of a piece of street."""

    id: str
    at: tuple[float, float]


class NearStreet(BaseModel):
    """A piece of street. at: the point on it that is nearest. whole: of the whole way it belongs to."""

    id: str
    way: str
    name: str
    words: str
    whole: str
    highway: str
    length_m: float
    speed_kmh: float
    modes: list[str]
    away_m: float
    at: tuple[float, float]
    line: list[tuple[float, float]]
    whole_lines: list[list[tuple[float, float]]]
    junctions: list[Junction]


class Station(BaseModel):
    """What a stop belongs to."""

    id: str
    words: str


class NearStop(BaseModel):
    """A stop or station, and the lines that call there."""

    id: str
    kind: str
    words: str
    away_m: float
    at: tuple[float, float]
    station: Station | None
    lines: list[LineOut]


class NearPlace(BaseModel):
    """A place that people go to. capacity: how much it holds, where that is known."""

    id: str
    kind: str
    name: str
    capacity: float | None
    words: str
    away_m: float
    at: tuple[float, float]


class Near(BaseModel):
    """What lies near a point, nearest first."""

    streets: list[NearStreet]
    stops: list[NearStop]
    places: list[NearPlace]


class Match(BaseModel):
    """Something of this name. at: where it is; nowhere for a line."""

    sort: Sort
    id: str
    words: str
    about: str
    at: tuple[float, float] | None


class Named(BaseModel):
    """What is called so, best first."""

    matches: list[Match]


class Lines(BaseModel):
    """The lines of public transport."""

    lines: list[LineOut]


class _Room:
    """What this room remembers: edits checked, and what helps with drawing, of a few versions of cities."""

    def __init__(self) -> None:
        self.drawings = Drawings()
        self._held: OrderedDict[str, Nearby] = OrderedDict()
        self._lock = threading.Lock()

    def held(self, desk: Desk, name: str) -> tuple[Nearby, str]:
        city, version = city_and_version(desk, name)
        with self._lock:
            key = f"{city.name}@{version}"
            if key not in self._held:
                self._held[key] = Nearby(city)
                while len(self._held) > HELD:
                    self._held.popitem(last=False)
            self._held.move_to_end(key)
            return self._held[key], version


def _room(desk: Desk) -> _Room:
    found: _Room = desk.keep("plans", _Room)
    return found


@router.get("/plans", dependencies=[allowed(Who.READER)], operation_id="list_plans")
def list_plans(request: Request, city: str, language: Language = "en") -> Plans:
    """Which plans are saved for this city? One that cannot be read is listed with what is wrong with it."""
    desk = desk_of(request)
    held, _ = _room(desk).held(desk, city)
    name = held.city.name
    return Plans(city=name, plans=[_head(desk, name, plan, language) for plan in desk.lab.scenarios(name)])


@router.get("/plans/{name}", dependencies=[allowed(Who.READER)], operation_id="get_plan", response_model=Plan)
def get_plan(
    request: Request,
    city: str,
    name: str,
    language: Language = "en",
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """What does this plan say, and what moved since it was drawn? 304 when it is the version the reader has."""
    desk = desk_of(request)
    held, _ = _room(desk).held(desk, city)
    if if_none_match and _stored_tag(desk, held.city.name, name) in _tags(if_none_match):
        return Response(status_code=304, headers={"ETag": if_none_match, "Cache-Control": "no-cache"})
    plan = _plan(desk, held.city, name, language)
    return JSONResponse(plan.model_dump(), headers={"ETag": f'"{plan.tag}"', "Cache-Control": "no-cache"})


@router.put(
    "/plans/{name}",
    dependencies=[allowed(Who.EDITOR)],
    operation_id="put_plan",
    response_model=Plan,
    responses={412: {"model": Conflict}},
)
def put_plan(
    request: Request,
    city: str,
    name: str,
    body: PlanBody,
    language: Language = "en",
    if_match: Annotated[str | None, Header()] = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Save a plan: over the version named by `If-Match`, or as a new one (`If-None-Match: *`).

    Refused with 412 and the other version when somebody saved meanwhile, with 422 and all problems when an edit cannot
    be made or the city has moved on since the plan was drawn.
    """
    desk = desk_of(request)
    room = _room(desk)
    held, _ = room.held(desk, city)
    instead_of = _precondition(if_match, if_none_match)
    head = _with_head(name, body)
    _, steps = room.drawings.steps(held.city, body.edits)
    problems = [_placed(problem, number, step) for number, step in enumerate(steps, 1) for problem in step.problems]
    errors = [problem for problem in problems if problem.severity == "error"]
    scenario = _scenario(head, steps)
    moved = [] if body.redraw else scenario.moved(held.city)
    if errors or moved:
        told = problems_told([*errors, *moved], language)
        return JSONResponse({"problems": [c.model_dump() for c in told]}, 422)
    try:
        desk.lab.save_scenario(held.city.name, scenario.pinned(held.city), instead_of)
    except ConflictError as conflict:
        return _conflict(desk, held.city, name, scenario, steps, conflict, language)
    plan = _plan(desk, held.city, name, language)
    return JSONResponse(plan.model_dump(), headers={"ETag": f'"{plan.tag}"'})


@router.delete(
    "/plans/{name}",
    dependencies=[allowed(Who.EDITOR)],
    operation_id="delete_plan",
    status_code=204,
    responses={412: {"model": Conflict}},
)
def delete_plan(
    request: Request,
    city: str,
    name: str,
    language: Language = "en",
    if_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Take a plan out of the lab, if it still is the version the reader has seen."""
    from stadslab.store import scenarios

    desk = desk_of(request)
    held, _ = _room(desk).held(desk, city)
    try:
        scenarios.delete_scenario(desk.lab.folder, held.city.name, name, _precondition(if_match, None))
    except ConflictError as conflict:
        return _conflict(desk, held.city, name, None, [], conflict, language)
    return Response(status_code=204)


@router.post("/plans/check", dependencies=[allowed(Who.READER)], operation_id="check_plan")
def check_plan(request: Request, city: str, body: CheckBody, language: Language = "en") -> Checked:
    """Every edit in words, with its problems and what it does on the map. Nothing is saved."""
    desk = desk_of(request)
    room = _room(desk)
    held, version = room.held(desk, city)
    _, steps = room.drawings.steps(held.city, body.edits)
    head = _with_head("plan", PlanBody(edits=[], drawn_on=body.drawn_on))
    moved = _scenario(head, steps).moved(held.city)
    told = [
        StepOut(
            kind=step.edit.kind if step.edit else _kind(item),
            sentence=spoken(step.sentence, language),
            made=step.made,
            problems=problems_told(step.problems, language),
            sketch=step.sketch,
        )
        for item, step in zip(body.edits, steps, strict=True)
    ]
    return Checked(version=version, steps=told, moved=problems_told(moved, language))


@router.get("/near", dependencies=[allowed(Who.READER)], operation_id="near")
def near(
    request: Request,
    city: str,
    at: Annotated[str, Query(description="longitude,latitude", max_length=100)],
    sorts: Annotated[str, Query(description="streets, stops, places", max_length=100)] = "streets,stops,places",
    within_m: FarM = 50.0,
    language: Language = "en",
) -> Near:
    """What lies near this point, nearest first, in words a person would use for it?"""
    desk = desk_of(request)
    held, _ = _room(desk).held(desk, city)
    lon, lat = _point(at)
    asked = {part.strip() for part in sorts.split(",")}
    found: dict[str, list[Json]] = {"streets": [], "stops": [], "places": []}
    if strange := sorted(asked - found.keys()):
        raise InputError(Problem("sorts", Said("{sort!r} is not known", sort=strange[0]), "streets, stops, places"))
    if "streets" in asked:
        found["streets"] = held.streets(lon, lat, within_m)
    if "stops" in asked:
        found["stops"] = held.stops(lon, lat, within_m)
    if "places" in asked:
        found["places"] = held.places(lon, lat, within_m)
    return Near.model_validate(_in_words(found, language))


@router.get("/named", dependencies=[allowed(Who.READER)], operation_id="named")
def named(
    request: Request,
    city: str,
    text: Annotated[str, Query(max_length=200)],
    sort: Sort,
    most: Annotated[int, Query(ge=1, le=50)] = 12,
    language: Language = "en",
) -> Named:
    """Which streets, stops, places or lines are called so?"""
    desk = desk_of(request)
    held, _ = _room(desk).held(desk, city)
    return Named.model_validate({"matches": _in_words(held.named(text, sort, most), language)})


@router.get("/lines", dependencies=[allowed(Who.READER)], operation_id="list_lines")
def list_lines(request: Request, city: str, language: Language = "en") -> Lines:
    """Which lines of public transport are there?"""
    desk = desk_of(request)
    held, _ = _room(desk).held(desk, city)
    return Lines.model_validate({"lines": _in_words(held.lines(), language)})


def _precondition(if_match: str | None, if_none_match: str | None) -> str | None:
    """The tag of what may be replaced: empty for nothing, None for anything that is there."""
    from stadslab.store.scenarios import NEW

    if if_none_match is not None and if_none_match.strip() == "*":
        return NEW
    if if_match is None or not if_match.strip():
        raise HTTPException(428, "say which version you have seen: If-Match, or If-None-Match: * for a new plan")
    if if_match.strip() == "*":
        return None
    tags = _tags(if_match)
    return tags[0] if len(tags) == 1 else "?"


def _tags(header: str) -> list[str]:
    return [part.strip().removeprefix("W/").strip('"') for part in header.split(",")]


def _stored_tag(desk: Desk, city: str, name: str) -> str:
    from stadslab.store import scenarios

    return scenarios.tagged_scenario(desk.lab.folder, city, name)[1]


def _with_head(name: str, body: PlanBody) -> Scenario:
    """The plan without its edits. Raises `InputError` with what is wrong with its texts and name."""
    from stadslab.core.scenario import FORMAT, TEXTS, scenario_from_json
    from stadslab.store.names import check_name

    head = {"format": FORMAT, "name": check_name(name, "plan"), "drawn_on": body.drawn_on}
    return scenario_from_json({**head, **{key: getattr(body, key) for key in TEXTS}}, {}, f"plan {name}")


def _scenario(head: Scenario, steps: list[Step]) -> Scenario:
    return head.add(*(step.edit for step in steps if step.edit is not None))


def _placed(problem: Problem, number: int, step: Step) -> Problem:
    from dataclasses import replace

    where: str = Said("edit {number}", number=number)
    if step.edit is not None:
        where = Said("edit {number} ({kind})", number=number, kind=step.edit.kind)
    return replace(problem, where=Said("{first}, {rest}", first=where, rest=problem.where) if problem.where else where)


def _plan(desk: Desk, city: City, name: str, language: Language) -> Plan:
    from stadslab.core.scenario import TEXTS, scenario_from_json
    from stadslab.lab import catalog
    from stadslab.store import scenarios

    value, tag = scenarios.tagged_scenario(desk.lab.folder, city.name, name)
    scenario = scenario_from_json(value, catalog.edits(), f"plan {name}")
    edits = [edit.to_json() for edit in scenario.edits]
    _, steps = _room(desk).drawings.steps(city, edits)
    return Plan(
        name=name,
        tag=tag,
        saved=_saved(desk, city.name, name),
        edits=edits,
        sentences=[spoken(step.sentence, language) for step in steps],
        drawn_on=scenario.to_json()["drawn_on"],
        moved=problems_told(scenario.moved(city), language),
        **{key: getattr(scenario, key) for key in TEXTS},
    )


def _head(desk: Desk, city: str, name: str, language: Language) -> PlanHead:
    from stadslab.store import scenarios

    empty: Json = {"tag": "", "why": "", "by": "", "edits": 0, "problems": []}
    try:
        _, empty["tag"] = scenarios.tagged_scenario(desk.lab.folder, city, name)
        scenario = desk.lab.scenario(city, name)
        empty |= {"why": scenario.why, "by": scenario.by, "edits": len(scenario.edits)}
    except StadslabError as error:
        empty["problems"] = problems_told(error.problems, language)
    return PlanHead(name=name, saved=_saved(desk, city, name), **empty)


def _saved(desk: Desk, city: str, name: str) -> str:
    from stadslab.store import scenarios

    seconds = scenarios.saved_at_s(desk.lab.folder, city, name)
    if math.isnan(seconds):
        return ""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat(timespec="seconds")


def _conflict(
    desk: Desk,
    city: City,
    name: str,
    yours: Scenario | None,
    steps: list[Step],
    conflict: ConflictError,
    language: Language,
) -> JSONResponse:
    theirs: Plan | None = None
    problems = list(conflict.problems)
    try:
        theirs = _plan(desk, city, name, language)
    except LookupError:
        pass  # it was deleted
    except StadslabError as error:
        problems += error.problems
    differ = _differences(yours, steps, theirs, language) if yours and theirs else []
    told = Conflict(problems=problems_told(problems, language), theirs=theirs, differences=differ)
    headers = {"ETag": f'"{theirs.tag}"'} if theirs else {}
    return JSONResponse(told.model_dump(), 412, headers)


def _differences(yours: Scenario, steps: list[Step], theirs: Plan, language: Language) -> list[Difference]:
    from stadslab.core import digest as digests
    from stadslab.core.scenario import TEXTS

    mine = [digests.of_json(edit.to_json()) for edit in yours.edits]
    told = [spoken(step.sentence, language) for step in steps if step.edit is not None]
    other = [digests.of_json(edit) for edit in theirs.edits]
    found = [
        Difference(what="only_yours", yours=s, theirs="") for d, s in zip(mine, told, strict=True) if d not in other
    ]
    found += [
        Difference(what="only_theirs", yours="", theirs=s)
        for d, s in zip(other, theirs.sentences, strict=True)
        if d not in mine
    ]
    if mine != other and not found:
        found.append(Difference(what="order", yours="; ".join(told), theirs="; ".join(theirs.sentences)))
    texts = ((key, getattr(yours, key), getattr(theirs, key)) for key in TEXTS)
    return found + [Difference.model_validate({"what": k, "yours": a, "theirs": b}) for k, a, b in texts if a != b]


def _point(text: str) -> tuple[float, float]:
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        lon = lat = math.nan
    if not is_place(lon, lat):
        what = Said("{text!r} is no longitude and latitude in degrees", text=text)
        raise InputError(Problem("at", what, "such as 18.07,59.33"))
    return lon, lat


def _kind(item: Any) -> str:
    kind = item.get("kind") if isinstance(item, dict) else None
    return kind if isinstance(kind, str) and kind.isascii() and len(kind) <= 80 else ""


def _in_words(value: Any, language: Language) -> Any:
    """The value with every text in it in this language."""
    if isinstance(value, str):
        return spoken(value, language)
    if isinstance(value, dict):
        return {key: _in_words(v, language) for key, v in value.items()}
    return [_in_words(v, language) for v in value] if isinstance(value, list) else value
