"""Every verb over HTTP: its request made from its parameters, its reply typed, its work a job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Header, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, create_model

from stadslab.core.digest import of_json
from stadslab.faces import verbs
from stadslab.faces.complaints import finite
from stadslab.faces.web.access import Who, allowed, shown_token
from stadslab.faces.web.beside_a_map import beside_a_map
from stadslab.faces.web.cities import city_of
from stadslab.faces.web.desk import Desk, desk_of
from stadslab.faces.web.job_routes import JobOut, accepted, to_send
from stadslab.faces.web.jobs import Job, State, jobs_of
from stadslab.faces.web.problems import problems_reply
from stadslab.faces.web.questions import units_of
from stadslab.faces.web.replies import REPLIES

if TYPE_CHECKING:
    from stadslab.core.params import Param
    from stadslab.core.progress import Progress
    from stadslab.lab.verbs.verb import Verb

router = APIRouter(prefix="/api/ask", tags=["verbs"])
PROSE = ("why", "by")  # what people write of a plan: never looked up anywhere
LOOK_S = 1.0  # how often it is looked whether who asked is still there
Prefer = Annotated[
    str, Header(description="`respond-async`: do not wait, reply 202 with a job whose reply is this verb's")
]


def who_may(verb: Verb) -> Who:
    """Whom a verb is for: files of the machine belong to its owner, plans to editors, answers to all."""
    if verb.files or any(p.type is Path for p in verb.params):
        return Who.OWNER
    return Who.EDITOR if verb.saves else Who.READER


def request_model(verb: Verb) -> type[BaseModel]:
    """The request of a verb as a type, with units, bounds and choices."""
    fields: dict[str, Any] = {p.name: _field(p) for p in verb.params}
    if verb.opens:
        about = f"parameters of the {verb.opens if verb.opens != 'kind' else 'edit'}, by name"
        fields["params"] = (dict[str, Any], Field(default_factory=dict, description=about))
    name = f"{verb.name.capitalize()}Asked"
    made: type[BaseModel] = create_model(name, __config__=ConfigDict(extra="forbid"), __doc__=verb.question, **fields)
    return made


def _field(p: Param) -> Any:
    kind: Any = Literal[p.choices] if p.choices else str if p.type is Path else p.type
    if p.type in (int, float) and (p.low is not None or p.high is not None):
        kind = Annotated[kind, Field(ge=p.low, le=p.high)]
    kind = tuple[kind, kind] if p.pair else kind
    kind = list[kind] if p.many else kind
    kind = kind | None if p.optional else kind
    extra: Any = {"unit": p.unit} if p.unit else None
    default: Any = ... if p.required else list(p.default) if p.many else p.default
    return (kind, Field(default, description=p.about or None, json_schema_extra=extra))


def _offer(verb: Verb) -> None:
    asked_model = request_model(verb)

    async def ask(request: Request, asked: Any, prefer: Prefer = "") -> Any:
        desk = desk_of(request)
        given = {name: value for name, value in asked.model_dump(exclude_unset=True).items() if value is not None}
        params = given.pop("params", {})
        if not desk.access.admits(Who.OWNER, shown_token(request)):
            _no_files(given)
        ready = verbs.request(verb, given, params)

        def work(progress: Progress) -> Any:
            _check_size(desk, given, progress)
            return JSONResponse(finite(beside_a_map(verb.run(desk.lab, ready, progress))))

        if verb.quick:
            return await run_in_threadpool(work, _unheard)
        shared = "" if verb.saves or verb.files else of_json([given, params])
        key = f"{verb.name}/{shared or id(work)}"
        job = jobs_of(desk).start(key, verb.question, work)
        return accepted(job) if "respond-async" in prefer else await _awaited(request, desk, job)

    ask.__annotations__["asked"] = asked_model
    ask.__doc__ = f"{verb.question}."
    responses: dict[int | str, dict[str, Any]] = (
        {} if verb.quick else {202: {"model": JobOut, "description": "A job, as was preferred"}}
    )
    endpoint: Callable[..., Awaitable[Any]] = ask
    router.add_api_route(
        f"/{verb.name}",
        endpoint,
        methods=["POST"],
        dependencies=[allowed(who_may(verb))],
        operation_id=f"ask_{verb.name}",
        response_model=REPLIES[verb.name],
        responses=responses,
        summary=verb.question,
        description=ask.__doc__,
    )


async def _awaited(request: Request, desk: Desk, job: Job) -> Any:
    """The reply once the job has ended; it is called off when who asked has gone."""
    jobs = jobs_of(desk)
    async for _ in jobs.told(job.id, heartbeat_s=LOOK_S):
        if await request.is_disconnected():
            jobs.cancel(job.id)
            return None
    if job.state is State.FAILED:
        return problems_reply(job.problems, 422)
    if job.state is State.CANCELLED:
        raise HTTPException(503 if job.problems else 409, "it was called off")
    return to_send(job.reply)


def _no_files(given: dict[str, Any]) -> None:
    """Refuse names that are paths, which only the machine itself may read."""
    for name, value in given.items():
        for text in _texts(value) if name not in PROSE else ():
            if text.lower().endswith(".json") or text.startswith(("/", "~")) or ".." in text:
                raise HTTPException(403, f"{name}: {text!r} is a file, and only the machine itself may read those")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _check_size(desk: Desk, given: dict[str, Any], progress: Progress) -> None:
    """More reporting units than a browser can take are refused before anything is worked out."""
    if "support" in given and "city" in given:
        units_of(desk, given["support"], city_of(desk, given["city"]), progress)


def _unheard(stage: str, done: int, total: int) -> None:
    """Nobody is told: it takes a moment."""


for _name in verbs.NAMES:
    _offer(verbs.verb(_name))
