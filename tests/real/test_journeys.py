"""Journeys told minute by minute beside those R5 published, over Porto Alegre's streets and timetables."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from stadslab.build.journeys import ON_FOOT, Way, ways_between
from stadslab.build.projection import to_metres
from stadslab.build.streetgraph import build_streetgraph
from stadslab.build.timetable import build_timetable
from stadslab.build.transit import Outing
from stadslab.core.city import City
from stadslab.core.source import Raw, RawFile
from stadslab.sources import gtfs, osm
from tests.truth_plugin import Checker

CRS = "EPSG:32722"
R5R = "r5r documentation (R5), peer_porto_alegre/expected: r5r_expanded_by_departure_minute"
ROUNDED = 0.05  # minutes; published totals have one decimal


def rows(path: Path) -> list[dict[str, str]]:
    """A table as rows of text."""
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


@pytest.mark.truth(
    id="median",
    what="Porto Alegre, journeys minute by minute: median absolute difference of totals from R5",
    source=R5R,
    at_most=2.0,
    unit="min",
)
@pytest.mark.truth(
    id="three",
    what="Porto Alegre, journeys minute by minute: share within 3 minutes of R5",
    source=R5R,
    at_least=0.9,
)
@pytest.mark.truth(
    id="route",
    what="Porto Alegre, journeys minute by minute: of 11, those by the lines R5 takes or at least as fast",
    source=R5R,
    at_least=10,
    unit="journeys",
)
def test_beside_r5_minute_by_minute(real_data: Path, truth: Checker) -> None:
    data = real_data / "peer_porto_alegre"
    (layer,) = osm.read(Raw((RawFile(data / "poa.osm.pbf", ""),)), layers=("streets",))
    city = City("porto-alegre", CRS).with_layer(layer)
    feeds = (data / "poa_eptc.gtfs.zip", data / "poa_trensurb.gtfs.zip")
    city = city.with_layer(*gtfs.read(Raw(tuple(RawFile(feed, "") for feed in feeds)), city))
    streets, timetable = build_streetgraph(layer, CRS), build_timetable(city)
    called = {row["id"]: row["name"] for row in city["routes"].scan("id", "name").to_pylist()}
    points = {row["id"]: (float(row["lon"]), float(row["lat"])) for row in rows(data / "poa_points_of_interest.csv")}
    published = rows(data / "expected" / "r5r_expanded_by_departure_minute.csv")
    outing = Outing("2019-05-13", "14:00", 10, max_minutes=60, max_walk_minutes=30, walk_speed_m_s=1.0, max_rides=3)
    found: dict[tuple[str, int], Way] = {}
    for to in {row["to_id"] for row in published}:
        start, end = to_metres(CRS, np.array([points["public_market"], points[to]]))
        found |= {(to, way.depart_s): way for way in ways_between(streets, timetable, outing, start, end)}
    difference, same = [], 0
    for row in published:
        hours, minutes, seconds = map(int, row["departure_time"].split(":"))
        way = found[row["to_id"], 3600 * hours + 60 * minutes + seconds]
        assert way.spent(*ON_FOOT, "wait", "ride") == way.total_s
        names = "|".join(called[timetable.routes[part.trip]] for part in way.parts if part.kind == "ride")
        difference.append(way.total_s / 60 - float(row["total_time"]))
        same += names == row["routes"] or difference[-1] <= ROUNDED
    assert len(difference) == len(published) >= 11
    truth.check(float(np.median(np.abs(difference))), id="median")
    truth.check(same, id="route")
    truth.check(float(np.mean(np.abs(difference) <= 3)), id="three")
