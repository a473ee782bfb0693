"""Verbs without a face: typed requests in, replies out that are JSON and lines alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stadslab.core.errors import InputError, NotFoundError
from stadslab.core.progress import silent
from stadslab.lab.lab import Lab
from stadslab.lab.verbs import compare, count, edit, find, journey, listing, load, measure, show
from stadslab.lab.verbs.verb import Reply, Verb
from stadslab.store import manifests
from stadslab.testing.gridcity import grid

VERBS: dict[str, Verb] = {
    v.VERB.name: v.VERB for v in (compare, count, edit, find, journey, listing, load, measure, show)
}


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    made = Lab(tmp_path / "grid.lab")
    manifests.save_city(made.folder, grid(5))
    return made


def ask(lab: Lab, name: str, /, params: dict[str, Any] | None = None, **fields: Any) -> Reply:
    verb = VERBS[name]
    own = {"params": params} if params is not None else {}
    reply = verb.run(lab, verb.request(**fields, **own), silent)
    json.dumps(reply.to_json(), allow_nan=False)
    assert all(isinstance(line, str) and "\n" not in line for line in reply.lines())
    return reply


@pytest.mark.parametrize("name", sorted(VERBS))
def test_every_verb_says_what_it_takes(name: str) -> None:
    verb = VERBS[name]
    assert verb.question
    assert verb.examples
    assert all(example.startswith(f"stadslab {name}") for example in verb.examples)
    fields = {p.name: p for p in verb.params}
    assert set(verb.positional) <= set(fields)
    assert all(p.about for p in fields.values())


def test_a_scenario_is_written_compared_and_undone(lab: Lab) -> None:
    place = {"place_kind": "clinic", "at": (15.0, 58.6379)}
    first = ask(lab, "edit", place, city="grid", scenario="plan", kind="add_place", why="No clinic yet")
    assert first.to_json()["scenario"]["why"] == "No clinic yet"
    asked = {"city": "grid", "indicator": "walk_to_nearest", "support": "h3:11"}
    told = ask(lab, "compare", {"kind": "clinic"}, **asked, scenario=("plan",))
    (everybody,) = told.to_json()["groups"]
    assert everybody["gain"] == everybody["reached"] == everybody["people"] == 250
    assert ask(lab, "compare", {"kind": "clinic"}, **asked, scenario=("plan",)).to_json()["cached"]
    after = ask(lab, "measure", {"kind": "clinic"}, **asked, scenario=("plan",)).to_json()
    assert after["summary"]["none"] == 0
    assert not ask(lab, "edit", {}, city="grid", scenario="plan", undo=True).to_json()["scenario"]["edits"]


def test_who_moves_in_moves_the_average(lab: Lab) -> None:
    asked = {"city": "grid", "indicator": "walk_to_nearest", "support": "h3:11"}
    before = ask(lab, "measure", {"kind": "school"}, **asked).to_json()["summary"]
    ask(lab, "edit", {"at": (15.0, 58.6379), "people": 750}, city="grid", scenario="homes", kind="add_homes")
    after = ask(lab, "measure", {"kind": "school"}, **asked, scenario=("homes",)).to_json()["summary"]
    assert after["people"] == before["people"] + 750 == 1000
    assert after["mean"] != before["mean"]


def test_nothing_is_saved_when_an_edit_does_not_fit(lab: Lab) -> None:
    with pytest.raises(InputError, match="no place"):
        ask(lab, "edit", {"place": "grid:place/9,9"}, city="grid", scenario="plan", kind="remove_place")
    assert lab.scenarios("grid") == []


def test_listing_and_showing_what_there_is(lab: Lab) -> None:
    found = ask(lab, "list", what="all").to_json()
    assert [c["name"] for c in found["cities"]] == ["grid"]
    for sort in ("indicators", "edits", "sources"):
        for thing in found[sort]:
            assert ask(lab, "show", name=thing["name"]).to_json()["sort"] == sort[:-1]
    assert ask(lab, "show", name="grid").to_json()["layers"]["streets"]["rows"] == 40
    with pytest.raises(NotFoundError, match="nothing is called 'gird'"):
        ask(lab, "show", name="gird")


def test_loading_tells_how_each_layer_fared(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("lon,lat\n15.0,58.6379\n")
    reply = ask(lab, "load", {"kind": "clinic"}, city="grid", files=(tmp_path / "own.csv",), source="places")
    (layer,) = reply.to_json()["layers"]
    assert (layer["name"], layer["rows"]) == ("places", 26)
    assert "the city's other 25 places stay" in " ".join(reply.lines())


def test_finding_by_name_or_id(lab: Lab) -> None:
    assert ask(lab, "find", city="grid", words="Nowhere").to_json()["found"] == []
    found = ask(lab, "find", city="grid", words="PLACE/1,1").to_json()["found"]
    assert [(f["sort"], f["id"], f["about"]) for f in found] == [("places", "grid:place/1,1", "school")]
    few = ask(lab, "find", city="grid", words="grid:", what="streets", most=3).to_json()
    assert len(few["found"]) == 3
    assert few["more"] == {"streets": 37}
    street = few["found"][0]
    assert street["about"] == "residential, 130 m"
    assert ask(lab, "edit", {"street": street["id"]}, city="grid", scenario="plan", kind="close_street")
    with pytest.raises(NotFoundError, match="gird"):
        ask(lab, "find", city="gird", words="x")
