"""Answers of an edited city, kept up to date, are those of the city built anew: values and reasons."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from stadslab.build.live_walks import LiveWalks
from stadslab.build.places import of_kind, xy_of
from stadslab.build.projection import to_metres
from stadslab.build.streetgraph import build_streetgraph
from stadslab.build.traveltimes import Travel, nearest, trips, within
from stadslab.build.unknown import counted, timed
from stadslab.core.city import City
from stadslab.core.errors import InputError
from stadslab.core.scenario import Scenario
from stadslab.core.values import Measured
from stadslab.edits.add_place import AddPlace
from stadslab.testing.gridcity import CRS, grid, grid_support
from tests.build.edited import edited
from tests.edits.village import at, village

LAYERS = ("streets", "places")


def anew(city: City, homes: np.ndarray, travel: Travel, kind: str, minutes: float, rank: int) -> Measured:
    streets = build_streetgraph(city["streets"], city.crs)
    wanted = of_kind(city["places"], kind)
    trip = trips(streets, travel, homes, xy_of(wanted, city.crs))
    limit = travel.cost(minutes)
    if rank:
        return timed(trip, travel.minutes(nearest(trip, limit, rank)[:, 0, rank - 1]), rank)
    limits = np.array([limit], np.int32)
    return counted(
        trip, within(trip, limits, np.zeros(len(wanted), np.int32), 1, np.ones(len(wanted), np.int64))[:, 0, 0]
    )


def follow(base: City, homes: np.ndarray, travel: Travel, kind: str, minutes: float, rank: int, **play: Any) -> None:
    limit = travel.cost(minutes)
    asked: dict[str, Any] = {"k": rank, "near_limit": limit} if rank else {"limits": (limit,)}
    streets = build_streetgraph(base["streets"], base.crs)
    live = LiveWalks(streets, base["places"], homes, travel, kind, **asked)
    before, was = base, live.measured().values.copy()
    for after in edited(base, **play):
        looked_at = live.become({name: before[name].differences(after[name]) for name in LAYERS})
        now, expected = live.measured(), anew(after, homes, travel, kind, minutes, rank)
        assert_array_equal(now.values, expected.values)
        assert_array_equal(now.reason, expected.reason)
        others = np.setdiff1d(np.arange(len(homes)), looked_at)
        assert_array_equal(now.values[others], was[others])
        before, was = after, now.values.copy()


def scattered(base: City, count: int, seed: int) -> np.ndarray:
    """Homes on and off the streets, some of them far from any."""
    xy = build_streetgraph(base["streets"], base.crs).node_xy
    low, high = xy.min(axis=0) - 300, xy.max(axis=0) + 700
    return np.random.default_rng(seed).uniform(low, high, (count, 2))


@pytest.mark.parametrize("mode", ["walk", "cycle", "drive"])
@pytest.mark.parametrize(("kind", "minutes", "rank"), [("any", 6.0, 0), ("school", 30.0, 1), ("any", 8.0, 3)])
def test_a_village_edited_at_random(mode: Any, kind: str, minutes: float, rank: int):
    base = village()
    follow(base, scattered(base, 60, 1), Travel(mode), kind, minutes, rank, steps=25, seed=len(mode) + 10 * rank)


def test_a_grid_city_edited_at_random():
    base, support = grid(8, places="centre"), grid_support(8)
    homes = to_metres(CRS, support.points)
    follow(base, homes, Travel(), "school", 20.0, 2, steps=30, seed=4)
    follow(base, homes, Travel(), "any", 12.0, 0, steps=30, seed=5)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6))
def test_many_more_edits(seed: int):
    base = village()
    mode: Any = ("walk", "cycle", "drive")[seed % 3]
    follow(base, scattered(base, 80, seed), Travel(mode), "any", 10.0, seed % 2, steps=150, seed=100 + seed)


def test_an_edit_that_is_taken_back_leaves_nothing_behind():
    base = village()
    homes = scattered(base, 50, 9)
    streets = build_streetgraph(base["streets"], base.crs)
    live = LiveWalks(streets, base["places"], homes, Travel(), "any", limits=(40_000,), k=2, near_limit=90_000)
    first = live.sums.copy(), live.near.copy()
    for after in edited(base, 6, 3):
        live.become({name: base[name].differences(after[name]) for name in LAYERS})
        live.become({name: after[name].differences(base[name]) for name in LAYERS})
        assert_array_equal(live.sums, first[0])
        assert_array_equal(live.near, first[1])


def test_a_campus_on_one_street_grows():
    base = village()
    streets = build_streetgraph(base["streets"], base.crs)
    homes = np.repeat(streets.node_xy[:1] + np.array([[40.0, 5.0]]), 30, axis=0)
    live = LiveWalks(streets, base["places"], homes, Travel(), "any", limits=(40_000,))
    plan = Scenario("campus")
    before = base
    for number in range(30):
        plan = plan.add(AddPlace("school", at=at(20 + 2 * number, 3)))
        after = base.under(plan)
        live.become({"places": before["places"].differences(after["places"])})
        assert_array_equal(live.measured().values, anew(after, homes, Travel(), "any", 400 / 78, 0).values)
        before = after


def test_a_city_that_loses_every_street_is_refused_as_when_built():
    base = village()
    streets, homes = build_streetgraph(base["streets"], base.crs), scattered(base, 5, 1)
    live = LiveWalks(streets, base["places"], homes, Travel(), "any", limits=(40_000,))
    before = live.measured().values.copy()
    ids = frozenset(base["streets"].scan("id")["id"].to_pylist())
    with pytest.raises(InputError, match="there is no street in it"):
        live.become({"streets": (ids, base["streets"].schema.arrow.empty_table())})
    assert_array_equal(live.measured().values, before)
