"""Places that open and close, and homes with the people in them."""

from __future__ import annotations

import pyarrow.compute as pc
import pytest
import shapely

from stadslab.core.city import City
from stadslab.core.edit import Edit
from stadslab.core.scenario import Scenario
from stadslab.edits.add_homes import AddHomes
from stadslab.edits.add_place import AddPlace
from stadslab.edits.close_street import CloseStreet
from stadslab.edits.remove_place import RemovePlace
from tests.edits.village import at, ids, layer, line, people_rows, row, village

HERE = at(200, 50)


def after(city: City, *edits: Edit) -> City:
    return city.under(Scenario("test", edits))


def people(city: City, dimension: str, group: str) -> float:
    table = city["people"].scan()
    mask = pc.and_(pc.equal(table["dimension"], dimension), pc.equal(table["group"], group))
    return float(pc.sum(table.filter(mask)["value"]).as_py())


def test_a_new_place_is_one_row_where_it_was_put(city: City) -> None:
    edit = AddPlace("school", HERE, "Nya skolan", 300)
    new = after(city, edit)
    assert ids(new, "places") - ids(city, "places") == {edit.id}
    assert edit.id == f"new:school@{HERE[0]:.7f},{HERE[1]:.7f}"
    made = row(new, edit.id, "places")
    assert (made["kind"], made["name"], made["capacity"]) == ("school", "Nya skolan", 300.0)
    assert shapely.from_wkb(made["geometry"]).coords[0] == HERE


def test_what_is_not_known_stays_blank(city: City) -> None:
    edit = AddPlace("clinic", HERE)
    made = row(after(city, edit), edit.id, "places")
    assert (made["name"], made["capacity"]) == (None, None)


def test_removing_takes_one_place_and_no_other(city: City) -> None:
    gone = after(city, RemovePlace("osm:node/101"))
    assert ids(gone, "places") == {"osm:node/102"}
    assert gone["streets"] is city["streets"]


def test_adding_and_removing_a_place_is_no_change(city: City) -> None:
    new = AddPlace("school", HERE)
    assert after(city, new, RemovePlace(new.id)).key() == city.key()


def test_new_people_are_counted_in_full_and_nobody_else_moves(city: City) -> None:
    edit = AddHomes(HERE, 120, 60, ("income:low=40", "income:high=80"))
    new = after(city, edit)
    assert people(new, "total", "all") == people(city, "total", "all") + 120
    assert people(new, "income", "low") == people(city, "income", "low") + 40
    assert people(new, "income", "high") == people(city, "income", "high") + 80
    assert all(row(new, i, "people") == row(city, i, "people") for i in ids(city, "people"))
    made = [row(new, i, "people") for i in ids(new, "people") - ids(city, "people")]
    assert {shapely.from_wkb(r["geometry"]).coords[0] for r in made} == {HERE}
    assert {(r["area"], r["measure"], r["suppressed"]) for r in made} == {(None, "count", False)}


def test_homes_need_no_groups_and_a_city_without_people_may_get_some(city: City) -> None:
    empty = city.with_layer(layer("people", []))
    assert people(after(empty, AddHomes(HERE, 7)), "total", "all") == 7


@pytest.mark.parametrize(
    ("edit", "sentence", "without"),
    [
        (
            AddPlace("school", at(190, 10), "Nya skolan", 300),
            "Add a school, Nya skolan, with room for 300, by Storgatan.",
            "Add a school, Nya skolan, with room for 300, at longitude 18.00331, latitude 59.00009.",
        ),
        (
            AddPlace("fire_station", at(0, 900)),
            "Add a fire station, at longitude 18.00000, latitude 59.00808.",
            "Add a fire station, at longitude 18.00000, latitude 59.00808.",
        ),
        (AddPlace("office", at(20, 90)), "Add an office, by Kungsgatan.", "Add an office, at longitude 18"),
        (AddPlace("university", at(20, 90)), "Add a university, by Kungsgatan.", "Add a university, at longitude 18"),
        (
            RemovePlace("osm:node/101"),
            "Remove the school Gamla skolan, by Storgatan.",
            "Remove place osm:node/101.",
        ),
        (
            RemovePlace("osm:node/102"),
            "Remove an unnamed preschool, by Kungsgatan.",
            "Remove place osm:node/102.",
        ),
        (
            AddHomes(at(190, 10), 1200, 600, ("income:low=400", "income:high=800")),
            "Add 600 homes for 1,200 people by Storgatan, of whom 400 income low and 800 income high.",
            "Add 600 homes for 1,200 people at longitude 18",
        ),
        (
            AddHomes(at(190, 10), 1, 1),
            "Add 1 home for 1 person by Storgatan.",
            "Add 1 home for 1 person at longitude 18",
        ),
    ],
)
def test_sentences(city: City, edit: Edit, sentence: str, without: str) -> None:
    assert edit.sentence(city) == sentence
    assert edit.sentence().startswith(without)


