"""Reporting units by their digest."""

from __future__ import annotations

from fastapi.testclient import TestClient

from stadslab.faces.web.app import create_app
from stadslab.faces.web.units import support_of
from stadslab.lab.lab import Lab
from stadslab.store.values import evict
from tests.faces.web.asking import SCHOOLS, answered, desk_of, good


def test_units_are_told_in_the_order_of_the_values(client, town_lab):
    head = answered(client, SCHOOLS)
    units = good(client.get(f"/api/units/{head['support_digest']}"))
    support = town_lab.measure("town", "walk_access", kind="school").support
    assert units["ids"] == list(support.ids)
    assert units["count"] == head["count"]
    west, south, east, north = units["bounds"]
    assert all(west <= x <= east and south <= y <= north for x, y in units["points"])


def test_units_of_answers_that_were_evicted_are_made_again(client, tmp_path):
    lab = Lab(tmp_path / "lab")
    lab.load("town", source="synthetic", people=500)
    digest = lab.measure("town", "walk_access", kind="school").support.digest
    evict(lab.folder, 0)
    with TestClient(create_app(Lab(lab.folder.path)), base_url="http://127.0.0.1") as restarted:
        assert support_of(desk_of(restarted), digest).digest == digest
