"""How fairly is it shared?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

from stadslab.core.progress import Progress
from stadslab.core.units import About, Unit
from stadslab.lab.verbs.measure import Draws, Ruler, Seed
from stadslab.lab.verbs.verb import Verb

if TYPE_CHECKING:
    from stadslab.core.support import Population
    from stadslab.core.values import Values
    from stadslab.lab.equity import Asked, Equity, Figure, GroupShare
    from stadslab.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class EquityRequest:
    """Which question, shared among whom, and who counts as poor."""

    city: Annotated[str, About("name of the city")]
    indicator: Annotated[str, About("the question; see `stadslab list indicators`")]
    scenario: Annotated[tuple[str, ...], About("also after this scenario (name or JSON file), in order")] = ()
    ranked_by: Annotated[
        str, About("what tells poor from rich: income, income:median, education, ...; income when left out")
    ] = ""
    order: Annotated[tuple[str, ...], About("its groups from poor to rich, when their names do not tell")] = ()
    by: Annotated[str, About("tell what each group has, by age, income, ...; every dimension when left out")] = ""
    poverty_line: Annotated[
        float | None, Unit("", 0.0, 1e12), About("who has less (needs more) than this is poor; no line when left out")
    ] = None
    unreachable: Annotated[
        float | None, Unit("", 0.0, 1e12), About("count those out of reach as this; left out when not said")
    ] = None
    ties: Annotated[
        Literal["shared", "listed"],
        About("people of equal rank share it, or are ranked in the order of units as the R package accessibility does"),
    ] = "shared"
    support: Ruler = "h3:9"
    draws: Draws = 1
    seed: Seed = 1
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EquityReply:
    """The measures now and, with a scenario, after it."""

    values: Values
    now: Equity
    after_values: Values | None
    after: Equity | None
    asked: Asked
    sentences: tuple[str, ...]
    warnings: tuple[str, ...]
    hints: tuple[str, ...]
    cached: bool

    def to_json(self) -> dict[str, Any]:
        """Plain values, small counts left out (null); each measure with its meaning in words."""
        from stadslab.lab.equity_words import NAMES, told

        ranking, after = self.asked.ranking, self.after
        measures = []
        for name, clause in told(self.now, self.asked, self._wording):
            row = {"measure": name, "name": NAMES[name], "meaning": clause, "now": _numbers(self.now.figures[name])}
            measures.append(row | ({} if after is None else {"after": _numbers(after.figures[name])}))
        more = {n: _numbers(f) for n, f in self.now.figures.items() if n not in NAMES}
        more_after = {} if after is None else {n: _numbers(f) for n, f in after.figures.items() if n not in NAMES}
        return {
            "question": self.values.question,
            "indicator": self.values.indicator,
            "unit": self.values.unit,
            "better": "less" if self._wording.cost else "more",
            "ranked_by": None if ranking is None else ranking.words,
            "poor_to_rich": list(ranking.steps) if ranking is not None else [],
            "poverty_line": self.asked.line,
            "unreachable_counted_as": self.asked.unreachable,
            "bounds": self.asked.bounds,
            "people": {name: count.published for name, count in self.now.counts.items()},
            "people_after": None if after is None else {n: count.published for n, count in after.counts.items()},
            "measures": measures,
            "details": {"now": more} | ({} if after is None else {"after": more_after}),
            "theil": {"now": _parts(self.now)} | ({} if after is None else {"after": _parts(after)}),
            "groups": [_row(row) for row in self.now.groups],
            "groups_after": None if after is None else [_row(row) for row in after.groups],
            "plan": list(self.sentences),
            "warnings": list(self.warnings),
            "hints": list(self.hints),
            "uncertainty_stated": self.values.uncertain,
            "cached": self.cached,
            "base": self.values.receipt.to_json(),
            "after": None if self.after_values is None else self.after_values.receipt.to_json(),
        }

    def lines(self) -> list[str]:
        """The plan, who is counted, then every measure with what it means."""
        from stadslab.lab.equity_words import group_line, measure_line, told
        from stadslab.lab.plain import asked_words, number

        lines = ["Plan:", *(f"  {n}. {s}" for n, s in enumerate(self.sentences, 1))] if self.sentences else []
        lines += [f"  warning: {w}" for w in self.warnings]
        lines += [
            f"How fairly is it shared? {self.values.title or self.values.question}",
            f"  {asked_words(self.values)}; {'less' if self._wording.cost else 'more'} is counted as better",
            *(f"  {line}" for line in self._counted()),
        ]
        mean, after = self.now.figures["mean"].value, self.after
        line = f"  mean {number(mean, self.values.unit)} a person"
        lines.append(line if after is None else f"{line}, after the plan {number(after.figures['mean'].value)}")
        for name, clause in told(self.now, self.asked, self._wording):
            then = None if after is None else after.figures[name]
            lines.append(f"  {measure_line(name, clause, self.now.figures[name], then)}")
        rows = dict.fromkeys(row.dimension for row in self.now.groups if row.dimension != "total")
        then_rows = {} if after is None else {(row.dimension, row.group): row for row in after.groups}
        for dimension in rows:
            lines.append(f"  by {dimension}:")
            for row in self.now.groups:
                if row.dimension == dimension:
                    then_row = then_rows.get((row.dimension, row.group))
                    lines.append(f"    {group_line(row, then_row, self._wording, self.asked)}")
        lines += [f"  {hint}" for hint in self.hints]
        lines.append("  all who live in a unit are taken to have the same; differences inside units are not seen")
        if not self.values.uncertain:
            lines.append("  uncertainty not stated (one draw)")
        if self.cached:
            lines.append("  answered from the cache")
        return lines

    @property
    def _wording(self) -> Any:
        from stadslab.lab.equity_words import Wording

        return Wording(self.values.unit, self.values.direction == "cost")

    def _counted(self) -> list[str]:
        """Who is counted and who is not, and what poor means."""
        from stadslab.lab.plain import number

        ranking = self.asked.ranking
        lines = [self._left_out(self.now)]
        if self.after is not None and self._left_out(self.after) != lines[0]:
            lines.append(f"after the plan {self._left_out(self.after)}")
        if self.asked.unreachable is not None:
            lines.append(f"out of reach is counted as {number(self.asked.unreachable, self.values.unit)}")
        if ranking is None:
            lines.append("no incomes: best-off and worst-off are told by the answer itself")
        else:
            steps = f": {', '.join(ranking.steps)}" if ranking.steps else ""
            lines.append(f"from poor to rich by {ranking.words}{steps}")
            without = self.now.counts["unranked"]
            if without.number:
                lines.append(f"{without.text} people have no rank and are left out of what compares poor and rich")
        return lines

    def _left_out(self, found: Equity) -> str:
        """How many people are counted, and why others are not."""
        count = found.counts
        line = f"{count['counted'].text} of {count['all'].text} people are counted"
        if count["out of reach"].number:
            also = "" if self.asked.line is None else " of all but the share of people beyond the line"
            line += f"; {count['out of reach'].text} are out of reach and left out{also}"
        return f"{line}; {count['unknown'].text} are not known and left out" if count["unknown"].number else line


def equity(lab: Lab, request: EquityRequest, progress: Progress) -> EquityReply:
    """Measure how an answer is shared among people, now and after a scenario.

    The people are those who live in the city now: who moves in has no before. Raises `InputError` when nobody is known,
    and for a ranking or a dimension that is not.
    """
    from stadslab.core.errors import InputError, Problem
    from stadslab.lab import catalog
    from stadslab.lab.equity import Asked, joint_bounds
    from stadslab.lab.equity import equity as measured
    from stadslab.lab.ranking import ranking_of
    from stadslab.lab.run import Question

    question = Question.of(
        catalog.indicator(request.indicator), request.params, request.support, request.draws, request.seed
    )
    city = lab.city(request.city)
    scenario = lab.scenarios_together(request.city, request.scenario)
    problems = scenario.applied(city)[1] if scenario is not None else []
    people = lab.people(question.support, city, progress)
    if request.by and request.by not in people.dimensions:
        known = ", ".join(people.dimensions) or "none: load people first"
        raise InputError(Problem("by", f"people are not counted by {request.by!r}", f"known: {known}"))
    ranking = ranking_of(people, request.ranked_by, request.order)
    values, cached = lab.answer(question, city, None, progress)
    after_values, after = None, None
    if scenario is not None:
        after_values, also = lab.answer(question, city, scenario, progress)
        cached = cached and also
    bounds = joint_bounds(*(v for v in (values, after_values) if v is not None), unreachable=request.unreachable)
    dimensions = (request.by,) if request.by else tuple(people.dimensions)
    asked = Asked(ranking, dimensions, request.poverty_line, request.unreachable, bounds, request.ties)
    now = measured(values, people, asked)
    if after_values is not None:
        after = measured(after_values, people, asked)
    return EquityReply(
        values, now, after_values, after, asked,
        tuple(scenario.sentences(city)) if scenario is not None else (),
        tuple(str(p) for p in problems if p.severity != "error"),
        _hints(people, asked, now, after), cached,
    )  # fmt: skip


def _hints(people: Population, asked: Asked, now: Equity, after: Equity | None) -> tuple[str, ...]:
    """What would tell more, what to beware of, and what the publisher withheld."""
    hints = []
    if after is not None and after.counts["counted"].number != now.counts["counted"].number:
        hints.append(
            "now and after the plan other people are counted, so the measures can look better while somebody loses "
            "everything: say --unreachable, what to count those out of reach as"
        )
    if asked.ranking is None:
        hints.append(
            f"say --order, the groups of income from poor to rich: {', '.join(people.groups('income'))}"
            if "income" in people.dimensions
            else "load people by income to tell poor from rich"
        )
    if asked.line is None:
        hints.append("no poverty line; --poverty-line tells how many have too little")
    held = sorted({d for (d, _), mask in people.suppressed.items() if mask.any() and d in people.dimensions})
    if held:
        hints.append(
            f"some numbers by {', '.join(held)} were withheld by their publisher: those people are missing there"
        )
    if after is not None:
        hints.append("the people are those who live there now, and nobody changes habits or moves")
    return tuple(hints)


def _numbers(figure: Figure) -> dict[str, float | None]:
    """The number as data, null where it has no meaning or may not be told."""
    found = {"value": _plain(figure.value)}
    if figure.low is not None and figure.high is not None:
        found |= {"low": _plain(figure.low), "high": _plain(figure.high)}
    return found


def _plain(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _parts(found: Equity) -> dict[str, dict[str, float | None]]:
    return {d: {"between": _plain(between), "within": _plain(within)} for d, (between, within) in found.theil.items()}


def _row(row: GroupShare) -> dict[str, Any]:
    counted = {"people": row.people.published, "hidden": None if row.people.state == "told" else row.people.state}
    told = {"mean": row.mean, "gini": row.gini, "beyond_line": row.below, "suppressed": row.suppressed}
    return {"dimension": row.dimension, "group": row.group, **counted, **told}


VERB = Verb(
    "equity",
    "How fairly is it shared?",
    EquityRequest,
    equity,
    (
        "stadslab equity demo walk_access --kind school --minutes 15 --poverty-line 1",
        "stadslab equity demo walk_to_nearest --scenario close-bridge --kind clinic --unreachable 60",
    ),
    opens="indicator",
    positional=("city", "indicator"),
)
