"""A source: where data comes from, how it is fetched (network) and how it is read (files), kept apart."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stadslab.core.layer import Layer
from stadslab.core.params import Param, params_of


@dataclass(frozen=True, slots=True)
class Box:
    """A box in longitude and latitude, degrees."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class RawFile:
    """One file as it came: path, sha256 of its bytes, and where it was fetched from (empty: given by the user).

    A folder counts as one file for sources that read folders; its digest is that of the names and bytes of its files.
    """

    path: Path
    sha256: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Raw:
    """The files of one load."""

    files: tuple[RawFile, ...]

    @property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        """(file name, sha256) pairs for the stamp."""
        return tuple((f.path.name, f.sha256) for f in self.files)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One sort of data a city can be loaded from.

    read: `read(raw: Raw, city: City | None, *, progress, ...params) -> list[Layer]`: files in, layers out, no network,
    no clock.
    fetch: `fetch(cache: Path, *, progress, ...params) -> Raw`: the only function that reaches a network; None: files
    only.
    suffixes: file endings by which the source may be guessed. provides: layer names it can deliver. folders: a folder
    may be named as if it were a file.
    """

    id: str
    title: str
    licence: str
    attribution: str
    homepage: str
    provides: tuple[str, ...]
    suffixes: tuple[str, ...]
    read: Callable[..., list[Layer]]
    fetch: Callable[..., Raw] | None = None
    sniff: Callable[[Path], bool] | None = None
    about: str = ""
    examples: tuple[str, ...] = field(default_factory=tuple)
    folders: bool = False

    @property
    def params(self) -> tuple[Param, ...]:
        """Keyword parameters of `read`, progress aside."""
        return tuple(p for p in params_of(self.read) if p.name != "progress")

    @property
    def fetch_params(self) -> tuple[Param, ...]:
        """Keyword parameters of `fetch`, progress aside."""
        return () if self.fetch is None else tuple(p for p in params_of(self.fetch) if p.name != "progress")

    def __reduce__(self) -> Any:
        """Travel by name: the file (or package) of `read` holds this object as SOURCE."""
        return _source_of, (self.read.__module__,)


def _source_of(module: str) -> Any:
    """SOURCE of the module, or of the package it lies in."""
    while not hasattr(importlib.import_module(module), "SOURCE"):
        module = module.rpartition(".")[0]
    return importlib.import_module(module).SOURCE
