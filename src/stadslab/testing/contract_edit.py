"""Does an edit keep the promises that scenarios, forms and caches rely on? Run it on your own edits too."""

from __future__ import annotations

import dataclasses
import json
import pickle
import re
from collections.abc import Iterator
from typing import Any

from stadslab.core import digest as digests
from stadslab.core.city import City
from stadslab.core.edit import Delta, Edit
from stadslab.core.errors import InputError, Problem
from stadslab.core.layer import Layer
from stadslab.core.params import check_params
from stadslab.core.scenario import Scenario, scenario_from_json, with_deltas


def check_edit(edit_cls: type[Edit], example_edit: Edit, city: City) -> None:
    """Assert that an edit class keeps the contract, shown by an example that can be made on this city.

    Raises `AssertionError` that lists every broken promise, one a line.
    """
    broken = [*_declared(edit_cls), *_told(example_edit, city), *_saved(edit_cls, example_edit, city)]
    broken += [*_made(example_edit, city), *_refused(edit_cls, example_edit, city)]
    assert not broken, f"{edit_cls.__name__} breaks the contract of edits:\n" + "\n".join(f"- {b}" for b in broken)


def _declared(cls: type[Edit]) -> Iterator[str]:
    if not getattr(getattr(cls, "__dataclass_params__", None), "frozen", False):
        yield "it is not a frozen dataclass"
    if not re.fullmatch(r"[a-z]+(_[a-z]+)*", getattr(cls, "kind", "")):
        yield f"kind {getattr(cls, 'kind', None)!r} is not words_with_underscores"
    if not getattr(cls, "question", "").endswith("?"):
        yield f"question {getattr(cls, 'question', None)!r} is not a question"
    if not getattr(cls, "touches", ()):
        yield "touches names no layer"
    for param in cls.params():
        if param.name == "kind":
            yield "a field is called 'kind', which is the word for the edit itself"
        if not param.about:
            yield f"field {param.name!r} does not say what it is about"


def _told(edit: Edit, city: City) -> Iterator[str]:
    for words, sentence in (("without a city", edit.sentence()), ("with the city", edit.sentence(city))):
        if not sentence.endswith(".") or "\n" in sentence or not sentence[:1].isupper():
            yield f"the sentence {words} is no sentence: {sentence!r}"
    for layer, ids in edit.reads_ids(city).items():
        found = set(city[layer].find(list(ids))["id"].to_pylist()) if layer in city else set()
        if missing := [i for i in ids if i not in found]:
            yield f"reads_ids names {missing[0]!r}, which layer {layer!r} does not have"


def _saved(cls: type[Edit], edit: Edit, city: City) -> Iterator[str]:
    try:
        text = json.dumps(edit.to_json(), allow_nan=False)
        again = scenario_from_json({"format": 1, "name": "x", "edits": [json.loads(text)]}, {cls.kind: cls}).edits[0]
        if again != edit:
            yield f"read back from JSON it is another edit: {again} instead of {edit}"
    except (TypeError, ValueError) as error:
        yield f"it does not go through JSON: {error}"
    if pickle.loads(pickle.dumps(edit)) != edit:  # noqa: S301 (our own bytes)
        yield "read back from a pickle it is another edit"
    if hash(edit) != hash(dataclasses.replace(edit)):  # type: ignore[type-var]
        yield "two equal edits have different hashes"
    pinned = Scenario("x", (edit,)).pinned(city)
    if pinned.check(city) != Scenario("x", (edit,)).check(city):
        yield "pinned to this version of the city, it is refused on it"


def _made(edit: Edit, city: City) -> Iterator[str]:
    before = {name: digests.of_table(layer.scan()) for name, layer in city.layers.items()}
    if errors := [str(p) for p in edit.problems(city) if p.severity == "error"]:
        yield f"the example cannot be made: {'; '.join(errors)}"
        return
    deltas = edit.deltas(city)
    if stray := sorted({d.layer for d in deltas} - set(edit.touches)):
        yield f"it changes layers it does not say it touches: {', '.join(stray)}"
        return
    after = with_deltas(city, deltas)
    if {name: digests.of_table(layer.scan()) for name, layer in city.layers.items()} != before:
        yield "it changes the city it is given"
    if all(after[name].digest == city[name].digest for name in edit.touches):
        yield "the example changes nothing, so it shows nothing"
    if any(after[name] is not city[name] for name in city.layers if name not in edit.touches):
        yield "a layer it does not touch is another object afterwards"
    if _rows(edit.deltas(city)) != _rows(deltas):
        yield "asked twice, it makes different rows"
    if _rows(edit.deltas(_shuffled(city))) != _rows(deltas):
        yield "given the same rows in another order, it makes different rows"


def _refused(cls: type[Edit], edit: Edit, city: City) -> Iterator[str]:
    for name in edit.touches:
        poorer = dataclasses.replace(city, layers={k: v for k, v in city.layers.items() if k != name})
        if not any(p.severity == "error" and name in p.what for p in _problems(edit, poorer)):
            yield f"on a city without layer {name!r} it does not say that the layer is missing"
    try:
        check_params(cls.params(), {**_fields(edit), "no_such_field": 1}, cls.kind)
        yield "it takes fields it does not have"
    except InputError:
        pass


def _problems(edit: Edit, city: City) -> list[Problem]:
    try:
        return edit.problems(city)
    except LookupError as error:
        return [Problem("", f"raised instead of told: {error!r}", severity="warning")]


def _shuffled(city: City) -> City:
    layers = [
        Layer.of(name, layer.scan().take(list(range(layer.rows))[::-1]), layer.stamp, layer.schema.name)
        for name, layer in city.layers.items()
    ]
    return city.with_layer(*layers)


def _rows(deltas: list[Delta]) -> list[Any]:
    return [
        [d.layer, sorted(d.drop), None if d.upsert is None else digests.of_table(d.upsert.sort_by("id"))]
        for d in deltas
    ]


def _fields(edit: Edit) -> dict[str, Any]:
    return {k: v for k, v in edit.to_json().items() if k != "kind"}
