"""Cities edited at random: close, open, draw and speed up streets, let places come and go, take it all back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from stadslab.core.city import City
from stadslab.core.edit import Edit
from stadslab.core.errors import InputError
from stadslab.core.scenario import Scenario
from stadslab.edits.add_homes import AddHomes
from stadslab.edits.add_place import AddPlace
from stadslab.edits.add_route import AddRoute
from stadslab.edits.add_street import AddStreet
from stadslab.edits.change_headway import ChangeHeadway
from stadslab.edits.change_route_speed import ChangeRouteSpeed
from stadslab.edits.change_speed import ChangeSpeed
from stadslab.edits.close_stop import CloseStop
from stadslab.edits.close_street import CloseStreet
from stadslab.edits.remove_place import RemovePlace
from stadslab.edits.remove_route import RemoveRoute

MODES = (("walk",), ("walk", "cycle", "drive"), ("drive",), ("cycle",))


def edited(base: City, steps: int, seed: int) -> Iterator[City]:
    """The city after each of so many steps; a step adds an edit or takes the last one back."""
    random = np.random.default_rng(seed)
    streets = base["streets"].scan("id")["id"].to_pylist()
    places = base["places"].scan("id")["id"].to_pylist()
    corners = _corners(base)
    edits: list[Edit] = []
    done = 0
    while done < steps:
        kind = random.integers(7)
        here = corners[random.integers(len(corners))] + random.normal(0, 0.0006, 2)
        there = here + random.normal(0, 0.002, 2)
        street = streets[random.integers(len(streets))]
        more: Edit
        if kind <= 1 and edits:
            edits.pop()
            yield base.under(Scenario("now", tuple(edits)))
            done += 1
            continue
        if kind <= 3:
            more = CloseStreet(street, modes=MODES[random.integers(len(MODES))])  # type: ignore[arg-type]
        elif kind == 4:
            more = AddStreet(line=(_degrees(here), _degrees(there)), modes=MODES[random.integers(2)])  # type: ignore[arg-type]
        elif kind == 5:
            more = ChangeSpeed(street, float(random.integers(5, 90)))
        elif random.integers(2):
            more = AddPlace("school", at=_degrees(here))
        else:
            more = RemovePlace(places[random.integers(len(places))])
        try:
            after = base.under(Scenario("now", (*edits, more)))
        except InputError:
            continue  # closed already, removed already, leads nowhere
        edits.append(more)
        done += 1
        yield after


def _degrees(point: np.ndarray) -> tuple[float, float]:
    return float(point[0]), float(point[1])


def _corners(base: City) -> np.ndarray:
    from stadslab.build.projection import to_lonlat
    from stadslab.build.streetgraph import build_streetgraph

    return to_lonlat(base.crs, build_streetgraph(base["streets"], base.crs).node_xy)


def edited_lines(base: City, steps: int, seed: int) -> Iterator[City]:
    """The same with lines: they come, go, run more often or faster, stops close; streets, places and people change."""
    random = np.random.default_rng(seed)
    named = {name: base[name].scan("id")["id"].to_pylist() for name in ("streets", "places", "routes")}
    named["stops"] = sorted({stop for trip in base["trips"].scan("stops")["stops"].to_pylist() for stop in trip})
    corners = _corners(base)
    edits: list[Edit] = []
    done = 0

    def any_of(name: str) -> str:
        return str(named[name][random.integers(len(named[name]))])

    def spot() -> tuple[float, float]:
        return _degrees(corners[random.integers(len(corners))] + random.normal(0, 0.0006, 2))

    def stop() -> str:
        return any_of("stops") if random.integers(3) else "{:.6f},{:.6f}".format(*spot())

    makers: tuple[Callable[[], Edit], ...] = (
        lambda: ChangeHeadway(any_of("routes"), float(random.integers(3, 40))),
        lambda: ChangeHeadway(any_of("routes"), 5.0, "07:30", "08:15"),
        lambda: CloseStop(any_of("stops")),
        lambda: RemoveRoute(any_of("routes")),
        lambda: AddRoute(f"more {done}", (stop(), stop(), stop()), "tram", float(random.integers(4, 30))),
        lambda: ChangeRouteSpeed(any_of("routes"), float(random.integers(-60, 200))),
        lambda: CloseStreet(any_of("streets"), modes=MODES[random.integers(len(MODES))]),  # type: ignore[arg-type]
        lambda: AddPlace("school", at=spot()),
        lambda: RemovePlace(any_of("places")),
        lambda: AddHomes(at=spot(), people=int(random.integers(1, 50))),
    )
    while done < steps:
        if edits and random.integers(3) == 0:
            edits = edits[: -int(random.integers(1, 3))]
        else:
            more = makers[random.integers(len(makers))]()
            try:
                base.under(Scenario("now", (*edits, more)))
            except InputError:
                continue  # closed already, removed already, leads nowhere
            edits.append(more)
        done += 1
        yield base.under(Scenario("now", tuple(edits)))
