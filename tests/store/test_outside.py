"""Files outside the lab appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stadslab.core.errors import InputError, StoreError
from stadslab.store import outside


def test_the_text_is_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "brief.html"
    path.write_text("old")
    assert outside.write_whole(path, "nytt åäö") == len("nytt åäö".encode())
    assert path.read_text(encoding="utf-8") == "nytt åäö"
    assert [p.name for p in tmp_path.iterdir()] == ["brief.html"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no folder .*missing"):
        outside.write_whole(tmp_path / "missing" / "brief.html", "text")


def test_what_was_there_stays_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "brief.html"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(StoreError, match="the disk is full"):
        outside.write_whole(path, "new")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["brief.html"]


def test_a_digest_tells_files_apart_by_their_bytes(tmp_path: Path) -> None:
    for name, text in (("a", "one"), ("b", "one"), ("c", "two")):
        (tmp_path / name).write_text(text)
    a, b, c = (outside.digest_of(tmp_path / name) for name in "abc")
    assert a == b != c
    with pytest.raises(StoreError, match="missing: cannot be"):
        outside.digest_of(tmp_path / "missing")
