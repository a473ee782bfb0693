"""Rough treatment: damaged links, a server that stops, a browser that cannot draw, nobody to ask."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visiting
from tests.browser.links import link, view
from tests.browser.served import Served
from tests.browser.words import words

APP = words("en")["app"]
WALK = view("demo", "walk_to_nearest", {"kind": "preschool"})


@pytest.mark.parametrize(
    ("fragment", "told"),
    [
        ("#nonsense", APP["badLinkGarbled"]),
        ("#1.%%%", APP["badLinkGarbled"]),
        (link(WALK)[:-40], APP["badLinkGarbled"]),
        (link(WALK, version="9"), APP["badLinkVersion"]),
        (link({**WALK, "mode": {**WALK["mode"], "classes": 99}}), APP["badLinkField"].format(field="mode.classes")),
        (link({**WALK, "draft": {"name": "", "edits": [{"street": "x"}], "etag": None}}), "edits[0].kind"),
        (link({**WALK, "city": "atlantis"}), APP["badLinkCity"].format(city="atlantis")),
    ],
    ids=["words", "signs", "cut off", "another version", "a senseless field", "an edit of no kind", "no such city"],
)
def test_a_link_that_cannot_be_read_says_why_and_shows_the_city(
    visiting: Visiting, demo: Served, fragment: str, told: str
) -> None:
    visit = visiting(demo, fragment)
    expect(visit.page.get_by_text(told)).to_be_visible()
    visit.settle()
    assert visit.state()["view"]["city"] == "demo"


def test_a_stopped_server_is_told_and_the_page_goes_on_when_it_is_back(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo, link(WALK))
    visit.settle()
    visit.expects("ERR_CONNECTION_REFUSED|Failed to fetch|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|ERR_INCOMPLETE")
    try:
        demo.stop()
        with visit.page.expect_event("domcontentloaded"):
            visit.page.evaluate("location.hash = ''; history.replaceState(null, '', location.pathname)")
    finally:
        demo.start()
