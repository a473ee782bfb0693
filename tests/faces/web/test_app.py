"""The application as a whole."""

from __future__ import annotations

import pytest

from stadslab.core.errors import InputError, NotFoundError, Problem, StoreError
from stadslab.faces.web import app as module
from stadslab.faces.web.app import create_app


def test_a_route_without_a_rule_stops_the_server(town_lab, monkeypatch):
    import types

    from fastapi import APIRouter

    bare = types.SimpleNamespace(router=APIRouter())
    bare.router.add_api_route("/bare", lambda: 1)
    monkeypatch.setattr(module, "import_module", lambda name: bare)
    with pytest.raises(LookupError, match="/bare"):
        create_app(town_lab)


@pytest.mark.parametrize(("kind", "status"), [(InputError, 422), (NotFoundError, 404), (StoreError, 503)])
def test_expected_failures_are_told_with_all_problems(client, kind, status, monkeypatch):
    from stadslab.faces.web.access import Who, allowed

    def fail() -> None:
        raise kind(Problem("here", "one"), Problem("there", "two", "mend it", "warning"))

    client.app.router.routes.insert(0, _route("/fail", fail, [allowed(Who.ANYONE)]))
    reply = client.get("/fail")
    assert reply.status_code == status
    assert reply.json() == {
        "problems": [
            {"where": "here", "what": "one", "hint": "", "severity": "error"},
            {"where": "there", "what": "two", "hint": "mend it", "severity": "warning"},
        ]
    }


def test_a_malformed_request_names_the_field_and_the_value_seen(client):
    from stadslab.faces.web.access import Who, allowed

    def count(number: int) -> int:
        return number

    client.app.router.routes.insert(0, _route("/count", count, [allowed(Who.ANYONE)]))
    reply = client.get("/count", params={"number": "many"})
    assert reply.status_code == 422
    problem = reply.json()["problems"][0]
    assert problem["where"] == "query.number"
    assert "'many'" in problem["what"]


@pytest.mark.parametrize(
    ("body", "where", "what"),
    [
        ("{", "request", "is not JSON"),
        ('{"indicator": "walk_access"}', "city", "it is missing"),
        ('{"city": "town", "indicator": "walk_access", "params": {"kind": "\\ud800"}}', "request", "half a character"),
        ('{"city": "town", "indicator": "walk_access", "params": {"minutes": NaN}}', "walk_access, minutes", "nan"),
        ('{"city": "town", "indicator": "walk_access", "params": {"minutes": 1e400}}', "walk_access, minutes", "inf"),
        ('{"city": "../town", "indicator": "walk_access"}', "city name '../town'", "has '/'"),
    ],
)
def test_whatever_is_sent_is_refused_with_a_reason(client, body, where, what):
    reply = client.post("/api/answers", content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == 422
    problem = reply.json()["problems"][0]
    assert problem["where"] == where
    assert what in problem["what"]


def test_a_fault_of_the_server_says_nothing_of_its_inside(town_lab):
    from fastapi.testclient import TestClient

    from stadslab.faces.web.access import Who, allowed

    def fail() -> None:
        raise ZeroDivisionError("secret")

    app = create_app(town_lab)
    app.router.routes.insert(0, _route("/fail", fail, [allowed(Who.ANYONE)]))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as broken:
        reply = broken.get("/fail")
    assert reply.status_code == 500
    assert "secret" not in reply.text
    assert reply.json()["problems"][0]["where"] == "server"


def _route(path, function, dependencies):
    from fastapi.routing import APIRoute

    return APIRoute(path, function, dependencies=dependencies)


def test_where_the_lab_lies_is_told_to_its_owner_alone(client, guarded, town_lab):
    place = str(town_lab.folder.path)
    assert place in client.get("/api/cities/nowhere").text
    reply = guarded.get("/api/cities/nowhere", headers={"Authorization": "Bearer let-me-in"})
    assert reply.status_code == 404
    assert reply.json()["problems"][0]["where"] == "town.lab"
    assert place not in reply.text
