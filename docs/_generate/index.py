"""The first page of the reference, and the order of its pages."""

from __future__ import annotations

from docs._generate.markdown import page, table
from stadslab.lab import catalog


def pages() -> dict[str, str]:
    """The overview, and the list the navigation is made from."""
    rows = [
        ("[Indicators](indicators/index.md)", "questions about a city, with the method that answers them"),
        ("[Edits](edits/index.md)", "changes to a city, of which plans are made"),
        ("[Sources](sources/index.md)", "sorts of data a city can be loaded from"),
        (
            "[Kinds of place](kinds.md)",
            "school, pharmacy, supermarket: which words there are, and which tags they mean",
        ),
        ("[OpenStreetMap tags](osm-tags.md)", "who may use which street; green, water, buildings, barriers"),
        ("[Layers](layers.md)", "the tables of a city, column by column"),
        ("[Answers](answers.md)", "the columns of what comes out, and why a number may be missing"),
        ("[Command line](command-line.md)", "every command and option"),
    ]
    text = page(
        "# Reference",
        "These pages are made from the software itself, so they say what this version does.",
        table(("page", "what is there"), rows),
    )
    return {"index.md": text, "SUMMARY.md": _summary()}


def _summary() -> str:
    lines = ["- [Overview](index.md)"]
    for room, title in (("indicators", "Indicators"), ("edits", "Edits"), ("sources", "Sources")):
        lines += [f"- {title}", f"    - [All {room}]({room}/index.md)"]
        lines += [f"    - [{name}]({room}/{name}.md)" for name in catalog.names(room)]
    lines += ["- [Kinds of place](kinds.md)", "- [OpenStreetMap tags](osm-tags.md)", "- [Layers](layers.md)"]
    return "\n".join([*lines, "- [Answers](answers.md)", "- [Command line](command-line.md)"])
