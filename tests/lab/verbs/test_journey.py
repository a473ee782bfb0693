"""The verb `journey`: words and plain values say the same, and add up."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from stadslab.build.projection import to_lonlat
from stadslab.build.timetable import Timetable
from stadslab.build.transit import Outing, by_departure, doors, service
from stadslab.core.errors import InputError, StadslabError
from stadslab.core.layer import Layer
from stadslab.core.progress import silent
from stadslab.faces import verbs
from stadslab.kernels import UNREACHABLE
from stadslab.lab.lab import Lab
from stadslab.lab.verbs.journey import WALKS, clock, lasting
from stadslab.store import manifests
from stadslab.testing import gridcity

N = 11
VERB = verbs.verb("journey")
FIRST, LAST = "grid:place/0,5", "grid:place/10,5"
TUESDAY = gridcity.WEEK[1]
LENGTH = re.compile(r"(?:(\d+) min)?(?: ?(\d+) s)?")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    made = Lab(tmp_path_factory.mktemp("labs") / "grid.lab")
    city = gridcity.grid(N, lines=[("row", 5, 10), ("column", 5, 15)])
    manifests.save_city(made.folder, city)
    return made


def ask(lab: Lab, **fields: Any) -> tuple[dict[str, Any], list[str]]:
    reply = VERB.run(lab, verbs.request(VERB, {"city": "grid", "date": TUESDAY, **fields}, {}), silent)
    plain, lines = reply.to_json(), reply.lines()
    json.dumps(plain, allow_nan=False)
    assert all("\n" not in line for line in lines)
    for found in plain["journeys"]:
        if "reason" not in found:
            assert sum(part["seconds"] for part in found["parts"]) == found["total_s"]
            assert found["walk_s"] + found["wait_s"] + found["ride_s"] == found["total_s"]
            ends = [found["depart_s"], *(part["start_s"] + part["seconds"] for part in found["parts"])]
            assert [part["start_s"] for part in found["parts"]] == ends[:-1]
    return plain, lines


def test_one_journey_is_told_part_by_part(lab: Lab) -> None:
    plain, lines = ask(lab, start=FIRST, to=LAST, depart="08:01", max_walk_minutes=2)
    (found,) = plain["journeys"]
    wait, ride = found["parts"]
    assert (wait["kind"], ride["kind"], ride["name"], len(ride["calls"])) == ("wait", "ride", "row 5", 11)
    assert ride["towards"] == "Corner 10,5", "a trip without a headsign goes to its last stop"
    assert lines[0] == f"08:01 wait {lasting(wait['seconds'])} at Corner 0,5"
    assert lines[1].endswith("bus row 5 towards Corner 10,5, 10 stops, 1 min 40 s, to Corner 10,5")
    assert lines[2].startswith(f"{found['arrive']} arrive after {lasting(found['total_s'])}: 0 s on foot")


def test_what_is_read_aloud_adds_up(lab: Lab) -> None:
    _, lines = ask(lab, start="grid:place/1,4", to="grid:place/6,9", depart="08:03")
    said = re.search(r"arrive after (.*?): (.*)", lines[-1])
    assert said
    total, *parts = (in_seconds(text) for text in (said[1], *said[2].split(", ")))
    assert total == sum(parts) > 0


def in_seconds(text: str) -> int:
    found = LENGTH.match(text)
    assert found
    return 60 * int(found[1] or 0) + int(found[2] or 0)


def test_a_line_a_departure_minute_and_totals_as_measured(lab: Lab) -> None:
    ends = {"start": "grid:place/1,4", "to": "grid:place/6,9"}
    plain, lines = ask(lab, **ends, window_minutes=30)
    assert [line[:5] for line in lines] == [f"08:{minute:02d}" for minute in range(30)]
    places = {row["id"]: row for row in lab.city("grid")["places"].scan("id", "geometry").to_pylist()}
    import shapely

    from stadslab.build.projection import to_metres

    points = shapely.get_coordinates(shapely.from_wkb([places[i]["geometry"] for i in ends.values()]))
    city = lab.city("grid")
    streets, timetable = lab.builds.get("streetgraph", city), lab.builds.get("timetable", city)
    assert isinstance(timetable, Timetable)
    outing = Outing(TUESDAY, "08:00", 30)
    run = service(streets, timetable, outing)
    xy = to_metres(city.crs, points)
    seconds = by_departure(run, doors(streets, run, outing, xy[:1], xy[1:]), outing, 0)[:, 0]
    assert [found["total_s"] for found in plain["journeys"]] == seconds.tolist()
    assert UNREACHABLE not in seconds
    assert np.allclose(to_lonlat(city.crs, xy), points)


def test_coordinates_and_places_are_the_same_point(lab: Lab) -> None:
    import shapely

    table = lab.city("grid")["places"].find([FIRST])
    lon, lat = shapely.get_coordinates(shapely.from_wkb(table["geometry"][0].as_py()))[0]
    told = ask(lab, start=FIRST, to=LAST)[0]
    assert ask(lab, start=f"{lon},{lat}", to=LAST)[0]["journeys"] == told["journeys"]


def test_both_ends_and_the_time_are_complained_about_at_once(lab: Lab) -> None:
    with pytest.raises(StadslabError) as told:
        ask(lab, start="nowhere", to="200,100", depart="8:61")
    assert [problem.where for problem in told.value.problems] == ["start", "to", "depart"]


def test_no_way_has_a_reason_and_no_parts(lab: Lab) -> None:
    plain, lines = ask(lab, start="16,59", to=LAST)
    assert plain["journeys"] == [
        {"depart": "08:00", "depart_s": 28_800, "reason": "no street to walk on within 500 m of the start"}
    ]
    assert lines == ["08:00 no street to walk on within 500 m of the start"]


def test_a_day_without_service_names_those_with_it(lab: Lab) -> None:
    with pytest.raises(InputError, match="service runs on 7 days"):
        ask(lab, start=FIRST, to=LAST, date="2031-01-01")


def test_a_line_that_no_longer_runs(lab: Lab, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    edit = {"kind": "remove_route", "route": "grid:route/row-5"}
    plan.write_text(json.dumps({"format": 1, "name": "plan", "edits": [edit]}), encoding="utf-8")
    before = ask(lab, start=FIRST, to=LAST, depart="08:01")[0]["journeys"][0]
    after = ask(lab, start=FIRST, to=LAST, depart="08:01", scenario=(str(plan),))[0]["journeys"][0]
    assert (before["rides"], after["rides"]) == (1, 0)
    assert [part["kind"] for part in after["parts"]] == ["walk"]
    assert after["total_s"] == 1000 > before["total_s"]
    assert "walk" in WALKS


def test_a_trip_cut_by_a_plan_no_longer_says_where_it_used_to_go(tmp_path: Path) -> None:
    city = gridcity.grid(N, lines=[("row", 5, 10)])
    table = city["trips"].scan()
    signs = pa.array(["Harbour"] * table.num_rows)
    signed = table.set_column(table.schema.get_field_index("headsign"), table.schema.field("headsign"), signs)
    lab = Lab(tmp_path / "signed.lab")
    manifests.save_city(lab.folder, city.with_layer(Layer.of("trips", signed, city["trips"].stamp)))
    plan = tmp_path / "plan.json"
    edit = {"kind": "remove_route", "route": "grid:route/row-5", "beyond": "grid:stop/8,5", "toward": "grid:stop/10,5"}
    plan.write_text(json.dumps({"format": 1, "name": "plan", "edits": [edit]}), encoding="utf-8")
    asked: dict[str, Any] = {"start": FIRST, "to": LAST, "depart": "08:01"}

    def towards(**more: Any) -> list[str]:
        parts = ask(lab, **asked, **more)[0]["journeys"][0]["parts"]
        return [part["towards"] for part in parts if part["kind"] == "ride"]

    assert towards() == ["Harbour"]
    assert towards(scenario=(str(plan),)) == ["Corner 8,5"]


def test_times_and_lengths_are_not_rounded() -> None:
    assert [clock(s) for s in (0, 29_100, 29_120, 86_400 + 600)] == ["00:00", "08:05", "08:05:20", "24:10"]
    assert [lasting(s) for s in (0, 45, 60, 225)] == ["0 s", "45 s", "1 min", "3 min 45 s"]
