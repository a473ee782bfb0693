"""What a row group says of its times; the rest of `pointfiles` is tested with the counts, in test_pointcounts.py."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq

from stadslab.build.pointfiles import PointColumns, batch_of, batches_of, opened, span_of


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
