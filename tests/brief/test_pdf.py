"""A brief as a PDF says what the page says, to eyes, to screen readers and to machines."""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import replace
from html import unescape

import pytest

from stadslab.brief import pdf
from stadslab.brief.document import compose
from stadslab.brief.model import BriefContent, shown
from stadslab.brief.pdf import _page, compose_pdf
from stadslab.brief.receipt_block import read_receipt
from stadslab.core.scenario import Scenario
from tests.brief import samples

HOSTILE = '#panic("no") $x$ *b* `c` <d> @e \\ "quoted" #read("receipt.json")'


@pytest.fixture(scope="module")
def made() -> bytes:
    return compose_pdf(samples.content(10))


def streams(data: bytes) -> list[bytes]:
    """Every compressed stream, as it was before."""
    found = []
    for match in re.finditer(rb"stream\r?\n", data):
        try:
            found.append(zlib.decompressobj().decompress(data[match.end() :]))
        except zlib.error:
            continue
    return found


def test_it_is_a_tagged_document_in_a_language_with_words_for_every_map(made: bytes) -> None:
    assert made.startswith(b"%PDF-1.7")
    assert b"/Marked true" in made
    assert b"/StructTreeRoot" in made
    assert b"/Lang(en)" in made
    maps = sum(len(m["pictures"]) for m in shown(samples.content(10))["measures"])
    assert made.count(b"/Alt") >= maps == 6
    for role in (b"/S/H1", b"/S/Figure", b"/S/Table", b"/S/TH"):
        assert role in made
    assert any(b"pdfuaid:part" in s for s in [made, *streams(made)])


def test_its_text_can_be_selected_in_swedish_too(made: bytes) -> None:
    maps = [s for s in streams(made) if b"beginbfchar" in s]
    assert maps, "glyphs tell which letters they are"
    letters = b"".join(maps).lower()
    for letter in "äéÖ":  # Västra gatan, Östra allén
        assert f"<{ord(letter):04x}>".encode() in letters


def test_the_receipt_goes_along_as_a_file(made: bytes) -> None:
    assert b"stadslab-receipt.json" in made
    found = [json.loads(s) for s in streams(made) if s.startswith(b"{\n")]
    told = read_receipt(compose(samples.content(10)))
    (receipt,) = [f for f in found if "measures" in f]
    assert receipt == json.loads(json.dumps({key: told[key] for key in receipt}))
    assert receipt["measures"][0]["printed"]


def test_the_same_content_gives_the_same_bytes(made: bytes) -> None:
    assert compose_pdf(samples.content(10)) == made


def test_it_sets_what_the_page_shows() -> None:
    content = samples.content(10)
    page, text = pdf._page(shown(content)), compose(content)
    figures = dict(re.findall(r'data-figure="(\d+/[^"]+)">([^<]*)<', text))
    assert figures
    told = {f"{at}/{k}": v for at, m in enumerate(page["measures"]) for k, v in m["figures"].items()}
    assert all(told[unescape(key)] == unescape(value) for key, value in figures.items())
    assert [row["group"] for row in page["measures"][0]["groups"][0]["rows"]] == ["0–17", "18–64", "65 and older"]
    assert page["facts"][0] == {"name": "City", "value": content.city.name}
    assert page["keys"][1]["key"] == content.scenario.digest


def test_a_name_from_data_cannot_become_markup() -> None:
    content = samples.content(1)
    scenario = replace(content.scenario, name=HOSTILE, why=HOSTILE, by=HOSTILE, cost=HOSTILE, from_date="")
    city = replace(content.city, name=HOSTILE)
    changed = replace(content, title=HOSTILE, question=HOSTILE, scenario=scenario, city=city, sentences=(HOSTILE,))
    assert compose_pdf(changed).startswith(b"%PDF")


def test_without_a_plan_it_tells_how_the_city_is() -> None:
    base = samples.school_comparison()
    now = BriefContent(
        "Nu", "Hur är det?", samples.city(), measurements=((samples.minutes_to_school, base.base, base.people),)
    )
    assert compose_pdf(now).count(b"/S/Figure") == 1


def test_without_people_or_layers_it_still_stands() -> None:
    compared = replace(
        samples.school_comparison(), people=replace(samples.school_comparison().people, counts={}, suppressed={})
    )
    empty = replace(samples.city(), layers={})
    content = BriefContent("t", "q", empty, Scenario("s"), (), ((samples.minutes_to_school, compared),))
    assert compose_pdf(content).startswith(b"%PDF")


def test_a_synthetic_city_says_so_at_the_top() -> None:
    content = samples.content(1)
    made_up = replace(
        content.city,
        layers={n: replace(x, stamp=replace(x.stamp, synthetic=True)) for n, x in content.city.layers.items()},
    )
    assert pdf._page(shown(replace(content, city=made_up)))["synthetic"] == pdf.SYNTHETIC
    assert not pdf._page(shown(content))["synthetic"]


def test_in_swedish_it_says_so_and_says_what_the_page_says() -> None:
    content = samples.content(10, language="sv")
    made = compose_pdf(content)
    assert b"/Lang(sv)" in made
    page = _page(shown(content))
    assert page["words"]["ledger_head"] == ["Vad som händer", "Personer", "Andel"]
    assert page["measures"][0]["groups"][0]["head"][:3] == ["Ålder", "Personer", "Förlorar"]
    assert "personer förlorar och" in page["measures"][0]["answers"][0]
