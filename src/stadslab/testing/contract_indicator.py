"""What every indicator must hold, checked on the grid city. Plugin authors run `check_indicator(my_indicator)`."""

from __future__ import annotations

import ast
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from stadslab.build.named import BUILDS
from stadslab.core import digest as digests
from stadslab.core.city import City
from stadslab.core.indicator import Indicator, Known
from stadslab.core.layer import InMemory, Layer
from stadslab.core.scenario import Scenario
from stadslab.core.support import Support
from stadslab.core.values import Measured
from stadslab.testing import gridcity

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOLERANCE = 0.01  # of the unit: whole centimetres and milliseconds round


def check_indicator(indicator: Indicator) -> None:
    """Run the whole contract; raises AssertionError that says which promise is broken and how."""
    for check in CHECKS:
        check(indicator)


def says_what_it_is(indicator: Indicator) -> None:
    """The question, unit, documentation, blind spots, sources and every parameter are in words."""
    assert indicator.question.endswith("?"), f"{indicator.id}: the question must be one: {indicator.question!r}"
    assert indicator.unit, f"{indicator.id}: no unit"
    assert len(indicator.about.splitlines()) > 2, f"{indicator.id}: the docstring says too little"
    assert indicator.blind_spots, f"{indicator.id}: every measure has blind spots"
    assert indicator.cites, f"{indicator.id}: no source is cited"
    assert indicator.known, f"{indicator.id}: no known answer on the grid city"
    silent = [p.name for p in indicator.params if not p.about]
    assert not silent, f"{indicator.id}: parameters without a word: {silent}"
    strange = set(indicator.uncertain) - {p.name for p in indicator.params}
    assert not strange, f"{indicator.id}: uncertain parameters that do not exist: {strange}"


def travels_by_name(indicator: Indicator) -> None:
    """It pickles by reference, so that workers get the same file."""
    assert pickle.loads(pickle.dumps(indicator)) is indicator, f"{indicator.id}: does not pickle to itself"  # noqa: S301


def gives_known_answers(indicator: Indicator) -> None:
    """It says on the grid city what theory says."""
    for known in indicator.known:
        city, n, block = _city(known)
        support = gridcity.grid_support(n, block_m=block)
        found = measured(indicator, city, support, known.params)[gridcity.unit_at(n, known.at)]
        assert abs(found - known.value) <= TOLERANCE, (
            f"{indicator.id} on {known.city} at {known.at}: {found}, theory says {known.value}"
        )


def row_order_never_matters(indicator: Indicator) -> None:
    """Shuffled rows of every layer give the same answer bit for bit."""
    known, city, support = _small(indicator)
    shuffled = city.with_layer(*(_shuffled(layer) for layer in city.layers.values()))
    _same(
        indicator,
        measured(indicator, city, support, known.params),
        measured(indicator, shuffled, support, known.params),
        "rows in another order",
    )


def empty_scenario_changes_nothing(indicator: Indicator) -> None:
    """A scenario without edits gives the base answer bit for bit."""
    known, city, support = _small(indicator)
    after = city.under(Scenario("nothing"))
    assert after.key() == city.key(), "an empty scenario changed the city"
    _same(
        indicator,
        measured(indicator, city, support, known.params),
        measured(indicator, after, support, known.params),
        "an empty scenario",
    )


def unread_layers_never_matter(indicator: Indicator) -> None:
    """A layer it does not name cannot change its answer."""
    known, city, support = _small(indicator)
    read = {layer for name in indicator.reads for layer in (BUILDS[name].reads if name in BUILDS else (name,))}
    fewer = replace(city, layers={n: x for n, x in city.layers.items() if n in read})
    _same(
        indicator,
        measured(indicator, city, support, known.params),
        measured(indicator, fewer, support, known.params),
        "a layer it does not read",
    )


def adds_up_one_way(indicator: Indicator) -> None:
    """What it calls monotone is: more of an input never moves an answer the other way."""
    for name, sign in indicator.monotone.items():
        known, city, support = _small(indicator)
        if name not in city:
            continue
        more = measured(indicator, city, support, known.params)
        for fewer_city in _fewer(city, name, known):
            fewer = measured(indicator, fewer_city, support, known.params)
            both = ~(np.isnan(more) | np.isnan(fewer))
            with np.errstate(invalid="ignore"):
                wrong = both & (sign * (more - fewer) < -1e-9)
            assert not wrong.any(), (
                f"{indicator.id}: more {name} moved unit {int(np.flatnonzero(wrong)[0])} the wrong way"
            )


