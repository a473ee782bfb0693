"""The page `add your own`, followed to the letter, gives three things that work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from stadslab.faces.cli import main
from stadslab.lab import catalog
from tests.docs.conftest import ROOMS


@pytest.mark.parametrize(("room", "name"), ROOMS.items())
def test_the_catalog_finds_it_by_its_entry_point(room: str, name: str, city_extras: Path) -> None:
    assert (city_extras / f"{name}.py").is_file()
    assert name in catalog.names(room)


def test_the_indicator_is_a_command(desk: Path, city_extras: Path) -> None:
    words = ["measure", "demo", "straight_line_to_nearest", "--kind", "school", "--json"]
    ran = CliRunner().invoke(main, [*words, "--lab", str(desk / "demo/demo.lab")])
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert told["unit"] == "m"
    assert 10 < told["summary"]["median"] < 10_000


def test_the_edit_is_a_command(desk: Path, city_extras: Path) -> None:
    words = ["edit", "demo", "no-schools", "remove_kind", "--place-kind", "school"]
    ran = CliRunner().invoke(main, [*words, "--lab", str(desk / "demo/demo.lab"), "--quiet"])
    assert ran.exit_code == 0, ran.output
    assert "Remove all " in ran.stdout


def test_the_source_is_a_command(desk: Path, city_extras: Path, tmp_path: Path) -> None:
    words = ["load", "valley", str(desk / "pharmacies.places"), "--quiet", "--lab", str(tmp_path / "x.lab")]
    ran = CliRunner().invoke(main, words)
    assert ran.exit_code == 0, ran.output
    assert "places: 2 read, 1 kept, dropped: 1 without a name" in ran.stdout


def test_what_the_source_refuses(desk: Path, city_extras: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.places").write_text("chemist, 9.5, 47.1, A\npharmacy, here, there, B\n", encoding="utf-8")
    ran = CliRunner().invoke(main, ["load", "valley", str(tmp_path / "bad.places"), "--lab", str(tmp_path / "x.lab")])
    assert ran.exit_code == 2
    assert "bad.places, line 1: no kind of place is called 'chemist'" in ran.stderr
    assert "bad.places, line 2: 'here', 'there' are no coordinates" in ran.stderr
