import math

import numpy as np
import pytest

from stadslab.brief.numbers import listed, pair, percent, plain, told_apart, unit_words, with_unit


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (12.4, "12.4"),
        (1240.4, "1,240"),
        (0.0623, "0.0623"),
        (-3.456, "−3.46"),
        (2.0, "2"),
        (math.inf, "unreachable"),
        (math.nan, "not known"),
    ],
)
def test_a_measured_number_keeps_three_digits(value: float, text: str) -> None:
    assert plain(value) == text


@pytest.mark.parametrize(
    ("before", "after", "texts"),
    [
        (6.31, 10.92, ("6.3", "10.9")),
        (12.0, 15.0, ("12", "15")),
        (1204.3, 1180.9, ("1,204", "1,181")),
        (7.001, 7.004, ("7.001", "7.004")),
        (5.0, 5.0, ("5", "5")),
    ],
)
def test_two_numbers_show_their_difference(before: float, after: float, texts: tuple[str, str]) -> None:
    assert pair(before, after) == texts


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "0%"), (0.004, "under 1%"), (0.184, "18%"), (0.9996, "over 99%"), (1.0, "100%")]
)
def test_a_share_is_never_a_zero_or_a_whole_that_is_none(share: float, text: str) -> None:
    assert percent(share) == text


def test_units_are_words_and_agree_with_their_number() -> None:
    assert with_unit("1", "min") == "1 minute"
    assert with_unit("1.3", "m/s") == "1.3 metres a second"
    assert with_unit("1", "m/s") == "1 metre a second"
    assert with_unit("1", "places") == "1 place"
    assert with_unit("0.4", "1") == "0.4"
    assert unit_words("dB") == "dB"


def test_numbers_that_must_be_told_apart_get_the_digits_for_it() -> None:
    values = np.array([0.1, 0.25, 0.3])
    assert [told_apart(float(v), values) for v in values] == ["0.10", "0.25", "0.30"] or [
        told_apart(float(v), values) for v in values
    ] == ["0.1", "0.25", "0.3"]
    assert told_apart(1204.0, np.array([3.0, 1204.0])) == "1,204"


def test_a_list_reads_as_a_sentence() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
