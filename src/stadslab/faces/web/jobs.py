"""Long work: who asked, how far it is, how it ended. Two at a time, the same question once for all who ask it."""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from copy import copy
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from fastapi import HTTPException

from stadslab.core.errors import Problem, StadslabError

if TYPE_CHECKING:
    from stadslab.core.progress import Progress
    from stadslab.faces.web.desk import Desk
    from stadslab.faces.web.translation import Language

WORKERS = 2
MOST_WAITING = 100  # questions in the queue; who comes after is asked to come again
MOST_KEPT = 200  # ended jobs that are still known, with their replies
MOST_BYTES = 200_000_000  # of their replies together
HEARTBEAT_S = 15.0  # a comment this often keeps connections through proxies open
END_S = 5.0  # how long a stopping server waits for the work in hand

Work = Callable[["Progress"], Any]


class State(StrEnum):
    """How a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self in (State.DONE, State.FAILED, State.CANCELLED)


class CancelledError(Exception):
    """Raised out of a progress report, so that work in hand stops where it is."""


@dataclass(slots=True, eq=False)
class Job:
    """One piece of long work. words: what it is, for people. key: two jobs with the same key are one.

    number: goes up with every change, so that a listener can say what it has seen. asked: how many asked for it; it is
    called off when all of them have said that they no longer need it.
    """

    id: str
    key: str
    words: str
    work: Work
    language: Language = "en"
    state: State = State.QUEUED
    stage: str = ""
    done: int = 0
    total: int = 0
    number: int = 1
    asked: int = 1
    problems: tuple[Problem, ...] = ()
    reply: Any = None
    unwanted: bool = False
    ended: threading.Event = field(default_factory=threading.Event)
    ears: list[Callable[[], None]] = field(default_factory=list)


class Jobs:
    """All jobs of one server."""

    def __init__(self, workers: int = WORKERS, waiting: int = MOST_WAITING, kept: int = MOST_KEPT) -> None:
        """Nothing is under way; workers start with the first job."""
        self._workers, self._most_waiting, self._most_kept = workers, waiting, kept
        self._lock = threading.Condition()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._queue: deque[Job] = deque()
        self._threads: list[threading.Thread] = []
        self._closed = False

    def start(self, key: str, words: str, work: Work, language: Language = "en") -> Job:
        """The job for this work: the one under way with the same key, else a new one. 503 when too many wait.

        language: in which its progress is told.
        """
        with self._lock:
            if self._closed:
                raise HTTPException(503, "the server is stopping")
            same = next((j for j in self._jobs.values() if j.key == key and not j.state.ended and not j.unwanted), None)
            if same is not None:
                same.asked += 1
                return same
            if len(self._queue) >= self._most_waiting:
                raise HTTPException(503, f"{len(self._queue)} questions are waiting already", {"Retry-After": "5"})
            job = Job(secrets.token_urlsafe(9), key, words, work, language)
            self._jobs[job.id] = job
            self._queue.append(job)
            self._forget()
            if len(self._threads) < self._workers:
                thread = threading.Thread(target=self._labour, name=f"job-{len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._lock.notify()
            return job

    def named(self, name: str) -> Job:
        """The job of this id; 404 when there is none (any more)."""
        with self._lock:
            job = self._jobs.get(name)
        if job is None:
            raise HTTPException(
                404, f"no job is called {name!r}: the server was restarted, or it is long done; ask again"
            )
        return job

    def all(self) -> list[Job]:
        """Every job that is known, newest first."""
        with self._lock:
            return list(reversed(self._jobs.values()))

    def cancel(self, name: str) -> Job:
        """One who asked no longer needs it; it stops when nobody does."""
        job = self.named(name)
        with self._lock:
            job.asked = max(0, job.asked - 1)
            if not job.asked and not job.state.ended:
                self._call_off(job)
        return job

    def close(self) -> None:
        """Call everything off and wait a moment for the work in hand."""
        with self._lock:
            self._closed = True
            for job in self._jobs.values():
                if not job.state.ended:
                    self._call_off(job, Problem("job", "the server is stopping", "ask again when it is back"))
            self._lock.notify_all()
        until = time.monotonic() + END_S
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    async def told(self, name: str, seen: int = 0, heartbeat_s: float = HEARTBEAT_S) -> AsyncIterator[Job | None]:
        """The job each time it has changed since `seen`, until it has ended; None now and then when nothing happens."""
        job = self.named(name)
        loop, stirred = asyncio.get_running_loop(), asyncio.Event()

        def ear() -> None:
            try:
                loop.call_soon_threadsafe(stirred.set)
            except RuntimeError:  # the loop has ended, and with it the listener
                return

        with self._lock:
            job.ears.append(ear)
        try:
            while True:
                stirred.clear()
                with self._lock:
                    now = copy(job)  # it may go on changing while it is being told
                if now.number > seen:
                    seen = now.number
                    yield now
                if now.state.ended:
                    return
                try:
                    await asyncio.wait_for(stirred.wait(), heartbeat_s)
                except TimeoutError:
                    yield None
        finally:
            with self._lock:
                job.ears.remove(ear)

    def _labour(self) -> None:
        while True:
            with self._lock:
                while not self._queue and not self._closed:
                    self._lock.wait()
                if self._closed:
                    return
                job = self._queue.popleft()
                if job.state.ended:
                    continue
                job.state = State.RUNNING
                self._changed(job)
            self._do(job)

    def _do(self, job: Job) -> None:
        def progress(stage: str, done: int, total: int) -> None:
            if job.unwanted:
                raise CancelledError(job.id)
            share, before = _percent(done, total), _percent(job.done, job.total)
            if stage != job.stage or share != before:
                with self._lock:
                    job.stage, job.done, job.total = stage, done, total
                    self._changed(job)

        try:
            reply = job.work(progress)
        except CancelledError:
            self._end(job, State.CANCELLED)
        except StadslabError as error:
            self._end(job, State.FAILED, error.problems)
        except HTTPException as error:
            self._end(job, State.FAILED, (Problem("request", str(error.detail)),))
        except MemoryError:
            hint = "take larger reporting units, or fewer draws"
            self._end(job, State.FAILED, (Problem("job", "the machine has not enough memory for this", hint),))
        except Exception:
            import logging

            logging.getLogger(__name__).exception("job %s (%s) failed", job.id, job.words)
            hint = "the log of the server says more"
            self._end(job, State.FAILED, (Problem("job", "something went wrong in the server", hint),))
        else:
            self._end(job, State.DONE, reply=reply)

    def _end(self, job: Job, state: State, problems: tuple[Problem, ...] = (), reply: Any = None) -> None:
        with self._lock:
            if job.state.ended:  # called off while its work came to an end
                return
            job.state, job.problems, job.reply = state, problems, reply
            job.work = _nothing  # what it held on to may go
            self._changed(job)
            job.ended.set()

    def _call_off(self, job: Job, why: Problem | None = None) -> None:
        """Ended at once for who listens; a worker in it stops at its next report of progress."""
        job.unwanted = True
        if job in self._queue:  # nor does it take the place of another that waits
            self._queue.remove(job)
        self._end(job, State.CANCELLED, () if why is None else (why,))

    def _changed(self, job: Job) -> None:
        job.number += 1
        for ear in job.ears:
            ear()

    def _forget(self) -> None:
        """Let go of the oldest that have ended, when there are too many or their replies take too much room."""
        ended = [job for job in self._jobs.values() if job.state.ended]
        size = sum(_size(job.reply) for job in ended)
        for many, job in zip(range(len(ended), 0, -1), ended, strict=True):
            if many <= self._most_kept and size <= MOST_BYTES:
                return
            size -= _size(job.reply)
            del self._jobs[job.id]


def _size(reply: Any) -> int:
    """Bytes of a reply that is kept as it will be sent; others are small."""
    return len(getattr(reply, "body", b""))


def _percent(done: int, total: int) -> int:
    return round(100 * done / total) if total else -1


def _nothing(progress: Progress) -> None:
    """What an ended job still has to do."""


def jobs_of(desk: Desk) -> Jobs:
    """The jobs of this server."""
    found: Jobs = desk.keep("jobs", Jobs)
    return found
