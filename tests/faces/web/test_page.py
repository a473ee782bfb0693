"""The page and its files."""

from __future__ import annotations

import pytest

from stadslab.faces.web import page


@pytest.fixture
def built(tmp_path, monkeypatch):
    folder = tmp_path / "built"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>Stadslab</title>")
    (folder / "assets" / "map-1a2b.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("not for the page")
    monkeypatch.setattr(page, "BUILT", folder)
    return folder


def test_the_page_is_looked_up_again_and_its_files_are_kept(client, built):
    first = client.get("/")
    assert "Stadslab" in first.text
    assert first.headers["cache-control"] == "no-cache"
    assert "immutable" in client.get("/assets/map-1a2b.js").headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    ["../secret.txt", "%2e%2e/secret.txt", "assets", "none.js", "..%2fsecret.txt", "%00", "x" * 5_000, "index.html/x"],
)
def test_nothing_else_of_the_machine_is_served(client, built, path):
    assert client.get(f"/{path}").status_code == 404


def test_where_nothing_is_built_it_says_so(client, tmp_path, monkeypatch):
    monkeypatch.setattr(page, "BUILT", tmp_path / "none")
    reply = client.get("/")
    assert reply.status_code == 404
    assert "not built" in reply.json()["problems"][0]["what"]
