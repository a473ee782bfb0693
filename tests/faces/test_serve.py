"""`stadslab serve`: where it listens, and what it demands."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from stadslab.core.errors import InputError, NotFoundError
from stadslab.faces import serve
from stadslab.faces.web import page
from stadslab.lab.lab import Lab

WAIT_S = 120


@pytest.mark.parametrize(
    ("host", "alone"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("[::1]", True), ("127.8.8.8", True), ("0.0.0.0", False),
     ("::", False), ("192.168.1.7", False), ("map.example.org", False)],
)  # fmt: skip
def test_only_loopback_is_this_machine_alone(host, alone):
    assert serve.is_loopback(host) is alone


def test_the_next_free_port_is_taken_when_the_usual_one_is(monkeypatch):
    with serve.listen("127.0.0.1", 0) as taken:
        monkeypatch.setattr(serve, "PORT", taken.getsockname()[1])
        with serve.listen("127.0.0.1", None) as found:
            assert taken.getsockname()[1] < found.getsockname()[1] < taken.getsockname()[1] + serve.TRIES


def test_a_port_that_was_named_and_is_taken_is_refused():
    with serve.listen("127.0.0.1", 0) as taken, pytest.raises(InputError, match="cannot listen") as error:
        serve.listen("127.0.0.1", taken.getsockname()[1])
    assert "--port" in error.value.problems[0].hint


def test_addresses_can_be_opened():
    assert serve.address_of("127.0.0.1", 8765) == "http://127.0.0.1:8765/"
    assert serve.address_of("::1", 80) == "http://[::1]:80/"


def test_without_a_page_it_does_not_begin(tmp_path, monkeypatch):
    monkeypatch.setattr(page, "BUILT", tmp_path)
    with pytest.raises(NotFoundError, match="not built"):
        serve.serve(tmp_path / "lab")


def test_a_token_that_can_be_guessed_is_refused(tmp_path):
    with pytest.raises(InputError, match="guessed"):
        serve.serve(tmp_path / "lab", token="short")


def test_only_the_machine_itself_goes_without_a_token():
    assert serve.token_for("", alone=True, named=False) == ""
    assert serve.token_for("a-token-of-mine-alone", alone=True, named=False) == "a-token-of-mine-alone"
    made = [serve.token_for("", alone=alone, named=named) for alone, named in ((True, True), (False, False))]
    assert all(len(token) >= serve.SHORTEST for token in made)
    assert len(set(made)) == 2


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_every_address_at_once_needs_a_name(tmp_path, host):
    with pytest.raises(InputError, match="every address"):
        serve.serve(tmp_path / "lab", host)


# The page of a checkout need not be built for this: any page will do.
SERVED = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have told it to ignore that
from stadslab.faces.web import page
page.BUILT = Path(sys.argv.pop(1))
from stadslab.faces.cli import main
main()
"""
SLOW = {"city": "town", "indicator": "walk_access", "params": {"kind": "any"}, "draws": 1000, "support": "h3:10"}


@contextmanager
def served(folder: Path, lab: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`stadslab serve` as a process, and the link it printed; ended if it has not ended by itself."""
    built = folder / "built"
    built.mkdir(exist_ok=True)
    (built / "index.html").write_text("<title>Stadslab</title>")
    command = [sys.executable, "-c", SERVED, str(built), "serve", "--lab", str(lab), "--port", "0", *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline() + process.stdout.readline()
            assert "http" in said, said + process.communicate(timeout=WAIT_S)[1]
            yield process, said.split()[-1]
        finally:
            process.kill()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lab = Lab(tmp_path_factory.mktemp("serve") / "lab")
    lab.load("town", source="synthetic", people=800)
    return lab.folder.path


@pytest.mark.long
def test_ctrl_c_calls_work_off_ends_streams_and_leaves_the_lab_whole(tmp_path, town):
    with served(tmp_path, town) as (process, link), httpx.Client(base_url=link, timeout=WAIT_S) as client:
        job = client.post("/api/answers", json=SLOW).json()["id"]
        heard: list[str] = []
        with client.stream("GET", f"/api/jobs/{job}/events") as stream:
            for line in stream.iter_lines():
                heard.append(line)
                if line == "event: progress" and heard.count(line) == 1:
                    process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=WAIT_S)
    assert [line for line in heard if line.startswith("event")][-1] == "event: cancelled"
    assert process.returncode == 0
    assert "stopped" in errors
    assert "Traceback" not in errors
    assert list((town / "tmp").iterdir()) == []
    assert Lab(town).cities() == ["town"]


@pytest.mark.long
def test_bound_elsewhere_it_prints_a_link_with_a_token_and_answers_to_its_name_alone(tmp_path, town):
    words = ("--host", "0.0.0.0", "--name", "localhost")
    with served(tmp_path, town, *words) as (process, link):
        root, _, token = link.partition("?token=")
        with httpx.Client(base_url=root, timeout=WAIT_S) as client:
            assert client.get("/api/cities").status_code == 401
            assert client.get("/", params={"token": token}).status_code == 303
            assert client.get("/api/cities").status_code == 200
            port = httpx.URL(root).port
            assert client.get("/api/health", headers={"Host": f"127.0.0.1:{port}"}).status_code == 403
        process.send_signal(signal.SIGINT)
        assert process.wait(WAIT_S) == 0


@pytest.mark.long
def test_a_port_that_is_taken_and_a_lab_that_is_not_there_are_told(tmp_path, town):
    with served(tmp_path, town) as (_, link):
        port = str(httpx.URL(link).port)
        with pytest.raises(AssertionError, match="cannot listen"), served(tmp_path, town, "--port", port):
            pass
    with pytest.raises(AssertionError, match="there is no lab here"), served(tmp_path, tmp_path / "none"):
        pass
