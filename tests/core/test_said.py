"""Text that remembers what it was made of."""

from __future__ import annotations

import copy
import pickle

import pytest

from stadslab.core.errors import Problem
from stadslab.core.said import Digits, Said, Sentence, holes, joined, listed, said_in

WORDS = {"Close {street} to {modes}.": "{modes}: stäng {street}!", "{a} and {b}": "{a} och {b}", "walking": "gång"}


def comma(number: str) -> str:
    return number.replace(".", ";")


def test_it_is_plain_text_for_who_does_not_ask():
    said = Said("Close {street} to {n:,}.", street="A{b}", n=1234)
    assert said == "Close A{b} to 1,234."
    assert isinstance(said, str)
    assert f"{said}!" == "Close A{b} to 1,234.!"
    assert hash(said) == hash("Close A{b} to 1,234.")
    assert Problem("", said) == Problem("", str(said))


def test_without_values_nothing_is_filled_in():
    assert Said("a {b}") == "a {b}"
    assert said_in(Said("a {b}"), {"a {b}": "x {b}"}, comma) == "x {b}"


def test_values_that_were_said_are_said_in_the_language_too_and_names_are_not():
    modes = Said("{a} and {b}", a=Said("walking"), b="walking")
    said = Said("Close {street} to {modes}.", street="walking", modes=modes)
    assert said == "Close walking to walking and walking."
    assert said_in(said, WORDS, comma) == "gång och walking: stäng walking!"


@pytest.mark.parametrize(
    ("template", "value", "told"), [("{n:.1f}", 2.25, "2;2"), ("{n}", 7, "7"), ("{n!r}", 0.5, "0;5")]
)
def test_numbers_are_told_as_the_language_writes_them(template, value, told):
    assert said_in(Said(template, n=value), {}, comma) == told


def test_what_has_no_translation_stays():
    assert said_in("walking", WORDS, comma) == "walking"
    assert said_in(Said("driving"), WORDS, comma) == "driving"
    assert said_in(Said("Keep {it}.", it=Said("walking")), WORDS, comma) == "Keep gång."


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda said: pickle.loads(pickle.dumps(said))])
def test_it_travels_with_its_template(again):
    said = again(Said("Close {street} to {modes}.", street="A", modes=Said("walking")))
    assert said == "Close A to walking."
    assert said_in(said, WORDS, comma) == "gång: stäng A!"


def test_holes_are_the_names_a_template_asks_for():
    assert holes("{a:,.1f} of {b!r} in {{c}}") == {"a", "b"}


def test_digits_are_written_as_the_language_writes_them():
    assert said_in(Digits("1.5"), {}, comma) == "1;5"
    assert said_in(Said("{n} m", n=Digits("1.5")), {}, comma) == "1;5 m"


def test_a_sentence_begins_with_a_capital_and_ends_in_any_language():
    words = {"slow": "långsam", "{a} is {b}": "{b} är {a}"}
    sentence = Sentence(Said("{a} is {b}", a="it", b=Said("slow")))
    assert sentence == "It is slow."
    assert said_in(sentence, words, comma) == "Långsam är it."
    assert said_in(pickle.loads(pickle.dumps(sentence)), words, comma) == "Långsam är it."
    assert Sentence("speed_m_s varies") == "speed_m_s varies."


def test_texts_in_a_row_are_each_told():
    words = {"b": "x", "{first} and {last}": "{first} och {last}"}
    assert joined(" · ", ["a", Said("b")]) == "a · b"
    assert said_in(joined(" · ", ["a", Said("b")]), words, comma) == "a · x"
    assert said_in(listed(["a", Said("b"), "c"]), words, comma) == "a, x och c"
    assert (joined(", ", []), listed([]), listed(["a"])) == ("", "", "a")
