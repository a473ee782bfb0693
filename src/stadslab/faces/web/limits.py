"""What a request may hold: a drawing of many thousand corners and no more, and texts that are texts."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from fastapi import Request

from stadslab.core.errors import Problem
from stadslab.faces.web.access import Who, shown_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from stadslab.faces.web.access import Access

MOST_BYTES = 4_000_000
STRANGERS_BYTES = 10_000  # of whoever shows no token: enough to show one
LONGEST = 18  # digits in which a size is told
ESCAPED = re.compile(rb"\\u[dD][89a-fA-F]")  # half a character, as JSON writes it; browsers write characters whole


class Limit:
    """Refuses bodies that are too large, also those that do not say how large they are, and those with half characters.

    A text with half a character can be compared and kept in memory, but neither stored nor sent: it would fail later.
    """

    def __init__(self, app: ASGIApp, access: Callable[[], Access], most: int = MOST_BYTES) -> None:
        """Stand in front of `app`. access: what the server demands of who asks."""
        self._app, self._access, self._most = app, access, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        known = self._access().admits(Who.READER, shown_token(Request(scope)))
        most = self._most if known else min(STRANGERS_BYTES, self._most)
        told = dict(scope["headers"]).get(b"content-length", b"")
        if told.isdigit() and (len(told) > LONGEST or int(told) > most):
            await self._too_large(known)(scope, receive, send)
            return
        parts: list[Message] = []
        size, more = 0, scope["method"] not in ("GET", "HEAD", "OPTIONS")
        while more:
            message = await receive()
            parts.append(message)
            size += len(message.get("body", b""))
            more = message["type"] == "http.request" and message.get("more_body", False)
            if size > most:
                await self._too_large(known)(scope, receive, send)
                return

        if _half_a_character(b"".join(message.get("body", b"") for message in parts)):
            await _refuse(Problem("request", "a text in it has half a character", "write it anew"), 422)(
                scope, receive, send
            )
            return

        async def again() -> Message:
            return parts.pop(0) if parts else await receive()

        await self._app(scope, again, send)

    def _too_large(self, known: bool) -> ASGIApp:
        if not known:
            return _refuse(Problem("request", "a token is needed"), 401)
        return _refuse(
            Problem("request", f"the request is larger than {self._most / 1e6:g} MB", "draw with fewer corners"), 413
        )


def _refuse(problem: Problem, status: int) -> ASGIApp:
    from stadslab.faces.web.problems import problems_reply

    return problems_reply([problem], status)


def _half_a_character(body: bytes) -> bool:
    if not ESCAPED.search(body):
        return False
    try:
        json.dumps(json.loads(body), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    except (ValueError, RecursionError):  # no JSON at all, which is told by who reads it
        return False
    return False
