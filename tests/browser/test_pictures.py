"""The pictures of the README, taken on the way a person goes; `--update-images` puts them into the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Visiting
from tests.browser.links import CHANGE, link, view
from tests.browser.pictures import LARGEST, film, still
from tests.browser.served import Served
from tests.browser.words import words

CITY, PLAN = "demo", "bridge-and-preschool"
EN = words("en")


@pytest.fixture
def images(request: pytest.FixtureRequest, tmp_path: Path, repository: Path) -> Path:
    """Where pictures go: aside, or into the documentation when that is asked for."""
    return repository / "docs/images" if request.config.getoption("--update-images") else tmp_path


def test_a_street_closes_and_a_preschool_opens(visiting: Visiting, demo: Served, images: Path) -> None:
    """The film: the first map, a bridge closed by a click, who loses, before and after."""
    streets = demo.lab.city(CITY)["streets"].scan().to_pylist()
    bridge = demo.lab.scenario(CITY, PLAN).edits[0].to_json()["street"]
    row = next(row for row in streets if row["id"].partition("#")[0] == bridge)
    middle = shapely.from_wkb(row["geometry"]).interpolate(0.5, normalized=True)
    frames: list[tuple[bytes, float]] = []
    visit = visiting(demo, link(view(CITY, "walk_to_nearest", {"kind": "preschool"})))
    page = visit.page

    def keep(seconds: float) -> None:
        visit.settle()
        frames.append((page.screenshot(), seconds))

    visit.answered()
    keep(2.5)
    page.get_by_role("button", name=EN["app"]["change"], exact=True).click()
    expect(page.get_by_role("heading", name=EN["change"]["tools"])).to_be_visible()
    visit.quiet()
    keep(1)
    page.get_by_role("button", name=EN["change"]["toolNames"]["close_street"], exact=True).click()
    x, y = visit.pixel(middle.x, middle.y)
    page.mouse.move(x - 40, y - 60)
    keep(0.8)
    page.mouse.move(x - 1, y)
    page.mouse.move(x, y)
    expect(page.locator(".under")).to_be_visible()
    keep(1.2)
    page.mouse.click(x, y)
    expect(page.locator(".plan .sentence")).to_be_visible()
    expect(page.locator(".answer")).to_have_attribute("aria-busy", "false")
    visit.page.mouse.move(x + 120, y + 160)
    keep(3)
    page.get_by_role("button", name=EN["app"]["compare"], exact=True).click()
    expect(page.get_by_role("region", name=EN["compare"]["result"])).to_be_visible()
    visit.answered()
    keep(3)
    page.get_by_role("button", name=EN["compare"]["swipe"], exact=True).click()
    border = page.get_by_role("slider", name=EN["compare"]["swipeLabel"])
    visit.answered()
    keep(1)
    for _ in range(3):
        border.press("PageDown")
        keep(0.5)
    keep(1.5)
    size = film(frames, images / "close-a-street.webp")
    assert size < LARGEST
    with Image.open(images / "close-a-street.webp") as moving:
        assert moving.n_frames >= 8


def test_the_map_of_the_readme(visiting: Visiting, demo: Served, images: Path) -> None:
    edits = tuple(edit.to_json() for edit in demo.lab.scenario(CITY, PLAN).edits)
    shown = view(CITY, "walk_to_nearest", {"kind": "preschool"}, CHANGE, edits=edits, draws=10)
    visit = visiting(demo, link(shown))
    visit.settle()
    visit.page.get_by_role("button", name=EN["app"]["compare"], exact=True).click()
    expect(visit.page.get_by_role("region", name=EN["compare"]["result"])).to_be_visible()
    visit.answered()
    assert still(visit.page.screenshot(), images / "map.png") < LARGEST / 2
