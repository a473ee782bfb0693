"""The sentences of a brief, read as sentences."""

from __future__ import annotations

import numpy as np
import pytest

from stadslab.brief import words
from stadslab.core.compare import Comparison
from stadslab.core.indicator import Indicator
from stadslab.core.support import Population
from stadslab.core.values import Reason
from tests.brief import samples

RULER = samples.hexagons(1)
NAN, INF = np.nan, np.inf


def compared(
    before: list[float],
    after: list[float],
    people: list[int] | None,
    *,
    held: bool = False,
    which: Indicator = samples.minutes_to_school,
    groups: dict[tuple[str, str], list[int]] | None = None,
    reason: Reason | None = None,
) -> Comparison:
    """A comparison on seven cells; what is not given stays at 5 with nobody there."""

    def filled(values: list[float]) -> np.ndarray:
        return np.array([*values, *[5.0] * (7 - len(values))])

    def counted(numbers: list[int]) -> np.ndarray:
        return np.array([*numbers, *[0] * (7 - len(numbers))], np.int64)

    counts = {} if people is None else {("total", "all"): counted(people)}
    counts |= {key: counted(numbers) for key, numbers in (groups or {}).items()}
    suppressed = {("total", "all"): np.array([True] + [False] * 6)} if held else {}
    why = None if reason is None else np.where(np.isinf(filled(after)), reason, 0).astype(np.int8)
    return Comparison(
        samples.values(RULER, filled(before), which),
        samples.values(RULER, filled(after), which, reason=why),
        Population(RULER.digest, counts, suppressed, {}, "spread by dwellings" if people else ""),
    )


@pytest.mark.parametrize(
    ("before", "after", "people", "sentence"),
    [
        ([5, 5, 5], [9, 3, 5], [1240, 310, 48300], "1,240 people lose and 310 gain; 48,300 see no change."),
        ([5, 5], [9, 5], [1240, 60], "1,240 people lose and nobody gains; 60 see no change."),
        ([5, 5], [3, 5], [310, 60], "Nobody loses and 310 people gain; 60 see no change."),
        ([5, 5], [5, 5], [60, 40], "Nobody loses and nobody gains: nothing changes for any of the 100 people."),
        ([5], [9], [70], "70 people lose and nobody gains."),
        ([5, 5, 5], [9, 3, 5], [3, 310, 900], "Fewer than 5 people lose and 310 gain; some see no change."),
        ([5, NAN], [9, NAN], [60, 80], "60 people lose and nobody gains; for 80 it is not known."),
        ([5, NAN], [5, NAN], [60, 80],
         "Nobody is known to lose or gain; 60 people see no change, and for 80 people it is not known."),
        ([NAN, NAN], [NAN, NAN], [60, 80], "Nothing can be said: the change is not known for any of the 140 people."),
        ([5, INF], [INF, 5], [60, 80], "60 people lose and 80 gain."),
    ],
)  # fmt: skip
def test_headline(before: list[float], after: list[float], people: list[int], sentence: str) -> None:
    assert words.headline(compared(before, after, people)) == sentence


def test_headline_with_withheld_counts() -> None:
    said = words.headline(compared([5, 5], [9, 5], [1240, 60], held=True))
    assert said == (
        "At least 1,240 people lose and a withheld number gain; at least 60 see no change and for a withheld number "
        "it is not known."
    )


def test_headline_without_people_counts_units_and_says_so() -> None:
    said = words.headline(compared([5, 5, 5], [9, 9, 3], None))
    assert said == "Of 7 units, 2 get worse and 1 gets better; no people are loaded, so people are not counted."
    said = words.headline(compared([5], [9], [0]))
    assert said.startswith("Of 7 units, 1 gets worse and 0 get better; nobody lives in the units looked at")


def test_the_size_is_told_from_and_to_with_its_unit_weighted_by_people() -> None:
    said = words.size_of_change(compared([5, 10, 8], [9, 20, 6], [30, 10, 50]))
    # losers: (30 * 5 + 10 * 10) / 40 = 6.25 and (30 * 9 + 10 * 20) / 40 = 11.75
    assert said == "On average it goes from 6.2 to 11.8 minutes for those who lose, and from 8 to 6 for those who gain."


def test_unreachable_is_told_apart_and_kept_out_of_the_mean() -> None:
    change = compared([5, INF, 5], [INF, 7, 9], [60, 80, 20])
    assert words.reach(change) == "60 people can no longer get there, and 80 can get there who could not before."
    assert (
        words.size_of_change(change) == "On average it goes from 5 to 9 minutes for those who lose and still get there."
    )
    far = compared([5], [INF], [60], reason=Reason.BEYOND_LIMIT)
    assert words.reach(far) == "60 people can no longer get there within the limit."


