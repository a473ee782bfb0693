"""Builds are made once, whoever asks, and the one before a plan stays at hand."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from stadslab.build import named
from stadslab.core.city import City
from stadslab.core.layer import Layer
from stadslab.core.scenario import Scenario
from stadslab.edits.add_homes import AddHomes
from stadslab.edits.close_street import CloseStreet
from stadslab.lab.plan import KEEP, Builds
from tests.lab.cities import city


def test_several_threads_at_once_get_the_same_build_made_once(monkeypatch: pytest.MonkeyPatch):
    made: list[int] = []
    together = threading.Barrier(4, timeout=20)

    def make(town):
        made.append(1)
        return build.make(town)

    build = named.BUILDS["streetgraph"]
    monkeypatch.setitem(named.BUILDS, "streetgraph", replace(build, make=make))
    builds, town = Builds(), city()

    def ask(_: int):
        together.wait()
        return builds.get("streetgraph", town)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, range(4)))
    assert len(made) == 1
    assert all(one is found[0] for one in found)


def test_the_build_before_the_plan_outlives_many_plans(monkeypatch: pytest.MonkeyPatch):
    builds, town = Builds(), city()
    base = builds.get("streetgraph", town)
    ids = town["streets"].scan("id")["id"].to_pylist()
    for street in ids[: 2 * KEEP]:
        builds.get("streetgraph", town.under(Scenario("p", (CloseStreet(street),))))
    assert builds.get("streetgraph", town) is base


def test_people_are_placed_again_only_where_what_they_were_placed_by_changes():
    builds, town = Builds(), city()
    street = town["streets"].scan("id")["id"][0].as_py()
    closed = town.under(Scenario("p", (CloseStreet(street),)))
    cells, strips = (builds.support(spec, town) for spec in ("h3:11", "areas"))
    people = builds.population(strips, town)
    assert builds.population(strips, closed) is people  # points in areas: streets were not looked at
    where = tuple(float(x) for x in strips.points[0])
    more = builds.population(strips, town.under(Scenario("p", (AddHomes(at=where, people=7),))))
    assert more.total.sum() == people.total.sum() + 7
    assert builds.population(cells, town) is not people
    assert builds.population(strips, town) is people


def test_people_spread_along_streets_are_placed_again_when_a_street_closes():
    town = over_a_strip(city())
    street = town["streets"].scan("id")["id"][0].as_py()
    builds, cells = Builds(), Builds().support("h3:11", town)
    base = builds.population(cells, town)
    after = builds.population(cells, town.under(Scenario("p", (CloseStreet(street),))))
    anew = Builds().population(cells, town.under(Scenario("p", (CloseStreet(street),))))
    np.testing.assert_array_equal(after.total, anew.total)
    assert after is not base


def over_a_strip(town: City) -> City:
    """The same town with all its people told of one area, so that they are spread along its streets."""
    area = town["areas"].scan("id", "vintage").to_pylist()[0]
    row = town["people"].scan().to_pylist()[0]
    row |= {"area": area["id"], "vintage": area["vintage"], "geometry": None, "value": 500.0}
    table = pa.Table.from_pylist([row], schema=town["people"].schema.arrow)
    return town.with_layer(Layer.of("people", table, town["people"].stamp))


def test_who_calls_work_off_does_so_for_itself_alone():
    builds, town = Builds(), city()

    def stop(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        builds.get("streetgraph", town, stop)
    graph = builds.get("streetgraph", town)
    assert graph.n_nodes
    assert builds.get("streetgraph", town, stop) is graph, "what is there already takes no work to call off"
    with pytest.raises(KeyboardInterrupt):
        builds.support("areas", town, stop)
    assert len(builds.support("areas", town)) == 2
