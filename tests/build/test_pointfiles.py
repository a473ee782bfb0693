"""What a row group says of its times; the rest of `pointfiles` is tested with the counts, in test_pointcounts.py."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stadslab.build.pointfiles import PointColumns, batch_of, batches_of, check_years, opened, span_of
from stadslab.core.errors import InputError


def test_nanoseconds_at_the_end_of_a_second_are_within(tmp_path):
    last = 1_772_000_000
    times = pa.array([last * 10**9 + 999_999_999, last * 10**9 - 1]).cast(pa.timestamp("ns"))
    pq.write_table(pa.table({"x": [0.0, 0.0], "t": times}), tmp_path / "p.parquet")
    files = opened([tmp_path / "p.parquet"], PointColumns("x", "x", "t"))
    span = span_of(files)
    assert span is not None
    assert span[0] == last - 1
    assert span[1] > last


def test_times_before_1970(tmp_path):
    times = pa.array([-500_000, -2 * 86400 * 10**6]).cast(pa.timestamp("us"))
    pq.write_table(pa.table({"x": [0.0, 0.0], "t": times}), tmp_path / "p.parquet")
    files = opened([tmp_path / "p.parquet"], PointColumns("x", "x", "t"))
    assert span_of(files) == (int(datetime(1969, 12, 30, tzinfo=UTC).timestamp()), 0)


def test_plain_columns_are_not_copied(tmp_path):
    table = pa.table({"x": [1.0, 2.0], "y": [3.0, 4.0], "t": pa.array([5, 6])})
    pq.write_table(table, tmp_path / "p.parquet")
    columns = PointColumns("x", "y", "t")
    (piece,) = opened([tmp_path / "p.parquet"], columns).pieces
    (read,) = batches_of(piece, columns, 10)
    batch = batch_of(read, columns)
    assert batch.x.__array_interface__["data"][0] == read.column("x").buffers()[1].address
    assert batch.time is not None
    assert batch.time.tolist() == [5, 6]
    assert batch.no_time is None


@pytest.mark.parametrize("kind", [pa.timestamp("ms"), pa.timestamp("us", "UTC"), pa.timestamp("ns"), pa.date32()])
@pytest.mark.parametrize("end", ["min", "max"])
def test_times_that_are_no_date_are_read_as_numbers(tmp_path, kind, end):
    whole = np.int32 if kind == pa.date32() else np.int64
    never = getattr(np.iinfo(whole), end)
    pq.write_table(pa.table({"x": [0.0, 0.0], "t": pa.array(np.array([0, never], whole)).cast(kind)}), tmp_path / "p")
    files = opened([tmp_path / "p"], PointColumns("x", "x", "t"))
    span = span_of(files)
    assert span is not None
    assert span[0] < 0 if end == "min" else span[1] > 10**9
    with pytest.raises(InputError, match="not between the years 1900 and 2200"):
        check_years(files, span)


def test_a_damaged_page_under_a_sound_footer_is_told(tmp_path):
    pq.write_table(pa.table({"x": np.arange(100.0)}), tmp_path / "p.parquet")
    whole = (tmp_path / "p.parquet").read_bytes()
    (tmp_path / "p.parquet").write_bytes(whole[:4] + b"\xff" * 60 + whole[64:])
    columns = PointColumns("x", "x")
    (piece,) = opened([tmp_path / "p.parquet"], columns).pieces
    with pytest.raises(InputError, match=r"^p\.parquet: row group 1 cannot be read: .*fetch or write it again"):
        list(batches_of(piece, columns, 10))


def test_two_columns_of_one_name_are_told_unless_nobody_asks_for_them(tmp_path):
    table = pa.table([[1.0], [2.0], [3.0], [4.0], [5.0]], names=["lon", "lat", "lon", "z", "z"])
    pq.write_table(table, tmp_path / "p.parquet")
    with pytest.raises(InputError, match=r"p\.parquet, --lon: several columns are called 'lon' \(rename"):
        opened([tmp_path / "p.parquet"], PointColumns("lon", "lat"))
    assert opened([tmp_path / "p.parquet"], PointColumns("lat", "lat")).rows == 1
