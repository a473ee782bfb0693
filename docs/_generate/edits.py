"""One page an edit."""

from __future__ import annotations

import json

from docs._generate.markdown import block, page, prose, table
from docs._generate.parameters import options, parameter_table, shown
from stadslab.core.edit import Edit
from stadslab.lab import catalog


def pages() -> dict[str, str]:
    """An overview and a page for each."""
    found = catalog.edits()
    rows = [(f"[{name}]({name}.md)", e.question, _layers(e)) for name, e in found.items()]
    overview = page(
        "# Edits",
        "An edit is one change to a city. A plan is a list of them; [the guide](../../guide/change-the-street.md) shows"
        " how to write one.",
        table(("edit", "question", "changes the layer"), rows),
    )
    return {"edits/index.md": overview, **{f"edits/{name}.md": _page(e) for name, e in found.items()}}


def _page(e: type[Edit]) -> str:
    made = e(**shown(e.params()))
    fields = {"kind": e.kind, **{n: v for n, v in made.to_json().items() if n in shown(e.params())}}
    return page(
        f"# {e.kind}",
        f"**{e.question}**",
        prose(e.__doc__),
        f"It changes the layer {_layers(e)}.",
        "## Make it",
        block("sh", f"stadslab edit demo my-plan {e.kind} {options(e.params())}"),
        "In a scenario file:",
        block("json", json.dumps(fields, ensure_ascii=False)),
        "Read aloud without a city, that is:",
        f"> {made.sentence()}",
        "With a city at hand, names of streets and places stand instead of ids and coordinates.",
        "## Fields",
        parameter_table(e.params()),
    )


def _layers(e: type[Edit]) -> str:
    return ", ".join(f"[{name}](../layers.md#{name})" for name in e.touches)
