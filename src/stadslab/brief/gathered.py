"""What goes into a brief: the questions asked of a lab, before and after a plan or as the city is now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stadslab._version import __version__
from stadslab.brief.language import Language, saying
from stadslab.brief.marks import marks_of
from stadslab.brief.model import BriefContent
from stadslab.brief.words import headline, how_it_is
from stadslab.core.errors import raise_errors
from stadslab.core.progress import Progress, silent
from stadslab.core.said import Digits, Said, joined

if TYPE_CHECKING:
    from stadslab.core.city import City
    from stadslab.core.scenario import Scenario
    from stadslab.core.values import Values
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
    language: Language = "en",
    progress: Progress = silent,
) -> tuple[BriefContent, tuple[str, ...]]:
    """The content of a brief, and its answers in short. Raises `InputError` with every problem of the scenario.

    asked: at least one question, all on the same reporting units.
    """
    version = f"stadslab {__version__}"
    say = saying(language)
    if scenario is None:
        people = lab.people(asked[0].support, city, progress)
        now = [(q.indicator, lab.answer(q, city, None, progress)[0], people) for q in asked]
        answers = tuple(
            say(_answered(q, v, how_it_is(v, people)[0])) for q, (_, v, people) in zip(asked, now, strict=True)
        )
        content = BriefContent(
            title=title or say(Said("{city} as it is now", city=city.name)),
            question=question or say(Said("How does the city work today?")),
            city=city,
            written=written,
            lab_version=version,
            measurements=now,
            language=language,
        )
        return content, answers
    raise_errors(scenario.check(city))
    compared = [(q.indicator, lab.comparison(q, city, scenario, progress)) for q in asked]
    answers = tuple(say(_answered(q, c.base, headline(c))) for q, (_, c) in zip(asked, compared, strict=True))
    content = BriefContent(
        title=title or say(Said("{plan}: who gains, who loses", plan=scenario.name)),
        question=question or scenario.why or say(Said("Who gains and who loses if this is done?")),
        city=city,
        scenario=scenario,
        sentences=scenario.sentences(city),
        comparisons=compared,
        marks=marks_of(scenario, city),
        language=language,
        written=written,
        lab_version=version,
    )
    return content, answers


def _answered(asked: Question, values: Values, answer: str) -> str:
    """The question with its choices, and the answer to it."""
    return joined(": ", [_titled(asked, values), answer])


def _titled(asked: Question, values: Values) -> str:
    """What the indicator calls its answer, with what was asked; its question where it has no title."""
    if not values.title:
        return Said(values.question)
    found = Said(asked.indicator.title, **{name: _word(value) for name, value in values.receipt.params.items()})
    return found if found == values.title else values.title


def _word(value: object) -> str:
    return Digits(f"{value:g}") if isinstance(value, float) else Said(str(value).replace("_", " "))
