"""What the guide prints as an answer is what the software answers on the demonstration town."""

from __future__ import annotations

import difflib

import pytest

from docs import make_examples


def test_pages_with_answers_are_found() -> None:
    assert {path.name for path in make_examples.pages()} >= {"who-can-reach-what.md", "who-gains-who-loses.md"}


@pytest.mark.long
def test_answers_are_up_to_date() -> None:
    with make_examples.demo_folder():
        for path, text in make_examples.pages().items():
            differs = list(difflib.unified_diff(text.splitlines(), make_examples.answered(text).splitlines(), n=0))
            assert not differs, f"{path.name}: run docs/make_examples.py\n" + "\n".join(differs)
