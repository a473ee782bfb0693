"""Who gains and who loses when a scenario is carried out?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from stadslab.core.progress import Progress
from stadslab.core.units import About
from stadslab.lab.verbs.measure import Draws, Ruler, Seed
from stadslab.lab.verbs.verb import Verb

if TYPE_CHECKING:
    from stadslab.core.compare import Comparison
    from stadslab.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """Which question, before and after which scenario, for which groups."""

    city: Annotated[str, About("name of the city")]
    indicator: Annotated[str, About("the question; see `stadslab list indicators`")]
    scenario: Annotated[tuple[str, ...], About("the scenario (name or JSON file); several are carried out in order")]
    by: Annotated[str, About("count people by age, income, ...; every dimension when left out")] = ""
    support: Ruler = "h3:9"
    draws: Draws = 1
    seed: Seed = 1
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompareReply:
    """The comparison, the plan as sentences, and the dimensions to tell it by."""

    comparison: Comparison
    sentences: tuple[str, ...]
    warnings: tuple[str, ...]
    dimensions: tuple[str, ...]
    cached: bool

    def to_json(self) -> dict[str, Any]:
        """Plain values, small counts left out (null)."""
        from stadslab.core.disclosure import published
        from stadslab.core.suppression import rows_of
        from stadslab.lab.plain import per_unit_change

        c = self.comparison
        rows = rows_of(c)
        groups = [row.published() for d in self.dimensions for row in rows[d]]
        head = {
            "question": c.base.question,
            "indicator": c.base.indicator,
            "unit": c.base.unit,
            "better": "more" if c.sign > 0 else "less",
        }
        return {
            **head,
            "plan": list(self.sentences),
            "warnings": list(self.warnings),
            "groups": groups,
            "newcomers": published(c.newcomers),
            "uncertainty_stated": c.base.uncertain,
            "cached": self.cached,
            "base": c.base.receipt.to_json(),
            "after": c.after.receipt.to_json(),
            "units": per_unit_change(c),
        }

    def lines(self) -> list[str]:
        """The plan, then losers before gainers, by group."""
        from stadslab.lab.plain import comparison_lines

        return comparison_lines(self.comparison, self.sentences, self.warnings, self.dimensions, self.cached)


def compare(lab: Lab, request: CompareRequest, progress: Progress) -> CompareReply:
    """Compare a city with itself after a scenario. Raises `InputError` with every problem of the scenario."""
    from stadslab.core.compare import Comparison
    from stadslab.core.errors import InputError, Problem, raise_errors
    from stadslab.lab import catalog
    from stadslab.lab.run import Question

    question = Question.of(
        catalog.indicator(request.indicator), request.params, request.support, request.draws, request.seed
    )
    city = lab.city(request.city)
    scenario = lab.scenarios_together(request.city, request.scenario)
    if scenario is None:
        raise InputError(
            Problem(
                "compare",
                "no scenario is given",
                f"scenarios of {city.name}: {', '.join(lab.scenarios(city.name)) or 'none yet'}",
            )
        )
    people = lab.people(question.support, city, progress)
    if request.by and request.by not in people.dimensions:  # said before the long work begins
        known = ", ".join(people.dimensions) or "none: load people first"
        raise InputError(Problem("--by", f"people are not counted by {request.by!r}", f"known: {known}"))
    after_city, problems = scenario.applied(city)
    raise_errors(problems)
    base, first = lab.answer(question, city, None, progress)
    after, second = lab.answer(question, city, scenario, progress)
    comparison = Comparison(base, after, people, lab.newcomers(question.support, city, after_city, progress))
    dimensions = (request.by,) if request.by else tuple(people.dimensions)
    warnings = tuple(str(p) for p in problems if p.severity != "error")
    return CompareReply(comparison, tuple(scenario.sentences(city)), warnings, dimensions, first and second)


VERB = Verb(
    "compare",
    "Who gains and who loses when a scenario is carried out?",
    CompareRequest,
    compare,
    (
        "stadslab compare demo walk_to_nearest close-bridge --kind school",
        "stadslab compare demo walk_access plan.json --kind food_shop --by age --map change.png",
    ),
    opens="indicator",
    positional=("city", "indicator", "scenario"),
)
