"""Parameters read off a signature, so that forms, command-line options and docs state each fact once."""

from __future__ import annotations

import difflib
import inspect
import math
import re
import types
import typing
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, Union

from stadslab.core.errors import Problem, raise_errors
from stadslab.core.said import Said, seen
from stadslab.core.units import About, Secret, Unit

MISSING: Any = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Param:
    """One keyword parameter: its type, unit, bounds, choices, default and meaning.

    many: a list of values. pair: each value is two numbers (longitude, latitude); `many` pairs are a line.
    """

    name: str
    type: type
    default: Any = MISSING
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    many: bool = False
    optional: bool = False
    about: str = ""
    pair: bool = False
    secret: Secret | None = None

    @property
    def required(self) -> bool:
        """Whether a caller has to give it."""
        return self.default is MISSING


def params_of(function: Callable[..., Any]) -> tuple[Param, ...]:
    """Which keyword-only parameters does this function declare? In the order of its signature."""
    own = [p for p in inspect.signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY]

    def only() -> None:
        """Carries the annotations of the keywords alone: those of the inputs may name types that are not imported."""

    only.__annotations__ = {p.name: p.annotation for p in own if p.annotation is not MISSING}
    hints = typing.get_type_hints(only, inspect.unwrap(function).__globals__, include_extras=True)
    return tuple(param_of(p.name, hints.get(p.name, str), p.default) for p in own)


def param_of(name: str, hint: Any, default: Any = MISSING) -> Param:
    """Describe one annotated name.

    Understood: `Annotated[float, Unit(...), About(...)]`, `Literal`, `Path`, `tuple[str, ...]`, `tuple[float, float]`
    and `X | None`.
    """
    unit, about = Unit(""), About("")
    choices: tuple[str, ...] = ()
    many = optional = pair = False
    secret: Secret | None = None
    while True:
        origin = typing.get_origin(hint)
        if origin is Annotated:
            hint, *extras = typing.get_args(hint)
            unit = next((e for e in extras if isinstance(e, Unit)), unit)
            about = next((e for e in extras if isinstance(e, About)), about)
            secret = next((e for e in extras if isinstance(e, Secret)), secret)
        elif origin in (Union, types.UnionType):
            optional = True
            hint = next(a for a in typing.get_args(hint) if a is not type(None))
        elif origin in (tuple, list):
            items = typing.get_args(hint)
            if origin is tuple and len(items) == 2 and items[1] is not Ellipsis:
                pair = True
            else:
                many = True
            hint = items[0]
        elif origin is Literal:
            choices = tuple(str(a) for a in typing.get_args(hint))
            hint = str
        else:
            break
    kind = hint if isinstance(hint, type) else str
    return Param(
        name, kind, default, unit.symbol, unit.low, unit.high, choices, many, optional, about.text, pair, secret
    )


