"""Recipes: what may stand in them, and which complaint names what."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stadslab.core.errors import InputError, NotFoundError
from stadslab.lab import recipes
from stadslab.lab.lab import Lab
from stadslab.lab.verbs.listing import VERB, ListRequest

STEP = '[[step]]\nname = "map"\nsource = "osm"\nfetch = { region = "europe/x" }\n'
HEAD = 'name = "x"\ntitle = "X"\n'


def told(text: str) -> str:
    with pytest.raises(InputError) as caught:
        recipes.from_text(text, "my.toml", Path())
    return str(caught.value)


@pytest.mark.parametrize("name", recipes.names())
def test_the_recipes_that_come_along_are_sound(name: str) -> None:
    recipe = recipes.named(name)
    assert recipe.name == name
    assert all(step.where for step in recipe.steps), "who lacks a file must learn where to get it"
    assert all(step.files for step in recipe.steps)
    assert recipe.projection


def test_stockholm_asks_for_one_edition_of_areas_and_numbers() -> None:
    recipe = recipes.named("stockholm")
    borders = recipe.steps[0]
    assert borders.fetch is not None
    assert "DeSO_2025" in borders.fetch["url"]
    assert borders.read["vintage"] == "DeSO 2025"
    years = {step.fetch["year"] for step in recipe.steps if step.source == "scb" and step.fetch}
    assert years == {2024}
    assert [p.name for p in recipe.secrets] == ["key"]


def test_they_are_listed(tmp_path: Path) -> None:
    found = VERB.run(Lab(tmp_path / "lab"), ListRequest("recipes"), lambda *_: None).to_json()["recipes"]
    assert [one["name"] for one in found] == ["liechtenstein", "porto-alegre", "stockholm"]


def test_a_whole_recipe() -> None:
    text = (
        HEAD
        + 'groups = ["age"]\nprojection = "EPSG:3006"\n[baskets]\neveryday = ["school", "food_shop"]\n'
        + '[[question]]\nindicator = "walk_to_nearest"\nparams = { kind = "school" }\n'
        + STEP
        + 'read = { layers = ["streets"] }\n[[step.files]]\nfind = ["*.pbf"]\n'
        + '[[step.files]]\nfind = ["*.csv"]\nsource = "people"\n'
    )
    recipe = recipes.from_text(text, "my.toml", Path())
    first, second = recipe.steps[0].files
    assert first.read == {"layers": ["streets"]}  # as the step says
    assert (second.source, second.read) == ("people", {})  # another source reads by its own rules
    assert recipe.baskets == {"everyday": ("school", "food_shop")}
    assert recipe.questions[0].params == {"kind": "school"}


BAD = {
    "no TOML": ("name = ", "my.toml: this is no TOML"),
    "nothing": ("", "my.toml: key 'name' is missing"),
    "no step": (HEAD, "my.toml: it has no step"),
    "misspelt key": (
        HEAD + "projektion = 'x'\n" + STEP,
        "my.toml: unknown key 'projektion' (did you mean projection?)",
    ),
    "wrong sort": ("name = 3\ntitle = 'X'\n" + STEP, "my.toml, name: 3 is not text"),
    "bad name": ("name = 'a/b'\ntitle = 'X'\n" + STEP, "city name 'a/b': has '/'"),
    "no projection": (HEAD + "projection = 'EPSG:4326'\n" + STEP, "EPSG:4326"),
    "key in a step": (
        HEAD + STEP + "files = 3\nwher = 'x'\n",
        "step 1 (map): unknown key 'wher' (did you mean where?)",
    ),
    "source nobody knows": (HEAD + STEP.replace('"osm"', '"osn"'), "step 1 (map), read: no source is called 'osn'"),
    "parameter nobody knows": (
        HEAD + STEP.replace("region", "regio"),
        "step 1 (map), fetch: unknown parameter 'regio' (did you mean region?)",
    ),
    "value out of range": (
        HEAD + '[[step]]\nname = "age"\nsource = "scb"\nfetch = { year = 1700 }\n',
        "step 1 (age), fetch, year: 1700",
    ),
    "parameter missing": (
        HEAD + '[[step]]\nname = "age"\nsource = "scb"\nfetch = {}\n',
        "step 1 (age), fetch: parameter 'year' is missing",
    ),
    "a key in a file": (
        HEAD + '[[step]]\nname = "t"\nsource = "gtfs"\nfetch = { region = "sl", key = "abc" }\n',
        "fetch, key: a key does not belong into a file",
    ),
    "neither net nor files": (
        HEAD + '[[step]]\nname = "map"\nsource = "osm"\n',
        "step 1 (map): it says neither how to fetch nor which files",
    ),
    "a source that cannot fetch": (
        HEAD + '[[step]]\nname = "s"\nsource = "network_files"\nfetch = {}\n',
        "source network_files cannot fetch",
    ),
    "no pattern": (HEAD + STEP + "[[step.files]]\nfind = []\n", "files 1, find: [] is not a list of texts"),
    "twice the name": (HEAD + STEP + STEP, "two steps are called 'map'"),
    "kind nobody knows": (HEAD + "[baskets]\ndaily = ['skool']\n" + STEP, "baskets, daily: no kind of place"),
    "indicator nobody knows": (
        HEAD + "[[question]]\nindicator = 'walk_to_neerest'\n" + STEP,
        "question 1: no indicator is called 'walk_to_neerest'",
    ),
    "question with a bad parameter": (
        HEAD + "[[question]]\nindicator = 'walk_to_nearest'\nparams = { kind = 'school', minute = 3 }\n" + STEP,
        "question 1: unknown parameter 'minute'",
    ),
}


@pytest.mark.parametrize("sort", BAD)
def test_every_complaint_names_file_and_key(sort: str) -> None:
    text, what = BAD[sort]
    assert what in told(text)


def test_all_complaints_at_once() -> None:
    said = told("nam = 'x'\n[[step]]\nsource = 'osm'\noptional = 'no'\n")
    for what in ("'name' is missing", "'title' is missing", "unknown key 'nam'", "optional: 'no' is not true or false"):
        assert what in said


def test_a_recipe_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="did you mean stockholm"):
        recipes.named("stokholm")
    with pytest.raises(NotFoundError, match="there is no such recipe"):
        recipes.named(str(tmp_path / "my.toml"))


def test_the_recipe_in_the_guide_is_sound(repository: Path) -> None:
    page = (repository / "docs/guide/your-own-city-in-ten-minutes.md").read_text(encoding="utf-8")
    (told,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    recipe = recipes.from_text(told, "my-town.toml", Path())
    assert [step.optional for step in recipe.steps] == [False, True, True]


def test_paths_are_meant_from_the_recipes_folder(tmp_path: Path) -> None:
    files = '[[step]]\nname = "p"\nsource = "people"\nread = { key_file = "k.csv" }\n[[step.files]]\nfind = ["p.csv"]\n'
    (tmp_path / "my.toml").write_text(HEAD + files)
    assert recipes.named(str(tmp_path / "my.toml")).steps[0].read["key_file"] == tmp_path / "k.csv"
