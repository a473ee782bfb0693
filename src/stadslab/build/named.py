"""Builds an indicator can ask for by name: which layers each may read, and the function that makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stadslab.core.city import City


@dataclass(frozen=True, slots=True)
class Build:
    """Arrays made from layers of a city. `words` says what it is while people wait.

    edit: the same for a city under a plan, from what was made of the city before; equal to `make`, only sooner.
    optional: layers among `reads` that a city may lack.
    """

    reads: tuple[str, ...]
    words: str
    make: Callable[[City], Any]
    edit: Callable[[Any, City], Any] | None = None
    optional: tuple[str, ...] = ()


def _streetgraph(city: City) -> Any:
    from stadslab.build.streetgraph import build_streetgraph

    return build_streetgraph(city["streets"], city.crs)


def _edited_streetgraph(before: Any, city: City) -> Any:
    from stadslab.build.streetedits import edited_streetgraph

    return edited_streetgraph(before, city["streets"])


def _timetable(city: City) -> Any:
    from stadslab.build.timetable import build_timetable

    return build_timetable(city)


# `support` and `population` depend on the ruler as well; the lab makes them from `supports` and `allocate`.
BUILDS: dict[str, Build] = {
    "streetgraph": Build(("streets",), "street network", _streetgraph, _edited_streetgraph),
    "timetable": Build(
        ("stops", "trips", "service_days", "frequencies", "transfers"),
        "timetable",
        _timetable,
        optional=("frequencies", "transfers"),
    ),
}
