"""Rough treatment: damaged links, a server that stops, a browser that cannot draw, nobody to ask."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from stadslab.lab.lab import Lab
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


def test_a_server_that_stops_while_it_works_is_told_and_the_question_can_be_asked_again(
    visiting: Visiting, demo: Served
) -> None:
    # so many draws of so many journeys take longer than it takes to stop
    jobs = {"what": "jobs", "minutes": 20, "date": "2026-06-16"}
    visit = visiting(demo, link(view("demo", "transit_access", jobs, draws=300)))
    visit.expects("ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED|Failed to load resource|NetworkError")
    visit.expects("assets/index-")  # what the map says of a tile that did not come
    expect(visit.page.get_by_role("progressbar")).to_be_visible()
    demo.stop()
    try:
        expect(visit.page.get_by_text(APP["noServer"], exact=True)).to_be_visible()
    finally:
        demo.start()
    # a lighter question of the same page, on the same server's address, is answered
    visit.page.get_by_label(words("en")["look"]["draws"]).select_option("1", force=True)
    visit.answered()
    expect(visit.page.get_by_text(APP["noServer"], exact=True)).not_to_be_visible()


def test_a_long_question_can_be_called_off(visiting: Visiting, demo: Served) -> None:
    jobs = {"what": "jobs", "minutes": 21, "date": "2026-06-16"}
    visit = visiting(demo, link(view("demo", "transit_access", jobs, draws=300)))
    visit.page.get_by_role("button", name=APP["cancel"]).click()
    expect(visit.page.get_by_text(APP["cancelled"])).to_be_visible()
    expect(visit.page.get_by_role("button", name=APP["again"])).to_be_visible()


def test_without_webgl_there_is_a_picture_and_the_whole_table(
    visiting: Visiting, demo: Served, browser_without_webgl: Browser
) -> None:
    visit = visiting(demo, link(WALK), by=browser_without_webgl)
    visit.expects("WebGL")
    expect(visit.page.get_by_text(APP["noWebgl"])).to_be_visible()
    picture = visit.page.get_by_role("img", name=APP["staticMap"].partition("{")[0].strip())
    expect(picture).to_be_visible()
    visit.page.wait_for_function("() => [...document.images].some(image => image.naturalWidth > 300)")
    visit.page.get_by_role("button", name=APP["showTable"]).click()
    values = demo.lab.measure("demo", "walk_to_nearest", kind="preschool")
    assert len(visit.rows()) == len(values)


def test_no_city_yet(visiting: Visiting, tmp_path: Path) -> None:
    Lab(tmp_path / "empty.lab")
    served = Served(tmp_path / "empty.lab", tmp_path / "server.log")
    try:
        visit = visiting(served)
        expect(visit.page.get_by_text(APP["noCity"])).to_be_visible()
    finally:
        served.close()
