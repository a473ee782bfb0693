"""Write a scenario: add an edit to it, or save it anew on the city as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any

from stadslab.core.progress import Progress
from stadslab.core.units import About
from stadslab.lab.verbs.verb import Verb

if TYPE_CHECKING:
    from stadslab.core.scenario import Scenario
    from stadslab.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class EditRequest:
    """Which scenario of which city gets which edit."""

    city: Annotated[str, About("name of the city")]
    scenario: Annotated[str, About("name of the scenario; made when new")]
    kind: Annotated[
        str, About("kind of edit; see `stadslab list edits`. Leave out to change why, by or the version only")
    ] = ""
    why: Annotated[str, About("reason, for the brief")] = ""
    by: Annotated[str, About("who proposes it")] = ""
    undo: Annotated[bool, About("take the last edit away")] = False
    redraw: Annotated[bool, About("accept the city as it is now for edits drawn on another version")] = False
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EditReply:
    """The scenario after the change."""

    city: str
    scenario: Scenario
    sentences: tuple[str, ...]
    warnings: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "city": self.city,
            "scenario": self.scenario.to_json(),
            "sentences": list(self.sentences),
            "warnings": list(self.warnings),
        }

    def lines(self) -> list[str]:
        """The plan, numbered."""
        head = f"{self.scenario.name}, a scenario for {self.city}:"
        return [
            head,
            *(f"  {n}. {s}" for n, s in enumerate(self.sentences, 1)),
            *(f"  warning: {w}" for w in self.warnings),
        ]


def edit(lab: Lab, request: EditRequest, progress: Progress) -> EditReply:
    """Change a scenario and save it; nothing is saved when an edit has problems."""
    with lab.folder.writing(f"editing scenario {request.scenario} of {request.city}"):  # nobody else saves in between
        return _edit(lab, request)


def _edit(lab: Lab, request: EditRequest) -> EditReply:
    from stadslab.core.errors import InputError, Problem, raise_errors
    from stadslab.core.params import check_params
    from stadslab.core.scenario import Scenario
    from stadslab.lab import catalog

    city = lab.city(request.city)
    known = request.scenario in lab.scenarios(city.name)
    scenario = lab.scenario(city.name, request.scenario) if known else Scenario(request.scenario)
    if request.redraw:
        scenario = replace(scenario, drawn_on={})
    if request.undo and not scenario.edits:
        raise InputError(Problem(f"scenario {scenario.name}", "there is no edit to take away", "add one first"))
    if request.undo:
        scenario = replace(scenario, edits=scenario.edits[:-1])
    if request.kind:
        cls = catalog.edit(request.kind)
        scenario = scenario.add(cls(**check_params(cls.params(), request.params, cls.kind)))
    scenario = replace(scenario, why=request.why or scenario.why, by=request.by or scenario.by)
    problems = scenario.check(city)
    raise_errors(problems)
    scenario = scenario.pinned(city)
    lab.save_scenario(city.name, scenario)
    return EditReply(city.name, scenario, tuple(scenario.sentences(city)), tuple(str(p) for p in problems))


VERB = Verb(
    "edit",
    "Write a scenario: one edit at a time",
    EditRequest,
    edit,
    (
        "stadslab edit demo close-bridge close_street --street osm:way/17 --modes walk",
        'stadslab edit demo new-school add_place --place-kind school --at 19.61,58.62 --name "Nya skolan"',
    ),
    opens="kind",
    positional=("city", "scenario", "kind"),
    saves=True,
)
