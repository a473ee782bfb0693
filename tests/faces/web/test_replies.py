"""What verbs say they reply is what they reply."""

from __future__ import annotations

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient
from pyarrow import parquet

from stadslab.faces import verbs
from stadslab.faces.web.app import create_app
from stadslab.faces.web.replies import REPLIES
from stadslab.lab.lab import Lab
from tests.faces.web.asking import a_street, good

DAY = "2026-06-16"


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A lab to write in, on the machine itself, with a plan and a file of points."""
    folder = tmp_path_factory.mktemp("replies")
    lab = Lab(folder / "lab")
    lab.load("town", source="synthetic", people=800)
    lon, lat = (float(v) for v in lab.measure("town", "walk_access", kind="school").support.points[0])
    parquet.write_table(pa.table({"lon": [lon] * 9, "lat": [lat] * 9}), folder / "points.parquet")
    with TestClient(create_app(lab), base_url="http://127.0.0.1") as client:
        street = {"params": {"street": a_street(lab)}, "kind": "close_street"}
        good(client.post("/api/ask/edit", json={"city": "town", "scenario": "closed", **street}))
        yield folder, client


def asked(folder):
    """Requests for every verb, with what they have beside the usual."""
    school = {"city": "town", "indicator": "walk_to_nearest", "params": {"kind": "school", "max_minutes": 10}}
    points = [[19.597, 58.602], [19.6, 58.603]]
    start, to = (",".join(map(str, p)) for p in points)
    page = str(folder / "page.html")
    return [
        ("list", {}),
        *(("show", {"name": name}) for name in ("town", "town/closed", "walk_access", "add_street", "gtfs")),
        ("find", {"city": "town", "words": "a", "most": 1}),
        ("measure", school),
        ("measure", {**school, "draws": 3, "scenario": ["closed"]}),
        ("count", {"city": "town", "points": [str(folder / "points.parquet")]}),
        ("edit", {"city": "town", "scenario": "closed", "why": "to see"}),
        ("compare", {**school, "scenario": ["closed"]}),
        ("compare", {**school, "scenario": ["closed"], "draws": 3}),
        ("journey", {"city": "town", "start": start, "to": to, "date": DAY}),
        ("journey", {"city": "town", "start": start, "to": to, "date": DAY, "depart": "03:00", "max_minutes": 1}),
        ("equity", {**school, "unreachable": 60}),
        ("equity", {**school, "scenario": ["closed"], "poverty_line": 5, "draws": 3}),
        ("brief", {"city": "town", "scenario": ["closed"], "measure": ["walk_access:kind=school"], "to": page}),
        ("verify", {"file": page}),
        ("load", {"city": "town", "files": [], "source": "synthetic", "params": {"people": 800}}),
    ]


def test_every_reply_is_of_its_type(own):
    folder, client = own
    seen = set()
    for name, request in asked(folder):
        reply = client.post(f"/api/ask/{name}", json=request)
        assert reply.status_code == 200, (name, request, reply.text)
        REPLIES[name].model_validate_json(reply.content)
        seen.add(name)
    assert seen == set(verbs.NAMES) == set(REPLIES)


def test_a_field_nobody_told_of_is_found_out():
    with pytest.raises(ValueError, match="surprise"):
        REPLIES["verify"].model_validate({"equal": True, "lines": [], "surprise": 1})
