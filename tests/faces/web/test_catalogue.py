"""What can be asked and changed, as forms."""

from __future__ import annotations

from stadslab.lab import catalog
from tests.faces.web.asking import SCHOOLS, good


def test_everything_installed_is_in_the_catalogue(client):
    found = good(client.get("/api/catalogue", params={"city": "town"}))
    assert [i["id"] for i in found["indicators"]] == list(catalog.indicators())
    assert [e["kind"] for e in found["edits"]] == list(catalog.edits())
    for told in found["indicators"]:
        real = catalog.indicator(told["id"])
        assert [p["name"] for p in told["params"]] == [p.name for p in real.params]
        assert told["blind_spots"]


def test_fields_carry_units_bounds_and_choices(client):
    found = good(client.get("/api/catalogue"))
    centrality = {i["id"]: i for i in found["indicators"]}["street_centrality"]
    fields = {p["name"]: p for p in centrality["params"]}
    assert [c["value"] for c in fields["mode"]["choices"]] == ["walk", "cycle", "drive"]
    assert (fields["radius_m"]["unit"], fields["radius_m"]["low"], fields["radius_m"]["default"]) == ("m", 0.0, 800.0)
    assert fields["radius_m"]["label"]["text"] == "radius"


def test_each_kind_of_edit_says_what_is_drawn_for_it(client):
    drawn = {e["kind"]: e["drawn"] for e in good(client.get("/api/catalogue"))["edits"]}
    assert drawn["close_street"] == "street"
    assert drawn["add_street"] == drawn["add_route"] == "line"
    assert drawn["add_place"] == drawn["add_homes"] == "point"
    assert drawn["close_stop"] == "stop"
    assert drawn["change_headway"] == drawn["remove_route"] == "route"
    assert drawn["remove_place"] == "place"
    assert "none" not in drawn.values()


def test_what_the_city_lacks_is_told_with_the_sources_that_provide_it(client):
    told = good(client.get("/api/catalogue", params={"city": "town"}))
    lacking = {i["id"]: i["missing"] for i in told["indicators"]}
    assert lacking["matrix_access"] == [{"layer": "travel_times", "sources": ["travel_matrix"]}]
    assert lacking["walk_access"] == []
    assert lacking["transit_access"] == [], "transfers are told by few publishers, and no journey needs them"


def test_asking_for_it_all_the_same_says_so_too(client):
    reply = client.post("/api/answers", json={**SCHOOLS, "indicator": "matrix_access", "params": {}})
    assert reply.status_code == 422
    (problem,) = reply.json()["problems"]
    assert "travel_times" in problem["what"]
    assert "travel_matrix" in problem["hint"]
