"""What stands behind an answer is all there, and nothing else."""

from __future__ import annotations

import json

from fastapi.testclient import TestClient

from stadslab.core.receipt import Receipt
from stadslab.faces.web.answers import values_of
from stadslab.faces.web.app import create_app
from tests.faces.web.asking import NEAREST, SCHOOLS, a_street, answered, desk_of, good


def test_question_method_sources_and_receipt_are_told(client, town_lab):
    key = answered(client, NEAREST)["key"]
    told = good(client.get(f"/api/explain/{key}"))
    values = values_of(desk_of(client), key)
    assert told["question"] == {"text": values.question, "lang": "en"}
    assert told["title"] == values.title
    assert told["method"] == values.receipt.method
    assert told["receipt_key"] == Receipt.from_json(told["receipt"]).key == values.receipt.key
    chosen = {p["name"]: p for p in told["params"]}
    assert (chosen["max_minutes"]["value"], chosen["max_minutes"]["usual"]) == (10, False)
    assert chosen["max_minutes"]["unit"] == "min"
    layers = {layer["name"]: layer["read_for"] for s in told["sources"] for layer in s["layers"]}
    assert layers["streets"] == layers["places"] == "answer"
    assert layers["people"] == "people"
    city = town_lab.city("town")
    assert all(layer["digest"] == city[layer["name"]].digest for s in told["sources"] for layer in s["layers"])
    assert told["synthetic"]
    assert all(s["licence"] for s in told["sources"])
    assert told["people"]["method"]["text"]


def test_what_the_indicator_does_is_told_in_swedish_too(client):
    key = answered(client, NEAREST)["key"]
    english, swedish = (good(client.get(f"/api/explain/{key}?language={x}"))["about"] for x in ("en", "sv"))
    assert {p["lang"] for p in english} == {"en"}
    assert {p["lang"] for p in swedish} == {"sv"}
    assert not {p["text"] for p in english} & {p["text"] for p in swedish}


def test_how_people_were_spread_is_told_in_swedish_too(client):
    key = answered(client, NEAREST)["key"]
    english, swedish = (good(client.get(f"/api/explain/{key}?language={x}"))["people"]["method"] for x in ("en", "sv"))
    assert english["text"].startswith("people were spread: ")
    assert (swedish["text"][:17], swedish["lang"]) == ("människor spreds:", "sv")
    assert "areas" not in swedish["text"]


def test_what_is_not_known_is_said(client):
    told = good(client.get(f"/api/explain/{answered(client, SCHOOLS)['key']}"))
    assert told["behaviour"].startswith("No behavioural response modelled")
    assert told["uncertainty"].startswith("Uncertainty was not stated")
    assert "1 to 4 people are never shown" in told["suppression"]
    assert told["blind_spots"]
    assert told["assumptions"] == []


def test_draws_and_their_assumptions_are_told(client):
    told = good(client.get(f"/api/explain/{answered(client, {**SCHOOLS, 'draws': 5, 'seed': 3})['key']}"))
    assert (told["draws"], told["seed"], told["uncertain"]) == (5, 3, True)
    assert told["assumptions"]


def test_a_plan_is_told_in_sentences(client, town_lab):
    asked = {**NEAREST, "edits": [{"kind": "close_street", "street": a_street(town_lab)}], "plan": "shut"}
    told = good(client.get(f"/api/explain/{answered(client, asked)['key']}"))
    assert told["plan"]["name"] == "shut"
    assert told["plan"]["sentences"][0].startswith("Close ")
    assert good(client.get(f"/api/explain/{told['key']}?language=sv"))["plan"]["sentences"][0].startswith("Stäng ")


def test_it_is_still_known_after_a_restart(client, town_lab):
    key = answered(client, NEAREST)["key"]
    first = good(client.get(f"/api/explain/{key}"))
    with TestClient(create_app(town_lab), base_url="http://127.0.0.1:8765") as again:
        second = good(again.get(f"/api/explain/{key}"))
    assert second == first


def test_small_counts_are_nowhere_in_it(client):
    text = json.dumps(good(client.get(f"/api/explain/{answered(client, SCHOOLS)['key']}")))
    assert '"people": {"method"' in text
    assert '"counts"' not in text


def test_an_unknown_key_is_told(client):
    assert client.get("/api/explain/none").status_code == 404


def test_the_sources_of_a_city_are_told_without_a_question(client, town_lab):
    told = good(client.get("/api/sources/town"))
    names = [layer["name"] for s in told["sources"] for layer in s["layers"]]
    assert sorted(names) == sorted(town_lab.city("town").layers)
    assert told["synthetic"]
    assert told["attribution"] == " · ".join(dict.fromkeys(s["attribution"] for s in told["sources"]))
    assert client.get("/api/sources/nowhere").status_code == 404