def check_params(params: tuple[Param, ...], given: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return every parameter with its value, converted to its type; raise `InputError` with all problems at once."""
    problems: list[Problem] = []
    by_name = {p.name: p for p in params}
    for name in given:
        if name not in by_name:
            near = difflib.get_close_matches(name, by_name, n=1)
            hint = Said("known: {all}", all=", ".join(by_name) or Said("none"))
            hint = Said("did you mean {choice}?", choice=near[0]) if near else hint
            problems.append(Problem(where, Said("unknown parameter {name!r}", name=name), hint))
    values: dict[str, Any] = {}
    for param in params:
        if param.name in given:
            values[param.name] = _convert(param, given[param.name], where, problems)
        elif param.required:
            problems.append(Problem(where, Said("parameter {name!r} is missing", name=param.name), Said(param.about)))
        else:
            values[param.name] = param.default
    raise_errors(problems)
    return values


def _convert(param: Param, value: Any, where: str, problems: list[Problem]) -> Any:
    if value is None and (param.optional or param.default is None):
        return None
    if param.many:
        items = [value] if isinstance(value, str | Path | int | float) else value
        if isinstance(items, set | frozenset):
            items = sorted(items, key=str)  # so that the same values are the same answer in every process
        if not isinstance(items, list | tuple):
            problems.append(
                Problem(_place(where, param), Said("{value} is not a list", value=seen(value)), Said(param.about))
            )
            return value
        if param.pair:
            items = [part for item in items for part in _pairs(item)]
        elif param.choices or param.type in (int, float):
            items = [part for item in items for part in _listed(item)]
        return tuple(_convert_one(param, item, where, problems) for item in items)
    return _convert_one(param, value, where, problems)


def _convert_one(param: Param, value: Any, where: str, problems: list[Problem]) -> Any:
    place = _place(where, param)
    if param.pair:
        parts = value.replace(",", " ").split() if isinstance(value, str) else value
        if not isinstance(parts, list | tuple) or len(parts) != 2:
            problems.append(
                Problem(
                    place, Said("{value} is not a pair of numbers", value=seen(value)), Said("give longitude, latitude")
                )
            )
            return value
        return tuple(_convert_one(replace(param, pair=False), part, where, problems) for part in parts)
    if param.type is bool:
        if isinstance(value, bool):
            return value
        if str(value).lower() in ("true", "yes", "1", "false", "no", "0"):
            return str(value).lower() in ("true", "yes", "1")
        problems.append(
            Problem(place, Said("{value} is neither true nor false", value=seen(value)), Said("write true or false"))
        )
        return value
    if param.type in (int, float):
        return _number(param, value, place, problems)
    if param.choices and str(value) not in param.choices:
        near = difflib.get_close_matches(str(value), param.choices, n=1)
        all_of = ", ".join(param.choices)
        hint = Said("one of {all}", all=all_of)
        hint = Said("did you mean {choice}? one of {all}", choice=near[0], all=all_of) if near else hint
        problems.append(Problem(place, Said("{value} is not one of the choices", value=seen(value)), hint))
        return value
    if isinstance(value, bool) or not isinstance(value, str | Path if param.type is Path else str | Path | int | float):
        what = "{value} is not a path" if param.type is Path else "{value} is not text"
        problems.append(Problem(place, Said(what, value=seen(value)), Said(param.about)))
        return value
    return param.type(value)


def _pairs(item: Any) -> list[Any]:
    """Text may hold several pairs: `18.07,59.33 18.08,59.34`."""
    return re.sub(r"\s*,\s*", ",", item.replace(";", " ")).split() if isinstance(item, str) else [item]


def _listed(item: Any) -> list[Any]:
    """Text may hold several numbers or choices: `9.47,47.05,9.64,47.27` or `walk,cycle`."""
    return re.split(r"\s*[,;\s]\s*", item.strip()) if isinstance(item, str) else [item]


def _number(param: Param, value: Any, place: str, problems: list[Problem]) -> Any:
    unit = "" if param.unit == "1" else f" {param.unit}".rstrip()
    whole = param.type is int
    number = _read(param.type, value)
    if number is None:
        what = Said("{value} is not a whole number" if whole else "{value} is not a number", value=seen(value))
        hint = Said("give a whole number" if whole else "give a number")
        hint = Said("{hint} in{unit}", hint=hint, unit=unit) if unit else hint
        problems.append(Problem(place, what, hint))
        return value
    if (param.low is not None and number < param.low) or (param.high is not None and number > param.high):
        problems.append(
            Problem(
                place,
                Said("{number}{unit} is out of range", number=str(number) if whole else f"{number:g}", unit=unit),
                _range(param, unit),
            )
        )
        return value
    return number


def _read(kind: type, value: Any) -> int | float | None:
    """The value as a number of this kind, whole ones without a detour by floats; None when it is none."""
    if isinstance(value, bool):
        return None
    with suppress(TypeError, ValueError, OverflowError):
        if kind is int:
            whole = isinstance(value, int) or (isinstance(value, str) and value.strip().lstrip("+-").isdecimal())
            exact = int(value) if whole else float(value)
            return int(exact) if exact == int(exact) else None
        number = float(value)
        return None if math.isnan(number) else number
    return None


def _range(param: Param, unit: str) -> Said:
    if param.low is None:
        return Said("at most {high:g}{unit}", high=param.high, unit=unit)
    if param.high is None:
        return Said("at least {low:g}{unit}", low=param.low, unit=unit)
    return Said("between {low:g} and {high:g}{unit}", low=param.low, high=param.high, unit=unit)


def _place(where: str, param: Param) -> str:
    return f"{where}, {param.name}" if where else param.name
