"""The people of each unit, as may be told."""

from __future__ import annotations

from stadslab.core.unit_counts import told_per_unit
from tests.faces.web.asking import SCHOOLS, answered, good


def test_people_are_told_as_the_core_lets_a_map_tell_them(client, town_lab):
    digest = answered(client, SCHOOLS)["support_digest"]
    found = good(client.get(f"/api/people/town/{digest}"))
    told = told_per_unit(town_lab.people("h3:9", town_lab.city("town")))
    assert found["rounded_to"] == 5
    assert {(d, g): n for d, groups in found["people"].items() for g, n in groups.items()} == {
        key: counts.published() for key, counts in told.items()
    }
    assert None in found["people"]["total"]["all"]


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
