"""The server's description of itself."""

from __future__ import annotations

import hashlib
import json

import pytest

from stadslab.faces.web.described import described, text


def operations():
    return [(path, how, what) for path, ways in described()["paths"].items() for how, what in ways.items()]


def test_every_route_has_a_name_of_its_own_a_group_and_an_explanation():
    names = [what["operationId"] for _, _, what in operations()]
    assert sorted(names) == sorted(set(names))
    assert [path for path, _, what in operations() if not what.get("tags") or not what.get("description")] == []


def test_every_route_says_what_it_replies_and_how_it_refuses():
    for path, how, what in operations():
        replies = what["responses"]
        assert any(code.startswith("2") for code in replies), (path, how)
        assert replies["4XX"]["content"]["application/json"]["schema"]["$ref"].endswith("/Problems"), (path, how)


def test_it_is_the_same_every_time():
    assert text() == text()
    assert json.loads(text())["info"]["version"] == "this"


def test_no_two_types_share_a_name():
    assert [name for name in described()["components"]["schemas"] if "__" in name] == []


@pytest.mark.long
def test_the_types_of_the_page_are_made_from_it_as_it_is(repository):
    first = (repository / "web/src/server/schema.d.ts").read_text("utf-8").splitlines()[0]
    digest = hashlib.sha256(text().encode()).hexdigest()
    assert first == f"// made by `make types` from {digest}", "a route or its types changed: run `make types`"
