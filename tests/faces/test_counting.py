"""Points counted from the command line, into files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.faces.conftest import Ask


@pytest.fixture
def points(tmp_path: Path, ask_json: Callable[..., Any]) -> Path:
    """Thirty points in the middle of the town's districts, two hours apart."""
    made = Path(tmp_path / "points.parquet")
    rng = np.random.default_rng(1)
    from tests.faces.town import corner

    (west, south), (east, north) = corner(0, 0), corner(4, 4)
    time = pa.array(1_772_000_000 + 7200 * np.arange(60)).cast(pa.timestamp("s", "Europe/Stockholm"))
    table = pa.table({"lon": rng.uniform(west, east, 60), "lat": rng.uniform(south, north, 60), "t": time})
    pq.write_table(table, made)
    return made


@pytest.mark.parametrize("ending", ["parquet", "geojson", "gpkg", "csv"])
def test_counts_by_area_go_into_any_file(ask: Ask, points: Path, tmp_path: Path, ending: str) -> None:
    to = tmp_path / f"counts.{ending}"
    said = ask("count", "town", points, "--support", "areas", "--smallest", 1, "--out", to).stdout
    assert f"data: {to}" in said
    assert "60 points, counted in areas" in said
    if ending == "csv":
        assert to.read_text().splitlines()[0] == "id,count,hidden"
    else:
        frame = geopandas.read_parquet(to) if ending == "parquet" else geopandas.read_file(to)
        assert 0 < frame["count"].sum() <= 60
        assert frame.geometry.notna().all()


def test_counts_by_hour_go_into_tables_only(ask: Ask, points: Path, tmp_path: Path) -> None:
    to = tmp_path / "hours.parquet"
    ask("count", "town", points, "--time", "t", "--by", "hour", "--support", "areas", "--out", to)
    table = pq.read_table(to)
    assert table.column_names == ["id", "hour", "count", "hidden"]
    assert table.schema.field("hour").type == pa.timestamp("s", "Europe/Stockholm") or table.num_rows
    assert table["count"].null_count == table["hidden"].to_pylist().count(True) == table.num_rows
    ask("count", "town", points, "--time", "t", "--by", "hour", "--support", "areas", "--out", tmp_path / "hours.csv")
    wrong = ask(
        "count", "town", points, "--time", "t", "--by", "hour", "--support", "areas", "--out", tmp_path / "h.gpkg",
        code=2,
    )  # fmt: skip
    assert "draw every outline again" in wrong.output


def test_the_reply_as_json(ask_json: Callable[..., Any], points: Path) -> None:
    told = ask_json("count", "town", points, "--support", "areas", "--smallest", 1)
    assert told["rows"] == 60
    assert told["counted"] + sum(told["left_out"].values()) == 60
    assert told["receipt"]["inputs"].keys() == {"points.parquet"}


def test_what_is_wrong_is_said(ask: Ask, points: Path) -> None:
    assert "did you mean 'lon'" in ask("count", "town", points, "--lon", "lonn", code=2).output
    assert "there is no such file" in ask("count", "town", "missing.parquet", code=2).output
