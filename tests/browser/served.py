"""`stadslab serve` as a process of its own, as a person starts it: started, stopped and started again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from stadslab.lab.lab import Lab

STARTS_WITHIN = 120  # seconds; the first start compiles
STOPS_WITHIN = 30


class Served:
    """A lab, and the process that serves it. `lab` is a second opening of the same folder, to ask in Python."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.lab = Lab(folder)
        self._folder, self._log = folder, log
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self._port}/"

    def start(self) -> None:
        """Serve, on the same address as before; back when the page answers."""
        words = [sys.executable, "-m", "stadslab", "serve", "--lab", str(self._folder), "--port", str(self._port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, "PYTHONUNBUFFERED": "1"}
            )
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until:
            assert self._process.poll() is None, f"the server ended:\n{self.said()}"
            try:
                self.get("api/health")
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)  # a process tells nobody when it listens
            else:
                return
        self.stop()
        raise AssertionError(f"the server did not answer within {STARTS_WITHIN} s:\n{self.said()}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Stop serving, with Ctrl-C unless told otherwise; gives the exit code."""
        assert self._process is not None
        self._process.send_signal(how)
        try:
            return self._process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOPS_WITHIN)
            raise AssertionError(f"the server did not stop within {STOPS_WITHIN} s:\n{self.said()}") from None

    def close(self) -> None:
        """Stop, where it still runs."""
        if self._process is not None and self._process.poll() is None:
            self.stop()

    def said(self) -> str:
        """The last of what the server wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-4000:]

    def get(self, path: str) -> Any:
        """The JSON of an address of the server."""
        with urllib.request.urlopen(f"{self.address}{path}", timeout=60) as reply:
            return json.load(reply)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
