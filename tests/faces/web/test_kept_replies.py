"""What a browser may keep."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from pydantic import BaseModel

from stadslab.faces.web.kept_replies import immutable, looked_up


class One(BaseModel):
    """A reply."""

    number: int


def asking(etag=""):
    return SimpleNamespace(headers={"if-none-match": etag} if etag else {})


def test_what_its_address_names_is_kept_for_ever():
    reply = immutable(asking(), "a1", One(number=1))
    assert (reply.status_code, reply.body) == (200, b'{"number":1}')
    assert "immutable" in reply.headers["cache-control"]


@pytest.mark.parametrize("seen", ['"a1"', '"b2", "a1"', 'W/"a1"', "*"])
def test_what_the_browser_has_is_not_sent_again(seen):
    assert immutable(asking(seen), "a1", One(number=1)).status_code == 304


def test_what_may_change_is_named_by_what_it_says():
    first, other = (looked_up(asking(), One(number=n)) for n in (1, 2))
    assert first.headers["etag"] != other.headers["etag"]
    assert "no-cache" in first.headers["cache-control"]
    assert looked_up(asking(first.headers["etag"]), One(number=1)).status_code == 304
    assert looked_up(asking(first.headers["etag"]), One(number=2)).status_code == 200
