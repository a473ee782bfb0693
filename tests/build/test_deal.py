"""Dealing persons: margins are exact, shares are fair, nothing depends on order."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadslab.build import deal
from stadslab.build.deal import apportion, interleave

WEIGHTS = st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=9)
ZONES = st.lists(st.tuples(st.lists(st.integers(0, 300), min_size=3, max_size=3), WEIGHTS), min_size=1, max_size=6)


def starts(zones: list[tuple[list[int], list[float]]]) -> np.ndarray:
    return np.concatenate([[0], np.cumsum([len(w) for _, w in zones])]).astype(np.int64)


@given(ZONES)
def test_every_person_is_dealt_once(zones: list[tuple[list[int], list[float]]]) -> None:
    start = starts(zones)
    groups = np.array([g for g, _ in zones], np.int64)
    weight = np.concatenate([w for _, w in zones])
    capacity = apportion(groups.sum(axis=1), start, weight)
    dealt = interleave(groups, start, capacity)
    assert (dealt.sum(axis=1) == capacity).all()
    assert (np.add.reduceat(dealt, start[:-1]) == groups).all()
    assert (dealt >= 0).all()


@given(st.integers(0, 10_000), WEIGHTS)
def test_shares_keep_quota(count: int, weights: list[float]) -> None:
    """Largest remainder never leaves the quota: floor or ceiling of the exact share."""
    dealt = apportion(np.array([count]), np.array([0, len(weights)]), np.array(weights))
    total = sum(Fraction(w) for w in weights)
    for persons, weight in zip(dealt.tolist(), weights, strict=True):
        exact = Fraction(count) * (Fraction(weight) / total if total else Fraction(1, len(weights)))
        assert abs(persons - exact) < 1 + Fraction(1, 1000)


def test_largest_remainder_by_hand() -> None:
    # quotas 3.5, 3.5, 3.0: the tie goes to the earlier unit
    assert apportion(np.array([10]), np.array([0, 3]), np.array([35.0, 35.0, 30.0])).tolist() == [4, 3, 3]
    # Hamilton on votes 47,000 16,000 15,900 12,000 6,000 3,100 and 10 seats (a common textbook table)
    votes = np.array([47000.0, 16000, 15900, 12000, 6000, 3100])
    assert apportion(np.array([10]), np.array([0, 6]), votes).tolist() == [5, 2, 1, 1, 1, 0]


def test_zero_weights_share_evenly_and_no_unit_needs_no_people() -> None:
    assert apportion(np.array([5, 0]), np.array([0, 2, 2]), np.zeros(2)).tolist() == [3, 2]


@given(st.lists(st.integers(0, 60), min_size=2, max_size=5), st.integers(2, 6))
def test_mix_is_fair_to_about_one_person(groups: list[int], units: int) -> None:
    counts = np.array([groups], np.int64)
    start = np.array([0, units])
    capacity = apportion(counts.sum(axis=1), start, np.ones(units))
    dealt = interleave(counts, start, capacity)
    total = max(int(counts.sum()), 1)
    fair = capacity[:, None] * counts / total
    assert np.abs(dealt - fair).max() <= len(groups) / 2 + 1
    if len(groups) == 2:
        assert np.abs(dealt - fair).max() <= 1


def test_large_zones_are_merged_in_pieces_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    groups = rng.integers(0, 50, (40, 4))
    size = rng.integers(1, 7, 40)
    start = np.concatenate([[0], np.cumsum(size)])
    capacity = apportion(groups.sum(axis=1), start, rng.random(start[-1]))
    whole = interleave(groups, start, capacity)
    monkeypatch.setattr(deal, "AT_ONCE", 150)
    assert (interleave(groups, start, capacity) == whole).all()
