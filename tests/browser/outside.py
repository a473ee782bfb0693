"""A proxy that leads nowhere: whatever a page asks of other machines arrives here, is refused and is counted."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import ProxySettings

OWN = ("CONNECT content-autofill.googleapis.com:443",)
"""What Chromium asks its maker about every form, whatever the page. Were a page to ask it, `Visit` would see that."""


class Outside:
    """What was asked of the outside, as `METHOD address`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.address = ""

    def proxy(self) -> ProxySettings:
        """What a window has to be opened with."""
        return {"server": self.address, "bypass": "127.0.0.1,localhost"}


@contextmanager
def watching_outside() -> Iterator[Outside]:
    """A proxy on a free port of the machine itself, as long as the block lasts."""
    outside = Outside()

    class Refuse(socketserver.StreamRequestHandler):
        timeout = 5

        def handle(self) -> None:
            line = self.rfile.readline(4096).decode("latin-1").strip()
            if line:
                if not line.startswith(OWN):
                    outside.asked.append(line)
                self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Refuse) as server:
        outside.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield outside
        finally:
            server.shutdown()
            thread.join(10)
