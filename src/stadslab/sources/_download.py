"""One polite way to the network for every source: cached, resumable, checked, never half-written.

A file is written beside its final name (`.part`), checked, and renamed into place; what a dropped connection or a kill
leaves behind is continued next time if the server still has the same bytes (`Range` with `If-Range`). A server that
asks to wait is waited for, within bounds, and is sent one request at a time by a client that says who it is.

The only thing taken from outside is `sleep`, handed in by the caller.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

from stadslab._version import __version__
from stadslab.core.errors import NotFoundError, Problem, StadslabError
from stadslab.core.progress import Progress, silent
from stadslab.core.source import RawFile

USER_AGENT = f"stadslab/{__version__} (+https://github.com/stadslab/stadslab)"
BUSY = (429, 502, 503, 504)
UNREACHED = 3  # connections in a row that never came about: who is off the net need not wait for ten minutes
BLOCK = 1 << 20  # bytes between two reports of progress

Sleep = Callable[[float], None]
Check = Callable[[Path], None]


class FetchError(StadslabError, OSError):
    """A server could not be reached, or did not give what was asked for."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to ask for: an address, the name to keep the answer under, and a form to send (`data`; empty: none).

    json: `data` is sent as it is, as JSON, not as a form. meant: what a refusal means here, status by status.
    secret: name and value of a key the server wants in the query; sent, and never shown, stored or counted.
    """

    url: str
    name: str
    data: str = ""
    json: bool = False
    meant: tuple[tuple[int, str], ...] = ()
    secret: tuple[str, str] = field(default=("", ""), repr=False)

    def hint(self, status: int, otherwise: str) -> str:
        """What would mend a refusal with this status."""
        return dict(self.meant).get(status, otherwise)

    @property
    def digest(self) -> str:
        """Short digest of the request, so that different questions never share an answer."""
        return hashlib.sha256(f"{self.url}\n{self.data}".encode()).hexdigest()[:16]

    @property
    def address(self) -> str:
        """What is really asked for, key included: for the request alone."""
        name, value = self.secret
        return f"{self.url}{'&' if '?' in self.url else '?'}{urlencode({name: value})}" if name else self.url

    def without_secret(self, text: str) -> str:
        """The text as it may be shown: a server may repeat the key."""
        value = self.secret[1]
        for seen in (value, quote(value), quote_plus(value)) if value else ():
            text = text.replace(seen, "***")
        return text


@dataclass(frozen=True, slots=True)
class Manners:
    """How long to bear with a server: tries in all, seconds of waiting in all, seconds for one answer to begin."""

    tries: int = 8
    patience_s: float = 600.0
    first_wait_s: float = 5.0
    timeout_s: float = 300.0


def download(
    wish: Wish,
    folder: Path,
    *,
    sleep: Sleep,
    progress: Progress = silent,
    sha256: str = "",
    md5: str = "",
    check: Check | None = None,
    again: bool = False,
    manners: Manners | None = None,
) -> RawFile:
    """Which file answers this wish? The one in the cache if it is sound, else the server's.

    sha256: the digest the file must have (hexadecimal; empty: any). md5: the same, as extract servers publish it.
    check: looks at the file before it is accepted and raises an error of ours. again: ask the server even when cached.
    Raises `FetchError` when the server cannot be reached, keeps refusing, asks for more patience than there is, or
    sends something else; `NotFoundError` when it has no such file. Then the cache holds what it held before.
    """
    target = folder / wish.name
    wanted = sha256.lower()
    if not again:
        kept = _cached(wish, target, wanted)
        if kept is not None:
            progress(f"using {wish.name} from the cache", 1, 1)
            return kept
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(target):
        part = target.with_name(target.name + ".part")
        _Transfer(wish, part, sleep, progress, manners or Manners()).run()
        try:
            digest = _accept(wish, part, wanted, md5.lower(), check)
        except BaseException:
            _forget(part)
            raise
        _replace(part, target)
        _write_json(_note_of(target), {"url": wish.url, "request": wish.digest, "sha256": digest})
        _forget(part)
    return RawFile(target, digest, wish.url)


def fetch_text(url: str, *, sleep: Sleep, manners: Manners | None = None) -> str | None:
    """What does this small text say? None when the server has no such file."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="stadslab-") as folder:
        try:
            got = download(Wish(url, "answer.txt"), Path(folder), sleep=sleep, manners=manners)
        except NotFoundError:
            return None
        return got.path.read_text(encoding="utf-8", errors="replace")


