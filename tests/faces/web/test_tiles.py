"""Tiles over HTTP: what an address says is what comes back, for ever."""

from __future__ import annotations

import mapbox_vector_tile
import numpy as np
import pytest

from stadslab.build.vectortiles import mercator
from tests.faces.web.conftest import TOWN


@pytest.fixture(scope="module")
def answer(town_lab):
    return town_lab.measure(TOWN, "walk_to_nearest", kind="school", support="square:500")


def _place(lonlat, z):
    x, y = mercator(np.atleast_2d(np.asarray(lonlat, float)))
    return z, int(x[0] * 2**z), int(y[0] * 2**z)


def test_a_units_number_is_its_place_among_them(client, answer):
    support = answer.support
    seen = {}
    for at, point in enumerate(support.points):
        z, x, y = _place(point, 15)
        reply = client.get(f"/api/tiles/units/{support.digest}/{z}/{x}/{y}.mvt")
        assert reply.status_code == 200
        assert reply.headers["content-type"] == "application/vnd.mapbox-vector-tile"
        # for ever in the browser of who asked, but in no cache that others share: a reader shows a token
        assert {"immutable", "private"} <= set(reply.headers["cache-control"].split(", "))
        numbers = {f["id"] for f in mapbox_vector_tile.decode(reply.content)["units"]["features"]}
        assert at in numbers
        seen[at] = numbers
    assert set().union(*seen.values()) <= set(range(len(support)))


def test_the_citys_map_has_its_layers(client, town_lab, answer):
    z, x, y = _place(np.median(answer.support.points, axis=0), 14)
    reply = client.get(f"/api/tiles/city/{TOWN}/{town_lab.version(TOWN)}/{z}/{x}/{y}.mvt")
    found = mapbox_vector_tile.decode(reply.content)
    assert {"buildings", "streets", "areas", "names"} <= set(found)
    ids = {f["properties"]["id"] for f in found["streets"]["features"]}
    known = {one.split("#")[0] for one in town_lab.city(TOWN)["streets"].scan("id")["id"].to_pylist()}
    assert ids
    assert ids <= known


def test_nothing_there_is_no_content_and_stays_so(client, town_lab):
    reply = client.get(f"/api/tiles/city/{TOWN}/{town_lab.version(TOWN)}/14/0/0.mvt")
    assert (reply.status_code, reply.content) == (204, b"")
    assert "immutable" in reply.headers["cache-control"]


@pytest.mark.parametrize(
    ("place", "status"),
    [("0/0/1", 422), ("3/-1/0", 422), ("99/0/0", 422), ("-1/0/0", 422), ("a/0/0", 422), ("1/0.5/0", 422)],
)
def test_places_that_are_none_are_refused(client, town_lab, answer, place, status):
    for path in (f"city/{TOWN}/{town_lab.version(TOWN)}", f"units/{answer.support.digest}"):
        reply = client.get(f"/api/tiles/{path}/{place}.mvt")
        assert reply.status_code == status
        assert reply.json()["problems"][0]["what"]


def test_what_is_not_there_is_not_found(client, town_lab):
    version = town_lab.version(TOWN)
    for path in (f"city/nowhere/{version}", f"city/{TOWN}/{version[:8]}", f"city/{TOWN}/nothing", "units/nothing"):
        reply = client.get(f"/api/tiles/{path}/0/0/0.mvt")
        assert reply.status_code == 404, path
        assert reply.json()["problems"][0]["hint"]


def test_a_reader_needs_the_token(guarded, town_lab):
    path = f"/api/tiles/city/{TOWN}/{town_lab.version(TOWN)}/0/0/0.mvt"
    assert guarded.get(path).status_code == 401
    assert guarded.get(path, headers={"Authorization": "Bearer let-me-in"}).status_code == 204
