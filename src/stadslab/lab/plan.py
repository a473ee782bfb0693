"""What does an answer need? Names of inputs become layers, builds or other indicators; a build is made once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from stadslab.build.named import BUILDS
from stadslab.core.city import City
from stadslab.core.indicator import Indicator
from stadslab.core.layer import Layer
from stadslab.core.progress import Progress, silent
from stadslab.core.support import Population, Support
from stadslab.lab.once import Once

KEEP = 8  # builds of a sort kept in memory: base and a few scenarios


# `support` and `population` also depend on the ruler that was asked for; they are made by `Builds` itself.
SUPPORT_READS = ("streets", "buildings", "people", "areas")
POPULATION_READS = ("people", "areas", "buildings", "streets")


def layers_read(indicator: Indicator, city: City, seen: frozenset[str] = frozenset()) -> list[str]:
    """Which layers of the city can change this answer (the ruler aside)?"""
    found: set[str] = set()
    for name in indicator.reads:
        if name in BUILDS:
            found.update(BUILDS[name].reads)
        elif name == "population":
            found.update(n for n in POPULATION_READS if n in city)
        elif name == "support":
            continue
        elif _is_indicator(name) and name not in seen:
            from stadslab.lab import catalog

            found.update(layers_read(catalog.indicator(name), city, seen | {name}))
        elif name not in indicator.optional or name in city:
            found.add(name)
    return sorted(found)


def support_reads(spec: str, city: City) -> list[str]:
    """Which layers decide where the reporting units lie?"""
    kind, _, name = spec.partition(":")
    if kind == "areas":
        return [n for n in {name or "areas", "buildings", "water"} if n in city]
    return [n for n in SUPPORT_READS if n in city]


def _is_indicator(name: str) -> bool:
    from stadslab.lab import catalog

    return name in catalog.names("indicators")


class Builds:
    """Builds made so far, by what they were made from. Safe to share between threads: each is made by one of them.

    progress: who is told of a build in the making, and may call it off by raising; each caller names its own.
    """

    def __init__(self) -> None:
        """Nothing is made yet."""
        self._lock = threading.Lock()
        self._kept: dict[str, Once[Any]] = {}
        self._looked_at: dict[str, set[frozenset[str]]] = {}  # support to layers its people were told from

    def get(self, name: str, city: City, progress: Progress = silent) -> Any:
        """The build of that name for this city."""
        build = BUILDS[name]

        def make() -> Any:
            before = self._sort(name).peek(city.key(build.reads, unplanned=True))
            return build.make(city) if before is None or build.edit is None else build.edit(before, city)

        return self._once(name, city.key(build.reads), build.words, make, progress)

    def support(self, spec: str, city: City, progress: Progress = silent) -> Support:
        """The reporting units of that kind over this city."""

        def make() -> Any:
            from stadslab.build.supports import make_support

            return make_support(spec, city)

        key = f"{spec}/{city.key(support_reads(spec, city))}"
        found: Support = self._once("support", key, f"reporting units {spec}", make, progress)
        return found

    def population(self, support: Support, city: City, progress: Progress = silent) -> Population:
        """The people of this city, by reporting unit."""

        def make() -> Any:
            from stadslab.build.allocate import populate

            noticed = _Noticed(city.layers)
            found = populate(support, replace(city, layers=noticed))
            with self._lock:
                self._looked_at.setdefault(support.digest, set()).add(frozenset(noticed.names))
            return self._sort(_ALIKE).put(f"{support.digest}/{city.key(noticed.names)}", found)

        with self._lock:
            looked_at = list(self._looked_at.get(support.digest, ()))
        for names in looked_at:  # a city that is the same in all that was looked at has the same people in each unit
            alike: Population | None = self._sort(_ALIKE).peek(f"{support.digest}/{city.key(names)}")
            if alike is not None:
                return alike
        reads: Iterable[str] = [n for n in POPULATION_READS if n in city]
        key = f"{support.digest}/{city.key(reads)}"
        found: Population = self._once("population", key, "people by reporting unit", make, progress)
        return found

    def _sort(self, sort: str) -> Once[Any]:
        with self._lock:
            return self._kept.setdefault(sort, Once(KEEP))

    def _once(self, sort: str, key: str, words: str, make: Callable[[], Any], progress: Progress) -> Any:
        def made() -> Any:
            progress(words, 0, 1)
            found = make()
            progress(words, 1, 1)
            return found

        return self._sort(sort).get(key, made, lambda: progress(words, 0, 1))


_ALIKE = "population of a city alike"


class _Noticed(Mapping[str, Layer]):
    """Layers that remember which of them were asked for, or about."""

    def __init__(self, layers: Mapping[str, Layer]) -> None:
        self._layers = layers
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> Layer:
        self.names.add(name)
        return self._layers[name]

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return name in self._layers

    def __iter__(self) -> Iterator[str]:
        self.names.update(self._layers)
        return iter(self._layers)

    def __len__(self) -> int:
        return len(self._layers)
