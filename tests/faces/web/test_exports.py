"""What is on the map as files: the numbers of the answer, the receipt, the credits."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from stadslab.core.receipt import Receipt
from stadslab.faces.web.answers import values_of
from stadslab.store.values import save_values
from tests.faces.web.asking import NEAREST, SCHOOLS, a_street, answered, desk_of


def fetched(client: Any, address: str, folder: Path) -> Path:
    """The file as a browser would save it."""
    reply = client.get(address)
    assert reply.status_code == 200, reply.text
    name = reply.headers["Content-Disposition"].split('filename="')[1].split('"')[0]
    path = folder / name
    path.write_bytes(reply.content)
    return path


def frame_of(path: Path) -> pd.DataFrame:
    if path.suffix == ".csv":
        return pd.read_csv(path)
    return geopandas.read_parquet(path).reset_index() if path.suffix == ".parquet" else geopandas.read_file(path)


@pytest.mark.parametrize("ending", ["csv", "geojson", "parquet", "gpkg"])
def test_the_numbers_are_those_of_the_answer(client, tmp_path, ending):
    key = answered(client, NEAREST)["key"]
    path = fetched(client, f"/api/values/{key}/export.{ending}", tmp_path)
    assert path.name == f"town-walk-to-nearest-school-h3-9-synthetic.{ending}"
    values = values_of(desk_of(client), key)
    expected = values.mean()
    frame = frame_of(path)
    assert frame["id"].tolist() == list(values.support.ids)
    finite = np.isfinite(expected)
    np.testing.assert_allclose(frame["value"].to_numpy(float)[finite], expected[finite], rtol=1e-12)
    if ending == "geojson":
        told = json.loads(path.read_text("utf-8"))
        assert Receipt.from_json(told["stadslab"]).key == values.receipt.key
        assert "SYNTHETIC" in told["attribution"]


@pytest.fixture
def compared(client, town_lab):
    """Keys before and after a closure."""
    street = a_street(town_lab)
    edits = [{"kind": "close_street", "street": street}]
    before = answered(client, NEAREST)["key"]
    after = answered(client, {**NEAREST, "edits": edits, "plan": "Stängd gata"})["key"]
    return before, after


def test_a_comparison_has_before_after_and_change(client, compared, tmp_path):
    path = fetched(client, f"/api/comparisons/{compared[0]}/{compared[1]}/export.csv", tmp_path)
    assert path.name == "town-walk-to-nearest-school-h3-9-St_ngd-gata-change-synthetic.csv"
    frame = pd.read_csv(path)
    before, after = (values_of(desk_of(client), key).mean() for key in compared)
    np.testing.assert_allclose(frame["before"], before)
    np.testing.assert_allclose(frame["after"], after)
    both = np.isfinite(before) & np.isfinite(after)
    np.testing.assert_allclose(frame["change"][both], after[both] - before[both])


@pytest.mark.parametrize("comparison", [False, True])
def test_the_map_is_a_picture_with_words_and_credits(client, compared, comparison):
    address = f"/api/comparisons/{compared[0]}/{compared[1]}" if comparison else f"/api/values/{compared[1]}"
    reply = client.get(f"{address}/export.png", params={} if comparison else {"edges": [4, 7.5]})
    assert reply.headers["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(reply.content)) as image:
        assert image.width > 1000
        assert "SYNTHETIC" in image.text["Copyright"]
        assert image.text["Description"].startswith("Map of the change" if comparison else "Map: ")
        if not comparison:
            assert "under 4 to 7.5 and more" in image.text["Description"]
        json.loads(image.text["stadslab"])


def test_files_outlive_the_city(client, tmp_path, town_lab):
    key = answered(client, NEAREST)["key"]
    values = values_of(desk_of(client), key)
    orphan = replace(values, receipt=replace(values.receipt, city="gone"))
    save_values(town_lab.folder, "orphan", orphan)
    path = fetched(client, "/api/values/orphan/export.csv", tmp_path)
    assert path.name == "gone-walk-to-nearest-school-h3-9-synthetic.csv"
    with Image.open(io.BytesIO(client.get("/api/values/orphan/export.png").content)) as image:
        assert "SYNTHETIC" in image.text["Copyright"]
    told = client.get("/api/explain/orphan").json()
    assert (told["city"], told["people"], told["plan"]) == ("gone", None, None)
    assert told["sources"]


def test_no_count_of_people_is_in_a_file(client, compared, tmp_path):
    for address in (f"/api/values/{compared[0]}", f"/api/comparisons/{compared[0]}/{compared[1]}"):
        frame = frame_of(fetched(client, f"{address}/export.csv", tmp_path))
        assert set(frame.columns) <= {
            "id",
            "value",
            "reason",
            "before",
            "after",
            "change",
            "reason_before",
            "reason_after",
        }


@pytest.mark.parametrize(
    ("address", "status", "what"),
    [
        ("/api/values/none/export.csv", 404, "there is no answer"),
        ("/api/values/..%2Fx/export.csv", 404, "request"),
        ("/api/values/{key}/export.exe", 422, "Input should be"),
        ("/api/values/{key}/export.png?edges=3&edges=2", 422, "do not rise"),
        ("/api/comparisons/{key}/{other}/export.csv", 422, "different indicators"),
    ],
)
def test_what_cannot_be_is_refused_in_words(client, address, status, what):
    keys = {"key": answered(client, NEAREST)["key"], "other": answered(client, SCHOOLS)["key"]}
    reply = client.get(address.format(**keys))
    assert reply.status_code == status
    assert what in json.dumps(reply.json()["problems"])
