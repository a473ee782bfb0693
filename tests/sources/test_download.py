"""The way to the network, against a server that misbehaves on demand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from stadslab.core.errors import NotFoundError
from stadslab.sources._download import USER_AGENT, FetchError, Manners, Wish, download, fetch_text
from tests.sources.server import Server, serving

BODY = bytes(range(256)) * 4000  # 1,024,000 bytes
DIGEST = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(town=BODY) as started:
        yield started


class Sleeps(list[float]):
    """Remembers how long it was asked to sleep, and does not."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def get(server: Server, folder: Path, sleeps: Sleeps | None = None, name: str = "town", **more: object) -> Path:
    wish = Wish(f"{server.url}/{name}", "town.osm.pbf")
    got = download(wish, folder, sleep=Sleeps() if sleeps is None else sleeps, **more)
    assert got.sha256 == hashlib.sha256(got.path.read_bytes()).hexdigest()
    assert got.origin == wish.url
    return got.path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


CLEAN = {"town.osm.pbf", "town.osm.pbf.json", "town.osm.pbf.lock"}


def test_a_file_arrives_whole_and_the_client_says_who_it_is(server: Server, tmp_path: Path) -> None:
    assert get(server, tmp_path).read_bytes() == BODY
    assert server.asked[0].headers["user-agent"] == USER_AGENT
    assert USER_AGENT.startswith("stadslab/0")
    assert names(tmp_path) == CLEAN


def test_the_second_time_the_server_is_not_asked(server: Server, tmp_path: Path) -> None:
    get(server, tmp_path)
    get(server, tmp_path, sha256=DIGEST)
    assert len(server.asked) == 1
    get(server, tmp_path, again=True)
    assert len(server.asked) == 2


def test_a_cached_file_that_was_damaged_is_fetched_again(server: Server, tmp_path: Path) -> None:
    get(server, tmp_path).write_bytes(b"scribble")
    assert get(server, tmp_path).read_bytes() == BODY
    assert len(server.asked) == 2


def test_another_question_never_gets_the_cached_answer(server: Server, tmp_path: Path) -> None:
    get(server, tmp_path)
    server.files["/other"] = b"other"
    assert get(server, tmp_path, name="other").read_bytes() == b"other"


def test_a_dropped_connection_is_continued_where_it_broke(server: Server, tmp_path: Path) -> None:
    server.instead = [("drop", 300_000), ("drop", 300_000)]
    sleeps = Sleeps()
    assert get(server, tmp_path, sleeps).read_bytes() == BODY
    starts = [asked.headers.get("range") for asked in server.asked]
    assert starts[0] is None
    assert all(start is not None and int(start[6:-1]) >= 300_000 for start in starts[1:])
    assert len(set(starts)) == 3
    assert len(sleeps) == 2
    assert names(tmp_path) == CLEAN


def test_what_a_killed_run_left_is_continued_by_the_next(server: Server, tmp_path: Path) -> None:
    server.instead = [("drop", 400_000)]
    with pytest.raises(FetchError, match="gave up after 1 tries"):
        get(server, tmp_path, manners=Manners(tries=1))
    assert "town.osm.pbf" not in names(tmp_path)
    assert "town.osm.pbf.part" in names(tmp_path)
    assert get(server, tmp_path).read_bytes() == BODY
    assert server.asked[1].headers["range"].startswith("bytes=")
    assert server.asked[1].headers["if-range"].startswith('"')


def test_a_file_that_changed_meanwhile_is_begun_anew(server: Server, tmp_path: Path) -> None:
    server.instead = [("drop", 400_000)]
    with pytest.raises(FetchError):
        get(server, tmp_path, manners=Manners(tries=1))
    server.files["/town"] = fresh = BODY[::-1]
    assert get(server, tmp_path).read_bytes() == fresh


def test_a_server_without_ranges_sends_it_all_again(server: Server, tmp_path: Path) -> None:
    server.ranges = False
    server.instead = [("drop", 400_000)]
    assert get(server, tmp_path).read_bytes() == BODY


def test_a_part_longer_than_the_file_is_thrown_away(server: Server, tmp_path: Path) -> None:
    server.instead = [("drop", 400_000)]
    with pytest.raises(FetchError):
        get(server, tmp_path, manners=Manners(tries=1))
    (tmp_path / "town.osm.pbf.part").write_bytes(BODY + b"more")
    assert get(server, tmp_path).read_bytes() == BODY


