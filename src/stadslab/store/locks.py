"""One writer at a time: an advisory lock that ends with the process that holds it, however that ends."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from stadslab.core.errors import Problem, StoreError
from stadslab.store.disk import explained

WAIT_S = 60.0  # how long a second writer waits by default
_PAUSE_S = 0.05  # between two tries
_FAR = 1 << 30  # Windows locks bytes and hides them from readers: lock one far behind the text


def try_lock(file: IO[Any]) -> bool | None:
    """Is the file now locked by us alone? None where this file system has no locks."""
    if sys.platform == "win32":
        import msvcrt

        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


class WriterLock:
    """The right to change a lab. The same thread may take it again inside; others wait, then are told who holds it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._threads = threading.RLock()
        self._depth = 0
        self._file: IO[bytes] | None = None

    @contextmanager
    def held(self, what: str, wait_s: float = WAIT_S) -> Iterator[None]:
        """Hold the lock while the body runs. `what` is told to others. Raises `StoreError` after `wait_s` seconds."""
        if not self._threads.acquire(timeout=wait_s):
            raise StoreError(self._busy(wait_s))
        try:
            if self._depth == 0:
                self._file = self._take(what, wait_s)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0 and self._file is not None:
                    self._file.close()  # closing releases
                    self._file = None
        finally:
            self._threads.release()

    def _take(self, what: str, wait_s: float) -> IO[bytes]:
        with explained(self.path):
            file = self.path.open("ab+", buffering=0)
        try:
            # Counting pauses instead of reading a clock.
            for attempt in range(1 + round(wait_s / _PAUSE_S)):
                if attempt:
                    time.sleep(_PAUSE_S)
                got = try_lock(file)
                if got is None:
                    hint = "keep the lab on a local disk"
                    raise StoreError(Problem(str(self.path), "this file system cannot lock files", hint))
                if got:
                    with suppress(OSError):  # who holds it is a courtesy: on a full disk a city can still be removed
                        file.truncate(0)
                        file.write(json.dumps({"pid": os.getpid(), "what": what}).encode())
                    return file
            raise StoreError(self._busy(wait_s))
        except BaseException:
            file.close()
            raise

    def _busy(self, wait_s: float) -> Problem:
        try:
            holder = json.loads(self.path.read_text("utf-8"))
            who = f"process {holder['pid']} ({holder['what']})"
        except (OSError, ValueError, KeyError, TypeError):
            who = "another process"
        what = f"{who} is writing to this lab; waited {wait_s:g} s"
        return Problem(str(self.path.parent), what, "try again when it is done, or end it")
