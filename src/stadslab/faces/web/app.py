"""The application: every module of `ROUTES` gives its router, and no route goes without a rule."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.middleware.gzip import GZipMiddleware

from stadslab._version import __version__
from stadslab.core.errors import NotFoundError, Problem, StadslabError, StoreError
from stadslab.faces.web.access import Access, Guard, without_rule
from stadslab.faces.web.desk import Desk

if TYPE_CHECKING:
    from stadslab.lab.lab import Lab

# Modules with a `router`. The page comes last: it answers whatever the others leave.
ROUTES: tuple[str, ...] = ("health", "tiles", "live", "page")


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
    )
    app.state.desk = desk
    for name in ROUTES:
        app.include_router(import_module(f"stadslab.faces.web.{name}").router)
    missing = without_rule(app.routes)
    if missing:
        raise LookupError(f"routes that do not say who may call them: {', '.join(missing)}")
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=4)
    app.add_middleware(Guard, access=lambda: desk.access)
    app.add_exception_handler(StadslabError, _expected)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _refused)
    return app


def _expected(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 (Starlette's signature)
    assert isinstance(error, StadslabError)
    status = 404 if isinstance(error, NotFoundError) else 503 if isinstance(error, StoreError) else 422
    return problems_reply(error.problems, status)


def _malformed(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001
    assert isinstance(error, RequestValidationError)
    found = [
        Problem(".".join(str(part) for part in e["loc"] if part != "body"), f"{e['msg']}; seen: {_short(e['input'])}")
        for e in error.errors()
    ]
    return problems_reply(found, 422)


def _refused(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001
    assert isinstance(error, HTTPException)
    return problems_reply([Problem("request", str(error.detail))], error.status_code)


def problems_reply(problems: list[Problem] | tuple[Problem, ...], status: int) -> JSONResponse:
    """All problems as the JSON every refusal has."""
    told = [{"where": p.where, "what": p.what, "hint": p.hint, "severity": p.severity} for p in problems]
    return JSONResponse({"problems": told}, status)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
