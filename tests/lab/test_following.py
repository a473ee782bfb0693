"""Cities by recipe: from servers on the loopback, from the files those sent, and from folders that lack some."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
import shapely
from click.testing import CliRunner

from stadslab.core.errors import InputError, NotFoundError
from stadslab.faces.cli import main
from stadslab.lab.lab import Lab
from stadslab.sources._download import FetchError
from tests.sources.osm.maps import Map
from tests.sources.pxweb import DESO, PxWeb, statistical_database
from tests.sources.server import Server, serving
from tests.truth_plugin import Checker

WFS = "/wfs?request=GetFeature&typeName=stat:DeSO_2025&outputFormat=application/json"
AREAS = (*DESO, "0180C1020")


def borders() -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"desokod": code},
            "geometry": shapely.geometry.mapping(shapely.box(18 + n / 100, 59.3, 18.01 + n / 100, 59.31)),
        }
        for n, code in enumerate(AREAS)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, "numberMatched": len(AREAS)}).encode()


def drawn() -> bytes:
    town = Map().node(1, 18.001, 59.301).node(2, 18.03, 59.305).way(1, [1, 2], {"highway": "residential"})
    return town.node(3, 18.01, 59.302, {"amenity": "school"}).text().encode()


RECIPE = """
name = "stad"
title = "A town on the loopback"
projection = "EPSG:3006"
groups = ["age", "tenure", "cars"]

[baskets]
everyday = ["school", "pharmacy"]

[[question]]
indicator = "walk_to_nearest"
params = {{ kind = "school" }}

[[question]]
indicator = "walk_to_nearest"
params = {{ kind = "pharmacy" }}

[[step]]
name = "borders"
source = "areas"
where = "the office"
fetch = {{ url = "{maps}{wfs}" }}
read = {{ id_column = "desokod", vintage = "DeSO 2025" }}
[[step.files]]
find = ["stat-deso-2025-*.geojson"]

[[step]]
name = "age"
source = "scb"
where = "the statistical database"
fetch = {{ year = 2024, tables = ["age"], api = "{statistics}" }}
[[step.files]]
find = ["scb-age-deso-2024-*.jsonstat"]

[[step]]
name = "tenure"
source = "scb"
optional = true
where = "the statistical database"
fetch = {{ year = 2024, tables = ["tenure"], api = "{statistics}" }}
[[step.files]]
find = ["scb-tenure-*.jsonstat"]

[[step]]
name = "map"
source = "osm"
where = "an extract"
fetch = {{ box = [18.0, 59.3, 18.04, 59.31], overpass = "{maps}/api" }}
[[step.files]]
find = ["box_18_*.osm"]

