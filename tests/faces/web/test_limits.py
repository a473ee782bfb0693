"""How large a request may be."""

from __future__ import annotations

import json

import pytest

from stadslab.faces.web.limits import MOST_BYTES, STRANGERS_BYTES
from tests.faces.web.asking import SCHOOLS


def test_a_drawing_of_ten_thousand_corners_fits(client):
    line = [[19.6 + n / 1e7, 58.6] for n in range(10_000)]
    body = {**SCHOOLS, "edits": [{"kind": "add_street", "line": line}]}
    assert len(json.dumps(body)) < MOST_BYTES
    assert client.post("/api/answers", json=body).status_code in (200, 202, 422)


def test_larger_ones_are_refused_whether_or_not_they_say_how_large(client):
    told = client.post("/api/answers", content=b" " * (MOST_BYTES + 1))
    assert told.status_code == 413
    assert "MB" in told.json()["problems"][0]["what"]
    untold = client.post("/api/answers", content=(b" " * 1_000_000 for _ in range(6)))
    assert untold.status_code == 413
    absurd = client.post("/api/answers", content=b"{}", headers={"Content-Length": "9" * 5_000})
    assert absurd.status_code == 413


@pytest.mark.parametrize("text", ["\\ud800", "\\uDFFF x", "a \\ude00\\ud83d"])
def test_half_a_character_is_refused_wherever_it_stands(client, text):
    body = json.dumps({**SCHOOLS, "edits": [{"kind": "add_place", "name": "HERE"}]}).replace("HERE", text)
    for path in ("/api/answers", "/api/live", "/api/ask/edit", "/api/brief"):
        reply = client.post(path, content=body, headers={"Content-Type": "application/json"})
        assert reply.status_code == 422
        assert reply.json()["problems"][0]["what"] == "a text in it has half a character"


@pytest.mark.parametrize("text", ["\\ud83d\\ude00", "\\\\ud800", "å"])
def test_whole_characters_pass_however_they_are_written(client, text):
    body = json.dumps({**SCHOOLS, "plan": "HERE"}).replace("HERE", text)
    reply = client.post("/api/answers", content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code in (200, 202)


def test_whoever_shows_no_token_is_not_listened_to_for_long(guarded):
    body = b" " * (STRANGERS_BYTES + 1)
    assert guarded.post("/api/answers", content=body).status_code == 401
    assert guarded.post("/api/session", content=(body for _ in range(2))).status_code == 401
    assert guarded.post("/api/session", json={"token": "let-me-in"}).status_code == 204
    assert guarded.post("/api/answers", content=body).status_code == 422  # by its cookie it is known now
