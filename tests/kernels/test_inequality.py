"""Measures of inequality: what theory says in closed form, and what must hold for any city."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stadslab.kernels import inequality
from stadslab.kernels.inequality import (
    Correction,
    concentration_index,
    foster_greer_thorbecke,
    gini,
    palma,
    theil_t,
)
from tests.truth_plugin import Checker

CLOSE = 1e-9


@st.composite
def towns(draw: st.DrawFn, least: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, people (some places empty) and ranks with ties."""
    n = draw(st.integers(least, 12))
    values = draw(st.lists(st.integers(0, 1000), min_size=n, max_size=n))
    people = draw(st.lists(st.integers(0, 50), min_size=n, max_size=n))
    rank = draw(st.lists(st.integers(0, 6), min_size=n, max_size=n))
    assume(sum(p for v, p in zip(values, people, strict=True) if v) > 0)
    return np.array(values, float), np.array(people, float), np.array(rank, float)


def all_measures(values: Any, people: Any, rank: Any) -> list[float]:
    """Every measure that must not care how rows are written."""
    one, other = palma(values, people, rank), palma(values, people, rank, shared=True)
    kinds: tuple[Correction, ...] = ("simple", "corrected", "wagstaff")
    return [
        gini(values, people), one.ratio, one.poor_cut, one.rich_cut, other.ratio,
        *(concentration_index(values, people, rank, kind=kind, bounds=(0, 2000)) for kind in kinds),
        theil_t(values, people).total,
        *(foster_greer_thorbecke(values, people, 300.0, a) for a in (0, 1, 2)),
    ]  # fmt: skip


def same(a: list[float], b: list[float]) -> None:
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12, equal_nan=True)


# closed forms


def test_equal_shares_are_equal() -> None:
    values, people, rank = np.full(30, 12.0), np.arange(30.0), np.arange(30.0)
    assert gini(values, people) == pytest.approx(0, abs=CLOSE)
    assert concentration_index(values, people, rank) == pytest.approx(0, abs=CLOSE)
    assert theil_t(values, people).total == pytest.approx(0, abs=CLOSE)
    assert palma(values, people, rank).ratio == pytest.approx(1)


@pytest.mark.truth(
    id="gini", what="Gini when one of 10 people has all", source="closed form 1 - 1/n", expected=0.9, tolerance=1e-12
)
@pytest.mark.truth(
    id="theil",
    what="Theil T when one of 10 people has all",
    source="closed form ln n",
    expected=2.302585093,
    tolerance=1e-9,
)
@pytest.mark.truth(
    id="ci",
    what="Concentration index when the richest of 10 has all",
    source="closed form 1 - 1/n",
    expected=0.9,
    tolerance=1e-12,
)
@pytest.mark.truth(id="poor", what="Concentration index when the poorest of 10 has all", source="closed form 1/n - 1",
                   expected=-0.9, tolerance=1e-12)  # fmt: skip
def test_one_has_all(truth: Checker) -> None:
    values, people, rank = np.zeros(10), np.ones(10), np.arange(10.0)
    values[9] = 5.0
    truth.check(gini(values, people), id="gini")
    truth.check(theil_t(values, people).total, id="theil")
    truth.check(concentration_index(values, people, rank), id="ci")
    truth.check(concentration_index(values, people, -rank), id="poor")
    assert palma(values, people, rank).ratio == math.inf


@pytest.mark.truth(
    what="Gini of two groups: 80 % of people have 20 % of all",
    source="closed form: share of people minus share of all",
    expected=0.6,
    tolerance=1e-12,
)
def test_two_groups(truth: Checker) -> None:
    truth.check(gini([1.0, 16.0], [80, 20]))


def test_corrected_index_of_two_halves() -> None:
    # half the people have 2, the richer half 6, between 0 and 10: CI = (6 - 2) / (4 x mean) = 1/4
    values, people, rank = [2.0, 6.0], [50, 50], [1.0, 2.0]
    assert concentration_index(values, people, rank) == pytest.approx(0.25)
    assert concentration_index(values, people, rank, kind="corrected", bounds=(0, 10)) == pytest.approx(0.4)
    assert concentration_index(values, people, rank, kind="wagstaff", bounds=(0, 10)) == pytest.approx(10 / 24)


def test_who_has_exactly_the_line_is_not_poor() -> None:
    values, people = [5.0, 10.0, 20.0], [1, 2, 1]
    assert [foster_greer_thorbecke(values, people, 10.0, a) for a in (0, 1, 2)] == [0.25, 0.125, 0.0625]
    assert [foster_greer_thorbecke(values, people, 10.0, a, above=True) for a in (0, 1, 2)] == [0.25, 0.25, 0.25]


