"""An answer summarised for the official areas of the town."""

from __future__ import annotations

import math

import numpy as np

from stadslab.lab.areas import by_area
from tests.faces.web.asking import SCHOOLS, answered, desk_of, good


def test_figures_are_those_of_the_lab_and_counts_are_rounded(client, town_lab):
    key = answered(client, SCHOOLS)["key"]
    found = good(client.get(f"/api/values/{key}/areas", params={"city": "town", "support": "areas"}))
    values = town_lab.measure("town", "walk_access", kind="school")
    city = town_lab.city("town")
    areas = town_lab.builds.support("areas", city)
    figures = by_area(values, town_lab.people("h3:9", city), areas)
    assert found["support_digest"] == areas.digest
    assert found["ids"] == list(areas.ids)
    assert found["counted"] == "people"
    assert any(found["names"])
    for name in ("mean", "tenth", "median", "ninetieth"):
        exact = getattr(figures, name).tolist()
        for told, number in zip(found[name], exact, strict=True):
            assert (told is None) == (not math.isfinite(number))
            assert told is None or np.isclose(told, number, atol=1e-6)
    for name in ("people", "none", "unknown"):
        for told, number in zip(found[name], getattr(figures, name).tolist(), strict=True):
            assert told is None or told % 5 == 0
            assert (told is None) == (0 < number < 5)


def test_the_areas_can_be_drawn(client):
    key = answered(client, SCHOOLS)["key"]
    found = good(client.get(f"/api/values/{key}/areas", params={"city": "town", "support": "areas"}))
    units = good(client.get(f"/api/units/{found['support_digest']}"))
    assert units["ids"] == found["ids"]
    assert desk_of(client).lab.cities() == ["town"]


def test_hexagons_are_no_areas(client):
    key = answered(client, SCHOOLS)["key"]
    for support in ("h3:9", "areas:nowhere"):
        reply = client.get(f"/api/values/{key}/areas", params={"city": "town", "support": support})
        assert reply.status_code in (404, 422)
        assert reply.json()["problems"][0]["what"]
