"""Verbs as faces see them: in order, from whichever room they live in, with requests made from loose values."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stadslab.core.errors import InputError, NotFoundError, Problem, raise_errors
from stadslab.core.params import Param, check_params
from stadslab.core.progress import Progress, silent

if TYPE_CHECKING:
    from stadslab.lab.verbs.verb import Verb

# verb -> the module that has it
HOMES = {
    "load": "stadslab.lab.verbs.load",
    "list": "stadslab.lab.verbs.listing",
    "show": "stadslab.lab.verbs.show",
    "find": "stadslab.lab.verbs.find",
    "measure": "stadslab.lab.verbs.measure",
    "count": "stadslab.lab.verbs.count",
    "edit": "stadslab.lab.verbs.edit",
    "compare": "stadslab.lab.verbs.compare",
    "journey": "stadslab.lab.verbs.journey",
    "equity": "stadslab.lab.verbs.equity",
    "brief": "stadslab.brief.verb_brief",
    "verify": "stadslab.brief.verb_verify",
}
NAMES = tuple(HOMES)


def verb(name: str) -> Verb:
    """The verb of that name."""
    found: Verb = import_module(HOMES[name]).VERB
    return found


def request(verb: Verb, fields: Mapping[str, Any], params: Mapping[str, Any]) -> Any:
    """A checked request; raises `InputError` with all problems of its fields at once."""
    values = check_params(verb.params, fields, verb.name)
    if verb.opens:
        return verb.request(**values, params=dict(params))
    if params:
        raise InputError(*(Problem(verb.name, f"unknown parameter {name!r}") for name in params))
    return verb.request(**values)


def opened(verb: Verb, args: list[str]) -> tuple[str, tuple[Param, ...]] | None:
    """What these words open (an indicator, edit or source) and its parameters; None when they name nothing."""
    from stadslab.lab import catalog

    words = [a for a in args if not a.startswith("-")]
    if verb.opens == "source":
        return _opened_source(args, words)
    room = "edits" if verb.opens == "kind" else "indicators"
    known = catalog.names(room)
    at = verb.positional.index(verb.opens)
    name = next((w.replace("-", "_") for w in words[at:] if w.replace("-", "_") in known), None)
    if name is None:
        return None
    if room == "edits":
        return catalog.edit(name).question, catalog.edit(name).params()
    return catalog.indicator(name).question, catalog.indicator(name).params


def misnamed(verb: Verb, words: list[str]) -> None:
    """Raise what is wrong with the name of what these words should open; nothing when they name nothing."""
    from stadslab.lab import catalog

    if verb.opens == "source":
        missing = [w for w in words[1:] if not Path(w).exists()]
        raise_errors([Problem(w, "there is no such file", "check the path") for w in missing], NotFoundError)
        if len(words) > 1:
            catalog.source_for(Path(words[1]))
        return
    at = verb.positional.index(verb.opens)
    if len(words) > at:
        (catalog.edit if verb.opens == "kind" else catalog.indicator)(words[at])


def unopened(verb: Verb) -> str:
    """What to name so that its options are known, for the complaint about an option."""
    from stadslab.lab import catalog

    room = _room(verb)
    how = "with --source, or name a file that is there" if verb.opens == "source" else "by its name"
    return f"It may belong to one of the {room}: say which {how} ({', '.join(catalog.names(room))})."


def openable(verb: Verb) -> str:
    """What the verb can open, for the end of its help."""
    from stadslab.lab import catalog

    room = _room(verb)
    names = catalog.names(room)
    return f"\b\n{room.capitalize()} (name one to see its own options):\n" + "\n".join(f"  {n}" for n in names)


def _room(verb: Verb) -> str:
    return {"source": "sources", "kind": "edits"}.get(verb.opens, "indicators")


def _opened_source(args: list[str], words: list[str]) -> tuple[str, tuple[Param, ...]] | None:
    from stadslab.lab import catalog

    for at, word in enumerate(args):
        if word == "--source" and at + 1 < len(args):
            found = catalog.source(args[at + 1])
            break
        if word.startswith("--source="):
            found = catalog.source(word.partition("=")[2])
            break
    else:
        told = _value_of("--recipe", args)
        files = [Path(w) for w in words if Path(w).is_file()]
        values = {value for option, value in pairwise(args) if option.startswith("--")}
        # the first word names the city, and what follows an option is no folder to load
        files = files or [Path(w) for w in words[1:] if w not in values and Path(w).is_dir()]
        if told or _value_of("--folder", args) or not files:
            return _recipe(told or (words[0] if words else ""))
        found = catalog.source_for(files[0])
    params = {p.name: p for p in (*found.params, *found.fetch_params)}
    return found.title, tuple(params.values())


def _recipe(name: str) -> tuple[str, tuple[Param, ...]] | None:
    """A recipe's title and the keys its servers want; None when no recipe is called so."""
    from stadslab.lab import recipes

    if not name.endswith(recipes.ENDING) and name not in recipes.names():
        return None
    found = recipes.named(name)
    return found.title, tuple(replace(p, secret=replace(p.secret, beside="")) for p in found.secrets if p.secret)


def _value_of(option: str, args: list[str]) -> str:
    """What is given for this option, empty when it is not."""
    joined = next((a.partition("=")[2] for a in args if a.startswith(f"{option}=")), "")
    return next((b for a, b in pairwise(args) if a == option), joined)


@contextmanager
def watching(quiet: bool) -> Iterator[Progress]:
    """Progress on standard error: a bar on a terminal, a line a stage elsewhere, nothing when quiet."""
    if quiet:
        yield silent
    elif sys.stderr.isatty():
        yield from _bars()
    else:
        yield _stages()


def _bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[part]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                for task in tasks.values():
                    bars.update(task, visible=False)
                tasks[stage] = bars.add_task(stage, total=total or None, part="")
            bars.update(
                tasks[stage],
                completed=done,
                total=total or None,
                part=f"{done:,}/{total:,}" if total > 1 else "",
                visible=done < total or not total,
            )

        yield report


def _stages() -> Progress:
    said: set[str] = set()

    def report(stage: str, done: int, total: int) -> None:  # noqa: ARG001  (a line a stage, whatever its length)
        if stage not in said:
            said.add(stage)
            print(f"{stage} ...", file=sys.stderr, flush=True)

    return report
