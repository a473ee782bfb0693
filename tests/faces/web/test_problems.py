"""Refusals."""

from __future__ import annotations

import json

from stadslab.core.errors import Problem
from stadslab.faces.web.problems import problems_reply


def test_a_refusal_says_all_that_is_wrong():
    reply = problems_reply([Problem("here", "one", "mend it"), Problem("there", "two", severity="warning")], 409)
    assert reply.status_code == 409
    first, second = json.loads(reply.body)["problems"]
    assert first == {"where": "here", "what": "one", "hint": "mend it", "severity": "error"}
    assert second["severity"] == "warning"
