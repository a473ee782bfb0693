"""One text file of a timetable as columns of trimmed text, and text as times, numbers and days.

Blind spots: encodings other than UTF-8, UTF-16 with byte order mark and Latin-1.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stadslab.core.errors import InputError, Problem
from stadslab.sources._tables import SHOWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TIME = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)")
_BLANK_QUOTE = re.compile(r'[,;\t] +"')  # the standard allows none; publishers do it
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")


@dataclass(slots=True, eq=False)
class Sheet:
    """One file: columns of text without surrounding blanks, empty where blank; `where` names a row by its line."""

    file: str
    columns: dict[str, pa.Array]
    rows: int
    text: str = ""
    notes: tuple[str, ...] = ()
    _lines: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        """Number of rows."""
        return self.rows

    def __getitem__(self, name: str) -> pa.Array:
        """The column of that name as text; blank everywhere when the file does not have it."""
        found = self.columns.get(name)
        return pa.array([""] * self.rows, pa.string()) if found is None else found

    def __contains__(self, name: object) -> bool:
        """Whether the file has a column of that name."""
        return name in self.columns

    def where(self, row: int) -> str:
        """File and line number, for a complaint. Lines are counted only when somebody complains."""
        if not self._lines:
            reader = _cells(self.text, _delimiter(self.text))
            start = 1
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    self._lines.append(start)
                start = reader.line_num + 1
        return f"{self.file}, row {self._lines[row + 1] if row + 1 < len(self._lines) else row + 2}"

    def complain(self, rows: NDArray[Any], what: Callable[[int], str], hint: str) -> list[Problem]:
        """A problem for each of the first twenty rows, and one that counts the rest."""
        at = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        found = [Problem(self.where(row), what(row), hint) for row in at[:SHOWN].tolist()]
        if len(at) > SHOWN:
            found.append(Problem(self.file, f"and {len(at) - SHOWN:,} more rows like these", hint))
        return found

    def cell(self, name: str, row: int) -> str:
        """One cell."""
        return str(self[name][row].as_py())


def read_sheet(file: str, data: bytes, wanted: Iterable[str]) -> Sheet:
    """The wanted columns of one file. Raises `InputError` for what is no table of text."""
    text, notes = _decoded(file, data)
    if not text.strip():
        raise InputError(Problem(file, "the file is empty", "it needs a line of column names and rows"))
    delimiter = _delimiter(text)
    header = [name.strip() for name in next(_cells(text.lstrip("\r\n"), delimiter), [])]
    twice = [name for name, count in Counter(n for n in header if n).items() if count > 1]
    if twice:
        raise InputError(*(Problem(file, f"two columns are called {name!r}", "names must differ") for name in twice))
    keep = [name for name in wanted if name in header]
    columns = None if _BLANK_QUOTE.search(text) else _fast(text, header, delimiter, keep)
    if columns is None:
        columns, more = _careful(file, text, header, delimiter, keep)
        notes += more
    rows = len(next(iter(columns.values()))) if columns else 0
    return Sheet(file, columns, rows, text, notes)


def _decoded(file: str, data: bytes) -> tuple[str, tuple[str, ...]]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace"), (f"{file}: read as utf-16",)
    if b"\0" in data[:65536]:
        raise InputError(Problem(file, "this is no text", "save it as text separated by commas"))
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return data.decode("latin-1"), (f"{file}: not UTF-8, read as latin-1",)


def _delimiter(text: str) -> str:
    """A comma, as the standard says, unless the header has none."""
    head = text.lstrip("\r\n").partition("\n")[0]
    return "," if "," in head else ";" if ";" in head else "\t" if "\t" in head else ","


def _cells(text: str, delimiter: str) -> Any:
    """The standard library's reader: slow, and forgiving towards blanks before a quote."""
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)


