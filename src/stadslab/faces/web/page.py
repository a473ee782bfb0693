"""The page: the built front end, shipped in the wheel, from `built/` beside this file."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

from stadslab.faces.web.access import Who, allowed

router = APIRouter()
BUILT = Path(__file__).parent / "built"
HASHED = "assets/"  # files whose name changes with what they say


@router.get("/{path:path}", dependencies=[allowed(Who.ANYONE)], include_in_schema=False)
def page(path: str) -> FileResponse:
    """A file of the front end; the page itself for `/`."""
    file = (BUILT / (path or "index.html")).resolve()
    if not file.is_relative_to(BUILT.resolve()) or not file.is_file():
        raise HTTPException(404, f"there is no page {path!r}" if BUILT.is_dir() else "the front end is not built")
    kept = "public, max-age=31536000, immutable" if path.startswith(HASHED) else "no-cache"
    return FileResponse(file, headers={"Cache-Control": kept})
