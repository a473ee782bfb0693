"""Compare: the page says what the lab says, losers first, by mouse and by keyboard."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from stadslab.core.scenario import Scenario
from stadslab.core.suppression import rows_of
from stadslab.core.unit_counts import told_per_unit
from stadslab.edits.close_street import CloseStreet
from tests.browser.conftest import Visiting
from tests.browser.links import CHANGE, COMPARE, link, view
from tests.browser.served import Served
from tests.browser.words import words

PLAN = "bridge-and-preschool"
EN = words("en")["compare"]
SV = words("sv")["compare"]
CUT_OFF, SAME, REACHED = 0, 4, 8  # codes of the palette of changes


def shown(show: str = "difference", *, draws: int = 1, **more: Any) -> str:
    """A link to the demonstration city's plan."""
    mode = {**COMPARE, "plan": PLAN, "show": show, **more}
    return link(view("demo", "walk_to_nearest", {"kind": "preschool"}, mode, draws=draws))


def border(page: Page) -> Locator:
    """The border between before and after."""
    return page.get_by_role("slider", name=EN["swipeLabel"])


def painted(page: Page) -> list[int]:
    """The code of every unit, once the map has been painted."""
    page.wait_for_function("() => window.stadslab?.map?.idle && window.stadslab.map.paintedCodes().length")
    found: list[int] = page.evaluate("() => window.stadslab.map.paintedCodes()")
    return found


def test_who_loses_is_told_as_the_lab_tells_it(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo, shown())
    found = demo.lab.compare("demo", "walk_to_nearest", PLAN, kind="preschool")
    everybody = rows_of(found, told_per_unit(found.people))["total"][0]
    lose, gain, same = (everybody[name].text for name in ("lose", "gain", "same"))
    said = f"{lose} people lose and {gain} gain; {same} see no change."
    expect(visit.page.get_by_role("heading", name=said)).to_be_visible()


def test_the_map_is_painted_as_the_lab_compares(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo, shown())
    codes = np.array(painted(visit.page))
    found = demo.lab.compare("demo", "walk_to_nearest", PLAN, kind="preschool")
    before, after, better = found.base.mean(), found.after.mean(), found.better()
    assert len(codes) == len(better)
    assert (codes == CUT_OFF).tolist() == (np.isfinite(before) & np.isinf(after)).tolist()
    assert ((codes > CUT_OFF) & (codes < SAME)).sum() == ((better < 0) & np.isfinite(after)).sum()
    assert ((codes > SAME) & (codes < REACHED)).tolist() == ((better > 0) & np.isfinite(before)).tolist()
    assert (codes == CUT_OFF).any()
    assert (codes > SAME).any()


def test_the_first_in_the_list_is_who_loses_most_and_is_shown_on_the_map(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo, shown())
    painted(visit.page)
    losers = visit.page.get_by_role("region", name=EN["losers"]).get_by_role("button")
    first = losers.first
    expect(first).to_contain_text(EN["isCutOff"])
    first.focus()
    visit.page.keyboard.press("Enter")
    expect(first).to_have_attribute("aria-pressed", "true")
    pinned = visit.state()["view"]["mode"]["pinned"]
    found = demo.lab.compare("demo", "walk_to_nearest", PLAN, kind="preschool")
    assert np.isinf(found.after.mean()[pinned])
    assert np.isfinite(found.base.mean()[pinned])
    assert found.people.total[pinned] == max(found.people.total[(found.better() < 0) & np.isinf(found.after.mean())])


def test_the_border_is_moved_by_keys_and_by_hand(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo, shown("swipe"))
    painted(visit.page)
    slider = border(visit.page)
    slider.focus()
    for key, value in (("ArrowRight", "52"), ("PageUp", "62"), ("Home", "0"), ("End", "100"), ("PageDown", "90")):
        visit.page.keyboard.press(key)
        expect(slider).to_have_attribute("aria-valuenow", value)
    expect(slider).to_have_attribute("aria-valuetext", EN["swipeValue"].format(before="90 %", after="10 %"))
    box, sheet = slider.bounding_box(), visit.page.locator(".sheet").bounding_box()
    assert box
    assert sheet
    visit.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 300)
    visit.page.mouse.down()
    visit.page.mouse.move(sheet["x"] + 0.3 * sheet["width"], box["y"] + 320, steps=4)
    visit.page.mouse.up()
    expect(slider).to_have_attribute("aria-valuenow", "30")
    assert visit.state()["view"]["mode"]["swipe"] == pytest.approx(0.3, abs=0.01)


def test_both_maps_of_a_swipe_move_together(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo, shown("swipe"))
    painted(visit.page)
    scale = visit.page.locator(".maplibregl-ctrl-scale")
    expect(scale).to_have_count(2)
    visit.evaluate("() => { const map = window.stadslab.map; map.camera = { ...map.camera, zoom: 15 }; }")
    expect(scale.nth(0)).to_have_text(scale.nth(1).inner_text())


