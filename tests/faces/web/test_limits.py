"""How large a request may be."""

from __future__ import annotations

import json

from stadslab.faces.web.limits import MOST_BYTES
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
