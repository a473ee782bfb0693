"""Texts in other languages: everything that ships is told in Swedish."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from stadslab.core.kinds import GROUPS
from stadslab.core.values import Reason
from stadslab.faces.web.cities import HEXAGONS, SQUARES
from stadslab.faces.web.translation import texts, translated
from tests.faces.web.asking import SCHOOLS, answered, good


def told(value: Any) -> Iterator[dict[str, str]]:
    """Every text with its language, however deep."""
    if isinstance(value, dict):
        if set(value) == {"text", "lang"}:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from told(item)


def test_every_text_of_indicators_and_edits_is_told_in_swedish(client):
    found = list(told(good(client.get("/api/catalogue", params={"language": "sv"}))))
    assert len(found) > 200
    assert [t["text"] for t in found if t["lang"] != "sv"] == []


def test_reasons_kinds_of_place_and_reporting_units_are_told_in_swedish():
    words = [*GROUPS, *(kind for kinds in GROUPS.values() for kind in kinds)]
    wanted = [r.words for r in Reason] + [w.replace("_", " ") for w in words] + list(HEXAGONS.values())
    assert [w for w in [*wanted, *SQUARES.values(), "official areas"] if w not in texts("sv")] == []


def test_places_to_fill_in_are_the_same_in_both_languages():
    for english, swedish in texts("sv").items():
        assert sorted(re.findall(r"\{\w*\}", english)) == sorted(re.findall(r"\{\w*\}", swedish)), english
        assert english.count("\n\n") == swedish.count("\n\n"), english
        assert swedish.strip() == swedish != ""


def test_an_answer_and_the_city_are_told_in_swedish(client):
    head = answered(client, SCHOOLS, language="sv")
    assert head["title"] == "Platser inom 15 minuter till fots: skola"
    values = good(client.get(f"/api/values/{head['key']}", params={"language": "sv"}))
    assert "längre bort än gränsen" in values["reasons"].values()
    city = good(client.get("/api/cities/town", params={"language": "sv"}))
    assert "officiella områden" in [s["label"] for s in city["supports"]]
    assert "skola" in [k["label"] for k in city["kinds"]]


def test_what_has_no_translation_stays_english_and_says_so():
    assert translated("No such text", "sv").model_dump() == {"text": "No such text", "lang": "en"}


def test_a_text_is_told_in_the_language_asked_for():
    assert translated("school", "sv").model_dump() == {"text": "skola", "lang": "sv"}
    assert translated("school", "en").model_dump() == {"text": "school", "lang": "en"}
