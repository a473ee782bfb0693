"""Which questions does a brief answer? Those that were asked for, or a basket of everyday errands on foot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow.compute as pc

from stadslab.core.city import City
from stadslab.core.errors import InputError, Problem
from stadslab.core.kinds import kinds_named
from stadslab.lab import catalog
from stadslab.lab.run import Question

BASKET = ("preschool", "school", "health", "food_shop")


def questions(asked: Sequence[str], city: City, support: str, draws: int, seed: int) -> list[Question]:
    """Questions written as `walk_access:kind=school,minutes=10`; the basket of the city when none is given.

    Raises `InputError` or `NotFoundError` with what is wrong in each.
    """
    specs = [_parsed(text) for text in asked] or [("walk_to_nearest", {"kind": kind}) for kind in _basket(city)]
    if not specs:
        raise InputError(
            Problem(
                "brief",
                "the city has no places to walk to",
                "say what to measure, such as --measure travel_time_to:to=18.06,59.33",
            )
        )
    return [Question.of(catalog.indicator(name), params, support, draws, seed) for name, params in specs]


def _parsed(text: str) -> tuple[str, dict[str, Any]]:
    name, _, rest = text.partition(":")
    params: dict[str, Any] = {}
    key = ""
    for part in filter(None, rest.split(",")):
        head, sign, value = part.partition("=")
        if sign:
            key = head.strip()
            params[key] = value.strip()
        elif key:  # a comma inside a value, as in to=18.06,59.33
            params[key] += "," + part.strip()
        else:
            raise InputError(
                Problem("--measure", f"{part!r} in {text!r} has no name", "write indicator:name=value,name=value")
            )
    return name, params


def _basket(city: City) -> list[str]:
    if "places" not in city:
        return []
    there = set(pc.unique(city["places"].scan("kind")["kind"]).to_pylist())
    return [kind for kind in BASKET if there & set(kinds_named(kind))]
