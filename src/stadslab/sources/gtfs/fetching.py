"""Timetables from the network: any address, or a region of Trafiklab (Sweden) with a key."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from stadslab.core.errors import InputError, Problem, raise_errors
from stadslab.core.progress import Progress
from stadslab.core.source import Raw
from stadslab.sources._download import FetchError, Manners, Wish, download
from stadslab.sources.gtfs.opening import feed_name, looks_like_timetable

KEYS = ("key", "apikey", "api_key", "token", "access_token", "subscription-key")  # what servers call a key
NAMELESS = ("feed", "gtfs", "google-transit", "latest", "download", "static")


def fetched(
    cache: Path,
    *,
    progress: Progress,
    sleep: Callable[[float], None],
    url: str,
    region: str,
    key: str,
    trafiklab: str,
    sha256: str,
    again: bool,
    manners: Manners | None = None,
) -> Raw:
    """Fetch what exactly one of url and region names. See `stadslab.sources.gtfs.fetch`."""
    wish = _wish(url.strip(), region.strip().lower(), key.strip(), trafiklab)

    def check(path: Path) -> None:
        if not looks_like_timetable(path):
            with path.open("rb") as file:
                start = wish.without_secret(file.read(4096).decode("utf-8", "replace")).strip()
            what = f"the server sent something else than a timetable; it begins with {start[:40]!r}"
            raise FetchError(Problem(wish.url, what, "look at the address in a browser"))

    folder = cache / f"gtfs-{wish.digest}"  # the file keeps its name, which becomes the name of the feed
    got = download(
        wish, folder, sleep=sleep, progress=progress, sha256=sha256, check=check, again=again, manners=manners
    )
    return Raw((got,))


def _wish(url: str, region: str, key: str, trafiklab: str) -> Wish:
    problems = []
    if bool(url) == bool(region):
        seen = "both" if url else "none of them"
        problems.append(Problem("gtfs fetch", f"one of url and region is needed, given: {seen}", "name one timetable"))
    if region and not re.fullmatch(r"[a-z0-9-]+", region):
        hint = "write it as Trafiklab does, such as sl, ul, skane or vt"
        problems.append(Problem("gtfs fetch, region", f"{region!r} is no region's name", hint))
    if region and not key:
        hint = "get a key for GTFS Regional at trafiklab.se (free) and give it as key="
        problems.append(Problem("gtfs fetch, key", "Trafiklab wants a key", hint))
    if url and key:
        hint = "write the key of another server into its address, as ?key=..."
        problems.append(Problem("gtfs fetch, key", "it is for Trafiklab, and a url is given", hint))
    if url and urlsplit(url).scheme not in ("http", "https"):
        problems.append(Problem("gtfs fetch, url", f"{_plain(url)!r} is no web address", "it begins with https://"))
    raise_errors(problems)
    if region:
        address = f"{trafiklab.rstrip('/')}/{region}/{region}.zip"
        refused = "is the key right, and is it one for GTFS Regional?"
        meant = tuple((status, refused) for status in (401, 403))
        return Wish(address, _kept_as(address), secret=("key", key), meant=(*meant, (404, "is it Trafiklab's name?")))
    parts = urlsplit(url)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    secrets = [(name, value) for name, value in asked if name.lower() in KEYS]
    if len(secrets) > 1:
        raise InputError(Problem("gtfs fetch, url", "several keys are in the address", "give one"))
    if parts.password is not None:
        raise InputError(
            Problem("gtfs fetch, url", "a password in front of the server would be kept", "fetch it by hand")
        )
    rest = [pair for pair in asked if pair not in secrets]
    address = urlunsplit(parts._replace(query=urlencode(rest) if secrets else parts.query, fragment=""))
    return Wish(address, _kept_as(address), secret=secrets[0] if secrets else ("", ""))


def _plain(url: str) -> str:
    return url.partition("?")[0]


def _kept_as(address: str) -> str:
    """A name for the file, which names the feed: its own, or the server's where it only says what it is."""
    parts = urlsplit(address)
    stem = feed_name(parts.path.rstrip("/").rpartition("/")[2])
    return f"{feed_name(parts.hostname or '') if stem in NAMELESS else stem}.gtfs.zip"
