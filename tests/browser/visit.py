"""One person at one browser window: where they go, what they see, and what went wrong while they looked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, expect

PATIENCE = 60_000  # milliseconds for an answer: two busy cores, a cold cache
LOOPBACK = ("127.0.0.1", "localhost")
LOCAL = ("data", "blob", "about")


class Visit:
    """A window. What it asked of others, and what its console complained of, is looked at when it ends."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context, self.address = context, address
        self.outside: list[str] = []
        self.complaints: list[str] = []
        self._expected: list[str] = []
        context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        context.on("request", lambda request: self._note_request(request.url))
        self.page = self.window()

    def window(self) -> Page:
        """Another window of the same person."""
        page = self.context.new_page()
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.on("websocket", lambda socket: self._note_request(socket.url))
        return page

    def _note_request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in LOCAL and parts.hostname not in LOOPBACK:
            self.outside.append(url)

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def expects(self, complaint: str) -> None:
        """A complaint of the console (a pattern) that belongs to this test: a refusal that is asked for."""
        self._expected.append(complaint)

    def check(self) -> None:
        """Nothing was asked of the outside, and nothing unexpected was complained of."""
        assert not self.outside, f"the page asked for what is not on this machine: {self.outside}"
        unexpected = [c for c in self.complaints if not any(re.search(e, c) for e in self._expected)]
        assert not unexpected, f"the console of the page complains: {unexpected}"

    def shoot(self, file: Path) -> Path:
        """A picture of the window, into a file."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=file)
        return file

    def settle(self) -> None:
        """Wait until the map has drawn all it was asked for."""
        self.page.wait_for_function("() => window.stadslab?.map?.idle")

    def state(self) -> Any:
        """The state of the page."""
        return self.page.evaluate("() => window.stadslab.state()")

    def rows(self) -> list[list[Any]]:
        """The rows of the table of the map, as numbers and words before they are written out."""
        self.page.wait_for_function("() => window.stadslab?.table")
        found: list[list[Any]] = self.page.evaluate("() => window.stadslab.table.rows()")
        return found

    def evaluate(self, script: str, given: Any = None) -> Any:
        """What a script says in the page."""
        return self.page.evaluate(script, given)

    def pictures(self, folder: Path) -> list[Path]:
        """A picture of each window that is open, for a test that failed."""
        found = []
        for number, page in enumerate(self.context.pages):
            file = folder / f"window-{number}.png"
            try:
                folder.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=file, timeout=10_000)
            except Error:
                continue  # closed, or it hangs: the failure itself is told all the same
            found.append(file)
        return found
