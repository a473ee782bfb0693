"""What all routes share."""

from __future__ import annotations

from types import SimpleNamespace

from stadslab.faces.web.access import LOOPBACK
from stadslab.faces.web.desk import Desk, desk_of


def test_a_desk_is_found_from_a_request_and_asks_no_token_by_itself(empty_lab):
    desk = Desk(empty_lab)
    request = SimpleNamespace(app=SimpleNamespace(state=SimpleNamespace(desk=desk)))
    assert desk_of(request) is desk
    assert desk.access.open
    assert desk.access.hosts == LOOPBACK
