"""Links lead somewhere, pictures are there, and every page is on the way."""

from __future__ import annotations

import posixpath
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.docs.pages import DOCS, LINK, anchors, generated, written


def every_page(repository: Path) -> dict[str, str]:
    others = [*DOCS.glob("*.md"), *(DOCS / "decisions").glob("*.md")]
    texts = {path.relative_to(repository).as_posix(): path.read_text(encoding="utf-8") for path in others}
    return {**texts, **written(), **generated()}


def test_links_resolve(repository: Path) -> None:
    pages, broken = every_page(repository), []
    for page, text in pages.items():
        for _, _, target in LINK.findall(text):
            if "://" in target:
                continue
            path, _, anchor = target.partition("#")
            full = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
            if full not in pages and not (repository / full).is_file():
                broken.append(f"{page}: {target}")
            elif anchor and anchor not in anchors(pages.get(full, "")):
                broken.append(f"{page}: {target}: no such heading")
    assert not broken, "\n" + "\n".join(broken)


def test_pictures_are_described_and_small() -> None:
    pictures = [found for text in written().values() for found in LINK.findall(text) if found[0]]
    assert pictures
    assert all(len(words) > 20 for _, words, _ in pictures), "say in words what a picture shows"
    makers = (DOCS / "make_examples.py", DOCS.parent / "tests/browser/test_pictures.py")
    made = "".join(path.read_text(encoding="utf-8") for path in makers)
    for path in (DOCS / "images").iterdir():
        assert path.stat().st_size < {".png": 300_000, ".webp": 600_000}[path.suffix], path.name
        assert path.name in made, "a script makes every picture"


def leaves(items: Any) -> list[str]:
    if isinstance(items, str):
        return [items]
    values = items.values() if isinstance(items, dict) else items
    return [leaf for value in values for leaf in leaves(value)]


def test_the_navigation_names_every_page_there_is(repository: Path) -> None:
    told = leaves(tomllib.loads((repository / "zensical.toml").read_text(encoding="utf-8"))["project"]["nav"])
    pages = {path.removeprefix("docs/") for path in every_page(repository) if path.startswith("docs/")}
    assert not [t for t in told if not t.endswith("/") and t not in pages]
    folders = tuple(t for t in told if t.endswith("/"))
    assert not [p for p in pages if p not in told and not p.startswith(folders)]


def test_the_order_of_the_reference_names_every_page_of_it() -> None:
    summary = generated()["docs/reference/SUMMARY.md"]
    told = {target for _, _, target in LINK.findall(summary)}
    assert told == {path.removeprefix("docs/reference/") for path in generated()} - {"SUMMARY.md"}


@pytest.mark.parametrize("page", [page for page in written() if page.startswith("docs/guide/")])
def test_the_guide_is_listed_on_its_first_page(page: str) -> None:
    name = page.rpartition("/")[2]
    assert name == "index.md" or f"({name})" in written()["docs/guide/index.md"]
