"""One page an indicator."""

from __future__ import annotations

from docs._generate.markdown import block, bullets, code, facts, page, prose, sentence, table
from docs._generate.parameters import arguments, option, options, parameter_table
from stadslab.build.named import BUILDS
from stadslab.core.indicator import Indicator
from stadslab.core.schema import SCHEMAS
from stadslab.lab import catalog

INPUTS = {
    "support": "the reporting units",
    "population": "the people of each reporting unit",
}


def pages() -> dict[str, str]:
    """An overview and a page for each."""
    found = catalog.indicators()
    rows = [(f"[{name}]({name}.md)", i.question, i.unit) for name, i in found.items()]
    overview = page(
        "# Indicators",
        "An indicator is a question about a city with the method that answers it, for every reporting unit.",
        table(("indicator", "question", "unit"), rows),
    )
    return {"indicators/index.md": overview, **{f"indicators/{n}.md": _page(i) for n, i in found.items()}}


def _page(i: Indicator) -> str:
    return page(
        f"# {i.id}",
        f"**{i.question}**",
        prose(i.about),
        facts(_facts(i)),
        "## Ask it",
        block(
            "sh",
            f"stadslab measure demo {i.id} {options(i.params)} --map answer.png".replace("  ", " "),
            f"stadslab compare demo {i.id} my-plan {options(i.params)}".rstrip(),
        ),
        block("python", f'values = lab.measure("demo", "{i.id}"{arguments(i.params)})'),
        "## Parameters",
        f"In Python by these names; on the command line as options, `{option(i.params[0].name)}` for"
        f" `{i.params[0].name}`."
        if i.params
        else "",
        parameter_table(i.params) if i.params else "It has none.",
        "## What it does not see",
        bullets(sentence(spot) for spot in i.blind_spots),
        "## How uncertain it is",
        _uncertainty(i),
        "## Known answers",
        "The grid city is a chessboard of streets whose answers follow from arithmetic. A test holds this indicator to"
        " them.",
        table(
            ("city", "parameters", "at", "answer"),
            [
                (code(k.city), ", ".join(code(f"{n}={v}") for n, v in k.params.items()), k.at, f"{k.value:g} {i.unit}")
                for k in i.known
            ],
        ),
        "## Sources",
        bullets(sentence(c) for c in i.cites),
    )


def _facts(i: Indicator) -> list[tuple[str, str]]:
    better = "more" if i.default_direction == "benefit" else "less"
    told = [
        ("unit", i.unit),
        ("counted as better", f"{better}, until somebody with a goal says otherwise"),
        ("reads", ", ".join(_input(name, i) for name in i.reads)),
    ]
    told += [("adding to an input", _monotone(i))] if i.monotone else []
    return [*told, ("reach of a change", _reach(i)), ("method", f"version {i.method}")]


def _input(name: str, i: Indicator) -> str:
    if name in BUILDS:
        layers = ", ".join(f"[{layer}](../layers.md#{layer})" for layer in BUILDS[name].reads)
        return f"the {BUILDS[name].words}, built from {layers}"
    if name in SCHEMAS:
        return f"[{name}](../layers.md#{name})" + (" (when the city has them)" if name in i.optional else "")
    return INPUTS.get(name, code(name))


def _monotone(i: Indicator) -> str:
    verb = {1: "never lowers the answer", -1: "never raises the answer"}
    return "; ".join(f"more {name} {verb[sign]}" for name, sign in i.monotone.items())


def _reach(i: Indicator) -> str:
    if i.halo_m is None:
        return "a change anywhere in the city may matter"
    defaults = {p.name: p.default for p in i.params if not p.required}
    metres = i.halo_m(**defaults)
    return f"with the usual parameters, changes farther away than {metres:,.0f} m change nothing"


def _uncertainty(i: Indicator) -> str:
    if not i.uncertain:
        return "It states no uncertain parameter, so it is asked once and says so: *uncertainty not stated*."
    told = bullets(
        f"`{name}`: ±{s.relative_sd:.0%} (standard deviation). {sentence(s.source)}" for name, s in i.uncertain.items()
    )
    return page(
        "With `--draws 20` (or any number above 1) these parameters vary from draw to draw, the same way before and"
        " after a change:",
        told,
    )
