"""Making numbers again from a receipt: the same layers by digest, the same question, nothing from the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stadslab.core.city import City
from stadslab.core.compare import Comparison
from stadslab.core.errors import NotFoundError, Problem
from stadslab.core.progress import Progress
from stadslab.core.receipt import Receipt
from stadslab.core.scenario import scenario_from_json
from stadslab.core.support import Population
from stadslab.core.values import Values
from stadslab.lab import catalog
from stadslab.lab.plan import POPULATION_READS, Builds, layers_read, support_reads
from stadslab.lab.run import Question, run
from stadslab.store import manifests

if TYPE_CHECKING:
    from stadslab.lab.lab import Lab


def measure_again(lab: Lab, measure: dict[str, Any], progress: Progress) -> Comparison | tuple[Values, Population]:
    """One measure of a brief made again: a comparison, or values with their people when the brief has no plan.

    Raises `NotFoundError` when no version of the city in this lab has the layers the receipt names.
    """
    receipt = Receipt.from_json(measure["base"])
    city = _as_it_was(lab, receipt)
    builds = Builds()
    question = Question.of(
        catalog.indicator(receipt.indicator), receipt.params, receipt.support, receipt.draws, receipt.seed
    )
    base = run(question, city, city, builds, None, progress)
    people = builds.population(base.support, city, progress)
    if measure["after"] is None:
        return base, people
    plan = scenario_from_json(
        Receipt.from_json(measure["after"]).scenario, catalog.edits(), "the scenario in the receipt"
    )
    changed = city.under(plan)
    after = run(question, city, changed, builds, plan, progress)
    newcomers = int(builds.population(base.support, changed, progress).total.sum() - people.total.sum())
    return Comparison(base, after, people, newcomers)


def _read_of(city: City, receipt: Receipt) -> dict[str, str]:
    """What answering would read of this city today: a layer that came later can move the reporting units too."""
    ruler = {*support_reads(receipt.support, city), *POPULATION_READS}
    names = [*layers_read(catalog.indicator(receipt.indicator), city), *sorted(ruler)]
    return {name: city[name].digest for name in names if name in city}


def _as_it_was(lab: Lab, receipt: Receipt) -> City:
    """The newest version of the city that has the layers and reporting units of the receipt."""
    if receipt.city not in lab.cities():
        have = ", ".join(lab.cities()) or "none"
        raise NotFoundError(
            Problem(
                f"city {receipt.city}",
                "it is not in this lab",
                f"give the lab the brief was made in with --lab; here: {have}",
            )
        )
    wanted = {**receipt.inputs, **receipt.ruler}
    for version in reversed(manifests.history(lab.folder, receipt.city)):
        city = lab.city(f"{receipt.city}@{version}")
        if city.crs == receipt.crs and _read_of(city, receipt) == wanted:
            return city
    now = lab.city(receipt.city)
    if now.crs != receipt.crs:
        what = f"it works in {now.crs}, and the brief was made in {receipt.crs}"
        raise NotFoundError(Problem(f"city {receipt.city}", what, "open the lab the brief was made in"))
    found = _read_of(now, receipt)
    differs = [name for name in dict.fromkeys([*wanted, *found]) if wanted.get(name) != found.get(name)]
    raise NotFoundError(
        Problem(
            f"city {receipt.city}",
            f"its layers are not those of the brief: {', '.join(differs)} differ",
            "load the same files again, or open the lab the brief was made in",
        )
    )
