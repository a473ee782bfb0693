"""Timetables from the network, from a server on the loopback; and a key that is nowhere afterwards."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stadslab.core.errors import InputError, NotFoundError, StadslabError
from stadslab.core.progress import silent
from stadslab.core.source import Raw
from stadslab.sources import gtfs
from stadslab.sources._download import FetchError, Manners
from stadslab.sources.gtfs.fetching import fetched
from tests.sources.gtfs.feeds import tiny, zipped
from tests.sources.server import Server, serving

KEY = "s3cret key/+"
SENT = "key=s3cret+key%2F%2B"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    body = zipped(tmp_path / "made.zip", tiny()).read_bytes()
    with serving(**{"bus.zip": body, f"gtfs/sl/sl.zip?{SENT}": body, "bus.zip?v=2&apikey=abc": body}) as started:
        yield started


def fetch(server: Server, cache: Path, **given: Any) -> Raw:
    asked = {"url": "", "region": "", "key": "", "sha256": "", "again": False, **given}
    return fetched(
        cache,
        progress=silent,
        sleep=lambda _: None,
        trafiklab=f"{server.url}/gtfs/",
        manners=Manners(tries=2),
        **asked,
    )


def test_any_address(server: Server, tmp_path: Path) -> None:
    raw = fetch(server, tmp_path / "cache", url=f"{server.url}/bus.zip")
    layers = gtfs.read(raw, None)
    assert layers[0].scan("id")["id"][0].as_py() == "gtfs:bus/stop/A"
    assert layers[0].stamp.inputs == (("bus.gtfs.zip", raw.files[0].sha256),)
    fetch(server, tmp_path / "cache", url=f"{server.url}/bus.zip")
    assert len(server.asked) == 1


def everything_written(folder: Path) -> str:
    return "\n".join(
        f"{path} {path.read_bytes().decode('latin-1')}"
        for path in folder.rglob("*")
        if path.is_file() or path.is_dir()
        if path.is_file()
    )


def test_a_region_by_key_and_the_key_is_nowhere(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    with caplog.at_level(logging.DEBUG, "httpx"):
        raw = fetch(server, tmp_path / "cache", region="SL", key=KEY)
    layers = gtfs.read(raw, None, progress=lambda stage, _a, _b: told.append(stage))
    assert server.asked[0].path.endswith(SENT)
    assert layers[0].scan("id")["id"][0].as_py() == "gtfs:sl/stop/A"
    kept = everything_written(tmp_path / "cache") + repr(raw) + json.dumps([x.stamp.to_json() for x in layers])
    kept += " ".join(told) + caplog.text
    for word in (KEY, "s3cret", SENT):
        assert word not in kept
    fetch(server, tmp_path / "cache", region="sl", key="another key")  # the same file, whoever asks
    assert len(server.asked) == 1


def test_a_key_in_an_address_is_taken_out(server: Server, tmp_path: Path) -> None:
    raw = fetch(server, tmp_path / "cache", url=f"{server.url}/bus.zip?v=2&apikey=abc")
    assert server.asked[0].path == "/bus.zip?v=2&apikey=abc"
    assert raw.files[0].origin == f"{server.url}/bus.zip?v=2"
    assert "apikey" not in everything_written(tmp_path / "cache")


@pytest.mark.parametrize(
    ("instead", "says", "kind"),
    [
        (("status", 401, {}), "is the key right, and is it one for GTFS Regional?", FetchError),
        (("status", 403, {}), "is the key right", FetchError),
        (("status", 404, {}), "is it Trafiklab's name?", NotFoundError),
        (("body", b"<html>no such key: s3cret key/+</html>"), "something else than a timetable", FetchError),
        (("drop", 3), "gave up after 2 tries", FetchError),
    ],
)
def test_no_complaint_tells_the_key(
    server: Server, tmp_path: Path, instead: tuple[object, ...], says: str, kind: type[StadslabError]
) -> None:
    server.instead = [instead, instead]
    with pytest.raises(kind) as caught:
        fetch(server, tmp_path / "cache", region="sl", key=KEY)
    assert says in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert not list((tmp_path / "cache").rglob("*.zip"))


def test_a_server_that_repeats_the_key_is_not_quoted(server: Server, tmp_path: Path) -> None:
    server.instead = [("status", 400, {})]
    with pytest.raises(FetchError) as caught:
        fetch(server, tmp_path / "cache", region="sl", key="wait")  # the server's own words are `Please wait`
    assert "Please ***" in str(caught.value)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "one of url and region is needed, given: none of them"),
        ({"url": "http://x.y/a.zip", "region": "sl", "key": "k"}, "given: both"),
        ({"region": "sl"}, "Trafiklab wants a key"),
        ({"region": "../sl", "key": "k"}, "'../sl' is no region's name"),
        ({"url": "file:///etc/passwd"}, "is no web address"),
        ({"url": "http://me:word@x.y/a.zip"}, "a password in front of the server would be kept"),
        ({"url": "http://x.y/a.zip", "key": "k"}, "it is for Trafiklab, and a url is given"),
        ({"url": "http://x.y/a.zip?key=1&token=2"}, "several keys are in the address"),
    ],
)
def test_what_cannot_be_asked_for(server: Server, tmp_path: Path, given: dict[str, str], says: str) -> None:
    with pytest.raises(InputError, match=says.replace("?", r"\?")):
        fetch(server, tmp_path / "cache", **given)
    assert not server.asked


def test_a_file_that_does_not_say_whose_it_is_is_called_by_its_server(server: Server, tmp_path: Path) -> None:
    server.files["/static/gtfs.zip"] = server.files["/bus.zip"]
    raw = fetch(server, tmp_path / "cache", url=f"{server.url}/static/gtfs.zip")
    assert raw.files[0].path.name == "127-0-0-1.gtfs.zip"
