"""The contract finds what it is there to find: every promise is broken once, and the right check says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import numpy as np
import pytest

from stadslab.core.indicator import Indicator, Known, Spread, indicator
from stadslab.core.units import About, Metres
from stadslab.lab import catalog
from stadslab.testing import contract_indicator as contract

GOOD = catalog.indicator("walk_access")


def made(function: Any, **changes: Any) -> Indicator:
    """An indicator that says everything it must, with this function."""
    words: dict[str, Any] = {
        "question": "How many?", "unit": "1", "default_direction": "benefit", "cites": ("somebody",),
        "blind_spots": ("most",), "known": (Known("grid(5)", "centre", 0.0),),
    }  # fmt: skip
    return indicator(**{**words, **changes})(function)


def zero(support: Any) -> Any:
    """Nothing.

    At all.
    """
    return np.zeros(len(support))


def test_a_good_one_passes() -> None:
    contract.check_indicator(GOOD)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"question": "Places."}, "must be one"),
        ({"unit": ""}, "no unit"),
        ({"blind_spots": ()}, "blind spots"),
        ({"cites": ()}, "no source is cited"),
        ({"known": ()}, "no known answer"),
        ({"uncertain": {"pace": Spread(0.1, "x")}}, "uncertain parameters that do not exist: {'pace'}"),
    ],
)
def test_words_that_are_missing(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        contract.says_what_it_is(replace(GOOD, **changes))


def test_parameters_without_a_word() -> None:
    def silent(support: Any, *, far: Metres = 1.0, near: Annotated[Metres, About("how near")] = 1.0) -> Any:
        """Nothing.

        At all.
        """

    with pytest.raises(AssertionError, match=r"parameters without a word: \['far'\]"):
        contract.says_what_it_is(made(silent))


def test_a_wrong_answer() -> None:
    known = (Known("grid(7, block_m=130)", "centre", 14, {"minutes": 4.0, "speed_m_s": 1.3}),)
    with pytest.raises(AssertionError, match=r"walk_access on grid\(7, block_m=130\) at centre: 13.0, theory says 14"):
        contract.gives_known_answers(replace(GOOD, known=known))


def test_it_must_travel_by_name() -> None:
    with pytest.raises((AssertionError, AttributeError)):
        contract.travels_by_name(made(zero))


def test_the_order_of_rows() -> None:
    def hashed(places: Any, support: Any) -> Any:
        return np.full(len(support), float(hash(tuple(places.scan("id")["id"].to_pylist())) % 997))

    contract.row_order_never_matters(made(zero))
    with pytest.raises(AssertionError, match="rows in another order changed the answer"):
        contract.row_order_never_matters(made(hashed, known=(Known("grid(5)", "centre", 0.0),)))


def test_chance_from_nowhere() -> None:
    rng = np.random.default_rng(1)

    def lucky(support: Any) -> Any:
        return rng.random(len(support))

    for check in (contract.empty_scenario_changes_nothing, contract.leaves_its_inputs_alone):
        with pytest.raises(AssertionError, match="changed the answer"):
            check(made(lucky))


def test_more_must_not_be_less() -> None:
    def fewer_is_more(places: Any, support: Any) -> Any:
        return np.full(len(support), -float(places.scan("id").num_rows))

    with pytest.raises(AssertionError, match="more places moved unit 0 the wrong way"):
        contract.adds_up_one_way(made(fewer_is_more, monotone={"places": +1}))
    contract.adds_up_one_way(made(fewer_is_more, monotone={"places": -1}))


def test_farther_than_it_says() -> None:
    def everywhere(streets: Any, support: Any) -> Any:
        return np.full(len(support), float(streets.scan("id").num_rows))

    with pytest.raises(AssertionError, match="streets closed beyond its reach changed the answer"):
        contract.far_edits_change_nothing(
            made(everywhere, halo_m=lambda **_: 100.0, known=(Known("grid(9)", "centre", 0.0),))
        )
    contract.far_edits_change_nothing(made(everywhere, halo_m=None))


def test_a_known_answer_on_another_city_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a known answer is given on grid\(...\), not 'village\(\)'"):
        contract.gives_known_answers(made(zero, known=(Known("village()", "centre", 0.0),)))


def test_a_reach_that_covers_every_grid_shows_nothing_and_is_told() -> None:
    with pytest.raises(AssertionError, match=r"blocks reach over every grid; give a known answer with less reach"):
        contract.far_edits_change_nothing(made(zero, halo_m=lambda **_: 10_000.0))
