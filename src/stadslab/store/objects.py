"""Rows of layers as immutable GeoParquet files named by what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from stadslab.core import digest as digests
from stadslab.core.errors import Problem, StoreError
from stadslab.core.layer import InMemory, Layer
from stadslab.store.folder import FORMAT, LabFolder
from stadslab.store.geoparquet import geo_metadata

REMEDY = "load the layer again"


def object_path(folder: LabFolder, digest: str) -> Path:
    """Where the rows with this digest lie."""
    return folder.objects / f"{digest}.parquet"


def write_layer(folder: LabFolder, layer: Layer) -> None:
    """Put the rows of a layer into the lab, whole or not at all.

    Rows already read from this lab are left alone; others are always written, which mends a damaged file. Raises
    `StoreError` for a full disk and for a layer changed by a scenario (its digest names the change, not the rows).
    """
    path = object_path(folder, layer.digest)
    if isinstance(layer.handle, ParquetHandle) and layer.handle.path == path and path.exists():
        return
    if not isinstance(layer.handle, (ParquetHandle, InMemory)):
        hint = "save the scenario, or make a layer of the changed rows with Layer.of"
        raise StoreError(Problem(f"layer {layer.name}", "is changed by a scenario and cannot be kept as it is", hint))
    table = layer.scan()
    with folder.atomic(path, table.nbytes) as file:
        _write(table, file, layer)


class ParquetHandle:
    """Rows in an object file: read when asked for, columns apart; the whole table is kept once it was read."""

    __slots__ = ("_whole", "digest", "path")

    def __init__(self, path: Path, digest: str) -> None:
        """Name the file; nothing is read yet."""
        self.path = path
        self.digest = digest
        self._whole: pa.Table | None = None

    def __reduce__(self) -> tuple[type[ParquetHandle], tuple[Path, str]]:
        """Travel to workers by path, without rows."""
        return ParquetHandle, (self.path, self.digest)

    def __repr__(self) -> str:
        """Which object."""
        return f"ParquetHandle({self.path.name})"

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows, sorted by id; only these columns when given. Raises `StoreError` for a missing or damaged file."""
        if self._whole is None and columns is None:
            self._whole = _read(self.path, self.digest, None)
        if self._whole is not None:
            return self._whole if columns is None else self._whole.select(list(columns))
        return _read(self.path, self.digest, columns)


def damage(folder: LabFolder, digest: str) -> Problem | None:
    """Do the rows still say what the name of the file says? Reads every row; None when they do."""
    path = object_path(folder, digest)
    try:
        found = digests.of_table(_read(path, digest, None))
    except StoreError as error:
        return error.problems[0]
    if found != digest:
        return Problem(str(path), f"is damaged: its rows have digest {found}", REMEDY)
    return None


def _write(table: pa.Table, file: Any, layer: Layer) -> None:
    from pyarrow import parquet

    stamp = layer.stamp
    about = {"format": FORMAT, "digest": layer.digest, "sort": layer.schema.name, "rows": layer.rows}
    about |= {key: getattr(stamp, key) for key in ("source", "title", "licence", "attribution", "synthetic")}
    metadata = {b"stadslab": json.dumps(about, sort_keys=True, ensure_ascii=False).encode()}
    if "geometry" in table.column_names:
        metadata[b"geo"] = geo_metadata(table["geometry"])
    # Dictionaries pay for repeated words; geometry and numbers rarely repeat.
    words = [field.name for field in table.schema if pa.types.is_string(field.type)]
    lists = [field for field in table.schema if pa.types.is_list(field.type)]
    words += [f"{field.name}.list.element" for field in lists if pa.types.is_string(field.type.value_type)]
    parquet.write_table(
        table.replace_schema_metadata(metadata),
        file,
        compression="zstd",
        use_dictionary=words,
        write_page_checksum=True,
    )


def _read(path: Path, digest: str, columns: Sequence[str] | None) -> pa.Table:
    from pyarrow import parquet

    with _readable(path), parquet.ParquetFile(path, page_checksum_verification=True) as file:
        about = json.loads((file.schema_arrow.metadata or {}).get(b"stadslab", b"{}"))
        if about.get("digest") != digest:
            raise StoreError(Problem(str(path), f"holds other rows (digest {about.get('digest')})", REMEDY))
        # The reader passes over columns it does not have, and keeps the file's order: select() complains and orders.
        table = file.read(None if columns is None else list(columns)).replace_schema_metadata(None)
    return table if columns is None else table.select(list(columns))


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except StoreError:
        raise
    except FileNotFoundError as error:
        raise StoreError(Problem(str(path), "is missing", REMEDY)) from error
    except PermissionError as error:
        raise StoreError(Problem(str(path), "may not be read", "check the permissions of the lab's folder")) from error
    except (pa.ArrowException, OSError, ValueError) as error:
        raise StoreError(Problem(str(path), f"is damaged: {error}", REMEDY)) from error
