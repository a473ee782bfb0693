"""Receipts: what changes a number changes the key, what does not does not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stadslab.core.receipt import Receipt
from tests.core.answers import receipt


@pytest.mark.parametrize(
    "changes",
    [
        {"crs": "EPSG:3006"},
        {"indicator": "walk_to_nearest"},
        {"method": 2},
        {"params": {"minutes": 10.0}},
        {"support_digest": "t"},
        {"inputs": {"streets": "a", "places": "c"}},
        {"inputs": {"streets": "a"}},
        {"draws": 20},
        {"format": 2},
    ],
)
def test_what_changes_the_numbers_changes_the_key(changes: dict[str, Any]) -> None:
    assert receipt(**changes).key != receipt().key


@pytest.mark.parametrize(
    "changes",
    [
        {"city": "elsewhere"},
        {"sources": ({"title": "another title", "licence": "another licence"},)},
        {"assumptions": ("nothing",)},
        {"software": "stadslab 99"},
        {"seed": 2},  # of one draw
        {"scenario": {"name": "told by its inputs"}},
    ],
)
def test_what_does_not_change_the_numbers_leaves_the_key(changes: dict[str, Any]) -> None:
    assert receipt(**changes).key == receipt().key


def test_seeds_count_where_there_is_something_to_draw() -> None:
    assert receipt(draws=20, seed=1).key != receipt(draws=20, seed=2).key


def test_there_and_back() -> None:
    one = receipt(sources=({"layer": "streets", "licence": "ODbL-1.0"},), assumptions=("a", "b"), ruler={"people": "p"})
    again = Receipt.from_json(json.loads(one.to_text()))
    assert again == one
    assert again.key == one.key
