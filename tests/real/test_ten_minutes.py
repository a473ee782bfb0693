"""The page "your own city in ten minutes", followed to the letter from a folder of files."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from stadslab.faces.cli import main

FILES = (
    "osm/liechtenstein.osm.pbf",
    "peer_porto_alegre/poa.osm.pbf",
    "peer_porto_alegre/poa_hexgrid.csv",
    "peer_porto_alegre/poa_eptc.gtfs.zip",
    "peer_porto_alegre/poa_trensurb.gtfs.zip",
)
ELSEWHERE = ("stockholm", "my-town")  # what the page does not give the files of


def commands(page: str) -> list[list[str]]:
    """Every command of the page that needs no net and speaks of the two cities."""
    blocks = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    words = [shlex.split(line)[1:] for line in lines if line.startswith("stadslab ")]
    offline = [w for w in words if w[0] != "load" or "--folder" in w]
    return [w for w in offline if not set(ELSEWHERE) & set(w)]


@pytest.mark.long
def test_the_page_is_followed(
    real_data: Path, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "downloads").mkdir()
    for name in FILES:
        shutil.copy(real_data / name, tmp_path / "downloads")
    monkeypatch.chdir(tmp_path)
    page = (repository / "docs/guide/your-own-city-in-ten-minutes.md").read_text(encoding="utf-8")
    todo = commands(page)
    assert [words[0] for words in todo] == [
        "list", "warm", "load", "measure", "edit", "compare", "load", "measure", "measure", "brief",
    ]  # fmt: skip
    said = ""
    for words in todo:
        done = CliRunner().invoke(main, [*words, "--quiet"])
        assert done.exit_code == 0, f"{shlex.join(words)}\n{done.output}"
        said += done.output
    for line in re.findall(r"```text\n(.*?)```", page, re.DOTALL):
        assert line in said
    for name in ("schools.png", "malbun.png", "stops.png", "jobs.png", "porto-alegre.html"):
        assert (tmp_path / name).stat().st_size > 10_000
