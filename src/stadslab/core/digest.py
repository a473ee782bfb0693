"""What a table says, as a digest: the same rows give the same digest whatever file, chunking or library wrote them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

LENGTH = 32  # hex digits kept (128 bits): collisions are out of reach, names stay readable


def of_bytes(*parts: bytes | memoryview) -> str:
    """Digest of byte strings, each prefixed by its length so that borders cannot shift."""
    state = hashlib.sha256()
    for part in parts:
        state.update(len(part).to_bytes(8, "little"))
        state.update(part)
    return state.hexdigest()[:LENGTH]


def of_json(value: Any) -> str:
    """Digest of a JSON value with sorted keys."""
    return of_bytes(
        json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=True).encode()
    )


def of_table(table: pa.Table) -> str:
    """Digest of a table's column names, types and values (not of its encoding or metadata). Row order counts."""
    parts: list[bytes | memoryview] = [str(table.num_rows).encode()]
    for name in sorted(table.column_names):
        column = table[name].combine_chunks()
        if isinstance(column, pa.ChunkedArray):  # zero chunks stay chunked
            column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        parts += [name.encode(), _kind(column.type).encode(), *_column_bytes(column)]
    return of_bytes(*parts)


def _kind(kind: pa.DataType) -> str:
    """The type as text. What a list calls its parts (`item`, `element`) depends on who wrote it, and does not count."""
    return f"list of {_kind(kind.value_type)}" if _is_list(kind) else str(kind)


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def _column_bytes(column: pa.Array) -> list[bytes | memoryview]:
    valid = np.asarray(pc.is_valid(column)).tobytes() if column.null_count else b""
    kind = column.type
    if (
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    ):
        filled = column.cast(pa.large_binary()).fill_null(b"")
        lengths = np.asarray(pc.binary_length(filled), dtype=np.int64)
        _, borders, data = filled.buffers()  # one value lies after the other: as they are is as they would be joined
        ends = np.frombuffer(borders, np.int64)[filled.offset :][[0, len(filled)]].tolist() if len(filled) else [0, 0]
        return [valid, lengths.tobytes(), b"" if data is None else memoryview(data)[slice(*ends)]]
    if pa.types.is_boolean(kind):
        return [valid, np.asarray(column.fill_null(False)).tobytes()]
    if pa.types.is_floating(kind):  # not-a-number and minus zero have several spellings
        with np.errstate(invalid="ignore"):  # damaged bytes may spell a signalling not-a-number
            numbers = np.asarray(column.fill_null(0)) + column.type.to_pandas_dtype()(0)
        numbers[np.isnan(numbers)] = np.nan
        return [valid, numbers.tobytes()]
    if _is_list(kind):
        lengths = np.asarray(pc.list_value_length(column).fill_null(0), dtype=np.int64)
        return [valid, lengths.tobytes(), *_column_bytes(column.flatten())]  # flatten() leaves out what nulls hide
    if pa.types.is_integer(kind):
        return [valid, np.ascontiguousarray(column.fill_null(0)).tobytes()]
    return [valid, json.dumps([None if v is None else str(v) for v in column.to_pylist()]).encode()]
