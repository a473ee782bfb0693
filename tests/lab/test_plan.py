"""Builds are made once, whoever asks, and the one before a plan stays at hand."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from stadslab.build import named
from stadslab.core.scenario import Scenario
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
