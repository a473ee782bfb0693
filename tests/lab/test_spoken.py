"""Numbers, tables and documentation in the reader's language."""

from __future__ import annotations

import pytest

from stadslab.core.said import Said
from stadslab.lab.spoken import plain_about, spoken, swedish_number, templates, texts


@pytest.mark.parametrize(
    ("english", "swedish"),
    [("1,234.5", "1\u00a0234,5"), ("-3", "\u22123"), ("12", "12"), ("9,999,999", "9\u00a0999\u00a0999")],
)
def test_numbers(english: str, swedish: str) -> None:
    assert swedish_number(english) == swedish


def test_what_is_said_about_an_indicator_is_for_people_who_read_no_code() -> None:
    text = "Minutes to `kind`.\n\n*Fast* is n * n\nmore.\n\nReturns a number. Raises InputError."
    assert plain_about(text) == "Minutes to “kind”.\n\nFast is n * n more."


def test_english_is_as_it_was_said() -> None:
    said = Said("Close {street} to {modes}.", street="A", modes=Said("walking"))
    assert spoken(said, "en") == said
    assert type(spoken(said, "en")) is str
    assert templates("en") == {}


def test_tables_are_there_and_what_they_lack_stays_english() -> None:
    assert texts("sv")["school"] == "skola"
    assert spoken(Said("No such text"), "sv") == "No such text"
