"""What does an answer need? Names of inputs become layers, builds or other indicators; a build is made once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from stadslab.build.named import BUILDS
from stadslab.core.city import City
from stadslab.core.indicator import Indicator
from stadslab.core.progress import Progress, silent
from stadslab.core.support import Population, Support

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
    """Builds made so far, by what they were made from. Several threads may ask at once: each build is made by one.

    progress: who hears of what this thread makes; every thread has its own listener, since one may call the work off.
    """

    def __init__(self, progress: Progress = silent) -> None:
        """Nothing is made yet; progress is for the thread that asks first."""
        self._kept: dict[str, OrderedDict[str, Any]] = {}
        self._making: dict[tuple[str, str], threading.Lock] = {}
        self._lock = threading.Lock()
        self._own = threading.local()
        self.progress = progress

    @property
    def progress(self) -> Progress:
        """Who hears of what this thread makes."""
        found: Progress = getattr(self._own, "progress", silent)
        return found

    @progress.setter
    def progress(self, progress: Progress) -> None:
        self._own.progress = progress

    def get(self, name: str, city: City) -> Any:
        """The build of that name for this city."""
        build = BUILDS[name]

        def make() -> Any:
            before = self._there(name, city.key(build.reads, unplanned=True))
            return build.make(city) if before is None or build.edit is None else build.edit(before, city)

        return self._once(name, city.key(build.reads), build.words, make)

    def support(self, spec: str, city: City) -> Support:
        """The reporting units of that kind over this city."""

        def make() -> Any:
            from stadslab.build.supports import make_support

            return make_support(spec, city)

        found: Support = self._once(
            "support", f"{spec}/{city.key(support_reads(spec, city))}", f"reporting units {spec}", make
        )
        return found

    def population(self, support: Support, city: City) -> Population:
        """The people of this city, by reporting unit."""

        def make() -> Any:
            from stadslab.build.allocate import populate

            return populate(support, city)

        reads: Iterable[str] = [n for n in POPULATION_READS if n in city]
        found: Population = self._once(
            "population", f"{support.digest}/{city.key(reads)}", "people by reporting unit", make
        )
        return found

    def _there(self, sort: str, key: str) -> Any:
        """What was made and is kept, which is then kept longest; None when it is not."""
        with self._lock:
            kept = self._kept.setdefault(sort, OrderedDict())
            if key in kept:
                kept.move_to_end(key)
            return kept.get(key)

    def _once(self, sort: str, key: str, words: str, make: Callable[[], Any]) -> Any:
        found = self._there(sort, key)
        if found is not None:
            return found
        with self._lock:
            making = self._making.setdefault((sort, key), threading.Lock())
        with making:
            found = self._there(sort, key)
            if found is not None:  # somebody else made it meanwhile
                return found
            try:
                self.progress(words, 0, 1)
                found = make()
                with self._lock:
                    kept = self._kept[sort]
                    kept[key] = found
                    while len(kept) > KEEP:
                        kept.popitem(last=False)
            finally:
                with self._lock:
                    self._making.pop((sort, key), None)
        self.progress(words, 1, 1)
        return found
