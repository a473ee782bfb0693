"""How many points of a large table lie in each reporting unit, hour by hour? Read from Parquet in pieces.

Threads take row groups in turn; each reads its own piece by piece and counts it at once, so that one decodes while
another counts. Memory: the raster, one table of units x bins a thread (together at most what `memory` says; a longer
time is counted in several passes over the files) and a few megabytes a thread. Nothing is dropped in silence: every row
is in a unit and a bin, or in one of the numbers that say why it is not. The answer does not depend on the threads.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stadslab.build.pointfiles import Batch, Piece, PointFiles, batch_of, batches_of
from stadslab.build.pointunits import UnitFinder
from stadslab.build.projection import LON_LAT, reprojected_xy
from stadslab.build.timebins import CALENDAR, TimeBins
from stadslab.core.errors import InputError, Problem
from stadslab.core.progress import Progress, silent
from stadslab.kernels import raster, tally
from stadslab.kernels._jit import default_threads

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

MEMORY = 1 << 30
MOST_PASSES = 64
ROWS = 1 << 16  # read at once: small enough to stay near the processor until counted
_BLANK = -3  # beside the negative areas of `kernels.raster`
STAGE = "counting points"


@dataclass(frozen=True, slots=True, eq=False)
class Tallied:
    """Points by unit and bin, those with any, in the order of units and bins; and why other rows are in none.

    unit, bin: int32[k]; bin is 0 where time was not asked for. count: int64[k], at least 1. weight: int64[k], the sum
    of the points' weights, or None. rows: in all files; rows == counted + the five numbers after it. A row that has
    several reasons is counted under the first: no_place (coordinates blank or no numbers), outside_units, no_time,
    no_weight (blank), outside_time.
    """

    unit: NDArray[np.int32]
    bin: NDArray[np.int32]
    count: NDArray[np.int64]
    weight: NDArray[np.int64] | None
    rows: int
    no_place: int
    outside_units: int
    no_time: int
    no_weight: int
    outside_time: int

    @property
    def counted(self) -> int:
        """Points that are in a unit and a bin."""
        return int(self.count.sum())


def count_points(
    files: PointFiles,
    finder: UnitFinder,
    bins: TimeBins | None = None,
    *,
    crs: str = LON_LAT,
    memory: int = MEMORY,
    threads: int | None = None,
    progress: Progress = silent,
) -> Tallied:
    """Count the points of these files by the finder's units and, when `bins` are given, by time.

    crs: of the points, when the finder was made for longitude and latitude and they are not. memory: bytes for tables
    of units x bins. threads: None for every processor this process may use. Raises `InputError` for more rows than
    32 bits count, for weights whose sum does not fit into 64 bits, and for so many bins that the files would be read
    more than 64 times.
    """
    if files.rows > tally.MOST:
        raise InputError(Problem("points", f"{files.rows:,} rows are more than {tally.MOST:,}", "count fewer files"))
    crew = default_threads() if threads is None else threads
    if crew < 1:
        raise ValueError(f"threads: at least 1, got {crew}")
    width = 1 if bins is None else len(bins)
    cell = 12 if files.columns.weight else 4  # bytes
    whole = max(finder.units, 1) * cell
    crew = max(1, min(crew, memory // max(whole, 1)))
    at_once = max(1, min(width, memory // (whole * crew)))
    passes = -(-width // at_once) if width else 1
    if passes > MOST_PASSES:
        what = f"{finder.units:,} units x {width:,} bins would take {passes} readings of the files"
        raise InputError(Problem("time", what, "say which part of the time counts, or take longer bins or fewer units"))
    counting = _Counting(files, finder, bins, crs, crew, progress, passes)
    found = [
        counting.once(low, min(low + at_once, width), number)
        for number, low in enumerate(range(0, max(width, 1), at_once))
    ]
    unit, when, count, weight = found[0][:4]
    if len(found) > 1:
        order = np.argsort(
            np.concatenate([part[0] for part in found]), kind="stable"
        )  # passes are in the order of time
        unit, when, count, weight = (np.concatenate([part[k] for part in found])[order] for k in range(4))
    no_place, outside_units, no_time, no_weight = found[0][4]
    # a reading knows only its own bins, so what is of another time is what is left over
    outside_time = files.rows - int(count.sum()) - sum(found[0][4])
    return Tallied(
        unit, when, count, weight if files.columns.weight else None, files.rows,
        no_place, outside_units, no_time, no_weight, outside_time,
    )  # fmt: skip


@dataclass(slots=True, eq=False)
class _Counting:
    """What all threads and passes share."""

    files: PointFiles
    finder: UnitFinder
    bins: TimeBins | None
    crs: str
    crew: int
    progress: Progress
    passes: int

    def once(
        self, low: int, high: int, number: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.int64], tuple[int, ...]]:
        """One reading: unit, bin, count and weight of the bins from low up to high, and why rows were left out."""
        pieces = [p for p in self.files.pieces if p.rows and (number == 0 or self._may_hold(p, low, high))]
        width = max(high - low, 1)
        workers = [_Worker(self, low, high) for _ in range(self.crew)]
        _run(workers, pieces, self.files, self._said(number, sum(p.rows for p in pieces)))
        cells, sums = workers[0].cells, workers[0].sums
        for worker in workers[1:]:
            np.add(cells, worker.cells, out=cells)
            np.add(sums, worker.sums, out=sums)
        used = np.flatnonzero(cells)
        unit, when = np.divmod(used, width)
        left = tuple(int(n) for n in np.sum([w.left_out for w in workers], axis=0))
        weight = sums[used] if len(sums) else np.zeros(len(used), np.int64)
        largest = sum(worker.heaviest for worker in workers)
        if largest >= 2**63:
            what = "the weights are so large that their sum may not fit into 64 bits"
            raise InputError(Problem(f"column {self.files.columns.weight!r}", what, "give them in a larger unit"))
        return unit.astype(np.int32), (when + low).astype(np.int32), cells[used].astype(np.int64), weight, left

    def _may_hold(self, piece: Piece, low: int, high: int) -> bool:
        """May a row group have points in these bins?"""
        bins = self.bins
        if bins is None or bins.by not in CALENDAR or piece.first_s is None or piece.last_s is None:
            return True
        (within,) = np.nonzero((bins.slots >= low) & (bins.slots < high))
        if not len(within):
            return False
        return bool(
            piece.last_s >= bins.start + within[0] * bins.step
            and piece.first_s < bins.start + (within[-1] + 1) * bins.step
        )

    def _said(self, number: int, rows: int) -> Progress:
        stage = STAGE if self.passes == 1 else f"{STAGE}, reading {number + 1} of {self.passes}"
        return lambda _, done, __: self.progress(stage, done, rows)


class _Worker:
    """One thread's tables, and what it has counted."""

    def __init__(self, counting: _Counting, low: int, high: int) -> None:
        self.counting = counting
        self.rows = 0
        self.heaviest = 0
        self.left_out = np.zeros(4, np.int64)
        self.width = max(high - low, 1)
        size = counting.finder.units * self.width
        self.cells = np.zeros(size, np.uint32)
        self.sums = np.zeros(size if counting.files.columns.weight else 0, np.int64)
        self.area = np.empty(ROWS, np.int32)
        self.cell = np.empty(ROWS, np.int64)
        self.rest = np.empty(ROWS + 1, np.int64)
        bins = counting.bins
        self.slots = np.empty(0, np.int32)
        self.start = 0  # of the slots, in ticks since 1970
        if bins is not None:
            inside = (bins.slots >= low) & (bins.slots < high)
            held = _held(bins, counting.files.ticks)
            self.slots = np.where(inside, bins.slots - low, -1).astype(np.int32)[held.start : held.stop]
            self.start = (bins.start + held.start * bins.step) * counting.files.ticks

    def count(self, read: pa.RecordBatch) -> None:
        """Count some rows."""
        files, finder = self.counting.files, self.counting.finder
        batch = batch_of(read, files.columns)
        x, y = batch.x, batch.y
        if self.counting.crs != LON_LAT:
            x, y = reprojected_xy(x, y, self.counting.crs)
            x, y = raster.float64("x", x), raster.float64("y", y)
        area, rest = self.area[: len(x)], self.rest[: len(x) + 1]
        asked = rest[: raster.find(finder.raster, x, y, area, rest)]
        if len(asked):
            area[asked] = finder.ask(x[asked], y[asked])
        no_time, no_weight = _blank(area, batch.no_time), _blank(area, batch.no_weight)
        inside, cell = self._tally(area, batch)
        nowhere = len(x) - inside - no_time - no_weight
        no_place = int(np.count_nonzero(~(np.isfinite(x) & np.isfinite(y)))) if nowhere else 0
        self.left_out += [no_place, nowhere - no_place, no_time, no_weight]
        if batch.weight is not None:
            tally.add_up(cell, batch.weight, self.sums)
            low, high = int(batch.weight.min(initial=0)), int(batch.weight.max(initial=0))
            self.heaviest += len(x) * max(-low, high)
        self.rows += len(x)

    def _tally(self, area: NDArray[np.int32], batch: Batch) -> tuple[int, NDArray[np.signedinteger]]:
        """How many are in a unit, and each one's place in the table."""
        bins, ticks = self.counting.bins, self.counting.files.ticks
        if bins is None or batch.time is None:
            return tally.tally(area, self.cells), area
        if not len(self.slots):
            return int(np.count_nonzero(area >= 0)), np.full(len(area), -1, np.int64)
        cell = self.cell[: len(area)]
        step = bins.step * ticks
        inside, _ = tally.tally_by_time(area, batch.time, self.start, step, self.slots, self.width, self.cells, cell)
        return inside, cell


