"""Answers about journeys, kept up to date while a city is edited, are those of the city built anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from numpy.testing import assert_array_equal

from stadslab.core.city import City
from stadslab.core.edit import Edit
from stadslab.core.indicator import Indicator
from stadslab.core.scenario import Scenario
from stadslab.core.support import Support
from stadslab.edits.add_homes import AddHomes
from stadslab.edits.add_place import AddPlace
from stadslab.edits.change_headway import ChangeHeadway
from stadslab.edits.close_street import CloseStreet
from stadslab.indicators.transit_access import transit_access
from stadslab.indicators.transit_dual_access import transit_dual_access
from stadslab.indicators.transit_time_to import transit_time_to
from stadslab.lab.plan import Builds, layers_read
from stadslab.lab.run import inputs_of
from stadslab.testing.gridcity import WEEK, grid, grid_support, unit_at
from tests.build.edited import edited, edited_lines
from tests.edits.village import MONDAY, village

SHORT = {"window_minutes": 20, "max_walk_minutes": 4.0}
ACCESS = (transit_access, {"what": "school", "minutes": 9.0, "max_rides": 2})
PEOPLE = (transit_access, {"what": "people", "minutes": 6.0, "slack_s": 30, "percentile": 80.0})
DUAL = (transit_dual_access, {"what": "people", "enough": 40, "max_minutes": 15.0})
TO = (transit_time_to, {"to": "school", "max_minutes": 12.0, "max_rides": 1})
BY = (transit_time_to, {"to": "school", "arrive": "08:20", "max_minutes": 12.0})


class Following:
    """A live answer beside the city it stands for."""

    def __init__(self, indicator: Indicator, params: dict[str, Any], base: City, support: Support) -> None:
        self.indicator, self.support, self.city = indicator, support, base
        defaults = {p.name: p.default for p in indicator.params}
        self.params = {**defaults, **SHORT, **params}
        self.kept = Builds()
        assert indicator.live is not None
        self.live = indicator.live(*inputs_of(indicator, support, base, self.kept), **self.params)

    def become(self, after: City) -> np.ndarray:
        """Let it become this city, and hold it against the city asked anew; units looked at."""
        names = [name for name in layers_read(self.indicator, after) if name in self.city]
        assert set(names) <= set(self.live.follows)
        changes = {name: self.city[name].differences(after[name]) for name in names}
        changes = {name: rows for name, rows in changes.items() if rows[0] or rows[1].num_rows}
        before = self.live.measured()
        looked_at = self.live.become(changes, lambda: inputs_of(self.indicator, self.support, after, self.kept))
        now, expected = self.live.measured(), self.anew(after)
        assert_array_equal(now.values, expected.values)
        assert_array_equal(now.reason, expected.reason)
        others = np.setdiff1d(np.arange(len(self.support)), looked_at)
        assert_array_equal(now.values[others], before.values[others])
        assert_array_equal(now.reason[others], before.reason[others])
        self.city = after
        return looked_at

    def under(self, *edits: Edit) -> np.ndarray:
        """The same for these edits of the city."""
        return self.become(self.city.under(Scenario("now", edits)))

    def anew(self, after: City) -> Any:
        inputs = inputs_of(self.indicator, self.support, after, Builds())
        return self.indicator(*inputs, **self.params)


def scattered(base: City, count: int, seed: int) -> Support:
    """Units on and off the streets, some of them far from any."""
    spots = shapely.get_coordinates(
        shapely.from_wkb(np.asarray(base["streets"].scan()["geometry"].to_pylist(), object))
    )
    low, high = spots.min(axis=0) - 0.003, spots.max(axis=0) + 0.008
    points = np.random.default_rng(seed).uniform(low, high, (count, 2))
    outlines = shapely.to_wkb(shapely.buffer(shapely.points(points), 0.0004))
    return Support("s", tuple(f"u{i:03}" for i in range(count)), pa.array(list(outlines), pa.binary()), points)


@pytest.fixture(scope="module")
def city() -> City:
    return grid(7, places="centre", lines=[("row", 3, 10), ("column", 1, 15)])


@pytest.mark.parametrize("question", [ACCESS, PEOPLE, DUAL, TO, BY])
def test_a_village_edited_at_random(question: tuple[Indicator, dict[str, Any]]) -> None:
    indicator, params = question
    base = village()
    following = Following(indicator, {"date": MONDAY, **params}, base, scattered(base, 40, 2))
    for after in edited_lines(base, 12, 7):
        following.become(after)


@pytest.mark.parametrize("question", [ACCESS, DUAL, TO])
def test_a_grid_city_edited_at_random(question: tuple[Indicator, dict[str, Any]], city: City) -> None:
    indicator, params = question
    following = Following(indicator, {"date": WEEK[1], **params}, city, grid_support(7))
    for after in edited_lines(city, 12, 5):
        following.become(after)


@pytest.mark.parametrize("question", [ACCESS, TO, BY])
def test_a_village_whose_streets_are_edited_at_random(question: tuple[Indicator, dict[str, Any]]) -> None:
    indicator, params = question
    base = village()
    following = Following(indicator, {"date": MONDAY, **params}, base, scattered(base, 40, 3))
    for after in edited(base, 10, 9):
        following.become(after)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_many_more_edits(seed: int, city: City) -> None:
    indicator, params = (ACCESS, PEOPLE, DUAL, TO, BY)[seed]
    for base, day, support in ((village(), MONDAY, scattered(village(), 50, seed)), (city, WEEK[1], grid_support(7))):
        following = Following(indicator, {"date": day, **params}, base, support)
        for after in edited_lines(base, 60, 50 + seed):
            following.become(after)


def test_only_units_a_line_can_concern_are_asked(city: City) -> None:
    params = {"date": WEEK[1], "what": "school", "minutes": 6.0, "max_rides": 1, "max_walk_minutes": 2.0}
    following = Following(transit_access, params, city, grid_support(7))
    looked_at = following.under(ChangeHeadway("grid:route/column-1", 5))
    near = {unit_at(7, f"{i},{j}") for i in (0, 1, 2) for j in range(7)}  # the line and its neighbours
    assert set(looked_at.tolist()) == near
    assert set(looked_at.tolist()) == set(following.become(city).tolist())


def test_an_edit_taken_back_and_made_again_asks_nobody(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    following = Following(transit_access, {"date": WEEK[1], **ACCESS[1]}, city, grid_support(7))
    asked: list[int] = []
    terms = following.live._terms  # type: ignore[attr-defined]

    def ask(run: Any, ways: Any, goal: Any) -> Any:
        asked.append(ways.origins)
        return terms.ask(run, ways, goal)

    monkeypatch.setattr(following.live, "_terms", replace(terms, ask=ask))
    after = city.under(Scenario("now", (ChangeHeadway("grid:route/column-1", 5),)))
    first = following.become(after)
    assert len(asked) == 1
    for again in (city, after, city):
        assert_array_equal(following.become(again), first)
    assert len(asked) == 1


def test_what_changes_no_answer_is_not_asked(city: City) -> None:
    following = Following(transit_access, {"date": WEEK[1], **ACCESS[1]}, city, grid_support(7))
    street = city["streets"].scan("id")["id"][0].as_py()
    assert not len(following.under(CloseStreet(street, modes=("drive",))))
    where = tuple(float(x) for x in following.support.points[0])
    assert not len(following.under(AddHomes(at=where, people=3)))
    assert not len(following.under(AddPlace("pharmacy", at=where)))
    assert len(following.under(AddPlace("school", at=where))) == len(following.support)


def test_a_day_without_service_leaves_the_answer_as_it_was(city: City) -> None:
    from stadslab.core.errors import InputError

    following = Following(transit_access, {"date": WEEK[1], **ACCESS[1]}, city, grid_support(7))
    before = following.live.measured()
    rows = city["service_days"]
    never = replace(
        city, layers={**city.layers, "service_days": rows.overlaid(frozenset(rows.scan()["id"].to_pylist()), None)}
    )
    with pytest.raises(InputError):
        following.become(never)
    assert_array_equal(following.live.measured().values, before.values)
    following.under(ChangeHeadway("grid:route/column-1", 5))


def test_what_is_told_can_be_written_on(city: City) -> None:
    following = Following(transit_time_to, {"date": WEEK[1], **TO[1]}, city, grid_support(7))
    following.live.measured().values[:] = -1
    assert (following.live.measured().values >= 0).all()
