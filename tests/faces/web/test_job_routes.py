"""Jobs over HTTP."""

from __future__ import annotations

import json
import threading

import pytest
from fastapi.responses import JSONResponse

from stadslab.core.errors import InputError, Problem
from stadslab.faces.web.jobs import jobs_of
from tests.faces.web.asking import desk_of, good

WAIT_S = 30


@pytest.fixture
def gated(client):
    """A job that waits at a gate."""
    there, go = threading.Event(), threading.Event()

    def work(progress):
        progress("walking", 1, 4)
        there.set()
        assert go.wait(WAIT_S)
        return {"answer": 42}

    job = jobs_of(desk_of(client)).start("gated", "a walk", work)
    assert there.wait(WAIT_S)
    yield job, go
    go.set()


def events(client, name, **headers):
    """Events of a job until its end: (id, name, data)."""
    found = []
    with client.stream("GET", f"/api/jobs/{name}/events", headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        fields: dict[str, str] = {}
        for line in stream.iter_lines():
            if line:
                key, _, value = line.partition(": ")
                fields[key] = value
            elif "event" in fields:
                found.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
                fields = {}
    return found


def test_a_job_is_followed_to_its_end_and_its_reply_fetched(client, gated):
    job, go = gated
    told = good(client.get(f"/api/jobs/{job.id}"))
    assert (told["state"], told["stage"], told["reply"]) == ("running", "walking", None)
    assert client.get(f"/api/jobs/{job.id}/reply").status_code == 409
    assert job.id in [j["id"] for j in good(client.get("/api/jobs"))]
    go.set()
    heard = events(client, job.id)
    assert heard[-1][1] == "done"
    assert good(client.get(heard[-1][2]["reply"])) == {"answer": 42}


def test_who_reconnects_hears_the_end(client, gated):
    job, go = gated
    go.set()
    first = events(client, job.id)
    again = events(client, job.id, **{"Last-Event-ID": str(first[-1][0])})
    assert [name for _, name, _ in again] == ["done"]
    for odd in ("x", "9" * 5_000):
        assert events(client, job.id, **{"Last-Event-ID": odd})[-1][1] == "done"


def test_a_large_reply_can_be_fetched_by_everybody_who_asked(client):
    told = {"text": "x" * 5_000}
    job = jobs_of(desk_of(client)).start("large", "large", lambda _: JSONResponse(told))
    assert job.ended.wait(WAIT_S)
    for packing in ("gzip", "gzip", "identity"):
        assert good(client.get(f"/api/jobs/{job.id}/reply", headers={"Accept-Encoding": packing})) == told


def test_one_that_is_called_off_says_so(client, gated):
    job, _ = gated
    assert good(client.delete(f"/api/jobs/{job.id}"))["state"] == "cancelled"
    assert events(client, job.id)[-1][1] == "cancelled"
    reply = client.get(f"/api/jobs/{job.id}/reply")
    assert (reply.status_code, reply.json()["problems"][0]["what"]) == (409, "it was called off")


def test_one_that_failed_replies_with_its_problems(client):
    def fail(progress):
        raise InputError(Problem("here", "no", "mend it"))

    job = jobs_of(desk_of(client)).start("fail", "fail", fail)
    assert job.ended.wait(WAIT_S)
    assert events(client, job.id)[-1][2]["problems"][0]["what"] == "no"
    reply = client.get(f"/api/jobs/{job.id}/reply")
    assert reply.status_code == 422
    assert reply.json()["problems"][0]["hint"] == "mend it"


@pytest.mark.parametrize("path", ["", "/events", "/reply"])
def test_a_job_of_a_server_before_this_one_is_not_found(client, path):
    reply = client.get(f"/api/jobs/of-yesterday{path}")
    assert reply.status_code == 404
    assert "the server was restarted" in reply.json()["problems"][0]["what"]


def test_progress_is_told_in_the_language_of_who_asked(client):
    there, go = threading.Event(), threading.Event()

    def work(progress):
        progress("reporting units h3:9", 0, 1)
        there.set()
        assert go.wait(WAIT_S)

    job = jobs_of(desk_of(client)).start("swedish", "arbete", work, "sv")
    assert there.wait(WAIT_S)
    assert good(client.get(f"/api/jobs/{job.id}"))["stage"] == "redovisningsenheter h3:9"
    go.set()
    assert job.ended.wait(WAIT_S)
