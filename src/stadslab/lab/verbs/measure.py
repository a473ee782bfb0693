"""Answer one question about a city, per reporting unit and per person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from stadslab.core.progress import Progress
from stadslab.core.units import About, Unit
from stadslab.lab.verbs.verb import Verb

if TYPE_CHECKING:
    from stadslab.core.values import Values
    from stadslab.lab.lab import Lab
    from stadslab.lab.summary import Summary

Draws = Annotated[
    int, Unit("1", 1, 1000), About("1: uncertainty not stated; more: uncertain parameters vary from draw to draw")
]
Seed = Annotated[int, Unit("1", 0, 2**32), About("seed of the draws; base and scenario share it")]
Ruler = Annotated[str, About("reporting units: h3:9, square:250, areas or areas:NAME")]


@dataclass(frozen=True, slots=True)
class MeasureRequest:
    """Which question, of which city, on which ruler."""

    city: Annotated[str, About("name of the city")]
    indicator: Annotated[str, About("the question; see `stadslab list indicators`")]
    support: Ruler = "h3:9"
    scenario: Annotated[tuple[str, ...], About("measure the city after this scenario (name or JSON file)")] = ()
    draws: Draws = 1
    seed: Seed = 1
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MeasureReply:
    """The answer, whether it came from the cache, and what it says about people."""

    values: Values
    cached: bool
    summary: Summary

    def to_json(self) -> dict[str, Any]:
        """Plain values; the numbers per unit are in `units` (null: unknown, "unreachable": no way there)."""
        from stadslab.lab.plain import per_unit

        head = {
            "question": self.values.question,
            "indicator": self.values.indicator,
            "unit": self.values.unit,
            "cached": self.cached,
        }
        return {
            **head,
            "summary": self.summary.to_json(),
            "receipt": self.values.receipt.to_json(),
            "units": per_unit(self.values),
        }

    def lines(self) -> list[str]:
        """A few lines a person can read aloud."""
        from stadslab.lab.plain import summary_lines

        return summary_lines(self.values, self.summary, self.cached)


def measure(lab: Lab, request: MeasureRequest, progress: Progress) -> MeasureReply:
    """Measure; a question asked before is answered from the cache."""
    from stadslab.lab import catalog
    from stadslab.lab.run import Question
    from stadslab.lab.summary import summarise

    question = Question.of(
        catalog.indicator(request.indicator), request.params, request.support, request.draws, request.seed
    )
    city = lab.city(request.city)
    scenario = lab.scenarios_together(request.city, request.scenario)
    values, cached = lab.answer(question, city, scenario, progress)
    after = city.under(scenario) if scenario is not None else city  # who moves in is asked as well
    return MeasureReply(values, cached, summarise(values, lab.people(question.support, city, progress, after)))


VERB = Verb(
    "measure",
    "Answer one question about a city",
    MeasureRequest,
    measure,
    (
        "stadslab measure demo walk_access --kind school --minutes 10",
        "stadslab measure demo walk_to_nearest --kind pharmacy --draws 20 --map nearest-pharmacy.png",
    ),
    opens="indicator",
    positional=("city", "indicator"),
)
