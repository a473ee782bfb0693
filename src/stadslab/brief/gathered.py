"""What goes into a brief: the questions asked of a lab, before and after a plan or as the city is now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stadslab._version import __version__
from stadslab.brief.marks import marks_of
from stadslab.brief.model import BriefContent
from stadslab.brief.words import headline, how_it_is
from stadslab.core.errors import raise_errors
from stadslab.core.progress import Progress, silent

if TYPE_CHECKING:
    from stadslab.core.city import City
    from stadslab.core.scenario import Scenario
    from stadslab.lab.lab import Lab
    from stadslab.lab.run import Question


def gathered(
    lab: Lab,
    city: City,
    scenario: Scenario | None,
    asked: Sequence[Question],
    *,
    title: str = "",
    question: str = "",
    written: str = "",
    progress: Progress = silent,
) -> tuple[BriefContent, tuple[str, ...]]:
    """The content of a brief, and its answers in short. Raises `InputError` with every problem of the scenario.

    asked: at least one question, all on the same reporting units.
    """
    version = f"stadslab {__version__}"
    if scenario is None:
        people = lab.people(asked[0].support, city, progress)
        now = [(q.indicator, lab.answer(q, city, None, progress)[0], people) for q in asked]
        answers = tuple(f"{v.title or v.question}: {how_it_is(v, people)[0]}" for _, v, people in now)
        content = BriefContent(
            title=title or f"{city.name} as it is now",
            question=question or "How does the city work today?",
            city=city,
            written=written,
            lab_version=version,
            measurements=now,
        )
        return content, answers
    raise_errors(scenario.check(city))
    compared = [(q.indicator, lab.comparison(q, city, scenario, progress)) for q in asked]
    answers = tuple(f"{c.base.title or c.base.question}: {headline(c)}" for _, c in compared)
    content = BriefContent(
        title=title or f"{scenario.name}: who gains, who loses",
        question=question or scenario.why or "Who gains and who loses if this is done?",
        city=city,
        scenario=scenario,
        sentences=scenario.sentences(city),
        comparisons=compared,
        marks=marks_of(scenario, city),
        written=written,
        lab_version=version,
    )
    return content, answers
