"""Small counts in words and as data."""

from __future__ import annotations

import numpy as np
import pytest

from stadslab.core.disclosure import published, shown, too_few


@pytest.mark.parametrize(
    ("count", "suppressed", "words", "number"),
    [
        (0, False, "0", 0),
        (1, False, "fewer than 5", None),
        (4.4, False, "fewer than 5", None),
        (5, False, "5", 5),
        (1234, False, "1,234", 1234),
        (0, True, "withheld", None),
        (3, True, "fewer than 5", None),
        (1234, True, "at least 1,234", None),
    ],
)
def test_small_and_withheld_counts(count: float, suppressed: bool, words: str, number: int | None) -> None:
    assert shown(count, suppressed) == words
    assert published(count, suppressed) == number


def test_one_to_four_people_are_too_few_and_nobody_is_not() -> None:
    counts = np.array([0.0, 1.0, 4.0, 4.5, 5.0, np.nan, np.inf])
    assert too_few(counts).tolist() == [False, True, True, True, False, False, False]
