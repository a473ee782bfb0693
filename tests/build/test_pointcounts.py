"""Points of Parquet files, counted: no row is lost, whoever counts them and however the file is cut."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from stadslab.build import pointcounts
from stadslab.build.pointcounts import count_points
from stadslab.build.pointfiles import PointColumns, check_years, opened, span_of
from stadslab.build.pointunits import finder_of_areas
from stadslab.build.projection import to_metres
from stadslab.build.timebins import time_bins
from stadslab.core.errors import InputError, NotFoundError

START = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp())
SQUARES = np.array([shapely.box(18 + i / 10, 59, 18.1 + i / 10, 59.1) for i in range(4)], object)


def points(n: int = 5_000, seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {
        "lon": rng.uniform(17.95, 18.45, n),
        "lat": rng.uniform(58.99, 59.11, n),
        "t": START + rng.integers(0, 3 * 86400, n),
        "people": rng.integers(-3, 50, n),
    }


def write(path, columns, **how):
    pq.write_table(pa.table(columns), path, **how)
    return path


def by_hand(columns, unit, step=3600):
    """A dictionary, row by row."""
    cells: Counter[tuple[int, int]] = Counter()
    sums: Counter[tuple[int, int]] = Counter()
    for where, when, weight in zip(unit, columns["t"], columns["people"], strict=True):
        if where >= 0:
            cells[int(where), int(when - START) // step] += 1
            sums[int(where), int(when - START) // step] += int(weight)
    return cells, sums


def as_dict(found, values):
    return dict(zip(zip(found.unit.tolist(), found.bin.tolist(), strict=True), values.tolist(), strict=True))


@pytest.fixture(scope="module")
def finder():
    return finder_of_areas(SQUARES)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("rows", [5_000, 700, 100])
def test_every_point_is_counted_once_whoever_counts(tmp_path, finder, threads, rows, monkeypatch):
    monkeypatch.setattr(pointcounts, "ROWS", 1_000)
    columns = points()
    file = write(tmp_path / "p.parquet", columns, row_group_size=rows)
    files = opened([file], PointColumns("lon", "lat", "t", "people"))
    bins = time_bins("hour", *span_of(files))
    found = count_points(files, finder, bins, threads=threads)
    cells, sums = by_hand(columns, finder.find(columns["lon"], columns["lat"]))
    assert as_dict(found, found.count) == dict(cells)
    assert as_dict(found, found.weight) == dict(sums)
    assert found.counted + found.outside_units == found.rows == 5_000
    assert (np.diff(found.unit * len(bins) + found.bin) > 0).all()


def test_several_readings_say_the_same_as_one(tmp_path, finder):
    columns = points()
    order = np.argsort(columns["t"], kind="stable")
    file = write(tmp_path / "p.parquet", {k: v[order] for k, v in columns.items()}, row_group_size=500)
    files = opened([file], PointColumns("lon", "lat", "t", "people"))
    bins = time_bins("hour", *span_of(files))
    said = []
    whole = count_points(files, finder, bins, threads=2)
    parts = count_points(
        files, finder, bins, threads=2, memory=4 * 12 * 2 * 10, progress=lambda stage, *_: said.append(stage)
    )
    for name in ("unit", "bin", "count", "weight"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name))
    assert (whole.outside_units, whole.outside_time, whole.rows) == (parts.outside_units, 0, parts.rows)
    assert "counting points, reading 8 of 8" in said
    with pytest.raises(InputError, match="would take 72 readings"):
        count_points(files, finder, bins, memory=1)


@pytest.mark.parametrize(("unit", "ticks"), [("ms", 10**3), ("us", 10**6), ("ns", 10**9)])
@pytest.mark.parametrize(
    ("since", "until", "inside"),
    [(2026, 2027, 3), (2200, 2300, 0), (2300, 2310, 0), (1600, 1700, 0), (1600, 1650, 0), (1900, 2300, 3)],
)
def test_marks_for_never_are_outside_the_time_asked_for(tmp_path, finder, unit, ticks, since, until, inside):
    ends = np.iinfo(np.int64)
    times = pa.array([START * ticks, (START + 1) * ticks, START * ticks, ends.max, ends.min]).cast(pa.timestamp(unit))
    file = write(tmp_path / "p.parquet", {"lon": [18.05] * 5, "lat": [59.05] * 5, "t": times})
    files = opened([file], PointColumns("lon", "lat", "t"))
    first, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (since, until))
    found = count_points(files, finder, time_bins("month", first, end))
    assert (found.counted, found.outside_time) == (inside, 5 - inside)


def test_whatever_is_missing_is_told_under_its_first_reason(tmp_path, finder):
    rows = [
        # lon, lat, t, people
        (18.05, 59.05, START, 2),
        (18.05, 59.05, START + 7200, 3),
        (None, 59.05, None, 1),
        (18.05, float("nan"), START, 1),
        (float("inf"), 59.05, START, 1),
        (30.0, 59.05, None, None),
        (18.05, 59.05, None, None),
        (18.05, 59.05, START, None),
        (18.15, 59.05, START + 10**6, 1),
        (18.15, 59.05, START - 1, 1),
    ]
    table = pa.Table.from_pylist([dict(zip(("lon", "lat", "t", "people"), row, strict=True)) for row in rows])
    pq.write_table(table, tmp_path / "p.parquet")
    files = opened([tmp_path / "p.parquet"], PointColumns("lon", "lat", "t", "people"))
    found = count_points(files, finder, time_bins("hour", START, START + 3 * 3600))
    assert as_dict(found, found.count) == {(0, 0): 1, (0, 2): 1}
    assert as_dict(found, found.weight) == {(0, 0): 2, (0, 2): 3}
    reasons = (found.no_place, found.outside_units, found.no_time, found.no_weight, found.outside_time)
    assert reasons == (3, 1, 1, 1, 2)
    assert found.counted + sum(reasons) == found.rows == len(rows)


@pytest.mark.parametrize(
    "kind",
    [
        pa.int64(),
        pa.int32(),
        pa.uint64(),
        *(pa.timestamp(u) for u in ("s", "ms", "us", "ns")),
        pa.timestamp("us", "Asia/Tokyo"),
    ],
    ids=str,
)
@pytest.mark.parametrize("statistics", [True, False])
def test_times_of_any_kind(tmp_path, finder, kind, statistics):
    columns = points(300)
    plain = pa.array(columns["t"])
    times = plain.cast(pa.timestamp("s")).cast(kind) if pa.types.is_timestamp(kind) else plain.cast(kind)
    file = write(tmp_path / "p.parquet", columns | {"t": times}, write_statistics=statistics)
    files = opened([file], PointColumns("lon", "lat", "t"))
    assert files.zone == ("UTC" if pa.types.is_integer(kind) else kind.tz or "")
    span = span_of(files)
    assert span == (columns["t"].min(), columns["t"].max() + 1)
    found = count_points(files, finder, time_bins("hour", START, START + 3 * 86400))
    assert as_dict(found, found.count) == dict(by_hand(columns, finder.find(columns["lon"], columns["lat"]))[0])


def test_dates_and_numbers_of_other_kinds(tmp_path, finder):
    columns = points(300)
    days = pa.array(columns["t"]).cast(pa.timestamp("s")).cast(pa.date32())
    place = {k: pa.array(columns[k]).cast(pa.float32()) for k in ("lon", "lat")}
    file = write(tmp_path / "p.parquet", place | {"t": days})
    files = opened([file], PointColumns("lon", "lat", "t"))
    found = count_points(files, finder, time_bins("day", *span_of(files)))
    x, y = (column.to_numpy().astype(np.float64) for column in place.values())
    assert as_dict(found, found.count) == dict(by_hand(columns, finder.find(x, y), 86400)[0])


def test_points_in_metres_are_moved_first(tmp_path, finder):
    columns = points(500)
    metres = to_metres("EPSG:3006", np.column_stack([columns["lon"], columns["lat"]]))
    file = write(tmp_path / "p.parquet", {"e": metres[:, 0], "n": metres[:, 1]})
    found = count_points(opened([file], PointColumns("e", "n")), finder, crs="EPSG:3006")
    expected = np.bincount(finder.find(columns["lon"], columns["lat"]) + 1, minlength=5)
    assert found.outside_units == expected[0]
    assert found.count.tolist() == expected[1:].tolist()


def test_several_files_and_files_without_rows(tmp_path, finder):
    one, two = points(300, 1), points(400, 2)
    paths = [write(tmp_path / f"{k}.parquet", c) for k, c in enumerate((one, two))]
    paths.append(write(tmp_path / "none.parquet", {k: v[:0] for k, v in one.items()}))
    files = opened(paths, PointColumns("lon", "lat"))
    assert count_points(files, finder).rows == 700
    nothing = opened(paths[2:], PointColumns("lon", "lat", "t"))
    assert span_of(nothing) is None
    found = count_points(nothing, finder, time_bins("hour", 0, 0))
    assert (found.rows, found.counted) == (0, 0)
    blank = write(tmp_path / "blank.parquet", {"lon": [18.05], "lat": [59.05], "t": pa.array([None], pa.int64())})
    found = count_points(opened([blank], PointColumns("lon", "lat", "t")), finder, time_bins("hour", 0, 0))
    assert (found.rows, found.no_time) == (1, 1)


def test_no_units_hold_nothing(tmp_path):
    file = write(tmp_path / "p.parquet", points(50))
    found = count_points(opened([file], PointColumns("lon", "lat")), finder_of_areas(np.zeros(0, object)))
    assert (found.counted, found.outside_units) == (0, 50)


def test_weights_that_might_not_fit_are_refused(tmp_path, finder):
    heavy = {"lon": [18.05] * 3, "lat": [59.05] * 3, "w": pa.array([2**62] * 3)}
    files = opened([write(tmp_path / "p.parquet", heavy)], PointColumns("lon", "lat", weight="w"))
    with pytest.raises(InputError, match="may not fit into 64 bits"):
        count_points(files, finder)


def test_columns_that_are_not_there_or_of_no_use(tmp_path):
    table = {"longitude": [18.0], "lat": ["59"], "when": ["noon"], "w": [0.5]}
    file = write(tmp_path / "p.parquet", table)
    with pytest.raises(InputError) as told:
        opened([file], PointColumns("longitud", "lat", "when", "w"))
    text = str(told.value)
    assert "there is no column 'longitud' (did you mean 'longitude'? it has longitude (double), lat (string)" in text
    assert "column 'lat' holds string (numbers are needed" in text
    assert "column 'when' holds string (timestamps, dates or whole numbers since 1970 are needed" in text
    assert "column 'w' holds double (whole numbers are needed" in text


def test_files_that_are_none(tmp_path):
    with pytest.raises(NotFoundError, match="there is no such file"):
        opened([tmp_path / "missing.parquet"], PointColumns("lon", "lat"))
    (tmp_path / "p.parquet").write_text("lon,lat\n")
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        opened([tmp_path / "p.parquet"], PointColumns("lon", "lat"))
    with pytest.raises(InputError, match="no file was named"):
        opened([], PointColumns("lon", "lat"))


def test_files_that_keep_time_in_different_ways(tmp_path):
    columns = points(10)
    one = write(tmp_path / "one.parquet", columns)
    two = write(tmp_path / "two.parquet", columns | {"t": pa.array(columns["t"]).cast(pa.timestamp("s"))})
    with pytest.raises(
        InputError, match=r"the files keep time in different ways: one[.]parquet: 1 ticks a second, zone UTC"
    ):
        opened([one, two], PointColumns("lon", "lat", "t"))


def test_milliseconds_taken_for_seconds_are_noticed(tmp_path):
    columns = points(10)
    file = write(tmp_path / "p.parquet", columns | {"t": columns["t"] * 1000})
    files = opened([file], PointColumns("lon", "lat", "t"))
    with pytest.raises(
        InputError,
        match=r"is not between the years 1900 and 2200, or in 1970 altogether \(say the unit \(--time-unit ms\)",
    ):
        check_years(files, span_of(files))
    daily = write(tmp_path / "d.parquet", columns | {"t": columns["t"] - START})
    files = opened([daily], PointColumns("lon", "lat", "t"))
    check_years(files, span_of(files))  # seconds from the beginning of something
    files = opened([file], PointColumns("lon", "lat", "t", time_unit="ms"))
    check_years(files, span_of(files))
    daily = write(tmp_path / "d.parquet", columns | {"t": columns["t"] - START})
    files = opened([daily], PointColumns("lon", "lat", "t"))
    check_years(files, span_of(files))  # seconds from the beginning of something


def test_an_exception_stops_all_threads(tmp_path, finder, monkeypatch):
    file = write(tmp_path / "p.parquet", points(), row_group_size=100)
    files = opened([file], PointColumns("lon", "lat"))
    seen = []

    def interrupted(*_):
        seen.append(1)
        raise KeyboardInterrupt

    monkeypatch.setattr(pointcounts, "batch_of", interrupted)
    with pytest.raises(KeyboardInterrupt):
        count_points(files, finder, threads=2)
    assert len(seen) <= 2


def test_progress_ends_at_all_rows(tmp_path, finder):
    file = write(tmp_path / "p.parquet", points(), row_group_size=1_000)
    said = []
    count_points(
        opened([file], PointColumns("lon", "lat")), finder, threads=2, progress=lambda *step: said.append(step)
    )
    assert said[0] == ("counting points", 0, 5_000)
    assert said[-1] == ("counting points", 5_000, 5_000)
