"""Walks looked for again from where a changed street lies are those of the city built anew."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from stadslab.build.linkage import link
from stadslab.build.projection import to_metres
from stadslab.build.stopwalks import between_stops
from stadslab.build.streetchange import StreetChange, Walked, standing, walked_again
from stadslab.build.streetgraph import build_streetgraph
from stadslab.build.timetable import build_timetable
from stadslab.build.transit import Outing, Service, doors, service
from stadslab.core.city import City
from stadslab.core.scenario import Scenario
from stadslab.edits.add_street import AddStreet
from stadslab.edits.close_street import CloseStreet
from stadslab.kernels.doors import Doors
from stadslab.testing.gridcity import WEEK, grid
from tests.build.edited import edited
from tests.edits.village import MONDAY, village


class Walkers:
    """Homes, places and stops of a city whose streets change."""

    def __init__(self, base: City, date: str, seed: int, minutes: float = 4.0) -> None:
        random = np.random.default_rng(seed)
        self.streets = build_streetgraph(base["streets"], base.crs)
        self.timetable = build_timetable(base)
        low, high = self.streets.node_xy.min(axis=0) - 300, self.streets.node_xy.max(axis=0) + 700
        self.homes, self.places = (random.uniform(low, high, (count, 2)) for count in (60, 40))
        self.outing = Outing(date=date, max_minutes=6.0, max_walk_minutes=minutes)
        self.city = base
        self.run: Service = service(self.streets, self.timetable, self.outing)
        self.ways: Doors = doors(self.streets, self.run, self.outing, self.homes, self.places)
        self.stands = standing(self.streets, self.homes, self.places, self.run.stop_xy)

    def become(self, after: City) -> tuple[StreetChange, Walked]:
        """Let the city become this one, and hold every walk against asking anew."""
        gone, rows = self.city["streets"].differences(after["streets"])
        streets = build_streetgraph(after["streets"], after.crs)
        change = StreetChange.between(self.streets, streets, gone | {*rows["id"].to_pylist()})
        found = walked_again(change, self.stands, self.outing, self.run, self.ways, self.homes, self.places)
        run = service(streets, self.timetable, self.outing)
        for mine, anew in zip(found.ways, doors(streets, run, self.outing, self.homes, self.places), strict=True):
            assert_array_equal(mine, anew)
        foot = between_stops(streets, self.timetable, self.outing.walk_speed_m_s, self.outing.max_walk_minutes)
        for name in ("ptr", "to", "seconds"):
            assert_array_equal(getattr(found.foot, name), getattr(foot, name))
        for xy, links in (
            (self.homes, found.stands.homes), (self.places, found.stands.places), (run.stop_xy, found.stands.stops),
        ):  # fmt: skip
            anew_links = link(streets, streets.network("walk"), xy)
            for name in ("edge", "along", "access_cm"):
                assert_array_equal(getattr(links, name), getattr(anew_links, name))
        self.city, self.streets, self.run = after, streets, run
        self.ways, self.stands = found.ways, found.stands
        return change, found


@pytest.mark.parametrize("seed", [3, 4])
def test_a_village_whose_streets_are_edited_at_random(seed: int) -> None:
    base = village()
    walkers = Walkers(base, MONDAY, seed)
    for after in edited(base, 25, seed):
        walkers.become(after)


def test_a_grid_city_whose_streets_are_edited_at_random() -> None:
    base = grid(7, lines=[("row", 3, 10)])
    walkers = Walkers(base, WEEK[1], 1)
    for after in edited(base, 25, 8):
        walkers.become(after)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20, 26))
def test_many_more_edits(seed: int) -> None:
    for base, day in ((village(), MONDAY), (grid(7, lines=[("row", 3, 10)]), WEEK[1])):
        walkers = Walkers(base, day, seed)
        for after in edited(base, 80, seed):
            walkers.become(after)


def test_several_edits_at_once_and_back_again() -> None:
    base = village()
    walkers = Walkers(base, MONDAY, 5)
    cities = list(edited(base, 12, 11))
    for after in (cities[-1], cities[3], base, cities[-4], cities[-1]):
        walkers.become(after)


def test_who_is_far_from_a_closed_street_is_not_looked_at() -> None:
    base = grid(15, lines=[("row", 7, 10)])
    streets = build_streetgraph(base["streets"], base.crs)
    homes = streets.node_xy + 5.0
    network = streets.network("walk")
    links = link(streets, network, homes)
    piece = base["streets"].scan("id")["id"][0].as_py()
    closed = build_streetgraph(base.under(Scenario("p", (CloseStreet(piece),)))["streets"], base.crs)
    change = StreetChange.between(streets, closed, {piece})
    after, moved = change.relinked(homes, links)
    limit = 26_000  # two blocks of 130 m
    found = change.touched((links, after, moved)).concerned(links, after, limit)
    middle = streets.node_xy[[streets.tail[change.old][0], streets.head[change.old][0]]].mean(axis=0)
    away = np.abs(homes - middle).sum(axis=1)
    assert found[away < 100].all()
    assert not found[away > 500].any()
    assert 0 < moved.sum() < 6


def test_pieces_keep_their_place_where_others_come_between_them() -> None:
    base = grid(5, lines=[("row", 2, 10)])
    after = base.under(Scenario("p", (AddStreet(line=(to_lonlat_of(base, 2, 2), to_lonlat_of(base, 3, 3))),)))
    streets, later = (build_streetgraph(city["streets"], city.crs) for city in (base, after))
    gone, rows = base["streets"].differences(after["streets"])
    change = StreetChange.between(streets, later, gone | {*rows["id"].to_pylist()})
    kept = change.place >= 0
    assert_array_equal(later.edge_ids[change.place[kept]], streets.edge_ids[kept])
    assert {*later.edge_ids[change.new]} >= {*rows["id"].to_pylist()}
    assert {*streets.edge_ids[~kept]} == {*gone} - {*later.edge_ids}


def to_lonlat_of(city: City, column: int, row: int) -> tuple[float, float]:
    """Where a junction of the grid city is."""
    from stadslab.build.projection import to_lonlat

    streets = build_streetgraph(city["streets"], city.crs)
    at = streets.node_xy[
        list(streets.node_ids).index(next(n for n in streets.node_ids if n.endswith(f"{column},{row}")))
    ]
    found = to_lonlat(city.crs, at[None])[0]
    assert np.allclose(to_metres(city.crs, found[None])[0], at, atol=0.01)
    return float(found[0]), float(found[1])
