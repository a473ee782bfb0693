"""What lies near a point, and what is called so."""

from __future__ import annotations

import math

import pytest

from stadslab.faces.web.nearby import Nearby, is_place
from tests.edits.village import at, village


@pytest.fixture(scope="module")
def near() -> Nearby:
    return Nearby(village())


def test_the_nearest_piece_comes_first_with_its_whole_way(near):
    first, second, *_ = near.streets(*at(120, 8), 120)
    assert (first["id"], first["way"], first["modes"]) == ("osm:way/1#2-3", "osm:way/1", ["walk", "cycle", "drive"])
    assert first["away_m"] == pytest.approx(8, abs=0.05)
    assert first["at"] == pytest.approx(at(120, 0), abs=2e-7)
    assert first["words"] == "Storgatan (residential, 100 m, at Kyrkogatan)"
    assert first["whole"].startswith("Storgatan (residential, 300 m in 3 pieces")
    assert [j["id"] for j in first["junctions"]] == ["osm:node/2", "osm:node/3"]
    assert len(first["whole_lines"]) == 3
    assert second["away_m"] >= first["away_m"]


def test_nothing_is_near_where_nothing_is(near):
    for find in (near.streets, near.stops, near.places):
        assert find(*at(5000, 5000), 100) == []


def test_stops_say_which_lines_call_there(near):
    found = near.stops(*at(0, 0), 60)
    assert found
    assert [line["words"] for line in found[0]["lines"]] == ["bus 55"]


def test_places_say_what_they_are(near):
    assert near.places(*at(50, 10), 20)[0]["words"] == "school Gamla skolan"
    assert near.places(*at(250, 90), 20)[0]["words"] == "preschool"


def test_names_are_found_by_a_part_of_them(near):
    assert [m["id"] for m in near.named("gatan", "streets", 10)] == ["osm:way/3", "osm:way/2", "osm:way/4", "osm:way/1"]
    assert near.named("STOR", "streets", 10)[0]["words"].startswith("Storgatan (residential, 300 m in 3 pieces")
    assert near.named("osm:node/102", "places", 10)[0]["words"] == "preschool"
    assert near.named("55", "lines", 10)[0]["words"] == "bus 55"
    assert near.named("  ", "streets", 10) == []
    assert len(near.named("gatan", "streets", 2)) == 2


def test_lines_are_in_the_order_people_look_for_them():
    from dataclasses import replace

    import pyarrow as pa

    city = village()
    rows = city["routes"].scan().to_pylist()
    more = [{**rows[0], "id": f"x{n}", "name": n, "mode": "bus"} for n in ("10", "9", "9b")]
    layer = city["routes"].overlaid(frozenset(), pa.Table.from_pylist(more, schema=city["routes"].schema.arrow))
    found = Nearby(replace(city, layers={**city.layers, "routes": layer})).lines()
    assert [line["name"] for line in found if line["mode"] == "bus"] == ["9", "9b", "10", "55"]


def test_a_city_without_a_timetable_has_no_lines():
    from dataclasses import replace

    city = village()
    bare = Nearby(replace(city, layers={"streets": city["streets"]}))
    assert (bare.lines(), bare.stops(*at(0, 0), 50), bare.named("x", "stops", 5)) == ([], [], [])


@pytest.mark.parametrize(
    ("lon", "lat", "is_one"), [(18, 59, True), (-180, 90, True), (181, 0, False), (0, 91, False), (math.nan, 0, False)]
)
def test_degrees_of_a_point_on_earth(lon, lat, is_one):
    assert is_place(lon, lat) is is_one
