"""Journeys through the demonstration town: whole, and as long as the searches over windows say."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from stadslab.build.journeys import ON_FOOT, ways_between
from stadslab.build.places import xy_of
from stadslab.build.streetgraph import build_streetgraph
from stadslab.build.timetable import build_timetable
from stadslab.build.transit import Outing, by_departure, doors, minutes_to, service
from stadslab.core.city import City
from stadslab.kernels import UNREACHABLE
from stadslab.lab.lab import Lab
from stadslab.sources.synthetic.generate import generate

RUSH = Outing("2026-06-16", "07:55", 12, max_minutes=60, max_walk_minutes=12)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> City:
    folder: Path = tmp_path_factory.mktemp("journeys")
    made = generate(folder / "files", people=3000, seed=1, name="town")
    lab = Lab(folder / "town.lab")
    lab.load("town", made.osm, made.areas, made.people_table, made.gtfs, source="synthetic")
    return lab.city("town")


def test_parts_add_up_to_what_the_searches_find(town: City) -> None:
    streets, timetable = build_streetgraph(town["streets"], town.crs), build_timetable(town)
    xy = xy_of(town["places"].scan("id", "geometry"), town.crs)
    pairs = np.random.default_rng(3).choice(len(xy), (25, 2), replace=False)
    kinds, rides = set(), set()
    for number, (a, b) in enumerate(pairs.tolist()):
        outing = dataclasses.replace(RUSH, slack_s=60 * (number % 2), max_rides=1 + number % 4)
        run = service(streets, timetable, outing)
        both = doors(streets, run, outing, xy[[a]], xy[[b]])
        seconds = by_departure(run, both, outing, 0)[:, 0]
        ways = ways_between(streets, timetable, outing, xy[a], xy[b])
        assert [way.total_s for way in ways] == seconds.tolist()
        middle = minutes_to(run, both, outing, 50)[0, 0]
        ranked = sorted(way.total_s for way in ways)[len(ways) // 2 - 1]
        assert middle == (np.inf if ranked == UNREACHABLE else ranked / 60)
        for way in ways:
            if not way.found:
                assert not way.parts
                continue
            edges = [way.depart_s, *(part.end_s for part in way.parts)]
            assert [part.start_s for part in way.parts] == edges[:-1]
            assert edges[-1] - way.depart_s == way.total_s
            assert all(one.to_stop == other.from_stop for one, other in pairwise(way.parts))
            assert way.spent(*ON_FOOT) + way.spent("wait") + way.spent("ride") == way.total_s
            kinds |= {part.kind for part in way.parts}
            rides.add(way.rides)
            for part in way.parts:  # vehicles keep to the trip they are said to be
                if part.kind == "ride":
                    calls = slice(timetable.offsets[part.trip], timetable.offsets[part.trip + 1])
                    assert {stop for stop, _, _ in part.calls} <= set(timetable.stops[calls].tolist())
    assert {"access", "wait", "ride", "egress", "walk"} <= kinds
    assert {0, 1} <= rides
