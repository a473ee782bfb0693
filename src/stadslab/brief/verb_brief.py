"""Write a brief: one HTML or PDF file that answers who gains and who loses, with its receipt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from stadslab.core.progress import Progress
from stadslab.core.units import About
from stadslab.lab.spoken import Language
from stadslab.lab.verbs.measure import Draws, Ruler, Seed
from stadslab.lab.verbs.verb import Verb

if TYPE_CHECKING:
    from stadslab.brief.model import BriefContent
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
    to: Annotated[str, About("file to write, .html or .pdf; a page named after city and scenario when left out")] = ""
    title: Annotated[str, About("title of the page")] = ""
    question: Annotated[str, About("the question the brief answers, in your words")] = ""
    written: Annotated[str, About("date to print on the page")] = ""
    language: Annotated[Language, About("what it is written in: English or Swedish")] = "en"
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
    from stadslab.brief.gathered import gathered
    from stadslab.store.outside import write_whole

    city = lab.city(request.city)
    scenario = lab.scenarios_together(request.city, request.scenario)
    name = scenario.name.replace(" ", "") if scenario is not None else "now"
    path = Path(request.to or f"{city.name}-{name}.html")
    composed = _composer(path)  # said before the long work begins
    content, answers = gathered(
        lab,
        city,
        scenario,
        questions(request.measure, city, request.support, request.draws, request.seed),
        title=request.title,
        question=request.question,
        written=request.written,
        language=request.language,
        progress=progress,
    )
    progress("writing the brief", 0, 1)
    size = write_whole(path, composed(content))
    progress("writing the brief", 1, 1)
    return BriefReply(path, size, answers)


def _composer(path: Path) -> Callable[[BriefContent], str | bytes]:
    """How a brief is written to a file with this ending."""
    from stadslab.brief.document import compose
    from stadslab.brief.pdf import compose_pdf
    from stadslab.core.errors import InputError, Problem

    ending = path.suffix.lower()
    if ending == ".pdf":
        return compose_pdf
    if ending in ("", ".html", ".htm"):
        return compose
    raise InputError(Problem(str(path), f"a brief cannot be a file ending in {path.suffix!r}", "one of .html, .pdf"))


VERB = Verb(
    "brief",
    "Write one page that says who gains, who loses and how sure",
    BriefRequest,
    brief,
    (
        "stadslab brief demo close-bridge",
        'stadslab brief demo new-school --measure walk_access:kind=school --question "Where should it stand?"',
        "stadslab brief demo close-bridge --to close-bridge.pdf",
        "stadslab brief demo close-bridge --language sv",
    ),
    positional=("city", "scenario"),
    files=True,
)
