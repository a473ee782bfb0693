"""Explain and hand over: sources and blind spots, files that equal those of Python, a brief, lines to run."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas
import pytest
from PIL import Image
from playwright.sync_api import expect

from stadslab.brief.verb_verify import VerifyRequest, verify
from stadslab.core.progress import silent
from tests.browser.conftest import Visiting
from tests.browser.links import EXPLAIN, link, view
from tests.browser.served import Served
from tests.browser.visit import Visit
from tests.browser.words import words

WORDS = words("en")["explain"]
CITY = "demo"


def explained(visiting: Visiting, demo: Served, part: str, **more: Any) -> Visit:
    shown = view(CITY, "walk_to_nearest", {"kind": "preschool"}, {**EXPLAIN, "part": part}, **more)
    visit = visiting(demo, link(shown))
    visit.settle()
    return visit


def downloaded(visit: Visit, name: str, to: Path) -> Path:
    """The file that comes when this is clicked."""
    with visit.page.expect_download() as coming:
        visit.page.get_by_role("link", name=name).click()
    file = to / coming.value.suggested_filename
    coming.value.save_as(file)
    return file


@pytest.mark.parametrize("ending", ["CSV", "GeoParquet", "GeoJSON", "GeoPackage"])
def test_files_hold_the_numbers_of_python(visiting: Visiting, demo: Served, tmp_path: Path, ending: str) -> None:
    visit = explained(visiting, demo, "data")
    file = downloaded(visit, f"{WORDS['filesNow']}: {ending}", tmp_path)
    read = {".csv": pandas.read_csv, ".parquet": geopandas.read_parquet}.get(file.suffix, geopandas.read_file)
    frame = read(file)
    frame = frame.set_index("id") if "id" in frame else frame
    values = demo.lab.measure(CITY, "walk_to_nearest", kind="preschool")
    ours = values.to_pandas()
    told = frame["value"].reindex(ours.index).to_numpy(dtype=float)
    wanted = ours["value"].to_numpy()
    if file.suffix == ".geojson":
        wanted = np.where(np.isfinite(wanted), wanted, np.nan)
    np.testing.assert_allclose(told, wanted, rtol=1e-9)
    assert list(frame["reason"].reindex(ours.index)) == list(ours["reason"])


def test_a_picture_of_the_map(visiting: Visiting, demo: Served, tmp_path: Path) -> None:
    visit = explained(visiting, demo, "data")
    file = downloaded(visit, f"{WORDS['filesNow']}: {WORDS['picture']}", tmp_path)
    with Image.open(io.BytesIO(file.read_bytes())) as picture:
        assert picture.width > 500
        assert len(picture.convert("RGB").getcolors(1 << 24) or []) > 20


def test_a_brief_can_be_verified(visiting: Visiting, demo: Served, tmp_path: Path) -> None:
    edits = tuple(edit.to_json() for edit in demo.lab.scenario(CITY, "bridge-and-preschool").edits)
    visit = explained(visiting, demo, "brief", edits=edits)
    visit.page.get_by_label(WORDS["briefTitle"]).fill("A bridge and a preschool")
    with visit.page.expect_download() as coming:
        visit.page.get_by_role("button", name=WORDS["briefHtml"]).click()
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    assert "A bridge and a preschool" in file.read_text(encoding="utf-8")
    found = verify(demo.lab, VerifyRequest(file), silent)
    assert not found.failed, found.lines()


def test_sources_method_and_blind_spots_are_told(visiting: Visiting, demo: Served) -> None:
    visit = explained(visiting, demo, "about")
    panel = visit.page.get_by_role("main")
    expect(panel.get_by_role("heading", name=WORDS["sources"])).to_be_visible()
    known = {one["id"]: one for one in demo.get(f"api/catalogue?city={CITY}")["indicators"]}["walk_to_nearest"]
    for spot in known["blind_spots"]:
        text = spot["text"] if isinstance(spot, dict) else spot
        assert text.rstrip(".") in panel.inner_text()
    assert "synthetic" in panel.inner_text().lower()


def test_the_lines_of_python_give_the_numbers_on_the_screen(visiting: Visiting, demo: Served, tmp_path: Path) -> None:
    visit = explained(visiting, demo, "code")
    lines = visit.page.get_by_role("region", name="Python").inner_text()
    (tmp_path / "lines.py").write_text(lines + "\nimport json; print(json.dumps(list(map(float, values.mean()))))\n")
    done = subprocess.run(
        [sys.executable, "lines.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr + lines
    ours = demo.lab.measure(CITY, "walk_to_nearest", kind="preschool").mean()
    np.testing.assert_array_equal(json.loads(done.stdout.splitlines()[-1]), ours)
