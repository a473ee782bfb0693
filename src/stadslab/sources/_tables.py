"""Tables as people publish them: delimited text in any common dialect, Parquet, GeoPackage and other vector files.

Cells of delimited text stay text, so that a complaint can show what was written; typed files keep their types.
Blind spots: text in UTF-8 (with or without byte order mark), UTF-16 with byte order mark, or Latin-1; GeoParquet with
WKB geometry; spreadsheets must be saved as delimited text.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stadslab.core.errors import InputError, Problem
from stadslab.core.source import Raw

SHOWN = 20  # complaints of one sort shown before the rest is only counted
SIDE_FILES = (".dbf", ".shx", ".prj", ".cpg", ".qix", ".sbn", ".sbx", ".shp.xml")  # of a shapefile; GDAL finds them
TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".csv.gz")
PARQUET_SUFFIXES = (".parquet", ".geoparquet", ".pq")
VECTOR_SUFFIXES = (".gpkg", ".geojson", ".json", ".shp", ".fgb", ".gml", ".kml", ".zip")


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One table as its file holds it.

    columns: name to Arrow array, text or typed. rows: number of each row as a person finds it in the file (a line of
    text, or the n-th feature). geometry: object[n] of shapely shapes in `crs`, None where blank; None when the file has
    none. crs: coordinate system as stated by the file, empty when it states none.
    """

    file: str
    columns: dict[str, Any]
    rows: tuple[int, ...]
    geometry: Any = None
    crs: str = ""
    notes: tuple[str, ...] = field(default_factory=tuple)

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.rows)

    def text(self, name: str) -> list[str]:
        """A column as text without surrounding blanks; whole numbers without a decimal point, empty where blank."""
        import pyarrow as pa

        array = self.columns[name]
        if pa.types.is_floating(array.type):
            return ["" if v is None else f"{v:.0f}" if float(v).is_integer() else str(v) for v in array.to_pylist()]
        return ["" if v is None else str(v).strip() for v in array.to_pylist()]

    def where(self, row: int) -> str:
        """File and row number, for a complaint."""
        return f"{self.file}, row {self.rows[row]}"


def limited(problems: Iterable[Problem], where: str) -> list[Problem]:
    """The first twenty problems and one that counts the rest."""
    found = list(problems)
    if len(found) <= SHOWN:
        return found
    rest = len(found) - SHOWN
    return [*found[:SHOWN], Problem(where, f"and {rest:,} more of the same sort", found[SHOWN - 1].hint)]


def some(names: Iterable[str], shown: int = 5) -> str:
    """A few names and how many more there are: `a, b, c and 7 more`."""
    found = list(names)
    text = ", ".join(found[:shown])
    return f"{text} and {len(found) - shown:,} more" if len(found) > shown else text


def data_files(raw: Raw) -> list[Path]:
    """The files of a load without the side files of shapefiles; raises `InputError` when none is left."""
    paths = [file.path for file in raw.files if not file.path.name.lower().endswith(SIDE_FILES)]
    if not paths:
        raise InputError(Problem("files", "no file was given", "name at least one table or vector file"))
    return paths


def read_table(path: Path, layer: str = "") -> Table:
    """Read any table by its ending and its first bytes. Raises `InputError` when it is not what its name says."""
    name = path.name.lower()
    if not path.is_file():
        raise InputError(Problem(str(path), "there is no such file"))
    if not path.stat().st_size:
        raise InputError(Problem(path.name, "the file is empty (0 bytes)"))
    if name.endswith(TEXT_SUFFIXES):
        return read_text(path)
    if name.endswith(PARQUET_SUFFIXES):
        return read_parquet(path)
    if name.endswith(VECTOR_SUFFIXES):
        return read_vector(path, layer)
    known = ", ".join((*TEXT_SUFFIXES, *PARQUET_SUFFIXES, *VECTOR_SUFFIXES))
    ending = path.suffix or "without ending"
    raise InputError(Problem(path.name, f"files {ending} cannot be read as a table", f"known: {known}"))


# delimited text


def read_text(path: Path) -> Table:
    """Read delimited text: encoding, delimiter and lines before the header are found out and noted."""
    import pyarrow as pa

    text, encoding = _decoded(path)
    delimiter = _delimiter(text)
    lines = _cells(path.name, text, delimiter)
    if not lines:
        raise InputError(Problem(path.name, "the file holds no rows"))
    start = _header_at(lines)
    _, header = lines[start]
    header = [cell.strip() for cell in header]
    while header and not header[-1]:
        header.pop()
    width = len(header)
    problems = []
    for name, count in Counter(header).items():
        if count > 1:
            problems.append(Problem(path.name, f"{count} columns are called {name!r}", "column names must differ"))
    rows, kept = [], []
    for number, cells in lines[start + 1 :]:
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            cells = cells[:width]  # noqa: PLW2901 - trailing delimiters
        if len(cells) != width:
            what = f"{len(cells)} cells, but the header has {width}"
            problems.append(Problem(f"{path.name}, row {number}", what, "quote cells that contain the delimiter"))
            continue
        rows.append(number)
        kept.append(cells)
    if problems:
        raise InputError(*limited(problems, path.name))
    columns = {name: pa.array([cells[i] for cells in kept], pa.string()) for i, name in enumerate(header)}
    notes = []
    if encoding != "utf-8":
        notes.append(f"{path.name}: read as {encoding}")
    if start:
        notes.append(f"{path.name}: {start} lines before the header were left out")
    return Table(path.name, columns, tuple(rows), notes=tuple(notes))


