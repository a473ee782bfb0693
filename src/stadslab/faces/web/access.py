"""Who may call what: every route declares a rule, and the policy of the server decides whether a caller meets it.

Loopback needs no login: who can reach it can read the files anyway. Bound anywhere else, a token is demanded. A browser
also carries strangers' requests, so a host name that is not ours, or a change asked for by another page, is refused.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request
from fastapi.routing import APIRoute

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

COOKIE = "stadslab_token"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
SAFE = ("GET", "HEAD", "OPTIONS")


class Who(StrEnum):
    """Whom a route is for. Today a token holder is all of them; roles of people come through this seam."""

    ANYONE = "anyone"  # the page itself, and whether the server is well
    READER = "reader"  # looks and asks; changes nothing that others see
    EDITOR = "editor"  # saves and removes plans
    OWNER = "owner"  # reads and writes files of the machine: only from the machine itself


@dataclass(frozen=True, slots=True)
class Access:
    """What this server demands. token: empty when it listens on loopback only. hosts: names it answers to."""

    token: str = ""
    hosts: tuple[str, ...] = LOOPBACK

    @property
    def open(self) -> bool:
        """Whether no token is needed."""
        return not self.token

    def admits(self, who: Who, shown: str) -> bool:
        """Whether a caller who shows this token (empty: none) may call a route for `who`."""
        if who is Who.ANYONE or self.open:
            return True
        return who is not Who.OWNER and secrets.compare_digest(shown.encode(), self.token.encode())


@dataclass(frozen=True, slots=True)
class Allowed:
    """The rule of a route, as a dependency: `dependencies=[allowed(Who.READER)]`."""

    who: Who

    def __call__(self, request: Request) -> None:
        """Refuse a caller the rule does not admit."""
        access: Access = request.app.state.desk.access
        if not access.admits(self.who, shown_token(request)):
            needed = self.who is Who.OWNER
            what = "only the machine itself may do this" if needed else "a token is needed"
            raise HTTPException(403 if needed else 401, what)


def allowed(who: Who) -> Any:
    """The rule of a route."""
    return Depends(Allowed(who))


def shown_token(request: Request) -> str:
    """The token a request shows, in its header or its cookie; empty when none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else request.cookies.get(COOKIE, "")


def rule_of(route: Any) -> Who | None:
    """The rule a route declares; None when it declares none or several."""
    rules = [d.dependency.who for d in getattr(route, "dependencies", ()) if isinstance(d.dependency, Allowed)]
    return rules[0] if len(rules) == 1 else None


def without_rule(routes: Iterable[Any]) -> list[str]:
    """Paths of the routes that do not say who may call them, those of included routers among them."""
    return sorted(
        _path(route) for route in plain_routes(routes) if not isinstance(route, APIRoute) or not rule_of(route)
    )


def plain_routes(routes: Iterable[Any]) -> Iterator[Any]:
    """The routes themselves, out of the routers that were included."""
    for route in routes:
        included = getattr(route, "original_router", None)
        yield from plain_routes(included.routes) if included is not None else (route,)


def _path(route: Any) -> str:
    return str(getattr(route, "path", route))


class Guard:
    """Refuses host names that are not ours and changes asked for by pages of others, before any route is found."""

    def __init__(self, app: ASGIApp, access: Callable[[], Access]) -> None:
        """Stand in front of `app`."""
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 403."""
        if scope["type"] == "http":
            from starlette.responses import JSONResponse

            headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
            wrong = self._wrong(scope["method"], headers)
            if wrong:
                problem = {"where": "request", "what": wrong, "hint": "open the address the server printed"}
                refusal = JSONResponse({"problems": [{**problem, "severity": "error"}]}, 403)
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _wrong(self, method: str, headers: dict[str, str]) -> str:
        hosts = self._access().hosts
        host = headers.get("host", "")
        if _name(f"//{host}") not in hosts:
            return f"this server does not answer to the name {host!r}"
        origin = headers.get("origin", "")
        if method not in SAFE and origin and _place(origin) != host:
            return f"a page of {origin} may not change anything here"
        return ""


def _place(origin: str) -> str:
    """Host and port of an origin; empty for one that has none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