def test_palma_takes_whole_places_unless_shared() -> None:
    # ten places of ten people: the poor are the first four, the rich the last one
    values, people, rank = np.arange(1.0, 11.0), np.full(10, 10.0), np.arange(10.0)
    whole = palma(values, people, rank)
    assert (whole.poor_cut, whole.rich_cut, whole.poor_people, whole.rich_people) == (3.0, 8.0, 40.0, 10.0)
    assert whole.ratio == pytest.approx(10 / 2.5)
    # five groups of a fifth each: the richest tenth is half the last group, so only shared can tell
    fifths, fifth, order = [1.0, 2.0, 3.0, 4.0, 5.0], [20] * 5, [1, 2, 3, 4, 5]
    assert math.isnan(palma(fifths, fifth, order).ratio)
    assert palma(fifths, fifth, order, shared=True).ratio == pytest.approx(5 / 1.5)


def test_cut_points_are_not_moved_by_rounding() -> None:
    # 40 % of 7 x 0.1 and the like: cumulated tenths are not exact in binary
    for n in range(1, 200):
        found = palma(np.ones(10 * n), np.full(10 * n, 3.0), np.arange(10.0 * n))
        assert (found.poor_people, found.rich_people) == (12 * n, 3 * n)


def test_people_of_equal_rank_share_it_or_stand_as_listed() -> None:
    # four people, two of them equally rich
    values, people, rank = [1.0, 2.0, 6.0, 3.0], [1, 1, 1, 1], [1, 2, 2, 3]
    shared = 2 * sum(v / 3 * (r - 0.5) / 4 for v, r in zip(values, (1 / 8, 1 / 2, 1 / 2, 7 / 8), strict=True))
    assert concentration_index(values, people, rank) == pytest.approx(shared)
    listed = 2 * sum(v / 3 * (r - 0.5) / 4 for v, r in zip(values, (1 / 8, 3 / 8, 5 / 8, 7 / 8), strict=True))
    assert concentration_index(values, people, rank, ties="listed") == pytest.approx(listed)


# invariants


@given(towns(), st.randoms(use_true_random=False))
def test_order_of_rows_never_matters(town: Any, random: Any) -> None:
    order = list(range(len(town[0])))
    random.shuffle(order)
    assert np.array_equal(all_measures(*town), all_measures(*(column[order] for column in town)), equal_nan=True)


@given(towns(), st.sampled_from([0.25, 3.0, 1e6]))
def test_unit_of_values_never_matters(town: Any, factor: float) -> None:
    values, people, rank = town
    assert gini(values * factor, people) == pytest.approx(gini(values, people), abs=CLOSE)
    assert theil_t(values * factor, people).total == pytest.approx(theil_t(values, people).total, abs=CLOSE)
    assert concentration_index(values * factor, people, rank) == pytest.approx(
        concentration_index(values, people, rank), abs=CLOSE
    )
    assert palma(values * factor, people, rank).ratio == pytest.approx(palma(values, people, rank).ratio, nan_ok=True)
    assert foster_greer_thorbecke(values * factor, people, 100 * factor, 2) == pytest.approx(
        foster_greer_thorbecke(values, people, 100, 2)
    )


@given(towns(), st.integers(2, 5))
def test_twice_the_same_people_change_nothing(town: Any, times: int) -> None:
    values, people, rank = town
    same(all_measures(values, people, rank), all_measures(values, people * times, rank))
    same(all_measures(values, people, rank), all_measures(*(np.tile(column, times) for column in town)))


@given(towns())
def test_places_split_in_two_change_nothing(town: Any) -> None:
    values, people, rank = (np.repeat(column, 2) for column in town)
    people[::2] = np.floor(people[::2] / 3)
    people[1::2] -= people[::2]
    same(all_measures(*town), all_measures(values, people, rank))


@given(towns())
def test_empty_places_count_for_nothing(town: Any) -> None:
    values, people, rank = town
    more = all_measures(np.append(values, 1999.0), np.append(people, 0), np.append(rank, math.nan))
    same(all_measures(*town), more)


@given(towns())
def test_measures_stay_in_their_bounds(town: Any) -> None:
    values, people, rank = town
    assert -CLOSE <= gini(values, people) < 1
    assert abs(concentration_index(values, people, rank)) <= gini(values, people) + CLOSE
    assert -CLOSE <= theil_t(values, people).total <= math.log(people.sum()) + CLOSE
    corrected = concentration_index(values, people, rank, kind="corrected", bounds=(0, 1000))
    assert abs(corrected) <= 1 + CLOSE