def test_a_busy_server_is_waited_for_as_long_as_it_asks(server: Server, tmp_path: Path) -> None:
    later = {"Date": "Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After": "Sun, 06 Nov 1994 08:50:17 GMT"}
    server.instead = [("status", 429, {"Retry-After": "7"}), ("status", 504, {}), ("status", 503, later)]
    sleeps = Sleeps()
    assert get(server, tmp_path, sleeps).read_bytes() == BODY
    assert sleeps == [7.0, 10.0, 40.0]  # as asked; no word: 5 s doubled with each try; a date beside the server's clock


def test_waiting_has_bounds(server: Server, tmp_path: Path) -> None:
    server.instead = [("status", 429, {"Retry-After": "86400"})]
    sleeps = Sleeps()
    with pytest.raises(FetchError, match="longer than we wait") as caught:
        get(server, tmp_path, sleeps)
    assert sleeps == []
    assert caught.value.problems[0].hint == "try again in 86,400 seconds"


def test_a_server_that_stays_busy_is_left_alone(server: Server, tmp_path: Path) -> None:
    server.instead = [("status", 429, {})] * 20
    with pytest.raises(FetchError, match="gave up after 4 tries: the server is busy"):
        get(server, tmp_path, manners=Manners(tries=4))
    assert len(server.asked) == 4


def test_no_such_file(server: Server, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no such file"):
        get(server, tmp_path, name="village")


def test_a_refusal_is_told_in_the_servers_words(server: Server, tmp_path: Path) -> None:
    server.instead = [("status", 400, {})]
    with pytest.raises(FetchError, match=r"status 400\): Please wait"):
        get(server, tmp_path)


def test_nobody_answers(tmp_path: Path) -> None:
    wish = Wish("http://127.0.0.1:9/town", "town.osm.pbf")
    with pytest.raises(FetchError, match="the connection failed"):
        download(wish, tmp_path, sleep=Sleeps(), manners=Manners(tries=2))


def test_who_is_off_the_net_learns_so_soon(tmp_path: Path) -> None:
    sleeps = Sleeps()
    with pytest.raises(FetchError, match="cannot be reached") as caught:
        download(Wish("http://127.0.0.1:9/town", "town.osm.pbf"), tmp_path, sleep=sleeps)
    assert sleeps == [5.0, 10.0]
    assert "on the net" in caught.value.problems[0].hint


def test_a_file_with_another_digest_is_not_kept(server: Server, tmp_path: Path) -> None:
    with pytest.raises(FetchError) as caught:
        get(server, tmp_path, sha256="0" * 64)
    assert DIGEST in caught.value.problems[0].what
    assert names(tmp_path) == {"town.osm.pbf.lock"}


def test_a_wrong_digest_leaves_what_the_cache_held(server: Server, tmp_path: Path) -> None:
    get(server, tmp_path)
    server.files["/town"] = b"changed"
    with pytest.raises(FetchError):
        get(server, tmp_path, sha256="0" * 64)
    assert (tmp_path / "town.osm.pbf").read_bytes() == BODY


def test_the_published_checksum_is_held_to(server: Server, tmp_path: Path) -> None:
    get(server, tmp_path, md5=hashlib.md5(BODY).hexdigest())
    with pytest.raises(FetchError, match="the server publishes"):
        get(server, tmp_path, md5="0" * 32, again=True)


def test_a_file_the_caller_refuses_is_not_kept(server: Server, tmp_path: Path) -> None:
    def refuse(_: Path) -> None:
        raise FetchError("not a map")

    with pytest.raises(FetchError, match="not a map"):
        get(server, tmp_path, check=refuse)
    assert names(tmp_path) == {"town.osm.pbf.lock"}


def test_two_processes_do_not_write_one_file(server: Server, tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    with (tmp_path / "town.osm.pbf.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(FetchError, match="another process"):
            get(server, tmp_path)
    assert server.asked == []


def test_small_texts(server: Server) -> None:
    server.files["/note"] = b"hello"
    assert fetch_text(f"{server.url}/note", sleep=Sleeps()) == "hello"
    assert fetch_text(f"{server.url}/none", sleep=Sleeps()) is None
