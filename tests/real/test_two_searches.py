"""Two independent searches on Porto Alegre's whole timetable: the same earliest arrival in every label."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stadslab.build.streetgraph import build_streetgraph
from stadslab.build.timetable import build_timetable
from stadslab.build.transit import Outing, doors, service
from stadslab.core.city import City
from stadslab.core.source import Raw, RawFile
from stadslab.kernels import UNREACHABLE, connections, raptor, timetable
from stadslab.sources import gtfs, osm
from tests.truth_plugin import Checker

CRS = "EPSG:32722"


@pytest.mark.long
@pytest.mark.truth(
    what="Porto Alegre, 121 departures, 1 to 4 rides: labels in which connection scan and range RAPTOR differ",
    source="two algorithms without common code, feeds of EPTC and Trensurb, 2019-05-13 07:00",
    expected=0,
    unit="labels",
)
def test_both_searches_agree_in_every_label(real_data: Path, truth: Checker) -> None:
    data = real_data / "peer_porto_alegre"
    (streets,) = osm.read(Raw((RawFile(data / "poa.osm.pbf", ""),)), layers=("streets",))
    city = City("porto-alegre", CRS).with_layer(streets)
    feeds = (data / "poa_eptc_full_calendar_2019.gtfs.zip", data / "poa_trensurb.gtfs.zip")
    city = city.with_layer(*gtfs.read(Raw(tuple(RawFile(feed, "") for feed in feeds)), city))
    graph = build_streetgraph(streets, CRS)
    outing = Outing("2019-05-13", "07:00", 121, max_walk_minutes=15)
    run = service(graph, build_timetable(city), outing)
    origins = run.stop_xy[np.random.default_rng(7).choice(len(run.stop_xy), 3, replace=False)] + 60.0
    ways = doors(graph, run, outing, origins, origins)
    network, hops = raptor.prepare(run.day), timetable.connections_of(run.day)
    differ = reached = 0
    for origin in range(ways.origins):
        walks = slice(ways.access_ptr[origin], ways.access_ptr[origin + 1])
        asked = ways.access_stop[walks], ways.access_s[walks], outing.departures
        for rides in (1, 2, 3, 4):
            for slack in (0, 60):
                terms = {"max_rides": rides, "slack_s": slack, "limit_s": outing.limit_s, "end_on_foot": slack == 0}
                found = raptor.profile(network, *asked, **terms)
                differ += int((connections.profile(hops, *asked, **terms) != found).sum())
                reached += int((found != UNREACHABLE).sum())
    assert reached > 1_000_000
    truth.check(differ)
