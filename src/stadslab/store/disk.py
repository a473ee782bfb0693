"""What the operating system refused, in words a person can act on."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stadslab.core.errors import Problem, StadslabError, StoreError

_NO_ROOM = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "a file may not grow that large here",
}


@contextmanager
def explained(target: Path, size: int = 0) -> Iterator[None]:
    """Turn what the system refuses while `target` is written into a `StoreError`; `size`: bytes it needs, about."""
    try:
        yield
    except StadslabError:
        raise
    except OSError as error:
        raise StoreError(refusal(error, target, size)) from error


def refusal(error: OSError, target: Path, size: int = 0) -> Problem:
    """What could not be written, why, and what would fix it."""
    if error.errno in _NO_ROOM:
        need = f"needs about {max(1, round(size / 1e6)):,} MB in {target.parent}"
        return Problem(
            str(target), f"{_NO_ROOM[error.errno]}: {need}", "make room and run it again; nothing was changed"
        )
    why = error.strerror or str(error)
    return Problem(str(target), f"cannot be written: {why}", "check that the lab's folder exists and may be written to")


def flush_folder(folder: Path) -> None:
    """Make names in this folder survive a power cut (POSIX; other systems do it by themselves)."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
