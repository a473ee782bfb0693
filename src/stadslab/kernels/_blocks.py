"""Run a kernel over many rows on several threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from stadslab.kernels._jit import default_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    Work = Callable[[int, int], None]

_SMALLEST, _LARGEST = 16, 1024  # rows in a block: enough to hide a call's overhead, few enough to stop soon


def in_blocks(size: int, prepare: Callable[[], Work], threads: int | None = None, block: int | None = None) -> None:
    """Call `work(start, stop)` for blocks that cover `range(size)` once each.

    Every thread calls `prepare` once for a `work` of its own, which is where
    scratch arrays belong. Threads take the next block when they are free, so
    dense and sparse parts of a city balance. An exception, or Ctrl-C, stops all
    threads at the end of the block they are in.

    `threads`: None for all processors this process may use. `block`: rows in a block, where a row is
    much work; None for enough to hide what a call costs.
    """
    wanted = default_threads() if threads is None else threads
    if wanted < 1:
        raise ValueError(f"threads: at least 1, got {wanted}")
    if block is None:
        block = min(_LARGEST, max(_SMALLEST, size // (8 * wanted)))
    starts = iter(range(0, size, block))
    taking = threading.Lock()
    stopped = threading.Event()

    def run() -> None:
        try:
            work = prepare()
        except BaseException:
            stopped.set()
            raise
        while not stopped.is_set():
            with taking:
                start = next(starts, None)
            if start is None:
                return
            try:
                work(start, min(size, start + block))
            except BaseException:
                stopped.set()
                raise

    crew = min(wanted, -(-size // block))
    if crew <= 1:
        if size:
            run()
        return
    with ThreadPoolExecutor(crew, thread_name_prefix="kernel") as pool:
        running = [pool.submit(run) for _ in range(crew)]
        try:
            for future in running:
                future.result()
        finally:
            stopped.set()
