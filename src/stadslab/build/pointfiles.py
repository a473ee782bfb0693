"""Tables of points in Parquet files: which columns they have, and what is in a piece of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stadslab.core.errors import InputError, NotFoundError, Problem, raise_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray

TICKS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
READ_AHEAD = 1 << 20  # bytes of a column read from the disk at once
YEARS = (1900, 2200)  # what an instant may be, when a column of whole numbers says nothing of its unit
RECENT = (1980, 2100)  # what it rather is


@dataclass(frozen=True, slots=True)
class PointColumns:
    """Which columns hold what. lon and lat are x and y where the points are in metres. time, weight: empty for none.

    time_unit: of a time that is a whole number: s, ms, us or ns since 1970, UTC.
    """

    lon: str
    lat: str
    time: str = ""
    weight: str = ""
    time_unit: str = "s"

    @property
    def names(self) -> list[str]:
        """The columns to read, each once."""
        return [name for name in dict.fromkeys((self.lon, self.lat, self.time, self.weight)) if name]


@dataclass(frozen=True, slots=True)
class Piece:
    """A row group of a file. first_s, last_s: seconds since 1970 between which its times lie, None where not known."""

    path: Path
    group: int
    rows: int
    first_s: int | None = None
    last_s: int | None = None


@dataclass(frozen=True, slots=True)
class PointFiles:
    """Files whose columns were checked. ticks: of their time a second. zone: what their times are stamped with."""

    pieces: tuple[Piece, ...]
    columns: PointColumns
    ticks: int = 1
    zone: str = ""

    @property
    def rows(self) -> int:
        """Rows in all files."""
        return sum(piece.rows for piece in self.pieces)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some rows: x and y float64[n], NaN where blank; time and weight int64[n] with their blanks bool[n], or None."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    time: NDArray[np.int64] | None
    no_time: NDArray[np.bool_] | None
    weight: NDArray[np.int64] | None
    no_weight: NDArray[np.bool_] | None


def opened(paths: Sequence[Path], columns: PointColumns) -> PointFiles:
    """Look into the files, at their feet only.

    Raises `NotFoundError` for a file that is not there, `InputError` with every column that is missing or of no use,
    and what there is instead.
    """
    raise_errors(
        [Problem(str(p), "there is no such file", "check the path") for p in paths if not p.is_file()], NotFoundError
    )
    if not paths:
        raise InputError(Problem("points", "no file was named", "name one or more Parquet files"))
    problems: list[Problem] = []
    pieces: list[Piece] = []
    times: dict[tuple[int, str], str] = {}
    for path in paths:
        try:
            file = pq.ParquetFile(path)
            schema = file.schema_arrow
        except (pa.ArrowException, OSError) as error:
            what = f"cannot be read as Parquet: {_first_line(error)}"
            problems.append(Problem(path.name, what, "give a Parquet file of points"))
            continue
        wrong = _wrong(path.name, schema, columns)
        problems += wrong
        if wrong:
            continue
        if columns.time:
            times.setdefault(_clock(schema.field(columns.time).type, columns), path.name)
        for group in range(file.num_row_groups):
            known = _span_of_group(file, group, columns) if columns.time else (None, None)
            pieces.append(Piece(path, group, file.metadata.row_group(group).num_rows, *known))
    if len(times) > 1:
        said = "; ".join(f"{name}: {_clock_words(clock)}" for clock, name in times.items())
        problems.append(Problem(f"column {columns.time!r}", f"the files keep time in different ways: {said}"))
    raise_errors(problems)
    ticks, zone = next(iter(times)) if times else (1, "")
    return PointFiles(tuple(pieces), columns, ticks, zone)


def span_of(files: PointFiles) -> tuple[int, int] | None:
    """Seconds since 1970 from the first to just after the last time there is; None when there is none.

    From what the files say of themselves where they do, else by reading their times. Raises `InputError` for whole
    numbers that are no seconds (or whatever was said) since 1970.
    """
    first: list[int] = []
    last: list[int] = []
    for piece in files.pieces:
        ends = (piece.first_s, piece.last_s)
        if ends[0] is None or ends[1] is None:
            read = _read_span(piece, files)
            if read is None:
                continue
            ends = read
        first.append(int(ends[0] or 0))
        last.append(int(ends[1] or 0))
    if not first:
        return None
    return min(first), max(last) + 1


def check_years(files: PointFiles, span: tuple[int, int]) -> None:
    """Are these whole numbers really times in the unit they were said to be in? Raises `InputError` if not.

    Seconds from midnight, or from the beginning of a simulation, are left in peace.
    """
    first, end = (instant * files.ticks for instant in span)
    fits = [unit for unit, ticks in TICKS.items() if ticks != files.ticks and _within(RECENT, first, end, ticks)]
    if _within(YEARS, first, end, files.ticks) and not (fits and _within((1970, 1971), first, end, files.ticks)):
        return
    hint = f"say the unit (--time-unit {fits[0]}), if that is what they are" if fits else "say from and until when"
    low, high = YEARS
    what = f"from {first:,} to {end - 1:,} is not between the years {low} and {high}, or in 1970 altogether"
    raise InputError(Problem(f"column {files.columns.time!r}", what, hint))


def _within(years: tuple[int, int], first: int, end: int, ticks: int) -> bool:
    """Do these times, in ticks since 1970, lie between these years?"""
    low, high = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in years)
    return low <= first // ticks and end // ticks <= high


def batches_of(piece: Piece, columns: PointColumns, rows: int) -> Iterator[pa.RecordBatch]:
    """The columns of a row group, some rows at a time; holds its file open while it is read.

    Raises `InputError` for a file that turns out to be damaged, which its footer need not show.
    """
    try:
        with pq.ParquetFile(piece.path, buffer_size=READ_AHEAD) as file:
            yield from file.iter_batches(rows, row_groups=[piece.group], columns=columns.names, use_threads=False)
    except (pa.ArrowException, OSError) as error:
        what = f"row group {piece.group + 1} cannot be read: {_first_line(error)}"
        hint = "the file seems to be damaged: fetch or write it again"
        raise InputError(Problem(piece.path.name, what, hint)) from error


def _first_line(error: Exception) -> str:
    """What an error says, without the tail of its message."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def batch_of(read: pa.RecordBatch, columns: PointColumns) -> Batch:
    """Plain arrays; no copy where the file has float64, int64 or timestamps without blanks."""
    x, y = (_numbers(read.column(name), pa.float64(), np.nan)[0] for name in (columns.lon, columns.lat))
    time = no_time = weight = no_weight = None
    if columns.time:
        time, no_time = _numbers(_instants(read.column(columns.time)), pa.int64(), 0)
    if columns.weight:
        weight, no_weight = _numbers(read.column(columns.weight), pa.int64(), 0)
    return Batch(x, y, time, no_time, weight, no_weight)


