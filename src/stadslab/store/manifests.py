"""Cities on disk: a name is a movable reference, a version an immutable manifest of layers named by its digest."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

from stadslab.core import digest as digests
from stadslab.core.city import City
from stadslab.core.errors import InputError, NotFoundError, Problem, StoreError
from stadslab.core.layer import Layer, Stamp
from stadslab.core.schema import SCHEMAS
from stadslab.store.disk import explained
from stadslab.store.folder import FORMAT, LabFolder, check_format
from stadslab.store.jsonfile import read_json
from stadslab.store.names import check_name
from stadslab.store.objects import ParquetHandle, object_path, write_layer

_CITY_REMEDY = "load the city again; its older versions lie in cities/versions"
_VERSION_REMEDY = "show an older version (city@version), or load the city again"
_MANIFEST = {"format": int, "city": str, "crs": str, "layers": dict}
_ENTRY = {"sort": str, "digest": str, "rows": int, "stamp": dict}


def save_city(folder: LabFolder, city: City) -> str:
    """Keep this version of a city and let its name point to it; returns the version's digest.

    Layers first, then the manifest, then the name: whatever stops it, the name points to a whole version. Hold
    `folder.writing(...)` around load, change and save when others may write to the same city.
    """
    name = check_name(city.name, "city")
    manifest = _manifest_of(city)
    version = digests.of_json(manifest)
    with folder.writing(f"saving city {name}"):
        history = _history(folder, name) if _ref(folder, name).exists() else []
        for layer in city.layers.values():
            write_layer(folder, layer)
        folder.write_json(_version_path(folder, version), manifest)
        if not history or history[-1] != version:
            ref = {"format": FORMAT, "name": name, "history": [*history, version]}
            folder.write_json(_ref(folder, name), ref)
    return version


def load_city(folder: LabFolder, name: str) -> City:
    """The city of this name as it is now, or an earlier version as `name@start-of-digest`. Rows are read when needed.

    Raises `NotFoundError` that lists what there is, `InputError` for a start that fits several versions,
    `StoreError` for damaged or newer files.
    """
    plain, _, start = name.partition("@")
    plain = check_name(plain, "city")
    versions = history(folder, plain)
    version = _version_named(plain, start, versions) if "@" in name else versions[-1]
    manifest = read_version(folder, version)
    layers = {key: _layer(folder, key, entry) for key, entry in manifest["layers"].items()}
    return City(plain, manifest["crs"], layers)


def list_cities(folder: LabFolder) -> list[str]:
    """Names of the cities in the lab, sorted."""
    return sorted(path.stem for path in folder.cities.glob("*.json") if not path.name.startswith("."))


def history(folder: LabFolder, name: str) -> list[str]:
    """Digests of every version of a city, oldest first; the last is the one its name means. Raises `NotFoundError`."""
    plain = check_name(name, "city")
    if not _ref(folder, plain).exists():
        have = ", ".join(list_cities(folder)) or "no cities yet"
        raise NotFoundError(Problem(str(folder.path), f"there is no city {plain!r}", f"it has: {have}"))
    return _history(folder, plain)


def remove_city(folder: LabFolder, name: str) -> None:
    """Take a city, its versions and the rows no other city uses out of the lab; its scenarios stay.

    A damaged manifest elsewhere keeps all rows: nobody can tell any more which are used. Raises `NotFoundError`.
    """
    plain = check_name(name, "city")
    with folder.writing(f"removing city {plain}"):
        versions = set(history(folder, plain))  # a version says its city, so no two cities share one
        with explained(_ref(folder, plain)):
            _ref(folder, plain).unlink()
            for version in versions:
                _version_path(folder, version).unlink(missing_ok=True)
            _remove_unused(folder)


def read_version(folder: LabFolder, version: str) -> dict[str, Any]:
    """The manifest of one version, checked. Raises `StoreError` for a missing, damaged or newer one."""
    path = _version_path(folder, version)
    value = read_json(path, _VERSION_REMEDY)
    where = str(path)
    if isinstance(value, dict):
        check_format(value.get("format"), where)
    if digests.of_json(value) != version:
        raise StoreError(Problem(where, "is damaged or was edited: its digest is another", _VERSION_REMEDY))
    problems = _shape_problems(value, _MANIFEST, where)
    if not problems:
        for name, entry in value["layers"].items():
            problems += _shape_problems(entry, _ENTRY, f"{where}, layer {name}")
    if problems:
        raise StoreError(*problems)
    return dict(value)


def _manifest_of(city: City) -> dict[str, Any]:
    layers = {
        name: {"sort": layer.schema.name, "digest": layer.digest, "rows": layer.rows, "stamp": layer.stamp.to_json()}
        for name, layer in sorted(city.layers.items())
    }
    return {"format": FORMAT, "city": city.name, "crs": city.crs, "layers": layers}


def _layer(folder: LabFolder, name: str, entry: dict[str, Any]) -> Layer:
    where = f"{folder.path}, layer {name}"
    if entry["sort"] not in SCHEMAS:
        hint = "upgrade stadslab, or load the layer again"
        raise StoreError(Problem(where, f"sort {entry['sort']!r} is not known", hint))
    try:
        stamp = Stamp.from_json(entry["stamp"])
    except (TypeError, KeyError, ValueError) as error:
        raise StoreError(Problem(where, f"its stamp cannot be read: {error}", "load the layer again")) from error
    handle = ParquetHandle(object_path(folder, entry["digest"]), entry["digest"])
    return Layer(name, SCHEMAS[entry["sort"]], handle, entry["digest"], stamp, entry["rows"])


def _history(folder: LabFolder, name: str) -> list[str]:
    path = _ref(folder, name)
    value = read_json(path, _CITY_REMEDY)
    if isinstance(value, dict):
        check_format(value.get("format"), str(path))
    problems = _shape_problems(value, {"format": int, "name": str, "history": list}, str(path))
    if not problems and not (value["history"] and all(_is_digest(v) for v in value["history"])):
        problems.append(Problem(str(path), "'history' must list digests of versions, the newest last", _CITY_REMEDY))
    if problems:
        raise StoreError(*problems)
    return list(value["history"])


def _version_named(name: str, start: str, versions: list[str]) -> str:
    known = list(dict.fromkeys(reversed(versions)))  # newest first
    fits = [version for version in known if start and version.startswith(start.lower())]
    listed = ", ".join(version[:8] for version in known[:10])
    if not fits:
        raise NotFoundError(Problem(f"city {name}", f"there is no version {start!r}", f"newest first: {listed}"))
    if len(fits) > 1:
        few = ", ".join(version[:12] for version in fits[:10])
        raise InputError(Problem(f"city {name}", f"{len(fits)} versions start with {start!r}", f"write more of: {few}"))
    return fits[0]


def _shape_problems(value: Any, shape: dict[str, type], where: str) -> list[Problem]:
    if not isinstance(value, dict):
        return [Problem(where, f"must be a JSON object, not {type(value).__name__}", _CITY_REMEDY)]
    missing = [Problem(where, f"key {key!r} is missing", _CITY_REMEDY) for key in shape if key not in value]
    known = f"known: {', '.join(shape)}"
    strange = [Problem(where, f"unknown key {key!r}", known) for key in value if key not in shape]
    wrong = [
        Problem(where, f"{key!r} must be {kind.__name__}, not {value[key]!r}", _CITY_REMEDY)
        for key, kind in shape.items()
        if key in value and type(value[key]) is not kind
    ]
    return missing + strange + wrong


def _remove_unused(folder: LabFolder) -> None:
    used: set[str] = set()
    for path in folder.versions.glob("*.json"):
        try:
            used |= {entry["digest"] for entry in read_version(folder, path.stem)["layers"].values()}
        except StoreError:
            return
    for path in folder.objects.glob("*.parquet"):
        if path.stem not in used:
            path.unlink(missing_ok=True)


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and len(value) == digests.LENGTH and set(value) <= set(string.hexdigits.lower())


def _ref(folder: LabFolder, name: str) -> Path:
    return folder.cities / f"{name}.json"


def _version_path(folder: LabFolder, version: str) -> Path:
    return folder.versions / f"{version}.json"
