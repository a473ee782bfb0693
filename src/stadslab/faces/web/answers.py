"""Answers: a question becomes a key, and a key names its numbers for ever."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from stadslab.core.errors import NotFoundError, Problem, StadslabError
from stadslab.core.progress import silent
from stadslab.faces.web.access import Who, allowed
from stadslab.faces.web.desk import Desk, desk_of
from stadslab.faces.web.job_routes import JobOut, accepted
from stadslab.faces.web.jobs import jobs_of
from stadslab.faces.web.kept_replies import documented, immutable
from stadslab.faces.web.problems import ProblemOut, problems_told
from stadslab.faces.web.questions import Asked, Ready, ready, units_of
from stadslab.faces.web.rulers import remember
from stadslab.faces.web.translation import Language, translated
from stadslab.lab.once import Once

if TYPE_CHECKING:
    from stadslab.core.progress import Progress
    from stadslab.core.support import Population
    from stadslab.core.values import Values

router = APIRouter(prefix="/api", tags=["answers"])
MOST_VALUES = 32  # answers held open
MOST_HEADS = 256
Figure = float | Literal["unreachable"] | None


class ReasonCount(BaseModel):
    """Why so many (people, or units where no people are loaded) have no number; null: fewer than five."""

    words: str
    count: int | None


class SummaryOut(BaseModel):
    """One answer in a few numbers: per person where people are known, per unit otherwise.

    people: none when no people are loaded. tenth, median, ninetieth: over people with an answer. none: people who reach
    nothing. unknown: people of whom it is not known. Counts of people, that of all aside, are rounded to five as on the
    map, and null where they may not be told.
    """

    unit: str
    units: int
    people: int | None
    counted: Literal["people", "units"]
    mean: Figure
    tenth: Figure
    median: Figure
    ninetieth: Figure
    none: int | None
    unknown: int | None
    reasons: list[ReasonCount]


class AnswerHead(BaseModel):
    """What an answer is, without its numbers: those are at `/api/values/{key}`, its units at `/api/units/{digest}`.

    title: the question with its parameters, for the head of a map. direction: benefit (more is better by default) or
    cost. cached: it was there already.
    """

    key: str
    title: str
    question: str
    unit: str
    direction: Literal["benefit", "cost"]
    indicator: str
    params: dict[str, Any]
    support: str
    support_digest: str
    count: int
    uncertain: bool
    draws: int
    summary: SummaryOut
    assumptions: list[str]
    warnings: list[ProblemOut]
    cached: bool


class ValuesOut(BaseModel):
    """The numbers of an answer, one a unit in the order of its units.

    value: mean over the draws; null where it is not known or nothing is reached. unreachable: numbers of the units
    from which nothing is reached (infinite). low, high: 5th and 95th percentile of the draws, where uncertainty is
    stated. reason: a code for each unit, in words in `reasons`.
    """

    key: str
    unit: str
    direction: Literal["benefit", "cost"]
    support_digest: str
    value: list[float | None]
    unreachable: list[int]
    low: list[float | None] | None
    high: list[float | None] | None
    reason: list[int]
    reasons: dict[int, str]


@router.post(
    "/answers",
    dependencies=[allowed(Who.READER)],
    operation_id="ask_answer",
    response_model=AnswerHead,
    responses={202: {"model": JobOut, "description": "It takes a while: a job, whose reply is an AnswerHead"}},
)
def ask_answer(request: Request, asked: Asked, language: Language = "en") -> Any:
    """Answer a question about a city, as it is or under edits: at once when it was asked before, else as a job."""
    desk = desk_of(request)
    found = ready(desk, asked)
    head = head_at_hand(desk, found, language)
    if head is not None:
        return head
    key = f"answer/{asked.city}/{found.key}/{found.after.key()}/{language}"
    words = titled(found.question.indicator, found.question.params, language)
    return accepted(jobs_of(desk).start(key, words, lambda p: answer_head(desk, found, p, language), language))


@router.get(
    "/values/{key}", dependencies=[allowed(Who.READER)], operation_id="get_values", responses=documented(ValuesOut)
)
def get_values(request: Request, key: str, language: Language = "en") -> Response:
    """The numbers of an answer."""
    values = values_of(desk_of(request), key)
    return immutable(request, f"{key}-{language}", values_out(key, values, language))


def head_at_hand(desk: Desk, found: Ready, language: Language = "en") -> AnswerHead | None:
    """The head of an answer that is there already; None when it has to be worked out."""
    head = _heads(desk).peek(_head_key(found, language))
    if head is not None:
        return head.model_copy(update={"cached": True, "warnings": problems_told(found.warnings, language)})
    if not (desk.lab.folder.values / f"{found.key}.arrow").exists():
        return None
    return answer_head(desk, found, silent, language)


def answer_head(desk: Desk, found: Ready, progress: Progress, language: Language = "en") -> AnswerHead:
    """Answer the question and say what came out; its numbers and units are kept at hand."""
    support = units_of(desk, found.question.support, found.city, progress)
    values, cached = answer(desk, found, progress)
    people = desk.lab.builds.population(support, found.after, progress)
    indicator, params = found.question.indicator, found.question.params
    head = AnswerHead(
        key=found.key,
        title=titled(indicator, params, language),
        question=translated(values.question, language).text,
        unit=values.unit,
        direction="benefit" if values.direction == "benefit" else "cost",
        indicator=values.indicator,
        params=dict(params),
        support=found.question.support,
        support_digest=values.support.digest,
        count=len(values),
        uncertain=values.uncertain,
        draws=values.draws.shape[1],
        summary=summary_out(values, people, language),
        assumptions=list(values.receipt.assumptions),
        warnings=problems_told(found.warnings, language),
        cached=cached,
    )
    return _heads(desk).put(_head_key(found, language), head)


def answer(desk: Desk, found: Ready, progress: Progress = silent, *, base: bool = False) -> tuple[Values, bool]:
    """The answer itself (that of the city as it is, with `base`), and whether it was there; kept at hand by its key."""
    scenario = None if base else found.scenario
    values, cached = desk.lab.answer(found.question, found.city, scenario, progress)
    remember(desk, values.support)
    _held(desk).put(found.base_key if base else found.key, values)
    return values, cached


def values_of(desk: Desk, key: str) -> Values:
    """The answer of this key: at hand, or from the lab. Raises `NotFoundError`."""
    return _held(desk).get(key, lambda: _stored(desk, key))


def values_out(key: str, values: Values, language: Language = "en") -> ValuesOut:
    """The numbers as JSON can say them: unknown is null, infinite is null and named apart."""
    import numpy as np

    from stadslab.core.values import Reason

    mean = values.mean()
    stated = values.uncertain
    present = sorted(set(values.reason.tolist()))
    return ValuesOut(
        key=key,
        unit=values.unit,
        direction="benefit" if values.direction == "benefit" else "cost",
        support_digest=values.support.digest,
        value=numbers(mean),
        unreachable=np.flatnonzero(np.isinf(mean)).tolist(),
        low=numbers(values.quantile(0.05)) if stated else None,
        high=numbers(values.quantile(0.95)) if stated else None,
        reason=values.reason.tolist(),
        reasons={code: translated(Reason(code).words, language).text for code in present},
    )


def numbers(values: Any) -> list[float | None]:
    """Numbers for JSON: rounded to the millionth; null where there is no finite one."""
    import numpy as np

    found = np.asarray(values, np.float64).round(6).astype(object)
    found[~np.isfinite(np.asarray(values, np.float64))] = None
    plain: list[float | None] = found.tolist()
    return plain


def summary_out(values: Values, people: Population, language: Language = "en") -> SummaryOut:
    """The summary as it may be told beside a map that tells the people of each unit: rounded as they are there."""
    import numpy as np

    from stadslab.core.unit_counts import TOTAL, mean_beside, rounded, told_per_unit
    from stadslab.lab.summary import summarise

    summary = summarise(values, people)
    plain: dict[str, Any] = summary.to_json()
    counted: Literal["people", "units"] = "units" if summary.people is None else "people"

    def count(number: int | None) -> int | None:
        return number if number is None or counted == "units" else rounded(np.array([number]))[0]

    if counted == "people":
        mean = values.mean()
        plain["mean"] = mean_beside(mean, people.total, np.isfinite(mean), told_per_unit(people)[TOTAL])
    plain |= {name: count(plain[name]) for name in ("none", "unknown")}
    plain["reasons"] = [
        ReasonCount(words=" / ".join(translated(w, language).text for w in words.split(" or ")), count=count(number))
        for words, number in summary.reasons.items()
    ]
    return SummaryOut(**plain, counted=counted)


def titled(indicator: Any, params: dict[str, Any], language: Language = "en") -> str:
    """The question with its parameters, in this language where it is known."""
    title = translated(indicator.title or indicator.question, language)
    said = {k: translated(v.replace("_", " "), title.lang).text if isinstance(v, str) else v for k, v in params.items()}
    return replace(indicator, title=title.text).titled(said) if indicator.title else title.text


def _stored(desk: Desk, key: str) -> Values:
    from stadslab.lab import catalog
    from stadslab.store.values import load_values

    found = load_values(desk.lab.folder, key)
    if found is None:
        raise NotFoundError(Problem("values", f"there is no answer {key[:12]!r}", "ask the question again"))
    remember(desk, found.support)
    try:
        title = catalog.indicator(found.indicator).titled(found.receipt.params)
    except StadslabError:  # of an indicator that is no longer installed
        title = found.question
    return replace(found, title=title)


def _held(desk: Desk) -> Once[Values]:
    held: Once[Values] = desk.keep("answers", lambda: Once(MOST_VALUES))
    return held


def _heads(desk: Desk) -> Once[AnswerHead]:
    heads: Once[AnswerHead] = desk.keep("heads of answers", lambda: Once(MOST_HEADS))
    return heads


def _head_key(found: Ready, language: Language) -> str:
    return f"{found.key}/{found.city.name}/{found.after.key()}/{language}"
