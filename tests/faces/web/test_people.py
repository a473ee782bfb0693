"""The people of each unit, as may be told."""

from __future__ import annotations

import numpy as np

from stadslab.faces.web.people import told
from tests.faces.web.asking import SCHOOLS, answered, good


def test_counts_are_rounded_and_small_ones_left_out():
    counts = np.array([0, 1, 4, 5, 7, 8, 12, 13, 1002])
    assert told(counts) == [0, None, None, 5, 5, 10, 10, 15, 1000]
    assert told(np.array([0, 50]), np.array([True, True])) == [None, None]


def test_no_exact_count_of_a_unit_is_told(client, town_lab):
    digest = answered(client, SCHOOLS)["support_digest"]
    found = good(client.get(f"/api/people/town/{digest}"))
    people = town_lab.people("h3:9", town_lab.city("town"))
    assert set(found["people"]) == set(people.dimensions)
    for dimension, groups in found["people"].items():
        for group, numbers in groups.items():
            exact = people.counts[dimension, group].tolist()
            for number, count in zip(numbers, exact, strict=True):
                assert number is None or (number % 5 == 0 and abs(number - count) <= 2)
                assert number is None or not 0 < count < 5


def test_official_areas_are_told_by_name(client):
    digest = answered(client, {**SCHOOLS, "support": "areas"})["support_digest"]
    found = good(client.get(f"/api/people/town/{digest}"))
    assert found["names"] is not None
    assert any(found["names"])
