"""Answers: draws, reasons, and one call to any table people work with."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadslab.core.errors import InputError
from stadslab.core.values import Reason
from tests.core.answers import INF, NAN, receipt, values


def test_one_draw_says_that_uncertainty_is_not_stated() -> None:
    assert not values([1, 2]).uncertain
    assert values([[1, 2], [3, 4]]).uncertain


def test_mean_and_coverage() -> None:
    found = values([[1, 3], [INF, 3], [NAN, NAN], [0, 0]])
    assert found.mean() == pytest.approx([2, INF, NAN, 0], nan_ok=True)
    assert found.coverage == 0.75
    assert values([]).coverage == 0.0


def test_the_mean_is_a_copy() -> None:
    found = values([1, 2])
    found.mean()[0] = 99
    assert found.draws[0, 0] == 1


def test_an_interval_holds_the_draws_between_its_ends() -> None:
    found = values([[1, 3]])
    assert (found.quantile(0.05)[0], found.quantile(0.95)[0]) == (1, 3)


def test_quantiles_are_draws_that_were_drawn() -> None:
    found = values([[5, 1, 3, 2, 4], [1, INF, 2, INF, INF], [NAN, 1, 1, 1, 1]])
    assert found.quantile(0.5) == pytest.approx([3, INF, NAN], nan_ok=True)
    assert found.quantile(0.05) == pytest.approx([1, 1, NAN], nan_ok=True)
    assert found.quantile(1.0) == pytest.approx([5, INF, NAN], nan_ok=True)
    with pytest.raises(InputError, match=r"1\.5 is not a share"):
        found.quantile(1.5)


@given(st.lists(st.one_of(st.floats(-9, 9), st.just(INF)), min_size=1, max_size=9), st.floats(0, 1))
def test_a_quantile_has_its_share_below(draws: list[float], q: float) -> None:
    found = values([draws]).quantile(q)[0]
    assert found in draws
    below = sum(d < found for d in draws) if q <= 0.5 else sum(d <= found for d in draws) - 1
    assert below <= q * (len(draws) - 1) + 1e-9 if q <= 0.5 else below >= q * (len(draws) - 1) - 1e-9


def test_every_reason_has_words() -> None:
    assert len({r.words for r in Reason}) == len(Reason)


@pytest.mark.parametrize("several", [False, True])
def test_one_call_to_any_table(several: bool) -> None:
    numbers = [[1.0, 2.0], [INF, INF], [NAN, NAN]] if several else [1.5, INF, NAN]
    reason = np.array([Reason.KNOWN, Reason.NOT_CONNECTED, Reason.NO_DATA], np.int8)
    found = values(numbers, reason=reason)
    columns = ["value", "low", "high", "reason"] if several else ["value", "reason"]
    frame, map_, arrow, polars = found.to_pandas(), found.to_geopandas(), found.table(), found.to_polars()
    assert list(frame.columns) == columns
    assert list(map_.columns) == [*columns, "geometry"]
    assert arrow.column_names == ["id", *columns, "geometry"]
    assert polars.columns == ["id", *columns]
    assert list(frame.index) == list(map_.index) == polars["id"].to_list() == ["u000", "u001", "u002"]
    for series in (frame["value"], map_["value"], polars["value"].to_list(), arrow["value"].to_pylist()):
        assert list(series) == pytest.approx([1.5, INF, NAN], nan_ok=True)
    assert list(frame["reason"]) == ["known", "no way through the network", "no data here"]
    assert map_.crs.to_string() == "OGC:CRS84"
    assert map_.geometry.iloc[1].bounds == pytest.approx((0.001, 0, 0.002, 0.001))


def test_an_arrow_stream_says_where_it_lies_and_what_it_was_made_of() -> None:
    table = pa.table(values([1, 2]))
    field = table.schema.field("geometry")
    assert field.metadata[b"ARROW:extension:name"] == b"geoarrow.wkb"
    assert json.loads(table.schema.metadata[b"stadslab"]) == json.loads(receipt().to_text())
