"""Write a brief: one HTML file that answers who gains and who loses, with its receipt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from stadslab._version import __version__
from stadslab.core.progress import Progress
from stadslab.core.units import About
from stadslab.lab.verbs.measure import Draws, Ruler, Seed
from stadslab.lab.verbs.verb import Verb

if TYPE_CHECKING:
    from stadslab.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class BriefRequest:
    """Which scenario of which city, told by which questions, written where."""

    city: Annotated[str, About("name of the city")]
    scenario: Annotated[tuple[str, ...], About("the scenario (name or JSON file); none: how the city is now")] = ()
    measure: Annotated[
        tuple[str, ...],
        About("what to tell, such as walk_access:kind=school,minutes=10; repeatable; everyday errands when left out"),
    ] = ()
    to: Annotated[str, About("file to write; named after city and scenario when left out")] = ""
    title: Annotated[str, About("title of the page")] = ""
    question: Annotated[str, About("the question the brief answers, in your words")] = ""
    written: Annotated[str, About("date to print on the page")] = ""
    support: Ruler = "h3:9"
    draws: Draws = 1
    seed: Seed = 1


@dataclass(frozen=True, slots=True)
class BriefReply:
    """Where the brief is, and its answers in short."""

    path: Path
    size: int
    answers: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"path": str(self.path), "bytes": self.size, "answers": list(self.answers)}

    def lines(self) -> list[str]:
        """The headline of every question, and the file."""
        return [*self.answers, f"brief: {self.path} ({self.size / 1e6:.1f} MB)"]


def brief(lab: Lab, request: BriefRequest, progress: Progress) -> BriefReply:
    """Measure, compare and write the page; the file appears whole or not at all."""
    from stadslab.brief.asked import questions
    from stadslab.brief.document import BriefContent, compose
    from stadslab.brief.marks import marks_of
    from stadslab.brief.words import headline, how_it_is
    from stadslab.core.errors import raise_errors
    from stadslab.store.outside import write_whole

    city = lab.city(request.city)
    scenario = lab.scenarios_together(request.city, request.scenario)
    name = scenario.name.replace(" ", "") if scenario is not None else "now"
    path = Path(request.to or f"{city.name}-{name}.html")
    asked = questions(request.measure, city, request.support, request.draws, request.seed)
    if scenario is None:
        people = lab.people(request.support, city, progress)
        now = [(q.indicator, lab.answer(q, city, None, progress)[0], people) for q in asked]
        answers = tuple(f"{v.title or v.question}: {how_it_is(v, people)[0]}" for _, v, people in now)
        content = BriefContent(
            title=request.title or f"{city.name} as it is now",
            question=request.question or "How does the city work today?",
            city=city,
            written=request.written,
            lab_version=f"stadslab {__version__}",
            measurements=now,
        )
    else:
        raise_errors(scenario.check(city))
        compared = [(q.indicator, lab.comparison(q, city, scenario, progress)) for q in asked]
        answers = tuple(f"{c.base.title or c.base.question}: {headline(c)}" for _, c in compared)
        content = BriefContent(
            title=request.title or f"{scenario.name}: who gains, who loses",
            question=request.question or scenario.why or "Who gains and who loses if this is done?",
            city=city,
            scenario=scenario,
            sentences=scenario.sentences(city),
            comparisons=compared,
            marks=marks_of(scenario, city),
            written=request.written,
            lab_version=f"stadslab {__version__}",
        )
    progress("writing the brief", 0, 1)
    size = write_whole(path, compose(content))
    progress("writing the brief", 1, 1)
    return BriefReply(path, size, answers)


VERB = Verb(
    "brief",
    "Write one page that says who gains, who loses and how sure",
    BriefRequest,
    brief,
    (
        "stadslab brief demo close-bridge",
        'stadslab brief demo new-school --measure walk_access:kind=school --question "Where should it stand?"',
    ),
    positional=("city", "scenario"),
)
