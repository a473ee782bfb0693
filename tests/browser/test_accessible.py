"""Who cannot see, cannot use a mouse or reads Swedish: everything is there for them too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.accessibility import faults
from tests.browser.conftest import Visiting
from tests.browser.links import CHANGE, COMPARE, EXPLAIN, LOOK, link, view
from tests.browser.served import Served
from tests.browser.words import only_in, words

CITY, PLAN = "demo", "bridge-and-preschool"
SCREENS: dict[str, tuple[dict[str, Any], bool]] = {
    "look": (LOOK, False),
    "table": (LOOK, True),
    "change": (CHANGE, False),
    "compare": ({**COMPARE, "plan": PLAN}, False),
    "swipe": ({**COMPARE, "plan": PLAN, "show": "swipe"}, False),
    "groups": ({**COMPARE, "plan": PLAN, "show": "groups"}, False),
    "side by side": ({**COMPARE, "show": "side", "plans": [PLAN]}, False),
    "about": (EXPLAIN, False),
    "brief": ({**EXPLAIN, "part": "brief"}, False),
    "data": ({**EXPLAIN, "part": "data"}, False),
    "code": ({**EXPLAIN, "part": "code"}, False),
}


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of all main states, to be looked at."""
    return tmp_path_factory.mktemp("states")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_no_serious_fault(visiting: Visiting, demo: Served, screen: str, theme: Any, states: Path) -> None:
    mode, table = SCREENS[screen]
    shown = view("demo", "walk_to_nearest", {"kind": "preschool"}, mode, table=table)
    visit = visiting(demo, link(shown), color_scheme=theme)
    visit.settle()
    visit.quiet()
    assert visit.state()["theme"] == theme
    assert visit.view()["mode"]["mode"] == mode["mode"]
    assert faults(visit.page) == []
    with Image.open(visit.shoot(states / f"{screen.replace(' ', '-')}-{theme}.png")) as picture:
        assert len(picture.convert("RGB").getcolors(1 << 24) or []) > 30, "an empty page"


def test_axe_would_find_one(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo)
    visit.settle()
    visit.evaluate("() => document.querySelector('main').append(Object.assign(new Image(), { src: 'data:,' }))")
    assert any("image-alt" in fault for fault in faults(visit.page))


WRITTEN = """() => {
    const found = [];
    const foreign = node => node.closest('[lang="en"], [hidden], script, style, noscript, code, pre, option');
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode.textContent.trim();
        if (text && !foreign(walker.currentNode.parentElement)) found.push(text);
    }
    for (const node of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]")) {
        for (const name of ["aria-label", "title", "placeholder", "alt"]) {
            const text = node.getAttribute(name)?.trim();
            if (text && !foreign(node)) found.push(text);
        }
    }
    return found;
}"""


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_english_is_left_in_swedish(visiting: Visiting, demo: Served, screen: str) -> None:
    mode, table = SCREENS[screen]
    visit = visiting(demo, link(view(CITY, "walk_to_nearest", {"kind": "preschool"}, mode, table=table)))
    visit.settle()
    visit.page.get_by_label(words("en")["app"]["language"]).select_option("sv")
    visit.page.wait_for_function("() => document.documentElement.lang === 'sv'")
    visit.quiet()
    assert visit.state()["language"] == "sv"
    expect(visit.page.get_by_role("button", name=words("sv")["app"]["look"], exact=True)).to_be_visible()
    written = set(visit.evaluate(WRITTEN))
    assert len(written) > 10
    assert not written & only_in("en", "sv")


def test_questions_are_asked_in_swedish(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo, locale="sv-SE")
    visit.answered()
    indicators = demo.get(f"api/catalogue?city={CITY}&language=sv")["indicators"]
    question = next(one["question"] for one in indicators if one["id"] == visit.view()["ask"]["indicator"])
    assert question["lang"] == "sv"
    expect(visit.page.locator("details.chooser summary")).to_contain_text(question["text"])


def test_the_whole_way_by_keyboard(visiting: Visiting, demo: Served) -> None:
    """From the first view to another question, its table, and who loses by a plan: no mouse is touched."""
    app, compare = words("en")["app"], words("en")["compare"]
    visit = visiting(demo)
    visit.answered()
    keys = visit.page.keyboard
    visit.tab_to(app["skip"])
    keys.press("Enter")
    visit.tab_to("How long is the walk to the nearest place of a kind?")
    keys.press("Enter")
    visit.tab_to("How many places of a kind can people here reach on foot?")
    keys.press("Enter")
    expect(visit.page.get_by_role("heading", name="Places within").first).to_be_visible()
    assert visit.view()["ask"]["indicator"] == "walk_access"
    visit.tab_to(app["showTable"])
    keys.press("Enter")
    expect(visit.page.get_by_role("table")).to_be_visible()
    keys.press("Enter")
    visit.page.evaluate("() => document.activeElement.blur()")
    visit.tab_to(app["compare"])
    keys.press("Enter")
    visit.tab_to(compare["swipe"])
    keys.press("Enter")
    expect(visit.page.get_by_role("slider", name=compare["swipeLabel"])).to_be_visible()
    visit.tab_to(compare["swipeLabel"])
    keys.press("ArrowLeft")
    assert visit.view()["mode"]["swipe"] == pytest.approx(0.48)
    # what has the focus can be seen
    outline = "() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.boxShadow; }"
    assert visit.evaluate(outline) != "nonenone"


@pytest.mark.parametrize("size", [(820, 1180), (1180, 820)], ids=["upright", "across"])
def test_on_a_tablet(visiting: Visiting, demo: Served, size: tuple[int, int]) -> None:
    viewport = {"width": size[0], "height": size[1]}
    visit = visiting(demo, viewport=viewport, has_touch=True, is_mobile=True, device_scale_factor=1)
    visit.answered()
    assert visit.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out sideways"
    small = visit.evaluate(
        """() => [...document.querySelectorAll("button, select, a.button, summary, input")]
            .map(node => [node.innerText || node.getAttribute("aria-label"), node.getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([name]) => name)"""
    )
    assert small == [], "targets a finger cannot hit"
    values = demo.lab.measure(CITY, "walk_to_nearest", kind="preschool")
    unit = visit.open_units(values.support.points)[0]
    visit.page.touchscreen.tap(*visit.pixel(*map(float, values.support.points[unit])))
    visit.page.wait_for_function("unit => window.stadslab.state().view.mode.pinned === unit", arg=unit)