FAR = (11.97, 57.71)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (
            AddPlace("schol", HERE),
            "place_kind: no kind of place is called 'schol' (did you mean school or preschool?)",
        ),
        (
            AddPlace("education", HERE),
            "place_kind: 'education' is a group of kinds (choose preschool, school, university or library)",
        ),
        (AddPlace("qqq", HERE), "place_kind: no kind of place is called 'qqq' (known: preschool, school, "),
        (AddPlace("school", FAR), "at: (11.97, 57.71) is 38"),
        (AddPlace("school", (200.0, 0.0)), "at: (200, 0) is outside longitude ±180 or latitude ±90"),
        (AddPlace("school", (18.0, float("nan"))), "at: nan is not a number"),
        (AddPlace("school", (18.0,)), "at: (18.0,) is not a pair of numbers"),  # type: ignore[arg-type]
        (AddPlace("school", HERE, capacity=-1), "capacity: -1 is out of range"),
        (
            RemovePlace("osm:node/103"),
            "place: there is no place 'osm:node/103' (did you mean osm:node/102 or osm:node/101 (Gamla skolan)?)",
        ),
        (
            RemovePlace("gamla skolan"),
            "place: there is no place 'gamla skolan' (did you mean osm:node/101 (Gamla skolan)?)",
        ),
        (RemovePlace("x"), "place: there is no place 'x' (give the id of one of the 2 places, such as osm:node/101)"),
        (AddHomes(HERE, 0), "people: 0 is out of range"),
        (AddHomes(HERE, -5), "people: -5 is out of range"),
        (AddHomes(HERE, 2.5), "people: 2.5 is not a whole number"),  # type: ignore[arg-type]
        (AddHomes(HERE, 10, groups=("income=3",)), "groups: 'income=3' is not of the form dimension:group=count"),
        (AddHomes(HERE, 10, groups=("income:low=-3",)), "groups: 'income:low=-3' is not of the form"),
        (
            AddHomes(HERE, 10, groups=("income:los=10",)),
            "groups: the city counts no group income:los (did you mean income:low?)",
        ),
        (
            AddHomes(HERE, 10, groups=("total:all=10",)),
            "groups: the city counts no group total:all (it counts income:high, income:low)",
        ),
        (
            AddHomes(HERE, 10, groups=("income:low=8", "income:high=3")),
            "groups: the groups of income add up to 11, not to the 10 people (give fewer, or raise people)",
        ),
        (
            AddHomes(HERE, 10, groups=("income:low=5", "income:low=5")),
            "groups: income:low is given twice (leave one of them)",
        ),
        (AddHomes(FAR, 10), "at: (11.97, 57.71) is 38"),
    ],
)
def test_bad_input_is_told_with_value_and_remedy(city: City, edit: Edit, told: str) -> None:
    problems = edit.problems(city)
    assert len(problems) == 1
    assert problems[0].severity == "error"
    assert str(problems[0]).startswith(told)


def test_groups_that_leave_people_out_are_warned_about(city: City) -> None:
    (told,) = AddHomes(HERE, 10, groups=("income:low=8",)).problems(city)
    assert told.severity == "warning"
    assert told.what == "the groups of income add up to 8, not to the 10 people"


def test_a_city_with_groups_but_no_total_is_told_to_load_one(city: City) -> None:
    """A total of the new homes alone would be the only one, and wrong."""
    partial = city.with_layer(layer("people", people_rows()[1:]))
    (told,) = AddHomes(HERE, 10).problems(partial)
    assert told.what == "the city counts people by income but has no total"


@pytest.mark.parametrize("edit", [AddPlace("school", HERE), AddHomes(HERE, 10)], ids=lambda e: e.kind)
def test_twice_at_one_point_is_refused_not_lost(city: City, edit: AddPlace | AddHomes) -> None:
    told = edit.problems(after(city, edit))
    assert [p.what for p in told] == [f"{edit.id} is there already"]


def test_a_city_of_streets_alone_takes_no_places() -> None:
    bare = City("bare", "EPSG:32633").with_layer(village()["streets"])
    assert [str(p) for p in AddPlace("school", HERE).problems(bare)] == [
        "the city has no layer 'places' (load one first; it has: streets)"
    ]


def test_lists_and_texts_from_a_form_become_what_is_declared() -> None:
    assert AddPlace("school", "18.003, 59.0004").at == (18.003, 59.0004)  # type: ignore[arg-type]
    assert AddPlace("school", [18, 59]).at == (18.0, 59.0)  # type: ignore[arg-type]
    assert CloseStreet("osm:way/1", "walk").modes == ("walk",)  # type: ignore[arg-type]
    assert line((0, 0), (1, 1))[0] == at(0, 0)
