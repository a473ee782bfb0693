"""People per unit as a map tells them: rounded, small ones hidden, nothing to be had by putting numbers together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from stadslab.core.support import Population
from stadslab.core.unit_counts import TOTAL, rounded, told_mean, told_per_unit

Groups = dict[str, list[int]]


def people_of(groups: Groups, held: dict[tuple[str, str], list[bool]] | None = None, **more: list[int]) -> Population:
    """People by age (and jobs or other dimensions in `more`); everybody is in one age group."""
    ages = {("age", group): np.array(count, np.int64) for group, count in groups.items()}
    others = {(name, "all"): np.array(count, np.int64) for name, count in more.items()}
    withheld = {key: np.array(mask) for key, mask in (held or {}).items()}
    return Population("ruler", {TOTAL: np.sum(list(ages.values()), axis=0)} | ages | others, withheld, {}, "")


@pytest.mark.parametrize(
    ("number", "told"), [(0, 0), (1, None), (4, None), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15), (1203, 1205)]
)
def test_nobody_is_zero_few_are_hidden_and_others_are_rounded(number, told):
    counts = told_per_unit(people_of({"all ages": [number]}))[TOTAL]
    assert counts.published() == [told]


@given(st.integers(0, 5_000))
def test_what_a_reader_knows_holds_the_true_number(number):
    counts = told_per_unit(people_of({"all ages": [number]}))[TOTAL]
    assert counts.low[0] <= number <= counts.high[0]
    assert (counts.low[0] < counts.high[0]) == (number > 0)


def test_what_the_publisher_withheld_is_not_told():
    told = told_per_unit(people_of({"young": [50, 50]}, {("age", "young"): [True, False]}))
    assert told["age", "young"].published() == [None, 50]
    assert np.isinf(told["age", "young"].high[0])


def test_jobs_are_not_people():
    assert ("jobs", "all") not in told_per_unit(people_of({"young": [50]}, jobs=[12]))


def test_groups_that_a_total_gives_away_are_hidden():
    told = told_per_unit(people_of({"young": [4, 9], "old": [4, 9]}))  # a total of 10 means 8 to 12: both must be 4
    assert told["age", "young"].published() == [None, 10]
    assert told["age", "old"].low[0] == 0
    assert told[TOTAL].published() == [10, 20]


def test_nobody_at_all_is_no_trouble():
    assert told_per_unit(Population("ruler", {}, {}, {}, "")) == {}


few = st.one_of(st.integers(0, 6), st.integers(0, 30))


@given(st.lists(few, min_size=2, max_size=5), st.lists(few, min_size=2, max_size=4))
def test_no_small_number_is_told_by_all_numbers_of_its_unit(ages, parts):
    ages[-1] += max(0, sum(parts) - sum(ages))
    parts[-1] += sum(ages) - sum(parts)
    counts = {("age", str(n)): np.array([c]) for n, c in enumerate(ages)}
    counts |= {("income", str(n)): np.array([c]) for n, c in enumerate(parts)}
    people = Population("ruler", {TOTAL: np.array([sum(ages)]), **counts}, {}, {}, "")
    told = told_per_unit(people)
    keys = list(told)
    matrix = [[(k[0] == dimension) - (k == TOTAL) for k in keys] for dimension in ("age", "income")]
    low, high = (np.array([getattr(told[k], end)[0] for k in keys]) for end in ("low", "high"))
    high = np.minimum(high, 1e6)
    for at, key in enumerate(keys):
        number = int(people.counts[key][0])
        if not 0 < number < 5:
            continue

        def possible(least: float, most: float, at: int = at) -> bool:
            ends = low.copy(), high.copy()
            ends[0][at], ends[1][at] = max(least, low[at]), min(most, high[at])
            if ends[0][at] > ends[1][at]:
                return False
            every = np.ones(len(keys))
            return bool(milp(0 * every, integrality=every, bounds=Bounds(*ends),
                             constraints=LinearConstraint(np.array(matrix), 0, 0)).success)  # fmt: skip

        assert possible(0, number - 1) or possible(number + 1, 1e6), (key, ages, parts)


def test_a_mean_is_rounded_until_few_people_make_no_difference():
    assert told_mean(1.23456, 0.0, 8_000) == pytest.approx(1.234, abs=0.002)
    assert told_mean(1.23456, 10.0, 1_000) == pytest.approx(1.25)
    exact = [told_mean((50 * 1.0 + few * 9.0) / (50 + few), 9.0, 50 + few) for few in (1, 2, 3, 4)]
    assert len(set(exact)) < 4
    assert told_mean(0.01, 10.0, 20) is None
    assert told_mean(3.0, 1.0, 4) is None
    assert told_mean(float("nan"), 1.0, 100) is None
    assert told_mean(0.0, 0.0, 100) == 0.0


def test_numbers_that_stand_alone_are_rounded_and_small_ones_left_out() -> None:
    counts = np.array([0, 1, 4, 5, 7, 8, 12, 13, 1002])
    assert rounded(counts) == [0, None, None, 5, 5, 10, 10, 15, 1000]