def far_edits_change_nothing(indicator: Indicator) -> None:
    """Streets and places beyond its declared reach never matter."""
    if indicator.halo_m is None:
        return
    known, n, block, blocks = min((_reach(indicator, k) for k in indicator.known), key=lambda r: r[3] - r[1])
    assert blocks + 2 < n, f"{indicator.id}: {blocks} blocks reach over every grid; give a known answer with less reach"
    city, support = gridcity.grid(n, block_m=block), gridcity.grid_support(n, block_m=block)
    near = [gridcity.unit_at(n, f"{i},{j}") for i in range(n) for j in range(n) if i + j > blocks + 2]
    gone = city.with_layer(
        city["streets"].overlaid(
            frozenset({gridcity.street_id((0, 0), (1, 0)), gridcity.street_id((0, 0), (0, 1))}), None
        )
    )
    before, after = measured(indicator, city, support, known.params), measured(indicator, gone, support, known.params)
    _same(indicator, before[near], after[near], "streets closed beyond its reach")


def leaves_its_inputs_alone(indicator: Indicator) -> None:
    """Asking twice gives the same answer, and the tables say what they said."""
    known, city, support = _small(indicator)
    said = {n: digests.of_table(x.scan()) for n, x in city.layers.items()}
    first = measured(indicator, city, support, known.params)
    _same(indicator, first, measured(indicator, city, support, known.params), "asking twice")
    assert said == {n: digests.of_table(x.scan()) for n, x in city.layers.items()}, (
        f"{indicator.id}: changed its inputs"
    )


CHECKS = (
    says_what_it_is,
    travels_by_name,
    gives_known_answers,
    row_order_never_matters,
    empty_scenario_changes_nothing,
    unread_layers_never_matter,
    adds_up_one_way,
    far_edits_change_nothing,
    leaves_its_inputs_alone,
)


def measured(indicator: Indicator, city: City, support: Support, params: Any) -> NDArray[np.float64]:
    """The answer on tables in hand, float64[n]."""
    inputs: list[Any] = []
    for name in indicator.reads:
        if name == "support":
            inputs.append(support)
        elif name == "population":
            inputs.append(gridcity.grid_population(support))
        elif name in BUILDS:
            inputs.append(BUILDS[name].make(city))
        else:
            inputs.append(None if name in indicator.optional and name not in city else city[name])
    answer = indicator.compute(*inputs, **params)
    return answer.values if isinstance(answer, Measured) else np.asarray(answer, np.float64)


def _city(known: Known) -> tuple[City, int, float]:
    call = ast.parse(known.city, mode="eval").body
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "grid"):
        raise ValueError(f"a known answer is given on grid(...), not {known.city!r}")
    words: dict[str, Any] = {str(k.arg): ast.literal_eval(k.value) for k in call.keywords}
    n = ast.literal_eval(call.args[0]) if call.args else 21
    return gridcity.grid(n, **words), n, float(words.get("block_m", 130.0))


def _reach(indicator: Indicator, known: Known) -> tuple[Known, int, float, int]:
    """A known answer, its city's size and block, and over how many blocks an edit may matter there."""
    assert indicator.halo_m is not None
    _, n, block = _city(known)
    defaults = {p.name: p.default for p in indicator.params if not p.required}
    return known, n, block, int(indicator.halo_m(**{**defaults, **known.params}) // block) + 2


def _small(indicator: Indicator) -> tuple[Known, City, Support]:
    known = indicator.known[0]
    city, n, block = _city(known)
    return known, city, gridcity.grid_support(n, block_m=block)


class _AnyOrder(Layer):
    """Rows in another order than that of their ids; looking up by id rests on that order, and goes by it still."""

    def find(self, ids: Sequence[str]) -> pa.Table:
        """The rows with these ids, sorted by id."""
        return self._ordered().find(ids)

    def ids_from(self, start: str) -> list[str]:
        """The ids that begin with this text, sorted."""
        return self._ordered().ids_from(start)

    def _ordered(self) -> Layer:
        return replace(_plain(self), handle=InMemory(self.scan().sort_by("id")))


def _plain(layer: Layer) -> Layer:
    return Layer(**{f.name: getattr(layer, f.name) for f in fields(Layer)})


def _shuffled(layer: Layer) -> Layer:
    table = layer.scan()
    order = np.random.default_rng(7).permutation(table.num_rows)
    found = replace(layer, handle=InMemory(table.take(pa.array(order))))
    return _AnyOrder(**{f.name: getattr(found, f.name) for f in fields(Layer)})


def _fewer(city: City, name: str, known: Known) -> Iterator[City]:
    ids = city[name].scan("id")["id"].to_pylist()
    keep = set(map(str, known.params.values()))
    for start in (0, len(ids) // 2):
        gone = frozenset(i for i in ids[start : start + 3] if i not in keep)
        yield city.with_layer(city[name].overlaid(gone, None))


def _same(indicator: Indicator, a: NDArray[np.float64], b: NDArray[np.float64], why: str) -> None:
    assert a.tobytes() == b.tobytes(), f"{indicator.id}: {why} changed the answer"