def test_a_small_group_of_losers_gets_no_average() -> None:
    assert words.size_of_change(compared([5, 5], [9, 5], [3, 900])) == ""


def test_more_is_better_for_a_benefit() -> None:
    change = compared([5, 5], [4, 9], [60, 80], which=samples.shops_near)
    assert words.headline(change) == "60 people lose and 80 gain."
    assert words.size_of_change(change).startswith("On average it goes from 5 to 4 shops for those who lose")
    assert words.direction(change.base) == "more is counted as better"


def test_one_draw_means_that_uncertainty_is_not_stated() -> None:
    said = words.certainty(samples.school_comparison(1))
    assert said == "Uncertainty was not stated: each figure comes from one computation."


def test_certainty_in_words() -> None:
    before = np.full((7, 10), 5.0)
    after = before.copy()
    after[0], after[1] = 9.0, [9.0] * 6 + [4.0] * 4  # the second unit loses in six draws of ten only
    after[2] = 3.0
    people = Population(RULER.digest, {("total", "all"): np.array([70, 30, 40, 9, 0, 0, 0])}, {}, {}, "")
    change = Comparison(samples.values(RULER, before), samples.values(RULER, after), people)
    said = words.certainty(change)
    assert (
        said == "In at least 9 of 10 draws, 70 of the 100 who lose do so and all who gain do so (10 draws were made)."
    )


def test_groups_that_stand_out_are_named_and_equal_ones_are_not() -> None:
    people = [100, 900]
    old, young = [60, 140], [40, 760]
    west, east = [50, 450], [50, 450]
    groups = {("age", "old"): old, ("age", "young"): young, ("side", "west"): west, ("side", "east"): east}
    change = compared([5, 5], [9, 5], people, groups=groups)
    rows = words.rows_of(change)
    assert words.representation(rows) == ["By age, “old” are 60% of those who lose but 20% of everyone."]


def test_jobs_are_not_people_and_never_stand_out() -> None:
    groups = {("jobs", "care"): [400, 10], ("jobs", "trade"): [10, 400]}
    change = compared([5, 5], [9, 5], [100, 900], groups=groups)
    assert words.representation(words.rows_of(change)) == []
    assert words.noun("jobs") == "jobs"


def test_what_is_not_known_names_units_reasons_and_people() -> None:
    change = compared([5, NAN, NAN, INF], [9, NAN, NAN, INF], [60, 80, 7, 50])
    said = words.not_known(change, ("slope", "opening hours"))
    assert said[0] == "No answer in 2 of 7 units, where 87 people live: no street near enough to start from."
    assert said[1] == (
        "Out of reach both before and after in 1 unit, where 50 people live (no way through the network); "
        "that is counted as no change."
    )
    assert "Not looked at: slope and opening hours." in said
    assert any(s.startswith("No behavioural response modelled") for s in said)
    assert not any(s.startswith("No behavioural response") for s in words.not_known(change, responses=True))


def test_how_it_is_now_without_people() -> None:
    minutes = np.array([2.0, 4.0, 6.0, 8.0, INF, NAN, 5.0])
    said = words.how_it_is(samples.values(RULER, minutes), None)
    assert said == [
        "Half of the 5 units with a value have 5 minutes or less.",
        "From 1 of 7 units there is no way there.",
        "People are not counted.",
    ]


def test_how_it_is_now() -> None:
    minutes = np.array([2.0, 4.0, 6.0, 8.0, INF, NAN, 5.0])
    people = Population(RULER.digest, {("total", "all"): np.array([10, 40, 30, 20, 25, 6, 0])}, {}, {}, "")
    said = words.how_it_is(samples.values(RULER, minutes), people)
    assert said == [
        "Half of those who can get there have 4 minutes or less; a tenth have 2 or less and a tenth have 8 or more.",
        "25 people cannot get there.",
    ]
    nothing = samples.values(RULER, np.full(7, NAN))
    assert words.how_it_is(nothing, people) == ["Nothing can be said: no unit has an answer."]


def test_the_ruler_in_words() -> None:
    assert words.kind_of_support("h3:9", 1204) == "1,204 H3 hexagons of resolution 9"
    assert words.kind_of_support("square:250", 40) == "40 squares of 250 m"
    assert words.kind_of_support("areas:deso", 3) == "3 areas (deso)"
