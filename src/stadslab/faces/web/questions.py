"""A request's question and edits as the lab understands them, with everything that is wrong with them at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from stadslab.core.errors import InputError, NotFoundError, Problem, raise_errors
from stadslab.core.progress import silent
from stadslab.core.said import Said
from stadslab.faces.web.cities import city_of
from stadslab.lab.once import Once

if TYPE_CHECKING:
    from stadslab.core.city import City
    from stadslab.core.indicator import Indicator
    from stadslab.core.progress import Progress
    from stadslab.core.scenario import Scenario
    from stadslab.core.support import Support
    from stadslab.faces.web.desk import Desk
    from stadslab.lab.run import Question

T = TypeVar("T")
PLAN = "plan"  # what a scenario is called that has no name yet
MOST_EDITS = 500
MOST_UNITS = 250_000  # more than a map can show, and than a browser can take
FAR_TOO_MANY = 8 * MOST_UNITS  # by a rough count: these are not laid out at all
ROUGHLY = "h3:9"
MOST_AFTER = 16  # cities under plans that are held


class QuestionIn(BaseModel):
    """What to measure, of which city, on which reporting units.

    params: parameters of the indicator, by name; see the catalogue. draws: 1 states no uncertainty.
    """

    model_config = ConfigDict(extra="forbid")

    city: str
    indicator: str
    params: dict[str, Any] = Field(default_factory=dict)
    support: str = "h3:9"
    draws: Annotated[int, Field(ge=1, le=1000)] = 1
    seed: Annotated[int, Field(ge=0, le=2**32)] = 1


class Asked(QuestionIn):
    """A question, of the city as it is or as edits would make it.

    edits: each as it stands in a scenario file, in order; none: the city as it is. plan: what they are called together.
    """

    edits: Annotated[list[dict[str, Any]], Field(max_length=MOST_EDITS)] = Field(default_factory=list)
    plan: Annotated[str, Field(max_length=200)] = PLAN


@dataclass(frozen=True, slots=True)
class Ready:
    """A question that can be asked: of `city` as it is, or of `after`, the city under the scenario.

    warnings: what is worth a word about the edits, though they can be made.
    """

    question: Question
    city: City
    scenario: Scenario | None
    after: City
    warnings: tuple[Problem, ...]

    @property
    def key(self) -> str:
        """The key of its answer."""
        return self.question.key(self.city, self.after)

    @property
    def base_key(self) -> str:
        """The key of the answer for the city as it is."""
        return self.question.key(self.city, self.city)


def ready(desk: Desk, asked: Asked) -> Ready:
    """The question, the city and the plan. Raises `InputError` with all problems, `NotFoundError` for another city."""
    city = city_of(desk, asked.city)
    problems: list[Problem] = []
    question = _collect(problems, lambda: question_of(asked, city))
    scenario = _collect(problems, lambda: scenario_of(asked.edits, asked.plan))
    after: City = city
    found: tuple[Problem, ...] = ()
    if scenario is not None:
        after, found = under(desk, city, scenario)
        problems += [p for p in found if p.severity == "error"]
    raise_errors(problems)
    assert question is not None
    return Ready(question, city, scenario, after, tuple(p for p in found if p.severity != "error"))


def question_of(asked: QuestionIn, city: City) -> Question:
    """The question with checked parameters, of a city that has the layers it needs. All problems at once."""
    from stadslab.build.supports import check_support
    from stadslab.lab import catalog
    from stadslab.lab.run import Question

    problems: list[Problem] = []
    _collect(problems, lambda: check_support(asked.support, city))
    indicator = _collect(problems, lambda: catalog.indicator(asked.indicator))
    question = None
    if indicator is not None:
        problems += missing_layers(indicator, city)
        question = _collect(
            problems, lambda: Question.of(indicator, asked.params, asked.support, asked.draws, asked.seed)
        )
    raise_errors(problems)
    assert question is not None
    return question


def missing_layers(indicator: Indicator, city: City) -> list[Problem]:
    """A problem for each layer the indicator needs and the city lacks, with the sources that provide it."""
    found = []
    for layer, sources in missing(needed_by(indicator, city), city).items():
        what = Said("it needs the layer {layer!r}, and city {city} does not have it", layer=layer, city=city.name)
        found.append(Problem(indicator.id, what, Said("load one first: {how}", how=provided_by(sources))))
    return found


def needed_by(indicator: Indicator, city: City) -> list[str]:
    """Layers without which the indicator cannot answer."""
    from stadslab.build.named import BUILDS
    from stadslab.lab.plan import layers_read

    spared = {layer for name in indicator.reads if name in BUILDS for layer in BUILDS[name].optional}
    return [layer for layer in layers_read(indicator, city) if layer not in spared]


def missing(layers: list[str], city: City) -> dict[str, list[str]]:
    """Layers the city lacks, to the sources that provide each."""
    from stadslab.lab import catalog

    lacking = [layer for layer in dict.fromkeys(layers) if layer not in city]
    sources = catalog.sources() if lacking else {}
    return {layer: sorted(n for n, s in sources.items() if layer in s.provides) for layer in lacking}


def provided_by(sources: list[str]) -> str:
    """Sources, in words."""
    told = Said("provided by {sources}", sources=", ".join(sources))
    return told if sources else Said("no source here provides it")


def scenario_of(edits: list[dict[str, Any]], name: str = PLAN) -> Scenario | None:
    """The edits as a scenario; None when there are none. Raises `InputError` with every problem of their fields."""
    from stadslab.core.scenario import FORMAT, scenario_from_json
    from stadslab.lab import catalog

    if not edits:
        return None
    try:
        return scenario_from_json({"format": FORMAT, "name": name, "edits": edits}, catalog.edits(), PLAN)
    except InputError as error:
        raise InputError(*(_placed(p, PLAN) for p in error.problems)) from None


def under(desk: Desk, city: City, scenario: Scenario) -> tuple[City, tuple[Problem, ...]]:
    """The city under a plan, and everything found on the way; the same object for all who ask for it."""
    held: Once[tuple[City, tuple[Problem, ...]]] = desk.keep("cities under plans", lambda: Once(MOST_AFTER))

    def make() -> tuple[City, tuple[Problem, ...]]:
        after, problems = scenario.applied(city)
        return after, tuple(_placed(p, f"scenario {scenario.name}") for p in problems)

    return held.get(f"{city.name}/{city.key()}/{scenario.digest}/{scenario.name}/{bool(scenario.drawn_on)}", make)


def units_of(desk: Desk, spec: str, city: City, progress: Progress = silent) -> Support:
    """The reporting units. Raises `InputError` for more than a map can show, long before they are laid out.

    How many very small ones there would be is told roughly, by a layout that every map has.
    """
    from stadslab.build.supports import cell_m2, check_support

    check_support(spec, city)
    builds = desk.lab.builds
    larger = cell_m2(ROUGHLY) / cell_m2(spec)
    if larger > 1:
        rough = len(builds.support(ROUGHLY, city, progress)) * larger
        if rough > FAR_TOO_MANY:
            check_size(int(float(f"{rough:.1g}")), spec)
    units = builds.support(spec.strip(), city, progress)
    check_size(len(units), spec)
    return units


def check_size(units: int, spec: str) -> None:
    """Raises `InputError` for more reporting units than a map can show."""
    if units > MOST_UNITS:
        many = "{spec} has {units:,} reporting units here, more than {most:,}"
        what = Said(many, spec=spec, units=units, most=MOST_UNITS)
        raise InputError(Problem("support", what, Said("take larger units")))


def _collect(problems: list[Problem], make: Callable[[], T]) -> T | None:
    """What it makes; None, and its problems added to the others, when it cannot."""
    try:
        return make()
    except (InputError, NotFoundError) as error:
        problems += error.problems
        return None


def _placed(problem: Problem, before: str) -> Problem:
    """The problem without the name of the plan in front: `edit 2 (close_street), street`."""
    return replace(problem, where=problem.where.removeprefix(before).removeprefix(", ") or problem.where)
