"""The page: the built front end, shipped in the wheel, from `built/` beside this file."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse

from stadslab.faces.web.access import Who, allowed
from stadslab.faces.web.session import by_link

router = APIRouter()
BUILT = Path(__file__).parent / "built"
HASHED = "assets/"  # files whose name changes with what they say
# The browser itself sees to it that nothing comes from, or goes to, anybody else.
OURS_ALONE = (
    "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; "  # the map places its own parts
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)


@router.get("/{path:path}", dependencies=[allowed(Who.ANYONE)], include_in_schema=False)
def page(request: Request, path: str) -> Response:
    """A file of the front end; the page itself for `/`."""
    if not path and (onward := by_link(request)) is not None:
        return onward
    file = _file(path or "index.html")
    if file is None:
        raise HTTPException(404, f"there is no page {path!r}" if BUILT.is_dir() else "the front end is not built")
    kept = "public, max-age=31536000, immutable" if path.startswith(HASHED) else "no-cache"
    told = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
    return FileResponse(file, headers={"Cache-Control": kept, "Content-Security-Policy": OURS_ALONE, **told})


def _file(path: str) -> Path | None:
    """The file of the front end at this path; None where there is none, or its name cannot be that of a file."""
    try:
        file = (BUILT / path).resolve()
        return file if file.is_relative_to(BUILT.resolve()) and file.is_file() else None
    except (OSError, ValueError):  # too long, or with a zero byte in it
        return None
