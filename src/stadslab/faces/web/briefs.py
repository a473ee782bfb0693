"""Briefs over HTTP: a page or a PDF for somebody who decides, made as a job and fetched as a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from stadslab.core import digest as digests
from stadslab.core.errors import InputError, NotFoundError, Problem, raise_errors
from stadslab.faces.file_names import stem
from stadslab.faces.web.access import Who, allowed
from stadslab.faces.web.cities import city_of
from stadslab.faces.web.desk import desk_of
from stadslab.faces.web.downloads import documented, download
from stadslab.faces.web.job_routes import JobOut, accepted
from stadslab.faces.web.jobs import jobs_of
from stadslab.faces.web.questions import MOST_EDITS, PLAN, QuestionIn, question_of, scenario_of, units_of
from stadslab.lab.once import Once
from stadslab.lab.spoken import Language

if TYPE_CHECKING:
    from stadslab.core.city import City
    from stadslab.core.progress import Progress
    from stadslab.core.scenario import Scenario
    from stadslab.faces.web.desk import Desk
    from stadslab.lab.run import Question

router = APIRouter(prefix="/api", tags=["hand over"])
MOST_MEASURES = 8
MOST_KEPT = 16  # finished briefs that can still be fetched
Words = Annotated[str, Field(max_length=500)]


class MeasureIn(BaseModel):
    """One question of a brief."""

    model_config = ConfigDict(extra="forbid")

    indicator: str
    params: dict[str, Any] = Field(default_factory=dict)


class BriefIn(BaseModel):
    """What a brief is to tell: which questions, of the city as it is or before and after edits.

    measures: none: everyday errands on foot. edits: as in a scenario file. title, question, written (a date): for the
    head of the page; blank: what the software would write, and no date.
    """

    model_config = ConfigDict(extra="forbid")

    city: str
    measures: Annotated[list[MeasureIn], Field(max_length=MOST_MEASURES)] = Field(default_factory=list)
    edits: Annotated[list[dict[str, Any]], Field(max_length=MOST_EDITS)] = Field(default_factory=list)
    plan: Annotated[str, Field(max_length=200)] = PLAN
    why: Words = ""
    by: Words = ""
    cost: Words = ""
    from_date: Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    support: str = "h3:9"
    draws: Annotated[int, Field(ge=1, le=1000)] = 1
    seed: Annotated[int, Field(ge=0, le=2**32)] = 1
    title: Words = ""
    question: Words = ""
    written: Words = ""
    format: Literal["html", "pdf"] = "html"
    language: Language = "en"


class BriefOut(BaseModel):
    """A finished brief. file: where to fetch it, until newer ones take its place. answers: a sentence a question."""

    file: str
    name: str
    format: Literal["html", "pdf"]
    bytes: int
    answers: list[str]


@dataclass(frozen=True, slots=True)
class _Finished:
    """A brief and the words that go with it."""

    told: BriefOut
    stem: str
    content: bytes


@router.post(
    "/brief",
    dependencies=[allowed(Who.READER)],
    operation_id="write_brief",
    response_model=BriefOut,
    responses={202: {"model": JobOut, "description": "It takes a while: a job, whose reply is a BriefOut"}},
)
def write_brief(request: Request, asked: BriefIn) -> Any:
    """Write a brief: at once when the same was written lately, else as a job."""
    desk = desk_of(request)
    city = city_of(desk, asked.city)
    questions, scenario = _ready(asked, city)
    name = digests.of_json([asked.model_dump(mode="json"), city.key()])
    found = _finished(desk).peek(name)
    if found is not None:
        return found.told
    words = f"brief: {asked.title or (scenario.name if scenario else city.name)}"

    def work(progress: Progress) -> BriefOut:
        return _finished(desk).put(name, _made(desk, name, asked, city, questions, scenario, progress)).told

    return accepted(jobs_of(desk).start(f"brief/{name}", words, work))


@router.get(
    "/briefs/{name}",
    dependencies=[allowed(Who.READER)],
    operation_id="get_brief",
    response_class=Response,
    responses=documented("html", "pdf"),
)
def get_brief(request: Request, name: str) -> Response:
    """A finished brief, as a file."""
    found = _finished(desk_of(request)).peek(name)
    if found is None:
        raise NotFoundError(Problem("brief", "it is not kept any more", "ask for it again"))
    return download(found.content, found.stem, found.told.format)


def _ready(asked: BriefIn, city: City) -> tuple[list[Question], Scenario | None]:
    """The questions and the plan. Raises `InputError` with all problems of all of them."""
    from stadslab.brief.asked import questions as everyday

    problems: list[Problem] = []
    questions: list[Question] = []
    for measure in asked.measures:
        try:
            one = QuestionIn(
                city=asked.city,
                indicator=measure.indicator,
                params=measure.params,
                support=asked.support,
                draws=asked.draws,
                seed=asked.seed,
            )
            questions.append(question_of(one, city))
        except (InputError, NotFoundError) as error:
            problems += error.problems
    try:
        scenario = scenario_of(asked.edits, asked.plan)
        if scenario is not None:
            scenario = replace(scenario, why=asked.why, by=asked.by, cost=asked.cost, from_date=asked.from_date)
            problems += scenario.check(city)
        if not asked.measures:
            questions = everyday((), city, asked.support, asked.draws, asked.seed)
    except (InputError, NotFoundError) as error:
        problems += error.problems
        scenario = None
    raise_errors(list(dict.fromkeys(problems)))
    return questions, scenario


def _made(
    desk: Desk,
    name: str,
    asked: BriefIn,
    city: City,
    questions: list[Question],
    scenario: Scenario | None,
    progress: Progress,
) -> _Finished:
    from stadslab.brief.document import compose
    from stadslab.brief.gathered import gathered
    from stadslab.brief.pdf import compose_pdf

    units_of(desk, asked.support, city, progress)
    texts = {"title": asked.title, "question": asked.question, "written": asked.written}
    content, answers = gathered(
        desk.lab, city, scenario, questions, **texts, language=asked.language, progress=progress
    )
    progress("writing the brief", 0, 1)
    data = compose_pdf(content) if asked.format == "pdf" else compose(content).encode()
    progress("writing the brief", 1, 1)
    called = stem(city.name, scenario.name if scenario is not None else "now", "brief")
    told = BriefOut(
        file=f"/api/briefs/{name}",
        name=f"{called}.{asked.format}",
        format=asked.format,
        bytes=len(data),
        answers=list(answers),
    )
    return _Finished(told, called, data)


def _finished(desk: Desk) -> Once[_Finished]:
    kept: Once[_Finished] = desk.keep("briefs", lambda: Once(MOST_KEPT))
    return kept
