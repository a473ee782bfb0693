"""A city by recipe: a small TOML file says which sources make up a city, where each file comes from, how it is read.

    name = "my-town"
    title = "My town"
    projection = "EPSG:3006"            # optional: metres to work in; the UTM zone of the data when left out
    groups = ["age"]                    # optional: dimensions of people the town is asked about

    [baskets]                           # optional: kinds of place that belong together
    everyday = ["supermarket", "pharmacy"]

    [[question]]                        # optional: what to ask first
    indicator = "walk_to_nearest"
    params = { kind = "school" }

    [[step]]                            # one source a step, in the order they are loaded
    name = "map"
    source = "osm"
    optional = false                    # optional steps may fail; then a note says so
    where = "an extract of the map"     # told when a file is missing
    fetch = { place = "My town" }       # from the net; left out: files only
    read = { layers = ["streets"] }     # how what was fetched is read
    [[step.files]]                      # from a folder: the first of these that finds something
    find = ["my-town*.osm.pbf"]         # every file in the folder and below that fits one of them
    source = "osm"                      # optional: another source for these files
    read = {}                           # optional: how they are read; as above when left out
    note = "..."                        # optional: what to know about these files

Everything is checked before anything is loaded: keys, sources, and the parameters of each source by its own rules.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

from stadslab.core.errors import InputError, NotFoundError, Problem, StadslabError, raise_errors
from stadslab.core.kinds import kinds_named
from stadslab.core.params import Param, check_params
from stadslab.lab import catalog
from stadslab.store.names import check_name

ENDING = ".toml"


@dataclass(frozen=True, slots=True)
class Files:
    """Files of a step in a folder: patterns of their names, and who reads them how."""

    find: tuple[str, ...]
    source: str
    read: Mapping[str, Any]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One source of a city. fetch: parameters to fetch it with; None when it comes from files only."""

    name: str
    source: str
    optional: bool
    where: str
    fetch: Mapping[str, Any] | None
    read: Mapping[str, Any]
    files: tuple[Files, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question worth asking first."""

    indicator: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recipe:
    """A checked recipe; `origin` is the file it stands in."""

    name: str
    title: str
    about: str
    projection: str
    groups: tuple[str, ...]
    baskets: Mapping[str, tuple[str, ...]]
    questions: tuple[Asked, ...]
    steps: tuple[Step, ...]
    origin: str

    @property
    def secrets(self) -> tuple[Param, ...]:
        """Keys that servers of this recipe want, which no file holds."""
        found = {
            p.name: p
            for step in self.steps
            if step.fetch is not None
            for p in catalog.source(step.source).fetch_params
            if p.secret is not None and p.secret.beside in step.fetch
        }
        return tuple(found.values())


def names() -> list[str]:
    """Names of the recipes that come with the software."""
    return sorted(f.name.removesuffix(ENDING) for f in _shelf().iterdir() if f.name.endswith(ENDING))


def named(name: str) -> Recipe:
    """The recipe of that name, or the one in the file of that name (ending in .toml); raises `NotFoundError`."""
    if name.endswith(ENDING) or "/" in name:
        return from_file(Path(name))
    if name not in names():
        near = difflib.get_close_matches(name, names(), n=1)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(names())}; or name a file ending in .toml"
        raise NotFoundError(Problem("recipe", f"no recipe is called {name!r}", hint))
    return from_text((_shelf() / f"{name}{ENDING}").read_text(encoding="utf-8"), f"{name}{ENDING}", Path())


def from_file(path: Path) -> Recipe:
    """The recipe in a file; paths in it are meant from its folder."""
    if not path.is_file():
        raise NotFoundError(Problem(str(path), "there is no such recipe", f"known: {', '.join(names())}"))
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(Problem(str(path), f"cannot be read as text: {error}", "save it as UTF-8")) from None
    return from_text(text, path.name, path.parent)


def from_text(text: str, where: str, folder: Path) -> Recipe:
    """The recipe this text tells. Raises `InputError` with every problem, each with file, step and key."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(Problem(where, f"this is no TOML: {error}", "see the example in lab/recipes.py")) from None
    problems: list[Problem] = []
    top = _Keys(told, where, problems)
    name, title = top.text("name"), top.text("title")
    about, projection = top.text("about", ""), top.text("projection", "")
    groups = top.texts("groups", ())
    baskets = _baskets(top.table("baskets", {}), where, problems)
    questions = tuple(_question(one, f"{where}, question {n}", problems) for n, one in top.tables("question"))
    steps = tuple(_step(one, f"{where}, step {n}", folder, problems) for n, one in top.tables("step"))
    top.done()
    if not steps and not problems:
        problems.append(Problem(where, "it has no step", "write at least one [[step]] with a source"))
    twice = sorted({s.name for s in steps if sum(t.name == s.name for t in steps) > 1})
    problems += [Problem(where, f"two steps are called {one!r}", "names must differ") for one in twice]
    _asks(problems, where, partial(check_name, name, "city"))
    if projection:
        from stadslab.build.projection import metric

        _asks(problems, f"{where}, projection", partial(metric, projection))
    raise_errors(problems)
    return Recipe(name, title, about, projection, groups, baskets, questions, steps, where)


def _shelf() -> Any:
    return resources.files("stadslab") / "recipes"


def _step(told: dict[str, Any], where: str, folder: Path, problems: list[Problem]) -> Step:
    keys = _Keys(told, where, problems)
    name = keys.text("name")
    if name:
        where = keys.where = f"{where} ({name})"
    source, optional = keys.text("source"), keys.flag("optional", default=False)
    about = keys.text("where", "")
    fetching = keys.table("fetch", None)
    read = _checked(source, keys.table("read", {}), f"{where}, read", folder, problems, fetch=False)
    if fetching is not None:
        fetching = _checked(source, fetching, f"{where}, fetch", folder, problems, fetch=True)
    files = tuple(
        _files(one, f"{where}, files {n}", (source, read), folder, problems) for n, one in keys.tables("files")
    )
    keys.done()
    if fetching is None and not files:
        problems.append(Problem(where, "it says neither how to fetch nor which files to look for", "write one of them"))
    return Step(name, source, optional, about, fetching, read, files)


def _files(
    told: dict[str, Any], where: str, usual: tuple[str, Mapping[str, Any]], folder: Path, problems: list[Problem]
) -> Files:
    keys = _Keys(told, where, problems)
    find = keys.texts("find")
    source = keys.text("source", usual[0])
    given = keys.table("read", None)
    if given is None and source != usual[0]:
        given = {}
    read = usual[1] if given is None else _checked(source, given, f"{where}, read", folder, problems, fetch=False)
    note = keys.text("note", "")
    keys.done()
    if not all(find):
        problems.append(Problem(f"{where}, find", "it names no file", 'such as find = ["*.osm.pbf"]'))
    return Files(find, source, read, note)


def _checked(
    source: str, given: Mapping[str, Any], where: str, folder: Path, problems: list[Problem], *, fetch: bool
) -> Mapping[str, Any]:
    """The parameters as given, once the source has nothing against them; paths are meant from the recipe's folder."""
    if not source:
        return given  # told already
    try:
        found = catalog.source(source)
    except StadslabError as error:
        problems += [Problem(where, p.what, p.hint) for p in error.problems]
        return given
    if fetch and found.fetch is None:
        problems.append(Problem(where, f"source {source} cannot fetch", "name the files to look for"))
        return given
    params = found.fetch_params if fetch else found.params
    secret = [p.name for p in params if p.secret is not None and p.name in given]
    problems += [Problem(f"{where}, {n}", "a key does not belong into a file", "leave it out") for n in secret]
    _asks(problems, where, partial(check_params, params, given, where))
    paths = {p.name for p in params if p.type is Path}
    return {name: folder / value if name in paths else value for name, value in given.items()}


def _question(told: dict[str, Any], where: str, problems: list[Problem]) -> Asked:
    keys = _Keys(told, where, problems)
    indicator, params = keys.text("indicator"), keys.table("params", {})
    keys.done()
    if indicator:

        def check() -> None:
            check_params(catalog.indicator(indicator).params, params, where)

        _asks(problems, where, check)
    return Asked(indicator, params)


def _baskets(told: Mapping[str, Any], where: str, problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    keys = _Keys(dict(told), f"{where}, baskets", problems)
    found = {name: keys.texts(name) for name in told}
    for name, kinds in found.items():
        for kind in kinds:
            _asks(problems, where, partial(kinds_named, kind, f"{where}, baskets, {name}"))
    return found


def _asks(problems: list[Problem], where: str, check: Any) -> None:
    """Collect what a check complains about."""
    try:
        check()
    except StadslabError as error:
        problems += [p if p.where else Problem(where, p.what, p.hint) for p in error.problems]


class _Keys:
    """The keys of one table of the file, each taken once; what is left over nobody knows."""

    def __init__(self, told: dict[str, Any], where: str, problems: list[Problem]) -> None:
        self.told = told
        self.where = where
        self.problems = problems
        self.known: list[str] = []

    def take(self, key: str, kind: type, word: str, default: Any) -> Any:
        """The value of a key; the default when it is left out, and a complaint when there is none."""
        self.known.append(key)
        if key not in self.told:
            if default is Ellipsis:
                self.problems.append(Problem(self.where, f"key {key!r} is missing", f"give {word}"))
                return kind()
            return default
        value = self.told[key]
        if not isinstance(value, kind):
            self.problems.append(Problem(f"{self.where}, {key}", f"{value!r} is not {word}", f"give {word}"))
            return kind() if default is Ellipsis else default
        return value

    def text(self, key: str, default: Any = ...) -> str:
        """A text, not blank when it is needed."""
        value: str = self.take(key, str, "text", default)
        if default is Ellipsis and key in self.told and value == "":
            self.problems.append(Problem(f"{self.where}, {key}", "it is blank", "give text"))
        return value

    def texts(self, key: str, default: Any = ...) -> tuple[str, ...]:
        """A list of texts."""
        value = self.take(key, list, "a list of texts", list(default) if default is not Ellipsis else default)
        if not all(isinstance(one, str) for one in value) or (default is Ellipsis and key in self.told and not value):
            self.problems.append(Problem(f"{self.where}, {key}", f"{value!r} is not a list of texts", 'such as ["a"]'))
            return ()
        return tuple(value)

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        return bool(self.take(key, bool, "true or false", default))

    def table(self, key: str, default: Any) -> Any:
        """A table of keys and values."""
        return self.take(key, dict, "a table", default)

    def tables(self, key: str) -> list[tuple[int, dict[str, Any]]]:
        """Tables under one heading, numbered from one."""
        value = self.take(key, list, f"tables, each under [[{key}]]", [])
        if not all(isinstance(one, dict) for one in value):
            self.problems.append(Problem(f"{self.where}, {key}", "it is no list of tables", f"write [[{key}]]"))
            return []
        return list(enumerate(value, 1))

    def done(self) -> None:
        """Complain about keys nobody knows."""
        for key in self.told:
            if key not in self.known:
                near = difflib.get_close_matches(key, self.known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(self.known)}"
                self.problems.append(Problem(self.where, f"unknown key {key!r}", hint))