def sha256_of(path: Path) -> str:
    """Digest of a file's bytes, hexadecimal."""
    return _digest(path, "sha256")


def _digest(path: Path, kind: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new(kind, usedforsecurity=False)).hexdigest()


# --- the cache -----------------------------------------------------------------------------------------------


def _note_of(target: Path) -> Path:
    return target.with_name(target.name + ".json")


def _cached(wish: Wish, target: Path, wanted: str) -> RawFile | None:
    """The cached answer, if it is the answer to this very request and its bytes are what they were."""
    note = _read_json(_note_of(target))
    if not target.is_file() or note.get("request") != wish.digest:
        return None
    digest = sha256_of(target)
    if digest != note.get("sha256") or wanted not in ("", digest):
        return None
    return RawFile(target, digest, wish.url)


def _accept(wish: Wish, part: Path, sha256: str, md5: str, check: Check | None) -> str:
    digest = sha256_of(part)
    if sha256 and digest != sha256:
        what = f"the file has sha256 {digest}, wanted was {sha256}"
        raise FetchError(Problem(wish.url, what, "the file there has changed; look why, then pin the new digest"))
    if md5 and _digest(part, "md5") != md5:
        what = f"the file does not have the checksum {md5} that the server publishes"
        raise FetchError(
            Problem(wish.url, what, "the server may be publishing a new edition just now; try again later")
        )
    if check is not None:
        check(part)
    return digest


def _replace(part: Path, target: Path) -> None:
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(target)


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _note_of(part).unlink(missing_ok=True)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _write_json(path: Path, value: dict[str, Any]) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(value, indent=1, sort_keys=True), encoding="utf-8")
    fresh.replace(path)


