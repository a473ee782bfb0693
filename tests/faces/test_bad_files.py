"""Bad files, plans and disks through the command line: told with a way on, and the lab is as it was."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from stadslab.store.audit import audit
from stadslab.store.folder import LabFolder
from tests.faces.conftest import Ask, run
from tests.faces.town import Town

Tell = Callable[..., str]
Ring = list[tuple[float, float]]

SQUARE: Ring = [(18.0, 59.0), (18.01, 59.0), (18.01, 59.005), (18.0, 59.005), (18.0, 59.0)]
BOW_TIE: Ring = [(18.0, 59.0), (18.01, 59.005), (18.01, 59.0), (18.0, 59.005), (18.0, 59.0)]


def contents(lab: Path) -> dict[str, bytes]:
    """Every file of the lab; the lock says only who wrote last."""
    files = {str(p.relative_to(lab)): p.read_bytes() for p in lab.rglob("*") if p.is_file()}
    return {name: data for name, data in files.items() if name != "lab.json.lock"}


@pytest.fixture
def tell(ask: Ask, loaded: Path) -> Tell:
    """What is said of something bad, on one line, after the lab was seen to be as it was."""

    def told(*words: object) -> str:
        before = contents(loaded)
        done = ask(*words, code=2)
        assert contents(loaded) == before
        assert "Traceback" not in done.output
        assert done.stdout == ""
        return " ".join(done.stderr.split())

    return told


# maps


@pytest.fixture(scope="module")
def extract(town: Town, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The streets of the town as PBF."""
    import osmium

    path = tmp_path_factory.mktemp("extract") / "town.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(str(town.streets)):
            writer.add(thing)
    return path.read_bytes()


def test_the_whole_extract_is_read(extract: bytes, tmp_path: Path) -> None:
    """Or the truncated ones below would prove nothing."""
    whole = tmp_path / "whole.osm.pbf"
    whole.write_bytes(extract)
    assert run("load", "town", whole, lab=tmp_path / "new.lab").exit_code == 0


@pytest.mark.parametrize("missing", [1, 5, 400])
def test_a_truncated_extract(tell: Tell, extract: bytes, tmp_path: Path, missing: int) -> None:
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(extract[:-missing])
    told = tell("load", "town", cut)
    assert "cut.osm.pbf: the file cannot be read to its end: PBF error: unexpected EOF" in told
    assert "(fetch or export the file again" in told


def test_an_extract_without_content(tell: Tell, tmp_path: Path) -> None:
    empty = tmp_path / "empty.osm.pbf"
    empty.touch()
    assert "empty.osm.pbf: the file is empty (fetch or export the file again" in tell("load", "town", empty)


def test_a_zip_archive_named_as_an_extract(tell: Tell, town: Town, tmp_path: Path) -> None:
    named = tmp_path / "town.osm.pbf"
    with zipfile.ZipFile(named, "w") as archive:
        archive.write(town.streets, "town.osm")
    told = tell("load", "town", named)
    assert "town.osm.pbf: the name says PBF and the content is a zip archive (unpack it" in told


@pytest.mark.parametrize(
    ("box", "told"),
    [
        ("18.01,59,18,59.005", "osm, box: it is empty: west 18.01 is not below east 18 (give west, south, east, north"),
        ("18,59.005,18.01,59", "osm, box: it is empty: south 59.005 is not below north 59 (give west, south"),
        ("18,59,18,59", "osm, box: it is empty: west 18 is not below east 18 (give west, south, east, north"),
        ("18,59", "osm, box: 2 numbers were given: (18.0, 59.0) (give west, south, east, north)"),
        ("18,59,18.01,north", "source osm, box: 'north' is not a number (give a number in degrees)"),
        ("-200,59,18.01,59.01", "box: -200 degrees is out of range (between -180 and 180 degrees)"),
        ("40,10,41,11", "town.osm: there is no street in the box 40, 10, 41, 11 (look where the file lies)"),
    ],
)
def test_a_box_that_is_empty_or_upside_down(tell: Tell, town: Town, box: str, told: str) -> None:
    assert told in tell("load", "town", town.streets, "--box", box)


# areas


def areas(path: Path, *rings: Ring, crs: str = "") -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"area": f"area {i}"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for i, ring in enumerate(rings, 1)
    ]
    declared = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    path.write_text(json.dumps({"type": "FeatureCollection", **declared, "features": features}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ([], "letter.gpkg: cannot tell what sort of data this is (say --source, one of: areas"),
        (["--source", "areas"], "letter.gpkg: this is not a GeoPackage, whatever its name says (check the file)"),
        (["--source", "places", "--kind", "school"], "letter.gpkg: this is not a GeoPackage"),
        (["--source", "people"], "letter.gpkg: this is not a GeoPackage"),
    ],
)
def test_a_text_named_as_a_geopackage(tell: Tell, tmp_path: Path, source: list[str], told: str) -> None:
    letter = tmp_path / "letter.gpkg"
    letter.write_text("Dear planner,\nhere are the districts.\n", encoding="utf-8")
    assert told in tell("load", "town", letter, *source)


def test_degrees_declared_as_metres(tell: Tell, tmp_path: Path) -> None:
    path = areas(tmp_path / "degrees.geojson", SQUARE, crs="urn:ogc:def:crs:EPSG::3006")
    told = tell("load", "town", path, "--source", "areas", "--id-column", "area")
    assert "degrees.geojson: declared as EPSG:3006 (metres), but its numbers run from 18 59 to 18.01 59.005" in told
    assert "(they look like longitude and latitude: say crs=OGC:CRS84)" in told


