"""Measures in words: every clause says what its number means, in the right direction."""

from __future__ import annotations

import math
import re

import pytest

from stadslab.core.suppression import Count
from stadslab.lab.equity import Asked, Equity, Figure, GroupShare
from stadslab.lab.equity_words import NAMES, Wording, group_line, index, measure_line, percent, told
from stadslab.lab.ranking import Ranking, ranking_of
from tests.lab.test_equity import answer, living, measured

RANKED = ranking_of(living([40, 50, 10], means=[1, 2, 3]))
PLACES, MINUTES = Wording("places", cost=False), Wording("min", cost=True)


def clauses(found: Equity, wording: Wording, *, ranking: Ranking | None = RANKED, **asked: float) -> dict[str, str]:
    return dict(told(found, Asked(ranking, (), bounds=(0.0, 10.0), **asked), wording))  # type: ignore[arg-type]


def shared(*values: float, direction: str = "benefit", line: float | None = None) -> Equity:
    people = living([40, 50, 10], means=[1, 2, 3])
    return measured(answer(list(values), direction=direction), people, line=line)


def test_every_measure_has_a_name_and_a_clause() -> None:
    said = clauses(shared(1.0, 2.0, 8.0, line=2.0), PLACES, line=2.0)
    assert list(said) == list(NAMES)
    assert all(len(clause) > 10 and not re.search(r"nan|inf\b|None", clause) for clause in said.values())


def test_the_richest_have_so_many_times_what_the_poorest_have() -> None:
    said = clauses(shared(2.0, 5.0, 8.0), PLACES)
    assert said["palma"] == "the richest tenth have 4 times what the poorest 40 % have (8 against 2 places)"
    assert said["concentration"].startswith("the richer people are, the more they have")
    said = clauses(shared(8.0, 5.0, 2.0, direction="cost"), MINUTES)
    assert said["palma"] == "the richest tenth need 0.25 times what the poorest 40 % need (2 against 8 min)"
    assert said["concentration"].startswith("the poorer people are, the more they need")
    said = clauses(measured(answer([2.0, 5.0, 8.0]), living([40, 50, 10])), PLACES, ranking=None)
    assert said["palma"] == "the best-off tenth have 4 times what the worst-off 40 % have (8 against 2 places)"
    assert "concentration" not in said


def test_when_the_poor_have_nothing() -> None:
    assert clauses(shared(0.0, 5.0, 8.0), PLACES)["palma"] == "the poorest 40 % have nothing (8 against 0 places)"
    found = clauses(shared(0.0, 0.0, 0.0), PLACES)
    assert found["gini"].startswith("nobody has anything")


def test_poverty_says_on_which_side_of_the_line() -> None:
    assert "have less than the line of 2 places" in clauses(shared(1.0, 2.0, 8.0, line=2.0), PLACES, line=2.0)["fgt0"]
    minutes = shared(1.0, 2.0, 8.0, direction="cost", line=2.0)
    assert "need more than the line of 2 min" in clauses(minutes, MINUTES, line=2.0)["fgt0"]
    lost = shared(1.0, 2.0, math.inf, direction="cost", line=2.0)
    assert "people out of reach have no gap" in clauses(lost, MINUTES, line=2.0)["fgt1"]


def test_hidden_numbers_say_why() -> None:
    people = living([2, 500])
    found = measured(answer([1.0, 3.0]), people, line=2.0)
    assert "so few people" in clauses(found, PLACES, ranking=None, line=2.0)["fgt0"]


@pytest.mark.parametrize(
    ("name", "now", "after", "words"),
    [
        ("gini", 0.3, 0.2, "Gini 0.300, after the plan 0.200 (more equal)"),
        ("gini", 0.2, 0.3, "(less equal)"),
        ("palma", 3.0, 2.0, "(more equal)"),
        ("palma", 0.9, 0.5, "(less equal)"),
        ("concentration", -0.2, 0.1, "(a weaker pattern)"),
        ("corrected", -0.1, 0.2, "(a stronger pattern)"),
        ("fgt1", 0.2, 0.1, "(less poverty)"),
        ("fgt1", 0.1, 0.2, "(more poverty)"),
    ],
)
def test_the_direction_of_a_change(name: str, now: float, after: float, words: str) -> None:
    assert words in measure_line(name, "", Figure(now), Figure(after))


def test_no_change_has_no_direction() -> None:
    for after in (0.3, 0.3001, math.nan):
        assert "equal" not in measure_line("gini", "", Figure(0.3), Figure(after))


def test_numbers_and_ranges() -> None:
    assert (index(0.12345), index(math.inf), index(math.nan)) == ("0.123", "without limit", "not told")
    assert (percent(0.5), percent(0.0), percent(1.0), percent(0.123)) == ("50.0 %", "0 %", "100 %", "12.3 %")
    line = measure_line("gini", "", Figure(0.3, 0.25, 0.35), None)
    assert line.startswith("Gini 0.300 (0.250 to 0.350 in nine of ten draws)")


def test_what_is_hidden_of_a_group_stays_hidden() -> None:
    row = GroupShare("age", "old", Count(3, "small"), None, None, None, suppressed=False)
    text = group_line(row, None, PLACES, Asked(None, ("age",), line=2.0))
    assert text == "old (fewer than 5 people): mean not shown; not shown below the line"
