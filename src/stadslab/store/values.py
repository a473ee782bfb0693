"""Answers computed before, as Arrow files: a cache that may be deleted at any time. Receipts beside it are kept."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from stadslab.core import digest as digests
from stadslab.core.errors import NotFoundError, Problem
from stadslab.core.receipt import Receipt
from stadslab.core.support import Support
from stadslab.core.values import Values
from stadslab.store.folder import FORMAT, LabFolder
from stadslab.store.jsonfile import read_json
from stadslab.store.names import check_name

_FIXED = ("id", "reason", "geometry", "x", "y")


@dataclass(frozen=True, slots=True)
class Evicted:
    """What was deleted from the cache: number of files, and bytes."""

    files: int
    size: int


def save_values(folder: LabFolder, key: str, values: Values) -> None:
    """Keep an answer and its receipt under this key. Raises `StoreError` for a full disk; never leaves half a file."""
    path = _path(folder, key)
    table = _table(values)
    about = {
        "format": FORMAT,
        "indicator": values.indicator,
        "question": values.question,
        "unit": values.unit,
        "direction": values.direction,
        "support": {"kind": values.support.kind, "digest": values.support.digest},
        "receipt": values.receipt.to_json(),
    }
    about["digest"] = _digest(table, about)
    text = json.dumps(about, sort_keys=True, ensure_ascii=False)
    whole = table.replace_schema_metadata({"stadslab": text})  # in the file itself: numbers and receipt cannot part
    folder.write_json(_receipt_path(folder, key), values.receipt.to_json())
    with folder.atomic(path, table.nbytes) as file, pa.ipc.new_file(file, whole.schema) as writer:
        writer.write_table(whole)


def has_values(folder: LabFolder, key: str) -> bool:
    """Whether an answer is kept under this key (it may be damaged)."""
    return _path(folder, key).exists()


def load_values(folder: LabFolder, key: str) -> Values | None:
    """The answer kept under this key; None when there is none. A damaged file counts as none, and is removed."""
    path = _path(folder, key)
    try:
        return _read(path)
    except (FileNotFoundError, PermissionError):
        return None
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, AttributeError):
        with suppress(OSError):
            path.unlink()
        return None


def support_digests(folder: LabFolder, known: dict[str, str] | None = None) -> dict[str, str]:
    """Which ruler is each answer kept on? Name of its file to digest of the ruler; only files not `known` are read."""
    before = known or {}
    found: dict[str, str] = {}
    for path in sorted(folder.values.glob("*.arrow")):
        if path.name in before:
            found[path.name] = before[path.name]
            continue
        with suppress(pa.ArrowException, OSError, ValueError, KeyError, TypeError), path.open("rb") as file:
            about = json.loads(pa.ipc.open_file(file).schema.metadata[b"stadslab"])
            found[path.name] = str(about["support"]["digest"])
    return found


def load_receipt(folder: LabFolder, key: str) -> Receipt:
    """What an answer was made of, also after it was evicted. Raises `NotFoundError`, or `StoreError` if damaged."""
    path = _receipt_path(folder, key)
    if not path.exists():
        raise NotFoundError(Problem(str(folder.path), f"there is no receipt {key!r}", "measure again to make one"))
    return Receipt.from_json(read_json(path, "measure again to make a new one"))


def evict(folder: LabFolder, keep_bytes: int) -> Evicted:
    """Delete the answers written longest ago until the others need at most `keep_bytes`; receipts are kept."""
    found = []
    for path in folder.values.glob("*.arrow"):
        with suppress(OSError):
            stat = path.stat()
            found.append((stat.st_mtime_ns, path.name, stat.st_size, path))
    left, files, size = sum(entry[2] for entry in found), 0, 0
    for _, _, bytes_here, path in sorted(found):
        if left <= keep_bytes:
            break
        with suppress(OSError):
            path.unlink()
            files, size, left = files + 1, size + bytes_here, left - bytes_here
    return Evicted(files, size)


def _table(values: Values) -> pa.Table:
    support = values.support
    columns: dict[str, Any] = {
        "id": pa.array(support.ids, pa.string()),
        "reason": pa.array(values.reason, pa.int8()),
        "geometry": support.geometry,
        "x": support.points[:, 0],
        "y": support.points[:, 1],
    }
    columns |= {f"draw_{number}": values.draws[:, number] for number in range(values.draws.shape[1])}
    return pa.table(columns)


def _digest(table: pa.Table, about: dict[str, Any]) -> str:
    """Of the numbers and of everything said about them: a flipped bit in a unit is as bad as one in a number."""
    return digests.of_bytes(digests.of_table(table).encode(), digests.of_json(about).encode())


def _read(path: Path) -> Values:
    with path.open("rb") as file:
        table = pa.ipc.open_file(file).read_all()
    about = json.loads(table.schema.metadata[b"stadslab"])
    table = table.replace_schema_metadata(None)
    table.validate(full=True)  # a flipped bit in an offset would otherwise read beyond the file
    if about["format"] != FORMAT or about.pop("digest") != _digest(table, about):
        raise ValueError("the numbers are not the ones that were written")
    geometry = table["geometry"].combine_chunks()
    points = np.column_stack([table["x"].to_numpy(), table["y"].to_numpy()])
    ids = tuple(table["id"].to_pylist())
    support = Support(about["support"]["kind"], ids, geometry, points, about["support"]["digest"])
    names = [f"draw_{number}" for number in range(table.num_columns - len(_FIXED))]
    draws = np.column_stack([table[name].to_numpy() for name in names])
    reason = np.array(table["reason"].to_numpy(), np.int8)
    receipt = Receipt.from_json(about["receipt"])
    head = (about["indicator"], about["question"], about["unit"], about["direction"])
    return Values(*head, support, draws, reason, receipt)


def _path(folder: LabFolder, key: str) -> Path:
    return folder.values / f"{check_name(key, 'key')}.arrow"


def _receipt_path(folder: LabFolder, key: str) -> Path:
    return folder.receipts / f"{check_name(key, 'key')}.json"
