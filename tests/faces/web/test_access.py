"""Who may call what."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from stadslab.faces.web.access import Access, Who, allowed, plain_routes, rule_of, without_rule
from stadslab.faces.web.app import create_app


def test_every_route_says_who_may_call_it(town_lab):
    assert without_rule(create_app(town_lab).routes) == []


def test_a_route_without_a_rule_is_found():
    app, router = FastAPI(docs_url=None, redoc_url=None, openapi_url=None), APIRouter()
    router.add_api_route("/bare", lambda: 1)
    router.add_api_route("/ruled", lambda: 1, dependencies=[allowed(Who.READER)])
    router.add_api_route("/twice", lambda: 1, dependencies=[allowed(Who.READER), allowed(Who.OWNER)])
    app.include_router(router)
    assert without_rule(app.routes) == ["/bare", "/twice"]
    assert [rule_of(route) for route in plain_routes(app.routes)] == [None, Who.READER, None]


@pytest.mark.parametrize(
    ("who", "token", "shown", "admitted"),
    [
        (Who.OWNER, "", "", True),
        (Who.ANYONE, "secret", "", True),
        (Who.READER, "secret", "", False),
        (Who.READER, "secret", "secre", False),
        (Who.READER, "secret", "secret", True),
        (Who.EDITOR, "secret", "secret", True),
        (Who.OWNER, "secret", "secret", False),
        (Who.READER, "secret", "hemlig-å", False),
    ],
)
def test_a_token_opens_all_but_the_files_of_the_machine(who, token, shown, admitted):
    assert Access(token).admits(who, shown) is admitted


def test_loopback_needs_no_login(client):
    assert client.get("/api/openapi.json").status_code == 200


def test_elsewhere_a_token_is_demanded(guarded):
    refused = guarded.get("/api/openapi.json")
    assert refused.status_code == 401
    assert refused.json()["problems"][0]["what"] == "a token is needed"
    assert guarded.get("/api/openapi.json", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert guarded.get("/api/openapi.json", headers={"Authorization": "Bearer let-me-in"}).status_code == 200
    guarded.cookies.set("stadslab_token", "let-me-in")
    assert guarded.get("/api/openapi.json").status_code == 200


def test_whether_it_is_well_may_be_asked_by_anyone(guarded):
    assert guarded.get("/api/health").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "127.0.0.2"])
def test_another_host_name_is_refused(client: TestClient, host):
    reply = client.get("/api/health", headers={"Host": host})
    assert reply.status_code == 403
    assert "does not answer to the name" in reply.json()["problems"][0]["what"]


@pytest.mark.parametrize("host", ["localhost:8765", "127.0.0.1", "[::1]:8765", "LOCALHOST"])
def test_the_names_of_the_machine_itself_are_answered(client: TestClient, host):
    assert client.get("/api/health", headers={"Host": host}).status_code == 200


def test_a_page_of_others_changes_nothing(client: TestClient):
    reply = client.post("/api/health", headers={"Origin": "http://evil.example"})
    assert reply.status_code == 403
    assert client.post("/api/health", headers={"Origin": "http://127.0.0.1:8765"}).status_code == 405
    for none in ("null", "http://[", "x"):
        assert client.post("/api/health", headers={"Origin": none}).status_code == 403
