"""Following a recipe: every step fetched or found, read in order, and the city changed only when all of it is there."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stadslab.build import projection
from stadslab.core.city import City
from stadslab.core.errors import InputError, NotFoundError, Problem, StadslabError, raise_errors
from stadslab.core.kinds import kinds_named
from stadslab.core.layer import Layer
from stadslab.core.params import check_params
from stadslab.core.progress import Progress
from stadslab.core.source import Raw, RawFile
from stadslab.lab import catalog, recipes
from stadslab.lab.loading import LoadReply, crs_for, sha256_of
from stadslab.lab.recipes import Recipe, Step
from stadslab.store import manifests
from stadslab.store.names import check_name

if TYPE_CHECKING:
    from stadslab.lab.lab import Lab
    from stadslab.lab.verbs.load import LoadRequest

DEEPEST = 6  # folders below the one named
SKIPPED = (".lock", ".part", ".new", ".part.json")  # what a fetch leaves beside its files


@dataclass(frozen=True, slots=True)
class Taken:
    """A step and what it is made from: files and how to read them, or (None) what is fetched when its turn comes."""

    step: Step
    source: str
    read: Mapping[str, Any]
    files: tuple[Path, ...] | None
    note: str = ""


def wants_recipe(request: LoadRequest) -> bool:
    """Is this load to follow a recipe? Told so, or the city is called like one and nothing else is named."""
    if request.recipe or request.folder is not None:
        return True
    return not request.files and not request.source and request.city in recipes.names()


def follow(lab: Lab, request: LoadRequest, progress: Progress) -> LoadReply:
    """Load a city by its recipe, from the net or from a folder; the lab is as it was unless every needed step succeeds.

    Raises the error of the step that failed, with the recipe's and the step's name before each complaint; and
    `NotFoundError` that lists all files a folder lacks, with where to get them.
    """
    name = check_name(request.city, "city")
    recipe = recipes.named(request.recipe or name)
    keys = _keys(recipe, request)
    notes: list[str] = []
    taken = _from_net(recipe, notes) if request.folder is None else _from_folder(recipe, request.folder, notes)
    wanted = request.projection or recipe.projection
    if wanted:
        projection.metric(wanted)
    before = lab.city(name) if name in lab.cities() else None
    if before is not None:
        crs_for(before, wanted, [])  # said before anything is fetched
    city = City(name, wanted)
    for done, one in enumerate(taken):
        progress(f"{recipe.name}: {one.step.name}", done, len(taken))
        brought = _loaded(lab, recipe, one, city, keys, notes, progress)
        for layer in brought:
            if layer.name in city:  # what an earlier step told of it would be lost
                notes += _earlier(city[layer.name])
        city = city.with_layer(*brought)
    layers = list(city.layers.values())
    crs = crs_for(before, wanted, layers)
    notes += _told(recipe, city)
    progress("storing", 0, 1)
    with lab.folder.writing(f"load {name}"):
        now = lab.city(name) if name in lab.cities() else City(name, crs)
        version = manifests.save_city(lab.folder, now.with_layer(*layers))
    progress("storing", 1, 1)
    return LoadReply(name, version, now.crs, f"recipe {recipe.name}", tuple(layers), tuple(notes))


def _keys(recipe: Recipe, request: LoadRequest) -> dict[str, Any]:
    """Keys for servers, the only parameters a recipe leaves open."""
    problems = []
    if request.files or request.source or request.name:
        given = [n for n in ("files", "source", "name") if getattr(request, n)]
        what = f"{' and '.join(given)} cannot be given beside a recipe"
        problems.append(Problem("load", what, "files are found in --folder; a recipe names its sources"))
    known = {p.name for p in recipe.secrets}
    hint = "parameters stand in the recipe: write your own and name it with --recipe my.toml"
    problems += [Problem("load", f"unknown parameter {n!r}", hint) for n in request.params if n not in known]
    raise_errors(problems)
    return dict(request.params)


# what each step is made from


def _from_net(recipe: Recipe, notes: list[str]) -> list[Taken]:
    taken, problems = [], []
    for step in recipe.steps:
        if step.fetch is not None:
            taken.append(Taken(step, step.source, step.read, None))
        elif step.optional:
            notes.append(f"{step.name}: left out, it comes from files only{_where(step)}")
        else:
            what = "it comes from files only" + _where(step)
            problems.append(Problem(_place(recipe, step), what, "put the file in a folder and name it with --folder"))
    raise_errors(problems)
    return taken


def _from_folder(recipe: Recipe, folder: Path, notes: list[str]) -> list[Taken]:
    """What lies in the folder for each step, the first of its choices that finds something; all that is missing."""
    if not folder.is_dir():
        raise NotFoundError(Problem(str(folder), "there is no such folder", "name the folder that holds the files"))
    there = _files_below(folder)
    taken, problems = [], []
    for step in recipe.steps:
        one = next((t for choice in step.files if (t := _found(step, choice, folder, there)).files), None)
        looked = " or ".join(pattern for choice in step.files for pattern in choice.find) or "no file"
        if one is not None:
            taken.append(one)
        elif step.optional:
            notes.append(f"{step.name}: left out, there is no {looked}{_where(step)}")
        else:
            what = f"there is no {looked} in {folder} or below"
            problems.append(Problem(_place(recipe, step), what, step.where or "put it there"))
    raise_errors(problems, NotFoundError)
    if not taken:
        raise NotFoundError(Problem(str(folder), f"it holds nothing that {recipe.origin} looks for", "; ".join(notes)))
    for one in taken:
        names = ", ".join(path.relative_to(folder).as_posix() for path in one.files or ())
        notes.append(f"{one.step.name}: {names}")
        notes += [f"{one.step.name}: {one.note}"] if one.note else []
    return taken


def _found(step: Step, choice: recipes.Files, folder: Path, there: list[Path]) -> Taken:
    fits = [
        path
        for path in there
        if any(
            fnmatchcase(path.relative_to(folder).as_posix() if "/" in pattern else path.name, pattern)
            for pattern in choice.find
        )
    ]
    return Taken(step, choice.source, choice.read, tuple(fits), choice.note)


def _files_below(folder: Path) -> list[Path]:
    """Files in the folder and below, in order of their paths; hidden ones and leftovers of a fetch aside."""
    found, level = [], [folder]
    for _ in range(DEEPEST + 1):
        deeper = []
        for place in level:
            try:
                inside = sorted(place.iterdir())
            except OSError:
                continue  # a folder we may not look into
            for path in inside:
                if path.name.startswith("."):
                    continue
                if path.is_dir() and not path.is_symlink():
                    deeper.append(path)
                elif path.is_file() and not path.name.endswith(SKIPPED):
                    found.append(path)
        level = deeper
    return sorted(found)


# one step


def _loaded(
    lab: Lab, recipe: Recipe, one: Taken, city: City, keys: dict[str, Any], notes: list[str], progress: Progress
) -> list[Layer]:
    """What this step brings to the city. A failing step stops the load, or is told of where it may be missing."""
    try:
        source = catalog.source(one.source)
        if one.files is None:
            assert source.fetch is not None
            assert one.step.fetch is not None
            params = {p.name: p for p in source.fetch_params}
            own = {n: v for n, v in keys.items() if n in params and params[n].secret is not None}
            given = check_params(source.fetch_params, {**one.step.fetch, **own}, "fetch")
            raw = source.fetch(lab.folder.cache, progress=progress, **given)
        else:
            raw = Raw(tuple(RawFile(path, sha256_of(path)) for path in one.files))
        read = check_params(source.params, one.read, "read")
        layers: list[Layer] = source.read(raw, city, progress=progress, **read)
        if not layers:
            raise InputError(Problem(", ".join(f.path.name for f in raw.files), "nothing to load was found in it"))
    except StadslabError as error:
        if one.step.optional:
            notes.append(f"{one.step.name}: left out, {'; '.join(str(p) for p in error.problems)}{_where(one.step)}")
            return []
        place = _place(recipe, one.step)
        offline = "from files: --folder DIR" if one.files is None and isinstance(error, OSError) else ""
        raise type(error)(
            *(
                Problem(f"{place}: {p.where}".removesuffix(": "), p.what, "; ".join(h for h in (p.hint, offline) if h))
                for p in error.problems
            )
        ) from error
    return layers


def _earlier(layer: Layer) -> list[str]:
    """What the verdict of a layer said before another step added to it."""
    verdict = layer.stamp.verdict
    return [f"{layer.name}, before: {verdict.sentence()}", *(f"{layer.name}, before: {note}" for note in verdict.notes)]


def _place(recipe: Recipe, step: Step) -> str:
    return f"recipe {recipe.name}, step {step.name}"


def _where(step: Step) -> str:
    return f" ({step.where})" if step.where else ""


# what to ask next


def _told(recipe: Recipe, city: City) -> list[str]:
    """Groups and baskets the recipe speaks of and the city has, and questions to ask first."""
    notes = []
    if recipe.groups:
        known = set(city["people"].scan("dimension")["dimension"].to_pylist()) if "people" in city else set()
        there = [group for group in recipe.groups if group in known]
        gone = [group for group in recipe.groups if group not in known]
        notes += [f"people are told by {', '.join(there)}"] if there else []
        notes += [f"no people by {', '.join(gone)}"] if gone else []
    kinds = city["places"].scan("kind")["kind"].to_pylist() if "places" in city else []
    for name, wanted in recipe.baskets.items():
        counts = {word: sum(kind in kinds_named(word) for kind in kinds) for word in wanted}
        notes.append(f"basket {name}: " + ", ".join(f"{count:,} {word}" for word, count in counts.items()))
    for asked in recipe.questions:
        kind = asked.params.get("kind")
        if isinstance(kind, str) and not set(kinds) & set(kinds_named(kind)):
            continue  # nothing to ask about
        params = " ".join(f"--{n.replace('_', '-')} {shlex.quote(str(v))}" for n, v in asked.params.items())
        notes.append(f"ask next: stadslab measure {city.name} {asked.indicator} {params}".rstrip())
    return notes
