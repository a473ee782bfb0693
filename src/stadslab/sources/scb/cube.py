"""A cube in JSON-stat 2: every combination of the codes of its variables has one cell, the last variable fastest.

Format: https://json-stat.org/full/. Cells may come as a list, or as an object of those that are there; the status of a
cell tells why it holds no number.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from stadslab.core.errors import InputError, Problem

SUFFIX = ".jsonstat"


@dataclass(frozen=True, slots=True)
class Cube:
    """Codes of each variable in order, and the cells: values (None: no number) with their status (empty: none)."""

    file: str
    label: str
    updated: str
    codes: dict[str, list[str]]
    values: list[float | None]
    status: list[str]

    def cells(self) -> Iterator[tuple[dict[str, str], float | None, str]]:
        """Each cell: the code of every variable, its value and its status."""
        names = list(self.codes)
        for at, codes in enumerate(product(*self.codes.values())):
            yield dict(zip(names, codes, strict=True)), self.values[at], self.status[at]


def read_cube(path: Path) -> Cube:
    """The cube in a file. Raises `InputError` when it is not whole, no JSON-stat, or an answer that tells an error."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(Problem(path.name, f"cannot be read as text: {error}", "fetch it again")) from None
    return cube_from(text, path.name)


def cube_from(text: str, where: str) -> Cube:
    """The cube in this text; see `read_cube`."""
    try:
        value = json.loads(text)
    except ValueError as error:
        what = f"this is no whole JSON: {error}" if text.strip() else "it is empty"
        raise InputError(Problem(where, what, "the answer broke off; fetch it again")) from None
    if isinstance(value, dict) and "error" in value:
        raise InputError(Problem(where, f"the server told an error: {value['error']}", "ask again, or ask for less"))
    if not isinstance(value, dict) or value.get("class") != "dataset" or "dimension" not in value:
        hint = "save the table as JSON-stat 2 (json-stat2)"
        raise InputError(Problem(where, "this is no JSON-stat 2 data set", hint))
    try:
        return _cube(value, where)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"its parts do not fit together: {type(error).__name__} {error}"
        raise InputError(Problem(where, what, "save the table as JSON-stat 2 again")) from None


def looks_like_cube(path: Path) -> bool:
    """Does the file start as JSON-stat does, and tell of small areas?"""
    with path.open("rb") as file:
        head = file.read(4096)
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"dataset"' in head and b'"Region"' in head


def _cube(value: dict[str, Any], where: str) -> Cube:
    names = [str(name) for name in value["id"]]
    codes = {name: _codes(value["dimension"][name]["category"]) for name in names}
    sizes = [len(codes[name]) for name in names]
    told = [int(size) for size in value["size"]]
    if told != sizes:
        what = f"its variables have {_shape(told)} codes by `size`, but {_shape(sizes)} are listed"
        raise InputError(Problem(where, what, "half a table: fetch it again"))
    total = math.prod(sizes)
    given = value["value"]
    if isinstance(given, list) and len(given) != total:
        what = f"{len(given):,} cells are there, {total:,} should be ({_shape(sizes)})"
        raise InputError(Problem(where, what, "half a table: fetch it again"))
    values = _spread(given, total)
    bad = [
        cell for cell in values if cell is not None and (isinstance(cell, bool) or not isinstance(cell, int | float))
    ]
    if bad:
        raise InputError(Problem(where, f"{len(bad):,} cells hold no numbers, such as {bad[0]!r}", "fetch it again"))
    given = value.get("status") or {}
    status = [given] * total if isinstance(given, str) else _spread(given, total)
    return Cube(
        where,
        str(value.get("label", "")),
        str(value.get("updated", "")),
        codes,
        [None if cell is None else float(cell) for cell in values],
        ["" if mark is None else str(mark) for mark in status],
    )


def _codes(category: dict[str, Any]) -> list[str]:
    index = category.get("index")
    if index is None:
        return [str(code) for code in category["label"]]
    if isinstance(index, list):
        return [str(code) for code in index]
    placed = sorted((int(place), str(code)) for code, place in index.items())
    if [place for place, _ in placed] != list(range(len(placed))):
        raise ValueError("places of codes are not 0, 1, 2, ...")
    return [code for _, code in placed]


def _spread(given: Any, total: int) -> list[Any]:
    """A list with a place for each cell, whether a list or an object of places was given."""
    if isinstance(given, list):
        return [*given, *[None] * (total - len(given))]
    spread: list[Any] = [None] * total
    for place, cell in given.items():
        if not 0 <= int(place) < total:
            raise ValueError(f"cell {place} of {total}")
        spread[int(place)] = cell
    return spread


def _shape(sizes: list[int]) -> str:
    return " x ".join(str(size) for size in sizes)