@contextlib.contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Hold the file's lock, so that two processes do not write one part; the lock goes with the process."""
    try:
        import fcntl
    except ImportError:  # no such locks on this system: the rename into place still keeps the cache whole
        yield
        return
    with target.with_name(target.name + ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            problem = Problem(
                target.name, "another process is fetching this file", "wait for it to end, then ask again"
            )
            raise FetchError(problem) from None
        yield


# --- the transfer --------------------------------------------------------------------------------------------


class _Again(Exception):  # noqa: N818 - not an error: the transfer goes on
    """Ask once more, after so many seconds."""

    def __init__(self, why: str, wait_s: float | None) -> None:
        super().__init__(why)
        self.wait_s = wait_s


class _Transfer:
    """One file on its way into `part`."""

    def __init__(self, wish: Wish, part: Path, sleep: Sleep, progress: Progress, manners: Manners) -> None:
        self.wish = wish
        self.part = part
        self.sleep = sleep
        self.progress = progress
        self.manners = manners

    def run(self) -> None:
        """Ask until the whole file is there, or patience ends."""
        import httpx

        waited, why, unreached = 0.0, "", 0
        with _quiet(self.wish), httpx.Client(follow_redirects=True, timeout=self.manners.timeout_s) as client:
            for attempt in range(self.manners.tries):
                try:
                    self._ask(client)
                    return
                except _Again as pause:
                    why, wait = str(pause), pause.wait_s
                except httpx.TransportError as error:
                    said = self.wish.without_secret(str(error) or type(error).__name__)
                    why, wait = f"the connection failed ({said})", None
                    unreached = unreached + 1 if isinstance(error, httpx.ConnectError | httpx.ProxyError) else 0
                    if unreached == UNREACHED:
                        what = f"the server cannot be reached ({said})"
                        raise FetchError(Problem(self.wish.url, what, "is this machine on the net?")) from None
                except (httpx.InvalidURL, httpx.TooManyRedirects) as error:
                    what = f"this is no web address: {self.wish.without_secret(str(error))}"
                    raise FetchError(Problem(self.wish.url, what, "check it")) from None
                if wait is None:
                    wait = min(self.manners.first_wait_s * 2**attempt, 60.0)
                if waited + wait > self.manners.patience_s:
                    hint = f"try again in {wait:,.0f} seconds"
                    raise FetchError(Problem(self.wish.url, f"{why}; that is longer than we wait", hint))
                if attempt + 1 < self.manners.tries:
                    self.progress(f"waiting for the server: {why}", 0, 0)
                    self.sleep(wait)
                    waited += wait
        problem = Problem(
            self.wish.url, f"gave up after {self.manners.tries} tries: {why}", "try again later; what came is kept"
        )
        raise FetchError(problem)

    def _ask(self, client: Any) -> None:
        headers = {"User-Agent": USER_AGENT}
        known = _read_json(_note_of(self.part))
        have = self.part.stat().st_size if self.part.is_file() else 0
        mark = known.get("mark", "")
        resume = bool(have and mark and known.get("request") == self.wish.digest and not self.wish.data)
        if not self.wish.data:
            headers["Accept-Encoding"] = "identity"  # ranges count the bytes of the file itself
        if resume:
            headers |= {"Range": f"bytes={have}-", "If-Range": mark}
        sent: dict[str, Any] = {}
        if self.wish.json:
            headers["Content-Type"] = "application/json"
            sent = {"content": self.wish.data.encode()}
        elif self.wish.data:
            sent = {"data": {"data": self.wish.data}}
        with client.stream("POST" if sent else "GET", self.wish.address, headers=headers, **sent) as response:
            status = response.status_code
            if status == 416:
                _forget(self.part)
                raise _Again("the server no longer has the rest of the file we began", 0.0)
            if status in BUSY:
                wait = _retry_after(response.headers)
                asked = f" and asks to wait {wait:,.0f} s" if wait is not None else ""
                raise _Again(f"the server is busy (status {status}){asked}", wait)
            if status in (404, 410):
                raise NotFoundError(
                    Problem(
                        self.wish.url,
                        f"the server has no such file (status {status})",
                        self.wish.hint(status, "check the name"),
                    )
                )
            if status not in (200, 206):
                raise FetchError(
                    Problem(
                        self.wish.url,
                        f"the server refused (status {status}){_words(response, self.wish)}",
                        self.wish.hint(status, "check the request"),
                    )
                )
            start = have if status == 206 and _range_start(response.headers) == have else 0
            if status == 206 and not start:
                _forget(self.part)
                raise _Again("the server sent another part than asked for", 0.0)
            self._take(response, start)

    def _take(self, response: Any, start: int) -> None:
        """Write the answer behind the first `start` bytes."""
        headers = response.headers
        mark = headers.get("etag", "")
        if mark.startswith("W/"):  # a weak tag does not promise the same bytes
            mark = ""
        mark = mark or headers.get("last-modified", "")
        length = headers.get("content-length")
        total = start + int(length) if length and not headers.get("content-encoding") else 0
        _write_json(_note_of(self.part), {"request": self.wish.digest, "mark": mark})
        with self.part.open("r+b" if start else "wb") as file:
            file.seek(start)
            file.truncate()
            done, told = start, -BLOCK
            for block in response.iter_bytes():  # as they come, so that nothing that came is lost
                file.write(block)
                done += len(block)
                if done - told >= BLOCK or done == total:
                    self.progress(f"downloading {self.wish.name}", done, total)
                    told = done
        if total and done != total:
            raise _Again(f"the connection ended after {done:,} of {total:,} bytes", None)


@contextlib.contextmanager
def _quiet(wish: Wish) -> Iterator[None]:
    """Keep addresses with a key out of the log that httpx writes."""
    import logging

    log = logging.getLogger("httpx")

    def silent_about_it(_: logging.LogRecord) -> bool:
        return False

    if wish.secret[0]:
        log.addFilter(silent_about_it)
    try:
        yield
    finally:
        log.removeFilter(silent_about_it)


def _range_start(headers: Any) -> int | None:
    unit, _, rest = headers.get("content-range", "").partition(" ")
    start = rest.partition("-")[0]
    return int(start) if unit == "bytes" and start.isdigit() else None


def _retry_after(headers: Any) -> float | None:
    """Seconds the server asks us to wait: as a number, or as a date beside the server's own clock."""
    value = headers.get("retry-after", "").strip()
    if value.isdigit():
        return float(value)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return max(0.0, wait.total_seconds())


def _words(response: Any, wish: Wish) -> str:
    """The first words of a refusal, without markup."""
    import re

    text = re.sub(r"<[^>]*>", " ", response.read().decode("utf-8", "replace"))
    text = " ".join(wish.without_secret(text).split())[:200]
    return f": {text}" if text else ""
