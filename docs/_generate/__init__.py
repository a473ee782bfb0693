"""The reference pages, made from the objects themselves: what the software knows of itself is written down once."""

from __future__ import annotations

from docs._generate import answers, commands, edits, index, indicators, kinds, layers, osm_tags, sources

MAKERS = (index, indicators, sources, edits, kinds, osm_tags, layers, answers, commands)


def pages() -> dict[str, str]:
    """Every page of the reference: path below `docs/reference` to its text. The same on every run."""
    found: dict[str, str] = {}
    for maker in MAKERS:
        for path, text in maker.pages().items():
            assert path not in found, f"two makers write {path}"
            found[path] = text.rstrip("\n") + "\n"
    return {path: found[path] for path in sorted(found)}
