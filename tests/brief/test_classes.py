import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stadslab.brief.classes import classes_at, classes_of


def test_few_distinct_values_get_a_class_each() -> None:
    classes = classes_of(np.array([3.0, 1.0, 1.0, np.inf, 2.0, np.nan]))
    assert classes.labels == ("1", "2", "3")
    assert classes.of(np.array([1.0, 2.0, 3.0])).tolist() == [0, 1, 2]


def test_whole_numbers_make_classes_without_gaps() -> None:
    classes = classes_of(np.arange(100.0), number=4)
    assert classes.labels == ("0 to 24", "25 to 49", "50 to 74", "75 to 99")


def test_quantile_classes_hold_equal_shares() -> None:
    values = np.random.default_rng(1).lognormal(2, 1, 6000)
    held = np.bincount(classes_of(values, number=6).of(values))
    assert len(held) == 6
    assert held.min() > 0.8 * 1000
    assert held.max() < 1.2 * 1000


def test_a_heap_on_one_value_keeps_its_class() -> None:
    values = np.concatenate([np.zeros(900), np.arange(1.0, 101.0)])
    classes = classes_of(values, number=6)
    assert classes.labels[0] == "0"
    assert (classes.of(values) == 0).sum() == 900


def test_nothing_known_makes_no_classes() -> None:
    assert len(classes_of(np.array([np.nan, np.inf]))) == 0


def test_natural_breaks_are_the_best_there_are() -> None:
    values = np.array([1, 2, 3, 4, 20, 21, 22, 60, 61, 63, 64, 90.0])

    def within(edges: tuple[float, ...]) -> float:
        parts = np.split(values, np.searchsorted(values, edges))
        return float(sum(((p - p.mean()) ** 2).sum() for p in parts if len(p)))

    found = classes_of(values, number=4, scheme="natural")
    best = min(itertools.combinations(values[1:], 3), key=within)
    assert within(found.edges) == pytest.approx(within(best))
    assert found.of(values).tolist() == [0] * 4 + [1] * 3 + [2] * 4 + [3]


@given(
    arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e6, 1e6).map(lambda v: round(v, 4))),
    st.sampled_from(["quantile", "natural"]),
)
def test_every_value_is_in_a_class_and_order_is_kept(values: np.ndarray, scheme: str) -> None:
    classes = classes_of(values, scheme=scheme)  # type: ignore[arg-type]
    member = classes.of(values)
    assert 1 <= len(classes) <= 6
    assert len(classes.edges) == len(classes) - 1
    assert member.min() >= 0
    assert member.max() < len(classes)
    assert (np.diff(member[np.argsort(values, kind="stable")]) >= 0).all()
    assert len(set(classes.labels)) == len(classes)


def test_borders_from_elsewhere_get_labels_that_tell_them() -> None:
    values = np.array([1.0, 4.2, 8.0, np.inf, np.nan])
    classes = classes_at((4.0, 7.5), values)
    assert classes.labels == ("under 4", "4 to 7.5", "7.5 and more")
    assert classes.of(values[:3]).tolist() == [0, 1, 2]
    assert classes_at((), values) == classes_of(values)
    assert classes_at((4.2, 8.0), values).labels == ("1", "4.2", "8")
    assert classes_at((3.0, 6.0), np.array([1.0, 2, 3, 4, 5, 6, 9])).labels == ("1 to 2", "3 to 5", "6 to 9")
    assert len(classes_at((1.0,), np.array([np.nan]))) == 0
