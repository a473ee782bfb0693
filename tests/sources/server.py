"""A small file server on the loopback that can be slow, rude and broken on demand."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    data: str


@dataclass
class Server:
    """Files by path, and what to do instead of serving them, one entry per request."""

    files: dict[str, bytes] = field(default_factory=dict)
    # a status with its headers, a number of bytes to drop the line after, or another body
    instead: list[tuple[object, ...]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    ranges: bool = True
    answer: bytes = b""  # to any POST
    url: str = ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Loopback

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""

    def do_GET(self) -> None:
        self._serve("")

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        form = parse_qs(self.rfile.read(length).decode())
        self._serve(form["data"][0])

    def _serve(self, data: str) -> None:
        state = self.server.state
        state.asked.append(Asked(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, data))
        event = state.instead.pop(0) if state.instead else ()
        if event and event[0] == "status":
            self._send(int(str(event[1])), b"<html><body>Please <b>wait</b></body></html>", dict(event[2]))  # type: ignore[call-overload]
            return
        body = state.answer if self.command == "POST" else state.files.get(self.path)
        if event and event[0] == "body":
            body = bytes(event[1])  # type: ignore[call-overload]
        if body is None:
            self._send(404, b"nothing here", {})
            return
        tag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
        start = 0
        wanted = self.headers.get("range", "")
        if state.ranges and wanted.startswith("bytes=") and self.headers.get("if-range") in (None, tag):
            start = int(wanted[6:].rstrip("-"))
        headers = {"ETag": tag}
        if start >= len(body) > 0:
            self._send(416, b"", {})
            return
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        drop = int(str(event[1])) if event and event[0] == "drop" else None
        self._send(206 if start else 200, body[start:], headers, drop)

    def _send(self, status: int, body: bytes, headers: dict[str, str], drop: int | None = None) -> None:
        self.send_response_only(status)  # no Date of its own
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if drop is None else body[:drop])
        if drop is not None:
            self.wfile.flush()
            self.close_connection = True


class _Loopback(ThreadingHTTPServer):
    daemon_threads = True
    state: Server


@contextlib.contextmanager
def serving(**files: bytes) -> Iterator[Server]:
    """The server, for as long as the block lasts."""
    http = _Loopback(("127.0.0.1", 0), _Handler)
    http.state = Server({f"/{name}": body for name, body in files.items()})
    http.state.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield http.state
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
