"""What each verb replies, as types: so that the server's description of itself is whole, and stays true.

A verb without a reply here fails the suite, and so does a reply that is not what the verb really says.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, RootModel

Value = float | Literal["unreachable"] | None
"""A number of an answer: null for unknown."""


class Shape(BaseModel):
    """An object with these fields and no others."""

    model_config = ConfigDict(extra="forbid")


class VerdictReply(Shape):
    """How a load ended: rows in and kept, why others were dropped, what one should know."""

    rows_in: int
    rows_kept: int
    dropped: dict[str, int]
    notes: list[str]


class StampReply(Shape):
    """Where a layer comes from. inputs: name and digest of each file."""

    source: str
    title: str
    licence: str
    attribution: str
    homepage: str
    inputs: list[tuple[str, str]]
    params: dict[str, Any]
    verdict: VerdictReply
    vintage: str
    synthetic: bool


class SourceStamp(StampReply):
    """The stamp of a layer that was read."""

    layer: str


class ScenarioReply(Shape):
    """A scenario as it stands in its file."""

    format: int
    name: str
    why: str
    by: str
    cost: str
    from_date: str
    drawn_on: dict[str, Any]
    edits: list[dict[str, Any]]


class ReceiptReply(Shape):
    """What an answer was made of. inputs, ruler: layer to digest."""

    city: str
    crs: str
    indicator: str
    method: int
    params: dict[str, Any]
    support: str
    support_digest: str
    inputs: dict[str, str]
    ruler: dict[str, str]
    sources: list[SourceStamp]
    scenario: ScenarioReply | None
    draws: int
    seed: int
    assumptions: list[str]
    software: str
    format: int


class LoadedLayer(Shape):
    """A layer that was loaded."""

    name: str
    rows: int
    digest: str
    stamp: StampReply


class LoadedReply(Shape):
    """What was loaded into a city."""

    city: str
    version: str
    crs: str
    source: str
    layers: list[LoadedLayer]
    notes: list[str] = []


class Listed(Shape):
    """A thing and what it is."""

    name: str
    about: str


class ListedReply(RootModel[dict[str, list[Listed]]]):
    """Sort of thing to what there is of it."""


class ParamReply(Shape):
    """A parameter of an indicator, edit or source."""

    name: str
    type: str
    required: bool
    default: Any
    unit: str
    low: float | None
    high: float | None
    choices: list[str]
    about: str


class ShownLayer(Shape):
    """A layer of a city."""

    rows: int
    digest: str
    stamp: StampReply


class ShownCity(Shape):
    """A city, whole."""

    sort: Literal["city"]
    name: str
    version: str
    crs: str
    layers: dict[str, ShownLayer]
    scenarios: list[str]


class ShownScenario(ScenarioReply):
    """A scenario, in words and with what is wrong with it."""

    sort: Literal["scenario"]
    sentences: list[str]
    problems: list[str]


class ShownIndicator(Shape):
    """An indicator, whole."""

    sort: Literal["indicator"]
    name: str
    question: str
    unit: str
    direction: Literal["benefit", "cost"]
    reads: list[str]
    params: list[ParamReply]
    blind_spots: list[str]
    cites: list[str]
    method: int
    about: str


class ShownEdit(Shape):
    """A kind of edit, whole."""

    sort: Literal["edit"]
    name: str
    question: str
    touches: list[str]
    params: list[ParamReply]


class ShownSource(Shape):
    """A source, whole."""

    sort: Literal["source"]
    name: str
    title: str
    licence: str
    provides: list[str]
    suffixes: list[str]
    fetches: bool
    params: list[ParamReply]


class ShownReply(RootModel[ShownCity | ShownScenario | ShownIndicator | ShownEdit | ShownSource]):
    """Everything about one thing; `sort` says which."""


class FoundThing(Shape):
    """A street, place, stop, line or area. at: longitude and latitude of a point on it."""

    sort: str
    id: str
    name: str
    about: str
    at: tuple[float, float] | None


class FoundReply(Shape):
    """What has these words in its name or id, and how many more there are of each sort."""

    words: str
    found: list[FoundThing]
    more: dict[str, int]


class UnitReply(Shape):
    """The answer of one unit; reason: why it has no number."""

    id: str
    value: Value
    low: Value = None
    high: Value = None
    reason: str = ""


class SummaryReply(Shape):
    """One answer in a few numbers. Counts of people are null where they may not be told."""

    unit: str
    units: int
    people: int | None
    mean: Value
    tenth: Value
    median: Value
    ninetieth: Value
    none: int | None
    unknown: int | None
    reasons: dict[str, int | None]


class MeasuredReply(Shape):
    """One answer."""

    question: str
    indicator: str
    unit: str
    cached: bool
    summary: SummaryReply
    receipt: ReceiptReply
    units: list[UnitReply]


class LeftOut(Shape):
    """Why points were not counted, and how many."""

    no_place: int
    outside_units: int
    no_time: int
    no_weight: int
    outside_time: int


class CountedReply(Shape):
    """Points by unit and time; a hidden count is null."""

    by: str
    rows: int | None
    counted: int | None
    left_out: LeftOut | None
    smallest: int
    hidden: int
    receipt: dict[str, Any]
    cells: list[dict[str, int | str | None]]


class EditedReply(Shape):
    """A scenario after a change."""

    city: str
    scenario: ScenarioReply
    sentences: list[str]
    warnings: list[str]


class GroupReply(Shape):
    """Who gains and loses in a group; null where it may not be told, and `hidden` says why."""

    dimension: str
    group: str
    people: int | None
    lose: int | None
    gain: int | None
    same: int | None
    unknown: int | None
    cut_off: int | None
    reached: int | None
    sure_lose: int | None
    sure_gain: int | None
    mean_change: float | None
    suppressed: bool
    hidden: dict[str, str]


class ChangedUnit(Shape):
    """A unit whose answer changes."""

    id: str
    before: Value
    after: Value


class ComparedReply(Shape):
    """Before and after a plan."""

    question: str
    indicator: str
    unit: str
    better: Literal["more", "less"]
    plan: list[str]
    warnings: list[str]
    groups: list[GroupReply]
    newcomers: int | None
    uncertainty_stated: bool
    cached: bool
    base: ReceiptReply
    after: ReceiptReply
    units: list[ChangedUnit]


class StopReply(Shape):
    """A stop."""

    stop: str
    name: str


class CallReply(Shape):
    """A vehicle at a stop; seconds of the day."""

    stop: str
    arrive_s: int
    depart_s: int


class PartReply(Shape):
    """One part of a journey: a walk, a wait, or a ride with its line and calls."""

    kind: str
    start_s: int
    seconds: int
    from_: StopReply | None = None
    to: StopReply | None = None
    metres: float | None = None
    route: str | None = None
    mode: str | None = None
    name: str | None = None
    towards: str | None = None
    trip: str | None = None
    calls: list[CallReply] | None = None

    model_config = ConfigDict(alias_generator=lambda name: name.rstrip("_"))


class WayReply(Shape):
    """One departure; with a reason where there is no way."""

    depart: str
    depart_s: int
    reason: str | None = None
    arrive: str | None = None
    total_s: int | None = None
    rides: int | None = None
    walk_s: int | None = None
    wait_s: int | None = None
    ride_s: int | None = None
    parts: list[PartReply] | None = None


class JourneyReply(Shape):
    """How one gets there."""

    city: str
    date: str
    journeys: list[WayReply]


class FigureReply(Shape):
    """A measure, and its interval where uncertainty is stated."""

    value: float | None
    low: float | None = None
    high: float | None = None


class MeasureReply(Shape):
    """One measure of how something is shared, and what it means in words."""

    measure: str
    name: str
    meaning: str
    now: FigureReply
    after: FigureReply | None = None


class ShareReply(Shape):
    """What a group has. hidden: why its people are not told."""

    dimension: str
    group: str
    people: int | None
    hidden: str | None
    mean: float | None
    gini: float | None
    beyond_line: float | None
    suppressed: bool


class TheilReply(Shape):
    """How much of the inequality lies between and within groups."""

    between: float | None
    within: float | None


class EquityReply(Shape):
    """How fairly an answer is shared, now and after a plan."""

    question: str
    indicator: str
    unit: str
    better: Literal["more", "less"]
    ranked_by: str | None
    poor_to_rich: list[str]
    poverty_line: float | None
    unreachable_counted_as: float | None
    bounds: tuple[float, float] | None
    people: dict[str, int | None]
    people_after: dict[str, int | None] | None
    measures: list[MeasureReply]
    details: dict[str, dict[str, FigureReply]]
    theil: dict[str, dict[str, TheilReply]]
    groups: list[ShareReply]
    groups_after: list[ShareReply] | None
    plan: list[str]
    warnings: list[str]
    hints: list[str]
    uncertainty_stated: bool
    cached: bool
    base: ReceiptReply
    after: ReceiptReply | None


class BriefReply(Shape):
    """Where the brief is, and its answers in short."""

    path: str
    bytes: int
    answers: list[str]


class VerifiedReply(Shape):
    """Whether a brief says what is made again from its receipt."""

    equal: bool
    lines: list[str]


REPLIES: dict[str, type[BaseModel]] = {
    "load": LoadedReply,
    "list": ListedReply,
    "show": ShownReply,
    "find": FoundReply,
    "measure": MeasuredReply,
    "count": CountedReply,
    "edit": EditedReply,
    "compare": ComparedReply,
    "journey": JourneyReply,
    "equity": EquityReply,
    "brief": BriefReply,
    "verify": VerifiedReply,
}
