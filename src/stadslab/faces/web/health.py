"""Whether the server is well, and what it can be asked."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from stadslab._version import __version__
from stadslab.faces.web.access import Who, allowed

router = APIRouter(prefix="/api", tags=["server"])


class Health(BaseModel):
    """The server answers, and this is its version."""

    version: str


@router.get("/health", dependencies=[allowed(Who.ANYONE)])
def health() -> Health:
    """Is the server there?"""
    return Health(version=__version__)


@router.get("/openapi.json", dependencies=[allowed(Who.READER)], include_in_schema=False)
def openapi(request: Request) -> dict[str, Any]:
    """Every route with the types of its request and reply (OpenAPI)."""
    found: dict[str, Any] = request.app.openapi()
    return found
