"""The live what-if: while somebody draws, the answer follows; a preview near the change first, then exact."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from stadslab.core.errors import InputError, Problem, StadslabError
from stadslab.faces.web.access import Who, allowed
from stadslab.faces.web.cities import city_and_version
from stadslab.faces.web.desk import Desk, desk_of
from stadslab.faces.web.live_chunks import LiveChunk, changed, line
from stadslab.faces.web.live_sessions import Sessions, StaleError, Turn
from stadslab.faces.web.questions import MOST_EDITS, QuestionIn, question_of, units_of
from stadslab.faces.web.rulers import remember

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.core.city import City
    from stadslab.core.edit import Edit
    from stadslab.core.values import Measured
    from stadslab.lab.run import Question
    from stadslab.lab.whatif import WhatIf

router = APIRouter(prefix="/api", tags=["live"])

AT_ONCE = 4  # answers worked on at the same time; others wait
PROGRESS_S = 0.25  # progress is told no more often
Tell = Callable[[bytes], None]


class LiveQuestion(BaseModel):
    """Which indicator of which city, with which parameters, on which reporting units."""

    city: str
    indicator: str
    params: dict[str, Any] = Field(default_factory=dict)
    support: str = "h3:9"


class LiveRequest(BaseModel):
    """The whole list of edits as it is now; what it has in common with the list before is not worked on again.

    session: a name the page makes up, its own for each tab. serial: goes up with every request of the session; one that
    is older than the newest is stale. by: the dimension people are told by, besides the total; empty: all. settled: the
    pencil is lifted, so that the answer is kept and can be asked for by its key.
    """

    session: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]
    serial: Annotated[int, Field(ge=0)]
    question: LiveQuestion
    edits: Annotated[list[dict[str, Any]], Field(max_length=MOST_EDITS)] = Field(default_factory=list)
    by: str = ""
    settled: bool = False


@router.post(
    "/live",
    dependencies=[allowed(Who.READER)],
    operation_id="live",
    response_class=StreamingResponse,
    responses={200: {"model": LiveChunk, "description": "One such object a line (application/x-ndjson)."}},
)
async def live(request: Request, asked: LiveRequest) -> StreamingResponse:
    """What becomes of an answer while edits are drawn; a stream of stages, see the chunks."""
    desk = desk_of(request)
    work = await run_in_threadpool(_entered, desk, asked)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Content-Encoding": "identity"}
    return StreamingResponse(_stream(work), media_type="application/x-ndjson", headers=headers)


@dataclass(slots=True)
class _Room:
    """What this module remembers of a server: the open questions, and the threads that work on them."""

    sessions: Sessions
    pool: ThreadPoolExecutor

    def close(self) -> None:
        """The server stops: work in hand stops at its next step, and what waits is not begun."""
        self.sessions.close()
        self.pool.shutdown(wait=False, cancel_futures=True)


@dataclass(slots=True)
class _Work:
    """One request on its way to an answer."""

    desk: Desk
    room: _Room
    asked: LiveRequest
    question: Question
    base: City
    version: str
    turn: Turn


def room_of(desk: Desk) -> _Room:
    """The open questions of this server."""
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="live")
    found: _Room = desk.keep("live", lambda: _Room(Sessions(), pool))
    return found


def _entered(desk: Desk, asked: LiveRequest) -> _Work:
    """The request with its turn. Raises `StadslabError` for a city, indicator or parameters that cannot be."""
    given = asked.question
    base, version = city_and_version(desk, given.city)
    question = question_of(
        QuestionIn(city=given.city, indicator=given.indicator, params=given.params, support=given.support), base
    )
    words = json.dumps([given.city, question.indicator.id, question.params, question.support], sort_keys=True)
    room = room_of(desk)
    return _Work(desk, room, asked, question, base, version, room.sessions.enter(asked.session, words, asked.serial))


async def _stream(work: _Work) -> AsyncIterator[bytes]:
    """The chunks as they come; whoever stops listening calls the work off."""
    loop = asyncio.get_running_loop()
    chunks: asyncio.Queue[bytes | None] = asyncio.Queue()

    def tell(chunk: bytes | None) -> None:
        try:
            loop.call_soon_threadsafe(chunks.put_nowait, chunk)
        except RuntimeError:  # the server has ended
            work.turn.over = True

    def labour() -> None:
        try:
            _answer(work, tell)
        finally:
            tell(None)

    try:
        loop.run_in_executor(work.room.pool, labour)
        while (chunk := await chunks.get()) is not None:
            yield chunk
    finally:
        work.turn.leave()


def _answer(work: _Work, tell: Tell) -> None:
    """Work on one request, telling each stage."""
    asked, turn = work.asked, work.turn
    try:
        with turn.hold() as opened:
            edits = _edits(asked.edits)
            progress = _progress(turn, asked.serial, tell)
            first = not opened.version
            what_if, anew = work.room.sessions.made(opened, work.version, lambda: _opened(work, progress))
            told = "" if not anew else "first" if first else "version"
            tell(line("open", asked.serial, **_head(work, what_if), anew=told))
            try:
                _follow(work, what_if, edits, progress, tell)
            except (StadslabError, StaleError):
                raise
            except BaseException:
                work.room.sessions.drop(opened)
                raise
    except StaleError:
        tell(line("stale", asked.serial))
    except StadslabError as error:
        about = getattr(error, "at", None)
        stage = "failed" if about is None else "refused"
        numbers = about or [None] * len(error.problems)
        told_problems = [_problem(n, p) for n, p in zip(numbers, error.problems, strict=True)]
        tell(line(stage, asked.serial, problems=told_problems))
    except Exception:
        logging.getLogger(__name__).exception("live what-if of %s failed", asked.question)
        why = Problem("live", "something went wrong in the server", "the log of the server says more")
        tell(line("failed", asked.serial, problems=[_problem(None, why)]))


def _opened(work: _Work, progress: Callable[[str, int, int], None]) -> WhatIf:
    from stadslab.lab.whatif import WhatIf

    lab, question = work.desk.lab, work.question
    remember(work.desk, units_of(work.desk, question.support, work.base, progress))
    return WhatIf(lab, question, work.base, progress)


def _follow(
    work: _Work, what_if: WhatIf, edits: list[Edit], progress: Callable[[str, int, int], None], tell: Tell
) -> None:
    """Let the edits be these; tell the preview, the exact answer, and the people."""
    from stadslab.core.disclosure import published
    from stadslab.core.progress import Watch
    from stadslab.core.suppression import rows_of
    from stadslab.core.values import Measured as Told

    asked, turn = work.asked, work.turn
    begun = time.perf_counter()

    def early(units: NDArray[np.int32], measured: Measured) -> None:
        tell(line("preview", asked.serial, **changed(what_if.base, measured, units)))

    watch = Watch(progress, turn.check, early=early)
    values = what_if.replace(edits, watch).values(watch)
    base = what_if.base
    before, after = (Told(one.draws[:, 0], one.reason) for one in (base, values))
    units = np.flatnonzero(after.differs(before)).astype(np.int32)
    columns = changed(base, Told(after.values[units], after.reason[units]), units)
    warnings = [_problem(number, problem) for number, problem in what_if.remarks]
    spent = round(1000 * (time.perf_counter() - begun), 2)
    tell(line("exact", asked.serial, **columns, warnings=warnings, milliseconds=spent))
    turn.check()
    comparison = what_if.comparison(watch)
    rows = rows_of(comparison, what_if.told_per_unit())
    wanted = {name: some for name, some in rows.items() if not asked.by or name in ("total", asked.by)}
    groups = {name: [row.published() for row in some] for name, some in wanted.items()}
    turn.check()
    key = what_if.keep() if asked.settled else ""
    tell(
        line(
            "people", asked.serial, groups=groups, newcomers=published(comparison.newcomers),
            sentences=what_if.sentences(), values=key,
        )
    )  # fmt: skip


def _head(work: _Work, what_if: WhatIf) -> dict[str, Any]:
    base = what_if.base
    return {
        "city": work.asked.question.city,
        "version": work.version,
        "base": what_if.base_key,
        "support_digest": base.support.digest,
        "count": len(base),
        "unit": base.unit,
        "direction": base.direction,
        "follows": what_if.follows,
    }


def _progress(turn: Turn, serial: int, tell: Tell) -> Callable[[str, int, int], None]:
    """What has to be built is told now and then, and is where stale work stops."""
    last = 0.0

    def progress(words: str, done: int, total: int) -> None:
        nonlocal last
        turn.check()
        now = time.monotonic()
        if now - last >= PROGRESS_S and done < max(total, 1):
            last = now
            tell(line("progress", serial, words=words, done=done, total=total))

    return progress


def _problem(edit: int | None, problem: Problem) -> dict[str, Any]:
    told = {"where": problem.where, "what": problem.what, "hint": problem.hint, "severity": problem.severity}
    return {"edit": edit, **told}


def _edits(given: list[dict[str, Any]]) -> list[Edit]:
    """The edits these objects describe; raises `RefusedEditsError` with every problem of every one."""
    from stadslab.lab.whatif import RefusedEditsError

    edits: list[Edit] = []
    problems: list[tuple[int, Problem]] = []
    for number, one in enumerate(given):
        try:
            edits.append(_edit(json.dumps(one, sort_keys=True)))
        except InputError as error:
            problems += [(number, problem) for problem in error.problems]
    if problems:
        raise RefusedEditsError(problems)
    return edits


@lru_cache(maxsize=2000)
def _edit(text: str) -> Edit:
    """The edit a JSON text describes; most of a list is the same from one request to the next."""
    from stadslab.core.scenario import scenario_from_json
    from stadslab.lab import catalog

    plan = scenario_from_json({"format": 1, "name": "live", "edits": [json.loads(text)]}, catalog.edits(), "")
    return plan.edits[0]
