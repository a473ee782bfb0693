"""Running an indicator: inputs by name, one run a draw, a receipt with every number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stadslab._version import __version__
from stadslab.build.named import BUILDS
from stadslab.core import digest as digests
from stadslab.core.city import City
from stadslab.core.errors import InputError, Problem
from stadslab.core.indicator import Indicator
from stadslab.core.params import check_params
from stadslab.core.progress import Progress, silent
from stadslab.core.receipt import Receipt
from stadslab.core.scenario import Scenario
from stadslab.core.support import Support
from stadslab.core.values import Measured, Reason, Values
from stadslab.lab.plan import POPULATION_READS, Builds, layers_read, support_reads

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to measure: which indicator, with which parameters, on which ruler, how many draws."""

    indicator: Indicator
    params: dict[str, Any]
    support: str
    draws: int = 1
    seed: int = 1

    @staticmethod
    def of(indicator: Indicator, given: Mapping[str, Any], support: str, draws: int = 1, seed: int = 1) -> Question:
        """The question with checked parameters; raises `InputError` with all problems at once."""
        params = check_params(indicator.params, given, indicator.id)
        if not 1 <= draws <= MAX_DRAWS:
            raise InputError(Problem("draws", f"{draws} draws", f"between 1 (uncertainty not stated) and {MAX_DRAWS}"))
        if draws > 1 and not indicator.uncertain:
            raise InputError(Problem("draws", f"{indicator.id} states no uncertain parameter", "leave draws at 1"))
        return Question(indicator, params, support.strip(), draws, seed)  # the key asks which layers this ruler reads

    def key(self, base: City, after: City) -> str:
        """Everything that can change the numbers, before anything is built. The ruler is laid over the base city."""
        inputs = after.key(layers_read(self.indicator, after))
        ruler = base.key(support_reads(self.support, base))
        seed = self.seed if self.draws > 1 else 0
        how = [__version__, self.indicator.id, self.indicator.method, self.params]  # builds may change with the version
        return digests.of_json([how, self.support, ruler, inputs, self.draws, seed])


def run(
    question: Question,
    base: City,
    after: City,
    builds: Builds,
    scenario: Scenario | None = None,
    progress: Progress = silent,
) -> Values:
    """Answer a question on a city: `after` is `base` under the scenario; the ruler is laid over `base`.

    Raises `NotFoundError` when a layer is missing, `InputError` for what the indicator refuses.
    """
    indicator = question.indicator
    support = builds.support(question.support, base, progress)
    inputs = inputs_of(indicator, support, after, builds, progress)
    draws = np.empty((len(support), question.draws))
    reasons = np.zeros((len(support), question.draws), np.int8)
    for number, params in enumerate(_drawn(question)):
        progress(indicator.question, number, question.draws)
        answer = indicator.compute(*inputs, **params)
        measured = measured_of(indicator, answer, len(support))
        draws[:, number] = measured.values
        reasons[:, number] = measured.reason
    progress(indicator.question, question.draws, question.draws)
    reason = _one_reason(draws, reasons)
    return Values(
        indicator.id, indicator.question, indicator.unit, indicator.default_direction, support, draws, reason,
        receipt_for(question, support, base, after, scenario), indicator.titled(question.params),
    )  # fmt: skip


def measured_of(indicator: Indicator, answer: Any, units: int) -> Measured:
    """What an indicator returned, as numbers with reasons; raises `InputError` unless there is one a unit."""
    measured = (
        answer if isinstance(answer, Measured) else Measured(np.asarray(answer, np.float64), np.zeros(units, np.int8))
    )
    if measured.values.shape != (units,):
        what = f"returned {measured.values.shape} values for {units} units"
        raise InputError(Problem(indicator.id, what, "one number per unit"))
    return measured


def receipt_for(question: Question, support: Support, base: City, city: City, scenario: Scenario | None) -> Receipt:
    """What the answer was made of: `city` is `base` under the scenario."""
    names = layers_read(question.indicator, city)
    assumptions = [
        f"{name} varies by {spread.relative_sd:.0%}: {spread.source}"
        for name, spread in question.indicator.uncertain.items()
    ]
    return Receipt(
        city=city.name,
        crs=city.crs,
        indicator=question.indicator.id,
        method=question.indicator.method,
        params=question.params,
        support=question.support,
        support_digest=support.digest,
        inputs={n: city[n].digest for n in names if n in city},
        ruler={
            n: base[n].digest for n in sorted({*support_reads(question.support, base), *POPULATION_READS}) if n in base
        },
        sources=tuple({"layer": n, **city[n].stamp.to_json()} for n in names if n in city),
        scenario=scenario.to_json() if scenario is not None else None,
        draws=question.draws,
        seed=question.seed,
        assumptions=tuple(assumptions) if question.draws > 1 else (),
        software=f"stadslab {__version__}",
    )


def inputs_of(
    indicator: Indicator, support: Support, city: City, builds: Builds, progress: Progress = silent
) -> list[Any]:
    """What the indicator reads, in the order it takes them."""
    return [_input(name, indicator, support, city, builds, progress) for name in indicator.reads]


def _input(name: str, indicator: Indicator, support: Support, city: City, builds: Builds, progress: Progress) -> Any:
    if name == "support":
        return support
    if name == "population":
        return builds.population(support, city, progress)
    if name in BUILDS:
        return builds.get(name, city, progress)
    if name in city.layers or name not in indicator.optional:
        return city[name]
    return None


def _one_reason(draws: NDArray[np.float64], reasons: NDArray[np.int8]) -> NDArray[np.int8]:
    """The reason of each unit's mean, int8[n]: that of the first draw without a number; else one that all draws have.

    draws: float64[n, d]. reasons: int8[n, d].
    """
    none = ~np.isfinite(draws)
    reasons = np.where(np.isnan(draws) & (reasons == Reason.KNOWN), np.int8(Reason.NO_DATA), reasons)
    first = reasons[np.arange(len(draws)), np.where(none.any(axis=1), none.argmax(axis=1), 0)]
    told = none.any(axis=1) | (reasons != Reason.KNOWN).all(axis=1)
    return np.where(told, first, np.int8(Reason.KNOWN)).astype(np.int8)


def _drawn(question: Question) -> list[dict[str, Any]]:
    """Parameters of every draw. Each uncertain parameter has its own stream, so base and scenario share their luck."""
    if question.draws == 1:
        return [question.params]
    factors: dict[str, NDArray[np.float64]] = {}
    for name, spread in question.indicator.uncertain.items():
        stream = np.random.default_rng([question.seed, *name.encode()])
        normal = np.clip(stream.standard_normal(question.draws), -2.0, 2.0)
        factors[name] = 1.0 + spread.relative_sd * normal
    return [
        {**question.params, **{n: question.params[n] * float(f[d]) for n, f in factors.items()}}
        for d in range(question.draws)
    ]
