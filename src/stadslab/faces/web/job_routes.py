"""Jobs over HTTP: how they stand, what they tell while they run, what came of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Header, HTTPException, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel

from stadslab.faces.web.access import Who, allowed
from stadslab.faces.web.desk import desk_of
from stadslab.faces.web.jobs import Job, State, jobs_of
from stadslab.faces.web.problems import ProblemOut, problems_reply, problems_told
from stadslab.faces.web.translation import translated

router = APIRouter(prefix="/api", tags=["jobs"])
UNITS = "reporting units"
LONGEST = 20  # digits of the number of an event
STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
        "description": "Events `progress`, `done`, `failed`, `cancelled`; the data of each is a job.",
    }
}


class JobOut(BaseModel):
    """One piece of long work and how it stands.

    stage: what is being done, in words; done of total steps of it (total 0: not known). number: goes up with every
    change. reply: where its reply is once it is done.
    """

    id: str
    words: str
    state: State
    stage: str
    done: int
    total: int
    number: int
    problems: list[ProblemOut]
    reply: str | None = None


def job_out(job: Job) -> JobOut:
    """The job as it is told."""
    return JobOut(
        id=job.id,
        words=job.words,
        state=job.state,
        stage=_stage(job),
        done=job.done,
        total=job.total,
        number=job.number,
        problems=problems_told(job.problems, job.language),
        reply=f"/api/jobs/{job.id}/reply" if job.state is State.DONE else None,
    )


def _stage(job: Job) -> str:
    """What is being done, in the language of who asked; reporting units are told with what they are."""
    known, detail = (UNITS, job.stage.removeprefix(UNITS)) if job.stage.startswith(f"{UNITS} ") else (job.stage, "")
    return translated(known, job.language).text + detail


def accepted(job: Job) -> JSONResponse:
    """202: the work has begun; here is where to ask about it."""
    return JSONResponse(job_out(job).model_dump(mode="json"), 202, {"Location": f"/api/jobs/{job.id}"})


def to_send(reply: Any) -> Any:
    """A reply as it can be sent, however often: sending one that is packed writes into its headers."""
    return (
        Response(reply.body, reply.status_code, media_type=reply.media_type) if isinstance(reply, Response) else reply
    )


@router.get("/jobs", dependencies=[allowed(Who.READER)], operation_id="list_jobs")
def list_jobs(request: Request) -> list[JobOut]:
    """What is under way, and what was lately?"""
    return [job_out(job) for job in jobs_of(desk_of(request)).all()]


@router.get("/jobs/{job}", dependencies=[allowed(Who.READER)], operation_id="get_job")
def get_job(request: Request, job: str) -> JobOut:
    """How does this job stand?"""
    return job_out(jobs_of(desk_of(request)).named(job))


@router.delete("/jobs/{job}", dependencies=[allowed(Who.READER)], operation_id="cancel_job")
def cancel_job(request: Request, job: str) -> JobOut:
    """One who asked no longer needs it: it stops when nobody else waits for it."""
    return job_out(jobs_of(desk_of(request)).cancel(job))


@router.get("/jobs/{job}/reply", dependencies=[allowed(Who.READER)], operation_id="get_job_reply")
def get_job_reply(request: Request, job: str) -> Any:
    """What came of a job: the reply of the question it answers; its problems when it failed; 409 while it runs."""
    found = jobs_of(desk_of(request)).named(job)
    if not found.state.ended:
        raise HTTPException(409, f"it is {found.state}; its reply comes later")
    if found.state is State.CANCELLED:
        raise HTTPException(409, "it was called off")
    if found.state is State.FAILED:
        return problems_reply(found.problems, 422, language=found.language)
    return to_send(found.reply)


@router.get(
    "/jobs/{job}/events",
    dependencies=[allowed(Who.READER)],
    operation_id="follow_job",
    response_class=StreamingResponse,
    responses=STREAM,
)
async def follow_job(
    request: Request, job: str, last_event_id: str = Header("", description="number of the last event seen")
) -> StreamingResponse:
    """Server-sent events of a job until it ends. Who reconnects gets what came after `Last-Event-ID`."""
    jobs = jobs_of(desk_of(request))
    jobs.named(job)  # 404 before the stream begins
    seen = int(last_event_id) if last_event_id.isdecimal() and len(last_event_id) < LONGEST else 0
    if jobs.named(job).state.ended:
        seen = 0  # a browser that missed the end must hear it

    async def events() -> AsyncIterator[str]:
        yield "retry: 1000\n\n"
        async for found in jobs.told(job, seen):
            yield ": still at it\n\n" if found is None else _event(found)

    return StreamingResponse(
        events(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _event(job: Job) -> str:
    name = job.state if job.state.ended else "progress"
    return f"id: {job.number}\nevent: {name}\ndata: {job_out(job).model_dump_json()}\n\n"
