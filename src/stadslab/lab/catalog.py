"""What is there to ask, load and change? Found by file name, on request; nothing registers itself.

A plugin package offers its own by entry points in the groups `stadslab.indicators`, `stadslab.sources` and
`stadslab.edits`.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.metadata
import inspect
import pkgutil
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stadslab.core.errors import InputError, NotFoundError, Problem

if TYPE_CHECKING:  # names are asked for by help texts, which load no tables
    from stadslab.core.edit import Edit
    from stadslab.core.indicator import Indicator
    from stadslab.core.source import Source


def names(room: str) -> list[str]:
    """Names of the files in `indicators`, `sources` or `edits` (and of plugins), without importing any of them."""
    package = importlib.import_module(f"stadslab.{room}")
    found = [m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_")]
    return sorted({*found, *(e.name for e in _plugged(room, tuple(sys.path)))})


@cache
def indicator(name: str) -> Indicator:
    """The indicator of that name; raises `NotFoundError` with the nearest names."""
    found: Indicator = getattr(_module("indicators", name, "indicator"), _word(name))
    return found


@cache
def source(name: str) -> Source:
    """The source of that name; raises `NotFoundError` with the nearest names."""
    found: Source = _module("sources", name, "source").SOURCE
    return found


@cache
def edit(name: str) -> type[Edit]:
    """The edit class of that name; raises `NotFoundError` with the nearest names."""
    from stadslab.core.edit import Edit

    module = _module("edits", name, "edit")
    own = [
        c
        for _, c in inspect.getmembers(module, inspect.isclass)
        if issubclass(c, Edit) and c.__module__ == module.__name__
    ]
    return next(c for c in own if c.kind == _word(name))


def indicators() -> dict[str, Indicator]:
    """Every indicator by name."""
    return {name: indicator(name) for name in names("indicators")}


def sources() -> dict[str, Source]:
    """Every source by name."""
    return {name: source(name) for name in names("sources")}


def edits() -> dict[str, type[Edit]]:
    """Every kind of edit by name."""
    return {name: edit(name) for name in names("edits")}


def source_for(path: Path) -> Source:
    """Which source reads this file or folder? By its ending, then by looking inside.

    Raises `InputError` with what could be.
    """
    if path.is_dir():
        return _source_for_folder(path)
    name = path.name.lower()
    by_ending = [s for s in sources().values() if any(name.endswith(suffix) for suffix in s.suffixes)]
    sure = [s for s in by_ending if s.sniff is not None and path.exists() and s.sniff(path)]
    candidates = sure or ([s for s in by_ending if s.sniff is None] if len(by_ending) > 1 else by_ending)
    if len(candidates) == 1:
        return candidates[0]
    could = ", ".join(s.id for s in by_ending or sources().values())
    raise InputError(Problem(str(path), "cannot tell what sort of data this is", f"say --source, one of: {could}"))


def _source_for_folder(path: Path) -> Source:
    could = [s for s in sources().values() if s.folders]
    sure = [s for s in could if s.sniff is not None and s.sniff(path)]
    if len(sure) == 1:
        return sure[0]
    listed = ", ".join(s.id for s in could)
    raise InputError(Problem(str(path), "this is a folder", f"name the files in it, or say --source: {listed}"))


@cache
def _plugged(room: str, path: tuple[str, ...]) -> tuple[importlib.metadata.EntryPoint, ...]:  # noqa: ARG001 (the key)
    """What plugins offer; asking again would read a file of every package in reach."""
    return tuple(importlib.metadata.entry_points(group=f"stadslab.{room}"))


def _word(name: str) -> str:
    return name.replace("-", "_")


def _module(room: str, name: str, what: str) -> Any:
    word = _word(name)
    known = names(room)
    if word not in known:
        near = difflib.get_close_matches(word, known, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(known)}"
        raise NotFoundError(Problem("", f"no {what} is called {name!r}", hint))
    for entry in _plugged(room, tuple(sys.path)):
        if entry.name == word:
            return importlib.import_module(entry.module)
    return importlib.import_module(f"stadslab.{room}.{word}")
