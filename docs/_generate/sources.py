"""One page a source."""

from __future__ import annotations

from docs._generate.markdown import block, codes, facts, page, prose, sentence, table
from docs._generate.parameters import parameter_table
from stadslab.core.source import Source
from stadslab.lab import catalog

MORE = {
    "osm": "Which tags become what stands on two pages of their own: [kinds of place](../kinds.md), and [streets,"
    " green, water, buildings and barriers](../osm-tags.md)."
}


def pages() -> dict[str, str]:
    """An overview and a page for each."""
    found = catalog.sources()
    rows = [(f"[{name}]({name}.md)", s.title, _layers(s), "yes" if s.fetch else "no") for name, s in found.items()]
    overview = page(
        "# Sources",
        "A source reads one sort of data into layers of a city, and says what it kept and dropped.",
        table(("source", "what it is", "gives the layers", "can fetch by itself"), rows),
    )
    return {"sources/index.md": overview, **{f"sources/{name}.md": _page(s) for name, s in found.items()}}


def _page(s: Source) -> str:
    told = [
        ("gives the layers", _layers(s)),
        ("files it reads", (codes(s.suffixes) or "those it makes itself") + (" and folders" if s.folders else "")),
        ("licence of the data", s.licence),
        ("to be named as", s.attribution or "as the publisher says; give it with the load"),
    ]
    told += [("more about it", f"<{s.homepage}>")] if s.homepage else []
    return page(
        f"# {s.id}",
        f"**{sentence(s.title)}** {s.about}",
        facts(told),
        block("sh", *s.examples) if s.examples else "",
        MORE.get(s.id, ""),
        "## What it does",
        prose(s.read.__doc__),
        "## Parameters",
        parameter_table(s.params) if s.params else "It has none.",
        *_fetching(s),
    )


def _fetching(s: Source) -> tuple[str, ...]:
    if s.fetch is None:
        return "## Fetching", "It reads files only: get them from their publisher, then load them."
    own = {p.name for p in s.params}
    extra = [p for p in s.fetch_params if p.name not in own]
    return (
        "## Fetching",
        "Where no file is named, the source gets its data by itself.",
        prose(s.fetch.__doc__),
        parameter_table(extra) if extra else "",
    )


def _layers(s: Source) -> str:
    return ", ".join(f"[{name}](../layers.md#{name})" for name in s.provides)
