"""Which counts of points may be told."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadslab.core.errors import InputError
from stadslab.core.pointcounts import LeftOut, PointCounts, hidden_among
from stadslab.core.receipt import Receipt
from stadslab.testing.gridcity import grid_support

RECEIPT = Receipt("grid", "EPSG:32633", "count", 1, {}, "areas", "digest", {"points.parquet": "abc"})


def counts(count, by="unit", weight=None, smallest=5):
    support = grid_support(2)
    unit = np.arange(len(count), dtype=np.int32) % len(support)
    return PointCounts(
        support, by, pa.array(["a", "b"]), unit, np.zeros(len(count), np.int32), np.array(count),
        None if weight is None else np.array(weight), sum(count), LeftOut(), smallest, RECEIPT,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("count", "hidden"),
    [
        ([5, 9, 7], []),
        ([3, 9, 7], [0, 2]),  # one alone would be what is left of the sum
        ([3, 2, 9], [0, 1]),
        ([1, 1, 9, 8], [0, 1, 3]),  # two that add up to two are ones
        ([4, 4, 9, 9], [0, 1, 2]),  # two that add up to eight are fours
        ([1, 1], [0, 1]),
        ([1, 1, 5, 8], [0, 1, 2, 3]),  # two and five: the least that a five can make it, so the others are ones
        ([1, 9, 5, 8], [0, 2, 3]),
        ([1, 5, 5, 5], [0, 1, 2]),
        ([1, 5], [0, 1]),  # there is none left to hide
        ([1, 6, 9], [0, 1]),
        ([3, 3, 9], [0, 1]),  # also six, but of hidden counts alone
        ([0, 3, 2], [1, 2]),
        ([], []),
    ],
)
def test_what_is_hidden(count, hidden):
    assert np.flatnonzero(hidden_among(np.array(count, np.int64), 5)).tolist() == hidden


def test_nothing_is_hidden_where_one_is_the_smallest():
    assert not hidden_among(np.array([1, 2, 1]), 1).any()


@given(st.lists(st.integers(0, 12), max_size=8), st.integers(1, 6))
def test_no_small_count_can_be_told_from_the_sum(count, smallest):
    hidden = hidden_among(np.array(count, np.int64), smallest)
    small = [0 < c < smallest for c in count]
    assert all(hidden[k] for k, is_small in enumerate(small) if is_small)
    if not any(small):
        assert not hidden.any()
    elif hidden.any() and not all(h == s for h, s in zip(hidden, small, strict=True)):
        covered = sum(hidden) - sum(small)
        assert covered in (1, 2)
        assert hidden[count.index(min(c for c in count if c >= smallest))]
        if any(not h and c for h, c in zip(hidden, count, strict=True)):
            assert sum(c for c, h in zip(count, hidden, strict=True) if h) != sum(hidden) - 1 + smallest
        if covered == 2:
            assert all(c == 1 for c, s in zip(count, small, strict=True) if s)
    elif any(not h and c for h, c in zip(hidden, count, strict=True)):
        total, number = sum(c for c, h in zip(count, hidden, strict=True) if h), int(hidden.sum())
        assert number > 1
        assert number < total < number * (smallest - 1)


def test_a_total_that_tells_is_kept_back():
    assert counts([1, 5]).total_tells
    assert counts([4]).total_tells
    assert not counts([1, 6]).total_tells
    assert not counts([1, 5, 5]).total_tells
    assert not counts([1, 5, 7, 8]).total_tells
    assert not counts([5]).total_tells


def test_hidden_counts_are_blank_and_never_zero():
    table = counts([3, 2, 9], weight=[30, 20, 90]).table()
    assert table["count"].to_pylist() == [None, None, 9, 0]
    assert table["sum"].to_pylist() == [None, None, 90, 0]
    assert table["hidden"].to_pylist() == [True, True, False, False]
    assert table.schema.field("geometry").metadata[b"ARROW:extension:name"] == b"geoarrow.wkb"
    assert b"points.parquet" in table.schema.metadata[b"stadslab"]
    frame = counts([3, 2, 9]).to_geopandas()
    assert frame["count"].isna().tolist() == [True, True, False, False]
    assert frame.crs.to_string() == "OGC:CRS84"


def test_counts_by_time_have_a_row_for_what_there_is():
    told = counts([7, 9], by="hour")
    assert told.table().to_pylist() == [
        {"id": told.support.ids[0], "hour": "a", "count": 7, "hidden": False},
        {"id": told.support.ids[1], "hour": "a", "count": 9, "hidden": False},
    ]
    assert told.counted == 16
    assert pa.RecordBatchReader.from_stream(told).read_all().num_rows == 2
    with pytest.raises(InputError, match="there are rows by hour"):
        told.to_geopandas()


def test_what_is_left_out_adds_up():
    assert LeftOut(1, 2, 3, 4, 5).total == 15
