"""A laboratory: one folder with cities, scenarios, answers and receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stadslab.core.city import City
from stadslab.core.compare import Comparison
from stadslab.core.disclosure import SMALL_COUNT
from stadslab.core.errors import raise_errors
from stadslab.core.progress import Progress, silent
from stadslab.core.scenario import Scenario, scenario_from_json
from stadslab.core.support import Population
from stadslab.core.values import Values
from stadslab.lab import catalog
from stadslab.lab.once import Once
from stadslab.lab.plan import Builds
from stadslab.lab.run import Question, receipt_for, run
from stadslab.store import manifests, scenarios, values
from stadslab.store.folder import LabFolder
from stadslab.store.names import check_name

if TYPE_CHECKING:
    from stadslab.core.pointcounts import PointCounts
    from stadslab.lab.loading import LoadReply
    from stadslab.lab.verbs.equity import EquityReply
    from stadslab.lab.whatif import WhatIf


@dataclass
class Lab:
    """A laboratory in a folder, opened or made: `Lab("my-city.lab")`.

    Every method raises `StadslabError` with all problems found; the folder is never left half-written.
    """

    folder: LabFolder
    builds: Builds
    _asked: Once[tuple[Values, bool]] = field(repr=False, compare=False)

    def __init__(self, path: str | Path, *, create: bool = True) -> None:
        """Open the lab in this folder; make it when there is none and `create` is true."""
        self.folder = LabFolder.open(path, create=create)
        self.builds = Builds()
        self._asked = Once(0)

    # what is there

    def cities(self) -> list[str]:
        """Names of the cities in the lab."""
        return manifests.list_cities(self.folder)

    def city(self, name: str) -> City:
        """The city of that name, or an earlier version of it as `name@version`."""
        return manifests.load_city(self.folder, name)

    def version(self, name: str) -> str:
        """Digest of the version a city's name points to."""
        return manifests.history(self.folder, name)[-1]

    def scenarios(self, city: str) -> list[str]:
        """Names of the scenarios saved for a city."""
        return scenarios.list_scenarios(self.folder, city)

    def scenario(self, city: str, name: str) -> Scenario:
        """A saved scenario of a city, or one in a JSON file when `name` is a path to it."""
        if name.endswith(".json"):
            return scenario_from_file(name)
        value = scenarios.load_scenario(self.folder, city, name)
        return scenario_from_json(value, catalog.edits(), f"scenario {name}")

    # what people ask, for notebooks; faces go through the verbs

    def load(
        self,
        city: str,
        *files: str | Path,
        source: str = "",
        name: str = "",
        projection: str = "",
        recipe: str = "",
        folder: str | Path | None = None,
        progress: Progress = silent,
        **params: Any,
    ) -> LoadReply:
        """Load files, what a source fetches, or all a recipe names into a city; says what was kept and dropped."""
        from stadslab.lab.verbs import load

        paths = tuple(Path(f) for f in files)
        below = None if folder is None else Path(folder)
        request = load.LoadRequest(city, paths, source, name, projection, params, recipe, below)
        return load.load(self, request, progress)

    def measure(
        self,
        city: str | City,
        indicator: str,
        *,
        support: str = "h3:9",
        scenario: Scenario | str | None = None,
        draws: int = 1,
        seed: int = 1,
        progress: Progress = silent,
        **params: Any,
    ) -> Values:
        """Answer one question about a city, optionally after a scenario."""
        base = self.city(city) if isinstance(city, str) else city
        plan = self.scenario(base.name, scenario) if isinstance(scenario, str) else scenario
        return self.answer(
            Question.of(catalog.indicator(indicator), params, support, draws, seed), base, plan, progress
        )[0]

    def compare(
        self,
        city: str | City,
        indicator: str,
        scenario: Scenario | str,
        *,
        support: str = "h3:9",
        draws: int = 1,
        seed: int = 1,
        progress: Progress = silent,
        **params: Any,
    ) -> Comparison:
        """Who gains and who loses: the same question before and after a scenario."""
        base = self.city(city) if isinstance(city, str) else city
        plan = self.scenario(base.name, scenario) if isinstance(scenario, str) else scenario
        return self.comparison(
            Question.of(catalog.indicator(indicator), params, support, draws, seed), base, plan, progress
        )

    def what_if(
        self,
        city: str | City,
        indicator: str,
        *,
        support: str = "h3:9",
        progress: Progress = silent,
        **params: Any,
    ) -> WhatIf:
        """A question that stays open while you edit: `add` an edit, `undo` it, see who gains and loses, at once.

        One draw: what is uncertain about the answer is asked of `compare`.
        """
        from stadslab.lab.whatif import WhatIf

        base = self.city(city) if isinstance(city, str) else city
        return WhatIf(self, Question.of(catalog.indicator(indicator), params, support), base, progress)

    def count(
        self,
        city: str | City,
        *points: str | Path,
        lon: str = "lon",
        lat: str = "lat",
        time: str = "",
        by: str = "unit",
        weight: str = "",
        since: str = "",
        until: str = "",
        timezone: str = "",
        time_unit: str = "s",
        crs: str = "",
        smallest: int = SMALL_COUNT,
        support: str = "h3:9",
        progress: Progress = silent,
    ) -> PointCounts:
        """Count the points of Parquet files by reporting unit, and by `hour`, `day`, ... where `by` says so."""
        from stadslab.lab import counting

        base = self.city(city) if isinstance(city, str) else city
        asked = counting.Asked(
            tuple(Path(p) for p in points), lon, lat, time, by, weight, time_unit, timezone, since, until, crs, smallest
        )
        return counting.count(asked, base, self.builds.support(support.strip(), base, progress), progress)

    def equity(
        self,
        city: str,
        indicator: str,
        *,
        scenario: str | Sequence[str] = (),
        ranked_by: str = "",
        order: Sequence[str] = (),
        by: str = "",
        poverty_line: float | None = None,
        unreachable: float | None = None,
        support: str = "h3:9",
        draws: int = 1,
        seed: int = 1,
        progress: Progress = silent,
        **params: Any,
    ) -> EquityReply:
        """How fairly is an answer shared among people, now and after a scenario?"""
        from stadslab.lab.verbs import equity as verb

        plans = (scenario,) if isinstance(scenario, str) else tuple(scenario)
        request = verb.EquityRequest(
            city, indicator, plans, ranked_by, tuple(order), by, poverty_line, unreachable,
            support=support, draws=draws, seed=seed, params=params,
        )  # fmt: skip
        return verb.equity(self, request, progress)

    # what the verbs are made of

    def answer(
        self, question: Question, base: City, scenario: Scenario | None, progress: Progress = silent
    ) -> tuple[Values, bool]:
        """The answer, and whether it was there already. The ruler is laid over the base: before and after share it."""
        after = base.under(scenario) if scenario is not None else base
        key = question.key(base, after)

        def make() -> tuple[Values, bool]:
            kept = values.load_values(self.folder, key)
            if kept is not None:
                receipt = receipt_for(question, kept.support, base, after, scenario)
                return replace(kept, receipt=receipt, title=question.indicator.titled(question.params)), True
            found = run(question, base, after, self.builds, scenario, progress)
            values.save_values(self.folder, key, found)
            return found, False

        # several who ask the same at once: one works it out, the others then read what is kept
        return self._asked.get(key, make, lambda: progress(question.indicator.question, 0, question.draws))

    def comparison(self, question: Question, base: City, scenario: Scenario, progress: Progress = silent) -> Comparison:
        """Before and after, with the people of the base city on the same units."""
        before, _ = self.answer(question, base, None, progress)
        after, _ = self.answer(question, base, scenario, progress)
        people = self.people(question.support, base, progress)
        return Comparison(before, after, people, self.newcomers(question.support, base, base.under(scenario), progress))

    def people(self, support: str, base: City, progress: Progress = silent, after: City | None = None) -> Population:
        """The people of a city (of `after`, when given) on the reporting units of the base city."""
        return self.builds.population(self.builds.support(support, base, progress), after or base, progress)

    def newcomers(self, support: str, base: City, after: City, progress: Progress = silent) -> int:
        """How many more people does a city have after a plan? Everybody is placed exactly once, wherever."""
        placed = ("people", "areas")
        if after.key(placed) == base.key(placed):
            return 0
        there, then = (self.people(support, base, progress, city).total.sum() for city in (base, after))
        return int(then - there)

    def scenarios_together(self, city: str, names: Sequence[str]) -> Scenario | None:
        """Several scenarios as one, in order; None when there is none."""
        plans = [self.scenario(city.split("@", maxsplit=1)[0], name) for name in names]
        if not plans:
            return None
        if len(plans) == 1:
            return plans[0]
        now = self.city(city)
        raise_errors([problem for plan in plans for problem in plan.moved(now)])
        drawn: dict[str, Any] = {}  # every plan was drawn on this version, so their digests agree
        for plan in plans:
            for layer, seen in plan.drawn_on.items():
                drawn[layer] = {
                    "digest": seen["digest"],
                    "rows": {**drawn.get(layer, {}).get("rows", {}), **seen["rows"]},
                }
        return Scenario(
            " + ".join(p.name for p in plans),
            tuple(e for p in plans for e in p.edits),
            why="; ".join(p.why for p in plans if p.why),
            drawn_on=drawn,
        )

    def save_scenario(self, city: str, scenario: Scenario, instead_of: str | None = None) -> str:
        """Keep a scenario under its name; returns its tag. instead_of: the tag of what it replaces; None: anything.

        Raises `ConflictError` when something else is there.
        """
        name, text = check_name(scenario.name, "scenario"), scenario.to_text()
        scenarios.save_scenario(self.folder, city, name, text, instead_of)
        return scenarios.tag_of(text.encode())


def scenario_from_file(path: str | Path) -> Scenario:
    """The scenario in a JSON file; raises `InputError` with every problem in it, `NotFoundError` when there is none."""
    return scenario_from_json(scenarios.read_scenario(Path(path)), catalog.edits(), str(path))
