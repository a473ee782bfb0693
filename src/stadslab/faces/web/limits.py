"""How large a request may be: a drawing of many thousand corners, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stadslab.core.errors import Problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 4_000_000
LONGEST = 18  # digits in which a size is told


class Limit:
    """Refuses bodies that are too large, also those that do not say how large they are."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES) -> None:
        """Stand in front of `app`."""
        self._app, self._most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = dict(scope["headers"]).get(b"content-length", b"")
        if told.isdigit() and (len(told) > LONGEST or int(told) > self._most):
            await self._refuse(scope, receive, send)
            return
        parts: list[Message] = []
        size, more = 0, scope["method"] not in ("GET", "HEAD", "OPTIONS")
        while more:
            message = await receive()
            parts.append(message)
            size += len(message.get("body", b""))
            more = message["type"] == "http.request" and message.get("more_body", False)
            if size > self._most:
                await self._refuse(scope, receive, send)
                return

        async def again() -> Message:
            return parts.pop(0) if parts else await receive()

        await self._app(scope, again, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        from stadslab.faces.web.problems import problems_reply

        what = f"the request is larger than {self._most / 1e6:g} MB"
        await problems_reply([Problem("request", what, "draw with fewer corners")], 413)(scope, receive, send)
