"""Both ends of journeys: homes, and what people want to reach."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from stadslab.build import transitends
from stadslab.build.transitends import Goal, ends, toward
from stadslab.core.values import Reason
from stadslab.testing import gridcity

N = 5


def test_ends_are_counts_or_places() -> None:
    city, support = gridcity.grid(N), gridcity.grid_support(N)
    people = gridcity.grid_population(support)
    assert ends("people", gridcity.CRS, support, people, None).weight.sum() == 10 * N * N
    assert ends("age", gridcity.CRS, support, people, None).weight.sum() == 10 * N * N
    assert len(ends("school", gridcity.CRS, support, people, city["places"]).xy) == N * N
    assert len(toward("grid:place/0,0", gridcity.CRS, support, city["places"]).xy) == 1


def test_people_are_residents_and_jobs_are_not() -> None:
    city, support = gridcity.grid(N), gridcity.grid_support(N)
    people = gridcity.grid_population(support)
    people = replace(people, counts={**people.counts, ("jobs", "all"): np.ones(N * N, np.int64)})
    assert ends("people", gridcity.CRS, support, people, None).people
    assert ends("age", gridcity.CRS, support, people, None).people
    assert not ends("jobs", gridcity.CRS, support, people, None).people
    assert not ends("school", gridcity.CRS, support, people, city["places"]).people


@pytest.mark.parametrize(("people", "nothing"), [(True, 0.0), (False, 0.0), (True, np.inf)])
def test_fewer_than_five_people_are_not_told(people: bool, nothing: float, monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.array([0.0, 1.0, 4.0, 5.0, 37.0])
    linked: Any = SimpleNamespace(linked=np.ones(5, bool))
    streets: Any = SimpleNamespace(network=lambda mode: None)
    ways: Any = SimpleNamespace(access_ptr=np.arange(6))
    monkeypatch.setattr(transitends, "near_closed", lambda *_: np.zeros(0, bool))
    goal = Goal(np.zeros((5, 2)), np.zeros((1, 2)), np.ones(1, np.int64), people=people)
    found = transitends.told(streets, goal, ways, values, nothing=nothing, links=linked)
    hidden = people and nothing == 0
    assert np.isnan(found.values).tolist() == [False, hidden, hidden, False, False]
    assert (found.reason == Reason.TOO_FEW).tolist() == [False, hidden, hidden, False, False]
    assert found.values[3:].tolist() == [5, 37]