def _numbers(column: pa.Array, kind: pa.DataType, blank: float) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    if column.type != kind:
        try:
            column = column.cast(kind)
        except pa.ArrowInvalid as error:
            raise InputError(Problem("points", str(error).splitlines()[0], "give whole numbers of 64 bits")) from None
    missing = None
    if column.null_count:
        missing = np.asarray(pc.is_null(column))
        column = column.fill_null(blank)
    values = column.to_numpy(zero_copy_only=False).view()
    values.flags.writeable = False  # whether copied or not, so that kernels are compiled once
    return values, missing


def _instants(column: pa.Array) -> pa.Array:
    """Timestamps and dates as whole numbers."""
    kind = column.type
    if pa.types.is_date(kind):
        return column.cast(pa.timestamp("s")).cast(pa.int64())
    return column.cast(pa.int64()) if pa.types.is_timestamp(kind) else column


def _wrong(name: str, schema: pa.Schema, columns: PointColumns) -> list[Problem]:
    """What is wrong with the columns of one file."""
    problems = []
    there = schema.names
    for sort, column in (
        ("lon", columns.lon),
        ("lat", columns.lat),
        ("time", columns.time),
        ("weight", columns.weight),
    ):
        if not column:
            continue
        if column not in there:
            near = difflib.get_close_matches(column, there, n=1)
            mean = f"did you mean {near[0]!r}? " if near else ""
            hint = f"{mean}it has {', '.join(f'{f.name} ({f.type})' for f in schema) or 'none'}"
            problems.append(Problem(f"{name}, --{sort}", f"there is no column {column!r}", hint))
            continue
        if there.count(column) > 1:
            what = f"several columns are called {column!r}"
            problems.append(Problem(f"{name}, --{sort}", what, "rename all but one of them"))
            continue
        kind = schema.field(column).type
        whole = pa.types.is_integer(kind)
        if sort in ("lon", "lat"):
            good, wanted = whole or pa.types.is_floating(kind) or pa.types.is_decimal(kind), "numbers"
        elif sort == "time":
            good = whole or pa.types.is_timestamp(kind) or pa.types.is_date(kind)
            wanted = "timestamps, dates or whole numbers since 1970"
        else:
            good, wanted = whole, "whole numbers"
        if not good:
            hint = f"{wanted} are needed; it has {', '.join(f'{f.name} ({f.type})' for f in schema)}"
            problems.append(Problem(f"{name}, --{sort}", f"column {column!r} holds {kind}", hint))
    return problems


def _clock(kind: pa.DataType, columns: PointColumns) -> tuple[int, str]:
    """Ticks a second and zone of a column of times."""
    if pa.types.is_timestamp(kind):
        return TICKS[kind.unit], kind.tz or ""
    if pa.types.is_date(kind):
        return 1, ""
    return TICKS[columns.time_unit], "UTC"


def _clock_words(clock: tuple[int, str]) -> str:
    return f"{clock[0]:,} ticks a second, zone {clock[1] or 'not said'}"


def _span_of_group(file: pq.ParquetFile, group: int, columns: PointColumns) -> tuple[int | None, int | None]:
    """First and last time of a row group as its statistics have them, in seconds; None where they say nothing."""
    meta = file.metadata.row_group(group)
    at = next((k for k in range(meta.num_columns) if meta.column(k).path_in_schema == columns.time), None)
    statistics = None if at is None else meta.column(at).statistics
    if statistics is None or not statistics.has_min_max:
        return None, None
    try:
        least, most = statistics.min, statistics.max
        ends = []
        for value in (least, most):
            if isinstance(value, datetime):
                known = value if value.tzinfo else value.replace(tzinfo=UTC)
                ends.append(int((known - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() // 1))
            elif isinstance(value, int):
                ends.append(value // _clock(file.schema_arrow.field(columns.time).type, columns)[0])
            else:
                return None, None
    except (pa.ArrowException, ValueError, OverflowError):  # beyond what a date can be, as marks for "never" are
        return None, None
    cut = isinstance(most, datetime) and most.microsecond == 999_999  # nanoseconds are cut off
    return ends[0], ends[1] + cut


def _read_span(piece: Piece, files: PointFiles) -> tuple[int, int] | None:
    only = PointColumns(files.columns.time, files.columns.time)
    low: int | None = None
    high: int | None = None
    for read in batches_of(piece, only, 1 << 20):
        ends = pc.min_max(_instants(read.column(0)))
        if ends["min"].is_valid:
            first, last = int(ends["min"].as_py()), int(ends["max"].as_py())
            low, high = first if low is None else min(low, first), last if high is None else max(high, last)
    return None if low is None or high is None else (low // files.ticks, high // files.ticks)
