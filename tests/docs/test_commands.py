"""Every command line of the documentation is one the software takes."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest

from stadslab.core.params import check_params
from stadslab.core.scenario import scenario_from_json
from stadslab.faces import verbs
from stadslab.faces.cli import VerbCommand, main
from stadslab.lab import catalog
from tests.docs.pages import blocks, commands, generated, written


def parsed(words: list[str]) -> None:
    """Parse and check a command line as the software would, without running it."""
    root = click.Context(main, info_name="stadslab")
    command = main.get_command(root, words[0])
    assert command is not None, f"no command is called {words[0]!r}"
    if "--help" in words:
        return
    context = command.make_context(words[0], words[1:], parent=root)
    if not isinstance(command, VerbCommand):
        return
    face = {"lab", "json", "quiet", "map", "out"}
    given: dict[str, Any] = {k: v for k, v in context.params.items() if v is not None and v != () and k not in face}
    own = {p.name for p in command.verb.params}
    params = {k: v for k, v in given.items() if k not in own}
    verbs.request(command.verb, {k: v for k, v in given.items() if k in own}, params)
    check_params(command.opened_params, params, words[0])


@pytest.mark.parametrize(
    ("at", "words"), [pytest.param(at, words, id=at) for at, words in commands({**written(), **generated()})]
)
def test_command(at: str, words: list[str], desk: Path, city_extras: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    monkeypatch.delenv("STADSLAB_LAB", raising=False)
    try:
        parsed(words)
    except click.ClickException as error:
        pytest.fail(f"{at}: {error.format_message()}")


def test_a_wrong_option_would_be_found(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    with pytest.raises(click.NoSuchOption):
        parsed(["measure", "demo", "walk_access", "--minuts", "10"])
    with pytest.raises(ValueError, match="out of range"):
        parsed(["measure", "demo", "walk_access", "--minutes", "-10"])


@pytest.mark.parametrize("name", [*verbs.NAMES])
def test_the_examples_in_the_help_are_commands(name: str, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    for line in verbs.verb(name).examples:
        words = shlex.split(line)
        assert words[:2] == ["stadslab", name]
        parsed(words[1:])


@pytest.mark.parametrize("name", catalog.names("sources"))
def test_the_examples_of_sources_are_commands(name: str, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    found = catalog.source(name)
    assert found.examples, "show how to load it"
    for line in found.examples:
        words = shlex.split(line)
        assert words[:2] == ["stadslab", "load"]
        assert words[2] not in catalog.names("sources"), f"{line}: the city comes first"
        parsed(words[1:])


def test_make_targets_exist(repository: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (repository / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    asked = {words[0] for _, words in commands(written(), "make")}
    assert asked <= targets
    assert {"demo", "test"} <= asked, "the README begins with two commands"


def test_files_named_in_installations_exist(repository: Path) -> None:
    named = re.findall(r"requirements/\S+\.txt", (repository / "README.md").read_text(encoding="utf-8"))
    assert named
    assert not [name for name in named if not (repository / name).is_file()]


def test_scenario_files_are_read() -> None:
    found = [block for block in blocks(written(), "json") if block.title]
    assert found, "the guide shows a whole scenario file"
    for block in found:
        plan = scenario_from_json(json.loads(block.text), catalog.edits(), block.at)
        assert f"{plan.name}.json" == block.title
        assert plan.edits


def test_edits_of_the_reference_are_read() -> None:
    told = {b.page: json.loads(b.text) for b in blocks(generated(), "json") if "/edits/" in b.page}
    assert len(told) == len(catalog.names("edits"))
    for page, edit in told.items():
        scenario_from_json({"format": 1, "name": "x", "edits": [edit]}, catalog.edits(), page)
