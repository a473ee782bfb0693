"""Scenarios on disk: the JSON text a person wrote or a scenario gave, kept per city."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stadslab.core import digest as digests
from stadslab.core.errors import ConflictError, InputError, NotFoundError, Problem, StoreError
from stadslab.core.said import Said
from stadslab.store.disk import explained
from stadslab.store.folder import LabFolder
from stadslab.store.jsonfile import parse_json, read_json
from stadslab.store.names import check_name

_REMEDY = "correct it, or save the scenario again"


NEW = ""  # the tag of a scenario that is not there


def save_scenario(folder: LabFolder, city: str, name: str, text: str, instead_of: str | None = None) -> Path:
    """Keep the text of a scenario under this name; returns its file. `InputError`: not JSON.

    instead_of: tag of the text it replaces (`NEW`: of none), so that nobody's work is lost; None: of any. Raises
    `ConflictError` when another text is there.
    """
    path = _path(folder, city, name)
    parse_json(text, f"scenario {name}", _REMEDY)
    with folder.writing(f"saving scenario {name} of {city}"):
        _check_tag(path, city, name, instead_of)
        folder.write_text(path, text)
    return path


def tag_of(data: bytes) -> str:
    """What tells this text from any other."""
    return digests.of_bytes(data)[:16]


def saved_at_s(folder: LabFolder, city: str, name: str) -> float:
    """When the scenario was saved, in seconds since 1970; NaN when it is not there."""
    try:
        return _path(folder, city, name).stat().st_mtime
    except OSError:
        return float("nan")


def tagged_scenario(folder: LabFolder, city: str, name: str) -> tuple[Any, str]:
    """The JSON value of a scenario and the tag of the very text it was read from. Raises as `load_scenario` does."""
    path = _path(folder, city, name)
    data = _bytes(path)
    if data is None:
        raise _missing(folder, city, name)
    return parse_json(data, str(path), _REMEDY), tag_of(data)


def load_scenario(folder: LabFolder, city: str, name: str) -> Any:
    """The JSON value of a scenario. Raises `NotFoundError`, or `InputError` with file, line and column."""
    path = _path(folder, city, name)
    if not path.exists():
        raise _missing(folder, city, name)
    return read_json(path, _REMEDY, InputError)


def read_scenario(path: Path) -> Any:
    """A scenario file outside the lab, as JSON. Raises `NotFoundError`, `InputError` with file, line and column."""
    if not path.exists():
        raise NotFoundError(Problem(str(path), "there is no such file", "check the path"))
    return read_json(path, "correct it", InputError)


def list_scenarios(folder: LabFolder, city: str) -> list[str]:
    """Names of the scenarios of a city, sorted."""
    there = (folder.scenarios / check_name(city, "city")).glob("*.json")
    return sorted(path.stem for path in there if not path.name.startswith("."))


def delete_scenario(folder: LabFolder, city: str, name: str, instead_of: str | None = None) -> None:
    """Take a scenario out of the lab, or only the text with this tag.

    Raises `NotFoundError` with the names there are, `ConflictError` when another text is there.
    """
    path = _path(folder, city, name)
    with folder.writing(f"deleting scenario {name} of {city}"), explained(path):
        if not path.exists():
            raise _missing(folder, city, name)
        _check_tag(path, city, name, instead_of)
        path.unlink()


def _check_tag(path: Path, city: str, name: str, instead_of: str | None) -> None:
    if instead_of is None:
        return
    data = _bytes(path)
    there = NEW if data is None else tag_of(data)
    if there == instead_of:
        return
    where = Said("scenario {name} of {city}", name=name, city=city)
    if instead_of == NEW:
        problem = Problem(where, Said("there is one of this name already"), Said("look at it, or take another name"))
    elif there == NEW:
        problem = Problem(where, Said("it was deleted since you read it"), Said("save it as a new one"))
    else:
        problem = Problem(where, Said("it was saved anew since you read it"), Said("look at both, then save again"))
    raise ConflictError(problem)


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(Problem(str(path), f"cannot be read: {error.strerror or error}", _REMEDY)) from error


def _path(folder: LabFolder, city: str, name: str) -> Path:
    return folder.scenarios / check_name(city, "city") / f"{check_name(name, 'scenario')}.json"


def _missing(folder: LabFolder, city: str, name: str) -> NotFoundError:
    have = ", ".join(list_scenarios(folder, city)) or "none yet"
    return NotFoundError(Problem(f"city {city}", f"there is no scenario {name!r}", f"saved: {have}"))
