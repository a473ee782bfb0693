"""From the link with its token to a cookie: the token then stands in no address, and no script can read it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from stadslab.faces.web.access import COOKIE, Who, allowed
from stadslab.faces.web.desk import desk_of

router = APIRouter(prefix="/api", tags=["server"])
LASTS_S = 30 * 24 * 3600
SHOWN = "token"  # the name of the parameter in the link


class Shown(BaseModel):
    """The token of the link."""

    token: Annotated[str, Field(min_length=1, max_length=500)]


@router.post("/session", dependencies=[allowed(Who.ANYONE)], operation_id="begin_session", status_code=204)
def begin_session(request: Request, shown: Shown) -> Response:
    """Show the token once; from then on the browser is known by its cookie."""
    return let_in(request, shown.token, Response(status_code=204))


@router.delete("/session", dependencies=[allowed(Who.ANYONE)], operation_id="end_session", status_code=204)
def end_session() -> Response:
    """Forget this browser."""
    reply = Response(status_code=204)
    reply.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return reply


def let_in(request: Request, token: str, reply: Response) -> Response:
    """The reply with the cookie; 401 for another token."""
    access = desk_of(request).access
    if not access.admits(Who.READER, token):
        raise HTTPException(401, "this link is not, or no longer, valid; ask for a new one")
    if not access.open:
        secure = request.url.scheme == "https"
        reply.set_cookie(COOKIE, token, LASTS_S, path="/", httponly=True, samesite="strict", secure=secure)
    return reply


def by_link(request: Request) -> Response | None:
    """A request that came by the link, sent on to the same address without the token; None for any other."""
    token = request.query_params.get(SHOWN)
    if token is None:
        return None
    rest = [(key, value) for key, value in request.query_params.multi_items() if key != SHOWN]
    # an address of this server alone, whatever the path says
    onward = "./" + (f"?{urlencode(rest)}" if rest else "")
    headers = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
    return let_in(request, token, RedirectResponse(onward, 303, headers))
