"""The lines for what is on the screen are run, and give the numbers of the server."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import geopandas
import numpy as np
import pytest
from fastapi.testclient import TestClient

from stadslab.core.scenario import Scenario
from stadslab.edits.close_street import CloseStreet
from stadslab.faces.web.app import create_app
from stadslab.faces.web.exports import numbers_of
from stadslab.lab.lab import Lab
from tests.faces.test_code_lines import ran
from tests.faces.web.asking import NEAREST, a_street, answered, desk_of, good


@pytest.fixture
def own_lab(town_lab, tmp_path: Path) -> Lab:
    """A copy of the town that may be changed."""
    return Lab(shutil.copytree(town_lab.folder.path, tmp_path / "own.lab"))


@pytest.mark.long
@pytest.mark.parametrize("face", ["python", "shell"])
def test_the_lines_give_the_numbers_of_the_server(own_lab, tmp_path, face):
    with TestClient(create_app(own_lab), base_url="http://127.0.0.1:8765") as client:
        asked = {**NEAREST, "edits": [{"kind": "close_street", "street": a_street(own_lab)}], "plan": "Stängt"}
        before, after = answered(client, NEAREST)["key"], answered(client, asked)["key"]
        expected = numbers_of(desk_of(client), before, after).change()
        lines = good(client.post("/api/code", json=asked))
        folder = tmp_path / "run"
        folder.mkdir()
        ran([sys.executable, "-c", lines["python"]] if face == "python" else ["sh", "-ec", lines["shell"]], folder)
        (data,) = folder.glob("*-change.parquet")
        np.testing.assert_array_equal(geopandas.read_parquet(data)["change"].to_numpy(float), expected)
        assert own_lab.scenarios("town") == ([lines["plan"]] if face == "shell" else [])


def test_a_saved_plan_is_named(own_lab):
    street = a_street(own_lab)
    own_lab.save_scenario("town", Scenario("shut", (CloseStreet(street),)).pinned(own_lab.city("town")))
    with TestClient(create_app(own_lab), base_url="http://127.0.0.1:8765") as client:
        asked = {**NEAREST, "edits": [{"kind": "close_street", "street": street}], "plan": "shut"}
        same = good(client.post("/api/code", json=asked))
        assert same["plan"] == ""
        assert 'lab.scenario("town", "shut")' in same["python"]
        other = good(client.post("/api/code", json={**asked, "edits": [{**asked["edits"][0], "modes": ["walk"]}]}))
        assert other["plan"] == "shut-2"
        assert "stadslab edit town shut-2 close_street" in other["shell"]


def test_where_the_lab_lies_is_told_to_the_owner_only(client, guarded, town_lab):
    path = str(town_lab.folder.path.parent)
    assert path in good(client.post("/api/code", json=NEAREST))["shell"]
    told = good(guarded.post("/api/code", json=NEAREST, headers={"Authorization": "Bearer let-me-in"}))
    assert path not in told["shell"] + told["python"]
    assert town_lab.folder.path.name in told["shell"]


def test_what_is_wrong_is_told(client):
    reply = client.post("/api/code", json={**NEAREST, "indicator": "none"})
    assert reply.status_code in (404, 422)
