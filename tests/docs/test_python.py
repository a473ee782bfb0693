"""Every block of Python in the documentation runs, from top to bottom of its page."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import pytest

from tests.docs.pages import blocks, written

PAGES = sorted({block.page for block in blocks(written(), "python")})


def test_the_pages_that_show_python_show_python() -> None:
    assert {"README.md", "docs/guide/python.md", "docs/guide/add-your-own.md"} <= set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_page(page: str, desk: Path, city_extras: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    names: dict[str, object] = {"__name__": "__main__"}
    for block in blocks({page: written()[page]}, "python"):
        if not block.title:  # blocks with a title are files
            source = "\n" * (block.line - 1) + block.text
            exec(compile(source, page, "exec"), names)
    mpl.rcdefaults()


def test_the_first_ten_lines_are_few() -> None:
    first = next(block for block in blocks({"README.md": written()["README.md"]}, "python"))
    lines = [line for line in first.text.splitlines() if line.strip() and not line.startswith(("import", "from"))]
    assert len(lines) <= 10
