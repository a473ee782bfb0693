"""Look at a city: the first map, another question, what a place has and why; the numbers are those of Python."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from playwright.sync_api import expect

from stadslab.core.values import Values
from tests.browser.conftest import Visiting
from tests.browser.links import LOOK, link, view
from tests.browser.served import Served
from tests.browser.visit import Visit
from tests.browser.words import words

APP, WORDS = words("en")["app"], words("en")["look"]
CITY = "demo"


def shown_equal(visit: Visit, values: Values) -> None:
    """The table of the map holds these numbers, unit by unit; what is out of reach or unknown is blank."""
    rows = visit.rows()
    column = next(at for at, name in enumerate(visit.columns()) if name.startswith(WORDS["value"]))
    told = np.array([np.nan if row[column] is None else row[column] for row in rows], dtype=float)
    mean = values.mean()
    np.testing.assert_allclose(
        told, np.where(np.isfinite(mean), mean, np.nan), rtol=1e-6, atol=1e-6
    )  # as sent: six decimals
    assert np.isfinite(told).sum() > 10, "a map of something"


def said(visit: Visit, unit: int, values: Values) -> str:
    """What the tip says when the pointer rests on a unit."""
    lon, lat = values.support.points[unit]
    visit.page.mouse.move(*visit.pixel(float(lon), float(lat)))
    tip = visit.page.locator(".tip b")
    expect(tip).to_be_visible()
    return tip.inner_text()


def hover_equal(visit: Visit, values: Values, number: int = 3) -> None:
    """Pointing at units says what Python says of them, as it writes numbers."""
    mean = values.mean()
    finite = [unit for unit in visit.open_units(values.support.points) if np.isfinite(mean[unit])]
    assert len(finite) >= number
    for unit in finite[:: max(1, len(finite) // number)][:number]:
        amount, *_ = said(visit, unit, values).replace(",", "").split()
        assert float(amount) == pytest.approx(mean[unit], rel=0.006, abs=0.0501)


def test_the_first_map_is_useful_and_its_numbers_are_those_of_python(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo)
    visit.answered()
    ask = visit.view()["ask"]
    values = demo.lab.measure(CITY, ask["indicator"], **ask["params"])
    expect(visit.page.get_by_role("heading", name="Minutes on foot to the nearest place").first).to_be_visible()
    painted = visit.painted()
    assert len(painted) > 30
    codes = {unit: state["code"] for unit, state in painted.items()}
    # more minutes, a later class: the colours are in the order of the numbers
    mean = values.mean()
    finite = sorted((unit for unit in codes if np.isfinite(mean[unit])), key=lambda unit: mean[unit])
    ordered = [codes[unit] for unit in finite]
    assert ordered == sorted(ordered)
    assert len(Counter(ordered)) >= 3, "several classes, or there is nothing to see"
    hover_equal(visit, values)
    visit.page.get_by_role("button", name=APP["showTable"]).click()
    shown_equal(visit, values)


def test_another_question_is_chosen_and_answered(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo)
    visit.answered()
    visit.page.locator("details.chooser summary").click()
    question = "How many places of a kind can people here reach on foot?"
    visit.page.get_by_role("button", name=question).click()
    visit.page.get_by_label("Kind").select_option("food_shop")
    expect(visit.page.get_by_role("heading", name="Places within").first).to_be_visible()
    ask = visit.view()["ask"]
    assert (ask["indicator"], ask["params"]["kind"]) == ("walk_access", "food_shop")
    visit.page.get_by_role("button", name=APP["showTable"]).click()
    shown_equal(visit, demo.lab.measure(CITY, ask["indicator"], **ask["params"]))


def test_uncertainty_is_told_as_a_range(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo, link(view(CITY, "walk_to_nearest", {"kind": "preschool"}, draws=10)))
    visit.answered()
    values = demo.lab.measure(CITY, "walk_to_nearest", kind="preschool", draws=10, seed=1)
    low, high = values.quantile(0.05), values.quantile(0.95)
    unit = next(u for u in visit.open_units(values.support.points) if np.isfinite(high[u]))
    said(visit, unit, values)
    told = visit.page.locator(".tip small").first.inner_text()
    figures = [float(word) for word in told.replace("9 in 10", "").split() if word.replace(".", "").isdigit()]
    assert figures == pytest.approx([low[unit], high[unit]], rel=0.006, abs=0.0501)


def test_a_place_says_why_it_has_its_number(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo, link(view(CITY, "walk_to_nearest", {"kind": "preschool"})))
    visit.answered()
    values = demo.lab.measure(CITY, "walk_to_nearest", kind="preschool")
    unit = next(u for u in visit.open_units(values.support.points) if 2 < values.mean()[u] < 60)
    visit.page.mouse.click(*visit.pixel(*map(float, values.support.points[unit])))
    expect(visit.page.get_by_text(WORDS["why"])).to_be_visible()
    assert visit.view()["mode"]["pinned"] == unit
    visit.page.wait_for_function("() => window.stadslab.map.map.querySourceFeatures('path').length > 0")


def test_a_link_brings_back_the_same_view(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo)
    visit.answered()
    visit.page.get_by_label("Kind").select_option("school")
    visit.page.get_by_label(WORDS["scheme"]).select_option("natural")
    visit.page.get_by_label(WORDS["classes"], exact=True).select_option("4")
    visit.page.get_by_role("button", name="Zoom in").click()
    visit.page.wait_for_function("() => window.stadslab.state().view.camera !== null")
    visit.answered()
    visit.page.wait_for_timeout(300)  # the address follows the state a moment later
    before, codes, address = visit.view(), visit.evaluate("() => stadslab.map.paintedCodes()"), visit.page.url
    visit.page.reload()
    visit.answered()
    assert visit.view() == before
    assert visit.evaluate("() => stadslab.map.paintedCodes()") == codes
    # and to somebody else, who reads Swedish and sits in the dark
    other = visiting(demo, address.removeprefix(demo.address), locale="sv-SE", color_scheme="dark")
    other.answered()
    assert other.view() == before
    assert other.state()["language"] == "sv"


def test_two_questions_at_once(visiting: Visiting, demo: Served) -> None:
    second = view(CITY, "walk_access", {"kind": "food_shop", "minutes": 15.0})["ask"]
    visit = visiting(demo, link(view(CITY, "walk_to_nearest", {"kind": "preschool"}, {**LOOK, "second": second})))
    visit.answered()
    expect(visit.page.get_by_text(WORDS["both"])).to_be_visible()
    assert max(state["code"] for state in visit.painted().values()) > 3


def test_an_indicator_without_its_layer_says_which_source_provides_it(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo)
    visit.answered()
    catalogue = demo.get(f"api/catalogue?city={CITY}")
    lacking = [one for one in catalogue["indicators"] if one["missing"]]
    visit.page.locator("details.chooser summary").click()
    shown = visit.page.locator("ul.missing li")
    assert shown.count() == len(lacking)
    for one, item in zip(lacking, shown.all(), strict=True):
        for missing in one["missing"]:
            assert missing["layer"] in item.inner_text()
            assert all(source in item.inner_text() for source in missing["sources"])
