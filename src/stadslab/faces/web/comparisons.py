"""Before and after a plan: what a comparison says, and what it says of every unit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from stadslab.core.errors import InputError, Problem, raise_errors
from stadslab.core.progress import silent
from stadslab.faces.web.access import Who, allowed
from stadslab.faces.web.answers import answer, numbers, titled, values_of
from stadslab.faces.web.comparison_heads import ComparisonHead, findings
from stadslab.faces.web.desk import Desk, desk_of
from stadslab.faces.web.job_routes import JobOut, accepted
from stadslab.faces.web.jobs import jobs_of
from stadslab.faces.web.kept_replies import documented, immutable
from stadslab.faces.web.problems import problems_told
from stadslab.faces.web.questions import (
    MOST_EDITS,
    PLAN,
    Asked,
    QuestionIn,
    Ready,
    ready,
    scenario_of,
    under,
    units_of,
)
from stadslab.faces.web.street_names import street_names
from stadslab.faces.web.translation import Language, translated
from stadslab.lab.once import Once
from stadslab.lab.spoken import spoken

if TYPE_CHECKING:
    from stadslab.core.compare import Comparison
    from stadslab.core.progress import Progress

router = APIRouter(prefix="/api", tags=["comparisons"])
MOST_HEADS = 128
MOST_PLANS = 6  # side by side


class Plan(BaseModel):
    """A plan: saved ones by name, in order, then edits.

    edits: each as it stands in a scenario file. plan: what they are called together.
    """

    model_config = ConfigDict(extra="forbid")

    plans: Annotated[list[str], Field(max_length=20)] = Field(default_factory=list)
    edits: Annotated[list[dict[str, Any]], Field(max_length=MOST_EDITS)] = Field(default_factory=list)
    plan: Annotated[str, Field(max_length=200)] = PLAN


class CompareIn(QuestionIn, Plan):
    """A question, before and after a plan."""


class SeveralIn(QuestionIn):
    """A question, before and after each of several plans."""

    pinned: Annotated[list[Plan], Field(min_length=1, max_length=MOST_PLANS)]


class SeveralOut(BaseModel):
    """The same question under each plan, in the order they were given."""

    comparisons: list[ComparisonHead]


class ChangeOut(BaseModel):
    """What changes in every unit, in the order of the units.

    change: after minus before, mean over the draws; null where reach is won or lost, or where it is not known. better:
    1 gains, -1 loses, 0 neither. won, lost: units that newly reach what they could not, or no longer do. unknown: units
    whose change is not known. agreement: share of the draws with the sign of the mean; null where uncertainty is not
    stated. Values before and after are at `/api/values` by their keys.
    """

    before: str
    after: str
    indicator: str
    unit: str
    direction: Literal["benefit", "cost"]
    support_digest: str
    change: list[float | None]
    better: list[int]
    won: list[int]
    lost: list[int]
    unknown: list[int]
    agreement: list[float | None] | None


@router.post(
    "/comparisons",
    dependencies=[allowed(Who.READER)],
    operation_id="compare",
    response_model=ComparisonHead,
    responses={202: {"model": JobOut, "description": "It takes a while: a job, whose reply is a ComparisonHead"}},
)
def compare(request: Request, asked: CompareIn, language: Language = "en") -> Any:
    """Who gains and who loses? At once when both answers are there already, else as a job."""
    desk = desk_of(request)
    found = plan_ready(desk, asked, asked)
    head = head_at_hand(desk, found, language)
    if head is not None:
        return head
    key = f"comparison/{_head_key(found, language)}"
    words = titled(found.question.indicator, found.question.params, language)
    return accepted(jobs_of(desk).start(key, words, lambda p: comparison_head(desk, found, p, language)))


@router.post(
    "/comparisons/several",
    dependencies=[allowed(Who.READER)],
    operation_id="compare_several",
    response_model=SeveralOut,
    responses={202: {"model": JobOut, "description": "It takes a while: a job, whose reply is a SeveralOut"}},
)
def compare_several(request: Request, asked: SeveralIn, language: Language = "en") -> Any:
    """Who gains and who loses by each of several plans? All problems of all plans are told at once."""
    desk = desk_of(request)
    found: list[Ready] = []
    problems: list[Problem] = []
    for number, plan in enumerate(asked.pinned, 1):
        name = f"plan {plan.plan!r}" if plan.plan != PLAN else f"plan {number}"
        try:
            found.append(plan_ready(desk, asked, plan))
        except InputError as error:
            problems += [replace(p, where=f"{name}, {p.where}") for p in error.problems]
    raise_errors(problems)
    heads = [head_at_hand(desk, one, language) for one in found]
    if all(head is not None for head in heads):
        return SeveralOut(comparisons=[head for head in heads if head is not None])

    def work(progress: Progress) -> SeveralOut:
        return SeveralOut(comparisons=[comparison_head(desk, one, progress, language) for one in found])

    key = "several/" + "+".join(_head_key(one, language) for one in found)
    words = titled(found[0].question.indicator, found[0].question.params, language)
    return accepted(jobs_of(desk).start(key, words, work))


@router.get(
    "/comparisons/{before}/{after}",
    dependencies=[allowed(Who.READER)],
    operation_id="get_change",
    responses=documented(ChangeOut),
)
def get_change(request: Request, before: str, after: str) -> Response:
    """What changes in each unit? Raises the problems of answers that cannot be compared."""
    from stadslab.core.compare import Comparison
    from stadslab.core.support import Population

    desk = desk_of(request)
    first, second = values_of(desk, before), values_of(desk, after)
    nobody = Population(first.support.digest, {}, {}, {}, "")
    return immutable(request, f"{before}-{after}", change_out(before, after, Comparison(first, second, nobody)))


def change_out(before: str, after: str, comparison: Comparison) -> ChangeOut:
    """The change of every unit as JSON can say it."""
    base, change = comparison.base, comparison.change()
    first, second = base.mean(), comparison.after.mean()
    return ChangeOut(
        before=before,
        after=after,
        indicator=base.indicator,
        unit=base.unit,
        direction="benefit" if base.direction == "benefit" else "cost",
        support_digest=base.support.digest,
        change=numbers(change),
        better=comparison.better().tolist(),
        won=np.flatnonzero(np.isinf(first) & np.isfinite(second)).tolist(),
        lost=np.flatnonzero(np.isfinite(first) & np.isinf(second)).tolist(),
        unknown=np.flatnonzero(~comparison.known()).tolist(),
        agreement=numbers(comparison.agreement()) if base.uncertain else None,
    )


def plan_ready(desk: Desk, question: QuestionIn, plan: Plan) -> Ready:
    """The question under a plan, saved or drawn. Raises `InputError` with all problems."""
    asked = {name: getattr(question, name) for name in QuestionIn.model_fields}
    if not plan.plans:
        found = ready(desk, Asked(**asked, edits=plan.edits, plan=plan.plan))
        if found.scenario is None:
            saved = ", ".join(desk.lab.scenarios(found.city.name)) or "none yet"
            hint = f"draw an edit, or name a saved plan: {saved}"
            raise InputError(Problem("plan", "there is nothing to compare with: no edit is given", hint))
        return found
    base = ready(desk, Asked(**asked))
    scenario = desk.lab.scenarios_together(question.city, [_saved_name(name) for name in plan.plans])
    drawn = scenario_of(plan.edits, plan.plan)
    assert scenario is not None
    scenario = scenario if drawn is None else replace(scenario.add(*drawn.edits), name=plan.plan)
    after, problems = under(desk, base.city, scenario)
    raise_errors(list(problems))
    return replace(base, scenario=scenario, after=after, warnings=problems)


def head_at_hand(desk: Desk, found: Ready, language: Language = "en") -> ComparisonHead | None:
    """The head of a comparison whose answers are there already; None when one has to be worked out."""
    head = _heads(desk).peek(_head_key(found, language))
    if head is not None:
        return head.model_copy(update={"cached": True})
    files = [desk.lab.folder.values / f"{key}.arrow" for key in (found.base_key, found.key)]
    return comparison_head(desk, found, silent, language) if all(file.exists() for file in files) else None


def comparison_head(desk: Desk, found: Ready, progress: Progress, language: Language = "en") -> ComparisonHead:
    """Answer the question before and after, and say who gains and who loses."""
    from stadslab.core.compare import Comparison

    assert found.scenario is not None
    question, lab = found.question, desk.lab
    units_of(desk, question.support, found.city, progress)
    base, first = answer(desk, found, progress, base=True)
    after, second = answer(desk, found, progress)
    people = lab.people(question.support, found.city, progress)
    moved_in = lab.newcomers(question.support, found.city, found.after, progress)
    comparison = Comparison(base, after, people, moved_in)
    head = ComparisonHead(
        before=found.base_key,
        after=found.key,
        url=f"/api/comparisons/{found.base_key}/{found.key}",
        city=found.city.name,
        plan=found.scenario.name,
        title=titled(question.indicator, question.params, language),
        question=translated(base.question, language).text,
        indicator=base.indicator,
        params=dict(question.params),
        support=question.support,
        support_digest=base.support.digest,
        unit=base.unit,
        direction="benefit" if base.direction == "benefit" else "cost",
        draws=base.draws.shape[1],
        sentences=[spoken(sentence, language) for sentence in found.scenario.sentences(found.city)],
        warnings=problems_told(found.warnings, language),
        blind_spots=[translated(spot, language).text for spot in question.indicator.blind_spots],
        cached=first and second,
        **findings(comparison, found.city, street_names(desk, found.city)),
    )
    return _heads(desk).put(_head_key(found, language), head)


def _saved_name(name: str) -> str:
    """The name of a saved plan: never a file of the machine, which a lab would read as well."""
    from stadslab.store.names import check_name

    if name.endswith(".json"):
        raise InputError(Problem("plans", f"{name!r} is a file", "name a saved plan"))
    return check_name(name, "scenario")


def _heads(desk: Desk) -> Once[ComparisonHead]:
    heads: Once[ComparisonHead] = desk.keep("heads of comparisons", lambda: Once(MOST_HEADS))
    return heads


def _head_key(found: Ready, language: Language) -> str:
    assert found.scenario is not None
    plan = f"{found.scenario.name}/{found.scenario.digest}"
    return f"{found.base_key}/{found.key}/{found.city.name}/{found.city.key()}/{found.after.key()}/{plan}/{language}"
