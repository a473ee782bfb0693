"""Scenarios on disk: the JSON text a person wrote or a scenario gave, kept per city."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stadslab.core.errors import InputError, NotFoundError, Problem
from stadslab.store.disk import explained
from stadslab.store.folder import LabFolder
from stadslab.store.jsonfile import parse_json, read_json
from stadslab.store.names import check_name

_REMEDY = "correct it, or save the scenario again"


def save_scenario(folder: LabFolder, city: str, name: str, text: str) -> Path:
    """Keep the text of a scenario under this name, replacing an older one; returns its file. `InputError`: not JSON."""
    path = _path(folder, city, name)
    parse_json(text, f"scenario {name}", _REMEDY)
    with folder.writing(f"saving scenario {name} of {city}"):
        folder.write_text(path, text)
    return path


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


def delete_scenario(folder: LabFolder, city: str, name: str) -> None:
    """Take a scenario out of the lab. Raises `NotFoundError` with the names there are."""
    path = _path(folder, city, name)
    with folder.writing(f"deleting scenario {name} of {city}"), explained(path):
        if not path.exists():
            raise _missing(folder, city, name)
        path.unlink()


def _path(folder: LabFolder, city: str, name: str) -> Path:
    return folder.scenarios / check_name(city, "city") / f"{check_name(name, 'scenario')}.json"


def _missing(folder: LabFolder, city: str, name: str) -> NotFoundError:
    have = ", ".join(list_scenarios(folder, city)) or "none yet"
    return NotFoundError(Problem(f"city {city}", f"there is no scenario {name!r}", f"saved: {have}"))
