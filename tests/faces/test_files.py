"""Answers as files: the numbers, and what they were made of."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pyarrow.parquet
import pyogrio
import pytest
from PIL import Image

from stadslab.core.compare import Comparison
from stadslab.core.errors import InputError
from stadslab.core.receipt import Receipt
from stadslab.core.values import Values
from stadslab.faces import files
from stadslab.lab.lab import Lab


@pytest.fixture(scope="module")
def opened(loaded: Path) -> Lab:
    return Lab(loaded)


@pytest.fixture(scope="module")
def values(opened: Lab) -> Values:
    return opened.measure("town", "walk_to_nearest", kind="school", max_minutes=4)


@pytest.fixture(scope="module")
def change(opened: Lab) -> Comparison:
    return opened.compare("town", "walk_to_nearest", "no-bridge", kind="school")


def told_in(path: Path) -> dict[str, object]:
    """The receipt a file carries."""
    if path.suffix == ".parquet":
        return dict(json.loads(pyarrow.parquet.read_schema(path).metadata[b"stadslab"]))
    if path.suffix == ".geojson":
        return dict(json.loads(path.read_text("utf-8"))["stadslab"])
    if path.suffix == ".gpkg":
        return dict(json.loads(pyogrio.read_info(path)["dataset_metadata"]["stadslab"]))
    return dict(json.loads(Image.open(path).text["stadslab"]))  # type: ignore[attr-defined]


@pytest.mark.parametrize("ending", [".parquet", ".geojson", ".gpkg", ".png"])
def test_a_file_says_what_its_numbers_were_made_of(values: Values, opened: Lab, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"answer{ending}"
    if ending == ".png":
        files.draw(values, opened.city("town"), path)
    else:
        files.save(values, path)
    assert Receipt.from_json(told_in(path)).key == values.receipt.key


@pytest.mark.parametrize("ending", [".parquet", ".geojson", ".gpkg"])
def test_a_comparison_carries_both_receipts(change: Comparison, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"change{ending}"
    files.save(change, path)
    told = told_in(path)
    assert Receipt.from_json(told["before"]).key == change.base.receipt.key  # type: ignore[arg-type]
    assert Receipt.from_json(told["after"]).scenario["name"] == "no-bridge"  # type: ignore[arg-type,index]


@pytest.mark.parametrize("ending", [".parquet", ".geojson", ".gpkg", ".csv"])
def test_the_numbers_are_those_of_the_answer(values: Values, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"answer{ending}"
    files.save(values, path)
    frame = pd.read_csv(path) if ending == ".csv" else None
    if frame is None:
        frame = geopandas.read_parquet(path).reset_index() if ending == ".parquet" else geopandas.read_file(path)
        assert len(frame.geometry) == len(values)
    expected = values.mean()
    assert np.isinf(expected).any()
    if ending == ".geojson":
        expected = np.where(np.isinf(expected), np.nan, expected)
    assert frame["id"].tolist() == list(values.support.ids)
    np.testing.assert_allclose(frame["value"].to_numpy(float), expected, rtol=1e-12)


def test_credits_are_named_once_and_what_is_made_up_is_said(values: Values, tmp_path_factory) -> None:
    assert files.credits_of(values) == "© OpenStreetMap contributors"
    assert not files.is_made_up(values)
    lab = Lab(tmp_path_factory.mktemp("made-up") / "made-up.lab")
    lab.load("invented", source="synthetic", people=800)
    invented = lab.measure("invented", "walk_to_nearest", kind="school")
    assert files.is_made_up(invented)
    assert files.credits_of(invented).endswith("SYNTHETIC: a made-up city")


def test_a_picture_says_what_it_shows_and_whom_to_credit(change: Comparison, opened: Lab, tmp_path: Path) -> None:
    files.draw(change, opened.city("town"), tmp_path / "change.png")
    with Image.open(tmp_path / "change.png") as image:
        texts = image.text  # type: ignore[attr-defined]
    assert texts["Description"].startswith("Map of the change: worse in ")
    assert texts["Copyright"] == "© OpenStreetMap contributors"


def test_what_cannot_be_written_is_said_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        files.check(str(tmp_path / "map.gif"), str(tmp_path / "none" / "table.csv"))
    assert [p.what.split()[0] for p in refused.value.problems] == ["cannot", "there"]
