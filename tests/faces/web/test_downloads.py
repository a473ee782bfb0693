"""A file to save has a name that tells, and a browser runs nothing of it."""

from __future__ import annotations

import pytest

from stadslab.faces.web.downloads import MEDIA, documented, download


@pytest.mark.parametrize(
    ("stem", "plain", "whole"),
    [
        ("demo-now", "demo-now.pdf", "demo-now.pdf"),
        ("Malmö-bro", "Malm_-bro.pdf", "Malm%C3%B6-bro.pdf"),
        ('a"b', "a_b.pdf", "a%22b.pdf"),
    ],
)
def test_its_name_is_told_to_old_and_new_browsers(stem: str, plain: str, whole: str) -> None:
    told = download(b"x", stem, "pdf").headers["Content-Disposition"]
    assert told == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}"


def test_nothing_in_it_runs_here() -> None:
    headers = download(b"<script>", "page", "html").headers
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["Content-Security-Policy"] == "sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_every_ending_has_a_kind() -> None:
    assert set(documented(*MEDIA)[200]["content"]) == {kind.partition(";")[0] for kind in MEDIA.values()}
