"""Verbs over HTTP: who may ask them, typed requests, long work as a job."""

from __future__ import annotations

import pytest

from stadslab.faces import verbs
from stadslab.faces.web.access import Who, plain_routes, rule_of
from stadslab.faces.web.app import create_app
from stadslab.faces.web.verb_routes import request_model, who_may
from tests.faces.web.asking import SCHOOLS, finished, good

TOKEN = {"Authorization": "Bearer let-me-in"}


def test_every_verb_has_a_route_with_its_rule(town_lab):
    rules = {route.path: rule_of(route) for route in plain_routes(create_app(town_lab).routes)}
    assert {name: rules[f"/api/ask/{name}"] for name in verbs.NAMES} == {n: who_may(verbs.verb(n)) for n in verbs.NAMES}


def test_files_are_the_owners_plans_the_editors_answers_everybodys():
    found = {name: who_may(verbs.verb(name)) for name in verbs.NAMES}
    assert {n for n, who in found.items() if who is Who.OWNER} == {"load", "count", "brief", "verify"}
    assert {n for n, who in found.items() if who is Who.EDITOR} == {"edit"}


@pytest.mark.parametrize("name", verbs.NAMES)
def test_requests_are_typed_with_units_bounds_and_choices(name):
    verb = verbs.verb(name)
    fields = request_model(verb).model_json_schema()["properties"]
    for p in verb.params:
        told = fields[p.name]
        assert p.about == told.get("description", "")
        assert p.unit == told.get("unit", "")
    assert ("params" in fields) is bool(verb.opens)


def test_bounds_and_choices_stand_in_the_schema():
    fields = request_model(verbs.verb("find")).model_json_schema()["properties"]
    assert (fields["most"]["minimum"], fields["most"]["maximum"]) == (1, 10_000)
    assert "streets" in fields["what"]["enum"]


def test_an_answer_is_waited_for_or_comes_as_a_job(client):
    now = good(client.post("/api/ask/measure", json=SCHOOLS))
    reply = client.post("/api/ask/measure", json=SCHOOLS, headers={"Prefer": "respond-async"})
    assert reply.status_code == 202
    later = finished(client, reply)
    assert later["units"] == now["units"]
    assert later["cached"]


@pytest.mark.parametrize(
    ("verb", "body", "where"),
    [
        ("measure", {"city": "town"}, ["indicator"]),
        ("measure", {**SCHOOLS, "draws": 0, "colour": 1}, ["draws", "colour"]),
        ("measure", {**SCHOOLS, "params": {"kinb": "school"}}, ["walk_access"]),
        ("measure", {**SCHOOLS, "support": "h3:77"}, ["reporting units"]),
        ("find", {"city": "town", "words": "a", "what": "unicorns"}, ["what"]),
    ],
)
def test_what_is_wrong_with_a_request_is_told(client, verb, body, where):
    reply = client.post(f"/api/ask/{verb}", json=body)
    assert reply.status_code == 422
    assert [p["where"] for p in reply.json()["problems"]] == where


def test_units_too_small_for_a_browser_are_refused_before_the_work(client, monkeypatch):
    from stadslab.faces.web import questions

    monkeypatch.setattr(questions, "MOST_UNITS", 3)
    reply = client.post("/api/ask/measure", json={**SCHOOLS, "support": "h3:8"})
    assert reply.status_code == 422
    assert "larger units" in reply.json()["problems"][0]["hint"]


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("measure", {**SCHOOLS, "scenario": ["/etc/plan.json"]}),
        ("measure", {**SCHOOLS, "scenario": ["PLAN.JSON"]}),
        ("compare", {**SCHOOLS, "scenario": ["a", "../x"]}),
        ("show", {"name": "town/secret.json"}),
        ("edit", {"city": "town", "scenario": "x.json"}),
    ],
)
def test_elsewhere_no_file_of_the_machine_is_read(guarded, verb, body):
    reply = guarded.post(f"/api/ask/{verb}", json=body, headers=TOKEN)
    assert reply.status_code == 403
    assert "is a file" in reply.json()["problems"][0]["what"]


@pytest.mark.parametrize("verb", ["load", "count", "brief", "verify"])
def test_elsewhere_verbs_with_files_are_refused(guarded, verb):
    assert guarded.post(f"/api/ask/{verb}", json={}, headers=TOKEN).status_code == 403


def test_elsewhere_answers_are_for_who_shows_the_token(guarded):
    assert guarded.post("/api/ask/measure", json=SCHOOLS).status_code == 401
    assert guarded.post("/api/ask/measure", json=SCHOOLS, headers=TOKEN).status_code == 200


def test_what_people_write_of_a_plan_is_no_file(guarded):
    body = {"city": "town", "scenario": "none", "kind": "add_place", "why": "We wait... see /plan.json", "by": "~me"}
    reply = guarded.post("/api/ask/edit", json=body, headers=TOKEN)
    assert reply.status_code == 422  # of the place that is missing
    assert "is a file" not in reply.text
