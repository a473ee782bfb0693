"""Long work: progress, calling off, and the same question asked twice."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace

import pytest
from fastapi import HTTPException

from stadslab.core.errors import InputError, Problem
from stadslab.faces.web import jobs as module
from stadslab.faces.web.desk import Desk
from stadslab.faces.web.jobs import Jobs, State, jobs_of

WAIT_S = 30


class Gate:
    """Work that stops at a gate, and says when it has come there."""

    def __init__(self):
        self.there, self.go = threading.Event(), threading.Event()
        self.runs = 0

    def __call__(self, progress):
        self.runs += 1
        progress("walking", 1, 4)
        self.there.set()
        assert self.go.wait(WAIT_S)
        progress("walking", 4, 4)
        return {"answer": 42}


@pytest.fixture
def jobs():
    found = Jobs(workers=2, waiting=3, kept=4)
    yield found
    found.close()


@pytest.fixture
def gate():
    found = Gate()
    yield found
    found.go.set()


def test_it_tells_how_far_it_is_and_then_what_came_of_it(jobs, gate):
    job = jobs.start("a", "a walk", gate)
    assert gate.there.wait(WAIT_S)
    assert (job.state, job.stage, job.done, job.total) == (State.RUNNING, "walking", 1, 4)
    gate.go.set()
    assert job.ended.wait(WAIT_S)
    assert (job.state, job.reply) == (State.DONE, {"answer": 42})


def test_the_same_question_is_one_job_while_it_is_under_way(jobs, gate):
    first, again = jobs.start("a", "a walk", gate), jobs.start("a", "a walk", gate)
    assert first is again
    gate.go.set()
    assert first.ended.wait(WAIT_S)
    assert gate.runs == 1
    later = jobs.start("a", "a walk", gate)
    assert later is not first


def test_it_stops_when_nobody_who_asked_needs_it_any_more(jobs, gate):
    job = jobs.start("a", "a walk", gate)
    jobs.start("a", "a walk", gate)
    assert gate.there.wait(WAIT_S)
    assert jobs.cancel(job.id).state is State.RUNNING
    assert jobs.cancel(job.id).state is State.CANCELLED
    gate.go.set()
    other = jobs.start("a", "a walk", gate)
    assert other is not job
    assert other.ended.wait(WAIT_S)
    assert job.state is State.CANCELLED
    assert job.reply is None


def test_work_that_was_called_off_stops_at_its_next_report(jobs):
    inside, go, after = threading.Event(), threading.Event(), threading.Event()

    def work(progress):
        try:
            inside.set()
            assert go.wait(WAIT_S)
            progress("on", 1, 2)
        finally:
            after.set()
        raise AssertionError("it went on")

    job = jobs.start("a", "work", work)
    assert inside.wait(WAIT_S)
    jobs.cancel(job.id)
    go.set()
    assert after.wait(WAIT_S)
    assert job.state is State.CANCELLED


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (InputError(Problem("here", "one"), Problem("there", "two")), ["one", "two"]),
        (HTTPException(503, "later"), ["later"]),
        (MemoryError(), ["the machine has not enough memory for this"]),
        (ZeroDivisionError("secret"), ["something went wrong in the server"]),
    ],
)
def test_what_fails_says_why_and_nothing_of_the_inside(jobs, error, told):
    def fail(progress):
        raise error

    job = jobs.start("a", "fail", fail)
    assert job.ended.wait(WAIT_S)
    assert job.state is State.FAILED
    assert [p.what for p in job.problems] == told


def test_no_more_than_so_many_run_and_wait(jobs, gate):
    started = [jobs.start(str(n), "a walk", gate) for n in range(2)]
    assert gate.there.wait(WAIT_S)
    while gate.runs < 2:  # both workers are at the gate: the work itself says so
        threading.Event().wait(0.01)
    waiting = [jobs.start(str(n), "a walk", gate) for n in range(2, 5)]
    assert [job.state for job in waiting] == [State.QUEUED] * 3
    with pytest.raises(HTTPException) as refused:
        jobs.start("one too many", "a walk", gate)
    assert refused.value.status_code == 503
    jobs.cancel(waiting[0].id)
    waiting.append(jobs.start("in its place", "a walk", gate))
    gate.go.set()
    assert all(job.ended.wait(WAIT_S) for job in [*started, *waiting])
    assert waiting[0].state is State.CANCELLED
    assert gate.runs == 5


def test_ended_jobs_are_known_for_a_while(jobs):
    for number in range(9):
        job = jobs.start(str(number), "quick", lambda progress: 1)
        assert job.ended.wait(WAIT_S)
    assert len(jobs.all()) == 5
    assert jobs.all()[0] is job
    with pytest.raises(HTTPException) as refused:
        jobs.named("gone")
    assert refused.value.status_code == 404
    assert "ask again" in refused.value.detail


def test_large_replies_are_let_go_earlier(jobs, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 25)
    for number in range(4):
        job = jobs.start(str(number), "large", lambda progress: SimpleNamespace(body=b"x" * 10))
        assert job.ended.wait(WAIT_S)
    assert [job.key for job in jobs.all()] == ["3", "2", "1"]


def test_listeners_hear_every_change_and_the_end_once(jobs, gate):
    job = jobs.start("a", "a walk", gate)
    assert gate.there.wait(WAIT_S)

    async def listen(seen):
        heard = []
        async for told in jobs.told(job.id, seen, heartbeat_s=0.05):
            if told is None:
                gate.go.set()  # nothing happens for a while: open the gate
            else:
                heard.append((told.number, told.state))
        return heard

    heard = asyncio.run(asyncio.wait_for(listen(0), WAIT_S))
    numbers = [number for number, _ in heard]
    assert numbers == sorted(set(numbers))
    assert heard[-1] == (job.number, State.DONE)
    assert [state for _, state in heard].count(State.DONE) == 1
    assert asyncio.run(asyncio.wait_for(listen(job.number - 1), WAIT_S)) == [(job.number, State.DONE)]
    assert job.ears == []


def test_a_server_that_stops_calls_everything_off_and_ends_every_stream(gate):
    jobs = Jobs(workers=1)
    running, waiting = jobs.start("a", "a walk", gate), jobs.start("b", "a walk", gate)
    assert gate.there.wait(WAIT_S)

    async def listen():
        closer = threading.Thread(target=jobs.close)
        heard = []
        async for told in jobs.told(running.id):
            heard.append(told.state)
            if not closer.ident:
                closer.start()
        gate.go.set()
        await asyncio.to_thread(closer.join, WAIT_S)
        return heard

    assert asyncio.run(asyncio.wait_for(listen(), WAIT_S))[-1] is State.CANCELLED
    assert waiting.state is State.CANCELLED
    assert "stopping" in running.problems[0].what
    with pytest.raises(HTTPException) as refused:
        jobs.start("c", "too late", gate)
    assert refused.value.status_code == 503


def test_a_server_has_one_set_of_jobs(empty_lab):
    desk = Desk(empty_lab)
    assert jobs_of(desk) is jobs_of(desk)
    desk.close()
