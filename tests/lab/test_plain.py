"""Answers in words: units, digits, singular and plural, and what is not told."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from stadslab.core.compare import Comparison
from stadslab.core.values import Reason
from stadslab.lab.plain import comparison_lines, number, per_unit, per_unit_change, summary_lines
from stadslab.lab.summary import summarise
from tests.core.answers import INF, NAN, people, receipt, values


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (8.457, "min", "8.5 min"),
        (13.46, "min", "13.5 min"),
        (0.154, "min", "0.15 min"),
        (-0.154, "places", "-0.15 places"),
        (123.4, "min", "123 min"),
        (12345.6, "places", "12,346 places"),
        (1.0, "places", "1 place"),
        (-1.0, "places", "-1 place"),
        (2.0, "places", "2 places"),
        (0.0, "places", "0 places"),
        (1.0, "min", "1 min"),
        (1.0, "m/s", "1 m/s"),
        (3.0, "", "3"),
        (NAN, "min", "unknown"),
        (INF, "min", "out of reach"),
    ],
)
def test_numbers_in_words(value: float, unit: str, words: str) -> None:
    assert number(value, unit) == words


def lines(numbers: Any, total: Any = None, direction: str = "cost", **changes: Any) -> list[str]:
    found = values(numbers, direction, **{"unit": "min", **changes})
    counted = people(found.support, total=total) if total is not None else None
    return summary_lines(found, summarise(found, counted), cached=False)


def test_people_are_averaged_not_cells() -> None:
    told = lines([10.0, 20.0, 30.0], [98, 1, 1])
    assert told == [
        "How many?",
        "  walk_access(minutes 15) on made",
        "  100 people in 3 reporting units",
        "  median 10 min; a tenth have 10 or less, a tenth 10 or more",
        "  mean 10.3 min",
        "  uncertainty not stated (one draw)",
    ]


def test_without_people_units_are_counted_and_it_is_said() -> None:
    told = lines([10.0, INF, NAN], reason=np.array([0, Reason.NOT_CONNECTED, Reason.NO_DATA], np.int8))
    assert "  3 reporting units (no people are loaded, so these are counted)" in told
    assert "  1: no way through the network" in told
    assert "  not known for 1 of these" in told, "or the reasons seem to sum to more than do not get there"
    assert "  1: no data here" in told


def test_small_counts_are_not_told() -> None:
    reason = np.array([0, Reason.NOT_CONNECTED, Reason.BEYOND_LIMIT], np.int8)
    told = lines([10.0, INF, INF], [1_000, 3, 50], reason=reason)
    assert "  53 of these do not get there" in told
    assert "  53: no way through the network or farther than the limit" in told
    assert not any("50" in line for line in told), "53 less 50 are three"


def test_a_small_count_beside_an_unknown_one_is_told_as_small() -> None:
    reason = np.array([0, Reason.NOT_CONNECTED, Reason.NO_DATA], np.int8)
    told = lines([10.0, INF, NAN], [1_000, 3, 50], reason=reason)
    assert "  fewer than 5: no way through the network" in told
    assert "  50: no data here" in told


def test_where_most_people_reach_nothing() -> None:
    told = "\n".join(lines([5.0, INF], [9, 91]))
    assert "nan" not in told
    assert "inf" not in told
    assert "91 of these do not get there" in told


def test_where_some_or_most_do_not_get_there() -> None:
    assert "  a tenth have 5 or less; more than half do not get there" in lines([5.0, 7.0, INF], [20, 20, 60])
    told = lines([5.0, 7.0, INF], [20, 60, 20])
    assert "  median 7 min; a tenth have 5 or less, more than a tenth do not get there" in told
    assert "  mean 6.5 min for those who get there" in told


def test_where_a_tenth_have_nothing() -> None:
    told = lines([0.0, 3.0, 9.0], [20, 60, 20], "benefit", unit="places")
    assert "  median 3 places; a tenth have none, a tenth 9 or more" in told
    assert "  mean 3.6 places" in told
    assert "  20 of these reach none at all" in told


def test_draws_are_told_with_what_they_assume() -> None:
    told = lines([[10.0, 12.0], [1.0, 1.0]], [5, 5], receipt=receipt(assumptions=("speed varies by 15%: a paper",)))
    assert "  uncertainty from 2 draws: speed varies by 15%: a paper" in told


@pytest.mark.parametrize("numbers", [[INF, INF, 1.0], [NAN, NAN, NAN], [NAN, INF, 0.0]])
@pytest.mark.parametrize("total", [None, [0, 0, 0], [1, 2, 3]])
def test_a_summary_is_always_json(numbers: Any, total: Any) -> None:
    found = values(numbers, "cost")
    counted = people(found.support, total=total) if total is not None else None
    json.dumps(summarise(found, counted).to_json(), allow_nan=False)
    json.dumps(per_unit(found), allow_nan=False)
    json.dumps(
        per_unit_change(Comparison(found, values([1.0, 2.0, 3.0], "cost"), people(found.support, total=[1, 1, 1]))),
        allow_nan=False,
    )


def test_units_as_data() -> None:
    found = values(
        [[1.0, 3.0], [INF, 2.0], [NAN, NAN]], reason=np.array([0, Reason.BEYOND_LIMIT, Reason.NO_DATA], np.int8)
    )
    assert per_unit(found) == [
        {"id": "u000", "value": 2.0, "low": 1.0, "high": 3.0},
        {"id": "u001", "value": "unreachable", "low": 2.0, "high": "unreachable", "reason": "farther than the limit"},
        {"id": "u002", "value": None, "low": None, "high": None, "reason": "no data here"},
    ]


def compared(before: Any, after: Any, total: Any, direction: str = "cost", **groups: Any) -> list[str]:
    base, changed = (values(v, direction, unit="min") for v in (before, after))
    comparison = Comparison(base, changed, people(base.support, total=total, **groups), newcomers=7)
    dimensions = tuple(comparison.people.dimensions)
    return comparison_lines(comparison, ("Close the bridge.",), ("mind the gap",), dimensions, cached=True)


def test_losers_before_gainers() -> None:
    told = compared([10.0, 10.0, 10.0, 5.0], [12.0, 9.0, INF, 5.0], [100, 20, 30, 850])
    assert told == [
        "Plan:",
        "  1. Close the bridge.",
        "  warning: mind the gap",
        "How many?",
        "  walk_access(minutes 15) on made; less is counted as better",
        "  everybody:",
        "    all (1,000 people): 130 lose (30 are cut off), 20 gain; mean change 0.19 min a person",
        "  7 people move in; they have no before and are not counted above",
        "  uncertainty not stated (one draw)",
        "  no behavioural response modelled: people keep their homes and habits",
        "  answered from the cache",
    ]


def test_what_a_publisher_withholds_is_told_as_such() -> None:
    base, changed = values([10.0, 10.0], "cost"), values([INF, 10.0], "cost")
    counted = people(base.support, {("age", "old"): [True, False]}, total=[50, 50], age_old=[0, 40], age_young=[50, 10])
    told = comparison_lines(Comparison(base, changed, counted), (), (), ("age",), cached=False)
    old = next(line for line in told if line.startswith("    old"))
    assert old == "    old (at least 40 people): the publisher withholds too much to count gains and losses"


@pytest.mark.parametrize(("draws", "needed"), [(2, 2), (10, 9), (20, 18), (25, 23), (100, 90)])
def test_how_many_draws_make_sure(draws: int, needed: int) -> None:
    told = compared([[10.0] * draws], [[12.0] * draws], [100])
    assert f"  sure: at least {needed} of {draws} draws agree" in told
    assert "    all (100 people): 100 lose, 0 gain; sure: 100 lose, 0 gain; mean change 2 min a person" in told


def test_without_people_units_lose() -> None:
    base, changed = values([10.0, 10.0], "cost"), values([12.0, 10.0], "cost")
    comparison = Comparison(base, changed, people(base.support))
    told = comparison_lines(comparison, (), (), (), cached=False)
    assert "  1 reporting unit loses, 0 gain (no people are loaded)" in told


def test_what_is_left_of_everybody_is_not_told_when_it_is_a_handful() -> None:
    reasons = np.array([Reason.KNOWN, Reason.BEYOND_LIMIT, Reason.NO_DATA], np.int8)
    answer = values([5.0, INF, NAN], "cost", reason=reasons)
    few = summarise(answer, people(answer.support, total=[3, 90, 7]))
    assert (few.none, few.unknown, few.covered) == (None, None, True)
    assert set(few.reasons.values()) == {None}
    assert "covered" not in few.to_json()
    told = "\n".join(summary_lines(answer, few, cached=False))
    assert "a number that may not be told of these do not get there" in told
    assert "90" not in told
    assert "fewer than 5" not in told
    many = summarise(answer, people(answer.support, total=[5, 90, 7]))
    assert (many.none, many.unknown, many.covered) == (90, 7, False)
    nobody = summarise(answer, people(answer.support, total=[0, 90, 7]))
    assert (nobody.none, nobody.unknown, nobody.covered) == (90, 7, False)
