"""Files that are not what they should be: the file, what is wrong, what would fix it, and no layer."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from stadslab.core.errors import InputError, Problem
from stadslab.core.source import Raw
from stadslab.sources.osm import SOURCE
from tests.sources.osm.maps import Map, load, raw_of


def street() -> Map:
    return Map().node(1, 10.0, 50.0).node(2, 10.001, 50.0).way(1, [1, 2], {"highway": "residential"})


def packed(tmp_path: Path) -> bytes:
    """A whole binary extract of many streets."""
    import osmium

    drawn = Map()
    for number in range(1, 400):
        drawn.node(number, 10 + number / 1e4, 50.0, {"amenity": "bench", "note": f"{number * 7919 % 1009}"})
    for number in range(1, 399):
        drawn.way(number, [number, number + 1], {"highway": "residential", "name": f"{number * 104729 % 7919}"})
    plain, path = drawn.write(tmp_path / "whole.osm"), tmp_path / "whole.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for item in osmium.FileProcessor(str(plain)):
            writer.add(item)
    return path.read_bytes()


def complaint(path: Path, **params: object) -> Problem:
    with pytest.raises(InputError) as caught:
        load(path, **params)
    (problem,) = caught.value.problems
    assert problem.hint
    return problem


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95, 0.999])
def test_a_binary_extract_that_broke_off(tmp_path: Path, share: float) -> None:
    whole = packed(tmp_path)
    path = tmp_path / "town.osm.pbf"
    path.write_bytes(whole[: int(len(whole) * share)])
    problem = complaint(path)
    assert problem.where == "town.osm.pbf"
    assert "cannot be read to its end" in problem.what


def test_xml_that_broke_off(tmp_path: Path) -> None:
    path = tmp_path / "town.osm"
    path.write_text(street().text()[:-30], encoding="utf-8")
    assert "cannot be read to its end" in complaint(path).what


def test_a_packed_file_with_rubbish_inside(tmp_path: Path) -> None:
    path = tmp_path / "town.osm.gz"
    path.write_bytes(gzip.compress(street().text().encode())[:40] + b"rubbish" * 20)
    assert complaint(path).where == "town.osm.gz"


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("town.osm", street().text())
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "what", "hint"),
    [
        ("town.osm.pbf", zipped(), "a zip archive", "unpack"),
        ("town.osm.pbf", b"just some words", "something else", "extract is needed"),
        ("town.osm.pbf", street().text().encode(), "XML", "name it .osm"),
        ("town.osm.pbf", b"<!DOCTYPE html><html>busy</html>", "a web page", "fetch it again"),
        ("town.osm.pbf", gzip.compress(b"x", mtime=0), "gzip", ".osm.gz"),
        ("town.osm", b"PAR1xxxx", "Parquet", "extract is needed"),
        ("town.osm.gz", street().text().encode(), "XML", "name it .osm"),
        ("town.osm.bz2", gzip.compress(b"x", mtime=0), "gzip", ".osm.gz"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(tmp_path: Path, name: str, content: bytes, what: str, hint: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    problem = complaint(path)
    assert problem.where == name
    assert f"the content is {what}" in problem.what
    assert hint in problem.hint


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "town.osm.pbf"
    path.write_bytes(b"")
    assert complaint(path).what == "the file is empty"


def test_an_ending_nobody_knows(tmp_path: Path) -> None:
    path = tmp_path / "town.shp"
    path.write_bytes(b"x")
    assert "'.shp'" in complaint(path).what


def test_no_such_file(tmp_path: Path) -> None:
    path = street().write(tmp_path / "town.osm")
    raw = raw_of(path)
    path.unlink()
    with pytest.raises(InputError, match=r"town\.osm: there is no such file"):
        SOURCE.read(raw, None)


def test_a_map_without_streets(tmp_path: Path) -> None:
    path = Map().node(1, 10.0, 50.0, {"amenity": "cafe"}).write(tmp_path / "town.osm")
    assert complaint(path).what == "there is no street in the file"
    assert load(path, layers=("places",))["places"].rows == 1


def test_a_map_without_anything(tmp_path: Path) -> None:
    assert complaint(Map().write(tmp_path / "town.osm")).what == "there is no street in the file"


def test_a_history_of_every_version(tmp_path: Path) -> None:
    path = tmp_path / "town.osm"
    path.write_text(street().text().replace("<osm ", "<osmChange ").replace("</osm>", "</osmChange>"), encoding="utf-8")
    assert complaint(path).where == "town.osm"


@pytest.mark.parametrize(
    ("box", "what"),
    [
        ((10.0, 50.0, 10.0, 51.0), "it is empty: west 10 is not below east 10"),
        ((10.0, 51.0, 11.0, 50.0), "it is empty: south 51 is not below north 50"),
        ((11.0, 50.0, 10.0, 51.0), "it is empty: west 11 is not below east 10"),
        ((float("nan"), 50.0, 10.0, 51.0), "it is empty: west nan is not below east 10"),
        ((10.0, 50.0, 10.0), "3 numbers were given: (10.0, 50.0, 10.0)"),
    ],
)
def test_a_box_that_encloses_nothing(tmp_path: Path, box: tuple[float, ...], what: str) -> None:
    with pytest.raises(InputError) as caught:
        load(street().write(tmp_path / "town.osm"), box=box)
    assert caught.value.problems[0].what == what
    assert "south" in caught.value.problems[0].hint


def test_negative_ids_are_told_as_such(tmp_path: Path) -> None:
    drawn = Map().node(-1, 10.0, 50.0).node(-2, 10.001, 50.0).way(-1, [-1, -2], {"highway": "residential"})
    square = [("way", -3, "outer")]
    drawn.square(-3, -10, 10.0, 50.0, 0.001, {}).relation(-4, square, {"type": "multipolygon", "building": "yes"})
    problem = complaint(drawn.write(tmp_path / "drawn.osm"))
    assert "negative ids, such as node -" in problem.what
    assert "number them anew" in problem.hint


def test_a_box_beside_the_map(tmp_path: Path) -> None:
    problem = complaint(street().write(tmp_path / "town.osm"), box=(20.0, 50.0, 21.0, 51.0))
    assert problem.what == "there is no street in the box 20, 50, 21, 51"


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        SOURCE.read(Raw(()), None, box=(1.0, 1.0, 0.0, 0.0), layers=("streets", "roads"))
    text = str(caught.value)
    assert all(part in text for part in ("one map file is needed", "'roads'", "west 1", "south 1"))
