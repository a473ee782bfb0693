"""One person at one browser window: where they go, what they see, and what went wrong while they looked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, expect

PATIENCE = 90_000  # milliseconds for an answer: two busy cores, a cold cache
LOOPBACK = ("127.0.0.1", "localhost")
LOCAL = ("data", "blob", "about")

_FOCUSED = """() => {
    const at = document.activeElement;
    if (at === document.body) return "";
    return at?.getAttribute("aria-label") || (at?.labels?.[0] ?? at)?.innerText?.trim() || at?.tagName || "";
}"""


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

    def answered(self) -> None:
        """Wait until the units are coloured, and drawn so."""
        self.page.wait_for_function(
            "() => window.stadslab?.map?.idle && window.stadslab.map.paintedCodes().some(code => code >= 0)"
        )

    def quiet(self) -> None:
        """Wait until nothing is being asked or worked out."""
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_function("() => !document.querySelector('progress, [role=progressbar], .working')")

    def state(self) -> Any:
        """The state of the page."""
        return self.page.evaluate("() => window.stadslab.state()")

    def view(self) -> Any:
        """What a link of this moment would carry."""
        return self.state()["view"]

    def rows(self) -> list[list[Any]]:
        """The rows of the table of the map, as numbers and words before they are written out."""
        self.page.wait_for_function("() => window.stadslab?.table && window.stadslab.table.rows().length")
        found: list[list[Any]] = self.page.evaluate("() => window.stadslab.table.rows()")
        return found

    def columns(self) -> list[str]:
        """The heads of the table of the map."""
        found: list[str] = self.page.evaluate("() => window.stadslab.table.columns.map(column => column.name)")
        return found

    def pixel(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a place is in the window."""
        x, y = self.page.evaluate(
            """([lon, lat]) => {
                const { map } = window.stadslab.map;
                const { x, y } = map.project([lon, lat]);
                const box = map.getCanvas().getBoundingClientRect();
                return [box.x + x, box.y + y];
            }""",
            [lon, lat],
        )
        return x, y

    def open_units(self, points: Any) -> list[int]:
        """Which units can be pointed at: drawn where their point is, with nothing lying over the map there."""
        found: list[int] = self.page.evaluate(
            """points => {
                const { map } = window.stadslab.map;
                const box = map.getCanvas().getBoundingClientRect();
                return points.flatMap((point, unit) => {
                    const { x, y } = map.project(point);
                    if (document.elementFromPoint(box.x + x, box.y + y) !== map.getCanvas()) return [];
                    const seen = map.queryRenderedFeatures([x, y], { layers: ["units-fill"] });
                    return seen[0]?.id === unit ? [unit] : [];
                });
            }""",
            [[float(lon), float(lat)] for lon, lat in points],
        )
        return found

    def painted(self) -> dict[int, dict[str, Any]]:
        """What the map was told of each unit it shows: its class, opacity and hatching."""
        found = self.page.evaluate(
            """() => Object.fromEntries(window.stadslab.map.map
                .queryRenderedFeatures({ layers: ["units-fill"] }).map(unit => [unit.id, unit.state]))"""
        )
        return {int(unit): state for unit, state in found.items()}

    def tab_to(self, name: str, within: int = 80) -> None:
        """Press Tab until what is focused has this name, as somebody without a mouse does."""
        seen = []
        for _ in range(within):
            self.page.keyboard.press("Tab")
            seen.append(self.page.evaluate(_FOCUSED))
            if name in seen[-1]:
                return
        raise AssertionError(f"{name!r} is not reached by Tab; reached were {seen}")

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
