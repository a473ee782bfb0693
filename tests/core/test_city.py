"""A city says what it has, and its key what the layers read say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stadslab.core.city import City
from stadslab.core.errors import InputError, NotFoundError
from stadslab.core.scenario import Scenario
from stadslab.lab import catalog
from stadslab.testing import gridcity

CITY = gridcity.grid(3)


def test_what_it_has() -> None:
    assert "streets" in CITY
    assert "water" not in CITY
    assert CITY["places"].rows == 9
    with pytest.raises(
        NotFoundError, match=r"city grid: there is no layer 'water' \(load one first; it has: people, places, streets\)"
    ):
        CITY["water"]
    with pytest.raises(NotFoundError, match="it has: no layers yet"):
        City("new", "EPSG:32633")["water"]


def test_the_key_is_of_what_is_read() -> None:
    other = gridcity.grid(3, places="centre")
    assert CITY.key() != other.key()
    assert CITY.key(["places"]) != other.key(["places"])
    assert CITY.key(["streets", "people"]) == other.key(["people", "streets", "people"])
    assert CITY.key(["streets"]) != CITY.key(["streets", "water"])  # that there is no water counts
    assert CITY.key() != replace(CITY, crs="EPSG:3006").key()


def test_names_and_titles_do_not_count() -> None:
    places = CITY["places"]
    titled = replace(places, stamp=replace(places.stamp, title="Another title", licence="other"))
    assert replace(CITY, name="elsewhere").with_layer(titled).key() == CITY.key()


def test_the_key_never_changes_by_itself() -> None:
    assert gridcity.grid(3).key() == CITY.key()


def test_what_differs() -> None:
    other = gridcity.grid(3, places="centre")
    assert CITY.diff(CITY) == {}
    assert CITY.diff(other) == {"places": (CITY["places"].digest, other["places"].digest)}
    none = gridcity.grid(3, places="none")
    assert CITY.diff(none) == {"places": (CITY["places"].digest, None)}
    assert none.diff(CITY) == {"places": (None, CITY["places"].digest)}


def test_an_empty_scenario_is_the_city_itself() -> None:
    assert CITY.under().key() == CITY.under(Scenario("nothing")).key() == CITY.key()


def test_every_problem_of_every_scenario() -> None:
    close, remove = catalog.edit("close_street"), catalog.edit("remove_place")
    plans = (
        Scenario("one", (close(street="nowhere"),)),
        Scenario("two", (remove(place="nothing"), close(street="gone"))),
    )  # type: ignore[call-arg]
    with pytest.raises(InputError) as caught:
        CITY.under(*plans)
    told = [p.where for p in caught.value.problems]
    assert [w.split(" (")[0] for w in told] == ["scenario one, edit 1", "scenario two, edit 1", "scenario two, edit 2"]


def test_the_city_under_a_scenario_leaves_the_city_alone() -> None:
    key = CITY.key()
    after = CITY.under(Scenario("one", (catalog.edit("remove_place")(place="grid:place/1,1"),)))  # type: ignore[call-arg]
    assert after["places"].rows == 8
    assert CITY["places"].rows == 9
    assert CITY.key() == key != after.key()
    assert list(CITY.diff(after)) == ["places"]
