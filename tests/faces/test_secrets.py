"""A server's key may come from the environment of the command line, and only where it is for."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from stadslab.core.params import params_of
from stadslab.core.units import Secret
from stadslab.faces.cli import main
from stadslab.sources import gtfs
from tests.sources.gtfs.feeds import tiny, zipped
from tests.sources.server import serving

VARIABLE = "STADSLAB_TRAFIKLAB_KEY"


def test_the_parameter_says_that_it_is_secret() -> None:
    (key,) = [p for p in params_of(gtfs.fetch) if p.name == "key"]
    assert key.secret == Secret(VARIABLE, beside="region")
    assert all(p.secret is None for p in params_of(gtfs.fetch) if p.name != "key")


@pytest.mark.parametrize(("given", "sent"), [((), "from-outside"), (("--key", "my-own"), "my-own")])
def test_the_key_goes_to_the_server_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...], sent: str
) -> None:
    monkeypatch.setenv(VARIABLE, "from-outside")
    body = zipped(tmp_path / "made.zip", tiny()).read_bytes()
    with serving(**{f"sl/sl.zip?key={sent}": body}) as server:
        words = ["load", "town", "--source", "gtfs", "--region", "sl", "--trafiklab", server.url, *given]
        done = CliRunner().invoke(main, [*words, "--lab", str(tmp_path / "a.lab")])
    assert done.exit_code == 0, done.output
    assert server.asked[0].path == f"/sl/sl.zip?key={sent}"
    kept = done.output + "".join(
        path.read_bytes().decode("latin-1") for path in (tmp_path / "a.lab").rglob("*") if path.is_file()
    )
    assert sent not in kept


def test_the_key_of_one_server_never_reaches_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "from-outside")
    body = zipped(tmp_path / "made.zip", tiny()).read_bytes()
    with serving(**{"bus.zip": body}) as server:
        words = ["load", "town", "--source", "gtfs", "--url", f"{server.url}/bus.zip"]
        done = CliRunner().invoke(main, [*words, "--lab", str(tmp_path / "a.lab")])
    assert done.exit_code == 0, done.output
    assert server.asked[0].path == "/bus.zip"


def test_without_a_key_the_complaint_says_how_to_get_one(tmp_path: Path) -> None:
    words = ["load", "town", "--source", "gtfs", "--region", "sl", "--lab", str(tmp_path / "a.lab")]
    done = CliRunner(env={VARIABLE: None}).invoke(main, words)
    assert done.exit_code == 2
    assert "Trafiklab wants a key" in done.output


def test_a_folder_of_the_citys_name_does_not_hide_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "town").mkdir()
    zipped(tmp_path / "bus.zip", tiny())
    done = CliRunner().invoke(main, ["load", "town", "bus.zip", "--feed", "red", "--lab", "a.lab"])
    assert done.exit_code == 0, done.output
    done = CliRunner().invoke(main, ["show", "town", "--lab", "a.lab"])
    assert "routes: 1 rows. Timetable (GTFS)." in done.output