def test_metres_declared_as_degrees(tell: Tell, tmp_path: Path) -> None:
    metres = [(674_000 + (x - 18) * 1e5, 6_580_000 + (y - 59) * 1e5) for x, y in SQUARE]
    told = tell("load", "town", areas(tmp_path / "metres.geojson", metres), "--source", "areas", "--id-column", "area")
    assert "metres.geojson: declared as EPSG:4326 (degrees), but its numbers run from 674000 6.58e+06" in told
    assert "they look like metres: such as crs=EPSG:3006" in told


def test_areas_that_cross_themselves(tell: Tell, tmp_path: Path) -> None:
    path = areas(tmp_path / "bow.geojson", SQUARE, BOW_TIE)
    told = tell("load", "town", path, "--source", "areas", "--id-column", "area")
    assert "bow.geojson, row 2, area 'area 2': the outline crosses itself: Self-intersection[18.005 59.0025]" in told
    assert "(mend it, or say repair=true)" in told
    assert "area 1" not in told


# people


def test_people_of_areas_that_are_not_there(tell: Tell, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("area,total\nnowhere,5\nwest,3\nelsewhere,7\n", encoding="utf-8")
    told = tell("load", "town", path, "--source", "people", "--key", "area")
    assert (
        "people.csv, row 2: there is no area 'nowhere' (is it the right key column? Or say drop_unknown=true)" in told
    )
    assert "people.csv, row 4: there is no area 'elsewhere'" in told
    assert "row 3" not in told


def test_negative_counts(tell: Tell, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("area,total,age_0_17,age_18_99\nwest,5,-3,8\neast,-2,1,1\nisland,1,1,0\n", encoding="utf-8")
    told = tell("load", "town", path, "--source", "people", "--key", "area")
    assert "people.csv, row 2: column 'age_0_17' holds -3: a count cannot be negative (blank when not known" in told
    assert "people.csv, row 3: column 'total' holds -2: a count cannot be negative" in told
    assert "row 4" not in told


# plans


def test_a_plan_with_keys_nobody_knows(tell: Tell, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    edit = {"kind": "close_street", "street": "osm:way/900", "width": 3}
    path.write_text(json.dumps({"format": 1, "name": "plan", "why": "", "edits": [edit], "colour": "red"}))
    told = tell("compare", "town", "walk_access", path)
    assert "plan.json: unknown key 'colour' (known: format, name, why, by, cost, from_date, drawn_on, edits)" in told
    assert "plan.json, edit 1 (close_street): unknown parameter 'width' (known: street, modes)" in told


@pytest.mark.parametrize(
    ("street", "near"),
    [("Strete 3", "(Street 3)"), ("Island brigde", "(Island bridge)"), ("osm:way/9009", "osm:way/900#")],
)
def test_an_edit_of_a_street_that_is_not_there(tell: Tell, street: str, near: str) -> None:
    told = tell("edit", "town", "other-plan", "close_street", "--street", street)
    assert f"scenario other-plan, edit 1 (close_street), street: there is no street '{street}' (did you mean " in told
    assert near in told.partition("did you mean")[2].partition(" or ")[0].split(", ")[0]


# a disk that is full, a process that is killed

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits and signals")
BOX = "18.0,59.0,18.009,59.004"  # a part of the town: other rows than the lab has


def stopped(repository: Path, how: str, where: str, *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", "-m", "tests.faces.stopped", how, where, *map(str, words)]
    return subprocess.run(command, cwd=repository, check=False, capture_output=True, text=True)


def as_it_was(lab: Path, before: dict[str, bytes]) -> None:
    """What was there is there, byte for byte; what was added is rows that belong to no version, and whole."""
    after = contents(lab)
    assert {name: after.get(name) for name in before} == before
    added = sorted(name for name in set(after) - set(before) if not name.startswith(("objects/", "cities/versions/")))
    assert not added
    assert audit(LabFolder.open(lab, create=False)) == []


def loads_again(lab: Path, town: Town) -> None:
    """The lab answers, and the load that was stopped goes through."""
    assert run("measure", "town", "walk_access", "--support", "h3:10", lab=lab).exit_code == 0
    versions = len(json.loads((lab / "cities" / "town.json").read_text())["history"])
    assert run("load", "town", town.streets, "--box", BOX, lab=lab).exit_code == 0
    assert len(json.loads((lab / "cities" / "town.json").read_text())["history"]) == versions + 1


@posix
@pytest.mark.parametrize("size", [0, 4000])
def test_a_full_disk_in_the_middle_of_loading(repository: Path, lab: Path, town: Town, size: int) -> None:
    before = contents(lab)
    done = stopped(repository, "limit", str(size), "load", "town", town.streets, "--box", BOX, "--lab", lab)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert f"error: {lab / 'objects'}" in done.stderr
    assert ".parquet: a file may not grow that large here: needs about 1 MB in" in done.stderr
    assert "(make room and run it again; nothing was changed)" in done.stderr
    assert not list((lab / "tmp").iterdir())
    as_it_was(lab, before)
    loads_again(lab, town)


@posix
@pytest.mark.parametrize("part", ["/objects/", "/cities/versions/", "/cities/town.json"])
def test_killed_in_the_middle_of_loading(repository: Path, lab: Path, town: Town, part: str) -> None:
    before = contents(lab)
    done = stopped(repository, "kill", part, "load", "town", town.streets, "--box", BOX, "--lab", lab)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert "Traceback" not in done.stderr
    assert list((lab / "tmp").iterdir())  # it was killed while it wrote
    assert run("list", lab=lab).exit_code == 0
    assert not list((lab / "tmp").iterdir())
    as_it_was(lab, before)
    loads_again(lab, town)
