"""JSON files a person may have edited: errors say file, line and column, and a key given twice is an error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from stadslab.core.errors import InputError, Problem, StadslabError, StoreError


def read_json(path: Path, remedy: str, kind: type[StadslabError] = StoreError) -> Any:
    """What does this JSON file say? Raises `kind` naming file, line and column where it is not JSON."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise kind(Problem(str(path), f"cannot be read: {error.strerror or error}", remedy)) from error
    return parse_json(data, str(path), remedy, kind)


def parse_json(data: bytes | str, where: str, remedy: str, kind: type[StadslabError] = InputError) -> Any:
    """What does this JSON text say? Raises `kind` naming line and column, or the key given twice."""
    try:
        text = data if isinstance(data, str) else data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        what = f"byte {error.object[error.start]:#04x} is not UTF-8 text"
        raise kind(Problem(f"{where}, line {line}", what, remedy)) from error
    try:
        return json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        place = f"{where}, line {error.lineno}, column {error.colno}"
        raise kind(Problem(place, f"is not JSON: {error.msg}", remedy)) from error
    except RecursionError as error:
        raise kind(Problem(where, "is not usable JSON: nested too deeply", remedy)) from error
    except _TwiceError as error:
        raise kind(Problem(where, f"key {error.args[0]!r} is given twice in one object", remedy)) from error


class _TwiceError(Exception):
    """A key occurs twice in one object: JSON would silently keep the last."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found
