"""Points counted in a lab: what was asked is checked, and the receipt names it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from stadslab.build.projection import to_metres
from stadslab.core.errors import InputError, NotFoundError
from stadslab.core.progress import silent
from stadslab.lab.lab import Lab
from stadslab.lab.verbs import count as verb
from tests.lab import cities

MONDAY = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp())


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return cities.kept(tmp_path_factory.mktemp("lab") / "grid.lab", cities.city())


@pytest.fixture(scope="module")
def points(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One point an hour for two days, 40 in the west and 8 in the east, two far away, one nowhere."""
    shapes = shapely.from_wkb(np.asarray(cities.areas().scan("geometry")["geometry"].to_pylist(), object))
    west, east = shapely.get_coordinates(shapely.point_on_surface(shapes))
    xy = np.vstack([np.repeat([west], 40, axis=0), np.repeat([east], 8, axis=0), [[0.0, 0.0]] * 2, [[np.nan, 1.0]]])
    time = MONDAY + 3600 * np.r_[np.arange(48), 1, 2, 3]
    path = tmp_path_factory.mktemp("points") / "points.parquet"
    east_north = to_metres("EPSG:32633", np.nan_to_num(xy))
    columns = {
        "lon": xy[:, 0],
        "lat": xy[:, 1],
        "t": time,
        "n": np.arange(51),
        "e": east_north[:, 0],
        "m": east_north[:, 1],
    }
    pq.write_table(pa.table(columns), path)
    return path


def reply(lab: Lab, points: Path, **fields: Any) -> verb.CountReply:
    request = verb.CountRequest("grid", (points,), **{"support": "areas", **fields})
    return verb.count(lab, request, silent)


def test_counts_by_unit_add_up_with_what_was_left_out(lab: Lab, points: Path) -> None:
    found = lab.count("grid", points, support="areas", weight="n")
    assert found.count.tolist() == [40, 8]
    assert found.weight is not None
    assert found.weight.tolist() == [sum(range(40)), sum(range(40, 48))]
    assert (found.left_out.outside_units, found.left_out.no_place) == (2, 1)
    assert found.counted + found.left_out.total == found.rows == 51
    assert found.receipt.inputs.keys() == {"points.parquet"}
    assert found.receipt.support_digest == found.support.digest
    again = lab.count("grid", points, support="areas", weight="n")
    assert again.receipt.key == found.receipt.key
    assert lab.count("grid", points, support="areas", smallest=3).receipt.key != found.receipt.key


def test_hours_days_and_a_part_of_the_time(lab: Lab, points: Path) -> None:
    day = lab.count("grid", points, support="areas", time="t", by="day")
    assert day.count.tolist() == [24, 16, 8]
    part = lab.count("grid", points, support="areas", time="t", since="2026-03-02T06:00", until="2026-03-02T09:00")
    assert part.count.tolist() == [3]
    assert part.left_out.outside_time == 45
    night = lab.count("grid", points, support="areas", time="t", by="hour_of_day", timezone="Asia/Tokyo")
    assert night.labels.take(night.bin[:1]).to_pylist() == [0]
    assert night.counted == 48


def test_every_ruler_and_projection_counts_the_same_points(lab: Lab, points: Path) -> None:
    for support in ("h3:10", "square:130", "areas"):
        assert lab.count("grid", points, support=support).counted == 48
    moved = lab.count("grid", points, support="areas", lon="e", lat="m", crs="EPSG:32633")
    assert moved.count.tolist() == [40, 8]


def test_a_reply_hides_small_counts_in_words_and_in_data(lab: Lab, points: Path) -> None:
    told = reply(lab, points, smallest=10)
    lines = "\n".join(told.lines())
    assert "48 lie in 2 of 2 units" in lines
    assert "2 counts are hidden" in lines  # the larger one too, or it would be what is left
    assert "strip" not in lines
    few = reply(lab, points, smallest=50, time="t", since="2026-03-03T22:00")
    assert few.lines() == ["Points counted in areas", "  so few that not even how many may be told"]
    assert few.to_json()["rows"] is None
    value = told.to_json()
    assert value["hidden"] == 2
    assert [cell["count"] for cell in value["cells"]] == [None, None]
    assert value["counted"] == 48
    shown = reply(lab, points, smallest=1)
    assert "    strip0: 40" in shown.lines()
    assert shown.to_json()["cells"][1] == {"id": "strip1", "count": 8, "hidden": False}


def test_a_reply_by_time_says_when(lab: Lab, points: Path) -> None:
    told = reply(lab, points, time="t", by="day", weight="n")
    assert told.lines()[0] == "51 points, counted in areas by day"
    assert "    strip0, 2026-03-02: 24, sum 276" in told.lines()
    assert told.to_json()["cells"][0] == {"id": "strip0", "day": "2026-03-02", "count": 24, "sum": 276, "hidden": False}


def test_points_of_another_city_raise_a_question(lab: Lab, points: Path) -> None:
    told = reply(lab, points, lon="lat", lat="lon")
    assert any("the right way round" in line for line in told.lines()) == (told.counts.left_out.outside_units == 51)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"by": "hour"}, "by hour, but by which column"),
        ({"since": "2026-03-01"}, "which column says when"),
        ({"time": "t", "by": "day", "since": "2026-03-03", "until": "2026-03-02"}, "is no time at all"),
        ({"time": "t", "since": "soon"}, "since: 'soon' is no time in UTC"),
        ({"time": "t", "time_unit": "ns"}, "not between the years 1900 and 2200"),
        ({"time": "t", "timezone": "Mars"}, "'Mars' is not known"),
        ({"crs": "EPSG:1"}, "no known coordinate system"),
        ({"lon": "x"}, "there is no column 'x'"),
        ({"support": "areas:none"}, "no areas called 'none'"),
    ],
)
def test_what_cannot_be_counted_is_said(lab: Lab, points: Path, fields: dict[str, Any], why: str) -> None:
    with pytest.raises((InputError, NotFoundError), match=why):
        reply(lab, points, **fields)


def test_python_is_told_what_the_command_line_is_told(lab: Lab, points: Path) -> None:
    with pytest.raises(InputError) as told:
        lab.count("grid", points, support="areas", by="week", since="2026-03-01", time_unit="min", smallest=0)
    assert [problem.where for problem in told.value.problems] == ["by", "time", "time_unit", "smallest"]
    for smallest in (-1, 2.5):
        with pytest.raises(InputError, match=f"smallest: {smallest} is no"):
            lab.count("grid", points, support="areas", smallest=smallest)  # type: ignore[arg-type]
    assert lab.count("grid", points, support="areas", smallest=1).counted == 48


def test_a_damaged_file_is_told_whoever_reads_it(lab: Lab, points: Path, tmp_path: Path) -> None:
    whole = points.read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[:4] + b"\xff" * 60 + whole[64:])
    with pytest.raises(InputError, match=r"cut\.parquet: row group 1 cannot be read"):
        reply(lab, tmp_path / "cut.parquet")


def test_a_zone_for_times_that_have_none_is_refused(lab: Lab, tmp_path: Path) -> None:
    table = pa.table({"lon": [15.0], "lat": [58.0], "t": pa.array([datetime(2026, 3, 2)])})  # noqa: DTZ001
    pq.write_table(table, tmp_path / "p.parquet")
    with pytest.raises(InputError, match="does not say which clock"):
        reply(lab, tmp_path / "p.parquet", time="t", timezone="Europe/Stockholm")
    assert reply(lab, tmp_path / "p.parquet", time="t", by="hour").counts.left_out.outside_units == 1
