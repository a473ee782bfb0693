"""A brief is one file that parses, loads nothing, trusts no name and is the same every time."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from stadslab.brief.document import compose
from stadslab.brief.model import BriefContent
from stadslab.brief.receipt_block import read_receipt
from stadslab.core.compare import Comparison
from stadslab.core.scenario import Scenario
from stadslab.core.support import Population
from tests.brief import samples

VOID = {"meta", "img", "br", "link", "hr", "input"}
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> & \"quoted\" 'too'"


class Outline(HTMLParser):
    """Tags in balance, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("h1", "h2"):
            self.headings.append(data)


@pytest.fixture(scope="module")
def page() -> str:
    return compose(samples.content(10))


def test_it_parses_and_has_its_sections_in_order(page: str) -> None:
    outline = Outline(page)
    assert outline.headings == [
        "Works in the west, a school in the north-east",
        "The answer",
        "The plan",
        "How many minutes does it take to walk to the nearest school?",
        "How many shops can people here reach on foot?",
        "What is not known",
        "How it was measured",
        "Sources",
        "Receipt",
    ]


def test_it_loads_nothing_from_outside_and_runs_nothing(page: str) -> None:
    for tag, attributes in Outline(page).tags:
        assert tag not in ("link", "iframe", "object", "embed", "base")
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href", "srcset", "action", "poster"):
            assert (attributes.get(name) or "data:image/png;base64,").startswith("data:image/png;base64,")
        if tag == "script":
            assert attributes == {"type": "application/json", "id": "stadslab-receipt"}
    assert not re.search(r"url\(|@import", page)


def test_it_is_accessible(page: str) -> None:
    tags = Outline(page).tags
    assert ("html", {"lang": "en"}) in tags
    images = [attributes for tag, attributes in tags if tag == "img"]
    assert len(images) == 6
    assert all((image["alt"] or "").startswith("Map") for image in images)
    assert all(attributes.get("scope") in ("row", "col") for tag, attributes in tags if tag == "th")


def test_losers_come_before_gainers(page: str) -> None:
    table = page[page.index('<table class="ledger">') :]
    assert table.index(">Lose<") < table.index(">Gain<")


def test_a_name_from_data_cannot_become_markup() -> None:
    counts = {("total", "all"): np.full(7, 30), ("age", HOSTILE): np.full(7, 30)}
    ruler = samples.hexagons(1)
    people = Population(ruler.digest, counts, {}, {}, HOSTILE, (HOSTILE,))
    scenario = Scenario(HOSTILE, why=HOSTILE, by=HOSTILE, cost=HOSTILE)
    before, after = np.full(7, 5.0), np.array([9.0, *[5.0] * 6])
    compared = Comparison(samples.values(ruler, before), samples.values(ruler, after, scenario=scenario), people)
    city = samples.city(1, name=HOSTILE)
    stamp = replace(city["streets"].stamp, title=HOSTILE, licence=HOSTILE, attribution=HOSTILE, homepage=HOSTILE)
    city = city.with_layer(replace(city["streets"], stamp=stamp))
    marks = (replace(samples.marks(ruler)[0], label=HOSTILE),)
    shown = BriefContent(HOSTILE, HOSTILE, city, scenario, (HOSTILE,), ((samples.minutes_to_school, compared),), marks)
    text = compose(replace(shown, written=HOSTILE, lab_version=HOSTILE))
    tags = Outline(text).tags
    assert [tag for tag, _ in tags].count("script") == 1
    assert not [a for _, a in tags if any(name.startswith("on") for name in a)]
    assert "<script>alert" not in text
    assert read_receipt(text)["city"] == HOSTILE


def test_the_same_content_gives_the_same_bytes(page: str) -> None:
    assert compose(samples.content(10)) == page


def test_a_date_is_on_the_page_only_when_given(page: str) -> None:
    assert not re.search(r"Stadslab · brief · ", page)
    assert "Stadslab · brief · 4 May 2027" in compose(samples.content(1, written="4 May 2027"))


def test_a_synthetic_city_says_so_at_the_top() -> None:
    text = compose(samples.content(1, city=samples.city(synthetic=True)))
    assert "This city is made up." in text[: text.index("The answer")]


def test_without_a_plan_it_tells_how_the_city_is() -> None:
    base = samples.school_comparison(1)
    city = samples.city()
    now = BriefContent(
        "Now", "How far is school?", city, measurements=((samples.minutes_to_school, base.base, base.people),)
    )
    text = compose(now)
    outline = Outline(text)
    assert "The plan" not in outline.headings
    assert text.count("<img ") == 1
    assert "have" in text
    assert read_receipt(text)["measures"][0]["after"] is None


def test_without_people_or_layers_it_still_stands() -> None:
    ruler = samples.hexagons(1)
    nobody = Population(ruler.digest, {}, {}, {}, "")
    compared = Comparison(samples.values(ruler, np.full(7, 5.0)), samples.values(ruler, np.full(7, 6.0)), nobody)
    empty = replace(samples.city(1), layers={})
    text = compose(BriefContent("t", "q", empty, Scenario("s"), (), ((samples.minutes_to_school, compared),)))
    assert "no people are loaded" in text
    assert "The plan changes nothing." in text


def test_a_brief_of_ten_thousand_units_stays_small() -> None:
    compared = samples.shops_comparison(58)
    assert len(compared.base) > 10_000
    content = samples.content(1, comparisons=((samples.shops_near, compared),), city=samples.city(58))
    assert len(compose(content).encode()) < 3_000_000


def test_a_page_in_swedish_says_its_language_and_keeps_names() -> None:
    page = compose(samples.content(10, language="sv"))
    assert '<html lang="sv">' in page
    outline = Outline(page)
    headings = [h for h in outline.headings if not h.startswith(("How many", "Works"))]
    assert headings == ["Svaret", "Planen", "Vad som inte är känt", "Hur det har mätts", "Källor", "Kvitto"]
    for text in ("personer förlorar och", "Street office", "Västra gatan", "Efter ålder", "dragningar"):
        assert text in page, text
    assert '<span lang="en">3 streets were cut at the border.</span>' in page
    assert compose(samples.content(10, language="sv")) == page