@given(towns())
def test_ranked_by_itself_the_concentration_index_is_gini(town: Any) -> None:
    values, people, _ = town
    assert concentration_index(values, people, values) == pytest.approx(gini(values, people), abs=CLOSE)


@given(towns())
def test_gini_is_the_mean_difference_of_all_pairs(town: Any) -> None:
    values, people, _ = town
    pairs = (np.outer(people, people) * np.abs(values[:, None] - values)).sum() / people.sum() ** 2
    assert gini(values, people) == pytest.approx(pairs / (2 * inequality.mean(values, people)), abs=CLOSE)


@given(towns())
def test_correction_mirrors_what_people_lack(town: Any) -> None:
    values, people, rank = town
    assume(inequality.mean(values, people) < 1000)
    lack = 1000 - values
    kinds: tuple[Correction, ...] = ("corrected", "wagstaff")
    for kind in kinds:
        have = concentration_index(values, people, rank, kind=kind, bounds=(0, 1000))
        miss = concentration_index(lack, people, rank, kind=kind, bounds=(0, 1000))
        assert have == pytest.approx(-miss, abs=CLOSE)


@given(towns(), st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_theil_adds_up(town: Any, groups: list[int]) -> None:
    values, people, _ = town
    group = np.array(groups[: len(values)])
    whole, parts = theil_t(values, people), theil_t(values, people, group)
    assert parts.total == pytest.approx(whole.total, abs=CLOSE)
    assert parts.between >= -CLOSE
    assert math.fsum(parts.share) == pytest.approx(parts.within, abs=CLOSE)
    for number in range(int(group.max()) + 1):
        mine = group == number
        if (values * people)[mine].sum():
            own = theil_t(values[mine], people[mine]).total
            weight = (values * people)[mine].sum() / (values * people).sum()
            assert parts.share[number] == pytest.approx(own * weight, abs=CLOSE)


@given(towns(least=2), st.integers(1, 100), st.integers(0, 11), st.integers(0, 11))
def test_giving_to_the_worse_off_lessens_inequality(town: Any, gift: int, a: int, b: int) -> None:
    """Pigou (1912), Dalton (1920): a transfer that does not turn the order round."""
    values, _, _ = town
    low, high = sorted((a % len(values), b % len(values)), key=lambda i: values[i])
    people = np.ones(len(values))
    assume(values[high] - values[low] > 2 * gift)
    after = values.copy()
    after[low] += gift
    after[high] -= gift
    assert gini(after, people) < gini(values, people)
    assert theil_t(after, people).total < theil_t(values, people).total
    line = float(values.max() + 1)
    assert foster_greer_thorbecke(after, people, line, 2) < foster_greer_thorbecke(values, people, line, 2)
    assert foster_greer_thorbecke(after, people, line, 1) == pytest.approx(
        foster_greer_thorbecke(values, people, line, 1)
    )


# where a measure has no meaning


@pytest.mark.parametrize(("values", "people"), [([], []), ([3.0, 4.0], [0, 0])])
def test_without_people_nothing_is_said(values: list[float], people: list[float]) -> None:
    assert all(math.isnan(found) for found in all_measures(values, people, values))


def test_when_nobody_has_anything_shares_mean_nothing() -> None:
    values, people = np.zeros(3), np.ones(3)
    assert math.isnan(gini(values, people))
    assert math.isnan(theil_t(values, people, [0, 1, 1]).total)
    assert math.isnan(concentration_index(values, people, [1, 2, 3]))
    assert math.isnan(palma(values, people, [1, 2, 3]).ratio)
    assert foster_greer_thorbecke(values, people, 1.0, 2) == 1.0


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1.0])
@pytest.mark.parametrize("where", ["values", "people"])
def test_unknown_unreachable_and_negative_are_refused(bad: float, where: str) -> None:
    given = {"values": [1.0, 2.0], "people": [1.0, 2.0]} | {where: [1.0, bad]}
    with pytest.raises(ValueError, match=where):
        gini(**given)


def test_a_line_at_zero_and_unknown_ranks_are_refused() -> None:
    with pytest.raises(ValueError, match="line"):
        foster_greer_thorbecke([1.0], [1], 0.0)
    with pytest.raises(ValueError, match="alpha"):
        foster_greer_thorbecke([1.0], [1], 1.0, 3)
    with pytest.raises(ValueError, match="rank"):
        palma([1.0, 2.0], [1, 1], [math.nan, 1.0])
    with pytest.raises(ValueError, match="bounds"):
        concentration_index([1.0, 20.0], [1, 1], [1, 2], kind="corrected", bounds=(0, 10))
    with pytest.raises(ValueError, match="each"):
        gini([1.0, 2.0], [1.0])
