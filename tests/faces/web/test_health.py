"""Whether the server is well, and what it can be asked."""

from __future__ import annotations

import stadslab


def test_it_says_its_version(client):
    assert client.get("/api/health").json() == {"version": stadslab.__version__}


def test_it_describes_itself(client):
    described = client.get("/api/openapi.json").json()
    assert described["info"]["version"] == stadslab.__version__
    assert "/api/health" in described["paths"]
