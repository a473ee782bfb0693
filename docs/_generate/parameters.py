"""Parameters as tables, as options of a command, and as plain values of an example."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from typing import Any

from docs._generate.markdown import code, codes, sentence, table
from stadslab.core.params import Param

# What an example says, by the name of the parameter. A new name gets a stand-in of its type.
EXAMPLES: dict[str, Any] = {
    "at": (18.07, 59.33),
    "box": (18.03, 59.30, 18.11, 59.34),
    "key": "area_code",
    "kind": "school",
    "line": ((18.07, 59.33), (18.072, 59.331)),
    "modes": ("drive",),
    "people": 120,
    "name": "4X",
    "percent": 20.0,
    "place": "osm:node/240109189",
    "place_kind": "preschool",
    "headway_min": 6.0,
    "route": "gtfs:sl/route/55",
    "speed_kmh": 30.0,
    "stop": "gtfs:sl/stop/740021670",
    "stops": ("gtfs:sl/stop/740021670", "18.07,59.33", "18.09,59.33"),
    "street": "osm:way/4275132",
    "to": "18.07,59.33",
    "vintage": "DeSO 2018",
}
TOLD = {"kind", "modes"}  # shown in examples although they may be left out


def parameter_table(params: Sequence[Param]) -> str:
    """Every parameter with its meaning, unit, bounds and default."""
    heads = ("parameter", "what it says", "unit", "from, to", "when left out")
    rows = [(code(p.name), _meaning(p), _unit(p), _bounds(p), _default(p)) for p in params]
    used = [column for column in range(len(heads)) if any(row[column] for row in rows)]
    return table([heads[column] for column in used], [[row[column] for column in used] for row in rows])


def option(name: str) -> str:
    """The option of the command line for this parameter."""
    return "--" + name.replace("_", "-")


def shown(params: Sequence[Param]) -> dict[str, Any]:
    """The parameters of an example: those that are needed, and a few that are worth showing."""
    return {p.name: example(p) for p in params if p.required or p.name in TOLD}


def example(param: Param) -> Any:
    """A value that could be given."""
    if param.name in EXAMPLES:
        return EXAMPLES[param.name]
    if param.choices:
        return (param.choices[0],) if param.many else param.choices[0]
    if param.type in (int, float):
        low = param.low if param.low is not None else 0
        return param.type(max(low, 1))
    return param.name.upper()


def options(params: Sequence[Param]) -> str:
    """The example as options of a command."""
    words = []
    for name, value in shown(params).items():
        many = next(p for p in params if p.name == name).many
        pairs = many and isinstance(value[0], tuple)
        items = [" ".join(_word(v) for v in value)] if pairs else list(value) if many else [value]
        words += [f"{option(name)} {shlex.quote(_word(item))}" for item in items]
    return " ".join(words)


def arguments(params: Sequence[Param]) -> str:
    """The example as keyword arguments of Python, with a leading comma."""
    return "".join(f", {name}={_quoted(value)}" for name, value in shown(params).items())


def _word(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(_word(v) for v in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _quoted(value: Any) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)


def _meaning(p: Param) -> str:
    text = sentence(p.about or p.name.replace("_", " "))
    if p.choices:
        text += f" One of {codes(p.choices)}."
    if p.many and p.pair:
        text += " Several points: `18.07,59.33 18.08,59.34`."
    elif p.many:
        text += " May be repeated."
    return text


def _unit(p: Param) -> str:
    if p.unit == "1" or (not p.unit and p.type is int):
        return "number"
    return p.unit


def _bounds(p: Param) -> str:
    if p.low is None and p.high is None:
        return ""
    return f"{_number(p.low)} to {_number(p.high)}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:g}"


def _default(p: Param) -> str:
    if p.required:
        return "**needed**"
    if p.default in (None, "", ()):
        return ""
    if isinstance(p.default, bool):
        return "yes" if p.default else "no"
    if isinstance(p.default, tuple):
        return ", ".join(code(_word(v)) for v in p.default)
    return code(_word(p.default))
