"""Porto Alegre, from real data, the whole way: look, point, close a street, compare, hand over, in both languages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas
import pytest
import shapely
from playwright.sync_api import expect

from stadslab.core.scenario import Scenario
from stadslab.core.suppression import rows_of
from stadslab.core.unit_counts import told_per_unit
from stadslab.edits.close_street import CloseStreet
from tests.browser.accessibility import faults
from tests.browser.conftest import Visiting
from tests.browser.links import CHANGE, EXPLAIN, link, view
from tests.browser.served import Served
from tests.browser.test_look import hover_equal, shown_equal
from tests.browser.words import words
from tests.real.porto_alegre import CITY

EN = words("en")
TRIED = 40  # streets
ASK = ("walk_to_nearest", {"kind": "school"})


@pytest.fixture(scope="module")
def street(porto_alegre: Served) -> tuple[str, tuple[float, float]]:
    """The longest street whose closing people notice on their way to school, and its middle."""
    streets = porto_alegre.lab.city(CITY)["streets"].scan()
    streets = streets.filter(streets["walk"])
    for row in streets.take(np.argsort(-streets["length_m"].to_numpy())[:TRIED]).to_pylist():
        closed = Scenario("drawn", (CloseStreet(row["id"]),))
        if porto_alegre.lab.compare(CITY, ASK[0], closed, **ASK[1]).better().any():
            middle = shapely.from_wkb(row["geometry"]).interpolate(0.5, normalized=True)
            return row["id"], (middle.x, middle.y)
    pytest.fail(f"none of the {TRIED} longest streets matters")


def test_the_first_map_is_useful_and_its_numbers_are_those_of_python(visiting: Visiting, porto_alegre: Served) -> None:
    visit = visiting(porto_alegre)
    visit.answered()
    ask = visit.view()["ask"]
    values = porto_alegre.lab.measure(CITY, ask["indicator"], **ask["params"])
    assert len(visit.painted()) > 300
    hover_equal(visit, values, 5)
    expect(visit.page.get_by_text("© OpenStreetMap contributors").first).to_be_visible()
    assert faults(visit.page) == []
    visit.page.get_by_role("button", name=EN["app"]["showTable"]).click()
    shown_equal(visit, values)


def test_a_street_is_closed_and_who_loses_is_told_as_python_tells_it(
    visiting: Visiting, porto_alegre: Served, street: tuple[str, tuple[float, float]]
) -> None:
    closed, at = street
    visit = visiting(porto_alegre, link(view(CITY, *ASK, CHANGE, camera=(*at, 16.0))))
    expect(visit.page.get_by_role("heading", name=EN["change"]["tools"])).to_be_visible()
    visit.settle()
    visit.page.get_by_role("button", name=EN["change"]["toolNames"]["close_street"], exact=True).click()
    x, y = visit.pixel(*at)
    visit.page.mouse.move(x - 2, y)
    visit.page.mouse.move(x, y)
    visit.page.mouse.click(x, y)
    expect(visit.page.locator(".plan .sentence")).to_be_visible()
    (edit,) = visit.view()["draft"]["edits"]
    assert edit["kind"] == "close_street"
    assert edit["street"].partition("#")[0] == closed.partition("#")[0]
    plan = Scenario("drawn", (CloseStreet(edit["street"]),))
    found = porto_alegre.lab.compare(CITY, ASK[0], plan, **ASK[1])
    everybody = rows_of(found, told_per_unit(found.people))["total"][0]
    expect(visit.page.locator(".answer")).to_have_attribute("aria-busy", "false")

    visit.page.get_by_role("button", name=EN["app"]["compare"], exact=True).click()
    result = visit.page.get_by_role("region", name=EN["compare"]["result"])
    expect(result).to_be_visible()
    visit.answered()
    for count in (everybody["lose"], everybody["gain"]):
        if count.published:
            expect(result).to_contain_text(count.text)
    codes = np.array(visit.evaluate("() => window.stadslab.map.paintedCodes()"))
    changed = found.better() != 0
    assert changed.any(), "a street whose closing nobody notices shows nothing"
    assert len(set(codes[changed]) & set(codes[~changed])) == 0
    # the link of this moment shows somebody else the same
    visit.page.wait_for_timeout(300)  # the address follows the state a moment later
    before, address = visit.view(), visit.page.url
    other = visiting(porto_alegre, address.removeprefix(porto_alegre.address), locale="sv-SE")
    expect(other.page.get_by_role("region", name=words("sv")["compare"]["result"])).to_be_visible()
    other.answered()
    assert other.view() == before
    assert np.array_equal(other.evaluate("() => window.stadslab.map.paintedCodes()"), codes)
    # the border slides
    visit.page.get_by_role("button", name=EN["compare"]["swipe"], exact=True).click()
    border = visit.page.get_by_role("slider", name=EN["compare"]["swipeLabel"])
    border.press("PageUp")
    expect(border).to_have_attribute("aria-valuenow", "60")


def test_the_file_is_that_of_python(visiting: Visiting, porto_alegre: Served, tmp_path: Path) -> None:
    visit = visiting(porto_alegre, link(view(CITY, *ASK, {**EXPLAIN, "part": "data"})))
    with visit.page.expect_download() as coming:
        visit.page.get_by_role("link", name=f"{EN['explain']['filesNow']}: CSV").click()
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    ours = porto_alegre.lab.measure(CITY, ASK[0], **ASK[1]).to_pandas()
    told = pandas.read_csv(file, comment="#").set_index("id")
    np.testing.assert_allclose(told["value"].reindex(ours.index), ours["value"], rtol=1e-9)
