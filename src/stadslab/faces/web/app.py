"""The application: every module of `ROUTES` gives its router, and no route goes without a rule."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException  # also what FastAPI itself raises
from starlette.middleware.gzip import GZipMiddleware

from stadslab._version import __version__
from stadslab.core.errors import NotFoundError, Problem, StadslabError, StoreError
from stadslab.faces.web.access import Access, Guard, without_rule
from stadslab.faces.web.desk import Desk
from stadslab.faces.web.limits import Limit
from stadslab.faces.web.problems import Problems, language_of, problems_reply

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi.responses import JSONResponse

    from stadslab.lab.lab import Lab

# Modules with a `router`. The page comes last: it answers whatever the others leave.
ROUTES: tuple[str, ...] = (
    "health",
    "session",
    "cities",
    "catalogue",
    "answers",
    "units",
    "people",
    "areas",
    "why",
    "job_routes",
    "verb_routes",
    "tiles",
    "live",
    "plans",
    "comparisons",
    "exports",
    "explain",
    "briefs",
    "code",
    "page",
)
REFUSALS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Problems, "description": "Refused: not allowed, not there, in conflict, or all that is wrong"},
    "5XX": {"model": Problems, "description": "The server cannot answer now"},
}


def create_app(lab: Lab, access: Access | None = None) -> FastAPI:
    """The web face of a lab. Raises `LookupError` when a route does not say who may call it."""
    desk = Desk(lab, access or Access())
    app = FastAPI(
        title="Stadslab",
        version=__version__,
        summary="Ask a city how it works, change it, and see who gains and who loses.",
        docs_url=None,  # its page would load scripts from a public host
        redoc_url=None,
        openapi_url=None,  # served by a route with a rule, as everything else
        lifespan=_while_open,
        generate_unique_id_function=lambda route: route.name,  # what the page's types call it
        responses=REFUSALS,
    )
    app.state.desk = desk
    for name in ROUTES:
        app.include_router(import_module(f"stadslab.faces.web.{name}").router)
    missing = without_rule(app.routes)
    if missing:
        raise LookupError(f"routes that do not say who may call them: {', '.join(missing)}")
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=4)
    app.add_middleware(Limit, access=lambda: desk.access)
    app.add_middleware(Guard, access=lambda: desk.access)
    app.add_exception_handler(StadslabError, _expected)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(UnicodeError, _no_text)
    app.add_exception_handler(Exception, _broken)
    return app


@asynccontextmanager
async def _while_open(app: FastAPI) -> AsyncIterator[None]:
    yield
    await run_in_threadpool(app.state.desk.close)


def _expected(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, StadslabError)
    status = 404 if isinstance(error, NotFoundError) else 503 if isinstance(error, StoreError) else 422
    desk: Desk = request.app.state.desk
    problems = error.problems if desk.access.open else [_nowhere(p, desk.lab.folder.path) for p in error.problems]
    return problems_reply(problems, status, language=language_of(request))


def _nowhere(problem: Problem, lab: Path) -> Problem:
    """The problem without where on the machine the lab lies, which is nobody's business but its owner's."""
    for path in (str(lab.resolve()), str(lab)):
        if path in problem.where + problem.what + problem.hint:
            told = {part: getattr(problem, part).replace(path, lab.name) for part in ("where", "what", "hint")}
            problem = replace(problem, **told)
    return problem


def _malformed(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 (Starlette's signature)
    assert isinstance(error, RequestValidationError)
    return problems_reply([_told(e) for e in error.errors()], 422)


def _told(error: Any) -> Problem:
    if error["type"] == "json_invalid":
        return Problem("request", f"is not JSON: {error['ctx']['error']}, at character {error['loc'][-1]}")
    where = ".".join(str(part) for part in error["loc"] if part != "body")
    if error["type"] == "missing":
        return Problem(where, "it is missing")
    return Problem(where, f"{error['msg']}; seen: {_short(error['input'])}")


def _refused(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001
    assert isinstance(error, HTTPException)
    return problems_reply([Problem("request", str(error.detail))], error.status_code, dict(error.headers or {}))


def _no_text(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001
    return problems_reply([Problem("request", f"a text in it is none: {error}")], 422)


def _broken(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 (the server's log has the error)
    return problems_reply([Problem("server", "something went wrong in it", "the log of the server says more")], 500)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
