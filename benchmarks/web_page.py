"""The page itself in headless Chromium: the first map, a street closed with the pointer, sixty thousand cells."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.child import Clock, Outcome, SkippedError, run
from benchmarks.metropolis import CITY
from benchmarks.report import Section, in_turn, plain, under
from benchmarks.web import (
    AIM_S,
    CLOSURES,
    FINE_UNITS,
    WARM_UP,
    high,
    middle,
    milliseconds,
    questions,
    some_streets,
)
from benchmarks.web_served import served

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATIENCE_MS = 120_000
SIZE = {"width": 1280, "height": 800}
CLICKED = {"walk": 30, "transit": 10}  # of the closures, so many in the page
STREET_ZOOM = 16.0
ROUND = (("pan", 300, 0), ("pan", 0, 250), ("pan", -300, 0), ("pan", -300, 0), ("pan", 0, -250), ("pan", 300, 0))
STEPS: tuple[tuple[str, float, float], ...] = (  # pan by so many pixels, or zoom by so much
    ("zoom", 1, 0), *ROUND, ("zoom", 1.5, 0), *ROUND, ("zoom", 1, 0), *ROUND, ("zoom", -2, 0), ("zoom", -1.5, 0),
)  # fmt: skip

PAINTED = """() => {
  const map = window.stadslab?.map;
  return !!map && map.idle && map.paintedCodes().some((code) => code >= 0) && performance.now();
}"""
IDLE = "() => !!window.stadslab?.map?.idle"
LIFTED = """() => {
  window.lifted = [];
  addEventListener("pointerup", () => window.lifted.push(performance.now()), true);
}"""
MARKS = """() => performance.getEntriesByName("live-shown")
  .map((mark) => ({ at: mark.startTime, ...mark.detail }))"""
AFTER = f"(lifted) => ({MARKS})().find((m) => m.at > lifted && m.settled && m.stage === 'exact')?.at"
GO_TO = "([lon, lat, zoom]) => window.stadslab.map.map.jumpTo({ center: [lon, lat], zoom })"
WHERE = """([lon, lat]) => {
  const { map } = window.stadslab.map;
  const box = map.getCanvas().getBoundingClientRect();
  const point = map.project([lon, lat]);
  return [box.left + point.x, box.top + point.y];
}"""
MOVE = """([sort, x, y]) => {
  const { map } = window.stadslab.map;
  if (sort === "pan") map.panBy([x, y], { duration: 300 });
  else map.zoomTo(map.getZoom() + x, { duration: 300 });
}"""
EDITS = "() => window.stadslab.state().view.draft.edits.length"
FRAMES = """() => {
  window.frames_seen = [];
  let last = performance.now();
  const tick = (now) => {
    window.frames_seen.push(now - last);
    last = now;
    window.ticking = requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}"""
IN_VIEW = """() => {
  const { map } = window.stadslab.map;
  const found = map.queryRenderedFeatures({ layers: ["units-fill"] });
  const codes = window.stadslab.map.paintedCodes();
  const ids = new Set(found.map((feature) => feature.id));
  const bounds = map.getBounds();
  const painted = [...ids].filter((id) => codes[id] !== undefined).length;
  return { ids: [...ids], painted, box: [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()] };
}"""


def first_map(clock: Clock, lab: str, date: str) -> dict[str, Any]:
    """Milliseconds from opening the page to a map with values: nothing known, asked before, a second visit."""
    question = questions(date)["walk"]
    with tempfile.TemporaryDirectory() as folder, served(lab, Path(folder) / "log") as port:
        link = f"http://127.0.0.1:{port}/#{fragment(question, 'look')}"
        found = {}
        for name in ("the question is new", "it was asked before"):
            with _window() as page, clock(name):
                page.goto(link)
                found[name] = page.wait_for_function(PAINTED, polling="raf").json_value()
                if name == "it was asked before":
                    page.reload()
                    found["the browser was here before"] = page.wait_for_function(PAINTED, polling="raf").json_value()
    return {"milliseconds": found}


def clicked(clock: Clock, lab: str, date: str, how: str) -> dict[str, Any]:
    """Streets closed with the pointer; milliseconds from the pointer that is lifted to the painted difference."""
    import shapely

    from stadslab.lab.lab import Lab

    question = questions(date)[how]
    streets = some_streets(lab, WARM_UP + CLICKED[how], seed=4)
    rows = Lab(lab).city(CITY)["streets"].find(streets).to_pylist()
    middles = {row["id"]: shapely.from_wkb(row["geometry"]).interpolate(0.5, normalized=True) for row in rows}
    spent: list[float] = []
    with tempfile.TemporaryDirectory() as folder, served(lab, Path(folder) / "log") as port, _window() as page:
        page.goto(f"http://127.0.0.1:{port}/#{fragment(question, 'change', tool='close_street')}")
        with clock("open the question"):
            page.wait_for_function(IDLE, polling="raf")
            page.wait_for_function(f"() => ({MARKS})().some((mark) => mark.stage === 'exact')", polling=100)
        page.evaluate(LIFTED)
        for number, street in enumerate(streets):
            at = middles[street]
            page.evaluate(GO_TO, [at.x, at.y, STREET_ZOOM])
            page.wait_for_function(IDLE, polling="raf")
            place = page.evaluate(WHERE, [at.x, at.y])
            before = page.evaluate(EDITS)
            page.mouse.move(*place, steps=3)
            page.mouse.down()
            page.mouse.up()
            lifted = page.evaluate("() => window.lifted.at(-1)")
            shown = page.wait_for_function(AFTER, arg=lifted, polling="raf").json_value()
            if page.evaluate(EDITS) != before + 1:
                raise RuntimeError(f"no edit came of clicking at {street}")
            if number >= WARM_UP:
                spent.append(shown - lifted)
    return {"milliseconds": spent}


def many_cells(clock: Clock, lab: str, date: str) -> dict[str, Any]:
    """Pan and zoom over sixty thousand cells: what was asked for and what came, cells in sight and cells drawn."""
    from stadslab.lab.lab import Lab

    question = questions(date, FINE_UNITS)["walk"]
    points = Lab(lab).builds.support(FINE_UNITS, Lab(lab).city(CITY)).points
    asked: list[str] = []
    answered: list[str] = []
    refused: list[str] = []
    lost: list[str] = []
    views = []
    with tempfile.TemporaryDirectory() as folder, served(lab, Path(folder) / "log") as port, _window() as page:
        page.on("request", lambda request: asked.append(request.url))
        page.on("response", lambda reply: (answered if reply.status < 400 else refused).append(reply.url))
        page.on("requestfailed", lambda request: lost.append(request.url))
        with clock("open the page"):
            page.goto(f"http://127.0.0.1:{port}/#{fragment(question, 'look')}")
            page.wait_for_function(PAINTED, polling="raf")
        page.evaluate(FRAMES)
        for sort, x, y in STEPS:
            with clock(f"step {len(views)}"):
                page.evaluate(MOVE, [sort, x, y])
                page.wait_for_timeout(350)  # the movement itself
                page.wait_for_function(IDLE, polling="raf")
            seen = page.evaluate(IN_VIEW)
            west, south, east, north = seen["box"]
            inside = (points[:, 0] > west) & (points[:, 0] < east) & (points[:, 1] > south) & (points[:, 1] < north)
            wanted = set(inside.nonzero()[0].tolist())
            views.append(
                {"in sight": len(wanted), "not drawn": len(wanted - set(seen["ids"])), "painted": seen["painted"]}
            )
        frames = page.evaluate("() => { cancelAnimationFrame(window.ticking); return window.frames_seen; }")
        coloured = page.evaluate("() => window.stadslab.map.paintedCodes().length")
    tiles = [url for url in asked if "/tiles/" in url]
    came = [url for url in answered if "/tiles/" in url]
    return {
        "cells": len(points), "coloured": coloured, "views": views, "frames": frames, "tiles asked": len(tiles),
        "tiles answered": len(came), "refused": refused + [url for url in lost if "/events" not in url],
    }  # fmt: skip


def fragment(question: Mapping[str, Any], mode: str, **fields: Any) -> str:
    """The part of a shared link after `#`."""
    modes: dict[str, dict[str, Any]] = {
        "look": {
            "mode": "look", "second": None, "scheme": "quantile", "classes": 6, "brush": None, "unsure": "texture",
            "pinned": None, "areas": None,
        },
        "change": {"mode": "change", "tool": None, "selected": None},
    }  # fmt: skip
    ask = {name: question[name] for name in ("indicator", "params", "support")} | {"draws": 1, "seed": 1}
    draft = {"name": "", "edits": [], "etag": None}
    view = {
        "city": question["city"], "ask": ask, "camera": None, "table": False, "draft": draft,
        "mode": modes[mode] | fields,
    }  # fmt: skip
    return "1." + base64.urlsafe_b64encode(json.dumps(view).encode()).decode().rstrip("=")


@contextmanager
def _window() -> Iterator[Page]:
    """A window of a browser that was never here."""
    from playwright.sync_api import sync_playwright

    from tests.browser import chromium

    with sync_playwright() as found:
        browser = found.chromium.launch(executable_path=chromium.find(), args=[*chromium.DRAWING, *chromium.QUIET])
        try:
            page = browser.new_context(viewport=SIZE, locale="en-GB").new_page()  # type: ignore[arg-type]
            page.set_default_timeout(PATIENCE_MS)
            yield page
        finally:
            browser.close()


def can_be_measured() -> None:
    """Raises `SkippedError` where there is no browser or no page."""
    from stadslab.faces.web.page import BUILT
    from tests.browser import chromium

    if not (BUILT / "index.html").is_file():
        raise SkippedError("the page is not built: make web")
    try:
        import playwright.sync_api  # noqa: F401 (is it there?)
    except ImportError:
        raise SkippedError("playwright is not installed") from None
    if not chromium.find():
        raise SkippedError(chromium.ABSENT)


def measure(
    rounds: int, say: Callable[[str], None], kernels: Mapping[str, str], asked: Mapping[str, Any]
) -> list[Section]:
    """The page, three tables."""
    try:
        can_be_measured()
    except SkippedError as why:
        return [Section("web: the page", (), notes=[f"skipped: {why}"])]
    work: dict[str, Callable[[], Outcome]] = {"first map": partial(run, "web_page.first_map", kernels, **asked)}
    for how in CLOSURES:
        work[how] = partial(run, "web_page.clicked", kernels, how=how, **asked)
    work["many cells"] = partial(run, "web_page.many_cells", kernels, **asked)
    seen = in_turn(work, rounds, under("the page", say))
    return [_first(seen["first map"]), _clicked(seen), _cells(seen["many cells"])]


def _first(seen: Sequence[Outcome]) -> Section:
    section = Section(
        "web: the page opened, until the map shows values", ("visit", "median"), raw=plain({"page": seen})
    )
    for name in seen[0].facts["milliseconds"]:
        section.rows.append((name, milliseconds(middle([one.facts["milliseconds"][name] for one in seen]) / 1e3)))
    return section


def _clicked(seen: Mapping[str, Sequence[Outcome]]) -> Section:
    head = ("answer", "closures", "median", "95th", "aim for the 95th")
    title = "web: a street closed with the pointer, from lifting it to the painted difference"
    section = Section(title, head, raw=plain({how: seen[how] for how in CLOSURES}))
    for how in CLOSURES:
        spent = [value / 1e3 for one in seen[how] for value in one.facts["milliseconds"]]
        kept = "kept" if high(spent) <= AIM_S[how] else "MISSED"
        section.rows.append(
            (how, f"{len(spent):,}", milliseconds(middle(spent)), milliseconds(high(spent)),
             f"{1e3 * AIM_S[how]:,.0f} ms, {kept}")
        )  # fmt: skip
    return section


def _cells(seen: Sequence[Outcome]) -> Section:
    facts = [one.facts for one in seen]
    frames = [frame / 1e3 for one in facts for frame in one["frames"]]
    views = [view for one in facts for view in one["views"]]
    section = Section(f"web: pan and zoom over {facts[0]['cells']:,} cells", ("", "number"), raw=plain({"cells": seen}))
    section.rows = [
        ("movements", f"{len(views):,}"),
        ("cells in sight after them, added up", f"{sum(v['in sight'] for v in views):,}"),
        ("of these not drawn", f"{sum(v['not drawn'] for v in views):,}"),
        ("tiles asked for", f"{sum(one['tiles asked'] for one in facts):,}"),
        ("tiles that came", f"{sum(one['tiles answered'] for one in facts):,}"),
        ("requests refused or failed", f"{sum(len(one['refused']) for one in facts):,}"),
        ("between two frames, median", milliseconds(middle(frames))),
        ("between two frames, 95th", milliseconds(high(frames))),
    ]
    section.notes.append("drawn in software, without a graphics card")
    return section
