"""The map as a widget of a notebook: drawn from what it carries, with no server and nobody else to ask."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Route, expect

from stadslab.brief.basemap import credit_of
from stadslab.core.city import City
from stadslab.core.values import Values
from stadslab.faces.mapped import mapped
from stadslab.faces.notebook import CODE
from tests.brief import samples
from tests.browser.conftest import DESK
from tests.browser.outside import Outside
from tests.browser.visit import Visit

ADDRESS = "http://127.0.0.1:9/"  # nobody listens there: whatever is not answered below fails

PAGE = """<!doctype html><html lang="en"><title>A notebook</title><body style="margin:0"><div id="out"></div>
<script type="module">
import widget from "./widget.js";
const bytes = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
const read = (v) => v === null || typeof v !== "object" ? v : Array.isArray(v) ? v.map(read)
  : "bytes" in v ? bytes(v.bytes) : Object.fromEntries(Object.entries(v).map(([k, x]) => [k, read(x)]));
const state = read(await (await fetch("./state.json")).json());
const told = {};
window.model = {
  get: (name) => state[name],
  set: (name, value) => { state[name] = value; for (const tell of told[`change:${name}`] ?? []) tell(); },
  on: (event, tell) => { (told[event] ??= []).push(tell); },
  off: (event, tell) => { told[event] = told[event].filter((one) => one !== tell); },
};
window.stop = widget.render({ model, el: document.getElementById("out") });
</script></body></html>"""

READY = """number => { const maps = document.getElementById('out').maps;
  return maps?.length === number && maps.every((map) => map.idle); }"""


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode("ascii")}
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


@pytest.fixture
def notebook(browser: Browser, outside: Outside) -> Iterator[Any]:
    """A page that shows a widget as a notebook does: its code, and a model with its traits."""
    if not CODE.is_file():
        pytest.skip("the front end is not built (make page)")
    visits: list[Visit] = []
    before = len(outside.asked)

    def opened(told: dict[str, Any], **traits: str) -> Visit:
        state = {"told": told, "alt": "What the map shows", "language": "en", "theme": "light"} | traits
        context = browser.new_context(**{**DESK, "proxy": outside.proxy()})
        files = {
            "": ("text/html", PAGE),
            "widget.js": ("text/javascript", CODE.read_text(encoding="utf-8")),
            "state.json": ("application/json", json.dumps(_plain(state))),
        }

        def answer(route: Route) -> None:
            name = route.request.url.removeprefix(ADDRESS)
            if name in files:
                route.fulfill(content_type=files[name][0], body=files[name][1])
            else:
                route.abort()

        context.route(f"{ADDRESS}**", answer)
        visit = Visit(context, ADDRESS)
        visits.append(visit)
        visit.expects("favicon")
        visit.page.goto(ADDRESS)
        visit.page.wait_for_function(READY, arg=1)
        return visit

    yield opened
    for visit in visits:
        visit.context.close()
        visit.check()
    assert outside.asked[before:] == []


def _city() -> City:
    return samples.city()


def _codes(view: dict[str, Any]) -> list[int]:
    return np.frombuffer(view["codes"], "<i2").tolist()


def test_values_are_painted_read_and_listed(notebook: Any) -> None:
    values: Values = samples.school_comparison(1).base
    told = mapped(values, _city()).told
    visit = notebook(told)
    page = visit.page
    (view,) = told["views"]
    assert visit.evaluate("() => document.getElementById('out').maps[0].paintedCodes()") == _codes(view)
    drawn = visit.evaluate(
        "() => { const { map } = document.getElementById('out').maps[0];"
        "return [...new Set(map.queryRenderedFeatures({ layers: ['units-fill'] }).map((f) => f.id))]; }"
    )
    assert set(drawn) == set(range(len(values)))
    expect(page.get_by_text(credit_of(_city())[:20])).to_be_visible()
    for swatch in view["legend"]:
        expect(page.get_by_text(swatch["label"], exact=True)).to_be_visible()
    unit = int(np.argmax(np.isfinite(values.mean())))
    lon, lat = values.support.points[unit]
    at = visit.evaluate(
        "([lon, lat]) => { const { map } = document.getElementById('out').maps[0]; const p = map.project([lon, lat]);"
        "const box = map.getCanvas().getBoundingClientRect(); return [box.x + p.x, box.y + p.y]; }",
        [float(lon), float(lat)],
    )
    page.mouse.move(*at)
    expect(page.locator(".pointed")).to_contain_text(f"{values.support.ids[unit]}: ")
    page.get_by_role("button", name="Show as table").click()
    expect(page.get_by_role("row")).to_have_count(1 + min(len(values), 100))
    expect(page.get_by_role("rowheader", name=values.support.ids[0])).to_be_visible()


def test_a_comparison_shows_its_change_and_before_beside_after(notebook: Any) -> None:
    compared = samples.school_comparison(9)
    told = mapped(compared, None).told
    visit = notebook(told, theme="dark")
    views = {view["name"]: view for view in told["views"]}
    assert visit.evaluate("() => document.getElementById('out').maps[0].paintedCodes()") == _codes(views["change"])
    visit.page.get_by_role("button", name="Before | after").click()
    visit.page.wait_for_function(READY, arg=2)
    painted = visit.evaluate("() => document.getElementById('out').maps.map((map) => map.paintedCodes())")
    assert painted == [_codes(views["before"]), _codes(views["after"])]
    visit.evaluate("() => { document.getElementById('out').maps[0].map.jumpTo({ zoom: 15 }); }")
    zooms = visit.evaluate("() => document.getElementById('out').maps.map((map) => map.camera.zoom)")
    assert zooms == [15, 15]
    visit.evaluate("() => model.set('language', 'sv')")
    expect(visit.page.get_by_role("button", name="Före | efter")).to_be_visible()
    visit.page.get_by_role("button", name="Efter", exact=True).click()
    visit.page.wait_for_function(READY, arg=1)
    assert visit.evaluate("() => document.getElementById('out').maps[0].paintedCodes()") == _codes(views["after"])
    visit.evaluate("() => stop()")
    assert visit.evaluate("() => document.getElementById('out').childElementCount") == 0
