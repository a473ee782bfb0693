"""What a reader of the documentation has in front of them: the demo's lab, some files, and a package of their own."""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path

import pytest

from tests.docs.pages import blocks, written

# file of the guide -> ending of the village's file that stands in for it
STAND_INS = {
    "village.osm.pbf": ".osm.pbf",
    "village-areas.gpkg": "-areas.gpkg",
    "village-people.csv": "-people.csv",
    "liechtenstein.osm.pbf": ".osm.pbf",
}
ROOMS = {
    "indicators": "straight_line_to_nearest",
    "edits": "remove_kind",
    "sources": "place_list",
}


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `stadslab demo` was run for a village, with files of the names the guide uses."""
    from stadslab.core.progress import silent
    from stadslab.faces.demo import demonstrate

    folder = tmp_path_factory.mktemp("desk")
    for line in demonstrate(folder / "demo", people=800, seed=1, draws=2, progress=silent):
        if line.startswith("4."):  # the plan is drawn; comparing and writing the brief have tests of their own
            break
    for name, ending in STAND_INS.items():
        shutil.copy(next((folder / "demo/files").glob(f"*{ending}")), folder / name)
    (folder / "pharmacies.places").write_text("pharmacy, 9.52, 47.14, Apotheke\nbakery, 9.53, 47.15\n", "utf-8")
    return folder


@pytest.fixture
def city_extras(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package a reader makes by following the page `add-your-own`, installed."""
    folder = desk / "site"
    package = folder / "city_extras"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").touch()
    page = {k: v for k, v in written().items() if k.endswith("add-your-own.md")}
    for block in blocks(page, "python"):
        if block.title:
            (package / block.title).write_text(block.text, encoding="utf-8")
    told = "\n".join(block.text for block in blocks(page, "toml"))
    entries = told.replace('[project.entry-points."', "[").replace('"]', "]").replace('"', "")
    info = folder / "city_extras-1.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: city-extras\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(entries, encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    importlib.invalidate_caches()
    return package
