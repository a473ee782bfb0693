"""Before and after: people are counted, not cells, and what cannot be compared is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadslab.core.compare import Comparison, GroupChange
from stadslab.core.errors import InputError
from tests.core.answers import INF, NAN, people, receipt, support, values


def compared(before: Any, after: Any, total: Any = None, direction: str = "benefit", **groups: Any) -> Comparison:
    base, changed = values(before, direction), values(after, direction)
    everybody = [10] * len(base) if total is None else total
    return Comparison(base, changed, people(base.support, total=everybody, **groups))


def all_of(comparison: Comparison) -> GroupChange:
    return comparison.by("total")[0]


def test_people_are_counted_not_cells() -> None:
    found = all_of(compared([1, 1, 1, 1], [0, 0, 0, 2], [1, 2, 0, 100]))
    assert (found.people, found.lose, found.gain, found.same, found.unknown) == (103, 3, 100, 0, 0)
    assert found.mean_change == pytest.approx((100 - 3) / 103)


@pytest.mark.parametrize(
    ("before", "after", "change", "better_if_more"),
    [
        (5.0, 7.0, 2.0, 1),
        (7.0, 5.0, -2.0, -1),
        (5.0, 5.0, 0.0, 0),
        (0.0, 0.0, 0.0, 0),
        (INF, 5.0, -INF, -1),
        (5.0, INF, INF, 1),
        (INF, INF, 0.0, 0),
        (NAN, 5.0, NAN, 0),
        (5.0, NAN, NAN, 0),
        (NAN, NAN, NAN, 0),
        (INF, NAN, NAN, 0),
        (NAN, INF, NAN, 0),
    ],
)
def test_arithmetic_of_reach(before: float, after: float, change: float, better_if_more: int) -> None:
    for direction, sign in (("benefit", 1), ("cost", -1)):
        found = compared([before], [after], direction=direction)
        assert found.change() == pytest.approx([change], nan_ok=True)
        assert found.better().tolist() == [sign * better_if_more]
        assert found.known().tolist() == [not np.isnan(change)]
        row = all_of(found)
        assert (row.gain, row.lose) == (10 * (sign * better_if_more > 0), 10 * (sign * better_if_more < 0))
        assert row.unknown == 10 * np.isnan(change)
        assert row.gain + row.lose + row.same + row.unknown == row.people


def test_cut_off_and_newly_reached_are_told_apart_from_longer_and_shorter() -> None:
    row = all_of(compared([5, 5, INF, INF, 5], [INF, 9, 5, INF, 4], [1, 20, 300, 4_000, 50_000], "cost"))
    assert (row.cut_off, row.reached) == (1, 300)
    assert (row.lose, row.gain, row.same) == (21, 50_300, 4_000)
    # those without a finite change have no share in the mean
    assert row.mean_change == pytest.approx((4 * 20 - 50_000 + 0 * 4_000) / 54_020)


def test_a_group_nobody_belongs_to() -> None:
    row = all_of(compared([1], [2], [0]))
    assert (row.people, row.gain, row.lose) == (0, 0, 0)
    assert np.isnan(row.mean_change)


def test_groups_in_order_gainers_and_losers_by_number() -> None:
    found = compared([1, 1, 1], [0, 2, 1], age_young=[5, 1, 9], age_old=[2, 7, 9], age_child=[0, 0, 3])
    assert [g.group for g in found.by("age")] == ["child", "old", "young"]
    assert [(g.group, g.gain) for g in found.gainers("age")] == [("old", 7), ("young", 1)]
    assert [(g.group, g.lose) for g in found.losers("age")] == [("young", 5), ("old", 2)]


def test_nobody_is_counted_by_that() -> None:
    with pytest.raises(InputError, match=r"people are not counted by 'income' \(known: total, age\)"):
        compared([1], [1], age_old=[1]).by("income")
    empty = values([1])
    with pytest.raises(InputError, match="none: load people first"):
        Comparison(empty, empty, people(empty.support)).by()


# certainty


def test_one_draw_states_no_certainty() -> None:
    row = all_of(compared([1], [2]))
    assert row.sure_gain is None
    assert row.sure_lose is None
    assert np.isnan(compared([1], [2]).agreement()).all()


def test_nine_draws_in_ten_must_agree() -> None:
    before = [[0.0] * 10] * 3
    after = [[1.0] * 10, [1.0] * 9 + [-1.0], [1.0] * 8 + [-1.0] * 2]
    found = compared(before, after, [1, 20, 300])
    assert found.agreement().tolist() == [1.0, 0.9, 0.8]
    row = all_of(found)
    assert (row.gain, row.sure_gain, row.lose, row.sure_lose) == (321, 21, 0, 0)


def test_draws_are_paired_before_they_are_averaged() -> None:
    """The luck of a draw moves before and after together: a gain in every draw is sure, however wide the draws."""
    wide = [[1.0, 100.0, 10_000.0, 5.0]]
    found = compared(wide, [[v + 0.5 for v in wide[0]]])
    assert found.change().tolist() == [0.5]
    assert all_of(found).sure_gain == 10


def test_reach_that_is_won_in_one_draw_and_lost_in_another_is_not_known() -> None:
    found = compared([[5, INF]], [[INF, 5]], direction="cost")
    assert np.isnan(found.change()).all()
    assert all_of(found).unknown == 10
    partly = compared([[5, 5]], [[INF, 6]], direction="cost")
    assert partly.change().tolist() == [INF]
    assert all_of(partly).cut_off == 10


# what cannot be compared


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("reporting units", {"support": support(2, "other")}),
        ("indicators", {"indicator": "walk_to_nearest"}),
        ("units", {"unit": "min"}),
        ("numbers of draws", {"draws": np.zeros((2, 3))}),
        ("parameters", {"receipt": receipt(params={"minutes": 10.0})}),
        ("methods", {"receipt": receipt(method=2)}),
        ("seeds", {"receipt": receipt(seed=2)}),
    ],
)
def test_different_rulers_and_questions_are_refused(what: str, changes: dict[str, Any]) -> None:
    base = values([1, 2])
    with pytest.raises(InputError, match=f"before and after have different {what}"):
        Comparison(base, values([1, 2], **changes), people(base.support, total=[1, 1]))


def test_every_difference_is_told_at_once() -> None:
    base = values([1, 2])
    other = values([1, 2], support=support(2, "other"), unit="min")
    with pytest.raises(InputError) as caught:
        Comparison(base, other, people(other.support, total=[1, 1]))
    assert [p.what.split(": ")[0] for p in caught.value.problems] == [
        "before and after have different reporting units",
        "before and after have different units",
        "people are counted on other reporting units than the values",
    ]


# what holds for any numbers

NUMBERS = st.one_of(st.just(INF), st.just(NAN), st.floats(-1e6, 1e6))
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS, st.integers(0, 1_000)), min_size=1, max_size=12)


@given(ROWS, st.sampled_from(["benefit", "cost"]))
def test_everybody_gains_loses_keeps_or_is_not_known(rows: list[tuple[float, float, int]], direction: str) -> None:
    before, after, count = zip(*rows, strict=True)
    row = all_of(compared(before, after, count, direction))
    assert row.gain + row.lose + row.same + row.unknown == row.people == sum(count)
    assert row.cut_off >= 0
    assert row.reached >= 0
    if direction == "cost":
        assert row.cut_off <= row.lose
        assert row.reached <= row.gain


@given(ROWS)
def test_the_other_way_round_gains_and_losses_change_places(rows: list[tuple[float, float, int]]) -> None:
    before, after, count = zip(*rows, strict=True)
    there, back = all_of(compared(before, after, count)), all_of(compared(after, before, count))
    assert (there.gain, there.lose, there.same, there.unknown) == (back.lose, back.gain, back.same, back.unknown)
    assert there.mean_change == pytest.approx(-back.mean_change, nan_ok=True)


@given(ROWS)
def test_nothing_changed_is_no_change(rows: list[tuple[float, float, int]]) -> None:
    before, _, count = zip(*rows, strict=True)
    row = all_of(compared(before, before, count))
    assert row.gain == row.lose == row.cut_off == row.reached == 0
