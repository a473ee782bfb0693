"""One file from any address: a table, a vector file, or the answer of a map server (WFS GetFeature).

What sort of file comes is told by the address (its ending, or `outputFormat` for a map server) or by the person. An
answer that is something else, or half of what the server counted, is refused.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from stadslab.core.errors import InputError, Problem
from stadslab.core.progress import Progress
from stadslab.core.source import Raw
from stadslab.sources._download import FetchError, Manners, Sleep, Wish, download

FORMATS = {  # as map servers call them
    "geopackage": ".gpkg",
    "gpkg": ".gpkg",
    "application/geopackage+sqlite3": ".gpkg",
    "application/json": ".geojson",
    "json": ".geojson",
    "geojson": ".geojson",
    "csv": ".csv",
    "text/csv": ".csv",
    "shape-zip": ".zip",
}
STARTS = {  # the first bytes of each sort of file
    ".gpkg": (b"SQLite format 3",),
    ".parquet": (b"PAR1",),
    ".geoparquet": (b"PAR1",),
    ".zip": (b"PK",),
    ".gz": (b"\x1f\x8b",),
    ".geojson": (b"{",),
    ".json": (b"{",),
}
SLOW_S = 900.0  # a map server may think long before it sends the first byte
MEANT = (
    (400, "the map server did not understand the address: check layer names and outputFormat"),
    (404, "look the address up at its publisher; it may have moved"),
)


def fetched_address(
    cache: Path,
    url: str,
    *,
    suffixes: tuple[str, ...],
    ending: str,
    sha256: str,
    again: bool,
    progress: Progress,
    sleep: Sleep,
    manners: Manners | None = None,
) -> Raw:
    """Fetch the file at an address, kept in `cache` under a name with the digest of the address.

    suffixes: endings the source reads. ending: what the person says it is, such as `.gpkg` (empty: told by the
    address). Raises `InputError` when the address is none or its sort not clear, `FetchError` and `NotFoundError`.
    """
    if not url:
        raise InputError(Problem("fetch, url", "neither files nor an address are given", "name files, or say url="))
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise InputError(Problem("fetch, url", f"{url!r} is no web address", "such as https://example.org/areas.gpkg"))
    told = _ending(url, ending, suffixes)
    name = f"{_stem(url)}-{Wish(url, '').digest}{told}"
    got = download(
        Wish(url, name, meant=MEANT),
        cache,
        sleep=sleep,
        progress=progress,
        sha256=sha256,
        check=lambda path: _check(path, url, told),
        again=again,
        manners=manners or Manners(timeout_s=SLOW_S),
    )
    return Raw((got,))


def _ending(url: str, ending: str, suffixes: tuple[str, ...]) -> str:
    parts = urlsplit(url)
    asked = {key.lower(): values[-1] for key, values in parse_qs(parts.query).items()}
    path = unquote(parts.path).lower()
    named = next((s for s in sorted(suffixes, key=len, reverse=True) if path.endswith(s)), "")
    told = f".{ending.lower().lstrip('.')}" if ending else FORMATS.get(asked.get("outputformat", "").lower(), named)
    if told not in suffixes:
        what = f"it would be a {told} file, which cannot be read here" if told else "the address does not tell the sort"
        raise InputError(Problem("fetch, url", f"{url}: {what}", f"say ending=, one of {', '.join(suffixes)}"))
    return told


def _stem(url: str) -> str:
    parts = urlsplit(url)
    asked = {key.lower(): values[-1] for key, values in parse_qs(parts.query).items()}
    name = asked.get("typenames") or asked.get("typename") or Path(unquote(parts.path)).name.partition(".")[0]
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "file"


def _check(path: Path, url: str, ending: str) -> None:
    with path.open("rb") as file:
        head = file.read(2048)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    wanted = next((starts for end, starts in STARTS.items() if ending.endswith(end)), ())
    if start[:1] == b"<" and ending not in (".gml", ".kml"):
        said = " ".join(re.sub(r"<[^>]*>", " ", head.decode("utf-8", "replace")).split())[:200]
        what = f"the server sent words instead of a file: {said}"
        raise FetchError(Problem(url, what, "check the address in a browser"))
    if wanted and not start.startswith(wanted):
        raise FetchError(Problem(url, f"what came is no {ending} file", "say ending=, or check the address"))
    if ending == ".gpkg":
        _whole_geopackage(path, url)
    if ending in (".geojson", ".json"):
        _whole_geojson(path, url)


def _whole_geopackage(path: Path, url: str) -> None:
    """The header of a database tells its pages: fewer bytes are half a file."""
    with path.open("rb") as file:
        head = file.read(100)
    page = int.from_bytes(head[16:18], "big")
    size = (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big")
    if len(head) < 100 or path.stat().st_size < size:
        raise FetchError(Problem(url, f"{path.stat().st_size:,} bytes came of {size:,}", "fetch it again"))


def _whole_geojson(path: Path, url: str) -> None:
    """A map server counts what matches: an answer with fewer features is half of it."""
    try:
        value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise FetchError(Problem(url, f"the answer broke off: {error}", "fetch it again")) from None
    there = len(value.get("features", ()))
    counted = value.get("numberMatched", value.get("totalFeatures", there))
    if isinstance(counted, int) and counted > there:
        what = f"half a layer: {there:,} of {counted:,} features came"
        raise FetchError(Problem(url, what, "ask for less at a time, or for another outputFormat"))
