"""Declaring an indicator: what the signature says, and that it travels by name."""

from __future__ import annotations

import pickle

import pytest

from stadslab.core.indicator import indicator
from stadslab.core.units import Minutes
from stadslab.indicators.walk_access import walk_access
from stadslab.lab import catalog


@indicator(question="How much?", unit="1", default_direction="benefit", title="{kind} within {minutes} minutes")
def made_here(streetgraph: object, places: object = None, *, minutes: Minutes = 15.0, kind: str = "food_shop") -> float:
    """The sum of its inputs."""
    return minutes + (0 if places is None else 1)


def test_what_the_signature_says() -> None:
    assert made_here.id == "made_here"
    assert made_here.reads == ("streetgraph", "places")
    assert made_here.optional == ("places",)
    assert [p.name for p in made_here.params] == ["minutes", "kind"]
    assert made_here.about == "The sum of its inputs."


def test_it_is_still_a_function() -> None:
    assert made_here(None, minutes=2.0) == 2.0
    assert made_here(None, 1, minutes=2.0) == 3.0


def test_titles_with_parameters_in_words() -> None:
    assert made_here.titled({"minutes": 10.0, "kind": "food_shop"}) == "food shop within 10 minutes"
    untitled = indicator(question="How much?", unit="1", default_direction="cost")(lambda x: x)
    assert untitled.titled({}) == "How much?"


def test_it_travels_by_name() -> None:
    assert pickle.loads(pickle.dumps(walk_access)) is walk_access


@pytest.mark.parametrize("name", catalog.names("indicators"))
def test_titles_name_parameters_that_exist(name: str) -> None:
    one = catalog.indicator(name)
    assert one.titled({p.name: p.default if not p.required else "x" for p in one.params})
