"""What edits do on the map."""

from __future__ import annotations

import json
import math

import pytest

from stadslab.core.city import City
from stadslab.faces.web.sketch import refused, sketch
from stadslab.lab import catalog
from tests.edits.village import at, line, village


@pytest.fixture(scope="module")
def city() -> City:
    return village()


def drawn(city: City, edit: str, **fields: object) -> list[tuple[str, str, str]]:
    made = catalog.edit(edit)(**fields)
    assert [p for p in made.problems(city) if p.severity == "error"] == []
    found = sketch(city, made.deltas(city))
    json.dumps(found, allow_nan=False)
    return [(f["properties"]["role"], f["properties"]["id"], f["geometry"]["type"]) for f in found["features"]]


def test_a_closed_street_is_drawn_piece_by_piece(city):
    found = drawn(city, "close_street", street="osm:way/1", modes=("drive",))
    assert found == [("closed", f"osm:way/1#{a}-{a + 1}", "LineString") for a in (1, 2, 3)]


def test_a_speed_is_a_change_and_no_closure(city):
    assert {role for role, _, _ in drawn(city, "change_speed", street="osm:way/2", speed_kmh=30)} == {"changed"}


def test_a_new_street_is_drawn_without_the_halves_of_those_it_splits(city):
    found = drawn(city, "add_street", line=line((0, 50), (100, 50)))
    assert [(role, kind) for role, _, kind in found] == [("added", "LineString")]
    assert found[0][1].startswith("new:")


def test_places_and_homes_are_points(city):
    assert drawn(city, "remove_place", place="osm:node/101") == [("removed", "osm:node/101", "Point")]
    assert [r for r, _, _ in drawn(city, "add_place", place_kind="school", at=at(10, 10))] == ["added"]
    assert [r for r, _, _ in drawn(city, "add_homes", at=at(10, 10), people=7)] == ["homes"]


def test_lines_are_drawn_from_stop_to_stop(city):
    lines = city["routes"].scan("id", "name").to_pylist()
    bus = next(row["id"] for row in lines if row["name"] == "55")
    metro = next(row["id"] for row in lines if row["id"] != bus)
    assert drawn(city, "change_headway", route=bus, headway_min=6) == [("changed", bus, "MultiLineString")]
    assert drawn(city, "remove_route", route=bus) == [("removed", bus, "MultiLineString")]
    roles = {role for role, _, _ in drawn(city, "remove_route", route=metro, beyond="gtfs:v/stop/T2")}
    assert roles == {"removed", "changed"}


def test_a_closed_stop_is_a_point(city):
    stop = city["trips"].scan("stops")["stops"][0].as_py()[0]
    found = drawn(city, "close_stop", stop=stop)
    assert found == [("stop_closed", stop, "Point")]


def test_what_cannot_be_made_is_drawn_as_it_was_meant(city):
    street = catalog.edit("add_street")(line=((1.0, 2.0), (math.inf, 2.0), (500.0, 1.0), (3.0, 4.0)))
    found = refused(street)["features"]
    assert [f["geometry"] for f in found] == [{"type": "LineString", "coordinates": [[1.0, 2.0], [3.0, 4.0]]}]
    assert refused(catalog.edit("close_street")("nowhere"))["features"] == []
    assert refused(catalog.edit("add_street")(line=()))["features"] == []
