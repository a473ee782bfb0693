"""Questions of a brief: as asked, or a basket of errands the city has places for."""

from __future__ import annotations

import pytest

from stadslab.brief.asked import questions
from stadslab.core.city import City
from stadslab.core.errors import InputError, NotFoundError
from stadslab.testing.gridcity import CRS, grid


def test_as_asked_with_parameters_and_commas_in_values() -> None:
    asked = ("walk_access:kind=school,minutes=10", "travel_time_to:to=18.06,59.33,mode=cycle")
    first, second = questions(asked, grid(3), "h3:9", 5, 2)
    assert (first.indicator.id, first.params["kind"], first.params["minutes"]) == ("walk_access", "school", 10.0)
    assert (second.params["to"], second.params["mode"]) == ("18.06,59.33", "cycle")
    assert (first.support, first.draws, first.seed) == ("h3:9", 5, 2)


def test_the_basket_asks_only_for_what_is_there() -> None:
    assert [q.params["kind"] for q in questions((), grid(3), "h3:9", 1, 1)] == ["school"]


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        (("walk_acces",), NotFoundError, "did you mean walk_access"),
        (("walk_access:school",), InputError, "'school' in 'walk_access:school' has no name"),
        (("walk_access:minutes=never",), InputError, "'never' is not a number"),
        (("travel_time_to",), InputError, "'to' is missing"),
    ],
)
def test_what_cannot_be_asked_is_told(asked: tuple[str, ...], error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        questions(asked, grid(3), "h3:9", 1, 1)


def test_a_city_without_places_has_no_basket() -> None:
    with pytest.raises(InputError, match="no places to walk to"):
        questions((), City("bare", CRS).with_layer(grid(3)["streets"]), "h3:9", 1, 1)
