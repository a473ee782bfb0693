"""Why a unit has its number, as the page asks it."""

from __future__ import annotations

import pytest

from stadslab.faces.web.translation import translated
from tests.faces.web.asking import NEAREST, answered, good


def test_the_reply_agrees_with_the_numbers_of_the_answer(client):
    head = answered(client, NEAREST)
    values = good(client.get(f"/api/values/{head['key']}"))
    units = good(client.get(f"/api/units/{head['support_digest']}"))
    seen = set()
    for unit in range(head["count"]):
        found = good(client.post("/api/why", json={**NEAREST, "unit": unit}))
        assert found["id"] == units["ids"][unit]
        assert found["unreachable"] == (unit in values["unreachable"])
        assert found["value"] == (values["value"][unit] if found["value"] is None else pytest.approx(found["value"]))
        if found["how"] == "walk":
            assert sum(leg["seconds"] for leg in found["legs"]) / 60 == pytest.approx(found["value"], abs=0.01)
            assert found["reason"] == ""
        else:
            assert found["reason"]
        seen.add(found["how"])
    assert seen == {"walk", "reach"}


def test_uncertain_numbers_come_with_their_range(client):
    asked = {**NEAREST, "draws": 5, "params": {"kind": "any"}}
    head = answered(client, asked)
    values = good(client.get(f"/api/values/{head['key']}"))
    unit = next(at for at, value in enumerate(values["value"]) if value is not None)
    found = good(client.post("/api/why", json={**asked, "unit": unit}))
    assert (found["low"], found["high"]) == (
        pytest.approx(values["low"][unit], abs=1e-5),
        pytest.approx(values["high"][unit], abs=1e-5),
    )


def test_under_a_plan_the_way_is_that_of_the_plan(client):
    head = answered(client, {**NEAREST, "params": {"kind": "any"}})
    values = good(client.get(f"/api/values/{head['key']}"))
    unit = max((v, at) for at, v in enumerate(values["value"]) if v is not None)[1]
    point = good(client.get(f"/api/units/{head['support_digest']}"))["points"][unit]
    edit = {"kind": "add_place", "place_kind": "school", "at": point, "name": "The new one"}
    asked = {**NEAREST, "params": {"kind": "any"}, "edits": [edit], "unit": unit}
    found = good(client.post("/api/why", json=asked))
    assert found["places"][0]["name"] == "The new one"
    assert found["value"] < values["value"][unit]


def test_reasons_are_told_in_the_language_asked_for(client):
    head = answered(client, NEAREST)
    unit = good(client.get(f"/api/values/{head['key']}"))["unreachable"][0]
    for language in ("en", "sv"):
        found = good(client.post(f"/api/why?language={language}", json={**NEAREST, "unit": unit}))
        assert found["reason"] == translated("farther than the limit", language).text


@pytest.mark.parametrize("unit", [-1, 10_000_000])
def test_a_unit_that_is_not_there_is_refused(client, unit):
    answered(client, NEAREST)
    reply = client.post("/api/why", json={**NEAREST, "unit": unit})
    assert reply.status_code == 422
    assert reply.json()["problems"][0]["where"] == "unit"
