"""From the link to a cookie."""

from __future__ import annotations

import pytest

from stadslab.faces.web import page

LINK = "/?token=let-me-in&language=sv"


@pytest.fixture
def built(tmp_path, monkeypatch):
    (tmp_path / "index.html").write_text("<title>Stadslab</title>")
    monkeypatch.setattr(page, "BUILT", tmp_path)


def test_the_link_is_exchanged_for_a_cookie_no_script_can_read(guarded, built):
    assert guarded.get("/api/cities").status_code == 401
    reply = guarded.get(LINK, follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (303, "./?language=sv")
    cookie = reply.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "no-store" in reply.headers["cache-control"]
    assert "Stadslab" in guarded.get(reply.headers["location"].removeprefix(".")).text
    assert guarded.get("/api/cities").status_code == 200


def test_another_token_opens_nothing(guarded, built):
    reply = guarded.get("/?token=guess", follow_redirects=False)
    assert reply.status_code == 401
    assert "set-cookie" not in reply.headers
    assert guarded.post("/api/session", json={"token": "guess"}).status_code == 401


def test_a_session_begins_and_ends(guarded):
    assert guarded.post("/api/session", json={"token": "let-me-in"}).status_code == 204
    assert guarded.get("/api/cities").status_code == 200
    assert guarded.delete("/api/session").status_code == 204
    assert guarded.get("/api/cities").status_code == 401


def test_where_no_token_is_needed_none_is_kept(client, built):
    reply = client.get(LINK, follow_redirects=False)
    assert reply.status_code == 303
    assert "set-cookie" not in reply.headers


def test_the_page_may_load_nothing_from_elsewhere(client, built):
    policy = client.get("/").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