def _fast(text: str, header: list[str], delimiter: str, keep: list[str]) -> dict[str, pa.Array] | None:
    """All rows at once; None when some row has more or fewer cells than the header, or a quote is astray."""
    from pyarrow import csv as arrow_csv

    names = [name or f"\0{number}" for number, name in enumerate(header)]
    kinds = dict.fromkeys(names, pa.string())
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(text.lstrip("\r\n").encode()),
            arrow_csv.ReadOptions(column_names=names, skip_rows=1, use_threads=False, block_size=1 << 24),
            arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values='"' in text),
            arrow_csv.ConvertOptions(column_types=kinds, strings_can_be_null=False, include_columns=keep or names),
        )
    except pa.ArrowInvalid:
        return None
    return {name: _trimmed(table[name]) for name in (keep or table.column_names)}


def _careful(
    file: str, text: str, header: list[str], delimiter: str, keep: list[str]
) -> tuple[dict[str, pa.Array], tuple[str, ...]]:
    """Row by row: missing cells at the end are blank, further blank cells are left out, all else is a problem."""
    width, short = len(header), 0
    rows: list[list[str]] = []
    odd: list[Problem] = []
    reader = _cells(text, delimiter)
    start, seen = 1, False
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not seen:
                seen = True
                continue
            if len(cells) > width and any(cell.strip() for cell in cells[width:]):
                what = f"{len(cells)} cells, but the header has {width}"
                odd.append(Problem(f"{file}, row {line}", what, "quote cells that contain a comma"))
                continue
            short += len(cells) < width
            rows.append((cells + [""] * width)[:width])
    except csv.Error as error:
        raise InputError(Problem(f"{file}, row {reader.line_num}", f"not text separated by commas: {error}")) from None
    if odd:
        rest = [Problem(file, f"and {len(odd) - SHOWN:,} more rows like these")] if len(odd) > SHOWN else []
        raise InputError(*odd[:SHOWN], *rest)
    at = {name: header.index(name) for name in (keep or header)}
    columns = {name: _trimmed(pa.chunked_array([[r[i] for r in rows]], pa.string())) for name, i in at.items()}
    notes = (f"{file}: {short:,} rows have fewer cells than the header; the missing ones are blank",) if short else ()
    return columns, notes


def _trimmed(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks() if column.num_chunks else pa.array([], pa.string())
    return pc.utf8_trim_whitespace(whole)


# text as values: (values, mask of what could not be understood); each different text is looked at once


def parsed(
    texts: pa.Array, parse: Callable[[str], Any], blank: Any, kind: Any
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Values of `kind`, `blank` where blank or not understood (`parse` gives None), and the mask of the latter."""
    coded = texts.dictionary_encode()
    values = [blank if text == "" else parse(text) for text in coded.dictionary.to_pylist()]
    codes = np.asarray(coded.indices)
    bad = np.array([value is None for value in values], np.bool_)
    return np.array([blank if value is None else value for value in values], kind)[codes], bad[codes]


def seconds(texts: pa.Array) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Times such as 25:10:00 as seconds after the zero of the service day, int32; -1 where blank."""

    def parse(text: str) -> int | None:
        found = _TIME.fullmatch(text)
        return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]) if found else None

    return parsed(texts, parse, -1, np.int32)


def whole(texts: pa.Array, blank: int = 0) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Whole numbers, int64."""

    def parse(text: str) -> int | None:
        return int(text) if re.fullmatch(r"[+-]?\d{1,15}", text) else None

    return parsed(texts, parse, blank, np.int64)


def real(texts: pa.Array) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Finite numbers, float64; NaN where blank."""

    def parse(text: str) -> float | None:
        try:
            value = float(text)
        except ValueError:
            return None
        return value if np.isfinite(value) and "_" not in text else None

    return parsed(texts, parse, np.nan, np.float64)


def days(texts: pa.Array) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
    """Days such as 20190513, datetime64[D]; NaT where blank."""

    def parse(text: str) -> Any:
        found = _DAY.fullmatch(text)
        try:
            return np.datetime64(f"{found[1]}-{found[2]}-{found[3]}", "D") if found else None
        except ValueError:
            return None

    return parsed(texts, parse, np.datetime64("NaT"), "datetime64[D]")


def places_in(texts: pa.Array, known: pa.Array) -> NDArray[np.int32]:
    """Row of each text among the known ones, int32; -1 where it is not there."""
    return np.array(pc.index_in(texts, value_set=known).fill_null(-1), np.int32)