def _decoded(path: Path) -> tuple[str, str]:
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError) as error:
            raise InputError(Problem(path.name, f"the gzip file is broken: {error}", "fetch it again")) from None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace"), "utf-16"
    if b"\0" in data[:65536] or data[:4] in (b"PK\x03\x04", b"PAR1"):
        hint = "save it as delimited text (CSV)"
        raise InputError(Problem(path.name, "this is not a text table, whatever its name says", hint))
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def _cells(name: str, text: str, delimiter: str, most: int = 0) -> list[tuple[int, list[str]]]:
    """Line number and cells of every line that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[tuple[int, list[str]]] = []
    try:
        start = 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((start, cells))
                if most and len(found) >= most:
                    break
            start = reader.line_num + 1  # a quoted cell may span lines: a row is called by its first one
    except csv.Error as error:
        raise InputError(Problem(f"{name}, row {reader.line_num}", f"not delimited text: {error}")) from None
    return found


def _delimiter(text: str) -> str:
    """The delimiter under which most lines have the same number of cells, more than one."""
    best, delimiter = (0.0, 0), ","
    for candidate in (";", "\t", ",", "|"):
        lines = _cells("", text, candidate, 200)
        if not lines:
            continue
        header = _header_at(lines)
        width = len(lines[header][1])
        agreeing = sum(len(cells) == width for _, cells in lines) / len(lines)
        if width > 1 and (agreeing, width) > best:
            best, delimiter = (agreeing, width), candidate
    return delimiter


def _header_at(lines: list[tuple[int, list[str]]]) -> int:
    """The first line with as many cells as most lines have: titles stand before it."""
    widths = [len(cells) for _, cells in lines[:200]]
    usual = max(Counter(widths).items(), key=lambda item: (item[1], item[0]))[0]
    return next(i for i, width in enumerate(widths) if width >= usual)


# Parquet


def read_parquet(path: Path) -> Table:
    """Read Parquet; with `geo` metadata also its primary geometry (WKB), and the CRS it states (CRS84 when silent)."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
    import shapely

    try:
        table = pq.ParquetFile(path).read()
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(Problem(path.name, f"this is not a whole Parquet file: {reason}", "fetch it again")) from None
    columns = {name: table[name].combine_chunks() for name in table.column_names}
    columns = {name: _plain(array) for name, array in columns.items()}
    rows = tuple(range(1, table.num_rows + 1))
    meta = (table.schema.metadata or {}).get(b"geo")
    if meta is None:
        return Table(path.name, columns, rows)
    geo = json.loads(meta)
    primary = geo.get("primary_column", "geometry")
    described = geo.get("columns", {}).get(primary, {})
    if primary not in columns or described.get("encoding", "WKB") != "WKB":
        what = f"geometry column {primary!r} is missing or not WKB ({described.get('encoding')})"
        raise InputError(Problem(path.name, what, "write it again as GeoParquet with WKB geometry"))
    crs = described.get("crs", "absent")  # absent means CRS84, null means not known
    stated = "OGC:CRS84" if crs == "absent" else "" if crs is None else crs if isinstance(crs, str) else json.dumps(crs)
    wkb = np.asarray(columns.pop(primary).to_pylist(), object)
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    broken = [i for i, shape in enumerate(shapes) if shape is None and wkb[i] is not None]
    if broken:
        where = f"{path.name}, row {rows[broken[0]]}"
        raise InputError(Problem(where, f"{len(broken)} geometries are not readable WKB, this is the first"))
    return Table(path.name, columns, rows, shapes, stated)


def _plain(array: Any) -> Any:
    """Dictionary columns decoded; all else as it is."""
    import pyarrow as pa

    if isinstance(array, pa.ChunkedArray):  # zero chunks stay chunked
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


# vector files


def read_vector(path: Path, layer: str = "") -> Table:
    """Read any vector file that GDAL knows; a file with several layers needs `layer`."""
    import numpy as np
    import pyogrio
    import shapely

    _check_magic(path)
    try:
        listed = pyogrio.list_layers(path)
        spatial = [str(name) for name, geometry in listed if geometry is not None]
        names = spatial or [str(name) for name, _ in listed]
        if layer and layer not in [str(name) for name, _ in listed]:
            raise InputError(Problem(path.name, f"it has no layer {layer!r}", f"it has: {', '.join(names)}"))
        if not layer and len(names) > 1:
            hint = f"say layer=, one of: {', '.join(names)}"
            raise InputError(Problem(path.name, f"it has {len(names)} layers", hint))
        if not names:
            raise InputError(Problem(path.name, "it holds no layer"))
        meta, table = pyogrio.raw.read_arrow(path, layer=layer or names[0])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        reason = str(error).splitlines()[0].replace(str(path), path.name)
        raise InputError(Problem(path.name, f"GDAL cannot read it: {reason}", "is it what its name says?")) from None
    primary = meta["geometry_name"] or "wkb_geometry"
    columns = {name: _plain(table[name].combine_chunks()) for name in table.column_names}
    rows = tuple(range(1, table.num_rows + 1))
    if primary not in columns:
        return Table(path.name, columns, rows)
    wkb = np.asarray(columns.pop(primary).to_pylist(), object)
    shapes = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), object)
    return Table(path.name, columns, rows, shapes, meta["crs"] or "")


def _check_magic(path: Path) -> None:
    """A GeoPackage is SQLite and GeoJSON starts with a brace: GDAL's own messages for these are hard to read."""
    with path.open("rb") as stream:
        head = stream.read(64)
    name = path.name.lower()
    if name.endswith(".gpkg") and not head.startswith(b"SQLite format 3"):
        raise InputError(Problem(path.name, "this is not a GeoPackage, whatever its name says", "check the file"))
    if name.endswith((".geojson", ".json")) and not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        raise InputError(Problem(path.name, "this is not GeoJSON, whatever its name says", "check the file"))
