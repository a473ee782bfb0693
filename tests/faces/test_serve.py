"""`stadslab serve`: where it listens, and what it demands."""

from __future__ import annotations

import pytest

from stadslab.core.errors import InputError, NotFoundError
from stadslab.faces import serve
from stadslab.faces.web import page


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


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_every_address_at_once_needs_a_name(tmp_path, host):
    with pytest.raises(InputError, match="every address"):
        serve.serve(tmp_path / "lab", host)