def test_groups_say_what_each_loses_and_nothing_that_may_not_be_told(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo, shown("groups", dimension="age"))
    table = visit.page.get_by_role("table", name=EN["by"].format(dimension=EN["dimensions"]["age"]))
    found = demo.lab.compare("demo", "walk_to_nearest", PLAN, kind="preschool")
    for row in rows_of(found, told_per_unit(found.people))["age"]:
        line = table.get_by_role("row").filter(has=visit.page.get_by_role("rowheader", name=row.group, exact=True))
        if row["lose"].visible:
            expect(line).to_contain_text(row["lose"].text)
        else:
            expect(line).not_to_contain_text(f"{row['lose'].number:,}")
    expect(visit.page.get_by_role("img", name="people lose")).to_have_count(len(found.people.groups("age")))


def test_plans_are_read_side_by_side(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo, shown("side", plans=[PLAN]))
    title = visit.page.get_by_text(EN["sideCaption"].partition("{")[0])
    expect(title).to_be_visible()
    visit.page.get_by_role("checkbox", name="metro-works").check()
    expect(visit.page.get_by_role("columnheader", name="metro-works")).to_be_visible()
    assert visit.state()["view"]["mode"]["plans"] == [PLAN, "metro-works"]


def test_uncertainty_is_said_and_hatched(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo, shown())
    visit.page.get_by_role("button", name=EN["state"].format(draws=30)).click()
    sure = visit.page.get_by_text(EN["sure"].partition("{")[0]).or_(
        visit.page.get_by_text(EN["sureDraws"].partition("{")[0])
    )
    expect(sure.first).to_be_visible()
    assert visit.state()["view"]["ask"]["draws"] == 30


def test_in_swedish(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo, shown(), locale="sv-SE")
    expect(visit.page.get_by_role("heading", name="personer förlorar")).to_be_visible()
    expect(visit.page.get_by_role("region", name=SV["what"])).to_contain_text("Stäng ")
    expect(visit.page.get_by_role("region", name=SV["losers"]).get_by_role("button").first).to_contain_text(
        SV["isCutOff"]
    )
    assert not visit.page.get_by_text("people").count()


def test_from_compare_to_change_and_back(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo, shown("groups"))
    visit.page.get_by_role("button", name=EN["toChange"]).click()
    assert visit.state()["view"]["mode"]["mode"] == "change"
    visit.page.get_by_role("button", name=words("en")["app"]["compare"], exact=True).click()
    assert visit.state()["view"]["mode"]["show"] == "groups"


def test_a_plan_that_is_drawn_is_compared_at_one_press(visiting: Visiting, demo: Served) -> None:
    edits = tuple(edit.to_json() for edit in demo.lab.scenario("demo", PLAN).edits)
    visit = visiting(demo, link(view("demo", "walk_to_nearest", {"kind": "preschool"}, CHANGE, edits=edits)))
    visit.page.get_by_role("button", name=EN["fromChange"]).click()
    expect(visit.page.get_by_role("heading", name="people lose and")).to_be_visible()
    assert visit.state()["view"]["mode"]["mode"] == "compare"
    codes = painted(visit.page)
    assert CUT_OFF in codes


def test_the_table_tells_the_worst_first(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo, shown())
    painted(visit.page)
    rows = visit.rows()
    found = demo.lab.compare("demo", "walk_to_nearest", PLAN, kind="preschool")
    assert len(rows) == len(found.change())
    assert rows[0][2] == EN["outOfReach"]
    assert rows[0][4] == EN["isCutOff"]
    told = [row[3] for row in rows if row[3] is not None]
    finite = found.change()[np.isfinite(found.change())]
    assert sorted(told) == pytest.approx(sorted(finite), abs=1e-6)


def test_porto_alegre_is_compared_as_the_lab_compares(visiting: Visiting, porto_alegre: Served) -> None:
    city = porto_alegre.lab.city("porto-alegre")
    rows = city["streets"].scan("id", "name").to_pylist()
    closed = [CloseStreet(row["id"]) for row in rows if row["name"] == "Avenida Ipiranga"][:40]
    found = porto_alegre.lab.compare("porto-alegre", "walk_to_nearest", Scenario("plan", tuple(closed)), kind="clinic")
    edits = tuple(edit.to_json() for edit in closed)
    visit = visiting(
        porto_alegre, link(view("porto-alegre", "walk_to_nearest", {"kind": "clinic"}, COMPARE, edits=edits))
    )
    lose = rows_of(found, told_per_unit(found.people))["total"][0]["lose"]
    assert lose.number > 1000
    expect(visit.page.get_by_role("heading", name=f"{lose.text} people lose")).to_be_visible()
    codes = np.array(painted(visit.page))
    finite = np.isfinite(found.after.mean())
    assert ((codes > CUT_OFF) & (codes < SAME)).tolist() == ((found.better() < 0) & finite).tolist()


def test_without_webgl_there_is_a_map_of_dots(visiting: Visiting, demo: Served, browser_without_webgl: Any) -> None:
    visit = visiting(demo, shown(), by=browser_without_webgl)
    expect(visit.page.get_by_role("img", name="people lose")).to_be_visible()
