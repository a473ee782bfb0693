"""Many origins side by side on Porto Alegre's whole timetable: what range RAPTOR finds one by one, in every label."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stadslab.build.streetgraph import build_streetgraph
from stadslab.build.timetable import build_timetable
from stadslab.build.transit import Outing, Service, doors, service
from stadslab.core.city import City
from stadslab.core.source import Raw, RawFile
from stadslab.kernels import UNREACHABLE, raptor
from stadslab.kernels import doors as kernel
from stadslab.sources import gtfs, osm
from tests.kernels.graphs import rows
from tests.truth_plugin import Checker

CRS = "EPSG:32722"
OUTING = Outing("2019-05-13", "07:00", 121, max_minutes=120, max_walk_minutes=1000 / 60, walk_speed_m_s=1.0)


@pytest.fixture(scope="module")
def town(real_data: Path) -> tuple[Service, kernel.Doors]:
    """The day, and 24 origins close together and far apart with all stops for places."""
    data = real_data / "peer_porto_alegre"
    (streets,) = osm.read(Raw((RawFile(data / "poa.osm.pbf", ""),)), layers=("streets",))
    city = City("porto-alegre", CRS).with_layer(streets)
    feeds = (data / "poa_eptc_full_calendar_2019.gtfs.zip", data / "poa_trensurb.gtfs.zip")
    city = city.with_layer(*gtfs.read(Raw(tuple(RawFile(feed, "") for feed in feeds)), city))
    graph = build_streetgraph(streets, CRS)
    run = service(graph, build_timetable(city), OUTING)
    rng = np.random.default_rng(11)
    spread = run.stop_xy[rng.choice(len(run.stop_xy), 12, replace=False)]
    origins = np.concatenate([spread, spread[:1] + rng.uniform(-700, 700, (12, 2))])
    ways = doors(graph, run, OUTING, origins, origins[:0])
    return run, ways._replace(**stops_for_places(run.day.n_stops))


def stops_for_places(stops: int) -> dict[str, np.ndarray]:
    return dict(zip(("egress_ptr", "egress_stop", "egress_s"), rows([[(s, 0)] for s in range(stops)]), strict=True))


@pytest.mark.long
@pytest.mark.truth(
    what="Porto Alegre, 121 departures, 1 to 8 rides: labels in which origins side by side and range RAPTOR differ",
    source="two algorithms without common code, feeds of EPTC and Trensurb, 2019-05-13 07:00",
    expected=0,
    unit="labels",
)
def test_side_by_side_is_range_raptor_in_every_label(
    town: tuple[Service, kernel.Doors], truth: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "FEW", 0)
    run, ways = town
    network = raptor.prepare(run.day)
    differ = reached = 0
    for rides in (1, 2, 4, 8):
        for slack in (0, 45):
            terms = {"max_rides": rides, "slack_s": slack, "limit_s": OUTING.limit_s, "end_on_foot": slack == 0}
            found = kernel.travel_many(run.day, ways, OUTING.departures, **terms)
            for origin in range(ways.origins):
                walks = slice(ways.access_ptr[origin], ways.access_ptr[origin + 1])
                asked = ways.access_stop[walks], ways.access_s[walks], OUTING.departures
                arrival = raptor.profile(network, *asked, **terms)
                travel = np.where(arrival == UNREACHABLE, arrival, arrival - OUTING.departures[:, None])
                differ += int((travel != found[origin].T).sum())
                reached += int((travel != UNREACHABLE).sum())
    assert reached > 10_000_000
    truth.check(differ)
