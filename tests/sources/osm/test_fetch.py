"""Maps from Overpass and from an extract server, both on the loopback."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from stadslab.core.errors import InputError, NotFoundError
from stadslab.core.progress import silent
from stadslab.core.source import Raw
from stadslab.sources import osm
from stadslab.sources._download import FetchError
from stadslab.sources.osm import SOURCE
from stadslab.sources.osm.fetching import fetched
from tests.sources.osm.maps import Map
from tests.sources.server import Server, serving

BOX = (10.0, 50.0, 10.01, 50.01)


def drawn() -> Map:
    return (
        Map(bounds='<meta osm_base="2024-05-06T07:08:09Z"/>')
        .node(1, 10.0, 50.0)
        .node(2, 10.001, 50.0)
        .way(1, [1, 2], {"highway": "residential"})
    )


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as started:
        started.answer = drawn().text().encode()
        yield started


def fetch(server: Server, cache: Path, **given: object) -> Raw:
    asked = {"place": "", "box": (), "region": "", "sha256": "", "again": False, **given}
    return fetched(
        cache, progress=silent, sleep=lambda _: None, overpass=f"{server.url}/api", extracts=server.url, **asked
    )


def test_a_box_from_overpass_loads(server: Server, tmp_path: Path) -> None:
    raw = fetch(server, tmp_path, box=BOX)
    (streets,) = SOURCE.read(raw, None, layers=("streets",))
    assert streets.rows == 1
    assert streets.stamp.vintage == "2024-05-06"
    assert raw.files[0].origin == f"{server.url}/api"
    query = server.asked[0].data
    assert "(50.0000000,10.0000000,50.0100000,10.0100000)" in query  # south, west, north, east
    assert query.startswith("[out:xml][timeout:180];")
    assert query.endswith("(._;>;);out body;")


def test_the_same_box_is_asked_for_once_and_another_box_anew(server: Server, tmp_path: Path) -> None:
    first = fetch(server, tmp_path, box=BOX)
    assert fetch(server, tmp_path, box=BOX) == first
    assert len(server.asked) == 1
    other = fetch(server, tmp_path, box=(10.0, 50.0, 10.02, 50.01))
    assert len(server.asked) == 2
    assert other.files[0].path != first.files[0].path


def named(*numbers: int) -> tuple[str, bytes]:
    found = [{"type": "relation", "id": n, "tags": {"admin_level": "8"}} for n in numbers]
    return "body", json.dumps({"elements": found}).encode()


def test_a_place_by_name(server: Server, tmp_path: Path) -> None:
    server.instead = [named(77)]
    raw = fetch(server, tmp_path, place="Södermalm, Stockholm")
    first, second = (asked.data for asked in server.asked)
    assert 'relation["name"="Stockholm"]' in first
    assert first.index("Stockholm") < first.index("Södermalm")
    assert "area(id:3600000077)" in second
    assert raw.files[0].path.name.startswith("sodermalm-stockholm-")


def test_a_name_cannot_smuggle_in_a_query(server: Server, tmp_path: Path) -> None:
    server.instead = [named(77)]
    fetch(server, tmp_path, place='X"];node;out;["')
    assert 'relation["name"="X\\"];node;out;[\\""]' in server.asked[0].data


def test_a_name_that_several_places_bear(server: Server, tmp_path: Path) -> None:
    server.instead = [named(77, 88)]
    with pytest.raises(InputError) as caught:
        fetch(server, tmp_path, place="Centrum")
    assert "2 areas are called 'Centrum': relation 77, level 8; relation 88, level 8" in str(caught.value)
    assert "Centrum, Eindhoven" in caught.value.problems[0].hint


def test_a_name_nobody_knows(server: Server, tmp_path: Path) -> None:
    server.instead = [named()]
    with pytest.raises(NotFoundError, match="no border on the map is called 'Nowhere'"):
        fetch(server, tmp_path, place="Nowhere")


REMARK = b"""<?xml version="1.0"?>\n<osm version="0.6"><remark> runtime error: Query timed out in "query" at line 3
after 180 seconds. </remark></osm>"""


def test_an_overpass_that_ran_out_of_time_with_status_200(server: Server, tmp_path: Path) -> None:
    server.answer = REMARK
    with pytest.raises(FetchError) as caught:
        fetch(server, tmp_path, box=BOX)
    assert "Query timed out" in caught.value.problems[0].what
    assert "smaller area" in caught.value.problems[0].hint
    assert [path for path in tmp_path.iterdir() if path.suffix != ".lock"] == []


@pytest.mark.parametrize("answer", [b"<html>rate limited</html>", b'<osm version="0.6"><node id="1"'])
def test_an_answer_that_is_no_whole_map(server: Server, tmp_path: Path, answer: bytes) -> None:
    server.answer = answer
    with pytest.raises(FetchError, match="something else than a whole map"):
        fetch(server, tmp_path, box=BOX)


def test_an_overpass_that_drops_the_line_is_asked_anew(server: Server, tmp_path: Path) -> None:
    server.instead = [("drop", 100), ("status", 429, {"Retry-After": "1"})]
    raw = fetch(server, tmp_path, box=BOX)
    assert raw.files[0].path.read_bytes() == server.answer
    assert len(server.asked) == 3
    assert all("range" not in asked.headers for asked in server.asked)


def extract(tmp_path: Path) -> bytes:
    import osmium

    path = drawn().write(tmp_path / "small.osm")
    with osmium.SimpleWriter(str(tmp_path / "small.osm.pbf")) as writer:
        for item in osmium.FileProcessor(str(path)):
            writer.add(item)
    return (tmp_path / "small.osm.pbf").read_bytes()


def test_a_region_from_the_extract_server(server: Server, tmp_path: Path) -> None:
    body = extract(tmp_path)
    server.files["/europe/liechtenstein-latest.osm.pbf"] = body
    server.files["/europe/liechtenstein-latest.osm.pbf.md5"] = f"{hashlib.md5(body).hexdigest()}  x.osm.pbf".encode()
    cache = tmp_path / "cache"
    raw = fetch(server, cache, region="europe/liechtenstein")
    assert SOURCE.read(raw, None, layers=("streets",))[0].rows == 1
    assert fetch(server, cache, region="europe/liechtenstein") == raw
    assert len(server.asked) == 2


def test_a_region_whose_checksum_is_another(server: Server, tmp_path: Path) -> None:
    server.files["/europe/andorra-latest.osm.pbf"] = extract(tmp_path)
    server.files["/europe/andorra-latest.osm.pbf.md5"] = b"0" * 32
    with pytest.raises(FetchError, match="the server publishes"):
        fetch(server, tmp_path / "cache", region="europe/andorra")


def test_a_region_pinned_by_digest(server: Server, tmp_path: Path) -> None:
    body = server.files["/europe/andorra-latest.osm.pbf"] = extract(tmp_path)
    digest = hashlib.sha256(body).hexdigest()
    assert fetch(server, tmp_path / "cache", region="europe/andorra", sha256=digest).files[0].sha256 == digest
    with pytest.raises(FetchError, match="wanted was"):
        fetch(server, tmp_path / "cache", region="europe/andorra", sha256="f" * 64)


def test_a_region_that_is_none(server: Server, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no such extract"):
        fetch(server, tmp_path, region="europe/atlantis")
    with pytest.raises(InputError, match="no region's name"):
        fetch(server, tmp_path, region="../../etc/passwd")
    server.files["/europe/page-latest.osm.pbf"] = b"<!DOCTYPE html><html></html>"
    with pytest.raises(FetchError, match="a web page"):
        fetch(server, tmp_path, region="europe/page")


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({}, "none of them"),
        ({"place": "X", "region": "europe/x"}, "place and region"),
        ({"box": (10.0, 50.0, 10.0, 51.0)}, "it is empty: west 10 is not below east 10"),
        ({"box": (10.0, 50.0, 12.0, 51.0)}, "it measures 2.00 square degrees"),
        ({"box": (10.0, 50.0)}, "2 numbers were given"),
        ({"box": (170.0, 89.9, 170.1, 91.0)}, "it leaves the earth"),
    ],
)
def test_an_area_that_is_not_one(server: Server, tmp_path: Path, given: dict[str, object], what: str) -> None:
    with pytest.raises(InputError, match=what):
        fetch(server, tmp_path, **given)
    assert server.asked == []


def test_the_public_verb_reaches_the_same_server(server: Server, tmp_path: Path) -> None:
    raw = osm.fetch(tmp_path, box=BOX, overpass=f"{server.url}/api")
    assert raw.files[0].path.is_file()
    assert [p.name for p in SOURCE.fetch_params] == [
        "place",
        "box",
        "region",
        "overpass",
        "extracts",
        "sha256",
        "again",
    ]
    assert [p.name for p in SOURCE.params] == ["box", "layers"]
