"""The web face of a lab in a process of its own, and a caller with a connection that stays open."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STARTS_WITHIN_S, ENDS_WITHIN_S, PATIENCE_S = 120.0, 30.0, 300.0
POLL_S = 0.05
SERVE = """
import sys, uvicorn
from stadslab.faces.web.app import create_app
from stadslab.lab.lab import Lab
app = create_app(Lab(sys.argv[1], create=False))
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
"""


@contextmanager
def served(lab: str, log: Path) -> Iterator[int]:
    """The port on which the lab is served, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with log.open("ab") as out:
        process = subprocess.Popen([sys.executable, "-c", SERVE, lab, str(port)], stdout=out, stderr=out)
    try:
        until = time.monotonic() + STARTS_WITHIN_S
        while True:
            try:
                with closing(Caller(port)) as caller:
                    caller.get("/api/health")
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"the server does not answer:\n{log.read_text()[-2000:]}") from None
                time.sleep(POLL_S)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class RefusedError(Exception):
    """The server did not do what was asked."""


@dataclass
class Caller:
    """One person's connection to the server. seconds: what each request took, by kind."""

    port: int
    seconds: dict[str, list[float]] = field(default_factory=dict)
    serial: int = 0

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def get(self, path: str, kind: str = "") -> Any:
        """The reply to a GET: JSON where it is, else bytes."""
        return self._ask("GET", path, None, kind or path)

    def post(self, path: str, body: Mapping[str, Any], kind: str = "") -> Any:
        """The reply to a POST; long work is waited for as the page does, and counted as one request."""
        start = time.perf_counter()
        found = self._ask("POST", path, body, "")
        if isinstance(found, dict) and "state" in found and "number" in found:
            found = self._followed(found)
        self._note(kind or path, start)
        return found

    def live(self, session: str, question: Mapping[str, Any], edits: Sequence[Any], kind: str, **more: Any) -> Live:
        """The live answer to a list of edits; seconds are counted from sending to the exact answer in hand."""
        self.serial += 1
        body = {"session": session, "serial": self.serial, "question": question, "edits": list(edits), **more}
        found = Live()
        start = time.perf_counter()
        reply = self._sent("POST", "/api/live", body)
        if reply.status != 200:
            raise RefusedError(f"{reply.status}: {reply.read()[:500]!r}")
        for text in reply:
            chunk = json.loads(text)
            stage = chunk["stage"]
            if stage in ("failed", "refused", "stale"):
                reply.read()
                raise RefusedError(f"{stage}: {chunk}")
            found.after[stage] = time.perf_counter() - start
            found.told[stage] = chunk
        if "exact" not in found.told:
            raise RefusedError("the stream ended without an answer")
        self.seconds.setdefault(kind, []).append(found.after["exact"])
        return found

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None, kind: str) -> Any:
        start = time.perf_counter()
        reply = self._sent(method, path, body)
        data = reply.read()
        if reply.status >= 400:
            raise RefusedError(f"{method} {path}: {reply.status} {data[:500]!r}")
        if kind:
            self._note(kind, start)
        return json.loads(data) if "json" in reply.headers.get("Content-Type", "") and data else data

    def _sent(self, method: str, path: str, body: Mapping[str, Any] | None) -> http.client.HTTPResponse:
        said = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if said is not None else {}
        try:
            self._connection.request(method, path, said, headers)
            return self._connection.getresponse()
        except (http.client.HTTPException, OSError):
            self._connection.close()
            raise

    def _followed(self, job: Mapping[str, Any]) -> Any:
        until = time.monotonic() + PATIENCE_S
        while job["state"] in ("queued", "running"):
            if time.monotonic() > until:
                raise RefusedError(f"no answer within {PATIENCE_S:.0f} s: {job}")
            time.sleep(POLL_S)
            job = self._ask("GET", f"/api/jobs/{job['id']}", None, "")
        return self._ask("GET", f"/api/jobs/{job['id']}/reply", None, "")

    def _note(self, kind: str, start: float) -> None:
        self.seconds.setdefault(kind, []).append(time.perf_counter() - start)


@dataclass
class Live:
    """What a live answer told. after: seconds from sending to each stage; told: the chunk of each stage."""

    after: dict[str, float] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
