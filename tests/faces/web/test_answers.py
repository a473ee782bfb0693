"""Answers over HTTP are the lab's own."""

from __future__ import annotations

import math

import numpy as np
import pytest
from fastapi.testclient import TestClient

from stadslab.faces.web.answers import numbers, summary_out, titled
from stadslab.faces.web.app import create_app
from stadslab.lab import catalog
from stadslab.lab.lab import Lab
from stadslab.lab.summary import summarise
from tests.faces.web.asking import NEAREST, SCHOOLS, a_street, answered, good


def test_an_answer_is_the_one_the_lab_gives(client, town_lab):
    head = answered(client, NEAREST)
    expected = town_lab.measure("town", "walk_to_nearest", kind="school", max_minutes=10)
    values = good(client.get(f"/api/values/{head['key']}"))
    mean = expected.mean()
    assert np.isinf(mean).any(), "the town has homes out of reach, or nothing is shown here"
    assert values["unreachable"] == np.flatnonzero(np.isinf(mean)).tolist()
    finite = np.isfinite(mean)
    assert [v for v in values["value"] if v is not None] == pytest.approx(mean[finite].tolist(), abs=1e-6)
    assert [v is None for v in values["value"]] == (~finite).tolist()
    assert values["reason"] == expected.reason.tolist()
    assert values["reasons"]["3"] == "farther than the limit"
    assert (values["low"], values["high"]) == (None, None)
    assert head["title"] == expected.title
    assert (head["unit"], head["direction"], head["count"]) == ("min", "cost", len(expected))
    assert head["summary"]["people"] == 800


def test_asked_again_it_is_answered_at_once(client):
    answered(client, SCHOOLS)
    reply = client.post("/api/answers", json=SCHOOLS)
    assert (reply.status_code, reply.json()["cached"]) == (200, True)


def test_under_edits_it_is_the_answer_under_the_plan(client, town_lab):
    from stadslab.core.scenario import Scenario

    street = a_street(town_lab)
    head = answered(client, {**NEAREST, "edits": [{"kind": "close_street", "street": street}]})
    plan = Scenario("p", (catalog.edit("close_street")(street=street),))
    expected = town_lab.measure("town", "walk_to_nearest", kind="school", max_minutes=10, scenario=plan).mean()
    values = good(client.get(f"/api/values/{head['key']}"))["value"]
    assert values == numbers(expected)
    assert head["key"] != answered(client, NEAREST)["key"]


def test_draws_tell_an_interval(client):
    head = answered(client, {**SCHOOLS, "draws": 5})
    values = good(client.get(f"/api/values/{head['key']}"))
    assert head["uncertain"]
    assert head["assumptions"]
    assert all(
        low <= mean <= high for low, mean, high in zip(values["low"], values["value"], values["high"], strict=True)
    )


def test_an_address_of_values_never_changes_what_it_says(client):
    head = answered(client, SCHOOLS)
    reply = client.get(f"/api/values/{head['key']}")
    assert "immutable" in reply.headers["cache-control"]
    again = client.get(f"/api/values/{head['key']}", headers={"If-None-Match": reply.headers["etag"]})
    assert again.status_code == 304
    swedish = client.get(f"/api/values/{head['key']}", params={"language": "sv"})
    assert swedish.headers["etag"] != reply.headers["etag"]


def test_keys_and_units_are_found_again_by_a_server_that_was_restarted(client, town_lab):
    head = answered(client, SCHOOLS)
    before = {
        path: client.get(path).content
        for path in (f"/api/values/{head['key']}", f"/api/units/{head['support_digest']}")
    }
    with TestClient(create_app(Lab(town_lab.folder.path)), base_url="http://127.0.0.1") as restarted:
        assert {path: restarted.get(path).content for path in before} == before
        assert restarted.post("/api/answers", json=SCHOOLS).json()["cached"]


@pytest.mark.parametrize("path", ["/api/values/none", "/api/units/none", "/api/people/town/none"])
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_everything_wrong_with_a_question_is_told_at_once(client):
    edits = [{"kind": "close_street", "street": "osm:way/0"}, {"kind": "clothe_street"}]
    asked = {**SCHOOLS, "support": "h3:77", "params": {"kinb": 1}, "edits": edits}
    reply = client.post("/api/answers", json=asked)
    assert reply.status_code == 422
    assert [p["where"] for p in reply.json()["problems"]] == ["reporting units", "walk_access", "edit 2"]


@pytest.mark.parametrize("field", [{"draws": 0}, {"draws": 1e9}, {"seed": -1}, {"edits": "all"}, {"colour": "red"}])
def test_malformed_fields_are_named(client, field):
    reply = client.post("/api/answers", json={**SCHOOLS, **field})
    assert reply.status_code == 422
    assert reply.json()["problems"][0]["where"] == next(iter(field))


def test_titles_are_told_in_the_language_asked_for():
    indicator = catalog.indicator("walk_to_nearest")
    assert "preschool" in titled(indicator, {"kind": "preschool", "rank": 1})


def test_numbers_are_finite_or_null():
    assert numbers(np.array([1.25, math.nan, math.inf, -math.inf])) == [1.25, None, None, None]


def test_what_is_wrong_is_told_in_the_language_asked_for(client):
    asked = {**SCHOOLS, "indicator": "matrix_access", "params": {"kinb": 1}, "support": "h3:77"}
    found = client.post("/api/answers", json=asked, params={"language": "sv"}).json()["problems"]
    assert [p["what"] for p in found] == [
        "'h3:77' går inte att förstå",
        "frågan behöver lagret 'travel_times', och staden town har det inte",
        "okänt fält 'kinb'",
    ]
    assert found[1]["hint"] == "läs in det först: det finns i travel_matrix"


def test_a_summary_of_people_is_as_rounded_as_the_map_beside_it(client, town_lab):
    values = town_lab.measure("town", "walk_to_nearest", kind="school", max_minutes=10)
    people = town_lab.people("h3:9", town_lab.city("town"))
    exact, told = summarise(values, people), summary_out(values, people)
    assert exact.none
    assert told.people == exact.people == 800
    assert told.none is not None
    assert told.none % 5 == 0
    assert abs(told.none - exact.none) <= 2
    assert told.mean == pytest.approx(exact.mean, rel=0.05)
    assert all(reason.count is None or reason.count % 5 == 0 for reason in told.reasons)
