"""Scenarios: applied in order, told in words, saved as text, refused with what moved."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadslab.core import digest as digests
from stadslab.core.city import City
from stadslab.core.edit import Edit
from stadslab.core.errors import InputError
from stadslab.core.layer import Overlay
from stadslab.core.scenario import FORMAT, Scenario, scenario_from_json, upgraded
from stadslab.edits.add_homes import AddHomes
from stadslab.edits.add_place import AddPlace
from stadslab.edits.add_street import AddStreet
from stadslab.edits.change_speed import ChangeSpeed
from stadslab.edits.close_street import CloseStreet
from stadslab.edits.remove_place import RemovePlace
from tests.edits.village import at, ids, layer, line, row, street_rows, village

KINDS: dict[str, type[Edit]] = {
    cls.kind: cls for cls in (AddHomes, AddPlace, AddStreet, ChangeSpeed, CloseStreet, RemovePlace)
}
INDEPENDENT: tuple[Edit, ...] = (
    CloseStreet("osm:way/4", ("drive",)),
    ChangeSpeed("osm:way/2#7-8", 20),
    AddStreet(line((150, 0), (150, 100))),
    AddPlace("school", at(200, 50)),
    RemovePlace("osm:node/101"),
)


def content(city: City) -> dict[str, str]:
    return {name: digests.of_table(found.scan()) for name, found in city.layers.items()}


@pytest.fixture
def city() -> City:
    return village()


def test_an_empty_scenario_leaves_the_very_same_layers(city: City) -> None:
    after = city.under(Scenario("nothing"))
    assert after.key() == city.key()
    assert all(after[name] is city[name] for name in city.layers)


def test_independent_edits_may_come_in_any_order(city: City) -> None:
    made = [city.under(Scenario("x", edits)) for edits in itertools.permutations(INDEPENDENT)]
    assert len({after.key() for after in made}) == 1
    assert all(content(after) == content(made[0]) for after in made)
    assert made[0].key() != city.key()


def test_all_edits_lie_in_one_overlay_on_the_base(city: City) -> None:
    after = city.under(Scenario("x", INDEPENDENT), Scenario("y", (CloseStreet("osm:way/3"),)))
    handle = after["streets"].handle
    assert isinstance(handle, Overlay)
    assert handle.base is city["streets"].handle
    assert after["streets"].rows == after["streets"].scan().num_rows
    assert after["streets"].find(sorted(ids(after))).equals(after["streets"].scan())


def test_the_digest_says_what_the_rows_say_not_how_they_came_about(city: City) -> None:
    one_way = city.under(Scenario("x", (ChangeSpeed("osm:way/2", 20), ChangeSpeed("osm:way/2", 30))))
    other_way = city.under(Scenario("x", (ChangeSpeed("osm:way/2", 30),)))
    assert one_way.key() == other_way.key()


def test_later_edits_see_what_earlier_ones_made(city: City) -> None:
    new = AddPlace("school", at(200, 30), "Nya skolan")
    scenario = Scenario("x", (new, RemovePlace(new.id)))
    assert scenario.check(city) == []
    assert scenario.sentences(city)[1] == "Remove the school Nya skolan, by Storgatan."
    assert scenario.sentences() == [new.sentence(), f"Remove place {new.id}."]


def test_every_problem_of_every_edit_is_told_at_once(city: City) -> None:
    scenario = Scenario("plan", (CloseStreet("osm:way/9"), INDEPENDENT[0], AddPlace("schol", (200.0, 0.0))))
    with pytest.raises(InputError) as caught:
        city.under(scenario, Scenario("other", (RemovePlace("x"),)))
    wheres = [p.where for p in caught.value.problems]
    assert wheres == [
        "scenario plan, edit 1 (close_street), street",
        "scenario plan, edit 3 (add_place), place_kind",
        "scenario plan, edit 3 (add_place), at",
        "scenario other, edit 1 (remove_place), place",
    ]


def test_a_layer_the_city_lacks_is_told(city: City) -> None:
    bare = City("bare", city.crs).with_layer(city["streets"])
    (told,) = Scenario("plan", (RemovePlace("x"),)).check(bare)
    assert str(told) == (
        "scenario plan, edit 1 (remove_place): the city has no layer 'places' (load one first; it has: streets)"
    )


# --- drawn on a version ---


def changed(**values: dict[str, Any]) -> City:
    """The village with other values in some streets; None takes the street away."""
    rows = [r | values.get(r["id"], {}) for r in street_rows() if values.get(r["id"], {}) is not None]
    return village().with_layer(layer("streets", rows))


def test_a_pinned_scenario_fits_its_own_version_and_no_less(city: City) -> None:
    pinned = Scenario("plan", INDEPENDENT).pinned(city)
    assert pinned.check(city) == []
    assert set(pinned.drawn_on["streets"]["rows"]) == {
        "osm:way/4#2-6",
        "osm:way/2#7-8",
        "osm:way/1#2-3",
        "osm:way/2#6-7",
    }
    assert set(pinned.drawn_on["places"]["rows"]) == {"osm:node/101"}


def test_on_another_version_it_is_refused_with_what_moved(city: City) -> None:
    edits = (CloseStreet("osm:way/1"), ChangeSpeed("osm:way/2#5-6", 30))
    pinned = Scenario("plan", edits).pinned(city)
    other = changed(
        **{
            "osm:way/1#1-2": {"length_m": 98.04, "walk": False, "name": None},
            "osm:way/1#3-4": None,  # type: ignore[dict-item]
            "osm:way/2#5-6": {"speed_kmh": 40.0, "geometry": street_rows()[0]["geometry"]},
        }
    )
    (told,) = pinned.check(other)
    assert told.severity == "error"
    assert told.where == "scenario plan"
    first = round(street_rows()[0]["length_m"], 3)
    assert told.what.endswith(
        "osm:way/1#3-4 is gone; "
        f'osm:way/1#1-2 has changed: length_m {first} -> 98.04, name "Storgatan" -> blank, walk true -> false; '
        "osm:way/2#5-6 has changed: speed_kmh 50.0 -> 40.0, geometry"
    )
    assert city["streets"].digest[:8] in told.what
    assert other["streets"].digest[:8] in told.what
    with pytest.raises(InputError):
        other.under(pinned)


def test_only_the_first_few_moved_rows_are_spelled_out(city: City) -> None:
    pinned = Scenario("plan", (CloseStreet("osm:way/1"), CloseStreet("osm:way/2"))).pinned(city)
    other = changed(**{i: {"speed_kmh": 10.0} for i in ids(city)})
    assert pinned.check(other)[0].what.endswith("; and 1 more")


def test_another_version_where_nothing_named_has_changed_says_so(city: City) -> None:
    pinned = Scenario("plan", (CloseStreet("osm:way/1"),)).pinned(city)
    (told,) = pinned.check(changed(**{"osm:way/2#5-6": {"speed_kmh": 40.0}}))
    assert told.what.endswith("no row that the edits name has changed")
    assert "draw the scenario anew" in told.hint


def test_a_layer_that_is_no_longer_there_is_told(city: City) -> None:
    pinned = Scenario("plan", (RemovePlace("osm:node/101"),)).pinned(city)
    told = pinned.check(City("bare", city.crs).with_layer(city["streets"]))
    assert told[0].what == "it was drawn on a layer 'places' that the city does not have"


def test_scenarios_drawn_on_one_base_go_together(city: City) -> None:
    one = Scenario("one", (CloseStreet("osm:way/1"),)).pinned(city)
    two = Scenario("two", (CloseStreet("osm:way/2"),)).pinned(city)
    assert city.under(one, two).key() == city.under(two, one).key()


# --- as text ---

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
POINT = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
MODES = st.lists(st.sampled_from(["walk", "cycle", "drive"]), unique=True).map(tuple)
EDITS = st.one_of(
    st.builds(CloseStreet, TEXT, MODES),
    st.builds(ChangeSpeed, TEXT, st.floats(1, 200)),
    st.builds(
        AddStreet, st.lists(POINT, max_size=4).map(tuple), TEXT, MODES, st.floats(1, 200), st.booleans(), st.booleans()
    ),
    st.builds(AddPlace, TEXT, POINT, TEXT, st.none() | st.floats(0, 1e6)),
    st.builds(RemovePlace, TEXT),
    st.builds(AddHomes, POINT, st.integers(1, 10**6), st.integers(0, 10**6), st.lists(TEXT, max_size=3).map(tuple)),
)
SCENARIOS = st.builds(
    Scenario,
    name=TEXT.filter(str.strip),
    edits=st.lists(EDITS, max_size=4).map(tuple),
    why=TEXT,
    by=TEXT,
    cost=TEXT,
    from_date=st.just("") | st.dates().map(str),
)


@given(SCENARIOS)
def test_what_is_saved_is_what_is_read(scenario: Scenario) -> None:
    again = scenario_from_json(json.loads(scenario.to_text()), KINDS)
    assert again == scenario
    assert again.digest == scenario.digest
    assert again.to_text() == scenario.to_text()


def test_a_pinned_scenario_is_saved_with_its_version_and_still_fits(city: City) -> None:
    pinned = Scenario("plan", INDEPENDENT).pinned(city)
    again = scenario_from_json(json.loads(pinned.to_text()), KINDS)
    assert again == pinned
    assert again.check(city) == []
    assert len(pinned.to_text()) < 4000


def test_the_digest_is_of_the_edits_alone() -> None:
    assert Scenario("a", INDEPENDENT, why="x").digest == Scenario("b", INDEPENDENT).digest
    assert Scenario("a", INDEPENDENT).digest != Scenario("a", INDEPENDENT[1:]).digest


HEAD: dict[str, Any] = {"format": FORMAT, "name": "plan"}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ([], ["f.json: a JSON object is expected, not list"]),
        ({"name": "x"}, ['f.json: format None is not a whole number (add "format": 1)']),
        ({"format": True, "name": "x"}, ["f.json: format True is not a whole number"]),
        ({"format": 2, "name": "x"}, ["f.json: format 2 is newer than this version of Stadslab (it reads formats up"]),
        ({"format": 0, "name": "x"}, ["f.json: format 0 is not known (formats 1 to 1 are)"]),
        (HEAD | {"edit": []}, ["f.json: unknown key 'edit' (did you mean 'edits'?)"]),
        (HEAD | {"zzz": 1}, ["f.json: unknown key 'zzz' (known: format, name, why"]),
        ({"format": FORMAT}, ["f.json: a scenario needs a name, not None"]),
        (HEAD | {"name": " "}, ["f.json: a scenario needs a name, not ' '"]),
        (HEAD | {"why": 3}, ["f.json: 'why' must be text, not 3"]),
        (HEAD | {"from_date": "soon"}, ["f.json: 'from_date' 'soon' is not a date (write year-month-day"]),
        (HEAD | {"edits": {}}, ["f.json: 'edits' must be a list, not dict"]),
        (HEAD | {"edits": ["x"]}, ["f.json, edit 1: an edit is a JSON object, not 'x'"]),
        (
            HEAD | {"edits": [{"kind": "close_streets"}]},
            ["f.json, edit 1: no kind of edit is called 'close_streets' (did you mean 'close_street'?)"],
        ),
        (HEAD | {"edits": [{"kind": ["x"]}]}, ["f.json, edit 1: no kind of edit is called ['x'] (known: add_homes"]),
        (
            HEAD | {"edits": [{"kind": "close_street"}, {"kind": "change_speed", "stret": "a", "speed_kmh": "fast"}]},
            [
                "f.json, edit 1 (close_street): parameter 'street' is missing",
                "f.json, edit 2 (change_speed): unknown parameter 'stret' (did you mean street?)",
                "f.json, edit 2 (change_speed): parameter 'street' is missing",
                "f.json, edit 2 (change_speed), speed_kmh: 'fast' is not a number (give a number in km/h)",
            ],
        ),
        (HEAD | {"drawn_on": {"streets": {"digest": "a"}}}, ["f.json: 'drawn_on' must map layers to"]),
        (HEAD | {"drawn_on": {"streets": {"digest": "a", "rows": {"b": "c"}}}}, ["f.json: 'drawn_on' must map"]),
        (HEAD | {"drawn_on": []}, ["f.json: 'drawn_on' must map layers to"]),
    ],
)
def test_bad_files_are_told_key_by_key(value: Any, told: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        scenario_from_json(value, KINDS, "f.json")
    said = [str(p) for p in caught.value.problems]
    assert len(said) == len(told)
    assert all(a.startswith(b) for a, b in zip(said, told, strict=True))


def test_old_formats_are_brought_up_step_by_step() -> None:
    """Two invented steps: format 1 called the name a title, format 2 kept one edit outside a list."""
    steps = {
        1: lambda old: {**{k: v for k, v in old.items() if k != "title"}, "name": old["title"]},
        2: lambda old: {**{k: v for k, v in old.items() if k != "edit"}, "edits": [old["edit"]]},
    }
    old = {"format": 1, "title": "plan", "edit": {"kind": "x"}}
    new = {"format": 3, "name": "plan", "edits": [{"kind": "x"}]}
    assert upgraded(old, "f.json", steps, 3) == new
    assert old["format"] == 1
    assert upgraded({"format": 2, "name": "plan", "edit": {"kind": "x"}}, "f.json", steps, 3) == new
    assert upgraded(new, "f.json", steps, 3) == new
    with pytest.raises(InputError, match="format 1 is not known \\(formats 2 to 3 are\\)"):
        upgraded(old, "f.json", {2: steps[2]}, 3)


def test_adding_an_edit_makes_a_new_scenario() -> None:
    empty = Scenario("plan")
    assert empty.add(INDEPENDENT[0]).edits == INDEPENDENT[:1]
    assert empty.edits == ()


def test_rows_of_an_overlay_stay_sorted_by_id(city: City) -> None:
    after = city.under(Scenario("x", INDEPENDENT))
    for name in city.layers:
        found = after[name].scan("id")["id"].to_pylist()
        assert found == sorted(found)
    assert row(after, "osm:way/2#7-8")["speed_kmh"] == 20.0
