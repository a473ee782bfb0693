"""Scenarios on disk: text in, the same text back, mistakes with line and column."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from stadslab.core.errors import ConflictError, InputError, NotFoundError
from stadslab.core.scenario import Scenario, scenario_from_json
from stadslab.store.folder import LabFolder
from stadslab.store.scenarios import (
    NEW,
    delete_scenario,
    list_scenarios,
    load_scenario,
    read_scenario,
    save_scenario,
    saved_at_s,
    tagged_scenario,
)


@pytest.fixture
def folder(tmp_path: Path) -> LabFolder:
    return LabFolder.open(tmp_path / "a.lab")


def test_a_scenario_comes_back_as_it_was(folder: LabFolder) -> None:
    scenario = Scenario(
        "bridge", why="Ingen väg över ån", by="the council", drawn_on={"streets": {"digest": "ab", "rows": {}}}
    )
    path = save_scenario(folder, "Åre", "bridge", scenario.to_text())
    assert path.read_text("utf-8") == scenario.to_text()
    assert scenario_from_json(load_scenario(folder, "Åre", "bridge"), {}) == scenario
    assert read_scenario(path) == scenario.to_json()
    save_scenario(folder, "Åre", "bridge", Scenario("second").to_text())
    assert load_scenario(folder, "Åre", "bridge")["name"] == "second"


def test_listing_and_deleting(folder: LabFolder) -> None:
    assert list_scenarios(folder, "Åre") == []
    for name in ("b", "a", "c"):
        save_scenario(folder, "Åre", name, "{}")
    save_scenario(folder, "Oslo", "z", "{}")
    assert list_scenarios(folder, "Åre") == ["a", "b", "c"]
    delete_scenario(folder, "Åre", "b")
    assert list_scenarios(folder, "Åre") == ["a", "c"]
    for act in (load_scenario, delete_scenario):
        with pytest.raises(NotFoundError, match=r"no scenario 'b' \(saved: a, c\)"):
            act(folder, "Åre", "b")


def test_mistakes_name_file_line_and_column(folder: LabFolder, tmp_path: Path) -> None:
    path = save_scenario(folder, "Åre", "a", "{}")
    path.write_text('{\n  "name": "a",\n  "edits": [1, ]\n}')
    with pytest.raises(InputError) as caught:
        load_scenario(folder, "Åre", "a")
    assert f"{path}, line 3, column 15" in str(caught.value) or f"{path}, line 3, column 16" in str(caught.value)
    path.write_text('{"edits": [], "edits": [1]}')
    with pytest.raises(InputError, match="'edits' is given twice"):
        read_scenario(path)
    path.write_text("[" * 100_000)
    with pytest.raises(InputError, match="nested too deeply"):
        read_scenario(path)
    with pytest.raises(NotFoundError, match="no such file"):
        read_scenario(tmp_path / "absent.json")


def test_a_byte_order_mark_is_no_mistake(folder: LabFolder) -> None:
    path = save_scenario(folder, "Åre", "a", "{}")
    path.write_bytes(b"\xef\xbb\xbf" + b'{"name": "from an editor"}')
    assert load_scenario(folder, "Åre", "a") == {"name": "from an editor"}


def test_what_is_not_json_is_not_kept(folder: LabFolder) -> None:
    save_scenario(folder, "Åre", "a", "{}")
    with pytest.raises(InputError, match=r"scenario a, line 1, column [12]"):
        save_scenario(folder, "Åre", "a", "{")
    assert load_scenario(folder, "Åre", "a") == {}


@pytest.mark.parametrize("name", ["../x", "", "a/b", ".a"])
def test_names_that_would_leave_the_folder(folder: LabFolder, name: str) -> None:
    for city, scenario in ((name, "a"), ("Åre", name)):
        with pytest.raises(InputError, match="name"):
            save_scenario(folder, city, scenario, "{}")
        with pytest.raises(InputError, match="name"):
            load_scenario(folder, city, scenario)
    assert not list(folder.scenarios.iterdir())


def test_a_text_replaces_only_the_one_that_was_read(folder: LabFolder) -> None:
    save_scenario(folder, "Åre", "a", '{"a": 1}', NEW)
    value, tag = tagged_scenario(folder, "Åre", "a")
    assert value == {"a": 1}
    assert saved_at_s(folder, "Åre", "a") > 0
    save_scenario(folder, "Åre", "a", '{"a": 2}', tag)
    with pytest.raises(ConflictError, match="saved anew"):
        save_scenario(folder, "Åre", "a", '{"a": 3}', tag)
    with pytest.raises(ConflictError, match="saved anew"):
        delete_scenario(folder, "Åre", "a", tag)
    with pytest.raises(ConflictError, match="one of this name already"):
        save_scenario(folder, "Åre", "a", "{}", NEW)
    assert load_scenario(folder, "Åre", "a") == {"a": 2}
    delete_scenario(folder, "Åre", "a", tagged_scenario(folder, "Åre", "a")[1])
    with pytest.raises(ConflictError, match="was deleted"):
        save_scenario(folder, "Åre", "a", "{}", tag)
    with pytest.raises(NotFoundError):
        tagged_scenario(folder, "Åre", "a")
    assert math.isnan(saved_at_s(folder, "Åre", "a"))
