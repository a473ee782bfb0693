"""Files to save: a name that says what is in them, and nothing a browser would run."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Response

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
    "gpkg": "application/geopackage+sqlite3",
    "png": "image/png",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
}


def download(content: bytes, stem: str, ending: str) -> Response:
    """The file as a reply that a browser saves under this name."""
    name = f"{stem}.{ending}"
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    headers = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
    }
    return Response(content, 200, headers, MEDIA[ending])


def documented(*endings: str) -> dict[int | str, dict[str, object]]:
    """What such a route says of itself in the description of the server."""
    kinds = {MEDIA[e].partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for e in endings}
    return {200: {"content": kinds, "description": "The file; its name says what is in it."}}
