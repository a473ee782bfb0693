"""What a comparison says in its head, on made-up cities."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from stadslab.core.city import City
from stadslab.core.compare import Comparison
from stadslab.core.support import Population
from stadslab.core.suppression import Count
from stadslab.faces.web.comparison_heads import MOST_LISTED, count_out, findings
from tests.brief import samples

RULER = samples.hexagons(2)
NOWHERE = City("nowhere", "EPSG:3006", {})


def moved(before: list[float], after: list[float], people: list[int] | None = None) -> Comparison:
    """Units with these minutes to school before and after; the rest of 19 units have 10 and nobody lives there."""
    rest = len(RULER) - len(before)
    first, second = (samples.values(RULER, np.array([*v, *[10.0] * rest])) for v in (before, after))
    counts = {} if people is None else {("total", "all"): np.array([*people, *[0] * rest], np.int64)}
    return Comparison(first, second, Population(RULER.digest, counts, {}, {}, ""))


def test_the_worst_come_first_cut_off_before_all():
    inf = np.inf
    told = findings(moved([5, 5, 5, 5, inf], [7, inf, 25, 4, 9], [60, 60, 60, 60, 60]), NOWHERE)
    assert [(u.unit, u.reach, u.change) for u in told["losers"]] == [
        (1, "cut off", None),
        (2, "both", 20.0),
        (0, "both", 2.0),
    ]
    assert [(u.unit, u.reach) for u in told["gainers"]] == [(4, "reached"), (3, "both")]
    assert told["losers"][0].before == 5.0
    assert told["losers"][0].after is None
    assert told["units"].model_dump() == {"lose": 3, "gain": 2, "same": 14, "unknown": 0}


def test_units_without_people_are_not_among_the_worst():
    told = findings(moved([5, 5], [50, 6], [0, 3]), NOWHERE)
    assert [(u.unit, u.people) for u in told["losers"]] == [(1, None)]


def test_without_people_units_are_listed_and_no_group():
    told = findings(moved([5, 5], [50, 6]), NOWHERE)
    assert [u.unit for u in told["losers"]] == [0, 1]
    assert told["groups"] == []
    assert told["equity"] == []
    assert told["lose"] is None
    assert "no people are loaded" in told["answer"][0]


def test_a_list_ends():
    told = findings(moved([5.0] * 19, list(np.arange(6.0, 25.0)), [60] * 19), NOWHERE)
    assert len(told["losers"]) == MOST_LISTED
    assert told["losers"][0].change == 19.0


def test_means_before_and_after_of_those_who_lose():
    told = findings(moved([5, 5, 9], [15, 25, 8], [100, 300, 100]), NOWHERE)
    assert told["lose"].model_dump() == pytest.approx({"before": 5.0, "after": 22.5}, rel=1e-3)
    assert told["gain"].model_dump() == pytest.approx({"before": 9.0, "after": 8.0}, rel=1e-3)
    everybody = told["groups"][0]
    assert everybody.mean_change == pytest.approx((1000 + 6000 - 100) / 500, rel=1e-3)


@pytest.mark.parametrize("few", [1, 2, 3, 4])
def test_how_few_live_in_a_small_unit_is_not_told(few):
    one, other = (findings(moved([5, 5, 9], [15, 25, 8], [103, 300, n]), NOWHERE) for n in (few, 5 - few))
    for told in (one, other):
        everybody = told["groups"][0]
        assert everybody.gain.number is None
        assert told["gain"] is None
        assert everybody.mean_change is None or everybody.mean_change == one["groups"][0].mean_change
        assert [u.people for u in told["gainers"]] == [None]
        assert f'"number":{few},' not in json.dumps([g.model_dump() for g in told["groups"]], separators=(",", ":"))


def test_how_fairly_it_is_shared_is_rounded_and_told_before_and_after():
    told = {e.measure: e for e in findings(moved([5, 5, 9], [15, 25, 8], [100, 300, 100]), NOWHERE)["equity"]}
    assert told["gini"].before == pytest.approx(0.11, abs=0.011)
    assert told["gini"].after > told["gini"].before


def test_negative_answers_have_no_shares():
    assert findings(moved([-5, 5], [15, 25], [100, 300]), NOWHERE)["equity"] == []


def test_a_hidden_count_has_no_digits():
    assert count_out(Count(3, "small")).model_dump() == {"number": None, "state": "small"}
    assert count_out(Count(30, "covered")).number is None
    assert count_out(Count(30, "at least")).number == 30


def test_who_moves_in_is_told_apart():
    told = findings(replace(moved([5], [6], [60]), newcomers=3), NOWHERE)
    assert told["newcomers"].model_dump() == {"number": None, "state": "small"}
