"""A city: a name, a working projection and a manifest of stamped layers. It analyses nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from stadslab.core import digest as digests
from stadslab.core.errors import NotFoundError, Problem, raise_errors
from stadslab.core.layer import Layer

if TYPE_CHECKING:
    from stadslab.core.scenario import Scenario


@dataclass(frozen=True, slots=True)
class City:
    """Stamped, immutable tables of one place. `crs` is the metric projection that builds work in."""

    name: str
    crs: str
    layers: Mapping[str, Layer] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Layer:
        """The layer of that name; raises `NotFoundError` that lists what the city has."""
        if name not in self.layers:
            have = ", ".join(sorted(self.layers)) or "no layers yet"
            raise NotFoundError(
                Problem(f"city {self.name}", f"there is no layer {name!r}", f"load one first; it has: {have}")
            )
        return self.layers[name]

    def __contains__(self, name: object) -> bool:
        """Whether the city has a layer of that name."""
        return name in self.layers

    def key(self, reads: Iterable[str] | None = None, *, unplanned: bool = False) -> str:
        """What these layers say (all when none is named), as a digest; layers the city lacks count as absent.

        unplanned: what they said before any scenario.
        """
        names = sorted(self.layers if reads is None else set(reads))
        found = [self.layers.get(name) for name in names]
        said = [layer and (layer.unplanned_digest if unplanned else layer.digest) for layer in found]
        return digests.of_json([self.crs, [list(pair) for pair in zip(names, said, strict=True)]])

    def with_layer(self, *layers: Layer) -> City:
        """The city with these layers added or replaced."""
        return replace(self, layers={**self.layers, **{layer.name: layer for layer in layers}})

    def under(self, *scenarios: Scenario) -> City:
        """The city after these scenarios, in order. Raises `InputError` with every problem of every edit."""
        city = self
        problems: list[Problem] = []
        for scenario in scenarios:
            city, found = scenario.applied(city, base=self)
            problems += found
        raise_errors(problems)
        return city

    def diff(self, other: City) -> dict[str, tuple[str | None, str | None]]:
        """Which layers say something else in the other city? Name to (digest here, digest there)."""
        names = sorted(set(self.layers) | set(other.layers))
        pairs = {
            n: (self.layers[n].digest if n in self else None, other.layers[n].digest if n in other else None)
            for n in names
        }
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
