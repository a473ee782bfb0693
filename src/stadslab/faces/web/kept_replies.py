"""What a browser may keep: for ever what its address names, and for as long as it is asked again what may change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import Request, Response

from stadslab.core import digest as digests

if TYPE_CHECKING:
    from pydantic import BaseModel

FOREVER = "private, max-age=31536000, immutable"
LOOK_AGAIN = "private, no-cache"


def immutable(request: Request, etag: str, content: bytes | BaseModel) -> Response:
    """A reply that never changes under this address; 304 when the browser has it."""
    return _reply(request, etag, content, FOREVER)


def looked_up(request: Request, content: BaseModel) -> Response:
    """A reply that may change: the browser asks each time, and is told 304 when it has it already."""
    text = content.model_dump_json().encode()
    return _reply(request, digests.of_bytes(text)[:32], text, LOOK_AGAIN)


def _reply(request: Request, etag: str, content: bytes | BaseModel, kept: str) -> Response:
    headers = {"ETag": f'"{etag}"', "Cache-Control": kept}
    asked = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    if headers["ETag"] in asked or "*" in asked:
        return Response(None, 304, headers)
    body = content if isinstance(content, bytes) else content.model_dump_json()
    return Response(body, 200, headers, "application/json")


def documented(model: Any) -> dict[int | str, dict[str, Any]]:
    """What such a route says of itself in the description of the server."""
    return {200: {"model": model}, 304: {"description": "The browser has it already"}}
