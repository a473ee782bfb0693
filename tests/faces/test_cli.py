"""The command line, as a planner and as a script meet it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from stadslab.faces import verbs
from stadslab.faces.cli import OWN, main
from stadslab.lab import catalog
from tests.faces.conftest import Ask, run
from tests.faces.town import PEOPLE, Town

Json = Callable[..., Any]
EVERYBODY = sum(total for total, *_ in PEOPLE.values())


# help


def test_help_names_every_command_once() -> None:
    text = run("--help").stdout
    for name in (*verbs.NAMES, *OWN):
        assert sum(line.startswith(f"  {name} ") for line in text.splitlines()) == 1
    assert run("-h").stdout == text


@pytest.mark.parametrize("name", verbs.NAMES)
def test_every_verb_explains_itself_with_examples(name: str) -> None:
    done = run(name, "--help")
    assert done.exit_code == 0
    assert "Examples:" in done.stdout
    assert f"  stadslab {name} " in done.stdout
    for param in verbs.verb(name).params:
        if param.name not in verbs.verb(name).positional:
            assert f"--{param.name.replace('_', '-')}" in done.stdout
            assert param.about


@pytest.mark.parametrize("name", verbs.NAMES)
def test_examples_are_parsed_as_they_stand(name: str) -> None:
    """Every option in an example exists; what it names need not."""
    for example in verbs.verb(name).examples:
        words = shlex.split(example)
        assert words[:2] == ["stadslab", name]
        command = main.get_command(click.Context(main), name)
        assert command is not None
        try:
            command.make_context(name, words[2:])
        except click.NoSuchOption as error:  # the options of a file's source are known once the file is there
            assert name == "load"
            assert "--source" not in words
            pytest.fail(str(error))


@pytest.mark.parametrize(
    ("words", "room"),
    [
        (["measure", "x", "{}"], "indicators"),
        (["compare", "x", "{}", "plan"], "indicators"),
        (["edit", "x", "plan", "{}"], "edits"),
        (["load", "x", "--source", "{}"], "sources"),
    ],
)
def test_help_has_the_options_of_what_it_opens(words: list[str], room: str) -> None:
    for name in catalog.names(room):
        thing: Any = getattr(catalog, room[:-1])(name)
        params = thing.params() if room == "edits" else (*thing.params, *getattr(thing, "fetch_params", ()))
        text = run(*(w.format(name) for w in words), "--help").stdout
        for param in params:
            assert f"--{param.name.replace('_', '-')}" in text, (name, param.name)
        dashed = run(*(w.format(name.replace("_", "-")) for w in words), "--help").stdout
        assert dashed == text


@pytest.mark.parametrize("name", verbs.NAMES)
def test_options_of_what_is_opened_never_hide_behind_those_of_the_verb(name: str) -> None:
    verb = verbs.verb(name)
    if not verb.opens:
        return
    taken = {p.name for p in verb.params} | {"lab", "json", "quiet", "map", "out", "help"}
    room = {"source": "sources", "kind": "edits"}.get(verb.opens, "indicators")
    for thing in catalog.names(room):
        one: Any = getattr(catalog, room[:-1])(thing)
        params = one.params() if room == "edits" else (*one.params, *getattr(one, "fetch_params", ()))
        assert not taken & {p.name for p in params}, thing


def test_unopened_help_lists_what_could_be_opened() -> None:
    text = run("measure", "--help").stdout
    assert "Indicators (name one to see its own options):" in text
    assert all(f"    {n}" in text for n in catalog.names("indicators"))


# what is misspelt or missing: exit code 2, no traceback, a way on

BAD = [
    ("mesure", "no command is called 'mesure'; did you mean 'measure'?"),
    ("measure", "measure: parameter 'city' is missing (name of the city)"),
    ("measure town", "parameter 'indicator' is missing"),
    ("measure town walk_acess", "no indicator is called 'walk_acess' (did you mean walk_access"),
    ("measure town walk_acess --kind school", "no indicator is called 'walk_acess' (did you mean walk_access"),
    ("measure town --kind school walk_acess", "no indicator is called 'walk_acess' (did you mean walk_access"),
    ("measure town --minutes 3", "No such option '--minutes'. It may belong to one of the indicators"),
    ("measure town walk_access --minuets 3", "'--minutes'"),
    ("measure town walk_access --minutes soon", "walk_access, minutes: 'soon' is not a number (give a number in min)"),
    ("measure town walk_access --minutes -1", "-1 min is out of range (between 0 and 1440 min)"),
    ("measure town walk_access --kind scool", "no kind of place is called 'scool' (did you mean school"),
    ("measure town walk_access --draws 0", "draws: 0 is out of range (between 1 and 1000)"),
    ("measure town walk_access --seed -1", "seed: -1 is out of range"),
    ("measure town walk_access --support hex", "'hex' is not understood (possible: h3:0 to h3:15"),
    ("measure town walk_access --support areas:deso", "the city has no areas called 'deso' (it has: areas)"),
    ("measure town walk_access --scenario none", "there is no scenario 'none' (saved: no-bridge)"),
    ("measure town walk_access extra", "unexpected extra argument"),
    ("measure twon walk_access", "there is no city 'twon' (it has: town)"),
    ("measure town@ffff walk_access", "there is no version 'ffff' (newest first: "),
    ("measure town travel_time_to", "parameter 'to' is missing (id of a place"),
    ("measure town travel_time_to --to osm:node/1", "there is no place 'osm:node/1' (nearest: osm:node/9"),
    ("measure town travel_time_to --to 500,59", "'500,59' is not on the globe"),
    ("measure town travel_time_to --to 18,59 --mode fly", "'fly' is not one of the choices"),
    ("compare town walk_access", "no scenario is given (scenarios of town: no-bridge)"),
    ("compare town walk_access no-brigde", "there is no scenario 'no-brigde' (saved: no-bridge)"),
    ("compare town walk_access nowhere.json", "nowhere.json: there is no such file"),
    ("compare town walk_access no-bridge --by wealth", "people are not counted by 'wealth' (known: total, age)"),
    (
        "edit town plan close_stret --street x",
        "no edit is called 'close_stret' (did you mean close_street or close_stop?)",
    ),
    ("edit town plan close_street", "close_street: parameter 'street' is missing"),
    ("edit town plan close_street --street osm:way/901x", "there is no street 'osm:way/901x'"),
    ("edit town plan close_street --street osm:way/901 --modes swim", "'swim' is not one of the choices"),
    ("edit town pl/an", "scenario name 'pl/an': has '/'"),
    ("edit town plan --undo", "there is no edit to take away"),
    ("load town", "neither files nor a source are given"),
    ("load town nothing.osm.pbf", "nothing.osm.pbf: there is no such file"),
    ("load town nothing.csv --key area", "nothing.csv: there is no such file"),
    ("load town --source osmm", "no source is called 'osmm' (did you mean osm?)"),
    ("load to/wn nothing.osm", "city name 'to/wn': has '/'"),
    (
        "load town --source people --key x",
        "fetch, url: neither files nor an address are given (name files, or say url=)",
    ),
    ("show", "show: parameter 'name' is missing"),
    ("show twon", "nothing is called 'twon' (did you mean town? cities here: town"),
    ("show town/none", "there is no scenario 'none' (saved: no-bridge)"),
    ("list things", "'things' is not one of the choices"),
    ("brief town none", "there is no scenario 'none' (saved: no-bridge)"),
    ("brief town no-bridge --measure walk_acess", "no indicator is called 'walk_acess' (did you mean walk_access"),
    ("brief town no-bridge --to nowhere/x.html", "there is no folder nowhere"),
    ("verify nothing.html", "nothing.html: there is no such file"),
    ("demo --people 3", "Invalid value for '--people'"),
]


@pytest.mark.parametrize(("words", "told"), BAD, ids=[w for w, _ in BAD])
def test_bad_input_is_told_and_leaves_with_code_2(
    ask: Ask, words: str, told: str, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    done = ask(*words.split(), code=2)
    assert " ".join(told.split()) in " ".join(done.stderr.split())
    assert "Traceback" not in done.output
    assert done.stdout == ""
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("words", "told"), BAD, ids=[w for w, _ in BAD])
def test_bad_input_as_json(ask: Ask, words: str, told: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    if words.startswith("demo"):
        return  # it has no --json
    problems = json.loads(ask(*words.split(), "--json", code=2).stdout)["problems"]
    assert problems
    for problem in problems:
        assert set(problem) == {"where", "what", "hint"}
        assert problem["what"]


def test_all_problems_at_once(ask: Ask) -> None:
    told = ask("measure", "town", "walk_access", "--minutes", "soon", "--speed-m-s", "999", code=2).stderr
    assert "minutes: 'soon'" in told
    assert "speed_m_s: 999 m/s is out of range" in told


def test_where_there_is_no_lab_yet(tmp_path: Path) -> None:
    for words in (
        ["measure", "town", "walk_access"],
        ["show", "town"],
        ["compare", "a", "walk_access", "c"],
        ["verify", "a.html"],
    ):
        done = run(*words, "--lab", tmp_path / "none.lab")
        assert done.exit_code == 2
        assert "there is no lab here (start with `stadslab load CITY FILE` or `stadslab demo`" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_folder_of_other_things_is_no_lab(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    done = run("list", "--lab", tmp_path)
    assert done.exit_code == 2
    assert "is not a lab and holds other things (holiday.jpg)" in done.stderr


def test_what_comes_with_the_software_is_listed_and_shown_without_a_lab(tmp_path: Path) -> None:
    listed = run("list", "--lab", tmp_path / "none.lab").stdout
    assert "cities: none yet" in listed
    assert "walk_access" in listed
    for name in (*catalog.names("indicators"), *catalog.names("edits"), *catalog.names("sources")):
        assert run("show", name, "--lab", tmp_path / "none.lab").exit_code == 0
    assert not list(tmp_path.iterdir())


# files


def test_a_folder_for_a_file(ask: Ask, tmp_path: Path) -> None:
    told = ask("load", "town", tmp_path, code=2).stderr
    assert "this is a folder (name the files in it" in told


def test_a_file_of_no_known_sort(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "letter.docx").write_bytes(b"Dear planner")
    told = ask("load", "town", tmp_path / "letter.docx", code=2).stderr
    assert "cannot tell what sort of data this is (say --source, one of: areas" in told


def test_every_missing_file_is_told_and_what_lies_there(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "town.osm").touch()
    told = ask("load", "town", tmp_path / "towm.osm", tmp_path / "b.osm", code=2).stderr
    assert told.count("there is no such file (in that folder: town.osm)") == 2


def test_a_load_that_fails_leaves_nothing(tmp_path: Path, town: Town) -> None:
    broken = tmp_path / "broken.osm"
    broken.write_bytes(town.streets.read_bytes()[:900])
    done = run("load", "town", broken, "--lab", tmp_path / "new.lab")
    assert done.exit_code == 2, done.output
    assert "broken.osm" in done.stderr
    assert not (tmp_path / "new.lab").exists()


def test_a_load_that_fails_leaves_the_lab_as_it_was(lab: Path, town: Town, tmp_path: Path) -> None:
    before = {p: p.read_bytes() for p in lab.rglob("*") if p.is_file()}
    bad = tmp_path / "people.csv"
    bad.write_text("area,total\nnowhere,5\nwest,-3\n")
    done = run("load", "town", bad, "--source", "people", "--key", "area", lab=lab)
    assert done.exit_code == 2
    assert "nowhere" in done.stderr
    assert {p: p.read_bytes() for p in lab.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    ("option", "name", "told"),
    [
        ("--map", "map.jpg", "cannot write a file ending in '.jpg' (one of .png)"),
        ("--map", "none/map.png", "there is no folder"),
        ("--out", "values.xls", "cannot write a file ending in '.xls' (one of .parquet, .geojson, .gpkg, .csv)"),
        ("--out", "values", "cannot write a file without an ending"),
        ("--out", "none/values.csv", "there is no folder"),
        ("--out", "folder.csv", "this is a folder"),
    ],
)
def test_where_nothing_can_be_written_is_said_before_the_work(
    ask: Ask, tmp_path: Path, option: str, name: str, told: str
) -> None:
    (tmp_path / "folder.csv").mkdir()
    done = ask("measure", "town", "walk_access", option, tmp_path / name, code=2)
    assert told in done.stderr
    assert "..." not in done.stderr  # nothing had begun


def test_two_bad_files_at_once(ask: Ask) -> None:
    told = ask("measure", "town", "walk_access", "--map", "a.gif", "--out", "b.doc", code=2).stderr
    assert "'.gif'" in told
    assert "'.doc'" in told


@pytest.mark.parametrize("ending", ["parquet", "geojson", "gpkg", "csv", "CSV"])
@pytest.mark.parametrize("verb", ["measure", "compare"])
@pytest.mark.parametrize("draws", [1, 3])
def test_tables_are_read_again(ask: Ask, tmp_path: Path, ending: str, verb: str, draws: int) -> None:
    import geopandas
    import pandas

    path = tmp_path / f"answer.{ending}"
    plan = ["no-bridge"] if verb == "compare" else []
    for _ in range(2):  # written over what was there
        ask(verb, "town", "walk_to_nearest", *plan, "--kind", "school", "--draws", draws, "--out", path)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    if ending.lower() == "csv":
        frame: Any = pandas.read_csv(path)
    elif ending == "parquet":
        frame = geopandas.read_parquet(path).reset_index()
    else:
        frame = geopandas.read_file(path)
    columns = (
        ["value", "reason"] if verb == "measure" else ["before", "after", "change", "reason_before", "reason_after"]
    )
    assert {"id", *columns} <= set(frame.columns)
    if ending.lower() != "csv":
        assert frame.crs.to_epsg() in (4326, None)
        assert frame.total_bounds == pytest.approx([18.0, 59.0, 18.016, 59.006], abs=0.01)
    if verb == "compare":
        cut = frame[frame["reason_after"] == "no way through the network"]
        assert len(cut) >= 1
        assert cut["before"].between(1, 30).all()
        assert (cut["after"] == float("inf")).all() or (ending == "geojson" and cut["after"].isna().all())


@pytest.mark.parametrize("verb", ["measure", "compare"])
def test_maps_are_pictures(ask: Ask, tmp_path: Path, verb: str) -> None:
    path = tmp_path / "map.png"
    plan = ["no-bridge"] if verb == "compare" else []
    done = ask(verb, "town", "walk_to_nearest", *plan, "--kind", "school", "--map", path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert f"  map: {path}" in done.stdout


# every verb, in words and as JSON


def test_loading(town: Town, tmp_path: Path) -> None:
    done = run("load", "town", town.streets, "--json", "--lab", tmp_path / "a.lab")
    assert done.exit_code == 0, done.output
    reply = json.loads(done.stdout)
    assert reply["source"] == "osm"
    verdicts = {x["name"]: x["stamp"]["verdict"] for x in reply["layers"]}
    assert verdicts["streets"]["rows_kept"] == 116
    assert verdicts["places"]["rows_kept"] == 4
    again = run("load", "town", town.streets, "--lab", tmp_path / "a.lab")
    assert f"version {reply['version'][:8]}" in again.stdout
    assert "  water: none found" in again.stdout


def test_listing(ask: Ask, ask_json: Json) -> None:
    reply = ask_json("list")
    assert [c["name"] for c in reply["cities"]] == ["town"]
    assert reply["scenarios"] == [{"name": "town/no-bridge", "about": "1 edit: Repair."}]
    assert [i["name"] for i in reply["indicators"]] == catalog.names("indicators")
    for sort in ("cities", "scenarios", "indicators", "edits", "sources", "kinds"):
        assert list(ask_json("list", sort)) == [sort]
        assert ask("list", sort).stdout.startswith(f"{sort}:")


@pytest.mark.parametrize(
    "name", ["town", "town/no-bridge", *catalog.names("indicators"), *catalog.names("edits"), *catalog.names("sources")]
)
def test_showing(ask: Ask, ask_json: Json, name: str) -> None:
    assert ask_json("show", name)["name"] == name.rpartition("/")[2]
    lines = ask("show", name).stdout.splitlines()
    assert len(lines) > 1
    assert not any("None" in line or "<" in line or "Annotated" in line for line in lines)


def test_an_earlier_version_can_be_shown_and_measured(ask: Ask, ask_json: Json, loaded: Path) -> None:
    from stadslab.lab.lab import Lab
    from stadslab.store import manifests

    first = manifests.history(Lab(loaded).folder, "town")[0]
    assert list(ask_json("show", f"town@{first[:8]}")["layers"]) == sorted(ask_json("show", f"town@{first}")["layers"])
    assert "people" not in ask_json("show", f"town@{first[:8]}")["layers"]
    assert "no people are loaded" in ask("measure", f"town@{first[:8]}", "walk_access").stdout


def test_measuring(ask: Ask, ask_json: Json) -> None:
    words = ("measure", "town", "walk_to_nearest", "--kind", "pharmacy", "--support", "h3:10")
    first, second = ask_json(*words), ask_json(*words)
    assert (first["cached"], second["cached"]) == (False, True)
    assert first["units"] == second["units"]
    assert first["receipt"] == second["receipt"]
    assert first["summary"]["people"] == EVERYBODY
    assert all(0 < u["value"] < 30 for u in first["units"])
    told = ask(*words).stdout
    assert "  answered from the cache" in told.splitlines()
    assert "uncertainty not stated (one draw)" in told


def test_draws(ask: Ask, ask_json: Json) -> None:
    words = ("measure", "town", "walk_to_nearest", "--kind", "school", "--draws", "8")
    reply = ask_json(*words)
    assert all(u["low"] <= u["value"] <= u["high"] for u in reply["units"])
    assert any(u["low"] < u["high"] for u in reply["units"])
    assert "uncertainty from 8 draws: speed_m_s varies by 15%" in ask(*words).stdout
    other = ask_json(*words, "--seed", "2")
    assert not other["cached"]
    assert other["units"] != reply["units"]


def test_measuring_after_a_scenario(ask_json: Json) -> None:
    words = ("measure", "town", "walk_to_nearest", "--kind", "school")
    before, after = ask_json(*words), ask_json(*words, "--scenario", "no-bridge")
    assert "unreachable" not in {u["value"] for u in before["units"]}
    cut = [u for u in after["units"] if u["value"] == "unreachable"]
    assert {u["reason"] for u in cut} == {"no way through the network"}
    assert after["summary"]["reasons"]["no way through the network"] == after["summary"]["none"]


def test_comparing(ask: Ask, ask_json: Json, town: Town) -> None:
    words = ("compare", "town", "walk_to_nearest", "no-bridge", "--kind", "school", "--support", "areas")
    reply = ask_json(*words)
    groups = {(g["dimension"], g["group"]): g for g in reply["groups"]}
    assert groups["total", "all"]["people"] == EVERYBODY
    assert groups["total", "all"]["cut_off"] == PEOPLE["island"][0]
    assert groups["age", "0-17"]["cut_off"] == PEOPLE["island"][1]
    assert groups["age", "18-99"]["cut_off"] == PEOPLE["island"][2]
    assert [u["id"] for u in reply["units"]] == ["island"]
    assert reply["units"][0]["after"] == "unreachable"
    told = ask(*words).stdout
    assert "all (840 people): 40 lose (40 are cut off), 0 gain" in told
    assert "Close Island bridge (residential, " in told
    assert "answered from the cache" in told
    only = ask(*words, "--by", "age").stdout
    assert "by age:" in only
    assert "everybody" not in only
    # the same plan from a file is the same answer
    from_file = ask_json("compare", "town", "walk_to_nearest", town.plan, *words[4:])
    assert from_file["groups"] == reply["groups"]
    assert from_file["cached"]


def test_several_scenarios_are_carried_out_in_order(lab: Path) -> None:
    def said(*words: object) -> Any:
        done = run(*words, "--json", lab=lab)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    shop = ("--at", "18.0145,59.0027", "--place-kind", "supermarket", "--name", "Island shop")
    said("edit", "town", "island-shop", "add_place", *shop)
    both = said(
        "compare", "town", "walk_to_nearest", "no-bridge", "island-shop", "--kind", "food_shop", "--support", "areas"
    )
    assert len(both["plan"]) == 2
    everybody = both["groups"][0]
    assert (everybody["gain"], everybody["lose"], everybody["cut_off"]) == (PEOPLE["island"][0], 0, 0)


def test_editing(lab: Path, town: Town) -> None:
    def said(*words: object, code: int = 0) -> Any:
        done = run(*words, lab=lab)
        assert done.exit_code == code, done.output
        return done

    said(
        "edit",
        "town",
        "plan",
        "close_street",
        "--street",
        "osm:way/503",
        "--modes",
        "drive",
        "--why",
        "Play.",
        "--by",
        "the street",
    )
    told = said(
        "edit", "town", "plan", "add_place", "--place-kind", "school", "--at", "18.005,59.002", "--name", "Nya skolan"
    ).stdout
    assert told.splitlines()[0] == "plan, a scenario for town:"
    assert "  1. Close Street 4 " in told
    assert "  2. " in told
    assert "Nya skolan" in told
    shown = json.loads(said("show", "town/plan", "--json").stdout)
    assert (shown["why"], shown["by"]) == ("Play.", "the street")
    assert [e["kind"] for e in shown["edits"]] == ["close_street", "add_place"]
    assert shown["problems"] == []
    undone = said("edit", "town", "plan", "--undo").stdout
    assert "Nya skolan" not in undone
    # what cannot be done is not saved
    before = (lab / "scenarios/town/plan.json").read_bytes()
    said("edit", "town", "plan", "close_street", "--street", "osm:way/1", code=2)
    assert (lab / "scenarios/town/plan.json").read_bytes() == before
    # a new version of the city: what moved is told, and --redraw accepts it
    text = town.streets.read_text().replace('v="Street 4"', 'v="Fourth Street"')
    (town.folder / "town2.osm").write_text(text)
    said("load", "town", town.folder / "town2.osm")
    told = said("compare", "town", "walk_access", "plan", code=2).stderr
    assert "it was drawn on version" in told
    assert 'name "Street 4" -> "Fourth Street"' in told
    assert "Close Fourth Street" in said("edit", "town", "plan", "--redraw").stdout
    said("compare", "town", "walk_access", "plan")


def test_a_brief_and_its_verification(ask: Ask, ask_json: Json, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    reply = ask_json("brief", "town", "no-bridge", "--measure", "walk_to_nearest:kind=school", "--to", page)
    assert reply["path"] == str(page)
    assert page.read_text().startswith("<!doctype html>") or page.read_text().startswith("<!DOCTYPE html>")
    assert ask_json("verify", page)["equal"] is True
    told = ask("verify", page).stdout
    assert told.startswith("equal")
    text = page.read_text()
    assert "Island bridge" in text
    page.write_text(text.replace("Island bridge", "Island tunnel"))
    changed = ask("verify", page, code=1).stdout
    assert not changed.startswith("equal")
    assert ask_json("verify", page, code=1)["equal"] is False


def test_a_page_that_is_no_brief(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html></html>")
    (tmp_path / "photo.html").write_bytes(b"\xff\xfe\x00\x01")
    assert "there is no receipt in this file" in ask("verify", tmp_path / "page.html", code=2).stderr
    assert "this is not a text file" in ask("verify", tmp_path / "photo.html", code=2).stderr


# what goes where


def test_progress_goes_to_standard_error_and_quiet_means_quiet(lab: Path) -> None:
    words = ("measure", "town", "walk_access", "--minutes", "7")
    loud = run(*words, lab=lab)
    assert "street network ..." in loud.stderr
    assert "..." not in loud.stdout
    quiet = run("measure", "town", "walk_access", "--minutes", "8", "--quiet", lab=lab)
    assert quiet.stderr == ""
    machine = run("measure", "town", "walk_access", "--minutes", "9", "--json", lab=lab)
    assert machine.stderr == ""
    json.loads(machine.stdout)


def test_the_lab_is_named_by_option_before_environment(loaded: Path, tmp_path: Path) -> None:
    assert "town" in run("list", "cities", lab=loaded).stdout
    assert run("list", "cities", "--lab", tmp_path / "other.lab", lab=loaded).stdout == "cities: none yet\n"


def test_version() -> None:
    from stadslab import __version__

    assert run("--version").stdout == f"stadslab, version {__version__}\n"
