"""Texts in other languages."""

from __future__ import annotations

from stadslab.faces.web.translation import texts, translated


def test_what_has_no_translation_stays_english_and_says_so():
    assert translated("No such text", "sv").model_dump() == {"text": "No such text", "lang": "en"}


def test_a_text_is_told_in_the_language_asked_for():
    english, swedish = next(iter(texts("sv").items()))
    assert translated(english, "sv").model_dump() == {"text": swedish, "lang": "sv"}
    assert translated(english, "en").model_dump() == {"text": english, "lang": "en"}
