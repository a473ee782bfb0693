"""Asking a question over HTTP as the page does: at once, or by waiting for its job."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from stadslab.faces.web.desk import Desk
from stadslab.faces.web.jobs import jobs_of

WAIT_S = 120
SCHOOLS = {"city": "town", "indicator": "walk_access", "params": {"kind": "school"}}
NEAREST = {"city": "town", "indicator": "walk_to_nearest", "params": {"kind": "school", "max_minutes": 10}}


def answered(client: TestClient, asked: dict[str, Any], **query: str) -> dict[str, Any]:
    """The head of the answer."""
    reply = client.post("/api/answers", json=asked, params=query)
    return finished(client, reply) if reply.status_code == 202 else good(reply)


def finished(client: TestClient, accepted: Any) -> Any:
    """What comes of a job once it has ended."""
    name = accepted.json()["id"]
    assert jobs_of(desk_of(client)).named(name).ended.wait(WAIT_S)
    return good(client.get(f"/api/jobs/{name}/reply"))


def good(reply: Any) -> Any:
    assert reply.status_code == 200, reply.text
    return reply.json()


def desk_of(client: TestClient) -> Desk:
    return client.app.state.desk


def a_street(lab: Any, city: str = "town") -> str:
    """The street whose closure is tried: the longest piece of the first named one."""
    rows = lab.city(city)["streets"].scan("id", "name", "length_m").to_pylist()
    return max((r for r in rows if r["name"]), key=lambda r: (r["length_m"], r["id"]))["id"].partition("#")[0]