[[step]]
name = "jobs"
source = "people"
optional = true
where = "ask the council"
[[step.files]]
find = ["jobs.csv"]
read = {{ key = "deso", columns = ["jobs=jobs:all"] }}
note = "jobs of last year"
"""


@pytest.fixture
def maps() -> Iterator[Server]:
    with serving() as started:
        started.files[WFS] = borders()
        started.answer = drawn()
        yield started


@pytest.fixture
def statistics() -> Iterator[PxWeb]:
    with statistical_database() as started:
        yield started


@pytest.fixture
def recipe(tmp_path: Path, maps: Server, statistics: PxWeb) -> Path:
    path = tmp_path / "stad.toml"
    path.write_text(RECIPE.format(maps=maps.url, statistics=statistics.url, wfs=WFS))
    return path


def people_of(lab: Lab, city: str) -> float:
    rows = lab.city(city)["people"].scan("dimension", "value").to_pylist()
    return sum(row["value"] for row in rows if row["dimension"] == "total")


def test_a_city_from_the_net(tmp_path: Path, recipe: Path, maps: Server) -> None:
    lab = Lab(tmp_path / "lab")
    reply = lab.load("stad", recipe=str(recipe))
    assert reply.crs == "EPSG:3006"
    assert reply.source == "recipe stad"
    assert {"areas", "people", "streets", "places"} <= set(lab.city("stad").layers)
    assert people_of(lab, "stad") == 170 * len(AREAS)
    said = "\n".join(reply.lines())
    assert "jobs: left out, it comes from files only (ask the council)" in said
    assert "people are told by age, tenure" in said
    assert "no people by cars" in said
    assert "basket everyday: 1 school, 0 pharmacy" in said
    assert "people, before: 4 read, 4 kept" in said
    assert "ask next: stadslab measure stad walk_to_nearest --kind school" in said
    assert "--kind pharmacy" not in said  # nothing to ask about
    lab.measure("stad", "walk_to_nearest", kind="school", support="areas")
    asked = len(maps.asked)
    assert lab.load("stad", recipe=str(recipe)).version == reply.version
    assert len(maps.asked) == asked  # all from the cache


def test_the_same_city_from_the_files_that_were_fetched(tmp_path: Path, recipe: Path) -> None:
    lab = Lab(tmp_path / "lab")
    lab.load("stad", recipe=str(recipe))
    moved = tmp_path / "downloads" / "deep"
    shutil.copytree(lab.folder.cache, moved)
    again = Lab(tmp_path / "other")
    reply = again.load("stad", recipe=str(recipe), folder=moved.parent)
    first, second = lab.city("stad"), again.city("stad")
    assert {n: layer.digest for n, layer in first.layers.items()} == {n: x.digest for n, x in second.layers.items()}
    assert any(note.startswith("borders: deep/stat-deso-2025-") for note in reply.notes)
    assert "jobs: left out, there is no jobs.csv (ask the council)" in reply.notes


def test_a_folder_with_more_files(tmp_path: Path, recipe: Path) -> None:
    lab = Lab(tmp_path / "lab")
    lab.load("stad", recipe=str(recipe))
    (lab.folder.cache / "jobs.csv").write_text("deso,jobs\n0114A0010,12\n")
    reply = lab.load("stad", recipe=str(recipe), folder=lab.folder.cache)
    assert "jobs: jobs of last year" in reply.notes
    assert "jobs" in lab.city("stad")["people"].scan("dimension")["dimension"].to_pylist()


def test_all_missing_files_are_told_with_where_to_get_them(tmp_path: Path, recipe: Path) -> None:
    lab = Lab(tmp_path / "lab")
    (tmp_path / "downloads").mkdir()
    (tmp_path / "downloads" / "box_18_59.osm").write_bytes(drawn())
    with pytest.raises(NotFoundError) as caught:
        lab.load("stad", recipe=str(recipe), folder=tmp_path / "downloads")
    assert [p.where for p in caught.value.problems] == ["recipe stad, step borders", "recipe stad, step age"]
    assert [p.hint for p in caught.value.problems] == ["the office", "the statistical database"]
    assert lab.cities() == []
    with pytest.raises(NotFoundError, match="there is no such folder"):
        lab.load("stad", recipe=str(recipe), folder=tmp_path / "nowhere")


def test_a_step_that_fails_is_named_and_the_lab_stays_as_it_was(
    tmp_path: Path, recipe: Path, maps: Server, statistics: PxWeb
) -> None:
    lab = Lab(tmp_path / "lab")
    lab.load("stad", recipe=str(recipe))
    before = lab.version("stad")
    shutil.rmtree(lab.folder.cache)
    maps.answer = b"<html>busy</html>"
    with pytest.raises(FetchError) as caught:
        lab.load("stad", recipe=str(recipe))
    assert caught.value.problems[0].where.startswith("recipe stad, step map: ")
    assert "--folder DIR" in caught.value.problems[0].hint
    assert lab.version("stad") == before
    shutil.rmtree(lab.folder.cache)
    maps.answer = drawn()
    statistics.instead = [None, lambda body: body[:100]]
    with pytest.raises(FetchError, match=r"recipe stad, step age: .*no whole JSON"):
        lab.load("stad", recipe=str(recipe))
    assert lab.version("stad") == before


def test_an_optional_step_may_fail_and_says_so(tmp_path: Path, recipe: Path, statistics: PxWeb) -> None:
    del statistics.tables["HE/HE0111/HE0111YDeSo/HushallT33Deso"]
    lab = Lab(tmp_path / "lab")
    reply = lab.load("stad", recipe=str(recipe))
    assert any(note.startswith("tenure: left out, ") and "no such table" in note for note in reply.notes)
    assert "no people by tenure, cars" in reply.notes


def test_editions_that_do_not_fit_stop_the_load(tmp_path: Path, recipe: Path) -> None:
    recipe.write_text(recipe.read_text().replace('vintage = "DeSO 2025"', 'vintage = "DeSO 2018"'))
    with pytest.raises(InputError, match=r"step age: .*keyed to 'DeSO 2025', the city's areas are 'DeSO 2018'"):
        Lab(tmp_path / "lab").load("stad", recipe=str(recipe))


def test_what_cannot_be_given_beside_a_recipe(tmp_path: Path, recipe: Path) -> None:
    lab = Lab(tmp_path / "lab")
    with pytest.raises(InputError, match="source cannot be given beside a recipe"):
        lab.load("stad", recipe=str(recipe), source="osm")
    with pytest.raises(InputError, match="unknown parameter 'year'"):
        lab.load("stad", recipe=str(recipe), year=2020)
    with pytest.raises(NotFoundError, match="no recipe is called 'nowhere'"):
        lab.load("nowhere", folder=tmp_path)


def test_keys_come_from_the_face_and_are_kept_nowhere(
    tmp_path: Path, maps: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    maps.files["/sl/sl.zip?key=s3cret"] = b"no zip"
    step = f'''name = "x"\ntitle = "X"\n[[step]]\nname = "map"\nsource = "osm"\nwhere = "w"
fetch = {{ box = [18.0, 59.3, 18.04, 59.31], overpass = "{maps.url}/api" }}
[[step]]\nname = "timetables"\nsource = "gtfs"\noptional = true\nfetch = {{ region = "sl", trafiklab = "{maps.url}" }}
'''
    (tmp_path / "x.toml").write_text(step)
    monkeypatch.setenv("STADSLAB_TRAFIKLAB_KEY", "s3cret")
    words = ["load", "x", "--recipe", str(tmp_path / "x.toml"), "--lab", str(tmp_path / "lab"), "--quiet"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert maps.asked[-1].path == "/sl/sl.zip?key=s3cret"
    assert "timetables: left out" in done.output
    assert "s3cret" not in done.output
    kept = [path for path in (tmp_path / "lab").rglob("*") if path.is_file()]
    assert not [path for path in kept if b"s3cret" in path.read_bytes()]


def test_the_command_line_follows_recipes(tmp_path: Path, recipe: Path) -> None:
    run = CliRunner()
    lab = str(tmp_path / "lab")
    done = run.invoke(main, ["load", "my-stad", "--recipe", str(recipe), "--lab", lab, "--quiet"])
    assert done.exit_code == 0, done.output
    assert "my-stad: loaded by recipe stad" in done.output
    failed = run.invoke(main, ["load", "stockholm", "--folder", str(tmp_path), "--lab", lab, "--quiet"])
    assert failed.exit_code == 2
    assert "recipe stockholm, step map" in failed.output
    assert "Traceback" not in failed.output
    assert Lab(lab).cities() == ["my-stad"]
    helped = run.invoke(main, ["load", "stockholm", "--help"])
    assert "--key" in helped.output
    assert "STADSLAB_TRAFIKLAB_KEY" in helped.output


@pytest.mark.truth(
    what="people of Stockholm county",
    source="Statistics Sweden, population 31 December 2022 by DeSO, as its age table sums up",
    expected=2_440_027,
    unit="people",
)
def test_stockholm_from_a_folder(real_data: Path, tmp_path: Path, truth: Checker) -> None:
    lab = Lab(tmp_path / "lab")
    reply = lab.load("stockholm", folder=real_data)
    city = lab.city("stockholm")
    assert city["areas"].rows == 1287
    assert set(city["areas"].scan("vintage")["vintage"].to_pylist()) == {"DeSO 2018"}
    assert "people are told by age, education, income, background" in reply.notes
    assert any("without footpaths" in note for note in reply.notes)
    truth.check(people_of(lab, "stockholm"))


def test_liechtenstein_and_porto_alegre_from_a_folder(real_data: Path, tmp_path: Path) -> None:
    lab = Lab(tmp_path / "lab")
    lab.load("liechtenstein", folder=real_data)
    assert lab.city("liechtenstein")["buildings"].rows > 8000
    lab.load("porto-alegre", folder=real_data)
    city = lab.city("porto-alegre")
    assert {"streets", "people", "stops", "trips", "service_days"} <= set(city.layers)
    assert {"total", "jobs"} <= set(city["people"].scan("dimension")["dimension"].to_pylist())


def test_stockholm_from_the_net_and_from_what_came(
    tmp_path: Path, maps: Server, statistics: PxWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recipe that comes along, its servers' addresses aside, and its own patterns on what those servers sent."""
    import pyogrio

    told = (resources.files("stadslab") / "recipes" / "stockholm.toml").read_text(encoding="utf-8")
    told = told.replace("https://geodata.scb.se/geoserver/stat", maps.url)
    told = re.sub(r"(tables = \[.*?\]) }", rf'\1, api = "{statistics.url}" }}', told)
    told = re.sub(r"(box = \[.*?\]) }", rf'\1, overpass = "{maps.url}/api" }}', told)
    told = told.replace('{ region = "sl" }', f'{{ region = "sl", trafiklab = "{maps.url}" }}')
    (tmp_path / "stockholm.toml").write_text(told)
    (tmp_path / "b.geojson").write_bytes(borders())
    pyogrio.write_dataframe(pyogrio.read_dataframe(tmp_path / "b.geojson"), tmp_path / "b.gpkg", layer="DeSO_2025")
    maps.files.clear()
    wfs = re.search(r'url = "http[^/]*//[^/]*(/wfs[^"]*)"', told)
    assert wfs is not None
    maps.files[wfs[1]] = (tmp_path / "b.gpkg").read_bytes()
    monkeypatch.delenv("STADSLAB_TRAFIKLAB_KEY", raising=False)
    lab = Lab(tmp_path / "lab")
    reply = lab.load("stockholm", recipe=str(tmp_path / "stockholm.toml"))
    assert "people are told by age, education, income, tenure, background" in reply.notes
    assert any(note.startswith("timetables: left out, ") and "wants a key" in note for note in reply.notes)
    again = Lab(tmp_path / "other")
    again.load("stockholm", folder=lab.folder.cache)  # the recipe as it is
    first, second = lab.city("stockholm"), again.city("stockholm")
    assert {n: layer.digest for n, layer in first.layers.items()} == {n: x.digest for n, x in second.layers.items()}
