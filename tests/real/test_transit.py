"""Journeys by public transport beside those R5 found: Porto Alegre and central Helsinki."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas
import pytest

from stadslab.build.projection import to_metres
from stadslab.build.streetgraph import build_streetgraph
from stadslab.build.timetable import build_timetable
from stadslab.build.transit import Outing, doors, minutes_to, service
from stadslab.core.city import City
from stadslab.core.errors import InputError
from stadslab.core.source import Raw, RawFile
from stadslab.sources import gtfs, osm
from tests.real import helsinki
from tests.truth_plugin import Checker

R5R = "r5r documentation (R5), peer_porto_alegre/expected"
R5PY = "R5 through r5py (3ff458e), tests/data"
PORTO_ALEGRE = "EPSG:32722"


def city_of(name: str, crs: str, extract: Path, *feeds: Path) -> City:
    """Streets and timetable alone."""
    streets = osm.read(Raw((RawFile(extract, ""),)), layers=("streets",))
    city = City(name, crs).with_layer(*streets)
    return city.with_layer(*gtfs.read(Raw(tuple(RawFile(feed, "") for feed in feeds)), city))


@pytest.fixture(scope="module")
def porto_alegre(real_data: Path) -> City:
    data = real_data / "peer_porto_alegre"
    feeds = (data / "poa_eptc.gtfs.zip", data / "poa_trensurb.gtfs.zip")
    return city_of("porto-alegre", PORTO_ALEGRE, data / "poa.osm.pbf", *feeds)


@pytest.mark.truth(
    what="Porto Alegre, walking and riding: pairs of 9 within 2 minutes of R5",
    source=f"{R5R}: r5r_travel_times_p50_2019-05-13_1400",
    at_least=8,
    unit="pairs",
)
def test_porto_alegre_beside_r5(porto_alegre: City, real_data: Path, truth: Checker) -> None:
    data = real_data / "peer_porto_alegre"
    points = pandas.read_csv(data / "poa_points_of_interest.csv").set_index("id")
    published = pandas.read_csv(data / "expected" / "r5r_travel_times_p50_2019-05-13_1400.csv")
    published = published[published.to_id != "public_market"].set_index("to_id").travel_time_p50
    xy = to_metres(PORTO_ALEGRE, points.loc[["public_market", *published.index], ["lon", "lat"]].to_numpy())
    streets = build_streetgraph(porto_alegre["streets"], PORTO_ALEGRE)
    outing = Outing("2019-05-13", "14:00", 10, max_minutes=60, max_walk_minutes=30, walk_speed_m_s=1.0)
    run = service(streets, build_timetable(porto_alegre), outing)
    (ours,) = minutes_to(run, doors(streets, run, outing, xy[:1], xy[1:]), outing, 50)
    difference = ours - published.to_numpy()
    truth.check(int((np.abs(difference) <= 2).sum()))


def test_a_day_without_service_names_the_days_that_have_it(porto_alegre: City) -> None:
    timetable = build_timetable(porto_alegre)
    with pytest.raises(InputError, match=r"no trip runs on 2020-05-13.*2019-12-31"):
        timetable.on("2020-05-13", 0, 3600)
    sunday = timetable.on("2019-05-12", 14 * 3600, 15 * 3600)  # the buses rest, the train runs
    monday = timetable.on("2019-05-13", 14 * 3600, 15 * 3600)
    assert 0 < sunday.n_trips < monday.n_trips


@pytest.mark.truth(
    id="three",
    what="Helsinki, walking and riding: share of 90 pairs within 3 minutes of R5",
    source=f"{R5PY}: r5_travel_times_transit",
    at_least=0.8,
)
@pytest.mark.truth(
    id="median",
    what="Helsinki, walking and riding: median difference from R5",
    source=f"{R5PY}: r5_travel_times_transit",
    expected=0.0,
    tolerance=1.0,
    unit="min",
)
def test_helsinki_beside_r5(real_data: Path, truth: Checker) -> None:
    data = real_data / "peer_helsinki"
    peer = helsinki.load(real_data)
    city = city_of("helsinki", helsinki.CRS, data / "helsinki_centre_2019.osm.pbf", data / "hsl_2022-02-22.gtfs.zip")
    cells = peer.cells[peer.cells % 5 == 0]
    theirs = helsinki.published(real_data, "r5_travel_times_transit.csv", cells)
    xy = peer.xy[np.searchsorted(peer.cells, cells)]
    outing = Outing("2022-02-22", "08:30", 10, walk_speed_m_s=1.0)
    run = service(peer.streets, build_timetable(city), outing)
    ways = doors(peer.streets, run, outing, xy, xy)
    ours = np.floor(minutes_to(run, ways, outing, 50))
    difference = (ours - theirs)[helsinki.apart(cells)]
    assert difference.size == 90
    truth.check(float(np.mean(np.abs(difference) <= 3)), id="three")
    truth.check(float(np.median(difference)), id="median")
