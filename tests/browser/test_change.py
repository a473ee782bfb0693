"""Change: drawing by hand and by keys, the answer that follows, and plans that nobody overwrites unawares."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import shapely
from playwright.sync_api import Browser, Page, expect

from stadslab.core.scenario import Scenario
from stadslab.core.suppression import rows_of
from stadslab.core.unit_counts import told_per_unit
from stadslab.lab import catalog
from tests.browser.accessibility import faults
from tests.browser.conftest import Visiting
from tests.browser.links import CHANGE, link, view
from tests.browser.served import Served
from tests.browser.visit import Visit
from tests.browser.words import words

EN = words("en")["change"]
SV = words("sv")["change"]
TOOLS = EN["toolNames"]
CUT_OFF, WORSE, BETTER, REACHED = 0, (1, 2), (3, 4), 5  # codes of the palette of changes
WALK = ("walk_to_nearest", {"kind": "preschool"})


@pytest.fixture
def bridge(demo: Served) -> tuple[str, tuple[float, float]]:
    """The bridge that a plan of the demonstration closes, and its middle."""
    street = demo.lab.scenario("demo", "bridge-and-preschool").edits[0].to_json()["street"]
    row = demo.lab.city("demo")["streets"].find([street]).to_pylist()
    row = row or [r for r in demo.lab.city("demo")["streets"].scan().to_pylist() if r["id"].startswith(f"{street}#")]
    middle = shapely.from_wkb(row[0]["geometry"]).interpolate(0.5, normalized=True)
    return row[0]["id"], (middle.x, middle.y)


def opened(visiting: Visiting, served: Served, at: tuple[float, float], zoom: float = 16.0, **more: Any) -> Visit:
    """A window in Change, with this point in the middle of the map."""
    visit = visiting(served, link(view("demo", *WALK, CHANGE, camera=(*at, zoom), **more)))
    expect(visit.page.get_by_role("heading", name=EN["tools"])).to_be_visible()
    visit.page.wait_for_function("() => window.stadslab?.map?.idle")
    return visit


def choose(page: Page, tool: str) -> None:
    page.get_by_role("button", name=TOOLS[tool], exact=True).click()
    expect(page.get_by_role("heading", name=TOOLS[tool])).to_be_focused()


def take_up(page: Page, tool: str) -> None:
    """The same with keys, up to the cross over the map."""
    page.get_by_role("button", name=TOOLS[tool], exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=TOOLS[tool])).to_be_focused()
    page.get_by_role("button", name=EN["byKeyboard"]).focus()
    page.keyboard.press("Enter")
    expect(page.locator("canvas.maplibregl-canvas")).to_be_focused()


def middle_of(page: Page) -> tuple[float, float]:
    box = page.locator("canvas.maplibregl-canvas").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def edits(visit: Visit) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = visit.evaluate("() => window.stadslab.state().view.draft.edits")
    return found


def plan_of(visit: Visit) -> Scenario:
    kinds = catalog.edits()
    made = [kinds[e["kind"]](**{k: v for k, v in e.items() if k != "kind"}) for e in edits(visit)]
    return Scenario("drawn", tuple(made))


def shows_what_the_lab_says(visit: Visit, served: Served) -> None:
    """The line about people and the colours of the units are those of the same plan in Python."""
    found = served.lab.compare("demo", WALK[0], plan_of(visit), **WALK[1])
    everybody = rows_of(found, told_per_unit(found.people))["total"][0]
    lose, gain = (everybody[name].published for name in ("lose", "gain"))
    said = (EN["nobodyLoses"] if not lose else EN["lose"]).replace("{people}", f"{lose:,} people")
    expect(visit.page.locator(".headline")).to_contain_text(re.compile(re.escape(said), re.IGNORECASE))
    said = (EN["nobodyGains"] if not gain else EN["gain"]).replace("{people}", f"{gain:,} people")
    expect(visit.page.locator(".headline")).to_contain_text(said)
    expect(visit.page.locator(".answer")).to_have_attribute("aria-busy", "false")
    codes = np.array(visit.evaluate("() => window.stadslab.map.paintedCodes()"))
    before, after, better = found.base.mean(), found.after.mean(), found.better()
    assert (codes == CUT_OFF).tolist() == (np.isfinite(before) & np.isinf(after)).tolist()
    assert np.isin(codes, WORSE).tolist() == ((better < 0) & np.isfinite(after)).tolist()
    assert np.isin(codes, BETTER).tolist() == ((better > 0) & np.isfinite(before)).tolist()
    assert (codes == REACHED).tolist() == (np.isinf(before) & np.isfinite(after)).tolist()


def test_a_street_is_closed_with_one_click_and_the_answer_follows(
    visiting: Visiting, demo: Served, bridge: tuple[str, tuple[float, float]]
) -> None:
    street, at = bridge
    visit = opened(visiting, demo, at)
    choose(visit.page, "close_street")
    x, y = middle_of(visit.page)
    visit.page.mouse.move(x - 3, y)
    visit.page.mouse.move(x, y)
    expect(visit.page.locator(".under")).to_be_visible()
    visit.page.mouse.click(x, y)
    expect(visit.page.locator(".plan .sentence")).to_contain_text(
        re.compile("^Close .* to walking, cycling and driving")
    )
    assert [e["street"] for e in edits(visit)] == [street]
    shows_what_the_lab_says(visit, demo)
    visit.page.get_by_role("button", name=EN["undo"], exact=True).click()
    expect(visit.page.locator(".headline")).to_have_text(EN["drawSomething"])
    assert set(visit.evaluate("() => window.stadslab.map.paintedCodes()")) == {-1}


def test_a_place_is_set_and_a_street_drawn_with_keys_alone(
    visiting: Visiting, demo: Served, bridge: tuple[str, tuple[float, float]]
) -> None:
    visit = opened(visiting, demo, bridge[1], zoom=15)
    page = visit.page
    take_up(page, "add_place")
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".plan .sentence")).to_have_count(1)
    page.keyboard.press("Escape")
    take_up(page, "add_street")
    page.keyboard.press("Enter")
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # a second time at the same place ends the line
    expect(page.locator(".plan .sentence")).to_have_count(2)
    assert [e["kind"] for e in edits(visit)] == ["add_place", "add_street"]
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    expect(page.locator(".plan .sentence")).to_have_count(1)
    page.keyboard.press("Control+Shift+Z")
    expect(page.locator(".plan .sentence")).to_have_count(2)
    page.get_by_role("button", name=EN["up"].format(number=2)).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".plan .sentence").first).to_contain_text("Add a street")


def test_a_place_follows_the_hand_that_drags_it(
    visiting: Visiting, demo: Served, bridge: tuple[str, tuple[float, float]]
) -> None:
    lon, lat = bridge[1]
    place = {"kind": "add_place", "place_kind": "preschool", "at": [lon, lat], "name": "", "capacity": None}
    visit = opened(visiting, demo, (lon, lat), edits=(place,))
    expect(visit.page.locator(".plan .sentence")).to_have_count(1)
    x, y = middle_of(visit.page)
    visit.page.mouse.move(x, y)
    visit.page.mouse.down()
    visit.page.mouse.move(x + 60, y + 40, steps=6)
    visit.page.mouse.up()
    visit.page.wait_for_function("([lon]) => window.stadslab.state().view.draft.edits[0].at[0] > lon", arg=[lon])
    assert len(edits(visit)) == 1
    assert edits(visit)[0]["at"][1] < lat
    shows_what_the_lab_says(visit, demo)


def test_a_change_that_cannot_be_made_says_why_beside_it_and_is_left_out(
    visiting: Visiting, demo: Served, bridge: tuple[str, tuple[float, float]]
) -> None:
    street, at = bridge
    close = {"kind": "close_street", "street": street, "modes": ["walk", "cycle", "drive"]}
    far = {"kind": "add_homes", "at": [100.0, 10.0], "people": 50, "dwellings": 0, "groups": []}
    visit = opened(visiting, demo, at, edits=(close, far, {"kind": "nonsense"}))
    beside = visit.page.locator(".plan > li")
    expect(beside.nth(1).locator(".beside")).to_contain_text("km from the city")
    expect(beside.nth(2).locator(".beside")).to_contain_text("no kind of edit is called 'nonsense'")
    expect(visit.page.locator(".without")).to_have_text(EN["without"].format(numbers="2, 3"))
    visit.page.get_by_label(EN["name"]).fill("far")
    expect(visit.page.get_by_role("button", name=EN["save"], exact=True)).to_be_disabled()
    for _ in range(2):
        visit.page.get_by_role("button", name=EN["remove"].format(number=2)).click()
    shows_what_the_lab_says(visit, demo)


def test_of_two_windows_the_second_to_save_is_shown_both_versions(
    visiting: Visiting, demo: Served, bridge: tuple[str, tuple[float, float]]
) -> None:
    street, at = bridge
    close = {"kind": "close_street", "street": street, "modes": ["walk", "cycle", "drive"]}
    homes = {"kind": "add_homes", "at": list(at), "people": 50, "dwellings": 0, "groups": []}
    first = opened(visiting, demo, at, edits=(close, homes))
    first.page.get_by_label(EN["name"]).fill("Två fönster")
    expect(first.page.get_by_text(EN["keptAs"].format(name="Två-fönster"))).to_be_visible()
    first.page.get_by_label(EN["by"]).fill("Ada")
    first.page.get_by_role("button", name=EN["save"], exact=True).click()
    expect(first.page.get_by_role("heading", name="Två-fönster")).to_be_visible()

    second = visiting(demo, link(view("demo", *WALK, CHANGE, name="Två-fönster")))  # a link by name
    expect(second.page.locator(".plan .sentence")).to_have_count(2)
    second.page.get_by_role("button", name=EN["remove"].format(number=2)).click()
    second.page.get_by_role("button", name=EN["save"], exact=True).click()
    expect(second.page.get_by_text(EN["isSaved"].format(name="Två-fönster")).first).to_be_attached()

    first.expects("412")
    first.page.get_by_role("button", name=EN["save"], exact=True).click()
    dialog = first.page.get_by_role("dialog")
    expect(dialog).to_contain_text(EN["differs"]["only_yours"])
    dialog.get_by_role("button", name=EN["lookAtBoth"]).click()
    expect(dialog.get_by_role("heading", name=EN["theirs"])).to_be_visible()
    assert faults(first.page) == []
    dialog.get_by_role("button", name=EN["save"], exact=True).click()
    expect(dialog).to_have_count(0)
    assert len(demo.lab.scenario("demo", "Två-fönster").edits) == 1
    assert len(demo.lab.scenario("demo", "Två-fönster-2").edits) == 2
    first.page.reload()
    expect(first.page.locator(".plan .sentence")).to_have_count(2)
    expect(first.page.get_by_role("heading", name="Två-fönster-2")).to_be_visible()


def test_a_drawing_of_ten_thousand_corners_is_answered_with_the_limit(
    visiting: Visiting, demo: Served, bridge: tuple[str, tuple[float, float]]
) -> None:
    import json

    lon, lat = bridge[1]
    line = [[lon + k * 1e-7, lat + (k % 2) * 1e-5] for k in range(10_000)]
    visit = opened(visiting, demo, bridge[1])
    visit.page.get_by_text(EN["shareAndFiles"]).click()
    file = {"format": 1, "name": "x", "edits": [{"kind": "add_street", "line": line}]}
    upload = {"name": "x.json", "mimeType": "application/json", "buffer": json.dumps(file).encode()}
    visit.page.locator("input[type=file]").set_input_files(upload)
    expect(visit.page.locator(".plan .beside")).to_contain_text("it has 10,000 points; 1,000 are possible")


def test_without_a_map_things_are_found_by_name_and_drawn_by_numbers(
    visiting: Visiting, demo: Served, bridge: tuple[str, tuple[float, float]], browser_without_webgl: Browser
) -> None:
    street, (lon, lat) = bridge
    name = demo.lab.city("demo")["streets"].find([street])["name"][0].as_py()
    visit = visiting(demo, link(view("demo", *WALK, CHANGE)), by=browser_without_webgl)
    page = visit.page
    choose(page, "close_street")
    page.get_by_role("searchbox", name=EN["orByName"]).fill(name)
    page.get_by_role("button", name=re.compile(f"^{name} ")).first.click()
    expect(page.locator(".plan .sentence")).to_contain_text(f"Close {name}")
    page.get_by_role("button", name=EN["done"], exact=True).click()
    choose(page, "add_street")
    finish = page.get_by_role("button", name=EN["finish"])
    for number in range(2):
        page.get_by_label(EN["typed"]).fill(f"{lon + number * 0.004}, {lat}")
        page.get_by_role("button", name=EN["setPoint"], exact=True).click()
    expect(finish).to_be_enabled()
    finish.click()
    expect(page.locator(".plan .sentence")).to_have_count(2)
    page.get_by_role("button", name=words("en")["app"]["showTable"]).click()
    expect(page.get_by_role("table")).to_contain_text(EN["cutOff"])


@pytest.mark.parametrize(
    "tool", ["close_street", "add_street", "add_place", "move_place", "change_headway", "add_route"]
)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_serious_fault_with_a_tool_in_hand(
    visiting: Visiting, demo: Served, bridge: tuple[str, tuple[float, float]], tool: str, theme: Any
) -> None:
    street, at = bridge
    edits = ({"kind": "close_street", "street": street}, {"kind": "nonsense"})
    mode = {**CHANGE, "tool": tool, "selected": 0}
    shown = link(view("demo", *WALK, mode, camera=(*at, 16), edits=edits))
    visit = visiting(demo, shown, color_scheme=theme)
    expect(visit.page.locator(".plan .beside").first).to_be_visible()
    expect(visit.page.get_by_role("heading", name=TOOLS[tool])).to_be_visible()
    assert faults(visit.page) == []


def test_everything_is_there_in_swedish(
    visiting: Visiting, demo: Served, bridge: tuple[str, tuple[float, float]]
) -> None:
    street, at = bridge
    close = {"kind": "close_street", "street": street, "modes": ["drive"]}
    visit = visiting(demo, link(view("demo", *WALK, CHANGE, camera=(*at, 16), edits=(close,))), locale="sv-SE")
    expect(visit.page.get_by_role("heading", name=SV["tools"])).to_be_visible()
    expect(visit.page.locator(".plan .sentence")).to_have_text(re.compile(r"^Stäng .* för bilar\.$"))
