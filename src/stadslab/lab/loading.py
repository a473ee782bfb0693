"""From files to stored layers: read, project, check, write, and only then move the city's name to the new version."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stadslab.build import projection
from stadslab.build.wkb import bounds_of
from stadslab.core.city import City
from stadslab.core.errors import InputError, NotFoundError, Problem, raise_errors
from stadslab.core.layer import Layer
from stadslab.core.params import check_params
from stadslab.core.progress import Progress
from stadslab.core.source import Raw, RawFile, Source
from stadslab.lab import catalog
from stadslab.store import manifests

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.lab.lab import Lab
    from stadslab.lab.verbs.load import LoadRequest


@dataclass(frozen=True, slots=True)
class LoadReply:
    """The city after the load, and how each layer fared."""

    city: str
    version: str
    crs: str
    source: str
    layers: tuple[Layer, ...]
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        layers = [{"name": x.name, "rows": x.rows, "digest": x.digest, "stamp": x.stamp.to_json()} for x in self.layers]
        told = {"city": self.city, "version": self.version, "crs": self.crs, "source": self.source, "layers": layers}
        return told | ({"notes": list(self.notes)} if self.notes else {})

    def lines(self) -> list[str]:
        """One line a layer, notes indented below it."""
        found = [f"{self.city}: loaded by {self.source}, working in {self.crs}, version {self.version[:8]}"]
        for layer in self.layers:
            found.append(f"  {layer.name}: {layer.stamp.verdict.sentence()}")
            found += [f"    {note}" for note in layer.stamp.verdict.notes]
        return [*found, *(f"  {note}" for note in self.notes)]


def load_into(lab: Lab, request: LoadRequest, progress: Progress) -> LoadReply:
    """Carry out a load request; raises `InputError` with all problems and leaves the lab as it was."""
    from stadslab.store.names import check_name

    request = replace(request, city=check_name(request.city, "city"))
    _check_files(request.files)
    source = _source(request)
    _check_folders(request.files, source)
    read_params, fetch_params = _split(source, request)
    raw = _raw(lab, source, request, fetch_params, progress)
    if request.projection:
        projection.metric(request.projection)
    before = lab.city(request.city) if request.city in lab.cities() else None
    layers = source.read(raw, before, progress=progress, **read_params)
    if not layers:
        raise InputError(
            Problem(
                ", ".join(f.path.name for f in raw.files),
                f"source {source.id} found nothing to load",
                f"it provides {', '.join(source.provides)}",
            )
        )
    if request.name:
        layers = [_renamed(layers, request.name)]
    crs = crs_for(before, request.projection, layers)
    progress("storing", 0, 1)
    with lab.folder.writing(f"load {request.city}"):  # another process may have loaded meanwhile: add to what is there
        now = lab.city(request.city) if request.city in lab.cities() else City(request.city, crs)
        version = manifests.save_city(lab.folder, now.with_layer(*layers))
    progress("storing", 1, 1)
    return LoadReply(now.name, version, now.crs, source.id, tuple(layers))


def _source(request: LoadRequest) -> Source:
    if request.source:
        return catalog.source(request.source)
    if not request.files:
        raise InputError(
            Problem("load", "neither files nor a source are given", "name files, or a --source that can fetch")
        )
    return catalog.source_for(request.files[0])


def _split(source: Source, request: LoadRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parameters of `read` and of `fetch`; a fetch parameter with files given is a mistake."""
    own = {p.name for p in source.params}
    fetching = not request.files
    known = (
        source.params if not fetching else tuple({p.name: p for p in (*source.params, *source.fetch_params)}.values())
    )
    values = check_params(known, request.params, f"source {source.id}")
    read = {n: v for n, v in values.items() if n in own}
    return read, {n: values[n] for n in (p.name for p in source.fetch_params)} if fetching else {}


def _raw(lab: Lab, source: Source, request: LoadRequest, fetch_params: dict[str, Any], progress: Progress) -> Raw:
    if not request.files:
        if source.fetch is None:
            raise InputError(Problem(f"source {source.id}", "it cannot fetch", "name the files to read"))
        return source.fetch(lab.folder.cache, progress=progress, **fetch_params)
    return Raw(tuple(RawFile(path, sha256_of(path)) for path in request.files))


def _check_files(files: tuple[Path, ...]) -> None:
    problems: list[Problem] = []
    for path in files:
        if not path.exists():
            near = sorted(p.name for p in path.parent.glob(f"*{path.suffix}"))[:5] if path.parent.is_dir() else []
            problems.append(
                Problem(
                    str(path),
                    "there is no such file",
                    f"in that folder: {', '.join(near)}" if near else "check the path",
                )
            )
        elif not (path.is_file() or path.is_dir()):
            problems.append(Problem(str(path), "this is no ordinary file", "name a file on disk"))
    raise_errors(problems, NotFoundError)


def _check_folders(files: tuple[Path, ...], source: Source) -> None:
    if source.folders:
        return
    found = [
        Problem(str(p), "this is a folder", f"name the files in it; {source.id} reads files")
        for p in files
        if p.is_dir()
    ]
    raise_errors(found, NotFoundError)


def sha256_of(path: Path) -> str:
    """Digest of the bytes of a file; of the names and digests of all files in a folder, hidden ones aside."""
    if path.is_dir():
        inside = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
        listed = [[p.relative_to(path).as_posix(), sha256_of(p)] for p in inside]
        return hashlib.sha256(json.dumps(listed).encode()).hexdigest()
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(Problem(str(path), f"cannot be read: {error.strerror or error}", "check the file")) from error


def _renamed(layers: list[Layer], name: str) -> Layer:
    from stadslab.store.names import check_name

    if len(layers) != 1:
        raise InputError(
            Problem(
                "--name",
                f"{len(layers)} layers came out: {', '.join(x.name for x in layers)}",
                "a name can be given to one layer only",
            )
        )
    return replace(layers[0], name=check_name(name, "layer"))


def crs_for(before: City | None, wanted: str, layers: list[Layer]) -> str:
    """The projection a city works in: the one it has, the one wanted, or the UTM zone of its layers."""
    if before is not None:
        if wanted and wanted != before.crs:
            raise InputError(
                Problem(
                    "--projection",
                    f"city {before.name} already works in {before.crs}, not {wanted}",
                    "load into a new city to change it",
                )
            )
        return before.crs
    return projection.metric(wanted) if wanted else projection.utm_for(_corners(layers))


def _corners(layers: list[Layer]) -> NDArray[np.float64]:
    """South-west and north-east corner of everything loaded, float64[k, 2]."""
    boxes = []
    for layer in layers:
        if not layer.schema.geometry:
            continue
        boxes.append(bounds_of(layer.scan("geometry")["geometry"]))  # rows keyed to areas have no shape of their own
    corners = np.array(boxes).reshape(-1, 2)
    return np.asarray(corners[np.isfinite(corners).all(axis=1)], np.float64)
