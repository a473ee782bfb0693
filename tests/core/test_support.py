"""Rulers and people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.core.answers import people, support


def test_a_ruler_is_known_by_what_it_says() -> None:
    one = support(3)
    assert len(one) == 3
    assert support(3).digest == one.digest
    assert len({one.digest, support(4).digest, support(3, "other").digest}) == 3
    moved = replace(one, points=one.points + 1e-9, digest="")
    assert moved.digest != one.digest
    renamed = replace(one, ids=("a", "b", "c"), digest="")
    assert renamed.digest != one.digest


def test_people_by_dimension() -> None:
    found = people(support(2), total=[3, 4], income_low=[1, 1], age_old=[1, 0], age_young=[2, 4])
    assert found.dimensions == ["total", "age", "income"]
    assert found.groups("age") == ["old", "young"]
    assert found.total.tolist() == [3, 4]


def test_ages_are_in_the_order_of_their_numbers() -> None:
    groups = {f"age_{g}": [0] for g in ("16-64", "0-5", "65", "6-15", "100")}
    assert people(support(1), **groups).groups("age") == ["0-5", "6-15", "16-64", "65", "100"]


@pytest.mark.parametrize("groups", [{}, {"age_old": [1, 2]}])
def test_without_a_total_nobody_is_made_up(groups: dict[str, list[int]]) -> None:
    total = people(support(2), **groups).total
    assert total.sum() == 0
    assert total.dtype == np.int64
    assert len(total) == (2 if groups else 0)