def _held(bins: TimeBins, ticks: int) -> range:
    """Slots that lie whole within 64 bits of ticks; no time is in any other but marks for "never", the least and most.

    Within them a difference of two times that does not fit into 64 bits never comes out as one in a slot.
    """
    low, high = -(2**63) // ticks, (2**63 - 1) // ticks  # seconds
    low += low * ticks < -(2**63)
    first = max(0, -((bins.start - low) // bins.step))
    return range(first, max(first, min(len(bins.slots), (high - bins.start) // bins.step)))


def _blank(area: NDArray[np.int32], missing: NDArray[np.bool_] | None) -> int:
    """Take points out that lack something; how many of those that are in an area?"""
    if missing is None:
        return 0
    lacking = missing & (area >= 0)
    area[lacking] = _BLANK
    return int(np.count_nonzero(lacking))


def _run(workers: list[_Worker], pieces: list[Piece], files: PointFiles, say: Progress) -> None:
    """Let the workers count every piece once; an exception, or Ctrl-C, stops all of them after the rows in hand."""
    stopped = threading.Event()
    taking = threading.Lock()
    queue = iter(pieces)
    shared = (read for piece in queue for read in batches_of(piece, files.columns, ROWS))

    def own() -> Iterator[pa.RecordBatch]:
        """Rows of pieces that this worker reads alone."""
        while True:
            with taking:
                piece = next(queue, None)
            if piece is None:
                return
            yield from batches_of(piece, files.columns, ROWS)

    def in_turn() -> Iterator[pa.RecordBatch]:
        """Rows of the piece that all workers read in turn: one decodes while the others count."""
        while True:
            with taking:
                read = next(shared, None)
            if read is None:
                return
            yield read

    parts = in_turn if len(pieces) < 2 * len(workers) else own

    def work(worker: _Worker, report: bool = False) -> None:
        try:
            for read in parts():
                if stopped.is_set():
                    return
                worker.count(read)
                if report:
                    say(STAGE, worker.rows, 0)
        except BaseException:
            stopped.set()
            raise

    say(STAGE, 0, 0)
    if len(workers) == 1:
        work(workers[0], report=True)
        return
    with ThreadPoolExecutor(len(workers), thread_name_prefix="points") as pool:
        running: set[Future[None]] = {pool.submit(work, worker) for worker in workers}
        try:
            while running:
                done, running = wait(running, timeout=0.1, return_when=FIRST_EXCEPTION)
                for future in done:
                    future.result()
                say(STAGE, sum(worker.rows for worker in workers), 0)
        finally:
            stopped.set()
